"""Standing still: when an item has lain with one holder longer than it should.

1. What was promised decides: an item whose day of delivery has passed stands still, and so does
   one that nobody has tried to deliver although the day of the first attempt has passed.
2. Where nothing was promised, a term per kind of holder decides: so many working days in one
   holder's hands. The province sets it; until it does, the terms below hold.
3. What has reached its end stands nowhere.
"""

from dataclasses import dataclass
from datetime import date

from postal_app.rules.calendar import Calendar, add_working_days
from postal_app.rules.holders import HolderKind
from postal_app.rules.vietnamese import day
from postal_app.rules.words import Words

DEFAULT_DAYS = {HolderKind.POINT: 2, HolderKind.COURIER: 1, HolderKind.AGENCY: 2}
"""Working days with one holder, until the province decides otherwise."""

DELIVERY_PASSED = Words("Quá hạn phát từ ngày {day}", "Delivery overdue since {day}")
ATTEMPT_PASSED = Words(
    "Chưa phát lần nào, hạn phát lần đầu ngày {day}", "Never tried; the first attempt was due {day}"
)
LAIN_TOO_LONG = Words(
    "Nằm một chỗ quá {days} ngày làm việc, từ ngày {since}",
    "In one place for more than {days} working days, since {since}",
)


@dataclass(frozen=True, slots=True)
class Stay:
    """An item in one holder's hands: since when, what was promised of it, whether it was tried."""

    kind: HolderKind
    since: date
    first_attempt_due: date | None
    delivery_due: date | None
    tried: bool


@dataclass(frozen=True, slots=True)
class StandsStill:
    """That an item should have moved by a day, and why."""

    since_due: date
    why: Words


def stands_still(
    stay: Stay, today: date, days: int | None, calendar: Calendar
) -> StandsStill | None:
    """Say that an item stands still; None while it does not.

    Args:
        stay: where it is.
        today: the last day of a limit still belongs to it.
        days: working days it may stay with such a holder where nothing was promised; None: no term.
        calendar: the province's.
    """
    if stay.delivery_due is not None:
        if stay.delivery_due < today:
            return _passed(DELIVERY_PASSED, stay.delivery_due)
        due = stay.first_attempt_due
        if due is not None and due < today and not stay.tried:
            return _passed(ATTEMPT_PASSED, due)
        return None
    if days is None:
        return None
    until = add_working_days(calendar, stay.since, days)
    if today <= until:
        return None
    return StandsStill(until, LAIN_TOO_LONG.filled(days=days, since=day(stay.since)))


def _passed(words: Words, due: date) -> StandsStill:
    return StandsStill(due, words.filled(day=day(due)))
