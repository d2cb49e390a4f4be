"""Originals lent for comparison: owed by the agency until they are in the citizen's hand again.

A loan ends with the delivery of the envelope it went back in, or with a signature at the agency's
own desk; an envelope that came back undelivered leaves it open. A loan follows its dossier when
that is transferred.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session, joinedload

from models.answers import AgencyEnvelope, EnvelopePaper, LentOriginal, OriginalReturn
from models.dossiers import Dossier
from models.items import Item, Leg
from postal_app.agency_dossiers import SomethingMissing, find, own_agency
from postal_app.answer_form import TAKERS
from postal_app.errors import Unknown
from postal_app.pickup_form import NotInVocabulary
from postal_app.rules.legs import ANSWER, RESULT
from postal_app.rules.roles import Actor
from postal_app.rules.vietnamese import tidy
from postal_app.rules.vocabulary import State
from postal_app.rules.words import Words


class UnknownLoan(Unknown):
    """No lent original of the dossier is open under this number."""

    words = Words(
        "Bản chính này không còn đang mượn; hãy tải lại trang.",
        "This original is not on loan any more; load the page again.",
    )


def lend(
    session: Session, number: str, name: str, copies: int, by: Actor, *, now: datetime
) -> LentOriginal:
    """Note that an original of a dossier is here only to be compared.

    Raises:
        UnknownDossier: no dossier of this agency bears the number.
        SomethingMissing: it has no name or no copy.
    """
    dossier = find(session, number, by)
    if not tidy(name) or copies < 1:
        raise SomethingMissing(field="name" if not tidy(name) else "copies")
    made = LentOriginal(
        dossier_id=dossier.id,
        agency_id=dossier.agency_id,
        name=tidy(name),
        copies=copies,
        lent_by=by.account_id,
        lent_at=now,
    )
    session.add(made)
    session.flush()
    return made


def give_back(
    session: Session, number: str, lent_id: int, taken_by: str, by: Actor, *, now: datetime
) -> OriginalReturn:
    """Give an original back at the agency's own desk, against a signature.

    Raises:
        UnknownDossier: no dossier of this agency bears the number.
        UnknownLoan: nothing of it is on loan under this id, or it lies in an envelope.
        NotInVocabulary: the taker is none.
    """
    dossier = find(session, number, by)
    if taken_by not in TAKERS:
        raise NotInVocabulary(field="taken_by", value=taken_by)
    [loan] = require_open(session, [dossier], [lent_id])
    made = OriginalReturn(lent_id=loan.id, taken_by=taken_by, given_by=by.account_id, given_at=now)
    session.add(made)
    session.flush()
    return made


def open_of(session: Session, dossier_ids: Iterable[int]) -> list[LentOriginal]:
    """Give the lent originals of dossiers that lie at the agency, in the order of lending."""
    rows = session.scalars(
        select(LentOriginal)
        .where(LentOriginal.dossier_id.in_(set(dossier_ids)), ~returned(), ~_enveloped())
        .order_by(LentOriginal.id)
    )
    return list(rows)


def open_by_dossier(session: Session, dossier_ids: Iterable[int]) -> dict[int, list[LentOriginal]]:
    """Give the lent originals that lie at the agency, by the ids of their dossiers."""
    found: dict[int, list[LentOriginal]] = {}
    for loan in open_of(session, dossier_ids):
        found.setdefault(loan.dossier_id, []).append(loan)
    return found


def of_dossier(session: Session, dossier_id: int) -> list[tuple[LentOriginal, bool]]:
    """Give all that was ever lent of a dossier, each with whether it lies at the agency."""
    here = {one.id for one in open_of(session, [dossier_id])}
    rows = session.scalars(
        select(LentOriginal).where(LentOriginal.dossier_id == dossier_id).order_by(LentOriginal.id)
    )
    return [(one, one.id in here) for one in rows]


def owed(session: Session, by: Actor) -> Sequence[tuple[LentOriginal, Item | None]]:
    """Give what the officer's agency owes, longest lent first, with the envelope it is in."""
    rows = session.execute(
        select(LentOriginal, Item)
        .join(Dossier, Dossier.id == LentOriginal.dossier_id)
        .outerjoin(EnvelopePaper, EnvelopePaper.lent_id == LentOriginal.id)
        .outerjoin(AgencyEnvelope, AgencyEnvelope.id == EnvelopePaper.envelope_id)
        .outerjoin(Item, and_(Item.id == AgencyEnvelope.item_id, _carries()))
        .options(joinedload(LentOriginal.dossier))
        .where(Dossier.agency_id == own_agency(by), ~returned())
        .order_by(LentOriginal.lent_at, LentOriginal.id)
    )
    found: dict[int, tuple[LentOriginal, Item | None]] = {}
    for loan, item in rows:
        if item is not None or loan.id not in found:
            found[loan.id] = (loan, item)
    return list(found.values())


def require_open(
    session: Session, dossiers: Iterable[Dossier], lent_ids: Collection[int]
) -> list[LentOriginal]:
    """Give loans by their ids, all of these dossiers and all at the agency.

    Raises:
        UnknownLoan: one is not.
    """
    if not lent_ids:
        return []
    rows = open_of(session, [dossier.id for dossier in dossiers])
    chosen = [one for one in rows if one.id in lent_ids]
    if len(chosen) != len(set(lent_ids)):
        raise UnknownLoan(field="lent")
    return chosen


def _carries() -> ColumnElement[bool]:
    """Give the condition that an envelope goes to the citizen and has not come back."""
    return and_(Item.leg.in_((ANSWER, RESULT)), Item.state != State.RETURNED)


def _enveloped() -> ColumnElement[bool]:
    return _in_envelopes(_carries()).exists()


def returned() -> ColumnElement[bool]:
    """Give the condition that a loan has ended: signed for, or its envelope delivered."""
    in_hand = select(OriginalReturn.id).where(OriginalReturn.lent_id == LentOriginal.id).exists()
    arrived = (
        _in_envelopes(_carries())
        .join(Leg, and_(Leg.item_id == Item.id, Leg.dossier_id == EnvelopePaper.dossier_id))
        .where(Leg.ended_at.is_not(None))
    )
    return or_(in_hand, arrived.exists())


def _in_envelopes(condition: ColumnElement[bool]) -> Select[int]:
    return (
        select(EnvelopePaper.id)
        .join(AgencyEnvelope, AgencyEnvelope.id == EnvelopePaper.envelope_id)
        .join(Item, Item.id == AgencyEnvelope.item_id)
        .where(EnvelopePaper.lent_id == LentOriginal.id, condition)
    )
