"""State money at the counter: what is held, handed over by voucher, and answered by the agency.

A voucher and its lines are facts and are never changed; the agency's answer is a row of its own.
A receipt goes onto a second voucher only when the first was refused.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select, union
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, joinedload, selectinload

from labels.forms.amounts import number_in_words
from models.dossiers import Dossier, MoneyLine
from models.money import Voucher, VoucherAnswer, VoucherLine
from models.places import Agency, ServicePoint
from models.shadows import OpenMoney
from postal_app import numbers
from postal_app.collecting import is_voided
from postal_app.errors import Conflict, Forbidden, Invalid, NotAllowed, Unknown
from postal_app.places import own_point
from postal_app.rules.intake import Gate, next_gate
from postal_app.rules.money import TRUST_KINDS
from postal_app.rules.roles import Actor
from postal_app.rules.vietnamese import day_of, tidy
from postal_app.rules.words import Words

MOST_SHOWN = 100


class UnknownVoucher(Unknown):
    """No voucher in this person's reach bears the number."""

    words = Words(
        "Không tìm thấy phiếu giao tiền «{number}»; hãy kiểm tra lại số.",
        "Voucher “{number}” was not found; check the number.",
    )


class NothingChosen(Invalid):
    """A voucher hands over at least one receipt."""

    words = Words(
        "Hãy chọn ít nhất một biên lai để giao.", "Choose at least one receipt to hand over."
    )


class NotHeld(Conflict):
    """A receipt cannot be handed over: it is gone already, unfinished, or not of this agency."""

    words = Words(
        "Biên lai {receipts} không còn giữ để giao cho cơ quan này; "
        "hãy tải lại trang rồi chọn lại.",
        "Receipts {receipts} are not held for this agency any more; load the page again and choose "
        "anew.",
    )


class AlreadyAnswered(Conflict):
    """The agency has answered the voucher; there is one answer."""

    words = Words(
        "Phiếu giao tiền {number} đã được trả lời; không trả lời lần thứ hai.",
        "Voucher {number} has been answered; there is no second answer.",
    )


class SamePerson(NotAllowed):
    """Who took the money or made its voucher does not answer it, even with both accounts."""

    words = Words(
        "Bạn đã thu tiền hoặc lập phiếu giao tiền {number} nên không tự xác nhận được; "
        "hãy để người khác của cơ quan trả lời.",
        "You took the money or made voucher {number}, so you cannot answer it; "
        "let somebody else at the agency do so.",
    )


class MissingWord(Invalid):
    """A confirmation has the agency's own number, a refusal its reason."""

    words = Words("Mục này còn trống.", "This is empty.")


class HandedOver(Conflict):
    """Money of the pickup lies with the agency, so it cannot go back to the payer."""

    words = Words(
        "Tiền của hồ sơ {number} đã giao cho cơ quan nên không bỏ phiếu nhận được; "
        "hãy đề nghị cơ quan từ chối phiếu giao tiền trước.",
        "The money of dossier {number} has been handed over, so it cannot be given up; ask the "
        "agency to refuse the voucher first.",
    )


@dataclass(frozen=True, slots=True)
class HeldReceipt:
    """A receipt whose money lies at the point; `ready` once the dossier passed its gates."""

    number: str
    dossier: str
    kind: str
    amount: int
    collected_at: datetime
    ready: bool


@dataclass(frozen=True, slots=True)
class HeldFor:
    """What a point holds for one agency, oldest receipt first; amounts by kind, whole đồng."""

    agency_id: int
    name: str
    receipts: tuple[HeldReceipt, ...]

    @property
    def amounts(self) -> dict[str, int]:
        """Give what is held of each kind, kinds apart."""
        return {
            kind: sum(one.amount for one in self.receipts if one.kind == kind)
            for kind in TRUST_KINDS
        }

    @property
    def ready(self) -> bool:
        """Tell whether anything can be handed over."""
        return any(one.ready for one in self.receipts)


def held(session: Session, by: Actor) -> list[HeldFor]:
    """Give the state money that lies at the clerk's point, by agency.

    Raises:
        Forbidden: this person sits at no point.
    """
    rows = session.execute(
        select(MoneyLine, Dossier, Agency.name)
        .join(Dossier, Dossier.id == MoneyLine.dossier_id)
        .join(Agency, Agency.id == MoneyLine.agency_id)
        .options(selectinload(Dossier.signatures))
        .where(
            MoneyLine.id.in_(
                select(OpenMoney.money_line_id).where(OpenMoney.point_id == own_point(by))
            ),
            MoneyLine.kind.in_(TRUST_KINDS),
            *_still_held(),
        )
        .order_by(Agency.name, Agency.id, MoneyLine.collected_at, MoneyLine.id)
    )
    found: dict[int, tuple[str, list[HeldReceipt]]] = {}
    for line, dossier, name in rows:
        receipt = HeldReceipt(
            line.receipt_number,
            dossier.number,
            line.kind,
            line.amount,
            line.collected_at,
            _is_ready(line, dossier),
        )
        found.setdefault(line.agency_id, (name, []))[1].append(receipt)
    return [HeldFor(key, name, tuple(receipts)) for key, (name, receipts) in found.items()]


def hand_over(
    session: Session, agency_id: int, receipts: Collection[str], by: Actor, *, now: datetime
) -> Voucher:
    """Hand the money of receipts over to their agency, by a voucher with the next number.

    Raises:
        NothingChosen: no receipt is named.
        NotHeld: one is not held for this agency at the clerk's point, or its dossier unfinished.
        Forbidden: this person sits at no point.
    """
    point_id, wanted = own_point(by), set(receipts)
    if not wanted:
        raise NothingChosen
    lines = _lock_held(session, point_id, agency_id, wanted)
    if missing := wanted - {line.receipt_number for line in lines}:
        raise NotHeld(receipts=", ".join(sorted(missing)))
    amounts = {
        kind: sum(line.amount for line in lines if line.kind == kind) for kind in TRUST_KINDS
    }
    point = session.get_one(ServicePoint, point_id)
    made = Voucher(
        number=numbers.next_voucher_number(session, point.code, day_of(now).year),
        point_id=point_id,
        agency_id=agency_id,
        made_by=by.account_id,
        made_at=now,
        fee_amount=amounts["fee"],
        charge_amount=amounts["charge"],
        lines=[VoucherLine(money_line_id=line.id) for line in lines],
    )
    session.add(made)
    session.flush()
    return made


def confirm(
    session: Session, number: str, reference: str, by: Actor, *, now: datetime
) -> VoucherAnswer:
    """Say for the agency that the money of a voucher was taken, under the agency's own number.

    Raises:
        UnknownVoucher: no such voucher is made out to the officer's agency.
        MissingWord: no number is given.
        SamePerson: the officer made the voucher or took some of its money.
        AlreadyAnswered: it has its answer.
    """
    return _answer(session, number, {"answer": "confirmed", "reference": reference}, by, now)


def refuse(
    session: Session, number: str, reason: str, by: Actor, *, now: datetime
) -> VoucherAnswer:
    """Say for the agency that a voucher is not taken; its money is held at the point again.

    Raises:
        UnknownVoucher: no such voucher is made out to the officer's agency.
        MissingWord: no reason is given.
        SamePerson: the officer made the voucher or took some of its money.
        AlreadyAnswered: it has its answer.
    """
    return _answer(session, number, {"answer": "refused", "reason": reason}, by, now)


def voucher(session: Session, number: str, by: Actor) -> Voucher:
    """Give a voucher in the person's reach, with its receipts and its answer.

    Raises:
        UnknownVoucher: there is none.
    """
    found = session.scalars(_whole().where(Voucher.number == number.strip().upper())).first()
    if found is None or not by.sees(
        points=frozenset({found.point_id}), agencies=frozenset({found.agency_id})
    ):
        raise UnknownVoucher(number=number)
    return found


def vouchers(session: Session, by: Actor) -> Sequence[Voucher]:
    """Give the vouchers of the person's point or agency: the unanswered first, then the newest.

    Among years of answered ones those that wait are found by the receipts that are still open.
    """
    own = select(Voucher.id).where(_at_place(by))
    newest = own.order_by(Voucher.id.desc()).limit(MOST_SHOWN)
    open_ones = select(VoucherLine.voucher_id).join(
        OpenMoney, OpenMoney.money_line_id == VoucherLine.money_line_id
    )
    waiting = own.where(
        Voucher.id.in_(open_ones), ~exists().where(VoucherAnswer.voucher_id == Voucher.id)
    )
    return session.scalars(
        _whole()
        .outerjoin(VoucherAnswer)
        .where(Voucher.id.in_(union(select(newest.subquery().c.id), waiting)))
        .order_by(VoucherAnswer.id.is_not(None), Voucher.id.desc())
        .limit(MOST_SHOWN)
    ).all()


def _at_place(by: Actor) -> ColumnElement[bool]:
    """Give the condition that a voucher is of the person's agency, or else of his point."""
    if by.agency_id is not None:
        return Voucher.agency_id == by.agency_id
    return Voucher.point_id == by.point_id


def require_none_handed_over(session: Session, dossier: Dossier) -> None:
    """Refuse to let money go back to the payer that lies with the agency.

    Raises:
        HandedOver: a receipt of the dossier is on a voucher that was not refused.
    """
    if session.scalar(
        select(exists().where(MoneyLine.dossier_id == dossier.id, on_a_standing_voucher()))
    ):
        raise HandedOver(number=dossier.number)


def in_words(amount: int) -> str:
    """Give whole đồng in Vietnamese words, as a voucher says them."""
    return number_in_words(amount)


def on_a_standing_voucher() -> ColumnElement[bool]:
    """Give the condition that a receipt is on a voucher that was not refused."""
    return exists(
        select(VoucherLine.id)
        .outerjoin(VoucherAnswer, VoucherAnswer.voucher_id == VoucherLine.voucher_id)
        .where(
            VoucherLine.money_line_id == MoneyLine.id,
            or_(VoucherAnswer.id.is_(None), VoucherAnswer.answer != "refused"),
        )
        .correlate(MoneyLine)
    )


def _lock_held(
    session: Session, point_id: int, agency_id: int, wanted: Collection[str]
) -> list[MoneyLine]:
    """Give those of the receipts that can be handed over, their dossiers locked.

    Two looks: the first waits for whoever holds the rows, the second sees what he did with them.
    """
    named = and_(
        MoneyLine.receipt_number.in_(wanted),
        MoneyLine.kind.in_(TRUST_KINDS),
        MoneyLine.point_id == point_id,
        MoneyLine.agency_id == agency_id,
    )
    rows = select(MoneyLine, Dossier).join(Dossier, Dossier.id == MoneyLine.dossier_id).where(named)
    # Only the dossiers: receipts are never changed, and whoever moves one locks its dossier.
    session.execute(rows.order_by(Dossier.id).with_for_update(of=Dossier)).all()
    seen = session.execute(
        rows.where(*_still_held())
        .order_by(MoneyLine.collected_at, MoneyLine.id)
        .execution_options(populate_existing=True)
    )
    return [line for line, dossier in seen if _is_ready(line, dossier)]


def _still_held() -> tuple[ColumnElement[bool], ...]:
    """Give the conditions that the money of a receipt lies at its point."""
    return (
        MoneyLine.amount > 0,
        Dossier.voided_at.is_(None),
        ~is_voided(),
        ~on_a_standing_voucher(),
    )


def _is_ready(line: MoneyLine, dossier: Dossier) -> bool:
    """Tell whether a receipt may be handed over; of the intake's only once the gates are passed."""
    if line.moment != "intake":
        return True
    signers = frozenset(one.signer for one in dossier.signatures)
    gate = next_gate(dossier.service_form, dossier.counted_at, signers, dossier.sealed_at)
    return gate is Gate.DONE


def _answer(
    session: Session, number: str, said: dict[str, str], by: Actor, now: datetime
) -> VoucherAnswer:
    if by.agency_id is None:
        raise Forbidden
    found = voucher(session, number, by)
    field = "reference" if said["answer"] == "confirmed" else "reason"
    if not tidy(said[field]):
        raise MissingWord(field=field)
    takers = {line.receipt.collected_by for line in found.lines}
    if by.account_id in takers | {found.made_by}:
        raise SamePerson(number=found.number)
    made: VoucherAnswer | None = session.scalar(
        insert(VoucherAnswer)
        .values(
            voucher_id=found.id,
            answered_by=by.account_id,
            answered_at=now,
            **({"reference": "", "reason": ""} | said | {field: tidy(said[field])}),
        )
        .on_conflict_do_nothing()
        .returning(VoucherAnswer)
    )
    if made is None:
        raise AlreadyAnswered(number=found.number)
    session.expire(found, ["answer"])
    return made


def _whole() -> Select[Voucher]:
    return select(Voucher).options(
        joinedload(Voucher.point),
        joinedload(Voucher.agency),
        joinedload(Voucher.maker),
        selectinload(Voucher.lines).joinedload(VoucherLine.receipt),
        selectinload(Voucher.answer).joinedload(VoucherAnswer.officer),
    )
