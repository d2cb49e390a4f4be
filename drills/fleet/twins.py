"""Twins: items of their own to which the same facts happened, arriving in another order.

They are recorded at the ledger's desk in a transaction that is taken back, so that the archive
keeps what the phones made of it.
"""

from collections.abc import Mapping
from random import Random
from typing import Any

from sqlalchemy import Row, insert, select
from sqlalchemy.orm import Session

from drills.fleet.archive import Kept
from models.items import Item
from postal_app.ledger import DeviceClock, NewFact, record
from postal_app.rules.chain import START
from postal_app.rules.custody import JUDGED
from postal_app.rules.holders import Holder, HolderKind
from postal_app.rules.integrity import Integrity
from postal_app.rules.roles import Actor, Role
from postal_app.rules.vocabulary import State

FEWEST_BATCHES, MOST_BATCHES = 3, 9


def shadows_of_twins(session: Session, kept: Kept, rng: Random) -> dict[int, Mapping[str, Any]]:
    """Give the shadow of each item's twin, by the item, after all its facts came otherwise."""
    twins = _born(session, kept)
    facts = [_fact(row, twins[item_id]) for item_id, rows in kept.entries.items() for row in rows]
    rng.shuffle(facts)
    last = max((row.recorded_at for rows in kept.entries.values() for row in rows), default=None)
    cuts = sorted(
        rng.sample(
            range(len(facts) + 1), min(rng.randint(FEWEST_BATCHES, MOST_BATCHES), len(facts))
        )
    )
    for begin, end in zip([0, *cuts], [*cuts, len(facts)], strict=True):
        if last is not None:
            record(session, facts[begin:end], now=last)
    rows = session.execute(select(Item.__table__).where(Item.id.in_(twins.values())))
    found = {row.id: dict(row._mapping) for row in rows}  # noqa: SLF001  a row's columns by name
    session.rollback()
    return {item_id: found[twin] for item_id, twin in twins.items() if kept.entries[item_id]}


def _born(session: Session, kept: Kept) -> dict[int, int]:
    """Make a twin of each item, as it was before its first fact; give the twins' ids."""
    unborn = {
        "state": State.EXPECTED,
        "integrity": Integrity.NOT_CHECKED,
        "outcome": "",
        "proven": False,
        "closed": False,
        "quarantined": False,
        "moves": 0,
        "looked_back_on": False,
        "entries": 0,
        "digest": START,
        "returns_id": None,
    }
    rows = []
    for item_id, item in kept.items.items():
        row = {one.name: getattr(item, one.name) for one in Item.__table__.columns}
        del row["id"]
        kind, number = kept.opening(item_id)
        own = {"number": f"twin of {item.number}", "changed_at": item.created_at}
        rows.append(row | unborn | own | {"holder_kind": kind, "holder_id": number})
    made = session.execute(insert(Item).returning(Item.id, Item.number), rows)
    by_number = {row.number: row.id for row in made}
    return {item_id: by_number[f"twin of {item.number}"] for item_id, item in kept.items.items()}


def _fact(row: Row[Any], item_id: int) -> NewFact:
    """Give an entry's fact as if it were new; what judges it is asked anew."""
    return NewFact(
        item_id,
        row.fact,
        row.kind,
        row.occurred_at,
        Actor(row.account_id, row.assignment_id, Role.CLERK, "", ""),
        giver=_holder(row.giver_kind, row.giver_id),
        taker=_holder(row.taker_kind, row.taker_id),
        condition=row.condition,
        corrects=row.corrects,
        details=row.details,
        oddities=tuple(one for one in row.anomalies if one not in JUDGED),
        clock=DeviceClock(row.device, row.device_at, row.boot, row.monotonic_ms, row.sequence),
    )


def _holder(kind: str, number: int) -> Holder | None:
    return Holder(HolderKind(kind), number) if kind else None
