"""What both sides of a hand-over have said: the list, the scans that name it, the count of a bag.

Here the archive is read and the rules are asked; nothing is written. A scan that was corrected is
not counted.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, and_, or_, select
from sqlalchemy.orm import Session, aliased

from models.bags import Bag
from models.handovers import Handover, HandoverCounted
from models.items import Item
from models.ledger import LedgerEntry
from postal_app import bag_following, bag_ledger
from postal_app.ledger_reading import facts_of
from postal_app.locked_items import opening_holder
from postal_app.rules.custody import Step, history
from postal_app.rules.handovers import (
    TAKING,
    Given,
    Line,
    ListKind,
    Taken,
    Thing,
    bag_outcomes,
    outcomes,
)
from postal_app.rules.holders import Holder, HolderKind

BEFORE_THE_LIST = timedelta(days=7)
"""How long before its giver's time, by another's clock, a list can have been named."""


@dataclass(frozen=True, slots=True)
class BagCount:
    """The count of an opened bag; `lines` is empty while it is closed."""

    opened_at: datetime | None
    emptied: bool
    emptied_by: int
    lines: tuple[Line, ...]


def lines_of(session: Session, one: Handover) -> list[Line]:
    """Give the lines of a list with their outcomes, what is extra at the end."""
    given = Given(
        one.given_by,
        Holder(HolderKind(one.to_kind), one.to_id),
        tuple(thing_of(line.item_id, line.bag_id) for line in one.lines),
        counted=bool(_counters(session, one)),
        cancelled=one.cancelled is not None,
    )
    return outcomes(given, _scans(session, one, frozenset(given.things)))


def counter_of(session: Session, one: Handover) -> int | None:
    """Give the account that said it has scanned all there was; None while nobody has."""
    return next(iter(_counters(session, one)), None)


def count_of(session: Session, bag: Bag) -> BagCount:
    """Give the count of a bag against what its items say was put in."""
    steps = [step for step in bag_ledger.steps_of(session, bag) if not step.cancelled]
    opened = next((step for step in steps if step.fact.kind == "opened"), None)
    if opened is None:
        return BagCount(None, emptied=False, emptied_by=0, lines=())
    emptied = next((step for step in steps if step.fact.kind == "emptied"), None)
    at = opened.fact.occurred_at
    rows = session.execute(_naming("bag", bag.number, ["unbagged"], bag.made_at)).all()
    items = bag_following.inside(session, [bag]) | {row.item_id for row in rows}
    told = histories(session, items)
    packed = sorted((when, item) for item in items if (when := _packed_at(told[item], bag, at)))
    packers = accounts_of(
        session, [step.fact.fact for steps in told.values() for step in steps], bag.made_at
    )
    numbers = bag_numbers(session, (step.giver for steps in told.values() for step in steps))
    scans = [
        _taken(row, told[row.item_id], numbers, packers) for row in rows if row.occurred_at >= at
    ]
    lines = bag_outcomes(
        bag.number,
        [Thing("item", item) for _, item in packed],
        scans,
        emptied=emptied is not None,
    )
    by = accounts_of(session, [emptied.fact.fact], bag.made_at) if emptied else {}
    return BagCount(at, emptied is not None, by[emptied.fact.fact] if emptied else 0, tuple(lines))


def thing_of(item_id: int | None, bag_id: int | None) -> Thing:
    """Give what a row is of; exactly one of the two is set."""
    return Thing("item", item_id) if item_id is not None else Thing("bag", bag_id or 0)


def histories(session: Session, item_ids: Collection[int]) -> dict[int, list[Step]]:
    """Give the histories of items by their ids."""
    if not item_ids:
        return {}
    items = session.scalars(select(Item).where(Item.id.in_(item_ids))).all()
    known = facts_of(
        session, [item.id for item in items], since=min(item.created_at for item in items)
    )
    return {item.id: history(known[item.id], opening_holder(item)) for item in items}


def accounts_of(session: Session, facts: Collection[UUID], since: datetime) -> dict[UUID, int]:
    """Give who recorded each of these facts, none of which was recorded before `since`."""
    rows = session.execute(
        select(LedgerEntry.fact, LedgerEntry.account_id).where(
            LedgerEntry.fact.in_(facts), LedgerEntry.recorded_at >= since
        )
    )
    return dict(rows.all())


def bag_numbers(session: Session, holders: Iterable[Holder]) -> dict[int, str]:
    """Give the numbers of the bags among these holders, by their ids."""
    ids = {holder.id for holder in holders if holder.kind is HolderKind.BAG}
    if not ids:
        return {}
    rows = session.execute(select(Bag.id, Bag.number).where(Bag.id.in_(ids)))
    return dict(rows.all())


def _counters(session: Session, one: Handover) -> list[int]:
    """Give the accounts that counted the list to its end as those it is for."""
    rows = session.scalars(
        select(HandoverCounted.account_id)
        .where(
            HandoverCounted.number == one.number,
            HandoverCounted.taker_kind == one.to_kind,
            HandoverCounted.taker_id == one.to_id,
            HandoverCounted.account_id != one.given_by,
        )
        .order_by(HandoverCounted.id)
    )
    return list(rows)


def _naming(what: str, number: str, kinds: Collection[str], since: datetime) -> Select[Any]:
    """Ask for the entries of these kinds that name a list or a bag and that nobody corrected."""
    correction = aliased(LedgerEntry)
    same: ColumnElement[bool] = or_(
        correction.item_id == LedgerEntry.item_id, correction.bag_id == LedgerEntry.bag_id
    )
    corrected = select(correction.id).where(
        same, correction.corrects == LedgerEntry.fact, correction.recorded_at >= since
    )
    return select(
        LedgerEntry.item_id,
        LedgerEntry.bag_id,
        LedgerEntry.fact,
        LedgerEntry.occurred_at,
        LedgerEntry.account_id,
        LedgerEntry.taker_kind,
        LedgerEntry.taker_id,
        LedgerEntry.condition,
        LedgerEntry.anomalies,
        LedgerEntry.details,
    ).where(
        and_(
            LedgerEntry.details.has_key(what),
            LedgerEntry.details[what].astext == number,
            LedgerEntry.kind.in_(kinds),
            LedgerEntry.recorded_at >= since,
            ~corrected.exists(),
        )
    )


def _scans(session: Session, one: Handover, listed: frozenset[Thing]) -> list[Taken]:
    """Give the scans that name a list; where what is not listed lay is asked of its history."""
    since = one.given_at - BEFORE_THE_LIST
    rows = session.execute(_naming("handover", one.number, TAKING[ListKind(one.kind)], since)).all()
    extra = {
        row.item_id
        for row in rows
        if row.item_id is not None and Thing("item", row.item_id) not in listed
    }
    told: Mapping[int, list[Step]] = defaultdict(list, histories(session, extra))
    numbers = bag_numbers(session, (step.giver for steps in told.values() for step in steps))
    return [_taken(row, told[row.item_id], numbers, {}) for row in rows]


def _taken(
    row: Row[Any],
    steps: list[Step],
    numbers: Mapping[int, str],
    packers: Mapping[UUID, int],
) -> Taken:
    step = next((one for one in steps if one.fact.fact == row.fact), None)
    lay_in = step.giver if step and step.giver.kind is HolderKind.BAG else None
    packed = [
        one.fact.fact
        for one in steps
        if one.fact.kind == "bagged" and not one.cancelled and lay_in == one.after.holder
    ]
    taker = Holder(HolderKind(row.taker_kind), row.taker_id) if row.taker_kind else None
    return Taken(
        thing_of(row.item_id, row.bag_id),
        row.fact,
        row.occurred_at,
        row.account_id,
        taker,
        row.condition,
        seal_differs="seal_differs" in row.anomalies,
        packed_in=numbers.get(lay_in.id, "") if lay_in else "",
        found_in=str(row.details.get("bag") or ""),
        packed_by=packers.get(packed[-1], 0) if packed else 0,
    )


def _packed_at(steps: list[Step], bag: Bag, opened: datetime) -> datetime | None:
    """Give when an item was put in a bag in which it lay when that was opened; None if not."""
    before = [step for step in steps if step.fact.occurred_at < opened]
    here = Holder(HolderKind.BAG, bag.id)
    if not before or before[-1].after.holder != here:
        return None
    return next(
        step.fact.occurred_at
        for step in reversed(before)
        if step.fact.kind == "bagged" and step.after.holder == here
    )
