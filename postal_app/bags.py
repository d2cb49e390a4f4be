"""Bags at the counter: made, packed, sealed; opened on arrival and counted to the end.

What is packed or taken out is a scan of the item that names the bag, the same as a phone would
send; this desk only makes it. The bag's own events are facts with the time of the page.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session, joinedload

from models.bags import Bag
from models.items import Item
from models.places import ServicePoint
from postal_app import bag_following, bag_ledger, bag_scans, handover_facts, numbers, scanning
from postal_app.bag_ledger import NewBagFact
from postal_app.enquiries import UnknownNumber
from postal_app.errors import Conflict, Invalid, Unknown
from postal_app.ledger import own_holder
from postal_app.rules.bags import BAG_STATE_WORDS, BagCustody, BagState, BagStep
from postal_app.rules.chain import START
from postal_app.rules.codes import read_scan
from postal_app.rules.handovers import Line
from postal_app.rules.holders import Holder, HolderKind
from postal_app.rules.integrity import CONDITIONS
from postal_app.rules.roles import Actor, Role
from postal_app.rules.vietnamese import tidy
from postal_app.rules.words import Words
from postal_app.scan_verdicts import Outcome, Verdict
from postal_app.scanning import Scan

MOST_SHOWN = 100
ALIVE = frozenset(BagState) - {BagState.EMPTIED}


class UnknownBag(Unknown):
    """No bag in this person's reach bears the number."""

    words = Words(
        "Không tìm thấy túi «{number}»; hãy quét lại nhãn túi.",
        "Bag “{number}” was not found; scan the bag's label again.",
    )


class UnknownDestination(Invalid):
    """A bag is bound for another point that exists."""

    words = Words(
        "Không có bưu cục «{code}» để gửi túi đến; hãy chọn trong danh sách.",
        "There is no other point “{code}” for a bag to go to; choose from the list.",
    )


class NotThisStep(Conflict):
    """The bag is not where this step is done."""

    words = Words(
        "Túi {number} đang ở bước «{state_vi}» nên chưa làm được việc này.",
        "Bag {number} is at “{state_en}”, so this cannot be done.",
    )


class NothingInside(Invalid):
    """An empty bag is not sealed."""

    words = Words("Túi chưa có bưu gửi nào.", "Nothing lies in the bag yet.")


class SealNeeded(Invalid):
    """The seal's number is put on, or read again, by whoever seals or opens."""

    words = Words("Hãy ghi số niêm phong của túi.", "Give the number of the bag's seal.")


class NothingOfTheBag(Unknown):
    """The bag has no such fact that stands, or it is the person's own."""

    words = Words(
        "Không có ghi nhận nào của người khác như vậy để đính chính.",
        "There is no such record of somebody else to correct.",
    )


class ReasonNeeded(Invalid):
    """A correction says why."""

    words = Words("Hãy ghi rõ lý do đính chính.", "Say why the record is to be corrected.")


@dataclass(frozen=True, slots=True)
class Seen:
    """How an item, or a bag, looked: its condition and the seal that was read, empty for none."""

    condition: str = ""
    seal: str = ""


@dataclass(frozen=True, slots=True)
class Handled:
    """An item put in or taken out: the code as read, how it looked, the id of this one scan."""

    code: str
    seen: Seen = Seen()
    scan_id: uuid.UUID = field(default_factory=uuid.uuid4)


@dataclass(frozen=True, slots=True)
class Counted:
    """A line of an opened bag's count, with its item."""

    item: Item
    line: Line


def make(session: Session, to_code: str, by: Actor, *, now: datetime) -> Bag:
    """Begin a bag at the clerk's point for another one.

    Raises:
        UnknownDestination: there is no such other point.
    """
    here = _point(by)
    to = session.scalars(select(ServicePoint).where(ServicePoint.code == tidy(to_code))).first()
    if to is None or to.id == here:
        raise UnknownDestination(field="to_point", code=to_code)
    opening = BagCustody(Holder(HolderKind.POINT, here))
    made = Bag(
        number=numbers.next_bag_number(session),
        from_point_id=here,
        to_point_id=to.id,
        made_by=by.account_id,
        made_at=now,
        state=str(opening.state),
        integrity=str(opening.integrity),
        holder_kind=str(opening.holder.kind),
        holder_id=opening.holder.id,
        seal_number="",
        changed_at=now,
        entries=0,
        digest=START,
    )
    session.add(made)
    session.flush()
    return made


def find(session: Session, number: str, by: Actor) -> Bag:
    """Give a bag that comes from, goes to or lies at the person's place, or that he carries.

    Raises:
        UnknownBag: there is none.
    """
    found = session.scalars(
        _whole().where(Bag.number == read_scan(number).number, in_reach(by))
    ).first()
    if found is None:
        raise UnknownBag(number=number)
    return found


def at_hand(session: Session, by: Actor) -> Sequence[Bag]:
    """Give the bags the person answers for, the latest first."""
    holder = own_holder(by)
    return session.scalars(
        _whole()
        .where(
            Bag.holder_kind == holder.kind, Bag.holder_id == holder.id, Bag.state.in_(list(ALIVE))
        )
        .order_by(Bag.changed_at.desc(), Bag.id.desc())
    ).all()


def coming(session: Session, by: Actor) -> Sequence[Bag]:
    """Give the bags on their way to the person's point, the longest under way first."""
    under_way = (BagState.SEALED, BagState.IN_TRANSIT, BagState.LOST)
    return session.scalars(
        _whole()
        .where(Bag.to_point_id == by.point_id, Bag.state.in_(under_way))
        .order_by(Bag.changed_at)
        .limit(MOST_SHOWN)
    ).all()


def contents(session: Session, bag: Bag) -> Sequence[Item]:
    """Give what lies in a bag now, by its items' own facts."""
    return session.scalars(
        select(Item)
        .options(joinedload(Item.agency))
        .where(Item.holder_kind == HolderKind.BAG, Item.holder_id == bag.id)
        .order_by(Item.changed_at, Item.id)
    ).all()


def count(session: Session, bag: Bag) -> list[Counted]:
    """Give the count of an opened bag, line by line; empty while it is closed."""
    lines = handover_facts.count_of(session, bag).lines
    ids = {line.thing.id for line in lines}
    items = {item.id: item for item in session.scalars(select(Item).where(Item.id.in_(ids)))}
    return [Counted(items[line.thing.id], line) for line in lines]


def steps(session: Session, bag: Bag) -> list[BagStep]:
    """Give the history of a bag."""
    return bag_ledger.steps_of(session, bag)


def put_in(session: Session, number: str, one: Handled, by: Actor, *, now: datetime) -> Verdict:
    """Put an item into a bag that is being packed, by the item's own scan.

    Raises:
        UnknownBag: it is not in this person's reach.
        NotThisStep: the bag is sealed.
        UnknownNumber: no item bears the number.
    """
    bag = _at(find(session, number, by), BagState.OPEN)
    return _scan(session, bag, "bagged", one, by, now)


def take_out(session: Session, number: str, one: Handled, by: Actor, *, now: datetime) -> Verdict:
    """Take an item out of a bag that is open, by the item's own scan.

    Raises:
        UnknownBag: it is not in this person's reach.
        NotThisStep: the bag is closed.
        UnknownNumber: no item bears the number.
    """
    bag = _at(find(session, number, by), BagState.OPEN, BagState.OPENED, BagState.EMPTIED)
    return _scan(session, bag, "unbagged", one, by, now)


def seal(session: Session, number: str, seal_number: str, by: Actor, *, now: datetime) -> Bag:
    """Close a bag under a seal.

    Raises:
        UnknownBag, NotThisStep: it is not being packed here.
        NothingInside: nothing lies in it.
        SealNeeded: the seal has no number.
    """
    bag = _at(_locked(session, number, by), BagState.OPEN)
    if not contents(session, bag):
        raise NothingInside(field="code")
    if not tidy(seal_number):
        raise SealNeeded(field="seal")
    _record(session, bag, "sealed", Seen("intact", seal_number), by, now)
    return bag


def open_bag(session: Session, number: str, seen: Seen, by: Actor, *, now: datetime) -> Bag:
    """Open a bag at the clerk's point, its seal read again; one that was not scanned arrives now.

    Raises:
        UnknownBag, NotThisStep: it is not closed.
        SealNeeded: nobody read the seal.
    """
    bag = _at(
        _locked(session, number, by), BagState.SEALED, BagState.IN_TRANSIT, BagState.AT_OFFICE
    )
    if not tidy(seen.seal):
        raise SealNeeded(field="seal")
    if (bag.holder_kind, bag.holder_id) != (HolderKind.POINT, by.point_id):
        _record(session, bag, "arrived", Seen(), by, now)
    _record(session, bag, "opened", seen, by, now)
    return bag


def declare_empty(session: Session, number: str, by: Actor, *, now: datetime) -> Bag:
    """Say that nothing is left in an opened bag: what nobody took out is being searched for.

    Raises:
        UnknownBag, NotThisStep: it is not open here.
    """
    bag = _at(_locked(session, number, by), BagState.OPENED)
    _record(session, bag, "emptied", Seen(), by, now)
    return bag


def correct(
    session: Session, number: str, wrong: uuid.UUID, reason: str, by: Actor, *, now: datetime
) -> Bag:
    """Correct a mistaken fact of a bag, by another person than the one who recorded it.

    Raises:
        UnknownBag: it is not in this person's reach.
        NothingOfTheBag: it has no such fact that stands, or it is the person's own.
        ReasonNeeded: the reason is empty.
    """
    bag = _locked(session, number, by)
    standing = {
        step.fact.fact
        for step in steps(session, bag)
        if not step.cancelled and step.fact.kind != "corrected"
    }
    recorded_by = handover_facts.accounts_of(session, [wrong], bag.made_at).get(wrong)
    if wrong not in standing or recorded_by == by.account_id:
        raise NothingOfTheBag
    if not tidy(reason):
        raise ReasonNeeded(field="reason")
    bag_scans.reserve(session, [], [bag], since=now)
    fact = NewBagFact(
        bag.id,
        uuid.uuid4(),
        "corrected",
        now,
        by,
        corrects=wrong,
        details={"reason": tidy(reason)},
    )
    bag_ledger.record(session, [fact], now=now)
    bag_scans.settle(session, [], [bag], since=now, now=now)
    return bag


def in_reach(by: Actor) -> ColumnElement[bool]:
    """Give the condition under which a person may see a bag."""
    if by.province_id is not None:
        return Bag.id.is_not(None)
    if by.agency_id is not None:
        return Bag.id.is_(None)
    holder = own_holder(by)
    held = and_(Bag.holder_kind == holder.kind, Bag.holder_id == holder.id)
    if by.role is Role.COURIER:
        carried = bag_following.recorded_of_bag(by.account_id)
        return or_(held, Bag.id.in_(carried))
    return or_(held, Bag.from_point_id == by.point_id, Bag.to_point_id == by.point_id)


def _scan(session: Session, bag: Bag, kind: str, one: Handled, by: Actor, now: datetime) -> Verdict:
    details = {
        "bag": bag.number,
        "condition": one.seen.condition,
        "seal": tidy(one.seen.seal).upper(),
    }
    told = {name: value for name, value in details.items() if value}
    made = Scan(one.scan_id, one.code, kind, now, told)
    [verdict] = scanning.take_in(session, [made], by, now=now)
    if verdict.outcome is Outcome.REFUSED:
        raise UnknownNumber(field="code")
    return verdict


def _record(session: Session, bag: Bag, kind: str, seen: Seen, by: Actor, now: datetime) -> None:
    """Record an event of a bag and what it means for what lies in it."""
    bag_scans.reserve(session, [], [bag], since=now)
    fact = NewBagFact(
        bag.id,
        uuid.uuid4(),
        kind,
        now,
        by,
        taker=bag_scans.taker_of(kind, bag, by),
        condition=seen.condition if seen.condition in CONDITIONS else "",
        details={"seal": tidy(seen.seal).upper()} if seen.seal else {},
    )
    bag_ledger.record(session, [fact], now=now)
    bag_scans.settle(session, [], [bag], since=now, now=now)


def _at(bag: Bag, *states: BagState) -> Bag:
    if bag.state not in states:
        said = BAG_STATE_WORDS[BagState(bag.state)]
        raise NotThisStep(number=bag.number, state_vi=said.vi, state_en=said.en)
    return bag


def _locked(session: Session, number: str, by: Actor) -> Bag:
    """Give a bag in reach, locked: two who seal or open it at once do so one after the other."""
    bag = find(session, number, by)
    session.refresh(bag, with_for_update={"of": Bag})
    return bag


def _point(by: Actor) -> int:
    if by.point_id is None:
        raise ValueError(f"{by.role} at {by.place} packs no bags")
    return by.point_id


def _whole() -> Select[Bag]:
    return select(Bag).options(
        joinedload(Bag.from_point), joinedload(Bag.to_point), joinedload(Bag.maker)
    )
