"""Open differences of counts: whose they are, by when they are settled, and what explains them.

A scan explains a difference only if it was recorded after the count, so that what the counter
knew already explains nothing: it says that the item had left the table, or had come to it, before
the count; or that somebody had it in his hands afterwards. What a correction took out explains
nothing.
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, case, exists, false, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from models.counts import CountLine, CountSettlement, CountSheet
from models.ledger import LedgerEntry
from models.movements import Movement
from postal_app.ledger import own_holder
from postal_app.rules.counts import CountResult
from postal_app.rules.roles import Actor, Role
from postal_app.rules.vocabulary import KINDS
from postal_app.rules.words import Words

MOST_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Difference:
    """A difference that waits: on which sheet, of which item, whose, by when."""

    sheet: str
    position: int
    code: str
    is_item: bool
    result: CountResult
    book_name: str
    owner: str
    counted_at: datetime
    counted_by: int
    due_on: date

    def is_overdue(self, today: date) -> bool:
        """Tell whether the day by which it was to be settled has passed."""
        return self.due_on < today


@dataclass(frozen=True, slots=True)
class Explained:
    """The scan that explains a difference: what it says, and when that happened."""

    kind: Words
    at: datetime


def open_differences(session: Session, by: Actor) -> list[Difference]:
    """Give the differences in reach that neither scan nor person has settled, oldest first."""
    settled = exists().where(CountSettlement.line_id == CountLine.id)
    rows = session.execute(
        select(CountLine, CountSheet)
        .join(CountSheet, CountSheet.id == CountLine.sheet_id)
        .where(CountLine.result != CountResult.AGREED, ~settled, ~_is_explained(), _concerns(by))
        .order_by(CountSheet.due_on, CountLine.id)
        .limit(MOST_SHOWN)
    )
    return [_told(line, sheet) for line, sheet in rows]


def explained(session: Session, sheet: CountSheet) -> dict[int, Explained]:
    """Give what explains the differences of a sheet, by their positions."""
    entry = (
        select(LedgerEntry.kind, LedgerEntry.occurred_at)
        .where(_tells())
        .order_by(LedgerEntry.position)
        .limit(1)
        .lateral("entry")
    )
    rows = session.execute(
        select(CountLine.position, entry.c.kind, entry.c.occurred_at)
        .join(CountSheet, CountSheet.id == CountLine.sheet_id)
        .join(entry, true())
        .where(CountSheet.id == sheet.id, CountLine.result != CountResult.AGREED, _is_explained())
    )
    return {
        position: Explained(KINDS[kind].words if kind in KINDS else Words(kind, kind), at)
        for position, kind, at in rows
    }


def last_count(session: Session, by: Actor) -> CountSheet | None:
    """Give the last count of a person's own table; None when there was none."""
    holder = own_holder(by)
    return session.scalars(
        select(CountSheet)
        .where(CountSheet.holder_kind == holder.kind, CountSheet.holder_id == holder.id)
        .order_by(CountSheet.counted_at.desc(), CountSheet.id.desc())
        .limit(1)
    ).first()


def _told(line: CountLine, sheet: CountSheet) -> Difference:
    return Difference(
        sheet=sheet.number,
        position=line.position,
        code=line.code,
        is_item=line.item_id is not None,
        result=CountResult(line.result),
        book_name=line.book_name,
        owner=sheet.holder_name,
        counted_at=sheet.counted_at,
        counted_by=sheet.counted_by,
        due_on=sheet.due_on,
    )


def _concerns(by: Actor) -> ColumnElement[bool]:
    """Give the condition that a difference is this person's matter, or his place's."""
    if by.province_id is not None:
        return true()
    if by.role is Role.COURIER:
        holder = own_holder(by)
        return and_(CountSheet.holder_kind == holder.kind, CountSheet.holder_id == holder.id)
    if by.point_id is not None:
        return CountSheet.point_id == by.point_id
    return CountSheet.agency_id == by.agency_id


def _tells() -> ColumnElement[bool]:
    """Give the condition that an entry moved the item and was recorded after the count."""
    mend = aliased(LedgerEntry)
    taken_back = exists().where(
        mend.item_id == LedgerEntry.item_id,
        mend.kind == "corrected",
        mend.corrects == LedgerEntry.fact,
    )
    return and_(
        LedgerEntry.item_id == CountLine.item_id,
        LedgerEntry.recorded_at > CountSheet.counted_at,
        LedgerEntry.taker_kind != "",
        ~taken_back,
    )


def _is_explained() -> ColumnElement[bool]:
    """Give the condition that what was recorded after the count explains a difference."""
    told = exists().where(_tells()).correlate(CountLine, CountSheet)
    handled = (
        exists()
        .where(_tells(), LedgerEntry.occurred_at > CountSheet.counted_at)
        .correlate(CountLine, CountSheet)
    )
    # Where the item was at the moment of the count, by all that is known now.
    was_there = (
        select(
            and_(
                Movement.to_kind == CountSheet.holder_kind,
                Movement.to_id == CountSheet.holder_id,
            )
        )
        .where(Movement.item_id == CountLine.item_id, Movement.at <= CountSheet.counted_at)
        .order_by(Movement.ordinal.desc())
        .limit(1)
        .correlate(CountLine, CountSheet)
        .scalar_subquery()
    )
    fits = case(
        (CountLine.result == CountResult.MISSING, ~func.coalesce(was_there, false())),
        (CountLine.result == CountResult.ELSEWHERE, func.coalesce(was_there, false())),
        else_=false(),
    )
    return and_(told, or_(handled, fits))
