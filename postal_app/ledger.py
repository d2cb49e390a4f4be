"""The ledger desk: facts are recorded, judged, chained, and the items' shadows moved.

Every writer goes through `record`, which works on a whole batch at once: the items are locked in
the order of their ids, so that two batches over the same items wait for each other instead of
failing, then everything is judged in memory and written together, by a number of statements that
does not grow with the batch.
"""

import secrets
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from sqlalchemy import Executable, func, select, update
from sqlalchemy.orm import Session

from models.items import Item
from models.ledger import LedgerEntry, PersonalFact
from models.sets import append, forget, given, sent, table_of
from postal_app import instants, movements, promises
from postal_app.ledger_reading import SEAL_DIFFERS, facts_of
from postal_app.locked_items import LockedItem, lock, opening_holder, shadow
from postal_app.promises import Start
from postal_app.rules.chain import commit, link
from postal_app.rules.custody import Custody, Fact, Step, history
from postal_app.rules.holders import Holder, HolderKind
from postal_app.rules.roles import Actor, Role
from postal_app.rules.vocabulary import State

SALT_BYTES = 16


class DeviceClock(NamedTuple):
    """What a device said of its own time; `skew_ms` is server minus device at contact.

    `error_ms` is how far off the time reckoned from it may be, None where nobody measured.
    """

    device: str = ""
    device_at: datetime | None = None
    boot: str = ""
    monotonic_ms: int | None = None
    sequence: int = 0
    skew_ms: int = 0
    error_ms: int | None = None


DESK = DeviceClock()


@dataclass(frozen=True, slots=True)
class NewFact:
    """A fact to be recorded.

    `giver` is who the recorder says hands the item over, None if he does not say. `condition` is
    one of `vocabulary.CONDITIONS`, empty if nobody looked. `personal` never enters the chain,
    only a salted commitment to it. `oddities` are anomalies seen before the rules were asked.
    """

    item_id: int
    fact: UUID
    kind: str
    occurred_at: datetime
    by: Actor
    giver: Holder | None = None
    taker: Holder | None = None
    condition: str = ""
    corrects: UUID | None = None
    details: Mapping[str, object] = field(default_factory=dict)
    personal: Mapping[str, object] = field(default_factory=dict)
    oddities: tuple[str, ...] = ()
    clock: DeviceClock = DESK

    @property
    def dossiers(self) -> tuple[str, ...]:
        """Give the numbers of the dossiers it speaks of; none: of all in the item."""
        return self._named("dossiers")

    @property
    def settles(self) -> tuple[str, ...]:
        """Give the ids of the facts whose matters it ends."""
        return self._named("settles")

    def _named(self, what: str) -> tuple[str, ...]:
        named = self.details.get(what)
        return tuple(named) if isinstance(named, (list, tuple)) else ()


class Recorded(NamedTuple):
    """What became of a fact: what is odd about it and the custody it left the item in."""

    number: str
    anomalies: tuple[str, ...]
    now: Custody


def own_holder(actor: Actor) -> Holder:
    """Give the holder a person stands for: a courier himself, others their point or agency."""
    if actor.role is Role.COURIER:
        return Holder(HolderKind.COURIER, actor.account_id)
    if actor.agency_id is not None:
        return Holder(HolderKind.AGENCY, actor.agency_id)
    if actor.point_id is not None:
        return Holder(HolderKind.POINT, actor.point_id)
    raise ValueError(f"{actor.role} at {actor.place} holds no items")


def record(session: Session, facts: Sequence[NewFact], *, now: datetime) -> dict[UUID, Recorded]:
    """Record facts of any number of items and give for each what became of it.

    Args:
        facts: in the order in which they are to be chained.
        now: the server's clock.

    Raises:
        KeyError: a fact names an item that is not there; that is our fault, not a person's.
    """
    if not facts:
        return {}
    named = {fact.item_id for fact in facts}
    items = lock(session, Item.id, named, now=now)
    if missing := named - items.keys():
        raise KeyError(f"no item bears the ids {sorted(missing)}")
    return record_on(session, items, facts, now=now)


def record_on(
    session: Session,
    items: Mapping[int, LockedItem],
    facts: Sequence[NewFact],
    *,
    now: datetime,
) -> dict[UUID, Recorded]:
    """Record facts of items that this transaction has locked; see `record`."""
    if not facts:
        return {}
    steps, resumed = _steps(session, items, facts)
    anomalies = _anomalies(facts, steps)
    ends = _write(session, list(zip(facts, anomalies, strict=True)), items, now)
    _move_shadows(session, steps, resumed, ends)
    before = {item_id: item.moves for item_id, item in resumed.items()}
    movements.follow(session, steps, {fact.fact for fact in facts}, before)
    telling = {fact.item_id for fact in facts if fact.kind in instants.TELLING}
    telling |= {one for one, told in steps.items() if _weighs(items[one], told[-1].after)}
    instants.tell(session, {item_id: steps[item_id] for item_id in telling}, resumed.keys())
    starts = [Start(f.item_id, f.fact, f.occurred_at) for f in facts if f.kind in instants.STARTS]
    promises.make(session, starts, now=now)
    return {
        new.fact: Recorded(items[new.item_id].number, odd, steps[new.item_id][-1].after)
        for new, odd in zip(facts, anomalies, strict=True)
    }


def _weighs(item: LockedItem, now: Custody) -> bool:
    """Tell whether a dossier waits for another number of items than before, whatever the kind.

    It waits no longer for what went back to its sender, which any fact that arrives late may undo.
    """
    return (item.state == State.RETURNED) != (now.state is State.RETURNED)


def _steps(
    session: Session, items: Mapping[int, LockedItem], facts: Sequence[NewFact]
) -> tuple[dict[int, list[Step]], dict[int, LockedItem]]:
    """Give what the facts meant, by item, and of which items these steps alone.

    They go on from an item's shadow where that says enough. Whatever is late, corrects, or may
    change an instant that is already told needs all that happened to its item.
    """
    by_item: dict[int, list[Fact]] = defaultdict(list)
    for new in facts:
        by_item[new.item_id].append(_to_fact(new))
    older = {item_id: items[item_id] for item_id in by_item if items[item_id].entries}
    resumed = {one: item for one, item in older.items() if _goes_on(item, by_item[one])}
    whole = older.keys() - resumed.keys()
    since = min(items[item_id].created_at for item_id in by_item)
    known = facts_of(session, whole, since=since) if whole else defaultdict(list)
    steps = {
        item_id: history(
            known[item_id] + added,
            opening_holder(items[item_id]),
            items[item_id].custody if item_id in resumed else None,
        )
        for item_id, added in by_item.items()
    }
    return steps, resumed


def _goes_on(item: LockedItem, added: Iterable[Fact]) -> bool:
    """Tell whether what happened to an item before is summed up in its shadow for these facts."""
    if item.looked_back_on:
        return False
    if item.state == State.LOST or item.holder_kind == HolderKind.BAG or item.quarantined:
        return False  # what was known of it, who packed it, and its matters are not in the shadow
    return all(fact.occurred_at > item.changed_at and fact.kind not in WHOLE for fact in added)


WHOLE = frozenset({"corrected", "agency_accepted", "bagged", "unbagged"})
"""What needs all that happened to its item: it speaks of the dossiers' acceptance, or of bags."""


def open_month(session: Session, at: datetime) -> None:
    """See to it that the ledger has the month of a moment, before many write into it at once."""
    session.execute(select(func.ensure_ledger_month(at)))


def chained(number: str, row: Mapping[str, object]) -> dict[str, object]:
    """Give what an entry's digest covers: all of the row but its database ids and the digests.

    `number` is that of the item, or of the bag where the row names one.
    What a later version adds is covered where it says something; older digests hold as they are.
    """
    covered = {name: row[name] for name in _COVERED}
    covered["bag" if row.get("bag_id") else "item"] = number
    for name in _ADDED_LATER:
        if row[name] is not None:
            covered[name] = row[name]
    return covered


_ADDED_LATER = ("error_ms",)
_COVERED = tuple(
    name
    for name in LedgerEntry.__table__.columns.keys()  # noqa: SIM118  not a dict
    if name not in ("id", "item_id", "bag_id", "previous", "digest", *_ADDED_LATER)
)


def _to_fact(new: NewFact) -> Fact:
    return Fact(
        new.fact,
        new.kind,
        new.occurred_at,
        new.clock.device,
        new.clock.sequence,
        giver=new.giver,
        taker=new.taker,
        condition=new.condition,
        proof=str(new.details.get("proof") or ""),
        corrects=new.corrects,
        dossiers=frozenset(new.dossiers),
        seal_differs=SEAL_DIFFERS in new.oddities,
        settles=frozenset(map(UUID, new.settles)),
    )


def _anomalies(facts: Sequence[NewFact], steps: Mapping[int, list[Step]]) -> list[tuple[str, ...]]:
    """Give for each new fact what is odd about it, in the place where it happened."""
    judged = {step.fact.fact: step.anomalies for rows in steps.values() for step in rows}
    return [tuple(dict.fromkeys(new.oddities + judged[new.fact])) for new in facts]


def _write(
    session: Session,
    facts: Sequence[tuple[NewFact, tuple[str, ...]]],
    items: Mapping[int, LockedItem],
    now: datetime,
) -> dict[int, tuple[int, bytes]]:
    """Chain facts, with what is odd about them, to their items; give the new ends of the chains."""
    entries, personal = [], []
    ends: dict[int, tuple[int, bytes]] = {}
    for new, anomalies in facts:
        item = items[new.item_id]
        commitment = b""
        if new.personal:
            salt = secrets.token_bytes(SALT_BYTES)
            commitment = commit(salt, new.personal)
            personal.append({"fact": new.fact, "salt": salt, "content": dict(new.personal)})
        length, previous = ends.get(new.item_id, (item.entries, item.digest))
        row = row_of(new, length + 1, now)
        row["anomalies"], row["commitment"] = list(anomalies), commitment
        digest = link(previous, chained(item.number, row))
        row["item_id"], row["previous"], row["digest"] = new.item_id, previous, digest
        entries.append(row)
        ends[new.item_id] = (length + 1, digest)
    append(session, LedgerEntry, entries)
    append(session, PersonalFact, personal)
    return ends


class Recordable(Protocol):
    """What a fact of an item and one of a bag have in common."""

    @property
    def fact(self) -> UUID: ...
    @property
    def kind(self) -> str: ...
    @property
    def occurred_at(self) -> datetime: ...
    @property
    def by(self) -> Actor: ...
    @property
    def giver(self) -> Holder | None: ...
    @property
    def taker(self) -> Holder | None: ...
    @property
    def condition(self) -> str: ...
    @property
    def corrects(self) -> UUID | None: ...
    @property
    def details(self) -> Mapping[str, object]: ...
    @property
    def clock(self) -> DeviceClock: ...


def row_of(new: Recordable, position: int, now: datetime) -> dict[str, object]:
    """Give the row of a new fact of an item or a bag, but for whose it is and what is odd."""
    giver_kind, giver_id = new.giver or ("", 0)
    taker_kind, taker_id = new.taker or ("", 0)
    return {
        "recorded_at": now,
        "position": position,
        "fact": new.fact,
        "kind": new.kind,
        "occurred_at": new.occurred_at,
        "device_at": new.clock.device_at,
        "device": new.clock.device,
        "boot": new.clock.boot,
        "monotonic_ms": new.clock.monotonic_ms,
        "sequence": new.clock.sequence,
        "skew_ms": new.clock.skew_ms,
        "error_ms": new.clock.error_ms,
        "giver_kind": str(giver_kind),
        "giver_id": giver_id,
        "taker_kind": str(taker_kind),
        "taker_id": taker_id,
        "condition": new.condition,
        "corrects": new.corrects,
        "account_id": new.by.account_id,
        "assignment_id": new.by.assignment_id,
        "details": dict(new.details),
    }


def _move_shadows(
    session: Session,
    steps: Mapping[int, list[Step]],
    resumed: Mapping[int, LockedItem],
    ends: Mapping[int, tuple[int, bytes]],
) -> None:
    """Move the items' shadows to where their histories end."""
    moved = []
    for item_id, (entries, digest) in ends.items():
        row: dict[str, object] = {"id": item_id, "changed_at": None}
        row |= shadow(steps[item_id], resumed.get(item_id))
        moved.append(row | {"entries": entries, "digest": digest})
    names = tuple(moved[0])
    session.execute(_moving(names), sent(names, moved))
    forget(session, Item, ends, names[1:])


@cache
def _moving(names: tuple[str, ...]) -> Executable:
    to, items = given(Item, names), table_of(Item)
    columns: dict[str, Any] = {name: to.c[name] for name in names[1:]}
    columns["changed_at"] = func.coalesce(to.c.changed_at, items.c.changed_at)
    return update(items).where(items.c.id == to.c.id).values(columns)
