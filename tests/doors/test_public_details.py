"""The third step of the look-up: who knows three keys sees a little more, and nobody else does."""

import dataclasses
import logging
import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text, update
from sqlalchemy.exc import ProgrammingError
from werkzeug.test import TestResponse

from models.dossiers import Dossier
from models.items import Item, Leg
from models.lookups import LookUpCount, PublicDisclosure
from models.procedures import Terms
from postal_app.pickup_form import Person
from postal_app.rules.codes import tag
from postal_app.rules.roles import Role
from routes.app import create_app
from routes.archive import transaction
from routes.public import LOOK_UPS, WRONG_DIGITS, WRONG_DIGITS_A_DAY
from tests.doors.conftest import Browser, Post
from tests.makers import NINE, take_in

LIGHT = 50 * 1024  # bytes, the page with all it fetches
NEVER_SHOWN = ("Mai", "Đinh Thị", "0912345678", "345678", "Xóm Đồng")


@pytest.fixture
def number(app: Flask, post: Post) -> str:
    """A driving licence of Bà Đinh Thị Mai, whose result goes to her nephew in Cao Phong."""
    nephew = Person("Đinh Văn Lực", "0987 111 222", "Khu 3, thị trấn Cao Phong, Hòa Bình")
    with app.app_context(), transaction() as session:
        return take_in(session, post.town, receiver=nephew).number


@pytest.fixture
def page(app: Flask, number: str) -> str:
    """The address in the label's code."""
    return f"/t/{number}/{tag(number, app.extensions['settings'].label_key)}"


@pytest.fixture
def other_app(app: Flask) -> Iterator[Flask]:
    """A second worker process of the same installation, as far as the archive can tell."""
    twin = create_app(app.extensions["settings"])
    twin.testing = True
    twin.extensions["clock"] = lambda: NINE
    yield twin
    twin.extensions["archive"].kw["bind"].dispose()


def ask(client: FlaskClient, page: str, digits: str, address: str = "10.0.0.7") -> TestResponse:
    """Send the digits as the page's own form does: no cookie, no token."""
    return client.post(page, data={"digits": digits}, environ_base={"REMOTE_ADDR": address})


@pytest.mark.parametrize("digits", ["5678", " 5678 ", "1222"])
def test_who_knows_the_three_keys_sees_masked_details(
    client: FlaskClient, page: str, digits: str
) -> None:
    answer = ask(client, page, digits)
    assert answer.status_code == 200
    for told in ("Đinh T. M.", "Đinh V. L.", "••••••••78", "••••••••22", "Tân Vinh"):
        assert told in answer.text
    assert "Cấp đổi giấy phép lái xe" in answer.text
    assert "Hành trình" in answer.text
    for secret in (*NEVER_SHOWN, "Lực", "Khu 3", "111 222"):
        assert secret not in answer.text


def test_nothing_personal_is_told_before_the_third_step(
    client: FlaskClient, number: str, page: str
) -> None:
    for path in (f"/t/{number}", page):
        text = client.get(path).text
        for secret in (*NEVER_SHOWN, "Đinh", "Tân Vinh", "lái xe", "••"):
            assert secret not in text


def test_a_sensitive_procedure_is_not_named(app: Flask, client: FlaskClient, page: str) -> None:
    with app.app_context(), transaction() as session:
        session.execute(update(Terms).values(sensitive=True))
    answer = ask(client, page, "5678")
    assert "Đinh T. M." in answer.text
    assert "lái xe" not in answer.text


def test_of_an_envelope_with_two_peoples_dossiers_each_sees_his_own(
    app: Flask, client: FlaskClient, number: str, page: str, post: Post
) -> None:
    hang = Person("Bùi Thị Hằng", "0977333444", "Xóm Bãi, xã Yên Trị, huyện Yên Thủy, Hòa Bình")
    with app.app_context(), transaction() as session:
        other = take_in(session, post.town, sender=hang, owner=hang, receiver=hang)
        item = session.scalars(select(Item).where(Item.number == number)).one()
        dossier = session.scalars(select(Dossier).join(Leg).where(Leg.item_id == other.id)).one()
        session.add(Leg(dossier=dossier, item=item, kind=item.leg))
    assert "Bùi T. H." not in ask(client, page, "5678").text
    hers = ask(client, page, "3444").text
    assert "Bùi T. H." in hers
    assert "Đinh" not in hers


def test_wrong_number_wrong_tag_and_wrong_digits_are_answered_alike(
    client: FlaskClient, number: str, page: str
) -> None:
    unknown, label = "RH000000005VN", page.rpartition("/")[2]
    answers = {
        number: ask(client, page, "0000"),
        f"{number} ": ask(client, f"/t/{number}/00000000", "5678"),
        unknown: ask(client, f"/t/{unknown}/{label}", "5678"),
        f"{unknown} ": client.get(f"/t/{unknown}/{label}"),
        f" {number}": client.get(f"/t/{number}/00000000"),
        f" {unknown}": client.get(f"/t/{unknown}"),
        f"  {number}": ask(client, page, "không phải số"),
        f"  {number} ": ask(client, page, ""),
    }
    pages = {
        re.sub(r"next=[^\"]*", "", answer.text.replace(sent.strip(), ""))
        for sent, answer in answers.items()
    }
    assert len(pages) == 1
    assert {answer.status_code for answer in answers.values()} == {404}


def test_after_five_wrong_guesses_the_right_digits_have_to_wait_in_every_process(
    app: Flask, other_app: Flask, page: str
) -> None:
    clients = [app.test_client(), other_app.test_client()]
    for guess in range(WRONG_DIGITS.at_most):
        wrong = ask(clients[guess % 2], page, f"000{guess}", f"10.0.0.{guess}")
        assert wrong.status_code == 404
    for client in clients:
        told = ask(client, page, "5678", "10.0.1.1")
        assert told.status_code == 429
        assert told.headers["Retry-After"] == "3600"
        assert "thử lại sau 60 phút" in told.text
        assert "Đinh" not in told.text
    app.extensions["clock"] = lambda: NINE + timedelta(hours=1)
    assert ask(clients[0], page, "5678").status_code == 200


def test_after_a_days_guesses_the_right_digits_wait_for_the_next_day(
    app: Flask, client: FlaskClient, page: str
) -> None:
    hours = WRONG_DIGITS_A_DAY.at_most // WRONG_DIGITS.at_most
    for hour in range(hours):
        app.extensions["clock"] = lambda hour=hour: NINE + timedelta(hours=hour, minutes=hour)
        for guess in range(WRONG_DIGITS.at_most):
            assert ask(client, page, f"{hour}00{guess}").status_code == 404
        # What the hour refuses is not counted against the day.
        assert ask(client, page, "5678").status_code == 429
    app.extensions["clock"] = lambda: NINE + timedelta(hours=hours + 2)
    told = ask(client, page, "5678")
    assert told.status_code == 429
    assert f"thử lại sau {24 - hours - 2} giờ" in told.text
    assert "Đinh" not in told.text
    app.extensions["clock"] = lambda: NINE + timedelta(days=1)
    assert ask(client, page, "5678").status_code == 200


def test_a_wrong_label_is_counted_apart_for_the_day_too(
    app: Flask, client: FlaskClient, number: str, page: str
) -> None:
    for hour in range(5):
        app.extensions["clock"] = lambda hour=hour: NINE + timedelta(hours=2 * hour)
        for guess in range(WRONG_DIGITS.at_most):
            ask(client, f"/t/{number}/00000000", f"{hour}00{guess}")
    assert ask(client, f"/t/{number}/00000000", "5678").status_code == 429
    assert ask(client, page, "5678").status_code == 200


def test_right_digits_are_not_counted_as_guesses(client: FlaskClient, page: str) -> None:
    answers = [ask(client, page, "5678").status_code for _ in range(WRONG_DIGITS_A_DAY.at_most + 2)]
    assert set(answers) == {200}


def test_who_has_not_the_tag_locks_nobody_out_and_a_wrong_tag_locks_alike(
    client: FlaskClient, number: str, page: str
) -> None:
    statuses = [
        ask(client, f"/t/{number}/00000000", "0000").status_code
        for _ in range(WRONG_DIGITS.at_most + 1)
    ]
    assert statuses == [404] * WRONG_DIGITS.at_most + [429]
    assert ask(client, page, "5678").status_code == 200


def test_look_ups_of_one_asker_are_counted_over_all_processes_and_forgotten_after_a_minute(
    app: Flask, other_app: Flask, number: str
) -> None:
    clients = [app.test_client(), other_app.test_client()]
    for look in range(LOOK_UPS.at_most):
        assert clients[look % 2].get(f"/t/{number}").status_code == 200
    assert {client.get(f"/t/{number}").status_code for client in clients} == {429}
    assert ask(clients[0], f"/t/{number}/00000000", "1", "127.0.0.1").status_code == 429
    neighbour = clients[1].get(f"/t/{number}", environ_base={"REMOTE_ADDR": "10.0.0.8"})
    assert neighbour.status_code == 200
    app.extensions["clock"] = lambda: NINE + timedelta(minutes=1)
    assert clients[0].get(f"/t/{number}").status_code == 200


def test_ended_counts_are_removed_as_new_ones_begin(
    app: Flask, client: FlaskClient, number: str
) -> None:
    for last in range(5):
        client.get(f"/t/{number}", environ_base={"REMOTE_ADDR": f"10.0.0.{last}"})
    app.extensions["clock"] = lambda: NINE + timedelta(minutes=2)
    client.get(f"/t/{number}", environ_base={"REMOTE_ADDR": "10.0.0.9"})
    with app.app_context(), transaction() as session:
        assert len(session.scalars(select(LookUpCount)).all()) == 1


def test_one_ipv6_network_is_one_asker(client: FlaskClient, number: str) -> None:
    for last in range(LOOK_UPS.at_most):
        client.get(f"/t/{number}", environ_base={"REMOTE_ADDR": f"2001:ee0:1:2::{last:x}"})
    same = client.get(f"/t/{number}", environ_base={"REMOTE_ADDR": "2001:ee0:1:2:ffff::1"})
    other = client.get(f"/t/{number}", environ_base={"REMOTE_ADDR": "2001:ee0:1:3::1"})
    assert (same.status_code, other.status_code) == (429, 200)


@pytest.mark.parametrize(("proxies", "statuses"), [(0, {200, 429}), (1, {200})])
def test_the_asker_behind_a_proxy_is_believed_only_when_the_proxy_is_trusted(
    app: Flask, number: str, proxies: int, statuses: set[int]
) -> None:
    settings = dataclasses.replace(app.extensions["settings"], trusted_proxies=proxies)
    behind = create_app(settings)
    behind.extensions["clock"] = lambda: NINE
    client = behind.test_client()
    seen = {
        client.get(f"/t/{number}", headers={"X-Forwarded-For": f"10.1.0.{last}"}).status_code
        for last in range(LOOK_UPS.at_most + 1)
    }
    behind.extensions["archive"].kw["bind"].dispose()
    assert seen == statuses


def test_what_an_asker_writes_before_the_trusted_proxys_word_is_not_believed(
    app: Flask, number: str
) -> None:
    behind = create_app(dataclasses.replace(app.extensions["settings"], trusted_proxies=1))
    behind.extensions["clock"] = lambda: NINE
    client = behind.test_client()
    seen = {
        client.get(
            f"/t/{number}", headers={"X-Forwarded-For": f"10.1.0.{last}, 10.9.9.9"}
        ).status_code
        for last in range(LOOK_UPS.at_most + 1)
    }
    behind.extensions["archive"].kw["bind"].dispose()
    assert seen == {200, 429}


def test_each_disclosure_is_written_down_for_the_auditor_and_never_changed(
    app: Flask, client: FlaskClient, number: str, page: str, sign_in: Callable[[Role], Browser]
) -> None:
    ask(client, page, "0000")
    ask(client, page, "5678", "10.0.0.7")
    ask(client, page, "5678", "10.0.0.8")
    with app.app_context(), transaction() as session:
        lines = session.scalars(select(PublicDisclosure).order_by(PublicDisclosure.id)).all()
        assert [(line.item_number, line.at) for line in lines] == [(number, NINE)] * 2
        assert len({line.address_digest for line in lines}) == 2
        assert not any("10.0.0" in line.address_digest for line in lines)
    read = sign_in(Role.AUDITOR).get(f"/admin/disclosures?q={number}").text
    assert read.count(f'<span class="code">{number}</span>') == 2
    with (
        app.app_context(),
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction() as session,
    ):
        session.execute(text("DELETE FROM public_disclosures"))


def test_digits_stand_in_no_address_and_no_log(
    client: FlaskClient, page: str, caplog: pytest.LogCaptureFixture
) -> None:
    form = client.get(page).text
    assert '<form class="card" method="post"' in form
    with caplog.at_level(logging.DEBUG):
        answer = ask(client, page, "5678")
    assert answer.request.query_string == b""
    assert "5678" not in caplog.text
    assert "5678" not in answer.text
    assert client.get(f"{page}?digits=5678").text.count("Đinh") == 0


def test_the_page_with_details_is_light_and_needs_no_script(client: FlaskClient, page: str) -> None:
    answer = ask(client, page, "5678")
    weight = len(answer.data)
    assert "<script" not in answer.text
    for address in re.findall(r'<link rel="(?:stylesheet|icon)" href="([^"]+)"', answer.text):
        with client.get(address) as fetched:
            weight += len(fetched.data)
    assert weight < LIGHT
