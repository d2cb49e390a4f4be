"""The calendar of working days, by which the post counts its promises.

1. Which weekdays are rest days, which are worked in the morning only, which days are holidays and
   which were exchanged for others is data, published anew for each year and province. The days
   without work follow Bộ luật Lao động 45/2019/QH14 Art. 111 and 112; when Tết is, and what is
   exchanged for what, is announced each year.
2. A day has one kind: what is said of the day itself goes before what is said of its weekday.
3. A term of n working days is reached on the n-th working day after the day it is counted from.
   That day itself is not counted; a term of none is reached on the day itself.
4. A morning worked is no working day of a term. But the post takes in on it, and what comes
   before noon is counted from that day.
5. What is taken in after the cut-off hour, or on a day without work, is counted from the next day
   on which the post is open.
6. Days and hours are those of Việt Nam (Asia/Ho_Chi_Minh, UTC+7 without summer time).
7. A year of which nothing is published is not an ordinary year. Its days are reckoned with
   Saturday and Sunday as the only rest days, and whoever uses them is told so (`unpublished`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from types import MappingProxyType

from postal_app.rules.vietnamese import VIETNAM
from postal_app.rules.words import Words

A_DAY = timedelta(days=1)
NOON = 12
SATURDAY, SUNDAY = 5, 6
WEEKEND = frozenset({SATURDAY, SUNDAY})
LONGEST_TERM = 250  # more working days than any year has

FIXED_HOLIDAYS = ((1, 1), (30, 4), (1, 5), (2, 9))
"""Day and month of the holidays of the solar calendar (Bộ luật Lao động 45/2019/QH14 Art. 112)."""


class DayKind(StrEnum):
    """What a published calendar says of a day or of a weekday."""

    HOLIDAY = "holiday"
    REST = "rest"
    HALF = "half"
    WORK = "work"

    @property
    def words(self) -> Words:
        """Give the kind as the calendar's page says it."""
        return DAY_WORDS[self]


DAY_WORDS: dict[DayKind, Words] = {
    DayKind.HOLIDAY: Words("Nghỉ lễ, Tết", "Public holiday"),
    DayKind.REST: Words("Nghỉ", "Rest day"),
    DayKind.HALF: Words("Làm buổi sáng", "Morning worked"),
    DayKind.WORK: Words("Làm bù", "Worked in exchange"),
}

WEEKDAY_WORDS = (
    Words("Thứ Hai", "Monday"),
    Words("Thứ Ba", "Tuesday"),
    Words("Thứ Tư", "Wednesday"),
    Words("Thứ Năm", "Thursday"),
    Words("Thứ Sáu", "Friday"),
    Words("Thứ Bảy", "Saturday"),
    Words("Chủ nhật", "Sunday"),
)


@dataclass(frozen=True, slots=True)
class YearCalendar:
    """A year as it was published: its rest days and worked mornings by weekday (0 is Monday).

    `days` holds what differs from the week; `version` says which publication this is.
    """

    year: int
    version: str = ""
    rest_weekdays: frozenset[int] = WEEKEND
    half_weekdays: frozenset[int] = frozenset()
    days: Mapping[date, DayKind] = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        """Refuse a week without a working day: no term would ever end."""
        if len(self.rest_weekdays | self.half_weekdays) >= len(WEEKDAY_WORDS):
            raise ValueError(f"{self.year} has no weekday that is worked")

    def kind(self, day: date) -> DayKind:
        """Give the kind of a day of this year."""
        if day in self.days:
            return self.days[day]
        if day.weekday() in self.rest_weekdays:
            return DayKind.REST
        return DayKind.HALF if day.weekday() in self.half_weekdays else DayKind.WORK


@dataclass(frozen=True, slots=True)
class Calendar:
    """The published years of one province, by year."""

    years: Mapping[int, YearCalendar] = field(default_factory=lambda: MappingProxyType({}))

    def kind(self, day: date) -> DayKind:
        """Give the kind of any day, by the weekend alone in a year that is not published."""
        return (self.years.get(day.year) or YearCalendar(day.year)).kind(day)

    def is_working(self, day: date) -> bool:
        """Tell whether a day is a whole working day."""
        return self.kind(day) is DayKind.WORK

    def is_open(self, day: date) -> bool:
        """Tell whether the post takes in on a day, be it in the morning only."""
        return self.kind(day) in (DayKind.WORK, DayKind.HALF)

    def unpublished(self, first: date, last: date) -> tuple[int, ...]:
        """Give the years between two days of which nothing is published."""
        return tuple(y for y in range(first.year, last.year + 1) if y not in self.years)

    def versions(self, first: date, last: date) -> str:
        """Give the versions by which the days between two days are reckoned, year by year."""
        known = (self.years.get(year) for year in range(first.year, last.year + 1))
        return "; ".join(one.version for one in known if one is not None)


def add_working_days(calendar: Calendar, start: date, count: int) -> date:
    """Give the day on which a term of so many working days from `start` is reached.

    Raises:
        ValueError: the count is negative, or longer than any term; that is our fault.
    """
    if not 0 <= count <= LONGEST_TERM:
        raise ValueError(f"a term of {count} working days")
    reached = start
    while count:
        reached += A_DAY
        count -= calendar.is_working(reached)
    return reached


def working_days_between(calendar: Calendar, start: date, end: date) -> int:
    """Count the working days after `start` up to and with `end`; none when it is not later."""
    days = (start + n * A_DAY for n in range(1, (end - start).days + 1))
    return sum(calendar.is_working(day) for day in days)


def counted_from(calendar: Calendar, moment: datetime, cut_off_hour: int) -> date:
    """Give the day from which a term is counted for what is taken in at a moment.

    Args:
        calendar: the days of the province.
        moment: aware; taken to Việt Nam.
        cut_off_hour: the last hour of the day, 24 for none; at the full hour is still in time.

    Raises:
        ValueError: the moment has no time zone; that is our fault.
    """
    if moment.utcoffset() is None:
        raise ValueError(f"a moment needs its time zone, but {moment!r} has none")
    local = moment.astimezone(VIETNAM)
    day = local.date()
    if calendar.is_open(day):
        last = min(cut_off_hour, NOON) if calendar.kind(day) is DayKind.HALF else cut_off_hour
        if last > time.max.hour or local.time() <= time(last):
            return day
    day += A_DAY
    while not calendar.is_open(day):
        day += A_DAY
    return day


def missing_holidays(year: int, days: Iterable[date]) -> tuple[date, ...]:
    """Give the holidays of the solar calendar that a year's list leaves out."""
    named = set(days)
    fixed = (date(year, month, day) for day, month in FIXED_HOLIDAYS)
    return tuple(sorted(day for day in fixed if day not in named))
