"""Verification: does the ledger still say what was written, and do the shadows agree with it?

Finds are told, never mended: a list of faults, each naming the item and the place in its chain.
A personal part that is gone is no fault when a record says that it was erased; one that merely
vanished is. The records themselves are held against what they say was erased. Each entry is held
against its leaf in the log too, so that a chain written anew from its first entry is found.

All of it must be read as it was at one moment: see `hold_still`.
"""

from collections.abc import Callable, Iterator, Sequence
from uuid import UUID

from sqlalchemy import exists, func, select, text
from sqlalchemy.orm import Session

from models.checkpoints import LogLeaf
from models.counter import CollectionCall
from models.dossiers import Party, Signature
from models.items import Item
from models.ledger import LedgerEntry
from models.people_data import ErasedFact, ErasedRow, Erasure, IdentityPhoto
from postal_app import checkpoints, log_verification, movements
from postal_app.bag_verification import faults_of_bags
from postal_app.chain_checks import End, Entry, Log, entries_of, faults_of_chain
from postal_app.checkpoints import LATE
from postal_app.closing_verification import faults_of_closings
from postal_app.faults import (
    GONE,
    LEAF_GONE,
    MOVED,
    NOBODYS,
    RECORD,
    RECORD_NAME,
    SHADOW,
    UNLOGGED,
    UNRECORDED,
    Fault,
)
from postal_app.ledger_reading import SEAL_DIFFERS
from postal_app.ledger_subjects import subject_number, with_subjects
from postal_app.locked_items import opening_holder, shadow
from postal_app.movements import MovementRow
from postal_app.rules.custody import Fact, history
from postal_app.rules.holders import Holder, HolderKind
from postal_app.rules.merkle import root_of

AT_ONCE = 1000


def hold_still(session: Session) -> None:
    """Let the transaction see the archive as it is now, whatever is written meanwhile."""
    session.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"))


def faults(session: Session, tell: Callable[[int], None] = lambda _: None) -> Iterator[Fault]:
    """Give every fault of the archive, reading it once from end to end in bounded memory.

    Args:
        session: one that sees one moment.
        tell: is told how many items were read since it was told last.
    """
    newest = checkpoints.latest(session)
    log = Log()
    if newest is not None:
        log = Log(newest.settled_id, newest.made_at - LATE, newest.made_at)
    last = 0
    while items := session.scalars(
        select(Item).where(Item.id > last).order_by(Item.id).limit(AT_ONCE)
    ).all():
        first, last = items[0].id, items[-1].id
        yield from _faults_of(session, items, (first, last), log)
        session.expunge_all()
        tell(len(items))
    yield from faults_of_bags(session, log)
    yield from _astray(session, log)
    gaps = 0
    for fault in log_verification.faults(session):
        gaps += fault.words is LEAF_GONE
        yield fault
    if gaps:  # whose leaf is missing is then among those that seemed to wait
        yield from (Fault(number, position, UNLOGGED) for number, position in log.waiting)
    yield from _faults_of_erasures(session)
    yield from faults_of_closings(session)


def count_items(session: Session) -> int:
    """Give how many items there are to read, for a progress bar."""
    return session.query(Item.id).count()


def count_entries(session: Session) -> int:
    """Give how many entries the ledger has."""
    return session.scalar(select(func.count()).select_from(LedgerEntry)) or 0


def _faults_of(
    session: Session, items: Sequence[Item], ids: tuple[int, int], log: Log
) -> Iterator[Fault]:
    by_id = {item.id: item for item in items}
    moved = movements.kept(session, list(by_id))
    for item_id, entries in entries_of(session, LedgerEntry.item_id, ids):
        if item_id in by_id:  # an entry whose item is gone is told with those astray
            yield from _faults_of_item(by_id.pop(item_id), entries, moved.get(item_id, []), log)
    for item in by_id.values():
        yield from _faults_of_item(item, [], moved.get(item.id, []), log)


def _faults_of_item(
    item: Item, entries: list[Entry], moved: list[MovementRow], log: Log
) -> Iterator[Fault]:
    yield from faults_of_chain(End(item.number, item.entries, item.digest), entries, log)
    steps = history(map(_to_fact, entries), opening_holder(item))
    kept = shadow(steps) if steps else {}
    if any(getattr(item, name) != value for name, value in kept.items()):
        yield Fault(item.number, 0, SHADOW)
    if movements.rows_of(item.id, steps) != moved:
        yield Fault(item.number, 0, MOVED)


def _astray(session: Session, log: Log) -> Iterator[Fault]:
    """Name entries that belong to nothing, and leaves whose entry is gone."""
    lost = with_subjects(
        select(LedgerEntry.id, LedgerEntry.position, LogLeaf.subject)
        .select_from(LedgerEntry)
        .outerjoin(LogLeaf, LogLeaf.entry_id == LedgerEntry.id)
    ).where(subject_number() == "")
    for entry_id, position, subject in session.execute(lost):
        log.found += subject is not None
        yield Fault(subject or f"mục {entry_id}", position, NOBODYS)
    if session.scalar(select(func.count()).select_from(LogLeaf)) == log.found:
        return
    without = (
        select(LogLeaf.subject, LogLeaf.position)
        .outerjoin(LedgerEntry, LedgerEntry.id == LogLeaf.entry_id)
        .where(LedgerEntry.id.is_(None))
        .order_by(LogLeaf.leaf)
        .execution_options(yield_per=AT_ONCE)
    )
    for subject, position in session.execute(without):
        yield Fault(subject, position, GONE)


def _faults_of_erasures(session: Session) -> Iterator[Fault]:
    """Hold each record of erasure against what it erased, and each mark against the records."""
    last = 0
    while records := session.scalars(
        select(Erasure).where(Erasure.id > last).order_by(Erasure.id).limit(AT_ONCE)
    ).all():
        last = records[-1].id
        for record in records:
            erased = _commitments(session, record.id)
            if len(erased) != record.count or root_of(sorted(erased)) != record.root:
                yield Fault(f"{RECORD_NAME} {record.id}", 0, RECORD)
        session.expunge_all()
    for thing, table in (
        ("dossier_parties", Party),
        ("signatures", Signature),
        ("identity_photos", IdentityPhoto),
        ("collection_calls", CollectionCall),
    ):
        recorded = exists().where(ErasedRow.thing == thing, ErasedRow.row_id == table.id)
        marked = select(table.id).where(table.erased_at.is_not(None), ~recorded)
        for row_id in session.scalars(marked.order_by(table.id)):
            yield Fault(f"{thing} {row_id}", 0, UNRECORDED)


def _commitments(session: Session, erasure_id: int) -> list[bytes]:
    facts = (
        select(LedgerEntry.commitment)
        .join(ErasedFact, ErasedFact.fact == LedgerEntry.fact)
        .where(ErasedFact.erasure_id == erasure_id)
    )
    rows = select(ErasedRow.commitment).where(ErasedRow.erasure_id == erasure_id)
    return [*session.scalars(facts), *session.scalars(rows)]


def _to_fact(entry: Entry) -> Fact:
    return Fact(
        entry.fact,
        entry.kind,
        entry.occurred_at,
        entry.device,
        entry.sequence,
        giver=Holder(HolderKind(entry.giver_kind), entry.giver_id) if entry.giver_kind else None,
        taker=Holder(HolderKind(entry.taker_kind), entry.taker_id) if entry.taker_kind else None,
        condition=entry.condition,
        proof=str(entry.details.get("proof") or ""),
        corrects=entry.corrects,
        dossiers=frozenset(entry.details.get("dossiers") or ()),
        seal_differs=SEAL_DIFFERS in entry.anomalies,
        settles=frozenset(map(UUID, entry.details.get("settles") or ())),
    )
