"""Supplements: further papers for a dossier that is with its agency, taken in at any point.

They pass the gates of the first envelope again: counted together against what the agency asked
for, signed by both, sealed before the sender, with a list, a slip and an item number of their own
(QĐ 45/2016/QĐ-TTg Art. 6; TT 17/2017/TT-BTTTT Art. 5). The citizen may bring them to another
point than the first time (NĐ 118/2025/NĐ-CP). What the agency has not asked for is taken in too,
but told.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from models.counter import Sending
from models.dossiers import Dossier, MoneyLine
from models.items import Item, Leg
from postal_app import agency_answers, collecting, counted, notices, numbers, once, places
from postal_app.envelopes import Bound, Envelope, make_item, take_over
from postal_app.errors import Conflict
from postal_app.pickup_form import (
    Money,
    NothingCounted,
    Paper,
    SignedBy,
    check_money,
    check_papers,
    require_known,
)
from postal_app.pickups import FORM_VERSION, UnknownDossier, closed
from postal_app.places import own_point
from postal_app.rules.codes import dossier_code, read_scan
from postal_app.rules.collection import PAYERS
from postal_app.rules.dossier_states import DossierState
from postal_app.rules.intake import Gate, next_gate
from postal_app.rules.legs import SUBMISSION, SUPPLEMENT
from postal_app.rules.masking import phone_key
from postal_app.rules.roles import Actor, Role
from postal_app.rules.vietnamese import day_of, fold, tidy
from postal_app.rules.words import Words


class UnknownSupplement(UnknownDossier):
    """No further papers in this person's hands bear the number."""

    words = Words(
        "Không tìm thấy giấy tờ bổ sung «{number}»; hãy kiểm tra lại số.",
        "Further papers “{number}” were not found; check the number.",
    )


class NotSentYet(Conflict):
    """What belongs to a dossier that is still at the counter goes into its first envelope."""

    words = Words(
        "Hồ sơ {number} chưa niêm phong, chưa gửi đến cơ quan; giấy tờ thêm nằm trong danh sách "
        "kiểm đếm của hồ sơ đó.",
        "Dossier {number} is not sealed and sent yet; further papers belong on its own list.",
    )


class Finished(Conflict):
    """Nobody waits for further papers of a dossier that is finished."""

    words = Words(
        "Hồ sơ {number} đã kết thúc; giấy tờ thêm không gửi vào hồ sơ này được.",
        "Dossier {number} is finished; no further papers can be sent for it.",
    )


@dataclass(frozen=True, slots=True)
class Supplement:
    """Further papers as counted, who pays the trip, and the money taken for it.

    `due_ids` are amounts the agency asked for that are paid now.
    """

    papers: tuple[Paper, ...]
    payer: str
    money: tuple[Money, ...] = ()
    due_ids: tuple[int, ...] = ()
    request_key: UUID | None = None


@dataclass(frozen=True, slots=True)
class AskedFor:
    """What an agency's request for supplement (Mẫu 02) says; `counted` of its papers is 0."""

    number: str
    given_at: datetime
    reason: str
    papers: tuple[Paper, ...]


def find(session: Session, number: str, proof: str, by: Actor) -> Dossier:
    """Give a dossier that further papers are brought for, locked for this work.

    Of another point's dossier the citizen must say who he is: so nobody goes through numbers.

    Args:
        number: our own, the agency's code, or the item number on the sending slip.
        proof: the last four digits of the phone, or the full name, of sender, owner or receiver;
            may be empty for a dossier of the person's own point.

    Raises:
        UnknownDossier: there is none, or the proof does not fit it; both are answered alike.
        NotSentYet, Finished: it takes no further papers.
    """
    written, scanned = tidy(number).upper(), read_scan(number).number
    sent = select(Leg.dossier_id).join(Item).where(Item.number == scanned, Leg.kind == SUBMISSION)
    found = session.scalars(
        select(Dossier)
        .options(selectinload(Dossier.parties), joinedload(Dossier.terms))
        .where(
            or_(
                Dossier.number == written,
                Dossier.dossier_code == dossier_code(number),
                Dossier.reserved_number == scanned,
                Dossier.id.in_(sent),
            ),
            Dossier.voided_at.is_(None),
        )
        .order_by(Dossier.id.desc())
        .with_for_update(of=Dossier)
    ).first()
    if found is None or not (found.point_id == own_point(by) or _is_proven(found, proof)):
        raise UnknownDossier(field="number", number=number)
    if (found.sealed_at or found.accepted_at) is None:
        raise NotSentYet(number=found.number)
    if (found.returned_at or found.closed_at) is not None:
        raise Finished(number=found.number)
    return found


def asked_for(session: Session, dossier: Dossier) -> AskedFor | None:
    """Give what the agency asked for and still waits for; None: it waits for nothing."""
    stood = agency_answers.standing(agency_answers.of_dossier(session, dossier.id))
    state = agency_answers.status(session, [dossier.id])[dossier.id]
    asked = next((one for one in reversed(stood) if one.kind == "supplement_asked"), None)
    if asked is None or state is not DossierState.SUPPLEMENT_ASKED:
        return None
    papers = tuple(
        Paper(paper.name, kind, count, 0, note=paper.note)
        for paper in asked.papers
        for kind, count in (
            ("original", paper.originals),
            ("certified_copy", paper.certified),
            ("photocopy", paper.photocopies),
        )
        if count
    )
    return AskedFor(asked.number, asked.given_at, asked.reason, papers)


def open_supplement(
    session: Session, dossier: Dossier, supplement: Supplement, by: Actor, *, now: datetime
) -> Sending:
    """Pass the first gate: keep what was counted and give it the number on its slip.

    A form that was sent before gives the sending that was made of it.

    Args:
        dossier: as `find` gave it, in this transaction.

    Raises:
        PointNotQualified: the point may not take papers in today.
        FormUsed: the form was sent before with other content.
        Invalid: a field cannot be used; the error names it.
    """
    _check(supplement)
    point_id = own_point(by)
    if (made := _made_before(session, dossier, supplement, by)) is not None:
        return made
    places.require_qualified(session, point_id, day_of(now))
    sending = Sending(
        dossier_id=dossier.id,
        leg=SUPPLEMENT,
        point_id=point_id,
        at_home=by.role is Role.COURIER,
        asked=asked_for(session, dossier) is not None,
        payer=supplement.payer,
        opened_by=by.account_id,
        form_version=FORM_VERSION,
        request_key=supplement.request_key,
        reserved_number=numbers.next_item_number(session),
        opened_at=now,
        counted_at=now,
        checklist=counted.checklist(supplement.papers),
    )
    for line in sending.checklist:
        line.dossier_id = dossier.id
    session.add(sending)
    session.flush()  # its lines and signatures hang on its id
    _collect(session, dossier, supplement, by, now)
    return sending


def sign(
    session: Session, number: str, signed: Sequence[SignedBy], by: Actor, *, now: datetime
) -> Sending:
    """Pass the second gate: keep the signatures; it is open only when both have signed.

    Raises:
        UnknownSupplement: no such papers in this person's hands.
        GateClosed: the envelope is sealed already.
    """
    sending = find_open(session, number, by)
    _require_gate(sending, Gate.SIGN)
    given = counted.signatures(signed, now)
    for one in given:
        one.dossier_id = sending.dossier_id
    sending.signatures += given
    sending.notice_version = sending.notice_version or notices.current(day_of(now)).version
    if gate_of(sending) is not Gate.SIGN:
        sending.signed_at = now
    session.flush()  # a second signature by the same signer must fail here, not at the commit
    return sending


def seal(session: Session, number: str, envelope: Envelope, by: Actor, *, now: datetime) -> Item:
    """Pass the third gate: the envelope goes from this point to the dossier's agency of today.

    Raises:
        UnknownSupplement: no such papers in this person's hands.
        GateClosed: not both have signed, or it is sealed already.
        SealMissing, BadWeight: the envelope's values cannot be used.
    """
    sending = find_open(session, number, by)
    _require_gate(sending, Gate.SEAL)
    bound = Bound(sending.point_id, sending.dossier.agency_id)
    numbered = replace(envelope, number=sending.reserved_number)
    item = make_item(session, SUPPLEMENT, [sending.dossier], numbered, now=now, bound=bound)
    sending.item_id, sending.sealed_at = item.id, now
    return take_over(session, item, by, now=now)


def give_up(session: Session, number: str, reason: str, by: Actor, *, now: datetime) -> None:
    """Give further papers up before the seal, with the reason.

    Raises:
        UnknownSupplement: no such papers in this person's hands.
        GateClosed: the envelope is sealed.
    """
    sending = find_open(session, number, by)
    if sending.sealed_at is not None:
        closed(gate_of(sending))
    sending.voided_at, sending.void_reason = now, tidy(reason)


def find_open(session: Session, number: str, by: Actor) -> Sending:
    """Give further papers by the number on their slip, not given up, locked for this work.

    Raises:
        UnknownSupplement: there are none in this person's hands.
    """
    found = session.scalars(
        select(Sending)
        .where(
            Sending.reserved_number == read_scan(number).number,
            Sending.voided_at.is_(None),
            takes_in(by),
        )
        .with_for_update()
    ).one_or_none()
    if found is None:
        raise UnknownSupplement(number=number)
    return found


def get(session: Session, number: str, by: Actor) -> Sending:
    """Give further papers by the number on their slip, given up or not, to be looked at.

    Raises:
        UnknownSupplement: there are none in this person's hands.
    """
    found = session.scalars(
        select(Sending)
        .options(
            joinedload(Sending.dossier).options(
                joinedload(Dossier.terms), joinedload(Dossier.agency), selectinload(Dossier.parties)
            ),
            joinedload(Sending.point),
            joinedload(Sending.opener),
            joinedload(Sending.item),
        )
        .where(Sending.reserved_number == read_scan(number).number, takes_in(by))
    ).one_or_none()
    if found is None:
        raise UnknownSupplement(number=number)
    return found


def unfinished(session: Session, by: Actor) -> list[Sending]:
    """Give the further papers that have not passed all gates, oldest first."""
    rows = session.scalars(
        select(Sending)
        .options(joinedload(Sending.dossier).selectinload(Dossier.parties))
        .where(takes_in(by), Sending.voided_at.is_(None), Sending.sealed_at.is_(None))
        .order_by(Sending.opened_at)
    )
    return list(rows)


def gate_of(sending: Sending) -> Gate:
    """Give the next gate of further papers."""
    signers = frozenset(signature.signer for signature in sending.signatures)
    return next_gate("send", sending.counted_at, signers, sending.sealed_at)


def money_of(sending: Sending) -> list[MoneyLine]:
    """Give the money that was taken with further papers, not at another time."""
    return [
        line
        for line in sending.dossier.money
        if line.moment == "supplement" and line.collected_at == sending.counted_at
    ]


def of_dossier(session: Session, dossier_id: int) -> list[Sending]:
    """Give all further papers of a dossier that were not given up, oldest first."""
    rows = session.scalars(
        select(Sending)
        .options(joinedload(Sending.item), joinedload(Sending.point))
        .where(Sending.dossier_id == dossier_id, Sending.voided_at.is_(None))
        .order_by(Sending.opened_at)
    )
    return list(rows)


def takes_in(by: Actor) -> ColumnElement[bool]:
    """Give the condition of what a person takes in: a courier only what he began himself.

    Raises:
        Forbidden: this person works at no point.
    """
    at_the_point = Sending.point_id == own_point(by)
    if by.role is Role.COURIER:
        return and_(at_the_point, Sending.opened_by == by.account_id)
    return at_the_point


def _check(supplement: Supplement) -> None:
    if not any(paper.counted for paper in supplement.papers):
        raise NothingCounted(field="papers")
    check_papers(supplement.papers)
    check_money(supplement.money)
    require_known("payer", supplement.payer, PAYERS)


def _collect(
    session: Session, dossier: Dossier, supplement: Supplement, by: Actor, now: datetime
) -> None:
    """Take what is due of this dossier and chosen, and what the trip costs.

    Raises:
        UnknownDue: a chosen amount is none of this dossier's.
    """
    owed = collecting.dues_of(session, [dossier.id]).get(dossier.id, ())
    if not set(supplement.due_ids) <= {due.id for due in owed}:
        raise collecting.UnknownDue
    collecting.collect(session, supplement.due_ids, by, now=now)
    collecting.take(session, dossier, supplement.money, "supplement", by, now=now)


def _is_proven(dossier: Dossier, proof: str) -> bool:
    said = fold(tidy(proof))
    keys = {key for one in dossier.parties for key in (phone_key(one.phone), one.folded_name)}
    return bool(said) and said in keys


def _made_before(
    session: Session, dossier: Dossier, supplement: Supplement, by: Actor
) -> Sending | None:
    if supplement.request_key is None:
        return None
    once.wait_for(session, supplement.request_key)
    made = session.scalars(
        select(Sending).where(Sending.request_key == supplement.request_key)
    ).one_or_none()
    if made is None:
        return None
    same = (
        (made.dossier_id, made.opened_by, made.payer)
        == (dossier.id, by.account_id, supplement.payer)
    ) and counted.same_papers(made.checklist, supplement.papers)
    if not same:
        raise once.FormUsed(number=made.reserved_number)
    return made


def _require_gate(sending: Sending, gate: Gate) -> None:
    if gate_of(sending) is not gate:
        closed(gate_of(sending))
