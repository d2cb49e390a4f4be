"""The tallies of a period: the archive groups and counts, the rules say what the groups are."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Select,
    Subquery,
    any_,
    exists,
    func,
    literal,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from models.dossiers import Dossier
from models.items import Item, Leg
from postal_app.month_legs import began, ended, failed_since, within
from postal_app.rules.indicators import (
    DIRECTION_OF,
    Circumstances,
    ClassCount,
    IntegrityCount,
    LegClass,
    Volume,
    answer_of,
    leg_class,
)
from postal_app.rules.integrity import Integrity
from postal_app.rules.legs import LEGS
from postal_app.rules.periods import Period
from postal_app.rules.permission import Direction
from postal_app.rules.ways import Became, Deliveries

PROCEDURE, AGENCY, POINT = "procedure_code", "agency_id", "point_id"
KEYS = (PROCEDURE, AGENCY, POINT)
TOTAL = "total"


@dataclass(slots=True)
class _Heap:
    """What is being counted of one procedure, agency or point, or of all."""

    legs: dict[Direction, Counter[LegClass]] = field(
        default_factory=lambda: {direction: Counter() for direction in Direction}
    )
    dossiers: int = 0
    spare: int = 0

    def volume(self) -> Volume:
        """Give what was counted; each leg is in one item, but for those that share theirs."""
        submit, back = (ClassCount.of(self.legs[direction]) for direction in Direction)
        return Volume(self.dossiers, submit, back, submit.total + back.total - self.spare)


Heaps = dict[str, defaultdict[str, _Heap]]


@dataclass(frozen=True, slots=True)
class Carried:
    """What a period holds of one kind of leg: dossiers, legs and items, and what became of them."""

    leg: str
    dossiers: int
    legs: int
    items: int
    way: Deliveries
    integrity: IntegrityCount


@dataclass(frozen=True, slots=True)
class Tallies:
    """The volumes of a period in all and by key, and what it holds of each kind of leg.

    The keys are texts: a procedure's code as it was stated, an agency's or a point's id.
    """

    total: Volume
    by_procedure: Mapping[str, Volume]
    by_agency: Mapping[str, Volume]
    by_point: Mapping[str, Volume]
    by_leg: tuple[Carried, ...]


def tallies(session: Session, period: Period) -> Tallies:
    """Give the volumes of a period and what became of the legs that began in it."""
    heaps: Heaps = {by: defaultdict(_Heap) for by in (*KEYS, TOTAL)}
    ways = _count_legs(session, period, heaps)
    spare = _count_spare(session, period, heaps)
    _count_dossiers(session, period, heaps)
    found = {by: {key: heap.volume() for key, heap in heaps[by].items()} for by in heaps}
    return Tallies(
        total=found[TOTAL].get("", Volume()),
        by_procedure=found[PROCEDURE],
        by_agency=found[AGENCY],
        by_point=found[POINT],
        by_leg=_carried(ways, spare, conditions(session, period)),
    )


def conditions(session: Session, period: Period) -> dict[str, IntegrityCount]:
    """Give by kind of leg in what condition those that ended in the period did so."""
    legs = ended(period).subquery()
    found: dict[str, Counter[Integrity]] = {leg: Counter() for leg in LEGS}
    rows = select(legs.c.kind, legs.c.integrity, func.count().label("n"))
    for row in session.execute(rows.group_by(legs.c.kind, legs.c.integrity)):
        found[row.kind][Integrity(row.integrity)] += row.n
    return {leg: IntegrityCount.of(tally) for leg, tally in found.items()}


def _carried(
    ways: Mapping[str, Counter[Became]],
    spare: Mapping[str, Counter[str]],
    ends: Mapping[str, IntegrityCount],
) -> tuple[Carried, ...]:
    """Give each kind of leg its line; each leg is of one dossier in one item, but for the spare."""
    return tuple(
        Carried(
            leg,
            dossiers=ways[leg].total() - spare["dossiers"][leg],
            legs=ways[leg].total(),
            items=ways[leg].total() - spare["items"][leg],
            way=Deliveries.of(ways[leg]),
            integrity=ends[leg],
        )
        for leg in LEGS
    )


def _count_legs(session: Session, period: Period, heaps: Heaps) -> dict[str, Counter[Became]]:
    """Put each leg's class on its heaps, and give what became of all legs, in one pass."""
    ways: dict[str, Counter[Became]] = {leg: Counter() for leg in LEGS}
    for row in session.execute(_leg_groups(period)):
        if row.way:
            ways[row.kind][Became(row.state, row.outcome, row.ended, row.failed)] += row.n
            continue
        direction = DIRECTION_OF.get(row.kind)
        if direction is None:
            continue
        by, key = _key(row)
        found = leg_class(Circumstances(answer_of(row.allowed), row.qualified))
        heaps[by][key].legs[direction][found] += row.n
        if by == AGENCY:  # each leg has exactly one
            heaps[TOTAL][""].legs[direction][found] += row.n
    return ways


def _count_spare(session: Session, period: Period, heaps: Heaps) -> dict[str, Counter[str]]:
    """Count the legs that share an item, or a dossier, with another leg of their kind.

    Puts those of the two directions on their heaps, and gives both by kind of leg. Only what is
    shared at all, which is little, is looked at closely.
    """
    spare: dict[str, Counter[str]] = {"items": Counter(), "dossiers": Counter()}
    for name, column in (("items", Leg.item_id), ("dossiers", Leg.dossier_id)):
        several = select(column).where(within(Leg.started_at, period))
        ids = session.scalars(several.group_by(column, Leg.kind).having(func.count() > 1)).all()
        if ids:
            spare[name] = _spare_of(session, period, column, ids)
    if spare["items"]:
        _put_spare(session, period, heaps)
    return spare


def _spare_of(session: Session, period: Period, column: Any, ids: Sequence[int]) -> Counter[str]:
    spare = func.count() - func.count(column.distinct())
    rows = session.execute(
        select(Leg.kind, spare.label("n"))
        .join(Dossier, Leg.dossier_id == Dossier.id)
        .where(within(Leg.started_at, period), Dossier.voided_at.is_(None))
        .where(column == any_(literal(ids, ARRAY(BigInteger))))
        .group_by(Leg.kind)
    )
    return Counter({row.kind: row.n for row in rows})


def _put_spare(session: Session, period: Period, heaps: Heaps) -> None:
    """Put on each heap how many legs share an item with another leg of the heap."""
    mine = (within(Leg.started_at, period), Leg.kind.in_(DIRECTION_OF))
    shared = select(Leg.item_id).where(*mine).group_by(Leg.item_id).having(func.count() > 1)
    legs = (
        select(Leg.item_id, Dossier.procedure_code, Dossier.agency_id, Item.point_id)
        .join(Dossier, Leg.dossier_id == Dossier.id)
        .join(Item, Leg.item_id == Item.id)
        .where(*mine, Dossier.voided_at.is_(None))
        .where(Leg.item_id == any_(literal(session.scalars(shared).all(), ARRAY(BigInteger))))
        .subquery()
    )
    spare = func.count() - func.count(legs.c.item_id.distinct())
    for row in session.execute(_by_each_key(legs, spare)):
        by, key = _key(row)
        heaps[by][key].spare += row.n
    whole = session.execute(select(spare.label("n")).select_from(legs)).one()
    heaps[TOTAL][""].spare += whole.n


def _count_dossiers(session: Session, period: Period, heaps: Heaps) -> None:
    """Put the dossiers of the period on their heaps."""
    for row in session.execute(_by_each_key(_opened(period), func.count())):
        by, key = _key(row)
        heaps[by][key].dossiers += row.n
        if by == AGENCY:  # each dossier has exactly one
            heaps[TOTAL][""].dossiers += row.n


def _key(row: Any) -> tuple[str, str]:
    """Give by what a group is made, and the key it is made of."""
    return next((by, str(getattr(row, by))) for by in KEYS if getattr(row, by) is not None)


def _leg_groups(period: Period) -> "Select[Any]":
    """Group the legs of the period by each key and class, and by what became of them (`way`)."""
    legs, failed = began(period).subquery("legs"), failed_since(period)
    failed_once = failed.c.item_id.is_not(None)
    classed = (legs.c.kind, legs.c.allowed, legs.c.qualified)
    became = (legs.c.kind, legs.c.state, legs.c.outcome, legs.c.ended, failed_once)
    sets = [tuple_(legs.c[by], *classed) for by in KEYS] + [tuple_(*became)]
    return (
        select(
            *(legs.c[by] for by in KEYS),
            *classed,
            legs.c.state,
            legs.c.outcome,
            legs.c.ended,
            failed_once.label("failed"),
            (func.grouping(legs.c.state) == 0).label("way"),
            func.count().label("n"),
        )
        .outerjoin(failed, failed.c.item_id == legs.c.item_id)
        .group_by(func.grouping_sets(*sets))
    )


def _by_each_key(rows: Subquery, counted: Any) -> "Select[Any]":
    """Group rows that have all keys by each of them."""
    keys = [rows.c[by] for by in KEYS]
    sets = func.grouping_sets(*(tuple_(key) for key in keys))
    return select(*keys, counted.label("n")).group_by(sets)


def _opened(period: Period) -> Subquery:
    """Select the dossiers of the period: of the counter, and those of an agency with a first leg.

    A dossier with a seal never counts by a leg, one without never by the counter.
    """
    columns = (Dossier.procedure_code, Dossier.agency_id, Dossier.point_id)
    leg, earlier = aliased(Leg), aliased(Leg)
    registered = select(*columns).where(
        Dossier.sealed_at.is_(None),
        Dossier.voided_at.is_(None),
        exists().where(leg.dossier_id == Dossier.id, within(leg.started_at, period)),
        ~exists().where(earlier.dossier_id == Dossier.id, earlier.started_at < period.starts),
    )
    at_counter = select(*columns).where(within(Dossier.sealed_at, period))
    return union_all(at_counter, registered).subquery()
