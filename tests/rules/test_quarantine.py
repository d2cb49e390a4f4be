"""Quarantine: what opens a matter, what ends it, and that lateness changes neither."""

from itertools import permutations
from uuid import UUID

import pytest

from postal_app.rules.custody import history, replay
from postal_app.rules.integrity import Integrity
from tests.rules.test_custody import (
    HOA_BINH,
    LUONG_SON,
    SO_TU_PHAP,
    TO_THE_AGENCY,
    TO_THE_CITIZEN,
    fact,
)

START = TO_THE_AGENCY[:2]


def settled(number: int, minutes: int, *facts: int):
    return fact(number, "matter_settled", minutes, settles=frozenset(UUID(int=n) for n in facts))


@pytest.mark.parametrize(
    "harm",
    [
        fact(9, "seal_broken", 90),
        fact(9, "damaged", 90),
        fact(9, "arrived", 90, taker=HOA_BINH, condition="damaged"),
        fact(9, "arrived", 90, taker=HOA_BINH, condition="seal_broken"),
        fact(9, "arrived", 90, taker=HOA_BINH, seal_differs=True),
    ],
)
def test_harm_or_another_seal_puts_an_item_in_quarantine_until_its_matter_is_settled(harm):
    later = fact(10, "departed", 100, taker=LUONG_SON)
    held = history([*START, harm, later])
    assert [step.after.quarantined for step in held] == [False, False, True, True]
    assert "quarantined" in held[-1].anomalies
    free = history([*START, harm, settled(11, 95, 9), later])
    assert not free[-1].after.quarantined
    assert "quarantined" not in free[-1].anomalies


@pytest.mark.parametrize("condition", ["", "intact", "resealed"])
def test_a_look_that_sees_no_harm_opens_nothing(condition):
    look = fact(9, "arrived", 90, taker=HOA_BINH, condition=condition)
    assert not replay([*START, look]).quarantined


def test_the_movement_that_brings_the_harm_to_light_is_itself_regular():
    found = fact(9, "arrived", 90, taker=HOA_BINH, condition="damaged")
    assert history([*START, found])[-1].anomalies == ()


def test_what_stays_where_it_is_is_no_movement():
    still = [*START, fact(9, "seal_broken", 90), fact(10, "damaged", 95)]
    assert history(still)[-1].anomalies == ()


def test_harm_told_late_is_not_settled_by_what_was_said_before_it_was_known():
    early = fact(9, "seal_broken", 90)
    late = fact(10, "damaged", 80)
    assert replay([*START, early, settled(11, 95, 9), late]).matters == {UUID(int=10)}


def test_every_order_of_arrival_leads_to_the_same_quarantine():
    facts = [
        *START,
        fact(9, "seal_broken", 90),
        fact(10, "arrived", 95, taker=HOA_BINH, seal_differs=True),
        settled(11, 100, 9, 10),
    ]
    assert {replay(order).quarantined for order in permutations(facts)} == {False}
    assert {replay(order).quarantined for order in permutations(facts[:-1])} == {True}


def test_a_settlement_whose_clock_ran_ahead_of_the_harm_settles_it_all_the_same():
    assert not replay([*START, settled(11, 80, 9), fact(9, "seal_broken", 90)]).quarantined


def test_a_corrected_reading_of_the_seal_ends_the_quarantine_it_began():
    read = fact(9, "arrived", 90, taker=HOA_BINH, seal_differs=True)
    mended = [*START, read, fact(10, "corrected", 95, corrects=read.fact)]
    assert not replay(mended).quarantined


def test_quarantine_heals_nothing_and_a_settlement_says_nothing_of_the_envelope():
    harmed = [*START, fact(9, "seal_broken", 90), settled(11, 95, 9)]
    assert replay(harmed).integrity is Integrity.SEAL_BROKEN
    assert replay(harmed).since == harmed[2].occurred_at


def test_a_hand_out_in_quarantine_is_recorded_and_the_matter_stays_open():
    way = [*TO_THE_CITIZEN[:2], fact(9, "damaged", 15), TO_THE_CITIZEN[2]]
    [*_, handed] = history(way)
    assert handed.anomalies == ("quarantined",)
    assert handed.after.closed
    assert handed.after.quarantined
    assert not replay([*way, settled(11, 60, 9)]).quarantined


def test_harm_seen_after_the_end_opens_no_quarantine():
    assert not replay([*TO_THE_CITIZEN, fact(9, "damaged", 300)]).quarantined


def test_what_is_settled_at_the_agency_moves_nothing():
    at_the_agency = [*TO_THE_AGENCY[:4], fact(9, "damaged", 200), *TO_THE_AGENCY[4:]]
    assert history(at_the_agency)[-2].anomalies == ("quarantined",)
    end = replay([*at_the_agency, settled(11, 400, 9)])
    assert (end.holder, end.quarantined, end.closed) == (SO_TU_PHAP, False, True)
