"""The counter: what a clerk finds at the point, and where a procedure's dossiers go from it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from models.dossiers import Dossier
from models.items import Item, Leg
from models.places import Agency, AgencyCode, ServicePoint
from models.procedures import Decision, Permission
from postal_app import places
from postal_app.catalogue import ProcedureInForce
from postal_app.geography import RecognisedAddress
from postal_app.pickups import UnknownDossier, takes_in
from postal_app.rules.legs import LEGS, End
from postal_app.rules.procedure import AgencyLevel
from postal_app.rules.roles import Actor
from postal_app.rules.vietnamese import VIETNAM, fold

MOST_SHOWN = 200
LATEST = 200  # so many earlier dossiers tell where a procedure's dossiers go
SEALED_HERE = frozenset(
    leg for leg, kind in LEGS.items() if kind.begins in (End.CITIZEN, End.POINT)
)
ONE_PLACE = frozenset({AgencyLevel.MINISTRY, AgencyLevel.PROVINCE})


@dataclass(frozen=True, slots=True)
class Kept:
    """What was written down at the acceptance and is never reckoned again.

    The decisions are those of the list and of the permissions by direction; `tariffs` the versions
    of the prices taken, by kind of money.
    """

    listed_by: Decision | None
    listed_from: date | None
    allowed_by: Mapping[str, Decision]
    tariffs: Mapping[str, str]


def kept(session: Session, found: Dossier) -> Kept:
    """Give what a dossier keeps of the day on which it was taken in."""
    ids = {found.submit_permission_id, found.return_permission_id} - {None}
    permissions = session.scalars(
        select(Permission).options(joinedload(Permission.decision)).where(Permission.id.in_(ids))
    )
    return Kept(
        found.terms.decision if found.terms else None,
        found.terms.valid_from if found.terms else None,
        {one.direction: one.decision for one in permissions},
        {line.kind: line.price_version for line in found.money if line.price_version},
    )


def dossier(session: Session, number: str, by: Actor) -> Dossier:
    """Give a dossier that this person takes in, given up or not, to be looked at.

    Raises:
        UnknownDossier: no dossier of the point, or of the courier, bears the number.
    """
    found = session.scalars(
        select(Dossier)
        .options(
            joinedload(Dossier.terms),
            joinedload(Dossier.agency),
            joinedload(Dossier.opener),
            selectinload(Dossier.legs).joinedload(Leg.item),
        )
        .where(Dossier.number == number.strip().upper(), takes_in(by))
    ).first()
    if found is None:
        raise UnknownDossier(number=number)
    return found


def sealed_on(session: Session, by: Actor, on: date) -> list[Item]:
    """Give the items sealed at the point on a day, the first first; at most `MOST_SHOWN`.

    They are those of every leg but the agencies' own, which they label themselves.
    """
    begin = datetime.combine(on, time(), VIETNAM)
    rows = session.scalars(
        select(Item)
        .options(
            joinedload(Item.agency),
            joinedload(Item.point),
            selectinload(Item.legs).joinedload(Leg.dossier).selectinload(Dossier.parties),
        )
        .where(
            Item.point_id == by.point_id,
            Item.leg.in_(SEALED_HERE),
            Item.created_at >= begin,
            Item.created_at < begin + timedelta(days=1),
        )
        .order_by(Item.created_at, Item.id)
        .limit(MOST_SHOWN)
    )
    return list(rows)


def is_qualified(session: Session, by: Actor, on: date) -> bool:
    """Tell whether the clerk's own point may take dossiers in on a day."""
    return by.point_id is not None and places.is_qualified(session, by.point_id, on)


def nearest_points(
    session: Session, by: Actor, address: RecognisedAddress | None, on: date
) -> list[tuple[ServicePoint, float]]:
    """Give the qualified points nearest to an address, with their distance in kilometres.

    Where the address is not known, they are those nearest to the clerk's own point.
    """
    if address is not None and address.latitude is not None and address.longitude is not None:
        return places.nearest_points(session, (address.latitude, address.longitude), on)
    own = session.get_one(ServicePoint, by.point_id)
    return places.nearest_points(session, (own.latitude, own.longitude), on)


def usual_agency(session: Session, procedure: ProcedureInForce, on: date) -> tuple[str, str]:
    """Give code and name of the only agency a procedure's dossiers can be meant for.

    It is the only one of the procedure's level, or, where a ministry or the province settles it,
    the only one its latest dossiers went to. Two empty texts when there is more than one.
    """
    level = AgencyLevel(procedure.agency_level)
    wanted = _level_name(level.words.vi)
    there = [one for one in _agencies(session, on) if _level_name(one[2]) in (wanted, level)]
    if len(there) != 1 and level in ONE_PLACE:
        latest = (
            select(Dossier.agency_id)
            .where(Dossier.procedure_code == procedure.code)
            .order_by(Dossier.id.desc())
            .limit(LATEST)
        )
        there = _agencies(session, on, latest)
    return there[0][:2] if len(there) == 1 else ("", "")


def _agencies(
    session: Session, on: date, only: Select[int] | None = None
) -> list[tuple[str, str, str]]:
    asked = (
        select(AgencyCode.code, Agency.name, Agency.level)
        .join(Agency)
        .where(
            AgencyCode.valid_from <= on,
            or_(AgencyCode.valid_to.is_(None), AgencyCode.valid_to >= on),
        )
    )
    if only is not None:
        asked = asked.where(Agency.id.in_(only))
    return [(code, name, level) for code, name, level in session.execute(asked)]


def _level_name(level: str) -> str:
    return fold(level).removeprefix("cap ")
