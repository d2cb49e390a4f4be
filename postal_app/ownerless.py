"""Items without owner: the list that is published, and declaring one to be without owner.

The public list names an item by its number, the point where it lies, the leg and the day, and no
person. It is only ever added to: what was claimed after all leaves the list by its state.
"""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased, joinedload, selectinload

from models.deliveries import OwnerlessPublication
from models.dossiers import Dossier
from models.items import Item, Leg
from models.ledger import LedgerEntry
from models.places import ServicePoint
from postal_app import delivery_terms
from postal_app.deliveries import WAITING, rulings_of
from postal_app.enquiries import UnknownNumber
from postal_app.errors import Conflict, NotAllowed
from postal_app.ledger import NewFact, record
from postal_app.rules.codes import read_scan
from postal_app.rules.holders import HolderKind
from postal_app.rules.ownerless import MONTHS, Unclaimed, may_declare, months_after
from postal_app.rules.roles import Actor
from postal_app.rules.undeliverable import Ruling
from postal_app.rules.vietnamese import day_of
from postal_app.rules.vocabulary import State
from postal_app.rules.words import Words

LISTED = (*WAITING, State.OWNERLESS)


class NotOwnerless(NotAllowed):
    """The rule does not let it be declared to be without owner yet."""

    words = Words(
        "Chưa được xác định vô thừa nhận: {why_vi}", "It is not without owner yet: {why_en}"
    )


class AlreadyPublished(Conflict):
    """It stands in the list already."""

    words = Words(
        "Bưu gửi {number} đã có trong danh sách niêm yết.", "Item {number} is in the list already."
    )


@dataclass(frozen=True, slots=True)
class LyingBack:
    """An item on its way back that nobody has taken, and what may be done with it.

    `ripe_on` is the day on which six months since its acceptance have passed.
    """

    number: str
    leg: str
    state: State
    point: str
    accepted_on: date
    ripe_on: date
    published_on: date | None
    back: Ruling
    ruling: Ruling


@dataclass(frozen=True, slots=True)
class Published:
    """A line of the public list; nothing of a person."""

    number: str
    leg: str
    point: str
    published_on: date
    declared: bool


def unclaimed(session: Session, *, today: date) -> list[LyingBack]:
    """Give the items on their way back that wait somewhere, the earliest accepted first."""
    items = session.scalars(
        _with_parties().where(Item.returns_id.is_not(None), Item.state.in_(WAITING))
    ).all()
    told = _judged(session, items, today)
    return sorted(told, key=lambda one: (one.accepted_on, one.number))


def publish(session: Session, number: str, by: Actor, *, now: datetime) -> None:
    """Put an item that can neither be delivered nor returned into the public list.

    Raises:
        UnknownNumber: no item on its way back bears the number.
        NotOwnerless: the return itself may still be delivered; the words say why.
        AlreadyPublished: it stands there already.
    """
    item = _find(session, number)
    [told] = _judged(session, [item], day_of(now))
    if told.published_on is not None:
        raise AlreadyPublished(number=item.number)
    if not told.back.allowed:
        raise NotOwnerless(why_vi=told.back.words.vi, why_en=told.back.words.en)
    session.add(
        OwnerlessPublication(
            item_id=item.id,
            published_on=day_of(now),
            published_by=by.account_id,
            published_at=now,
        )
    )
    session.flush()  # of two who publish it at once the second must fail here


def declare(session: Session, number: str, by: Actor, *, now: datetime) -> Item:
    """Declare an item to be without owner, where the rule allows it.

    Raises:
        UnknownNumber: no item on its way back bears the number.
        NotOwnerless: the rule does not allow it yet; the words say why.
    """
    item = _find(session, number)
    [told] = _judged(session, [item], day_of(now))
    if not told.ruling.allowed:
        raise NotOwnerless(why_vi=told.ruling.words.vi, why_en=told.ruling.words.en)
    details = {"ground": told.ruling.ground}
    fact = NewFact(item.id, uuid.uuid4(), "declared_ownerless", now, by, details=details)
    record(session, [fact], now=now)
    return item


def public_list(session: Session) -> list[Published]:
    """Give the published list: what is still unclaimed, the latest published first."""
    lies_at = aliased(ServicePoint)
    rows = session.execute(
        select(
            Item.number,
            Item.leg,
            Item.state,
            func.coalesce(lies_at.name, ServicePoint.name).label("point"),
            OwnerlessPublication.published_on,
        )
        .join(Item, Item.id == OwnerlessPublication.item_id)
        .join(ServicePoint, ServicePoint.id == Item.point_id)
        .outerjoin(lies_at, (Item.holder_kind == HolderKind.POINT) & (Item.holder_id == lies_at.id))
        .where(Item.state.in_(LISTED))
        .order_by(OwnerlessPublication.published_on.desc(), Item.number)
    )
    return [
        Published(row.number, row.leg, row.point, row.published_on, row.state == State.OWNERLESS)
        for row in rows
    ]


def _with_parties() -> Select[Item]:
    return select(Item).options(
        joinedload(Item.agency),
        joinedload(Item.point),
        selectinload(Item.legs).joinedload(Leg.dossier).selectinload(Dossier.parties),
    )


def _find(session: Session, typed: str) -> Item:
    number = read_scan(typed).number
    item = session.scalars(
        _with_parties()
        .where(Item.number == number, Item.returns_id.is_not(None), Item.state.in_(WAITING))
        .with_for_update(of=Item)
    ).first()
    if item is None:
        raise UnknownNumber
    return item


def _judged(session: Session, items: Sequence[Item], today: date) -> list[LyingBack]:
    ids = {item.id for item in items}
    published = dict(
        session.execute(
            select(OwnerlessPublication.item_id, OwnerlessPublication.published_on).where(
                OwnerlessPublication.item_id.in_(ids)
            )
        ).all()
    )
    first = _firsts(session, {item.returns_id for item in items if item.returns_id})
    backs = rulings_of(session, items, today=today)
    terms = delivery_terms.published(session)
    told = []
    for item in items:
        accepted_on, ground = first.get(item.returns_id or 0, (day_of(item.created_at), ""))
        on = published.get(item.id)
        case = Unclaimed(
            is_return=True,
            accepted_on=accepted_on,
            first_ground=ground,
            back=backs[item.id],
            published_on=on,
            publication_days=delivery_terms.publication_days(terms, on or today),
        )
        told.append(
            LyingBack(
                item.number,
                item.leg,
                State(item.state),
                item.point.name,
                accepted_on,
                months_after(accepted_on, MONTHS),
                on,
                backs[item.id],
                may_declare(case, today),
            )
        )
    return told


def _firsts(session: Session, item_ids: Collection[int]) -> dict[int, tuple[date, str]]:
    """Give of what is being returned the day it was accepted and on which ground it went back."""
    started = select(Leg.item_id, func.min(Leg.started_at)).where(Leg.item_id.in_(item_ids))
    moments = dict(session.execute(started.group_by(Leg.item_id)).all())
    grounds: dict[int, str | None] = dict(
        session.execute(
            select(LedgerEntry.item_id, LedgerEntry.details["ground"].astext)
            .where(LedgerEntry.item_id.in_(item_ids), LedgerEntry.kind == "sent_back")
            .order_by(LedgerEntry.position)
        ).all()
    )
    return {
        item_id: (day_of(moment), grounds.get(item_id) or "")
        for item_id, moment in moments.items()
        if moment is not None
    }
