"""The sample province of Hòa Bình: its places, people and decisions, set up at the desks."""

import csv
import hashlib
import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.procedures import Decision
from models.staff import Account
from postal_app import (
    calendars,
    catalogue_import,
    compensation_limits,
    delivery_terms,
    place_lists,
    places,
    staff,
    tariff_lists,
    transit_standards,
)
from postal_app.catalogue_plan import DecisionValues
from postal_app.catalogue_sheet import read
from postal_app.delivery_terms import HOLDING, Term
from postal_app.demo.people import People
from postal_app.rules.roles import Actor, Role
from postal_app.rules.vietnamese import day_of

DATA = Path(__file__).parent / "data"

CODE, NAME = "H28", "Hòa Bình"
ISSUER = "Ủy ban nhân dân tỉnh Hòa Bình (dữ liệu mẫu)"
FIRST_DECISION, SECOND_DECISION = "MẪU-01/QĐ-UBND", "MẪU-02/QĐ-UBND"

PUBLISHED: dict[str, Callable[..., object]] = {
    "calendar": calendars.apply,
    "standards": transit_standards.apply,
    "tariff": tariff_lists.apply,
}
"""The lists that are published before anybody comes, and what takes each in."""

WITHDRAWN = ("2.002288", "1.005136", "1.005319")
"""What the second decision no longer lets go by post …"""
GRANTED = ("2.000815", "2.000942", "2.000873")
"""… and what it allows instead, so that the totals stay."""

ENDED_POINT = "350862"
"""Took dossiers in until somebody found that its qualification had ended long ago."""

HUB = "350100"
BUSY_AGENCY = "Sở Giao thông Vận tải"

SIGN_INS = {
    Role.CLERK: "giaodich",
    Role.COURIER: "buuta",
    Role.OFFICER: "coquan",
    Role.PROVINCIAL: "captinh",
    Role.AUDITOR: "kiemtoan",
    Role.ADMINISTRATOR: "quantri",
}
"""The sign-in of each role for a person to try; all at the busiest places."""


SECOND_PROVINCIAL = "captinh2"
"""Who approves what the first of the province proposes."""

SAMPLE_SOURCE = "Dữ liệu mẫu, không phải thông báo của cơ quan nào"
HELD_DAYS = 5
TIMES_THE_POSTAGE = 4


@dataclass(frozen=True, slots=True)
class Point:
    """A service point with its two people; `commune` is its address down to the province."""

    code: str
    name: str
    kind: str
    district: str
    commune: str
    qualified: bool
    clerk: Actor
    courier: Actor


@dataclass(frozen=True, slots=True)
class Office:
    """An agency with its officer; `district` is empty for an agency of the province."""

    code: str
    name: str
    level: str
    district: str
    officer: Actor


@dataclass(frozen=True, slots=True)
class Listed:
    """A procedure of the sample list, as far as the story chooses by it."""

    code: str
    field: str
    level: str
    submit: bool
    back: bool

    @property
    def is_national(self) -> bool:
        """Tell whether the code is one of the national catalogue."""
        return not self.code.startswith("9.9")


@dataclass(frozen=True, slots=True)
class Scene:
    """The province as the story needs it."""

    points: Mapping[str, Point]
    offices: Sequence[Office]
    procedures: Sequence[Listed]
    offices_of_fields: Mapping[str, str]
    provincial: Actor
    second_provincial: Actor
    second_decision_from: date

    @property
    def hub(self) -> Point:
        """Give the post office of the province's town."""
        return self.points[HUB]

    def office_for(self, procedure: Listed, point: Point) -> Office:
        """Give the agency that settles a procedure for somebody who comes to a point."""
        if procedure.level == "Tỉnh":
            name = self.offices_of_fields[procedure.field]
            return next(office for office in self.offices if office.name == name)
        own = [
            o for o in self.offices if o.level == procedure.level and o.district == point.district
        ]
        commune = point.commune.partition(",")[0].lower()
        return next((office for office in own if commune in office.name.lower()), own[0])


def is_there(session: Session) -> bool:
    """Tell whether the sample province is in this archive."""
    found = session.scalar(select(Decision.id).where(Decision.number == FIRST_DECISION))
    place = places.province(session)
    return found is not None and place is not None and place.sample


def is_empty(session: Session) -> bool:
    """Tell whether nothing has been entered into this archive yet."""
    things = (select(Decision.id), select(Account.id))
    return places.province(session) is None and not any(
        session.scalar(thing.limit(1)) for thing in things
    )


def found(
    session: Session, people: People, rng: Random, decisions: Sequence[date], *, now: datetime
) -> Scene:
    """Set the province up: its places, its staff and the first decision.

    Args:
        decisions: the days on which the two decisions come into force.
    """
    place = places.found_province(session, CODE, NAME, sample=True)
    for name, take_in in PUBLISHED.items():
        content = (DATA / f"{name}.csv").read_bytes()
        take_in(session, content, imported_by=SIGN_INS[Role.PROVINCIAL], now=now)
    hiring = _Hiring(session, people, rng, now)
    points, offices = _open_points(hiring), _open_offices(hiring)
    of_province = {
        role: hiring.hire(role, place.id, NAME, SIGN_INS[role])
        for role in (Role.PROVINCIAL, Role.AUDITOR, Role.ADMINISTRATOR)
    }
    content = (DATA / "procedures.csv").read_bytes()
    _publish(session, content, FIRST_DECISION, decisions[0], now)
    _publish_terms(session, of_province[Role.PROVINCIAL], now)
    fields = json.loads((DATA / "fields_of_agencies.json").read_text(encoding="utf-8"))["fields"]
    return Scene(
        points,
        offices,
        [_listed(row) for row in _read("procedures.csv")],
        fields,
        of_province[Role.PROVINCIAL],
        hiring.hire(Role.PROVINCIAL, place.id, NAME, SECOND_PROVINCIAL),
        decisions[1],
    )


def _publish_terms(session: Session, by: Actor, now: datetime) -> None:
    """Enter how long an envelope is held for its receiver, and what a lost one is worth."""
    held = Term(HOLDING, HELD_DAYS, day_of(now), SAMPLE_SOURCE)
    delivery_terms.enter(session, held, by, now=now)
    compensation_limits.publish_limit(
        session, TIMES_THE_POSTAGE, day_of(now), SAMPLE_SOURCE, by, now=now
    )


def publish_second_decision(session: Session, in_force_from: date, *, now: datetime) -> None:
    """Take the second decision in: some procedures lose the post, as many gain it."""
    rows = _read("procedures.csv")
    for row in rows:
        if row["Mã TTHC"] in WITHDRAWN + GRANTED:
            said = "Có" if row["Mã TTHC"] in GRANTED else "Không"
            row["Nộp qua BCCI"] = row["Trả kết quả qua BCCI"] = said
    _publish(session, _written(rows), SECOND_DECISION, in_force_from, now)


def end_qualification(session: Session) -> None:
    """End the one point's qualification with the day that should have been its last."""
    row = next(one for one in _read("points_unqualified.csv") if one["Mã điểm"] == ENDED_POINT)
    last_day = date.fromisoformat(row["Đủ điều kiện đến"])
    places.end_qualification(session, ENDED_POINT, last_day)


def _publish(
    session: Session, content: bytes, number: str, in_force_from: date, now: datetime
) -> None:
    decision = DecisionValues(
        number=number,
        issued_on=min(day_of(now), in_force_from),
        in_force_from=in_force_from,
        issuer=ISSUER,
        file_name="danh-muc-mau.csv",
        file_digest=hashlib.sha256(content).hexdigest(),
    )
    imported_by = SIGN_INS[Role.PROVINCIAL]
    catalogue_import.apply(session, read(content), decision, imported_by=imported_by, now=now)


@dataclass(slots=True)
class _Hiring:
    """Lets people in; they share the digest of a password that nobody knows."""

    session: Session
    people: People
    rng: Random
    now: datetime
    digest: str = ""

    def hire(self, role: Role, place_id: int, place: str, sign_in: str) -> Actor:
        """Give a new person in a role at a place."""
        self.digest = self.digest or staff.hash_password(staff.fresh_password())
        name = self.people.name(self.rng)
        account = staff.NewAccount(sign_in, name, self.digest)
        account_id = staff.add_account(self.session, account, now=self.now)
        new = staff.NewAssignment(account_id, role, place_id, day_of(self.now))
        assignment_id = staff.assign(self.session, new)
        bound = {
            "point_id": place_id if role in staff.POINT_ROLES else None,
            "agency_id": place_id if role in staff.AGENCY_ROLES else None,
            "province_id": place_id if role in staff.PROVINCE_ROLES else None,
        }
        return Actor(account_id, assignment_id, role, name, place, **bound)


def _open_points(hiring: _Hiring) -> dict[str, Point]:
    """Take the points in; the one that ends later is still open, as people believed it was."""
    unqualified = _read("points_unqualified.csv")
    believed = [
        row | {"Đủ điều kiện đến": ""} if row["Mã điểm"] == ENDED_POINT else row
        for row in unqualified
    ]
    place_lists.import_points(hiring.session, (DATA / "points.csv").read_bytes())
    place_lists.import_points(hiring.session, _written(believed))
    return {row["Mã điểm"]: _point(hiring, row) for row in [*_read("points.csv"), *unqualified]}


def _point(hiring: _Hiring, row: Mapping[str, str]) -> Point:
    code, name = row["Mã điểm"], row["Tên điểm"]
    point_id = places.point(hiring.session, code).id
    clerk, courier = (
        hiring.hire(role, point_id, name, SIGN_INS[role] if code == HUB else f"{short}-{code}")
        for role, short in ((Role.CLERK, "gdv"), (Role.COURIER, "bt"))
    )
    qualified = not row["Đủ điều kiện đến"]
    place = row["Huyện"].lower(), row["Địa chỉ"]
    return Point(code, name, row["Loại"], *place, qualified, clerk, courier)


def _open_offices(hiring: _Hiring) -> list[Office]:
    place_lists.import_agencies(hiring.session, (DATA / "agencies.csv").read_bytes())
    return [_office(hiring, row) for row in _read("agencies.csv")]


def _office(hiring: _Hiring, row: Mapping[str, str]) -> Office:
    code, name, level = row["Mã định danh"], row["Tên cơ quan"], row["Cấp"]
    agency_id = places.agency_by_code(hiring.session, code, day_of(hiring.now)).id
    sign_in = SIGN_INS[Role.OFFICER] if name == BUSY_AGENCY else f"cq-{code.lower()}"
    officer = hiring.hire(Role.OFFICER, agency_id, name, sign_in)
    district = name.removeprefix("Ủy ban nhân dân ").rpartition(", ")[2].lower()
    return Office(code, name, level, "" if level == "Tỉnh" else district, officer)


def _listed(row: Mapping[str, str]) -> Listed:
    return Listed(
        row["Mã TTHC"],
        row["Lĩnh vực"],
        row["Cấp thực hiện"],
        row["Nộp qua BCCI"] == "Có",
        row["Trả kết quả qua BCCI"] == "Có",
    )


def _read(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _written(rows: Sequence[Mapping[str, str]]) -> bytes:
    written = io.StringIO()
    sheet = csv.DictWriter(written, list(rows[0]))
    sheet.writeheader()
    sheet.writerows(rows)
    return written.getvalue().encode()
