"""Disclosures: the third step of the public look-up, and the record of each.

Who knows the number, the label's tag and the last digits of the sender's or the receiver's phone
is told of his own dossiers what a neighbour could not use: masked names and phones, the commune,
what was promised and what to bring. Every time is written down (Luật 91/2025/QH15; NĐ
356/2025/NĐ-CP). A wrong number, tag or digits are one error, found by the same work.
"""

import hmac
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from models.dossiers import Dossier
from models.items import Item, Leg
from models.lookups import PublicDisclosure
from postal_app.enquiries import Tracking, UnknownNumber, timeline
from postal_app.geography import recognise
from postal_app.rules.codes import is_tag, read_scan
from postal_app.rules.legs import RESULT
from postal_app.rules.masking import masked_name, masked_phone, phone_key
from postal_app.rules.vietnamese import tidy
from postal_app.rules.vocabulary import State
from postal_app.rules.words import Words

SHOWN_DIGITS = 2  # fewer than open the door, so that nobody learns the other one's key
PARTS = {"sender": Words("Người gửi", "Sender"), "receiver": Words("Người nhận", "Receiver")}
PAGE = 50

TO_BRING = {
    RESULT: (
        Words("Giấy tờ tùy thân của người nhận", "The receiver's identity paper"),
        Words(
            "Phiếu gửi, hoặc giấy tiếp nhận hồ sơ và hẹn trả kết quả",
            "The sending slip, or the agency's receipt and appointment slip",
        ),
        Words(
            "Giấy ủy quyền và giấy tờ tùy thân của mình, nếu nhận thay",
            "An authorisation and one's own identity paper, when receiving for somebody else",
        ),
    )
}
"""What a receiver had better have at hand, by postal practice: advice, never a condition."""


@dataclass(frozen=True, slots=True)
class Keys:
    """What the asker says he knows."""

    number: str
    tag: str
    digits: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class MaskedPerson:
    """One person as the public may see him; `commune` empty when it is not recognised."""

    part: Words
    name: str
    phone: str
    commune: str


@dataclass(frozen=True, slots=True)
class MaskedDossier:
    """One dossier as the public may see it.

    `procedure` is empty when its name is sensitive or the catalogue does not know it; `due_on` is
    the agency's day.
    """

    people: tuple[MaskedPerson, ...]
    procedure: str
    due_on: date | None


@dataclass(frozen=True, slots=True)
class Details:
    """The timeline of an item, the asker's own dossiers in it, and what to bring to receive it."""

    tracking: Tracking
    dossiers: tuple[MaskedDossier, ...]
    to_bring: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class DisclosureLine:
    """One disclosure: when, of which item, to which digest of an address."""

    at: datetime
    item_number: str
    address_digest: str


def disclose(
    session: Session, keys: Keys, label_key: bytes, address_digest: str, *, now: datetime
) -> Details:
    """Give the masked details to who knows all three keys, and write it down.

    Of an item with dossiers of several people only those are told whose phone the digits end.

    Raises:
        UnknownNumber: number, tag or digits are wrong; which of them is not told.
    """
    number = read_scan(keys.number).number
    tag_fits = is_tag(keys.tag, number, label_key)
    # Read whatever the tag is worth, so that the time to the answer tells nothing.
    in_it = (
        select(Dossier)
        .join(Leg, Leg.dossier_id == Dossier.id)
        .join(Item, Item.id == Leg.item_id)
        .options(selectinload(Dossier.parties), joinedload(Dossier.terms))
        .where(Item.number == number)
        .order_by(Leg.id)
    )
    own = [one for one in session.scalars(in_it) if _is_known(one, tidy(keys.digits))]
    if not own or not tag_fits:
        raise UnknownNumber
    tracking = timeline(session, number, keys.tag, label_key)
    session.add(PublicDisclosure(at=now, item_number=number, address_digest=address_digest))
    arrived = tracking.state in (State.DELIVERED, State.LOST)
    to_bring = () if arrived else TO_BRING.get(tracking.leg, ())
    return Details(tracking, tuple(map(_masked, own)), to_bring)


def disclosures(
    session: Session, text: str = "", *, page: int = 1
) -> tuple[list[DisclosureLine], int]:
    """Give one page of the disclosures, newest first, and how many there are.

    Args:
        session: where to read.
        text: an item number; empty for all.
        page: 1 for the newest `PAGE`.
    """
    query = select(
        PublicDisclosure.at, PublicDisclosure.item_number, PublicDisclosure.address_digest
    )
    if wanted := tidy(text):
        query = query.where(PublicDisclosure.item_number == read_scan(wanted).number)
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    newest = query.order_by(PublicDisclosure.at.desc(), PublicDisclosure.id.desc())
    rows = session.execute(newest.limit(PAGE).offset((page - 1) * PAGE))
    return [DisclosureLine(row.at, row.item_number, row.address_digest) for row in rows], total


def _is_known(dossier: Dossier, digits: str) -> bool:
    """Tell whether the digits end a phone of the dossier's, in a time that betrays nothing."""
    keys = [phone_key(party.phone) for party in dossier.parties if party.part in PARTS]
    fitting = [hmac.compare_digest(key.encode(), digits.encode()) for key in keys if key]
    return any(fitting)


def _masked(dossier: Dossier) -> MaskedDossier:
    terms = dossier.terms
    people = tuple(
        MaskedPerson(
            PARTS[party.part],
            masked_name(party.name),
            masked_phone(party.phone, SHOWN_DIGITS),
            _commune(party.address),
        )
        for party in dossier.parties
        if party.part in PARTS
    )
    name = terms.name if terms is not None and not terms.sensitive else ""
    return MaskedDossier(people, name, dossier.due_on)


def _commune(address: str) -> str:
    found = recognise(address).commune
    return found.name if found is not None else ""
