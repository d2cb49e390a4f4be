"""What stands still: by its promise, or by the term of its holder where nothing was promised."""

from datetime import date

import pytest

from postal_app.rules.calendar import Calendar
from postal_app.rules.holders import HolderKind
from postal_app.rules.standing import DEFAULT_DAYS, Stay, stands_still

MONDAY, FRIDAY = date(2026, 3, 2), date(2026, 3, 6)
NEXT_MONDAY, NEXT_TUESDAY = date(2026, 3, 9), date(2026, 3, 10)


def stay(first=None, delivery=None, since=MONDAY, *, tried=False):
    return Stay(HolderKind.POINT, since, first, delivery, tried)


@pytest.mark.parametrize(
    ("stays", "today", "due"),
    [
        (stay(MONDAY, FRIDAY, tried=True), FRIDAY, None),
        (stay(MONDAY, FRIDAY, tried=True), NEXT_MONDAY, FRIDAY),
        (stay(MONDAY, FRIDAY), MONDAY, None),
        (stay(MONDAY, FRIDAY), date(2026, 3, 3), MONDAY),
        (stay(MONDAY, FRIDAY), NEXT_MONDAY, FRIDAY),
        (stay(since=FRIDAY), NEXT_MONDAY, None),
        (stay(since=date(2026, 3, 5)), NEXT_MONDAY, None),
        (stay(since=date(2026, 3, 5)), NEXT_TUESDAY, NEXT_MONDAY),
    ],
)
def test_an_item_stands_still_once_its_last_day_has_passed(stays, today, due):
    found = stands_still(stays, today, 2, Calendar())
    assert (found.since_due if found else None) == due


def test_without_a_promise_and_without_a_term_nothing_stands_still():
    assert stands_still(stay(), NEXT_TUESDAY, None, Calendar()) is None


def test_a_promise_goes_before_the_term_of_a_holder():
    late = stay(FRIDAY, NEXT_TUESDAY)
    assert stands_still(late, FRIDAY, 0, Calendar()) is None


def test_the_reason_is_told_in_words():
    told = stands_still(stay(MONDAY, FRIDAY), NEXT_MONDAY, 2, Calendar())
    assert told.why.vi == "Quá hạn phát từ ngày 06/03/2026"
    told = stands_still(stay(), NEXT_MONDAY, 2, Calendar())
    assert told.why.en == "In one place for more than 2 working days, since 02/03/2026"


def test_who_can_keep_an_item_waiting_has_a_term():
    assert set(DEFAULT_DAYS) == {HolderKind.POINT, HolderKind.COURIER, HolderKind.AGENCY}
