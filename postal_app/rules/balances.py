"""Balances: what a holder had, what came, what went, and what he can therefore lay on the table.

1. Each change of holder that the replay lets stand is one *movement*: out of one holder's hands
   and into another's. What a correction took out, or what came after the end, moved nothing.
2. An item comes into being in the hands of its first holder, at the moment of its first fact. That
   is its first movement; it comes from nobody. Nothing ever leaves for nobody.
3. A holder's balance of a day is opening + in - out = closing, in items, by days in Việt Nam. It
   is reckoned when something *happened*, so a late scan sets right the days it speaks of.
4. Each movement is counted once as in and once as out. So the closing balances of all holders are
   together, on every day, the items that had come into being by then.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from postal_app.rules.custody import Step
from postal_app.rules.holders import Holder
from postal_app.rules.periods import Period


@dataclass(frozen=True, slots=True)
class Movement:
    """An item's way out of one holder's hands into another's; `giver` None: it came into being."""

    at: datetime
    fact: UUID
    giver: Holder | None
    taker: Holder


@dataclass(frozen=True, slots=True)
class Balance:
    """A number of items in one holder's hands over a period."""

    opening: int = 0
    came: int = 0
    went: int = 0

    @property
    def closing(self) -> int:
        """Give what should lie on the table at the end."""
        return self.opening + self.came - self.went

    def __add__(self, other: "Balance") -> "Balance":
        """Give both together."""
        return Balance(self.opening + other.opening, self.came + other.came, self.went + other.went)


def movements(steps: Sequence[Step]) -> list[Movement]:
    """Give the movements of one item by its history, in the order in which they happened."""
    if not steps:
        return []
    first = steps[0]
    began = Movement(first.fact.occurred_at, first.fact.fact, None, first.giver)
    return [began, *movements_among(steps)]


def movements_among(steps: Iterable[Step]) -> list[Movement]:
    """Give the movements that some steps of a history are, its beginning left out."""
    return [
        Movement(step.fact.occurred_at, step.fact.fact, step.giver, step.after.holder)
        for step in steps
        if step.giver != step.after.holder
    ]


def balances(moved: Iterable[Movement], period: Period) -> Mapping[Holder, Balance]:
    """Give the balance of every holder whom any of these movements concerns."""
    opening: Counter[Holder] = Counter()
    came: Counter[Holder] = Counter()
    went: Counter[Holder] = Counter()
    holders: set[Holder] = set()
    for one in moved:
        if one.at >= period.ends:
            continue
        before = one.at < period.starts
        for holder, sign in ((one.giver, -1), (one.taker, 1)):
            if holder is None:
                continue
            holders.add(holder)
            if before:
                opening[holder] += sign
            elif sign > 0:
                came[holder] += 1
            else:
                went[holder] += 1
    return {h: Balance(opening[h], came[h], went[h]) for h in holders}
