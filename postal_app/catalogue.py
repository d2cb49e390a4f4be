"""The catalogue at the counter: find a procedure while typing, and what holds for it on a day."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    and_,
    any_,
    case,
    false,
    func,
    literal,
    or_,
    select,
    true,
)
from sqlalchemy.orm import Session

from models.procedures import Component as ComponentInArchive
from models.procedures import Decision, Permission, Procedure, Terms
from postal_app.catalogue_values import Component
from postal_app.errors import Unknown
from postal_app.rules.permission import BothVerdicts, Direction, PermissionPeriod, both
from postal_app.rules.vietnamese import day, folded_words, tidy
from postal_app.rules.words import Words

MOST_FOUND = 200
SHORTEST_INITIALS = 3


class UnknownProcedure(Unknown):
    """No decision ever named this code."""

    words = Words(
        "Danh mục không có thủ tục mã {code}. Hãy tìm theo tên hoặc hỏi cán bộ tỉnh.",
        "The catalogue has no procedure {code}. Search by name, or ask the provincial officer.",
    )


class NotInForce(Unknown):
    """The code is known, but not on that day."""

    words = Words(
        "Thủ tục {code} không có trong danh mục vào ngày {on}. Hãy tìm theo tên để chọn thủ tục "
        "đang có hiệu lực.",
        "Procedure {code} is not in the catalogue on {on}. Search by name for one in force.",
    )


@dataclass(frozen=True, slots=True)
class ProcedureFound:
    """One line of a search: what the procedure is, and whether the post may carry it."""

    code: str
    name: str
    field: str
    agency_level: str
    verdicts: BothVerdicts


@dataclass(frozen=True, slots=True)
class ProcedureInForce:
    """A procedure as it stands on a day; money in whole đồng, None where no list says it.

    The ids are those of the rows that hold on that day, so that a dossier can keep them.
    """

    code: str
    name: str
    field: str
    agency_level: str
    presence_needed: bool
    online_level: str
    fee: int | None
    charge: int | None
    working_days: int | None
    sensitive: bool
    components: tuple[Component, ...]
    verdicts: BothVerdicts
    terms_id: int
    decision_number: str
    in_force_from: date

    def permission_id(self, direction: Direction) -> int | None:
        """Give the row the verdict rests on; None when no decision speaks of the day."""
        basis = self.verdicts.of(direction).basis
        return basis.permission_id if basis else None


def search(session: Session, text: str, on: date, limit: int = 20) -> list[ProcedureFound]:
    """Give the procedures in force on a day that a person may mean, the likeliest first.

    The code comes first, whole, then its beginning, then a part of it; then names that begin
    with the words (a leading «Thủ tục» does not count), that hold them together, in order, in
    any order; then name and field together. A word may be unfinished. When no word is found,
    the initials of the name are tried: "gplx" finds «giấy phép lái xe». An empty text lists by
    field and name.
    """
    words = folded_words(text).split()
    if not words and tidy(text):
        return []
    asked = _Asked(tidy(text).replace(" ", "").upper(), words)
    found = _found(session, asked, asked.matches, on, limit)
    if not found and len(words) == 1 and len(words[0]) >= SHORTEST_INITIALS:
        found = _found(session, asked, _initials_hold(words[0]), on, limit)
    periods = periods_of(session, [procedure_id for procedure_id, _, _ in found])
    return [
        ProcedureFound(
            code,
            terms.name,
            terms.field,
            terms.agency_level,
            both(periods.get(procedure_id, ()), on),
        )
        for procedure_id, code, terms in found
    ]


def get(session: Session, code: str, on: date) -> ProcedureInForce:
    """Give a procedure with all that holds for it on a day.

    Raises:
        UnknownProcedure: no decision ever named the code.
        NotInForce: the catalogue does not hold it on that day.
    """
    written = tidy(code).upper()
    row = session.execute(
        select(Procedure.id, Terms, Decision.number)
        .outerjoin(Terms, and_(Terms.procedure_id == Procedure.id, _in_force(on)))
        .outerjoin(Decision, Decision.id == Terms.decision_id)
        .where(Procedure.code == written)
    ).one_or_none()
    if row is None:
        raise UnknownProcedure(field="procedure", code=written)
    procedure_id, terms, decision_number = row
    if terms is None:
        raise NotInForce(field="procedure", code=written, on=day(on))
    return ProcedureInForce(
        code=written,
        name=terms.name,
        field=terms.field,
        agency_level=terms.agency_level,
        presence_needed=terms.presence_needed,
        online_level=terms.online_level,
        fee=terms.fee,
        charge=terms.charge,
        working_days=terms.working_days,
        sensitive=terms.sensitive,
        components=_components(session, terms.id),
        verdicts=both(periods_of(session, [procedure_id]).get(procedure_id, ()), on),
        terms_id=terms.id,
        decision_number=decision_number,
        in_force_from=terms.valid_from,
    )


def periods_of(
    session: Session, procedure_ids: Sequence[int]
) -> dict[int, tuple[PermissionPeriod, ...]]:
    """Give every permission ever published for these procedures, oldest first, in one query."""
    periods: dict[int, tuple[PermissionPeriod, ...]] = {}
    for one, number, issued_on in session.execute(
        select(Permission, Decision.number, Decision.issued_on)
        .join(Decision, Decision.id == Permission.decision_id)
        .where(Permission.procedure_id == any_(literal(list(procedure_ids), ARRAY(BigInteger))))
        .order_by(Permission.procedure_id, Permission.direction, Permission.valid_from)
    ):
        period = PermissionPeriod(
            direction=Direction(one.direction),
            allowed=one.allowed,
            reason=one.reason,
            decision_number=number,
            issued_on=issued_on,
            valid_from=one.valid_from,
            valid_to=one.valid_to,
            permission_id=one.id,
        )
        periods[one.procedure_id] = (*periods.get(one.procedure_id, ()), period)
    return periods


class _Asked:
    """What was typed, as conditions on the name, the field and the code."""

    def __init__(self, code: str, words: list[str]) -> None:
        name = literal(" ").concat(Terms.folded_name)
        whole = name.concat(" ").concat(Terms.folded_field)
        any_digit = any(sign.isdigit() for sign in code)
        part_of_code = Procedure.code.contains(code, autoescape=True) if any_digit else false()
        self.matches = or_(and_(true(), *_each(whole, words)), part_of_code)
        phrase = " ".join(words)
        begins = [Terms.folded_name.startswith(start + phrase) for start in ("", "thu tuc ")]
        rank = case(
            (Procedure.code == code, 0),
            (Procedure.code.startswith(code, autoescape=True) if any_digit else false(), 1),
            (part_of_code, 2),
            (or_(*begins), 3),
            (name.like(f"% {phrase}%"), 4),
            (name.like("".join(f"% {word}%" for word in words)), 5),
            (and_(true(), *_each(name, words)), 6),
            else_=7,
        )
        codes_in_order = case((part_of_code, Procedure.code), else_="")
        # With nothing asked there is no likeliest: then fields stand in their order.
        self.order: list[ColumnElement[Any]] = (
            [rank, codes_in_order, func.length(Terms.folded_name)]
            if words
            else [Terms.folded_field.expression]
        )


def _each(text: ColumnElement[str], words: Iterable[str]) -> list[ColumnElement[bool]]:
    """Give the conditions that every word begins somewhere in the text."""
    return [text.like(f"% {word}%") for word in words]


def _initials_hold(letters: str) -> ColumnElement[bool]:
    initials = func.regexp_replace(Terms.folded_name, r"(\w)\w*\s*", r"\1", "g")
    return initials.like(f"%{letters}%")


def _found(
    session: Session, asked: _Asked, condition: ColumnElement[bool], on: date, limit: int
) -> list[tuple[int, str, Terms]]:
    rows = session.execute(
        select(Procedure.id, Procedure.code, Terms)
        .join(Terms, Terms.procedure_id == Procedure.id)
        .where(_in_force(on), condition)
        .order_by(*asked.order, Terms.folded_name, Procedure.code)
        .limit(min(limit, MOST_FOUND))
    )
    return [(procedure_id, code, terms) for procedure_id, code, terms in rows]


def _in_force(on: date) -> ColumnElement[bool]:
    return and_(Terms.valid_from <= on, or_(Terms.valid_to.is_(None), Terms.valid_to >= on))


def _components(session: Session, terms_id: int) -> tuple[Component, ...]:
    papers = session.scalars(
        select(ComponentInArchive)
        .where(ComponentInArchive.terms_id == terms_id)
        .order_by(ComponentInArchive.position)
    )
    return tuple(Component(paper.name, paper.kind, paper.count) for paper in papers)
