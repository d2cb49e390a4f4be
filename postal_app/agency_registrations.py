"""Registrations: dossiers an agency took in itself, whose results go by post all the same."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from models.dossiers import Dossier
from models.places import ServicePoint
from postal_app import catalogue, numbers, places
from postal_app.agency_dossiers import own_agency, require_free
from postal_app.pickup_form import PARTS, NameOrAddressMissing, Person
from postal_app.pickups import FORM_VERSION, party
from postal_app.rules.codes import dossier_code
from postal_app.rules.permission import Direction
from postal_app.rules.roles import Actor
from postal_app.rules.vietnamese import day_of, tidy


@dataclass(frozen=True, slots=True)
class Registration:
    """A dossier that did not come by post and whose result shall go by post."""

    procedure_code: str
    dossier_code: str
    receiver: Person
    point_code: str


def register(session: Session, registration: Registration, by: Actor, *, now: datetime) -> Dossier:
    """Enter a dossier that the agency took in itself and whose result shall go by post.

    The catalogue is asked but does not block: the agency has the dossier, and what it hands to
    the post is a fact that the month's end judges.

    Raises:
        CodeMissing, CodeTaken: the dossier code cannot be used.
        NameOrAddressMissing: the receiver cannot be reached.
        UnknownPoint: no service point bears the code.
    """
    code = dossier_code(registration.dossier_code)
    require_free(session, code)
    receiver = registration.receiver
    if not tidy(receiver.name) or not tidy(receiver.address):
        words = PARTS["receiver"]
        raise NameOrAddressMissing(field="receiver_name", part_vi=words.vi, part_en=words.en)
    point: ServicePoint = places.point(session, registration.point_code)
    today = day_of(now)
    known = _in_catalogue(session, registration.procedure_code, today)
    dossier = Dossier(
        number=numbers.next_dossier_number(session, today.year),
        service_form="receive",
        procedure_code=known.code if known else tidy(registration.procedure_code),
        terms_id=known.terms_id if known else None,
        return_permission_id=known.permission_id(Direction.RETURN) if known else None,
        point_id=point.id,
        agency_id=own_agency(by),
        opened_by=by.account_id,
        form_version=FORM_VERSION,
        opened_at=now,
        accepted_at=now,
        dossier_code=code,
        parties=[party("receiver", receiver)],
    )
    session.add(dossier)
    session.flush()  # its number is shown at once
    return dossier


def _in_catalogue(session: Session, code: str, today: date) -> catalogue.ProcedureInForce | None:
    try:
        return catalogue.get(session, code, today)
    except (catalogue.UnknownProcedure, catalogue.NotInForce):
        return None
