"""Verification of bags: their chains, and their kept states against the ledger."""

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.bags import Bag
from models.ledger import LedgerEntry
from postal_app.bag_ledger import fact_of, opening_of, shadow
from postal_app.chain_checks import End, Entry, Log, entries_of, faults_of_chain
from postal_app.faults import SHADOW, Fault
from postal_app.rules.bags import bag_history

AT_ONCE = 500


def faults_of_bags(session: Session, log: Log) -> Iterator[Fault]:
    """Give every fault of the bags, reading them once in bounded memory."""
    last = 0
    while bags := session.scalars(
        select(Bag).where(Bag.id > last).order_by(Bag.id).limit(AT_ONCE)
    ).all():
        first, last = bags[0].id, bags[-1].id
        entries = dict(entries_of(session, LedgerEntry.bag_id, (first, last)))
        for bag in bags:
            yield from _faults_of(bag, entries.get(bag.id, []), log)
        session.expunge_all()


def _faults_of(bag: Bag, entries: list[Entry], log: Log) -> Iterator[Fault]:
    yield from faults_of_chain(End(bag.number, bag.entries, bag.digest), entries, log)
    if entries:
        kept = shadow(bag_history([fact_of(entry) for entry in entries], opening_of(bag)))
        if any(getattr(bag, name) != value for name, value in kept.items()):
            yield Fault(bag.number, 0, SHADOW)
