"""The ledger desk: facts are recorded, judged, chained, and the items' shadows moved.

Every writer goes through `record`, which works on a whole batch at once: the items are locked in
the order of their ids, so that two batches over the same items wait for each other instead of
failing, then everything is judged in memory and written together.
"""

import secrets
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, any_, func, insert, literal, select
from sqlalchemy.orm import Session

from models.items import Item
from models.ledger import LedgerEntry, PersonalFact
from postal_app import instants, movements, promises
from postal_app.promises import Start
from postal_app.rules.chain import commit, link
from postal_app.rules.custody import Custody, Fact, Step, history
from postal_app.rules.holders import CITIZEN, Holder, HolderKind
from postal_app.rules.legs import LEGS, End
from postal_app.rules.roles import Actor, Role

SALT_BYTES = 16
SEAL_DIFFERS = "seal_differs"


@dataclass(frozen=True, slots=True)
class DeviceClock:
    """What a device said of its own time; `skew_ms` is server minus device at contact."""

    device: str = ""
    device_at: datetime | None = None
    boot: str = ""
    monotonic_ms: int | None = None
    sequence: int = 0
    skew_ms: int = 0


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


@dataclass(frozen=True, slots=True)
class Recorded:
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


def opening_holder(item: Item) -> Holder:
    """Give who has an envelope before its first fact, by the leg it is for."""
    match LEGS[item.leg].begins:
        case End.CITIZEN:
            return CITIZEN
        case End.AGENCY:
            return Holder(HolderKind.AGENCY, item.agency_id)
        case End.OTHER_AGENCY:
            return Holder(HolderKind.AGENCY, item.from_agency_id or item.agency_id)
        case End.POINT:
            return Holder(HolderKind.POINT, item.point_id)


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
    session.flush()  # items made in this transaction must be there to be locked
    items = _lock({fact.item_id for fact in facts}, session, now)
    older = {item.id for item in items.values() if item.entries}
    since = min(item.created_at for item in items.values())
    known = facts_of(session, older, since=since) if older else defaultdict(list)
    written = [_to_fact(fact) for fact in facts]
    by_item: dict[int, list[Fact]] = defaultdict(list)
    for new, fact in zip(facts, written, strict=True):
        by_item[new.item_id].append(fact)
    steps = {
        item_id: history(known[item_id] + added, opening_holder(items[item_id]))
        for item_id, added in by_item.items()
    }
    _write(session, facts, items, steps, now)
    _move_shadows(items, steps)
    movements.follow(session, steps, {fact.fact for fact in facts})
    telling = {fact.item_id for fact in facts if fact.kind in instants.TELLING}
    instants.tell(session, {item_id: steps[item_id] for item_id in telling})
    starts = [Start(f.item_id, f.fact, f.occurred_at) for f in facts if f.kind in instants.STARTS]
    promises.make(session, starts, now=now)
    session.flush()  # whoever reads next in this transaction, in SQL, must see the shadows moved
    return {
        new.fact: Recorded(items[new.item_id].number, anomalies, steps[new.item_id][-1].after)
        for new, anomalies in zip(facts, _anomalies(facts, steps), strict=True)
    }


# What the rules need of an entry.
FACT_COLUMNS = (
    LedgerEntry.item_id,
    LedgerEntry.fact,
    LedgerEntry.kind,
    LedgerEntry.occurred_at,
    LedgerEntry.device,
    LedgerEntry.sequence,
    LedgerEntry.giver_kind,
    LedgerEntry.giver_id,
    LedgerEntry.taker_kind,
    LedgerEntry.taker_id,
    LedgerEntry.condition,
    LedgerEntry.details["proof"].astext.label("proof"),
    LedgerEntry.corrects,
    LedgerEntry.details["dossiers"].label("dossiers"),
    LedgerEntry.details["settles"].label("settles"),
    (literal(SEAL_DIFFERS) == any_(LedgerEntry.anomalies)).label("seal_differs"),
)


def histories(session: Session, item_ids: Iterable[int]) -> dict[int, list[Step]]:
    """Give the whole histories of items, by their ids, locked so that nothing is added meanwhile.

    An item of which the ledger says nothing yet is left out.
    """
    items = session.scalars(
        select(Item).where(Item.id.in_(item_ids)).order_by(Item.id).with_for_update(of=Item)
    ).all()
    if not items:
        return {}
    since = min(item.created_at for item in items)
    known = facts_of(session, [item.id for item in items], since=since)
    return {
        item.id: history(known[item.id], opening_holder(item)) for item in items if known[item.id]
    }


def open_month(session: Session, at: datetime) -> None:
    """See to it that the ledger has the month of a moment, before many write into it at once."""
    session.execute(select(func.ensure_ledger_month(at)))


def facts_of(
    session: Session, item_ids: Iterable[int], *, since: datetime
) -> dict[int, list[Fact]]:
    """Give the recorded facts of items, as the rules need them.

    Args:
        since: no fact was recorded before this; spares the months before it.
    """
    found: dict[int, list[Fact]] = defaultdict(list)
    rows = session.execute(
        select(*FACT_COLUMNS)
        .where(LedgerEntry.item_id.in_(item_ids), LedgerEntry.recorded_at >= since)
        .order_by(LedgerEntry.item_id, LedgerEntry.position)
    )
    for row in rows:
        found[row.item_id].append(fact_of(row))
    return found


def fact_of(row: Row[Any]) -> Fact:
    """Give the fact of a row that holds the `FACT_COLUMNS`."""
    return Fact(
        row.fact,
        row.kind,
        row.occurred_at,
        row.device,
        row.sequence,
        giver=_holder(row.giver_kind, row.giver_id),
        taker=_holder(row.taker_kind, row.taker_id),
        condition=row.condition,
        proof=row.proof or "",
        corrects=row.corrects,
        dossiers=frozenset(row.dossiers or ()),
        seal_differs=row.seal_differs,
        settles=frozenset(map(UUID, row.settles or ())),
    )


def chained(number: str, row: Mapping[str, object]) -> dict[str, object]:
    """Give what an entry's digest covers: all of the row but its database id and the digests."""
    covered = {
        name: row[name]
        for name in LedgerEntry.__table__.columns.keys()  # noqa: SIM118  not a dict
        if name not in ("id", "item_id", "previous", "digest")
    }
    return covered | {"item": number}


def _holder(kind: str, number: int) -> Holder | None:
    return Holder(HolderKind(kind), number) if kind else None


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


def _lock(item_ids: set[int], session: Session, now: datetime) -> dict[int, Item]:
    """Lock the items; in the same breath see to it that the ledger has its month."""
    month = select(func.ensure_ledger_month(now)).scalar_subquery()
    rows = session.scalars(
        select(Item, month)
        .where(Item.id.in_(item_ids))
        .order_by(Item.id)
        .with_for_update(of=Item)
        .execution_options(populate_existing=True)
    )
    items = {item.id: item for item in rows}
    if missing := item_ids - items.keys():
        raise KeyError(f"no item bears the ids {sorted(missing)}")
    return items


def _anomalies(facts: Sequence[NewFact], steps: Mapping[int, list[Step]]) -> list[tuple[str, ...]]:
    """Give for each new fact what is odd about it, in the place where it happened."""
    judged = {step.fact.fact: step.anomalies for rows in steps.values() for step in rows}
    return [tuple(dict.fromkeys(new.oddities + judged[new.fact])) for new in facts]


def _write(
    session: Session,
    facts: Sequence[NewFact],
    items: Mapping[int, Item],
    steps: Mapping[int, list[Step]],
    now: datetime,
) -> None:
    """Chain the facts to their items' last digests and write them in one go."""
    entries, personal = [], []
    ends = {item_id: (item.entries, item.digest) for item_id, item in items.items()}
    for new, anomalies in zip(facts, _anomalies(facts, steps), strict=True):
        commitment = b""
        if new.personal:
            salt = secrets.token_bytes(SALT_BYTES)
            commitment = commit(salt, new.personal)
            personal.append({"fact": new.fact, "salt": salt, "content": dict(new.personal)})
        length, previous = ends[new.item_id]
        row = _row(new, length + 1, now) | {
            "anomalies": list(anomalies),
            "commitment": commitment,
        }
        digest = link(previous, chained(items[new.item_id].number, row))
        entries.append(row | {"item_id": new.item_id, "previous": previous, "digest": digest})
        ends[new.item_id] = (length + 1, digest)
    session.execute(insert(LedgerEntry), entries)
    if personal:
        session.execute(insert(PersonalFact), personal)
    for item_id, item in items.items():
        item.entries, item.digest = ends[item_id]


def _row(new: NewFact, position: int, now: datetime) -> dict[str, object]:
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


def _move_shadows(items: Mapping[int, Item], steps: Mapping[int, list[Step]]) -> None:
    for item_id, item in items.items():
        for name, value in shadow(steps[item_id][-1].after).items():
            setattr(item, name, value)


def shadow(custody: Custody) -> dict[str, object]:
    """Give the columns of an item that its custody decides."""
    kept: dict[str, object] = {
        "state": str(custody.state),
        "integrity": str(custody.integrity),
        "holder_kind": str(custody.holder.kind),
        "holder_id": custody.holder.id,
        "outcome": str(custody.outcome),
        "proven": custody.proven,
        "closed": custody.closed,
        "quarantined": custody.quarantined,
    }
    return kept if custody.since is None else kept | {"changed_at": custody.since}
