"""Instants: what the facts of items say of their legs, and of the dossiers in them.

A leg begins and ends for each dossier in the item; a dossier is handed over, accepted and given
back by what its legs say together. A corrected fact takes its own instant back.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from functools import cache
from itertools import chain
from typing import Any

from sqlalchemy import Executable, Row, or_, select, update
from sqlalchemy.orm import Session

from models.dossiers import Dossier
from models.items import Item, Leg
from models.sets import among, among_sent, forget, given, sent, table_of
from postal_app.rules.custody import Step
from postal_app.rules.legs import RESULT, SUBMISSION
from postal_app.rules.vocabulary import State

STARTS = (
    "accepted",
    "accepted_at_home",
    "recovered",
    "return_started",
    "result_collected",
    "collected_from_agency",
)
# What ends a leg, in the order in which it is believed: the agency's own word only where the
# courier's is missing.
ENDS = (
    ("handed_to_agency",),
    ("agency_received", "agency_accepted"),
    ("partly_delivered", "delivered"),
)
WHOLE = {SUBMISSION: "handed_at", RESULT: "returned_at"}
"""Which instant of a dossier all its legs of a kind decide together."""
OF_DOSSIERS = ("accepted_at", *WHOLE.values())

ENDING = tuple(chain.from_iterable(ENDS))
TELLING = frozenset({*STARTS, *ENDING, "sent_back", "corrected"})
"""The facts by which an instant may change."""


def tell(
    session: Session, steps: Mapping[int, list[Step]], resumed: AbstractSet[int] = frozenset()
) -> None:
    """Set the instants that the histories of items, by their ids, decide.

    Args:
        steps: the whole histories; of the `resumed` items only what came after the rest, of which
            nothing ended a leg or corrects.
    """
    if not steps:
        return
    legs = _legs_of(session, steps)
    began_and_ended = []
    dossiers: dict[int, dict[str, Any]] = {}
    for leg in legs:
        told = [step for step in steps[leg.item_id] if step.fact.speaks_of(leg.number)]
        ends = (_first(told, kinds) for kinds in ENDS)
        ended_at = next((end for end in ends if end is not None), None)
        known = leg.started_at if leg.item_id in resumed else None
        started_at = known or _first(told, STARTS)
        began_and_ended.append({"id": leg.id, "started_at": started_at, "ended_at": ended_at})
        dossier = dossiers.setdefault(
            leg.dossier_id,
            {"id": leg.dossier_id} | {name: getattr(leg, name) for name in OF_DOSSIERS},
        )
        if any(step.fact.kind == "agency_accepted" for step in told):
            dossier["accepted_at"] = _first(told, ("agency_accepted",))
    _set(session, Leg, began_and_ended)
    for dossier_id, name, moment in _whole(
        session, {x.dossier_id for x in legs if x.kind in WHOLE}
    ):
        dossiers[dossier_id][name] = moment
    _set(session, Dossier, list(dossiers.values()))


def _legs_of(session: Session, item_ids: Iterable[int]) -> Sequence[Row[Any]]:
    """Give the legs of items, each with its dossier's instants so far; the dossiers are locked.

    In the order of their ids, so that whoever tells of another item of the same dossiers waits
    here, and then finds what was told first.
    """
    return session.execute(_LEGS, {"values": list(item_ids)}).all()


_LEGS = (
    select(
        Leg.id,
        Leg.item_id,
        Leg.dossier_id,
        Leg.kind,
        Leg.started_at,
        Dossier.number,
        *(getattr(Dossier, name) for name in OF_DOSSIERS),
    )
    .join(Dossier, Dossier.id == Leg.dossier_id)
    .where(among_sent(Leg.item_id))
    .order_by(Dossier.id, Leg.id)
    .with_for_update(of=Dossier, key_share=True)
)


def _whole(session: Session, dossier_ids: set[int]) -> Iterator[tuple[int, str, datetime | None]]:
    """Give when dossiers were handed over whole and their results returned whole.

    A dossier may need several items; what was sent back to its sender is waited for no longer.
    """
    if not dossier_ids:
        return
    ends: dict[tuple[int, str], list[datetime | None]] = defaultdict(list)
    rows = session.execute(
        select(Leg.dossier_id, Leg.kind, Leg.ended_at, Item.state)
        .join(Item, Item.id == Leg.item_id)
        .where(among(Leg.dossier_id, dossier_ids), Leg.kind.in_(WHOLE))
    )
    for row in rows:
        gone = row.state == State.RETURNED and row.ended_at is None
        awaited = [] if gone else [row.ended_at]
        ends[row.dossier_id, row.kind] += awaited
    for (dossier_id, kind), moments in ends.items():
        yield dossier_id, WHOLE[kind], _last(moments)


def _set(session: Session, table: type[Leg | Dossier], rows: Sequence[dict[str, Any]]) -> None:
    """Set instants of legs or dossiers, by their ids, where they are others than they were."""
    if not rows:
        return
    names = tuple(rows[0])
    session.execute(_setting(table, names), sent(names, rows))
    forget(session, table, [row["id"] for row in rows], names[1:])


@cache
def _setting(table: type[Leg | Dossier], names: tuple[str, ...]) -> Executable:
    to, kept = given(table, names), table_of(table)
    others = [kept.c[name].is_distinct_from(to.c[name]) for name in names[1:]]
    return (
        update(kept)
        .where(kept.c.id == to.c.id, or_(*others))
        .values({name: to.c[name] for name in names[1:]})
    )


def _last(ends: Sequence[datetime | None]) -> datetime | None:
    """Give the last of these moments when none is missing."""
    known = [end for end in ends if end is not None]
    return max(known) if known and len(known) == len(ends) else None


def _first(steps: Iterable[Step], kinds: tuple[str, ...]) -> datetime | None:
    """Give when the first fact of these kinds happened that no correction took out."""
    for step in steps:
        if step.fact.kind in kinds and not step.cancelled:
            return step.fact.occurred_at
    return None
