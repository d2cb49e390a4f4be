"""Every state with every kind of event: the verdict, the next state, and a way on from everywhere.

The tables are written by hand and know nothing of the vocabulary; when a word of it changes, its
row or column here no longer fits.
"""

import pytest

from postal_app.rules.custody import Custody, Fact, replay
from postal_app.rules.legs import LEGS, RETURNS, TO_AGENCY
from postal_app.rules.next_steps import (
    VERDICT_WORDS,
    Verdict,
    as_arrived_in,
    next_steps,
    pair,
    reachable,
)
from postal_app.rules.roles import Role
from postal_app.rules.vocabulary import ENDED, KINDS, State

SIGNS = {"+": Verdict.REGULAR, "!": Verdict.TOLD, "-": Verdict.KEPT}

# The columns, each with the state it leads to; «same» leaves the item where it is.
COLUMNS = """
1 accepted taken_in                         2 accepted_at_home in_transit
3 recovered in_transit                      4 return_started at_office
5 result_collected collected                6 collected_from_agency collected
7 departed in_transit                       8 arrived at_office
9 handed_to_agency at_agency                10 agency_received received_by_agency
11 agency_accepted accepted_by_agency       12 out_for_delivery out_for_delivery
13 attempt_failed not_delivered             14 notice_left same
15 wish_noted same                          16 held held
17 partly_delivered partly_delivered        18 delivered delivered
19 sent_back returned                       20 declared_ownerless ownerless
21 damaged same                             22 seal_broken same
23 lost lost                                24 found at_office
25 corrected same                          26 proof_seen same
27 bagged same                              28 unbagged same
29 missing_from_bag lost                    30 listed same
31 unlisted same                            32 matter_settled same
"""

# + regular, ! recorded and told as an anomaly, - kept and told, but moves nothing.
#                   begins  way   agency door     back harm mend proof bags, lists, end of a matter
#                   1-6     7-9,12 10,11 13-18    19,20 21-24 25 26 27-29 30-31 32
MATRIX = """
expected            ++++++  !!!!  !!  !! + !!!   !!  !!!!  +  !  !!! !! +
taken_in            !!!!!!  ++++  !!  !! ! !!!   !!  +++!  +  !  +++ ++ +
in_transit          !!!!!!  !+++  !!  !+ + +!!   !!  +++!  +  !  +++ ++ +
at_office           !!!!!!  ++++  !!  !+ + +++   ++  +++!  +  !  +++ ++ +
at_agency           !!!!!!  !!!!  ++  !! ! !!!   !!  +++!  +  !  !!! !+ +
received_by_agency  ------  ----  -+  -- - ---   --  ++--  +  -  --- -+ +
accepted_by_agency  ------  ----  -+  -- - ---   --  ++--  +  -  --- -+ +
collected           !!!!!!  ++++  !!  !+ + +!!   !!  +++!  +  !  +++ ++ +
out_for_delivery    !!!!!!  !++!  !!  ++ + +++   !!  +++!  +  !  !!! ++ +
not_delivered       !!!!!!  ++!+  !!  !+ + +!!   ++  +++!  +  !  +++ ++ +
held                !!!!!!  ++!+  !!  !+ + +++   ++  +++!  +  !  +++ ++ +
partly_delivered    !!!!!!  ++!+  !!  !+ + +++   ++  +++!  +  !  +++ ++ +
delivered           ------  ----  --  -- - ---   --  ----  +  +  --- -- +
returned            ------  ----  --  -- - ---   --  ----  +  -  --- -- +
ownerless           ------  ----  --  -- - ---   --  ----  +  -  --- -- +
lost                !!!!!!  !!!!  !!  !! ! !!!   !!  !!!+  +  !  !!! !! +
"""
ORDER = [1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 10, 11, *range(13, 33)]


def columns() -> dict[int, tuple[str, str]]:
    words = COLUMNS.split()
    thirds = zip(words[::3], words[1::3], words[2::3], strict=True)
    return {int(number): (kind, leads_to) for number, kind, leads_to in thirds}


def written() -> dict[tuple[str, str], tuple[Verdict, str]]:
    """Give the verdict and the next state of every pair as they are written above."""
    found = {}
    for line in MATRIX.strip().splitlines():
        state, *signs = line.split()
        for number, sign in zip(ORDER, "".join(signs), strict=True):
            kind, leads_to = columns()[number]
            stays = leads_to == "same" or sign == "-"
            found[state, kind] = SIGNS[sign], state if stays else leads_to
    return found


def test_the_written_table_knows_every_state_and_every_kind_and_no_other():
    assert set(written()) == {(state.value, kind) for state in State for kind in KINDS}


@pytest.mark.parametrize("state", State)
def test_every_pair_has_the_verdict_and_the_next_state_that_are_written(state):
    expected = {kind: told for (row, kind), told in written().items() if row == state}
    found = {kind: pair(state, kind) for kind in KINDS}
    assert {k: (p.verdict, p.leads_to.value) for k, p in found.items()} == expected


@pytest.mark.parametrize("verdict", Verdict)
def test_every_verdict_is_said_in_both_languages(verdict):
    assert all(VERDICT_WORDS[verdict])
    assert verdict.words is VERDICT_WORDS[verdict]


def ways_on(leg: str, state: State) -> set[State]:
    return {kind.leads_to for _, kind in next_steps(state, [leg]) if kind.leads_to}


@pytest.mark.parametrize("leg", LEGS)
def test_from_everywhere_on_a_leg_there_is_a_regular_way_to_its_end(leg):
    ends = ENDED | {State.ACCEPTED_BY_AGENCY}
    arrive = set(ends)
    while more := {s for s in reachable(leg) if ways_on(leg, s) & arrive} - arrive:
        arrive |= more
    assert reachable(leg) <= arrive


@pytest.mark.parametrize("leg", LEGS)
def test_a_leg_ends_where_it_is_bound_for_and_only_what_is_no_return_goes_back(leg):
    agency, citizen = State.ACCEPTED_BY_AGENCY, State.DELIVERED
    bound, other = (agency, citizen) if leg in TO_AGENCY else (citizen, agency)
    assert bound in reachable(leg)
    assert other not in reachable(leg)
    assert (State.RETURNED in reachable(leg)) == (leg not in RETURNS)


@pytest.mark.parametrize("state", sorted(ENDED))
def test_after_the_end_nothing_but_its_proof_and_a_correction_is_regular(state):
    proof = ["proof_seen"] if state is State.DELIVERED else []
    assert [name for name, _ in next_steps(state)] == proof


def test_what_nobody_has_begun_begins_by_its_own_leg():
    begins = {
        leg: sorted(name for name, kind in next_steps(State.EXPECTED, [leg]) if kind.leads_to)
        for leg in LEGS
    }
    assert begins == {
        "submission": ["accepted", "accepted_at_home"],
        "supplement": ["accepted", "accepted_at_home"],
        "transfer": ["collected_from_agency"],
        "recovered": ["recovered"],
        "result": ["result_collected"],
        "answer": ["collected_from_agency"],
        "return_to_agency": ["return_started"],
        "return_to_citizen": ["return_started"],
    }


def test_only_two_persons_and_only_the_province_give_something_up():
    assert KINDS["declared_ownerless"].by == {Role.PROVINCIAL}
    assert Role.COURIER not in KINDS["corrected"].by


def test_a_state_is_entered_as_its_facts_leave_it():
    assert as_arrived_in(State.DELIVERED).ended
    assert as_arrived_in(State.RECEIVED_BY_AGENCY).closed
    assert not as_arrived_in(State.AT_AGENCY).ended
    assert as_arrived_in(State.EXPECTED) == Custody() == replay(list[Fact]())
