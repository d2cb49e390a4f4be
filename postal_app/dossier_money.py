"""The money of one dossier as its counter sees it: what was taken, let off, voided, still due."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from models.dossiers import Dossier, MoneyLine
from models.money import Exemption
from postal_app.collecting import DueMoney, dues_of, voided_at
from postal_app.rules.exemptions import GROUNDS
from postal_app.rules.money import OWN_KINDS
from postal_app.rules.roles import Actor
from postal_app.rules.words import Words

UNKNOWN_GROUND = Words("Căn cứ không còn trong danh sách", "A ground no longer on the list")


@dataclass(frozen=True, slots=True)
class ShownExemption:
    """An exemption with its sensitive evidence; empty once that was erased."""

    ground: Words
    percent: int
    act: str
    evidence: str


@dataclass(frozen=True, slots=True)
class ShownLine:
    """Money that was taken, whole đồng; `printable` by the reader, `voided_at` None: it stands."""

    receipt_number: str
    kind: str
    moment: str
    amount: int
    full_amount: int
    vat_amount: int | None
    tariff_amount: int | None
    price_version: str
    point: str
    collector: str
    collected_at: datetime
    exemption: ShownExemption | None
    voided_at: datetime | None
    printable: bool

    @property
    def differs(self) -> bool:
        """Tell whether another amount was taken than the tariff asks."""
        own = self.kind in OWN_KINDS and self.tariff_amount is not None
        return own and self.full_amount != self.tariff_amount


@dataclass(frozen=True, slots=True)
class DossierMoney:
    """All money of one dossier: taken, oldest first, and still due."""

    lines: tuple[ShownLine, ...]
    dues: tuple[DueMoney, ...]


def money_of(session: Session, dossier: Dossier, by: Actor) -> DossierMoney:
    """Give the money of a dossier that is in the reader's reach.

    What it gives is sensitive: the door that shows it notes who looked.
    """
    lines = session.scalars(
        select(MoneyLine)
        .options(joinedload(MoneyLine.point), joinedload(MoneyLine.collector))
        .where(MoneyLine.dossier_id == dossier.id)
        .order_by(MoneyLine.id)
    ).all()
    gone = voided_at(session, [line.id for line in lines])
    granted = {
        one.id: one
        for one in session.scalars(select(Exemption).where(Exemption.dossier_id == dossier.id))
    }
    return DossierMoney(
        tuple(
            _shown(line, granted.get(line.exemption_id or 0), gone.get(line.id), by)
            for line in lines
        ),
        dues_of(session, [dossier.id]).get(dossier.id, ()),
    )


def _shown(
    line: MoneyLine, exemption: Exemption | None, gone: datetime | None, by: Actor
) -> ShownLine:
    return ShownLine(
        line.receipt_number,
        line.kind,
        line.moment,
        line.amount,
        line.full_amount,
        line.vat_amount,
        line.tariff_amount,
        line.price_version,
        line.point.name,
        line.collector.full_name,
        line.collected_at,
        _exemption(exemption) if exemption is not None else None,
        gone,
        bool(line.receipt_number) and line.point_id == by.point_id,
    )


def _exemption(row: Exemption) -> ShownExemption:
    known = GROUNDS.get(row.ground)
    words = known.words if known is not None else UNKNOWN_GROUND
    return ShownExemption(words, row.percent, row.act, row.evidence)
