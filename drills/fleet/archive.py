"""What the archive kept of a lot of runs, read once and looked at as often as the checks need."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from models.bags import Bag
from models.dossiers import Dossier
from models.handovers import Difference
from models.items import Item, Leg
from models.ledger import LedgerEntry, PersonalFact, RefusedScan, ScanReceipt
from postal_app import bag_ledger
from postal_app.ledger_reading import FACT_COLUMNS, fact_of
from postal_app.locked_items import opening_holder
from postal_app.rules.bags import BagFact
from postal_app.rules.custody import Fact, Step, history
from postal_app.rules.holders import Holder
from postal_app.rules.vocabulary import ANOMALIES

BY_A_PHONE = 4  # the version of the ids that phones and desks draw; others follow from a name


class Stored(NamedTuple):
    """Where a scan's id was found: in the ledger, or among the refused.

    `looked` is what was kept of the envelope's condition.
    """

    recorded: bool
    number: str
    content: tuple[object, ...]
    looked: str = ""
    oddities: tuple[str, ...] = ()


@dataclass(slots=True)
class Kept:
    """All items, bags and facts of the archive; `stored` has every place an id was found in."""

    items: Mapping[int, Item]
    entries: Mapping[int, list[Row[Any]]]
    facts: Mapping[int, list[Fact]]
    steps: Mapping[int, list[Step]]
    bags: Mapping[int, Bag]
    facts_of_bags: Mapping[int, list[BagFact]]
    stored: dict[UUID, list[Stored]] = field(default_factory=lambda: defaultdict(list))
    receipts: frozenset[UUID] = frozenset()
    assumed: Counter[UUID] = field(default_factory=Counter)
    """How often each fact is there that follows from a bag; its id follows from the bag's fact."""

    def opening(self, item_id: int) -> Holder:
        """Give who has an item before its first fact."""
        return opening_holder(self.items[item_id])


def read(session: Session) -> Kept:
    """Read everything that the runs of a lot left in their archive."""
    items = {item.id: item for item in session.scalars(select(Item).order_by(Item.id))}
    entries: dict[int, list[Row[Any]]] = {item_id: [] for item_id in items}
    facts: dict[int, list[Fact]] = {item_id: [] for item_id in items}
    in_chain = (LedgerEntry.item_id, LedgerEntry.position)
    rows = session.execute(
        select(LedgerEntry.__table__, PersonalFact.content)
        .outerjoin(PersonalFact, PersonalFact.fact == LedgerEntry.fact)
        .where(LedgerEntry.item_id.is_not(None))
        .order_by(*in_chain)
    ).all()
    for row in rows:
        entries[row.item_id].append(row)
    for row in session.execute(
        select(*FACT_COLUMNS).where(LedgerEntry.item_id.is_not(None)).order_by(*in_chain)
    ):
        facts[row.item_id].append(fact_of(row))
    steps = {item_id: history(facts[item_id], opening_holder(items[item_id])) for item_id in items}
    bags = {bag.id: bag for bag in session.scalars(select(Bag).order_by(Bag.id))}
    kept = Kept(items, entries, facts, steps, bags, bag_ledger.facts_of(session, bags.values()))
    for row in rows:
        if row.fact.version != BY_A_PHONE:
            kept.assumed[row.fact] += 1
        elif row.sequence:  # made by a device; what a desk recorded has none
            number = items[row.item_id].number
            kept.stored[row.fact].append(_recorded(row, number, row.content or {}))
    for row in session.execute(
        select(LedgerEntry.__table__).where(LedgerEntry.bag_id.is_not(None))
    ):
        if row.sequence:
            kept.stored[row.fact].append(_recorded(row, bags[row.bag_id].number, {}))
    for refused in session.scalars(select(RefusedScan)):
        kept.stored[refused.scan_id].append(_refused(refused))
    kept.receipts = frozenset(session.scalars(select(ScanReceipt.scan_id)))
    return kept


def counts(session: Session) -> tuple[int, ...]:
    """Give how many entries, refused scans, receipts and personal parts there are."""
    tables = (LedgerEntry, RefusedScan, ScanReceipt, PersonalFact)
    return tuple(session.scalar(select(func.count()).select_from(table)) or 0 for table in tables)


def differences(session: Session) -> Counter[str]:
    """Give how often counted bags differed from what was put in, by outcome."""
    of_bags = select(Difference.outcome).where(Difference.opened_bag_id.is_not(None))
    return Counter(session.scalars(of_bags))


def instants(session: Session) -> dict[tuple[str, int], tuple[datetime | None, ...]]:
    """Give the instants of all legs and dossiers, as they are kept."""
    legs = session.execute(select(Leg.id, Leg.started_at, Leg.ended_at))
    dossiers = session.execute(
        select(Dossier.id, Dossier.handed_at, Dossier.accepted_at, Dossier.returned_at)
    )
    found = {("leg", row[0]): tuple(row[1:]) for row in legs}
    return found | {("dossier", row[0]): tuple(row[1:]) for row in dossiers}


def _recorded(row: Row[Any], number: str, personal: Mapping[str, object]) -> Stored:
    said = dict(row.details) | dict(personal)
    content = (number, row.kind, row.device_at, said, row.boot, row.sequence)
    oddities = tuple(ANOMALIES[one].vi for one in row.anomalies)
    return Stored(True, number, content, row.condition, oddities)


def _refused(row: RefusedScan) -> Stored:
    raw = row.raw
    at = datetime.fromisoformat(raw["occurred_at"])
    return Stored(False, "", (raw["code"], raw["kind"], at, raw["details"]))
