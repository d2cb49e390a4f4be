"""What a new decision would change in the catalogue, before anything is changed.

A list is the whole list: what it names is added, changed or left alone, and what is in force but
not named is ended. Two spellings of one name, «Hòa» and «Hoà», are no change.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import ARRAY, Text, any_, func, literal, select
from sqlalchemy.orm import Session

from models.dossiers import Dossier
from models.procedures import Decision, Permission, Terms
from postal_app.catalogue_compare import (
    Difference,
    Held,
    changed_columns,
    held_now,
    readable,
    stated_by,
)
from postal_app.catalogue_sheet import CatalogueSheet, ProcedureRow
from postal_app.errors import Conflict, Invalid
from postal_app.rules.vietnamese import day, moment, tidy
from postal_app.rules.words import Words

NUMBERS_SHOWN = 100


class ListHasFaults(Invalid):
    """A list with faulty rows would end the procedures of those rows."""

    words = Words(
        "Danh mục còn {count} dòng lỗi. Hãy sửa hết rồi nhập lại; chưa có gì thay đổi.",
        "{count} rows of the list are faulty. Mend them all and send it again; nothing changed.",
    )


class EmptyList(Invalid):
    """A list without a procedure would end the whole catalogue."""

    words = Words(
        "Danh mục không có thủ tục nào. Hãy kiểm tra lại tệp.",
        "The list names no procedure. Check the file.",
    )


class DecisionIncomplete(Invalid):
    """A permission must be quoted with its decision."""

    words = Words(
        "Thiếu số quyết định hoặc cơ quan ban hành. Hãy điền đủ.",
        "The decision's number or issuer is missing. Fill in both.",
    )


class DecisionBeforeItsIssue(Invalid):
    """A decision cannot come into force before it is issued."""

    words = Words(
        "Quyết định ban hành ngày {issued} không thể có hiệu lực từ ngày {in_force}. Hãy sửa ngày.",
        "A decision issued on {issued} cannot be in force from {in_force}. Correct the days.",
    )


class DecisionImportedAlready(Conflict):
    """The same decision a second time."""

    words = Words(
        "Quyết định số {number} ngày {issued} đã được nhập lúc {at}. Không nhập lại.",
        "Decision {number} of {issued} was imported at {at}. It is not imported again.",
    )


class DecisionTooEarly(Conflict):
    """History would have to be edited."""

    words = Words(
        "Danh mục đã có nội dung hiệu lực từ ngày {latest}. Quyết định mới phải có hiệu lực sau "
        "ngày đó.",
        "The catalogue already has rows in force from {latest}. A new decision must come later.",
    )


@dataclass(frozen=True, slots=True)
class DecisionValues:
    """A published decision and the file its list came in; `file_digest` is SHA-256 in hex."""

    number: str
    issued_on: date
    in_force_from: date
    issuer: str
    file_name: str
    file_digest: str


class Fate(StrEnum):
    """What a decision does to a procedure."""

    ADDED = "added"
    CHANGED = "changed"
    ENDED = "ended"
    UNCHANGED = "unchanged"

    @property
    def words(self) -> Words:
        """Give the word of the dry run."""
        return _FATES[self]


_FATES = {
    Fate.ADDED: Words("Thêm mới", "Added"),
    Fate.CHANGED: Words("Thay đổi", "Changed"),
    Fate.ENDED: Words("Hết hiệu lực", "Ended"),
    Fate.UNCHANGED: Words("Giữ nguyên", "Unchanged"),
}


@dataclass(frozen=True, slots=True)
class PlannedProcedure:
    """What happens to one procedure."""

    code: str
    name: str
    fate: Fate
    differences: tuple[Difference, ...] = ()


@dataclass(frozen=True, slots=True)
class TouchedDossiers:
    """Open dossiers of procedures that change: how many, and the first of their numbers.

    They keep the terms they were taken in under; this is told, nothing is done to them.
    """

    count: int
    numbers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """All that the decision would do, procedure by procedure in the order of the codes."""

    decision: DecisionValues
    procedures: tuple[PlannedProcedure, ...]
    touched: TouchedDossiers

    def of(self, fate: Fate) -> tuple[PlannedProcedure, ...]:
        """Give the procedures of one fate."""
        return tuple(planned for planned in self.procedures if planned.fate is fate)

    @property
    def counts(self) -> dict[Fate, int]:
        """Give how many procedures have each fate."""
        return {fate: len(self.of(fate)) for fate in Fate}


@dataclass(frozen=True, slots=True)
class Weighed:
    """A plan with all that is needed to carry it out."""

    plan: ImportPlan
    rows: Mapping[str, ProcedureRow]
    held: Mapping[str, Held]


def plan(session: Session, sheet: CatalogueSheet, decision: DecisionValues) -> ImportPlan:
    """Give what the list would change; faulty rows are left out of it and must be told apart.

    Raises:
        DecisionIncomplete, DecisionBeforeItsIssue: the decision's values cannot be.
        DecisionImportedAlready, DecisionTooEarly: another import came first.
        EmptyList: the list names no procedure.
    """
    return weigh(session, sheet, decision).plan


def weigh(session: Session, sheet: CatalogueSheet, decision: DecisionValues) -> Weighed:
    """Give the plan and what it was made from.

    Raises:
        PostalError: as `plan`.
    """
    refuse_impossible(session, decision)
    if not sheet.rows:
        raise EmptyList
    rows = {row.code: row for row in sheet.rows}
    held = held_now(session)
    # A faulty row is told, not taken as a wish to end its procedure; `apply` refuses it anyhow.
    spoiled = {row.code for row in sheet.faulty}
    named = [_planned(code, rows.get(code), held.get(code)) for code in sorted({*rows, *held})]
    procedures = tuple(
        planned
        for planned in named
        if planned.fate is not Fate.ENDED or planned.code not in spoiled
    )
    codes = [planned.code for planned in procedures if planned.fate is not Fate.UNCHANGED]
    return Weighed(ImportPlan(decision, procedures, _touched(session, codes)), rows, held)


def refuse_impossible(session: Session, decision: DecisionValues) -> None:
    """Refuse a decision that cannot be imported.

    Raises:
        DecisionIncomplete, DecisionBeforeItsIssue: its values cannot be.
        DecisionImportedAlready, DecisionTooEarly: another import came first.
    """
    if not tidy(decision.number) or not tidy(decision.issuer):
        raise DecisionIncomplete(field="number" if not tidy(decision.number) else "issuer")
    if decision.in_force_from < decision.issued_on:
        raise DecisionBeforeItsIssue(
            field="in_force", issued=day(decision.issued_on), in_force=day(decision.in_force_from)
        )
    same = session.scalars(
        select(Decision).where(
            func.upper(Decision.number) == tidy(decision.number).upper(),
            Decision.issued_on == decision.issued_on,
        )
    ).first()
    if same:
        raise DecisionImportedAlready(
            field="decision",
            number=same.number,
            issued=day(same.issued_on),
            at=moment(same.imported_at),
        )
    latest = session.scalar(
        select(
            func.greatest(
                select(func.max(Decision.in_force_from)).scalar_subquery(),
                select(func.max(Terms.valid_from)).scalar_subquery(),
                select(func.max(Permission.valid_from)).scalar_subquery(),
            )
        )
    )
    if latest is not None and decision.in_force_from <= latest:
        raise DecisionTooEarly(field="in_force", latest=day(latest))


def _planned(code: str, row: ProcedureRow | None, held: Held | None) -> PlannedProcedure:
    if row is None:
        return PlannedProcedure(code, held.name if held else "", Fate.ENDED)
    if held is None:
        return PlannedProcedure(code, row.name, Fate.ADDED)
    stated = stated_by(row)
    changed = changed_columns(stated, held)
    differences = tuple(
        Difference(column, readable(column, held.stated.get(column)), readable(column, value))
        for column, value in stated.items()
        if column in changed
    )
    return PlannedProcedure(
        code, row.name, Fate.CHANGED if differences else Fate.UNCHANGED, differences
    )


def _touched(session: Session, codes: list[str]) -> TouchedDossiers:
    found = session.execute(
        select(Dossier.number, func.count().over())
        .where(
            Dossier.procedure_code == any_(literal(codes, ARRAY(Text))),
            Dossier.returned_at.is_(None),
            Dossier.voided_at.is_(None),
        )
        .order_by(Dossier.number)
        .limit(NUMBERS_SHOWN)
    ).all()
    return TouchedDossiers(found[0][1] if found else 0, tuple(row[0] for row in found))
