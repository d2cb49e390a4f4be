"""Everything that is laid before whoever signs a period: its figures, its promises, its money.

Each is reckoned by its own desk; here they are only gathered, so that the page, the workbook and
the command tell the same.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from postal_app import money_balance, month_end, promises_kept
from postal_app.money_moves import Wanted
from postal_app.month_end import Month
from postal_app.month_names import names
from postal_app.month_sheets import NAME, PART, SHARE, WHOLE, Column, Table, Value, sheets_of
from postal_app.promises_kept import KeptPeriod
from postal_app.rules.intake import MONEY_KINDS
from postal_app.rules.money import FIGURE_WORDS, OWN_KINDS, TRUST_KINDS, Balance
from postal_app.rules.periods import Period
from postal_app.rules.promises import Keeping
from postal_app.rules.words import Words

DIFFERENCE = Words("Chênh lệch", "Difference")


@dataclass(frozen=True, slots=True)
class PeriodMoney:
    """The money of a period over all points and agencies, kinds apart; whole đồng.

    `trust` is what belongs to agencies, as movements and as receipts; `own` is the post's own,
    taken less what went back.
    """

    trust: Mapping[str, Balance]
    own: Mapping[str, int]

    @property
    def difference(self) -> int:
        """Give the largest of what movements and receipts leave unexplained, either way."""
        return max((abs(one.difference) for one in self.trust.values()), default=0)


@dataclass(frozen=True, slots=True)
class Book:
    """A period with all that belongs to it."""

    month: Month
    promised: KeptPeriod
    money: PeriodMoney


def gather(session: Session, period: Period, *, now: datetime) -> Book:
    """Reckon a period and what stands beside its figures."""
    return Book(
        month_end.reckon(session, period, now=now),
        promises_kept.kept(session, period, now=now),
        money_of(session, period),
    )


def money_of(session: Session, period: Period) -> PeriodMoney:
    """Give the money of a period by kind."""
    named = names(session, period.last)
    rows = money_balance.balances(session, period, Wanted(), named)
    own = dict.fromkeys(OWN_KINDS, 0)
    for row in money_balance.own_money(session, period, Wanted(), named):
        own[row.kind] += row.amount
    return PeriodMoney(money_balance.totals(rows), own)


def sheets(book: Book) -> Iterator[Table]:
    """Give the sheets of the workbook in their order."""
    yield from sheets_of(book.month)
    yield _promises(book.promised)
    yield _money(book.money)


def _promises(promised: KeptPeriod) -> Table:
    columns = (
        Column(Words("Chiều", "Leg"), 26),
        Column(Words("Thời hạn", "Limit"), 22),
        *(Column(one.words, 16) for one in Keeping),
        Column(PART),
        Column(WHOLE),
        Column(SHARE),
    )
    rows: list[tuple[Value, ...]] = [
        (
            promises_kept.WAYS[way],
            limit.words,
            *(getattr(kept, one.value) for one in Keeping),
            kept.ratio.part,
            kept.ratio.whole,
            kept.ratio,
        )
        for way, limits in promised.ways.items()
        for limit, kept in limits.items()
    ]
    note = Words(
        "Bưu gửi bắt đầu trong kỳ. Tỷ lệ = đúng hạn / (đúng hạn + muộn).",
        "Items that began in the period. Share = on time / (on time + late).",
    )
    return Table(Words("Giữ hẹn", "Promises"), columns, tuple(rows), note)


def _money(money: PeriodMoney) -> Table:
    columns = (
        Column(Words("Khoản", "Kind"), NAME),
        *(Column(words, 18) for words in FIGURE_WORDS.values()),
        Column(DIFFERENCE, 16),
    )
    rows: list[tuple[Value, ...]] = [
        (
            MONEY_KINDS[kind],
            *(getattr(money.trust[kind], figure) for figure in FIGURE_WORDS),
            money.trust[kind].difference,
        )
        for kind in TRUST_KINDS
    ]
    taken = list(FIGURE_WORDS).index("collected")
    for kind in OWN_KINDS:
        figures: list[Value] = [None] * (len(FIGURE_WORDS) + 1)
        figures[taken] = money.own[kind]
        rows.append((MONEY_KINDS[kind], *figures))
    note = Words(
        "Đồng. Tiền thu hộ: đầu kỳ + đã thu − trả lại − hủy − đã giao + bị từ chối = đang giữ. "
        "Tiền của bưu chính: đã thu trừ trả lại, hủy; không giao cho cơ quan.",
        "Đồng. Trust money: opening + collected − returned − voided − handed over + refused = "
        "held. The post's own: taken less what went back; not handed over.",
    )
    return Table(Words("Tiền", "Money"), columns, tuple(rows), note)
