"""When an item may go back to its sender: two notices over a Tết, holding, grounds at once."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postal_app.rules.calendar import Calendar, DayKind, YearCalendar, working_days_between
from postal_app.rules.legs import TO_AGENCY, TO_CITIZEN
from postal_app.rules.undeliverable import (
    ACTIONS,
    GROUNDS,
    REASONS,
    Tried,
    fits,
    held_until,
    may_send_back,
)

HOLIDAY, REST, WORK = DayKind.HOLIDAY, DayKind.REST, DayKind.WORK
# Mùng 1 Tết is Tuesday 17/2/2026. The office rests from Monday 16 to Friday 20, has Monday 23 off
# for it, and works on Saturday 28 in exchange.
TET = {date(2026, 2, day): HOLIDAY for day in range(16, 21)} | {
    date(2026, 2, 23): REST,
    date(2026, 2, 28): WORK,
}
CALENDAR = Calendar({2026: YearCalendar(2026, "2026 (1)", days=TET)})
A_DAY = timedelta(days=1)


def february(day: int) -> date:
    return date(2026, 2, day)


def notices(*days: date) -> list[Tried]:
    return [Tried(day, "absent", notice=True) for day in days]


@pytest.mark.parametrize(
    ("first", "second", "counts"),
    [
        (3, 4, False),  # the next day
        (3, 5, True),  # Tuesday, Thursday
        (5, 7, False),  # Thursday, Saturday: only the Friday was worked
        (6, 10, True),  # Friday over a weekend
        (12, 16, False),  # Thursday before Tết, the eve itself
        (13, 20, False),  # a whole week of Tết counts nothing
        (13, 23, False),  # the substitute day counts nothing either
        (13, 24, False),  # the first day worked after it is one
        (13, 25, True),  # the second day worked
        (26, 28, True),  # Thursday and the Saturday worked in exchange
    ],
)
def test_two_notices_are_two_working_days_apart_by_the_published_calendar(
    first: int, second: int, counts: bool
) -> None:
    told = may_send_back(
        notices(february(first), february(second)), date(2026, 3, 2), CALENDAR, None
    )
    assert told.allowed is counts
    assert told.ground == ("two_notices" if counts else "")


def test_the_page_says_why_not_yet_and_from_which_day() -> None:
    one = may_send_back(notices(february(13)), february(13), CALENDAR, 15)
    assert one.words.vi == (
        "Mới báo một lần, ngày 13/02/2026; báo lần thứ hai từ ngày 25/02/2026, "
        "cách hai ngày làm việc."
    )
    assert one.earliest == date(2026, 3, 1)  # fifteen days end on the Saturday worked in exchange
    near = may_send_back(notices(february(13), february(24)), february(24), CALENDAR, None)
    assert "báo lại từ ngày 25/02/2026" in near.words.vi
    held = may_send_back(notices(february(3), february(5)), february(6), CALENDAR, 15)
    assert held.earliest == february(25)  # the term ends inside Tết
    assert "từ ngày 25/02/2026" in held.words.vi
    nothing = may_send_back([], february(3), CALENDAR, 15)
    assert (nothing.allowed, nothing.earliest) == (False, None)
    untold = may_send_back([Tried(february(3), "absent")], february(9), CALENDAR, None)
    assert "Chưa báo cho người nhận lần nào" in untold.words.vi


@pytest.mark.parametrize(
    ("days", "last"),
    [(8, february(10)), (15, february(24)), (26, february(28)), (30, date(2026, 3, 4))],
)
def test_a_holding_term_that_ends_in_tet_ends_on_the_next_open_day(days: int, last: date) -> None:
    assert held_until(february(2), days, CALENDAR) == last


@pytest.mark.parametrize(
    ("reason", "ground"),
    [
        ("refused", "refused"),
        ("address_wrong", "no_address"),
        ("moved", "moved"),
        ("deceased", "not_found"),
        ("agency_refuses", "refused"),
    ],
)
def test_who_refuses_moved_or_has_no_such_address_needs_no_notice(reason: str, ground: str) -> None:
    told = may_send_back([Tried(february(3), reason)], february(3), CALENDAR, 30)
    assert (told.ground, told.earliest) == (ground, february(3))
    assert told.words == GROUNDS[ground]


def test_a_later_attempt_or_wish_takes_the_ground_away() -> None:
    wrong = Tried(february(3), "address_wrong")
    absent = Tried(february(4), "absent")
    assert not may_send_back([wrong, absent], february(6), CALENDAR, None).allowed
    wish = Tried(february(4), wish=True)
    assert not may_send_back([wrong, wish], february(6), CALENDAR, None).allowed


def test_nothing_goes_back_before_the_day_the_receiver_asked_for_is_over() -> None:
    tried = [
        *notices(february(3), february(5)),
        Tried(february(5), wish=True, wished_on=february(10)),
    ]
    told = may_send_back(tried, february(10), CALENDAR, None)
    assert (told.allowed, told.earliest) == (False, february(11))
    assert may_send_back(tried, february(11), CALENDAR, None).ground == "two_notices"
    other = [*tried, Tried(february(6), wish=True)]  # a later wish names no day
    assert may_send_back(other, february(10), CALENDAR, None).allowed


def test_many_attempts_without_a_notice_are_not_enough() -> None:
    tried = [Tried(february(2) + n * A_DAY, "absent") for n in range(10)]
    assert not may_send_back(tried, date(2026, 6, 1), CALENDAR, None).allowed


DAYS = st.dates(date(2026, 1, 5), date(2026, 12, 20))


@given(st.lists(DAYS, min_size=1, max_size=5), DAYS, st.none() | st.integers(0, 60))
def test_what_goes_back_by_notices_had_two_of_them_two_working_days_apart(
    given_on: list[date], today: date, holding: int | None
) -> None:
    given_on = sorted(one for one in given_on if one <= today)
    told = may_send_back(notices(*given_on), today, CALENDAR, holding)
    if not given_on:
        assert not told.allowed
        return
    apart = working_days_between(CALENDAR, given_on[0], given_on[-1])
    if told.allowed:
        assert apart >= 2
        assert given_on[0] < today
        assert holding is None or today > given_on[0] + timedelta(days=holding)
    else:
        assert told.words.vi
        assert told.earliest is not None
        assert told.earliest > today
    if apart >= 2 and holding is None and today > given_on[-1]:
        assert told.allowed


@given(st.lists(DAYS, min_size=2, max_size=4), DAYS, st.integers(0, 60))
def test_what_may_go_back_today_may_go_back_tomorrow(
    given_on: list[date], today: date, holding: int
) -> None:
    tried = notices(*sorted(given_on))
    if may_send_back(tried, today, CALENDAR, holding).allowed:
        assert may_send_back(tried, today + A_DAY, CALENDAR, holding).allowed


def test_every_reason_has_actions_of_the_table_and_a_ground_that_has_words() -> None:
    for reason in REASONS.values():
        assert reason.actions
        assert set(reason.actions) <= set(ACTIONS)
        assert not reason.ground or reason.ground in GROUNDS
        # What may go back at once is offered to go back.
        assert not reason.ground or "return" in reason.actions
    assert REASONS["agency_closed"].legs == TO_AGENCY
    assert REASONS["absent"].legs == TO_CITIZEN


def test_another_reason_needs_words_and_an_action_of_its_own() -> None:
    assert fits("other", "again", "trẻ con giữ nhà")
    assert not fits("other", "again", "")
    assert not fits("wrong_office", "return", "")
    assert not fits("không có", "again", "")
