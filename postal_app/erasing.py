"""Erasing: what has run out of its term goes, batch by batch, and each batch proves itself.

A batch is one transaction: the record of it (how many, from which days, by which term, the Merkle
root over what stood there), then the rows themselves, through the archive's two functions that let
nothing go without the record. Whoever stops it half way begins again where it stopped: what is
erased is not found a second time. `postal verify` reads the records and the ledger together.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, LargeBinary, Row, Uuid, bindparam, func, select
from sqlalchemy.orm import Session

from models.people_data import Erasure, RetentionTerm
from postal_app.retention import Term, in_force
from postal_app.rules.merkle import root_of
from postal_app.rules.retention import CLASSES, Length, latest_past
from postal_app.rules.vietnamese import day_of
from postal_app.rules.words import Words
from postal_app.sweeps import FACTS, SWEEPS, Sweep, commitment

AT_ONCE = 500
ERASING_LOCK = 7_016_240_116
PAGE = 50


@dataclass(frozen=True, slots=True)
class Plan:
    """What one class would lose today: by which term, of which days, how many rows.

    `latest` is the latest day that what has run out counts from.
    """

    sweep: Sweep
    term: Term
    latest: date
    count: int

    @property
    def words(self) -> Words:
        """Give the class in words."""
        return CLASSES[self.sweep.class_code].words


@dataclass(frozen=True, slots=True)
class Batch:
    """One batch that was erased."""

    erasure_id: int
    count: int
    last: int | UUID


@dataclass(frozen=True, slots=True)
class Run:
    """One class in one run, its batches together; `root` is the root over the batches' roots."""

    run: UUID
    words: Words
    at: datetime
    count: int
    batches: int
    first_day: date
    last_day: date
    root: str
    length: Words
    source: str
    done_by: str


def plan(session: Session, *, now: datetime) -> list[Plan]:
    """Give what has run out of its term, class by class; reads and counts, changes nothing."""
    today = day_of(now)
    terms = in_force(session, today)
    found = []
    for sweep in SWEEPS:
        term = terms.get(sweep.class_code)
        if term is None:
            continue
        latest = latest_past(term.length, today)
        due = sweep.due(latest).subquery()
        count = session.scalar(select(func.count()).select_from(due)) or 0
        found.append(Plan(sweep, term, latest, count))
    return found


def erase_batch(
    session: Session, planned: Plan, run: UUID, last: int | UUID | None, *, now: datetime
) -> Batch | None:
    """Erase the next rows of a class and write down that they were; None when there is none.

    Args:
        session: one transaction for each batch.
        planned: of which class, by which term.
        run: names the run that the batch is part of.
        last: the key the batch before ended with; None for the first.
        now: when.
    """
    sweep = planned.sweep
    session.execute(select(func.pg_advisory_xact_lock(ERASING_LOCK)))  # two runs take turns
    rows = session.execute(sweep.after(planned.latest, last, AT_ONCE)).all()
    if not rows:
        return None
    committed = {row.key: commitment(sweep.thing, row.key, row.said) for row in rows}
    days = [day_of(row.since) for row in rows]
    record = Erasure(
        run=run,
        class_code=sweep.class_code,
        term_id=planned.term.id,
        at=now,
        count=len(rows),
        first_day=min(days),
        last_day=max(days),
        root=root_of(sorted(committed.values())),
        done_by="postal erase",
    )
    session.add(record)
    session.flush()  # its id is what the rows are erased under
    gone = session.scalar(select(_erasing(sweep.thing, record.id, committed)))
    if gone != len(rows):
        raise RuntimeError(f"{sweep.thing}: {gone} rows went of {len(rows)}")
    return Batch(record.id, len(rows), rows[-1].key)


def runs(session: Session, *, page: int = 1) -> tuple[list[Run], int]:
    """Give one page of what was erased, newest first: a line for each class of a run."""
    by = (Erasure.run, Erasure.class_code, Erasure.term_id, Erasure.done_by)
    grouped = select(*by).group_by(*by).subquery()
    count = session.scalar(select(func.count()).select_from(grouped)) or 0
    rows = session.execute(
        select(
            *by,
            func.max(Erasure.at).label("at"),
            func.sum(Erasure.count).label("erased"),
            func.min(Erasure.first_day).label("first_day"),
            func.max(Erasure.last_day).label("last_day"),
            func.array_agg(Erasure.root).label("roots"),
            func.count().label("batches"),
            RetentionTerm.months,
            RetentionTerm.days,
            RetentionTerm.source,
        )
        .join(RetentionTerm, RetentionTerm.id == Erasure.term_id)
        .group_by(*by, RetentionTerm.months, RetentionTerm.days, RetentionTerm.source)
        .order_by(func.max(Erasure.at).desc(), func.min(Erasure.id))
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    )
    return [_run(row) for row in rows], count


def _erasing(thing: str, erasure_id: int, committed: dict[Any, bytes]) -> Any:
    if thing == FACTS:
        facts = bindparam(None, list(committed), type_=ARRAY(Uuid))
        return func.erase_facts(erasure_id, facts)
    ids = bindparam(None, list(committed), type_=ARRAY(BigInteger))
    said = bindparam(None, list(committed.values()), type_=ARRAY(LargeBinary))
    return func.erase_rows(erasure_id, thing, ids, said)


def _run(row: Row[*tuple[Any, ...]]) -> Run:
    roots: Sequence[bytes] = row.roots
    return Run(
        row.run,
        CLASSES[row.class_code].words,
        row.at,
        int(row.erased),
        row.batches,
        row.first_day,
        row.last_day,
        (roots[0] if len(roots) == 1 else root_of(sorted(roots))).hex(),
        Length(row.months, row.days).words,
        row.source,
        row.done_by,
    )
