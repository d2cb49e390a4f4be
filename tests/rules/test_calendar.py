"""Working days: Tết, exchanged days, Saturday mornings, the cut-off hour, years not published."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postal_app.rules.calendar import (
    DAY_WORDS,
    Calendar,
    DayKind,
    YearCalendar,
    add_working_days,
    counted_from,
    missing_holidays,
    working_days_between,
)

VIETNAM = timezone(timedelta(hours=7))
TET = [date(2026, 2, 16) + timedelta(days=n) for n in range(7)]
YEAR_2026 = YearCalendar(
    2026,
    "2026 (1)",
    rest_weekdays=frozenset({6}),
    half_weekdays=frozenset({5}),
    days=dict.fromkeys(TET, DayKind.HOLIDAY)
    | {
        date(2026, 1, 1): DayKind.HOLIDAY,
        date(2026, 1, 2): DayKind.REST,
        date(2026, 1, 10): DayKind.WORK,
        date(2026, 4, 27): DayKind.REST,
        date(2026, 4, 30): DayKind.HOLIDAY,
        date(2026, 5, 1): DayKind.HOLIDAY,
        date(2026, 9, 2): DayKind.HOLIDAY,
    },
)
HOA_BINH = Calendar({2026: YEAR_2026})

days = st.dates(date(2025, 6, 1), date(2027, 6, 1))
counts = st.integers(0, 60)
moments = st.datetimes(datetime(2025, 6, 1), datetime(2027, 6, 1), timezones=st.just(VIETNAM))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("start", "count", "reached"),
    [
        (date(2026, 3, 2), 0, date(2026, 3, 2)),
        (date(2026, 3, 2), 1, date(2026, 3, 3)),
        (date(2026, 3, 6), 1, date(2026, 3, 9)),  # the Saturday morning is no working day
        (date(2026, 3, 7), 1, date(2026, 3, 9)),
        (date(2026, 2, 13), 1, date(2026, 2, 23)),  # over Tết
        (date(2026, 2, 12), 2, date(2026, 2, 23)),
        (date(2026, 1, 9), 1, date(2026, 1, 10)),  # a Saturday worked in exchange
        (date(2025, 12, 31), 1, date(2026, 1, 5)),  # 2/1 was given in exchange
        (date(2026, 12, 31), 1, date(2027, 1, 1)),  # of 2027 nothing is known
    ],
)
def test_a_term_ends_on_the_working_day_it_names(start, count, reached):
    assert add_working_days(HOA_BINH, start, count) == reached


@pytest.mark.parametrize(
    ("taken_in", "cut_off", "counted"),
    [
        ("2026-03-02 09:00", 15, date(2026, 3, 2)),
        ("2026-03-02 15:00", 15, date(2026, 3, 2)),
        ("2026-03-02 15:01", 15, date(2026, 3, 3)),
        ("2026-03-02 23:59", 24, date(2026, 3, 2)),
        ("2026-03-06 16:00", 15, date(2026, 3, 7)),  # Saturday, open in the morning
        ("2026-03-07 11:59", 15, date(2026, 3, 7)),
        ("2026-03-07 12:01", 15, date(2026, 3, 9)),
        ("2026-03-07 12:01", 24, date(2026, 3, 9)),
        ("2026-03-08 09:00", 15, date(2026, 3, 9)),
        ("2026-02-14 13:00", 15, date(2026, 2, 23)),
        ("2026-02-20 09:00", 15, date(2026, 2, 23)),
    ],
)
def test_what_comes_after_the_last_hour_counts_from_the_next_open_day(taken_in, cut_off, counted):
    moment = datetime.fromisoformat(taken_in).replace(tzinfo=VIETNAM)
    assert counted_from(HOA_BINH, moment, cut_off) == counted


def test_the_hour_is_that_of_viet_nam():
    evening_in_london = datetime(2026, 3, 2, 18, 30, tzinfo=UTC)
    assert counted_from(HOA_BINH, evening_in_london, 15) == date(2026, 3, 3)
    with pytest.raises(ValueError, match="time zone"):
        counted_from(HOA_BINH, evening_in_london.replace(tzinfo=None), 15)


def test_a_year_that_is_not_published_is_told_and_reckoned_by_its_weekends():
    assert HOA_BINH.unpublished(date(2025, 12, 30), date(2027, 1, 5)) == (2025, 2027)
    assert not HOA_BINH.is_working(date(2027, 2, 13))
    assert HOA_BINH.is_working(date(2027, 2, 8))
    assert HOA_BINH.versions(date(2025, 12, 30), date(2026, 1, 5)) == "2026 (1)"


def test_what_is_said_of_a_day_goes_before_its_weekday():
    assert HOA_BINH.kind(date(2026, 1, 10)) is DayKind.WORK
    assert HOA_BINH.kind(date(2026, 2, 21)) is DayKind.HOLIDAY
    assert HOA_BINH.is_open(date(2026, 3, 7))
    assert not HOA_BINH.is_working(date(2026, 3, 7))
    assert set(DAY_WORDS) == set(DayKind)


def test_a_week_without_work_is_no_calendar():
    with pytest.raises(ValueError, match="no weekday"):
        YearCalendar(2026, rest_weekdays=frozenset(range(7)))


def test_a_list_that_forgets_a_holiday_is_told():
    assert missing_holidays(2026, YEAR_2026.days) == ()
    assert missing_holidays(2026, [date(2026, 1, 1)]) == (
        date(2026, 4, 30),
        date(2026, 5, 1),
        date(2026, 9, 2),
    )


@pytest.mark.parametrize("count", [-1, 251])
def test_no_term_is_negative_or_longer_than_a_year(count):
    with pytest.raises(ValueError, match="term"):
        add_working_days(HOA_BINH, date(2026, 3, 2), count)


@given(days, counts)
def test_counting_finds_again_what_was_added(start, count):
    reached = add_working_days(HOA_BINH, start, count)
    assert working_days_between(HOA_BINH, start, reached) == count
    assert count == 0 or HOA_BINH.is_working(reached)


@given(days, days, counts, counts)
def test_whoever_comes_earlier_or_waits_less_is_never_later(one, other, few, many):
    first, second = sorted((one, other))
    fewer, more = sorted((few, many))
    assert add_working_days(HOA_BINH, first, fewer) <= add_working_days(HOA_BINH, second, more)


@given(moments, moments, st.integers(7, 24))
def test_what_is_taken_in_earlier_is_never_counted_later(one, other, cut_off):
    first, second = sorted((one, other))
    earlier = counted_from(HOA_BINH, first, cut_off)
    assert first.date() <= earlier <= counted_from(HOA_BINH, second, cut_off)
    assert HOA_BINH.is_open(earlier)


@given(days, counts, counts)
def test_two_terms_after_each_other_are_one(start, few, more):
    there = add_working_days(HOA_BINH, add_working_days(HOA_BINH, start, few), more)
    assert there == add_working_days(HOA_BINH, start, few + more)
