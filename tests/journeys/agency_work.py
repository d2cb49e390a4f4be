"""The agency's further work for the lively archive: counts, answers, loans, lists, records."""

from sqlalchemy.orm import Session

from postal_app import (
    agency_answers,
    agency_collections,
    agency_desk,
    agency_envelopes,
    agency_originals,
    agency_transfers,
)
from postal_app.agency_receipts import CountedPaper
from postal_app.answer_form import AskedPaper, NewAnswer
from postal_app.envelopes import Envelope
from postal_app.rules.recounts import Papers
from tests.agencies import REFUSAL, arrive, other_agency, receive
from tests.makers import Town, minutes, take_in


def agency_work(session: Session, town: Town) -> dict[str, object]:
    """Leave a dossier at each step of the agency's desk; give what its pages are filled with."""
    officer = town.officer
    counted = arrive(session, town)
    receive(session, counted, officer)
    waits = take_in(session, town)  # nobody scanned the hand-over: the point must sign
    extra = CountedPaper(Papers("copy", 1, 1), None, "Giấy khám sức khỏe")
    record = receive(session, waits, officer, minutes(155), extra=extra)
    refused = arrive(session, town)
    lent = CountedPaper(Papers("original", 1, 2), 0, lent=True)
    receive(session, refused, officer, line_0=lent)
    turned_away = refused.legs[0].dossier
    agency_answers.give(session, turned_away, REFUSAL, officer, now=minutes(160))
    asked = arrive(session, town)
    receive(session, asked, officer)
    papers = (AskedPaper("Giấy khám sức khỏe", originals=1),)
    ask = NewAnswer("supplement_asked", reason="Thiếu giấy khám sức khỏe", papers=papers)
    answer = agency_answers.give(session, asked.legs[0].dossier, ask, officer, now=minutes(161))
    sent = agency_envelopes.send_answers(
        session, [answer.id], Envelope("NP0071", 30), officer, now=minutes(170)
    )
    listed = agency_collections.close(session, [sent.number], officer, now=minutes(175))
    return {
        "counted_again": counted.legs[0].dossier.number,
        "counted_item": counted.number,
        "record": record.number,
        "turned_away": turned_away.number,
        "asked_again": asked.legs[0].dossier.number,
        "closed_envelope": sent.number,
        "closed_list": listed.number,
        **_fetched_and_transferred(session, town),
    }


def _fetched_and_transferred(session: Session, town: Town) -> dict[str, object]:
    """Leave a result that is fetched, an original that is owed, and a dossier sent on."""
    fetched = arrive(session, town, service_form="send")
    acceptance = agency_desk.Acceptance("H28.16-260302-0071", minutes(0).date(), "intact")
    done = agency_desk.accept(session, fetched.number, acceptance, town.officer, now=minutes(180))
    agency_originals.lend(session, done.number, "Sổ hộ khẩu cũ", 1, town.officer, now=minutes(181))
    agency_desk.settle(session, done.number, town.officer, now=minutes(190))
    other_agency(session)
    away = take_in(session, town).legs[0].dossier.number
    agency_transfers.transfer(
        session, away, "H28.99", "Thuộc Trung tâm tỉnh", town.officer, now=minutes(195)
    )
    return {"fetched": done.number, "transferred": away}
