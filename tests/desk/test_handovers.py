"""Hand-over lists: two sides, each perhaps offline, and what they say of each other by line."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.handovers import Difference
from models.items import Item
from models.ledger import LedgerEntry
from postal_app import (
    bags,
    collecting,
    corrections,
    handover_lists,
    handovers,
    scanning,
    verification,
)
from postal_app import handover_differences as differences
from postal_app.bags import Handled, Seen
from postal_app.enquiries import item_history
from postal_app.handovers import NewHandover
from postal_app.rules.handovers import LineType, ListKind
from postal_app.rules.roles import Role
from postal_app.rules.vocabulary import State
from tests.bagging import SEAL, bd10, bd13, packed
from tests.delivered import result_of, settled
from tests.makers import Town, make_actor, make_town, minutes, scan, take_in

one_server = pytest.mark.one_server


@pytest.fixture
def town(session: Session) -> Town:
    return make_town(session)


def told(session: Session, number: str, by: object) -> list[tuple[str, str]]:
    one = handover_lists.find(session, number, by)
    return [(line.number, str(line.line.outcome)) for line in handover_lists.told(session, one)]


def open_outcomes(session: Session) -> list[str]:
    rows = select(Difference.outcome).where(
        Difference.gone_at.is_(None), Difference.settled_at.is_(None)
    )
    return sorted(session.scalars(rows))


def a_result(session: Session, town: Town) -> Item:
    """Bring a result to Lương Sơn, with a charge to collect at the door."""
    dossier = settled(session, town)
    collecting.add_due(
        session, dossier, "charge", 135_000, "delivery", town.officer, now=minutes(4)
    )
    item = result_of(session, town, dossier, collected=minutes(5))
    scanning.take_in(
        session, [scan(item.number, "arrived", minutes(10))], town.clerk, now=minutes(10)
    )
    return item


def test_a_list_between_offices_is_answered_line_by_line_and_nothing_differs(session, town):
    bag, _ = packed(session, town)
    loose = take_in(session, town)
    one = bd10(session, town, bag.number, loose.number)
    assert one.number == "BD10-26-354100-00001"
    assert told(session, one.number, town.clerk) == [
        (bag.number, "waiting"),
        (loose.number, "waiting"),
    ]
    for number, seal in ((bag.number, SEAL), (loose.number, "NP0001")):
        carried = Handled(number, Seen("intact"))
        handovers.take(session, one.number, carried, town.courier, now=minutes(30))
        taken = Handled(number, Seen("intact", seal))
        handovers.take(session, one.number, taken, town.other_clerk, now=minutes(90))
    handovers.count(session, one.number, town.other_clerk, now=minutes(95))
    assert told(session, one.number, town.other_clerk) == [
        (bag.number, "agreed"),
        (loose.number, "agreed"),
    ]
    assert open_outcomes(session) == []
    assert loose.state == State.AT_OFFICE
    session.expire_all()
    assert list(verification.faults(session)) == []


@one_server
def test_what_is_not_scanned_waits_until_the_taker_has_counted_and_is_missing_then(session, town):
    first, second = take_in(session, town), take_in(session, town)
    extra = take_in(session, town)
    one = bd10(session, town, first.number, second.number)
    for item in (first, extra):
        handovers.take(session, one.number, Handled(item.number), town.other_clerk, now=minutes(90))
    assert dict(told(session, one.number, town.clerk))[second.number] == "waiting"
    assert open_outcomes(session) == ["extra"]
    handovers.count(session, one.number, town.other_clerk, now=minutes(95))
    assert dict(told(session, one.number, town.clerk)) == {
        first.number: "agreed",
        second.number: "missing",
        extra.number: "extra",
    }
    assert open_outcomes(session) == ["extra", "missing"]
    late = scan(second.number, "arrived", minutes(92), handover=one.number.lower())
    scanning.take_in(session, [late], town.other_clerk, now=minutes(99))
    assert open_outcomes(session) == ["extra"]


@one_server
def test_scans_that_come_before_the_list_answer_it_all_the_same(session, town):
    item = take_in(session, town)
    number = "BD10-26-354100-90001"
    early = scan(item.number, "arrived", minutes(90), handover=number, condition="damaged")
    scanning.take_in(session, [early], town.other_clerk, now=minutes(91))
    assert open_outcomes(session) == []
    new = NewHandover(ListKind.BD10, (item.number,), town.hoa_binh.code, minutes(20), number)
    one = handovers.close(session, new, town.clerk, now=minutes(300))
    assert told(session, one.number, town.other_clerk) == [(item.number, "damaged")]
    assert open_outcomes(session) == ["damaged"]
    with pytest.raises(handovers.NumberTaken):
        handovers.close(session, new, town.clerk, now=minutes(301))


@one_server
def test_a_delivery_list_numbers_its_lines_and_tells_what_to_collect(session, town):
    result, plain = a_result(session, town), take_in(session, town)
    one = bd13(session, town.clerk, town.courier, plain.number, result.number)
    assert [(row.position, row.line_type, row.amount_due) for row in one.lines] == [
        (1, LineType.HCC, 0),
        (2, LineType.COD, 135_000),
    ]
    assert [each.number for each in handover_lists.to_take(session, town.courier)] == [one.number]
    for item in (plain, result):
        handovers.take(session, one.number, Handled(item.number), town.courier, now=minutes(30))
    handovers.count(session, one.number, town.courier, now=minutes(31))
    assert {outcome for _, outcome in told(session, one.number, town.courier)} == {"agreed"}
    assert handover_lists.to_take(session, town.courier) == []
    assert result.state == State.OUT_FOR_DELIVERY


@one_server
def test_who_gives_cannot_take_and_a_line_of_one_account_is_not_agreed(session, town):
    item = take_in(session, town)
    one = bd10(session, town, item.number)
    with pytest.raises(handovers.GiverCannotTake):
        handovers.take(session, one.number, Handled(item.number), town.clerk, now=minutes(30))
    with pytest.raises(handovers.GiverCannotTake):
        handovers.count(session, one.number, town.clerk, now=minutes(30))
    own = scan(item.number, "arrived", minutes(30), handover=one.number)
    scanning.take_in(session, [own], town.clerk, now=minutes(31))
    assert told(session, one.number, town.clerk) == [(item.number, "same_account")]
    assert open_outcomes(session) == ["same_account"]


@one_server
def test_two_couriers_offline_both_took_it_and_both_find_it_until_a_third_settles_it(session, town):
    item = take_in(session, town)
    one = bd13(session, town.clerk, town.courier, item.number)
    for courier, minute in ((town.courier, 30), (town.other_courier, 35)):
        taking = scan(item.number, "out_for_delivery", minutes(minute), handover=one.number)
        scanning.take_in(session, [taking], courier, now=minutes(200 + minute))
    assert told(session, one.number, town.clerk) == [(item.number, "two_takers")]
    kinds = [line.step.fact.kind for line in item_history(session, item.number, town.clerk).lines]
    assert kinds.count("out_for_delivery") == 2
    [difference] = differences.open_ones(session, town.courier)
    assert [row.id for row in differences.open_ones(session, town.other_courier)] == [difference.id]
    assert difference.due_at == minutes(235 + 24 * 60)
    for party in (town.courier, town.other_courier):
        with pytest.raises(differences.NeitherOfTheTwo):
            differences.settle(session, difference.id, "tôi giữ", party, now=minutes(300))
    with pytest.raises(differences.SayWhatWasFound):
        differences.settle(session, difference.id, " ", town.clerk, now=minutes(300))
    word = "Anh Tuấn đang giữ, đã xem tận mắt."
    differences.settle(session, difference.id, word, town.clerk, now=minutes(300))
    assert differences.count_open(session, town.courier) == 0
    with pytest.raises(differences.DifferenceSettled):
        differences.settle(session, difference.id, word, town.clerk, now=minutes(301))


@one_server
@pytest.mark.parametrize("in_order", [True, False])
def test_a_correction_of_one_of_two_takers_ends_what_differs(session, town, in_order):
    item = take_in(session, town)
    takings = [
        (town.courier, scan(item.number, "departed", minutes(30))),
        (town.other_courier, scan(item.number, "departed", minutes(35))),
    ]
    for courier, taking in takings if in_order else reversed(takings):
        scanning.take_in(session, [taking], courier, now=minutes(100))
    assert open_outcomes(session) == ["two_takers"]
    wrong = takings[1][1].scan_id
    asked = corrections.ask(
        session, item.number, wrong, "quét nhầm bì bên cạnh", town.other_courier, now=minutes(110)
    )
    corrections.settle(session, asked.id, town.clerk, approved=True, now=minutes(120))
    assert open_outcomes(session) == []
    assert item.holder_id == town.courier.account_id


@one_server
@pytest.mark.parametrize("in_order", [True, False])
def test_two_couriers_offline_both_took_one_bag_and_both_find_it(session, town, in_order):
    bag, items = packed(session, town)
    takings = [
        (town.courier, scan(bag.number, "departed", minutes(30))),
        (town.other_courier, scan(bag.number, "departed", minutes(35))),
    ]
    for courier, taking in takings if in_order else reversed(takings):
        scanning.take_in(session, [taking], courier, now=minutes(100))
    kept = session.scalars(
        select(LedgerEntry.account_id)
        .where(LedgerEntry.bag_id == bag.id, LedgerEntry.kind == "departed")
        .order_by(LedgerEntry.occurred_at)
    ).all()
    assert kept == [town.courier.account_id, town.other_courier.account_id]
    [difference] = differences.open_ones(session, town.courier)
    assert (difference.outcome, difference.bag_id) == ("two_takers", bag.id)
    assert (difference.giver_account_id, difference.taker_account_id) == tuple(kept)
    assert difference.owner_point_id == town.luong_son.id
    assert difference.due_at == minutes(100 + 24 * 60)
    assert [one.id for one in differences.open_ones(session, town.other_courier)] == [difference.id]
    for party in (town.courier, town.other_courier):
        with pytest.raises(differences.NeitherOfTheTwo):
            differences.settle(session, difference.id, "tôi giữ", party, now=minutes(300))
    assert {item.holder_kind for item in items} == {"bag"}
    wrong, why = takings[1][1].scan_id, "quét nhầm túi bên cạnh"
    bags.correct(session, bag.number, wrong, why, town.clerk, now=minutes(120))
    assert open_outcomes(session) == []
    session.expire_all()
    assert bag.holder_id == town.courier.account_id
    assert list(verification.faults(session)) == []


@one_server
def test_a_bag_taken_over_from_another_courier_contradicts_nobody(session, town):
    bag, _ = packed(session, town)
    for courier, kind, minute in (
        (town.courier, "departed", 30),
        (town.other_courier, "handed_on", 35),
    ):
        taking = scan(bag.number, kind, minutes(minute))
        scanning.take_in(session, [taking], courier, now=minutes(minute))
    assert open_outcomes(session) == []


@one_server
def test_two_takers_of_a_listed_bag_are_told_once(session, town):
    bag, _ = packed(session, town)
    one = bd13(session, town.clerk, town.courier, bag.number)
    for courier, minute in ((town.courier, 30), (town.other_courier, 35)):
        taking = scan(bag.number, "departed", minutes(minute), handover=one.number)
        scanning.take_in(session, [taking], courier, now=minutes(200 + minute))
    assert told(session, one.number, town.clerk) == [(bag.number, "two_takers")]
    assert open_outcomes(session) == ["two_takers"]


@one_server
def test_a_list_is_cancelled_before_anybody_takes_and_not_after(session, town):
    first, second = take_in(session, town), take_in(session, town)
    one, other = bd10(session, town, first.number), bd10(session, town, second.number)
    with pytest.raises(handovers.WhyCancelled):
        handovers.cancel(session, one.number, "", town.clerk, now=minutes(30))
    with pytest.raises(handovers.UnknownHandover):
        handovers.cancel(session, one.number, "xe hỏng", town.other_clerk, now=minutes(30))
    handovers.cancel(session, one.number, "xe hỏng", town.clerk, now=minutes(30))
    assert told(session, one.number, town.clerk) == [(first.number, "cancelled")]
    handovers.take(session, other.number, Handled(second.number), town.other_clerk, now=minutes(40))
    for number in (one.number, other.number):
        with pytest.raises(handovers.AlreadyTaken):
            handovers.cancel(session, number, "xe hỏng", town.clerk, now=minutes(50))
    listed = [line.step.fact.kind for line in item_history(session, first.number, town.clerk).lines]
    assert listed[-2:] == ["listed", "unlisted"]


@one_server
def test_an_item_scanned_loose_that_lies_in_a_bag_is_of_the_wrong_one(session, town):
    bag, [item] = packed(session, town, 1)
    one = bd10(session, town, bag.number)
    handovers.take(session, one.number, Handled(bag.number), town.other_clerk, now=minutes(90))
    handovers.take(session, one.number, Handled(item.number), town.other_clerk, now=minutes(91))
    assert told(session, one.number, town.clerk) == [
        (bag.number, "agreed"),
        (item.number, "wrong_bag"),
    ]


@one_server
def test_a_list_is_for_somebody_and_of_what_lies_here(session, town):
    item = take_in(session, town)
    make_actor(session, "xa", "Xa Thị Bộ", Role.COURIER, town.hoa_binh)
    far = str(town.other_courier.account_id)
    for kind, to in ((ListKind.BD10, "354100"), (ListKind.BD10, "1"), (ListKind.BD13, far)):
        new = NewHandover(kind, (item.number,), to, minutes(20))
        with pytest.raises(handovers.UnknownTaker):
            handovers.close(session, new, town.clerk, now=minutes(21))
    with pytest.raises(handovers.NothingToGive):
        bd10(session, town, " ")
    for code in ("RH999999999VN", take_in(session, town).number):
        new = NewHandover(ListKind.BD10, (code,), town.luong_son.code, minutes(20))
        with pytest.raises(handovers.NotHere):
            handovers.close(session, new, town.other_clerk, now=minutes(21))
    one = bd10(session, town, item.number)
    with pytest.raises(handovers.UnknownHandover):
        handover_lists.find(session, one.number, town.other_courier)
