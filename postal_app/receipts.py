"""Receipts: found again, printed, and voided when they were wrong.

A wrong receipt is never edited. One person asks for it to be voided and says why, a second one
answers; from then on it is void, its number stays, and its money has gone back to the payer. What
lies on a voucher that stands cannot be voided: the agency has it.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session, joinedload

from labels.forms import editions
from labels.forms import receipt as paper
from models.dossiers import Dossier, MoneyLine
from models.money import ReceiptVoid, ReceiptVoidAnswer
from postal_app import places
from postal_app.collecting import is_voided, voided_at
from postal_app.errors import Conflict, Forbidden, Invalid, NotAllowed, Unknown
from postal_app.money import on_a_standing_voucher
from postal_app.printing import ISSUER
from postal_app.rules.exemptions import ON_PAPER
from postal_app.rules.intake import MONEY_KINDS
from postal_app.rules.money import MOMENTS, TRUST_KINDS
from postal_app.rules.roles import Actor, Role
from postal_app.rules.vietnamese import VIETNAM, day_of, moment, tidy
from postal_app.rules.words import Words

SHORTEST_REASON = 5
MAY_ANSWER = frozenset({Role.CLERK, Role.PROVINCIAL})


class UnknownReceipt(Unknown):
    """No receipt in this person's reach bears the number."""

    words = Words(
        "Không tìm thấy biên lai «{number}»; hãy kiểm tra lại số.",
        "Receipt “{number}” was not found; check the number.",
    )


class UnknownVoid(Unknown):
    """Nobody in this person's reach asks for that."""

    words = Words(
        "Không có đề nghị hủy biên lai này.", "There is no such request to void a receipt."
    )


class ReasonTooShort(Invalid):
    """A receipt is voided for a reason that others understand."""

    words = Words("Hãy ghi rõ lý do hủy biên lai.", "Say why the receipt is to be voided.")


class NotVoidable(Conflict):
    """The money of the receipt is not at the point any more, or somebody asked before."""

    words = Words(
        "Biên lai {number} không hủy được: {why_vi}.",
        "Receipt {number} cannot be voided: {why_en}.",
    )


class SecondPersonNeeded(NotAllowed):
    """Who asks for a receipt to be voided does not answer."""

    words = Words(
        "Bạn đã đề nghị hủy biên lai {number} nên không tự xác nhận được; cần một người thứ hai.",
        "You asked for receipt {number} to be voided, so a second person must answer.",
    )


class VoidAnswered(Conflict):
    """The request has its answer."""

    words = Words(
        "Đề nghị hủy biên lai {number} đã được xử lý.",
        "The request to void receipt {number} has been answered.",
    )


GONE = Words("đã hủy hoặc đã trả lại người nộp", "it is void, or went back to the payer")
ON_VOUCHER = Words(
    "đang nằm trên phiếu giao tiền; hãy đề nghị cơ quan từ chối phiếu trước",
    "it is on a voucher; ask the agency to refuse the voucher first",
)
ASKED = Words("đã có đề nghị hủy đang chờ", "a request is waiting already")


@dataclass(frozen=True, slots=True)
class AskedVoid:
    """A receipt somebody asks to be voided; `mine` when the reader asked."""

    id: int
    number: str
    dossier: str
    point: str
    kind: str
    amount: int
    reason: str
    asker: str
    asked_at: datetime
    mine: bool


@dataclass(frozen=True, slots=True)
class TakenReceipt:
    """A receipt somebody gave; `void` when two persons voided it since."""

    number: str
    dossier: str
    kind: str
    amount: int
    at: datetime
    void: bool


def receipt(session: Session, number: str, by: Actor) -> MoneyLine:
    """Give a receipt in the person's reach: of the clerk's point, taken by the courier himself.

    Raises:
        UnknownReceipt: there is none.
    """
    found = session.scalars(
        select(MoneyLine)
        .options(joinedload(MoneyLine.point), joinedload(MoneyLine.agency))
        .where(MoneyLine.receipt_number == number.strip().upper(), _in_reach(by))
    ).first()
    if found is None or not found.receipt_number:
        raise UnknownReceipt(number=number)
    return found


def dossier_number(session: Session, number: str, by: Actor) -> str:
    """Give the dossier of a receipt in the person's reach.

    Raises:
        UnknownReceipt: there is none.
    """
    return session.get_one(Dossier, receipt(session, number, by).dossier_id).number


def ask_void(
    session: Session, number: str, reason: str, by: Actor, *, now: datetime
) -> ReceiptVoid:
    """Ask that a wrong receipt be voided.

    Raises:
        UnknownReceipt: no such receipt in this person's reach.
        ReasonTooShort: the reason says nothing.
        NotVoidable: its money is gone, lies on a voucher, or somebody asked already.
    """
    line = receipt(session, number, by)
    if len(tidy(reason)) < SHORTEST_REASON:
        raise ReasonTooShort(field="reason")
    _require_held(session, line)
    answered = exists().where(ReceiptVoidAnswer.void_id == ReceiptVoid.id)
    waiting = exists().where(ReceiptVoid.money_line_id == line.id, ~answered)
    if session.scalar(select(waiting)):
        raise _not_voidable(line, ASKED)
    made = ReceiptVoid(
        money_line_id=line.id, reason=tidy(reason), asked_by=by.account_id, asked_at=now
    )
    session.add(made)
    session.flush()  # its id is where the second person finds it
    return made


def answer_void(
    session: Session, void_id: int, by: Actor, *, approved: bool, now: datetime
) -> ReceiptVoidAnswer:
    """Void the receipt, or let it stand, as the second person.

    Raises:
        UnknownVoid: there is no such request in this person's reach.
        Forbidden: this role does not answer.
        SecondPersonNeeded: it is the one who asked.
        VoidAnswered: it has its answer.
        NotVoidable: its money has gone since.
    """
    if by.role not in MAY_ANSWER:
        raise Forbidden
    asked = session.scalars(
        select(ReceiptVoid)
        .join(MoneyLine, MoneyLine.id == ReceiptVoid.money_line_id)
        .options(joinedload(ReceiptVoid.receipt))
        .where(ReceiptVoid.id == void_id, _in_reach(by))
    ).first()
    if asked is None:
        raise UnknownVoid
    line = asked.receipt
    if asked.asked_by == by.account_id:
        raise SecondPersonNeeded(number=line.receipt_number)
    _lock(session, line)
    if session.scalar(select(exists().where(ReceiptVoidAnswer.void_id == asked.id))):
        raise VoidAnswered(number=line.receipt_number)
    if approved:
        _require_held(session, line)
    made = ReceiptVoidAnswer(
        void_id=asked.id, approved=approved, answered_by=by.account_id, answered_at=now
    )
    session.add(made)
    session.flush()  # the balance is asked for in SQL
    return made


def waiting_voids(session: Session, by: Actor) -> list[AskedVoid]:
    """Give the requests in this person's reach that wait for a second person, oldest first."""
    rows = session.execute(
        select(ReceiptVoid, MoneyLine, Dossier.number)
        .join(MoneyLine, MoneyLine.id == ReceiptVoid.money_line_id)
        .join(Dossier, Dossier.id == MoneyLine.dossier_id)
        .options(joinedload(ReceiptVoid.asker), joinedload(MoneyLine.point))
        .where(~exists().where(ReceiptVoidAnswer.void_id == ReceiptVoid.id), _in_reach(by))
        .order_by(ReceiptVoid.asked_at, ReceiptVoid.id)
    )
    return [
        AskedVoid(
            asked.id,
            line.receipt_number,
            number,
            line.point.name,
            line.kind,
            line.amount,
            asked.reason,
            asked.asker.full_name,
            asked.asked_at,
            asked.asked_by == by.account_id,
        )
        for asked, line, number in rows
    ]


def taken_by(session: Session, by: Actor, on: date) -> list[TakenReceipt]:
    """Give the receipts a person gave on a day, the latest first."""
    begin = datetime.combine(on, time(), VIETNAM)
    rows = session.execute(
        select(MoneyLine, Dossier.number)
        .join(Dossier, Dossier.id == MoneyLine.dossier_id)
        .where(
            MoneyLine.collected_by == by.account_id,
            MoneyLine.point_id == by.point_id,
            MoneyLine.amount > 0,
            MoneyLine.collected_at >= begin,
            MoneyLine.collected_at < begin + timedelta(days=1),
        )
        .order_by(MoneyLine.collected_at.desc(), MoneyLine.id.desc())
    ).all()
    gone = voided_at(session, [line.id for line, _number in rows])
    return [
        TakenReceipt(
            line.receipt_number, number, line.kind, line.amount, line.collected_at, line.id in gone
        )
        for line, number in rows
    ]


def printed(session: Session, number: str, by: Actor) -> bytes:
    """Give the paper of a receipt; a void one says so.

    Raises:
        UnknownReceipt: there is none in this person's reach.
    """
    line = receipt(session, number, by)
    dossier = session.get_one(Dossier, line.dossier_id)
    province = places.province(session)
    gone = voided_at(session, [line.id]).get(line.id)
    form = paper.form_of(is_state_money=line.kind in TRUST_KINDS)
    payer = next((one.name for one in dossier.parties if one.part == _payer_of(line)), "")
    return paper.draw(
        paper.Receipt(
            issuer=ISSUER.format(province=province.name if province else ""),
            point_name=line.point.name,
            point_code=line.point.code,
            number=line.receipt_number,
            is_state_money=line.kind in TRUST_KINDS,
            kind_words=MONEY_KINDS[line.kind].vi,
            moment_words=MOMENTS[line.moment].vi,
            payer_name=payer,
            dossier_number=dossier.number,
            procedure=dossier.terms.name if dossier.terms else dossier.procedure_code,
            agency_name=line.agency.name,
            full_amount=line.full_amount,
            amount=line.amount,
            reduction_words=ON_PAPER[line.exempt_percent].vi if line.exempt_percent else "",
            vat_amount=line.vat_amount,
            price_version=line.price_version,
            collected_at=moment(line.collected_at),
            collector_name=line.collector.full_name,
            voided_at=moment(gone) if gone else "",
            sample=bool(province and province.sample),
            edition=editions.in_force(form, day_of(line.collected_at)),
        )
    )


def _payer_of(line: MoneyLine) -> str:
    """Give the party who paid: who hands in at the counter, who receives at the door."""
    return "receiver" if line.moment == "delivery" else "sender"


def _in_reach(by: Actor) -> ColumnElement[bool]:
    if by.province_id is not None:
        return MoneyLine.id.is_not(None)
    own = MoneyLine.point_id == by.point_id
    return own & (MoneyLine.collected_by == by.account_id) if by.role is Role.COURIER else own


def _lock(session: Session, line: MoneyLine) -> None:
    """Wait for whoever moves this money, and keep others from it."""
    session.execute(select(Dossier.id).where(Dossier.id == line.dossier_id).with_for_update())


def _require_held(session: Session, line: MoneyLine) -> None:
    _lock(session, line)
    one = select(MoneyLine.id).join(Dossier, Dossier.id == MoneyLine.dossier_id)
    this = one.where(MoneyLine.id == line.id)
    if session.scalar(this.where(or_(is_voided(), Dossier.voided_at.is_not(None)))):
        raise _not_voidable(line, GONE)
    if session.scalar(this.where(on_a_standing_voucher())):
        raise _not_voidable(line, ON_VOUCHER)


def _not_voidable(line: MoneyLine, why: Words) -> NotVoidable:
    return NotVoidable(number=line.receipt_number, why_vi=why.vi, why_en=why.en)
