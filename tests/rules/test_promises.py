"""Promises as a rule: two limits, four ways to stand, and shares of what is closed."""

from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postal_app.rules.promises import (
    ATTEMPT_KINDS,
    KEEPING_WORDS,
    LIMIT_WORDS,
    Keeping,
    Kept,
    Limit,
    Standard,
    keeping,
    promise,
)
from postal_app.rules.vocabulary import KINDS
from tests.rules.test_calendar import HOA_BINH

VIETNAM = timezone(timedelta(hours=7))
WITHIN_THE_PROVINCE = Standard(first_attempt_days=2, delivery_days=4, cut_off_hour=15)
DUE = date(2026, 3, 4)


def test_both_limits_are_counted_from_the_day_of_intake():
    due = promise(HOA_BINH, WITHIN_THE_PROVINCE, datetime(2026, 3, 2, 9, tzinfo=VIETNAM))
    assert (due.of(Limit.FIRST_ATTEMPT), due.of(Limit.DELIVERY)) == (DUE, date(2026, 3, 6))
    assert due.words.vi == "đến hết ngày 06/03/2026"


def test_tet_is_not_counted():
    due = promise(HOA_BINH, WITHIN_THE_PROVINCE, datetime(2026, 2, 13, 16, tzinfo=VIETNAM))
    assert due.counted_from == date(2026, 2, 14)
    assert (due.first_attempt, due.delivery) == (date(2026, 2, 24), date(2026, 2, 26))


def test_a_promise_into_a_year_not_published_says_so():
    due = promise(HOA_BINH, WITHIN_THE_PROVINCE, datetime(2026, 12, 30, 9, tzinfo=VIETNAM))
    assert due.unpublished == (2027,)
    assert "lịch năm 2027 chưa công bố" in due.words.vi
    assert "2027 is not published" in due.words.en


@pytest.mark.parametrize(
    ("due", "happened", "today", "expected"),
    [
        (DUE, DUE, DUE, Keeping.ON_TIME),
        (DUE, date(2026, 3, 5), date(2026, 3, 9), Keeping.LATE),
        (DUE, None, DUE, Keeping.RUNNING),
        (DUE, None, date(2026, 3, 5), Keeping.OVERDUE),
        (None, DUE, DUE, Keeping.NONE),
        (None, None, DUE, Keeping.NONE),
    ],
)
def test_a_limit_is_kept_broken_running_or_was_never_promised(due, happened, today, expected):
    assert keeping(due, happened, today) is expected


@given(st.lists(st.sampled_from(Keeping)))
def test_every_item_is_counted_once_and_shares_are_of_the_closed_alone(found):
    kept = Kept.of({one: found.count(one) for one in Keeping})
    assert kept.total == len(found)
    assert kept.ratio.whole == found.count(Keeping.ON_TIME) + found.count(Keeping.LATE)
    assert (kept + kept).total == 2 * kept.total


def test_all_on_time_is_not_said_while_something_is_running():
    assert Kept(on_time=3, running=1).ratio.shown == "–"
    assert Kept(on_time=3, late=1, running=1).ratio.shown == "75,00 %"


def test_every_word_is_there_and_every_kind_is_known():
    assert set(KEEPING_WORDS) == set(Keeping)
    assert set(LIMIT_WORDS) == set(Limit)
    assert set(ATTEMPT_KINDS) <= set(KINDS)
