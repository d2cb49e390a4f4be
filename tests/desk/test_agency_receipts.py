"""Receiving an envelope: counted again against the signed list, and both sign the record."""

from dataclasses import replace
from uuid import uuid4

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import ProgrammingError

from models.answers import LentOriginal, Recount
from postal_app import agency_desk, agency_receipts, agency_records, pickups, scanning
from postal_app.agency_dossiers import SomethingMissing, TwoAccounts, UnknownItem
from postal_app.agency_receipts import AlreadyReceived, BadCondition, CountedPaper, NotCounted
from postal_app.agency_records import AlreadyReplied, UnknownRecord
from postal_app.envelopes import Envelope, make_item
from postal_app.ledger import NewFact, own_holder, record
from postal_app.pickup_form import SignedBy
from postal_app.rules.legs import SUBMISSION
from postal_app.rules.recounts import RecordState
from postal_app.rules.roles import Role
from postal_app.rules.vocabulary import State
from tests.agencies import DUE, arrive, as_listed, colleague, other_agency, paper, receive
from tests.makers import (
    bring_to_agency,
    make_actor,
    make_town,
    minutes,
    pickup_of,
    scan,
    take_in,
)


@pytest.fixture
def town(session):
    return make_town(session)


def test_an_envelope_counted_as_listed_is_signed_by_the_couriers_scan_and_the_officer(
    session, town
):
    item = arrive(session, town)
    made = receive(session, item, town.officer)
    assert made.number == "GN26-H28.16-00001"
    assert [line.result for line in made.lines] == ["agreed", "agreed"]
    assert agency_records.state_of(made) is RecordState.COMPLETE
    assert (made.giver_id, made.received_by) == (
        town.courier.account_id,
        town.officer.account_id,
    )
    assert (item.state, item.integrity, item.proven) == (State.RECEIVED_BY_AGENCY, "intact", True)
    assert agency_desk.expected(session, town.officer) == []
    assert [one.number for one in agency_desk.to_accept(session, town.officer)] == [
        item.legs[0].dossier.number
    ]


@pytest.mark.parametrize(
    ("change", "results"),
    [
        ({"line_0": CountedPaper(paper("original", 0), 0)}, ["missing", "agreed"]),
        ({"line_0": CountedPaper(paper("photocopy", 1, 2), 0)}, ["wrong", "agreed"]),
        ({"line_1": CountedPaper(paper("copy", 2, 2), 1)}, ["agreed", "extra"]),
        (
            {"extra": CountedPaper(paper("copy", 1, 1), None, "Giấy khám sức khỏe")},
            ["agreed", "agreed", "extra"],
        ),
    ],
)
def test_a_difference_becomes_a_line_and_waits_for_the_giver_to_answer(
    session, town, change, results
):
    item = arrive(session, town)
    made = receive(session, item, town.officer, **change)
    assert [line.result for line in made.lines] == results
    assert agency_records.state_of(made) is RecordState.WAITING
    assert list(agency_records.to_sign(session, town.courier)) == [made]
    assert agency_records.count_differing(session, town.officer) == 1
    told = agency_records.reply(
        session,
        made.number,
        "objected",
        "Bì còn nguyên niêm phong",
        town.courier,
        now=minutes(200),
    )
    assert agency_records.state_of(told) is RecordState.OBJECTED
    assert list(agency_records.to_sign(session, town.courier)) == []
    with pytest.raises(AlreadyReplied):
        agency_records.reply(session, made.number, "agreed", "", town.courier, now=minutes(201))
    assert agency_records.count_differing(session, town.officer) == 1


def test_a_difference_that_the_giver_agrees_to_waits_for_nobody(session, town):
    change = {"line_0": CountedPaper(paper("original", 0), 0)}
    made = receive(session, arrive(session, town), town.officer, **change)
    agency_records.reply(session, made.number, "agreed", "", town.courier, now=minutes(200))
    assert agency_records.count_differing(session, town.officer) == 0


def test_an_objection_says_why(session, town):
    item = arrive(session, town)
    made = receive(session, item, town.officer, line_0=CountedPaper(paper("original", 0), 0))
    with pytest.raises(SomethingMissing):
        agency_records.reply(session, made.number, "objected", " ", town.courier, now=minutes(200))


def test_nobody_but_the_giver_answers_and_nobody_else_sees_the_record(session, town):
    item = arrive(session, town)
    made = receive(session, item, town.officer, line_0=CountedPaper(paper("original", 0), 0))
    _, far = other_agency(session)
    for stranger in (town.other_courier, town.clerk, far):
        with pytest.raises(UnknownRecord):
            agency_records.reply(session, made.number, "agreed", "", stranger, now=minutes(200))
    assert list(agency_records.to_sign(session, town.other_courier)) == []
    assert list(agency_records.of_agency(session, town.officer)) == [made]


def test_one_account_is_never_giver_and_taker_though_one_person_sits_at_both_desks(session, town):
    """Post staff sit at the one-stop desk: courier in the morning, officer at the desk after."""
    item = arrive(session, town)
    same_person = replace(town.officer, account_id=town.courier.account_id)
    with pytest.raises(TwoAccounts):
        receive(session, item, same_person)
    with pytest.raises(TwoAccounts):
        agency_desk.accept(
            session,
            item.number,
            agency_desk.Acceptance("H28.16-260302-0001", DUE, "intact"),
            same_person,
            now=minutes(180),
        )
    assert session.scalars(select(Recount)).all() == []
    receive(session, item, town.officer)


def test_who_received_does_not_answer_for_the_point_either(session, town):
    item = take_in(session, town)
    desk = make_actor(session, "kep", "Hà Thị Kép", Role.OFFICER, town.agency)
    made = receive(session, item, desk)  # nobody scanned: the point handed it over
    assert agency_records.state_of(made) is RecordState.WAITING
    at_the_counter = replace(town.clerk, account_id=desk.account_id)
    assert list(agency_records.to_sign(session, at_the_counter)) == [made]
    with pytest.raises(TwoAccounts):
        agency_records.reply(session, made.number, "agreed", "", at_the_counter, now=minutes(200))
    agency_records.reply(session, made.number, "agreed", "", town.clerk, now=minutes(201))
    assert agency_records.state_of(made) is RecordState.COMPLETE


def test_a_courier_who_never_scanned_the_hand_over_is_asked_for_his_word(session, town):
    item = take_in(session, town)
    scanning.take_in(
        session, [scan(item.number, "departed", minutes(60))], town.courier, now=minutes(61)
    )
    made = receive(session, item, town.officer)
    assert made.giver_id == town.courier.account_id
    assert list(agency_records.to_sign(session, town.courier)) == [made]


def test_an_envelope_is_received_once_and_only_by_its_agency(session, town):
    item = arrive(session, town)
    _, far = other_agency(session)
    with pytest.raises(UnknownItem):
        receive(session, item, far)
    receive(session, item, town.officer)
    with pytest.raises(AlreadyReceived):
        receive(session, item, town.officer)


def test_nothing_is_taken_for_granted_each_line_is_counted_and_the_seal_looked_at(session, town):
    item = arrive(session, town)
    number = item.legs[0].dossier.number
    whole = as_listed(session, item)
    half = replace(whole, counted={number: whole.counted[number][:1]})
    with pytest.raises(NotCounted) as refused:
        agency_receipts.receive(session, item.number, half, town.officer, now=minutes(150))
    assert refused.value.field == f"{number}_1_copies"
    blind = replace(whole, condition="")
    with pytest.raises(BadCondition):
        agency_receipts.receive(session, item.number, blind, town.officer, now=minutes(150))


def test_who_accepts_without_counting_has_a_record_that_says_so(session, town):
    item = arrive(session, town)
    acceptance = agency_desk.Acceptance("H28.16-260302-0001", DUE, "intact")
    agency_desk.accept(session, item.number, acceptance, town.officer, now=minutes(180))
    [made] = session.scalars(select(Recount)).all()
    assert (made.counted, made.lines) == (False, [])
    assert item.state == State.ACCEPTED_BY_AGENCY


def test_two_dossiers_in_one_envelope_are_counted_and_accepted_each_on_its_own(session, town):
    both = [SignedBy("clerk"), SignedBy("sender")]
    dossiers = []
    for minute in (0, 5):
        one = pickups.open_pickup(session, pickup_of(), town.clerk, now=minutes(minute))
        pickups.sign(session, one.number, both, town.clerk, now=minutes(minute))
        one.sealed_at = minutes(6)
        dossiers.append(one)
    item = make_item(session, SUBMISSION, dossiers, Envelope("NP77", 300), now=minutes(6))
    taken = NewFact(
        item.id,
        uuid4(),
        "accepted",
        minutes(6),
        town.clerk,
        taker=own_holder(town.clerk),
    )
    record(session, [taken], now=minutes(6))
    bring_to_agency(session, town, item)
    made = receive(session, item, town.officer)
    assert {line.dossier_id for line in made.lines} == {one.id for one in dossiers}
    with pytest.raises(agency_desk.WhichDossier):
        accept_one(session, town, item, "")
    accept_one(session, town, item, dossiers[0].number, "H28.16-260302-0001")
    assert (dossiers[0].accepted_at, dossiers[1].accepted_at) == (minutes(180), None)
    accept_one(session, town, item, dossiers[1].number, "H28.16-260302-0002")
    assert dossiers[1].dossier_code == "H28.16-260302-0002"
    with pytest.raises(agency_desk.AlreadyAccepted):
        accept_one(session, town, item, dossiers[1].number, "H28.16-260302-0003")


def accept_one(session, town, item, dossier, code="H28.16-260302-0009"):
    acceptance = agency_desk.Acceptance(code, DUE)
    agency_desk.accept(
        session, item.number, acceptance, town.officer, now=minutes(180), dossier=dossier
    )


def test_an_original_shown_only_for_comparison_is_noted_on_receipt(session, town):
    item = arrive(session, town)
    lent = CountedPaper(paper("original", 1, 2), 0, lent=True)
    receive(session, item, town.officer, line_0=lent)
    [loan] = session.scalars(select(LentOriginal)).all()
    assert (loan.name, loan.copies) == ("Đơn đề nghị theo mẫu", 1)


def test_two_officers_share_the_inbox_and_the_records_are_numbered_without_a_gap(session, town):
    hoa = colleague(session, town)
    made = [receive(session, arrive(session, town), by) for by in (town.officer, hoa)]
    assert [one.number[-5:] for one in made] == ["00001", "00002"]


@pytest.mark.parametrize("table", ["recounts", "recount_lines", "recount_replies"])
def test_the_database_itself_lets_no_record_be_changed(session, town, table):
    item = arrive(session, town)
    made = receive(session, item, town.officer, line_0=CountedPaper(paper("original", 0), 0))
    agency_records.reply(session, made.number, "agreed", "", town.courier, now=minutes(200))
    with pytest.raises(ProgrammingError), session.begin_nested():
        session.execute(text(f"DELETE FROM {table}"))
