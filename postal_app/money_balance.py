"""The balance of state money by point, agency and kind, and the receipts behind each figure.

Two ways to one figure: the movements of the days, and what the receipts held at the end add up
to. They meet where nothing was lost; the page shows what is left between them.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, Subquery, func, select
from sqlalchemy.orm import Session

from postal_app.errors import Invalid
from postal_app.money_moves import Wanted, held_on, moves_within, waiting_on
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

MOST_DAYS = 62


class TooManyDays(Invalid):
    """A balance of each day is given for a month or two."""

    words = Words(
        "Bảng cân đối từng ngày gồm nhiều nhất {most} ngày; hãy chọn khoảng ngắn hơn.",
        "A balance of each day holds at most {most} days; choose fewer.",
    )


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
    moves = moves_within(wanted, OWN_KINDS, period).subquery()
    signed = func.sum(moves.c.amount).filter(moves.c.step == Step.COLLECTED.value)
    back = func.sum(moves.c.amount).filter(
        moves.c.step.in_((Step.RETURNED.value, Step.VOIDED.value))
    )
    rows = session.execute(
        select(
            moves.c.point_id,
            moves.c.kind,
            (func.coalesce(signed, 0) - func.coalesce(back, 0)).label("amount"),
        ).group_by(moves.c.point_id, moves.c.kind)
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
    """Give the moves up to the last day by point, agency and kind, each day's summed by step.

    What lies before the first day is read off the receipts: what they held then, and what waited
    for an agency. Adding up all that ever moved would take longer with every year.
    """
    moves = moves_within(wanted, TRUST_KINDS, period).subquery()
    key = (moves.c.point_id, moves.c.agency_id, moves.c.kind)
    rows = session.execute(
        select(*key, moves.c.step, moves.c.day, func.sum(moves.c.amount).label("amount")).group_by(
            *key, moves.c.step, moves.c.day
        )
    )
    found: Moves = defaultdict(list)
    for row in rows:
        one = Move(row.day, Step(row.step), int(row.amount))
        found[row.point_id, row.agency_id, row.kind].append(one)
    before = period.first - timedelta(days=1)
    for place, amount in _sums(session, held_on(wanted, before)).items():
        found[place].append(Move(before, Step.COLLECTED, amount))
    for place, amount in _sums(session, waiting_on(wanted, before)).items():
        found[place] += [
            Move(before, Step.COLLECTED, amount),
            Move(before, Step.HANDED_OVER, amount),
        ]
    return found


def _rows(
    session: Session, period: Period, moves: Moves, wanted: Wanted, named: Names
) -> list[BalanceRow]:
    by_receipts = _sums(session, held_on(wanted, period.last))
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
    if figure == "opening":
        return held_on(wanted, period.first - timedelta(days=1)).subquery()
    if figure == "held":
        return held_on(wanted, period.last).subquery()
    if figure == "waiting":
        return waiting_on(wanted, period.last).subquery()
    moves = moves_within(wanted, TRUST_KINDS, period).subquery()
    return select(moves).where(moves.c.step == figure).subquery()


def _sums(session: Session, receipts: Select[Any]) -> dict[tuple[int, int, str], int]:
    """Add receipts up by point, agency and kind."""
    chosen = receipts.subquery()
    key = (chosen.c.point_id, chosen.c.agency_id, chosen.c.kind)
    rows = session.execute(select(*key, func.sum(chosen.c.amount).label("amount")).group_by(*key))
    return {(row.point_id, row.agency_id, row.kind): int(row.amount) for row in rows}
