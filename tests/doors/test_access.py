"""Every door × every role × nobody: who passes is what the table says, and nobody sees far things.

A new door without a row in `ALLOWED` fails here; so does a new door with a thing's name in its
address that is listed neither in `FOREIGN` nor in `COMMON`.
"""

import re
from collections.abc import Callable, Iterator
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from postal_app import staff
from postal_app.rules.roles import Role
from routes import access
from routes.access import ALLOWED, PUBLIC
from routes.archive import transaction
from tests.doors.conftest import Browser, Post
from tests.doors.far_things import (
    far_answer,
    far_bag,
    far_call,
    far_complaint,
    far_correction,
    far_count,
    far_difference,
    far_dossier_number,
    far_entry,
    far_envelope,
    far_form,
    far_handover,
    far_incident,
    far_item_number,
    far_job,
    far_list,
    far_loan,
    far_range,
    far_receipt,
    far_record,
    far_supplement,
    far_voucher,
)
from tests.makers import NINE

SignIn = Callable[[Role], Browser]
Maker = Callable[[Session, Post], dict[str, object]]

FOREIGN: dict[str, Maker] = {
    "clerk.pickup": far_dossier_number,
    "clerk.slip": far_dossier_number,
    "clerk.label": far_item_number,
    "label_work.range_labels": far_range,
    "print_jobs.again": far_job,
    "print_jobs.drop": far_job,
    "print_jobs.paper": far_job,
    "clerk.supplement": far_supplement,
    "clerk.supplement_slip": far_supplement,
    "home.pickup": far_dossier_number,
    "home.slip": far_dossier_number,
    "home.code": far_dossier_number,
    "home.call": far_call,
    "home.supplement": far_supplement,
    "home.supplement_slip": far_supplement,
    "agency.accept": far_dossier_number,
    "agency.label": far_item_number,
    "agency.settle": far_dossier_number,
    "agency.result": far_dossier_number,
    "answers.dossier": far_form,
    "answers.answer": far_form,
    "answers.take_back": far_form,
    "answers.paper": far_form,
    "answers.lend": far_loan,
    "answers.give_back": far_loan,
    "answers.transfer": far_form,
    "records.count": far_item_number,
    "records.record": far_record,
    "records.paper": far_record,
    "records.sign": far_record,
    "sending.envelope": far_envelope,
    "sending.listed": far_list,
    "sending.paper": far_list,
    "bags.one": far_bag,
    "bags.label": far_bag,
    "handovers.one": far_handover,
    "handovers.paper": far_handover,
    "handovers.difference": far_difference,
    "deliveries.hand_out": far_item_number,
    "deliveries.wish": far_item_number,
    "deliveries.notice": far_item_number,
    "deliveries.notice_paper": far_item_number,
    "deliveries.send_back": far_item_number,
    "deliveries.sent_back": far_item_number,
    "deliveries.agency_demands": far_dossier_number,
    "deliveries.counter_demands": far_dossier_number,
    "anyone.item": far_item_number,
    "anyone.ask": far_entry,
    "log.proof": far_item_number,
    "anyone.confirm": far_correction,
    "receipts.dossier": far_dossier_number,
    "receipts.paper": far_receipt,
    "incidents.new": far_item_number,
    "incidents.holder": far_item_number,
    "incidents.record": far_incident,
    "incidents.paper": far_incident,
    "complaints.new": far_item_number,
    "complaints.one": far_complaint,
    "complaints.letter": far_answer,
    "money.voucher": far_voucher,
    "counts.sheet": far_count,
    "counts.paper": far_count,
    "money.answer": far_voucher,
}
"""For each door that names a thing of some place: who makes one at the *other* point and agency.

A maker gives the values of the address. Every role that may use the door, and is not of the
province, must get the answer of a thing that is not there, for GET and for POST with no fields:
look the thing up before reading the form.
"""

COMMON: dict[str, str] = {
    "static": "the pages' own files",
    "public.track": "the public look-up; its tag is the key, and it shows no personal data",
    "public.details": "the public look-up; number, tag and a phone's digits are its keys",
    "log.text": "a checkpoint of the whole ledger; it says nothing of anybody",
    "log.consistency": "two checkpoints of the whole ledger; they say nothing of anybody",
    "admin.account_card": "an account of the province; the administrator alone comes here",
    "admin.assign": "an account of the province; the administrator alone comes here",
    "admin.end_assignment": "an account of the province; the administrator alone comes here",
    "admin.reset_password": "an account of the province; the administrator alone comes here",
    "admin.deactivate": "an account of the province; the administrator alone comes here",
    "admin.reactivate": "an account of the province; the administrator alone comes here",
    "devices.one": "a device of the province; the administrator alone comes here",
    "people.set_term": "a term of the province's; those who keep its lists share it",
    "people.held_of": "a dossier of the province; provincial staff and auditors alone come here",
    "people.photo": "a photo of the province; provincial staff and auditors alone come here",
    "balances.holder": "any table of the province; provincial staff and auditors alone come here",
    "catalogue.dry_run": "a published list; the keepers of the catalogue share it",
    "promises.dry_run": "a published list; the keepers of the catalogue share it",
    "tariff.dry_run": "a published list; the keepers of the catalogue share it",
    "undelivered.publish": "the public list; the province alone keeps it",
    "undelivered.declare": "the public list; the province alone keeps it",
    "catalogue.faults": "a published list; the keepers of the catalogue share it",
}
"""Doors that name a thing which belongs to no single place, each with the reason."""

PLACED_ROLES = (Role.CLERK, Role.COURIER, Role.OFFICER)
UNKNOWN = {"default": "KHONGCO", "int": 987654321, "path": "khongco", "uuid": UUID(int=1)}


def doors(app: Flask) -> Iterator[tuple[Rule, str]]:
    """Give every door with each method it answers."""
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield rule, method


def address(rule: Rule, values: dict[str, object] | None = None) -> str:
    """Give the door's address, with a name that nothing bears unless values are given."""
    unknown = {
        name: UNKNOWN[_converter(rule, name)]
        for name in rule.arguments
        if name not in (values or {})
    }
    built = rule.build({**unknown, **(values or {})}, append_unknown=False)
    assert built is not None
    return built[1]


def _converter(rule: Rule, name: str) -> str:
    kind = type(rule._converters[name]).__name__
    return {"IntegerConverter": "int", "PathConverter": "path", "UUIDConverter": "uuid"}.get(
        kind, "default"
    )


def knock(browser: Browser, method: str, path: str) -> TestResponse:
    """Go to a door, with the token when it changes something."""
    return browser.get(path) if method == "GET" else browser.send(path)


def doors_without_a_row(app: Flask) -> set[str]:
    return {rule.endpoint for rule, _ in doors(app)} - set(ALLOWED)


def doors_without_an_object_rule(app: Flask) -> set[str]:
    named = {rule.endpoint for rule, _ in doors(app) if rule.arguments}
    return named - set(FOREIGN) - set(COMMON)


def test_every_door_stands_in_the_table_and_every_row_has_a_door(app: Flask) -> None:
    assert doors_without_a_row(app) == set()
    assert set(ALLOWED) == {rule.endpoint for rule, _ in doors(app)}


def test_a_door_whose_row_is_taken_away_is_found_and_is_shut(
    app: Flask, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert sign_in(Role.CLERK).get("/account").status_code == 200
    monkeypatch.delitem(access.ALLOWED, "sign_in.account")
    assert doors_without_a_row(app) == {"sign_in.account"}
    assert sign_in(Role.ADMINISTRATOR).get("/account").status_code == 403
    assert app.test_client().get("/account").status_code == 403


def test_whoever_has_not_signed_in_is_led_to_sign_in_and_nowhere_else(app: Flask) -> None:
    wrong = []
    for rule, method in doors(app):
        answer = app.test_client().open(address(rule), method=method)
        led = answer.status_code == 302 and answer.location.startswith("/sign-in?next=")
        asked = answer.status_code == 401
        shut = led if method == "GET" else asked
        if shut != (ALLOWED[rule.endpoint] != PUBLIC) or answer.status_code >= 500:
            wrong.append((method, rule.rule, answer.status))
    assert wrong == []


@pytest.mark.parametrize("role", Role)
def test_each_role_passes_where_the_table_lets_it_and_nowhere_else(
    app: Flask, sign_in: SignIn, role: Role
) -> None:
    wrong = []
    for rule, method in doors(app):
        allowed = ALLOWED[rule.endpoint]
        answer = knock(sign_in(role), method, address(rule))
        passed = answer.status_code not in (401, 403)
        if passed != (allowed == PUBLIC or role in allowed) or answer.status_code >= 500:
            wrong.append((method, rule.rule, answer.status))
    assert wrong == []


def test_only_public_doors_act_for_nobody_and_need_no_token() -> None:
    assert {ALLOWED[endpoint] for endpoint in access.NEEDS_NO_TOKEN} == {PUBLIC}


def test_nothing_is_changed_without_the_token_of_the_session(app: Flask, sign_in: SignIn) -> None:
    for rule, method in doors(app):
        if method == "GET" or rule.endpoint in access.NEEDS_NO_TOKEN:
            continue
        allowed = ALLOWED[rule.endpoint]
        role = Role.ADMINISTRATOR if allowed == PUBLIC else min(allowed)
        answer = sign_in(role).client.open(address(rule), method=method, data={"x": "1"})
        assert answer.status_code == 400, (method, rule.rule)


def test_every_door_that_names_a_thing_says_whose_it_is(app: Flask) -> None:
    assert doors_without_an_object_rule(app) == set()


@pytest.mark.own_doors
def test_a_new_door_that_names_a_thing_and_says_nothing_is_found(app: Flask) -> None:
    app.add_url_rule("/clerk/drawers/<drawer>", "clerk.drawer", lambda drawer: drawer)
    assert doors_without_an_object_rule(app) == {"clerk.drawer"}
    assert doors_without_a_row(app) == {"clerk.drawer"}


@pytest.mark.parametrize("endpoint", sorted(FOREIGN))
def test_a_thing_of_another_place_answers_like_one_that_is_not_there(
    app: Flask, post: Post, sign_in: SignIn, endpoint: str
) -> None:
    with app.app_context(), transaction() as session:
        values = FOREIGN[endpoint](session, post)
    allowed = ALLOWED[endpoint]
    assert allowed != PUBLIC
    for rule, method in doors(app):
        if rule.endpoint != endpoint:
            continue
        for role in (role for role in PLACED_ROLES if role in allowed):
            far = knock(sign_in(role), method, address(rule, values))
            none = knock(sign_in(role), method, address(rule))
            assert (far.status_code, none.status_code) == (404, 404), (role, method, rule.rule)
            assert _faceless(far, values) == _faceless(none, values), (role, method, rule.rule)


def _faceless(answer: TestResponse, values: dict[str, object]) -> str:
    """Give a page without what must differ: the name asked for and the token."""
    text = re.sub(r'(csrf_token" value="|csrf-token" content=")[^"]*', "", answer.text)
    for name in sorted(map(str, [*values.values(), *UNKNOWN.values()]), key=len, reverse=True):
        text = text.replace(name, "·")
    return text


def test_a_revoked_person_is_out_at_once(app: Flask, post: Post, sign_in: SignIn) -> None:
    browser = sign_in(Role.COURIER)
    assert browser.get("/account").status_code == 200
    with app.app_context(), transaction() as session:
        staff.end_assignment(session, post.assignments[Role.COURIER], now=NINE)
    assert browser.get("/account").status_code == 302


def test_every_answer_forbids_foreign_and_inline_code(app: Flask, sign_in: SignIn) -> None:
    for path in ("/", "/sign-in", "/account", "/nowhere", "/static/base.css"):
        answer = sign_in(Role.CLERK).get(path)
        headers = answer.headers
        answer.close()
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "no-store" in headers.get("Cache-Control", "") or path.startswith("/static")
