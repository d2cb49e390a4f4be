"""Bags: what lies in one moves with it, whatever arrives first, and is counted on opening."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from itertools import permutations

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from models.bags import Bag
from models.handovers import Difference
from models.items import Item
from postal_app import bags, corrections, faults, scanning, verification
from postal_app import handover_differences as differences
from postal_app.bags import Handled, Seen
from postal_app.enquiries import item_history, timeline
from postal_app.holding import holder_at
from postal_app.rules.bags import BagState
from postal_app.rules.codes import tag
from postal_app.rules.handovers import Outcome
from postal_app.rules.holders import HolderKind
from postal_app.rules.vocabulary import State
from postal_app.scanning import Scan
from tests.bagging import SEAL, kinds_of, opened, packed
from tests.makers import Town, make_town, minutes, scan, take_in

one_server = pytest.mark.one_server


@pytest.fixture
def town(session: Session) -> Town:
    return make_town(session)


def move(session: Session, town: Town, bag: Bag) -> None:
    """Let anh Dũng bring a bag from Lương Sơn to Hòa Bình."""
    scanning.take_in(
        session, [scan(bag.number, "departed", minutes(40))], town.courier, now=minutes(41)
    )
    scanning.take_in(
        session, [scan(bag.number, "arrived", minutes(90))], town.other_clerk, now=minutes(91)
    )


def outcomes(session: Session, bag: Bag) -> dict[str, str]:
    return {one.item.number: str(one.line.outcome) for one in bags.count(session, bag)}


def opened_differences(session: Session) -> list[tuple[str, int | None]]:
    rows = session.scalars(
        select(Difference).where(Difference.gone_at.is_(None)).order_by(Difference.id)
    )
    return [(row.outcome, row.item_id) for row in rows]


def no_fault(session: Session) -> None:
    session.expire_all()
    assert list(verification.faults(session)) == []


def test_a_bag_takes_what_lies_in_it_along_and_all_is_found_when_it_is_opened(session, town):
    bag, items = packed(session, town)
    move(session, town, bag)
    assert kinds_of(session, items[0]) == ["accepted", "bagged", "departed", "arrived"]
    assert (items[0].state, items[0].holder_kind) == (State.AT_OFFICE, HolderKind.BAG)
    opened(session, town, bag)
    for item in items:
        one = Handled(item.number, Seen("intact"))
        bags.take_out(session, bag.number, one, town.other_clerk, now=minutes(101))
    bags.declare_empty(session, bag.number, town.other_clerk, now=minutes(110))
    assert outcomes(session, bag) == {item.number: "agreed" for item in items}
    assert {(item.holder_kind, item.holder_id) for item in items} == {
        (HolderKind.POINT, town.hoa_binh.id)
    }
    assert opened_differences(session) == []
    no_fault(session)


@one_server
def test_what_is_assumed_says_so_and_the_citizen_sees_where_it_is(session, town):
    bag, [item] = packed(session, town, 1)
    move(session, town, bag)
    told = item_history(session, item.number, town.other_clerk)
    line = next(one for one in told.lines if one.step.fact.kind == "arrived")
    assert line.details == {"assumed": True, "bag": bag.number}
    assert (line.recorded_by, line.giver, line.anomalies) == ("Đinh Thị Lan", bag.number, ())
    seen = timeline(session, item.number, tag(item.number, b"k"), b"k")
    assert [event.words.vi for event in seen.events][:2] == ["Đến bưu cục", "Rời bưu cục"]
    assert holder_at(session, item.number, minutes(95)).who.vi == f"Trong túi {bag.number}"


@one_server
def test_one_is_missing_one_extra_and_both_sides_find_it_on_their_list(session, town):
    bag, [first, second] = packed(session, town)
    extra = take_in(session, town)
    move(session, town, bag)
    opened(session, town, bag)
    for number in (first.number, extra.number):
        bags.take_out(session, bag.number, Handled(number), town.other_clerk, now=minutes(101))
    bags.declare_empty(session, bag.number, town.other_clerk, now=minutes(110))
    assert outcomes(session, bag) == {
        first.number: "agreed",
        second.number: "missing",
        extra.number: "extra",
    }
    assert (second.state, second.holder_kind, second.holder_id) == (
        State.LOST,
        HolderKind.POINT,
        town.luong_son.id,
    )
    for person in (town.clerk, town.other_clerk, town.provincial):
        listed = differences.open_ones(session, person)
        assert {one.outcome for one in listed} == {Outcome.MISSING, Outcome.EXTRA}
    assert differences.open_ones(session, town.officer) == []
    no_fault(session)


@one_server
def test_an_item_of_another_bag_is_told_of_the_wrong_one(session, town):
    bag, [item] = packed(session, town, 1)
    other, [astray] = packed(session, town, 1)
    move(session, town, bag)
    move(session, town, other)
    opened(session, town, bag)
    bags.take_out(session, bag.number, Handled(item.number), town.other_clerk, now=minutes(101))
    bags.take_out(session, bag.number, Handled(astray.number), town.other_clerk, now=minutes(102))
    assert outcomes(session, bag)[astray.number] == "wrong_bag"
    assert (astray.holder_kind, astray.holder_id) == (HolderKind.POINT, town.hoa_binh.id)


@one_server
def test_a_seal_read_otherwise_and_a_torn_envelope_are_told_by_the_line(session, town):
    bag, [first, second] = packed(session, town)
    move(session, town, bag)
    bags.open_bag(session, bag.number, Seen("intact", "TK9"), town.other_clerk, now=minutes(100))
    assert bags.steps(session, bag)[-1].anomalies == ("seal_differs",)
    assert bag.integrity == "not_checked"
    seen = [Seen("intact", "NP9999"), Seen("damaged")]
    for item, look in zip((first, second), seen, strict=True):
        one = Handled(item.number, look)
        bags.take_out(session, bag.number, one, town.other_clerk, now=minutes(101))
    assert set(outcomes(session, bag).values()) == {"seal_differs", "damaged"}


@one_server
@pytest.mark.parametrize("arrival", list(permutations(range(4)))[::5])
def test_whatever_arrives_first_items_and_bag_end_the_same(session, town, arrival):
    bag, [item, other] = packed(session, town)
    told = [
        (town.courier, scan(bag.number, "departed", minutes(40), 1)),
        (town.courier, scan(item.number, "unbagged", minutes(50), 2, bag=bag.number)),
        (town.other_clerk, scan(bag.number, "arrived", minutes(90), 3)),
        (town.courier, scan(bag.number, "lost", minutes(60), 4, note="rơi trên đường")),
    ]
    for place in arrival:
        by, one = told[place]
        scanning.take_in(session, [one], by, now=minutes(200 + place))
    assert (bag.state, bag.holder_id) == (BagState.AT_OFFICE, town.hoa_binh.id)
    assert (item.state, item.holder_kind) == (State.IN_TRANSIT, HolderKind.COURIER)
    assert (other.state, other.holder_kind) == (State.AT_OFFICE, HolderKind.BAG)
    no_fault(session)


@one_server
def test_a_scan_that_comes_last_shows_it_was_inside_and_what_was_missing_is_written(session, town):
    bag, [item] = packed(session, town, 1)
    late = take_in(session, town)
    move(session, town, bag)
    opened(session, town, bag)
    bags.take_out(session, bag.number, Handled(item.number), town.other_clerk, now=minutes(101))
    bags.declare_empty(session, bag.number, town.other_clerk, now=minutes(110))
    put_in = scan(late.number, "bagged", minutes(11), bag=bag.number)
    scanning.take_in(session, [put_in], town.clerk, now=minutes(500))
    assert kinds_of(session, late)[1:] == ["bagged", "departed", "arrived", "missing_from_bag"]
    assert late.state == State.LOST
    assert (Outcome.MISSING, late.id) in opened_differences(session)
    scanning.take_in(session, [put_in], town.clerk, now=minutes(501))
    assert len(kinds_of(session, late)) == 5
    no_fault(session)


@one_server
def test_a_corrected_packing_takes_the_missing_item_off_the_list(session, town):
    bag, [item, wrong] = packed(session, town)
    move(session, town, bag)
    opened(session, town, bag)
    bags.take_out(session, bag.number, Handled(item.number), town.other_clerk, now=minutes(101))
    bags.declare_empty(session, bag.number, town.other_clerk, now=minutes(110))
    assert opened_differences(session) == [(Outcome.MISSING, wrong.id)]
    told = item_history(session, wrong.number, town.clerk)
    fact = next(line.fact for line in told.lines if line.step.fact.kind == "bagged")
    asked = corrections.ask(
        session, wrong.number, fact, "quét nhầm bì bên cạnh", town.clerk, now=minutes(120)
    )
    corrections.settle(session, asked.id, town.provincial, approved=True, now=minutes(130))
    assert opened_differences(session) == []
    assert (wrong.state, wrong.holder_id) == (State.TAKEN_IN, town.luong_son.id)
    no_fault(session)


@one_server
def test_a_corrected_event_of_the_bag_is_corrected_in_its_items(session, town):
    bag, [item] = packed(session, town, 1)
    lost = scan(bag.number, "lost", minutes(30), note="không thấy túi")
    scanning.take_in(session, [lost], town.clerk, now=minutes(31))
    assert item.state == State.LOST
    with pytest.raises(bags.NothingOfTheBag):
        bags.correct(session, bag.number, lost.scan_id, "nhầm", town.clerk, now=minutes(32))
    second = town.other_clerk
    bags.correct(session, bag.number, lost.scan_id, "túi ở kho", second, now=minutes(33))
    assert (bag.state, item.state) == (BagState.SEALED, State.TAKEN_IN)
    no_fault(session)


@one_server
def test_each_scan_of_a_bag_has_one_final_verdict(session, town):
    bag, _ = packed(session, town, 1)
    first = scan(bag.number, "departed", minutes(40))
    odd = scan(bag.number, "departed", minutes(45))
    told = scanning.take_in(session, [first, odd], town.courier, now=minutes(50))
    assert [(one.outcome, one.anomalies) for one in told] == [
        ("recorded", ()),
        ("recorded_with_anomaly", ("out_of_order",)),
    ]
    [again] = scanning.take_in(session, [first], town.courier, now=minutes(51))
    assert (again.outcome, again.number, again.state) == (
        "already_recorded",
        bag.number,
        "in_transit",
    )
    other = Scan(first.scan_id, bag.number, "arrived", minutes(40))
    [conflict] = scanning.take_in(session, [other], town.courier, now=minutes(52))
    assert conflict.outcome == "conflict"


@one_server
@pytest.mark.parametrize(
    ("kind", "details", "why"),
    [
        ("delivered", {}, "Không có loại việc này."),
        ("sealed", {"seal": "X"}, "Không có loại việc này."),
        ("lost", {}, "Còn thiếu thông tin bắt buộc của việc này."),
        ("arrived", {"condition": "shiny"}, "Một giá trị không có trong danh mục."),
    ],
)
def test_what_cannot_be_recorded_of_a_bag_is_refused_and_kept(session, town, kind, details, why):
    bag, _ = packed(session, town, 1)
    [told] = scanning.take_in(
        session, [scan(bag.number, kind, minutes(40), **details)], town.courier, now=minutes(41)
    )
    assert (told.outcome, told.words.vi) == ("refused", why)


@one_server
def test_nothing_is_put_into_a_bag_that_is_not_there(session, town):
    item = take_in(session, town)
    one = scan(item.number, "bagged", minutes(40), bag="TG999999999VN")
    [told] = scanning.take_in(session, [one], town.clerk, now=minutes(41))
    assert told.outcome == "refused"
    assert "Không có túi nào" in told.words.vi


@one_server
def test_a_bag_is_found_where_it_comes_from_goes_to_and_is_carried_and_nowhere_else(session, town):
    bag, _ = packed(session, town, 1)
    for person in (town.clerk, town.other_clerk, town.provincial):
        assert bags.find(session, bag.number, person).id == bag.id
    for person in (town.courier, town.other_courier, town.officer):
        with pytest.raises(bags.UnknownBag):
            bags.find(session, bag.number, person)
    move(session, town, bag)
    assert bags.find(session, bag.number.lower(), town.courier).id == bag.id


def nothing(session: Session, town: Town, bag: Bag, now: datetime) -> None:
    bags.seal(session, bag.number, SEAL, town.clerk, now=now)


def twice(session: Session, town: Town, bag: Bag, now: datetime) -> None:
    bags.put_in(session, bag.number, Handled(take_in(session, town).number), town.clerk, now=now)
    nothing(session, town, bag, now)
    nothing(session, town, bag, now)


def unread(session: Session, town: Town, bag: Bag, now: datetime) -> None:
    bags.put_in(session, bag.number, Handled(take_in(session, town).number), town.clerk, now=now)
    nothing(session, town, bag, now)
    bags.open_bag(session, bag.number, Seen(), town.other_clerk, now=now)


def unknown(session: Session, town: Town, bag: Bag, now: datetime) -> None:
    bags.put_in(session, bag.number, Handled("RH999999999VN"), town.clerk, now=now)


@one_server
@pytest.mark.parametrize(
    ("work", "error"),
    [
        (nothing, bags.NothingInside),
        (twice, bags.NotThisStep),
        (unread, bags.SealNeeded),
        (unknown, bags.UnknownNumber),
    ],
)
def test_a_step_that_cannot_be_done_is_refused_in_words(session, town, work, error):
    bag = bags.make(session, town.hoa_binh.code, town.clerk, now=minutes(1))
    with pytest.raises(error):
        work(session, town, bag, minutes(5))


@one_server
def test_a_bag_goes_to_another_point_that_exists(session, town):
    for code in (town.luong_son.code, "000000"):
        with pytest.raises(bags.UnknownDestination):
            bags.make(session, code, town.clerk, now=minutes(1))


@one_server
def test_two_sealed_bags_have_two_numbers_that_every_scanner_reads(session, town):
    first, _ = packed(session, town, 1)
    second, _ = packed(session, town, 1)
    assert first.number != second.number
    assert [bag.id for bag in bags.at_hand(session, town.clerk)] == [second.id, first.id]
    assert {bag.id for bag in bags.coming(session, town.other_clerk)} == {first.id, second.id}


@one_server
def test_who_packs_and_who_carries_at_once_wait_for_each_other_and_nothing_is_left_out(archive):
    with Session(archive.engine) as session:
        town = make_town(session)
        bag, items = packed(session, town, 3)
        late = [take_in(session, town) for _ in range(3)]
        name, inside = bag.number, [item.number for item in items]
        more = [item.number for item in late]
        session.commit()

    def work(turn: int) -> None:
        with Session(archive.engine) as mine:
            if turn % 2:
                kind, by = (("departed", town.courier), ("arrived", town.other_clerk))[
                    turn % 4 // 2
                ]
                scans = [scan(name, kind, minutes(40 + turn))]
            else:
                by, number = town.clerk, more[turn // 2]
                scans = [scan(one, "bagged", minutes(20), bag=name) for one in (number, *inside)]
            scanning.take_in(mine, scans, by, now=minutes(100))
            mine.commit()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(work, range(6)))
    with Session(archive.engine) as session:
        for number in (*inside, *more):
            item = session.scalars(select(Item).where(Item.number == number)).one()
            moves = [kind for kind in kinds_of(session, item) if kind in ("departed", "arrived")]
            assert sorted(moves) == ["arrived", "departed", "departed"], number
        assert list(verification.faults(session)) == []


TOUCHED = [
    ("UPDATE ledger SET details = '{\"seal\": \"X\"}' WHERE kind = 'sealed'", faults.EDITED),
    ("DELETE FROM ledger WHERE kind = 'opened'", faults.CUT_OFF),
    ("DELETE FROM ledger WHERE bag_id IS NOT NULL AND kind = 'departed'", faults.MISSING),
    ("UPDATE bags SET holder_id = 999", faults.SHADOW),
]


@one_server
@pytest.mark.parametrize(("words", "found"), TOUCHED)
def test_what_is_touched_of_a_bag_is_found_and_named(archive, words, found):
    with Session(archive.engine) as session:
        town = make_town(session)
        bag, _ = packed(session, town, 1)
        move(session, town, bag)
        opened(session, town, bag)
        number = bag.number
        session.commit()
    with archive.owner_engine.begin() as connection:
        connection.execute(text("SET session_replication_role = replica"))
        assert connection.execute(text(words)).rowcount
    with Session(archive.engine) as session:
        told = [(fault.number, fault.words) for fault in verification.faults(session)]
    assert (number, found) in told


@one_server
@pytest.mark.parametrize(
    "words",
    [
        "DELETE FROM bags",
        "DELETE FROM handovers",
        "UPDATE handover_lines SET position = 2",
        "DELETE FROM handover_differences",
    ],
)
def test_what_was_listed_is_never_taken_away(session, words):
    with pytest.raises(DBAPIError, match="permission denied"):
        session.execute(text(words))
