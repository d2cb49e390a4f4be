"""Bags: what may happen to a bag, and what that means for the items that lie in it.

The rules, in plain words:

1. A bag is made at a point, filled there, sealed, carried, and opened where it is bound for. Its
   state, holder and seal are a pure function of the set of its facts, as an item's are.
2. A bag is packed and opened by facts of the *items* (`bagged`, `unbagged`): what lies in it is
   never a list that somebody keeps.
3. What moves a bag moves what lies in it. For each such fact of the bag, each item that lies in it
   at that moment gets an *assumed* fact, whose id follows from the bag's fact and the item alone,
   so that it is written once whoever finds out that it is missing, and whenever.
4. What was not taken out when the bag is declared empty is being searched for, and who put it in
   answers for it.
5. Another seal than the one put on is told at every reading, in the place where it was read.

See ADR 0014.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from uuid import UUID, uuid5

from postal_app.rules.custody import Custody, Fact, apply, mistaken_of, order
from postal_app.rules.holders import Holder, HolderKind
from postal_app.rules.integrity import Integrity
from postal_app.rules.roles import Role
from postal_app.rules.vocabulary import Taker
from postal_app.rules.words import Words

ASSUMED = UUID("6f1d2a6e-0d0c-5a53-9c55-3b7a4d9e8f10")
"""The name space of the ids of assumed facts; chosen once, for life."""


class BagState(StrEnum):
    """Where a bag is on its way."""

    OPEN = "open"
    SEALED = "sealed"
    IN_TRANSIT = "in_transit"
    AT_OFFICE = "at_office"
    OPENED = "opened"
    EMPTIED = "emptied"
    LOST = "lost"


BAG_STATE_WORDS: dict[BagState, Words] = {
    BagState.OPEN: Words("Đang đóng túi", "Being packed"),
    BagState.SEALED: Words("Đã niêm phong", "Sealed"),
    BagState.IN_TRANSIT: Words("Đang vận chuyển", "In transit"),
    BagState.AT_OFFICE: Words("Đã đến bưu cục", "At a post office"),
    BagState.OPENED: Words("Đã mở, đang kiểm", "Opened, being counted"),
    BagState.EMPTIED: Words("Đã lấy hết", "Emptied"),
    BagState.LOST: Words("Đang tìm kiếm", "Being searched for"),
}


@dataclass(frozen=True, slots=True)
class BagKind:
    """A kind of event of a bag: when it is regular, who records it, what it means for the inside.

    `taker` None leaves the bag where it is; `inside` is the kind that each item in it gets.
    """

    words: Words
    after: frozenset[BagState]
    by: frozenset[Role]
    leads_to: BagState | None = None
    taker: Taker | None = None
    inside: str = ""
    asserts: Integrity | None = None
    needs: tuple[str, ...] = ()
    scanned: bool = True


_POST = frozenset({Role.CLERK, Role.COURIER})
_CLOSED = frozenset({BagState.SEALED, BagState.IN_TRANSIT, BagState.AT_OFFICE})
_THERE = frozenset(BagState) - {BagState.LOST, BagState.EMPTIED}

BAG_KINDS: dict[str, BagKind] = {
    "sealed": BagKind(
        Words("Đóng túi và niêm phong", "Closed and sealed"),
        after=frozenset({BagState.OPEN}),
        by=_POST,
        leads_to=BagState.SEALED,
        needs=("seal",),
        scanned=False,
    ),
    "departed": BagKind(
        Words("Túi rời bưu cục", "The bag left the post office"),
        after=frozenset({BagState.SEALED, BagState.AT_OFFICE}),
        by=frozenset({Role.COURIER}),
        leads_to=BagState.IN_TRANSIT,
        taker=Taker.RECORDER,
        inside="departed",
    ),
    "handed_on": BagKind(
        Words("Bưu tá khác nhận túi", "Taken over by another courier"),
        after=frozenset({BagState.IN_TRANSIT}),
        by=frozenset({Role.COURIER}),
        taker=Taker.RECORDER,
    ),
    "arrived": BagKind(
        Words("Túi đến bưu cục", "The bag reached a post office"),
        after=frozenset({BagState.IN_TRANSIT}),
        by=_POST,
        leads_to=BagState.AT_OFFICE,
        taker=Taker.POINT,
        inside="arrived",
    ),
    "opened": BagKind(
        Words("Mở túi", "The bag was opened"),
        after=frozenset({BagState.SEALED, BagState.AT_OFFICE}),
        by=frozenset({Role.CLERK}),
        leads_to=BagState.OPENED,
        taker=Taker.POINT,
        needs=("seal",),
        scanned=False,
    ),
    "emptied": BagKind(
        Words("Túi đã lấy hết", "Nothing is left in the bag"),
        after=frozenset({BagState.OPENED}),
        by=frozenset({Role.CLERK}),
        leads_to=BagState.EMPTIED,
        inside="missing_from_bag",
        scanned=False,
    ),
    "listed": BagKind(
        Words("Ghi vào bản kê giao nhận", "Put on a hand-over list"),
        after=_CLOSED,
        by=_POST,
        needs=("handover",),
        scanned=False,
    ),
    "unlisted": BagKind(
        Words("Bản kê giao nhận bị hủy", "The hand-over list was cancelled"),
        after=frozenset(BagState),
        by=_POST,
        needs=("handover",),
        scanned=False,
    ),
    "damaged": BagKind(
        Words("Phát hiện túi hư hỏng", "The bag was found damaged"),
        after=_THERE,
        by=_POST,
        asserts=Integrity.DAMAGED,
        needs=("note",),
    ),
    "seal_broken": BagKind(
        Words("Phát hiện niêm phong túi không còn nguyên vẹn", "The bag's seal was found broken"),
        after=_CLOSED,
        by=_POST,
        asserts=Integrity.SEAL_BROKEN,
        needs=("note",),
    ),
    "lost": BagKind(
        Words("Báo thất lạc túi, đang tìm kiếm", "The bag is missing, being searched for"),
        after=_CLOSED,
        by=_POST,
        leads_to=BagState.LOST,
        inside="lost",
        needs=("note",),
    ),
    "found": BagKind(
        Words("Đã tìm thấy túi", "The bag was found again"),
        after=frozenset({BagState.LOST}),
        by=_POST,
        leads_to=BagState.AT_OFFICE,
        taker=Taker.POINT,
        inside="found",
    ),
    "corrected": BagKind(
        Words("Đính chính một ghi nhận sai", "A mistaken record was corrected"),
        after=frozenset(BagState),
        by=_POST,
        needs=("reason",),
        scanned=False,
    ),
}

_RANK = {kind: rank for rank, kind in enumerate(BAG_KINDS)}
_SEVERITY = {integrity: rank for rank, integrity in enumerate(Integrity)}


@dataclass(frozen=True, slots=True)
class BagFact(Fact):
    """One thing that happened to one bag; `seal` as put on, or as read."""

    seal: str = ""


@dataclass(frozen=True, slots=True)
class Inside:
    """What a fact of a bag, the `cause`, means for one item in it."""

    fact: Fact
    cause: UUID


@dataclass(frozen=True, slots=True)
class BagCustody:
    """What the facts of a bag mean: where it is, who answers for it, its seal and its condition."""

    holder: Holder
    state: BagState = BagState.OPEN
    seal: str = ""
    integrity: Integrity = Integrity.NOT_CHECKED


@dataclass(frozen=True, slots=True)
class BagStep:
    """One fact in its place in the bag's history."""

    fact: BagFact
    giver: Holder
    anomalies: tuple[str, ...]
    cancelled: bool
    after: BagCustody


def bag_history(facts: Iterable[BagFact], opening: Holder) -> list[BagStep]:
    """Replay the facts of one bag, in any order, and say of each what it meant.

    Args:
        facts: all facts of the bag.
        opening: the point it was made at.
    """
    ordered = _ordered(facts)
    mistaken = mistaken_of(ordered)
    custody = BagCustody(opening)
    steps = []
    for fact in ordered:
        giver, cancelled = custody.holder, fact.fact in mistaken
        anomalies = () if cancelled else _judge(fact, custody, mistaken)
        if not cancelled:
            custody = _apply(fact, custody)
        steps.append(BagStep(fact, giver, anomalies, cancelled, custody))
    return steps


def bag_custody(facts: Iterable[BagFact], opening: Holder) -> BagCustody:
    """Give the custody that the facts of a bag lead to, the same for any order of arrival."""
    steps = bag_history(facts, opening)
    return steps[-1].after if steps else BagCustody(opening)


def assumed(
    number: str,
    facts: Iterable[Fact],
    bags: Mapping[int, Sequence[BagFact]],
    opening: Holder,
) -> list[Inside]:
    """Give all that the bags' facts mean for one item, in the order in which it happened.

    What was assumed before and is written already is found anew, under the same ids.

    Args:
        number: the item's.
        facts: those of the item, in any order.
        bags: the facts of each bag it was ever put in, by the bag's id.
        opening: who has the item before its first fact.
    """
    seen = [fact for fact in facts if not fact.assumed]
    followed = {
        one.fact.fact: one for bag, told in bags.items() for one in _meant(number, bag, told)
    }
    mistaken = {fact.corrects for fact in seen if fact.kind == "corrected"}
    custody, found = Custody(holder=opening), []
    for fact in order([*seen, *(one.fact for one in followed.values())]):
        one = fact
        if fact.fact in followed:
            if custody.holder != fact.giver:
                continue
            if fact.kind == "missing_from_bag":
                one = _answered_by(number, fact, custody)
            found.append(Inside(one, followed[fact.fact].cause))
        if one.fact not in mistaken:
            custody = apply(one, custody)
    return found


def unfounded(
    number: str, facts: Iterable[Fact], bags: Mapping[int, Sequence[BagFact]]
) -> list[Inside]:
    """Give the corrections due to what was assumed from a bag's fact that is itself corrected.

    One of them that is written already is found anew, under the same id.
    """
    given = [fact for fact in facts if fact.assumed]
    return [
        Inside(_correction(one, causes[fact.fact]), causes[fact.fact].fact)
        for bag, told in bags.items()
        for causes in [{one.corrects: one for one in told if one.kind == "corrected"}]
        for fact in told
        if fact.fact in mistaken_of(told)
        for one in given
        if one.giver == Holder(HolderKind.BAG, bag)
        and one.fact in (_id_of(number, fact), _id_of(number, fact, one.taker))
    ]


def _correction(wrong: Fact, cause: BagFact) -> Fact:
    """Correct what was assumed, at the time at which the bag's fact was corrected."""
    made = uuid5(ASSUMED, f"corrected {wrong.fact}")
    return Fact(made, "corrected", cause.occurred_at, corrects=wrong.fact)


def _ordered(facts: Iterable[BagFact]) -> list[BagFact]:
    return sorted(
        facts,
        key=lambda f: (f.occurred_at, f.device, f.sequence, _RANK.get(f.kind, 99), f.fact.int),
    )


def _judge(fact: BagFact, custody: BagCustody, mistaken: frozenset[UUID]) -> tuple[str, ...]:
    kind = BAG_KINDS.get(fact.kind)
    if kind is None:
        return ("unknown_kind",)
    found = []
    if custody.state not in kind.after:
        found.append("out_of_order")
    if fact.giver is not None and fact.giver != custody.holder:
        found.append("not_the_holder")
    if fact.kind == "corrected" and fact.corrects not in mistaken:
        found.append("corrects_nothing")
    if fact.kind != "sealed" and fact.seal and custody.seal and fact.seal != custody.seal:
        found.append("seal_differs")
    return tuple(found)


def _apply(fact: BagFact, custody: BagCustody) -> BagCustody:
    kind = BAG_KINDS.get(fact.kind)
    if kind is None or fact.kind == "corrected":
        return custody
    after = replace(custody, state=kind.leads_to or custody.state)
    if kind.taker is not None and fact.taker is not None:
        after = replace(after, holder=fact.taker)
    if fact.kind == "sealed":
        return replace(after, seal=fact.seal, integrity=Integrity.INTACT)
    return replace(after, integrity=_seen(fact, kind, custody, after))


def _seen(fact: BagFact, kind: BagKind, before: BagCustody, after: BagCustody) -> Integrity:
    """Fold what was said of bag and seal; who read another seal did not see ours."""
    known = before.integrity
    sound = known in (Integrity.INTACT, Integrity.NOT_CHECKED)
    said = kind.asserts or (Integrity(fact.condition) if fact.condition else None)
    if said is Integrity.INTACT and fact.seal and fact.seal != before.seal:
        said = None
    if said is None:
        return Integrity.NOT_CHECKED if sound and after.holder != before.holder else known
    if said is Integrity.INTACT:
        return said if sound else known
    return max(known, said, key=_SEVERITY.__getitem__)


def _meant(number: str, bag: int, told: Sequence[BagFact]) -> list[Inside]:
    """Give what each fact of a bag would mean for an item, did it lie in it then."""
    mistaken = mistaken_of(told)
    inside = Holder(HolderKind.BAG, bag)
    return [
        Inside(
            Fact(
                _id_of(number, fact),
                BAG_KINDS[fact.kind].inside,
                fact.occurred_at,
                fact.device,
                fact.sequence,
                giver=inside,
                taker=inside,
            ),
            fact.fact,
        )
        for fact in told
        if fact.kind in BAG_KINDS and BAG_KINDS[fact.kind].inside and fact.fact not in mistaken
    ]


def _answered_by(number: str, fact: Fact, custody: Custody) -> Fact:
    """Let who put the item in answer for it: another packer makes it another fact."""
    packer = custody.packed_by
    return replace(fact, fact=uuid5(fact.fact, _name(number, packer)), taker=packer)


def _id_of(number: str, fact: BagFact, packer: Holder | None = None) -> UUID:
    """Give the id of what a bag's fact means for an item, and for who put it in if that counts."""
    plain = uuid5(ASSUMED, f"{fact.fact} {number}")
    return uuid5(plain, _name(number, packer)) if packer else plain


def _name(number: str, packer: Holder | None) -> str:
    return f"{number} {packer.kind} {packer.id}" if packer else number
