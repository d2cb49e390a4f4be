"""Scans that name a bag: its own events, and items that are put in one or taken out of it.

`scanning` asks here for what is of bags. The bags that a batch can touch are locked first, those
too in which its items ever lay, then all items: two batches wait for each other and never both.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.bags import Bag
from models.items import Item
from models.ledger import LedgerEntry
from models.sets import among
from postal_app import bag_following, bag_ledger, handover_differences
from postal_app.bag_ledger import NewBagFact, RecordedOfBag
from postal_app.handover_differences import Touched
from postal_app.ledger import DeviceClock, NewFact, own_holder
from postal_app.numbers import BAG_PREFIX
from postal_app.rules.bags import BAG_KINDS, BagKind
from postal_app.rules.codes import read_scan
from postal_app.rules.holders import Holder, HolderKind
from postal_app.rules.integrity import CONDITIONS
from postal_app.rules.roles import Actor, Role
from postal_app.rules.vietnamese import tidy
from postal_app.rules.vocabulary import KINDS, Taker


class ScanLike(Protocol):
    """A scan, as far as bags are concerned."""

    @property
    def scan_id(self) -> UUID: ...
    @property
    def code(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def occurred_at(self) -> datetime: ...
    @property
    def details(self) -> Mapping[str, str]: ...
    @property
    def clock(self) -> DeviceClock: ...


def named(session: Session, scans: Iterable[ScanLike]) -> dict[str, Bag]:
    """Give the bags that scans name, by the code that was read or as where an item lies."""
    numbers = {
        number
        for scan in scans
        for text in (scan.code, scan.details.get("bag", ""))
        if (number := read_scan(text).number).startswith(BAG_PREFIX)
    }
    if not numbers:
        return {}
    return {
        bag.number: bag for bag in session.scalars(select(Bag).where(among(Bag.number, numbers)))
    }


def bag_in(details: Mapping[str, str], bags: Mapping[str, Bag]) -> Bag | None:
    """Give the bag that the details of an item's scan name; None for none that is known."""
    return bags.get(read_scan(details.get("bag", "")).number)


def named_in(details: Mapping[str, str]) -> dict[str, str]:
    """Give the bag and the list that a scan names, as they are written everywhere else."""
    found = {}
    if details.get("bag"):
        found["bag"] = read_scan(details["bag"]).number
    if details.get("handover"):
        found["handover"] = tidy(details["handover"]).upper()
    return found


def kinds_for(role: Role) -> dict[str, BagKind]:
    """Give the kinds of event that a role scans of bags alone, never of an item."""
    return {
        name: kind
        for name, kind in BAG_KINDS.items()
        if kind.scanned and role in kind.by and name not in KINDS
    }


def refusal(scan: ScanLike, by: Actor) -> str:
    """Give why the scan of a bag cannot be recorded, a key of `REFUSALS`; empty if it can."""
    kind = BAG_KINDS.get(scan.kind)
    if kind is None or not kind.scanned:
        return "unknown_kind"
    if by.role not in kind.by:
        return "not_your_work"
    if not all(scan.details.get(need) for need in kind.needs):
        return "incomplete"
    condition = scan.details.get("condition", "")
    return "" if not condition or condition in CONDITIONS else "bad_value"


def reserve_named(session: Session, scans: Collection[ScanLike], bags: Mapping[str, Bag]) -> None:
    """Lock what a batch of scans can touch by way of bags, before its items are locked.

    Args:
        session: where the batch is taken in.
        scans: all of the batch.
        bags: those that it names.
    """
    numbers = {read_scan(scan.code).number for scan in scans}
    opening = {read_scan(one.code).number for one in scans if one.kind in bag_following.OPENING}
    if not bags and not opening:
        return
    items = session.execute(
        select(Item.id, Item.number, Item.created_at).where(among(Item.number, numbers))
    ).all()
    _lock(
        session,
        list(bags.values()),
        touched=[one.id for one in items if one.number in opening],
        with_items={one.id for one in items},
        since=min((one.created_at for one in items), default=None),
    )


def reserve(
    session: Session, facts: Sequence[NewFact], bags: Collection[Bag], *, since: datetime
) -> None:
    """Lock what facts of items and of bags can touch by way of bags.

    Args:
        session: where they are recorded.
        facts: those of items.
        bags: those of which something is to be recorded.
        since: none of the items was made before this.
    """
    touched = [new.item_id for new in facts if new.kind in bag_following.OPENING]
    if bags or touched:
        _lock(
            session,
            bags,
            touched=touched,
            with_items={new.item_id for new in facts},
            since=since,
        )


def _lock(
    session: Session,
    bags: Collection[Bag],
    *,
    touched: Collection[int],
    with_items: Collection[int],
    since: datetime | None,
) -> None:
    """Lock bags before items, each in the order of their ids."""
    ids = {bag.id for bag in bags}
    if touched and since is not None:
        ever = select(LedgerEntry.taker_id).where(
            among(LedgerEntry.item_id, touched),
            LedgerEntry.recorded_at >= since,
            LedgerEntry.taker_kind == HolderKind.BAG,
        )
        ids |= set(session.scalars(ever))
    locked = session.scalars(
        select(Bag)
        .where(among(Bag.id, ids))
        .order_by(Bag.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).all()
    items = bag_following.inside(session, locked) | set(with_items)
    session.execute(
        select(Item.id)
        .where(among(Item.id, items))
        .order_by(Item.id)
        .with_for_update(key_share=True)
    ).all()


def record(
    session: Session,
    scans: Sequence[tuple[ScanLike, Bag, tuple[str, ...]]],
    by: Actor,
    *,
    now: datetime,
) -> dict[UUID, RecordedOfBag]:
    """Record scans of bags, each with what was odd about the scan itself."""
    facts = [_to_fact(scan, bag, by, oddities) for scan, bag, oddities in scans]
    return bag_ledger.record(session, facts, now=now)


def settle(
    session: Session,
    facts: Sequence[NewFact],
    bags: Collection[Bag],
    *,
    since: datetime,
    now: datetime,
) -> None:
    """Write what follows from a batch for what lies in bags, and review its hand-overs.

    Args:
        facts: those of items that were recorded.
        bags: those of which something was recorded.
        since: none of the items and bags was made before this.
        now: the server's clock.
    """
    follows = {new.item_id for new in facts if new.kind in bag_following.OPENING}
    bag_following.follow(session, bag_following.inside(session, bags) | follows, now=now)
    details = [*(new.details for new in facts), *_corrected(session, facts, since)]
    couriers = {
        new.item_id
        for new in facts
        if new.corrects or (new.taker is not None and new.taker.kind is HolderKind.COURIER)
    }
    touched = Touched(
        lists=frozenset(str(said["handover"]) for said in details if said.get("handover")),
        bags=frozenset(str(said["bag"]) for said in details if said.get("bag"))
        | {bag.number for bag in bags},
        item_ids=frozenset(couriers),
        since=since,
    )
    handover_differences.review(session, touched, now=now)


def recorded_before(
    session: Session, ids: Collection[UUID]
) -> dict[UUID, tuple[Bag, tuple[str, ...]]]:
    """Give for earlier scans of bags the bag and what was odd, by the scans' ids."""
    rows = session.execute(
        select(LedgerEntry.fact, LedgerEntry.anomalies, Bag)
        .join(Bag, Bag.id == LedgerEntry.bag_id)
        .where(LedgerEntry.fact.in_(ids))
    )
    return {row.fact: (row.Bag, tuple(row.anomalies)) for row in rows}


@dataclass(frozen=True, slots=True)
class MadeOfBag:
    """A scan of a bag that somebody made, and where the bag is now."""

    fact: UUID
    kind: str
    at: datetime
    number: str
    anomalies: tuple[str, ...]
    state: str


def made(session: Session, ids: Collection[UUID], by: Actor) -> list[MadeOfBag]:
    """Give the person's own scans of bags among these ids."""
    rows = session.execute(
        select(LedgerEntry, Bag)
        .join(Bag, Bag.id == LedgerEntry.bag_id)
        .where(LedgerEntry.fact.in_(ids), LedgerEntry.account_id == by.account_id)
    )
    return [
        MadeOfBag(
            entry.fact,
            entry.kind,
            entry.recorded_at,
            bag.number,
            tuple(entry.anomalies),
            bag.state,
        )
        for entry, bag in rows
    ]


def _corrected(
    session: Session, facts: Sequence[NewFact], since: datetime
) -> list[Mapping[str, object]]:
    """Give the details of the entries that a batch corrects."""
    wrong = {new.corrects for new in facts if new.corrects}
    if not wrong:
        return []
    return list(
        session.scalars(
            select(LedgerEntry.details).where(
                LedgerEntry.fact.in_(wrong), LedgerEntry.recorded_at >= since
            )
        )
    )


def _to_fact(scan: ScanLike, bag: Bag, by: Actor, oddities: tuple[str, ...]) -> NewBagFact:
    told = {name: value for name, value in scan.details.items() if value and name != "condition"}
    told |= named_in(told)
    if "seal" in told:
        told["seal"] = told["seal"].upper()
    return NewBagFact(
        bag.id,
        scan.scan_id,
        scan.kind,
        scan.occurred_at,
        by,
        taker=taker_of(scan.kind, bag, by),
        condition=scan.details.get("condition", ""),
        details=told,
        oddities=oddities,
        clock=scan.clock,
    )


def taker_of(kind: str, bag: Bag, by: Actor) -> Holder | None:
    """Give who has a bag after an event of a kind, None if it stays where it is."""
    match BAG_KINDS[kind].taker:
        case Taker.RECORDER:
            return own_holder(by)
        case Taker.POINT:
            return Holder(HolderKind.POINT, by.point_id or bag.to_point_id)
        case _:
            return None
