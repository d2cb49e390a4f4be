"""Checkpoints: takes the ledger's new entries into the log, signs what it then is, tells of it.

1. Whoever makes a checkpoint holds a lock until his transaction ends, so leaves and numbers have
   no gap and no entry is taken twice.
2. New are all entries above `settled_id` of the checkpoint before that have no leaf. An entry may
   be committed late, behind younger ones; so an id counts as settled only when a checkpoint saw
   it, that is a day ago, and every transaction that had begun by then is over (`pg_snapshot`).
3. They are taken in the order in which they were recorded.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import BigInteger, Text, cast, func, insert, select
from sqlalchemy.orm import Session

from models.checkpoints import Checkpoint, LogLeaf
from models.ledger import LedgerEntry
from postal_app import ledger_keys, log_tree
from postal_app.errors import Unknown
from postal_app.ledger_keys import Signer
from postal_app.ledger_subjects import subject_number, with_subjects
from postal_app.log_tree import Tree
from postal_app.rules import checkpoints as rules
from postal_app.rules.merkle import consistency
from postal_app.rules.words import Words

LATE = timedelta(days=1)
"""Longer than any entry is on its way from its hour to the archive."""

# One number for one purpose, like those of the archive's own locks: whoever holds it adds leaves.
LOG_LOCK = 7_016_240_117


LARGEST = 2**62  # what the database can be asked for


class NoCheckpoint(Unknown):
    """No checkpoint bears this number, or the two are the wrong way round."""

    words = Words("Không có lần niêm nào như vậy.", "There is no such checkpoint.")


@dataclass(frozen=True, slots=True)
class _Seen:
    """What there was: the highest entry, the first transaction not begun, the oldest open."""

    entry: int
    next_transaction: int
    oldest_transaction: int


def make(session: Session, signer: Signer, origin: str, *, now: datetime) -> Checkpoint:
    """Take every new entry into the log and sign it.

    Raises:
        ForeignKeyFile: the key at hand is not the one in use.
    """
    session.execute(select(func.pg_advisory_xact_lock(LOG_LOCK)))
    ledger_keys.enter_first(session, signer, now=now)
    before = latest(session)
    seen = _seen(session)
    size = (before.size if before else 0) + _take_in(session, before)
    log_tree.grow(session, size)
    said = rules.Checkpoint(
        origin=origin,
        number=before.number + 1 if before else 1,
        size=size,
        root=Tree(session).root(size),
        made_at=now.replace(microsecond=0),
        key_id=signer.key_id,
        previous=rules.digest_of(before.body) if before else rules.NOTHING_BEFORE,
    )
    made = Checkpoint(
        number=said.number,
        made_at=said.made_at,
        size=size,
        root=said.root,
        code=said.code,
        key_id=said.key_id,
        body=said.body,
        signature=signer.private.sign(said.body.encode()),
        seen_id=seen.entry,
        seen_transaction=seen.next_transaction,
        settled_id=_settled(session, before, seen, now),
    )
    session.add(made)
    session.flush()
    return made


def latest(session: Session) -> Checkpoint | None:
    """Give the newest checkpoint; None before the first."""
    return session.scalars(select(Checkpoint).order_by(Checkpoint.number.desc()).limit(1)).first()


def latest_code(session: Session) -> str:
    """Give the newest checkpoint's short code for a paper; empty before the first."""
    found = latest(session)
    return found.code if found else ""


def numbered(session: Session, number: int) -> Checkpoint:
    """Give the checkpoint of this number.

    Raises:
        NoCheckpoint: there is none.
    """
    found = session.get(Checkpoint, number) if number < LARGEST else None
    if found is None:
        raise NoCheckpoint
    return found


def listed(session: Session, *, page: int, size: int) -> Sequence[Checkpoint]:
    """Give one page of the checkpoints, the newest first."""
    return session.scalars(
        select(Checkpoint).order_by(Checkpoint.number.desc()).offset((page - 1) * size).limit(size)
    ).all()


def with_code(session: Session, code: str) -> Sequence[Checkpoint]:
    """Give the checkpoints that bear a short code, however it was copied from a paper."""
    letters = "".join(letter for letter in code.upper() if letter.isalnum())
    grouped = "-".join(letters[at : at + rules.GROUP] for at in range(0, len(letters), rules.GROUP))
    return session.scalars(
        select(Checkpoint).where(Checkpoint.code == grouped).order_by(Checkpoint.number)
    ).all()


def note(one: Checkpoint) -> str:
    """Give a checkpoint as the text that is published and kept."""
    return rules.note(one.body, one.signature)


def consistency_of(session: Session, old: Checkpoint, new: Checkpoint) -> list[bytes]:
    """Give the proof that the ledger of one checkpoint begins that of a later one.

    Raises:
        NoCheckpoint: the one that was called the older has more in it.
    """
    if old.size > new.size:
        raise NoCheckpoint
    return consistency(old.size, new.size, Tree(session).whole)


def _seen(session: Session) -> _Seen:
    """See what there is, before anything is taken: what comes later is taken next time."""
    snapshot = func.pg_current_snapshot()
    highest = func.coalesce(func.max(LedgerEntry.id), 0)
    bounds = (func.pg_snapshot_xmax(snapshot), func.pg_snapshot_xmin(snapshot))
    numbers = [cast(cast(bound, Text), BigInteger) for bound in bounds]
    return _Seen(*session.execute(select(select(highest).scalar_subquery(), *numbers)).one())


def _settled(session: Session, before: Checkpoint | None, seen: _Seen, now: datetime) -> int:
    """Give up to which entry nothing can still be on its way."""
    found = session.scalar(
        select(func.max(Checkpoint.seen_id)).where(
            Checkpoint.made_at <= now - LATE,
            Checkpoint.seen_transaction <= seen.oldest_transaction,
        )
    )
    return max(found or 0, before.settled_id if before else 0)


def _take_in(session: Session, before: Checkpoint | None) -> int:
    """Give every new entry its leaf; give how many there were."""
    size, settled = (before.size, before.settled_id) if before else (0, 0)
    place = func.row_number().over(order_by=(LedgerEntry.recorded_at, LedgerEntry.id))
    new = (
        with_subjects(
            select(
                place + size - 1,
                LedgerEntry.id,
                LedgerEntry.recorded_at,
                subject_number(),
                LedgerEntry.position,
                LedgerEntry.digest,
            ).select_from(LedgerEntry)
        )
        .outerjoin(LogLeaf, LogLeaf.entry_id == LedgerEntry.id)
        .where(LedgerEntry.id > settled, LogLeaf.entry_id.is_(None))
        .order_by(LedgerEntry.recorded_at, LedgerEntry.id)
    )
    columns = ["leaf", "entry_id", "recorded_at", "subject", "position", "digest"]
    session.execute(insert(LogLeaf).from_select(columns, new))
    total = session.scalars(select(LogLeaf.leaf).order_by(LogLeaf.leaf.desc()).limit(1)).first()
    return 0 if total is None else total + 1 - size
