"""The agency's desk: it confirms receipt, accepts, settles, and hands results to the post.

Three instants are kept apart: when the counter sealed, when the post handed over, when the agency
accepted. The due date and the dossier code are the agency's; settled is not yet returned.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from models.dossiers import Dossier
from models.items import Item, Leg
from models.places import ServicePoint
from postal_app import catalogue, numbers, places
from postal_app.envelopes import Envelope, make_item
from postal_app.errors import Conflict, Forbidden, Invalid
from postal_app.ledger import NewFact, own_holder, record
from postal_app.pickup_form import PARTS, NameOrAddressMissing, Person
from postal_app.pickups import FORM_VERSION, UnknownDossier, party
from postal_app.rules.codes import dossier_code, read_scan
from postal_app.rules.integrity import CONDITIONS
from postal_app.rules.legs import RESULT, SUBMISSION
from postal_app.rules.permission import Direction
from postal_app.rules.roles import Actor
from postal_app.rules.vietnamese import day, day_of, tidy
from postal_app.rules.vocabulary import State
from postal_app.rules.words import Words


class UnknownItem(UnknownDossier):
    """No item that is bound for this agency bears the number."""

    words = Words(
        "Không tìm thấy bưu gửi «{number}» gửi đến cơ quan của bạn.",
        "No item “{number}” is bound for your agency.",
    )


class CodeTaken(Conflict):
    """Another live dossier bears this code."""

    words = Words(
        "Mã hồ sơ «{code}» đang được dùng cho một hồ sơ khác chưa trả kết quả.",
        "The dossier code “{code}” is in use for another dossier that is not yet returned.",
    )


class CodeMissing(Invalid):
    """The agency gives each dossier its code."""

    words = Words("Hãy nhập mã hồ sơ.", "Give the dossier code.")


class DueTooEarly(Invalid):
    """A result cannot be due before the dossier is accepted."""

    words = Words(
        "Ngày hẹn trả kết quả không được trước ngày tiếp nhận {today}.",
        "The due date cannot be before the day of acceptance, {today}.",
    )


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


class ResultOnItsWay(Conflict):
    """The result has been put into an envelope already."""

    words = Words(
        "Kết quả của hồ sơ {number} đã được đóng bì giao bưu chính.",
        "The result of dossier {number} is in an envelope for the post already.",
    )


class ResultNotByPost(Conflict):
    """The citizen did not ask for the result by post."""

    words = Words(
        "Người dân không đăng ký nhận kết quả hồ sơ {number} qua bưu chính.",
        "The citizen did not ask for the result of dossier {number} by post.",
    )


class BadCondition(Invalid):
    """Whoever receives must say what he saw."""

    words = Words(
        "Hãy cho biết niêm phong và bì khi nhận: nguyên vẹn hay không.",
        "Say whether seal and envelope were intact when received.",
    )


@dataclass(frozen=True, slots=True)
class Acceptance:
    """What the agency says on accepting one dossier: its code, the due date, the seal's state."""

    dossier_code: str
    due_on: date
    condition: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Registration:
    """A dossier that did not come by post and whose result shall go by post."""

    procedure_code: str
    dossier_code: str
    receiver: Person
    point_code: str


def expected(session: Session, by: Actor) -> Sequence[Item]:
    """Give the submission items bound for the officer's agency that it has not accepted yet.

    Those already handed over come first, the longest waiting on top.
    """
    rows = session.scalars(
        select(Item)
        .options(selectinload(Item.legs).joinedload(Leg.dossier).joinedload(Dossier.terms))
        .where(
            Item.agency_id == _own_agency(by),
            Item.leg == SUBMISSION,
            Item.state.not_in((State.EXPECTED, State.ACCEPTED_BY_AGENCY)),
        )
        .order_by((Item.state == State.AT_AGENCY).desc(), Item.changed_at)
    )
    return rows.all()


def in_work(session: Session, by: Actor) -> Sequence[Dossier]:
    """Give the dossiers whose result has not left the agency, earliest due first.

    They are the accepted ones, and those the citizen submits at the agency after registering at
    a counter to receive the result by post.
    """
    on_the_way = select(Leg.id).where(Leg.dossier_id == Dossier.id, Leg.kind == RESULT)
    rows = session.scalars(
        select(Dossier)
        .options(joinedload(Dossier.terms))
        .where(
            Dossier.agency_id == _own_agency(by),
            or_(Dossier.accepted_at.is_not(None), _registered_at_a_counter()),
            Dossier.returned_at.is_(None),
            ~on_the_way.exists(),
        )
        .order_by(Dossier.due_on, Dossier.id)
    )
    return rows.all()


def accept(
    session: Session, number: str, acceptance: Acceptance, by: Actor, *, now: datetime
) -> Dossier:
    """Confirm receipt of an item and accept the dossier in it.

    Args:
        number: item number, as scanned or typed.

    Raises:
        UnknownItem: no submission item bound for this agency bears the number.
        AlreadyAccepted: it was accepted before.
        CodeMissing, CodeTaken, DueTooEarly, BadCondition: a field cannot be used.
    """
    item, dossier = _submission(session, number, by)
    code = dossier_code(acceptance.dossier_code)
    if dossier.accepted_at is not None:
        raise AlreadyAccepted(code=dossier.dossier_code)
    if acceptance.condition not in CONDITIONS:
        raise BadCondition(field="condition")
    if acceptance.due_on < day_of(now):
        raise DueTooEarly(field="due_on", today=day(day_of(now)))
    _require_free(session, code)
    dossier.dossier_code, dossier.due_on = code, acceptance.due_on
    fact = NewFact(
        item.id,
        uuid.uuid4(),
        "agency_accepted",
        now,
        by,
        taker=own_holder(by),
        condition=acceptance.condition,
        details={"note": tidy(acceptance.note)} if tidy(acceptance.note) else {},
    )
    record(session, [fact], now=now)
    return dossier


def settle(session: Session, number: str, by: Actor, *, now: datetime) -> Dossier:
    """Say that the result of a dossier is ready; it is not returned by that.

    Raises:
        UnknownDossier: no dossier of this agency bears the number.
        NotAcceptedYet: it came by post and was never accepted.
    """
    dossier = find(session, number, by)
    if dossier.accepted_at is None and dossier.service_form != "receive":
        raise NotAcceptedYet(number=dossier.number)
    dossier.settled_at = dossier.settled_at or now
    return dossier


def hand_result(
    session: Session, number: str, envelope: Envelope, by: Actor, *, now: datetime
) -> Item:
    """Put a result into a sealed envelope for the post; the courier's scan will collect it.

    Raises:
        UnknownDossier: no dossier of this agency bears the number.
        NotAcceptedYet, ResultOnItsWay, ResultNotByPost: there is nothing to hand over.
        SealMissing, BadWeight: the envelope's values cannot be used.
    """
    dossier = settle(session, number, by, now=now)
    if dossier.service_form == "send":
        raise ResultNotByPost(number=dossier.number)
    if any(leg.kind == RESULT for leg in dossier.legs):
        raise ResultOnItsWay(number=dossier.number)
    return make_item(session, RESULT, [dossier], envelope, now=now)


def register(session: Session, registration: Registration, by: Actor, *, now: datetime) -> Dossier:
    """Enter a dossier that the agency took in itself and whose result shall go by post.

    The catalogue is asked but does not block: the agency has the dossier, and what it hands to
    the post is a fact that the month's end judges.

    Raises:
        CodeMissing, CodeTaken: the dossier code cannot be used.
        NameOrAddressMissing: the receiver cannot be reached.
        UnknownPoint: no service point bears the code.
    """
    code = dossier_code(registration.dossier_code)
    _require_free(session, code)
    receiver = registration.receiver
    if not tidy(receiver.name) or not tidy(receiver.address):
        words = PARTS["receiver"]
        raise NameOrAddressMissing(field="receiver_name", part_vi=words.vi, part_en=words.en)
    point: ServicePoint = places.point(session, registration.point_code)
    today = day_of(now)
    known = _in_catalogue(session, registration.procedure_code, today)
    dossier = Dossier(
        number=numbers.next_dossier_number(session, today.year),
        service_form="receive",
        procedure_code=known.code if known else tidy(registration.procedure_code),
        terms_id=known.terms_id if known else None,
        return_permission_id=known.permission_id(Direction.RETURN) if known else None,
        point_id=point.id,
        agency_id=_own_agency(by),
        opened_by=by.account_id,
        form_version=FORM_VERSION,
        opened_at=now,
        accepted_at=now,
        dossier_code=code,
        parties=[party("receiver", receiver)],
    )
    session.add(dossier)
    session.flush()  # its number is shown at once
    return dossier


def find(session: Session, number: str, by: Actor) -> Dossier:
    """Give a dossier of the officer's agency by our number or its code, locked for this work.

    Raises:
        UnknownDossier: the agency has none.
    """
    found = session.scalars(
        select(Dossier)
        .where(
            Dossier.agency_id == _own_agency(by),
            (Dossier.number == tidy(number).upper())
            | (Dossier.dossier_code == dossier_code(number)),
        )
        .order_by(Dossier.id.desc())
        .with_for_update()
    ).first()
    if found is None:
        raise UnknownDossier(number=number)
    return found


def _registered_at_a_counter() -> ColumnElement[bool]:
    return and_(
        Dossier.service_form == "receive",
        Dossier.signed_at.is_not(None),
        Dossier.voided_at.is_(None),
    )


def _own_agency(by: Actor) -> int:
    if by.agency_id is None:
        raise Forbidden
    return by.agency_id


def _in_catalogue(session: Session, code: str, today: date) -> catalogue.ProcedureInForce | None:
    try:
        return catalogue.get(session, code, today)
    except (catalogue.UnknownProcedure, catalogue.NotInForce):
        return None


def _submission(session: Session, number: str, by: Actor) -> tuple[Item, Dossier]:
    scanned = read_scan(number).number
    found = session.scalars(
        select(Item)
        .options(selectinload(Item.legs).joinedload(Leg.dossier))
        .where(Item.number == scanned, Item.agency_id == _own_agency(by), Item.leg == SUBMISSION)
    ).first()
    if found is None:
        raise UnknownItem(number=scanned)
    return found, found.legs[0].dossier


def _require_free(session: Session, code: str) -> None:
    if not code:
        raise CodeMissing(field="dossier_code")
    taken = session.scalars(
        select(Dossier.id).where(Dossier.dossier_code == code, Dossier.returned_at.is_(None))
    ).first()
    if taken is not None:
        raise CodeTaken(field="dossier_code", code=code)
