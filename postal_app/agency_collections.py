"""Lists (sổ giao nhận) by which an agency hands envelopes to the post, each under its seal.

The officer closes the list; the courier's own scans answer it, line by line. What he took without
its being listed is extra, what he left behind is missing. Giver and taker are two accounts: a
scan by the account that closed the list does not answer it.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, aliased, joinedload, selectinload

from models.answers import CollectionLine, CollectionList
from models.dossiers import Dossier
from models.items import Item, Leg
from models.ledger import LedgerEntry
from models.staff import Account
from postal_app import numbers
from postal_app.agency_dossiers import identifier, own_agency
from postal_app.errors import Conflict, Invalid, Unknown
from postal_app.rules.legs import ANSWER, RESULT, TRANSFER
from postal_app.rules.roles import Actor
from postal_app.rules.vietnamese import day_of, tidy
from postal_app.rules.vocabulary import State
from postal_app.rules.words import Words

TAKING = ("result_collected", "collected_from_agency")
MOST_SHOWN = 100


class LineState(StrEnum):
    """How the post has answered one line."""

    WAITING = "waiting"
    AGREED = "agreed"
    MISSING = "missing"
    EXTRA = "extra"
    SAME_ACCOUNT = "same_account"


LINE_STATE_WORDS: dict[LineState, Words] = {
    LineState.WAITING: Words("Chờ bưu chính nhận", "Waits for the post"),
    LineState.AGREED: Words("Đã nhận, khớp", "Taken, agreed"),
    LineState.MISSING: Words("Thiếu khi nhận", "Missing when taken"),
    LineState.EXTRA: Words("Thừa, không có trong sổ", "Extra, not on the list"),
    LineState.SAME_ACCOUNT: Words(
        "Người lập sổ tự quét nhận: cần người thứ hai", "Taken by who closed the list"
    ),
}


class UnknownList(Unknown):
    """No list of this agency bears the number."""

    words = Words(
        "Không tìm thấy sổ giao nhận «{number}»; hãy kiểm tra lại số.",
        "Hand-over list “{number}” was not found; check the number.",
    )


class NothingListed(Invalid):
    """A list has at least one envelope."""

    words = Words("Hãy chọn ít nhất một bì để giao.", "Choose at least one envelope.")


class NotWaiting(Conflict):
    """An envelope is gone, or stands on a list that is not answered."""

    words = Words(
        "Bì {numbers} không còn chờ lập sổ; hãy tải lại trang rồi chọn lại.",
        "Envelopes {numbers} do not wait for a list any more; load the page again.",
    )


@dataclass(frozen=True, slots=True)
class Taken:
    """That an envelope was taken by the post: when and by whom."""

    at: datetime
    account_id: int
    name: str


@dataclass(frozen=True, slots=True)
class ToldLine:
    """A line of a list as it was answered; an extra one has no position."""

    position: int | None
    item: Item
    state: LineState
    taken: Taken | None


def waiting(session: Session, by: Actor) -> list[Item]:
    """Give the sealed envelopes of the officer's agency that no open list names, oldest first."""
    items = session.scalars(_made_here(by).where(Item.state == State.EXPECTED)).all()
    named = _named_on_open_lists(session, [item.id for item in items])
    return [item for item in items if item.id not in named]


def close(
    session: Session, item_numbers: Collection[str], by: Actor, *, now: datetime
) -> CollectionList:
    """Close a list of envelopes for the post, with the agency's next number.

    Raises:
        NothingListed: no envelope is named.
        NotWaiting: one is taken already, not of this agency, or on an open list.
    """
    if not item_numbers:
        raise NothingListed(field="numbers")
    own = own_agency(by)
    session.execute(select(Item.id).where(Item.number.in_(item_numbers)).with_for_update())
    chosen = [item for item in waiting(session, by) if item.number in item_numbers]
    if missing := set(item_numbers) - {item.number for item in chosen}:
        raise NotWaiting(numbers=", ".join(sorted(missing)))
    made = CollectionList(
        number=numbers.next_collection_number(session, identifier(session, own), day_of(now).year),
        agency_id=own,
        closed_by=by.account_id,
        closed_at=now,
        lines=[
            CollectionLine(item_id=item.id, position=place)
            for place, item in enumerate(chosen, start=1)
        ],
    )
    session.add(made)
    session.flush()
    return made


def find(session: Session, number: str, by: Actor) -> CollectionList:
    """Give a list of the officer's agency.

    Raises:
        UnknownList: it has none of this number.
    """
    found = session.scalars(
        _whole().where(
            CollectionList.number == tidy(number).upper(),
            CollectionList.agency_id == own_agency(by),
        )
    ).first()
    if found is None:
        raise UnknownList(number=number)
    return found


def lists(session: Session, by: Actor) -> Sequence[CollectionList]:
    """Give the lists of the officer's agency, the newest first."""
    return session.scalars(
        _whole()
        .where(CollectionList.agency_id == own_agency(by))
        .order_by(CollectionList.id.desc())
        .limit(MOST_SHOWN)
    ).all()


def count_missing(session: Session, by: Actor) -> int:
    """Give how many lists the post has taken in part: what it left behind still lies here."""

    def has(condition: ColumnElement[bool]) -> ColumnElement[bool]:
        lines = select(CollectionLine.id).join(Item, Item.id == CollectionLine.item_id)
        return lines.where(CollectionLine.list_id == CollectionList.id, condition).exists()

    left, taken = Item.state == State.EXPECTED, Item.state != State.EXPECTED
    query = select(func.count(CollectionList.id)).where(
        CollectionList.agency_id == own_agency(by), has(left), has(taken)
    )
    return session.scalar(query) or 0


def told(session: Session, one: CollectionList) -> list[ToldLine]:
    """Give a list as the post's scans have answered it, what is extra at the end."""
    items = [line.item for line in one.lines]
    taken = taken_of(session, items)
    others = {who.account_id for who in taken.values()} - {one.closed_by}
    begun = bool(others)
    lines = [
        ToldLine(
            line.position,
            line.item,
            _state(taken.get(line.item_id), one.closed_by, begun=begun),
            taken.get(line.item_id),
        )
        for line in one.lines
    ]
    return lines + _extras(session, one, taken, others)


def taken_of(session: Session, items: Iterable[Item]) -> dict[int, Taken]:
    """Give by item when and by whom the post took it over, as no correction took back."""
    wanted = {item.id: item for item in items}
    if not wanted:
        return {}
    correction = aliased(LedgerEntry)
    corrected = (
        select(correction.id)
        .where(correction.item_id == LedgerEntry.item_id, correction.corrects == LedgerEntry.fact)
        .exists()
    )
    rows = session.execute(
        select(
            LedgerEntry.item_id,
            LedgerEntry.occurred_at,
            LedgerEntry.account_id,
            Account.full_name,
        )
        .join(Account, Account.id == LedgerEntry.account_id)
        .where(
            LedgerEntry.item_id.in_(wanted),
            LedgerEntry.recorded_at >= min(item.created_at for item in wanted.values()),
            LedgerEntry.kind.in_(TAKING),
            ~corrected,
        )
        .order_by(LedgerEntry.position)
    )
    found: dict[int, Taken] = {}
    for row in rows:
        found.setdefault(row.item_id, Taken(row.occurred_at, row.account_id, row.full_name))
    return found


def _state(taken: Taken | None, giver: int, *, begun: bool) -> LineState:
    if taken is None:
        return LineState.MISSING if begun else LineState.WAITING
    return LineState.SAME_ACCOUNT if taken.account_id == giver else LineState.AGREED


def _extras(
    session: Session, one: CollectionList, taken: dict[int, Taken], takers: set[int]
) -> list[ToldLine]:
    """Give what the same persons took at this agency on the same days and no list names."""
    days = {day_of(who.at) for who in taken.values() if who.account_id in takers}
    if not days:
        return []
    listed = select(CollectionLine.id).where(CollectionLine.item_id == Item.id)
    rows = session.scalars(
        select(Item).where(
            _of_agency(one.agency_id),
            Item.state != State.EXPECTED,
            Item.changed_at >= one.closed_at,
            ~listed.exists(),
        )
    ).all()
    found = taken_of(session, rows)
    return [
        ToldLine(None, item, LineState.EXTRA, found[item.id])
        for item in rows
        if item.id in found
        and found[item.id].account_id in takers
        and day_of(found[item.id].at) in days
    ]


def _named_on_open_lists(session: Session, item_ids: Collection[int]) -> set[int]:
    """Give which of these items stand on a list of which the post has taken nothing yet."""
    rows = session.scalars(
        _whole().where(
            CollectionList.id.in_(
                select(CollectionLine.list_id).where(CollectionLine.item_id.in_(item_ids))
            )
        )
    ).all()
    return {
        line.item_id
        for one in rows
        if not taken_of(session, [line.item for line in one.lines])
        for line in one.lines
    }


def _of_agency(agency_id: int) -> ColumnElement[bool]:
    """Give the condition that an agency closed the envelope."""
    return or_(
        and_(Item.leg.in_((RESULT, ANSWER)), Item.agency_id == agency_id),
        and_(Item.leg == TRANSFER, Item.from_agency_id == agency_id),
    )


def _made_here(by: Actor) -> Select[Item]:
    return (
        select(Item)
        .options(
            selectinload(Item.legs).joinedload(Leg.dossier).selectinload(Dossier.parties),
            joinedload(Item.agency),
        )
        .where(_of_agency(own_agency(by)))
        .order_by(Item.created_at, Item.id)
    )


def _whole() -> Select[CollectionList]:
    return select(CollectionList).options(
        joinedload(CollectionList.agency),
        joinedload(CollectionList.officer),
        selectinload(CollectionList.lines)
        .joinedload(CollectionLine.item)
        .selectinload(Item.legs)
        .joinedload(Leg.dossier)
        .selectinload(Dossier.parties),
    )
