"""Next steps: what each kind of event means in each state, for every pair of them.

Nothing is decided here. The pairs are worked out by `custody.py` itself, so that what the manual
prints, what the pages offer and what the ledger does are one rule.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from uuid import UUID

from postal_app.rules.custody import Custody, Fact, apply, judge
from postal_app.rules.holders import CITIZEN, Holder, HolderKind
from postal_app.rules.legs import LEGS
from postal_app.rules.vocabulary import KINDS, Kind, Outcome, State
from postal_app.rules.words import Words

_SOME_DAY = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
_CORRECTED = UUID(int=1)
_A_BAG = Holder(HolderKind.BAG, 1)

ALWAYS = frozenset({"corrected", "matter_settled"})
"""The kinds that are regular in every state and change none by themselves."""


class Verdict(StrEnum):
    """What is said of a kind of event that is recorded in a state."""

    REGULAR = "regular"
    TOLD = "told"
    KEPT = "kept"

    @property
    def words(self) -> Words:
        """Give the verdict in words."""
        return VERDICT_WORDS[self]


VERDICT_WORDS: dict[Verdict, Words] = {
    Verdict.REGULAR: Words("Đúng trình tự", "Regular"),
    Verdict.TOLD: Words(
        "Vẫn ghi nhận, báo là bất thường", "Recorded all the same, and told as an anomaly"
    ),
    Verdict.KEPT: Words(
        "Giữ lại và báo là bất thường, chưa làm thay đổi gì: việc đã kết thúc, phải đính chính",
        "Kept and told as an anomaly, moves nothing: it has ended, a correction must come first",
    ),
}


@dataclass(frozen=True, slots=True)
class Pair:
    """A kind of event in a state: what is said of it, and the state it leads to."""

    state: State
    kind: str
    verdict: Verdict
    leads_to: State


def pair(state: State, kind: str) -> Pair:
    """Give what a kind of event means to an item in a state, by the rules of custody.

    It is regular when some leg can both be in that state and have that kind.
    """
    custody = as_arrived_in(state)
    if kind in KINDS and KINDS[kind].inside:
        custody = custody._replace(holder=_A_BAG)
    corrects = _CORRECTED if kind == "corrected" else None
    fact = Fact(UUID(int=2), kind, _SOME_DAY, taker=CITIZEN, corrects=corrects)
    after = apply(fact, custody)
    odd = judge(fact, custody, frozenset({_CORRECTED}))
    if not odd and any(_goes(kind, leg) and state in reachable(leg) for leg in LEGS):
        return Pair(state, kind, Verdict.REGULAR, after.state)
    moved = after.state is not state or after.holder != custody.holder
    stuck = custody.ended and not moved
    return Pair(state, kind, Verdict.KEPT if stuck else Verdict.TOLD, after.state)


def as_arrived_in(state: State) -> Custody:
    """Give the custody of an item that came into a state by a kind that leads there."""
    leads = next((kind for kind in KINDS.values() if kind.leads_to is state), None)
    outcome = leads.outcome if leads and leads.outcome else Outcome.NONE
    return Custody(state=state, outcome=outcome, proven=bool(leads and leads.proves))


def next_steps(state: State, legs: Iterable[str] = tuple(LEGS)) -> list[tuple[str, Kind]]:
    """Give the kinds that are regular in a state for any of these legs, but those of `ALWAYS`."""
    there = [leg for leg in legs if state in reachable(leg)]
    return [
        (name, kind)
        for name, kind in KINDS.items()
        if name not in ALWAYS and state in kind.after and any(leg in kind.legs for leg in there)
    ]


@cache
def reachable(leg: str) -> frozenset[State]:
    """Give the states that an item of a leg comes into when everything is regular."""
    found = {State.EXPECTED}
    while (
        more := {
            kind.leads_to
            for name, kind in KINDS.items()
            if kind.leads_to and _goes(name, leg) and kind.after & found
        }
        - found
    ):
        found |= more
    return frozenset(found)


def _goes(kind: str, leg: str) -> bool:
    return leg in KINDS[kind].legs
