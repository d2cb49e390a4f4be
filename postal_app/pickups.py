"""Pickups: a clerk takes a dossier in, gate by gate, in the order the law gives.

Count with the citizen, both sign, then seal (QĐ 45/2016/QĐ-TTg Art. 6; TT 17/2017/TT-BTTTT
Art. 5). Each gate is one piece of work that is kept at once, so nothing counted is lost when the
line drops. What the post may not carry is blocked before anything is counted; nobody can pass it.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import NoReturn

from sqlalchemy import ColumnElement, and_, literal, or_, select
from sqlalchemy.orm import Session

from labels.forms.editions import latest
from models.dossiers import Dossier, Party
from models.items import Item
from postal_app import (
    catalogue,
    collecting,
    collection_calls,
    counted,
    money,
    numbers,
    once,
    places,
)
from postal_app.envelopes import Envelope, make_item, take_over
from postal_app.errors import Conflict, NotAllowed, Unknown
from postal_app.geography import RecognisedAddress, recognise
from postal_app.pickup_form import Person, Pickup, SignedBy, check
from postal_app.places import own_point
from postal_app.rules.intake import GATE_WORDS, Gate, next_gate
from postal_app.rules.legs import SUBMISSION
from postal_app.rules.permission import BothVerdicts, Direction
from postal_app.rules.roles import Actor, Role
from postal_app.rules.vietnamese import day_of, fold, tidy
from postal_app.rules.words import Words

FORM_VERSION = latest("phieu-gui").code

# Written out in the statement: a plan for any form could not use the index of open pickups.
RECEIVE = literal("receive", literal_execute=True)

DIRECTIONS = {
    "send": (Direction.SUBMIT,),
    "receive": (Direction.RETURN,),
    "both": (Direction.SUBMIT, Direction.RETURN),
}


class UnknownDossier(Unknown):
    """No dossier in this person's reach bears the number."""

    words = Words(
        "Không tìm thấy hồ sơ «{number}»; hãy kiểm tra lại số.",
        "Dossier “{number}” was not found; check the number.",
    )


class NotByPost(NotAllowed):
    """The procedure may not go by post in this direction on this day."""

    words = Words("{why_vi} {instead_vi}", "{why_en} {instead_en}")


class GateClosed(Conflict):
    """Another gate comes first."""

    words = Words(
        "Chưa làm được bước này: bước tiếp theo của hồ sơ là «{next_vi}».",
        "Not yet: the next step of this dossier is “{next_en}”.",
    )


def open_pickup(session: Session, pickup: Pickup, by: Actor, *, now: datetime) -> Dossier:
    """Pass the first gate: keep what was counted and give the dossier its number.

    A form that was sent before gives the dossier that was made of it.

    Raises:
        PointNotQualified: the clerk's point, or the point where the result shall wait, may not
            do so today.
        NotByPost: the procedure may not go by post that way today; there is no override.
        UnknownProcedure: the catalogue has no such procedure today.
        UnknownAgency: no agency bears the code today.
        FormUsed: the form was sent before with other content.
        UnknownCall: the wish to be fetched is none of this point's.
        Invalid: a field cannot be used; the error names it.
    """
    check(pickup)
    point_id = own_point(by)
    if (made := _made_before(session, pickup, by)) is not None:
        return made
    if pickup.call_id is not None:
        collection_calls.find(session, pickup.call_id, by)
    today = day_of(now)
    places.require_qualified(session, point_id, today)
    procedure = catalogue.get(session, pickup.procedure_code, today)
    permissions = _allowed(procedure.verdicts, pickup.service_form)
    sends = pickup.service_form != "receive"
    dossier = Dossier(
        number=numbers.next_dossier_number(session, today.year),
        service_form=pickup.service_form,
        procedure_code=procedure.code,
        terms_id=procedure.terms_id,
        submit_permission_id=permissions.get(Direction.SUBMIT),
        return_permission_id=permissions.get(Direction.RETURN),
        point_id=point_id,
        return_point_id=_return_point(session, pickup, today),
        agency_id=places.agency_by_code(session, pickup.agency_code, today).id,
        opened_by=by.account_id,
        at_home=by.role is Role.COURIER,
        call_id=pickup.call_id,
        request_key=pickup.request_key,
        form_version=FORM_VERSION,
        opened_at=now,
        counted_at=now,
        reserved_number=numbers.next_item_number(session) if sends else None,
        parties=_parties(pickup),
        checklist=counted.checklist(pickup.papers),
    )
    session.add(dossier)
    session.flush()  # the signatures hang on its id
    collecting.take(session, dossier, pickup.money, "intake", by, now=now)
    return dossier


def sign(
    session: Session, number: str, signed: Sequence[SignedBy], by: Actor, *, now: datetime
) -> Dossier:
    """Pass the second gate: keep the signatures; it is open only when both have signed.

    Raises:
        UnknownDossier: no such dossier at the clerk's point.
        GateClosed: the papers are not counted, or the envelope is sealed already.
    """
    dossier = find_open(session, number, by)
    require_gate(dossier, Gate.SIGN)
    dossier.signatures += counted.signatures(signed, now)
    if gate_of(dossier) is not Gate.SIGN:
        dossier.signed_at = now
    session.flush()  # a second signature by the same signer must fail here, not at the commit
    if gate_of(dossier) is Gate.DONE:
        collection_calls.fetched(session, dossier, by, now=now)
    return dossier


def seal(session: Session, number: str, envelope: Envelope, by: Actor, *, now: datetime) -> Item:
    """Pass the third gate: the envelope is sealed before the sender and becomes an item.

    Raises:
        UnknownDossier: no such dossier at the clerk's point.
        GateClosed: not both have signed, or it is sealed already.
        SealMissing, BadWeight: the envelope's values cannot be used.
    """
    dossier = find_open(session, number, by)
    require_gate(dossier, Gate.SEAL)
    return seal_counted(session, [dossier], envelope, by, now=now)


def seal_counted(
    session: Session, dossiers: Sequence[Dossier], envelope: Envelope, by: Actor, *, now: datetime
) -> Item:
    """Make one envelope of dossiers that both have signed for; it bears the first one's number."""
    for dossier in dossiers:
        dossier.sealed_at = now
    numbered = replace(envelope, number=dossiers[0].reserved_number or "")
    item = make_item(session, SUBMISSION, dossiers, numbered, now=now)
    take_over(session, item, by, now=now)
    for dossier in dossiers:
        collection_calls.fetched(session, dossier, by, now=now)
    return item


def give_up(session: Session, number: str, reason: str, by: Actor, *, now: datetime) -> None:
    """Give a pickup up before the seal, with the reason.

    Raises:
        UnknownDossier: no such dossier at the clerk's point.
        GateClosed: the envelope is sealed; from then on only the ledger's way is open.
        HandedOver: the agency has its money.
    """
    dossier = find_open(session, number, by)
    if dossier.sealed_at is not None:
        _refuse_gate(dossier)
    money.require_none_handed_over(session, dossier)
    dossier.voided_at, dossier.void_reason = now, tidy(reason)


def find_open(session: Session, number: str, by: Actor) -> Dossier:
    """Give a dossier that this person takes in and nobody gave up, locked for this work.

    Raises:
        UnknownDossier: there is none.
    """
    found = session.scalars(
        select(Dossier)
        .where(
            Dossier.number == number.strip().upper(),
            takes_in(by),
            Dossier.voided_at.is_(None),
        )
        .with_for_update()
    ).first()
    if found is None:
        raise UnknownDossier(number=number)
    return found


def unfinished(session: Session, by: Actor) -> list[Dossier]:
    """Give the pickups that have not passed all gates, oldest first.

    A courier is given his own, a clerk those of the point.
    """
    rows = session.scalars(
        select(Dossier)
        .where(
            takes_in(by),
            Dossier.counted_at.is_not(None),  # what an agency took in itself is no pickup
            Dossier.voided_at.is_(None),
            Dossier.sealed_at.is_(None),
            or_(Dossier.service_form != RECEIVE, Dossier.signed_at.is_(None)),
        )
        .order_by(Dossier.opened_at)
    )
    return list(rows)


def gate_of(dossier: Dossier) -> Gate:
    """Give the next gate of a dossier."""
    signers = frozenset(signature.signer for signature in dossier.signatures)
    return next_gate(dossier.service_form, dossier.counted_at, signers, dossier.sealed_at)


def takes_in(by: Actor) -> ColumnElement[bool]:
    """Give the condition of the dossiers a person takes in: a courier only what he began himself.

    Raises:
        Forbidden: this person works at no point.
    """
    at_the_point = Dossier.point_id == own_point(by)
    if by.role is Role.COURIER:
        return and_(at_the_point, Dossier.opened_by == by.account_id)
    return at_the_point


def _made_before(session: Session, pickup: Pickup, by: Actor) -> Dossier | None:
    """Give the dossier that this very form was made into when it was sent before.

    Raises:
        FormUsed: it was another content, or another person's.
    """
    if pickup.request_key is None:
        return None
    once.wait_for(session, pickup.request_key)
    made = session.scalars(
        select(Dossier).where(Dossier.request_key == pickup.request_key)
    ).one_or_none()
    if made is None:
        return None
    if made.opened_by != by.account_id or not _is_same(made, pickup):
        raise once.FormUsed(number=made.number)
    return made


def _is_same(made: Dossier, pickup: Pickup) -> bool:
    people = {(one.part, one.name, one.phone, one.address) for one in made.parties}
    wanted = {
        (part, tidy(one.name), tidy(one.phone), tidy(one.address))
        for part, one in _people(pickup).items()
    }
    return (
        (made.procedure_code, made.service_form) == (pickup.procedure_code, pickup.service_form)
        and people == wanted
        and counted.same_papers(made.checklist, pickup.papers)
    )


def _return_point(session: Session, pickup: Pickup, today: date) -> int | None:
    """Give the point where the result shall wait; None where it is brought to the receiver."""
    if not pickup.return_point_code or pickup.service_form == "send":
        return None
    point = places.point(session, pickup.return_point_code)
    places.require_qualified(session, point.id, today)
    return point.id


def _allowed(verdicts: BothVerdicts, service_form: str) -> dict[Direction, int | None]:
    """Give the permissions the service rests on, or refuse with the verdict's own words."""
    wanted = [verdicts.of(direction) for direction in DIRECTIONS[service_form]]
    for verdict in wanted:
        if not verdict.is_allowed:
            raise NotByPost(
                field="procedure_code",
                why_vi=verdict.words.vi,
                why_en=verdict.words.en,
                instead_vi=verdicts.instead.vi,
                instead_en=verdicts.instead.en,
            )
    return {v.direction: v.basis.permission_id for v in wanted if v.basis is not None}


def require_gate(dossier: Dossier, gate: Gate) -> None:
    """Refuse work that is not the next one.

    Raises:
        GateClosed: another gate comes first.
    """
    if gate_of(dossier) is not gate:
        _refuse_gate(dossier)


def _refuse_gate(dossier: Dossier) -> NoReturn:
    closed(gate_of(dossier))


def closed(next_one: Gate) -> NoReturn:
    """Refuse, and say which gate is the next one.

    Raises:
        GateClosed: always.
    """
    words = GATE_WORDS[next_one]
    raise GateClosed(next_vi=words.vi, next_en=words.en)


def party(part: str, person: Person, known: RecognisedAddress | None = None) -> Party:
    """Give a party with its address as written and the units recognised in it, now or before."""
    place = known or recognise(person.address)
    return Party(
        part=part,
        name=tidy(person.name),
        folded_name=fold(person.name),
        phone=tidy(person.phone),
        address=tidy(person.address),
        province_code=place.province and place.province.code,
        district_code=place.district and place.district.code,
        commune_code=place.commune and place.commune.code,
        catalogue=place.catalogue,
    )


def _parties(pickup: Pickup) -> list[Party]:
    """Give the three parties; most often they share one address, which is then read once."""
    people = _people(pickup)
    known = {address: recognise(address) for address in {one.address for one in people.values()}}
    return [party(part, person, known[person.address]) for part, person in people.items()]


def _people(pickup: Pickup) -> dict[str, Person]:
    return {"sender": pickup.sender, "owner": pickup.owner, "receiver": pickup.receiver}
