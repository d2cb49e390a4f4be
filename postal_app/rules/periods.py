"""Periods: any pair of days, both included, as days are counted in Việt Nam.

Published figures end on odd days (1/1 to 10/10), so a period is no month with a number.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from postal_app.rules.vietnamese import VIETNAM, day
from postal_app.rules.words import Words


@dataclass(frozen=True, slots=True)
class Period:
    """A pair of days, both included, in the time of Việt Nam."""

    first: date
    last: date

    def __post_init__(self) -> None:
        """Refuse a last day before the first; the door asks again, so here it is our fault."""
        if self.last < self.first:
            raise ValueError(f"a period cannot end on {self.last}, before it begins")

    @property
    def starts(self) -> datetime:
        """Give the first moment of the period."""
        return datetime.combine(self.first, time(), VIETNAM)

    @property
    def ends(self) -> datetime:
        """Give the first moment after the period."""
        return datetime.combine(self.last + timedelta(days=1), time(), VIETNAM)

    @property
    def words(self) -> Words:
        """Give the period as a heading says it."""
        said = Words("Từ ngày {first} đến hết ngày {last}", "From {first} to {last} inclusive")
        return said.filled(first=day(self.first), last=day(self.last))


@dataclass(frozen=True, slots=True)
class Preset:
    """A period that is often asked for, by its name."""

    words: Words
    period: Period


def presets(today: date) -> tuple[Preset, ...]:
    """Give this month, the month before, this quarter and this year."""
    month = today.replace(day=1)
    quarter = month.replace(month=month.month - (month.month - 1) % 3)
    before = (month - timedelta(days=1)).replace(day=1)
    return (
        Preset(Words("Tháng này", "This month"), _months(month, 1)),
        Preset(Words("Tháng trước", "Last month"), _months(before, 1)),
        Preset(Words("Quý này", "This quarter"), _months(quarter, 3)),
        Preset(Words("Năm nay", "This year"), _months(month.replace(month=1), 12)),
    )


def _months(first: date, count: int) -> Period:
    years, months = divmod(first.month - 1 + count, 12)
    after = date(first.year + years, months + 1, 1)
    return Period(first, after - timedelta(days=1))
