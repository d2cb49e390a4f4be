"""Reading the ledger: its entries as the facts that the rules replay."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, any_, literal, select
from sqlalchemy.orm import Session

from models.items import Item
from models.ledger import LedgerEntry
from models.sets import among
from postal_app.locked_items import held_by, opening_holder
from postal_app.rules.custody import Fact, Step, history
from postal_app.rules.holders import Holder

SEAL_DIFFERS = "seal_differs"

# What the rules need of an entry.
FACT_COLUMNS = (
    LedgerEntry.item_id,
    LedgerEntry.fact,
    LedgerEntry.kind,
    LedgerEntry.occurred_at,
    LedgerEntry.device,
    LedgerEntry.sequence,
    LedgerEntry.giver_kind,
    LedgerEntry.giver_id,
    LedgerEntry.taker_kind,
    LedgerEntry.taker_id,
    LedgerEntry.condition,
    LedgerEntry.details["proof"].astext.label("proof"),
    LedgerEntry.corrects,
    LedgerEntry.details["dossiers"].label("dossiers"),
    LedgerEntry.details["settles"].label("settles"),
    (literal(SEAL_DIFFERS) == any_(LedgerEntry.anomalies)).label("seal_differs"),
)


def facts_of(
    session: Session, item_ids: Iterable[int], *, since: datetime
) -> dict[int, list[Fact]]:
    """Give the recorded facts of items, as the rules need them.

    Args:
        since: no fact was recorded before this; spares the months before it.
    """
    found: dict[int, list[Fact]] = defaultdict(list)
    rows = session.execute(
        select(*FACT_COLUMNS)
        .where(among(LedgerEntry.item_id, list(item_ids)), LedgerEntry.recorded_at >= since)
        .order_by(LedgerEntry.item_id, LedgerEntry.position)
    )
    for row in rows:
        found[row.item_id].append(fact_of(row))
    return found


def fact_of(row: Row[Any]) -> Fact:
    """Give the fact of a row that holds the `FACT_COLUMNS`."""
    return Fact(
        row.fact,
        row.kind,
        row.occurred_at,
        row.device,
        row.sequence,
        giver=_holder(row.giver_kind, row.giver_id),
        taker=_holder(row.taker_kind, row.taker_id),
        condition=row.condition,
        proof=row.proof or "",
        corrects=row.corrects,
        dossiers=frozenset(row.dossiers or ()),
        seal_differs=row.seal_differs,
        settles=frozenset(map(UUID, row.settles or ())),
    )


def histories(session: Session, item_ids: Iterable[int]) -> dict[int, list[Step]]:
    """Give the whole histories of items, by their ids, locked so that nothing is added meanwhile.

    An item of which the ledger says nothing yet is left out.
    """
    items = session.scalars(
        select(Item).where(Item.id.in_(item_ids)).order_by(Item.id).with_for_update(of=Item)
    ).all()
    if not items:
        return {}
    since = min(item.created_at for item in items)
    known = facts_of(session, [item.id for item in items], since=since)
    return {
        item.id: history(known[item.id], opening_holder(item)) for item in items if known[item.id]
    }


def _holder(kind: str, number: int) -> Holder | None:
    return held_by(kind, number) if kind else None
