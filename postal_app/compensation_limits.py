"""The published limits of compensation for total loss: so many times the postage, from a day on.

They are only ever added to: the one that holds on a day is the latest that had begun by then.
"""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from models.complaints import CompensationLimit
from postal_app.errors import Conflict, Forbidden, Invalid
from postal_app.rules.roles import Actor, Role
from postal_app.rules.vietnamese import day, tidy
from postal_app.rules.words import Words


class LimitBackdated(Conflict):
    """A published limit holds from its day on; a later one does not begin before it."""

    words = Words(
        "Đã có mức từ ngày {day}; mức mới phải bắt đầu sau ngày đó.",
        "A limit from {day} is published; a new one must begin after that day.",
    )


class NoLimit(Invalid):
    """A limit is so many times the postage, and rests on something."""

    words = Words("Mục này còn trống.", "This is empty.")


def limits(session: Session) -> Sequence[CompensationLimit]:
    """Give the published limits, the latest first."""
    return session.scalars(
        select(CompensationLimit)
        .options(joinedload(CompensationLimit.publisher))
        .order_by(CompensationLimit.valid_from.desc())
    ).all()


def limit_on(session: Session, on: date) -> CompensationLimit | None:
    """Give the limit that holds on a day; None where none has begun."""
    return session.scalars(
        select(CompensationLimit)
        .where(CompensationLimit.valid_from <= on)
        .order_by(CompensationLimit.valid_from.desc())
        .limit(1)
    ).first()


def publish_limit(
    session: Session, times: int, valid_from: date, source: str, by: Actor, *, now: datetime
) -> CompensationLimit:
    """Publish a limit for total loss, from a day on; an earlier one holds until the day before.

    Raises:
        Forbidden: only provincial staff publish one.
        NoLimit: there is no source, or no number of times.
        LimitBackdated: a later or equal one is published.
    """
    if by.role is not Role.PROVINCIAL:
        raise Forbidden
    if times < 1:
        raise NoLimit(field="times")
    if not tidy(source):
        raise NoLimit(field="source")
    newest = next(iter(limits(session)), None)
    if newest is not None and newest.valid_from >= valid_from:
        raise LimitBackdated(field="valid_from", day=day(newest.valid_from))
    made = CompensationLimit(
        times=times,
        valid_from=valid_from,
        source=tidy(source),
        published_by=by.account_id,
        published_at=now,
    )
    session.add(made)
    session.flush()
    return made
