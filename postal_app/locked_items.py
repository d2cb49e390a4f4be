"""Items as recording needs them: locked in one order, with the shadow that the ledger throws."""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import cache, lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Executable, bindparam, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from models.items import Item
from models.sets import among_sent
from postal_app import instants
from postal_app.rules.balances import movements_among
from postal_app.rules.custody import Custody, Step
from postal_app.rules.holders import CITIZEN, Holder, HolderKind
from postal_app.rules.integrity import Integrity
from postal_app.rules.legs import LEGS, End
from postal_app.rules.vocabulary import Outcome, State

LOOKED_BACK_ON = frozenset({"corrected", "matter_settled", *instants.ENDING})
"""The facts on which what is told later may hang.

One is about another fact, which is corrected or whose matter is settled; or it ended a leg, for a
later end may be believed before it.
"""


class LockedItem(NamedTuple):
    """What recording needs of an item; nobody else changes it before this transaction ends."""

    id: int
    number: str
    leg: str
    point_id: int
    agency_id: int
    from_agency_id: int | None
    seal_number: str
    created_at: datetime
    state: str
    integrity: str
    holder_kind: str
    holder_id: int
    outcome: str
    proven: bool
    quarantined: bool
    changed_at: datetime
    moves: int
    looked_back_on: bool
    entries: int
    digest: bytes

    @property
    def custody(self) -> Custody:
        """Give the custody that its shadow tells; of a lost one the shadow hides what was seen."""
        state, seen, outcome = _standing(self.state, self.integrity, self.outcome)
        holder = held_by(self.holder_kind, self.holder_id)
        return Custody(state, holder, seen, outcome, self.proven, self.changed_at)


# A batch brings hundreds of items that stand alike; to read each anew costs more than to judge it.
@lru_cache(maxsize=512)
def _standing(state: str, integrity: str, outcome: str) -> tuple[State, Integrity, Outcome]:
    return State(state), Integrity(integrity), Outcome(outcome)


@lru_cache(maxsize=4096)
def held_by(kind: str, number: int) -> Holder:
    """Give the holder that two columns name."""
    return Holder(HolderKind(kind), number)


def opening_holder(item: Item | LockedItem) -> Holder:
    """Give who has an envelope before its first fact, by the leg it is for."""
    match LEGS[item.leg].begins:
        case End.CITIZEN:
            return CITIZEN
        case End.AGENCY:
            return Holder(HolderKind.AGENCY, item.agency_id)
        case End.OTHER_AGENCY:
            return Holder(HolderKind.AGENCY, item.from_agency_id or item.agency_id)
        case End.POINT:
            return Holder(HolderKind.POINT, item.point_id)


def lock(
    session: Session,
    asked: InstrumentedAttribute[Any],
    values: Collection[object],
    *,
    now: datetime,
) -> dict[int, LockedItem]:
    """Lock items in the order of their ids; in the same breath the ledger gets its month.

    Args:
        session: the archive.
        asked: the column of `Item` by which they are known.
        values: what it is of the items to be locked.
        now: the server's clock.
    """
    session.flush()  # items made in this transaction must be there to be locked
    rows = session.execute(_locking(asked), {"values": list(values), "now": now})
    return {row[0]: LockedItem(*row[:-1]) for row in rows}


@cache
def _locking(asked: InstrumentedAttribute[Any]) -> Executable:
    """Lock not against those who only refer to an item: two who do both would wait for ever."""
    month = select(func.ensure_ledger_month(bindparam("now", type_=Item.created_at.type)))
    return (
        select(*(getattr(Item, name) for name in LockedItem._fields), month.scalar_subquery())
        .where(among_sent(asked))
        .order_by(Item.id)
        .with_for_update(of=Item, key_share=True)
    )


def shadow(steps: Sequence[Step], so_far: LockedItem | None = None) -> dict[str, object]:
    """Give the columns of an item that its history decides.

    Args:
        steps: the whole history, at least one fact; or what came after the rest of it.
        so_far: the item as the rest left it.
    """
    custody = steps[-1].after
    moves, looked_back_on = (so_far.moves, so_far.looked_back_on) if so_far else (1, False)
    kept: dict[str, object] = {
        "state": str(custody.state),
        "integrity": str(custody.integrity),
        "holder_kind": str(custody.holder.kind),
        "holder_id": custody.holder.id,
        "outcome": str(custody.outcome),
        "proven": custody.proven,
        "closed": custody.closed,
        "quarantined": custody.quarantined,
        "moves": moves + len(movements_among(steps)),
        "looked_back_on": looked_back_on or any(step.fact.kind in LOOKED_BACK_ON for step in steps),
    }
    return kept if custody.since is None else kept | {"changed_at": custody.since}
