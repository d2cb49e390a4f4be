"""Records of incidents: their kinds, their ends, and compensation."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postal_app.rules import vocabulary
from postal_app.rules.compensation import BASES, Amounts, Limit, Stage, is_over, stage
from postal_app.rules.incidents import (
    EVENTS,
    KIND_OF,
    KINDS,
    MAY_RECORD,
    MAY_SETTLE,
    MAY_SIGN,
    OUTCOME_WORDS,
    Outcome,
)
from postal_app.rules.integrity import Integrity
from postal_app.rules.roles import Role

SUMS = st.integers(0, 10**9)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_words_and_can_end(kind):
    assert KINDS[kind].words.vi
    assert KINDS[kind].words.en
    assert KINDS[kind].outcomes
    assert {OUTCOME_WORDS[one].vi for one in KINDS[kind].outcomes}


def test_every_event_that_harms_an_item_asks_for_a_record():
    harming = {
        code
        for code, kind in vocabulary.KINDS.items()
        if kind.asserts not in (None, Integrity.INTACT)
    }
    assert set(EVENTS) == harming
    assert all(event in KINDS[KIND_OF[event]].events for event in EVENTS)


def test_only_what_was_found_again_can_end_a_loss_without_a_citizen():
    assert set(KINDS["lost"].outcomes) == {
        Outcome.FOUND,
        Outcome.COMPLAINT,
        Outcome.COMPENSATED,
    }


def test_who_audits_or_administers_neither_records_signs_nor_settles():
    assert not {Role.AUDITOR, Role.ADMINISTRATOR} & (MAY_RECORD | MAY_SIGN | MAY_SETTLE)
    assert MAY_RECORD < MAY_SIGN


@given(SUMS, SUMS, SUMS)
def test_what_is_paid_is_its_parts_and_nothing_else(loss, remaking, refund):
    assert Amounts(loss, remaking, refund).total == loss + remaking + refund


@pytest.mark.parametrize(
    ("basis", "loss", "limit", "over"),
    [
        ("total_loss", 120_000, 120_000, False),
        ("total_loss", 120_001, 120_000, True),
        ("total_loss", 500_000, None, False),
        ("partial_loss", 500_000, 120_000, False),
    ],
)
def test_the_limit_is_one_of_total_loss_and_only_where_one_is_published(basis, loss, limit, over):
    assert is_over(basis, Amounts(loss=loss, remaking=900_000), limit) is over


def test_four_times_the_postage():
    assert Limit(4, "thông báo mẫu").amount(30_000) == 120_000


@pytest.mark.parametrize(
    ("approved", "paid", "found"),
    [
        (None, False, Stage.PROPOSED),
        (False, False, Stage.REFUSED),
        (True, False, Stage.APPROVED),
        (True, True, Stage.PAID),
    ],
)
def test_a_compensation_goes_from_proposed_to_paid(approved, paid, found):
    assert stage(approved=approved, paid=paid) is found


def test_every_basis_speaks_both_languages():
    assert all(words.vi and words.en for words in BASES.values())
