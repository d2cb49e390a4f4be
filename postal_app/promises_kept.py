"""How promises were kept: both limits of every item that began its way in a period, apart.

Items of every kind of leg are measured, by the published times they were promised by: those to an
agency by the times of submission, those to a citizen by the times of results. The archive groups,
`rules.promises` judges. Shares are of the limits that are closed; what is running, and what was
never promised, is counted beside them and never inside.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, and_, exists, func, select
from sqlalchemy.orm import Session, aliased, joinedload

from models.dossiers import Dossier
from models.items import Item, Leg
from models.ledger import LedgerEntry
from models.promises import Promise
from postal_app.month_legs import day_in_vietnam, within
from postal_app.rules.legs import LEGS, RESULT, SUBMISSION
from postal_app.rules.periods import Period
from postal_app.rules.promises import (
    ATTEMPT_KINDS,
    GIVEN_UP,
    REACHED_KINDS,
    Keeping,
    Kept,
    Limit,
    keeping,
)
from postal_app.rules.vietnamese import day_of
from postal_app.rules.words import Words

MOST_LISTED = 200
WAYS = {
    SUBMISSION: Words("Đến cơ quan", "To the agency"),
    RESULT: Words("Đến người dân", "To the citizen"),
}
"""The legs whose published times hold, with the words for all that are promised by them."""

_GIVEN_UP = [state.value for state in GIVEN_UP]


@dataclass(frozen=True, slots=True)
class KeptPeriod:
    """How the promises of a period stand on a day; `ways` by whose times hold, and limit."""

    period: Period
    as_of: datetime
    ways: Mapping[str, Mapping[Limit, Kept]]

    def of(self, limit: Limit) -> Kept:
        """Give a limit of all legs together."""
        return sum((limits[limit] for limits in self.ways.values()), Kept())


@dataclass(frozen=True, slots=True)
class Overdue:
    """An item that is not there although its day has passed."""

    number: str
    leg: str
    state: str
    point: str
    due: date


def kept(session: Session, period: Period, *, now: datetime) -> KeptPeriod:
    """Give how both limits were kept by the items that began their way in a period."""
    today = day_of(now)
    tallies: dict[tuple[str, Limit], Counter[Keeping]] = {
        (leg, limit): Counter() for leg in WAYS for limit in Limit
    }
    for row in session.execute(_groups(period)):
        for limit, due, happened in (
            (Limit.FIRST_ATTEMPT, row.first_attempt_due, row.first_attempt),
            (Limit.DELIVERY, row.delivery_due, row.reached),
        ):
            stands = keeping(due, happened, today, given_up=row.given_up)
            tallies[LEGS[row.leg].promised_as, limit][stands] += row.n
    ways = {leg: {limit: Kept.of(tallies[leg, limit]) for limit in Limit} for leg in WAYS}
    return KeptPeriod(period, now, ways)


def overdue(session: Session, period: Period, *, now: datetime) -> list[Overdue]:
    """Give the items of a period that are overdue, the oldest promise first; `MOST_LISTED`."""
    items = _began(period)
    reached = _happened(period)
    rows = session.execute(
        select(Item, Promise.delivery_due)
        .join(items, items.c.item_id == Item.id)
        .join(Promise, _holds(items))
        .options(joinedload(Item.point))
        .outerjoin(reached, reached.c.item_id == Item.id)
        .where(reached.c.reached.is_(None), Promise.delivery_due < day_of(now))
        .where(Item.state.not_in(_GIVEN_UP))
        .order_by(Promise.delivery_due, Item.id)
        .limit(MOST_LISTED)
    )
    return [
        Overdue(item.number, item.leg, item.state, item.point.name, due)
        for item, due in rows
        if due is not None
    ]


def _groups(period: Period) -> "Select[Any]":
    """Group the items of a period by their limits and the days on which those were closed."""
    items, happened = _began(period), _happened(period)
    columns = (
        Item.leg,
        Item.state.in_(_GIVEN_UP).label("given_up"),
        Promise.first_attempt_due,
        Promise.delivery_due,
        day_in_vietnam(happened.c.first_attempt).label("first_attempt"),
        day_in_vietnam(happened.c.reached).label("reached"),
    )
    return (
        select(*columns, func.count().label("n"))
        .join(items, items.c.item_id == Item.id)
        .outerjoin(Promise, _holds(items))
        .outerjoin(happened, happened.c.item_id == Item.id)
        .group_by(*columns)
    )


def _began(period: Period) -> Any:
    """Select the items of which a leg began in the period, each once, with its start."""
    return (
        select(Leg.item_id, func.min(Leg.started_at).label("started_at"))
        .join(Dossier, Leg.dossier_id == Dossier.id)
        .where(within(Leg.started_at, period), Dossier.voided_at.is_(None))
        .group_by(Leg.item_id)
        .subquery("began")
    )


def _holds(items: Any) -> Any:
    return and_(Promise.item_id == items.c.item_id, Promise.started_at == items.c.started_at)


def _happened(period: Period) -> Any:
    """Select when items were first attempted and first there; what was corrected is left out."""
    mistake = aliased(LedgerEntry)
    reached = func.min(LedgerEntry.occurred_at).filter(LedgerEntry.kind.in_(REACHED_KINDS))
    return (
        select(
            LedgerEntry.item_id,
            func.min(LedgerEntry.occurred_at).label("first_attempt"),
            reached.label("reached"),
        )
        .where(
            LedgerEntry.kind.in_(ATTEMPT_KINDS),
            LedgerEntry.recorded_at >= period.starts,
            ~exists().where(
                mistake.kind == "corrected",
                mistake.item_id == LedgerEntry.item_id,
                mistake.corrects == LedgerEntry.fact,
            ),
        )
        .group_by(LedgerEntry.item_id)
        .subquery("happened")
    )
