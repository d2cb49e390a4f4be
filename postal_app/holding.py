"""Holding: who answered for an item at a moment, by one query of the archive.

The query brings the item with all its entries and the names of who took it; the rules of custody
say the rest, so that this answer and the history are never two. It is that of the ledger as it is
known now: what a correction took out did not move the item, also when the correction came later.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, and_, func, select
from sqlalchemy.orm import Session, aliased, joinedload

from models.bags import Bag
from models.items import Item
from models.ledger import LedgerEntry
from models.places import Agency, ServicePoint
from models.staff import Account
from postal_app.enquiries import UnknownNumber
from postal_app.ledger_reading import FACT_COLUMNS, fact_of
from postal_app.locked_items import opening_holder
from postal_app.rules.codes import read_scan
from postal_app.rules.custody import Step, history
from postal_app.rules.holders import HOLDER_WORDS, Holder, HolderKind
from postal_app.rules.vietnamese import moment as written
from postal_app.rules.vocabulary import KINDS
from postal_app.rules.words import Words

SINCE = Words("{holder} giữ, từ lúc {since} ({event})", "{holder} had it, since {since} ({event})")
BEFORE = Words(
    "{holder} giữ; lúc đó sổ chưa ghi lần giao nhận nào",
    "{holder} had it; no hand-over was recorded by then",
)


@dataclass(frozen=True, slots=True)
class HolderAt:
    """Who answered for an item at a moment.

    `event` is the kind of event that gave it to him and `since` when; both empty before the
    first. `name` is that of a place, a courier or another item, empty for a citizen.
    """

    number: str
    moment: datetime
    holder: Holder
    name: str
    event: str
    since: datetime | None

    @property
    def who(self) -> Words:
        """Give the holder with his kind."""
        kind = HOLDER_WORDS[self.holder.kind]
        if self.holder.kind in (HolderKind.COURIER, HolderKind.ITEM, HolderKind.BAG):
            return Words(f"{kind.vi} {self.name}", f"{kind.en} {self.name}")
        return Words(self.name, self.name) if self.name else kind

    @property
    def words(self) -> Words:
        """Say who had it, since when and by what."""
        who = self.who
        if self.since is None:
            return Words(BEFORE.vi.format(holder=who.vi), BEFORE.en.format(holder=who.en))
        at, event = written(self.since), KINDS[self.event].words
        return Words(
            SINCE.vi.format(holder=who.vi, since=at, event=event.vi),
            SINCE.en.format(holder=who.en, since=at, event=event.en),
        )


def holder_at(session: Session, number: str, moment: datetime) -> HolderAt:
    """Give who answered for an item at a moment; whoever asks must have it in reach.

    Raises:
        UnknownNumber: no item bears the number.
    """
    rows = session.execute(_entries(read_scan(number).number)).all()
    if not rows:
        raise UnknownNumber
    item: Item = rows[0].Item
    opening = opening_holder(item)
    steps = history([fact_of(row) for row in rows if row.fact is not None], opening)
    before = [step for step in steps if step.fact.occurred_at <= moment]
    holder = before[-1].after.holder if before else opening
    taken = next((step for step in reversed(before) if step.giver != step.after.holder), None)
    name = _opening_name(item, holder) if taken is None else _name_of(rows, taken)
    return HolderAt(
        item.number,
        moment,
        holder,
        name,
        taken.fact.kind if taken else "",
        taken.fact.occurred_at if taken else None,
    )


def _entries(number: str) -> Select[Any]:
    """Ask for the item, each of its entries, and the name of who took it there."""
    other = aliased(Item)
    kind, taker = LedgerEntry.taker_kind, LedgerEntry.taker_id
    name = func.coalesce(
        ServicePoint.name, Agency.name, Account.full_name, other.number, Bag.number, ""
    )
    return (
        select(Item, name.label("taker_name"), *FACT_COLUMNS)
        .select_from(Item)
        .outerjoin(
            LedgerEntry,
            and_(
                LedgerEntry.item_id == Item.id,
                LedgerEntry.recorded_at >= Item.created_at,  # spares the months before it
            ),
        )
        .outerjoin(ServicePoint, and_(kind == HolderKind.POINT, ServicePoint.id == taker))
        .outerjoin(Agency, and_(kind == HolderKind.AGENCY, Agency.id == taker))
        .outerjoin(Account, and_(kind == HolderKind.COURIER, Account.id == taker))
        .outerjoin(other, and_(kind == HolderKind.ITEM, other.id == taker))
        .outerjoin(Bag, and_(kind == HolderKind.BAG, Bag.id == taker))
        # Who has it before its first movement is one of these.
        .options(joinedload(Item.point), joinedload(Item.agency), joinedload(Item.from_agency))
        .where(Item.number == number)
    )


def _name_of(rows: Sequence[Row[Any]], taken: Step) -> str:
    return next(str(row.taker_name) for row in rows if row.fact == taken.fact.fact)


def _opening_name(item: Item, holder: Holder) -> str:
    if holder.kind is HolderKind.POINT:
        return item.point.name
    if holder.kind is not HolderKind.AGENCY:
        return ""
    found = item.from_agency if item.from_agency_id == holder.id else item.agency
    return found.name if found else ""
