"""Instants: what the facts of items say of their legs, and of the dossiers in them.

A leg begins and ends for each dossier in the item; a dossier is handed over, accepted and given
back by what its legs say together. A corrected fact takes its own instant back.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import chain

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from models.dossiers import Dossier
from models.items import Item, Leg
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

TELLING = frozenset({*STARTS, *chain.from_iterable(ENDS), "sent_back", "corrected"})
"""The facts by which an instant may change."""


def tell(session: Session, steps: Mapping[int, list[Step]]) -> None:
    """Set the instants that the whole histories of items, by their ids, decide."""
    if not steps:
        return
    legs = session.scalars(
        select(Leg).options(joinedload(Leg.dossier)).where(Leg.item_id.in_(steps))
    ).all()
    for leg in legs:
        told = [step for step in steps[leg.item_id] if step.fact.speaks_of(leg.dossier.number)]
        ends = (_first(told, kinds) for kinds in ENDS)
        leg.started_at = _first(told, STARTS)
        leg.ended_at = next((end for end in ends if end is not None), None)
        if any(step.fact.kind == "agency_accepted" for step in told):
            leg.dossier.accepted_at = _first(told, ("agency_accepted",))
    _tell_whole(session, {leg.dossier for leg in legs if leg.kind in WHOLE})


def _tell_whole(session: Session, dossiers: set[Dossier]) -> None:
    """Set when dossiers were handed over whole and their results returned whole.

    A dossier may need several items; what was sent back to its sender is waited for no longer.
    """
    if not dossiers:
        return
    session.flush()
    by_id = {dossier.id: dossier for dossier in dossiers}
    ends: dict[tuple[int, str], list[datetime | None]] = defaultdict(list)
    rows = session.execute(
        select(Leg.dossier_id, Leg.kind, Leg.ended_at, Item.state)
        .join(Item, Item.id == Leg.item_id)
        .where(Leg.dossier_id.in_(by_id), Leg.kind.in_(WHOLE))
    )
    for row in rows:
        gone = row.state == State.RETURNED and row.ended_at is None
        awaited = [] if gone else [row.ended_at]
        ends[row.dossier_id, row.kind] += awaited
    for (dossier_id, kind), moments in ends.items():
        setattr(by_id[dossier_id], WHOLE[kind], _last(moments))


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
