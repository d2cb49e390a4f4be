"""Exports: people's data that left as a paper or a file, each written down with whose they were.

A paper is named by the door it left through and by the numbers of the dossiers and items in it,
never by a name. The digest of its bytes is kept, so that a paper found outside can be told from
one that was made elsewhere (Luật 91/2025/QH15; NĐ 356/2025/NĐ-CP).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from models.people_data import DataExport
from models.places import Agency, Province, ServicePoint
from models.staff import Account, Assignment
from postal_app.rules.codes import read_scan
from postal_app.rules.periods import Period
from postal_app.rules.roles import ROLE_WORDS, Actor, Role
from postal_app.rules.vietnamese import tidy
from postal_app.rules.words import Words

PAGE = 50


@dataclass(frozen=True, slots=True)
class Paper:
    """What left: through which endpoint, of which numbers, and its bytes.

    `rows` is how many lines or persons it holds; None: one for each subject.
    """

    what: str
    subjects: tuple[str, ...]
    content: bytes
    rows: int | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """Which lines of a log are asked for; empty chooses all.

    `who` is part of a full name or a sign-in name, `number` a dossier's or an item's.
    """

    who: str = ""
    number: str = ""
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True, slots=True)
class ExportLine:
    """One export: when, who, where he worked, through which door, of what; digest as hex."""

    at: datetime
    name: str
    role: Words
    place: str
    what: str
    subjects: tuple[str, ...]
    rows: int
    file_digest: str


def record_export(
    session: Session,
    actor: Actor,
    what: str,
    reference: str | Sequence[str],
    rows: int,
    *,
    now: datetime,
) -> None:
    """Note that people's data left the house, where the bytes are not at hand.

    Args:
        session: where to write.
        actor: who took them.
        what: endpoint through which they left.
        reference: number of the dossier or item, several of them, or the period; never a name.
        rows: how many lines or persons.
        now: when.
    """
    subjects = (reference,) if isinstance(reference, str) else tuple(reference)
    _add(session, actor, Paper(what, subjects, b"", rows), b"", now)


def record_paper(session: Session, actor: Actor, paper: Paper, *, now: datetime) -> None:
    """Note that a paper or file with people's data left the house, with the digest of its bytes."""
    _add(session, actor, paper, sha256(paper.content).digest(), now)


def exports(session: Session, asked: Asked, *, page: int = 1) -> tuple[list[ExportLine], int]:
    """Give one page of the exports, newest first, and how many there are.

    Args:
        session: where to read.
        asked: which of them.
        page: 1 for the newest `PAGE`.
    """
    place = func.coalesce(ServicePoint.name, Agency.name, Province.name)
    query = (
        select(DataExport, Account.full_name, Assignment.role, place)
        .join(Account, Account.id == DataExport.account_id)
        .join(Assignment, Assignment.id == DataExport.assignment_id)
        .outerjoin(ServicePoint, ServicePoint.id == Assignment.point_id)
        .outerjoin(Agency, Agency.id == Assignment.agency_id)
        .outerjoin(Province, Province.id == Assignment.province_id)
    )
    if number := tidy(asked.number):
        query = query.where(DataExport.subjects.overlap(numbers_meant(number)))
    query = query.where(*by_whom_and_when(asked, DataExport.at))
    count = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    newest = query.order_by(DataExport.at.desc(), DataExport.id.desc())
    rows = session.execute(newest.limit(PAGE).offset((page - 1) * PAGE))
    return [_line(*row) for row in rows], count


def numbers_meant(typed: str) -> list[str]:
    """Give the numbers of a dossier or an item that what was typed can mean."""
    return list(dict.fromkeys((typed.upper(), read_scan(typed).number)))


def by_whom_and_when(
    asked: Asked, at: InstrumentedAttribute[datetime]
) -> list[ColumnElement[bool]]:
    """Give the conditions on who did it, of the joined account, and on the days, both included."""
    conditions: list[ColumnElement[bool]] = []
    if who := tidy(asked.who):
        named = Account.full_name.icontains(who, autoescape=True)
        conditions.append(named | (Account.sign_in == who.casefold()))
    if asked.first is not None:
        conditions.append(at >= Period(asked.first, asked.first).starts)
    if asked.last is not None:
        conditions.append(at < Period(asked.last, asked.last).ends)
    return conditions


def _line(row: DataExport, name: str, role: str, place: str) -> ExportLine:
    return ExportLine(
        row.at,
        name,
        ROLE_WORDS[Role(role)],
        place,
        row.what,
        tuple(row.subjects),
        row.rows,
        row.file_digest.hex(),
    )


def _add(session: Session, actor: Actor, paper: Paper, digest: bytes, now: datetime) -> None:
    session.add(
        DataExport(
            at=now,
            account_id=actor.account_id,
            assignment_id=actor.assignment_id,
            what=paper.what,
            subjects=list(paper.subjects),
            rows=len(paper.subjects) if paper.rows is None else paper.rows,
            file_digest=digest,
        )
    )
