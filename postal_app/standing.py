"""Items that stand still, on the work list of whoever holds them; the oldest promise first.

The rule stands in `rules.standing`; here the archive gives what it needs: how long an item is in
its present hands, what was promised of it, and the province's term for such a holder.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select, type_coerce
from sqlalchemy.orm import Session

from models.deliveries import DeliveryTerm
from models.items import Item, Leg
from models.movements import Movement
from models.promises import Promise
from postal_app import delivery_terms
from postal_app.calendars import calendar
from postal_app.delivery_terms import STANDING
from postal_app.holder_names import holder_words, names_of
from postal_app.ledger import own_holder
from postal_app.rules.holders import Holder, HolderKind
from postal_app.rules.roles import Actor
from postal_app.rules.standing import DEFAULT_DAYS, StandsStill, Stay, stands_still
from postal_app.rules.vietnamese import day_of
from postal_app.rules.vocabulary import ENDED, Outcome, State
from postal_app.rules.words import Words

MOST_SHOWN = 200
_KEEPERS = tuple(str(kind) for kind in DEFAULT_DAYS)
_ENDED = (*(str(state) for state in ENDED), str(State.LOST))
_UNTRIED = (Outcome.NONE.value,)


@dataclass(frozen=True, slots=True)
class Standing:
    """An item that stands still: where, since when, by when it should have moved, and why."""

    number: str
    leg: str
    state: str
    quarantined: bool
    holder: Words
    since: datetime
    still: StandsStill


def work(session: Session, by: Actor, *, now: datetime) -> list[Standing]:
    """Give what stands still with a person, his point or agency; for the province with anybody.

    The oldest promise comes first, and never more than `MOST_SHOWN`.
    """
    today = day_of(now)
    known = calendar(session, today.replace(year=today.year - 1), today)
    terms = delivery_terms.published(session)
    days = {kind: days_with(terms, kind, today) for kind in DEFAULT_DAYS}
    judged: dict[Stay, StandsStill | None] = {}  # thousands lie alike, since the same few days
    found: list[tuple[Row[Any], StandsStill]] = []
    for row in session.execute(_candidates(by, today)):
        kind = HolderKind(row.holder_kind)
        stay = Stay(
            kind,
            day_of(row.since),
            row.first_attempt_due,
            row.delivery_due,
            row.outcome not in _UNTRIED,
        )
        if stay not in judged:
            judged[stay] = stands_still(stay, today, days.get(kind), known)
        if still := judged[stay]:
            found.append((row, still))
    found.sort(key=lambda one: (one[1].since_due, one[0].since, one[0].number))
    return _told(session, found[:MOST_SHOWN])


def days_with(terms: Sequence[DeliveryTerm], kind: HolderKind, on: date) -> int | None:
    """Give how many working days an item may stay with a kind of holder, by the term in force."""
    fitting = [one for one in terms if one.purpose == STANDING.get(kind) and one.valid_from <= on]
    if not fitting:
        return DEFAULT_DAYS.get(kind)
    return max(fitting, key=lambda one: (one.valid_from, one.id)).days


def _candidates(by: Actor, today: date) -> Select[Any]:
    """Select what is in somebody's hands and either late or promised nothing."""
    moved = (
        select(Movement.at)
        .where(Movement.item_id == Item.id)
        .order_by(Movement.ordinal.desc())
        .limit(1)
        .correlate(Item)
        .scalar_subquery()
    )
    started = (
        select(Leg.started_at)
        .where(Leg.item_id == Item.id)
        .order_by(Leg.id)
        .limit(1)
        .correlate(Item)
        .scalar_subquery()
    )
    untried = and_(Promise.first_attempt_due < today, Item.outcome.in_(_UNTRIED))
    return (
        select(
            Item.number,
            Item.leg,
            Item.state,
            Item.quarantined,
            Item.holder_kind,
            Item.holder_id,
            Item.outcome,
            Promise.first_attempt_due,
            Promise.delivery_due,
            type_coerce(func.coalesce(moved, Item.changed_at), Movement.at.type).label("since"),
        )
        .outerjoin(Promise, and_(Promise.item_id == Item.id, Promise.started_at == started))
        .where(
            ~Item.closed,
            Item.entries > 0,
            Item.state.not_in(_ENDED),
            _with(by),
            or_(Promise.delivery_due.is_(None), Promise.delivery_due < today, untried),
        )
    )


def _with(by: Actor) -> ColumnElement[bool]:
    if by.province_id is not None:
        return Item.holder_kind.in_(_KEEPERS)
    holder = own_holder(by)
    return and_(Item.holder_kind == holder.kind, Item.holder_id == holder.id)


def _told(session: Session, found: Iterable[tuple[Row[Any], StandsStill]]) -> list[Standing]:
    rows = list(found)
    holders = [Holder(HolderKind(row.holder_kind), row.holder_id) for row, _ in rows]
    names = names_of(session, holders, public=False)
    return [
        Standing(
            row.number,
            row.leg,
            row.state,
            row.quarantined,
            holder_words(holder, names.get(holder, "")),
            row.since,
            still,
        )
        for (row, still), holder in zip(rows, holders, strict=True)
    ]
