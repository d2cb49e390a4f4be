"""When an item has no owner: six months of the calendar, a list published, or refused by both."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postal_app.rules.ownerless import Unclaimed, may_declare, months_after
from postal_app.rules.undeliverable import Ruling
from postal_app.rules.words import Words

YES = Ruling(Words("được", "yes"), "two_notices")
NO = Ruling(Words("chưa báo", "no notice"))
REFUSED = Ruling(Words("từ chối", "refused"), "refused")
CASE = Unclaimed(
    is_return=True,
    accepted_on=date(2026, 3, 2),
    first_ground="two_notices",
    back=YES,
    published_on=date(2026, 8, 1),
    publication_days=30,
)


@pytest.mark.parametrize(
    ("start", "later"),
    [
        (date(2026, 3, 2), date(2026, 9, 2)),
        (date(2026, 8, 31), date(2027, 2, 28)),
        (date(2027, 8, 31), date(2028, 2, 29)),
        (date(2026, 12, 31), date(2027, 6, 30)),
    ],
)
def test_six_months_are_those_of_the_calendar(start: date, later: date) -> None:
    assert months_after(start, 6) == later


def test_after_six_months_and_the_publication_it_is_without_owner() -> None:
    assert may_declare(CASE, date(2026, 9, 1)).earliest == date(2026, 9, 2)
    assert "Chưa đủ sáu tháng" in may_declare(CASE, date(2026, 9, 1)).words.vi
    assert may_declare(CASE, date(2026, 9, 2)).ground == "neither_way"


def test_the_list_must_have_been_published_as_long_as_the_province_decided() -> None:
    assert (
        "Chưa niêm yết" in may_declare(replace(CASE, published_on=None), CASE.accepted_on).words.vi
    )
    late = replace(CASE, published_on=date(2026, 9, 1))
    told = may_declare(late, date(2026, 9, 20))
    assert (told.allowed, told.earliest) == (False, date(2026, 10, 2))
    assert "Đang niêm yết đến hết ngày 01/10/2026" in told.words.vi


def test_refused_by_both_sides_waits_for_nothing() -> None:
    both = replace(CASE, first_ground="refused", back=REFUSED, published_on=None)
    assert may_declare(both, CASE.accepted_on).ground == "both_refused"
    one = replace(both, first_ground="moved")
    assert not may_declare(one, CASE.accepted_on).allowed


def test_what_was_not_sent_back_or_may_still_be_delivered_has_an_owner() -> None:
    late = date(2030, 1, 1)
    assert "chuyển hoàn trước" in may_declare(replace(CASE, is_return=False), late).words.vi
    assert may_declare(replace(CASE, back=NO), late).words == NO.words


@given(st.dates(date(2026, 1, 1), date(2028, 12, 31)), st.integers(0, 400), st.integers(0, 400))
def test_nothing_loses_its_owner_before_six_months_unless_both_refused(
    accepted: date, published_after: int, today_after: int
) -> None:
    case = replace(
        CASE, accepted_on=accepted, published_on=accepted + timedelta(days=published_after)
    )
    today = accepted + timedelta(days=today_after)
    told = may_declare(case, today)
    if told.allowed:
        assert today >= months_after(accepted, 6)
        assert today_after > published_after + case.publication_days
    else:
        assert told.earliest
        assert told.earliest > today
