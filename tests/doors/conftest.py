"""Who stands at the doors: a small province with one person of each role, and their browsers."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from models.places import Agency, Province, ServicePoint
from postal_app import staff
from postal_app.rules.roles import Role
from routes import sessions
from routes.archive import transaction

PASSWORD = "sông Đà mùa nước"
DIGEST = staff.hash_password(PASSWORD)
FIRST_DAY = date(2020, 1, 1)

NAMES = {
    Role.CLERK: ("hang.bui", "Bùi Thị Hằng"),
    Role.COURIER: ("tuan.quach", "Quách Văn Tuấn"),
    Role.OFFICER: ("lan.nguyen", "Nguyễn Thị Lan"),
    Role.PROVINCIAL: ("minh.ha", "Hà Đức Minh"),
    Role.AUDITOR: ("thu.dinh", "Đinh Thu"),
    Role.ADMINISTRATOR: ("quan.tri", "Trần Quang Trị"),
}


@dataclass
class Post:
    """The province as the tests of the doors find it; ids by what they are."""

    point: int = 0
    other_point: int = 0
    agency: int = 0
    other_agency: int = 0
    province: int = 0
    accounts: dict[Role, int] = field(default_factory=dict)
    assignments: dict[Role, int] = field(default_factory=dict)


@dataclass
class Browser:
    """Somebody's browser: knows the token of the form it sends."""

    client: FlaskClient

    def get(self, path: str, **more: object) -> TestResponse:
        """Look at a page."""
        return self.client.get(path, **more)

    def send(self, path: str, token_from: str = "/account", **fields: object) -> TestResponse:
        """Send a form with the token of a page."""
        page = self.client.get(token_from)
        return self.client.post(path, data={"csrf_token": token_in(page), **fields})


def token_in(page: TestResponse) -> str:
    """Give the token of the first form of a page."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    return found[1] if found else ""


@pytest.fixture
def post(app: Flask) -> Post:
    """A province with two points, two agencies and one person of each role."""
    made = Post()
    with app.app_context(), transaction() as session:
        province = Province(code="H28", name="Hòa Bình", sample=True)
        points = [_point("353900", "Bưu cục Lương Sơn"), _point("354500", "Bưu cục Mai Châu")]
        agencies = [_agency("Sở Tư pháp"), _agency("Sở Xây dựng")]
        session.add_all([province, *points, *agencies])
        session.flush()
        made.province = province.id
        made.point, made.other_point = (point.id for point in points)
        made.agency, made.other_agency = (agency.id for agency in agencies)
        for role in Role:
            _add_person(session, made, role)
    return made


@pytest.fixture
def sign_in(app: Flask, post: Post) -> Callable[[Role], Browser]:
    """Give the browser of somebody signed in in a role, without the cost of a password."""

    def signed_in(role: Role) -> Browser:
        client = app.test_client()
        with client.session_transaction() as cookie, app.app_context():
            moment = sessions.now().timestamp()
            cookie.update(
                assignment=post.assignments[role],
                mark=staff.password_mark(DIGEST),
                began=moment,
                seen=moment,
            )
        return Browser(client)

    return signed_in


def place_of(post: Post, role: Role) -> int:
    """Give the id of the place where the role works."""
    if role in staff.POINT_ROLES:
        return post.point
    return post.agency if role in staff.AGENCY_ROLES else post.province


def _add_person(session: Session, post: Post, role: Role) -> None:
    name, full_name = NAMES[role]
    with_digest = staff.NewAccount(name, full_name, DIGEST)
    account = staff.add_account(session, with_digest, now=sessions.datetime.now(sessions.UTC))
    new = staff.NewAssignment(account, role, place_of(post, role), FIRST_DAY)
    post.accounts[role], post.assignments[role] = account, staff.assign(session, new)


def _point(code: str, name: str) -> ServicePoint:
    return ServicePoint(
        code=code,
        name=name,
        kind="post_office",
        address=name,
        commune_code="05089",
        catalogue="2024",
        latitude=20.87,
        longitude=105.53,
    )


def _agency(name: str) -> Agency:
    return Agency(name=name, level="province", address="TP Hòa Bình")
