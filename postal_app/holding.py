"""Holding: who answered for an item at a moment, by one query of the archive.

The answer is that of the ledger as it is known now: what a correction took out did not move the
item, also when the correction came later. It agrees with `rules.custody.history` at every moment.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, case, collate, exists, select, true
from sqlalchemy.orm import Session, aliased, joinedload
from sqlalchemy.sql.selectable import LateralFromClause

from models.items import Item
from models.ledger import LedgerEntry
from models.places import Agency, ServicePoint
from models.staff import Account
from postal_app.enquiries import UnknownNumber
from postal_app.ledger import opening_holder
from postal_app.rules.codes import read_scan
from postal_app.rules.holders import HOLDER_WORDS, Holder, HolderKind
from postal_app.rules.vietnamese import moment as written
from postal_app.rules.vocabulary import KINDS
from postal_app.rules.words import Words

_MOVING = tuple(code for code, kind in KINDS.items() if kind.taker is not None)
_RANK = {code: rank for rank, code in enumerate(KINDS)}

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
        if self.holder.kind in (HolderKind.COURIER, HolderKind.ITEM):
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
    row = session.execute(_question(read_scan(number).number, moment)).first()
    if row is None:
        raise UnknownNumber
    item: Item = row.Item
    if row.kind is None:
        holder = opening_holder(item)
        return HolderAt(item.number, moment, holder, _opening_name(item, holder), "", None)
    holder = Holder(HolderKind(row.taker_kind), row.taker_id)
    name = row.point or row.agency or row.courier or row.inside or ""
    return HolderAt(item.number, moment, holder, name, row.kind, row.occurred_at)


def _question(number: str, moment: datetime) -> Select[Any]:
    """Ask for the item, the last movement up to the moment, and the name of who took it."""
    move = _last_move(moment)
    other = aliased(Item)
    taken_by = move.c.taker_kind
    return (
        select(
            Item,
            move.c.kind,
            move.c.occurred_at,
            move.c.taker_kind,
            move.c.taker_id,
            ServicePoint.name.label("point"),
            Agency.name.label("agency"),
            Account.full_name.label("courier"),
            other.number.label("inside"),
        )
        .outerjoin(move, true())
        .outerjoin(
            ServicePoint, and_(taken_by == HolderKind.POINT, ServicePoint.id == move.c.taker_id)
        )
        .outerjoin(Agency, and_(taken_by == HolderKind.AGENCY, Agency.id == move.c.taker_id))
        .outerjoin(Account, and_(taken_by == HolderKind.COURIER, Account.id == move.c.taker_id))
        .outerjoin(other, and_(taken_by == HolderKind.ITEM, other.id == move.c.taker_id))
        .options(
            joinedload(Item.point), joinedload(Item.agency), joinedload(Item.from_agency)
        )  # who has it before its first movement is one of these
        .where(Item.number == number)
    )


def _last_move(moment: datetime) -> LateralFromClause:
    """Give the item's last movement that stands, in the order of `custody.order`."""
    correction = aliased(LedgerEntry)
    taken_out = exists().where(
        correction.item_id == LedgerEntry.item_id,
        correction.kind == "corrected",
        correction.corrects == LedgerEntry.fact,
    )
    rank = case(_RANK, value=LedgerEntry.kind, else_=len(_RANK))
    return (
        select(
            LedgerEntry.kind,
            LedgerEntry.occurred_at,
            LedgerEntry.taker_kind,
            LedgerEntry.taker_id,
        )
        .where(
            LedgerEntry.item_id == Item.id,
            LedgerEntry.recorded_at >= Item.created_at,  # spares the months before it
            LedgerEntry.occurred_at <= moment,
            LedgerEntry.kind.in_(_MOVING),
            LedgerEntry.taker_kind != "",
            ~taken_out,
        )
        .order_by(
            LedgerEntry.occurred_at.desc(),
            collate(LedgerEntry.device, "C").desc(),
            LedgerEntry.sequence.desc(),
            rank.desc(),
            LedgerEntry.fact.desc(),
        )
        .limit(1)
        .lateral("move")
    )


def _opening_name(item: Item, holder: Holder) -> str:
    if holder.kind is HolderKind.POINT:
        return item.point.name
    if holder.kind is not HolderKind.AGENCY:
        return ""
    found = item.from_agency if item.from_agency_id == holder.id else item.agency
    return found.name if found else ""
