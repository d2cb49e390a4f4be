"""Deliveries: what waits for its receiver at a point, whether it may go back, and sending it back.

What goes back does so in an item of its own, with its own number, to the sender of that leg: a
result to its agency, papers to the citizen who sent them (Luật Bưu chính 49/2010/QH12 Art. 17).
The returned item ends there, and the dossiers in it are open again for another.
"""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload, selectinload

from models.dossiers import Dossier
from models.items import Item, Leg
from models.places import ServicePoint
from postal_app import delivery_facts, delivery_terms
from postal_app.calendars import calendar
from postal_app.delivery_facts import Said, Wish
from postal_app.demands import BadDemand, Demanded, Demands, PaperBack, demands_of, set_demands
from postal_app.enquiries import UnknownNumber, dossiers_in_reach, items_in_reach
from postal_app.envelopes import Bound, Envelope, SealMissing, make_item
from postal_app.errors import Conflict, NotAllowed
from postal_app.ledger import NewFact, own_holder, record
from postal_app.pickups import UnknownDossier
from postal_app.rules.codes import read_scan
from postal_app.rules.holders import Holder, HolderKind
from postal_app.rules.legs import RETURN_OF, RETURN_TO_AGENCY, RETURNS, TO_CITIZEN
from postal_app.rules.roles import Actor
from postal_app.rules.undeliverable import Ruling, may_send_back
from postal_app.rules.vietnamese import day_of
from postal_app.rules.vocabulary import KINDS, Outcome, State
from postal_app.rules.words import Words

__all__ = [
    "BadDemand",
    "Demanded",
    "Demands",
    "PaperBack",
    "demands_of",
    "set_demands",
]

WAITING = tuple(KINDS["sent_back"].after)


class NotHere(Conflict):
    """The item does not lie with the one who would hand it on."""

    words = Words(
        "Bưu gửi {number} không do bạn hay điểm của bạn giữ; hãy quét nhận trước.",
        "Item {number} is not held by you or your point; take it over by a scan first.",
    )


class OnItsWayBack(Conflict):
    """What carries it back has left the point."""

    words = Words(
        "Bưu gửi này đã được chuyển hoàn trong {number}; hãy xem bưu gửi đó.",
        "This item went back in {number} already; look at that one.",
    )


class NotYetUndeliverable(NotAllowed):
    """The rule of two notices and the holding term does not let it go back yet."""

    words = Words("Chưa được chuyển hoàn: {why_vi}", "It may not go back yet: {why_en}")


class ReturnOfReturn(NotAllowed):
    """What is on its way back already goes nowhere else."""

    words = Words(
        "Bưu gửi {number} đang được chuyển hoàn; nếu không phát được thì lưu giữ tại điểm và đưa "
        "vào danh sách bưu gửi không có người nhận.",
        "Item {number} is on its way back already; if it cannot be delivered it is held and put "
        "on the list of items without receiver.",
    )


@dataclass(frozen=True, slots=True)
class Waiting:
    """An item that waits for its receiver: what was tried, what is wished, may it go back."""

    number: str
    leg: str
    state: State
    since: datetime
    attempts: int
    notices: int
    wish: Wish | None
    wished_point: str
    ruling: Ruling


def waiting(session: Session, by: Actor, *, today: date) -> list[Waiting]:
    """Give what lies at the person's point and waits, or what a courier holds, longest first."""
    holder = own_holder(by)
    found = session.scalars(
        select(Item)
        .options(
            joinedload(Item.agency),
            selectinload(Item.legs).joinedload(Leg.dossier).selectinload(Dossier.parties),
        )
        .where(
            Item.holder_kind == holder.kind,
            Item.holder_id == holder.id,
            Item.state.in_(WAITING),
        )
        .order_by(Item.changed_at, Item.id)
    ).all()
    said = delivery_facts.said_of(session, found)
    # What is on its way to an agency waits for nobody, unless it was refused there.
    items = [one for one in found if one.leg in TO_CITIZEN or said[one.id]]
    wishes = {item.id: delivery_facts.wish_of(said[item.id]) for item in items}
    points = {wish.point_id for wish in wishes.values() if wish and wish.point_id}
    names = dict(
        session.execute(
            select(ServicePoint.id, ServicePoint.name).where(ServicePoint.id.in_(points))
        ).all()
    )
    rulings = rulings_of(session, items, today=today, said=said)
    return [
        _waiting(item, said[item.id], wishes[item.id], names, rulings[item.id]) for item in items
    ]


def rulings_of(
    session: Session,
    items: Collection[Item],
    *,
    today: date,
    said: dict[int, list[Said]] | None = None,
) -> dict[int, Ruling]:
    """Say of items whether they may go back, by the calendar and the terms of holding.

    Args:
        session: the archive.
        items: with their agencies and parties at hand.
        today: in Việt Nam.
        said: what was tried, where it is known already.
    """
    if not items:
        return {}
    known = said if said is not None else delivery_facts.said_of(session, items)
    tried = {item.id: delivery_facts.tried(known[item.id]) for item in items}
    days = [one.on for several in tried.values() for one in several]
    first = min(days, default=today)
    days_off = calendar(session, first, today.replace(year=today.year + 1, day=1))
    terms = delivery_terms.published(session)
    rulings = {}
    for item in items:
        notice = min((one.on for one in tried[item.id] if one.notice), default=None)
        holding = delivery_terms.holding_days(terms, item, notice) if notice else None
        rulings[item.id] = may_send_back(tried[item.id], today, days_off, holding)
    return rulings


def _waiting(
    item: Item, said: list[Said], wish: Wish | None, points: Mapping[int, str], ruling: Ruling
) -> Waiting:
    return Waiting(
        item.number,
        item.leg,
        State(item.state),
        item.changed_at,
        delivery_facts.attempts(said),
        sum(one.notice for one in delivery_facts.tried(said)),
        wish,
        points.get(wish.point_id, "") if wish and wish.point_id else "",
        ruling,
    )


def look_up(session: Session, typed: str, by: Actor) -> Item:
    """Give an item in reach with all that lies in it.

    Raises:
        UnknownNumber: no item in this person's reach bears the number.
    """
    item = session.scalars(_whole(typed, by)).first()
    if item is None:
        raise UnknownNumber
    return item


def find(session: Session, typed: str, by: Actor) -> Item:
    """Give an item in reach as `look_up` does, locked until the transaction ends.

    Raises:
        UnknownNumber: no item in this person's reach bears the number.
    """
    locking = _whole(typed, by).with_for_update(of=Item)
    item = session.scalars(locking.execution_options(populate_existing=True)).first()
    if item is None:
        raise UnknownNumber
    return item


def dossier_at_counter(session: Session, number: str, by: Actor) -> Dossier:
    """Give a dossier of the person's point whose result was not given back yet.

    Raises:
        UnknownDossier: there is none in this person's reach.
    """
    found = session.scalars(
        select(Dossier).where(
            Dossier.number == number.strip().upper(),
            Dossier.returned_at.is_(None),
            dossiers_in_reach(by),
        )
    ).first()
    if found is None:
        raise UnknownDossier(number=number)
    return found


def return_of(session: Session, item: Item) -> Item:
    """Give the item that takes another one back.

    Raises:
        UnknownNumber: it was not sent back.
    """
    back = session.scalars(select(Item).where(Item.returns_id == item.id)).first()
    if back is None:
        raise UnknownNumber
    return back


def _whole(typed: str, by: Actor) -> Select[Item]:
    number = read_scan(typed).number
    return (
        select(Item)
        .options(
            selectinload(Item.agency),
            selectinload(Item.point),
            selectinload(Item.legs).joinedload(Leg.dossier).joinedload(Dossier.terms),
            selectinload(Item.legs).joinedload(Leg.dossier).selectinload(Dossier.parties),
        )
        .where(Item.number == number, items_in_reach(by))
    )


def require_held(item: Item, by: Actor) -> None:
    """Refuse to hand on what somebody else holds.

    Raises:
        NotHere: it does not lie with this person or his point.
    """
    if (item.holder_kind, item.holder_id) != tuple(own_holder(by)):
        raise NotHere(number=item.number)


def send_back(
    session: Session, number: str, by: Actor, *, now: datetime, envelope: Envelope | None = None
) -> Item:
    """Send an item back to the sender of its leg; give the new item that carries it.

    Args:
        session: the archive.
        number: of the item, as typed.
        by: a clerk of the point where it lies.
        now: the server's clock.
        envelope: the new seal and weight; may be left out when the old envelope was not opened.

    Raises:
        UnknownNumber: no item in this person's reach bears the number.
        NotHere: it does not lie at the clerk's point.
        ReturnOfReturn: it is on its way back already.
        NotYetUndeliverable: the rule does not allow it yet, or it has ended; the words say why.
        OnItsWayBack: it was sent back before, and what carries it has left.
        SealMissing: some of it was handed out, so that it needs a seal of its own.
    """
    item = find(session, number, by)
    require_held(item, by)
    if item.leg in RETURNS:
        raise ReturnOfReturn(number=item.number)
    ruling = rulings_of(session, [item], today=day_of(now))[item.id]
    if not ruling.allowed or item.state not in WAITING:
        raise NotYetUndeliverable(why_vi=ruling.words.vi, why_en=ruling.words.en)
    left = [leg.dossier for leg in item.legs if leg.ended_at is None]
    if envelope is None:
        if len(left) < len(item.legs):
            raise SealMissing(field="seal_number")
        envelope = Envelope(item.seal_number, item.weight_grams)
    # One that was sent back by mistake, which was corrected, has its return already.
    before = session.scalars(select(Item).where(Item.returns_id == item.id)).first()
    if before is not None and before.state not in (State.EXPECTED, State.AT_OFFICE):
        raise OnItsWayBack(number=before.number)
    back = before or _return_item(session, item, left, envelope, by, now)
    facts = [_sent_back(item, back, ruling.ground, left, by, now)]
    if back.state == State.EXPECTED:
        facts.append(
            NewFact(back.id, uuid.uuid4(), "return_started", now, by, taker=own_holder(by))
        )
    record(session, facts, now=now)
    return back


def _sent_back(
    item: Item, back: Item, ground: str, left: Sequence[Dossier], by: Actor, now: datetime
) -> NewFact:
    told: dict[str, object] = {"ground": ground}
    if len(left) < len(item.legs):
        told |= {"dossiers": [dossier.number for dossier in left]}
    return NewFact(
        item.id,
        uuid.uuid4(),
        "sent_back",
        now,
        by,
        giver=own_holder(by),
        taker=Holder(HolderKind.ITEM, back.id),
        details=told,
    )


def _return_item(
    session: Session,
    item: Item,
    left: Sequence[Dossier],
    envelope: Envelope,
    by: Actor,
    now: datetime,
) -> Item:
    """Make the envelope that takes back what was not handed out, to whoever sent it."""
    leg = RETURN_OF[item.leg]
    sender = item.from_agency_id if leg == RETURN_TO_AGENCY else None
    bound = Bound(by.point_id or item.point_id, sender or item.agency_id, returns_id=item.id)
    return make_item(session, leg, left, envelope, now=now, bound=bound)


def unproven(session: Session, by: Actor) -> list[Item]:
    """Give what was said to be delivered for the clerk's point and no proof was seen of yet."""
    rows = session.scalars(
        select(Item)
        .where(
            Item.point_id == by.point_id,
            Item.outcome == Outcome.DELIVERED,
            Item.proven.is_(False),
        )
        .order_by(Item.changed_at, Item.id)
    )
    return list(rows)
