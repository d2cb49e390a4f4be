"""The bags' part of the ledger: facts of bags are recorded, judged, chained, and shadows moved.

The bags are locked in the order of their ids, before any item is: whoever writes of both writes
of the bags first, so that nobody waits for somebody who waits for him.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import Row, func, insert, select
from sqlalchemy.orm import Session

from models.bags import Bag
from models.ledger import LedgerEntry
from postal_app.ledger import DESK, DeviceClock, chained, row_of
from postal_app.rules.bags import BagCustody, BagFact, BagStep, bag_history
from postal_app.rules.chain import link
from postal_app.rules.holders import Holder, HolderKind
from postal_app.rules.roles import Actor


@dataclass(frozen=True, slots=True)
class NewBagFact:
    """A fact of a bag to be recorded; `seal` as put on or read, `condition` as looked at."""

    bag_id: int
    fact: UUID
    kind: str
    occurred_at: datetime
    by: Actor
    giver: Holder | None = None
    taker: Holder | None = None
    condition: str = ""
    corrects: UUID | None = None
    details: Mapping[str, object] = field(default_factory=dict)
    oddities: tuple[str, ...] = ()
    clock: DeviceClock = DESK


@dataclass(frozen=True, slots=True)
class RecordedOfBag:
    """What became of a fact: what is odd about it and the custody it left the bag in."""

    number: str
    anomalies: tuple[str, ...]
    now: BagCustody


def opening_of(bag: Bag) -> Holder:
    """Give who has a bag before its first fact: the point that packs it."""
    return Holder(HolderKind.POINT, bag.from_point_id)


def record(
    session: Session, facts: Sequence[NewBagFact], *, now: datetime
) -> dict[UUID, RecordedOfBag]:
    """Record facts of any number of bags and give for each what became of it.

    What they mean for what lies in the bags is not written here (`bag_following`).

    Args:
        facts: in the order in which they are to be chained.
        now: the server's clock.
    """
    if not facts:
        return {}
    session.flush()  # a bag made in this transaction must be there to be locked
    bags = _lock({fact.bag_id for fact in facts}, session, now)
    known = facts_of(session, bags.values())
    for new in facts:
        known[new.bag_id].append(_to_fact(new))
    steps = {bag.id: bag_history(known[bag.id], opening_of(bag)) for bag in bags.values()}
    judged = {step.fact.fact: step.anomalies for rows in steps.values() for step in rows}
    told = {new.fact: tuple(dict.fromkeys(new.oddities + judged[new.fact])) for new in facts}
    _write(session, facts, bags, told, now)
    for bag in bags.values():
        for name, value in shadow(steps[bag.id]).items():
            setattr(bag, name, value)
    session.flush()  # whoever reads next in this transaction, in SQL, must see the shadows moved
    return {
        new.fact: RecordedOfBag(
            bags[new.bag_id].number, told[new.fact], steps[new.bag_id][-1].after
        )
        for new in facts
    }


def facts_of(session: Session, bags: Iterable[Bag]) -> dict[int, list[BagFact]]:
    """Give the recorded facts of bags, as the rules need them."""
    wanted = list(bags)
    found: dict[int, list[BagFact]] = defaultdict(list)
    if wanted:
        for row in session.execute(
            select(*BAG_COLUMNS)
            .where(
                LedgerEntry.bag_id.in_([bag.id for bag in wanted]),
                LedgerEntry.recorded_at >= min(bag.made_at for bag in wanted),
            )
            .order_by(LedgerEntry.bag_id, LedgerEntry.position)
        ):
            found[row.bag_id].append(fact_of(row))
    return found


def steps_of(session: Session, bag: Bag) -> list[BagStep]:
    """Give the history of one bag."""
    return bag_history(facts_of(session, [bag])[bag.id], opening_of(bag))


BAG_COLUMNS = (
    LedgerEntry.bag_id,
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
    LedgerEntry.corrects,
    LedgerEntry.details,
)


def fact_of(row: Row[tuple[object, ...]]) -> BagFact:
    """Give the fact of a row that holds at least the `BAG_COLUMNS`."""
    return BagFact(
        row.fact,
        row.kind,
        row.occurred_at,
        row.device,
        row.sequence,
        giver=Holder(HolderKind(row.giver_kind), row.giver_id) if row.giver_kind else None,
        taker=Holder(HolderKind(row.taker_kind), row.taker_id) if row.taker_kind else None,
        condition=row.condition,
        corrects=row.corrects,
        seal=str(row.details.get("seal") or ""),
    )


def shadow(steps: Sequence[BagStep]) -> dict[str, object]:
    """Give the columns of a bag that its history decides."""
    custody = steps[-1].after
    return {
        "state": str(custody.state),
        "integrity": str(custody.integrity),
        "holder_kind": str(custody.holder.kind),
        "holder_id": custody.holder.id,
        "seal_number": custody.seal,
        "changed_at": steps[-1].fact.occurred_at,
    }


def _lock(bag_ids: set[int], session: Session, now: datetime) -> dict[int, Bag]:
    """Lock the bags; in the same breath see to it that the ledger has its month."""
    month = select(func.ensure_ledger_month(now)).scalar_subquery()
    rows = session.scalars(
        select(Bag, month)
        .where(Bag.id.in_(bag_ids))
        .order_by(Bag.id)
        .with_for_update(of=Bag)
        .execution_options(populate_existing=True)
    )
    return {bag.id: bag for bag in rows}


def _to_fact(new: NewBagFact) -> BagFact:
    return BagFact(
        new.fact,
        new.kind,
        new.occurred_at,
        new.clock.device,
        new.clock.sequence,
        giver=new.giver,
        taker=new.taker,
        condition=new.condition,
        corrects=new.corrects,
        seal=str(new.details.get("seal") or ""),
    )


def _write(
    session: Session,
    facts: Sequence[NewBagFact],
    bags: Mapping[int, Bag],
    anomalies: Mapping[UUID, tuple[str, ...]],
    now: datetime,
) -> None:
    """Chain the facts to their bags' last digests and write them in one go."""
    entries = []
    for new in facts:
        bag = bags[new.bag_id]
        row = row_of(new, bag.entries + 1, now)
        row |= {"bag_id": bag.id, "anomalies": list(anomalies[new.fact]), "commitment": b""}
        digest = link(bag.digest, chained(bag.number, row))
        entries.append(row | {"previous": bag.digest, "digest": digest})
        bag.entries, bag.digest = bag.entries + 1, digest
    session.execute(insert(LedgerEntry), entries)
