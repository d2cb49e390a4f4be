"""Within which time a complaint may be made, told in words, by when it is answered."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postal_app.rules.calendar import Calendar, DayKind, YearCalendar
from postal_app.rules.complaints import (
    FINAL_VERDICTS,
    KINDS,
    OPENS_COMPENSATION,
    STANDING_WORDS,
    VERDICTS,
    Known,
    Standing,
    add_months,
    answer_due,
    judge,
    last_day,
)

EVERY_DAY = Calendar(
    {year: YearCalendar(year, rest_weekdays=frozenset()) for year in range(2024, 2032)}
)
WEEKENDS_OFF = Calendar({year: YearCalendar(year) for year in range(2024, 2032)})
DAYS = st.dates(date(2024, 1, 1), date(2030, 12, 31))


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (date(2026, 3, 5), 6, date(2026, 9, 5)),
        (date(2025, 8, 31), 6, date(2026, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),  # a leap year
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 1, 30), 1, date(2026, 2, 28)),
        (date(2026, 3, 31), 1, date(2026, 4, 30)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2026, 11, 30), 2, date(2027, 1, 30)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 7, 1), 0, date(2026, 7, 1)),
    ],
)
def test_months_are_those_of_the_calendar(start, months, end):
    assert add_months(start, months) == end


@given(DAYS, st.integers(0, 24))
def test_so_many_months_later_is_that_month_and_never_a_later_day_of_it(start, months):
    found = add_months(start, months)
    assert (found.year * 12 + found.month) - (start.year * 12 + start.month) == months
    assert found.day <= start.day
    assert found.day == start.day or (found + timedelta(days=1)).day == 1


@given(DAYS, DAYS, st.integers(0, 12))
def test_who_begins_later_does_not_end_earlier(one, other, months):
    first, second = sorted((one, other))
    assert add_months(first, months) <= add_months(second, months)


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (date(2026, 3, 5), 6, date(2026, 9, 7)),  # 5 September 2026 is a Saturday
        (date(2025, 8, 31), 6, date(2026, 3, 2)),  # so is 28 February 2026
        (date(2026, 3, 6), 1, date(2026, 4, 6)),
    ],
)
def test_a_last_day_that_is_a_rest_day_gives_way_to_the_next_working_day(start, months, end):
    assert last_day(start, months, WEEKENDS_OFF) == end


def test_over_tet_the_last_day_waits_for_the_end_of_the_holidays():
    tet = {date(2026, 2, day): DayKind.HOLIDAY for day in range(14, 23)}
    calendar = Calendar({2026: YearCalendar(2026, days=tet)})
    assert last_day(date(2026, 1, 17), 1, calendar) == date(2026, 2, 23)


def test_the_term_for_the_answer_is_not_drawn_out_by_rest_days():
    assert answer_due(date(2026, 3, 2)) == date(2026, 5, 2)  # a Saturday
    assert answer_due(date(2025, 12, 31)) == date(2026, 2, 28)


PROMISED, DELIVERED = date(2026, 3, 5), date(2026, 3, 10)


@pytest.mark.parametrize(
    ("kind", "lodged", "standing", "last"),
    [
        ("loss", date(2026, 3, 5), Standing.IN_TIME, date(2026, 9, 5)),
        ("loss", date(2026, 9, 5), Standing.IN_TIME, date(2026, 9, 5)),
        ("loss", date(2026, 9, 6), Standing.OUT_OF_TIME, date(2026, 9, 5)),
        ("loss", date(2026, 3, 3), Standing.NOT_BEGUN, date(2026, 9, 5)),
        ("lateness", date(2026, 9, 5), Standing.IN_TIME, date(2026, 9, 5)),
        ("lateness", date(2027, 1, 1), Standing.OUT_OF_TIME, date(2026, 9, 5)),
        ("damage", date(2026, 4, 10), Standing.IN_TIME, date(2026, 4, 10)),
        ("damage", date(2026, 4, 11), Standing.OUT_OF_TIME, date(2026, 4, 10)),
        ("tampering", date(2026, 4, 11), Standing.OUT_OF_TIME, date(2026, 4, 10)),
        ("price", date(2026, 4, 10), Standing.IN_TIME, date(2026, 4, 10)),
        ("other", date(2026, 12, 1), Standing.UNKNOWN, None),
    ],
)
def test_each_kind_has_its_time_and_the_last_day_belongs_to_it(kind, lodged, standing, last):
    found = judge(kind, lodged, Known(PROMISED, DELIVERED), EVERY_DAY)
    assert (found.standing, found.last_day) == (standing, last)
    assert found.words.vi.startswith(STANDING_WORDS[standing].vi)
    assert found.words.en.startswith(STANDING_WORDS[standing].en)


def test_the_verdict_names_the_day_the_months_and_the_act():
    found = judge("loss", date(2026, 9, 5), Known(PROMISED, None), EVERY_DAY)
    assert found.words.vi == (
        "Trong thời hiệu: 6 tháng từ ngày hết thời gian toàn trình đã hẹn 05/03/2026, đến hết "
        "ngày 05/09/2026 (Luật Bưu chính 49/2010/QH12 Điều 38)."
    )
    late = judge("loss", date(2026, 9, 6), Known(PROMISED, None), EVERY_DAY)
    assert late.words.vi.startswith("Ngoài thời hiệu: 6 tháng từ")
    assert late.words.vi.endswith("Điều 38); vẫn ghi nhận và trả lời.")


def test_without_a_promise_nobody_is_told_that_it_is_too_late():
    found = judge("loss", date(2030, 1, 1), Known(None, None), EVERY_DAY)
    assert (found.standing, found.since, found.last_day) == (Standing.UNKNOWN, None, None)
    assert "chưa công bố thời gian toàn trình" in found.words.vi


def test_what_is_not_delivered_yet_has_no_month_running():
    found = judge("damage", date(2026, 6, 1), Known(PROMISED, None), EVERY_DAY)
    assert found.standing is Standing.NOT_BEGUN
    assert "chưa phát" in found.words.vi


def test_before_the_law_was_in_force_no_time_is_reckoned_by_it():
    assert KINDS["loss"].window(date(2010, 12, 31)) is None
    assert KINDS["loss"].window(date(2011, 1, 1)).months == 6


@given(st.sampled_from(sorted(KINDS)), DAYS, DAYS, DAYS)
def test_once_out_of_time_a_complaint_never_comes_back_into_it(kind, promised, delivered, lodged):
    known = Known(promised, delivered)
    today = judge(kind, lodged, known, WEEKENDS_OFF)
    tomorrow = judge(kind, lodged + timedelta(days=1), known, WEEKENDS_OFF)
    order = [Standing.UNKNOWN, Standing.NOT_BEGUN, Standing.IN_TIME, Standing.OUT_OF_TIME]
    assert order.index(today.standing) <= order.index(tomorrow.standing)


def test_only_a_justified_complaint_opens_a_compensation():
    assert set(VERDICTS) - FINAL_VERDICTS == {"interim"}
    assert OPENS_COMPENSATION < FINAL_VERDICTS
