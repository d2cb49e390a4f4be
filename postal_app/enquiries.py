"""Enquiries: where is it? The citizen's look-up, and the history of an item for staff.

The public sees states and places in plain words and nothing of any person: a number alone gives
the coarse state, number and label tag the timeline (Luật Bưu chính 49/2010/QH12 Art. 7(6)).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    Text,
    and_,
    exists,
    literal_column,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session, joinedload, selectinload

from models.answers import AgencyTransfer
from models.bags import Bag
from models.dossiers import PHONE_DIGITS, Dossier, Party
from models.items import Item, Leg
from models.ledger import LedgerEntry, PersonalFact
from models.staff import Account
from postal_app import name_search, promises
from postal_app.errors import Unknown
from postal_app.holder_names import names_of
from postal_app.ledger_reading import facts_of
from postal_app.locked_items import opening_holder
from postal_app.rules.codes import dossier_code, is_tag, read_scan
from postal_app.rules.custody import JUDGED, Step, history
from postal_app.rules.holders import HolderKind
from postal_app.rules.legs import SUBMISSION
from postal_app.rules.promises import Due
from postal_app.rules.roles import Actor, Role
from postal_app.rules.vietnamese import tidy
from postal_app.rules.vocabulary import FINAL_OUTCOMES, KINDS, State
from postal_app.rules.words import Words

MOST_FOUND = 20

PHONE_DIGITS_OF_PARTY: ColumnElement[str] = literal_column(PHONE_DIGITS.text, Text)


class UnknownNumber(Unknown):
    """No item bears the number, or the tag is not its own; both are answered alike."""

    words = Words(
        "Không tìm thấy bưu gửi với số hiệu này; hãy kiểm tra lại số trên phiếu gửi.",
        "No item was found under this number; check the number on the sending slip.",
    )


@dataclass(frozen=True, slots=True)
class TrackedEvent:
    """One event as the public may see it; `place` is a post office or an agency, or empty."""

    words: Words
    occurred_at: datetime
    place: str


@dataclass(frozen=True, slots=True)
class Tracking:
    """What the public may see of an item; `events` newest first, empty without the label's tag.

    `due` is by when it was promised to be there, None once it is, or when nothing was promised.
    """

    number: str
    leg: str
    state: State
    since: datetime
    events: tuple[TrackedEvent, ...] = ()
    due: Due | None = None


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One entry of an item's history as staff see it; `anomalies` as judged with all known now."""

    fact: UUID
    step: Step
    anomalies: tuple[str, ...]
    recorded_at: datetime
    recorded_by: str
    giver: str
    taker: str
    details: dict[str, object]
    receiver: str
    error_ms: int | None


@dataclass(frozen=True, slots=True)
class ItemHistory:
    """An item with its dossiers and all that happened to it, oldest first."""

    item: Item
    lines: tuple[HistoryLine, ...]


def coarse(session: Session, typed: str) -> Tracking:
    """Give the state of an item by its number alone.

    Raises:
        UnknownNumber: there is none.
    """
    item = _by_number(session, typed)
    state, due = State(item.state), _due(session, item)
    return Tracking(item.number, item.leg, state, item.changed_at, due=due)


def timeline(session: Session, typed: str, tag: str, key: bytes) -> Tracking:
    """Give the timeline of an item by its number and its label's tag.

    Raises:
        UnknownNumber: there is no such item, or the tag is not its own.
    """
    # Before the item is looked for, so that a wrong number costs the time of a wrong tag.
    fits = is_tag(tag, read_scan(typed).number, key)
    item = _by_number(session, typed)
    if not fits:
        raise UnknownNumber
    steps = _steps(session, item)
    names = names_of(session, (step.after.holder for step in steps), public=True)
    events = tuple(
        TrackedEvent(KINDS[s.fact.kind].words, s.fact.occurred_at, names.get(s.after.holder, ""))
        for s in reversed(steps)
        if not s.cancelled and s.fact.kind in KINDS and KINDS[s.fact.kind].public
    )
    state, due = State(item.state), _due(session, item)
    return Tracking(item.number, item.leg, state, item.changed_at, events, due)


def item_history(session: Session, typed: str, by: Actor) -> ItemHistory:
    """Give an item's whole history to staff in whose reach it is.

    Raises:
        UnknownNumber: no item in this person's reach bears the number.
    """
    number = read_scan(typed).number
    item = session.scalars(
        select(Item)
        .options(
            joinedload(Item.point),
            joinedload(Item.agency),
            selectinload(Item.legs).joinedload(Leg.dossier).joinedload(Dossier.terms),
        )
        .where(Item.number == number)
    ).first()
    if item is None or not reaches(session, item, by):
        raise UnknownNumber
    steps = {step.fact.fact: step for step in _steps(session, item)}
    rows = session.execute(
        select(LedgerEntry, Account.full_name, PersonalFact.content)
        .join(Account, Account.id == LedgerEntry.account_id)
        .outerjoin(PersonalFact, PersonalFact.fact == LedgerEntry.fact)
        .where(LedgerEntry.item_id == item.id, LedgerEntry.recorded_at >= item.created_at)
    ).all()
    entries = {row.LedgerEntry.fact: row for row in rows}
    holders = [h for step in steps.values() for h in (step.giver, step.after.holder)]
    names = names_of(session, holders, public=False)
    lines = []
    for fact, step in steps.items():
        entry, recorded_by, personal = entries[fact]
        line = HistoryLine(
            fact,
            step,
            _anomalies(step, entry.anomalies),
            entry.recorded_at,
            recorded_by,
            names.get(step.giver, ""),
            names.get(step.after.holder, ""),
            entry.details,
            str((personal or {}).get("receiver", "")),
            entry.error_ms,
        )
        lines.append(line)
    return ItemHistory(item, tuple(lines))


def search(session: Session, typed: str, by: Actor) -> list[Dossier]:
    """Find dossiers in reach by our number, the agency's code, an item number or a phone.

    Names are found by their words without marks, in any order; the last word may be unfinished
    where nobody bears it as it stands. At most `MOST_FOUND`, the newest first.
    """
    text = tidy(typed)
    if not text:
        return []
    found = session.scalars(_numbered(text, by)).all() or name_search.dossiers(
        session, text, by, dossiers_in_reach(by), MOST_FOUND
    )
    rows = session.scalars(
        select(Dossier)
        .options(
            joinedload(Dossier.terms),
            selectinload(Dossier.parties),
            selectinload(Dossier.legs).joinedload(Leg.item),
        )
        .where(Dossier.id.in_(found))
        .order_by(Dossier.id.desc())
    )
    return list(rows)


def _numbered(text: str, by: Actor) -> Select[int]:
    """Select the dossiers in reach that bear a number, each kind of number by its own index."""
    number, phone = read_scan(text).number, digits(text)
    kinds = [
        select(Dossier.id).where(Dossier.number == text.upper()),
        select(Dossier.id).where(Dossier.reserved_number == number),
        select(Dossier.id).where(Dossier.dossier_code == dossier_code(text)),
        select(Leg.dossier_id).join(Item).where(Item.number == number),
    ]
    if phone:
        has_phone = and_(Party.phone != literal_column("''"), PHONE_DIGITS_OF_PARTY.in_([phone]))
        kinds.append(select(Party.dossier_id).where(has_phone))
    named = union_all(*kinds).subquery()
    return (
        select(Dossier.id)
        .where(Dossier.id.in_(select(named.c[0])), dossiers_in_reach(by))
        .order_by(Dossier.id.desc())
        .limit(MOST_FOUND)
    )


def digits(phone: str) -> str:
    """Give a phone's digits in the home form, so that spaces, dots and +84 make no difference."""
    found = re.sub(r"\D", "", phone)
    return f"0{found[2:]}" if phone.strip().startswith("+84") else found


def dossiers_in_reach(by: Actor) -> ColumnElement[bool]:
    """Give the condition under which a person may see a dossier."""
    if by.province_id is not None:
        return Dossier.id.is_not(None)
    if by.agency_id is not None:
        had = select(AgencyTransfer.dossier_id).where(AgencyTransfer.from_agency_id == by.agency_id)
        return or_(Dossier.agency_id == by.agency_id, Dossier.id.in_(had))
    if by.role is Role.COURIER:
        own = select(Leg.dossier_id).join(Item).where(items_in_reach(by))
        return or_(Dossier.id.in_(own), Dossier.opened_by == by.account_id)
    return Dossier.point_id == by.point_id


def reaches(session: Session, item: Item, by: Actor) -> bool:
    """Tell whether a person may see one item, as `items_in_reach` says it.

    What the item itself tells is looked at first; only then is the ledger asked, and of it only
    the months in which the item can stand.
    """
    if by.province_id is not None:
        return True
    if by.agency_id is not None:
        return by.agency_id in (item.agency_id, item.from_agency_id)
    if by.role is Role.COURIER:
        if (item.holder_kind, item.holder_id) == (HolderKind.COURIER, by.account_id):
            return True
    elif item.point_id == by.point_id:
        return True
    if item.holder_kind == HolderKind.BAG and session.scalar(
        select(Bag.id).where(Bag.id == item.holder_id, _bag_with(by))
    ):
        return True
    known = select(LedgerEntry.id).where(
        LedgerEntry.item_id == item.id, LedgerEntry.recorded_at >= item.created_at
    )
    if by.role is Role.COURIER:
        known = known.where(LedgerEntry.account_id == by.account_id)
    else:
        was_here = and_(
            LedgerEntry.taker_kind == HolderKind.POINT, LedgerEntry.taker_id == by.point_id
        )
        known = known.where(or_(LedgerEntry.account_id == by.account_id, was_here))
    return session.scalar(known.limit(1)) is not None


def items_in_reach(by: Actor) -> ColumnElement[bool]:
    """Give the condition under which a person may see an item.

    A courier sees what he holds or has recorded something of, a clerk what was taken in, is held
    or was recorded at the point, an officer what is bound to or comes from the agency.
    """
    if by.province_id is not None:
        return Item.id.is_not(None)
    if by.agency_id is not None:
        return or_(Item.agency_id == by.agency_id, Item.from_agency_id == by.agency_id)
    # Only the item is the outer query's: that may itself read the ledger.
    touched = (
        exists()
        .where(LedgerEntry.item_id == Item.id, LedgerEntry.account_id == by.account_id)
        .correlate(Item)
    )
    if by.role is Role.COURIER:
        holds = and_(Item.holder_kind == HolderKind.COURIER, Item.holder_id == by.account_id)
        return or_(holds, _in_bag_with(by), touched)
    was_here = (
        exists()
        .where(
            LedgerEntry.item_id == Item.id,
            LedgerEntry.taker_kind == HolderKind.POINT,
            LedgerEntry.taker_id == by.point_id,
        )
        .correlate(Item)
    )
    return or_(Item.point_id == by.point_id, _in_bag_with(by), was_here, touched)


def _bag_with(by: Actor) -> ColumnElement[bool]:
    """Give the condition that a courier, or a clerk's point, has a bag now."""
    kind, holder = (
        (HolderKind.COURIER, by.account_id)
        if by.role is Role.COURIER
        else (HolderKind.POINT, by.point_id)
    )
    return and_(Bag.holder_kind == kind, Bag.holder_id == holder)


def _in_bag_with(by: Actor) -> ColumnElement[bool]:
    """Give the condition that an item lies in a bag that he, or his point, has now."""
    bags = select(Bag.id).where(_bag_with(by))
    return and_(Item.holder_kind == HolderKind.BAG, Item.holder_id.in_(bags))


def _anomalies(step: Step, recorded: Iterable[str]) -> tuple[str, ...]:
    """Join what is odd in the order of things as known now with what was odd in the scan itself.

    A scan that came before the one it follows was out of order only until that one was sent.
    """
    of_the_scan = (code for code in recorded if code not in JUDGED)
    return () if step.cancelled else tuple(dict.fromkeys((*step.anomalies, *of_the_scan)))


def _by_number(session: Session, typed: str) -> Item:
    number = read_scan(typed).number
    item = session.scalars(select(Item).where(Item.number == number)).first()
    return item or _shared_envelope(session, number)


def _shared_envelope(session: Session, number: str) -> Item:
    """Give the envelope a dossier went in with others, by the number its slip bore to be signed."""
    item = session.scalars(
        select(Item)
        .join(Leg)
        .join(Dossier, Dossier.id == Leg.dossier_id)
        .where(Dossier.reserved_number == number, Leg.kind == SUBMISSION)
        .order_by(Item.id)
    ).first()
    if item is None:
        raise UnknownNumber
    return item


def _due(session: Session, item: Item) -> Due | None:
    """Give by when an item that is on its way was promised to be there."""
    if item.outcome in FINAL_OUTCOMES or item.state == State.LOST:
        return None
    promised = promises.of_items(session, [item.id]).get(item.id)
    return promised.due if promised else None


def _steps(session: Session, item: Item) -> list[Step]:
    facts = facts_of(session, [item.id], since=item.created_at)[item.id]
    return history(facts, opening_holder(item))
