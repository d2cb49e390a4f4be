"""An item's shadow says enough to go on from: what follows is judged as if all were replayed."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from postal_app.locked_items import LOOKED_BACK_ON, LockedItem, shadow
from postal_app.rules.balances import movements
from postal_app.rules.custody import Custody, Fact, Step, history
from postal_app.rules.holders import CITIZEN, Holder, HolderKind
from postal_app.rules.integrity import CONDITIONS
from postal_app.rules.vocabulary import KINDS, State
from tests.makers import NINE

HOLDERS = st.builds(Holder, st.sampled_from(HolderKind), st.integers(0, 2))
FACTS = st.builds(
    Fact,
    fact=st.uuids(),
    kind=st.sampled_from([kind for kind in KINDS if kind != "corrected"]),
    occurred_at=st.just(NINE),
    giver=st.none() | HOLDERS,
    taker=st.none() | HOLDERS,
    condition=st.sampled_from(["", *map(str, CONDITIONS)]),
    proof=st.sampled_from(["", "signature"]),
)


def of_history(steps: Sequence[Step]) -> LockedItem:
    """Give an item that bears the shadow of this history."""
    told = {name: value for name, value in shadow(steps).items() if name != "closed"}
    known = {"id": 1, "number": "RH1", "leg": "submission", "point_id": 1, "agency_id": 1}
    rest = {"from_agency_id": None, "seal_number": "NP1", "created_at": NINE, "entries": 1}
    return LockedItem(**{"changed_at": NINE, "digest": b""} | known | rest | told)


def is_summed_up(custody: Custody) -> bool:
    """Tell whether the shadow says all of it; of other items the ledger replays everything.

    It hides what was seen of what is searched for, who packed a bag, and matters and their ends;
    and of an item to which nothing happened yet it says since when there is one.
    """
    if custody.since is None:
        return False
    in_a_bag = custody.holder.kind is HolderKind.BAG
    return not (custody.state is State.LOST or in_a_bag or custody.matters or custody.settled)


@given(st.lists(FACTS, min_size=2, max_size=12, unique_by=lambda fact: fact.fact))
def test_what_follows_a_shadow_is_what_follows_the_whole_history(facts: list[Fact]) -> None:
    ordered = [
        replace(fact, occurred_at=NINE + timedelta(minutes=place))
        for place, fact in enumerate(facts)
    ]
    steps = history(ordered)
    for place, step in enumerate(steps[:-1]):
        if not is_summed_up(step.after):
            continue
        item = of_history(steps[: place + 1])
        assert item.custody == step.after
        rest = history(ordered[place + 1 :], CITIZEN, item.custody)
        assert rest == steps[place + 1 :]
        assert shadow(rest, item) == shadow(steps)


@given(st.lists(FACTS, min_size=1, max_size=12, unique_by=lambda fact: fact.fact))
def test_a_shadow_counts_the_movements_and_knows_what_is_looked_back_on(facts: list[Fact]) -> None:
    steps = history(facts)
    kept = shadow(steps)
    assert kept["moves"] == len(movements(steps))
    assert kept["looked_back_on"] == any(fact.kind in LOOKED_BACK_ON for fact in facts)


def test_every_part_of_a_custody_has_its_place_in_the_shadow() -> None:
    steps = history([Fact(UUID(int=1), "accepted", NINE)])
    assert of_history(steps).custody == steps[0].after
    assert set(Custody._fields) == {
        "state",
        "holder",
        "seen",
        "outcome",
        "proven",
        "since",
        # What `is_summed_up` speaks of.
        "packed_by",
        "matters",
        "settled",
    }
