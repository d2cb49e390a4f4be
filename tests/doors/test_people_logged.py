"""No door shows or gives out people's data without a record, told by machine for every door.

The archive is filled with a day's life; everything personal in it is known. Every role goes
through every door with things that have people. An answer that holds a name, a phone or an
address must have left a row in the log of views, or of exports, or of public look-ups. A paper or
a workbook must have left a row in the log of exports. A new paper fails until it is visited here.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from io import BytesIO
from zipfile import ZipFile

import pypdfium2
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from models.complaints import Complainant
from models.counter import CollectionCall
from models.dossiers import Party
from models.ledger import PersonalFact
from models.lookups import PublicDisclosure
from models.people_data import DataExport
from models.staff import Account, Assignment, PersonalDataView
from postal_app import exports, staff
from postal_app.rules.roles import Role
from routes.access import ALLOWED, PUBLIC
from routes.archive import transaction
from tests.doors.conftest import token_in
from tests.journeys.lively import LATER_THAT_DAY, bring_to_life
from tests.journeys.pages import NAMES, NO_PAGES, PAGES, may_enter

PAPERS: dict[str, tuple[str, ...]] = {
    "clerk.slip": ("/clerk/pickups/{sealed}/slip.pdf",),
    "clerk.label": ("/clerk/items/{travelled}/label.pdf",),
    "clerk.label_sheet": ("/clerk/labels.pdf?number={travelled}&number={at_agency}",),
    "incidents.paper": ("/incidents/{record_signed}/record.pdf",),
    "complaints.letter": ("/complaints/answers/{answer}/letter.pdf",),
    "clerk.supplement_slip": ("/clerk/supplements/{further_sealed}/slip.pdf",),
    "home.slip": ("/courier/pickups/{home_sealed}/slip.pdf",),
    "home.supplement_slip": ("/courier/supplements/{home_papers}/slip.pdf",),
    "receipts.paper": ("/receipts/{receipt}.pdf",),
    "answers.paper": ("/agency/dossiers/{turned_away}/forms/1.pdf",),
    "records.paper": ("/agency/records/{record}/record.pdf",),
    "sending.paper": ("/agency/lists/{closed_list}/list.pdf",),
    "agency.label": ("/agency/results/{delivered}/label.pdf",),
    "handovers.paper": ("/handovers/{bd13}/list.pdf",),
    "print_jobs.paper": ("/clerk/print-jobs/{kept_job}/labels.pdf",),
    "deliveries.notice_paper": ("/deliveries/{failed}/notice.pdf",),
}
"""Where each paper and workbook lies that has people on it."""

OF_NOBODY: dict[str, str] = {
    "province.month_file": "figures, and numbers of dossiers; nobody's name",
    "money.balance_file": "figures, and numbers of receipts; nobody's name",
    "counts.paper": "numbers of items, and staff; no citizen",
    "bags.label": "two places and a seal",
    "label_work.test_page": "marks to be measured",
    "label_work.range_labels": "numbers, codes and the point alone",
    "catalogue.faults": "a published list",
    "catalogue.template": "an empty list",
}
"""Papers and workbooks on which nobody stands."""

FILES = ("application/pdf", "application/vnd.", "application/zip", "text/csv", "image/jpeg")
LOGS = (PersonalDataView, DataExport, PublicDisclosure)


@dataclass
class World:
    """The lively archive: its things, and everything personal in it."""

    app: Flask
    things: dict[str, object]
    personal: frozenset[str]
    given: set[str] = field(default_factory=set)

    def browser(self, role: Role | None) -> FlaskClient:
        """Give the browser of somebody signed in in a role, or of nobody."""
        client = self.app.test_client()
        if role is None:
            return client
        with self.app.app_context(), transaction() as session:
            assignment, digest = session.execute(
                select(Assignment.id, Account.password_hash)
                .join(Account, Account.id == Assignment.account_id)
                .where(Account.sign_in == NAMES[role], Assignment.role == role)
            ).one()
        moment = LATER_THAT_DAY.timestamp()
        with client.session_transaction() as cookie:
            cookie.update(
                assignment=assignment,
                mark=staff.password_mark(digest),
                began=moment,
                seen=moment,
            )
        return client

    def logged(self) -> tuple[int, ...]:
        """Give how many rows each log has."""
        with self.app.app_context(), transaction() as session:
            return tuple(session.scalar(select(func.count()).select_from(log)) for log in LOGS)

    def shown(self, answer: TestResponse) -> list[str]:
        """Give what is personal in an answer."""
        if answer.mimetype == "application/pdf":
            document = pypdfium2.PdfDocument(answer.data)
            told = " ".join(page.get_textpage().get_text_bounded() for page in document)
        elif answer.data.startswith(b"PK"):
            with ZipFile(BytesIO(answer.data)) as book:
                told = " ".join(
                    book.read(name).decode("utf-8", "replace") for name in book.namelist()
                )
        else:
            told = answer.data.decode("utf-8", "replace")
        return sorted(one for one in self.personal if one in told)


@pytest.fixture
def world(app: Flask) -> World:
    app.extensions["clock"] = lambda: LATER_THAT_DAY
    app.testing = False  # a door that breaks is told by its own tests; here it only shows nothing
    with app.app_context(), transaction() as session:
        things = bring_to_life(session, app)
    with app.app_context(), transaction() as session:
        return World(app, things, everything_personal(session))


def everything_personal(session: Session) -> frozenset[str]:
    """Give every name, phone and address in the archive that is not of the staff."""
    found: set[str] = set()
    for columns in (
        (Party.name, Party.phone, Party.address),
        (Complainant.name, Complainant.phone, Complainant.address),
        (CollectionCall.name, CollectionCall.phone, CollectionCall.address),
    ):
        for row in session.execute(select(*columns)):
            found.update(row)
    for content in session.scalars(select(PersonalFact.content)):
        found.update(value for value in content.values() if isinstance(value, str))
    staff_names = set(session.scalars(select(Account.full_name)))
    return frozenset(one for one in found - staff_names if len(one) >= 8)


def ways(world: World, role: Role | None) -> Iterator[tuple[str, str]]:
    """Give every door the role may enter, with each of its addresses."""
    for endpoint, paths in {**PAGES, **PAPERS}.items():
        if role is not None and ALLOWED[endpoint] == PUBLIC:
            continue
        if may_enter(role, endpoint):
            yield from ((endpoint, path.format(**world.things)) for path in paths)


def unlogged(world: World, *roles: Role | None, methods: tuple[str, ...]) -> list[str]:
    """Give a line for every answer with people in it that nobody wrote down."""
    found = []
    before = world.logged()
    for role in roles:
        browser = world.browser(role)
        token = token_in(browser.get("/account")) if role else ""
        for endpoint, path in ways(world, role):
            for method in methods:
                data = {"csrf_token": token} if method == "POST" else None
                answer = browser.open(path, method=method, data=data)
                shown, after = world.shown(answer), world.logged()
                where = f"{role or 'nobody'} {method} {path}"
                if shown and after == before:
                    found.append(f"{where} ({answer.status_code}) shows {shown[0]}")
                world.given |= {endpoint} if is_file(answer) else set()
                if is_file(answer) and endpoint not in OF_NOBODY and after[1] == before[1]:
                    found.append(f"{where} gives a file out")
                before = after
    return found


def is_file(answer: TestResponse) -> bool:
    return answer.status_code == 200 and answer.mimetype.startswith(FILES)


def test_nothing_personal_is_shown_or_given_out_without_a_record(world: World) -> None:
    assert len(world.personal) >= 4
    assert unlogged(world, None, *NAMES, methods=("GET", "POST")) == []
    assert set(PAPERS) - world.given == set()


def test_a_door_that_forgets_the_record_is_found(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(staff, "record_view", lambda *_, **__: None)
    monkeypatch.setattr(exports, "record_paper", lambda *_, **__: None)
    told = "\n".join(unlogged(world, Role.CLERK, Role.OFFICER, methods=("GET",)))
    for path in ("/items/", "/search", "/clerk/pickups/", "/slip.pdf", "/agency/items/"):
        assert path in told


def test_every_paper_is_visited_or_has_nobody_on_it() -> None:
    papers = {endpoint for endpoint, why in NO_PAGES.items() if "paper" in why or "book" in why}
    assert papers - set(PAPERS) - set(OF_NOBODY) == set()
    assert not set(PAPERS) & set(OF_NOBODY)


@pytest.mark.parametrize("path", ["/clerk/pickups/{sealed}/slip.pdf"])
def test_a_paper_is_written_down_with_who_took_it_and_its_digest(world: World, path: str) -> None:
    answer = world.browser(Role.CLERK).get(path.format(**world.things))
    with world.app.app_context(), transaction() as session:
        [line], count = exports.exports(session, exports.Asked())
    assert count == 1
    assert line.name == "Bùi Thị Hằng"
    assert line.what == "clerk.slip"
    assert line.subjects == (world.things["sealed"],)
    assert line.file_digest == sha256(answer.data).hexdigest()
