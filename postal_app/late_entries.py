"""What the ledger learnt of a month after it was closed: the records behind its adjustments.

A record belongs to the month when it tells of something that happened in it, when it takes such
a record back, or when its item has a leg that began or ended in the month. A figure may change
without any record of the ledger: by a decision with retroactive force, by money, or because a
pickup was given up.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from models.closings import MonthClosing
from models.dossiers import Dossier
from models.items import Item, Leg
from models.ledger import Correction, LedgerEntry
from models.staff import Account
from postal_app.month_legs import within
from postal_app.rules.closing import month_of
from postal_app.rules.periods import Period
from postal_app.rules.vocabulary import KINDS
from postal_app.rules.words import Words

MOST_FILED = 5_000
"""So many records stand in the workbook; the page has all."""


class Why(StrEnum):
    """Why a record of a closed month came after the closing."""

    CORRECTION = "correction"
    LATE = "late"
    SINCE = "since"

    @property
    def words(self) -> Words:
        """Give it as a list says it."""
        return _WHY[self]


_WHY = {
    Why.CORRECTION: Words("Đính chính", "Correction"),
    Why.LATE: Words("Ghi nhận đến muộn", "Came late"),
    Why.SINCE: Words("Việc xảy ra sau kỳ", "Happened after the month"),
}


@dataclass(frozen=True, slots=True)
class LateEntry:
    """One record of after the closing.

    Of a correction `reason` says why, `asked_by` who asked for it, `who` who confirmed it, and
    `mistake` with `mistake_at` what it took back; of others `who` is who recorded it.
    """

    item: str
    kind: Words
    why: Why
    occurred_at: datetime
    recorded_at: datetime
    who: str
    reason: str = ""
    asked_by: str = ""
    mistake: Words | None = None
    mistake_at: datetime | None = None


def count(session: Session, closing: MonthClosing) -> int:
    """Give how many records of a closed month came after it was closed."""
    wanted = _wanted(closing).with_only_columns(LedgerEntry.id).order_by(None).subquery()
    return session.scalar(select(func.count()).select_from(wanted)) or 0


def listed(
    session: Session, closing: MonthClosing, *, limit: int, skip: int = 0
) -> list[LateEntry]:
    """Give the records of after the closing: corrections, then late ones, then the rest.

    Args:
        session: the archive's.
        closing: of the month.
        limit: how many at most.
        skip: how many to leave out at the beginning.
    """
    rows = session.execute(_wanted(closing).limit(limit).offset(skip))
    return [_told(row) for row in rows]


_mistake = aliased(LedgerEntry)


def _wanted(closing: MonthClosing) -> Select[Any]:
    month = month_of(closing.first)
    asker = aliased(Account)
    why = _why(month)
    return (
        select(*_columns(asker, why))
        .select_from(LedgerEntry)
        .join(Item, Item.id == LedgerEntry.item_id)
        .join(Account, Account.id == LedgerEntry.account_id)
        .outerjoin(
            _mistake,
            and_(
                LedgerEntry.corrects == _mistake.fact,
                _mistake.item_id == LedgerEntry.item_id,
            ),
        )
        .outerjoin(
            Correction,
            and_(
                LedgerEntry.kind == "corrected",
                Correction.item_id == LedgerEntry.item_id,
                Correction.fact == LedgerEntry.corrects,
                Correction.approved.is_(True),
            ),
        )
        .outerjoin(asker, asker.id == Correction.asked_by)
        .where(_after(closing), _of_the_month(month))
        .order_by(
            case({one.value: place for place, one in enumerate(Why)}, value=why),
            LedgerEntry.recorded_at,
            LedgerEntry.id,
        )
    )


def _columns(asker: Any, why: ColumnElement[str]) -> list[Any]:
    """Give what is told of each record; `asker` is who asked for a correction."""
    return [
        Item.number,
        LedgerEntry.kind,
        LedgerEntry.occurred_at,
        LedgerEntry.recorded_at,
        Account.full_name.label("who"),
        Correction.reason,
        asker.full_name.label("asked_by"),
        _mistake.kind.label("mistake"),
        _mistake.occurred_at.label("mistake_at"),
        why.label("why"),
    ]


def _after(closing: MonthClosing) -> ColumnElement[bool]:
    """Give the condition that the closing did not have an entry yet.

    By its number too: what was on its way when the month was signed bears an earlier hour.
    """
    begun = closing.closed_at
    return or_(
        LedgerEntry.recorded_at > begun,
        and_(
            LedgerEntry.id > closing.seen_id,
            LedgerEntry.recorded_at >= month_of(closing.first).starts,
        ),
    )


def _of_the_month(month: Period) -> ColumnElement[bool]:
    """Give the condition that an entry belongs to a month; of its time, its mistake's or a leg."""
    leg = (
        exists()
        .where(Leg.item_id == LedgerEntry.item_id, Leg.dossier_id == Dossier.id)
        .where(Dossier.voided_at.is_(None))
        .where(or_(within(Leg.started_at, month), within(Leg.ended_at, month)))
    )
    return or_(_in(LedgerEntry, month), _in(_mistake, month), leg)


def _in(entry: Any, month: Period) -> ColumnElement[bool]:
    return and_(entry.occurred_at >= month.starts, entry.occurred_at < month.ends)


def _why(month: Period) -> ColumnElement[str]:
    return case(
        (and_(LedgerEntry.kind == "corrected", _mistake.occurred_at < month.ends), Why.CORRECTION),
        (LedgerEntry.occurred_at < month.ends, Why.LATE),
        else_=Why.SINCE,
    )


def _told(row: Any) -> LateEntry:
    return LateEntry(
        item=row.number,
        kind=_words(row.kind),
        why=Why(row.why),
        occurred_at=row.occurred_at,
        recorded_at=row.recorded_at,
        who=row.who,
        reason=row.reason or "",
        asked_by=row.asked_by or "",
        mistake=_words(row.mistake) if row.mistake else None,
        mistake_at=row.mistake_at,
    )


def _words(kind: str) -> Words:
    return KINDS[kind].words if kind in KINDS else Words(kind, kind)
