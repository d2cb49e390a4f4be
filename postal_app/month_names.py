"""What procedures, agencies and points are called, and how they stood on a period's last day."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session, aliased

from models.places import Agency, AgencyCode, Qualification, ServicePoint
from models.procedures import Permission, Procedure, Terms
from postal_app.rules.indicators import answer_of
from postal_app.rules.permission import Answer, Direction


@dataclass(frozen=True, slots=True)
class Named:
    """A code and the name that belongs to it; both are empty where the archive knows neither."""

    code: str = ""
    name: str = ""
    field: str = ""

    def __str__(self) -> str:
        """Give both, as a sentence mentions them."""
        return f"{self.name} ({self.code})" if self.name and self.code else self.name or self.code


@dataclass(frozen=True, slots=True)
class Listed:
    """A procedure in the catalogue on one day, with the decisions' answers."""

    code: str
    submit: Answer
    back: Answer


@dataclass(frozen=True, slots=True)
class Names:
    """The names by the keys of the tallies: a procedure's code, an agency's or a point's id."""

    procedures: Mapping[str, Named]
    agencies: Mapping[str, Named]
    points: Mapping[str, Named]

    def procedure(self, code: str) -> Named:
        """Give a procedure's name; one that no list knows has only its code."""
        return self.procedures.get(code, Named(code))

    def agency(self, key: str) -> Named:
        """Give an agency's identifier and name."""
        return self.agencies.get(key, Named())

    def point(self, key: str) -> Named:
        """Give a point's code and name."""
        return self.points.get(key, Named())


def names(session: Session, on: date) -> Names:
    """Give the names as on a day; who had none yet, or no longer, gets the one nearest to it."""
    terms = select(Procedure.code, Terms.name, Terms.field, Terms.valid_from).join(Terms)
    procedures = {
        row.code: Named(row.code, row.name, row.field)
        for row in _nearest_last(session.execute(terms), on)
    }
    coded = select(Agency.id, Agency.name, AgencyCode.code, AgencyCode.valid_from).outerjoin(
        AgencyCode
    )
    agencies = {
        str(row.id): Named(row.code or "", row.name)
        for row in _nearest_last(session.execute(coded), on)
    }
    points = {
        str(row.id): Named(row.code, row.name)
        for row in session.execute(select(ServicePoint.id, ServicePoint.code, ServicePoint.name))
    }
    return Names(procedures, agencies, points)


def _nearest_last(rows: Iterable[Any], on: date) -> list[Any]:
    """Order rows so that of each thing the one that held on the day, or nearest to it, is last."""

    def nearness(row: Any) -> tuple[bool, int]:
        begins: date = row.valid_from or date.min
        return begins <= on, begins.toordinal() if begins <= on else -begins.toordinal()

    return sorted(rows, key=nearness)


def _holds(table: Any, on: date) -> ColumnElement[bool]:
    return and_(table.valid_from <= on, or_(table.valid_to.is_(None), table.valid_to >= on))


def listed(session: Session, on: date) -> list[Listed]:
    """Give the procedures in the catalogue on a day with their two answers, in order of code."""
    submit, back = aliased(Permission), aliased(Permission)
    rows = session.execute(
        select(Procedure.code, submit.allowed.label("submit"), back.allowed.label("back"))
        .join(Terms, and_(Terms.procedure_id == Procedure.id, _holds(Terms, on)))
        .outerjoin(
            submit,
            and_(
                submit.procedure_id == Procedure.id,
                submit.direction == Direction.SUBMIT.value,
                _holds(submit, on),
            ),
        )
        .outerjoin(
            back,
            and_(
                back.procedure_id == Procedure.id,
                back.direction == Direction.RETURN.value,
                _holds(back, on),
            ),
        )
        .order_by(Procedure.code)
    )
    return [Listed(row.code, answer_of(row.submit), answer_of(row.back)) for row in rows]


def qualified_on(session: Session, on: date) -> frozenset[str]:
    """Give the ids of the points qualified on a day."""
    rows = session.scalars(
        select(Qualification.point_id).where(_holds(Qualification, on)).distinct()
    )
    return frozenset(map(str, rows))
