"""Places: the province, the post's service points with their qualification, the agencies."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from models.places import Agency, AgencyCode, Province, Qualification, ServicePoint
from postal_app.errors import Conflict, Forbidden, Invalid, NotAllowed, Unknown
from postal_app.geography import Place, nearest
from postal_app.rules.roles import Actor
from postal_app.rules.vietnamese import day, fold, folded_words, nfc
from postal_app.rules.words import Words


class UnknownPoint(Unknown):
    """No service point has this code."""

    words = Words(
        "Không có điểm phục vụ bưu chính nào mang mã «{code}».",
        "No postal service point has the code “{code}”.",
    )


class UnknownAgency(Unknown):
    """No agency bears this code on this day."""

    words = Words(
        "Không có cơ quan nào mang mã định danh «{code}» vào ngày này.",
        "No agency bears the identifier “{code}” on that day.",
    )


class PointNotQualified(NotAllowed):
    """The point may not take in or return dossiers on this day."""

    words = Words(
        "{point} không đủ điều kiện tiếp nhận hồ sơ thủ tục hành chính vào ngày {on}; "
        "hãy hướng dẫn người dân đến điểm đủ điều kiện gần nhất.",
        "{point} is not qualified to take in dossiers on {on}; show the citizen the nearest "
        "qualified point.",
    )


class PointCodeTaken(Conflict):
    """Another point has this code."""

    words = Words(
        "Mã điểm «{code}» đã có; mỗi điểm phục vụ có một mã riêng.",
        "The point code “{code}” is taken; each service point has its own.",
    )


class BadPointCode(Invalid):
    """A point's code has six digits."""

    words = Words(
        "Mã điểm phục vụ gồm 6 chữ số, không phải «{code}».",
        "A service point's code has 6 digits, unlike “{code}”.",
    )


@dataclass(frozen=True, slots=True)
class PointValues:
    """A service point as it is entered; coordinates in degrees (WGS 84)."""

    code: str
    name: str
    kind: str
    address: str
    commune_code: str
    catalogue: str
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class AgencyValues:
    """An agency as it is entered; coordinates in degrees (WGS 84), None if unknown."""

    code: str
    name: str
    level: str
    address: str
    latitude: float | None
    longitude: float | None


def province(session: Session) -> Province | None:
    """Give the province this house serves, None before it is set up."""
    return session.scalars(select(Province).order_by(Province.id).limit(1)).first()


def found_province(session: Session, code: str, name: str, *, sample: bool) -> Province:
    """Set up the province; `sample` makes every page and paper say so."""
    made = Province(code=code, name=nfc(name), sample=sample)
    session.add(made)
    session.flush()  # its id binds the first accounts
    return made


def add_point(session: Session, values: PointValues) -> ServicePoint:
    """Add a service point, not yet qualified.

    Raises:
        BadPointCode: the code has not six digits.
        PointCodeTaken: another point has it.
    """
    if len(values.code) != 6 or not values.code.isdecimal():
        raise BadPointCode(field="code", code=values.code)
    if session.scalar(select(exists().where(ServicePoint.code == values.code))):
        raise PointCodeTaken(field="code", code=values.code)
    made = ServicePoint(
        code=values.code,
        name=nfc(values.name),
        kind=nfc(values.kind),
        address=nfc(values.address),
        commune_code=values.commune_code,
        catalogue=values.catalogue,
        latitude=values.latitude,
        longitude=values.longitude,
    )
    session.add(made)
    session.flush()  # its id is what the qualification hangs on
    return made


def qualify(
    session: Session, point: ServicePoint, valid_from: date, valid_to: date | None = None
) -> None:
    """Say from when to when (inclusive) a point may take in and return dossiers."""
    point.qualifications.append(Qualification(valid_from=valid_from, valid_to=valid_to))
    session.flush()  # asked for in SQL by whoever comes next


def end_qualification(session: Session, code: str, last_day: date) -> None:
    """End a point's open qualification with its last day.

    Raises:
        UnknownPoint: no point has the code, or it has no open qualification.
    """
    open_one = session.scalars(
        select(Qualification)
        .join(ServicePoint)
        .where(ServicePoint.code == code, Qualification.valid_to.is_(None))
    ).first()
    if open_one is None:
        raise UnknownPoint(code=code)
    open_one.valid_to = last_day


def point(session: Session, code: str) -> ServicePoint:
    """Give the service point with this code.

    Raises:
        UnknownPoint: there is none.
    """
    found = session.scalars(select(ServicePoint).where(ServicePoint.code == code)).first()
    if found is None:
        raise UnknownPoint(code=code)
    return found


def is_qualified(session: Session, point_id: int, on: date) -> bool:
    """Tell whether a point may take in dossiers on a day."""
    return bool(
        session.scalar(
            select(
                exists().where(
                    Qualification.point_id == point_id,
                    Qualification.valid_from <= on,
                    or_(Qualification.valid_to.is_(None), Qualification.valid_to >= on),
                )
            )
        )
    )


def require_qualified(session: Session, point_id: int, on: date) -> None:
    """Refuse work at a point that is not qualified on a day.

    Raises:
        PointNotQualified: it is not.
    """
    if not is_qualified(session, point_id, on):
        found = session.get_one(ServicePoint, point_id)
        raise PointNotQualified(point=f"{found.name} ({found.code})", on=day(on))


def qualified_points(session: Session, on: date) -> list[ServicePoint]:
    """Give the points qualified on a day, in the order of their codes."""
    return list(
        session.scalars(
            select(ServicePoint)
            .join(Qualification)
            .where(
                Qualification.valid_from <= on,
                or_(Qualification.valid_to.is_(None), Qualification.valid_to >= on),
            )
            .order_by(ServicePoint.code)
        ).unique()
    )


def nearest_points(
    session: Session, where: tuple[float, float], on: date, count: int = 5
) -> list[tuple[ServicePoint, float]]:
    """Give the nearest points qualified on a day with their distance in kilometres.

    Args:
        where: latitude and longitude in degrees.
    """
    points = {found.code: found for found in qualified_points(session, on)}
    places: Iterable[Place] = [
        Place(found.code, found.name, found.latitude, found.longitude) for found in points.values()
    ]
    return [(points[place.code], far) for place, far in nearest(places, where, count)]


def add_agency(session: Session, values: AgencyValues, valid_from: date) -> Agency:
    """Add an agency with the identifier it bears from a day on."""
    made = Agency(
        name=nfc(values.name),
        level=values.level,
        address=nfc(values.address),
        latitude=values.latitude,
        longitude=values.longitude,
        codes=[AgencyCode(code=values.code, valid_from=valid_from)],
    )
    session.add(made)
    session.flush()  # its id binds the officers
    return made


def agency_by_code(session: Session, code: str, on: date) -> Agency:
    """Give the agency that bears an identifier on a day.

    Raises:
        UnknownAgency: none does.
    """
    found = session.scalars(
        select(Agency)
        .join(AgencyCode)
        .where(
            AgencyCode.code == code.strip().upper(),
            AgencyCode.valid_from <= on,
            or_(AgencyCode.valid_to.is_(None), AgencyCode.valid_to >= on),
        )
    ).first()
    if found is None:
        raise UnknownAgency(field="agency", code=code)
    return found


def agencies(session: Session, text: str, limit: int = 10) -> list[tuple[Agency, str]]:
    """Find agencies by beginnings of words of the name, or by identifier, without marks.

    Those that hold the words side by side come first. Each is given with its current code.
    """
    wanted = fold(text)
    rows = session.execute(
        select(Agency, AgencyCode.code)
        .join(AgencyCode)
        .where(AgencyCode.valid_to.is_(None))
        .order_by(AgencyCode.code)
    )
    known = [(f" {folded_words(agency.name)} {fold(code)}", agency, code) for agency, code in rows]
    found = [one for one in known if all(f" {word}" in one[0] for word in wanted.split())]
    found.sort(key=lambda one: f" {wanted}" not in one[0])
    return [(agency, code) for _name, agency, code in found[:limit]]


def own_point(by: Actor) -> int:
    """Give the point a person works at.

    Raises:
        Forbidden: there is none.
    """
    if by.point_id is None:
        raise Forbidden
    return by.point_id


def numbering_code(session: Session, by: Actor, on: date) -> str:
    """Give the code under which a person's place numbers its records on a day."""
    if by.point_id is not None:
        return session.get_one(ServicePoint, by.point_id).code
    code = session.scalar(
        select(AgencyCode.code)
        .where(
            AgencyCode.agency_id == by.agency_id,
            AgencyCode.valid_from <= on,
            or_(AgencyCode.valid_to.is_(None), AgencyCode.valid_to >= on),
        )
        .order_by(AgencyCode.valid_from.desc(), AgencyCode.id.desc())
        .limit(1)
    )
    return code or f"A{by.agency_id}"  # an agency between two codes still numbers its records
