"""Bags: every state with every kind of event, and what moves with a bag whatever arrives first."""

from datetime import UTC, datetime, timedelta
from itertools import permutations
from random import Random
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from postal_app.rules.bags import (
    BAG_KINDS,
    BAG_STATE_WORDS,
    BagCustody,
    BagFact,
    BagState,
    assumed,
    bag_custody,
    bag_history,
    unfounded,
)
from postal_app.rules.custody import Custody, Fact, history, replay
from postal_app.rules.holders import CITIZEN, Holder, HolderKind
from postal_app.rules.integrity import Integrity
from postal_app.rules.vocabulary import KINDS, State, Taker

NINE = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
LUONG_SON = Holder(HolderKind.POINT, 1)
HOA_BINH = Holder(HolderKind.POINT, 2)
ANH_DUNG = Holder(HolderKind.COURIER, 7)
RED, BLUE = Holder(HolderKind.BAG, 1), Holder(HolderKind.BAG, 2)
NUMBER = "RH100000003VN"

# + regular, ! recorded and told. Rows: states; columns: the kinds in their order.
TABLE = """
            sealed departed handed_on arrived opened emptied listed damaged seal_broken lost found
open        +      !        !         !       !      !       !      +       !           !    !
sealed      !      +        !         !       +      !       +      +       +           +    !
in_transit  !      !        +         +       !      !       +      +       +           +    !
at_office   !      +        !         !       +      !       +      +       +           +    !
opened      !      !        !         !       !      +       !      +       !           !    !
emptied     !      !        !         !       !      !       !      !       !           !    !
lost        !      !        !         !       !      !       !      !       !           !    +
"""
LEADS = {
    "sealed": "sealed",
    "departed": "in_transit",
    "arrived": "at_office",
    "opened": "opened",
    "emptied": "emptied",
    "lost": "lost",
    "found": "at_office",
}
WAYS: dict[str, tuple[str, ...]] = {
    "open": (),
    "sealed": ("sealed",),
    "in_transit": ("sealed", "departed"),
    "at_office": ("sealed", "departed", "arrived"),
    "opened": ("sealed", "departed", "arrived", "opened"),
    "emptied": ("sealed", "departed", "arrived", "opened", "emptied"),
    "lost": ("sealed", "departed", "lost"),
}


def bag_fact(kind: str, minute: int, taker: Holder | None = None, **said: object) -> BagFact:
    takers = {Taker.RECORDER: ANH_DUNG, Taker.POINT: HOA_BINH, None: None}
    seal = said.pop("seal", "TK1" if kind in ("sealed", "opened") else "")
    return BagFact(
        UUID(int=1000 + minute),
        kind,
        NINE + timedelta(minutes=minute),
        taker=taker or takers[BAG_KINDS[kind].taker],
        seal=str(seal),
        **said,
    )


def item_fact(kind: str, minute: int, taker: Holder | None = None, **said: object) -> Fact:
    at = NINE + timedelta(minutes=minute)
    return Fact(UUID(int=minute + 1), kind, at, taker=taker, **said)


def written() -> dict[tuple[str, str], bool]:
    """Give whether each pair of the table is regular."""
    heads, *lines = TABLE.strip().splitlines()
    rows = [line.split() for line in lines]
    return {
        (state, kind): sign == "+"
        for state, *signs in rows
        for kind, sign in zip(heads.split(), signs, strict=True)
    }


def test_the_table_knows_every_state_and_kind_that_is_not_regular_everywhere():
    everywhere = {name for name, kind in BAG_KINDS.items() if kind.after == frozenset(BagState)}
    kinds = set(BAG_KINDS) - everywhere
    assert everywhere == {"unlisted", "corrected"}
    assert set(written()) == {(state.value, kind) for state in BagState for kind in kinds}
    assert set(BAG_STATE_WORDS) == set(BagState)


@pytest.mark.parametrize("state", BagState)
def test_every_pair_has_the_verdict_and_leads_where_it_is_written(state):
    way = [bag_fact(kind, minute) for minute, kind in enumerate(WAYS[state], start=1)]
    assert bag_custody(way, LUONG_SON).state is state
    for kind in {kind for _, kind in written()}:
        step = bag_history([*way, bag_fact(kind, 50)], LUONG_SON)[-1]
        assert (step.anomalies == ()) == written()[state, kind], kind
        assert step.after.state == LEADS.get(kind, state), kind


def test_what_moves_the_inside_moves_it_by_a_kind_that_items_know():
    assert {kind.inside for kind in BAG_KINDS.values() if kind.inside} <= set(KINDS)


def test_another_seal_than_the_one_put_on_is_told_wherever_it_is_read_and_is_no_intact_seal():
    facts = [bag_fact("sealed", 1), bag_fact("departed", 5)]
    facts.append(bag_fact("arrived", 9, seal="TK9", condition="intact"))
    step = bag_history(reversed(facts), LUONG_SON)[-1]
    assert step.anomalies == ("seal_differs",)
    assert step.after == BagCustody(HOA_BINH, BagState.AT_OFFICE, "TK1", Integrity.NOT_CHECKED)


def test_a_corrected_event_of_a_bag_stays_in_its_history_and_counts_no_more():
    wrong = bag_fact("lost", 5)
    mend = bag_fact("corrected", 9, corrects=wrong.fact)
    steps = bag_history([bag_fact("sealed", 1), wrong, mend], LUONG_SON)
    assert [(step.fact.kind, step.cancelled) for step in steps] == [
        ("sealed", False),
        ("lost", True),
        ("corrected", False),
    ]
    assert steps[-1].after.state is BagState.SEALED


def follow(facts: list[Fact], bags: dict[int, list[BagFact]]) -> list[Fact]:
    """Write what is missing of what the bags mean for the item, as the desk does."""
    known = {fact.fact for fact in facts}
    due = [*assumed(NUMBER, facts, bags, CITIZEN), *unfounded(NUMBER, facts, bags)]
    return [*facts, *(one.fact for one in due if one.fact.fact not in known)]


ACCEPTED = item_fact("accepted", 0, LUONG_SON)
PACKED = item_fact("bagged", 10, RED, giver=LUONG_SON)
WAY = [
    bag_fact("sealed", 12),
    bag_fact("departed", 20),
    bag_fact("arrived", 40),
    bag_fact("opened", 50),
    bag_fact("emptied", 60),
]


def test_what_lies_in_a_bag_goes_with_it_and_the_bag_has_it_all_the_way():
    facts = follow([ACCEPTED, PACKED], {1: WAY[:3]})
    steps = history(facts)
    assert [(s.fact.kind, s.after.state, s.after.holder) for s in steps] == [
        ("accepted", State.TAKEN_IN, LUONG_SON),
        ("bagged", State.TAKEN_IN, RED),
        ("departed", State.IN_TRANSIT, RED),
        ("arrived", State.AT_OFFICE, RED),
    ]
    assert [s.anomalies for s in steps] == [()] * 4


def test_what_is_taken_out_is_at_the_office_and_is_missed_by_nobody():
    taken = item_fact("unbagged", 55, HOA_BINH)
    custody = replay(follow([ACCEPTED, PACKED, taken], {1: WAY}))
    assert (custody.state, custody.holder) == (State.AT_OFFICE, HOA_BINH)
    assert custody.packed_by is None


def test_what_is_not_taken_out_of_an_emptied_bag_is_searched_for_and_its_packer_answers():
    steps = history(follow([ACCEPTED, PACKED], {1: WAY}))
    assert steps[-1].fact.kind == "missing_from_bag"
    assert (steps[-1].after.state, steps[-1].after.holder) == (State.LOST, LUONG_SON)
    assert steps[-1].after.integrity is Integrity.LOST


def test_taken_out_of_no_bag_is_recorded_and_told():
    step = history([ACCEPTED, item_fact("unbagged", 55, HOA_BINH)])[-1]
    assert step.anomalies == ("not_in_bag",)
    assert step.after.holder == HOA_BINH


def test_a_late_scan_that_it_was_taken_out_leaves_what_was_assumed_without_effect():
    facts = follow([ACCEPTED, PACKED], {1: WAY})
    late = item_fact("unbagged", 15, ANH_DUNG)
    steps = history(follow([*facts, late], {1: WAY}))
    told = {step.fact.kind: step.anomalies for step in steps}
    assert told["departed"] == told["missing_from_bag"] == ("not_in_bag",)
    assert (steps[-1].after.state, steps[-1].after.holder) == (State.TAKEN_IN, ANH_DUNG)


def test_a_corrected_event_of_the_bag_is_corrected_in_what_lay_in_it_too():
    facts = follow([ACCEPTED, PACKED], {1: WAY[:2]})
    wrong = WAY[1]
    bag = [*WAY[:2], bag_fact("corrected", 30, corrects=wrong.fact)]
    mended = follow(facts, {1: bag})
    assert replay(mended).state is State.TAKEN_IN
    assert follow(mended, {1: bag}) == mended


def test_who_packed_it_is_named_even_when_that_is_told_last():
    again = item_fact("bagged", 11, RED, giver=ANH_DUNG)
    early = follow([*follow([ACCEPTED, PACKED], {1: WAY}), again], {1: WAY})
    late = follow([ACCEPTED, PACKED, again], {1: WAY})
    assert replay(early) == replay(late)
    assert replay(late).holder == ANH_DUNG


@pytest.mark.parametrize("arrival", list(permutations(range(4))))
def test_whatever_of_a_bags_way_arrives_first_the_item_ends_the_same(arrival):
    told: list[Fact | BagFact] = [
        PACKED,
        bag_fact("departed", 20),
        item_fact("unbagged", 30, ANH_DUNG),
        bag_fact("arrived", 40),
    ]
    facts: list[Fact] = [ACCEPTED]
    bag: list[BagFact] = []
    for place in arrival:
        one = told[place]
        if isinstance(one, BagFact):
            bag.append(one)
        else:
            facts.append(one)
        facts = follow(facts, {1: bag})
    custody = replay(facts)
    assert (custody.state, custody.holder) == (State.IN_TRANSIT, ANH_DUNG)


OWN = ("bagged red", "bagged blue", "unbagged", "arrived", "lost", "found", "delivered")
BAGS = ("departed", "arrived", "lost", "found", "opened", "emptied")
MOSTLY = ["bagged red", *(f"1 {kind}" for kind in BAGS), "unbagged"]
LIVES = st.lists(
    st.sampled_from([*OWN, *MOSTLY, *MOSTLY, *MOSTLY, *(f"2 {kind}" for kind in BAGS)]),
    min_size=3,
    max_size=9,
)


def lived(life: list[str]) -> list[tuple[int, Fact]]:
    """Give what happened minute by minute: 0 and a fact of the item, or a bag and its fact."""
    found: list[tuple[int, Fact]] = [(0, ACCEPTED)]
    for minute, what in enumerate(life, start=1):
        first, _, rest = what.partition(" ")
        if first in ("1", "2"):
            found.append((int(first), bag_fact(rest, minute)))
        elif first == "bagged":
            packer = (LUONG_SON, ANH_DUNG)[minute % 2]
            found.append(
                (0, item_fact(first, minute, {"red": RED, "blue": BLUE}[rest], giver=packer))
            )
        else:
            takers = {"unbagged": HOA_BINH, "arrived": HOA_BINH, "found": HOA_BINH}
            takers["delivered"] = CITIZEN
            found.append((0, item_fact(first, minute, takers.get(first))))
    return found


def arrive(told: list[tuple[int, Fact]]) -> tuple[Custody, list[Custody]]:
    """Let facts arrive one after the other; give what the item and the bags come to."""
    facts: list[Fact] = []
    bags: dict[int, list[BagFact]] = {1: [], 2: []}
    for bag, fact in told:
        if isinstance(fact, BagFact):
            bags[bag].append(fact)
        else:
            facts.append(fact)
        facts = follow(facts, bags)
        assert len({one.fact for one in facts}) == len(facts), "written once"
    return replay(facts), [bag_custody(one, LUONG_SON) for one in bags.values()]


@settings(max_examples=300)
@given(LIVES, st.integers(0, 2**32))
def test_items_and_bags_are_the_same_in_any_order_of_arrival(life, seed):
    in_order, shuffled = lived(life), lived(life)
    Random(seed).shuffle(shuffled)
    assert arrive(in_order) == arrive(shuffled)
