"""The agency's desk: what arrives and what is in work, accepting, settling, registering.

Three instants are kept apart: when the counter sealed, when the post handed over, when the agency
accepted. The due date and the dossier code are the agency's; settled is not yet returned.
"""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from models.dossiers import Dossier
from models.items import Item, Leg
from postal_app import agency_answers, agency_envelopes, agency_receipts
from postal_app.agency_answers import NotNow
from postal_app.agency_dossiers import (
    CodeMissing,
    CodeTaken,
    UnknownItem,
    find,
    own_agency,
    require_free,
)
from postal_app.agency_envelopes import ResultNotByPost, ResultOnItsWay
from postal_app.agency_receipts import BadCondition
from postal_app.agency_registrations import Registration, register
from postal_app.answer_form import DueTooEarly, NewAnswer
from postal_app.envelopes import Envelope
from postal_app.errors import Conflict, Invalid
from postal_app.ledger import NewFact, own_holder, record
from postal_app.pickups import UnknownDossier
from postal_app.rules.codes import dossier_code
from postal_app.rules.dossier_states import DossierState
from postal_app.rules.legs import RESULT, TO_AGENCY
from postal_app.rules.roles import Actor
from postal_app.rules.vietnamese import tidy
from postal_app.rules.vocabulary import State
from postal_app.rules.words import Words

__all__ = [
    "Acceptance",
    "AlreadyAccepted",
    "BadCondition",
    "CodeMissing",
    "CodeTaken",
    "DueTooEarly",
    "NotAcceptedYet",
    "NotNow",
    "Registration",
    "ResultNotByPost",
    "ResultOnItsWay",
    "UnknownItem",
    "WhichDossier",
    "accept",
    "expected",
    "find",
    "hand_result",
    "in_work",
    "register",
    "settle",
    "to_accept",
    "to_hand_out",
]

NOT_COMING = (
    State.EXPECTED,
    State.RECEIVED_BY_AGENCY,
    State.ACCEPTED_BY_AGENCY,
    State.RETURNED,
    State.OWNERLESS,
)
"""States in which an envelope neither waits at the agency nor is on its way there."""


class AlreadyAccepted(Conflict):
    """The dossier has been accepted."""

    words = Words(
        "Hồ sơ này đã được tiếp nhận với mã {code}.",
        "This dossier was accepted already, with the code {code}.",
    )


class NotAcceptedYet(Conflict):
    """A result belongs to a dossier the agency has accepted."""

    words = Words(
        "Hồ sơ {number} chưa được tiếp nhận nên chưa có kết quả để trả.",
        "Dossier {number} is not accepted yet, so it has no result to return.",
    )


class WhichDossier(Invalid):
    """An envelope with several dossiers has each accepted with its own code and due date."""

    words = Words(
        "Bưu gửi {number} có nhiều hồ sơ; hãy chọn hồ sơ để tiếp nhận.",
        "Item {number} holds several dossiers; choose the one to accept.",
    )


@dataclass(frozen=True, slots=True)
class Acceptance:
    """What the agency says on accepting one dossier: its code, the due date, the seal's state.

    The condition is left empty once the envelope was received and has its record.
    """

    dossier_code: str
    due_on: date
    condition: str = ""
    note: str = ""


def expected(session: Session, by: Actor) -> Sequence[Item]:
    """Give the items bound for the officer's agency that it has not signed for yet.

    Those already handed over come first, the longest waiting on top.
    """
    rows = session.scalars(
        select(Item)
        .options(selectinload(Item.legs).joinedload(Leg.dossier).joinedload(Dossier.terms))
        .where(
            Item.agency_id == own_agency(by),
            Item.leg.in_(TO_AGENCY),
            ~Item.closed,
            Item.state.not_in(NOT_COMING),
        )
        .order_by((Item.state == State.AT_AGENCY).desc(), Item.changed_at)
    )
    return rows.all()


def to_accept(session: Session, by: Actor) -> Sequence[Dossier]:
    """Give the dossiers that came by post and are not answered, the longest waiting first.

    One that waits for papers it was asked for stands here too: its next answer is the agency's.
    """
    received = (
        select(Leg.dossier_id)
        .join(Item)
        .where(
            Leg.kind.in_(TO_AGENCY),
            Item.agency_id == own_agency(by),
            Item.state == State.RECEIVED_BY_AGENCY,
        )
    )
    rows = session.scalars(
        select(Dossier)
        .options(joinedload(Dossier.terms))
        .where(
            Dossier.agency_id == own_agency(by),
            Dossier.accepted_at.is_(None),
            Dossier.closed_at.is_(None),
            Dossier.service_form != "receive",
            Dossier.id.in_(received),
        )
        .order_by(Dossier.handed_at.nulls_last(), Dossier.id)
    )
    return rows.all()


def in_work(session: Session, by: Actor) -> Sequence[Dossier]:
    """Give the dossiers whose result has not left the agency, earliest due first.

    They are the accepted ones, and those the citizen submits at the agency after registering at
    a counter to receive the result by post. What the citizen fetches himself leaves the list when
    it is settled: see `to_hand_out`.
    """
    rows = session.scalars(
        select(Dossier)
        .options(joinedload(Dossier.terms))
        .where(
            Dossier.agency_id == own_agency(by),
            or_(Dossier.accepted_at.is_not(None), _registered_at_a_counter()),
            Dossier.returned_at.is_(None),
            Dossier.closed_at.is_(None),
            or_(Dossier.service_form != "send", Dossier.settled_at.is_(None)),
            ~_result_on_its_way(),
        )
        .order_by(Dossier.due_on, Dossier.id)
    )
    return rows.all()


def to_hand_out(session: Session, by: Actor) -> Sequence[Dossier]:
    """Give the settled dossiers whose result the citizen fetches at the agency, oldest first."""
    rows = session.scalars(
        select(Dossier)
        .options(joinedload(Dossier.terms))
        .where(
            Dossier.agency_id == own_agency(by),
            Dossier.service_form == "send",
            Dossier.settled_at.is_not(None),
            Dossier.returned_at.is_(None),
            Dossier.closed_at.is_(None),
        )
        .order_by(Dossier.settled_at, Dossier.id)
    )
    return rows.all()


def accept(
    session: Session,
    number: str,
    acceptance: Acceptance,
    by: Actor,
    *,
    now: datetime,
    dossier: str = "",
) -> Dossier:
    """Accept a dossier, with the code and the due date the agency gives it.

    An envelope nobody has signed for is received by that, and its hand-over record says that the
    papers were not counted again.

    Args:
        session: the archive.
        number: item number, as scanned or typed.
        acceptance: what the agency says.
        by: the officer.
        now: the server's clock.
        dossier: our number of the dossier, when the item holds several.

    Raises:
        UnknownItem: no item bound for this agency bears the number.
        WhichDossier: it holds several dossiers and none is named.
        AlreadyAccepted, NotNow: it cannot be accepted any more.
        CodeMissing, CodeTaken, DueTooEarly, BadCondition: a field cannot be used.
    """
    item = agency_receipts.envelope(session, number, by)
    chosen = _chosen(session, item, dossier, by)
    code = dossier_code(acceptance.dossier_code)
    if chosen.accepted_at is not None:
        raise AlreadyAccepted(code=chosen.dossier_code)
    has_record = agency_receipts.record_of(session, item.id) is not None
    giver = None
    if not has_record:
        giver = agency_receipts.require_receivable(session, item, acceptance.condition, by)
    require_free(session, code)
    fact = _acceptance(item, chosen, acceptance, by, now)
    agency_answers.give(
        session, chosen, NewAnswer("accepted", due_on=acceptance.due_on), by, now=now
    )
    chosen.dossier_code = code
    record(session, [fact], now=now)
    if giver is not None:
        agency_receipts.write_record(session, item, giver, fact, lines=None)
    return chosen


def settle(session: Session, number: str, by: Actor, *, now: datetime) -> Dossier:
    """Say that the result of a dossier is ready; it is not returned by that.

    Raises:
        UnknownDossier: no dossier of this agency bears the number.
        NotAcceptedYet: it came by post and was never accepted.
        NotNow: it waits for the citizen, or ended without a result.
    """
    dossier = find(session, number, by)
    if dossier.accepted_at is None and dossier.service_form != "receive":
        raise NotAcceptedYet(number=dossier.number)
    at = agency_answers.progress(session, dossier)
    if at.state not in (DossierState.SETTLED, DossierState.RETURNED):
        agency_answers.give(session, dossier, NewAnswer("settled"), by, now=now)
    return dossier


def hand_result(  # noqa: PLR0913  what one form of one page says
    session: Session,
    number: str,
    envelope: Envelope,
    by: Actor,
    *,
    now: datetime,
    payer: str = "citizen",
    lent: Collection[int] = (),
) -> Item:
    """Put a result into a sealed envelope for the post; the courier's scan will collect it.

    Raises:
        UnknownDossier: no dossier of this agency bears the number.
        NotAcceptedYet, ResultOnItsWay, ResultNotByPost: there is nothing to hand over.
        SealMissing, BadWeight: the envelope's values cannot be used.
    """
    settle(session, number, by, now=now)
    return agency_envelopes.send_results(
        session, [number], envelope, by, now=now, payer=payer, lent=lent
    )


def _registered_at_a_counter() -> ColumnElement[bool]:
    return and_(
        Dossier.service_form == "receive",
        Dossier.signed_at.is_not(None),
        Dossier.voided_at.is_(None),
    )


def _result_on_its_way() -> ColumnElement[bool]:
    """Give the condition that a result lies in an envelope that has not come back."""
    rows = select(Leg.id).join(Item, Item.id == Leg.item_id)
    return rows.where(
        Leg.dossier_id == Dossier.id, Leg.kind == RESULT, Item.state != State.RETURNED
    ).exists()


def _chosen(session: Session, item: Item, number: str, by: Actor) -> Dossier:
    """Give the dossier of an item that is to be accepted, locked for this work."""
    if not number and len(item.legs) > 1:
        raise WhichDossier(field="dossier", number=item.number)
    wanted = [leg.dossier for leg in item.legs if number in ("", leg.dossier.number)]
    if not wanted or wanted[0].agency_id != own_agency(by):
        raise UnknownDossier(number=number or item.number)
    found: Dossier = session.scalars(
        select(Dossier)
        .where(Dossier.id == wanted[0].id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    return found


def _acceptance(
    item: Item, dossier: Dossier, acceptance: Acceptance, by: Actor, now: datetime
) -> NewFact:
    """Give the fact of an acceptance; it names the dossier when it is not the only one."""
    details: dict[str, object] = {}
    if tidy(acceptance.note):
        details["note"] = tidy(acceptance.note)
    if len(item.legs) > 1:
        details["dossiers"] = [dossier.number]
    return NewFact(
        item.id,
        uuid.uuid4(),
        "agency_accepted",
        now,
        by,
        taker=own_holder(by),
        condition=acceptance.condition,
        details=details,
    )
