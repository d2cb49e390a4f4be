"""Balances on a real archive: a holder's day, all holders together, and what a late scan mends."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, func, select, update

from models.items import Item
from models.movements import Movement
from postal_app import balances, corrections, movements, scanning, verification
from postal_app.holder_names import HolderUnread, UnknownHolder, holder_named
from postal_app.ledger_reading import histories
from postal_app.rebuilding import REBUILDERS
from postal_app.rules.balances import Balance
from postal_app.rules.holders import CITIZEN, Holder, HolderKind
from postal_app.verification import MOVED
from tests.makers import TODAY, bring_to_agency, make_town, minutes, scan, take_in

pytestmark = pytest.mark.one_server  # the SQL is plain, the rules are ours

TOMORROW = TODAY + timedelta(days=1)
A_DAY = 24 * 60


@pytest.fixture
def town(session):
    return make_town(session)


def point(found) -> Holder:
    return Holder(HolderKind.POINT, found.id)


def courier(found) -> Holder:
    return Holder(HolderKind.COURIER, found.account_id)


def send(session, by, number, kind, at, **details):
    [verdict] = scanning.take_in(session, [scan(number, kind, at, **details)], by, now=at)
    return verdict


def test_a_clerk_sees_what_came_what_went_and_what_lies_on_the_table(session, town):
    stays, goes = take_in(session, town), take_in(session, town)
    send(session, town.courier, goes.number, "departed", minutes(60), condition="intact")
    told = balances.of_day(session, point(town.luong_son), TODAY)
    assert told.balance == Balance(0, 2, 1)
    assert told.words.vi == "Bưu cục Lương Sơn"
    assert [one.number for one in told.lying] == [stays.number]
    assert [(one.number, one.other.vi) for one in told.went] == [
        (goes.number, "Bưu tá Quách Văn Dũng")
    ]
    assert {one.other.vi for one in told.came} == {"Người dân"}
    next_day = balances.of_day(session, point(town.luong_son), TOMORROW)
    assert next_day.balance == Balance(1, 0, 0)


def test_a_day_that_is_past_is_told_as_it_was_and_not_as_it_is(session, town):
    item = take_in(session, town)
    send(session, town.courier, item.number, "departed", minutes(A_DAY), condition="intact")
    told = balances.of_day(session, point(town.luong_son), TODAY)
    assert (told.balance.closing, [one.number for one in told.lying]) == (1, [item.number])
    assert balances.of_day(session, point(town.luong_son), TOMORROW).lying == []


def test_a_late_scan_sets_right_the_day_it_speaks_of(session, town):
    item = take_in(session, town)
    late = scan(item.number, "departed", minutes(60), condition="intact")
    send(session, town.clerk, item.number, "arrived", minutes(2 * A_DAY), condition="intact")
    assert balances.balance(session, point(town.luong_son), TODAY).closing == 1
    scanning.take_in(session, [late], town.courier, now=minutes(3 * A_DAY))
    assert balances.balance(session, point(town.luong_son), TODAY) == Balance(0, 1, 1)
    assert balances.balance(session, courier(town.courier), TODAY) == Balance(0, 1, 0)
    assert list(verification.faults(session)) == []


def test_a_correction_takes_its_movement_out_of_every_day(session, town):
    item = take_in(session, town)
    wrong = scan(item.number, "departed", minutes(60), condition="intact")
    scanning.take_in(session, [wrong], town.courier, now=minutes(60))
    asked = corrections.ask(
        session, item.number, wrong.scan_id, "quét nhầm bì", town.clerk, now=minutes(70)
    )
    corrections.settle(session, asked.id, town.provincial, approved=True, now=minutes(80))
    assert balances.balance(session, courier(town.courier), TODAY) == Balance()
    assert balances.balance(session, point(town.luong_son), TODAY) == Balance(0, 1, 0)
    assert list(verification.faults(session)) == []


def test_all_holders_have_together_what_came_into_being(session, town):
    for _ in range(3):
        bring_to_agency(session, town, take_in(session, town))
    take_in(session, town, now=minutes(A_DAY))
    told = balances.trial(session, TODAY)
    assert told.is_conserved
    assert (told.total.closing, told.born) == (3, 3)
    assert told.kinds[HolderKind.AGENCY] == Balance(0, 3, 0)
    assert told.kinds[HolderKind.CITIZEN] == Balance(0, 3, 3)
    assert [name for _, name, _ in told.of_kind(HolderKind.POINT)] == ["Bưu cục Lương Sơn"]
    tomorrow = balances.trial(session, TOMORROW)
    assert (tomorrow.total.closing, tomorrow.is_conserved) == (4, True)


def test_a_holder_changed_behind_the_ledgers_back_is_told(session, town):
    item = take_in(session, town)
    session.execute(
        update(Item)
        .where(Item.id == item.id)
        .values(holder_kind=HolderKind.COURIER, holder_id=town.courier.account_id)
    )
    assert balances.balance(session, courier(town.courier), TODAY).opening == 1


def test_movements_that_were_touched_are_found_and_rebuilt_from_the_ledger(session, town):
    items = [take_in(session, town) for _ in range(2)]
    session.execute(delete(Movement).where(Movement.item_id == items[0].id))
    session.execute(update(Movement).where(Movement.ordinal == 1).values(to_id=999_999))
    found = [(fault.number, fault.words) for fault in verification.faults(session)]
    assert found == [(item.number, MOVED) for item in items]
    assert not balances.trial(session, TODAY).is_conserved
    assert REBUILDERS[0].batch(session, 0)
    assert list(verification.faults(session)) == []


def test_a_batch_that_only_adds_writes_what_it_moved_and_nothing_else(session, town):
    items = [take_in(session, town) for _ in range(3)]
    ids = [item.id for item in items]
    before = movements.kept(session, ids)
    batch = [scan(item.number, "departed", minutes(60), condition="intact") for item in items]
    scanning.take_in(session, batch, town.courier, now=minutes(60))
    after = movements.kept(session, ids)
    assert {one: rows[:-1] for one, rows in after.items()} == before
    assert session.scalar(select(func.count(Movement.item_id))) == 9


def test_a_holder_is_named_by_kind_and_code(session, town):
    named = {
        "point:354100": point(town.luong_son),
        "courier:Dung": courier(town.courier),
        "agency:h28.16": Holder(HolderKind.AGENCY, town.agency.id),
        "citizen": CITIZEN,
    }
    for typed, holder in named.items():
        assert holder_named(session, typed, TODAY) == holder
    for unread in ("", "354100", "quay:354100", "point:", "citizen:7"):
        with pytest.raises(HolderUnread):
            holder_named(session, unread, TODAY)
    with pytest.raises(UnknownHolder):
        holder_named(session, "point:999999", TODAY)


def test_nobody_sees_anothers_table_but_the_province_sees_all(session, town):
    balances.require_reach(point(town.luong_son), town.clerk)
    balances.require_reach(courier(town.courier), town.courier)
    balances.require_reach(point(town.hoa_binh), town.auditor)
    for holder, by in (
        (point(town.hoa_binh), town.clerk),
        (courier(town.other_courier), town.courier),
        (point(town.luong_son), town.officer),
    ):
        with pytest.raises(UnknownHolder):
            balances.require_reach(holder, by)


def test_the_last_steps_alone_are_enough_where_nothing_before_them_changes(session, town):
    item = take_in(session, town)
    made = scan(item.number, "departed", minutes(60), condition="intact")
    scanning.take_in(session, [made], town.courier, now=minutes(60))
    whole = movements.kept(session, [item.id])
    session.execute(delete(Movement).where(Movement.fact == made.scan_id))
    last = histories(session, [item.id])[item.id][-1:]
    movements.follow(session, {item.id: last}, {made.scan_id}, {item.id: len(whole[item.id]) - 1})
    assert movements.kept(session, [item.id]) == whole
