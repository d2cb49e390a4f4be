"""Following: what happened to a bag is written into the histories of the items that lay in it.

Nobody looked into the bag, so these entries are marked *assumed*; the rules say which there must
be. What is missing of them is written whenever a fact arrives that shows it, of the bag or of the
item, and under an id that follows from both, so that it is written once (ADR 0014).
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from models.bags import Bag
from models.items import Item
from models.ledger import LedgerEntry
from models.staff import Account, Assignment
from postal_app import bag_ledger
from postal_app.ledger import DeviceClock, NewFact, record
from postal_app.ledger_reading import facts_of
from postal_app.locked_items import opening_holder
from postal_app.rules.bags import Inside, assumed, unfounded
from postal_app.rules.custody import Fact
from postal_app.rules.holders import HolderKind
from postal_app.rules.roles import Actor, Role

OPENING = frozenset({"bagged", "unbagged", "corrected"})
"""The facts of items by which what lay in a bag may be another than was known."""


def follow(session: Session, item_ids: Collection[int], *, now: datetime) -> None:
    """Write for items what the bags they were put in mean for them, as far as it is missing."""
    if not item_ids:
        return
    items = session.scalars(select(Item).where(Item.id.in_(item_ids))).all()
    known = facts_of(
        session, [item.id for item in items], since=min(item.created_at for item in items)
    )
    bags = _bags_of(session, (fact for facts in known.values() for fact in facts))
    told = bag_ledger.facts_of(session, bags.values())
    due = []
    for item in items:
        facts = known[item.id]
        there = {fact.fact for fact in facts}
        own = {number: told[number] for number in _put_in(facts)}
        for one in [
            *assumed(item.number, facts, own, opening_holder(item)),
            *unfounded(item.number, facts, own),
        ]:
            if one.fact.fact not in there:
                due.append((item, one))
    _write(session, due, bags, now)


def inside(session: Session, bags: Collection[Bag]) -> set[int]:
    """Give the ids of all items that were ever put in one of these bags."""
    if not bags:
        return set()
    found = session.scalars(
        select(LedgerEntry.item_id)
        .where(
            LedgerEntry.taker_kind == HolderKind.BAG,
            LedgerEntry.taker_id.in_([bag.id for bag in bags]),
            LedgerEntry.kind == "bagged",
            LedgerEntry.recorded_at >= min(bag.made_at for bag in bags),
        )
        .distinct()
    )
    return {one for one in found if one is not None}


def recorded_of_bag(account_id: int) -> Select[int | None]:
    """Select the ids of the bags of which an account has recorded something."""
    return select(LedgerEntry.bag_id).where(
        LedgerEntry.bag_id.is_not(None), LedgerEntry.account_id == account_id
    )


def _put_in(facts: Iterable[Fact]) -> set[int]:
    return {
        fact.taker.id
        for fact in facts
        if fact.taker is not None and fact.taker.kind is HolderKind.BAG
    }


def _bags_of(session: Session, facts: Iterable[Fact]) -> dict[int, Bag]:
    """Lock the bags that items were put in, so that no fact of theirs is missed between."""
    ids = _put_in(facts)
    if not ids:
        return {}
    rows = session.scalars(
        select(Bag).where(Bag.id.in_(ids)).order_by(Bag.id).with_for_update(key_share=True)
    )
    return {bag.id: bag for bag in rows}


def _write(
    session: Session, due: list[tuple[Item, Inside]], bags: dict[int, Bag], now: datetime
) -> None:
    """Record what is due, in the name and at the time of what happened to the bag."""
    causes = _causes(session, {one.cause for _, one in due}, bags.values())
    record(
        session,
        [
            NewFact(
                item.id,
                one.fact.fact,
                one.fact.kind,
                one.fact.occurred_at,
                causes[one.cause][0],
                giver=one.fact.giver,
                taker=one.fact.taker,
                corrects=one.fact.corrects,
                details={"assumed": True, "bag": causes[one.cause][1]},
                clock=DeviceClock(one.fact.device, sequence=one.fact.sequence),
            )
            for item, one in due
        ],
        now=now,
    )


def _causes(
    session: Session, facts: set[UUID], bags: Iterable[Bag]
) -> dict[UUID, tuple[Actor, str]]:
    """Give for each fact of a bag who recorded it, and the bag's number."""
    if not facts:
        return {}
    numbers = {bag.id: bag.number for bag in bags}
    rows = session.execute(
        select(LedgerEntry.fact, LedgerEntry.bag_id, Assignment, Account.full_name)
        .join(Assignment, Assignment.id == LedgerEntry.assignment_id)
        .join(Account, Account.id == LedgerEntry.account_id)
        .where(LedgerEntry.fact.in_(facts), LedgerEntry.bag_id.in_(numbers))
    )
    return {row.fact: (_actor(row.Assignment, row.full_name), numbers[row.bag_id]) for row in rows}


def _actor(one: Assignment, name: str) -> Actor:
    return Actor(
        one.account_id,
        one.id,
        Role(one.role),
        name,
        "",
        point_id=one.point_id,
        agency_id=one.agency_id,
        province_id=one.province_id,
    )
