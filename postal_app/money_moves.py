"""What receipts went through, as queries: their steps in some days, and where they stood on a day.

A balance reads only the days it is about and the receipts that were open then, so that it takes
no longer with every year behind it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Date,
    Select,
    cast,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    union,
    union_all,
)

from models.dossiers import Dossier, MoneyLine
from models.money import (
    ReceiptVoid,
    ReceiptVoidAnswer,
    Voucher,
    VoucherAnswer,
    VoucherLine,
)
from models.shadows import OpenMoney
from postal_app.collecting import is_voided
from postal_app.rules.money import TRUST_KINDS, Step
from postal_app.rules.periods import Period

ZONE = "Asia/Ho_Chi_Minh"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which money is asked for; None and empty mean any."""

    point_id: int | None = None
    agency_id: int | None = None
    kind: str = ""


def _open_after(on: date) -> Select[tuple[int]]:
    """Give the receipts that were not at their end by a day: they still are not, or came later.

    Only these can have been held, or have waited, on that day; the many others are not looked at.
    """
    after = Period(on, on).ends
    confirmed_later = (
        select(VoucherLine.money_line_id)
        .join(VoucherAnswer, VoucherAnswer.voucher_id == VoucherLine.voucher_id)
        .where(VoucherAnswer.answered_at >= after)
    )
    voided_later = (
        select(ReceiptVoid.money_line_id)
        .join(ReceiptVoidAnswer, ReceiptVoidAnswer.void_id == ReceiptVoid.id)
        .where(ReceiptVoidAnswer.answered_at >= after)
    )
    return select(union(select(OpenMoney.money_line_id), confirmed_later, voided_later).subquery())


def waiting_on(wanted: Wanted, on: date) -> Select[Any]:
    """Give the receipts on vouchers that no agency had answered at the end of a day."""
    ends = Period(on, on).ends
    answered = exists().where(
        VoucherAnswer.voucher_id == Voucher.id, VoucherAnswer.answered_at < ends
    )
    return _on_vouchers(Step.HANDED_OVER, Voucher.made_at, wanted, TRUST_KINDS).where(
        Voucher.made_at < ends, ~answered, MoneyLine.id.in_(_open_after(on))
    )


def held_on(wanted: Wanted, on: date) -> Select[Any]:
    """Give the receipts held at the end of a day, each by where it stands, not by movements."""
    ends = Period(on, on).ends
    refused = exists().where(
        VoucherAnswer.voucher_id == Voucher.id,
        VoucherAnswer.answer == "refused",
        VoucherAnswer.answered_at < ends,
    )
    gone = (
        exists()
        .where(
            VoucherLine.money_line_id == MoneyLine.id,
            Voucher.id == VoucherLine.voucher_id,
            Voucher.made_at < ends,
            ~refused,
        )
        .correlate(MoneyLine)
    )
    voided = (
        exists()
        .where(
            ReceiptVoid.money_line_id == MoneyLine.id,
            ReceiptVoidAnswer.void_id == ReceiptVoid.id,
            ReceiptVoidAnswer.approved,
            ReceiptVoidAnswer.answered_at < ends,
        )
        .correlate(MoneyLine)
    )
    return _receipts(Step.COLLECTED, MoneyLine.collected_at, wanted, TRUST_KINDS).where(
        MoneyLine.id.in_(_open_after(on)),
        MoneyLine.collected_at < ends,
        or_(Dossier.voided_at.is_(None), Dossier.voided_at >= ends),
        ~voided,
        ~gone,
    )


def moves_within(wanted: Wanted, kinds: Iterable[str], period: Period) -> CompoundSelect[Any]:
    """Give every step that money took in some days, one row for each receipt and step."""
    kinds = tuple(kinds)

    def within(steps: Select[Any], at: Any) -> Select[Any]:
        return steps.where(at >= period.starts, at < period.ends)

    returned = _receipts(Step.RETURNED, Dossier.voided_at, wanted, kinds).where(~is_voided())
    voided = (
        _receipts(Step.VOIDED, ReceiptVoidAnswer.answered_at, wanted, kinds)
        .join(ReceiptVoid, ReceiptVoid.money_line_id == MoneyLine.id)
        .join(ReceiptVoidAnswer, ReceiptVoidAnswer.void_id == ReceiptVoid.id)
        .where(ReceiptVoidAnswer.approved)
    )
    collected = _receipts(Step.COLLECTED, MoneyLine.collected_at, wanted, kinds)
    handed_over = _on_vouchers(Step.HANDED_OVER, Voucher.made_at, wanted, kinds)
    answers = [
        _on_vouchers(step, VoucherAnswer.answered_at, wanted, kinds)
        .join(VoucherAnswer, VoucherAnswer.voucher_id == Voucher.id)
        .where(VoucherAnswer.answer == step.value)
        for step in (Step.CONFIRMED, Step.REFUSED)
    ]
    return union_all(
        within(collected, MoneyLine.collected_at),
        within(returned, Dossier.voided_at),
        within(voided, ReceiptVoidAnswer.answered_at),
        within(handed_over, Voucher.made_at),
        *(within(answer, VoucherAnswer.answered_at) for answer in answers),
    )


def _receipts(step: Step, at: Any, wanted: Wanted, kinds: Iterable[str]) -> Select[Any]:
    """Give receipts by the point where they were taken and the agency they were taken for."""
    return (
        select(
            *_columns(step, at, MoneyLine.point_id, MoneyLine.agency_id),
            cast(null(), Voucher.id.type).label("voucher_id"),
            cast(null(), Voucher.number.type).label("voucher"),
        )
        .join(Dossier, Dossier.id == MoneyLine.dossier_id)
        .where(MoneyLine.amount > 0, *_chosen(wanted, MoneyLine, kinds))
    )


def _on_vouchers(step: Step, at: Any, wanted: Wanted, kinds: Iterable[str]) -> Select[Any]:
    """Give receipts by the vouchers they are on, some more than once."""
    return (
        select(
            *_columns(step, at, Voucher.point_id, Voucher.agency_id),
            Voucher.id.label("voucher_id"),
            Voucher.number.label("voucher"),
        )
        .select_from(VoucherLine)
        .join(Voucher, Voucher.id == VoucherLine.voucher_id)
        .join(MoneyLine, MoneyLine.id == VoucherLine.money_line_id)
        .join(Dossier, Dossier.id == MoneyLine.dossier_id)
        .where(*_chosen(wanted, Voucher, kinds))
    )


def _columns(step: Step, at: Any, point_id: Any, agency_id: Any) -> tuple[Any, ...]:
    return (
        MoneyLine.id.label("id"),
        MoneyLine.receipt_number.label("receipt"),
        Dossier.number.label("dossier"),
        point_id.label("point_id"),
        agency_id.label("agency_id"),
        MoneyLine.kind.label("kind"),
        MoneyLine.amount.label("amount"),
        literal(step.value).label("step"),
        at.label("at"),
        _day(at).label("day"),
    )


def _chosen(
    wanted: Wanted, place: type[MoneyLine] | type[Voucher], kinds: Iterable[str]
) -> list[ColumnElement[bool]]:
    chosen: list[ColumnElement[bool]] = [
        MoneyLine.kind.in_([kind for kind in kinds if wanted.kind in ("", kind)])
    ]
    if wanted.point_id is not None:
        chosen.append(place.point_id == wanted.point_id)
    if wanted.agency_id is not None:
        chosen.append(place.agency_id == wanted.agency_id)
    return chosen


def _day(at: Any) -> ColumnElement[date]:
    return cast(func.timezone(ZONE, at), Date)
