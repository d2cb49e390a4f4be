"""Numbers printed ahead: each is used once, none is lost without a reason, no ranges meet."""

import threading

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session, sessionmaker

from models.label_work import NumberFate, NumberRange
from postal_app import numbers, pickups, pre_printed
from postal_app.pickup_form import SignedBy
from postal_app.pre_printed import (
    BadCount,
    Fate,
    NotOfThePoint,
    NumberSettled,
    RangeUsedUp,
    ReasonMissing,
    SignedAlready,
    UnknownRange,
)
from postal_app.rules.codes import is_item_number, label_text
from tests.makers import NINE, Town, make_town, minutes, pickup_of

pytestmark = pytest.mark.one_server


@pytest.fixture
def town(session: Session) -> Town:
    return make_town(session)


def test_a_range_holds_fresh_numbers_that_the_series_never_gives_again(session, town):
    before = numbers.next_item_number(session)
    given = pre_printed.give(session, 5, town.clerk, now=NINE)
    after = numbers.next_item_number(session)
    printed = pre_printed.unused(session, given.id, town.clerk)
    assert len(printed) == 5
    assert all(map(is_item_number, printed))
    assert len({before, after, *printed}) == 7


def test_a_pickup_binds_a_label_by_its_scan_and_gives_its_own_number_up(session, town):
    given = pre_printed.give(session, 3, town.clerk, now=NINE)
    dossier = pickups.open_pickup(session, pickup_of(), town.clerk, now=NINE)
    own = dossier.reserved_number
    scanned = pre_printed.unused(session, given.id, town.clerk)[1]
    code = label_text("https://hoso.example", scanned, b"key").lower()
    bound = pre_printed.bind(session, dossier.number, code, town.clerk, now=minutes(1))
    assert bound == dossier.reserved_number == scanned
    assert session.get_one(NumberFate, own).fate == Fate.GIVEN_UP
    assert scanned not in pre_printed.unused(session, given.id, town.clerk)
    again = pre_printed.bind(session, dossier.number, scanned, town.clerk, now=minutes(2))
    assert again == scanned


def test_a_label_is_bound_once_and_only_at_its_point_and_before_anybody_signs(session, town):
    given = pre_printed.give(session, 3, town.clerk, now=NINE)
    first, second, third = pre_printed.unused(session, given.id, town.clerk)
    one = pickups.open_pickup(session, pickup_of(), town.clerk, now=NINE)
    other = pickups.open_pickup(session, pickup_of(), town.clerk, now=NINE)
    far = pickups.open_pickup(session, pickup_of(), town.other_clerk, now=NINE)
    pre_printed.bind(session, one.number, first, town.clerk, now=NINE)
    with pytest.raises(NumberSettled, match="đã dùng"):
        pre_printed.bind(session, other.number, first, town.clerk, now=NINE)
    with pytest.raises(NotOfThePoint):
        pre_printed.bind(session, far.number, second, town.other_clerk, now=NINE)
    with pytest.raises(NotOfThePoint):
        pre_printed.bind(session, other.number, "RH473124829VN", town.clerk, now=NINE)
    pickups.sign(session, other.number, [SignedBy("sender")], town.clerk, now=NINE)
    with pytest.raises(SignedAlready):
        pre_printed.bind(session, other.number, third, town.clerk, now=NINE)


def test_what_is_spoiled_or_lost_is_accounted_for_with_its_reason(session, town):
    given = pre_printed.give(session, 4, town.clerk, now=NINE)
    first, second, third, fourth = pre_printed.unused(session, given.id, town.clerk)
    with pytest.raises(ReasonMissing):
        pre_printed.settle(session, first, Fate.SPOILED, " ", town.clerk, now=NINE)
    pre_printed.settle(session, first, Fate.SPOILED, "kẹt giấy", town.clerk, now=NINE)
    pre_printed.settle(session, third, Fate.LOST, "kiểm kê thiếu", town.clerk, now=NINE)
    [account] = pre_printed.accounts(session, town.clerk)
    assert account.fates == {Fate.SPOILED: 1, Fate.LOST: 1}
    assert account.unused == 2
    assert pre_printed.draw(session, given.id, 1, town.clerk, now=NINE) == [second]
    assert pre_printed.draw(session, given.id, 9, town.clerk, now=NINE) == [fourth]
    with pytest.raises(RangeUsedUp):
        pre_printed.draw(session, given.id, 1, town.clerk, now=NINE)


def test_nobody_reaches_the_range_of_another_point_or_asks_for_a_senseless_one(session, town):
    given = pre_printed.give(session, 4, town.clerk, now=NINE)
    for ask in (pre_printed.unused, pre_printed.find):
        with pytest.raises(UnknownRange):
            ask(session, given.id, town.other_clerk)
    with pytest.raises(UnknownRange):
        pre_printed.draw(session, given.id, 1, town.other_clerk, now=NINE)
    for count in (0, pre_printed.MOST_AT_ONCE + 1):
        with pytest.raises(BadCount):
            pre_printed.give(session, count, town.clerk, now=NINE)
    assert pre_printed.accounts(session, town.other_clerk) == []


def test_the_database_refuses_ranges_that_meet_and_ends_that_change(session, town):
    given = pre_printed.give(session, 4, town.clerk, now=NINE)
    [number] = pre_printed.draw(session, given.id, 1, town.clerk, now=NINE)
    wrong = NumberRange(
        point_id=given.point_id,
        prefix=given.prefix,
        first_serial=given.last_serial,
        last_serial=given.last_serial + 9,
        next_serial=given.last_serial,
        given_at=NINE,
        given_to=town.clerk.account_id,
    )
    refused = pytest.raises(IntegrityError, match="never_overlapping_number_ranges")
    with refused, session.begin_nested():
        session.add(wrong)
    for change in (
        update(NumberFate).values(fate="lost"),
        delete(NumberFate).where(NumberFate.number == number),
        update(NumberRange).values(last_serial=99),
    ):
        with pytest.raises(DBAPIError), session.begin_nested():
            session.execute(change)


def test_two_clerks_who_draw_from_one_range_at_once_get_every_number_once(archive):
    sessions = sessionmaker(archive.engine)
    with sessions.begin() as session:
        town = make_town(session)
        range_id = pre_printed.give(session, 10_000, town.clerk, now=NINE).id
        every = pre_printed.unused(session, range_id, town.clerk)
        # A tenth has come to an end already, each for a reason.
        session.execute(
            text(
                "INSERT INTO number_fates SELECT unnest(CAST(:numbers AS text[])), :range, "
                "'spoiled', 'kẹt giấy', now(), :account"
            ),
            {"numbers": every[::10], "range": range_id, "account": town.clerk.account_id},
        )
    drawn: dict[str, list[str]] = {"one": [], "two": []}

    def draw(name: str) -> None:
        turn = 0
        while True:
            turn += 1
            with sessions() as session:
                try:
                    got = pre_printed.draw(session, range_id, 1 + turn % 9, town.clerk, now=NINE)
                except RangeUsedUp:
                    return
                if turn % 7:
                    session.commit()
                    drawn[name] += got
                else:  # the work failed: its numbers go back
                    session.rollback()

    clerks = [threading.Thread(target=draw, args=(name,)) for name in drawn]
    for clerk in clerks:
        clerk.start()
    for clerk in clerks:
        clerk.join()
    got = drawn["one"] + drawn["two"]
    assert all(drawn.values())
    with sessions() as session:
        fates = dict(session.execute(select(NumberFate.number, NumberFate.fate)).all())
    assert len(got) == len(set(got)) == 9_000
    assert set(got) == {number for number, fate in fates.items() if fate == "used"}
    assert set(every) == set(fates)
