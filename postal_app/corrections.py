"""Corrections: one person finds a mistake, a second one confirms it, the ledger says so.

Nothing is taken away: the mistaken entry stays in the history beside the correction. The two must
be two accounts, and a correction itself cannot be corrected.
"""

import uuid
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.items import Item
from models.ledger import Correction, LedgerEntry
from postal_app import bag_scans
from postal_app.enquiries import UnknownNumber, item_history, reaches
from postal_app.errors import Conflict, Forbidden, Invalid, Unknown
from postal_app.ledger import NewFact, record
from postal_app.rules.roles import Actor
from postal_app.rules.vietnamese import tidy
from postal_app.rules.vocabulary import KINDS, State
from postal_app.rules.words import Words

SHORTEST_REASON = 5


class NothingToCorrect(Unknown):
    """The item has no such entry, or it cannot be corrected."""

    words = Words(
        "Không có ghi nhận nào như vậy để đính chính.", "There is no such record to correct."
    )


class ReasonTooShort(Invalid):
    """A correction needs a reason that others understand."""

    words = Words("Hãy ghi rõ lý do đính chính.", "Say why the record is to be corrected.")


class SecondPersonNeeded(Forbidden):
    """Who asks for a correction cannot confirm it."""

    words = Words(
        "Người đề nghị đính chính không được tự xác nhận; cần một người thứ hai.",
        "Whoever asks for a correction cannot confirm it; a second person must.",
    )


class AlreadySettled(Conflict):
    """The correction was confirmed or rejected before."""

    words = Words(
        "Đề nghị đính chính này đã được xử lý.", "This correction has been settled already."
    )


def ask(
    session: Session, number: str, fact: UUID, reason: str, by: Actor, *, now: datetime
) -> Correction:
    """Ask that a mistaken entry be corrected.

    Raises:
        UnknownNumber: no item in this person's reach bears the number.
        NothingToCorrect: the item has no such entry that stands.
        ReasonTooShort: the reason says nothing.
    """
    told = item_history(session, number, by)
    standing = [
        line.fact
        for line in told.lines
        if not line.step.cancelled and line.step.fact.kind != "corrected"
    ]
    if fact not in standing:
        raise NothingToCorrect
    if len(tidy(reason)) < SHORTEST_REASON:
        raise ReasonTooShort(field="reason")
    asked = Correction(
        item_id=told.item.id,
        fact=fact,
        reason=tidy(reason),
        asked_by=by.account_id,
        asked_at=now,
    )
    session.add(asked)
    session.flush()  # its id is where the second person finds it
    return asked


def settle(
    session: Session, correction_id: int, by: Actor, *, approved: bool, now: datetime
) -> Correction:
    """Confirm or reject a correction as the second person.

    Raises:
        NothingToCorrect: there is no such correction in this person's reach.
        SecondPersonNeeded: it is the one who asked.
        AlreadySettled: it was settled before.
        Forbidden: this role does not correct.
    """
    correction = session.get(Correction, correction_id, with_for_update=True)
    if correction is None:
        raise NothingToCorrect
    item = session.get_one(Item, correction.item_id)
    try:
        item_history(session, item.number, by)
    except UnknownNumber:
        raise NothingToCorrect from None
    if by.role not in KINDS["corrected"].by:
        raise Forbidden
    if correction.settled_at is not None:
        raise AlreadySettled
    if by.account_id == correction.asked_by:
        raise SecondPersonNeeded
    correction.settled_by, correction.settled_at = by.account_id, now
    correction.approved = approved
    if approved:
        _record(session, correction, by, now)
    return correction


def open_ones(session: Session, by: Actor) -> Sequence[tuple[Correction, Item, LedgerEntry]]:
    """Give the corrections that wait for a second person in this person's reach."""
    rows = session.execute(
        select(Correction, Item)
        .join(Item, Item.id == Correction.item_id)
        .where(Correction.settled_at.is_(None))
        .order_by(Correction.asked_at)
    ).all()
    visible = [(row.Correction, row.Item) for row in rows if reaches(session, row.Item, by)]
    if not visible:
        return []
    # Of the ledger only the months in which the mistakes can stand are asked.
    since = min(item.created_at for _, item in visible)
    facts = [correction.fact for correction, _ in visible]
    entries = session.scalars(
        select(LedgerEntry).where(LedgerEntry.fact.in_(facts), LedgerEntry.recorded_at >= since)
    )
    mistakes = {entry.fact: entry for entry in entries}
    return [(correction, item, mistakes[correction.fact]) for correction, item in visible]


def _record(session: Session, correction: Correction, by: Actor, now: datetime) -> None:
    """Append the correcting entry, in the time at which the mistake was settled.

    Who takes back that an item went back, while the envelope it went back in still stands, is
    recorded too; then one set of papers has two items, and that is told.
    """
    details = {"reason": correction.reason, "asked_by": correction.asked_by}
    fact = NewFact(
        correction.item_id,
        uuid.uuid4(),
        "corrected",
        now,
        by,
        corrects=correction.fact,
        details=details,
        oddities=("return_stands",) if _return_stands(session, correction) else (),
    )
    since = session.get_one(Item, correction.item_id).created_at
    bag_scans.reserve(session, [fact], [], since=since)
    record(session, [fact], now=now)
    bag_scans.settle(session, [fact], [], since=since, now=now)


def _return_stands(session: Session, correction: Correction) -> bool:
    """Tell whether the mistake is that an item went back, and its new envelope is under way."""
    found = session.scalars(
        select(LedgerEntry.id)
        .join(Item, Item.returns_id == LedgerEntry.item_id)
        .where(
            LedgerEntry.item_id == correction.item_id,
            LedgerEntry.fact == correction.fact,
            LedgerEntry.kind == "sent_back",
            Item.state != State.EXPECTED,
        )
    )
    return found.first() is not None
