"""Signing in, staying signed in, and a form that outlives its session."""

from flask.testing import FlaskClient

from tests.doors.conftest import PASSWORD, Post, token_in


def come_in(client: FlaskClient, name: str = "hang", password: str = PASSWORD, **more: str):
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
