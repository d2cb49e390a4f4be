"""Closing a month: the province signs its figures; whatever is learnt later stands beside them.

A closing keeps the whole reckoned period as its page showed it, each figure by its name, and on
which checkpoint of the ledger it stood. Nothing of it is reckoned again: `Closed` holds what was
signed against what the ledger says now.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models.closings import MonthClosing
from models.ledger import LedgerEntry
from postal_app import checkpoints, month_book, month_figures, month_record
from postal_app.errors import Conflict, Forbidden, Invalid, NotAllowed
from postal_app.month_book import Book
from postal_app.month_figures import Figure
from postal_app.rules import closing as rules
from postal_app.rules.closing import Adjustment
from postal_app.rules.periods import Period
from postal_app.rules.roles import ROLE_WORDS, Actor, Role
from postal_app.rules.vietnamese import day, day_of, moment
from postal_app.rules.words import Words


class NoMonth(Invalid):
    """Only a whole calendar month is closed."""

    words = Words(
        "Chỉ chốt trọn một tháng dương lịch; hãy chọn từ ngày đầu đến ngày cuối tháng.",
        "Only a whole calendar month is closed; choose its first and its last day.",
    )


class MonthNotOver(NotAllowed):
    """The month has days to come."""

    words = Words(
        "Tháng này chưa hết; chốt được từ ngày {day}.",
        "This month is not over; it can be closed from {day} on.",
    )


class MonthClosed(Conflict):
    """The month was closed before, and a closing is never undone."""

    words = Words(
        "Tháng này đã được {name} chốt lúc {at}; những gì đến sau là điều chỉnh.",
        "This month was closed by {name} on {at}; what comes later is an adjustment.",
    )


class ClosedMeanwhile(Conflict):
    """Somebody else closed a month in the same moment."""

    words = Words(
        "Có người khác vừa chốt tháng. Hãy tải lại trang rồi xem lại.",
        "Somebody else has just closed a month. Reload the page and look again.",
    )


class FiguresMoved(Conflict):
    """What would be signed is not what was seen."""

    words = Words(
        "Số liệu vừa thay đổi so với lúc bạn xem. Hãy xem lại số mới bên dưới rồi chốt.",
        "The figures have changed since you saw them. Look at the new ones below, then close.",
    )


@dataclass(frozen=True, slots=True)
class Closed:
    """A closed month: as it was signed, and each figure that is another one now.

    `adjustments` and `words` are by the figures' names; `words` has those of all figures.
    """

    closing: MonthClosing
    signed: Book
    adjustments: Mapping[str, Adjustment]
    words: Mapping[str, Words]

    @property
    def code(self) -> str:
        """Give the short code that goes with the papers of this month."""
        return rules.code_of(self.closing.digest)

    @property
    def role_words(self) -> Words:
        """Give in which role it was signed."""
        return ROLE_WORDS[Role(self.closing.role)]

    @property
    def summary(self) -> dict[str, Adjustment]:
        """Give the adjustments of the figures that other machines are told of."""
        return {n: one for n, one in self.adjustments.items() if n in month_figures.SUMMARY}

    @property
    def details(self) -> dict[str, Adjustment]:
        """Give the adjustments of what stands behind the summary."""
        return {n: one for n, one in self.adjustments.items() if n not in month_figures.SUMMARY}


def hold_still(session: Session) -> None:
    """Let all that is signed be of one instant; to be the transaction's first statement."""
    session.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))


def may_close(by: Actor) -> bool:
    """Tell whether a person's present role closes months."""
    return by.role in rules.MAY_CLOSE


def could_close(by: Actor, period: Period, *, now: datetime) -> bool:
    """Tell whether a person's role closes months and the period is one that is over."""
    return may_close(by) and rules.is_month(period) and rules.is_over(period, day_of(now))


def seen_in(book: Book) -> str:
    """Give the short name of all figures of a book, for who is to sign what he saw."""
    return rules.seen_code(month_figures.values(month_figures.figures(book)))


def check(session: Session, period: Period, *, now: datetime) -> None:
    """See to it that a month can be closed.

    Raises:
        NoMonth: the period is no calendar month.
        MonthNotOver: it has days to come.
        MonthClosed: it was closed before.
    """
    if not rules.is_month(period):
        raise NoMonth(field="from")
    if not rules.is_over(period, day_of(now)):
        raise MonthNotOver(day=day(day_of(period.ends)))
    if (before := of(session, period)) is not None:
        raise MonthClosed(name=before.signer, at=moment(before.closed_at))


def close(session: Session, period: Period, seen: str, by: Actor, *, now: datetime) -> MonthClosing:
    """Sign a month's figures as they are now.

    Args:
        session: one that sees one moment (`hold_still`).
        period: the month.
        seen: the short name of the figures the person saw (`seen_in`).
        by: who signs.
        now: the server's clock.

    Raises:
        Forbidden: this role closes nothing.
        NoMonth, MonthNotOver, MonthClosed: see `check`.
        FiguresMoved: what was seen is no longer so.
        ClosedMeanwhile: somebody else was faster.
    """
    if not may_close(by):
        raise Forbidden
    check(session, period, now=now)
    book = month_book.gather(session, period, now=now)
    if seen != seen_in(book):
        raise FiguresMoved
    made = _signed(session, book, by, now)
    session.add(made)
    try:
        session.flush()  # the month and the number, each unique, are the lock
    except IntegrityError as error:
        raise ClosedMeanwhile from error
    return made


def of(session: Session, period: Period) -> MonthClosing | None:
    """Give the closing of a period; None when it is no closed month."""
    if not rules.is_month(period):
        return None
    return session.scalars(select(MonthClosing).where(MonthClosing.first == period.first)).first()


def closed(session: Session, book: Book) -> Closed | None:
    """Give what was signed of a period that was reckoned now; None when it is no closed month."""
    found = of(session, book.month.period)
    if found is None:
        return None
    signed = month_record.read(Book, found.book)
    now, then = month_figures.figures(book), month_figures.figures(signed)
    return Closed(
        found,
        signed,
        rules.adjustments(found.figures, month_figures.values(now)),
        _words(now) | _words(then),
    )


def content(one: MonthClosing) -> dict[str, object]:
    """Give what a closing's digest covers: all of the row but the two digests."""
    return {
        name: getattr(one, name)
        for name in MonthClosing.__table__.columns.keys()  # noqa: SIM118  not a dict
        if name not in ("previous", "digest", "first")
    } | {"first": one.first.isoformat()}


def _signed(session: Session, book: Book, by: Actor, now: datetime) -> MonthClosing:
    before = session.scalars(
        select(MonthClosing).order_by(MonthClosing.number.desc()).limit(1)
    ).first()
    newest = checkpoints.latest(session)
    made = MonthClosing(
        number=before.number + 1 if before else 1,
        first=book.month.period.first,
        closed_at=now,
        closed_by=by.account_id,
        assignment_id=by.assignment_id,
        signer=by.name,
        role=by.role.value,
        place=by.place,
        figures=month_figures.values(month_figures.figures(book)),
        book=month_record.written(book),
        checkpoint=newest.number if newest else None,
        log_size=newest.size if newest else 0,
        log_root=newest.root if newest else b"",
        log_code=newest.code if newest else "",
        seen_id=session.scalar(select(func.max(LedgerEntry.id))) or 0,
        previous=before.digest if before else rules.NOTHING_BEFORE,
    )
    made.digest = rules.digest_of(made.previous, content(made))
    return made


def _words(told: Mapping[str, Figure]) -> dict[str, Words]:
    return {name: one.words for name, one in told.items()}
