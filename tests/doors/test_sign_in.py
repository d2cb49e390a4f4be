"""Signing in, staying signed in, and a form that outlives its session."""

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape

import pytest
from flask import Flask, render_template_string
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from postal_app import staff
from postal_app.rules.roles import Role
from routes.access import ALLOWED
from routes.archive import transaction
from routes.forms import Form
from tests.doors.conftest import PASSWORD, Browser, Post, token_in
from tests.makers import DECISION_DAY, NINE

SignIn = Callable[[Role], Browser]


def come_in(
    client: FlaskClient, name: str = "hang", password: str = PASSWORD, **more: str
) -> TestResponse:
    token = token_in(client.get("/sign-in"))
    fields = {"csrf_token": token, "name": name, "password": password, **more}
    return client.post("/sign-in", data=fields)


def test_a_clerk_signs_in_and_comes_to_where_she_was_going(client: FlaskClient, post: Post) -> None:
    sent_away = client.get("/account?from=mail")
    assert sent_away.status_code == 302
    assert sent_away.location == "/sign-in?next=/account?from%3Dmail"
    assert "/account?from=mail" in client.get(sent_away.location).text
    came = come_in(client, next="/account?from=mail")
    assert (came.status_code, came.location) == (302, "/account?from=mail")
    page = client.get(came.location)
    assert "Bùi Thị Hằng" in page.text
    assert "Giao dịch viên" in page.text
    assert "Bưu cục Lương Sơn" in page.text


def test_nobody_is_led_to_another_site_after_signing_in(client: FlaskClient, post: Post) -> None:
    for elsewhere in ("https://example.org/", "//example.org", "/\\example.org"):
        assert come_in(client, next=elsewhere).location == "/home"
        client.post("/sign-out", data={"csrf_token": token_in(client.get("/account"))})


def test_signing_in_leaves_nothing_of_the_session_before(client: FlaskClient, post: Post) -> None:
    with client.session_transaction() as before:
        before["planted"] = "by somebody else"
    come_in(client)
    with client.session_transaction() as after:
        assert "planted" not in after
        assert after["assignment"] == post.assignments[Role.CLERK]


def test_the_session_cookie_is_kept_from_scripts_and_other_sites(
    client: FlaskClient, post: Post
) -> None:
    cookie = come_in(client).headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_a_wrong_password_is_told_and_counted_though_refused(
    app: Flask, client: FlaskClient, post: Post
) -> None:
    refused = come_in(client, password="sai rồi sai rồi")
    assert refused.status_code == 403
    assert "Tên đăng nhập hoặc mật khẩu không đúng" in refused.text
    assert 'value="hang"' in refused.text
    for _ in range(4):
        refused = come_in(client, password="sai rồi sai rồi")
    assert "Tài khoản tạm khóa đến 09:01 ngày 02/03/2026" in refused.text
    assert "tạm khóa" in come_in(client).text


def test_both_empty_fields_are_told_at_once(client: FlaskClient, post: Post) -> None:
    page = come_in(client, name="", password="")
    assert page.status_code == 422
    assert page.text.count("Mục này còn trống.") == 4  # beside each field and at the head
    assert 'href="#password">Mật khẩu</a>' in page.text


def test_whoever_has_two_desks_chooses_one_and_can_change(
    app: Flask, client: FlaskClient, post: Post
) -> None:
    with app.app_context(), transaction() as session:
        new = staff.NewAssignment(
            post.accounts[Role.CLERK], Role.COURIER, post.other_point, DECISION_DAY
        )
        second = staff.assign(session, new)
    chosen = come_in(client)
    assert chosen.location == "/account/roles?next="
    page = client.get(chosen.location)
    assert "Bưu cục Hòa Bình" in page.text
    fields = {"csrf_token": token_in(page), "assignment": second}
    client.post("/account/switch", data=fields)
    assert "Bưu tá · Bưu cục Hòa Bình" in client.get("/account").text


def test_nobody_changes_to_the_assignment_of_another(sign_in: SignIn, post: Post) -> None:
    answer = sign_in(Role.CLERK).send(
        "/account/switch", assignment=post.assignments[Role.ADMINISTRATOR]
    )
    assert answer.status_code == 404


def test_an_idle_session_ends_and_a_used_one_goes_on(app: Flask, sign_in: SignIn) -> None:
    browser = sign_in(Role.CLERK)
    for minutes in (50, 100, 150):
        app.extensions["clock"] = lambda minutes=minutes: NINE + timedelta(minutes=minutes)
        assert browser.get("/account").status_code == 200
    app.extensions["clock"] = lambda: NINE + timedelta(minutes=211)
    assert browser.get("/account").status_code == 302


def test_a_session_ends_after_its_hours_however_busy(app: Flask, sign_in: SignIn) -> None:
    browser = sign_in(Role.CLERK)
    for half_hours in range(1, 25):
        moment = NINE + timedelta(minutes=30 * half_hours)
        app.extensions["clock"] = lambda moment=moment: moment
        assert browser.get("/account").status_code == 200
    app.extensions["clock"] = lambda: NINE + timedelta(hours=12, minutes=1)
    assert browser.get("/account").status_code == 302


def test_a_changed_password_keeps_this_session_and_ends_the_others(
    sign_in: SignIn, post: Post
) -> None:
    here, elsewhere = sign_in(Role.CLERK), sign_in(Role.CLERK)
    words = "chợ phiên Mai Châu"
    done = here.send(
        "/account/password",
        old_password=PASSWORD,
        password=words,
        repeated=words,
        form_name="password",
    )
    assert done.status_code == 302
    assert here.get("/account").status_code == 200
    assert elsewhere.get("/account").status_code == 302


def test_two_different_new_passwords_are_told_beside_the_second(sign_in: SignIn) -> None:
    page = sign_in(Role.CLERK).send(
        "/account/password",
        old_password=PASSWORD,
        password="chợ phiên Mai Châu",
        repeated="chợ phiên Mai Chau",
        form_name="password",
    )
    assert page.status_code == 422
    assert "Hai lần nhập chưa giống nhau." in page.text


@pytest.fixture
def counter(app: Flask) -> None:
    """A form at a counter, hung for the test: it shows what was typed, and records."""
    app.extensions["recorded"] = []

    def page() -> object:
        form = Form("pickup", start={"phone": "0912 345 678"})
        if form.sent:
            with form.catching():
                sender = form.text("sender")
                form.check()
                app.extensions["recorded"].append(sender)
                return "recorded"
        return render_template_string(COUNTER, form=form), form.status

    app.add_url_rule("/counter", "counter", page, methods=["GET", "POST"])


COUNTER = """{% import "macros/field.html" as field %}{% call field.form(form, "/counter") %}
{{ field.text(form, "sender", "Người gửi") }}{{ field.phone(form, "phone", "Điện thoại") }}
{{ field.note(form, "papers", "Giấy tờ") }}{{ field.tick(form, "counted", "Đã kiểm đếm") }}
{% endcall %}"""
TYPED = {
    "form_name": "pickup",
    "form_at": "/counter?dossier=7",
    "sender": 'Bà Bùi Thị "Hằng" <Lương Sơn>',
    "phone": "0988 111 222",
    "papers": "Bản chính\nBản sao",
    "counted": "1",
}


@pytest.mark.own_doors
@pytest.mark.usefixtures("counter")
def test_a_form_that_outlives_its_session_comes_back_filled_and_is_not_sent_by_itself(
    app: Flask, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(ALLOWED, "counter", frozenset({Role.CLERK}))
    browser = sign_in(Role.CLERK)
    token = token_in(browser.get("/counter"))
    app.extensions["clock"] = lambda: NINE + timedelta(hours=2)

    asked = browser.client.post("/counter", data={"csrf_token": token, **TYPED})
    assert asked.status_code == 401
    assert 'action="/counter?dossier=7"' in asked.text
    kept = hidden_fields(asked)
    assert kept["sender"] == TYPED["sender"]

    wrong = {**kept, "sign_in:name": "hang", "sign_in:password": "không phải mật khẩu"}
    again = browser.client.post("/counter?dossier=7", data=wrong)
    assert again.status_code == 401
    assert hidden_fields(again)["papers"].split() == TYPED["papers"].split()

    right = {**hidden_fields(again), "sign_in:name": "hang", "sign_in:password": PASSWORD}
    shown = browser.client.post("/counter?dossier=7", data=right)
    assert shown.status_code == 200
    assert 'value="Bà Bùi Thị &#34;Hằng&#34; &lt;Lương Sơn&gt;"' in shown.text
    assert 'value="0988 111 222"' in shown.text
    assert "Bản chính\nBản sao" in shown.text
    assert re.search(r'name="counted" value="1"[^>]* checked', shown.text)
    assert app.extensions["recorded"] == []

    fields = {**TYPED, "csrf_token": token_in(shown)}
    assert browser.client.post("/counter", data=fields).text == "recorded"
    assert app.extensions["recorded"] == [TYPED["sender"]]


@pytest.mark.own_doors
@pytest.mark.usefixtures("counter")
def test_a_form_of_another_role_is_not_opened_again(
    app: Flask, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(ALLOWED, "counter", frozenset({Role.CLERK}))
    browser = sign_in(Role.CLERK)
    app.extensions["clock"] = lambda: NINE + timedelta(hours=2)
    kept = hidden_fields(browser.client.post("/counter", data=TYPED))
    fields = {**kept, "sign_in:name": "minh", "sign_in:password": PASSWORD}
    answer = browser.client.post("/counter", data=fields)
    assert (answer.status_code, answer.location) == (302, "/home")
    assert "Hằng" not in answer.text


@pytest.mark.own_doors
@pytest.mark.usefixtures("counter")
def test_a_form_opened_before_signing_in_elsewhere_is_shown_again_not_lost(
    app: Flask, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(ALLOWED, "counter", frozenset({Role.CLERK}))
    browser = sign_in(Role.CLERK)
    fields = {**TYPED, "form_at": "/counter", "csrf_token": "of-an-earlier-session"}
    shown = browser.client.post("/counter", data=fields)
    assert shown.status_code == 200
    assert 'value="0988 111 222"' in shown.text
    assert app.extensions["recorded"] == []


@pytest.mark.own_doors
@pytest.mark.usefixtures("counter")
def test_a_part_of_a_page_is_told_that_the_session_ended_and_nothing_is_swapped_away(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(ALLOWED, "counter", frozenset({Role.CLERK}))
    answer = client.get("/counter", headers={"HX-Request": "true"})
    assert answer.status_code == 401
    assert "<html" not in answer.text
    assert "Phiên làm việc đã kết thúc" in answer.text


def hidden_fields(page: TestResponse) -> dict[str, str]:
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page.text)
    return {name: unescape(value) for name, value in found if name != "assignment"}
