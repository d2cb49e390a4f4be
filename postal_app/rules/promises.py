"""Promises: by when the post says it will be there, and whether it was.

1. There are two limits, counted in working days from the day an item is taken in: one for the
   *first attempt*, one for the *successful* delivery. They are measured apart.
2. A promise is made once, when an item begins its way, from what is published on that day. No
   later calendar, standard or price changes it: the time for complaints runs from the *promised*
   end (Luật Bưu chính 49/2010/QH12 Art. 38).
3. Where no standard is published nothing is promised. That is said; it is neither kept nor broken.
4. The last day belongs to the limit: what happens on it is on time.
5. A limit is *closed* when what it asks for has happened. Before that it is running; a running one
   whose day has passed is overdue, and may still be closed late. Shares are of the closed ones
   alone, and what is running is told beside them.
   What went back to its sender, or has no owner, runs no more; it is neither kept nor broken, and
   is told by itself.
6. A first attempt is the first delivery that failed or succeeded. An item is there when the agency
   had it or the receiver did. What a correction took back did not happen.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from postal_app.rules.calendar import Calendar, add_working_days, counted_from
from postal_app.rules.indicators import Ratio
from postal_app.rules.vietnamese import day
from postal_app.rules.vocabulary import KINDS, Outcome, State
from postal_app.rules.words import Words

THERE = frozenset({Outcome.HANDED_OVER, Outcome.DELIVERED})
TRIED = THERE | {Outcome.NOT_DELIVERED, Outcome.PARTLY_DELIVERED}

REACHED_KINDS = tuple(
    name for name, kind in KINDS.items() if kind.leads_to and kind.outcome in THERE
)
"""The events by which an item is where it was promised to be."""

ATTEMPT_KINDS = tuple(
    name for name, kind in KINDS.items() if kind.leads_to and kind.outcome in TRIED
)
"""The events that are an attempt, whatever came of it."""

GIVEN_UP = frozenset({State.RETURNED, State.OWNERLESS})
"""The states in which nobody will bring an item to its receiver any more."""


class Limit(StrEnum):
    """What a limit asks for."""

    FIRST_ATTEMPT = "first_attempt"
    DELIVERY = "delivery"

    @property
    def words(self) -> Words:
        """Give the limit as a report calls it."""
        return LIMIT_WORDS[self]


LIMIT_WORDS: dict[Limit, Words] = {
    Limit.FIRST_ATTEMPT: Words("Phát lần đầu", "First attempt"),
    Limit.DELIVERY: Words("Phát thành công", "Successful delivery"),
}


class Keeping(StrEnum):
    """What became of one limit of one item."""

    ON_TIME = "on_time"
    LATE = "late"
    RUNNING = "running"
    OVERDUE = "overdue"
    GIVEN_UP = "given_up"
    NONE = "none"

    @property
    def words(self) -> Words:
        """Give the words of a report."""
        return KEEPING_WORDS[self]


KEEPING_WORDS: dict[Keeping, Words] = {
    Keeping.ON_TIME: Words("Đúng hạn", "On time"),
    Keeping.LATE: Words("Muộn", "Late"),
    Keeping.RUNNING: Words("Đang chạy, còn hạn", "Running, in time"),
    Keeping.OVERDUE: Words("Đang chạy, đã quá hạn", "Running, overdue"),
    Keeping.GIVEN_UP: Words("Đã chuyển hoàn hoặc vô thừa nhận", "Sent back or without owner"),
    Keeping.NONE: Words("Không có thời hạn công bố", "Nothing promised"),
}

UNPUBLISHED = Words(
    "lịch năm {years} chưa công bố, chỉ trừ thứ Bảy và Chủ nhật",
    "the calendar of {years} is not published; only weekends are left out",
)
NOT_PROMISED = Words("Thời hạn chưa công bố", "No transit time is published")
UNTIL = Words("đến hết ngày {day}", "by the end of {day}")
OVERDUE_SINCE = Words("Quá hạn từ ngày {day}", "Overdue since {day}")


@dataclass(frozen=True, slots=True)
class Standard:
    """A published transit standard: both limits in working days, the last hour of a day."""

    first_attempt_days: int
    delivery_days: int
    cut_off_hour: int


@dataclass(frozen=True, slots=True)
class Due:
    """What is promised of one item; the days are the last of their limits.

    `unpublished` are the years the reckoning went through without a published calendar.
    """

    counted_from: date
    first_attempt: date
    delivery: date
    unpublished: tuple[int, ...] = ()

    def of(self, limit: Limit) -> date:
        """Give the last day of a limit."""
        return self.first_attempt if limit is Limit.FIRST_ATTEMPT else self.delivery

    @property
    def words(self) -> Words:
        """Say by when it will be there, and what was not known of the calendar."""
        said = UNTIL.filled(day=day(self.delivery))
        if not self.unpublished:
            return said
        told = UNPUBLISHED.filled(years=", ".join(map(str, self.unpublished)))
        return Words(f"{said.vi} ({told.vi})", f"{said.en} ({told.en})")


def promise(calendar: Calendar, standard: Standard, moment: datetime) -> Due:
    """Give what a standard promises of an item taken in at a moment."""
    start = counted_from(calendar, moment, standard.cut_off_hour)
    first = add_working_days(calendar, start, standard.first_attempt_days)
    last = add_working_days(calendar, start, standard.delivery_days)
    return Due(start, first, last, calendar.unpublished(start, last))


def keeping(
    due: date | None, happened: date | None, today: date, *, given_up: bool = False
) -> Keeping:
    """Give what became of a limit by the day it asks for and the day it happened, if it did."""
    if due is None:
        return Keeping.NONE
    if happened is not None:
        return Keeping.ON_TIME if happened <= due else Keeping.LATE
    if given_up:
        return Keeping.GIVEN_UP
    return Keeping.RUNNING if today <= due else Keeping.OVERDUE


@dataclass(frozen=True, slots=True)
class Kept:
    """How one limit was kept by a number of items."""

    on_time: int = 0
    late: int = 0
    running: int = 0
    overdue: int = 0
    given_up: int = 0
    none: int = 0

    @classmethod
    def of(cls, tally: Mapping[Keeping, int]) -> "Kept":
        """Give the counts of a tally."""
        return cls(**{one.value: tally.get(one, 0) for one in Keeping})

    @property
    def closed(self) -> int:
        """Give how many limits are closed; what is running is not among them."""
        return self.on_time + self.late

    @property
    def total(self) -> int:
        """Give how many items there are in all."""
        return sum(getattr(self, one.value) for one in Keeping)

    @property
    def ratio(self) -> Ratio:
        """Give the share on time of the closed ones; unknown is what is running."""
        return Ratio(self.on_time, self.closed, self.running + self.overdue)

    def __add__(self, other: "Kept") -> "Kept":
        """Give both together."""
        names = [one.value for one in Keeping]
        return Kept(**{name: getattr(self, name) + getattr(other, name) for name in names})
