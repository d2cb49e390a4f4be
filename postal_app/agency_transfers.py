"""Transfers: a dossier goes to the agency that is to settle it, which is no error of anybody's.

Before its papers have come only the address changes: the envelope goes on to the new agency. When
they lie here they go in an envelope of their own, which the new agency counts again. What was
taken in money stays with the agency it was taken for; loans follow the dossier.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from models.answers import AgencyEnvelope, AgencyTransfer, EnvelopePaper
from models.dossiers import Dossier
from models.items import Item
from models.places import Agency
from postal_app import agency_answers, agency_envelopes, places
from postal_app.agency_dossiers import SomethingMissing, find, own_agency
from postal_app.envelopes import Bound, Envelope, make_item
from postal_app.errors import Conflict, Invalid
from postal_app.pickup_form import NotInVocabulary
from postal_app.rules.dossier_states import DOSSIER_STATE_WORDS, TRANSFERABLE
from postal_app.rules.legs import TO_AGENCY, TRANSFER
from postal_app.rules.roles import Actor
from postal_app.rules.vietnamese import day_of, tidy
from postal_app.rules.vocabulary import State
from postal_app.rules.words import Words

ARRIVED = frozenset({State.AT_AGENCY, State.RECEIVED_BY_AGENCY, State.ACCEPTED_BY_AGENCY})
OVER = frozenset({State.RETURNED, State.OWNERLESS})
MOST_SHOWN = 100


class NotTransferable(Conflict):
    """What is settled, or ended, stays where it is."""

    words = Words(
        "Hồ sơ {number} đang ở trạng thái «{state_vi}» nên không chuyển được.",
        "Dossier {number} is in the state “{state_en}” and cannot be transferred.",
    )


class SameAgency(Invalid):
    """A transfer goes to another agency."""

    words = Words("Hãy chọn một cơ quan khác.", "Choose another agency.")


class EnvelopeNeeded(Invalid):
    """Papers that lie here travel under seal."""

    words = Words(
        "Giấy tờ đang ở cơ quan bạn: hãy đóng bì, nhập số niêm phong và khối lượng.",
        "The papers lie at your agency: close an envelope, give its seal number and weight.",
    )


class SharedEnvelope(Conflict):
    """An envelope on its way holds dossiers of others too."""

    words = Words(
        "Bưu gửi {number} đang đến còn chứa hồ sơ khác; hãy nhận bưu gửi rồi chuyển hồ sơ này.",
        "Item {number} on its way holds other dossiers too; receive it first, then transfer.",
    )


def transfer(  # noqa: PLR0913  what one form of one page says
    session: Session,
    number: str,
    to_code: str,
    reason: str,
    by: Actor,
    *,
    now: datetime,
    envelope: Envelope | None = None,
    payer: str = "agency",
) -> AgencyTransfer:
    """Send a dossier on to another agency.

    Args:
        session: the archive.
        number: our number of the dossier, or its code.
        to_code: identifier of the agency that is to settle it.
        reason: why, for whoever reads it there.
        by: the officer.
        now: the server's clock.
        envelope: seal and weight; needed once papers lie here.
        payer: who pays for the way of that envelope.

    Raises:
        UnknownDossier: no dossier of this agency bears the number.
        UnknownAgency, SameAgency, SomethingMissing: the target or the reason cannot be used.
        NotTransferable, SharedEnvelope: it cannot go now.
        EnvelopeNeeded, SealMissing, BadWeight: the envelope's values cannot be used.
    """
    dossier = find(session, number, by)
    target = places.agency_by_code(session, to_code, day_of(now))
    if target.id == dossier.agency_id:
        raise SameAgency(field="agency")
    if not tidy(reason):
        raise SomethingMissing(field="reason")
    state = agency_answers.progress(session, dossier).state
    if state not in TRANSFERABLE:
        said = DOSSIER_STATE_WORDS[state]
        raise NotTransferable(number=dossier.number, state_vi=said.vi, state_en=said.en)
    _redirect(dossier, target)
    if payer not in agency_envelopes.PAYERS:
        raise NotInVocabulary(field="payer", value=payer)
    item = _send_on(session, dossier, target, envelope, own_agency(by), now=now)
    if item is not None:
        session.add(_kept(session, dossier, item, payer, by, now=now))
    made = AgencyTransfer(
        dossier_id=dossier.id,
        from_agency_id=dossier.agency_id,
        to_agency_id=target.id,
        item_id=item.id if item else None,
        reason=tidy(reason),
        moved_by=by.account_id,
        moved_at=now,
    )
    dossier.agency_id = target.id
    session.add(made)
    session.flush()
    return made


def has_papers(dossier: Dossier) -> bool:
    """Tell whether papers of a dossier lie at its agency, so that they need an envelope."""
    return any(
        leg.kind in TO_AGENCY
        and leg.item.agency_id == dossier.agency_id
        and leg.item.state in ARRIVED
        for leg in dossier.legs
    )


def away(session: Session, by: Actor) -> Sequence[AgencyTransfer]:
    """Give what the officer's agency has sent on, the newest first."""
    return session.scalars(
        select(AgencyTransfer)
        .options(
            joinedload(AgencyTransfer.dossier),
            joinedload(AgencyTransfer.to_agency),
            joinedload(AgencyTransfer.item),
        )
        .where(AgencyTransfer.from_agency_id == own_agency(by))
        .order_by(AgencyTransfer.id.desc())
        .limit(MOST_SHOWN)
    ).all()


def of_dossier(session: Session, dossier_id: int) -> Sequence[AgencyTransfer]:
    """Give the transfers of a dossier, in their order."""
    return session.scalars(
        select(AgencyTransfer)
        .options(joinedload(AgencyTransfer.from_agency), joinedload(AgencyTransfer.to_agency))
        .where(AgencyTransfer.dossier_id == dossier_id)
        .order_by(AgencyTransfer.id)
    ).all()


def _redirect(dossier: Dossier, target: Agency) -> None:
    """Let the envelopes that are still on their way here go to the new agency."""
    for leg in dossier.legs:
        item = leg.item
        coming = leg.kind in TO_AGENCY and item.agency_id == dossier.agency_id
        if not coming or item.state in ARRIVED | OVER:
            continue
        if len(item.legs) > 1:
            raise SharedEnvelope(number=item.number)
        item.agency_id = target.id


def _send_on(
    session: Session,
    dossier: Dossier,
    target: Agency,
    envelope: Envelope | None,
    own: int,
    *,
    now: datetime,
) -> Item | None:
    """Put the papers that lie here into an envelope to the new agency."""
    if not has_papers(dossier):
        return None
    if envelope is None:
        raise EnvelopeNeeded(field="seal_number")
    bound = Bound(dossier.point_id, target.id, from_agency_id=own)
    return make_item(session, TRANSFER, [dossier], envelope, now=now, bound=bound)


def _kept(
    session: Session, dossier: Dossier, item: Item, payer: str, by: Actor, *, now: datetime
) -> AgencyEnvelope:
    """Give what the envelope holds, as the new agency will count it, and who pays for its way."""
    papers = [
        EnvelopePaper(
            dossier_id=dossier.id,
            name=line.name,
            kind=line.counted_kind,
            copies=line.counted_copies,
            pages=line.counted_pages,
        )
        for line in agency_envelopes.papers_here(session, dossier)
    ]
    return AgencyEnvelope(
        item_id=item.id,
        agency_id=own_agency(by),
        payer=payer,
        closed_by=by.account_id,
        closed_at=now,
        papers=papers,
    )
