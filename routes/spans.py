"""How long a time is, in the largest unit that says it."""

from postal_app.rules.vietnamese import number
from routes.language import _

SECOND_MS, MINUTE_MS, HOUR_MS, DAY_MS = 1_000, 60_000, 3_600_000, 86_400_000


def span_words(milliseconds: int) -> str:
    """Give a length of time in words, to the nearest unit."""
    if milliseconds >= 2 * DAY_MS:
        return _("{n} ngày", n=_rounded(milliseconds, DAY_MS))
    if milliseconds >= 2 * HOUR_MS:
        return _("{n} giờ", n=_rounded(milliseconds, HOUR_MS))
    if milliseconds >= MINUTE_MS:
        return _("{n} phút", n=_rounded(milliseconds, MINUTE_MS))
    return _("{n} giây", n=_rounded(milliseconds, SECOND_MS))


def _rounded(milliseconds: int, unit: int) -> str:
    return number((milliseconds + unit // 2) // unit)
