"""Retention: the terms in force, and the province's changes to them, each with its ground.

A term is never edited: a new one begins on a day and holds from then on, also for what is already
kept. How long what is kept may be, and from which day it counts, say the rules.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.people_data import RetentionTerm
from models.staff import Account
from postal_app.errors import Invalid
from postal_app.rules.retention import (
    CLASSES,
    MOST_DAYS,
    MOST_MONTHS,
    DataClass,
    Length,
    last_day,
    too_long,
    too_short,
)
from postal_app.rules.roles import Actor
from postal_app.rules.vietnamese import day_of, tidy
from postal_app.rules.words import Words


class UnknownClass(Invalid):
    """No class of data with a term has this code."""

    words = Words("Hãy chọn một loại dữ liệu có thời hạn.", "Choose a class of data with a term.")


class BadLength(Invalid):
    """The term is neither months nor days, or out of all bounds."""

    words = Words(
        "Thời hạn ghi bằng số tháng hoặc số ngày, từ 1 trở lên; không ghi cả hai.",
        "A term is a number of months or of days, at least 1; not both.",
    )


class TermTooShort(Invalid):
    """The law needs the data longer."""

    words = Words(
        "Loại dữ liệu này phải giữ ít nhất {least} tháng.",
        "This class of data must be kept for at least {least} months.",
    )


class TermTooLong(Invalid):
    """What is sensitive would be kept too long."""

    words = Words(
        "Loại dữ liệu này chỉ được giữ nhiều nhất {most} tháng.",
        "This class of data may be kept for at most {most} months.",
    )


class Groundless(Invalid):
    """A term without the decision that sets it."""

    words = Words(
        "Hãy ghi văn bản quy định thời hạn này.", "Name the decision that sets this term."
    )


class TermInThePast(Invalid):
    """A term that would begin before today."""

    words = Words(
        "Thời hạn mới có hiệu lực từ hôm nay trở đi.", "A new term begins today or later."
    )


@dataclass(frozen=True, slots=True)
class NewTerm:
    """A term to be set: months or days, one of the two zero."""

    class_code: str
    months: int
    days: int
    source: str
    valid_from: date


@dataclass(frozen=True, slots=True)
class Term:
    """A term as it stands; `entered_by` is empty for the default."""

    id: int
    class_code: str
    length: Length
    source: str
    valid_from: date
    entered_by: str


@dataclass(frozen=True, slots=True)
class ClassTerms:
    """One class with its term in force (none: it is not erased) and those that begin later."""

    code: str
    data: DataClass
    now: Term | None
    later: tuple[Term, ...]


def in_force(session: Session, on: date) -> dict[str, Term]:
    """Give the term of each class on a day: the one that began last."""
    rows = session.scalars(
        select(RetentionTerm)
        .where(RetentionTerm.valid_from <= on)
        .order_by(RetentionTerm.valid_from, RetentionTerm.id)
    )
    return {row.class_code: _term(row) for row in rows if row.class_code in CLASSES}


def listed(session: Session, on: date) -> list[ClassTerms]:
    """Give every class of data with its term on a day, in the order of the rules."""
    present = in_force(session, on)
    later = session.scalars(
        select(RetentionTerm)
        .where(RetentionTerm.valid_from > on)
        .order_by(RetentionTerm.valid_from, RetentionTerm.id)
    ).all()
    return [
        ClassTerms(code, data, present.get(code), _of(code, later))
        for code, data in CLASSES.items()
    ]


def set_term(session: Session, new: NewTerm, by: Actor, *, now: datetime) -> int:
    """Set a term from a day on; give its id.

    Raises:
        UnknownClass: there is no such class, or it has no term.
        BadLength: the length is no length.
        TermTooShort, TermTooLong: the law does not allow it.
        Groundless: no decision is named.
        TermInThePast: it would begin before today.
    """
    data = CLASSES.get(new.class_code)
    if data is None or not data.erased:
        raise UnknownClass(field="class_code")
    length = _length(new)
    if too_short(new.class_code, length):
        raise TermTooShort(field="months", least=data.least)
    if too_long(new.class_code, length):
        raise TermTooLong(field="months", most=data.most)
    if not tidy(new.source):
        raise Groundless(field="source")
    if new.valid_from < day_of(now):
        raise TermInThePast(field="valid_from")
    row = RetentionTerm(
        class_code=new.class_code,
        months=new.months,
        days=new.days,
        source=tidy(new.source),
        valid_from=new.valid_from,
        entered_at=now,
        entered_by=session.scalars(
            select(Account.sign_in).where(Account.id == by.account_id)
        ).one(),
    )
    session.add(row)
    session.flush()  # the id is what the caller needs
    return row.id


def kept_until(terms: dict[str, Term], code: str, since: date | None) -> date | None:
    """Give the last day on which data of a class are kept; None while no term runs."""
    if since is None or code not in terms:
        return None
    return last_day(terms[code].length, since)


def _length(new: NewTerm) -> Length:
    within = 0 <= new.months <= MOST_MONTHS and 0 <= new.days <= MOST_DAYS
    if not within or (new.months > 0) == (new.days > 0):
        raise BadLength(field="months")
    return Length(new.months, new.days)


def _term(row: RetentionTerm) -> Term:
    length = Length(row.months, row.days)
    return Term(row.id, row.class_code, length, row.source, row.valid_from, row.entered_by)


def _of(code: str, rows: Sequence[RetentionTerm]) -> tuple[Term, ...]:
    return tuple(_term(row) for row in rows if row.class_code == code)
