"""Work lists of complaints: what waits for an answer, an approval, a payment; who may see which."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, exists, false, or_, select, true
from sqlalchemy.orm import Session, joinedload, selectinload

from models.complaints import (
    Compensation,
    CompensationAnswer,
    CompensationPayment,
    Complaint,
    ComplaintAnswer,
)
from postal_app.rules.complaints import FINAL_VERDICTS, MAY_SEE
from postal_app.rules.roles import Actor

MOST_SHOWN = 200


@dataclass(frozen=True, slots=True)
class ComplaintWork:
    """What waits: for an answer, the nearest deadline first; for approval; to be paid out."""

    to_answer: Sequence[Complaint]
    to_approve: Sequence[Complaint]
    to_pay: Sequence[Complaint]


def work(session: Session, by: Actor) -> ComplaintWork:
    """Give what waits in this person's reach, the nearest deadline first."""
    answered = exists().where(
        ComplaintAnswer.complaint_id == Complaint.id, ComplaintAnswer.verdict.in_(FINAL_VERDICTS)
    )
    return ComplaintWork(
        _listed(session, by, ~answered),
        _listed(session, by, _has_compensation(CompensationAnswer.id.is_(None))),
        _listed(
            session,
            by,
            _has_compensation(
                CompensationAnswer.approved.is_(True), CompensationPayment.id.is_(None)
            ),
        ),
    )


def of_item(session: Session, item_id: int, by: Actor) -> Sequence[Complaint]:
    """Give the complaints about an item that this person may see, the newest first."""
    rows = session.scalars(
        whole().where(Complaint.item_id == item_id, in_reach(by)).order_by(Complaint.id.desc())
    )
    return rows.all()


def settled(session: Session, by: Actor) -> Sequence[Complaint]:
    """Give the last complaints in reach that have their final answer."""
    answered = exists().where(
        ComplaintAnswer.complaint_id == Complaint.id, ComplaintAnswer.verdict.in_(FINAL_VERDICTS)
    )
    rows = session.scalars(
        whole().where(answered, in_reach(by)).order_by(Complaint.id.desc()).limit(MOST_SHOWN)
    )
    return rows.all()


def in_reach(by: Actor) -> ColumnElement[bool]:
    """Give the condition under which a person may see a complaint.

    The province sees all; a clerk what was taken in or is to be paid out at his point; an agency
    or a courier none: what a citizen says against the post is the post's matter.
    """
    if by.role not in MAY_SEE:
        return false()
    if by.province_id is not None:
        return true()
    pays = exists().where(
        Compensation.complaint_id == Complaint.id, Compensation.payer_id == by.point_id
    )
    return or_(Complaint.point_id == by.point_id, pays)


def whole() -> Select[Complaint]:
    """Ask for complaints with all that a page tells of them."""
    paid = selectinload(Complaint.compensations)
    return select(Complaint).options(
        joinedload(Complaint.item),
        joinedload(Complaint.point),
        joinedload(Complaint.taker),
        joinedload(Complaint.about),
        joinedload(Complaint.complainant),
        selectinload(Complaint.answers).joinedload(ComplaintAnswer.answerer),
        paid.joinedload(Compensation.proposer),
        paid.joinedload(Compensation.payer),
        paid.joinedload(Compensation.limit),
        paid.joinedload(Compensation.answer).joinedload(CompensationAnswer.answerer),
        paid.joinedload(Compensation.payment).joinedload(CompensationPayment.payer),
    )


def _has_compensation(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Give the condition that a complaint has a compensation that has come so far."""
    return exists(
        select(Compensation.id)
        .outerjoin(CompensationAnswer)
        .outerjoin(CompensationPayment, CompensationPayment.compensation_id == Compensation.id)
        .where(Compensation.complaint_id == Complaint.id, and_(*conditions))
        .correlate(Complaint)
    )


def _listed(session: Session, by: Actor, wanted: ColumnElement[bool]) -> Sequence[Complaint]:
    rows = session.scalars(
        whole()
        .where(wanted, in_reach(by))
        .order_by(Complaint.answer_due, Complaint.id)
        .limit(MOST_SHOWN)
    )
    return rows.all()
