"""The accounts as the administrator sees them, and the places where people can be put."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, selectinload

from models.places import Agency, Province, ServicePoint
from models.staff import Account, Assignment
from postal_app.rules.roles import Role
from postal_app.rules.vietnamese import tidy
from postal_app.rules.words import Words
from postal_app.staff import POINT_ROLES, PROVINCE_ROLES, UnknownAccount

PAGE = 50

PLACE_KINDS = {
    "province": Words("Cấp tỉnh", "Province"),
    "agency": Words("Cơ quan giải quyết", "Agencies"),
    "point": Words("Điểm phục vụ bưu chính", "Service points"),
}


@dataclass(frozen=True, slots=True)
class AssignmentLine:
    """One role at one place; `current` on the day asked for."""

    id: int
    role: Role
    place: str
    valid_from: date
    valid_to: date | None
    current: bool


@dataclass(frozen=True, slots=True)
class AccountLine:
    """One account with its assignments, the newest first."""

    id: int
    sign_in: str
    full_name: str
    active: bool
    locked_until: datetime | None
    assignments: tuple[AssignmentLine, ...]


@dataclass(frozen=True, slots=True)
class Workplace:
    """A place where somebody can work; `kind` is one of `PLACE_KINDS`."""

    kind: str
    id: int
    name: str


def kind_of_place(role: Role) -> str:
    """Give the kind of place a role works at."""
    if role in POINT_ROLES:
        return "point"
    return "province" if role in PROVINCE_ROLES else "agency"


def search(
    session: Session, text: str, on: date, *, page: int = 1
) -> tuple[list[AccountLine], int]:
    """Give one page of the accounts whose name or sign-in holds the text, and how many there are.

    Args:
        session: where to read.
        text: part of a name; empty for all.
        on: the day by which assignments count as current.
        page: 1 for the first `PAGE` accounts.
    """
    query = select(Account).options(selectinload(Account.assignments))
    if wanted := tidy(text):
        query = query.where(
            or_(
                Account.full_name.icontains(wanted, autoescape=True),
                Account.sign_in.icontains(wanted, autoescape=True),
            )
        )
    count = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    rows = session.scalars(
        query.order_by(Account.active.desc(), Account.sign_in).limit(PAGE).offset((page - 1) * PAGE)
    )
    accounts = list(rows)
    names = _place_names(session, [one for account in accounts for one in account.assignments])
    return [_line(account, names, on) for account in accounts], count


def card(session: Session, account_id: int, on: date) -> AccountLine:
    """Give one account.

    Raises:
        UnknownAccount: there is no such account.
    """
    account = session.get(Account, account_id)
    if account is None:
        raise UnknownAccount
    return _line(account, _place_names(session, account.assignments), on)


def workplaces(session: Session) -> list[Workplace]:
    """Give every place where somebody can work, by kind and name."""
    return [
        Workplace(kind, row.id, row.name)
        for kind, table in (("province", Province), ("agency", Agency), ("point", ServicePoint))
        for row in session.execute(select(table.id, table.name).order_by(table.name))
    ]


def _place_names(
    session: Session, assignments: list[Assignment]
) -> dict[tuple[str, int | None], str]:
    names: dict[tuple[str, int | None], str] = {}
    for column, table in (
        ("point_id", ServicePoint),
        ("agency_id", Agency),
        ("province_id", Province),
    ):
        ids = {getattr(one, column) for one in assignments} - {None}
        for row in session.execute(select(table.id, table.name).where(table.id.in_(ids))):
            names[column, row.id] = row.name
    return names


def _line(account: Account, names: dict[tuple[str, int | None], str], on: date) -> AccountLine:
    lines = (
        AssignmentLine(
            one.id,
            Role(one.role),
            names.get(("point_id", one.point_id))
            or names.get(("agency_id", one.agency_id))
            or names.get(("province_id", one.province_id), ""),
            one.valid_from,
            one.valid_to,
            one.valid_from <= on and (one.valid_to is None or on <= one.valid_to),
        )
        for one in account.assignments
    )
    return AccountLine(
        account.id,
        account.sign_in,
        account.full_name,
        account.active,
        account.locked_until,
        tuple(sorted(lines, key=lambda line: (not line.current, -line.id))),
    )
