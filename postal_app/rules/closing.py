"""Closing a month: what is signed stays, what is learnt later stands beside it.

1. Only a calendar month that is over, by the days of Việt Nam, is closed, and only once.
2. What was signed is never reckoned anew. What a reckoning gives later is told as an adjustment
   of each figure: signed + difference = now, so that nothing is hidden in either.
3. A figure that one of the two has not is nought there: a procedure first used by a late scan.
4. A closing is chained to the one before it and digests all that was signed; its short code goes
   with the papers, so that whoever holds one can hold it against the archive.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from postal_app.rules.chain import START, link
from postal_app.rules.checkpoints import letters_of
from postal_app.rules.periods import Period
from postal_app.rules.roles import Role
from postal_app.rules.words import Words

NOTHING_BEFORE = START
"""What stands for the closing before the first one."""

MAY_CLOSE = frozenset({Role.PROVINCIAL})

MONTH = Words("chốt tháng {month:02}/{year}", "closing of {month:02}/{year}")


@dataclass(frozen=True, slots=True)
class Adjustment:
    """One figure of a closed month that is another one by now."""

    signed: int
    now: int

    @property
    def difference(self) -> int:
        """Give what is to be added to the signed figure."""
        return self.now - self.signed


def month_of(first: date) -> Period:
    """Give the calendar month that begins on a day, or in which the day lies."""
    begins = first.replace(day=1)
    return Period(begins, (begins + timedelta(days=31)).replace(day=1) - timedelta(days=1))


def is_month(period: Period) -> bool:
    """Tell whether a period is one whole calendar month."""
    return period == month_of(period.first)


def is_over(period: Period, today: date) -> bool:
    """Tell whether the last day of a period has passed."""
    return period.last < today


def adjustments(signed: Mapping[str, int], now: Mapping[str, int]) -> dict[str, Adjustment]:
    """Give each figure that has changed since it was signed, in the order of what is now."""
    names = dict.fromkeys((*now, *signed))
    found = {name: Adjustment(signed.get(name, 0), now.get(name, 0)) for name in names}
    return {name: one for name, one in found.items() if one.difference}


def adjusted(signed: Mapping[str, int], changed: Mapping[str, Adjustment]) -> dict[str, int]:
    """Give what was signed with its adjustments added; noughts that nobody signed are left out."""
    names = dict.fromkeys((*signed, *changed))
    differences = {name: one.difference for name, one in changed.items()}
    return {name: signed.get(name, 0) + differences.get(name, 0) for name in names}


def digest_of(previous: bytes, content: Mapping[str, object]) -> bytes:
    """Give the digest (32 bytes) of a closing that follows `previous`."""
    return link(previous, content)


def seen_code(figures: Mapping[str, int]) -> str:
    """Give a short name of figures, so that what is signed is what was seen."""
    return digest_of(NOTHING_BEFORE, figures).hex()[:16]


def code_of(digest: bytes) -> str:
    """Give the short code of a closing, of the same letters as a checkpoint's."""
    return letters_of(b"postal-month-closing 1\n" + digest)


def name_of(first: date) -> Words:
    """Give what a closing is called."""
    return MONTH.filled(month=first.month, year=first.year)
