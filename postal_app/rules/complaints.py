"""Complaints: within which time they may be made, by when they are answered.

1. A complaint is in writing. About loss or lateness it may be made within six months from the end
   of the transit time, about damage, tampering or price within one month from the delivery
   (Luật Bưu chính 49/2010/QH12 Art. 38). It is answered within two months.
2. The transit time is the one that was *promised* of the item when it was taken in. Where nothing
   was promised the time cannot be reckoned; that is said, and the complaint is gone into.
3. A term of months ends with the day of the same number in its last month, or with the last day of
   a month that has none: six months from 31 August end on the last of February. What begins it is
   not counted. A time limit of the citizen's whose last day is a rest day ends with the next
   working day (Bộ luật Dân sự 91/2015/QH13 Art. 147, 148). The post's own term for the answer is
   not drawn out by rest days.
4. Outside its time a complaint is still taken in and answered; it is judged "out of time".
5. Who answers is neither who took the complaint in nor whom it is about.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from postal_app.rules.calendar import Calendar
from postal_app.rules.roles import Role
from postal_app.rules.vietnamese import day
from postal_app.rules.words import Words

POSTAL_LAW = "Luật Bưu chính 49/2010/QH12 Điều 38"
IN_FORCE = date(2011, 1, 1)
ANSWER_MONTHS = 2

MAY_TAKE_IN = frozenset({Role.CLERK, Role.PROVINCIAL})
MAY_SEE = MAY_TAKE_IN | {Role.AUDITOR}


class Since(StrEnum):
    """From what a time limit runs."""

    PROMISED_END = "promised_end"
    DELIVERY = "delivery"


SINCE_WORDS = {
    Since.PROMISED_END: Words("ngày hết thời gian toàn trình đã hẹn", "the promised transit's end"),
    Since.DELIVERY: Words("ngày phát", "the day of delivery"),
}


@dataclass(frozen=True, slots=True)
class Window:
    """Within how many months from what, by which act, from which day on."""

    months: int
    since: Since
    basis: str
    valid_from: date


@dataclass(frozen=True, slots=True)
class ComplaintKind:
    """What a complaint is about; `windows` oldest first, none where the law sets no time."""

    words: Words
    windows: tuple[Window, ...] = ()

    def window(self, on: date) -> Window | None:
        """Give the time limit in force on a day."""
        return next((one for one in reversed(self.windows) if one.valid_from <= on), None)


_TRANSIT = (Window(6, Since.PROMISED_END, POSTAL_LAW, IN_FORCE),)
_DELIVERY = (Window(1, Since.DELIVERY, POSTAL_LAW, IN_FORCE),)

KINDS: dict[str, ComplaintKind] = {
    "loss": ComplaintKind(Words("Mất bưu gửi", "Loss"), _TRANSIT),
    "lateness": ComplaintKind(Words("Chậm so với thời gian đã hẹn", "Lateness"), _TRANSIT),
    "damage": ComplaintKind(Words("Bưu gửi hư hỏng", "Damage"), _DELIVERY),
    "tampering": ComplaintKind(
        Words("Bưu gửi bị suy chuyển, tráo đổi", "Tampering or exchange"), _DELIVERY
    ),
    "price": ComplaintKind(Words("Giá cước", "Price"), _DELIVERY),
    "other": ComplaintKind(Words("Nội dung khác", "Something else")),
}

COMPLAINANTS = {
    "sender": Words("Người gửi", "Sender"),
    "receiver": Words("Người nhận", "Receiver"),
    "proxy": Words("Người được ủy quyền", "Proxy"),
}

VERDICTS = {
    "interim": Words("Thông báo đang xác minh", "Interim: being looked into"),
    "justified": Words("Khiếu nại đúng", "Justified"),
    "partly": Words("Khiếu nại đúng một phần", "Justified in part"),
    "unjustified": Words("Khiếu nại không đúng", "Not justified"),
    "out_of_time": Words("Khiếu nại ngoài thời hiệu", "Out of time"),
}
FINAL_VERDICTS = frozenset(VERDICTS) - {"interim"}
OPENS_COMPENSATION = frozenset({"justified", "partly"})


class Standing(StrEnum):
    """Whether a complaint came within its time."""

    IN_TIME = "in_time"
    NOT_BEGUN = "not_begun"
    OUT_OF_TIME = "out_of_time"
    UNKNOWN = "unknown"


STANDING_WORDS = {
    Standing.IN_TIME: Words("Trong thời hiệu", "In time"),
    Standing.NOT_BEGUN: Words("Thời hiệu chưa bắt đầu", "Its time has not begun"),
    Standing.OUT_OF_TIME: Words("Ngoài thời hiệu", "Out of time"),
    Standing.UNKNOWN: Words("Không tính được thời hiệu", "Its time cannot be reckoned"),
}

COUNTED = Words(
    "{months} tháng từ {since} {day}, đến hết ngày {last} ({basis})",
    "{months} months from {since}, {day}, to the end of {last} ({basis})",
)
STILL_ANSWERED = Words("; vẫn ghi nhận và trả lời", "; it is still recorded and answered")
NO_PROMISE = Words(
    "lúc nhận chưa công bố thời gian toàn trình nên không có ngày để tính; vẫn xem xét ({basis})",
    "no transit time was published at acceptance, so no day to count from; gone into ({basis})",
)
NOT_DELIVERED = Words("bưu gửi chưa phát ({basis})", "the item is not delivered yet ({basis})")
NO_WINDOW = Words(
    "luật không nêu thời hiệu cho nội dung này; vẫn xem xét",
    "the law sets no time for this; gone into",
)


@dataclass(frozen=True, slots=True)
class Known:
    """What the ledger and the stored promise say: the promised last day, the day it was there."""

    promised_end: date | None
    delivered_on: date | None

    def since(self, kind: Since) -> date | None:
        """Give the day a time limit runs from; None when there is none."""
        return self.promised_end if kind is Since.PROMISED_END else self.delivered_on


@dataclass(frozen=True, slots=True)
class Judged:
    """Whether a complaint came within its time, and from when to when that ran."""

    standing: Standing
    since: date | None
    last_day: date | None
    words: Words


def judge(kind: str, lodged: date, known: Known, calendar: Calendar) -> Judged:
    """Judge whether a complaint that was lodged on a day came within its time.

    Args:
        kind: one of `KINDS`.
        lodged: the day it came in.
        known: what is known of the item.
        calendar: the days of the province, for a last day that is a rest day.
    """
    window = KINDS[kind].window(lodged)
    if window is None:
        return _judged(Standing.UNKNOWN, None, None, NO_WINDOW)
    since = known.since(window.since)
    if since is None:
        unknown = window.since is Since.PROMISED_END
        standing = Standing.UNKNOWN if unknown else Standing.NOT_BEGUN
        why = NO_PROMISE if unknown else NOT_DELIVERED
        return _judged(standing, None, None, why.filled(basis=window.basis))
    last = last_day(since, window.months, calendar)
    facts = {"months": window.months, "day": day(since), "last": day(last), "basis": window.basis}
    from_what = SINCE_WORDS[window.since]
    why = Words(
        COUNTED.vi.format(since=from_what.vi, **facts),
        COUNTED.en.format(since=from_what.en, **facts),
    )
    if lodged > last:
        why = Words(why.vi + STILL_ANSWERED.vi, why.en + STILL_ANSWERED.en)
        return _judged(Standing.OUT_OF_TIME, since, last, why)
    standing = Standing.NOT_BEGUN if lodged < since else Standing.IN_TIME
    return _judged(standing, since, last, why)


def add_months(start: date, months: int) -> date:
    """Give the day of the same number so many months later, or that month's last day."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def last_day(start: date, months: int, calendar: Calendar) -> date:
    """Give the last day of a citizen's time limit; a rest day gives way to a working day."""
    found = add_months(start, months)
    while not calendar.is_working(found):
        found += timedelta(days=1)
    return found


def answer_due(lodged: date) -> date:
    """Give the last day for the answer; rest days do not draw it out."""
    return add_months(lodged, ANSWER_MONTHS)


def _judged(standing: Standing, since: date | None, last: date | None, why: Words) -> Judged:
    head = STANDING_WORDS[standing]
    said = Words(f"{head.vi}: {why.vi}.", f"{head.en}: {why.en}.")
    return Judged(standing, since, last, said)
