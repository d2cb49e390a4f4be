"""Hand-over lists as people find and read them: whose they are, and both sides line by line."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from models.bags import Bag
from models.handovers import Handover, HandoverCancelled, HandoverCounted, HandoverLine
from models.items import Item
from models.ledger import LedgerEntry
from models.places import ServicePoint
from models.staff import Account, Assignment
from postal_app import handover_facts
from postal_app.errors import Unknown
from postal_app.ledger import own_holder
from postal_app.places import own_point
from postal_app.rules.handovers import Line, ListKind
from postal_app.rules.holders import Holder, HolderKind
from postal_app.rules.roles import Actor, Role
from postal_app.rules.vietnamese import day_of, tidy
from postal_app.rules.words import Words
from postal_app.staff import valid_on

MOST_SHOWN = 100


class UnknownHandover(Unknown):
    """No list in this person's reach bears the number."""

    words = Words(
        "Không tìm thấy bản kê «{number}»; hãy kiểm tra lại số.",
        "Hand-over list “{number}” was not found; check the number.",
    )


@dataclass(frozen=True, slots=True)
class ToldLine:
    """A line as both sides told it, with its thing and the names of who took it."""

    line: Line
    item: Item | None
    bag: Bag | None
    listed: HandoverLine | None
    takers: tuple[str, ...] = ()

    @property
    def number(self) -> str:
        """Give the number of the thing."""
        thing = self.item or self.bag
        return thing.number if thing else ""


def find(session: Session, number: str, by: Actor) -> Handover:
    """Give a list that this person's point gave or that is for him or his point.

    Raises:
        UnknownHandover: there is none.
    """
    found = session.scalars(
        _whole().where(Handover.number == tidy(number).upper(), _in_reach(by))
    ).first()
    if found is None:
        raise UnknownHandover(number=number)
    return found


def given_here(session: Session, by: Actor) -> Sequence[Handover]:
    """Give the lists of the clerk's point, the newest first."""
    return session.scalars(
        _whole()
        .where(Handover.from_point_id == by.point_id)
        .order_by(Handover.id.desc())
        .limit(MOST_SHOWN)
    ).all()


def to_take(session: Session, by: Actor) -> Sequence[Handover]:
    """Give the lists for this person or his point that nobody has counted to the end yet."""
    counted = select(HandoverCounted.id).where(HandoverCounted.number == Handover.number)
    cancelled = select(HandoverCancelled.id).where(HandoverCancelled.handover_id == Handover.id)
    return session.scalars(
        _whole()
        .where(_is_for(by), ~counted.exists(), ~cancelled.exists())
        .order_by(Handover.id)
        .limit(MOST_SHOWN)
    ).all()


def count_to_take(session: Session, by: Actor) -> int:
    """Give how many lists wait for this person, for the start pages."""
    return len(to_take(session, by))


def couriers(session: Session, by: Actor, now: datetime) -> list[tuple[int, str]]:
    """Give the couriers of the clerk's point, account and name."""
    rows = session.execute(
        select(Account.id, Account.full_name)
        .join(Assignment, Assignment.account_id == Account.id)
        .where(
            Assignment.role == Role.COURIER,
            Assignment.point_id == own_point(by),
            Account.active,
            valid_on(day_of(now)),
        )
        .order_by(Account.full_name)
        .distinct()
    )
    return [(row.id, row.full_name) for row in rows]


def told(session: Session, one: Handover) -> list[ToldLine]:
    """Give a list as both sides told it, what is extra at the end."""
    lines = handover_facts.lines_of(session, one)
    listed = {handover_facts.thing_of(row.item_id, row.bag_id): row for row in one.lines}
    item_ids = {line.thing.id for line in lines if line.thing.kind == "item"}
    bag_ids = {line.thing.id for line in lines if line.thing.kind == "bag"}
    items = {row.id: row for row in session.scalars(select(Item).where(Item.id.in_(item_ids)))}
    found = {row.id: row for row in session.scalars(select(Bag).where(Bag.id.in_(bag_ids)))}
    who = {
        scan.account_id
        for line in lines
        for scan in (*((line.taken,) if line.taken else ()), *line.others)
    }
    names = dict(
        session.execute(select(Account.id, Account.full_name).where(Account.id.in_(who))).all()
    )
    return [
        ToldLine(
            line,
            items.get(line.thing.id) if line.thing.kind == "item" else None,
            found.get(line.thing.id) if line.thing.kind == "bag" else None,
            listed.get(line.thing),
            tuple(
                names[scan.account_id]
                for scan in (*((line.taken,) if line.taken else ()), *line.others)
            ),
        )
        for line in lines
    ]


def counter_name(session: Session, one: Handover) -> str:
    """Give who counted a list to its end; empty while nobody has."""
    found = handover_facts.counter_of(session, one)
    return session.get_one(Account, found).full_name if found else ""


def taker_name(session: Session, one: Handover) -> str:
    """Give whom a list is for, in words."""
    if one.to_kind == HolderKind.POINT:
        point = session.get_one(ServicePoint, one.to_id)
        return f"{point.name} ({point.code})"
    return session.get_one(Account, one.to_id).full_name


def items_given(point: Holder) -> ColumnElement[bool]:
    """Give the condition that an item lies at a point, or lay there: its list may come late."""
    was_here = (
        exists()
        .where(
            LedgerEntry.item_id == Item.id,
            LedgerEntry.taker_kind == point.kind,
            LedgerEntry.taker_id == point.id,
        )
        .correlate(Item)
    )
    held = and_(Item.holder_kind == point.kind, Item.holder_id == point.id)
    return or_(held, Item.point_id == point.id, was_here)


def _is_for(by: Actor) -> ColumnElement[bool]:
    holder = own_holder(by)
    return and_(Handover.to_kind == holder.kind, Handover.to_id == holder.id)


def _in_reach(by: Actor) -> ColumnElement[bool]:
    """A courier sees what is for him and what his point gives, for he may carry it."""
    if by.province_id is not None:
        return Handover.id.is_not(None)
    if by.point_id is None:
        return Handover.id.is_(None)
    if by.role is Role.COURIER:
        carried = and_(Handover.kind == ListKind.BD10, Handover.from_point_id == by.point_id)
        return or_(_is_for(by), carried)
    return or_(_is_for(by), Handover.from_point_id == by.point_id)


def _whole() -> Select[Handover]:
    return select(Handover).options(
        joinedload(Handover.from_point),
        joinedload(Handover.giver),
        joinedload(Handover.cancelled),
        selectinload(Handover.lines).options(
            joinedload(HandoverLine.item), joinedload(HandoverLine.bag)
        ),
    )
