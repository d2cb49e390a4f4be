"""Hand-over lists: BD10 from office to office, BD13 to a courier; given, taken, counted, cancelled.

The giver's list is a fact of each thing on it, the taker's scans are facts too, and each side may
have been without a network: a list may be typed in late, under the number on its paper and with
the time at which it was given, after the scans that name it.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, selectinload

from models.bags import Bag
from models.handovers import Handover, HandoverCancelled, HandoverCounted, HandoverLine
from models.items import Item, Leg
from models.places import ServicePoint
from postal_app import (
    bag_ledger,
    bags,
    demands,
    handover_facts,
    handover_lists,
    numbers,
    scanning,
)
from postal_app import handover_differences as differences
from postal_app.bag_ledger import NewBagFact
from postal_app.bags import Handled
from postal_app.errors import Conflict, Forbidden, Invalid
from postal_app.handover_differences import Touched
from postal_app.handover_lists import UnknownHandover
from postal_app.ledger import NewFact, own_holder, record
from postal_app.places import own_point
from postal_app.rules.codes import read_scan
from postal_app.rules.handovers import LineType, ListKind
from postal_app.rules.holders import Holder, HolderKind
from postal_app.rules.roles import Actor, Role
from postal_app.rules.vietnamese import day_of, tidy
from postal_app.rules.words import Words
from postal_app.scan_verdicts import Verdict
from postal_app.scanning import Scan

MOST_SHOWN = 100
SHORTEST_REASON = 5


class UnknownTaker(Invalid):
    """A list is for another point, or for a courier of this one."""

    words = Words(
        "Hãy chọn bưu cục hoặc bưu tá nhận trong danh sách.",
        "Choose the point or courier who takes it from the list.",
    )


class NotHere(Conflict):
    """What is listed lies at the giver's point."""

    words = Words(
        "{numbers} không có ở điểm của bạn; hãy quét lại hoặc bỏ khỏi bản kê.",
        "{numbers} is not at your point; scan again or leave it off the list.",
    )


class NothingToGive(Invalid):
    """A list has at least one line."""

    words = Words("Bản kê chưa có dòng nào.", "There is nothing on the list yet.")


class NumberTaken(Conflict):
    """A list of this number is there already."""

    words = Words("Bản kê số {number} đã có.", "A list of the number {number} is there already.")


class AlreadyTaken(Conflict):
    """What somebody has begun to take is not cancelled."""

    words = Words(
        "Bản kê {number} đã có người nhận hoặc đã hủy, không hủy được.",
        "List {number} has been taken, in part at least, or cancelled; it cannot be cancelled.",
    )


class GiverCannotTake(Forbidden):
    """A hand-over has two accounts."""

    words = Words(
        "Người lập bản kê không tự nhận được; cần một người khác.",
        "Whoever made the list cannot take it; somebody else must.",
    )


class WhyCancelled(Invalid):
    """A cancelled list says why."""

    words = Words("Hãy ghi rõ lý do hủy.", "Say why it is cancelled.")


@dataclass(frozen=True, slots=True)
class NewHandover:
    """A list as its giver makes it: codes as read, in their order, and who is to take it.

    `to` is a point's code for a BD10, a courier's account for a BD13. `number` is that of a paper
    written without a network, empty for the next one; `given_at` when it was given.
    """

    kind: ListKind
    codes: tuple[str, ...]
    to: str
    given_at: datetime
    number: str = ""


@dataclass(slots=True)
class _Things:
    """What a list names, by number, in the order of the list."""

    items: dict[str, Item] = field(default_factory=dict)
    bags: dict[str, Bag] = field(default_factory=dict)


def close(session: Session, new: NewHandover, by: Actor, *, now: datetime) -> Handover:
    """Close a list for a taker: each thing on it is told to be given by this list.

    Raises:
        NothingToGive: it has no line.
        UnknownTaker: there is no such point or courier.
        NotHere: something on it is unknown, or not in this person's reach.
        NumberTaken: its number is used.
    """
    read = list(dict.fromkeys(read_scan(code).number for code in new.codes if code.strip()))
    if not read:
        raise NothingToGive(field="codes")
    taker = _taker(session, new, by, now)
    things = _things(session, read, by)
    made = _made(session, new, taker, by, now)
    dues = demands.demands_of(session, [item.id for item in things.items.values()])
    made.lines = [
        _line(place, things.items.get(number), things.bags.get(number), dues)
        for place, number in enumerate(read, start=1)
    ]
    session.add(made)
    session.flush()
    _tell(session, made, "listed", by, new.given_at, now)
    return made


def take(session: Session, number: str, one: Handled, by: Actor, *, now: datetime) -> Verdict:
    """Take one thing over by a list: its scan, naming the list.

    Raises:
        UnknownHandover: no such list is for this person.
        GiverCannotTake: it is the account that gave.
    """
    found = handover_lists.find(session, number, by)
    if found.given_by == by.account_id:
        raise GiverCannotTake
    details = {
        "handover": found.number,
        "condition": one.seen.condition,
        "seal": tidy(one.seen.seal).upper(),
    }
    said = {name: value for name, value in details.items() if value}
    made = Scan(one.scan_id, one.code, _kind_of_taking(found, by), now, said)
    return scanning.take_in(session, [made], by, now=now)[0]


def count(session: Session, number: str, by: Actor, *, now: datetime) -> Handover:
    """Say as the taker that all there was is scanned: what is not is missing now.

    Raises:
        UnknownHandover: no such list is for this person.
        GiverCannotTake: it is the account that gave.
    """
    found = handover_lists.find(session, number, by)
    if found.given_by == by.account_id:
        raise GiverCannotTake
    holder = own_holder(by)
    if holder != Holder(HolderKind(found.to_kind), found.to_id):
        raise UnknownHandover(number=number)
    session.execute(
        insert(HandoverCounted)
        .values(
            number=found.number,
            account_id=by.account_id,
            taker_kind=str(holder.kind),
            taker_id=holder.id,
            counted_at=now,
        )
        .on_conflict_do_nothing()
    )
    _review(session, found, now)
    return found


def cancel(session: Session, number: str, reason: str, by: Actor, *, now: datetime) -> Handover:
    """Cancel a list of the clerk's point that nobody has begun to take.

    Raises:
        UnknownHandover: the point gave no such list.
        AlreadyTaken: somebody has begun, or it is cancelled.
        WhyCancelled: the reason says nothing.
    """
    found = handover_lists.find(session, number, by)
    if found.from_point_id != by.point_id or by.role is not Role.CLERK:
        raise UnknownHandover(number=number)
    if len(tidy(reason)) < SHORTEST_REASON:
        raise WhyCancelled(field="reason")
    begun = any(line.taken for line in handover_facts.lines_of(session, found))
    made = session.scalar(
        insert(HandoverCancelled)
        .values(
            handover_id=found.id, reason=tidy(reason), cancelled_by=by.account_id, cancelled_at=now
        )
        .on_conflict_do_nothing()
        .returning(HandoverCancelled.id)
    )
    if begun or made is None:
        raise AlreadyTaken(number=found.number)
    session.expire(found, ["cancelled"])
    _tell(session, found, "unlisted", by, now, now)
    return found


def _taker(session: Session, new: NewHandover, by: Actor, now: datetime) -> Holder:
    if new.kind is ListKind.BD10:
        point = session.scalars(
            select(ServicePoint).where(ServicePoint.code == tidy(new.to))
        ).first()
        if point is not None and point.id != by.point_id:
            return Holder(HolderKind.POINT, point.id)
    elif new.to in {str(account) for account, _ in handover_lists.couriers(session, by, now)}:
        return Holder(HolderKind.COURIER, int(new.to))
    raise UnknownTaker(field="to")


def _things(session: Session, read: Sequence[str], by: Actor) -> _Things:
    """Give what the numbers name; what lies elsewhere by now may still have been given here."""
    found = _Things()
    point = Holder(HolderKind.POINT, own_point(by))
    for item in session.scalars(
        select(Item)
        .options(selectinload(Item.legs).joinedload(Leg.dossier))
        .where(Item.number.in_(read), handover_lists.items_given(point))
    ):
        found.items[item.number] = item
    for bag in session.scalars(
        select(Bag).where(Bag.number.in_(read), bags.in_reach(by), Bag.state != "open")
    ):
        found.bags[bag.number] = bag
    missing = [one for one in read if one not in found.items and one not in found.bags]
    if missing:
        raise NotHere(field="codes", numbers=", ".join(missing))
    return found


def _made(session: Session, new: NewHandover, taker: Holder, by: Actor, now: datetime) -> Handover:
    here = own_point(by)
    number = tidy(new.number).upper()
    if number and session.scalar(select(func.count()).where(Handover.number == number)):
        raise NumberTaken(field="number", number=number)
    if not number:
        code = session.get_one(ServicePoint, here).code
        year = day_of(new.given_at).year
        number = numbers.next_list_number(session, new.kind.name, code, year)
    return Handover(
        number=number,
        kind=str(new.kind),
        from_point_id=here,
        to_kind=str(taker.kind),
        to_id=taker.id,
        given_by=by.account_id,
        assignment_id=by.assignment_id,
        given_at=new.given_at,
        recorded_at=now,
    )


def _line(
    place: int, item: Item | None, bag: Bag | None, dues: dict[int, demands.Demands]
) -> HandoverLine:
    asked = dues.get(item.id) if item else None
    amount = sum(due.amount for due in asked.dues) if asked else 0
    kind = LineType.COD if amount else LineType.HCC if item else LineType.ORDINARY
    return HandoverLine(
        position=place,
        item_id=item.id if item else None,
        bag_id=bag.id if bag else None,
        line_type=str(kind),
        amount_due=amount,
    )


def _tell(
    session: Session, one: Handover, kind: str, by: Actor, at: datetime, now: datetime
) -> None:
    """Record of each thing on a list that it is on it, or no more, and review what follows."""
    giver = Holder(HolderKind.POINT, one.from_point_id) if kind == "listed" else None
    details = {"handover": one.number}
    of_bags = [
        NewBagFact(row.bag_id, uuid.uuid4(), kind, at, by, giver=giver, details=details)
        for row in one.lines
        if row.bag_id is not None
    ]
    bag_ledger.record(session, of_bags, now=now)
    record(
        session,
        [
            NewFact(row.item_id, uuid.uuid4(), kind, at, by, giver=giver, details=details)
            for row in one.lines
            if row.item_id is not None
        ],
        now=now,
    )
    _review(session, one, now)


def _review(session: Session, one: Handover, now: datetime) -> None:
    touched = Touched(frozenset({one.number}), frozenset(), frozenset(), one.recorded_at)
    differences.review(session, touched, now=now)


def _kind_of_taking(one: Handover, by: Actor) -> str:
    if one.kind == ListKind.BD13:
        return "out_for_delivery"
    return "departed" if by.role is Role.COURIER else "arrived"
