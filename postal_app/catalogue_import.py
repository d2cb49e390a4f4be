"""A published decision taken into the catalogue, all of it or nothing.

Nothing of an older decision is edited but its last day: its permissions end the day before the new
one comes into force, and those of the new one stand in rows of its own, so that a verdict always
quotes the decision in force on its day. Terms that the new list leaves as they were stay.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import ARRAY, BigInteger, any_, func, insert, literal, select, update
from sqlalchemy.orm import Session

from models.procedures import Component, Decision, Permission, Procedure, Terms
from postal_app.catalogue_compare import (
    PERMISSION_COLUMNS,
    Held,
    changed_columns,
    reason_of,
    stated_by,
)
from postal_app.catalogue_headings import Column
from postal_app.catalogue_plan import (
    DecisionValues,
    Fate,
    ImportPlan,
    ListHasFaults,
    Weighed,
    weigh,
)
from postal_app.catalogue_sheet import CatalogueSheet, ProcedureRow
from postal_app.rules.permission import last_day_before
from postal_app.rules.vietnamese import folded_words, nfc, tidy

_ONE_IMPORT_AT_A_TIME = 450_2016  # the number of this work's lock in the database


def apply(
    session: Session,
    sheet: CatalogueSheet,
    decision: DecisionValues,
    *,
    imported_by: str,
    now: datetime,
) -> ImportPlan:
    """Take the decision into the catalogue and give what was done.

    The plan is made anew under a lock, because another import may have come since the dry run.

    Args:
        session: the archive.
        sheet: the list, without a faulty row.
        decision: what the list was published by.
        imported_by: the sign-in name of who imports it.
        now: when.

    Raises:
        ListHasFaults: a row cannot be used.
        PostalError: as `catalogue_plan.plan`.
    """
    if sheet.faulty:
        raise ListHasFaults(count=len(sheet.faulty))
    session.execute(select(func.pg_advisory_xact_lock(_ONE_IMPORT_AT_A_TIME)))
    weighed = weigh(session, sheet, decision)
    decision_id = _record_decision(session, decision, imported_by, now)
    changes = _Changes(weighed)
    _end(session, changes, last_day_before(decision.in_force_from))
    ids = _procedure_ids(session, weighed)
    _add_terms(session, changes, ids, (decision_id, decision.in_force_from))
    _add_permissions(session, changes, ids, (decision_id, decision.in_force_from))
    session.expire_all()  # rows were written past the session, so what it holds is old
    return weighed.plan


class _Changes:
    """Which rows end and which begin, sorted out of a plan."""

    def __init__(self, weighed: Weighed) -> None:
        self.held = weighed.held
        self.terms: list[ProcedureRow] = []
        self.permissions: list[tuple[ProcedureRow, Column]] = []
        self.ended_terms: list[int] = []
        self.ended_permissions: list[int] = []
        for planned in weighed.plan.procedures:
            if planned.fate is Fate.ENDED:
                self._end_all(weighed.held[planned.code])
            else:
                self._renew(weighed.rows[planned.code], weighed.held.get(planned.code))

    def _end_all(self, held: Held) -> None:
        self.ended_permissions.extend(held.permission_ids.values())
        if held.terms_id is not None:
            self.ended_terms.append(held.terms_id)

    def _renew(self, row: ProcedureRow, held: Held | None) -> None:
        if changed_columns(stated_by(row), held) - PERMISSION_COLUMNS.keys():
            self.terms.append(row)
            if held and held.terms_id is not None:
                self.ended_terms.append(held.terms_id)
        self.permissions.extend((row, column) for column in sorted(PERMISSION_COLUMNS))
        if held:
            self.ended_permissions.extend(held.permission_ids.values())


def _record_decision(
    session: Session, decision: DecisionValues, imported_by: str, now: datetime
) -> int:
    recorded = Decision(
        number=tidy(decision.number),
        issued_on=decision.issued_on,
        in_force_from=decision.in_force_from,
        issuer=tidy(decision.issuer),
        file_name=nfc(decision.file_name),
        file_digest=decision.file_digest,
        imported_at=now,
        imported_by=imported_by,
    )
    session.add(recorded)
    session.flush()  # the rows below need its number
    return recorded.id


def _end(session: Session, changes: _Changes, last_day: date) -> None:
    for table, ids in ((Terms, changes.ended_terms), (Permission, changes.ended_permissions)):
        session.execute(
            update(table)
            .where(table.id == any_(literal(ids, ARRAY(BigInteger))))
            .values(valid_to=last_day)
            .execution_options(synchronize_session=False)
        )


def _procedure_ids(session: Session, weighed: Weighed) -> Mapping[str, int]:
    """Give the id of every procedure named, making the rows of those never seen before."""
    ids = dict(session.execute(select(Procedure.code, Procedure.id)).all())
    new = [{"code": code} for code in weighed.rows if code not in ids]
    if new:
        made = session.execute(insert(Procedure).returning(Procedure.code, Procedure.id), new)
        ids |= dict(made.all())
    return ids


def _add_terms(
    session: Session, changes: _Changes, ids: Mapping[str, int], since: tuple[int, date]
) -> None:
    if not changes.terms:
        return
    written = session.execute(
        insert(Terms).returning(Terms.procedure_id, Terms.id),
        [_terms_values(row, changes.held.get(row.code), ids, since) for row in changes.terms],
    )
    terms_ids = dict(written.all())
    papers = list(_component_values(changes.terms, ids, terms_ids))
    if papers:
        session.execute(insert(Component), papers)


def _terms_values(
    row: ProcedureRow, held: Held | None, ids: Mapping[str, int], since: tuple[int, date]
) -> dict[str, Any]:
    return {
        "procedure_id": ids[row.code],
        "decision_id": since[0],
        "name": row.name,
        "field": row.field,
        "agency_level": row.agency_level,
        "presence_needed": row.presence_needed,
        "online_level": row.online_level,
        "fee": row.fee,
        "charge": row.charge,
        "working_days": row.working_days,
        "sensitive": held.sensitive if held else False,
        "folded_name": folded_words(row.name),
        "folded_field": folded_words(row.field),
        "valid_from": since[1],
        "valid_to": None,
    }


def _component_values(
    rows: Iterable[ProcedureRow], ids: Mapping[str, int], terms_ids: Mapping[int, int]
) -> Iterable[dict[str, Any]]:
    for row in rows:
        for position, paper in enumerate(row.components, start=1):
            yield {
                "terms_id": terms_ids[ids[row.code]],
                "position": position,
                "name": paper.name,
                "kind": paper.kind,
                "count": paper.count,
            }


def _add_permissions(
    session: Session, changes: _Changes, ids: Mapping[str, int], since: tuple[int, date]
) -> None:
    values = [
        {
            "procedure_id": ids[row.code],
            "decision_id": since[0],
            "direction": str(PERMISSION_COLUMNS[column]),
            "allowed": row.submit if column is Column.SUBMIT else row.return_,
            "reason": reason_of(row, column),
            "valid_from": since[1],
            "valid_to": None,
        }
        for row, column in changes.permissions
    ]
    if values:
        session.execute(insert(Permission), values)
