"""The balance of state money by point, agency and kind, and the receipts behind each figure.

Two ways to one figure: the movements of the days, and what the receipts held at the end add up
to. They meet where nothing was lost; the page shows what is left between them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Select,
    Subquery,
    cast,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from models.dossiers import Dossier, MoneyLine
from models.money import (
    ReceiptVoid,
    ReceiptVoidAnswer,
    Voucher,
    VoucherAnswer,
    VoucherLine,
)
from postal_app.collecting import is_voided
from postal_app.errors import Invalid
from postal_app.month_names import Named, Names
from postal_app.rules.money import (
    FIGURE_WORDS,
    OWN_KINDS,
    TRUST_KINDS,
    Balance,
    Move,
    Step,
    balance,
)
from postal_app.rules.periods import Period
from postal_app.rules.words import Words

ZONE = "Asia/Ho_Chi_Minh"
MOST_DAYS = 62


class TooManyDays(Invalid):
    """A balance of each day is given for a month or two."""

    words = Words(
        "Bảng cân đối từng ngày gồm nhiều nhất {most} ngày; hãy chọn khoảng ngắn hơn.",
        "A balance of each day holds at most {most} days; choose fewer.",
    )


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which money is asked for; None and empty mean any."""

    point_id: int | None = None
    agency_id: int | None = None
    kind: str = ""


@dataclass(frozen=True, slots=True)
class BalanceRow:
    """The balance of one kind at one point for one agency."""

    point_id: int
    agency_id: int
    point: Named
    agency: Named
    kind: str
    balance: Balance


@dataclass(frozen=True, slots=True)
class OwnRow:
    """The post's own money of one kind taken at a point in some days, less what went back."""

    point: Named
    kind: str
    amount: int


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """A receipt behind a figure; `at` and `voucher` are those of the step the figure counts."""

    number: str
    dossier: str
    point_id: int
    agency_id: int
    kind: str
    amount: int
    at: datetime
    voucher: str


def balances(session: Session, period: Period, wanted: Wanted, named: Names) -> list[BalanceRow]:
    """Give the balance of state money by point, agency and kind, in the order of the points."""
    return _rows(session, period, _by_place(session, period, wanted), wanted, named)


def daily(
    session: Session, period: Period, wanted: Wanted, named: Names
) -> list[tuple[date, BalanceRow]]:
    """Give the same balance for each day of some days, in the order of the days.

    Raises:
        TooManyDays: more than `MOST_DAYS`.
    """
    if (period.last - period.first).days >= MOST_DAYS:
        raise TooManyDays(most=MOST_DAYS)
    moves = _by_place(session, period, wanted)
    days = [date.fromordinal(n) for n in _ordinals(period)]
    return [
        (day, row) for day in days for row in _rows(session, Period(day, day), moves, wanted, named)
    ]


def totals(rows: Iterable[BalanceRow]) -> dict[str, Balance]:
    """Give the balance of each kind over all rows, kinds apart."""
    made = dict.fromkeys(TRUST_KINDS, Balance())
    for row in rows:
        made[row.kind] += row.balance
    return made


def own_money(session: Session, period: Period, wanted: Wanted, named: Names) -> list[OwnRow]:
    """Give the post's own money by point and kind: taken in these days, less what went back."""
    moves = _moves(wanted, OWN_KINDS)
    signed = func.sum(moves.c.amount).filter(moves.c.step == Step.COLLECTED.value)
    back = func.sum(moves.c.amount).filter(
        moves.c.step.in_((Step.RETURNED.value, Step.VOIDED.value))
    )
    rows = session.execute(
        select(
            moves.c.point_id,
            moves.c.kind,
            (func.coalesce(signed, 0) - func.coalesce(back, 0)).label("amount"),
        )
        .where(moves.c.day.between(period.first, period.last))
        .group_by(moves.c.point_id, moves.c.kind)
    )
    made = [OwnRow(named.point(str(row.point_id)), row.kind, int(row.amount)) for row in rows]
    return sorted(made, key=lambda one: (one.point.code, OWN_KINDS.index(one.kind)))


def behind(
    session: Session, period: Period, wanted: Wanted, figure: str, *, limit: int, skip: int = 0
) -> tuple[list[ReceiptLine], int, int]:
    """Give the receipts behind one figure, how many they are and what they add up to.

    Args:
        session: where to read.
        period: the days of the balance.
        wanted: which money.
        figure: one of `FIGURE_WORDS`; an unknown word is read as what is held.
        limit: most to give.
        skip: how many to leave out first.
    """
    found = _figure(period, wanted, figure if figure in FIGURE_WORDS else "held")
    count, amount = session.execute(
        select(func.count(), func.coalesce(func.sum(found.c.amount), 0)).select_from(found)
    ).one()
    rows = session.execute(
        select(found).order_by(found.c.at, found.c.receipt, found.c.id).limit(limit).offset(skip)
    )
    lines = [
        ReceiptLine(
            row.receipt,
            row.dossier,
            row.point_id,
            row.agency_id,
            row.kind,
            row.amount,
            row.at,
            row.voucher or "",
        )
        for row in rows
    ]
    return lines, count, int(amount)


Moves = dict[tuple[int, int, str], list[Move]]


def _by_place(session: Session, period: Period, wanted: Wanted) -> Moves:
    """Give the moves up to the last day by point, agency and kind, each day's summed by step."""
    moves = _moves(wanted, TRUST_KINDS)
    # What lies before the first day is one sum: the balance asks no more of it.
    bucket = func.greatest(moves.c.day, period.first - timedelta(days=1)).label("bucket")
    key = (moves.c.point_id, moves.c.agency_id, moves.c.kind)
    rows = session.execute(
        select(*key, moves.c.step, bucket, func.sum(moves.c.amount).label("amount"))
        .where(moves.c.day <= period.last)
        .group_by(*key, moves.c.step, bucket)
    )
    found: Moves = {}
    for row in rows:
        one = Move(row.bucket, Step(row.step), int(row.amount))
        found.setdefault((row.point_id, row.agency_id, row.kind), []).append(one)
    return found


def _rows(
    session: Session, period: Period, moves: Moves, wanted: Wanted, named: Names
) -> list[BalanceRow]:
    by_receipts = _sums_held(session, wanted, period.last)
    made = [
        BalanceRow(
            point_id,
            agency_id,
            named.point(str(point_id)),
            named.agency(str(agency_id)),
            kind,
            balance(
                moves.get((point_id, agency_id, kind), ()),
                period.first,
                period.last,
                by_receipts.get((point_id, agency_id, kind), 0),
            ),
        )
        for point_id, agency_id, kind in moves.keys() | by_receipts.keys()
    ]
    return sorted(
        (one for one in made if one.balance != Balance()),
        key=lambda one: (one.point.code, one.agency.code, TRUST_KINDS.index(one.kind)),
    )


def _ordinals(period: Period) -> range:
    return range(period.first.toordinal(), period.last.toordinal() + 1)


def _figure(period: Period, wanted: Wanted, figure: str) -> Subquery:
    if figure in ("opening", "held"):
        on = period.last if figure == "held" else period.first - timedelta(days=1)
        return _held_on(wanted, on).subquery()
    moves = _moves(wanted, TRUST_KINDS)
    if figure == "waiting":
        answered = exists().where(
            VoucherAnswer.voucher_id == moves.c.voucher_id,
            _day(VoucherAnswer.answered_at) <= period.last,
        )
        chosen = select(moves).where(
            moves.c.step == Step.HANDED_OVER.value, moves.c.day <= period.last, ~answered
        )
    else:
        chosen = select(moves).where(
            moves.c.step == figure, moves.c.day.between(period.first, period.last)
        )
    return chosen.subquery()


def _sums_held(session: Session, wanted: Wanted, on: date) -> dict[tuple[int, int, str], int]:
    held = _held_on(wanted, on).subquery()
    key = (held.c.point_id, held.c.agency_id, held.c.kind)
    rows = session.execute(select(*key, func.sum(held.c.amount).label("amount")).group_by(*key))
    return {(row.point_id, row.agency_id, row.kind): int(row.amount) for row in rows}


def _held_on(wanted: Wanted, on: date) -> Select[Any]:
    """Give the receipts held at the end of a day, each by where it stands, not by movements."""
    refused = exists().where(
        VoucherAnswer.voucher_id == Voucher.id,
        VoucherAnswer.answer == "refused",
        _day(VoucherAnswer.answered_at) <= on,
    )
    gone = (
        exists()
        .where(
            VoucherLine.money_line_id == MoneyLine.id,
            Voucher.id == VoucherLine.voucher_id,
            _day(Voucher.made_at) <= on,
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
            _day(ReceiptVoidAnswer.answered_at) <= on,
        )
        .correlate(MoneyLine)
    )
    return _receipts(Step.COLLECTED, MoneyLine.collected_at, wanted, TRUST_KINDS).where(
        _day(MoneyLine.collected_at) <= on,
        or_(Dossier.voided_at.is_(None), _day(Dossier.voided_at) > on),
        ~voided,
        ~gone,
    )


def _moves(wanted: Wanted, kinds: Iterable[str]) -> Subquery:
    """Give every step that money took, one row for each receipt and step."""
    kinds = tuple(kinds)
    collected = _receipts(Step.COLLECTED, MoneyLine.collected_at, wanted, kinds)
    returned = _receipts(Step.RETURNED, Dossier.voided_at, wanted, kinds).where(
        Dossier.voided_at.is_not(None), ~is_voided()
    )
    voided = (
        _receipts(Step.VOIDED, ReceiptVoidAnswer.answered_at, wanted, kinds)
        .join(ReceiptVoid, ReceiptVoid.money_line_id == MoneyLine.id)
        .join(ReceiptVoidAnswer, ReceiptVoidAnswer.void_id == ReceiptVoid.id)
        .where(ReceiptVoidAnswer.approved)
    )
    handed_over = _on_vouchers(Step.HANDED_OVER, Voucher.made_at, wanted, kinds)
    answers = [
        _on_vouchers(step, VoucherAnswer.answered_at, wanted, kinds)
        .join(VoucherAnswer, VoucherAnswer.voucher_id == Voucher.id)
        .where(VoucherAnswer.answer == step.value)
        for step in (Step.CONFIRMED, Step.REFUSED)
    ]
    return union_all(collected, returned, voided, handed_over, *answers).subquery()


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
