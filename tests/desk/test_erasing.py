"""What has run out of its term goes; what is open, under way or young stays."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.complaints import Complainant, ComplaintAnswer
from models.counter import CollectionAnswer
from models.dossiers import Dossier, Party, Signature
from models.incidents import Incident, IncidentOutcome
from models.ledger import PersonalFact, RefusedScan
from models.lookups import PublicDisclosure
from models.money import Exemption
from postal_app import (
    agency_answers,
    collection_calls,
    compensations,
    complaints,
    corrections,
    enquiries,
    erasing,
    pickups,
    scanning,
    verification,
)
from postal_app.collection_calls import NewCall
from postal_app.compensations import NewCompensation
from postal_app.pickup_form import Money, SignedBy
from postal_app.rules.compensation import Amounts
from postal_app.rules.exemptions import Exempted
from postal_app.rules.retention import ERASED_NAME
from tests.agencies import REFUSAL, receive
from tests.complaining import APRIL, complained
from tests.makers import (
    NINE,
    TODAY,
    Town,
    accept,
    bring_to_agency,
    make_town,
    minutes,
    pickup_of,
    scan,
    take_in,
)
from tests.results import (
    A_YEAR,
    ELEVEN_YEARS,
    THREE_YEARS,
    a_finished_dossier,
    swept,
)


@pytest.fixture
def town(session: Session) -> Town:
    return make_town(session)


def due(session: Session, now: datetime) -> dict[str, int]:
    return {p.sweep.thing: p.count for p in erasing.plan(session, now=now) if p.count}


def names(session: Session) -> set[str]:
    return set(session.scalars(select(Party.name)))


def test_nothing_runs_out_while_its_term_runs(session, town):
    a_finished_dossier(session, town)
    assert due(session, NINE + timedelta(days=8 * 30)) == {}


def test_a_receivers_name_goes_after_the_complaint_window_and_the_proof_stays(session, town):
    item = a_finished_dossier(session, town)
    assert swept(session, A_YEAR) == {"personal_facts": 1}
    assert session.scalars(select(PersonalFact)).all() == []
    told = enquiries.item_history(session, item.number, town.provincial)
    assert {line.receiver for line in told.lines} == {""}
    assert list(verification.faults(session)) == []


def test_people_go_after_their_term_but_the_payers_name_stays_with_the_receipt(session, town):
    a_finished_dossier(session, town)
    gone = swept(session, THREE_YEARS)
    assert gone["dossier_parties"] == 3
    parties = {party.part: party for party in session.scalars(select(Party))}
    session.expire_all()
    assert parties["sender"].name == "Đinh Thị Mai"
    assert parties["receiver"].name == parties["owner"].name == ERASED_NAME
    for party in parties.values():
        assert (party.phone, party.address, party.folded_name) == ("", "", "")
        assert party.erased_at == THREE_YEARS
        assert party.province_code
    assert swept(session, ELEVEN_YEARS) == {"payer_names": 1}
    session.expire_all()
    assert names(session) == {ERASED_NAME}
    assert list(verification.faults(session)) == []


def test_erased_people_are_found_by_no_name_and_no_phone(session, town):
    a_finished_dossier(session, town)
    swept(session, THREE_YEARS)
    session.expire_all()
    for typed in ("Đinh Thị Mai", "0912345678", ERASED_NAME, "da xoa theo thoi han"):
        assert enquiries.search(session, typed, town.provincial) == []
    assert enquiries.search(session, "H28.16-260302-0001", town.provincial)


def test_a_drawn_signature_goes_and_how_it_was_given_stays(session, town):
    dossier = pickups.open_pickup(session, pickup_of(), town.clerk, now=NINE)
    both = [SignedBy("clerk"), SignedBy("sender", b"a drawn name")]
    pickups.sign(session, dossier.number, both, town.clerk, now=NINE)
    pickups.give_up(session, dossier.number, "công dân đổi ý", town.clerk, now=minutes(9))
    assert swept(session, NINE + timedelta(days=400))["signatures"] == 1
    session.expire_all()
    signed = {one.signer: one for one in session.scalars(select(Signature))}
    assert (signed["sender"].image, signed["sender"].manner) == (None, "drawn")
    assert signed["sender"].erased_at is not None
    assert signed["clerk"].erased_at is None


def test_what_is_under_way_is_held_however_old(session, town):
    submission = take_in(session, town)
    bring_to_agency(session, town, submission)
    assert due(session, ELEVEN_YEARS) == {}


def test_what_a_correction_is_open_about_is_held_until_it_is_settled(session, town):
    item = a_finished_dossier(session, town)
    wrong = enquiries.item_history(session, item.number, town.clerk).lines[-1].fact
    asked = corrections.ask(
        session, item.number, wrong, "phát nhầm nhà", town.clerk, now=minutes(600)
    )
    assert due(session, THREE_YEARS) == {}
    corrections.settle(session, asked.id, town.provincial, approved=False, now=minutes(610))
    assert due(session, THREE_YEARS)["dossier_parties"] == 3


def test_a_refused_scan_keeps_that_it_was_refused_and_loses_what_it_said(session, town):
    said = {"receiver": "Xa Văn Nghĩa", "relation": "spouse", "proof": "signature"}
    scanning.take_in(session, [scan("RH000000000VN", "delivered", **said)], town.courier, now=NINE)
    assert swept(session, NINE + timedelta(days=400)) == {"refused_scans": 1}
    session.expire_all()
    raw = session.scalars(select(RefusedScan.raw)).one()
    assert raw == {"kind": "delivered", "code": "RH000000000VN", "erased": True}
    assert swept(session, ELEVEN_YEARS) == {}


def test_a_look_up_by_the_public_is_forgotten_whole(session, town):
    session.add(PublicDisclosure(at=NINE, item_number="RH000000005VN", address_digest="ab"))
    session.flush()
    assert swept(session, NINE + timedelta(days=300)) == {}
    assert swept(session, NINE + timedelta(days=400)) == {"public_disclosures": 1}
    assert session.scalars(select(PublicDisclosure)).all() == []
    assert list(verification.faults(session)) == []


def test_whoever_is_stopped_half_way_goes_on_where_he_stopped(session, town, monkeypatch):
    monkeypatch.setattr(erasing, "AT_ONCE", 2)
    for count in range(3):
        a_finished_dossier(session, town, f"H28.16-260302-000{count}")
    [planned] = [p for p in erasing.plan(session, now=A_YEAR) if p.count]
    assert erasing.erase_batch(session, planned, uuid4(), None, now=A_YEAR).count == 2
    assert list(verification.faults(session)) == []
    assert swept(session, A_YEAR) == {"personal_facts": 1}
    assert swept(session, A_YEAR) == {}


def test_a_dossier_without_the_way_back_ends_at_the_agency(session, town):
    submission = take_in(session, town, service_form="send")
    bring_to_agency(session, town, submission)
    assert due(session, THREE_YEARS) == {}
    accept(session, town, submission)
    assert due(session, THREE_YEARS)["dossier_parties"] == 3
    assert session.scalar(select(Dossier.returned_at)) is None


def test_what_the_agency_ended_without_a_result_runs_out_too(session, town):
    item = take_in(session, town)
    bring_to_agency(session, town, item)
    dossier = item.legs[0].dossier
    receive(session, item, town.officer)
    assert due(session, THREE_YEARS) == {}
    agency_answers.give(session, dossier, REFUSAL, town.officer, now=minutes(200))
    assert due(session, THREE_YEARS)["dossier_parties"] == 3


def test_a_complaint_holds_everything_until_it_is_answered_and_its_claim_paid(session, town):
    item = a_finished_dossier(session, town)
    made = complained(session, town, item, kind="damage")
    assert due(session, THREE_YEARS) == {}
    complaints.answer(
        session, made.number, "justified", "Bì rách khi phát.", town.provincial, now=APRIL
    )
    assert due(session, THREE_YEARS)["complainants"] == 1
    asked = NewCompensation("total_loss", Amounts(50_000, 0, 0), "354100", "biên lai số 12")
    compensations.propose(session, made.number, asked, town.provincial, now=APRIL)
    assert due(session, THREE_YEARS) == {}


def test_who_complained_goes_and_how_it_was_settled_stays(session, town):
    item = a_finished_dossier(session, town)
    made = complained(session, town, item)
    complaints.answer(
        session, made.number, "unjustified", "Bưu gửi đã phát đúng.", town.provincial, now=APRIL
    )
    assert swept(session, THREE_YEARS)["complainants"] == 1
    session.expire_all()
    row = session.get_one(Complainant, made.id)
    assert (row.name, row.phone, row.address, row.content) == ("", "", "", "")
    assert session.scalars(select(ComplaintAnswer.said)).all() == ["Bưu gửi đã phát đúng."]
    assert list(verification.faults(session)) == []


def test_an_open_incident_holds_and_a_settled_one_does_not(session, town):
    item = a_finished_dossier(session, town)
    row = {
        "number": "BB1",
        "item_id": item.id,
        "kind": "damaged",
        "happened_at": NINE,
        "recorded_by": town.clerk.account_id,
        "recorded_at": NINE,
        "point_id": town.luong_son.id,
        "holder_kind": "point",
        "holder_id": town.luong_son.id,
    }
    empty = ("told", "seen", "done", "old_seal", "new_seal", "witness", "holder_name")
    incident = Incident(**row, **dict.fromkeys(empty, ""))
    session.add(incident)
    session.flush()
    assert due(session, THREE_YEARS) == {}
    session.add(
        IncidentOutcome(
            incident_id=incident.id,
            outcome="none",
            note="",
            settled_by=town.clerk.account_id,
            settled_at=NINE,
        )
    )
    session.flush()
    assert due(session, THREE_YEARS)["dossier_parties"] == 3


def test_who_called_to_have_a_dossier_fetched_goes_after_the_call_is_answered(session, town):
    mai = NewCall("Đinh Thị Mai", "0912345678", "Xóm Đồng, xã Tân Vinh", TODAY)
    call = collection_calls.ask(session, mai, town.clerk, now=NINE)
    assert due(session, THREE_YEARS) == {}
    session.add(
        CollectionAnswer(
            call_id=call.id,
            outcome="failed",
            reason="absent",
            note="",
            answered_by=town.courier.account_id,
            answered_at=minutes(90),
        )
    )
    session.flush()
    assert swept(session, A_YEAR) == {"collection_calls": 1}
    session.refresh(call)
    assert (call.name, call.phone, call.address) == (ERASED_NAME, "", "")
    assert list(verification.faults(session)) == []


def test_which_paper_showed_a_poor_household_goes_and_the_ground_stays(session, town):
    poor = Exempted("poor", "Giấy chứng nhận hộ nghèo số 12/2026")
    item = take_in(session, town, service_form="send", money=(Money("postage", 26_000, poor),))
    bring_to_agency(session, town, item)
    accept(session, town, item)
    assert swept(session, NINE + timedelta(days=400))["exemptions"] == 1
    session.expire_all()
    kept = session.scalars(select(Exemption)).one()
    assert (kept.evidence, kept.ground) == ("", "poor")
