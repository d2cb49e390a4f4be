"""What has become of legs: exactly one thing each, and what went back has not reached its end."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postal_app.rules.vocabulary import Outcome, State
from postal_app.rules.ways import Became, Deliveries, Progress, circumstances_of, progress


@pytest.mark.parametrize(
    ("state", "outcome", "ended", "expected"),
    [
        (State.DELIVERED, Outcome.DELIVERED, True, Progress.REACHED),
        (State.AT_AGENCY, Outcome.HANDED_OVER, True, Progress.REACHED),
        (State.RECEIVED_BY_AGENCY, Outcome.HANDED_OVER, True, Progress.REACHED),
        (State.NOT_DELIVERED, Outcome.NOT_DELIVERED, False, Progress.NOT_DELIVERED),
        (State.OUT_FOR_DELIVERY, Outcome.NOT_DELIVERED, False, Progress.NOT_DELIVERED),
        (State.HELD, Outcome.NOT_DELIVERED, False, Progress.NOT_DELIVERED),
        (State.HELD, Outcome.NONE, False, Progress.UNDER_WAY),
        (State.IN_TRANSIT, Outcome.NONE, False, Progress.UNDER_WAY),
        (State.PARTLY_DELIVERED, Outcome.PARTLY_DELIVERED, True, Progress.REACHED),
        (State.PARTLY_DELIVERED, Outcome.PARTLY_DELIVERED, False, Progress.NOT_DELIVERED),
        (State.OUT_FOR_DELIVERY, Outcome.PARTLY_DELIVERED, False, Progress.NOT_DELIVERED),
        (State.RETURNED, Outcome.RETURNED, False, Progress.RETURNED),
        (State.RETURNED, Outcome.RETURNED, True, Progress.REACHED),
        (State.OWNERLESS, Outcome.NOT_DELIVERED, False, Progress.OWNERLESS),
        (State.LOST, Outcome.NONE, False, Progress.LOST),
        (State.LOST, Outcome.NOT_DELIVERED, False, Progress.LOST),
        (State.LOST, Outcome.PARTLY_DELIVERED, True, Progress.REACHED),
    ],
)
def test_what_became_of_a_leg(state, outcome, ended, expected):
    assert progress(state, outcome, ended=ended) is expected


def test_every_circumstance_leads_to_exactly_one_thing():
    every = Counter(found for wanted in Progress for found in circumstances_of(wanted))
    assert len(every) == len(State) * len(Outcome) * 2
    assert set(every.values()) == {1}


BECAME = st.builds(
    Became,
    st.sampled_from([state.value for state in State]),
    st.sampled_from([outcome.value for outcome in Outcome]),
    st.booleans(),
    st.booleans(),
)
TALLIES = st.dictionaries(BECAME, st.integers(0, 300_000))


@given(TALLIES)
def test_what_became_of_the_legs_sums_to_the_legs(tally):
    told = Deliveries.of(tally)
    assert told.total == sum(tally.values())
    assert told.total == told.reached + told.tried_in_vain + told.under_way
    assert told.first_attempt <= told.reached
    assert told.left_over <= told.not_delivered
    assert told.held <= told.not_delivered + told.under_way


@given(TALLIES)
def test_the_share_delivered_leaves_out_what_is_under_way_and_nothing_else(tally):
    told = Deliveries.of(tally)
    assert told.success.whole == told.total - told.under_way
    assert told.first_success.whole == told.success.whole
    assert told.first_success.part <= told.success.part


@given(TALLIES, TALLIES)
def test_kinds_of_leg_add_up_one_by_one(some, others):
    both = Deliveries.of(Counter(some) + Counter(others))
    assert Deliveries.of(some) + Deliveries.of(others) == both


def test_everything_that_may_become_of_a_leg_is_said_in_both_languages():
    assert all(one.words.vi and one.words.en for one in Progress)
