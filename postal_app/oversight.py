"""What is watched: who looked at people's data, and which scans could be tied to nothing."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from models.ledger import RefusedScan
from models.places import Agency, Province, ServicePoint
from models.staff import Account, Assignment, PersonalDataView
from postal_app.exports import Asked, by_whom_and_when, numbers_meant
from postal_app.rules.roles import ROLE_WORDS, Role
from postal_app.rules.vietnamese import tidy
from postal_app.rules.vocabulary import KINDS
from postal_app.rules.words import Words
from postal_app.scan_refusals import why

PAGE = 50


@dataclass(frozen=True, slots=True)
class ViewLine:
    """One look at personal data: when, who, where he worked, through which door, at what."""

    at: datetime
    name: str
    role: Words
    place: str
    door: str
    subject: str
    reason: str


@dataclass(frozen=True, slots=True)
class RefusedLine:
    """One scan that was kept but not recorded; `code` as it was read."""

    received_at: datetime
    name: str
    place: str
    code: str
    kind: Words
    reason: Words


def views(session: Session, asked: Asked, *, page: int = 1) -> tuple[list[ViewLine], int]:
    """Give one page of the looks at personal data, newest first, and how many there are.

    Args:
        session: where to read.
        asked: which of them.
        page: 1 for the newest `PAGE`.
    """
    query = _with_place(
        select(
            PersonalDataView.at,
            PersonalDataView.door,
            PersonalDataView.subject,
            PersonalDataView.reason,
            Account.full_name,
            Assignment.role,
        )
        .join(Account, Account.id == PersonalDataView.account_id)
        .join(Assignment, Assignment.id == PersonalDataView.assignment_id)
    )
    if number := tidy(asked.number):
        query = query.where(PersonalDataView.subject.in_(numbers_meant(number)))
    query = query.where(*by_whom_and_when(asked, PersonalDataView.at))
    count = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    newest = query.order_by(PersonalDataView.at.desc(), PersonalDataView.id.desc())
    rows = session.execute(newest.limit(PAGE).offset((page - 1) * PAGE))
    lines = [
        ViewLine(
            row.at,
            row.full_name,
            ROLE_WORDS[Role(row.role)],
            row.place,
            row.door,
            row.subject,
            row.reason or "",
        )
        for row in rows
    ]
    return lines, count


def refused_scans(session: Session, *, page: int = 1) -> tuple[list[RefusedLine], int]:
    """Give one page of the scans that could be tied to nothing, newest first, and how many."""
    query = _with_place(
        select(RefusedScan.received_at, RefusedScan.raw, RefusedScan.reason, Account.full_name)
        .join(Account, Account.id == RefusedScan.account_id)
        .join(Assignment, Assignment.id == RefusedScan.assignment_id)
    )
    count = session.scalar(select(func.count()).select_from(RefusedScan)) or 0
    newest = query.order_by(RefusedScan.received_at.desc(), RefusedScan.id.desc())
    rows = session.execute(newest.limit(PAGE).offset((page - 1) * PAGE))
    lines = [
        RefusedLine(
            row.received_at,
            row.full_name,
            row.place,
            str(row.raw.get("code", "")),
            _kind_words(str(row.raw.get("kind", ""))),
            why(row.reason, row.raw),
        )
        for row in rows
    ]
    return lines, count


def _kind_words(kind: str) -> Words:
    known = KINDS.get(kind)
    return known.words if known else Words(kind, kind)


def _with_place(query: Select[*tuple[object, ...]]) -> Select[*tuple[object, ...]]:
    place = func.coalesce(ServicePoint.name, Agency.name, Province.name).label("place")
    return (
        query.add_columns(place)
        .outerjoin(ServicePoint, ServicePoint.id == Assignment.point_id)
        .outerjoin(Agency, Agency.id == Assignment.agency_id)
        .outerjoin(Province, Province.id == Assignment.province_id)
    )
