"""Compensation: recorded for a justified complaint, approved by another, paid out once.

Each step is a row of its own and is never changed; what was refused may be recorded anew. State
money has no part in it: of what the citizen paid only the postage counts, and of that what is
given back leaves out its tax.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, exists, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from models.complaints import (
    Compensation,
    CompensationAnswer,
    CompensationPayment,
    Complaint,
)
from models.dossiers import MoneyLine
from models.items import Item, Leg
from models.places import ServicePoint
from postal_app.collecting import is_voided
from postal_app.compensation_limits import limit_on
from postal_app.complaints import complaint, final_answer
from postal_app.errors import Conflict, Forbidden, Invalid, NotAllowed
from postal_app.rules.compensation import LIMITED, Amounts, Limit, Stage, is_over, stage
from postal_app.rules.complaints import OPENS_COMPENSATION
from postal_app.rules.roles import Actor, Role
from postal_app.rules.vietnamese import day_of, dong, tidy
from postal_app.rules.words import Words


class NotJustified(Conflict):
    """Only a complaint that was found justified is made good."""

    words = Words(
        "Khiếu nại {number} chưa được trả lời là đúng hoặc đúng một phần nên chưa bồi thường được.",
        "Complaint {number} has not been answered as justified, so nothing is made good yet.",
    )


class AlreadyProposed(Conflict):
    """A compensation is recorded once, unless it was refused."""

    words = Words(
        "Khiếu nại {number} đã có bồi thường được ghi; không ghi lần thứ hai.",
        "A compensation is recorded for complaint {number} already; there is no second one.",
    )


class LossPaidBefore(Conflict):
    """An item that was lost is made good once, whoever complains of it."""

    words = Words(
        "Bưu gửi {number} đã được ghi bồi thường mất toàn bộ ở một khiếu nại khác.",
        "The total loss of item {number} is made good under another complaint.",
    )


class NothingToPay(Invalid):
    """A compensation pays something."""

    words = Words("Hãy ghi ít nhất một số tiền.", "Give at least one amount.")


class GroundMissing(Invalid):
    """What is above the published limit needs its ground, the cost of papers its receipt."""

    words = Words("Hãy ghi căn cứ của số tiền này.", "Say on what ground this sum is paid.")


class AboveLimit(Invalid):
    """The loss is above the published limit and no ground is given."""

    words = Words(
        "Số tiền vượt mức đã công bố {limit}; hãy ghi căn cứ ở mục Căn cứ.",
        "The sum is above the published limit of {limit}; give the ground for it.",
    )


class MoreThanPostage(Invalid):
    """No more is given back than was paid, without its tax."""

    words = Words(
        "Cước hoàn lại nhiều nhất là {most} (không gồm thuế, phí, lệ phí).",
        "At most {most} of the postage is given back (without tax and state fees).",
    )


class UnknownPayer(Invalid):
    """The point that pays out must be there."""

    words = Words(
        "Hãy chọn điểm chi trả trong danh sách.", "Choose the paying point from the list."
    )


class OwnProposal(NotAllowed):
    """Each step of a compensation has a person of its own."""

    words = Words(
        "Người ghi bồi thường không tự duyệt, người duyệt không tự chi; hãy để người khác làm.",
        "Who records a compensation does not approve it, who approves it does not pay it out; "
        "let somebody else do so.",
    )


class NothingProposed(Conflict):
    """There is no compensation that waits for this step."""

    words = Words(
        "Khiếu nại {number} không có bồi thường nào chờ bước này; hãy tải lại trang.",
        "No compensation of complaint {number} waits for this step; load the page again.",
    )


class AlreadyPaid(Conflict):
    """A complaint is paid for once."""

    words = Words(
        "Khiếu nại {number} đã được chi trả; không chi lần thứ hai.",
        "Complaint {number} has been paid for; there is no second payment.",
    )


@dataclass(frozen=True, slots=True)
class NewCompensation:
    """What is to be paid and why; whole đồng. `payer` is the code of the point that pays it."""

    basis: str
    amounts: Amounts
    payer: str
    evidence: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Ground:
    """What a compensation is measured by: the item's postage, what of it was paid, the limit.

    `postage` is the price before any exemption; `refundable` what was paid without its tax, less
    what was given back before. `limit` None where none is published.
    """

    postage: int
    refundable: int
    limit: Limit | None
    limit_id: int | None

    @property
    def amount(self) -> int | None:
        """Give the limit for this item, in whole đồng."""
        return self.limit.amount(self.postage) if self.limit else None


def ground(session: Session, item: Item) -> Ground:
    """Give what a compensation for an item is measured by."""
    dossiers = select(Leg.dossier_id).where(Leg.item_id == item.id)
    price, paid = session.execute(
        select(
            func.coalesce(func.sum(MoneyLine.full_amount), 0),
            func.coalesce(func.sum(MoneyLine.amount - func.coalesce(MoneyLine.vat_amount, 0)), 0),
        ).where(MoneyLine.dossier_id.in_(dossiers), MoneyLine.kind == "postage", ~is_voided())
    ).one()
    given_back = session.scalar(
        _standing()
        .with_only_columns(func.coalesce(func.sum(Compensation.postage_refund), 0))
        .where(Complaint.item_id.in_(select(Leg.item_id).where(Leg.dossier_id.in_(dossiers))))
    )
    limit = limit_on(session, day_of(item.created_at))
    return Ground(
        int(price),
        max(0, int(paid) - int(given_back or 0)),
        Limit(limit.times, limit.source) if limit else None,
        limit.id if limit else None,
    )


def propose(
    session: Session, number: str, new: NewCompensation, by: Actor, *, now: datetime
) -> Compensation:
    """Record the compensation of a complaint that was found justified.

    Raises:
        UnknownComplaint: no complaint in this person's reach bears the number.
        Forbidden: only provincial staff record one.
        NotJustified, AlreadyProposed, LossPaidBefore: there is nothing to make good (any more).
        NothingToPay, GroundMissing, AboveLimit, MoreThanPostage, UnknownPayer: it cannot be used.
    """
    found = _complaint(session, number, by, Role.PROVINCIAL)
    final = final_answer(session, found.id)
    if final is None or final.verdict not in OPENS_COMPENSATION:
        raise NotJustified(number=found.number)
    standing = session.scalars(_standing().where(Complaint.item_id == found.item_id)).all()
    if any(one.complaint_id == found.id for one in standing):
        raise AlreadyProposed(number=found.number)
    if new.basis in LIMITED and any(one.basis in LIMITED for one in standing):
        raise LossPaidBefore(number=found.item.number)
    measure = ground(session, found.item)
    _require_usable(new, measure)
    made = Compensation(
        complaint_id=found.id,
        basis=new.basis,
        loss=new.amounts.loss,
        remaking=new.amounts.remaking,
        evidence=tidy(new.evidence),
        postage_refund=new.amounts.postage_refund,
        postage=measure.postage,
        refundable=measure.refundable,
        limit_id=measure.limit_id if new.basis in LIMITED else None,
        note=new.note.strip(),
        payer_id=_payer(session, new.payer),
        proposed_by=by.account_id,
        proposed_at=now,
    )
    session.add(made)
    session.flush()
    session.expire(found, ["compensations"])
    return made


def approve(
    session: Session, number: str, reason: str, by: Actor, *, approved: bool, now: datetime
) -> CompensationAnswer:
    """Approve the compensation of a complaint, or refuse it and say why.

    Raises:
        UnknownComplaint: no complaint in this person's reach bears the number.
        Forbidden: only provincial staff approve.
        NothingProposed: none waits for approval.
        OwnProposal: he recorded it, or the complaint is about him.
        GroundMissing: he refuses without a reason.
    """
    found = _complaint(session, number, by, Role.PROVINCIAL)
    waiting = _at_stage(found, Stage.PROPOSED)
    if by.account_id in (waiting.proposed_by, found.about_id):
        raise OwnProposal
    if not approved and not reason.strip():
        raise GroundMissing(field="reason")
    made = CompensationAnswer(
        compensation_id=waiting.id,
        approved=approved,
        reason=reason.strip(),
        answered_by=by.account_id,
        answered_at=now,
    )
    session.add(made)
    session.flush()
    session.expire(waiting, ["answer"])
    return made


def pay(
    session: Session, number: str, reference: str, by: Actor, *, now: datetime
) -> CompensationPayment:
    """Pay an approved compensation out at the point it is assigned to, once.

    Raises:
        UnknownComplaint: no complaint in this person's reach bears the number.
        Forbidden: it is not to be paid at this clerk's point.
        AlreadyPaid: it was paid.
        NothingProposed: none is approved.
        OwnProposal: he recorded or approved it.
        GroundMissing: the receipt has no number.
    """
    found = _complaint(session, number, by, Role.CLERK)
    if any(one.payment for one in found.compensations):
        raise AlreadyPaid(number=found.number)
    waiting = _at_stage(found, Stage.APPROVED)
    if waiting.payer_id != by.point_id:
        raise Forbidden
    approver = waiting.answer.answered_by if waiting.answer else 0
    if by.account_id in (waiting.proposed_by, approver):
        raise OwnProposal
    if not tidy(reference):
        raise GroundMissing(field="reference")
    made: CompensationPayment | None = session.scalar(
        insert(CompensationPayment)
        .values(
            compensation_id=waiting.id,
            complaint_id=found.id,
            paid_at=now,
            paid_by=by.account_id,
            reference=tidy(reference),
        )
        .on_conflict_do_nothing()
        .returning(CompensationPayment)
    )
    if made is None:
        raise AlreadyPaid(number=found.number)
    session.expire(waiting, ["payment"])
    return made


def stage_of(one: Compensation) -> Stage:
    """Give how far a compensation has come."""
    return stage(approved=one.answer.approved if one.answer else None, paid=one.payment is not None)


def amounts_of(one: Compensation) -> Amounts:
    """Give the parts of a compensation."""
    return Amounts(one.loss, one.remaking, one.postage_refund)


def _complaint(session: Session, number: str, by: Actor, role: Role) -> Complaint:
    """Give a complaint for one to act on, alone: two who act at once wait for each other."""
    found = complaint(session, number, by)
    if by.role is not role:
        raise Forbidden
    session.get_one(Item, found.item_id, with_for_update=True)
    session.expire(found, ["compensations"])
    return found


def _standing() -> Select[Compensation]:
    """Ask for the compensations that were not refused."""
    refused = exists().where(
        CompensationAnswer.compensation_id == Compensation.id, ~CompensationAnswer.approved
    )
    return (
        select(Compensation)
        .join(Complaint, Complaint.id == Compensation.complaint_id)
        .where(~refused)
    )


def _at_stage(found: Complaint, wanted: Stage) -> Compensation:
    waiting = [one for one in found.compensations if stage_of(one) is wanted]
    if not waiting:
        raise NothingProposed(number=found.number)
    return waiting[-1]


def _require_usable(new: NewCompensation, measure: Ground) -> None:
    if new.amounts.total <= 0:
        raise NothingToPay(field="loss")
    if new.amounts.remaking and not tidy(new.evidence):
        raise GroundMissing(field="evidence")
    if new.amounts.postage_refund > measure.refundable:
        raise MoreThanPostage(field="postage_refund", most=dong(measure.refundable))
    limit = measure.amount
    if is_over(new.basis, new.amounts, limit) and not new.note.strip():
        raise AboveLimit(field="note", limit=dong(limit or 0))


def _payer(session: Session, code: str) -> int:
    found = session.scalar(select(ServicePoint.id).where(ServicePoint.code == code.strip()))
    if found is None:
        raise UnknownPayer(field="payer")
    return found
