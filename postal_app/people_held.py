"""What is held of a person: everything that stands under a dossier, where, and until when.

For the answer to who asks (Luật 91/2025/QH15). The values are told as they stand; a photo of an
identity paper is told by its kind, its moment and its digest, never by its picture.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from models.complaints import Complainant, Complaint
from models.dossiers import Dossier
from models.items import Item, Leg
from models.ledger import LedgerEntry, PersonalFact
from models.lookups import PublicDisclosure
from models.money import Exemption
from models.people_data import DataExport
from models.promises import Promise
from models.staff import PersonalDataView
from postal_app import identity_photos, notices, retention
from postal_app.enquiries import dossiers_in_reach
from postal_app.pickup_form import PARTS
from postal_app.pickups import UnknownDossier
from postal_app.retention import Term
from postal_app.rules.retention import (
    ACCESS_LOGS,
    CLASSES,
    COMPLAINTS,
    DELIVERY_EVIDENCE,
    DOSSIER_PARTIES,
    EXEMPTION_EVIDENCE,
    IDENTITY_PHOTOS,
    MONEY_VOUCHERS,
    PUBLIC_DISCLOSURES,
    SIGNATURES,
)
from postal_app.rules.roles import Actor
from postal_app.rules.vietnamese import day_of, dong, moment, tidy
from postal_app.rules.vocabulary import KINDS
from postal_app.rules.words import Words
from postal_app.sweeps import ended_at, held_dossiers

DRAWN = "signature"
SIGNED = "chữ ký vẽ trên màn hình"

SIGNERS = {"clerk": Words("Giao dịch viên", "Clerk"), "sender": Words("Người gửi", "Sender")}
TOLD = Words("Đã thông báo, đã trả lời", "What was told and answered")
YES, NO = Words("có", "yes"), Words("không", "no")


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that is held: what it is, and what it says."""

    label: Words
    value: Words


@dataclass(frozen=True, slots=True)
class Holding:
    """One class of data under the dossier; `until` is its last day, None while no term runs."""

    words: Words
    lines: tuple[Line, ...]
    until: date | None


@dataclass(frozen=True, slots=True)
class Held:
    """Everything under one dossier; `on_hold` while something is open that keeps all of it."""

    number: str
    dossier_code: str
    opened_at: datetime
    ended_on: date | None
    on_hold: bool
    holdings: tuple[Holding, ...]


@dataclass(frozen=True, slots=True)
class _Case:
    """A dossier with what is asked again and again while it is told."""

    dossier: Dossier
    items: dict[int, Item]
    terms: dict[str, Term]
    ended_on: date | None

    def until(self, code: str, since: date | None = None) -> date | None:
        return retention.kept_until(self.terms, code, since or self.ended_on)


def held_of(session: Session, number: str, by: Actor, *, now: datetime) -> Held:
    """Give everything that is held under a dossier.

    Raises:
        UnknownDossier: no dossier in this person's reach bears the number.
    """
    found = session.execute(
        select(Dossier, ended_at(), Dossier.id.in_(held_dossiers()))
        .options(
            selectinload(Dossier.parties),
            selectinload(Dossier.signatures),
            selectinload(Dossier.money),
            selectinload(Dossier.legs).joinedload(Leg.item),
        )
        .where(Dossier.number == tidy(number).upper(), dossiers_in_reach(by))
    ).first()
    if found is None:
        raise UnknownDossier(number=number)
    dossier, ended, on_hold = found
    items = {leg.item_id: leg.item for leg in dossier.legs}
    over = ended is not None and all(item.closed for item in items.values())
    last = max((item.changed_at for item in items.values()), default=ended)
    ended_on = day_of(max(ended, last or ended)) if over else None
    case = _Case(dossier, items, retention.in_force(session, day_of(now)), ended_on)
    told = (
        _people(case),
        _signatures(case),
        _money(case),
        _exemptions(session, case),
        _evidence(session, case),
        _photos(session, case),
        _complaints(session, case),
        _look_ups(session, case),
        _agreed(session, case),
        _looked_at(session, case),
    )
    return Held(
        dossier.number,
        dossier.dossier_code or "",
        dossier.opened_at,
        ended_on,
        on_hold,
        tuple(one for one in told if one.lines),
    )


def _people(case: _Case) -> Holding:
    lines = [
        Line(PARTS[party.part], _same(", ".join(filter(None, said))))
        for party in case.dossier.parties
        for said in [(party.name, party.phone, party.address)]
    ]
    return Holding(CLASSES[DOSSIER_PARTIES].words, tuple(lines), case.until(DOSSIER_PARTIES))


def _signatures(case: _Case) -> Holding:
    drawn = [one for one in case.dossier.signatures if one.image is not None]
    lines = tuple(Line(SIGNERS[one.signer], _same(moment(one.at))) for one in drawn)
    return Holding(CLASSES[SIGNATURES].words, lines, case.until(SIGNATURES))


def _money(case: _Case) -> Holding:
    receipts = [one for one in case.dossier.money if one.receipt_number]
    lines = tuple(
        Line(
            Words("Biên lai {n}", "Receipt {n}").filled(n=one.receipt_number),
            _same(f"{dong(one.amount)}, {moment(one.collected_at)}"),
        )
        for one in receipts
    )
    last = max((day_of(one.collected_at) for one in receipts), default=None)
    return Holding(
        CLASSES[MONEY_VOUCHERS].words, lines, case.until(MONEY_VOUCHERS, last) if last else None
    )


def _exemptions(session: Session, case: _Case) -> Holding:
    shown = session.scalars(
        select(Exemption.evidence).where(
            Exemption.dossier_id == case.dossier.id, Exemption.evidence != ""
        )
    )
    label = Words("Giấy tờ đã xuất trình", "Paper that was shown")
    lines = tuple(Line(label, _same(one)) for one in shown)
    return Holding(CLASSES[EXEMPTION_EVIDENCE].words, lines, case.until(EXEMPTION_EVIDENCE))


def _evidence(session: Session, case: _Case) -> Holding:
    rows = session.execute(
        select(LedgerEntry.kind, LedgerEntry.occurred_at, PersonalFact.content)
        .join(PersonalFact, PersonalFact.fact == LedgerEntry.fact)
        .where(LedgerEntry.item_id.in_(case.items))
        .order_by(LedgerEntry.occurred_at)
    ).all()
    lines = tuple(
        Line(_kind(row.kind), _same(f"{moment(row.occurred_at)}: {_values(row.content)}"))
        for row in rows
    )
    return Holding(CLASSES[DELIVERY_EVIDENCE].words, lines, _after_transit(session, case))


def _after_transit(session: Session, case: _Case) -> date | None:
    """Give the last day of the evidence: from the promised end, or the closing if later."""
    if not case.items or not all(item.closed for item in case.items.values()):
        return None
    ends = [day_of(item.changed_at) for item in case.items.values()]
    promised = session.scalar(
        select(func.max(Promise.delivery_due)).where(Promise.item_id.in_(case.items))
    )
    return case.until(DELIVERY_EVIDENCE, max([*ends, *filter(None, [promised])]))


def _photos(session: Session, case: _Case) -> Holding:
    lines, ends = [], []
    for item in case.items.values():
        for photo in identity_photos.of_item(session, item.id):
            if photo.erased_at is None:
                said = f"{moment(photo.taken_at)}, SHA-256 {photo.photo_digest[:16]}…"
                lines.append(Line(identity_photos.KINDS[photo.kind], _same(said)))
                ends.append(day_of(item.changed_at) if item.closed else None)
    known = [one for one in ends if one is not None]
    until = case.until(IDENTITY_PHOTOS, max(known)) if known and len(known) == len(ends) else None
    return Holding(CLASSES[IDENTITY_PHOTOS].words, tuple(lines), until)


def _complaints(session: Session, case: _Case) -> Holding:
    rows = session.execute(
        select(Complaint.number, Complainant.name, Complainant.phone, Complainant.address)
        .join(Complainant, Complainant.complaint_id == Complaint.id)
        .where(Complaint.item_id.in_(case.items), Complainant.name != "")
    )
    lines = tuple(Line(_same(row.number), _same(", ".join(filter(None, row[1:])))) for row in rows)
    return Holding(CLASSES[COMPLAINTS].words, lines, None)


def _look_ups(session: Session, case: _Case) -> Holding:
    numbers = [item.number for item in case.items.values()]
    at = session.scalars(
        select(PublicDisclosure.at)
        .where(PublicDisclosure.item_number.in_(numbers))
        .order_by(PublicDisclosure.at)
    ).all()
    until = case.until(PUBLIC_DISCLOSURES, day_of(at[-1])) if at else None
    return Holding(
        CLASSES[PUBLIC_DISCLOSURES].words, _times(Words("Số lần", "Times"), len(at)), until
    )


def _agreed(session: Session, case: _Case) -> Holding:
    lines = [
        Line(
            notices.PURPOSES[one.purpose],
            Words(f"{YES.vi}, {moment(one.at)}", f"{YES.en}, {moment(one.at)}")
            if one.given
            else Words(f"{NO.vi}, {moment(one.at)}", f"{NO.en}, {moment(one.at)}"),
        )
        for one in notices.answers(session, case.dossier.id).values()
        if one.purpose in notices.PURPOSES
    ]
    told = case.dossier.notice_version
    if told:
        lines.append(Line(Words("Đã được thông báo theo bản", "Was told by version"), _same(told)))
    return Holding(TOLD, tuple(lines), None)


def _looked_at(session: Session, case: _Case) -> Holding:
    numbers = [case.dossier.number, *(item.number for item in case.items.values())]
    views = session.scalar(
        select(func.count())
        .select_from(PersonalDataView)
        .where(PersonalDataView.subject.in_(numbers))
    )
    taken = session.scalar(
        select(func.count()).select_from(DataExport).where(DataExport.subjects.overlap(numbers))
    )
    lines = (
        *_times(Words("Số lần nhân viên xem", "Looks by staff"), views or 0),
        *_times(Words("Số lần in, xuất", "Prints and exports"), taken or 0),
    )
    return Holding(CLASSES[ACCESS_LOGS].words, lines, None)


def _times(label: Words, count: int) -> tuple[Line, ...]:
    return (Line(label, _same(str(count))),) if count else ()


def _kind(code: str) -> Words:
    return KINDS[code].words if code in KINDS else _same(code)


def _values(content: dict[str, object]) -> str:
    """Give the personal values of an entry; a drawn signature is a picture and is only named."""
    told = [value for name, value in content.items() if name != DRAWN]
    return ", ".join(str(value) for value in (*_flat(told), DRAWN in content and SIGNED) if value)


def _flat(values: Iterable[object]) -> Sequence[object]:
    return [one for value in values for one in (value if isinstance(value, list) else [value])]


def _same(said: str) -> Words:
    return Words(said, said)
