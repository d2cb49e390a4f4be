"""The tallies of a period: the archive groups and counts, the rules say what the groups are."""

from collections import Counter, defaultdict
from collections.abc import Mapping
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
    Deliveries,
    IntegrityCount,
    LegClass,
    Progress,
    Volume,
    answer_of,
    leg_class,
    progress,
)
from postal_app.rules.integrity import Integrity
from postal_app.rules.periods import Period
from postal_app.rules.permission import Direction

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
class Tallies:
    """The volumes of a period in all and by key, and what became of its legs.

    The keys are texts: a procedure's code as it was stated, an agency's or a point's id.
    """

    total: Volume
    by_procedure: Mapping[str, Volume]
    by_agency: Mapping[str, Volume]
    by_point: Mapping[str, Volume]
    submit_way: Deliveries
    return_way: Deliveries


def tallies(session: Session, period: Period) -> Tallies:
    """Give the volumes of a period and what became of the legs that began in it."""
    heaps: Heaps = {by: defaultdict(_Heap) for by in (*KEYS, TOTAL)}
    ways = _count_legs(session, period, heaps)
    _count_spare(session, period, heaps)
    _count_dossiers(session, period, heaps)
    found = {by: {key: heap.volume() for key, heap in heaps[by].items()} for by in heaps}
    return Tallies(
        total=found[TOTAL].get("", Volume()),
        by_procedure=found[PROCEDURE],
        by_agency=found[AGENCY],
        by_point=found[POINT],
        submit_way=ways[Direction.SUBMIT],
        return_way=ways[Direction.RETURN],
    )


def conditions(session: Session, period: Period) -> dict[Direction, IntegrityCount]:
    """Give in what condition the legs that ended in the period did so."""
    legs = ended(period).subquery()
    found: dict[Direction, Counter[Integrity]] = {direction: Counter() for direction in Direction}
    rows = select(legs.c.kind, legs.c.integrity, func.count().label("n"))
    for row in session.execute(rows.group_by(legs.c.kind, legs.c.integrity)):
        found[DIRECTION_OF[row.kind]][Integrity(row.integrity)] += row.n
    return {direction: IntegrityCount.of(tally) for direction, tally in found.items()}


def _count_legs(session: Session, period: Period, heaps: Heaps) -> dict[Direction, Deliveries]:
    """Put each leg's class on its heaps, and give what became of the legs, in one pass."""
    became: dict[Direction, Counter[Progress]] = {direction: Counter() for direction in Direction}
    first: Counter[Direction] = Counter()
    for row in session.execute(_leg_groups(period)):
        direction = DIRECTION_OF[row.kind]
        if row.way:
            now = progress(row.state, row.outcome)
            became[direction][now] += row.n
            first[direction] += row.n if now is Progress.REACHED and not row.failed else 0
            continue
        by, key = _key(row)
        found = leg_class(Circumstances(answer_of(row.allowed), row.qualified))
        heaps[by][key].legs[direction][found] += row.n
        if by == AGENCY:  # each leg has exactly one
            heaps[TOTAL][""].legs[direction][found] += row.n
    return {direction: _way(became[direction], first[direction]) for direction in Direction}


def _count_spare(session: Session, period: Period, heaps: Heaps) -> None:
    """Put on each heap how many legs share an item with another leg of the heap."""
    shared = session.scalars(
        select(Leg.item_id)
        .where(within(Leg.started_at, period))
        .group_by(Leg.item_id)
        .having(func.count() > 1)
    ).all()
    if not shared:
        return
    legs = (
        select(Leg.item_id, Dossier.procedure_code, Dossier.agency_id, Item.point_id)
        .join(Dossier, Leg.dossier_id == Dossier.id)
        .join(Item, Leg.item_id == Item.id)
        .where(within(Leg.started_at, period), Leg.kind.in_(DIRECTION_OF))
        .where(Dossier.voided_at.is_(None), Leg.item_id == any_(literal(shared, ARRAY(BigInteger))))
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


def _way(became: Counter[Progress], first: int) -> Deliveries:
    return Deliveries(
        reached=became[Progress.REACHED],
        first_attempt=first,
        not_delivered=became[Progress.NOT_DELIVERED],
        lost=became[Progress.LOST],
        under_way=became[Progress.UNDER_WAY],
    )


def _leg_groups(period: Period) -> "Select[Any]":
    """Group the legs of the period by each key and class, and by what became of them (`way`)."""
    legs, failed = began(period).subquery("legs"), failed_since(period)
    failed_once = failed.c.item_id.is_not(None)
    classed = (legs.c.kind, legs.c.allowed, legs.c.qualified)
    became = (legs.c.kind, legs.c.state, legs.c.outcome, failed_once)
    sets = [tuple_(legs.c[by], *classed) for by in KEYS] + [tuple_(*became)]
    return (
        select(
            *(legs.c[by] for by in KEYS),
            *classed,
            legs.c.state,
            legs.c.outcome,
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
