"""Terms end on the day they say, and a Merkle root stands for exactly its leaves."""

import hashlib
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postal_app.rules.merkle import EMPTY, root_of
from postal_app.rules.retention import (
    CLASSES,
    SINCE_WORDS,
    Length,
    last_day,
    latest_past,
    too_long,
    too_short,
)

DAYS = st.dates(date(2016, 12, 16), date(2060, 12, 31))
LENGTHS = st.one_of(
    st.builds(Length, months=st.integers(1, 240)), st.builds(Length, days=st.integers(1, 4000))
)


@pytest.mark.parametrize(
    ("length", "since", "until"),
    [
        (Length(months=9), date(2026, 3, 2), date(2026, 12, 2)),
        (Length(months=1), date(2026, 1, 31), date(2026, 2, 28)),
        (Length(months=1), date(2028, 1, 31), date(2028, 2, 29)),
        (Length(months=12), date(2028, 2, 29), date(2029, 2, 28)),
        (Length(months=120), date(2026, 3, 2), date(2036, 3, 2)),
        (Length(days=45), date(2026, 3, 2), date(2026, 4, 16)),
    ],
)
def test_a_term_ends_on_the_day_of_the_calendar(length, since, until):
    assert last_day(length, since) == until


@given(LENGTHS, DAYS)
def test_what_has_run_out_is_exactly_what_counts_from_the_latest_past_day_or_before(length, today):
    latest = latest_past(length, today)
    assert last_day(length, latest) < today
    assert last_day(length, latest + timedelta(days=1)) >= today


@pytest.mark.parametrize(("months", "days"), [(0, 0), (1, 1), (-1, 0), (0, -3)])
def test_a_length_is_months_or_days(months, days):
    with pytest.raises(ValueError, match="months or days"):
        Length(months, days)


@pytest.mark.parametrize(
    ("code", "length", "short", "long"),
    [
        ("delivery_evidence", Length(months=8), True, False),
        ("delivery_evidence", Length(days=240), True, False),
        ("delivery_evidence", Length(months=9), False, False),
        ("money_vouchers", Length(months=119), True, False),
        ("money_vouchers", Length(months=120), False, False),
        ("identity_photos", Length(days=1), False, False),
        ("identity_photos", Length(months=13), False, True),
        ("public_disclosures", Length(days=1), False, False),
    ],
)
def test_a_term_may_not_undercut_the_law_nor_keep_what_is_sensitive_for_long(
    code, length, short, long
):
    assert (too_short(code, length), too_long(code, length)) == (short, long)


def test_every_class_says_what_it_holds_and_from_when_it_counts():
    for one in CLASSES.values():
        assert all(one.words)
        assert all(one.holds)
        assert all(SINCE_WORDS[one.since])


def test_the_root_is_that_of_rfc_6962():
    leaf = [hashlib.sha256(b"\x00" + one).digest() for one in (b"a", b"b", b"c")]
    node = hashlib.sha256(b"\x01" + leaf[0] + leaf[1]).digest()
    assert root_of([]) == EMPTY
    assert root_of([b"a"]) == leaf[0]
    assert root_of([b"a", b"b"]) == node
    assert root_of([b"a", b"b", b"c"]) == hashlib.sha256(b"\x01" + node + leaf[2]).digest()


def _by_halves(leaves):
    """The definition itself: the left part is the largest power of two below the whole."""
    if not leaves:
        return EMPTY
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    left = 1 << (len(leaves) - 1).bit_length() - 1
    parts = _by_halves(leaves[:left]) + _by_halves(leaves[left:])
    return hashlib.sha256(b"\x01" + parts).digest()


@given(st.lists(st.binary(max_size=8), max_size=40))
def test_building_as_one_goes_gives_the_root_of_the_definition(leaves):
    assert root_of(leaves) == _by_halves(leaves)


@given(st.lists(st.binary(min_size=1, max_size=8), min_size=2, max_size=20, unique=True))
def test_a_leaf_left_out_changed_or_moved_changes_the_root(leaves):
    root = root_of(leaves)
    assert root_of(leaves[1:]) != root
    assert root_of([leaves[0] + b"x", *leaves[1:]]) != root
    assert root_of(leaves[::-1]) != root
