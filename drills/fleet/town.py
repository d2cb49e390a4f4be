"""The town of the drill: a point and one far away, one procedure, and everybody who scans."""

import csv
import hashlib
import io
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from sqlalchemy.orm import Session

from postal_app import catalogue_import, places, staff
from postal_app.catalogue_plan import DecisionValues
from postal_app.catalogue_sheet import read
from postal_app.places import AgencyValues, PointValues
from postal_app.rules.roles import Actor, Role

LIST = Path(__file__).resolve().parents[2] / "postal_app/demo/data/procedures.csv"
PROCEDURE = "9.900001"
AGENCY_CODE = "H28.16"
FIRST_DAY = date(2020, 1, 1)

CLERK, SECOND, OFFICER, HEAD = "hang", "lan", "minh", "thao"
FAR = "thu"
FAR_CODE = "350100"
COURIERS = ("dung", "tuan", "binh")
PEOPLE = {
    CLERK: ("Bùi Thị Hằng", Role.CLERK),
    SECOND: ("Đinh Thị Lan", Role.CLERK),
    "dung": ("Quách Văn Dũng", Role.COURIER),
    "tuan": ("Xa Văn Tuấn", Role.COURIER),
    "binh": ("Bùi Văn Bình", Role.COURIER),
    OFFICER: ("Hà Đức Minh", Role.OFFICER),
    HEAD: ("Bạch Thị Thảo", Role.PROVINCIAL),
    FAR: ("Xa Thị Thu", Role.CLERK),
}


@dataclass(frozen=True, slots=True)
class Town:
    """Who works in the town, by sign-in, and the one password that all of them have."""

    people: Mapping[str, Actor]
    password: str
    point_id: int
    agency_id: int
    other_agency_id: int

    @property
    def scanners(self) -> list[str]:
        """Give who carries a phone: all but the head, who only confirms corrections."""
        return [sign_in for sign_in in self.people if sign_in != HEAD]


def found(session: Session, *, now: datetime) -> Town:
    """Found the town in an empty archive."""
    province = places.found_province(session, "H28", "Hòa Bình", sample=True)
    at = PointValues(
        "354100",
        "Bưu cục Lương Sơn",
        "Bưu cục cấp 2",
        "Lương Sơn",
        "04924",
        "2024",
        20.877,
        105.537,
    )
    point = places.add_point(session, at)
    away = replace(at, code=FAR_CODE, name="Bưu cục Hòa Bình", address="Hòa Bình")
    far = places.add_point(session, away)
    for one in (point, far):
        places.qualify(session, one, FIRST_DAY)
    agency = _agency(session, AGENCY_CODE, "Sở Giao thông Vận tải")
    other = _agency(session, "H28.21", "Sở Xây dựng")
    _publish(session, now)
    password = staff.fresh_password()
    digest = staff.hash_password(password)
    ids = {Role.OFFICER: agency, Role.PROVINCIAL: province.id}
    people = {}
    for sign_in, (name, role) in PEOPLE.items():
        account_id = staff.add_account(session, staff.NewAccount(sign_in, name, digest), now=now)
        place_id = far.id if sign_in == FAR else ids.get(role, point.id)
        assigned = staff.NewAssignment(account_id, role, place_id, FIRST_DAY)
        assignment_id = staff.assign(session, assigned)
        people[sign_in] = Actor(
            account_id,
            assignment_id,
            role,
            name,
            "",
            point_id=place_id if role in staff.POINT_ROLES else None,
            agency_id=place_id if role in staff.AGENCY_ROLES else None,
            province_id=place_id if role in staff.PROVINCE_ROLES else None,
        )
    return Town(people, password, point.id, agency, other)


def _agency(session: Session, code: str, name: str) -> int:
    values = AgencyValues(code, name, "Tỉnh", "Phường Phương Lâm", 20.81, 105.34)
    return places.add_agency(session, values, FIRST_DAY).id


def _publish(session: Session, now: datetime) -> None:
    """Publish the one procedure that everybody comes with; it may go both ways."""
    with LIST.open(encoding="utf-8", newline="") as file:
        row = next(one for one in csv.DictReader(file) if one["Mã TTHC"] == PROCEDURE)
    row["Nộp qua BCCI"] = row["Trả kết quả qua BCCI"] = "Có"
    row["Phải có mặt"] = "Không"
    written = io.StringIO()
    sheet = csv.DictWriter(written, list(row))
    sheet.writeheader()
    sheet.writerow(row)
    content = written.getvalue().encode()
    decision = DecisionValues(
        "01/QĐ-UBND",
        FIRST_DAY,
        FIRST_DAY,
        "Diễn tập",
        "diễn-tập.csv",
        hashlib.sha256(content).hexdigest(),
    )
    catalogue_import.apply(session, read(content), decision, imported_by=HEAD, now=now)
