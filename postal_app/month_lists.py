"""The legs behind a figure, leg by leg, and the list of exceptions that somebody works through."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, Subquery, func, or_, select
from sqlalchemy.orm import Session

from models.dossiers import Dossier
from models.items import Item
from models.procedures import Decision, Permission
from models.staff import Account
from postal_app.month_legs import became, began, ended, in_class
from postal_app.month_names import Named, Names
from postal_app.rules.exceptional import Judged, harm_words
from postal_app.rules.indicators import DIRECTION_OF, HARMS, LEG_OF, LegClass
from postal_app.rules.integrity import INTEGRITY_WORDS, Integrity
from postal_app.rules.legs import LEGS
from postal_app.rules.periods import Period
from postal_app.rules.permission import Direction, PermissionPeriod
from postal_app.rules.vietnamese import day_of
from postal_app.rules.vocabulary import STATE_WORDS, State
from postal_app.rules.ways import Progress, progress
from postal_app.rules.words import Words

LISTED = 5_000
"""So many exceptions are listed; past that the archive's list of procedures is what is wrong."""

FAULTS = tuple(found for found in LegClass if found is not LegClass.ALLOWED)


@dataclass(frozen=True, slots=True)
class Choice:
    """Which legs of a period are wanted; what is left out does not matter.

    With `conditions` the legs are those that ended in the period, else those that began in it.
    `legs` are kinds of leg; without them, and without a condition or what became of them, only the
    two directions are meant. `agency` and `point` are ids, as the lines of a month bear them.
    """

    direction: Direction | None = None
    legs: tuple[str, ...] = ()
    became: tuple[Progress, ...] = ()
    classes: tuple[LegClass, ...] = ()
    conditions: tuple[Integrity, ...] = ()
    procedure: str = ""
    agency: str = ""
    point: str = ""

    @property
    def kinds(self) -> tuple[str, ...]:
        """Give the kinds of leg that are meant."""
        if self.direction is not None:
            return (LEG_OF[self.direction],)
        everything = self.conditions or self.became
        return self.legs or tuple(LEGS if everything else DIRECTION_OF)


@dataclass(frozen=True, slots=True)
class ListedLeg:
    """One leg, with who and what and where, and what is to be said of it.

    `on` is the day it began, or ended where it was chosen by its condition; `who` took the dossier
    in; `what` is the class or the condition, and `why` explains it.
    """

    item: str
    dossier: str
    leg: str
    procedure: Named
    agency: Named
    point: Named
    on: date
    who: str
    what: Words
    why: Words


def exceptions(session: Session, period: Period, names: Names) -> tuple[ListedLeg, ...]:
    """Give what somebody has to look at, harm first, then faults of permission; up to `LISTED`."""
    found: list[ListedLeg] = []
    for choice in (Choice(conditions=HARMS), Choice(classes=FAULTS)):
        found += legs_behind(session, period, choice, names, limit=LISTED - len(found))
    return tuple(found)


def legs_behind(
    session: Session, period: Period, choice: Choice, names: Names, *, limit: int, skip: int = 0
) -> list[ListedLeg]:
    """Give the chosen legs in the order in which they began, or ended.

    Args:
        limit: how many at most.
        skip: how many to leave out at the beginning.
    """
    wanted = _wanted(period, choice).limit(limit).offset(skip).subquery("wanted")
    if choice.conditions:
        return [_harmed(row, names) for row in session.execute(_detailed(wanted))]
    told = _went if choice.became else _judged
    return [told(row, names) for row in session.execute(_quoted(wanted))]


def count_behind(session: Session, period: Period, choice: Choice) -> int:
    """Give the number of chosen legs."""
    wanted = _wanted(period, choice).order_by(None).subquery()
    return session.scalar(select(func.count()).select_from(wanted)) or 0


def _wanted(period: Period, choice: Choice) -> "Select[Any]":
    """Select the chosen legs in order, before anything is looked up for each of them."""
    if choice.conditions:
        legs = ended(period).subquery("legs")
        conditions = [one.value for one in choice.conditions]
        wanted = select(legs, legs.c.ended_at.label("moment"))
        wanted = wanted.where(legs.c.integrity.in_(conditions))
    else:
        legs = began(period).subquery("legs")
        wanted = select(legs, legs.c.started_at.label("moment"))
        if choice.classes:
            wanted = wanted.where(or_(*(in_class(legs, one) for one in choice.classes)))
        if choice.became:
            wanted = wanted.where(or_(*(became(legs, one) for one in choice.became)))
    wanted = wanted.where(legs.c.kind.in_(choice.kinds))
    if choice.procedure:
        wanted = wanted.where(legs.c.procedure_code == choice.procedure)
    if choice.agency:
        wanted = wanted.where(legs.c.agency_id == int(choice.agency))
    if choice.point:
        wanted = wanted.where(legs.c.point_id == int(choice.point))
    return wanted.order_by("moment", legs.c.leg_id)


def _detailed(wanted: Subquery) -> "Select[Any]":
    """Select with each leg what people call it, and who took the dossier in."""
    return (
        select(
            wanted,
            Item.number.label("item"),
            Dossier.number.label("dossier"),
            Account.full_name.label("who"),
        )
        .join(Item, Item.id == wanted.c.item_id)
        .join(Dossier, Dossier.id == wanted.c.dossier_id)
        .join(Account, Account.id == Dossier.opened_by)
        .order_by(wanted.c.moment, wanted.c.leg_id)
    )


def _quoted(wanted: Subquery) -> "Select[Any]":
    """Select with each leg what its verdict quotes; empty where no decision speaks."""
    return (
        _detailed(wanted)
        .add_columns(
            Permission.reason,
            Permission.valid_from,
            Permission.valid_to,
            Decision.number.label("decision"),
            Decision.issued_on,
        )
        .outerjoin(Permission, Permission.id == wanted.c.permission_id)
        .outerjoin(Decision, Decision.id == Permission.decision_id)
    )


def _went(row: Any, names: Names) -> ListedLeg:
    """Tell what has become of a leg."""
    what = progress(row.state, row.outcome, ended=row.ended).words
    return _listed(row, names, day_of(row.started_at), what, STATE_WORDS[State(row.state)])


def _judged(row: Any, names: Names) -> ListedLeg:
    direction = DIRECTION_OF.get(row.kind)
    if direction is None:  # no decision speaks of this kind of leg
        return _went(row, names)
    basis = None
    if row.permission_id is not None:
        basis = PermissionPeriod(
            direction,
            allowed=row.allowed,
            reason=row.reason,
            decision_number=row.decision,
            issued_on=row.issued_on,
            valid_from=row.valid_from,
            valid_to=row.valid_to,
        )
    judged = Judged(
        direction,
        code=row.procedure_code,
        in_catalogue=row.procedure_code in names.procedures,
        basis=basis,
        accepted_on=day_of(row.accepted_at),
        point=str(names.point(str(row.point_id))),
        qualified=row.qualified,
        began_on=day_of(row.started_at),
    )
    return _listed(row, names, judged.began_on, judged.leg_class.words, judged.why)


def _harmed(row: Any, names: Names) -> ListedLeg:
    condition, on = Integrity(row.integrity), day_of(row.ended_at)
    return _listed(row, names, on, INTEGRITY_WORDS[condition], harm_words(condition, on))


def _listed(row: Any, names: Names, on: date, what: Words, why: Words) -> ListedLeg:
    return ListedLeg(
        item=row.item,
        dossier=row.dossier,
        leg=row.kind,
        procedure=names.procedure(row.procedure_code),
        agency=names.agency(str(row.agency_id)),
        point=names.point(str(row.point_id)),
        on=on,
        who=row.who,
        what=what,
        why=why,
    )
