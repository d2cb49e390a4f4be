"""Printing: what slips say, drawn from the archive and handed to the paper."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from labels import errors as paper_errors
from labels import qr_picture
from labels.forms import editions, sending_slip
from labels.forms.sending_slip import SendingSlip, SlipDocument, SlipMoney
from models.counter import Sending
from models.dossiers import ChecklistLine, Dossier, MoneyLine, Party
from models.items import Item
from postal_app import collecting, notices, places, promises, supplements
from postal_app.addressees import WAITS_AT
from postal_app.enquiries import dossiers_in_reach
from postal_app.errors import Invalid
from postal_app.geography import recognise
from postal_app.pickups import UnknownDossier
from postal_app.rules import masking
from postal_app.rules.codes import label_text
from postal_app.rules.collection import PAYERS
from postal_app.rules.exemptions import ON_PAPER
from postal_app.rules.intake import MONEY_KINDS, PAPER_KINDS, SERVICE_FORMS
from postal_app.rules.legs import LEG_WORDS, SUBMISSION
from postal_app.rules.promises import NOT_PROMISED
from postal_app.rules.roles import Actor
from postal_app.rules.vietnamese import day_of, moment
from postal_app.rules.words import Words

ISSUER = "Bưu điện tỉnh {province}"
FIRST_VERSION = "phieu-gui-1"
"""It did not tell the leg nor where the result goes."""
SHOWN_DIGITS = 3


class PaperRefused(Invalid):
    """The paper asked for cannot be printed."""

    words = Words("Không in được: {why}", "This cannot be printed: {why}")


@dataclass(frozen=True, slots=True)
class LabelCodes:
    """What the codes on paper are made of: the public address and the key of the tags."""

    base_url: str
    key: bytes

    def text(self, number: str) -> str:
        """Give the text of the QR of an item number."""
        return label_text(self.base_url, number, self.key)


def slip(session: Session, number: str, codes: LabelCodes, by: Actor) -> bytes:
    """Give the sending slip (phiếu gửi hồ sơ) of a dossier as a PDF, as far as its gates are.

    Raises:
        UnknownDossier: no dossier in this person's reach bears the number.
        PaperRefused: the paper cannot be drawn.
    """
    dossier = session.scalars(
        select(Dossier)
        .options(*_FOR_A_SLIP, joinedload(Dossier.return_point))
        .where(Dossier.number == number, dossiers_in_reach(by))
    ).first()
    if dossier is None:
        raise UnknownDossier(number=number)
    return _drawn(_slip(session, dossier, codes))


def supplement_slip(session: Session, number: str, codes: LabelCodes, by: Actor) -> bytes:
    """Give the sending slip of further papers as a PDF, as far as their gates are.

    Args:
        number: the one on the slip.

    Raises:
        UnknownSupplement: no such papers in this person's hands.
        PaperRefused: the paper cannot be drawn.
    """
    return _drawn(_supplement_slip(session, supplements.get(session, number, by), codes))


def tracking_picture(dossier: Dossier, codes: LabelCodes) -> bytes:
    """Give the code of a dossier's slip as a picture for a screen (SVG)."""
    sent = [leg.item.number for leg in dossier.legs if leg.kind == SUBMISSION]
    number = sent[0] if sent else dossier.reserved_number
    return qr_picture.svg(codes.text(number) if number else dossier.number)


def is_sample(session: Session) -> bool:
    """Tell whether this archive holds sample data, which its papers must say."""
    province = places.province(session)
    return province is not None and province.sample


def masked_phone(phone: str) -> str:
    """Give a phone with only its last digits, e.g. `•••••••678`; empty for none."""
    return masking.masked_phone(phone, SHOWN_DIGITS)


def sorting_place(address: str) -> str:
    """Give the place an envelope is sorted by: commune, district and province as recognised."""
    found = recognise(address)
    parts = (found.commune, found.district, found.province)
    return ", ".join(part.name for part in parts if part is not None)


_FOR_A_SLIP = (
    joinedload(Dossier.terms),
    joinedload(Dossier.point),
    joinedload(Dossier.agency),
    joinedload(Dossier.opener),
)


def _drawn(said: SendingSlip) -> bytes:
    try:
        return sending_slip.draw(said)
    except paper_errors.PaperError as refused:
        raise PaperRefused(why=str(refused)) from refused


def _slip(session: Session, dossier: Dossier, codes: LabelCodes) -> SendingSlip:
    """Give the slip of a first envelope: it bears the number of the envelope it lies in."""
    sent = [leg.item for leg in dossier.legs if leg.kind == SUBMISSION]
    item = sent[0] if sent else None
    number = item.number if item else dossier.reserved_number
    return replace(
        _common(session, dossier, dossier),
        item_number=number or dossier.number,
        qr_text=codes.text(number) if number else dossier.number,
        money=_money(session, (line for line in dossier.money if line.moment == "intake")),
        weight_grams=item.weight_grams if item else None,
        seal_number=item.seal_number if item else "",
        notes=_promise_note(session, item),
        leg_words="" if dossier.form_version == FIRST_VERSION else LEG_WORDS[SUBMISSION].vi,
        further_numbers=tuple(one.number for one in sent[1:]),
        together_with=tuple(
            leg.dossier.number
            for leg in (item.legs if item else ())
            if leg.dossier_id != dossier.id
        ),
        return_place=_return_place(dossier),
    )


def _supplement_slip(session: Session, sending: Sending, codes: LabelCodes) -> SendingSlip:
    """Give the slip of further papers; of the dossier's money only what was taken with them."""
    dossier, item = sending.dossier, sending.item
    promised = _promise_note(session, item)
    return replace(
        _common(session, dossier, sending),
        item_number=sending.reserved_number,
        qr_text=codes.text(sending.reserved_number),
        money=_money(session, supplements.money_of(sending)),
        weight_grams=item.weight_grams if item else None,
        seal_number=item.seal_number if item else "",
        notes="; ".join(filter(None, (PAYERS[sending.payer].vi, promised))),
        leg_words=LEG_WORDS[sending.leg].vi,
        counted_words=sending_slip.COUNTED_AGAINST_A_REQUEST,
    )


def _common(session: Session, dossier: Dossier, counted: Dossier | Sending) -> SendingSlip:
    """Give what the slips of a dossier share, with the list and signatures counted at one time."""
    province = places.province(session)
    signatures = {signature.signer: signature.image or b"" for signature in counted.signatures}
    sender = _sender(dossier.parties)
    return SendingSlip(
        issuer=ISSUER.format(province=province.name if province else ""),
        point_name=counted.point.name,
        point_code=counted.point.code,
        clerk_name=counted.opener.full_name,
        clerk_words=sending_slip.COURIER if counted.at_home else sending_slip.CLERK,
        counter_time=moment(counted.opened_at),
        item_number="",
        qr_text="",
        sender_name=sender.name,
        sender_address=sender.address,
        sender_phone=sender.phone,
        agency_name=dossier.agency.name,
        agency_address=dossier.agency.address,
        procedure_name=dossier.terms.name if dossier.terms else "",
        procedure_code=dossier.procedure_code,
        service_words=SERVICE_FORMS[dossier.service_form].vi,
        documents=tuple(map(_document, counted.checklist)),
        form_version=editions.by_code(counted.form_version).words,
        purpose=notices.slip_sentence(session, counted.notice_version, day_of(counted.opened_at)),
        sender_signature=signatures.get("sender", b""),
        clerk_signature=signatures.get("clerk", b""),
        dossier_number=dossier.number,
        sample=bool(province and province.sample),
    )


def _money(session: Session, lines: Iterable[MoneyLine]) -> tuple[SlipMoney, ...]:
    """Give what was taken and stands; of an exemption no more than that there is one."""
    taken = list(lines)
    gone = collecting.voided_at(session, [line.id for line in taken])
    said = []
    for line in taken:
        if line.id not in gone:
            words = MONEY_KINDS[line.kind].vi
            if line.exempt_percent:
                words = f"{words} ({ON_PAPER[line.exempt_percent].vi})"
            said.append(SlipMoney(words, line.amount, line.receipt_number))
    return tuple(said)


def _return_place(dossier: Dossier) -> str:
    """Give where the result goes; empty on a first form, and where it does not go by post."""
    if dossier.service_form == "send" or dossier.form_version == FIRST_VERSION:
        return ""
    if dossier.return_point is not None:
        return WAITS_AT.format(point=dossier.return_point.name, code=dossier.return_point.code)
    return next(one.address for one in dossier.parties if one.part == "receiver")


def _promise_note(session: Session, item: Item | None) -> str:
    """Give what the sender is promised of the sealed envelope; empty before the seal."""
    promised = promises.of_items(session, [item.id]) if item else {}
    if item is None or item.id not in promised:
        return ""
    due = promised[item.id].due
    return NOT_PROMISED.vi if due is None else f"Hẹn giao cơ quan {due.words.vi}"


def _document(line: ChecklistLine) -> SlipDocument:
    kind = PAPER_KINDS[line.kind].vi
    return SlipDocument(line.name, kind, line.required, line.counted, line.pages or None, line.note)


def _sender(parties: Iterable[Party]) -> Party:
    """Give the sender; a dossier the agency registered itself has only a receiver."""
    by_part = {party.part: party for party in parties}
    return by_part.get("sender") or by_part["receiver"]
