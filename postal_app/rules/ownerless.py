"""Items without owner: when what can be neither delivered nor returned has nobody left.

An item is without owner when receiver and sender both refused it; or when, six months after it was
accepted, it can be neither delivered nor returned, and a list that named it was published for as
long as the province decided (Luật Bưu chính 49/2010/QH12; TTLT 18/2015). Months are those of the
calendar. What was never on its way back cannot be without owner: it goes back first.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from postal_app.rules.undeliverable import GROUNDS, Ruling
from postal_app.rules.vietnamese import day
from postal_app.rules.words import Words

MONTHS = 6
A_YEAR = 12

_FIRST_BACK = Words(
    "Bưu gửi chưa được chuyển hoàn cho người gửi; phải chuyển hoàn trước.",
    "It has not been sent back to its sender; that comes first.",
)
_TOO_EARLY = Words(
    "Chưa đủ sáu tháng kể từ ngày chấp nhận; sớm nhất là ngày {earliest}.",
    "Six months since the acceptance have not passed; {earliest} at the earliest.",
)
_NOT_PUBLISHED = Words(
    "Chưa niêm yết trong danh sách bưu gửi không có người nhận.",
    "It has not been published in the list of items without receiver.",
)
_PUBLISHED = Words(
    "Đang niêm yết đến hết ngày {last}; sớm nhất là ngày {earliest}.",
    "Published until {last}; {earliest} at the earliest.",
)


@dataclass(frozen=True, slots=True)
class Unclaimed:
    """An item that nobody has taken, as the rule needs it.

    `accepted_on` is the day on which what is being returned was accepted; `back` says whether the
    return itself cannot be delivered.
    """

    is_return: bool
    accepted_on: date
    first_ground: str
    back: Ruling
    published_on: date | None
    publication_days: int


def months_after(start: date, months: int) -> date:
    """Give the same day so many months later; the last of the month where there is no such day."""
    year, month = divmod(start.year * A_YEAR + start.month - 1 + months, A_YEAR)
    last = monthrange(year, month + 1)[1]
    return date(year, month + 1, min(start.day, last))


def may_declare(case: Unclaimed, today: date) -> Ruling:
    """Say whether an item may be declared to be without owner, in words why, or why not yet."""
    if not case.is_return:
        return Ruling(_FIRST_BACK)
    if not case.back.allowed:
        return case.back
    if case.first_ground == case.back.ground == "refused":
        return Ruling(GROUNDS["both_refused"], "both_refused", today)
    ripe = months_after(case.accepted_on, MONTHS)
    if case.published_on is None:
        return Ruling(_NOT_PUBLISHED, earliest=None)
    last = case.published_on + timedelta(days=case.publication_days)
    earliest = max(ripe, last + timedelta(days=1))
    if today >= earliest:
        return Ruling(GROUNDS["neither_way"], "neither_way", earliest)
    words = _TOO_EARLY if today < ripe else _PUBLISHED
    return Ruling(words.filled(earliest=day(earliest), last=day(last)), earliest=earliest)
