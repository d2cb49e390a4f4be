"""Who stands at the doors: a small province with one person of each role, and their browsers."""

import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update
from werkzeug.test import TestResponse

from models.staff import Account
from postal_app import staff
from postal_app.places import AgencyValues, add_agency
from postal_app.rules.roles import Role
from routes.archive import transaction
from tests.makers import DECISION_DAY, NINE, Town, make_town

PASSWORD = "sông Đà mùa nước"
DIGEST = staff.hash_password(PASSWORD)


@dataclass(frozen=True)
class Post:
    """The province as the tests of the doors find it; ids by what they are, people by role."""

    point: int
    other_point: int
    agency: int
    other_agency: int
    province: int
    accounts: dict[Role, int]
    assignments: dict[Role, int]
    town: Town


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


@pytest.fixture(autouse=True)
def nine_in_the_morning(app: Flask) -> None:
    """Stop the clock of the doors on the day of the makers."""
    app.extensions["clock"] = lambda: NINE


@pytest.fixture
def post(app: Flask) -> Post:
    """A province with two points, two agencies and one person of each role."""
    with app.app_context(), transaction() as session:
        town = make_town(session)
        far = AgencyValues("H28.21", "Sở Xây dựng", "Tỉnh", "Phường Phương Lâm", 20.81, 105.34)
        session.execute(update(Account).values(password_hash=DIGEST))
        actors = (
            town.clerk,
            town.courier,
            town.officer,
            town.provincial,
            town.auditor,
            town.administrator,
        )
        return Post(
            point=town.luong_son.id,
            other_point=town.hoa_binh.id,
            agency=town.agency.id,
            other_agency=add_agency(session, far, DECISION_DAY).id,
            province=town.province.id,
            accounts={actor.role: actor.account_id for actor in actors},
            assignments={actor.role: actor.assignment_id for actor in actors},
            town=town,
        )


@pytest.fixture
def sign_in(app: Flask, post: Post) -> Callable[[Role], Browser]:
    """Give the browser of somebody signed in in a role, without the cost of a password."""

    def signed_in(role: Role) -> Browser:
        client = app.test_client()
        moment = app.extensions["clock"]().timestamp()
        with client.session_transaction() as cookie:
            cookie.update(
                assignment=post.assignments[role],
                mark=staff.password_mark(DIGEST),
                began=moment,
                seen=moment,
            )
        return Browser(client)

    return signed_in
