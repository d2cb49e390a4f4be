"""The hours of the story: two whole months, the post's days and the offices' days.

1. The post works from Monday to Saturday, the agencies from Monday to Friday.
2. Nobody works on the four holidays of the solar calendar (Bộ luật Lao động 45/2019/QH14
   Art. 112); those of the lunar calendar are left out, a sample province does not keep them.
"""

from datetime import UTC, date, datetime, time, timedelta

from postal_app.rules.periods import Period
from postal_app.rules.vietnamese import VIETNAM, day_of

SATURDAY, SUNDAY = 5, 6
HOLIDAYS = frozenset({(1, 1), (30, 4), (1, 5), (2, 9)})
"""Day and month."""

A_DAY = timedelta(days=1)


def last_two_months(now: datetime) -> Period:
    """Give the two whole calendar months before the one that it is now in Việt Nam."""
    last = day_of(now).replace(day=1) - A_DAY
    return two_months_from((last.replace(day=1) - A_DAY).replace(day=1))


def two_months_from(first: date) -> Period:
    """Give the two calendar months that begin with the month of a day."""
    begins = first.replace(day=1)
    return Period(begins, _next_month(_next_month(begins)) - A_DAY)


def later_month(months: Period) -> Period:
    """Give the second of the two months."""
    return Period(months.last.replace(day=1), months.last)


def breaks_off(months: Period) -> datetime:
    """Give the instant at which the story ends: in the afternoon of the last office day."""
    return clock(max(filter(is_office_day, days(months))), 14, 45)


def days(period: Period) -> list[date]:
    """Give every day of a period."""
    return [period.first + i * A_DAY for i in range((period.last - period.first).days + 1)]


def is_post_day(day: date) -> bool:
    """Tell whether the post works on a day."""
    return day.weekday() != SUNDAY and (day.day, day.month) not in HOLIDAYS


def is_office_day(day: date) -> bool:
    """Tell whether the agencies work on a day."""
    return day.weekday() < SATURDAY and is_post_day(day)


def post_day_after(day: date) -> date:
    """Give the post's next day of work."""
    return _after(day, 1, office=False)


def office_day_after(day: date, count: int = 1) -> date:
    """Give the agencies' day of work so many days of work after a day; a holiday for 0 moves on."""
    if count:
        return _after(day, count, office=True)
    return day if is_office_day(day) else _after(day, 1, office=True)


def clock(day: date, hour: int, minute: int = 0) -> datetime:
    """Give the instant of a wall clock in Việt Nam; minutes past the hour's end run on."""
    return datetime.combine(day, time(hour), VIETNAM).astimezone(UTC) + timedelta(minutes=minute)


def _next_month(first: date) -> date:
    return (first + timedelta(days=32)).replace(day=1)


def _after(day: date, count: int, *, office: bool) -> date:
    works = is_office_day if office else is_post_day
    while count:
        day += A_DAY
        count -= works(day)
    return day
