"""Custody: what may happen to an item, and what a set of facts means.

The rules, in plain words:

1. A fact that happened is kept, even when it is late, out of order or against the rules; the
   rules only say what is odd about it (an *anomaly*).
2. State, holder and integrity are a pure function of the *set* of facts: whatever order they
   arrive in, `replay` puts them in the order in which they happened and folds them.
3. Each movement takes the item from one holder and gives it to another, so at every instant
   exactly one holder answers for it (QĐ 45/2016/QĐ-TTg on loss and damage; domain: no gap).
4. Integrity is no state. "Not checked" is not "intact": an item is intact only if whoever
   took it last looked at it. What was once found damaged is not healed by a later look. It is
   lost as long as its state says so, and what was known of it before holds again afterwards.
5. What the courier says (outcome), what was seen to prove it (proven) and whether the leg is
   settled (closed) are three things. An envelope that leaves the agency again before anybody
   there has signed was not handed over.
6. A mistake is mended by a `corrected` fact, which takes the mistaken one out of the fold and
   leaves it in the history. A correction itself cannot be corrected: record the fact anew.
7. What has ended stays so: once the citizen has it, the agency has signed, it went back or is
   without owner, only a correction opens it again, for which it takes two persons. A fact that
   comes after the end is kept and told as out of order but moves nothing, and counts as soon as
   the end before it is corrected; harm seen after the end counts at once.
8. What lies in a bag moves with it. A fact whose giver is a bag is *assumed* from what happened to
   the bag: it counts only if the item is in that bag at that moment, else it is kept and moves
   nothing. Who put an item in answers for it when it is not found there (ADR 0014).
9. Who reads another seal than the one put on, or says that cover or seal took harm, opens a
   *matter*. While one is open the item is in quarantine: it may move, because it does, but no
   movement is regular. A matter ends by a `matter_settled` that names it, which is written when
   the record both signed has its outcome. So what is told late is not settled by what was said
   before it was known. After its end an item moves no more, and no new matter holds it.

Which states and kinds there are stands in `vocabulary.py`.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from postal_app.rules.holders import CITIZEN, Holder, HolderKind
from postal_app.rules.integrity import HARM, Integrity
from postal_app.rules.vocabulary import ENDED, FINAL_OUTCOMES, KINDS, Kind, Outcome, State

_RANK = {kind: rank for rank, kind in enumerate(KINDS)}
_CONDITIONS = {str(integrity): integrity for integrity in Integrity}  # half the time of a call
_SEVERITY = {integrity: rank for rank, integrity in enumerate(Integrity)}

JUDGED = frozenset(
    {
        "unknown_kind",
        "out_of_order",
        "not_the_holder",
        "corrects_nothing",
        "not_in_bag",
        "quarantined",
    }
)
"""The anomalies that `judge` gives; they may change when an earlier fact arrives later."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that happened to one item, as the rules need it.

    `dossiers` names those it speaks of, by their numbers, when it is not all in the item;
    `seal_differs` tells that another seal was read than the one put on, and `settles` names the
    facts whose matters it ends.
    """

    fact: UUID
    kind: str
    occurred_at: datetime
    device: str = ""
    sequence: int = 0
    giver: Holder | None = None
    taker: Holder | None = None
    condition: str = ""
    proof: str = ""
    corrects: UUID | None = None
    dossiers: frozenset[str] = frozenset()
    seal_differs: bool = False
    settles: frozenset[UUID] = frozenset()

    @property
    def assumed(self) -> bool:
        """Tell whether nobody saw it, but it follows from what happened to the bag it lay in."""
        return self.giver is not None and self.giver.kind is HolderKind.BAG

    def speaks_of(self, dossier: str) -> bool:
        """Tell whether the fact is about a dossier in the item; without names it is of all."""
        return not self.dossiers or dossier in self.dossiers


# A named tuple, as the step is: a batch makes hundreds, each in a third of a dataclass's time.
class Custody(NamedTuple):
    """What a set of facts means: where the item is, who answers for it and in what condition.

    `seen` is what is known of the envelope from those who had it before them; `packed_by` is who
    put it in the bag it lies in, None while it lies in none; `matters` are the facts that opened a
    matter which is not settled, `settled` those whose matter is.
    """

    state: State = State.EXPECTED
    holder: Holder = CITIZEN
    seen: Integrity = Integrity.NOT_CHECKED
    outcome: Outcome = Outcome.NONE
    proven: bool = False
    since: datetime | None = None
    packed_by: Holder | None = None
    matters: frozenset[UUID] = frozenset()
    settled: frozenset[UUID] = frozenset()

    @property
    def quarantined(self) -> bool:
        """Tell whether a matter of its seal or cover is open."""
        return bool(self.matters)

    @property
    def integrity(self) -> Integrity:
        """Give what is known of the envelope and its seal; nothing while nobody has it."""
        return Integrity.LOST if self.state is State.LOST else self.seen

    @property
    def closed(self) -> bool:
        """Tell whether the leg is settled: its end is reached and proven."""
        return self.proven and self.outcome in FINAL_OUTCOMES

    @property
    def ended(self) -> bool:
        """Tell whether only a correction opens the leg again."""
        return self.closed or self.state in ENDED


class Step(NamedTuple):
    """One fact in its place in the history: who gave, who took, what is odd, what it led to."""

    fact: Fact
    giver: Holder
    anomalies: tuple[str, ...]
    cancelled: bool
    after: Custody


def order(facts: Iterable[Fact]) -> list[Fact]:
    """Put facts into the order in which they happened.

    Corrected time decides, then the device's own sequence, then the order of the way itself, so
    that facts of one instant still come out the same on every machine.
    """
    return sorted(
        facts,
        key=lambda f: (f.occurred_at, f.device, f.sequence, _RANK.get(f.kind, 99), f.fact.int),
    )


def history(
    facts: Iterable[Fact], opening: Holder = CITIZEN, so_far: Custody | None = None
) -> list[Step]:
    """Replay the facts of one item and say of each what it meant.

    Args:
        facts: all facts of the item, in any order.
        opening: who has the envelope before its first fact.
        so_far: where the facts before these have led to, when all of these happened after them
            and none is corrected or corrects; then these alone are replayed.
    """
    ordered = order(facts)
    mistaken = mistaken_of(ordered)
    custody = so_far or Custody(holder=opening)
    steps = []
    for fact in ordered:
        giver = custody.holder
        cancelled = fact.fact in mistaken
        anomalies = () if cancelled else judge(fact, custody, mistaken)
        if not cancelled:
            custody = apply(fact, custody)
        steps.append(Step(fact, giver, anomalies, cancelled, custody))
    return steps


def replay(facts: Iterable[Fact], opening: Holder = CITIZEN) -> Custody:
    """Give the custody that a set of facts leads to, the same for any order of arrival."""
    steps = history(facts, opening)
    return steps[-1].after if steps else Custody(holder=opening)


def judge(fact: Fact, custody: Custody, mistaken: frozenset[UUID] = frozenset()) -> tuple[str, ...]:
    """Say what is odd about a fact that happens to an item in this custody."""
    kind = KINDS.get(fact.kind)
    if kind is None:
        return ("unknown_kind",)
    if fact.assumed and not _lies_in_its_bag(fact, custody):
        return ("not_in_bag",)
    found = []
    if custody.state not in kind.after:
        found.append("out_of_order")
    if kind.inside and custody.holder.kind is not HolderKind.BAG:
        found.append("not_in_bag")
    if fact.giver is not None and fact.giver != custody.holder:
        found.append("not_the_holder")
    if custody.quarantined and _moves(fact, kind, custody):
        found.append("quarantined")
    if fact.kind == "corrected" and fact.corrects not in mistaken:
        found.append("corrects_nothing")
    return tuple(found)


def opens_a_matter(fact: Fact) -> bool:
    """Tell whether a fact asks for a record by what it says of seal and cover."""
    kind = KINDS.get(fact.kind)
    return fact.seal_differs or (kind is not None and _said(fact, kind) in HARM)


def _moves(fact: Fact, kind: Kind, custody: Custody) -> bool:
    return kind.taker is not None and fact.taker not in (None, custody.holder)


def mistaken_of(facts: Collection[Fact]) -> frozenset[UUID]:
    """Name the facts that a correction takes out; a correction cannot be corrected."""
    corrections = {fact.corrects for fact in facts if fact.kind == "corrected"}
    if not corrections:
        return frozenset()
    return frozenset(f.fact for f in facts if f.fact in corrections and f.kind != "corrected")


def apply(fact: Fact, custody: Custody) -> Custody:
    """Fold one fact into the custody."""
    kind = KINDS.get(fact.kind)
    if kind is None or fact.kind == "corrected":
        return custody
    if fact.assumed and not _lies_in_its_bag(fact, custody):
        return custody
    if fact.kind == "matter_settled":
        return _with_matters(fact, custody)  # nothing happened to the item itself
    if custody.ended and custody.state not in kind.after:
        return _after_the_end(fact, kind, custody)
    holder, packed_by = _held(fact, kind, custody)
    outcome, proven = _ended(fact, kind, custody)
    after = Custody(
        custody.state if kind.leads_to is None else kind.leads_to,
        holder,
        _seen(_said(fact, kind), custody, holder),
        outcome,
        proven,
        fact.occurred_at,
        packed_by,
        custody.matters,
        custody.settled,
    )
    return _with_matters(fact, after)


def _held(fact: Fact, kind: Kind, custody: Custody) -> tuple[Holder, Holder | None]:
    """Give who has the item after a fact, and who put it in the bag it then lies in."""
    if fact.taker is None or kind.taker is None:
        return custody.holder, custody.packed_by
    return fact.taker, _packer(fact, fact.taker, custody)


def _ended(fact: Fact, kind: Kind, custody: Custody) -> tuple[Outcome, bool]:
    """Give the outcome after a fact, and whether it is proven; what moves on has none yet."""
    moves_on = kind.leads_to is not None
    # What only proves an end says nothing before that end is there.
    if kind.outcome is not None and (moves_on or custody.state in kind.after):
        return kind.outcome, kind.proves or bool(fact.proof)
    if moves_on and custody.outcome in FINAL_OUTCOMES:
        return Outcome.NONE, False
    return custody.outcome, custody.proven


def _with_matters(fact: Fact, custody: Custody) -> Custody:
    """Fold what a fact opens and what it settles, in whichever order the two came."""
    if not fact.settles and not opens_a_matter(fact):
        return custody
    settled = custody.settled | fact.settles
    opened = {fact.fact} if opens_a_matter(fact) else set()
    return custody._replace(settled=settled, matters=(custody.matters | opened) - settled)


def _lies_in_its_bag(fact: Fact, custody: Custody) -> bool:
    """Tell whether what is assumed of an item is so: it is in the bag, put there by who is named.

    Who is to answer for what was not found is named by the fact; another packer, another fact.
    """
    return custody.holder == fact.giver and fact.taker in (fact.giver, custody.packed_by)


def _packer(fact: Fact, taker: Holder, custody: Custody) -> Holder | None:
    """Give who put the item in the bag it lies in after a fact."""
    if taker.kind is not HolderKind.BAG:
        return None
    if fact.assumed:
        return custody.packed_by
    return fact.giver or custody.packed_by or custody.holder


def _after_the_end(fact: Fact, kind: Kind, custody: Custody) -> Custody:
    """Keep a fact that comes after the end: it may prove it or tell of harm, and moves nothing."""
    proves = kind.outcome is custody.outcome and (kind.proves or bool(fact.proof))
    said = _said(fact, kind) or custody.seen
    return custody._replace(
        proven=custody.proven or proves,
        seen=max(custody.seen, said, key=_SEVERITY.__getitem__),
        since=fact.occurred_at,
    )


def _said(fact: Fact, kind: Kind) -> Integrity | None:
    """Give what a fact says of the envelope; that it is missing says nothing of it."""
    if kind.asserts is Integrity.LOST:
        return None
    return kind.asserts or (_CONDITIONS[fact.condition] if fact.condition else None)


def _seen(said: Integrity | None, before: Custody, holder: Holder) -> Integrity:
    """Fold what was said, or not said, of the envelope into what was known of it."""
    known = before.seen
    sound = known in (Integrity.INTACT, Integrity.NOT_CHECKED)
    if said is None:
        # Nobody looked when it changed hands: what was seen before no longer speaks for it.
        return Integrity.NOT_CHECKED if sound and holder != before.holder else known
    if said is Integrity.RESEALED and known is Integrity.SEAL_BROKEN:
        return Integrity.RESEALED
    if said is Integrity.INTACT:
        return Integrity.INTACT if sound else known
    return max(known, said, key=_SEVERITY.__getitem__)
