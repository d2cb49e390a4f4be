"""Work lists of incidents: what asks for a record, for a second person, for an end.

1. An event that harms an item and has no record asks for one from whoever holds the item. What a
   citizen or another envelope holds asks the point at which it was taken in, so that nothing asks
   nobody; people of the province see all of it.
2. A record waits for its second person, then for its end, with everybody who has the item in
   reach.
3. What is called re-sealed and has no record of a new seal is odd, and is shown as that.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import BindParameter, ColumnElement, and_, bindparam, exists, or_, select, true
from sqlalchemy.orm import Session, aliased

from models.incidents import Incident, IncidentAnswer, IncidentOutcome
from models.items import Item
from models.ledger import LedgerEntry
from models.staff import Account
from postal_app.enquiries import items_in_reach
from postal_app.incidents import stands, whole
from postal_app.ledger import own_holder
from postal_app.rules.holders import HolderKind
from postal_app.rules.incidents import EVENTS, KIND_OF
from postal_app.rules.integrity import Integrity
from postal_app.rules.roles import Actor

MOST_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Unrecorded:
    """An event of the ledger that has no record: whose, what, when, and who told it.

    `kind` is the kind of incident it would be recorded as.
    """

    number: str
    fact: UUID
    event: str
    kind: str
    occurred_at: datetime
    told_by: str


@dataclass(frozen=True, slots=True)
class IncidentWork:
    """What a person has to do with incidents, oldest first."""

    unrecorded: tuple[Unrecorded, ...]
    resealed: tuple[Unrecorded, ...]
    to_sign: Sequence[Incident]
    to_settle: Sequence[Incident]


def work(session: Session, by: Actor) -> IncidentWork:
    """Give what waits for a person or for his place."""
    return IncidentWork(
        _unrecorded(session, by), _resealed(session, by), _to_sign(session, by), _open(session, by)
    )


def of_item(session: Session, item_id: int) -> Sequence[Incident]:
    """Give the records of an item, the newest first."""
    rows = session.scalars(whole().where(Incident.item_id == item_id).order_by(Incident.id.desc()))
    return rows.all()


def settled(session: Session, by: Actor) -> Sequence[Incident]:
    """Give the last records in reach whose matter has ended or that were refused."""
    ended = exists().where(IncidentOutcome.incident_id == Incident.id)
    rows = session.scalars(
        whole()
        .where(or_(ended, ~stands(Incident)), items_in_reach(by))
        .order_by(Incident.id.desc())
        .limit(MOST_SHOWN)
    )
    return rows.all()


def _unrecorded(session: Session, by: Actor) -> tuple[Unrecorded, ...]:
    has_record = exists().where(Incident.fact == LedgerEntry.fact, stands(Incident))
    # Written out, so that the small index on what harms is the one that serves.
    events: BindParameter[str] = bindparam("events", EVENTS, expanding=True, literal_execute=True)
    return _told(session, by, LedgerEntry.kind.in_(events), ~has_record)


def _resealed(session: Session, by: Actor) -> tuple[Unrecorded, ...]:
    """Give the looks that found an item re-sealed of which no record names the new seal."""
    named = exists().where(
        Incident.item_id == LedgerEntry.item_id, Incident.new_seal != "", stands(Incident)
    )
    resealed: BindParameter[str] = bindparam(
        "resealed", str(Integrity.RESEALED), literal_execute=True
    )
    still = Item.integrity == Integrity.RESEALED
    return _told(session, by, LedgerEntry.condition == resealed, and_(~named, still))


def _told(
    session: Session, by: Actor, harm: ColumnElement[bool], lacking: ColumnElement[bool]
) -> tuple[Unrecorded, ...]:
    correction = aliased(LedgerEntry)
    taken_out = exists().where(
        correction.item_id == LedgerEntry.item_id,
        correction.kind == "corrected",
        correction.corrects == LedgerEntry.fact,
    )
    rows = session.execute(
        select(
            Item.number,
            LedgerEntry.fact,
            LedgerEntry.kind,
            LedgerEntry.occurred_at,
            Account.full_name,
        )
        .join(Item, Item.id == LedgerEntry.item_id)
        .join(Account, Account.id == LedgerEntry.account_id)
        .where(harm, lacking, ~taken_out, _asks(by))
        .order_by(LedgerEntry.occurred_at, LedgerEntry.fact)
        .limit(MOST_SHOWN)
    )
    return tuple(
        Unrecorded(
            row.number,
            row.fact,
            row.kind,
            KIND_OF.get(row.kind, "resealed"),
            row.occurred_at,
            row.full_name,
        )
        for row in rows
    )


def _asks(by: Actor) -> ColumnElement[bool]:
    """Give the condition that an item's missing record is this person's matter."""
    if by.province_id is not None:
        return true()
    holder = own_holder(by)
    holds = and_(Item.holder_kind == holder.kind, Item.holder_id == holder.id)
    if holder.kind is not HolderKind.POINT:
        return holds
    elsewhere = Item.holder_kind.in_((HolderKind.CITIZEN, HolderKind.ITEM))
    return or_(holds, and_(Item.point_id == by.point_id, elsewhere))


def _to_sign(session: Session, by: Actor) -> Sequence[Incident]:
    answered = exists().where(IncidentAnswer.incident_id == Incident.id)
    return _listed(session, by, ~answered)


def _open(session: Session, by: Actor) -> Sequence[Incident]:
    signed = exists().where(
        IncidentAnswer.incident_id == Incident.id, IncidentAnswer.answer == "signed"
    )
    ended = exists().where(IncidentOutcome.incident_id == Incident.id)
    return _listed(session, by, and_(signed, ~ended))


def _listed(session: Session, by: Actor, wanted: ColumnElement[bool]) -> Sequence[Incident]:
    rows = session.scalars(
        whole()
        .where(wanted, items_in_reach(by))
        .order_by(Incident.recorded_at, Incident.id)
        .limit(MOST_SHOWN)
    )
    return rows.all()
