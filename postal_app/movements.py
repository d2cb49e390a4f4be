"""Movements: the ledger's shadow of who gave each item to whom, kept as facts are recorded.

`follow` is asked with the whole history of each item that a batch touches. Nearly always the new
facts come last, and then only what they moved is added; a late fact or a correction may change
what moved before it, and then the item's movements are written anew. Either way the number of
statements does not depend on the number of items. `rebuild` does the same from the ledger alone.
"""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, delete, func, insert, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from models.movements import Movement
from postal_app.rules import balances
from postal_app.rules.custody import Step

_COLUMNS = Movement.__table__.columns


@dataclass(frozen=True, slots=True)
class MovementRow:
    """A movement as it is kept."""

    item_id: int
    ordinal: int
    fact: UUID
    at: datetime
    from_kind: str
    from_id: int
    to_kind: str
    to_id: int


def follow(session: Session, steps: Mapping[int, list[Step]], new: AbstractSet[UUID]) -> None:
    """Keep the movements of items, by their ids, after new facts stand in their histories."""
    rows: list[MovementRow] = []
    anew: list[int] = []
    for item_id, told in steps.items():
        moved, known = rows_of(item_id, told), sum(step.fact.fact not in new for step in told)
        if not all(_only_adds(step, new) for step in told[known:]):
            anew.append(item_id)
        elif known:
            moved = [row for row in moved if row.fact in new]
        rows += moved
    if anew:
        session.execute(delete(Movement).where(Movement.item_id.in_(anew)))
    _add(session, rows)


def rewrite(session: Session, steps: Mapping[int, list[Step]]) -> None:
    """Write the movements of items anew by their whole histories."""
    session.execute(delete(Movement).where(Movement.item_id.in_(steps)))
    _add(session, [row for item_id, told in steps.items() for row in rows_of(item_id, told)])


def rows_of(item_id: int, steps: Sequence[Step]) -> list[MovementRow]:
    """Give the movements of one item as they are to be kept."""
    rows = []
    for ordinal, one in enumerate(balances.movements(steps)):
        from_kind, from_id = one.giver or ("", 0)
        to_kind, to_id = one.taker
        ends = (str(from_kind), from_id, str(to_kind), to_id)
        rows.append(MovementRow(item_id, ordinal, one.fact, one.at, *ends))
    return rows


def kept(session: Session, item_ids: Iterable[int]) -> dict[int, list[MovementRow]]:
    """Give the movements that are kept of items, in their order."""
    found: dict[int, list[MovementRow]] = {}
    rows = session.execute(
        select(*_COLUMNS)
        .where(Movement.item_id.in_(item_ids))
        .order_by(Movement.item_id, Movement.ordinal)
    )
    for row in rows:
        found.setdefault(row.item_id, []).append(MovementRow(*row))
    return found


def _only_adds(step: Step, new: AbstractSet[UUID]) -> bool:
    """Tell whether what stands after all that was known leaves that as it was."""
    return step.fact.fact in new and step.fact.kind != "corrected"


def _add(session: Session, rows: Sequence[MovementRow]) -> None:
    """Write rows as one statement, each column as one array: a batch may move thousands."""
    if not rows:
        return
    arrays = [
        func.unnest(bindparam(None, [getattr(row, name) for row in rows], ARRAY(column.type)))
        for name, column in _COLUMNS.items()
    ]
    session.execute(insert(Movement).from_select(_COLUMNS.keys(), select(*arrays)))
