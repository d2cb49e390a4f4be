"""Exemptions: every ground with its share, and what is left never too much nor below nought."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postal_app.rules.exemptions import GROUNDS, ON_PAPER, grounds_of, left_to_pay
from postal_app.rules.intake import MONEY_KINDS


def test_every_ground_has_words_a_percent_and_kinds_that_are():
    for ground in GROUNDS.values():
        assert ground.percent in ON_PAPER
        assert set(ground.kinds) <= set(MONEY_KINDS)
        assert ground.words.vi
        assert ground.words.en


def test_state_money_is_exempt_only_by_an_act_and_the_remittance_never():
    assert all(ground.names_act for ground in grounds_of("fee").values())
    assert grounds_of("charge") == grounds_of("fee")
    assert not any(ground.names_act for ground in grounds_of("postage").values())
    assert grounds_of("remittance") == {}


@pytest.mark.parametrize(
    ("ground", "percent"),
    [("heroic_mother", 100), ("revolutionary", 100), ("poor", 50), ("martyr_family", 50)],
)
def test_the_postage_is_let_off_by_the_shares_of_the_circular(ground, percent):
    assert grounds_of("postage")[ground].percent == percent


@given(st.integers(0, 10**10), st.sampled_from([0, 50, 100]))
def test_what_is_left_is_whole_and_never_more_than_the_share(amount, percent):
    left = left_to_pay(amount, percent)
    assert 0 <= left <= amount
    assert 0 <= amount * (100 - percent) - left * 100 < 100


def test_half_of_an_odd_amount_is_rounded_down_for_who_pays():
    assert left_to_pay(26_001, 50) == 13_000
