"""Where a counter took another price for the post's own service than the tariff asks.

A heavier envelope costs more than the lightest step that is suggested, so a gap is no fault; but
the province sees each of them, with both amounts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, joinedload

from models.dossiers import Dossier, MoneyLine
from postal_app.collecting import is_voided
from postal_app.money_moves import Wanted
from postal_app.rules.money import OWN_KINDS
from postal_app.rules.periods import Period
from postal_app.rules.vietnamese import VIETNAM


@dataclass(frozen=True, slots=True)
class PriceGap:
    """A line that was taken at another price; whole đồng, in full before any exemption."""

    number: str
    dossier: str
    point: str
    kind: str
    asked: int
    taken: int
    version: str
    collector: str
    at: datetime

    @property
    def gap(self) -> int:
        """Give what was taken beyond the tariff; below nought: less."""
        return self.taken - self.asked


def price_gaps(
    session: Session, period: Period, wanted: Wanted, *, limit: int, skip: int = 0
) -> tuple[Sequence[PriceGap], int]:
    """Give lines of some days taken at another price than the tariff's, and how many there are."""
    chosen = _chosen(period, wanted)
    count = session.scalar(select(func.count()).select_from(MoneyLine).where(*chosen)) or 0
    rows = session.execute(
        select(MoneyLine, Dossier.number)
        .join(Dossier, Dossier.id == MoneyLine.dossier_id)
        .options(joinedload(MoneyLine.point), joinedload(MoneyLine.collector))
        .where(*chosen)
        .order_by(MoneyLine.collected_at, MoneyLine.id)
        .limit(limit)
        .offset(skip)
    )
    gaps = [
        PriceGap(
            line.receipt_number,
            number,
            line.point.name,
            line.kind,
            line.tariff_amount or 0,
            line.full_amount,
            line.price_version,
            line.collector.full_name,
            line.collected_at,
        )
        for line, number in rows
    ]
    return gaps, count


def _chosen(period: Period, wanted: Wanted) -> list[ColumnElement[bool]]:
    first = datetime(period.first.year, period.first.month, period.first.day, tzinfo=VIETNAM)
    last = datetime(
        period.last.year, period.last.month, period.last.day, 23, 59, 59, 999_999, tzinfo=VIETNAM
    )
    chosen: list[ColumnElement[bool]] = [
        MoneyLine.kind.in_(OWN_KINDS),
        MoneyLine.tariff_amount.is_not(None),
        MoneyLine.tariff_amount != MoneyLine.full_amount,
        MoneyLine.collected_at.between(first, last),
        ~is_voided(),
    ]
    if wanted.point_id is not None:
        chosen.append(MoneyLine.point_id == wanted.point_id)
    return chosen
