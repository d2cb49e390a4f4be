"""Which legs a period holds, as selects: those that began in it and those that ended in it.

Nothing is judged here. The selects bring the facts a leg is judged by, and `rules.indicators`
says what they mean; what a class consists of is asked of the rule and not said a second time.
"""

from datetime import timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    SQLColumnExpression,
    Subquery,
    and_,
    case,
    cast,
    exists,
    false,
    func,
    literal,
    not_,
    or_,
    select,
    true,
    tuple_,
    type_coerce,
    union_all,
)
from sqlalchemy.orm import aliased

from models.dossiers import Dossier
from models.items import Item, Leg
from models.ledger import LedgerEntry
from models.places import Qualification
from models.procedures import Permission, Procedure
from postal_app.rules.indicators import (
    DIRECTION_OF,
    FAILED_KINDS,
    Circumstances,
    LegClass,
    circumstances_of,
)
from postal_app.rules.legs import TO_AGENCY
from postal_app.rules.periods import Period
from postal_app.rules.permission import Answer
from postal_app.rules.vocabulary import Outcome, State
from postal_app.rules.ways import Progress
from postal_app.rules.ways import circumstances_of as ways_to

# One offset since 1975; by its name the server would look it up anew for each leg.
_OFFSET = timedelta(hours=7)

# What is told of every leg.
_FOUND: tuple[Any, ...] = (
    Leg.id.label("leg_id"),
    Leg.item_id,
    Leg.dossier_id,
    Leg.kind,
    Leg.started_at,
    Dossier.procedure_code,
    Dossier.agency_id,
    Item.point_id,
    Item.integrity,
)
# An envelope that the agency sent away again before anybody there signed was not handed over.
_STANDS = or_(Leg.kind.not_in(TO_AGENCY), Item.outcome == Outcome.HANDED_OVER.value)


def day_in_vietnam(moment: SQLColumnExpression[Any]) -> ColumnElement[Any]:
    """Give the day it was in Việt Nam at a moment."""
    return cast(func.timezone(_OFFSET, moment), Date)


def within(moment: SQLColumnExpression[Any], period: Period) -> ColumnElement[bool]:
    """Tell whether a moment lies in the period."""
    return and_(moment >= period.starts, moment < period.ends)


def _permissions() -> Subquery:
    """Give every permission with its procedure's code and the kind of leg it is about."""
    kind = case(
        *(
            (Permission.direction == direction.value, literal(kind))
            for kind, direction in DIRECTION_OF.items()
        )
    )
    return (
        select(
            Procedure.code,
            kind.label("kind"),
            Permission.id,
            Permission.allowed,
            Permission.valid_from,
            Permission.valid_to,
        )
        .join(Permission, Permission.procedure_id == Procedure.id)
        .subquery("held")
    )


def _qualified_days(period: Period) -> Subquery:
    """Give each day of the period on which each point was qualified, once."""
    days = func.generate_series(
        type_coerce(period.first, Date), period.last, literal(timedelta(days=1))
    ).column_valued("days")
    on = cast(days, Date)
    return (
        select(Qualification.point_id, on.label("day"))
        .where(
            Qualification.valid_from <= on,
            or_(Qualification.valid_to.is_(None), Qualification.valid_to >= on),
        )
        .distinct()
        .subquery("qualified")
    )


def began(period: Period) -> Any:
    """Select the legs of every kind that began in the period, with the facts they are judged by.

    Columns: leg_id, item_id, dossier_id, kind, started_at, procedure_code, agency_id, point_id,
    accepted_at, permission_id, allowed (None: no decision, or no published direction), qualified,
    state, outcome, ended, integrity.
    """
    accepted_at = func.coalesce(Dossier.sealed_at, Leg.started_at)
    held, qualified = _permissions(), _qualified_days(period)
    in_force = and_(
        held.c.code == Dossier.procedure_code,
        held.c.kind == Leg.kind,
        held.c.valid_from <= day_in_vietnam(accepted_at),
        or_(held.c.valid_to.is_(None), held.c.valid_to >= day_in_vietnam(accepted_at)),
    )
    on_that_day = and_(
        qualified.c.point_id == Item.point_id,
        qualified.c.day == day_in_vietnam(Leg.started_at),
    )
    return (
        select(
            *_FOUND,
            accepted_at.label("accepted_at"),
            held.c.id.label("permission_id"),
            held.c.allowed,
            qualified.c.day.is_not(None).label("qualified"),
            Item.state,
            Item.outcome,
            and_(Leg.ended_at.is_not(None), _STANDS).label("ended"),
        )
        .join(Dossier, Leg.dossier_id == Dossier.id)
        .join(Item, Leg.item_id == Item.id)
        .outerjoin(held, in_force)
        .outerjoin(qualified, on_that_day)
        .where(within(Leg.started_at, period), Dossier.voided_at.is_(None))
    )


def ended(period: Period) -> Any:
    """Select the legs of every kind that reached their end in the period, lost ones included.

    The end is when the agency had it (its own word where the courier's is missing), when the
    citizen had it, or when it was reported lost and not found since; what went back to its sender
    has not reached it. Columns: leg_id, item_id, dossier_id, kind, started_at, procedure_code,
    agency_id, point_id, integrity, ended_at.
    """
    arrived, missing = Leg.ended_at, Item.changed_at
    reached = _ended(arrived, within(arrived, period), _STANDS)
    waiting = or_(arrived.is_(None), not_(_STANDS))
    lost = _ended(missing, Item.state == State.LOST.value, waiting, within(missing, period))
    return union_all(reached, lost)


def _ended(moment: SQLColumnExpression[Any], *chosen: ColumnElement[bool]) -> Any:
    return (
        select(*_FOUND, moment.label("ended_at"))
        .join(Dossier, Leg.dossier_id == Dossier.id)
        .join(Item, Leg.item_id == Item.id)
        .where(*chosen, Dossier.voided_at.is_(None))
    )


def failed_since(period: Period) -> Subquery:
    """Select the items with an attempt that failed since the period began; mistakes left out."""
    mistake = aliased(LedgerEntry)
    return (
        select(LedgerEntry.item_id)
        .where(
            LedgerEntry.kind.in_(FAILED_KINDS),
            LedgerEntry.recorded_at >= period.starts,
            ~exists().where(
                mistake.kind == "corrected",
                mistake.item_id == LedgerEntry.item_id,
                mistake.corrects == LedgerEntry.fact,
            ),
        )
        .distinct()
        .subquery("failed")
    )


def in_class(legs: Subquery, wanted: LegClass) -> ColumnElement[bool]:
    """Tell whether a leg of `began` is in a class, as the rule composes it."""
    return or_(false(), *(_circumstances(legs, found) for found in circumstances_of(wanted)))


def became(legs: Subquery, wanted: Progress) -> ColumnElement[bool]:
    """Tell whether a leg of `began` has become one thing, as the rule composes it."""
    found = tuple_(legs.c.state, legs.c.outcome, legs.c.ended)
    return found.in_([tuple_(*map(literal, ways)) for ways in ways_to(wanted)])


def _circumstances(legs: Subquery, found: Circumstances) -> ColumnElement[bool]:
    allowed = {
        Answer.UNKNOWN: legs.c.allowed.is_(None),
        Answer.ALLOWED: legs.c.allowed.is_(true()),
        Answer.NOT_ALLOWED: legs.c.allowed.is_(false()),
    }[found.answer]
    return and_(allowed, legs.c.qualified == found.qualified)
