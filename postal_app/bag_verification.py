"""Verification of bags: their chains, and their kept states against the ledger."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from models.bags import Bag
from models.ledger import LedgerEntry
from postal_app.bag_ledger import fact_of, opening_of, shadow
from postal_app.ledger import chained
from postal_app.rules.bags import bag_history
from postal_app.rules.chain import START, link

AT_ONCE = 500
Told = tuple[str, int, str]
"""Number and position, and which fault: edited, missing, unlinked, cut_off, shadow."""


def faults_of_bags(session: Session) -> Iterator[Told]:
    """Give every fault of the bags, reading them once in bounded memory."""
    last = 0
    while bags := session.scalars(
        select(Bag).where(Bag.id > last).order_by(Bag.id).limit(AT_ONCE)
    ).all():
        last = bags[-1].id
        rows = session.execute(
            select(LedgerEntry.__table__)
            .where(LedgerEntry.bag_id.in_([bag.id for bag in bags]))
            .order_by(LedgerEntry.bag_id, LedgerEntry.position, LedgerEntry.id)
        )
        entries = {bag: list(found) for bag, found in groupby(rows, key=lambda row: row.bag_id)}
        for bag in bags:
            yield from _faults_of(bag, entries.get(bag.id, []))
        session.expunge_all()


def _faults_of(bag: Bag, entries: list[Row[Any]]) -> Iterator[Told]:
    previous, expected = START, 1
    for entry in entries:
        content = entry._mapping  # noqa: SLF001  SQLAlchemy's public name for a row's columns
        if link(entry.previous, chained(bag.number, dict(content), "bag")) != entry.digest:
            yield bag.number, entry.position, "edited"
        elif entry.position != expected:
            yield bag.number, entry.position, "missing"
        elif entry.previous != previous:
            yield bag.number, entry.position, "unlinked"
        previous, expected = entry.digest, entry.position + 1
    if bag.entries != len(entries) or bag.digest != previous:
        yield bag.number, bag.entries, "cut_off"
    if entries:
        kept = shadow(bag_history([fact_of(entry) for entry in entries], opening_of(bag)))
        if any(getattr(bag, name) != value for name, value in kept.items()):
            yield bag.number, 0, "shadow"
