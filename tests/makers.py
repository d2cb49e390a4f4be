"""Makers: a small province with faces, built through the models for tests of the desks."""

import uuid
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy.orm import Session

from models.items import Item
from models.places import Agency, Province, ServicePoint
from models.procedures import Component, Decision, Permission, Procedure, Terms
from models.staff import Account, Assignment
from postal_app import agency_desk, pickups, places, scanning
from postal_app.agency_desk import Acceptance
from postal_app.envelopes import Envelope
from postal_app.pickup_form import Money, Paper, Person, Pickup, SignedBy
from postal_app.rules.roles import Actor, Role
from postal_app.rules.vietnamese import fold

NINE = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)  # Monday, nine in the morning in Hòa Bình
TODAY = date(2026, 3, 2)
DECISION_DAY = date(2026, 1, 1)

LICENCE = "1.002809"  # cấp đổi giấy phép lái xe: both ways
RECORD = "1.004111"  # cấp phiếu lý lịch tư pháp: submit in person, result by post
MARRIAGE = "1.000894"  # đăng ký kết hôn: neither


def minutes(count: float) -> datetime:
    """Give the instant so many minutes after nine."""
    return NINE + timedelta(minutes=count)


@dataclass(frozen=True)
class Town:
    """A small province with two points, an agency and its people."""

    province: Province
    luong_son: ServicePoint
    hoa_binh: ServicePoint
    agency: Agency
    clerk: Actor
    other_clerk: Actor
    courier: Actor
    other_courier: Actor
    officer: Actor
    provincial: Actor
    auditor: Actor
    administrator: Actor


def make_town(session: Session) -> Town:
    """Build the province: Lương Sơn's clerk bà Bùi Thị Hằng, courier anh Quách Văn Dũng, …"""
    province = places.found_province(session, "H28", "Hòa Bình", sample=True)
    luong_son = make_point(session, "354100", "Bưu cục Lương Sơn", 20.877, 105.537)
    hoa_binh = make_point(session, "350100", "Bưu cục Hòa Bình", 20.815, 105.334)
    agency = places.add_agency(
        session,
        places.AgencyValues(
            "H28.16", "Sở Giao thông Vận tải", "Tỉnh", "Phường Phương Lâm", 20.81, 105.34
        ),
        DECISION_DAY,
    )
    make_catalogue(session)
    return Town(
        province,
        luong_son,
        hoa_binh,
        agency,
        make_actor(session, "hang", "Bùi Thị Hằng", Role.CLERK, luong_son),
        make_actor(session, "lan", "Đinh Thị Lan", Role.CLERK, hoa_binh),
        make_actor(session, "dung", "Quách Văn Dũng", Role.COURIER, luong_son),
        make_actor(session, "tuan", "Xa Văn Tuấn", Role.COURIER, hoa_binh),
        make_actor(session, "minh", "Hà Đức Minh", Role.OFFICER, agency),
        make_actor(session, "thao", "Bạch Thị Thảo", Role.PROVINCIAL, province),
        make_actor(session, "kiem", "Lường Văn Kiểm", Role.AUDITOR, province),
        make_actor(session, "quan", "Đinh Công Quản", Role.ADMINISTRATOR, province),
    )


def make_point(
    session: Session, code: str, name: str, latitude: float, longitude: float
) -> ServicePoint:
    """Add a point that is qualified since the decision's day."""
    values = places.PointValues(
        code, name, "Bưu cục cấp 2", name, "04924", "2024", latitude, longitude
    )
    point = places.add_point(session, values)
    places.qualify(session, point, DECISION_DAY)
    return point


def make_actor(
    session: Session, sign_in: str, name: str, role: Role, place: ServicePoint | Agency | Province
) -> Actor:
    """Add an account with one assignment; nobody signs in with its password."""
    bound = {
        "point_id": place.id if isinstance(place, ServicePoint) else None,
        "agency_id": place.id if isinstance(place, Agency) else None,
        "province_id": place.id if isinstance(place, Province) else None,
    }
    account = Account(sign_in=sign_in, full_name=name, password_hash="!", created_at=NINE)
    assignment = Assignment(account=account, role=role, valid_from=DECISION_DAY, **bound)
    session.add_all([account, assignment])
    session.flush()
    return Actor(account.id, assignment.id, role, name, place.name, **bound)


def make_catalogue(session: Session) -> None:
    """Publish three procedures by one decision: both ways, result only, neither."""
    decision = Decision(
        number="01/QĐ-UBND",
        issued_on=date(2025, 12, 20),
        in_force_from=DECISION_DAY,
        issuer="UBND tỉnh Hòa Bình",
        file_name="danh-muc.xlsx",
        file_digest="0" * 64,
        imported_at=NINE,
        imported_by="quan",
    )
    session.add(decision)
    for code, name, submit, returned in (
        (LICENCE, "Cấp đổi giấy phép lái xe", True, True),
        (RECORD, "Cấp Phiếu lý lịch tư pháp", False, True),
        (MARRIAGE, "Đăng ký kết hôn", False, False),
    ):
        session.add(_procedure(decision, code, name, {"submit": submit, "return": returned}))
    session.flush()


def _procedure(decision: Decision, code: str, name: str, allowed: dict[str, bool]) -> Procedure:
    terms = Terms(
        decision=decision,
        name=name,
        field="Đường bộ",
        agency_level="province",
        presence_needed=not allowed["submit"],
        online_level="4",
        fee=0,
        charge=135_000,
        working_days=5,
        folded_name=fold(name),
        folded_field=fold("Đường bộ"),
        valid_from=DECISION_DAY,
        components=[
            Component(position=1, name="Đơn đề nghị theo mẫu", kind="original", count=1),
            Component(position=2, name="Giấy phép lái xe cũ", kind="copy", count=1),
        ],
    )
    permissions = [
        Permission(
            decision=decision,
            direction=direction,
            allowed=may,
            reason="" if may else "phải có mặt",
            valid_from=DECISION_DAY,
        )
        for direction, may in allowed.items()
    ]
    return Procedure(code=code, terms=[terms], permissions=permissions)


def pickup_of(procedure: str = LICENCE, **changes: object) -> Pickup:
    """Give what the clerk fills in for Bà Đinh Thị Mai's driving licence."""
    mai = Person("Đinh Thị Mai", "0912345678", "Xóm Đồng, xã Tân Vinh, huyện Lương Sơn, Hòa Bình")
    values: dict[str, object] = {
        "service_form": "both",
        "procedure_code": procedure,
        "agency_code": "H28.16",
        "sender": mai,
        "owner": mai,
        "receiver": mai,
        "papers": (
            Paper("Đơn đề nghị theo mẫu", "original", 1, 1, 2),
            Paper("Giấy phép lái xe cũ", "copy", 1, 1, 1),
        ),
        "money": (Money("charge", 135_000), Money("postage", 30_000)),
    }
    return Pickup(**(values | changes))


def take_in(session: Session, town: Town, now: datetime = NINE, **changes: object) -> Item:
    """Take a dossier in through all three gates at Lương Sơn."""
    dossier = pickups.open_pickup(session, pickup_of(**changes), town.clerk, now=now)
    both = [SignedBy("clerk"), SignedBy("sender")]
    pickups.sign(session, dossier.number, both, town.clerk, now=now)
    return pickups.seal(session, dossier.number, Envelope("NP0001", 120), town.clerk, now=now)


def scan(
    number: str, kind: str, at: datetime = NINE, scan_id: int | None = None, **details: str
) -> scanning.Scan:
    """Give a scan as a phone sends it."""
    identity = uuid.UUID(int=scan_id) if scan_id is not None else uuid.uuid4()
    return scanning.Scan(identity, number, kind, at, details)


def bring_to_agency(session: Session, town: Town, item: Item) -> None:
    """Carry an item from Lương Sơn to the agency, one courier, seal seen."""
    scans = [
        scan(item.number, "departed", minutes(60)),
        scan(item.number, "handed_to_agency", minutes(120), condition="intact"),
    ]
    scanning.take_in(session, scans, town.courier, now=minutes(121))


def accept(session: Session, town: Town, item: Item, code: str = "H28.16-260302-0001") -> None:
    """Let the agency accept an item that was handed to it."""
    acceptance = Acceptance(code, date(2026, 3, 9), "intact")
    agency_desk.accept(session, item.number, acceptance, town.officer, now=minutes(180))
