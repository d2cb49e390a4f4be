"""The tallies of a period: one statement groups and counts, the rules say what the groups are."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import (
    CTE,
    Boolean,
    Select,
    Text,
    cast,
    exists,
    func,
    literal,
    null,
    select,
    union_all,
)
from sqlalchemy.orm import Session, aliased
from sqlalchemy.types import TypeEngine

from models.dossiers import Dossier
from models.items import Leg
from postal_app.month_legs import began, ended, failed_before, within
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
from postal_app.rules.periods import Period
from postal_app.rules.permission import Direction
from postal_app.rules.vocabulary import Integrity

TOTAL, PROCEDURE, AGENCY, POINT = "total", "procedure_code", "agency_id", "point_id"
KEYS = (PROCEDURE, AGENCY, POINT)
COLUMNS: dict[str, TypeEngine[Any]] = {
    "key": Text(),
    "kind": Text(),
    "allowed": Boolean(),
    "qualified": Boolean(),
    "state": Text(),
    "outcome": Text(),
    "failed": Boolean(),
}
"""What a group of the statement may speak of."""


@dataclass(slots=True)
class _Heap:
    """What is being counted of one procedure, agency or point, or of all."""

    legs: dict[Direction, Counter[LegClass]] = field(
        default_factory=lambda: {direction: Counter() for direction in Direction}
    )
    dossiers: int = 0
    items: int = 0

    def volume(self) -> Volume:
        """Give what was counted."""
        submit, back = (ClassCount.of(self.legs[direction]) for direction in Direction)
        return Volume(self.dossiers, submit, back, self.items)


@dataclass(frozen=True, slots=True)
class Tallies:
    """The volumes of a period in all and by key, and what became of its legs.

    The keys are texts: a procedure's code as it was stated, an agency's or a point's id.
    """

    total: Volume
    by_procedure: dict[str, Volume]
    by_agency: dict[str, Volume]
    by_point: dict[str, Volume]
    submit_way: Deliveries
    return_way: Deliveries


def tallies(session: Session, period: Period) -> Tallies:
    """Give the volumes of a period and what became of the legs that began in it."""
    heaps: dict[str, dict[str, _Heap]] = defaultdict(lambda: defaultdict(_Heap))
    ways: dict[Direction, Counter[Progress]] = {direction: Counter() for direction in Direction}
    first: Counter[Direction] = Counter()
    for row in session.execute(_statement(period)):
        if row.what == "legs":
            found = leg_class(Circumstances(answer_of(row.allowed), row.qualified))
            heaps[row.by][row.key].legs[DIRECTION_OF[row.kind]][found] += row.n
        elif row.what == "items":
            heaps[row.by][row.key].items += row.n
        elif row.what == "dossiers":
            heaps[row.by][row.key].dossiers += row.n
            heaps[TOTAL][""].dossiers += row.n if row.by == AGENCY else 0
        else:
            direction, became = DIRECTION_OF[row.kind], progress(row.state, row.outcome)
            ways[direction][became] += row.n
            first[direction] += row.n if became is Progress.REACHED and not row.failed else 0
    heap = heaps[TOTAL][""]
    for kept in heaps[AGENCY].values():  # each leg has exactly one agency
        for direction in Direction:
            heap.legs[direction].update(kept.legs[direction])
    by = [{key: heap.volume() for key, heap in heaps[name].items()} for name in KEYS]
    submit, back = (_way(ways[direction], first[direction]) for direction in Direction)
    return Tallies(heap.volume(), by[0], by[1], by[2], submit, back)


def conditions(session: Session, period: Period) -> dict[Direction, IntegrityCount]:
    """Give in what condition the legs that ended in the period did so."""
    legs = ended(period).subquery()
    found: dict[Direction, Counter[Integrity]] = {direction: Counter() for direction in Direction}
    rows = select(legs.c.kind, legs.c.integrity, func.count().label("n"))
    for row in session.execute(rows.group_by(legs.c.kind, legs.c.integrity)):
        found[DIRECTION_OF[row.kind]][Integrity(row.integrity)] += row.n
    return {direction: IntegrityCount.of(tally) for direction, tally in found.items()}


def _way(became: Counter[Progress], first: int) -> Deliveries:
    return Deliveries(
        reached=became[Progress.REACHED],
        first_attempt=first,
        not_delivered=became[Progress.NOT_DELIVERED],
        lost=became[Progress.LOST],
        under_way=became[Progress.UNDER_WAY],
    )


def _statement(period: Period) -> Any:
    """Give the one statement, so that all its groups are of one instant."""
    carried = began(period).cte("carried")
    opened = _opened(period, carried)
    parts = [_way_groups(period, carried), _item_groups(carried, TOTAL)]
    for by in KEYS:
        parts += [_leg_groups(carried, by), _item_groups(carried, by), _dossier_groups(opened, by)]
    return union_all(*parts)


def _group(what: str, by: str, **columns: Any) -> "Select[Any]":
    """Give one part of the statement; what it does not speak of is empty."""
    parts: tuple[Any, ...] = (
        literal(what).label("what"),
        literal(by).label("by"),
        *(columns.get(name, cast(null(), type_)).label(name) for name, type_ in COLUMNS.items()),
        func.count().label("n"),
    )
    return select(*parts)


def _leg_groups(carried: CTE, by: str) -> "Select[Any]":
    told = (carried.c.kind, carried.c.allowed, carried.c.qualified)
    named = dict(zip(("kind", "allowed", "qualified"), told, strict=True))
    return _group("legs", by, key=cast(carried.c[by], Text), **named).group_by(carried.c[by], *told)


def _item_groups(carried: CTE, by: str) -> "Select[Any]":
    if by == TOTAL:
        items = select(carried.c.item_id).distinct().subquery()
        return _group("items", by, key=literal("")).select_from(items)
    items = select(carried.c[by], carried.c.item_id).distinct().subquery()
    return _group("items", by, key=cast(items.c[by], Text)).group_by(items.c[by])


def _dossier_groups(opened: CTE, by: str) -> "Select[Any]":
    return _group("dossiers", by, key=cast(opened.c[by], Text)).group_by(opened.c[by])


def _way_groups(period: Period, carried: CTE) -> "Select[Any]":
    failed = failed_before(period)
    told = (carried.c.kind, carried.c.state, carried.c.outcome, failed.c.item_id.is_not(None))
    named = dict(zip(("kind", "state", "outcome", "failed"), told, strict=True))
    joined = carried.outerjoin(failed, failed.c.item_id == carried.c.item_id)
    return _group("ways", TOTAL, **named).select_from(joined).group_by(*told)


def _opened(period: Period, carried: CTE) -> CTE:
    """Select the dossiers of the period: of the counter, and those of an agency with a first leg.

    A dossier with a seal never counts by a leg, one without never by the counter.
    """
    columns = (Dossier.procedure_code, Dossier.agency_id, Dossier.point_id)
    at_counter = select(*columns).where(within(Dossier.sealed_at, period))
    earlier = aliased(Leg)
    by_agency = select(carried.c.dossier_id).where(~carried.c.at_counter).distinct().subquery()
    registered = (
        select(*columns)
        .join(by_agency, by_agency.c.dossier_id == Dossier.id)
        .where(
            ~exists().where(earlier.dossier_id == Dossier.id, earlier.started_at < period.starts)
        )
    )
    return union_all(at_counter, registered).cte("opened")
