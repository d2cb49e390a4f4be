"""Supplements: what waiting does to the due date, and who must approve a further request."""

from datetime import date

import pytest

from postal_app.rules.calendar import Calendar, DayKind, YearCalendar
from postal_app.rules.supplements import Clock, needs_approval, new_due

TET = {date(2026, 2, day): DayKind.HOLIDAY for day in range(16, 23)}
KNOWN = Calendar({2026: YearCalendar(2026, "1", days=TET)})
TERM = (date(2026, 3, 2), date(2026, 3, 9))  # accepted on Monday, five working days


@pytest.mark.parametrize(
    ("clock", "paused", "back", "due"),
    [
        (Clock.ANEW, date(2026, 3, 4), date(2026, 3, 16), date(2026, 3, 23)),
        (Clock.CONTINUES, date(2026, 3, 4), date(2026, 3, 16), date(2026, 3, 19)),
        (Clock.CONTINUES, date(2026, 3, 2), date(2026, 3, 2), date(2026, 3, 9)),
        (Clock.CONTINUES, date(2026, 3, 9), date(2026, 3, 16), date(2026, 3, 16)),
        (Clock.CONTINUES, date(2026, 3, 12), date(2026, 3, 16), date(2026, 3, 16)),
    ],
)
def test_the_term_begins_anew_or_runs_on_as_the_request_says(
    clock: Clock, paused: date, back: date, due: date
) -> None:
    assert new_due(KNOWN, clock, term=TERM, paused_on=paused, back_on=back) == due


def test_the_days_of_tet_are_not_counted() -> None:
    term = (date(2026, 2, 10), date(2026, 2, 13))
    told = new_due(
        KNOWN,
        Clock.ANEW,
        term=term,
        paused_on=date(2026, 2, 11),
        back_on=date(2026, 2, 13),
    )
    assert told == date(2026, 2, 25)


def test_one_request_a_stage_is_free_and_the_next_needs_somebody() -> None:
    assert [needs_approval(count) for count in range(3)] == [False, True, True]
