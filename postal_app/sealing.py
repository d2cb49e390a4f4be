"""Sealing more than one thing: several dossiers in one envelope, one dossier in several.

Both happen before the sender, like any seal (QĐ 45/2016/QĐ-TTg Art. 6). Each dossier keeps the
slip of its own; the slips of one envelope bear the number of that envelope.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from models.dossiers import Dossier, Party
from models.items import Item
from postal_app.enquiries import digits
from postal_app.envelopes import Envelope, make_item, take_over
from postal_app.errors import Conflict
from postal_app.pickups import closed, find_open, gate_of, require_gate, seal_counted, takes_in
from postal_app.rules.intake import Gate
from postal_app.rules.legs import SUBMISSION
from postal_app.rules.roles import Actor
from postal_app.rules.vietnamese import tidy
from postal_app.rules.words import Words


class OtherAgency(Conflict):
    """Dossiers of one envelope go to one agency."""

    words = Words(
        "Hồ sơ {number} gửi đến {agency}, không cùng cơ quan; hãy đóng bì riêng.",
        "Dossier {number} goes to {agency}, which is another agency; use an envelope of its own.",
    )


class OtherSender(Conflict):
    """Dossiers of one envelope come from one sender, before whom it is sealed."""

    words = Words(
        "Hồ sơ {number} của người gửi khác; bì niêm phong trước mặt một người gửi, hãy đóng bì "
        "riêng.",
        "Dossier {number} has another sender; an envelope is sealed before one sender, so use one "
        "of its own.",
    )


class EnvelopeGone(Conflict):
    """An envelope of the dossier has begun to travel; the sender is no longer here."""

    words = Words(
        "Bì {number} đã rời chỗ nhận nên không thêm bì được; giấy tờ còn lại gửi ở mục "
        "«Nhận giấy tờ bổ sung».",
        "Envelope {number} has left, so none can be added; send the remaining papers as further "
        "papers.",
    )


class SealUsed(Conflict):
    """Each envelope of a dossier has a seal of its own; the same one again is a form sent twice."""

    words = Words(
        "Hồ sơ này đã có bì mang số niêm phong {seal}, số hiệu {number}.",
        "This dossier has an envelope with the seal {seal} already, number {number}.",
    )


def companions(session: Session, dossier: Dossier, by: Actor) -> list[Dossier]:
    """Give the dossiers that may go into one envelope with this one, oldest first.

    They wait for their seal in the same hands, for the same agency, from the same sender.
    """
    rows = session.scalars(
        select(Dossier)
        .options(joinedload(Dossier.terms), selectinload(Dossier.parties))
        .where(
            takes_in(by),
            Dossier.id != dossier.id,
            Dossier.agency_id == dossier.agency_id,
            Dossier.service_form != "receive",
            Dossier.signed_at.is_not(None),
            Dossier.sealed_at.is_(None),
            Dossier.voided_at.is_(None),
        )
        .order_by(Dossier.id)
    )
    return [other for other in rows if _sender(other) == _sender(dossier)]


def seal_together(
    session: Session, numbers: Sequence[str], envelope: Envelope, by: Actor, *, now: datetime
) -> Item:
    """Seal one envelope with several dossiers in it; it bears the number of the first one's slip.

    Args:
        numbers: the dossiers' own, each once; the first is the one the clerk stands at.

    Raises:
        UnknownDossier: one is not in this person's hands.
        GateClosed: not both have signed for one, or it is sealed already.
        OtherAgency, OtherSender: they do not belong together.
        SealMissing, BadWeight: the envelope's values cannot be used.
    """
    # Locked in the order of their numbers, so that two clerks never wait for each other.
    found = {number: find_open(session, number, by) for number in sorted(set(numbers))}
    dossiers = [found[number] for number in dict.fromkeys(numbers)]
    first = dossiers[0]
    for dossier in dossiers:
        require_gate(dossier, Gate.SEAL)
        if dossier.agency_id != first.agency_id:
            raise OtherAgency(number=dossier.number, agency=dossier.agency.name)
        if _sender(dossier) != _sender(first):
            raise OtherSender(number=dossier.number)
    return seal_counted(session, dossiers, envelope, by, now=now)


def add_envelope(
    session: Session, number: str, envelope: Envelope, by: Actor, *, now: datetime
) -> Item:
    """Seal a further envelope of a dossier, whose papers did not fit into the first.

    It is whole at the agency only when all of them are there.

    Raises:
        UnknownDossier: no such dossier in this person's hands.
        GateClosed: the first envelope is not sealed yet.
        EnvelopeGone: an envelope has begun to travel.
        SealUsed: an envelope of the dossier bears this seal.
        SealMissing, BadWeight: the envelope's values cannot be used.
    """
    dossier = find_open(session, number, by)
    sent = envelopes_of(dossier)
    if not sent:
        closed(gate_of(dossier))
    for item in sent:
        if item.seal_number == tidy(envelope.seal_number).upper():
            raise SealUsed(field="seal_number", seal=item.seal_number, number=item.number)
        if item.entries > 1:
            raise EnvelopeGone(number=item.number)
    item = make_item(session, SUBMISSION, [dossier], envelope, now=now)
    return take_over(session, item, by, now=now)


def envelopes_of(dossier: Dossier) -> list[Item]:
    """Give the envelopes a dossier was submitted in, the first first."""
    return [leg.item for leg in dossier.legs if leg.kind == SUBMISSION]


def may_add(dossier: Dossier) -> bool:
    """Tell whether a further envelope can still be sealed before the sender."""
    sent = envelopes_of(dossier)
    return gate_of(dossier) is Gate.DONE and bool(sent) and all(one.entries == 1 for one in sent)


def _sender(dossier: Dossier) -> tuple[str, str]:
    """Give by what a sender is known: name without marks, and phone."""
    sender: Party = next(one for one in dossier.parties if one.part == "sender")
    return sender.folded_name, digits(sender.phone)
