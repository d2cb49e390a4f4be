"""Worklists: what lies in front of a person, drawn from the archive for the pages.

1. A courier's list tells where an item goes, not to whom: name and phone stand on the item's own
   page, where each look at them is noted.
2. What a person scanned is told by the ids of the scans, and only to the one who made them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from models.dossiers import Dossier
from models.items import Item, Leg
from models.ledger import Correction, LedgerEntry, RefusedScan
from models.staff import Account
from postal_app import bag_scans, catalogue, promises
from postal_app.addressees import person_of, waiting_point
from postal_app.bag_scans import MadeOfBag
from postal_app.calendars import calendar
from postal_app.catalogue import NotInForce, UnknownProcedure
from postal_app.delivery_facts import Wish, attempts, said_of, wish_of
from postal_app.ledger import own_holder
from postal_app.printing import sorting_place
from postal_app.promises import Promised, oldest_first
from postal_app.rules.bags import BAG_STATE_WORDS, BagState
from postal_app.rules.calendar import LONGEST_TERM, add_working_days
from postal_app.rules.codes import read_scan
from postal_app.rules.legs import RESULT, TO_AGENCY, TO_CITIZEN
from postal_app.rules.permission import Verdict
from postal_app.rules.promises import Due
from postal_app.rules.roles import Actor
from postal_app.rules.vocabulary import STATE_WORDS, State
from postal_app.scan_refusals import why
from postal_app.scan_verdicts import Outcome
from postal_app.scan_verdicts import Verdict as ScanVerdict


@dataclass(frozen=True, slots=True)
class Held:
    """An item a person answers for: where it goes next, since when he has it, by when it is due.

    `due` is None when nothing was promised. `attempts` counts those that failed; `wish` is what
    receiver or sender asked for, and then `place` is where it now goes.
    """

    number: str
    leg: str
    state: str
    integrity: str
    place: str
    address: str
    since: datetime
    due: Due | None
    attempts: int = 0
    wish: Wish | None = None
    quarantined: bool = False


@dataclass(frozen=True, slots=True)
class MadeScan:
    """A scan somebody made, as it was answered."""

    kind: str
    at: datetime
    verdict: ScanVerdict


@dataclass(frozen=True, slots=True)
class DueHint:
    """The term of a procedure in working days, and the day it ends by the published calendar.

    `unpublished` are years without one; of those only the weekends are known.
    """

    working_days: int
    earliest: date
    unpublished: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class AskedCorrection:
    """A correction that waits for a second person."""

    correction_id: int
    number: str
    fact: UUID
    kind: str
    occurred_at: datetime
    reason: str
    asked_by: int
    asked_by_name: str
    asked_at: datetime


def held_by(session: Session, by: Actor) -> list[Held]:
    """Give the items a person holds, or his point or agency, the oldest promise first.

    What was promised nothing comes last, the longest held first.
    """
    holder = own_holder(by)
    rows = session.scalars(
        select(Item)
        .options(
            joinedload(Item.agency),
            joinedload(Item.point),
            selectinload(Item.legs).joinedload(Leg.dossier).selectinload(Dossier.parties),
        )
        .where(Item.holder_kind == holder.kind, Item.holder_id == holder.id)
        .order_by(Item.changed_at, Item.id)
    )
    held = {item.id: item for item in rows}
    promised = promises.of_items(session, held)
    said = said_of(session, [item for item in held.values() if item.leg in TO_CITIZEN])
    wishes = {item_id: wish_of(told) for item_id, told in said.items()}
    return [
        Held(
            item.number,
            item.leg,
            item.state,
            item.integrity,
            *_goes_to(item, wishes.get(item.id)),
            item.changed_at,
            promised[item.id].due if item.id in promised else None,
            attempts(said[item.id]),
            wishes.get(item.id),
            item.quarantined,
        )
        for item in sorted(held.values(), key=lambda one: oldest_first(promised, one.id))
    ]


def by_promise(expected: Iterable[Item], promised: Mapping[int, Promised]) -> list[Item]:
    """Put what waits at the agency on top as it came, then the oldest promise first."""
    return sorted(
        expected,
        key=lambda one: (
            date.min if one.state == State.AT_AGENCY else oldest_first(promised, one.id)
        ),
    )


def result_item(dossier: Dossier) -> Item | None:
    """Give the envelope the dossier's result went into; None while it is at the agency.

    What came back is at the agency again, and the result waits for another envelope.
    """
    sent = (leg.item for leg in reversed(dossier.legs) if leg.kind == RESULT)
    return next((item for item in sent if item.state != State.RETURNED), None)


def return_verdict(session: Session, code: str, on: date) -> Verdict | None:
    """Give whether a procedure's result may go by post on a day; None when it is not listed."""
    try:
        return catalogue.get(session, code, on).verdicts.return_
    except (UnknownProcedure, NotInForce):
        return None


def due_hint(session: Session, item: Item, today: date) -> DueHint | None:
    """Give when a dossier accepted today is due by the catalogue; None when no list says it."""
    terms = item.legs[0].dossier.terms
    if terms is None or terms.working_days is None:
        return None
    known = calendar(session, today, today.replace(year=today.year + 1, day=1))
    earliest = add_working_days(known, today, min(terms.working_days, LONGEST_TERM))
    return DueHint(terms.working_days, earliest, known.unpublished(today, earliest))


def scans_made(session: Session, ids: Sequence[UUID], by: Actor) -> list[MadeScan]:
    """Give the person's own scans among these ids, in their order, as they were answered."""
    found: dict[UUID, MadeScan] = {}
    if not ids:
        return []
    entries = session.execute(
        select(LedgerEntry, Item.number, Item.state)
        .join(Item, Item.id == LedgerEntry.item_id)
        .where(LedgerEntry.fact.in_(ids), LedgerEntry.account_id == by.account_id)
    )
    for entry, number, state in entries:
        outcome = Outcome.WITH_ANOMALY if entry.anomalies else Outcome.RECORDED
        words = STATE_WORDS[State(state)]
        verdict = ScanVerdict(entry.fact, outcome, number, words, tuple(entry.anomalies), state)
        found[entry.fact] = MadeScan(entry.kind, entry.recorded_at, verdict)
    for made in bag_scans.made(session, ids, by):
        found[made.fact] = _of_bag(made)
    refused = session.scalars(
        select(RefusedScan).where(
            RefusedScan.scan_id.in_(ids), RefusedScan.account_id == by.account_id
        )
    )
    for row in refused:
        number = read_scan(str(row.raw["code"])).number
        verdict = ScanVerdict(row.scan_id, Outcome.REFUSED, number, why(row.reason, row.raw))
        found[row.scan_id] = MadeScan(str(row.raw["kind"]), row.received_at, verdict)
    return [found[scan_id] for scan_id in ids if scan_id in found]


def asked_corrections(session: Session, item_id: int, *, since: datetime) -> list[AskedCorrection]:
    """Give the corrections of an item that wait for a second person, oldest first.

    Args:
        since: when the item was made; spares the months before it.
    """
    rows = session.execute(
        select(Correction, Item.number, LedgerEntry.kind, LedgerEntry.occurred_at)
        .join(Item, Item.id == Correction.item_id)
        .join(LedgerEntry, LedgerEntry.fact == Correction.fact)
        .where(
            Correction.item_id == item_id,
            Correction.settled_at.is_(None),
            LedgerEntry.recorded_at >= since,
        )
        .order_by(Correction.asked_at)
    ).all()
    names = account_names(session, (row.Correction.asked_by for row in rows))
    return [_asked(row.Correction, row.number, row.kind, row.occurred_at, names) for row in rows]


def told_corrections(
    session: Session, rows: Iterable[tuple[Correction, Item, LedgerEntry]]
) -> list[AskedCorrection]:
    """Give corrections, as their desk lists them, with the names of those who asked."""
    listed = list(rows)
    names = account_names(session, (correction.asked_by for correction, _, _ in listed))
    return [
        _asked(correction, item.number, entry.kind, entry.occurred_at, names)
        for correction, item, entry in listed
    ]


def account_names(session: Session, ids: Iterable[int]) -> dict[int, str]:
    """Give the full names of accounts by their ids."""
    rows = session.execute(select(Account.id, Account.full_name).where(Account.id.in_(set(ids))))
    return {row.id: row.full_name for row in rows}


def _goes_to(item: Item, wish: Wish | None) -> tuple[str, str]:
    """Give the place an item is on its way to, and how to find it; never a person."""
    if wish is not None and wish.place:
        return wish.place, ""
    if item.leg in TO_AGENCY:
        return item.agency.name, item.agency.address
    waits_at = waiting_point(item)
    if waits_at is not None:
        return waits_at.name, waits_at.address
    receiver = person_of(item)
    place = sorting_place(receiver.address) if receiver else ""
    return place or item.point.name, ""


def _of_bag(made: MadeOfBag) -> MadeScan:
    outcome = Outcome.WITH_ANOMALY if made.anomalies else Outcome.RECORDED
    words = BAG_STATE_WORDS[BagState(made.state)]
    verdict = ScanVerdict(made.fact, outcome, made.number, words, made.anomalies, made.state)
    return MadeScan(made.kind, made.at, verdict)


def _asked(
    correction: Correction, number: str, kind: str, occurred_at: datetime, names: dict[int, str]
) -> AskedCorrection:
    return AskedCorrection(
        correction.id,
        number,
        correction.fact,
        kind,
        occurred_at,
        correction.reason,
        correction.asked_by,
        names.get(correction.asked_by, ""),
        correction.asked_at,
    )
