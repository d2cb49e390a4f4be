"""Items as recording needs them: locked in one order, with the shadow that the ledger throws."""

from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from models.items import Item
from postal_app.rules.custody import Custody
from postal_app.rules.holders import CITIZEN, Holder, HolderKind
from postal_app.rules.integrity import Integrity
from postal_app.rules.legs import LEGS, End
from postal_app.rules.vocabulary import Outcome, State


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


def lock(session: Session, which: ColumnElement[bool], *, now: datetime) -> dict[int, LockedItem]:
    """Lock items in the order of their ids; in the same breath the ledger gets its month.

    Not against those who only refer to an item: two who do both would wait for each other.
    """
    session.flush()  # items made in this transaction must be there to be locked
    month = select(func.ensure_ledger_month(now)).scalar_subquery()
    rows = session.execute(
        select(*(getattr(Item, name) for name in LockedItem._fields), month)
        .where(which)
        .order_by(Item.id)
        .with_for_update(of=Item, key_share=True)
    )
    return {row.id: LockedItem(*row[:-1]) for row in rows}


def shadow(custody: Custody) -> dict[str, object]:
    """Give the columns of an item that its custody decides."""
    kept: dict[str, object] = {
        "state": str(custody.state),
        "integrity": str(custody.integrity),
        "holder_kind": str(custody.holder.kind),
        "holder_id": custody.holder.id,
        "outcome": str(custody.outcome),
        "proven": custody.proven,
        "closed": custody.closed,
        "quarantined": custody.quarantined,
    }
    return kept if custody.since is None else kept | {"changed_at": custody.since}
