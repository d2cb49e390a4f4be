"""Differences of hand-overs: opened where two sides do not agree, closed when they do.

Whatever is recorded of an item or a bag, its hand-overs are computed anew. A difference has an
owner and a day by which it must be dealt with; both parties find it on their start pages. It goes
when a correction makes them agree, or when somebody who is neither of the two says what was found.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, joinedload, selectinload

from models.bags import Bag
from models.handovers import Difference, Handover, HandoverLine
from models.items import Item
from models.ledger import LedgerEntry
from models.sets import among
from models.staff import Assignment
from postal_app import bag_ledger, handover_facts
from postal_app.errors import Conflict, Forbidden, Invalid, Unknown
from postal_app.rules.bags import BagState
from postal_app.rules.handovers import Handed, Line, Outcome, differences, rivals
from postal_app.rules.holders import HolderKind
from postal_app.rules.roles import Actor, Role
from postal_app.rules.vietnamese import tidy
from postal_app.rules.words import Words

SETTLED_WITHIN = timedelta(hours=24)
SHORTEST_WORD = 5
MAY_SETTLE = frozenset({Role.CLERK, Role.COURIER, Role.PROVINCIAL})


class UnknownDifference(Unknown):
    """There is no such difference in this person's reach."""

    words = Words("Không có chênh lệch giao nhận này.", "There is no such difference.")


class NeitherOfTheTwo(Forbidden):
    """Who gave or took cannot have the last word on what differs between them."""

    words = Words(
        "Người giao và người nhận không tự kết luận được; cần một người khác.",
        "Neither giver nor taker can settle what differs between them; somebody else must.",
    )


class DifferenceSettled(Conflict):
    """It was settled, or a correction made it go."""

    words = Words("Chênh lệch này đã được xử lý.", "This difference has been dealt with.")


class SayWhatWasFound(Invalid):
    """The last word says what was found."""

    words = Words("Hãy ghi rõ kết luận.", "Say what was found.")


@dataclass(frozen=True, slots=True)
class _Found:
    """A difference as the facts show it now."""

    outcome: str
    handover_id: int | None
    opened_bag_id: int | None
    item_id: int | None
    bag_id: int | None
    fact: UUID | None
    owner_point_id: int
    giver_account_id: int
    taker_account_id: int | None

    @property
    def key(self) -> tuple[object, ...]:
        """Give what makes it the same one when it is found again."""
        return (
            self.outcome,
            self.handover_id,
            self.opened_bag_id,
            self.item_id,
            self.bag_id,
            self.fact,
        )


@dataclass(frozen=True, slots=True)
class Touched:
    """What was recorded may bear on: lists and bags by their numbers, items taken by couriers.

    No item and no bag among them was made before `since`.
    """

    lists: frozenset[str]
    bags: frozenset[str]
    item_ids: frozenset[int]
    since: datetime


def review(session: Session, touched: Touched, *, now: datetime) -> None:
    """Open and close differences, after something was recorded."""
    lists, opened = _lists_of(session, touched.lists), _opened(session, touched.bags)
    twice, bags_twice = _had_by_two(session, touched), _bags_had_by_two(session, touched)
    if not (lists or opened or twice or bags_twice):
        return
    found = [one for part in lists for one in _of_list(session, part)]
    found += [one for bag in opened for one in _of_bag(session, bag)]
    found += _of_takers(session, twice) + _of_takers_of_bags(session, bags_twice)
    known = session.scalars(
        select(Difference).where(
            Difference.gone_at.is_(None),
            or_(
                Difference.handover_id.in_([one.id for one in lists]),
                Difference.opened_bag_id.in_([bag.id for bag in opened]),
                and_(
                    Difference.handover_id.is_(None),
                    Difference.opened_bag_id.is_(None),
                    or_(
                        Difference.item_id.in_(twice),
                        Difference.bag_id.in_([bag.id for bag in bags_twice]),
                    ),
                ),
            ),
        )
    ).all()
    _renew(session, found, known, now)


def open_ones(session: Session, by: Actor) -> Sequence[Difference]:
    """Give the open differences of a person and his point, or of the province, by their day."""
    return session.scalars(
        _whole()
        .where(Difference.gone_at.is_(None), Difference.settled_at.is_(None), _concerns(by))
        .order_by(Difference.due_at, Difference.id)
    ).all()


def count_open(session: Session, by: Actor) -> int:
    """Give how many differences wait, for the start pages."""
    query = select(func.count(Difference.id)).where(
        Difference.gone_at.is_(None), Difference.settled_at.is_(None), _concerns(by)
    )
    return session.scalar(query) or 0


def find(session: Session, difference_id: int, by: Actor) -> Difference:
    """Give one difference in reach.

    Raises:
        UnknownDifference: there is none.
    """
    found = session.scalars(_whole().where(Difference.id == difference_id, _concerns(by))).first()
    if found is None:
        raise UnknownDifference
    return found


def settle(
    session: Session, difference_id: int, said: str, by: Actor, *, now: datetime
) -> Difference:
    """Have the last word on a difference, as somebody who is neither giver nor taker.

    Raises:
        UnknownDifference: there is none in reach.
        NeitherOfTheTwo: it is one of the two, or a role that has no say.
        DifferenceSettled: it is gone or settled.
        SayWhatWasFound: the word is empty.
    """
    session.execute(select(Difference.id).where(Difference.id == difference_id).with_for_update())
    one = find(session, difference_id, by)
    if by.role not in MAY_SETTLE or by.account_id in (one.giver_account_id, one.taker_account_id):
        raise NeitherOfTheTwo
    if one.settled_at is not None or one.gone_at is not None:
        raise DifferenceSettled
    if len(tidy(said)) < SHORTEST_WORD:
        raise SayWhatWasFound(field="said")
    one.said, one.settled_by, one.settled_at = tidy(said), by.account_id, now
    return one


def _lists_of(session: Session, numbers: Collection[str]) -> Sequence[Handover]:
    if not numbers:
        return []
    return session.scalars(_list().where(Handover.number.in_(numbers))).all()


def _opened(session: Session, numbers: Collection[str]) -> Sequence[Bag]:
    if not numbers:
        return []
    there = (BagState.OPENED, BagState.EMPTIED)
    return session.scalars(select(Bag).where(Bag.number.in_(numbers), Bag.state.in_(there))).all()


def _had_by_two(session: Session, touched: Touched) -> set[int]:
    """Give which of these items more than one courier ever took."""
    if not touched.item_ids:
        return set()
    rows = session.scalars(
        select(LedgerEntry.item_id)
        .where(
            among(LedgerEntry.item_id, touched.item_ids),
            LedgerEntry.recorded_at >= touched.since,
            LedgerEntry.taker_kind == HolderKind.COURIER,
        )
        .group_by(LedgerEntry.item_id)
        .having(func.count(LedgerEntry.taker_id.distinct()) > 1)
    )
    return {one for one in rows if one is not None}


def _bags_had_by_two(session: Session, touched: Touched) -> Sequence[Bag]:
    """Give which of these bags more than one courier ever took."""
    if not touched.bags:
        return []
    takers = func.count(LedgerEntry.taker_id.distinct())
    several = (
        select(LedgerEntry.bag_id)
        .join(Bag, Bag.id == LedgerEntry.bag_id)
        .where(
            among(Bag.number, touched.bags),
            LedgerEntry.recorded_at >= Bag.made_at,
            LedgerEntry.taker_kind == HolderKind.COURIER,
        )
        .group_by(LedgerEntry.bag_id)
        .having(takers > 1)
    )
    return session.scalars(select(Bag).where(Bag.id.in_(several)).order_by(Bag.id)).all()


def _of_list(session: Session, one: Handover) -> Iterator[_Found]:
    counter = handover_facts.counter_of(session, one)
    for line in differences(handover_facts.lines_of(session, one)):
        if line.others and one.to_kind == HolderKind.COURIER:
            continue  # told of the item or the bag itself, with list or without
        last = line.others[-1] if line.others else line.taken
        first = line.taken.account_id if line.others and line.taken else one.given_by
        yield _Found(
            str(line.outcome),
            one.id,
            None,
            *_thing(line),
            last.fact if last else None,
            one.from_point_id,
            first,
            last.account_id if last else counter,
        )


def _of_bag(session: Session, bag: Bag) -> Iterator[_Found]:
    count = handover_facts.count_of(session, bag)
    for line in differences(count.lines):
        packer = line.taken.packed_by if line.taken else 0
        missing = line.outcome is Outcome.MISSING
        yield _Found(
            str(line.outcome),
            None,
            bag.id,
            *_thing(line),
            line.taken.fact if line.taken else None,
            bag.from_point_id if missing else bag.to_point_id,
            packer or bag.made_by,
            line.taken.account_id if line.taken else count.emptied_by,
        )


def _of_takers(session: Session, item_ids: Collection[int]) -> list[_Found]:
    pairs = [
        (item, first.fact.fact, second.fact.fact)
        for item, steps in handover_facts.histories(session, item_ids).items()
        for first, second in rivals(_alone(steps))
    ]
    rows = session.execute(
        select(LedgerEntry.fact, LedgerEntry.account_id, Assignment.point_id, Item.point_id)
        .join(Assignment, Assignment.id == LedgerEntry.assignment_id)
        .join(Item, Item.id == LedgerEntry.item_id)
        .where(
            LedgerEntry.item_id.in_({item for item, _, _ in pairs}),
            LedgerEntry.fact.in_({fact for _, *facts in pairs for fact in facts}),
        )
    ).all()
    who = {row[0]: (row[1], row[2] or row[3]) for row in rows}
    return [_two((item, None), who[first], who[second], second) for item, first, second in pairs]


def _of_takers_of_bags(session: Session, bags: Collection[Bag]) -> list[_Found]:
    pairs = [
        (bag, first.fact.fact, second.fact.fact)
        for bag in bags
        for first, second in rivals(_alone(bag_ledger.steps_of(session, bag)))
    ]
    rows = session.execute(
        select(LedgerEntry.fact, LedgerEntry.account_id, Assignment.point_id, Bag.from_point_id)
        .join(Assignment, Assignment.id == LedgerEntry.assignment_id)
        .join(Bag, Bag.id == LedgerEntry.bag_id)
        .where(
            LedgerEntry.bag_id.in_({bag.id for bag, _, _ in pairs}),
            LedgerEntry.fact.in_({fact for _, *facts in pairs for fact in facts}),
        )
    ).all()
    who = {row[0]: (row[1], row[2] or row[3]) for row in rows}
    return [_two((None, bag.id), who[first], who[second], second) for bag, first, second in pairs]


def _two(
    thing: tuple[int | None, int | None],
    first: tuple[int, int],
    second: tuple[int, int],
    fact: UUID,
) -> _Found:
    """Give what differs between two takers, each with his point; the first one's answers for it."""
    return _Found(str(Outcome.TWO_TAKERS), None, None, *thing, fact, first[1], first[0], second[0])


S = TypeVar("S", bound=Handed)


def _alone(steps: Iterable[S]) -> list[S]:
    return [step for step in steps if not step.cancelled]


def _thing(line: Line) -> tuple[int | None, int | None]:
    is_item = line.thing.kind == "item"
    return (line.thing.id, None) if is_item else (None, line.thing.id)


def _renew(
    session: Session, found: Sequence[_Found], known: Sequence[Difference], now: datetime
) -> None:
    """Write what is new and close what is no more; what was settled is not opened again."""
    there = {one.key for one in found}
    for row in known:
        if row.settled_at is None and _key(row) not in there:
            row.gone_at = now
    session.flush()  # what is gone may be opened again below, under the same key
    new = {one.key: one for one in found if one.key not in {_key(row) for row in known}}
    if new:
        opened = {"opened_at": now, "due_at": now + SETTLED_WITHIN, "said": ""}
        session.execute(
            insert(Difference).on_conflict_do_nothing(),
            [asdict(one) | opened for one in new.values()],
        )


def _key(row: Difference) -> tuple[object, ...]:
    return (
        row.outcome,
        row.handover_id,
        row.opened_bag_id,
        row.item_id,
        row.bag_id,
        row.fact,
    )


def _concerns(by: Actor) -> ColumnElement[bool]:
    """Give the condition that a difference is of this person, his point or his province."""
    if by.province_id is not None:
        return Difference.id.is_not(None)
    own = or_(
        Difference.giver_account_id == by.account_id, Difference.taker_account_id == by.account_id
    )
    return or_(own, Difference.owner_point_id == by.point_id) if by.point_id else own


def _list() -> Select[Handover]:
    return select(Handover).options(
        selectinload(Handover.lines).options(
            joinedload(HandoverLine.item), joinedload(HandoverLine.bag)
        ),
        joinedload(Handover.cancelled),
    )


def _whole() -> Select[Difference]:
    return select(Difference).options(
        joinedload(Difference.handover),
        joinedload(Difference.opened_bag),
        joinedload(Difference.item),
        joinedload(Difference.bag),
        joinedload(Difference.owner_point),
        joinedload(Difference.giver),
        joinedload(Difference.taker),
    )
