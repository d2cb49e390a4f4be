"""Hand-overs: what a giver's list and a taker's scans say of each other, line by line.

The rules, in plain words:

1. The giver lists bags and loose items; the taker scans them and names the list. Both are facts
   with times of their own, and either may be known first.
2. The outcome of a line is computed from the two, never typed. What nobody has scanned yet waits,
   until the taker says that he has counted all there was; then it is missing.
3. Giver and taker are two accounts. A line that one account both gave and took is not agreed.
4. Two takers of one thing contradict each other whoever is right: both records stay.
5. An opened bag is counted in the same way: what its items say was put in, against what was taken
   out of it.

See ADR 0014.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple, Protocol, TypeVar
from uuid import UUID

from postal_app.rules.custody import Fact
from postal_app.rules.holders import Holder, HolderKind
from postal_app.rules.integrity import Integrity
from postal_app.rules.words import Words


class ListKind(StrEnum):
    """The lists of the post."""

    BD10 = "bd10"
    BD13 = "bd13"


LIST_WORDS: dict[ListKind, Words] = {
    ListKind.BD10: Words("Bản kê giao nhận giữa các bưu cục (BD10)", "List between offices (BD10)"),
    ListKind.BD13: Words("Bản kê đi phát (BD13)", "Delivery list (BD13)"),
}

TAKING: dict[ListKind, frozenset[str]] = {
    ListKind.BD10: frozenset({"arrived", "departed", "handed_on"}),
    ListKind.BD13: frozenset({"out_for_delivery", "departed"}),
}
"""The kinds of event by which a line of each list is taken over."""


class LineType(StrEnum):
    """What a line is of."""

    ORDINARY = "ordinary"
    HCC = "hcc"
    COD = "cod"


LINE_TYPE_WORDS: dict[LineType, Words] = {
    LineType.ORDINARY: Words("Thường", "Ordinary"),
    LineType.HCC: Words("HCC", "Dossier"),
    LineType.COD: Words("HCC, thu hộ", "Dossier, money to collect"),
}


class Outcome(StrEnum):
    """What giver and taker together say of a line."""

    WAITING = "waiting"
    AGREED = "agreed"
    MISSING = "missing"
    EXTRA = "extra"
    WRONG_BAG = "wrong_bag"
    SEAL_DIFFERS = "seal_differs"
    DAMAGED = "damaged"
    SAME_ACCOUNT = "same_account"
    TWO_TAKERS = "two_takers"
    CANCELLED = "cancelled"


OUTCOME_WORDS: dict[Outcome, Words] = {
    Outcome.WAITING: Words("Chờ bên nhận quét", "Waits for the taker's scan"),
    Outcome.AGREED: Words("Đã nhận, khớp", "Taken, agreed"),
    Outcome.MISSING: Words("Thiếu", "Missing"),
    Outcome.EXTRA: Words("Thừa, không có trong danh sách", "Extra, not listed"),
    Outcome.WRONG_BAG: Words("Nhầm túi", "In the wrong bag"),
    Outcome.SEAL_DIFFERS: Words("Số niêm phong không khớp", "Seal number differs"),
    Outcome.DAMAGED: Words("Hư hỏng", "Damaged"),
    Outcome.SAME_ACCOUNT: Words(
        "Người giao tự nhận: cần người thứ hai", "Taken by the giver: a second person is needed"
    ),
    Outcome.TWO_TAKERS: Words("Hai người cùng ghi đã nhận", "Two persons say they took it"),
    Outcome.CANCELLED: Words("Bản kê đã hủy", "The list was cancelled"),
}

DIFFERENCES = frozenset(Outcome) - {Outcome.WAITING, Outcome.AGREED, Outcome.CANCELLED}
"""The outcomes on which the two sides do not agree."""

_HARMED = frozenset({Integrity.DAMAGED, Integrity.SEAL_BROKEN, Integrity.ALTERED})


class Thing(NamedTuple):
    """What changes hands: `item` or `bag`, and its id."""

    kind: str
    id: int


@dataclass(frozen=True, slots=True)
class Taken:
    """One scan of a taker: who took what, and how it looked.

    `packed_in` is the number of the bag it lay in when it was scanned, `found_in` of the one it was
    said to be found in; empty for none. `packed_by` is the account that put it in.
    """

    thing: Thing
    fact: UUID
    at: datetime
    account_id: int
    taker: Holder | None
    condition: str = ""
    seal_differs: bool = False
    packed_in: str = ""
    found_in: str = ""
    packed_by: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """A line with its outcome; an extra one has no position. `taken` is the scan that decides it.

    With two takers `others` are the scans of those beside him.
    """

    position: int | None
    thing: Thing
    outcome: Outcome
    taken: Taken | None = None
    others: tuple[Taken, ...] = ()


@dataclass(frozen=True, slots=True)
class Given:
    """A giver's list as the rules need it: by whom, to whom, which things in their order.

    `counted` tells that the taker has scanned all there was.
    """

    account_id: int
    to: Holder
    things: tuple[Thing, ...]
    counted: bool = False
    cancelled: bool = False


def outcomes(given: Given, scans: Iterable[Taken]) -> list[Line]:
    """Give a list as the takers' scans have answered it, what is extra at the end."""
    by_thing: dict[Thing, list[Taken]] = {}
    for scan in sorted(scans, key=lambda one: (one.at, one.fact.int)):
        by_thing.setdefault(scan.thing, []).append(scan)
    lines = [
        _line(position, thing, given, by_thing.get(thing, []))
        for position, thing in enumerate(given.things, start=1)
    ]
    listed = frozenset(given.things)
    return lines + [
        Line(None, thing, Outcome.WRONG_BAG if last.packed_in else Outcome.EXTRA, last)
        for thing, found in by_thing.items()
        if thing not in listed
        for last in [found[-1]]
        if last.account_id != given.account_id and _is_for(given.to, last)
    ]


def bag_outcomes(
    number: str, packed: Sequence[Thing], scans: Iterable[Taken], *, emptied: bool
) -> list[Line]:
    """Give the count of an opened bag: what was put in, against what was taken out.

    Args:
        number: the bag's.
        packed: what its items' facts say was in it when it was opened, in the order of packing.
        scans: what was taken out, as its scans name the bag.
        emptied: it was declared that nothing is left.
    """
    last = {scan.thing: scan for scan in sorted(scans, key=lambda one: (one.at, one.fact.int))}
    lines = []
    for position, thing in enumerate(packed, start=1):
        scan = last.pop(thing, None)
        if scan is None:
            outcome = Outcome.MISSING if emptied else Outcome.WAITING
        elif scan.packed_by == scan.account_id:
            outcome = Outcome.SAME_ACCOUNT
        else:
            outcome = _looked(scan)
        lines.append(Line(position, thing, outcome, scan))
    for thing, scan in last.items():
        other = scan.packed_in and scan.packed_in != number
        lines.append(Line(None, thing, Outcome.WRONG_BAG if other else Outcome.EXTRA, scan))
    return lines


class _Held(Protocol):
    """What a history says of who has a thing."""

    @property
    def holder(self) -> Holder: ...


class Handed(Protocol):
    """A step in the history of an item or of a bag, as far as hands are concerned."""

    @property
    def fact(self) -> Fact: ...
    @property
    def giver(self) -> Holder: ...
    @property
    def cancelled(self) -> bool: ...
    @property
    def after(self) -> _Held: ...


S = TypeVar("S", bound=Handed)


def rivals(steps: Sequence[S]) -> list[tuple[S, S]]:
    """Give each pair of takings in which one courier has from another what nobody gave him.

    No item goes from courier to courier: it goes by a point or in a bag. A bag does, but then the
    second courier says that he took it over from another. So the two contradict each other, and a
    correction of either one ends it.
    """
    had: S | None = None
    found = []
    for step in steps:
        if step.cancelled or step.giver == step.after.holder:
            continue
        both = step.giver.kind is step.after.holder.kind is HolderKind.COURIER
        if both and had is not None and step.fact.kind != "handed_on":
            found.append((had, step))
        had = step
    return found


def differences(lines: Collection[Line]) -> list[Line]:
    """Give the lines on which the two sides do not agree."""
    return [line for line in lines if line.outcome in DIFFERENCES]


def _line(position: int, thing: Thing, given: Given, scans: Sequence[Taken]) -> Line:
    if given.cancelled and not scans:
        return Line(position, thing, Outcome.CANCELLED)
    own = [scan for scan in scans if scan.account_id == given.account_id]
    meant = [scan for scan in scans if scan not in own and scan.taker == given.to]
    others = [
        scan for scan in scans if scan not in own and scan not in meant and _is_for(given.to, scan)
    ]
    if others:
        first, *rest = [*meant[-1:], *others]
        return Line(position, thing, Outcome.TWO_TAKERS, first, tuple(rest))
    if meant:
        return Line(position, thing, _looked(meant[-1]), meant[-1])
    if own:
        return Line(position, thing, Outcome.SAME_ACCOUNT, own[-1])
    return Line(position, thing, Outcome.MISSING if given.counted else Outcome.WAITING)


def _is_for(to: Holder, scan: Taken) -> bool:
    """Tell whether a scan is a taking, not the carrying in between."""
    return scan.taker is not None and scan.taker.kind is to.kind


def _looked(scan: Taken) -> Outcome:
    if scan.seal_differs:
        return Outcome.SEAL_DIFFERS
    if scan.condition in _HARMED:
        return Outcome.DAMAGED
    return Outcome.AGREED
