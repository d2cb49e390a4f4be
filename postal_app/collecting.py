"""Money taken: at the intake, at a supplement, at the delivery; what is still due; exemptions.

1. Who takes money gives a receipt with the next number of his own point, without a gap, and there
   the money lies. A courier's money lies at his point (QĐ 45/2016/QĐ-TTg Art. 11).
2. A receipt keeps the kind, the agency it was taken for at that moment, what the tariff asks, the
   VAT inside, and the version of the tariff. It is never edited.
3. What must be paid later is a due. It is settled by a receipt that stands, by an exemption in
   full, or withdrawn as a mistake. A voided receipt leaves its due open again.
4. An exemption has its ground and the paper that proves it; in full it has no receipt number.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, Select, exists, select
from sqlalchemy.orm import Session

from models.dossiers import Dossier, MoneyLine
from models.money import DueWithdrawal, Exemption, MoneyDue, ReceiptVoid, ReceiptVoidAnswer
from models.places import ServicePoint
from postal_app import numbers, tariffs
from postal_app.errors import Conflict, Invalid, Unknown
from postal_app.pickup_form import Money, NotInVocabulary
from postal_app.places import own_point
from postal_app.rules.exemptions import Exempted, grounds_of, left_to_pay
from postal_app.rules.intake import MONEY_KINDS
from postal_app.rules.money import MOMENTS
from postal_app.rules.roles import Actor
from postal_app.rules.vietnamese import day_of, tidy
from postal_app.rules.words import Words

LATER = ("supplement", "delivery")


class UnknownDue(Unknown):
    """There is no such amount to be taken."""

    words = Words(
        "Không có khoản phải thu này; hãy tải lại trang.",
        "There is no such amount to be taken; load the page again.",
    )


class DueSettled(Conflict):
    """The amount was taken, exempt or withdrawn already."""

    words = Words(
        "Khoản phải thu của hồ sơ {number} đã được thu, miễn hoặc rút; hãy tải lại trang.",
        "The amount due of dossier {number} has been taken, exempted or withdrawn; load the page "
        "again.",
    )


class GivenUp(Conflict):
    """The pickup was given up; nobody takes money for it."""

    words = Words(
        "Hồ sơ {number} đã bỏ nên không thu tiền nữa.",
        "Dossier {number} was given up, so no money is taken for it.",
    )


class WrongAmount(Invalid):
    """An amount to be taken is whole đồng above nought."""

    words = Words("Số tiền phải thu lớn hơn 0 đồng.", "An amount to be taken is more than 0 đồng.")


class WrongGround(Invalid):
    """The ground is not one for money of this kind."""

    words = Words(
        "«{kind_vi}» không có căn cứ miễn, giảm này; hãy chọn trong danh sách.",
        "“{kind_en}” has no such ground of exemption; choose one from the list.",
    )


class EvidenceMissing(Invalid):
    """An exemption needs the paper that proves it, and at times the act that grants it."""

    words = Words(
        "Hãy ghi giấy tờ chứng minh (và văn bản cho miễn, giảm đối với phí, lệ phí).",
        "Give the paper that proves it (and for fees and charges the act that grants it).",
    )


@dataclass(frozen=True, slots=True)
class DueMoney:
    """An amount still to be taken, in whole đồng, with what was let off already left out."""

    id: int
    dossier_number: str
    kind: str
    amount: int
    moment: str


@dataclass(frozen=True, slots=True)
class _Desk:
    """Who takes money, at which point, when."""

    by: Actor
    point_id: int
    now: datetime


@dataclass(frozen=True, slots=True)
class _Taken:
    """Money of one kind that is taken now."""

    kind: str
    full_amount: int
    moment: str
    due_id: int | None = None
    exemption: Exemption | None = None


def dues_of(session: Session, dossier_ids: Iterable[int]) -> dict[int, tuple[DueMoney, ...]]:
    """Give what is still to be taken of dossiers, by dossier; nothing for one that owes nothing."""
    found: dict[int, tuple[DueMoney, ...]] = {}
    for due, number, exemption in session.execute(
        _open_dues().where(MoneyDue.dossier_id.in_(set(dossier_ids)))
    ):
        percent = exemption.percent if exemption is not None else 0
        one = DueMoney(due.id, number, due.kind, left_to_pay(due.amount, percent), due.moment)
        found[due.dossier_id] = (*found.get(due.dossier_id, ()), one)
    return found


def add_due(  # noqa: PLR0913  the interface agreed with the rooms that ask for money
    session: Session,
    dossier: Dossier,
    kind: str,
    amount: int,
    moment: str,
    by: Actor,
    *,
    now: datetime,
) -> MoneyDue:
    """Say that money of a kind must be taken of a dossier at one of the moments of `LATER`.

    The amount is whole đồng, in full, before any exemption; the kind one of `MONEY_KINDS`.

    Raises:
        NotInVocabulary: the kind or the moment is none.
        WrongAmount: it is not more than nought.
    """
    if kind not in MONEY_KINDS:
        raise NotInVocabulary(field="kind", value=kind)
    if moment not in LATER:
        raise NotInVocabulary(field="moment", value=moment)
    if amount <= 0:
        raise WrongAmount(field="amount")
    made = MoneyDue(
        dossier_id=dossier.id,
        kind=kind,
        amount=amount,
        moment=moment,
        added_by=by.account_id,
        added_at=now,
    )
    session.add(made)
    session.flush()  # its id is what is settled
    return made


def collect(
    session: Session, due_ids: Collection[int], by: Actor, *, now: datetime
) -> list[MoneyLine]:
    """Take what is due, each with the next receipt of the collector's own point.

    Raises:
        UnknownDue: there is no such due.
        DueSettled: one is settled already.
        Forbidden: this person works at no point.
    """
    desk, lines = _desk(by, now), []
    for due, dossier in _locked(session, due_ids):
        exemption = session.scalar(select(Exemption).where(Exemption.due_id == due.id))
        taken = _Taken(due.kind, due.amount, due.moment, due.id, exemption)
        lines.append(_write(session, dossier, taken, desk))
    session.flush()  # whoever asks next what is due must see it settled
    return lines


def take(
    session: Session,
    dossier: Dossier,
    lines: Sequence[Money],
    moment: str,
    by: Actor,
    *,
    now: datetime,
) -> list[MoneyLine]:
    """Take money at once, at one of `MOMENTS`, of a dossier that is kept already with its parties.

    The lines say the amounts in full, before any exemption; those of nought are left out.

    Raises:
        NotInVocabulary: a kind or the moment is none.
        GivenUp: so was the pickup.
        WrongGround, EvidenceMissing: an exemption cannot be granted.
        Forbidden: this person works at no point.
    """
    desk = _desk(by, now)
    if moment not in MOMENTS:
        raise NotInVocabulary(field="moment", value=moment)
    if dossier.voided_at is not None:
        raise GivenUp(number=dossier.number)
    made = []
    for line in lines:
        if line.kind not in MONEY_KINDS:
            raise NotInVocabulary(field=f"money_{line.kind}", value=line.kind)
        if line.amount <= 0:
            continue
        taken = _Taken(line.kind, line.amount, moment)
        if line.exemption is not None:
            exemption = _grant(session, dossier, taken, line.exemption, desk)
            taken = replace(taken, exemption=exemption)
        made.append(_write(session, dossier, taken, desk))
    session.flush()  # the balance is asked for in SQL
    return made


def waive(
    session: Session, due_id: int, exempted: Exempted, by: Actor, *, now: datetime
) -> MoneyLine | None:
    """Exempt what is due, on a ground: in full it is settled, by half the rest stays due.

    Gives the line of nought that settles it, None when a rest stays.

    Raises:
        UnknownDue: there is no such due.
        DueSettled: it is settled, or exempt already.
        WrongGround, EvidenceMissing: the exemption cannot be granted.
        Forbidden: this person works at no point.
    """
    desk = _desk(by, now)
    [(due, dossier)] = _locked(session, [due_id])
    if session.scalar(select(exists().where(Exemption.due_id == due.id))):
        raise DueSettled(number=dossier.number)
    taken = _Taken(due.kind, due.amount, due.moment, due.id)
    exemption = _grant(session, dossier, taken, exempted, desk)
    if left_to_pay(due.amount, exemption.percent):
        return None
    made = _write(session, dossier, replace(taken, exemption=exemption), desk)
    session.flush()  # whoever asks next what is due must see it settled
    return made


def withdraw_due(session: Session, due_id: int, reason: str, by: Actor, *, now: datetime) -> None:
    """Say that a due was a mistake; nobody takes it any more.

    Raises:
        UnknownDue: there is no such due.
        DueSettled: it is settled already.
        NotInVocabulary: no reason is given.
    """
    if not tidy(reason):
        raise NotInVocabulary(field="reason", value="")
    [(due, _dossier)] = _locked(session, [due_id])
    session.add(
        DueWithdrawal(
            due_id=due.id, reason=tidy(reason), withdrawn_by=by.account_id, withdrawn_at=now
        )
    )
    session.flush()  # whoever asks next what is due must see it gone


def is_voided() -> ColumnElement[bool]:
    """Give the condition that a receipt was voided by two persons."""
    return exists(
        select(ReceiptVoid.id)
        .join(ReceiptVoidAnswer, ReceiptVoidAnswer.void_id == ReceiptVoid.id)
        .where(ReceiptVoid.money_line_id == MoneyLine.id, ReceiptVoidAnswer.approved)
        .correlate(MoneyLine)
    )


def voided_at(session: Session, line_ids: Iterable[int]) -> dict[int, datetime]:
    """Give when receipts were voided, by the line's id; nothing for one that stands."""
    rows = session.execute(
        select(ReceiptVoid.money_line_id, ReceiptVoidAnswer.answered_at)
        .join(ReceiptVoidAnswer, ReceiptVoidAnswer.void_id == ReceiptVoid.id)
        .where(ReceiptVoidAnswer.approved, ReceiptVoid.money_line_id.in_(set(line_ids)))
    )
    return {row.money_line_id: row.answered_at for row in rows}


def _open_dues() -> Select[MoneyDue, str, Exemption | None]:
    settled = exists().where(MoneyLine.due_id == MoneyDue.id, ~is_voided()).correlate(MoneyDue)
    withdrawn = exists().where(DueWithdrawal.due_id == MoneyDue.id).correlate(MoneyDue)
    return (
        select(MoneyDue, Dossier.number, Exemption)
        .join(Dossier, Dossier.id == MoneyDue.dossier_id)
        .outerjoin(Exemption, Exemption.due_id == MoneyDue.id)
        .where(Dossier.voided_at.is_(None), ~settled, ~withdrawn)
        .order_by(MoneyDue.id)
    )


def _locked(session: Session, due_ids: Collection[int]) -> list[tuple[MoneyDue, Dossier]]:
    """Give open dues with their dossiers locked; of two who settle at once the second sees it.

    Raises:
        UnknownDue, DueSettled: as the names say.
    """
    wanted = set(due_ids)
    rows = session.execute(
        select(MoneyDue, Dossier)
        .join(Dossier, Dossier.id == MoneyDue.dossier_id)
        .where(MoneyDue.id.in_(wanted))
        .order_by(Dossier.id, MoneyDue.id)
        .with_for_update(of=Dossier)
    ).all()
    if len(rows) != len(wanted):
        raise UnknownDue
    still_open = {
        one.id
        for dues in dues_of(session, {dossier.id for _due, dossier in rows}).values()
        for one in dues
    }
    for due, dossier in rows:
        if due.id not in still_open:
            raise DueSettled(number=dossier.number)
    return [(due, dossier) for due, dossier in rows]


def _grant(
    session: Session, dossier: Dossier, taken: _Taken, exempted: Exempted, desk: _Desk
) -> Exemption:
    kind = taken.kind
    ground = grounds_of(kind).get(exempted.ground)
    if ground is None:
        words = MONEY_KINDS[kind]
        raise WrongGround(field=f"ground_{kind}", kind_vi=words.vi, kind_en=words.en)
    evidence, act = tidy(exempted.evidence), tidy(exempted.act)
    if not evidence or (ground.names_act and not act):
        raise EvidenceMissing(field=f"{'act' if evidence else 'evidence'}_{kind}")
    made = Exemption(
        dossier_id=dossier.id,
        due_id=taken.due_id,
        kind=kind,
        ground=exempted.ground,
        percent=ground.percent,
        act=act,
        evidence=evidence,
        granted_by=desk.by.account_id,
        granted_at=desk.now,
    )
    session.add(made)
    session.flush()  # its id stands on the line
    return made


def _write(session: Session, dossier: Dossier, taken: _Taken, desk: _Desk) -> MoneyLine:
    on = day_of(desk.now)
    percent = taken.exemption.percent if taken.exemption is not None else 0
    amount = left_to_pay(taken.full_amount, percent)
    price = tariffs.price_of_line(session, dossier, taken.kind, taken.moment, on)
    number = ""
    if amount:
        point = session.get_one(ServicePoint, desk.point_id)
        number = numbers.next_receipt_number(session, point.code, on.year)
    made = MoneyLine(
        point_id=desk.point_id,
        agency_id=dossier.agency_id,
        kind=taken.kind,
        moment=taken.moment,
        amount=amount,
        full_amount=taken.full_amount,
        exempt_percent=percent,
        exemption_id=taken.exemption.id if taken.exemption is not None else None,
        due_id=taken.due_id,
        vat_amount=price.vat_of(amount) if price is not None else None,
        tariff_amount=price.amount if price is not None else None,
        price_version=price.version if price is not None else "",
        receipt_number=number,
        collected_at=desk.now,
        collected_by=desk.by.account_id,
    )
    dossier.money.append(made)
    return made


def _desk(by: Actor, now: datetime) -> _Desk:
    return _Desk(by, own_point(by), now)
