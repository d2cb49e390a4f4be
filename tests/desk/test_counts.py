"""Closing counts: what differs is computed, has an owner and a day, and is explained or said."""

from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from postal_app import corrections, count_lists, counts, scanning
from postal_app.counts import (
    CountedHimself,
    DifferenceSettled,
    NewCount,
    NoDifference,
    NothingCounted,
    NothingSaid,
    TooMuchCounted,
    UnknownCount,
)
from postal_app.errors import Forbidden
from postal_app.rules.counts import CountResult
from postal_app.rules.roles import Role
from tests.makers import make_actor, make_town, minutes, scan, take_in

pytestmark = pytest.mark.one_server

EVENING = 8 * 60  # minutes after nine in the morning


@pytest.fixture
def town(session):
    return make_town(session)


def count(session, by, *codes, at=EVENING, **more):
    return counts.record(session, NewCount(codes, empty=not codes, **more), by, now=minutes(at))


def results(sheet):
    return {line.code: line.result for line in sheet.lines}


def open_codes(session, by):
    return [one.code for one in count_lists.open_differences(session, by)]


def depart(session, by, number, *, at, heard):
    made = scan(number, "departed", minutes(at), condition="intact")
    [verdict] = scanning.take_in(session, [made], by, now=minutes(heard))
    return verdict


def test_a_table_as_the_book_says_gives_a_sheet_without_a_difference(session, town):
    items = [take_in(session, town) for _ in range(2)]
    sheet = count(session, town.clerk, *(f"{one.number} " for one in items))
    assert set(results(sheet).values()) == {CountResult.AGREED}
    assert (sheet.number, sheet.holder_name) == ("KK26-354100-00001", "Bưu cục Lương Sơn")
    assert (sheet.opening, sheet.came, sheet.went, sheet.blind) == (0, 2, 0, True)
    assert open_codes(session, town.clerk) == []


def test_what_differs_is_named_and_waits_for_two_working_days(session, town):
    missing, elsewhere = take_in(session, town), take_in(session, town)
    depart(session, town.courier, elsewhere.number, at=60, heard=60)
    sheet = count(session, town.clerk, elsewhere.number.lower(), "giấy lạ")
    assert results(sheet) == {
        elsewhere.number: CountResult.ELSEWHERE,
        "giấy lạ": CountResult.UNKNOWN,
        missing.number: CountResult.MISSING,
    }
    waiting = count_lists.open_differences(session, town.clerk)
    assert {one.due_on for one in waiting} == {date(2026, 3, 4)}
    assert waiting[0].book_name == "Bưu tá Quách Văn Dũng"
    assert not waiting[0].is_overdue(date(2026, 3, 4))
    assert waiting[0].is_overdue(date(2026, 3, 5))


def test_a_late_scan_that_says_it_left_before_the_count_explains_what_was_missing(session, town):
    item = take_in(session, town)
    sheet = count(session, town.clerk)
    assert open_codes(session, town.clerk) == [item.number]
    depart(session, town.courier, item.number, at=60, heard=EVENING + 120)
    assert open_codes(session, town.clerk) == []
    assert count_lists.explained(session, sheet)[1].kind.vi == "Rời bưu cục"


def test_a_scan_that_is_taken_back_again_explains_nothing(session, town):
    item = take_in(session, town)
    sheet = count(session, town.clerk)
    late = scan(item.number, "departed", minutes(60), condition="intact")
    scanning.take_in(session, [late], town.courier, now=minutes(EVENING + 10))
    asked = corrections.ask(
        session, item.number, late.scan_id, "quét nhầm bì", town.clerk, now=minutes(EVENING + 20)
    )
    corrections.settle(session, asked.id, town.provincial, approved=True, now=minutes(EVENING + 30))
    assert open_codes(session, town.clerk) == [item.number]
    assert count_lists.explained(session, sheet) == {}


def test_an_item_on_the_table_before_its_scan_is_explained_by_that_scan(session, town):
    item = take_in(session, town)
    depart(session, town.courier, item.number, at=60, heard=60)
    count(session, town.other_clerk, item.number)
    assert open_codes(session, town.other_clerk) == [item.number]
    arrived = scan(item.number, "arrived", minutes(120), condition="intact")
    scanning.take_in(session, [arrived], town.other_clerk, now=minutes(EVENING + 30))
    assert open_codes(session, town.other_clerk) == []


def test_whoever_takes_it_into_his_hands_after_the_count_shows_that_it_was_there(session, town):
    item = take_in(session, town)
    count(session, town.clerk)
    depart(session, town.courier, item.number, at=EVENING + 60, heard=EVENING + 60)
    assert open_codes(session, town.clerk) == []


def test_what_no_scan_explains_a_second_person_settles_in_words(session, town):
    take_in(session, town)
    sheet = count(session, town.clerk)
    colleague = make_actor(session, "mo", "Bùi Thị Mơ", Role.CLERK, town.luong_son)
    settled = {"now": minutes(EVENING + 60)}
    with pytest.raises(CountedHimself):
        counts.settle(session, sheet.number, 1, "đã thấy dưới khay", town.clerk, **settled)
    with pytest.raises(NothingSaid):
        counts.settle(session, sheet.number, 1, "  ", colleague, **settled)
    with pytest.raises(NoDifference):
        counts.settle(session, sheet.number, 7, "đã thấy", colleague, **settled)
    with pytest.raises(Forbidden):
        counts.settle(session, sheet.number, 1, "đã thấy", town.auditor, **settled)
    made = counts.settle(session, sheet.number, 1, "đã thấy dưới khay", colleague, **settled)
    assert (made.words, made.place) == ("đã thấy dưới khay", "Bưu cục Lương Sơn")
    assert open_codes(session, town.clerk) == []
    with pytest.raises(DifferenceSettled):
        counts.settle(session, sheet.number, 1, "lần nữa", town.provincial, **settled)


def test_a_sheet_is_seen_at_its_place_and_by_the_province(session, town):
    item = take_in(session, town)
    depart(session, town.courier, item.number, at=60, heard=60)
    own = count(session, town.courier)
    for by in (town.courier, town.clerk, town.provincial, town.auditor):
        assert counts.sheet(session, own.number, by).id == own.id
        assert open_codes(session, by) == [item.number]
    for by in (town.other_courier, town.other_clerk, town.officer):
        with pytest.raises(UnknownCount):
            counts.sheet(session, own.number, by)
        assert open_codes(session, by) == []
        assert list(counts.sheets(session, by)) == []
    at_the_point = count(session, town.clerk)
    with pytest.raises(UnknownCount):
        counts.sheet(session, at_the_point.number, town.courier)
    assert len(counts.sheets(session, town.clerk)) == 2
    assert count_lists.last_count(session, town.clerk).id == at_the_point.id


def test_an_empty_table_must_be_said_and_a_sheet_has_an_end(session, town):
    with pytest.raises(NothingCounted):
        counts.record(session, NewCount(["", " "]), town.clerk, now=minutes(EVENING))
    with pytest.raises(TooMuchCounted):
        count(session, town.clerk, *("A" for _ in range(5001)))
    with pytest.raises(Forbidden):
        count(session, town.provincial)
    assert count(session, town.clerk).lines == []


def test_a_sheet_is_never_changed(session, town):
    sheet = count(session, town.clerk)
    with pytest.raises(DBAPIError, match="permission denied"), session.begin_nested():
        session.execute(text("UPDATE count_sheets SET note = '' WHERE id = :id"), {"id": sheet.id})
