"""Closing a month by the rule: which month, what is signed, what is adjusted, and its code."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postal_app.rules import closing
from postal_app.rules.closing import Adjustment
from postal_app.rules.periods import Period

FIGURES = st.dictionaries(
    st.sampled_from(["dossiers", "legs", "delivered", "agency.1.items", "money.fee.held"]),
    st.integers(-(10**12), 10**12),
)


@pytest.mark.parametrize(
    ("day", "last"),
    [
        (date(2026, 2, 1), date(2026, 2, 28)),
        (date(2028, 2, 29), date(2028, 2, 29)),
        (date(2026, 12, 31), date(2026, 12, 31)),
        (date(2026, 4, 15), date(2026, 4, 30)),
    ],
)
def test_a_month_has_its_own_last_day(day: date, last: date) -> None:
    assert closing.month_of(day) == Period(day.replace(day=1), last)


@pytest.mark.parametrize(
    ("first", "last", "is_one"),
    [
        (date(2026, 3, 1), date(2026, 3, 31), True),
        (date(2026, 3, 1), date(2026, 3, 30), False),
        (date(2026, 3, 2), date(2026, 3, 31), False),
        (date(2026, 3, 1), date(2026, 4, 30), False),
    ],
)
def test_only_a_whole_month_is_one(first: date, last: date, is_one: bool) -> None:
    assert closing.is_month(Period(first, last)) is is_one


def test_a_month_is_over_on_the_day_after_its_last() -> None:
    march = closing.month_of(date(2026, 3, 1))
    assert not closing.is_over(march, date(2026, 3, 31))
    assert closing.is_over(march, date(2026, 4, 1))


@given(FIGURES, FIGURES)
def test_signed_and_adjustments_are_what_is_now(
    signed: dict[str, int], now: dict[str, int]
) -> None:
    changed = closing.adjustments(signed, now)
    told = closing.adjusted(signed, changed)
    assert {name: told.get(name, 0) for name in {*signed, *now}} == {
        name: now.get(name, 0) for name in {*signed, *now}
    }
    assert all(one.difference for one in changed.values())
    assert all(one.signed == signed.get(name, 0) for name, one in changed.items())


@given(FIGURES)
def test_what_is_as_it_was_needs_no_adjustment(signed: dict[str, int]) -> None:
    assert closing.adjustments(signed, dict(signed)) == {}
    assert closing.adjusted(signed, {}) == signed


def test_a_figure_that_only_one_side_has_is_nought_on_the_other() -> None:
    changed = closing.adjustments({"agency.1.items": 2}, {"agency.2.items": 3, "legs": 0})
    assert changed == {"agency.2.items": Adjustment(0, 3), "agency.1.items": Adjustment(2, 0)}
    assert changed["agency.1.items"].difference == -2


@given(FIGURES, FIGURES)
def test_other_figures_have_another_code(one: dict[str, int], other: dict[str, int]) -> None:
    codes = [closing.seen_code(one), closing.seen_code(other)]
    assert (codes[0] == codes[1]) is (one == other)
    digests = [closing.digest_of(closing.NOTHING_BEFORE, dict(it)) for it in (one, other)]
    assert (closing.code_of(digests[0]) == closing.code_of(digests[1])) is (one == other)
    assert closing.digest_of(digests[0], dict(one)) != digests[0]


def test_a_closing_is_called_by_its_month() -> None:
    assert closing.name_of(date(2026, 3, 1)).vi == "chốt tháng 03/2026"
