"""Scans on the way: verdicts, oddities, refusals kept, and the agency's part."""

from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.ledger import LedgerEntry, PersonalFact, RefusedScan
from postal_app import agency_desk, ledger, pickups, places, scanning
from postal_app.agency_desk import Acceptance, Registration
from postal_app.agency_dossiers import require_free
from postal_app.envelopes import Envelope, make_item
from postal_app.ledger import NewFact
from postal_app.pickup_form import Person, SignedBy
from postal_app.rules.legs import RESULT
from postal_app.scan_refusals import REFUSALS
from postal_app.scan_verdicts import Outcome, Verdict
from tests.delivered import GIVEN, settled
from tests.makers import (
    LICENCE,
    NINE,
    RECORD,
    Town,
    accept,
    bring_to_agency,
    make_town,
    minutes,
    pickup_of,
    scan,
    take_in,
)
from tests.results import deliver_result


@pytest.fixture
def town(session: Session) -> Town:
    return make_town(session)


CODE = "H28.16-260302-0001"


def one(session: Session, made: scanning.Scan, by: object, at: float = 10) -> Verdict:
    return scanning.take_in(session, [made], by, now=minutes(at))[0]


def test_a_dossier_reaches_the_agency_with_its_three_instants_apart(session, town):
    item = take_in(session, town)
    bring_to_agency(session, town, item)
    accept(session, town, item)
    dossier = item.legs[0].dossier
    assert (item.state, item.integrity, item.closed) == ("accepted_by_agency", "intact", True)
    assert (dossier.sealed_at, dossier.handed_at, dossier.accepted_at) == (
        NINE,
        minutes(120),
        minutes(180),
    )
    assert (dossier.dossier_code, dossier.due_on) == ("H28.16-260302-0001", date(2026, 3, 9))


def test_the_result_goes_back_and_is_returned_only_when_delivered(session, town):
    item = take_in(session, town)
    bring_to_agency(session, town, item)
    accept(session, town, item)
    dossier = item.legs[0].dossier
    result = agency_desk.hand_result(
        session, dossier.number, Envelope("NP0002", 40), town.officer, now=minutes(200)
    )
    assert (result.state, result.holder_kind) == ("expected", "agency")
    assert dossier.settled_at
    assert dossier.returned_at is None
    said = {"receiver": "Đinh Thị Mai", "relation": "self", "proof": "signature"}
    verdicts = scanning.take_in(
        session,
        [
            scan(result.number, "result_collected", minutes(210), condition="intact"),
            scan(result.number, "out_for_delivery", minutes(220)),
            scan(
                result.number,
                "attempt_failed",
                minutes(230),
                reason="absent",
                next_action="again",
            ),
            scan(result.number, "out_for_delivery", minutes(300)),
            scan(result.number, "delivered", minutes(310), condition="intact", **said),
        ],
        town.courier,
        now=minutes(320),
    )
    assert [verdict.outcome for verdict in verdicts] == [Outcome.RECORDED] * 5
    assert (result.state, result.holder_kind, result.closed) == ("delivered", "citizen", True)
    assert dossier.returned_at == minutes(310)


def test_the_receivers_name_stays_out_of_the_entry_and_only_its_commitment_enters(session, town):
    test_the_result_goes_back_and_is_returned_only_when_delivered(session, town)
    entry = session.scalars(select(LedgerEntry).where(LedgerEntry.kind == "delivered")).one()
    assert "receiver" not in entry.details
    assert len(entry.commitment) == 32
    assert session.get_one(PersonalFact, entry.fact).content == {"receiver": "Đinh Thị Mai"}


def test_the_same_scan_sent_twice_is_recorded_once_and_answered_alike(session, town):
    item = take_in(session, town)
    made = scan(item.number, "departed", minutes(5), scan_id=7)
    first = one(session, made, town.courier)
    again = one(session, made, town.courier, at=99)
    assert (first.outcome, again.outcome) == (Outcome.RECORDED, Outcome.ALREADY)
    assert again.state == "in_transit"
    assert item.entries == 2


def test_the_same_id_with_other_content_is_a_conflict_and_the_first_stays(session, town):
    item = take_in(session, town)
    one(session, scan(item.number, "departed", minutes(5), scan_id=7), town.courier)
    other = scan(item.number, "arrived", minutes(6), scan_id=7)
    assert one(session, other, town.courier).outcome is Outcome.CONFLICT
    assert item.state == "in_transit"


def test_one_bad_scan_never_blocks_the_others(session, town):
    item = take_in(session, town)
    batch = [
        scan("RH999999999VN", "departed", minutes(5)),
        scan(item.number, "departed", minutes(6)),
        scan(item.number, "teleported", minutes(7)),
        scan(item.number, "agency_accepted", minutes(8)),
        scan(item.number, "lost", minutes(9)),
        scan(item.number, "attempt_failed", minutes(9), reason="absent", next_action="return"),
    ]
    verdicts = scanning.take_in(session, batch, town.courier, now=minutes(10))
    assert [verdict.outcome for verdict in verdicts] == [
        Outcome.REFUSED,
        Outcome.RECORDED,
        *[Outcome.REFUSED] * 4,
    ]
    kept = session.scalars(select(RefusedScan.reason).order_by(RefusedScan.id)).all()
    assert kept == [
        "unknown_item",
        "unknown_kind",
        "unknown_kind",
        "incomplete",
        "reason_and_action",
    ]


def test_a_refused_scan_is_answered_the_same_way_again(session, town):
    made = scan("RH999999999VN", "departed", minutes(5), scan_id=8)
    assert one(session, made, town.courier).outcome is Outcome.REFUSED
    assert one(session, made, town.courier).outcome is Outcome.REFUSED
    assert len(session.scalars(select(RefusedScan)).all()) == 1


@pytest.mark.parametrize(
    ("made", "oddity"),
    [
        ({"kind": "arrived", "at": NINE - timedelta(hours=20)}, "late"),
        ({"kind": "departed", "at": NINE + timedelta(hours=5)}, "clock"),
        ({"kind": "departed", "at": minutes(5), "seal": "NP9999"}, "seal_differs"),
        ({"kind": "held", "at": minutes(5)}, "wrong_leg"),
        ({"kind": "handed_to_agency", "at": minutes(5)}, "not_the_holder"),
    ],
)
def test_an_odd_scan_is_kept_and_its_oddity_told(session, town, made, oddity):
    item = take_in(session, town)
    verdict = one(session, scan(item.number, **made), town.courier)
    assert verdict.outcome is Outcome.WITH_ANOMALY
    assert oddity in verdict.anomalies
    assert item.entries == 2


def test_who_reads_another_seal_did_not_see_ours_intact(session, town):
    item = take_in(session, town)
    made = scan(item.number, "departed", minutes(5), seal="NP9999", condition="intact")
    one(session, made, town.courier)
    assert item.integrity == "not_checked"


def test_a_scan_that_comes_days_late_settles_the_history_as_it_was(session, town):
    item = take_in(session, town)
    handed = scan(item.number, "handed_to_agency", minutes(120), condition="intact")
    assert one(session, handed, town.courier, at=121).anomalies == ("not_the_holder",)
    departed = scan(item.number, "departed", minutes(60))
    assert one(session, departed, town.courier, at=3000).anomalies == ("late",)
    assert (item.state, item.holder_kind) == ("at_agency", "agency")


def test_an_officer_records_nothing_about_another_agencys_item(session, town):
    item = take_in(session, town)
    item.agency_id = make_other_agency(session)
    session.flush()
    made = scan(item.number, "damaged", minutes(5), note="bì rách")
    assert one(session, made, town.officer).words == REFUSALS["not_yours"]


def make_other_agency(session: Session) -> int:
    values = places.AgencyValues("H28.20", "Sở Tư pháp", "Tỉnh", "Phương Lâm", None, None)
    return places.add_agency(session, values, date(2026, 1, 1)).id


@pytest.mark.parametrize(
    ("acceptance", "error"),
    [
        (Acceptance(" ", date(2026, 3, 9), "intact"), agency_desk.CodeMissing),
        (Acceptance("H28-1", date(2026, 3, 1), "intact"), agency_desk.DueTooEarly),
        (Acceptance("H28-1", date(2026, 3, 9), ""), agency_desk.BadCondition),
    ],
)
def test_an_acceptance_that_cannot_be_used_is_told(session, town, acceptance, error):
    item = take_in(session, town)
    bring_to_agency(session, town, item)
    with pytest.raises(error):
        agency_desk.accept(session, item.number, acceptance, town.officer, now=minutes(180))


def test_one_dossier_code_is_never_on_two_live_dossiers(session, town):
    for code, error in (("h28.16-260302 - 0001", None), ("H28.16-260302-0001", True)):
        item = take_in(session, town)
        bring_to_agency(session, town, item)
        if error:
            with pytest.raises(agency_desk.CodeTaken):
                accept(session, town, item, code)
        else:
            accept(session, town, item, code)


def test_a_result_cannot_leave_twice_nor_before_acceptance(session, town):
    item = take_in(session, town)
    number = item.legs[0].dossier.number
    envelope = Envelope("NP0002", 40)
    with pytest.raises(agency_desk.NotAcceptedYet):
        agency_desk.hand_result(session, number, envelope, town.officer, now=minutes(100))
    bring_to_agency(session, town, item)
    accept(session, town, item)
    agency_desk.hand_result(session, number, envelope, town.officer, now=minutes(200))
    with pytest.raises(agency_desk.ResultOnItsWay):
        agency_desk.hand_result(session, number, envelope, town.officer, now=minutes(201))


@pytest.mark.parametrize("procedure", [LICENCE, "7.777777"])
def test_an_agency_registers_a_dossier_it_took_in_itself(session, town, procedure):
    mai = Person("Đinh Thị Mai", "0912345678", "xã Tân Vinh, huyện Lương Sơn, Hòa Bình")
    registration = Registration(procedure, "H28.16-260302-0009", mai, "354100")
    dossier = agency_desk.register(session, registration, town.officer, now=NINE)
    assert (dossier.terms_id is None) == (procedure != LICENCE)
    item = agency_desk.hand_result(
        session, dossier.dossier_code, Envelope("NP3", 20), town.officer, now=NINE
    )
    one(session, scan(item.number, "result_collected", minutes(3)), town.courier)
    assert item.legs[0].started_at == minutes(3)


def test_who_registers_at_the_counter_for_the_result_alone_gets_it_by_post(session, town):
    form = pickup_of(RECORD, service_form="receive", papers=())
    dossier = pickups.open_pickup(session, form, town.clerk, now=NINE)
    assert agency_desk.in_work(session, town.officer) == []
    both = [SignedBy("clerk"), SignedBy("sender")]
    pickups.sign(session, dossier.number, both, town.clerk, now=NINE)
    assert agency_desk.in_work(session, town.officer) == [dossier]
    item = agency_desk.hand_result(
        session, dossier.number, Envelope("NP4", 20), town.officer, now=minutes(5)
    )
    one(session, scan(item.number, "result_collected", minutes(6)), town.courier)
    assert (item.state, dossier.settled_at) == ("collected", minutes(5))


def test_the_inbox_shows_what_waits_first_and_what_is_on_its_way(session, town):
    on_the_way, waiting = take_in(session, town), take_in(session, town)
    one(session, scan(on_the_way.number, "departed", minutes(5)), town.courier)
    bring_to_agency(session, town, waiting)
    inbox = agency_desk.expected(session, town.officer)
    assert [item.number for item in inbox] == [waiting.number, on_the_way.number]
    accept(session, town, waiting)
    assert [d.dossier_code for d in agency_desk.in_work(session, town.officer)] == [
        "H28.16-260302-0001"
    ]


def test_scan_ids_may_be_any_uuid_and_an_empty_batch_is_nothing(session, town):
    assert scanning.take_in(session, [], town.courier, now=NINE) == []
    item = take_in(session, town)
    made = scan(item.number, "departed", minutes(1), scan_id=UUID(int=0).int)
    assert one(session, made, town.courier).outcome is Outcome.RECORDED


def test_a_second_result_is_waited_for_from_its_making_on(session: Session, town: Town) -> None:
    dossier = settled(session, town)
    first = make_item(session, RESULT, [dossier], Envelope("NP0002", 40), now=minutes(200))
    ways = [
        scan(first.number, "result_collected", minutes(201), condition="intact"),
        scan(first.number, "out_for_delivery", minutes(202)),
        scan(first.number, "delivered", minutes(203), condition="intact", **GIVEN),
    ]
    scanning.take_in(session, ways, town.courier, now=minutes(203))
    assert dossier.returned_at == minutes(203)
    second = make_item(session, RESULT, [dossier], Envelope("NP0003", 40), now=minutes(210))
    assert dossier.returned_at is None
    astray = scan(second.number, "arrived", minutes(211))
    scanning.take_in(session, [astray], town.clerk, now=minutes(211))
    assert dossier.returned_at is None


def test_a_code_given_again_keeps_no_correction_from_being_recorded(
    session: Session, town: Town
) -> None:
    earlier, later = take_in(session, town), take_in(session, town)
    bring_to_agency(session, town, earlier)
    accept(session, town, earlier, CODE)
    delivered = deliver_result(session, town, earlier)
    first = earlier.legs[0].dossier
    assert first.returned_at is not None
    bring_to_agency(session, town, later)
    accept(session, town, later, CODE)
    fact = session.scalars(select(LedgerEntry.fact).where(LedgerEntry.kind == "delivered")).one()
    now = minutes(500)
    mistaken = NewFact(delivered.id, uuid4(), "corrected", now, town.clerk, corrects=fact)
    ledger.record(session, [mistaken], now=now)
    assert first.returned_at is None
    with pytest.raises(agency_desk.CodeTaken):
        require_free(session, CODE)


def test_what_went_back_is_waited_for_again_when_it_turns_out_that_it_did_not(
    session: Session, town: Town
) -> None:
    dossier = settled(session, town)
    given = make_item(session, RESULT, [dossier], Envelope("NP0002", 40), now=minutes(200))
    back = make_item(session, RESULT, [dossier], Envelope("NP0003", 40), now=minutes(200))
    ways = [
        *(scan(each.number, "result_collected", minutes(201)) for each in (given, back)),
        *(scan(each.number, "out_for_delivery", minutes(202)) for each in (given, back)),
        scan(given.number, "delivered", minutes(203), **GIVEN),
    ]
    scanning.take_in(session, ways, town.courier, now=minutes(203))
    assert dossier.returned_at is None

    def record(kind: str, happened: float, told: float) -> None:
        fact = NewFact(back.id, uuid4(), kind, minutes(happened), town.clerk)
        ledger.record(session, [fact], now=minutes(told))

    record("sent_back", 220, 220)
    assert dossier.returned_at == minutes(203)
    record("declared_ownerless", 219, 230)
    assert dossier.returned_at is None


def test_the_couriers_word_on_the_end_of_a_leg_is_believed_before_a_later_one(
    session: Session, town: Town
) -> None:
    item = take_in(session, town)
    bring_to_agency(session, town, item)
    [leg] = item.legs
    began, ended = leg.started_at, leg.ended_at
    later = ended + timedelta(minutes=5)
    received = NewFact(item.id, uuid4(), "agency_received", later, town.officer)
    ledger.record(session, [received], now=later)
    session.expire(leg)
    assert (leg.started_at, leg.ended_at) == (began, ended)
    assert item.state == "received_by_agency"
