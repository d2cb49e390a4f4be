"""What an agency sends: answers with papers back, results together, dossiers on, and its lists."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from models.answers import AgencyEnvelope, EnvelopePaper
from models.dossiers import Dossier
from postal_app import (
    agency_answers,
    agency_collections,
    agency_desk,
    agency_envelopes,
    agency_originals,
    agency_transfers,
    enquiries,
    scanning,
    supplements,
)
from postal_app.addressees import addressee
from postal_app.agency_collections import LineState, NothingListed, NotWaiting, UnknownList
from postal_app.agency_envelopes import (
    AnswerOnItsWay,
    NoResult,
    NothingChosen,
    OtherReceiver,
    ResultOnItsWay,
    UnknownAnswer,
)
from postal_app.agency_originals import UnknownLoan
from postal_app.agency_receipts import CountedPaper
from postal_app.agency_transfers import EnvelopeNeeded, NotTransferable, SameAgency
from postal_app.answer_form import AskedPaper, NewAnswer
from postal_app.envelopes import Envelope
from postal_app.pickup_form import NotInVocabulary, Paper, Person, SignedBy
from postal_app.pickups import UnknownDossier
from postal_app.rules.dossier_states import DossierState
from postal_app.rules.vocabulary import State
from postal_app.supplements import Supplement
from tests.agencies import (
    DUE,
    REFUSAL,
    accepted,
    arrive,
    colleague,
    collect,
    deliver,
    other_agency,
    paper,
    receive,
)
from tests.makers import make_town, minutes, scan, take_in

CODE = "H28.16-260302-000{}"


@pytest.fixture
def town(session):
    return make_town(session)


def settled(session, town, place, **changes):
    number = accepted(session, town, CODE.format(place), **changes)
    agency_desk.settle(session, number, town.officer, now=minutes(190))
    return number


def of_number(session, number):
    return session.scalars(select(Dossier).where(Dossier.number == number)).one()


def test_a_refusal_goes_by_post_with_the_papers_which_are_then_given_back(session, town):
    item = arrive(session, town)
    lent = CountedPaper(paper("original", 1, 2), 0, lent=True)
    receive(session, item, town.officer, line_0=lent)
    dossier = item.legs[0].dossier
    answer = agency_answers.give(session, dossier, REFUSAL, town.officer, now=minutes(200))
    [unsent] = agency_envelopes.unsent(session, town.officer)
    assert unsent is answer
    made = agency_envelopes.send_answers(
        session, [answer.id], Envelope("NP9", 60), town.officer, now=minutes(210), payer="agency"
    )
    assert (made.leg, addressee(made).name) == ("answer", "Đinh Thị Mai")
    papers = session.execute(select(EnvelopePaper.name, EnvelopePaper.lent_id.is_not(None))).all()
    assert papers == [("Đơn đề nghị theo mẫu", True), ("Giấy phép lái xe cũ", False)]
    assert session.scalars(select(AgencyEnvelope.payer)).all() == ["agency"]
    assert agency_envelopes.unsent(session, town.officer) == []
    [(loan, inside)] = agency_originals.owed(session, town.officer)
    assert (loan.name, inside) == ("Đơn đề nghị theo mẫu", made)
    collect(session, made, town.courier)
    deliver(session, made, town.courier)
    assert made.state == State.DELIVERED
    assert agency_originals.owed(session, town.officer) == []
    assert agency_answers.status(session, [dossier.id]) == {dossier.id: DossierState.NOT_ACCEPTED}


def test_an_answer_travels_once_and_only_by_its_own_agency(session, town):
    number = accepted(session, town, CODE.format(1))
    [slip] = agency_answers.of_dossier(session, of_number(session, number).id)
    _, far = other_agency(session)
    with pytest.raises(UnknownAnswer):
        send(session, [slip.id], far)
    with pytest.raises(NothingChosen):
        send(session, [], town.officer)
    with pytest.raises(NotInVocabulary):
        send(session, [slip.id], town.officer, payer="nobody")
    send(session, [slip.id], town.officer)
    with pytest.raises(AnswerOnItsWay):
        send(session, [slip.id], town.officer)


def send(session, answers, by, **more):
    return agency_envelopes.send_answers(
        session, answers, Envelope("NP8", 30), by, now=minutes(220), **more
    )


def test_several_results_for_one_receiver_go_in_one_envelope(session, town):
    numbers = [settled(session, town, place) for place in (1, 2)]
    made = agency_envelopes.send_results(
        session, numbers, Envelope("NP5", 80), town.officer, now=minutes(210)
    )
    assert [leg.dossier.number for leg in made.legs] == numbers
    collect(session, made, town.courier)
    deliver(session, made, town.courier)
    states = agency_answers.status(session, [leg.dossier_id for leg in made.legs])
    assert set(states.values()) == {DossierState.RETURNED}


def test_results_of_different_people_are_not_put_together(session, town):
    lan = Person("Bùi Thị Lan", "0912000000", "Xóm Đồng, xã Tân Vinh, huyện Lương Sơn, Hòa Bình")
    numbers = [settled(session, town, 1), settled(session, town, 2, receiver=lan)]
    with pytest.raises(OtherReceiver) as refused:
        agency_envelopes.send_results(
            session, numbers, Envelope("NP5", 80), town.officer, now=minutes(210)
        )
    assert numbers[1] in refused.value.said.vi


def test_a_result_that_is_not_ready_or_on_its_way_is_not_sent(session, town):
    number = accepted(session, town, CODE.format(1))
    with pytest.raises(NoResult):
        agency_envelopes.send_results(
            session, [number], Envelope("NP5", 80), town.officer, now=minutes(210)
        )
    agency_desk.hand_result(session, number, Envelope("NP5", 80), town.officer, now=minutes(211))
    with pytest.raises(ResultOnItsWay):
        agency_envelopes.send_results(
            session, [number], Envelope("NP6", 80), town.officer, now=minutes(212)
        )


def test_a_lent_original_is_given_back_in_person_against_a_signature_once(session, town):
    number = accepted(session, town, CODE.format(1))
    loan = agency_originals.lend(
        session, number, "Giấy phép lái xe", 1, town.officer, now=minutes(200)
    )
    assert [one for one, _ in agency_originals.owed(session, town.officer)] == [loan]
    agency_originals.give_back(session, number, loan.id, "owner", town.officer, now=minutes(220))
    assert agency_originals.owed(session, town.officer) == []
    with pytest.raises(UnknownLoan):
        agency_originals.give_back(
            session, number, loan.id, "owner", town.officer, now=minutes(221)
        )


def test_a_loan_stays_open_after_the_result_until_its_envelope_is_delivered(session, town):
    number = settled(session, town, 1)
    loan = agency_originals.lend(session, number, "Sổ đỏ", 1, town.officer, now=minutes(195))
    alone = agency_desk.hand_result(
        session, number, Envelope("NP5", 80), town.officer, now=minutes(200)
    )
    collect(session, alone, town.courier)
    deliver(session, alone, town.courier)
    assert agency_originals.owed(session, town.officer) == [(loan, None)]


def test_a_dossier_goes_to_the_right_agency_with_its_papers_and_is_counted_there_again(
    session, town
):
    item = arrive(session, town)
    receive(session, item, town.officer)
    dossier = item.legs[0].dossier
    right, far = other_agency(session)
    with pytest.raises(SameAgency):
        transfer(session, dossier.number, "H28.16", town.officer)
    with pytest.raises(EnvelopeNeeded):
        transfer(session, dossier.number, "H28.99", town.officer)
    made = transfer(session, dossier.number, "H28.99", town.officer, Envelope("NP7", 90))
    travelling = made.item
    assert (travelling.leg, travelling.agency_id, travelling.from_agency_id) == (
        "transfer",
        right.id,
        town.agency.id,
    )
    assert travelling.holder_id == town.agency.id
    assert dossier.agency_id == right.id
    assert list(agency_transfers.away(session, town.officer)) == [made]
    assert enquiries.search(session, dossier.number, town.officer) == [dossier]
    with pytest.raises(UnknownDossier):
        agency_desk.find(session, dossier.number, town.officer)
    collect(session, travelling, town.courier, 230)
    bring(session, town, travelling)
    again = receive(session, travelling, far, minutes(400))
    assert [line.result for line in again.lines] == ["agreed", "agreed"]
    acceptance = agency_desk.Acceptance("H28.99-260302-0001", DUE)
    agency_desk.accept(session, travelling.number, acceptance, far, now=minutes(410))
    assert agency_desk.in_work(session, far) == [dossier]


def bring(session, town, item):
    handed = scan(item.number, "handed_to_agency", minutes(300), condition="intact")
    scanning.take_in(session, [handed], town.courier, now=minutes(301))
    assert item.state == State.AT_AGENCY


def transfer(session, number, code, by, envelope=None):
    return agency_transfers.transfer(
        session, number, code, "Thuộc Trung tâm tỉnh", by, now=minutes(220), envelope=envelope
    )


def test_before_the_papers_arrive_only_their_address_changes(session, town):
    item = take_in(session, town)
    _, far = other_agency(session)
    made = transfer(session, item.legs[0].dossier.number, "H28.99", town.officer)
    assert made.item is None
    assert agency_desk.expected(session, town.officer) == []
    assert agency_desk.expected(session, far) == [item]


def test_what_is_settled_stays_where_it_is(session, town):
    number = settled(session, town, 1)
    other_agency(session)
    with pytest.raises(NotTransferable):
        transfer(session, number, "H28.99", town.officer, Envelope("NP7", 90))


def test_a_list_for_the_post_is_answered_by_the_couriers_scans(session, town):
    first, second, third = (
        agency_desk.hand_result(
            session,
            accepted(session, town, CODE.format(place)),
            Envelope(f"NP{place}", 40),
            town.officer,
            now=minutes(200 + place),
        )
        for place in (1, 2, 3)
    )
    assert agency_collections.waiting(session, town.officer) == [first, second, third]
    with pytest.raises(NothingListed):
        agency_collections.close(session, [], town.officer, now=minutes(210))
    made = agency_collections.close(
        session, [first.number, second.number], town.officer, now=minutes(210)
    )
    assert made.number == "SG26-H28.16-00001"
    assert states(session, made) == [LineState.WAITING, LineState.WAITING]
    assert agency_collections.count_missing(session, town.officer) == 0
    with pytest.raises(NotWaiting):
        agency_collections.close(session, [first.number], town.officer, now=minutes(211))
    collect(session, first, town.courier)
    collect(session, third, town.courier)
    assert states(session, made) == [LineState.AGREED, LineState.MISSING, LineState.EXTRA]
    assert agency_collections.count_missing(session, town.officer) == 1
    again = agency_collections.close(session, [second.number], town.officer, now=minutes(300))
    assert again.number == "SG26-H28.16-00002"
    _, far = other_agency(session)
    with pytest.raises(UnknownList):
        agency_collections.find(session, made.number, far)
    assert agency_collections.count_missing(session, far) == 0
    collect(session, second, town.courier)
    assert agency_collections.count_missing(session, town.officer) == 0


def states(session, made):
    return [line.state for line in agency_collections.told(session, made)]


def test_who_closed_the_list_does_not_answer_it_from_another_desk(session, town):
    number = accepted(session, town, CODE.format(1))
    item = agency_desk.hand_result(
        session, number, Envelope("NP1", 40), town.officer, now=minutes(200)
    )
    hoa = colleague(session, town)
    made = agency_collections.close(session, [item.number], hoa, now=minutes(210))
    at_the_post = replace(town.courier, account_id=hoa.account_id)
    collect(session, item, at_the_post)
    assert states(session, made) == [LineState.SAME_ACCOUNT]


def test_papers_asked_for_come_by_post_and_the_dossier_goes_on_when_they_are_counted(session, town):
    """Asked on Tuesday, brought to a counter, counted on Monday: what was left runs on."""
    number = accepted(session, town, CODE.format(1))
    dossier = of_number(session, number)
    asked = NewAnswer(
        "supplement_asked", "Thiếu ảnh", papers=(AskedPaper("Ảnh thẻ 3 × 4 cm", originals=2),)
    )
    tuesday, monday = 60 * 24, 60 * 24 * 7
    agency_answers.give(session, dossier, asked, town.officer, now=minutes(tuesday))
    found = supplements.find(session, number, "5678", town.clerk)
    photo = Supplement((Paper("Ảnh thẻ 3 × 4 cm", "original", 2, 2),), "citizen")
    sending = supplements.open_supplement(
        session, found, photo, town.clerk, now=minutes(tuesday + 60)
    )
    both = [SignedBy("clerk"), SignedBy("sender")]
    own = sending.reserved_number
    supplements.sign(session, own, both, town.clerk, now=minutes(tuesday + 61))
    item = supplements.seal(
        session, own, Envelope("NP77", 30), town.clerk, now=minutes(tuesday + 62)
    )
    scans = [
        scan(item.number, "departed", minutes(tuesday + 70)),
        scan(item.number, "handed_to_agency", minutes(tuesday + 100), condition="intact"),
    ]
    scanning.take_in(session, scans, town.courier, now=minutes(tuesday + 101))
    assert agency_desk.expected(session, town.officer) == [item]
    made = receive(session, item, town.officer, minutes(monday))
    assert [(line.name, line.result) for line in made.lines] == [("Ảnh thẻ 3 × 4 cm", "agreed")]
    assert agency_answers.status(session, [dossier.id])[dossier.id] is DossierState.ACCEPTED
    assert dossier.due_on == date(2026, 3, 13)
