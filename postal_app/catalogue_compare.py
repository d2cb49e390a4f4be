"""What a row of a list says otherwise than the archive, and how a person reads the difference."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.procedures import Component, Permission, Procedure, Terms
from postal_app.catalogue_headings import Column
from postal_app.catalogue_sheet import ProcedureRow
from postal_app.rules.intake import PAPER_KINDS
from postal_app.rules.permission import Direction
from postal_app.rules.procedure import AgencyLevel, OnlineLevel
from postal_app.rules.vietnamese import number, one_spelling

PRESENCE_REASON = "người nộp hồ sơ phải có mặt"
LISTED_REASON = "thủ tục thuộc danh mục không thực hiện qua dịch vụ bưu chính công ích"
PERMISSION_COLUMNS = {Column.SUBMIT: Direction.SUBMIT, Column.RETURN: Direction.RETURN}
Paper = tuple[str, str, int]
PermissionHeld = tuple[int, bool, str]


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that changes, as a person reads it in Vietnamese."""

    column: Column
    before: str
    after: str


Stated = Mapping[Column, object]


@dataclass(frozen=True, slots=True)
class Held:
    """What the archive holds of a procedure without a last day, with the ids of the rows."""

    procedure_id: int
    terms_id: int | None
    sensitive: bool
    permission_ids: Mapping[Column, int]
    name: str
    stated: Stated


def stated_by(row: ProcedureRow) -> Stated:
    """Give what a row says, in the form in which two lists are compared."""
    return {
        Column.NAME: one_spelling(row.name),
        Column.FIELD: one_spelling(row.field),
        Column.AGENCY_LEVEL: row.agency_level,
        Column.PRESENCE: row.presence_needed,
        Column.ONLINE: row.online_level,
        Column.FEE: row.fee,
        Column.CHARGE: row.charge,
        Column.WORKING_DAYS: row.working_days,
        Column.COMPONENTS: tuple(
            (one_spelling(paper.name), paper.kind, paper.count) for paper in row.components
        ),
        Column.SUBMIT: (row.submit, one_spelling(reason_of(row, Column.SUBMIT))),
        Column.RETURN: (row.return_, one_spelling(reason_of(row, Column.RETURN))),
    }


def reason_of(row: ProcedureRow, column: Column) -> str:
    """Give why a direction is not allowed; empty when it is."""
    if row.submit if column is Column.SUBMIT else row.return_:
        return ""
    if row.reason:
        return row.reason
    present = row.presence_needed and column is Column.SUBMIT
    return PRESENCE_REASON if present else LISTED_REASON


def changed_columns(stated: Stated, held: Held | None) -> frozenset[Column]:
    """Give what a row says otherwise than the archive; everything when it holds nothing."""
    if held is None:
        return frozenset(stated)
    return frozenset(
        column for column, value in stated.items() if held.stated.get(column, ...) != value
    )


def readable(column: Column, value: object) -> str:
    """Give a value of a list as a person reads it in Vietnamese."""
    match value:
        case None:
            return "không nêu"
        case bool():
            return "Có" if value else "Không"
        case (bool() as allowed, str() as reason):
            return ("Có" if allowed else "Không") + (f" ({reason})" if reason else "")
        case tuple():
            papers = (f"{name} [{PAPER_KINDS[kind].vi} x{count}]" for name, kind, count in value)
            return " | ".join(papers) or "không nêu"
        case int():
            return number(value)
    if column is Column.AGENCY_LEVEL:
        return AgencyLevel(str(value)).words.vi
    return OnlineLevel(str(value)).words.vi if column is Column.ONLINE else str(value)


def held_now(session: Session) -> dict[str, Held]:
    """Give by code all that holds without a last day, in three queries."""
    terms = _open_terms(session)
    papers = _open_papers(session)
    permissions = _open_permissions(session)
    return {
        code: _held(procedure_id, terms.get(procedure_id), papers, permissions)
        for procedure_id, code in session.execute(select(Procedure.id, Procedure.code))
        if procedure_id in terms or procedure_id in permissions
    }


def _held(
    procedure_id: int,
    terms: Terms | None,
    papers: Mapping[int, list[Paper]],
    permissions: Mapping[int, dict[Column, PermissionHeld]],
) -> Held:
    allowed = permissions.get(procedure_id, {})
    stated: dict[Column, object] = {
        column: (one[1], one_spelling(one[2])) for column, one in allowed.items()
    }
    if terms is not None:
        stated |= {
            Column.NAME: one_spelling(terms.name),
            Column.FIELD: one_spelling(terms.field),
            Column.AGENCY_LEVEL: terms.agency_level,
            Column.PRESENCE: terms.presence_needed,
            Column.ONLINE: terms.online_level,
            Column.FEE: terms.fee,
            Column.CHARGE: terms.charge,
            Column.WORKING_DAYS: terms.working_days,
            Column.COMPONENTS: tuple(papers.get(terms.id, [])),
        }
    return Held(
        procedure_id,
        terms.id if terms else None,
        terms.sensitive if terms else False,
        {column: one[0] for column, one in allowed.items()},
        terms.name if terms else "",
        stated,
    )


def _open_terms(session: Session) -> dict[int, Terms]:
    return {
        terms.procedure_id: terms
        for terms in session.scalars(select(Terms).where(Terms.valid_to.is_(None)))
    }


def _open_papers(session: Session) -> dict[int, list[Paper]]:
    papers: dict[int, list[Paper]] = {}
    for terms_id, name, kind, count in session.execute(
        select(Component.terms_id, Component.name, Component.kind, Component.count)
        .join(Terms, Terms.id == Component.terms_id)
        .where(Terms.valid_to.is_(None))
        .order_by(Component.terms_id, Component.position)
    ):
        papers.setdefault(terms_id, []).append((one_spelling(name), kind, count))
    return papers


def _open_permissions(session: Session) -> dict[int, dict[Column, PermissionHeld]]:
    columns = {str(direction): column for column, direction in PERMISSION_COLUMNS.items()}
    permissions: dict[int, dict[Column, PermissionHeld]] = {}
    for one in session.scalars(select(Permission).where(Permission.valid_to.is_(None))):
        found = permissions.setdefault(one.procedure_id, {})
        found[columns[one.direction]] = (one.id, one.allowed, one.reason)
    return permissions
