"""Movements: the ledger's shadow of who gave each item to whom, kept as facts are recorded.

`follow` is asked with the whole history of each item that a batch touches. Nearly always the new
facts come last, and then only what they moved is added; a late fact or a correction may change
what moved before it, and then the item's movements are written anew. Either way the number of
statements does not depend on the number of items. `rebuild` does the same from the ledger alone.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from models.movements import Movement
from models.sets import among, append, table_of
from postal_app.rules.balances import Movement as Moved
from postal_app.rules.balances import movements, movements_among
from postal_app.rules.custody import Step

_TABLE = table_of(Movement)
_COLUMNS = _TABLE.columns


NOTHING: Mapping[int, int] = MappingProxyType({})


class MovementRow(NamedTuple):
    """A movement as it is kept."""

    item_id: int
    ordinal: int
    fact: UUID
    at: datetime
    from_kind: str
    from_id: int
    to_kind: str
    to_id: int


def follow(
    session: Session,
    steps: Mapping[int, list[Step]],
    new: AbstractSet[UUID],
    before: Mapping[int, int] = NOTHING,
) -> None:
    """Keep the movements of items, by their ids, after new facts stand in their histories.

    Args:
        session: the archive.
        steps: the whole history of each; of those in `before` the steps of new facts alone, all
            of which came after the others.
        new: the facts that were not there before.
        before: how often an item had changed hands before these steps.
    """
    rows: list[MovementRow] = []
    anew: list[int] = []
    for item_id, told in steps.items():
        if item_id in before:
            rows += _rows(item_id, movements_among(told), before[item_id])
            continue
        known = sum(step.fact.fact not in new for step in told)
        added = told[known:]
        if not known:
            rows += rows_of(item_id, told)
        elif all(_only_adds(step, new) for step in added):
            first = 1 + sum(_moves(step) for step in told[:known])
            rows += _rows(item_id, movements_among(added), first)
        else:
            anew.append(item_id)
            rows += rows_of(item_id, told)
    if anew:
        session.execute(delete(_TABLE).where(among(Movement.item_id, anew)))
    append(session, Movement, [row._asdict() for row in rows])


def rewrite(session: Session, steps: Mapping[int, list[Step]]) -> None:
    """Write the movements of items anew by their whole histories."""
    session.execute(delete(_TABLE).where(among(Movement.item_id, steps)))
    rows = [row for item_id, told in steps.items() for row in rows_of(item_id, told)]
    append(session, Movement, [row._asdict() for row in rows])


def rows_of(item_id: int, steps: Sequence[Step]) -> list[MovementRow]:
    """Give the movements of one item as they are to be kept."""
    return _rows(item_id, movements(steps), 0)


def kept(session: Session, item_ids: Collection[int]) -> dict[int, list[MovementRow]]:
    """Give the movements that are kept of items, in their order."""
    found: dict[int, list[MovementRow]] = {}
    rows = session.execute(
        select(*_COLUMNS)
        .where(among(Movement.item_id, item_ids))
        .order_by(_COLUMNS.item_id, _COLUMNS.ordinal)
    )
    for row in rows:
        found.setdefault(row.item_id, []).append(MovementRow(*row))
    return found


def _rows(item_id: int, moved: Iterable[Moved], first: int) -> list[MovementRow]:
    return [
        MovementRow(
            item_id,
            ordinal,
            one.fact,
            one.at,
            str(one.giver.kind) if one.giver else "",
            one.giver.id if one.giver else 0,
            str(one.taker.kind),
            one.taker.id,
        )
        for ordinal, one in enumerate(moved, start=first)
    ]


def _only_adds(step: Step, new: AbstractSet[UUID]) -> bool:
    """Tell whether what stands after all that was known leaves that as it was."""
    return step.fact.fact in new and step.fact.kind != "corrected"


def _moves(step: Step) -> bool:
    return step.giver != step.after.holder
