"""Work lists of incidents: what asks for a record, for a second person, for an end.

1. An event that harms an item and has no record asks for one from whoever holds the item. What a
   citizen or another envelope holds asks the point at which it was taken in, so that nothing asks
   nobody; people of the province see all of it.
2. A record waits for its second person, then for its end, with everybody who has the item in
   reach.
3. What is called re-sealed and has no record of a new seal is odd, and is shown as that.
4. Who read another seal than the one put on, or looked and saw harm, put the item in quarantine;
   while it is, and no record of it is open, that look asks for one too.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Text,
    and_,
    any_,
    bindparam,
    cast,
    exists,
    func,
    literal,
    or_,
    select,
    true,
)
from sqlalchemy.orm import Session, aliased

from models.incidents import Incident, IncidentAnswer, IncidentOutcome
from models.items import Item
from models.ledger import LedgerEntry
from models.staff import Account
from postal_app.enquiries import items_in_reach
from postal_app.incidents import stands, whole
from postal_app.ledger import own_holder
from postal_app.ledger_reading import SEAL_DIFFERS
from postal_app.rules.holders import HolderKind
from postal_app.rules.incidents import EVENTS, KIND_OF, KINDS
from postal_app.rules.integrity import HARM, Integrity
from postal_app.rules.roles import Actor

MOST_SHOWN = 200
_HARM = tuple(str(one) for one in HARM)


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
        _asking(session, by), _resealed(session, by), _to_sign(session, by), _open(session, by)
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


def _asking(session: Session, by: Actor) -> tuple[Unrecorded, ...]:
    """Give all that asks for a record, oldest first."""
    found = (*_unrecorded(session, by), *_looked_at(session, by))
    return tuple(sorted(found, key=lambda one: (one.occurred_at, one.fact)))


def _unrecorded(session: Session, by: Actor) -> tuple[Unrecorded, ...]:
    has_record = exists().where(Incident.fact == LedgerEntry.fact, stands(Incident))
    # Written out, so that the small index on what harms is the one that serves.
    events: BindParameter[str] = bindparam("events", EVENTS, expanding=True, literal_execute=True)
    return _told(session, by, LedgerEntry.kind.in_(events), ~has_record)


def _looked_at(session: Session, by: Actor) -> tuple[Unrecorded, ...]:
    """Give the looks that hold an item in quarantine while no record of it is open."""
    ended = exists().where(IncidentOutcome.incident_id == Incident.id)
    under_way = exists().where(Incident.item_id == LedgerEntry.item_id, stands(Incident), ~ended)
    settling = aliased(LedgerEntry)
    settled = exists().where(
        settling.item_id == LedgerEntry.item_id,
        settling.kind == "matter_settled",
        settling.details["settles"].contains(func.to_jsonb(cast(LedgerEntry.fact, Text))),
    )
    looks = and_(
        LedgerEntry.kind.not_in(EVENTS),
        or_(
            LedgerEntry.condition.in_(_HARM),
            literal(SEAL_DIFFERS) == any_(LedgerEntry.anomalies),
        ),
    )
    return _told(session, by, and_(Item.quarantined, looks), and_(~under_way, ~settled))


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
            LedgerEntry.condition,
            (literal(SEAL_DIFFERS) == any_(LedgerEntry.anomalies)).label("seal_differs"),
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
            kind_of(row.kind, row.condition, seal_differs=row.seal_differs),
            row.occurred_at,
            row.full_name,
        )
        for row in rows
    )


def kind_of(event: str, condition: str, *, seal_differs: bool) -> str:
    """Give the kind of incident that an entry would be recorded as."""
    if event in KIND_OF:
        return KIND_OF[event]
    if condition in KINDS:
        return condition
    return SEAL_DIFFERS if seal_differs else "resealed"


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
