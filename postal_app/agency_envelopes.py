"""Envelopes an agency closes for the citizen: answers, papers given back, results.

Answers of several dossiers, or results of several, go in one envelope when they go to the same
person at the same address. Who pays for the way is kept with each envelope. What lies in it is
listed, and lent originals in it are given back by its delivery.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from models.answers import (
    AgencyAnswer,
    AgencyEnvelope,
    EnvelopeAnswer,
    EnvelopePaper,
    LentOriginal,
    Recount,
    RecountLine,
)
from models.dossiers import Dossier
from models.items import Item
from postal_app import agency_answers, agency_originals
from postal_app.agency_dossiers import find, own_agency
from postal_app.envelopes import Envelope, make_item
from postal_app.errors import Conflict, Invalid, Unknown
from postal_app.pickup_form import NotInVocabulary
from postal_app.rules.codes import read_scan
from postal_app.rules.dossier_states import CLOSED, STEPS, DossierState
from postal_app.rules.legs import ANSWER, RESULT
from postal_app.rules.roles import Actor
from postal_app.rules.vietnamese import fold
from postal_app.rules.vocabulary import State
from postal_app.rules.words import Words

PAYERS = {
    "citizen": Words("Người dân", "The citizen"),
    "agency": Words("Cơ quan giải quyết", "The agency"),
    "post": Words("Bưu chính", "The post"),
}
"""Who pays for a further way of a dossier's papers."""


class NothingChosen(Invalid):
    """An envelope carries something."""

    words = Words(
        "Hãy chọn ít nhất một văn bản hoặc kết quả để gửi.", "Choose at least one thing to send."
    )


class UnknownAnswer(Unknown):
    """No answer of this agency is meant."""

    words = Words("Không tìm thấy văn bản này của cơ quan.", "There is no such answer.")


class UnknownEnvelope(Unknown):
    """The agency closed no envelope of this number."""

    words = Words(
        "Không tìm thấy bì «{number}» do cơ quan bạn đóng.",
        "Your agency closed no envelope “{number}”.",
    )


class OtherReceiver(Conflict):
    """One envelope goes to one person at one address."""

    words = Words(
        "Hồ sơ {number} có người nhận hoặc địa chỉ khác với hồ sơ {first}; "
        "hãy đóng bì riêng cho từng người nhận.",
        "Dossier {number} goes to another person or address than {first}; use an envelope for "
        "each receiver.",
    )


class AnswerOnItsWay(Conflict):
    """The answer is in an envelope that has not come back."""

    words = Words(
        "Văn bản này của hồ sơ {number} đã đóng bì giao bưu chính.",
        "This answer on dossier {number} is in an envelope for the post already.",
    )


class ResultOnItsWay(Conflict):
    """The result has been put into an envelope already."""

    words = Words(
        "Kết quả của hồ sơ {number} đã được đóng bì giao bưu chính.",
        "The result of dossier {number} is in an envelope for the post already.",
    )


class ResultNotByPost(Conflict):
    """The citizen did not ask for the result by post."""

    words = Words(
        "Người dân không đăng ký nhận kết quả hồ sơ {number} qua bưu chính.",
        "The citizen did not ask for the result of dossier {number} by post.",
    )


class NoResult(Conflict):
    """There is no result to send."""

    words = Words(
        "Hồ sơ {number} chưa có kết quả; hãy ghi «Đã có kết quả» trước.",
        "Dossier {number} has no result yet; record it as ready first.",
    )


@dataclass(frozen=True, slots=True)
class _Content:
    """What an envelope carries beside its dossiers: answers, and loans that go back."""

    answers: Sequence[AgencyAnswer] = ()
    lent: Collection[int] = ()


def send_results(  # noqa: PLR0913  what one form of one page says
    session: Session,
    numbers: Sequence[str],
    envelope: Envelope,
    by: Actor,
    *,
    now: datetime,
    payer: str = "citizen",
    lent: Collection[int] = (),
) -> Item:
    """Put the results of dossiers that are settled into one sealed envelope.

    Args:
        session: the archive.
        numbers: our numbers of the dossiers, or their codes.
        envelope: seal and weight.
        by: the officer.
        now: the server's clock.
        payer: one of `PAYERS`.
        lent: ids of the lent originals that go back with them.

    Raises:
        UnknownDossier: no dossier of this agency bears a number.
        NothingChosen, NoResult, ResultOnItsWay, ResultNotByPost: there is nothing to hand over.
        OtherReceiver: they do not all go to one person.
        SealMissing, BadWeight, NotInVocabulary: the envelope's values cannot be used.
    """
    dossiers = [find(session, number, by) for number in dict.fromkeys(numbers)]
    _require_one_receiver(dossiers)
    for dossier in dossiers:
        if dossier.service_form == "send":
            raise ResultNotByPost(number=dossier.number)
        if is_on_its_way(dossier):
            raise ResultOnItsWay(number=dossier.number)
        if agency_answers.progress(session, dossier).state is not DossierState.SETTLED:
            raise NoResult(number=dossier.number)
    item = make_item(session, RESULT, dossiers, envelope, now=now)
    keep(session, item, payer, _Content(lent=lent), by, now=now)
    return item


def send_answers(  # noqa: PLR0913  what one form of one page says
    session: Session,
    answer_ids: Collection[int],
    envelope: Envelope,
    by: Actor,
    *,
    now: datetime,
    payer: str = "citizen",
    lent: Collection[int] = (),
) -> Item:
    """Put answers into one sealed envelope for the citizen; a dossier that ended gets its papers.

    Raises:
        UnknownAnswer: one is no standing answer on a dossier of this agency.
        NothingChosen, AnswerOnItsWay: there is nothing to send.
        OtherReceiver: they do not all go to one person.
        SealMissing, BadWeight, NotInVocabulary: the envelope's values cannot be used.
    """
    answers = _answers(session, answer_ids, by)
    dossiers = list(dict.fromkeys(answer.dossier for answer in answers))
    _require_one_receiver(dossiers)
    item = make_item(session, ANSWER, dossiers, envelope, now=now)
    keep(session, item, payer, _Content(answers, lent), by, now=now)
    return item


def closed_envelope(session: Session, number: str, by: Actor) -> AgencyEnvelope:
    """Give an envelope the officer's agency closed, by its item number.

    Raises:
        UnknownEnvelope: it closed none of this number.
    """
    found = session.scalars(
        select(AgencyEnvelope)
        .join(Item, Item.id == AgencyEnvelope.item_id)
        .where(Item.number == read_scan(number).number, AgencyEnvelope.agency_id == own_agency(by))
    ).first()
    if found is None:
        raise UnknownEnvelope(number=number)
    return found


def papers_here(session: Session, dossier: Dossier) -> list[RecountLine]:
    """Give the papers of a dossier as its present agency last counted them."""
    rows = session.scalars(
        select(RecountLine)
        .join(Recount, Recount.id == RecountLine.recount_id)
        .where(
            RecountLine.dossier_id == dossier.id,
            Recount.agency_id == dossier.agency_id,
            RecountLine.counted_copies > 0,
        )
        .order_by(RecountLine.id)
    )
    return list(rows)


def is_on_its_way(dossier: Dossier) -> bool:
    """Tell whether a result of the dossier lies in an envelope that has not come back."""
    return any(leg.kind == RESULT and leg.item.state != State.RETURNED for leg in dossier.legs)


def unsent(session: Session, by: Actor) -> list[AgencyAnswer]:
    """Give the answers by form of the officer's agency that no envelope carries, oldest first.

    Only of dossiers that came by post: whoever came himself has his paper in hand.
    """
    rows = session.scalars(
        select(AgencyAnswer)
        .join(Dossier, Dossier.id == AgencyAnswer.dossier_id)
        .where(
            Dossier.agency_id == own_agency(by),
            AgencyAnswer.agency_id == own_agency(by),
            Dossier.service_form != "receive",
            (AgencyAnswer.form != "") | (AgencyAnswer.kind == "withdrawn"),
            ~_carried(),
        )
        .order_by(AgencyAnswer.id)
    ).all()
    gone = set(
        session.scalars(
            select(AgencyAnswer.takes_back_id).where(
                AgencyAnswer.takes_back_id.in_([one.id for one in rows])
            )
        )
    )
    return [one for one in rows if one.id not in gone]


def keep(
    session: Session, item: Item, payer: str, content: _Content, by: Actor, *, now: datetime
) -> AgencyEnvelope:
    """Keep what an agency's envelope carries and who pays for its way.

    Raises:
        NotInVocabulary: the payer is none.
        UnknownLoan: a lent original is not open, or of another dossier.
    """
    if payer not in PAYERS:
        raise NotInVocabulary(field="payer", value=payer)
    dossiers = [leg.dossier for leg in item.legs]
    ended = [answer.dossier for answer in content.answers if _ends(answer)]
    loans = agency_originals.require_open(session, dossiers, content.lent)
    loans += [
        one
        for one in agency_originals.open_of(session, [dossier.id for dossier in ended])
        if one not in loans
    ]
    made = AgencyEnvelope(
        item_id=item.id,
        agency_id=own_agency(by),
        payer=payer,
        closed_by=by.account_id,
        closed_at=now,
        answers=[EnvelopeAnswer(answer_id=answer.id) for answer in content.answers],
        papers=[*_lent(loans), *_given_back(session, ended, loans)],
    )
    session.add(made)
    session.flush()
    return made


def _ends(answer: AgencyAnswer) -> bool:
    return STEPS[answer.kind].leads_to in CLOSED


def _lent(loans: Iterable[LentOriginal]) -> list[EnvelopePaper]:
    return [
        EnvelopePaper(
            dossier_id=loan.dossier_id,
            name=loan.name,
            kind="original",
            copies=loan.copies,
            pages=0,
            lent_id=loan.id,
        )
        for loan in loans
    ]


def _given_back(
    session: Session, ended: Iterable[Dossier], loans: Iterable[LentOriginal]
) -> list[EnvelopePaper]:
    """Give the papers of dossiers that ended without a result, but for those that were lent."""
    lent = {(loan.dossier_id, loan.name) for loan in loans}
    return [
        EnvelopePaper(
            dossier_id=dossier.id,
            name=line.name,
            kind=line.counted_kind,
            copies=line.counted_copies,
            pages=line.counted_pages,
        )
        for dossier in ended
        for line in papers_here(session, dossier)
        if (dossier.id, line.name) not in lent
    ]


def _answers(session: Session, ids: Collection[int], by: Actor) -> list[AgencyAnswer]:
    rows = session.scalars(
        select(AgencyAnswer)
        .join(Dossier, Dossier.id == AgencyAnswer.dossier_id)
        .where(AgencyAnswer.id.in_(ids), Dossier.agency_id == own_agency(by))
        .order_by(AgencyAnswer.id)
        .with_for_update(of=Dossier)
    ).all()
    if not ids:
        raise NothingChosen(field="answers")
    stands = {
        one.id
        for dossier_id in {row.dossier_id for row in rows}
        for one in agency_answers.standing(agency_answers.of_dossier(session, dossier_id))
    }
    if set(ids) - {row.id for row in rows if row.id in stands}:
        raise UnknownAnswer
    on_the_way = session.scalars(
        select(AgencyAnswer).where(AgencyAnswer.id.in_(ids), _carried())
    ).first()
    if on_the_way is not None:
        raise AnswerOnItsWay(number=on_the_way.dossier.number)
    return list(rows)


def _carried() -> ColumnElement[bool]:
    """Give the condition that an answer lies in an envelope that has not come back."""
    rows = (
        select(EnvelopeAnswer.id)
        .join(AgencyEnvelope, AgencyEnvelope.id == EnvelopeAnswer.envelope_id)
        .join(Item, Item.id == AgencyEnvelope.item_id)
    )
    return rows.where(
        EnvelopeAnswer.answer_id == AgencyAnswer.id, Item.state != State.RETURNED
    ).exists()


def _require_one_receiver(dossiers: Sequence[Dossier]) -> None:
    if not dossiers:
        raise NothingChosen(field="numbers")
    first = _receiver(dossiers[0])
    for dossier in dossiers[1:]:
        if _receiver(dossier) != first:
            raise OtherReceiver(number=dossier.number, first=dossiers[0].number)


def _receiver(dossier: Dossier) -> tuple[str, str]:
    """Give name and address of who gets the result, as the same however they were typed."""
    party = next((one for one in dossier.parties if one.part == "receiver"), None)
    return (fold(party.name), fold(party.address)) if party else ("", "")
