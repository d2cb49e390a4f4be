"""Every figure of a period flat, by a name for machines and in words: for what is signed.

The figures of `Month.figures` bear their own names. What the page shows beside them is named by
its table, row and column: `agency.12.items`, `condition.result.intact`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain

from postal_app.month_book import Book, PeriodMoney
from postal_app.month_end import Line, Month
from postal_app.month_sheets import (
    AGENCY,
    CARRIED,
    CARRIED_ITEMS,
    DOSSIERS,
    ITEMS,
    LEG_COUNT,
    POINT,
    PROCEDURE,
    RETURNED,
    SUBMITTED,
    joined,
)
from postal_app.promises_kept import WAYS, KeptPeriod
from postal_app.rules.exceptional import Matter
from postal_app.rules.indicators import DIRECTION_WORDS, HARMS, LegClass, Volume
from postal_app.rules.intake import MONEY_KINDS
from postal_app.rules.integrity import INTEGRITY_WORDS, Integrity
from postal_app.rules.legs import LEG_WORDS
from postal_app.rules.money import FIGURE_WORDS
from postal_app.rules.permission import Direction
from postal_app.rules.promises import Keeping
from postal_app.rules.ways import HELD, LEFT_OVER, PROGRESS_WORDS, Deliveries
from postal_app.rules.words import Words

SUMMARY: dict[str, Words] = {
    "dossiers": DOSSIERS,
    "legs": Words("Lượt chuyển", "Legs"),
    "submit_legs": SUBMITTED,
    "return_legs": RETURNED,
    "items": ITEMS,
    "carried_legs": CARRIED,
    "carried_items": CARRIED_ITEMS,
    **{f"legs_{found.value}": found.words for found in LegClass},
    "handed_over": Words("Đã giao cơ quan", "Handed to the agency"),
    "delivered": Words("Kết quả đã phát", "Results delivered"),
    "delivered_at_first_attempt": Words(
        "Kết quả phát được lần đầu", "Results delivered at first attempt"
    ),
    "not_delivered": Words("Kết quả phát chưa được", "Results not delivered"),
    "returned": Words("Kết quả chuyển hoàn", "Results sent back"),
    "ownerless": Words("Kết quả vô thừa nhận", "Results without owner"),
    "lost": Words("Kết quả đang thất lạc", "Results lost"),
    "under_way": Words("Kết quả còn đang chuyển", "Results still under way"),
    "held": Words("Kết quả đang lưu giữ", "Results held at an office"),
    "left_over": Words("Kết quả còn lại sau khi phát một phần", "Results left when part was given"),
    "ended": Words("Lượt đến đích", "Reached their end"),
    "intact": Words("Đến đích nguyên vẹn", "Reached their end intact"),
    "not_checked": Words("Đến đích, chưa kiểm tra", "Reached their end unchecked"),
    "damaged": Words("Đến đích, có hư hại", "Reached their end harmed or lost"),
    **{f"harm_{harm.value}": INTEGRITY_WORDS[harm] for harm in HARMS},
    "procedures": Words("Thủ tục trong danh mục", "Procedures"),
    "submit_allowed": Words("Được nộp qua bưu chính", "Submitting allowed"),
    "return_allowed": Words("Được trả qua bưu chính", "Returning allowed"),
    "allowed_any": Words("Thủ tục được phép ít nhất một chiều", "Allowed in some direction"),
    "not_allowed": Words("Thủ tục không được cả hai chiều", "Allowed in neither"),
    "undecided": Words("Chưa có quyết định", "No decision yet"),
    "procedures_used": Words("Được phép, có phát sinh", "Allowed and used"),
    "procedures_never_used": Words("Được phép, chưa phát sinh", "Allowed, never used"),
    "points": Words("Điểm đủ điều kiện", "Qualified points"),
    **{one.value: one.words for one in Matter},
    "exceptions": Words("Trường hợp cần xem lại", "Exceptions"),
    **{
        f"{leg}_{name}": joined(LEG_WORDS[leg], words)
        for name, words in (("dossiers", DOSSIERS), ("legs", LEG_COUNT), ("items", ITEMS))
        for leg in LEG_WORDS
    },
}
"""The words of every figure of `Month.figures`."""

_REACHED = Words("Trong đó phát lần đầu", "Of these at first attempt")
_WAY_WORDS: dict[str, Words] = {
    **{one.value: words for one, words in PROGRESS_WORDS.items()},
    "first_attempt": _REACHED,
    "held": HELD,
    "left_over": LEFT_OVER,
}


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of a period, under its name and in words; money in whole đồng."""

    name: str
    words: Words
    value: int

    @property
    def in_summary(self) -> bool:
        """Tell whether it is one of the figures that other machines are told of."""
        return self.name in SUMMARY


def figures(book: Book) -> dict[str, Figure]:
    """Give every figure of a period by its name, the summary first."""
    month = book.month
    told = chain(
        _summary(month),
        _classes(month),
        _legs(month),
        _promises(book.promised),
        _money(book.money),
        _lines("agency", AGENCY, month.by_agency),
        _lines("point", POINT, month.by_point),
        _lines("procedure", PROCEDURE, month.by_procedure),
    )
    return {one.name: one for one in told}


def values(told: Mapping[str, Figure]) -> dict[str, int]:
    """Give the figures as plain numbers by their names."""
    return {name: one.value for name, one in told.items()}


def _summary(month: Month) -> Iterator[Figure]:
    for name, value in month.figures().items():
        if isinstance(value, int):
            yield Figure(name, SUMMARY[name], value)


def _classes(month: Month) -> Iterator[Figure]:
    for direction in Direction:
        legs = month.total.legs_of(direction)
        for found in LegClass:
            words = joined(DIRECTION_WORDS[direction], found.words)
            yield Figure(f"class.{direction.value}.{found.value}", words, legs.in_class(found))


def _legs(month: Month) -> Iterator[Figure]:
    for one in month.by_leg:
        for name, value in _way(one.way).items():
            words = joined(LEG_WORDS[one.leg], _WAY_WORDS[name])
            yield Figure(f"way.{one.leg}.{name}", words, value)
        for condition in Integrity:
            words = joined(LEG_WORDS[one.leg], INTEGRITY_WORDS[condition])
            name = f"condition.{one.leg}.{condition.value}"
            yield Figure(name, words, one.integrity.in_condition(condition))


def _way(way: Deliveries) -> dict[str, int]:
    return {name: int(getattr(way, name)) for name in _WAY_WORDS}


def _promises(promised: KeptPeriod) -> Iterator[Figure]:
    for way, limits in promised.ways.items():
        for limit, kept in limits.items():
            place = joined(WAYS[way], limit.words)
            for one in Keeping:
                name = f"promise.{way}.{limit.value}.{one.value}"
                yield Figure(name, joined(place, one.words), int(getattr(kept, one.value)))


def _money(money: PeriodMoney) -> Iterator[Figure]:
    for kind, balance in money.trust.items():
        for figure, words in FIGURE_WORDS.items():
            name = f"money.{kind}.{figure}"
            yield Figure(name, joined(MONEY_KINDS[kind], words), int(getattr(balance, figure)))
        words = Words("Chênh lệch", "Difference")
        yield Figure(
            f"money.{kind}.difference", joined(MONEY_KINDS[kind], words), balance.difference
        )
    for kind, amount in money.own.items():
        words = joined(MONEY_KINDS[kind], FIGURE_WORDS["collected"])
        yield Figure(f"money.{kind}.collected", words, amount)


def _lines(by: str, head: Words, lines: tuple[Line, ...]) -> Iterator[Figure]:
    for line in lines:
        called = str(line.named) or line.id
        for column, words, value in _columns(line.volume):
            said = Words(
                f"{head.vi} {called} – {words.vi.lower()}",
                f"{head.en} {called} – {words.en.lower()}",
            )
            yield Figure(f"{by}.{line.id}.{column}", said, value)


def _columns(volume: Volume) -> Iterator[tuple[str, Words, int]]:
    both = volume.both
    yield "dossiers", DOSSIERS, volume.dossiers
    yield "submit_legs", SUBMITTED, volume.submit.total
    yield "return_legs", RETURNED, volume.back.total
    for found in LegClass:
        yield f"legs_{found.value}", found.words, both.in_class(found)
    yield "items", ITEMS, volume.items
