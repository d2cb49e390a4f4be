"""One chain of the ledger, an item's or a bag's, held against its digests, its end and the log."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from models.checkpoints import LogLeaf
from models.ledger import LedgerEntry, PersonalFact
from models.people_data import ErasedFact
from postal_app.faults import (
    CUT_OFF,
    EDITED,
    LEAF,
    MISSING,
    PERSONAL,
    REPLACED,
    STILL_THERE,
    UNLINKED,
    UNLOGGED,
    VANISHED,
    Fault,
)
from postal_app.ledger import chained
from postal_app.rules.chain import START, commit, link
from postal_app.rules.words import Words

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)

Entry = Row[Any]


@dataclass(slots=True)
class Log:
    """What the newest checkpoint says of entries, and what the entries say of the log.

    `waiting` are the entries that no checkpoint has yet and that may well be new.
    """

    settled: int = 0
    long_ago: datetime = LONG_AGO
    made_at: datetime = LONG_AGO
    found: int = 0
    waiting: list[tuple[str, int]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class End:
    """Where a chain is said to end: whose it is, how long, and the digest of its last entry."""

    number: str
    entries: int
    digest: bytes


def entries_of(
    session: Session, owner: InstrumentedAttribute[int | None], ids: tuple[int, int]
) -> Iterator[tuple[int, list[Entry]]]:
    """Give the entries of each owner between two ids, with personal part and leaf, in order.

    Args:
        session: where to read.
        owner: the column that names whose an entry is.
        ids: the first and the last owner.
    """
    rows = session.execute(
        select(
            LedgerEntry.__table__,
            PersonalFact.salt,
            PersonalFact.content,
            ErasedFact.erasure_id,
            LogLeaf.digest.label("leaf_digest"),
            LogLeaf.subject.label("leaf_subject"),
            LogLeaf.position.label("leaf_position"),
            LogLeaf.recorded_at.label("leaf_recorded_at"),
        )
        .outerjoin(PersonalFact, PersonalFact.fact == LedgerEntry.fact)
        .outerjoin(ErasedFact, ErasedFact.fact == LedgerEntry.fact)
        .outerjoin(LogLeaf, LogLeaf.entry_id == LedgerEntry.id)
        .where(owner.between(*ids))
        .order_by(owner, LedgerEntry.position, LedgerEntry.id)
    )
    for owner_id, entries in groupby(rows, key=lambda row: getattr(row, owner.key)):
        yield owner_id, list(entries)


def faults_of_chain(end: End, entries: Sequence[Entry], log: Log) -> Iterator[Fault]:
    """Give every fault of one chain, and count in the log what it has of it."""
    previous, expected = START, 1
    for entry in entries:
        if link(entry.previous, chained(end.number, dict(entry._mapping))) != entry.digest:  # noqa: SLF001  SQLAlchemy's public name for a row's columns
            yield Fault(end.number, entry.position, EDITED)
        elif entry.position != expected:
            yield Fault(end.number, entry.position, MISSING)
        elif entry.previous != previous:
            yield Fault(end.number, entry.position, UNLINKED)
        wrong = _wrong_personal_part(entry)
        if wrong is not None:
            yield Fault(end.number, entry.position, wrong)
        yield from _unlike_its_leaf(end.number, entry, log)
        previous, expected = entry.digest, entry.position + 1
    if end.entries != len(entries) or (entries and end.digest != previous):
        yield Fault(end.number, end.entries, CUT_OFF)


def _unlike_its_leaf(number: str, entry: Entry, log: Log) -> Iterator[Fault]:
    """Hold an entry against what the log took in of it."""
    if entry.leaf_digest is None:
        if entry.id <= log.settled or entry.recorded_at < log.long_ago:
            yield Fault(number, entry.position, UNLOGGED)
        elif entry.recorded_at <= log.made_at:
            log.waiting.append((number, entry.position))
        return
    log.found += 1
    if entry.leaf_digest != entry.digest:
        yield Fault(number, entry.position, REPLACED)
    elif (entry.leaf_subject, entry.leaf_position, entry.leaf_recorded_at) != (
        number,
        entry.position,
        entry.recorded_at,
    ):
        yield Fault(number, entry.position, LEAF)


def _wrong_personal_part(entry: Entry) -> Words | None:
    """Say what is wrong with an entry's personal part; None when it is whole, erased or none."""
    if entry.salt is None:
        return VANISHED if entry.commitment and entry.erasure_id is None else None
    if entry.erasure_id is not None:
        return STILL_THERE
    return PERSONAL if commit(entry.salt, entry.content) != entry.commitment else None
