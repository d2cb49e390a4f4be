"""Sweeps: which rows of each class of people's data have run out of their term.

1. Nothing of an item that is still on its way, or that a correction, a complaint, a compensation
   or an incident is open about, runs out; nor anything of the dossiers that lie in such an item.
2. A row says from which day it counts and what stands for it in the record of its erasure: the
   ledger's own commitment, the digest of what it held, or, where nothing says what it held, its
   name alone.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, literal, or_, select, union
from sqlalchemy.orm import InstrumentedAttribute, aliased

from models.complaints import (
    Compensation,
    CompensationAnswer,
    CompensationPayment,
    Complainant,
    Complaint,
    ComplaintAnswer,
)
from models.counter import CollectionAnswer, CollectionCall
from models.dossiers import Dossier, MoneyLine, Party, Signature
from models.incidents import Incident, IncidentOutcome
from models.items import Item, Leg
from models.ledger import Correction, LedgerEntry, PersonalFact, RefusedScan
from models.lookups import PublicDisclosure
from models.money import Exemption
from models.people_data import ErasedRow, IdentityPhoto
from models.promises import Promise
from postal_app.rules.periods import Period
from postal_app.rules.retention import (
    COLLECTION_CALLS,
    COMPLAINTS,
    DELIVERY_EVIDENCE,
    DOSSIER_PARTIES,
    ERASED_NAME,
    EXEMPTION_EVIDENCE,
    IDENTITY_PHOTOS,
    MONEY_VOUCHERS,
    PUBLIC_DISCLOSURES,
    REFUSED_SCANS,
    SIGNATURES,
)

FACTS = "personal_facts"

Due = Select[*tuple[Any, ...]]
"""Gives `key`, `since` (a moment) and `said` (bytes, or none) of each row that has run out."""


@dataclass(frozen=True, slots=True)
class Sweep:
    """How one class is swept: the thing it erases, its keys, and what has run out by a day.

    `due` takes the latest day from which the term has run out.
    """

    class_code: str
    thing: str
    key: InstrumentedAttribute[Any]
    due: Callable[[date], Due]

    def after(self, latest: date, last: int | UUID | None, most: int) -> Due:
        """Give the next rows in the order of their keys."""
        rows = self.due(latest).order_by(self.key).limit(most)
        return rows if last is None else rows.where(self.key > last)


def commitment(thing: str, key: int | UUID, said: bytes | None) -> bytes:
    """Give what stands for a row in the record of its erasure."""
    return said if said else sha256(f"{thing}:{key}".encode()).digest()


def _ended_before(latest: date) -> datetime:
    return Period(latest, latest).ends


def held_dossiers() -> Select[int]:
    """Give the dossiers about which something is open, by any item they lie in."""
    unanswered = ~exists().where(
        ComplaintAnswer.complaint_id == Complaint.id, ComplaintAnswer.verdict != "interim"
    )
    refused = exists().where(
        CompensationAnswer.compensation_id == Compensation.id, ~CompensationAnswer.approved
    )
    paid = exists().where(CompensationPayment.compensation_id == Compensation.id)
    unpaid = exists().where(Compensation.complaint_id == Complaint.id, ~refused, ~paid)
    unsettled = ~exists().where(IncidentOutcome.incident_id == Incident.id)
    held = union(
        select(Correction.item_id).where(Correction.settled_at.is_(None)),
        select(Complaint.item_id).where(or_(unanswered, unpaid)),
        select(Incident.item_id).where(unsettled),
    )
    return select(Leg.dossier_id).where(Leg.item_id.in_(held))


def _free_item() -> ColumnElement[bool]:
    """Give the condition that an item's end is reached and proven, and nothing of it is open."""
    inside = select(Leg.item_id).where(Leg.dossier_id.in_(held_dossiers()))
    return and_(Item.closed, Item.id.not_in(inside))


def _over(latest: date) -> ColumnElement[bool]:
    """Give the condition that a dossier ended by a day and nothing of it is open.

    It ended when it was given up before the seal; when its result was given back; when the agency
    refused or stopped it, or it was withdrawn; or, of a service without the way back, when the
    agency has it. No item of it may be under way.
    """
    end = _ended_before(latest)
    item = aliased(Item)
    stirs = exists().where(
        Leg.dossier_id == Dossier.id,
        item.id == Leg.item_id,
        or_(~item.closed, item.changed_at >= end),
    )
    one_way = and_(Dossier.service_form == "send", Dossier.accepted_at < end)
    ended = or_(
        Dossier.voided_at < end, Dossier.returned_at < end, Dossier.closed_at < end, one_way
    )
    return and_(ended, ~stirs, Dossier.id.not_in(held_dossiers()))


def ended_at() -> ColumnElement[datetime]:
    """Give when a dossier ended, if it did; null while it is open. Items may still be under way."""
    one_way = case((Dossier.service_form == "send", Dossier.accepted_at))
    return func.coalesce(Dossier.voided_at, Dossier.returned_at, Dossier.closed_at, one_way)


def _photos(latest: date) -> Due:
    return (
        select(
            IdentityPhoto.id.label("key"),
            Item.changed_at.label("since"),
            IdentityPhoto.photo_digest.label("said"),
        )
        .join(Item, Item.id == IdentityPhoto.item_id)
        .where(
            IdentityPhoto.erased_at.is_(None),
            Item.changed_at < _ended_before(latest),
            _free_item(),
        )
    )


def _facts(latest: date) -> Due:
    promised_later = exists().where(Promise.item_id == Item.id, Promise.delivery_due > latest)
    return (
        select(
            PersonalFact.fact.label("key"),
            Item.changed_at.label("since"),
            LedgerEntry.commitment.label("said"),
        )
        .join(LedgerEntry, LedgerEntry.fact == PersonalFact.fact)
        .join(Item, Item.id == LedgerEntry.item_id)
        .where(Item.changed_at < _ended_before(latest), ~promised_later, _free_item())
    )


def _signatures(latest: date) -> Due:
    return (
        select(
            Signature.id.label("key"),
            ended_at().label("since"),
            func.sha256(Signature.image).label("said"),
        )
        .join(Dossier, Dossier.id == Signature.dossier_id)
        .where(Signature.image.is_not(None), _over(latest))
    )


def _parties(latest: date) -> Due:
    return (
        select(Party.id.label("key"), ended_at().label("since"), literal(None).label("said"))
        .join(Dossier, Dossier.id == Party.dossier_id)
        .where(Party.erased_at.is_(None), _over(latest))
    )


def _payers(latest: date) -> Due:
    """Give the senders whose names were kept for a receipt alone."""
    paid = (
        select(MoneyLine.dossier_id, func.max(MoneyLine.collected_at).label("at"))
        .group_by(MoneyLine.dossier_id)
        .subquery()
    )
    return (
        select(Party.id.label("key"), paid.c.at.label("since"), literal(None).label("said"))
        .join(paid, paid.c.dossier_id == Party.dossier_id)
        .where(
            Party.erased_at.is_not(None),
            Party.name != ERASED_NAME,
            paid.c.at < _ended_before(latest),
        )
    )


def _exemptions(latest: date) -> Due:
    return (
        select(Exemption.id.label("key"), ended_at().label("since"), literal(None).label("said"))
        .join(Dossier, Dossier.id == Exemption.dossier_id)
        .where(Exemption.evidence != "", _over(latest))
    )


def _complainants(latest: date) -> Due:
    settled = (
        select(ComplaintAnswer.complaint_id, func.max(ComplaintAnswer.answered_at).label("at"))
        .where(ComplaintAnswer.verdict != "interim")
        .group_by(ComplaintAnswer.complaint_id)
        .subquery()
    )
    open_ones = select(Leg.item_id).where(Leg.dossier_id.in_(held_dossiers()))
    paid = exists().where(CompensationPayment.complaint_id == Complaint.id)
    return (
        select(
            Complainant.complaint_id.label("key"),
            settled.c.at.label("since"),
            literal(None).label("said"),
        )
        .join(Complaint, Complaint.id == Complainant.complaint_id)
        .join(settled, settled.c.complaint_id == Complaint.id)
        .where(
            _still_named(),
            settled.c.at < _ended_before(latest),
            Complaint.item_id.not_in(open_ones),
            ~paid,
        )
    )


def _paid_complainants(latest: date) -> Due:
    """Give who was paid a compensation: the name is part of the voucher."""
    return (
        select(
            Complainant.complaint_id.label("key"),
            CompensationPayment.paid_at.label("since"),
            literal(None).label("said"),
        )
        .join(CompensationPayment, CompensationPayment.complaint_id == Complainant.complaint_id)
        .where(_still_named(), CompensationPayment.paid_at < _ended_before(latest))
    )


def _still_named() -> ColumnElement[bool]:
    return or_(Complainant.name != "", Complainant.content != "")


def _calls(latest: date) -> Due:
    return (
        select(
            CollectionCall.id.label("key"),
            CollectionAnswer.answered_at.label("since"),
            literal(None).label("said"),
        )
        .join(CollectionAnswer, CollectionAnswer.call_id == CollectionCall.id)
        .where(
            CollectionCall.erased_at.is_(None),
            CollectionAnswer.answered_at < _ended_before(latest),
        )
    )


def _disclosures(latest: date) -> Due:
    held = select(Item.number).join(Leg).where(Leg.dossier_id.in_(held_dossiers()))
    return select(
        PublicDisclosure.id.label("key"),
        PublicDisclosure.at.label("since"),
        literal(None).label("said"),
    ).where(PublicDisclosure.at < _ended_before(latest), PublicDisclosure.item_number.not_in(held))


def _refused(latest: date) -> Due:
    gone = exists().where(ErasedRow.thing == REFUSED_SCANS, ErasedRow.row_id == RefusedScan.id)
    return select(
        RefusedScan.id.label("key"),
        RefusedScan.received_at.label("since"),
        literal(None).label("said"),
    ).where(RefusedScan.received_at < _ended_before(latest), ~gone)


SWEEPS: tuple[Sweep, ...] = (
    Sweep(IDENTITY_PHOTOS, "identity_photos", IdentityPhoto.id, _photos),
    Sweep(DELIVERY_EVIDENCE, FACTS, PersonalFact.fact, _facts),
    Sweep(SIGNATURES, "signatures", Signature.id, _signatures),
    Sweep(EXEMPTION_EVIDENCE, "exemptions", Exemption.id, _exemptions),
    Sweep(DOSSIER_PARTIES, "dossier_parties", Party.id, _parties),
    Sweep(MONEY_VOUCHERS, "payer_names", Party.id, _payers),
    Sweep(COLLECTION_CALLS, "collection_calls", CollectionCall.id, _calls),
    Sweep(COMPLAINTS, "complainants", Complainant.complaint_id, _complainants),
    Sweep(MONEY_VOUCHERS, "complainants", Complainant.complaint_id, _paid_complainants),
    Sweep(PUBLIC_DISCLOSURES, "public_disclosures", PublicDisclosure.id, _disclosures),
    Sweep(REFUSED_SCANS, "refused_scans", RefusedScan.id, _refused),
)
"""In the order in which they are swept: what is most sensitive first."""
