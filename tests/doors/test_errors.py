"""What people are told when it did not go well, on pages and to programs."""

import importlib
import logging
import pkgutil
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

import postal_app
import routes
from postal_app.errors import Conflict, PostalError
from postal_app.rules.roles import Role
from postal_app.rules.words import Words
from routes import errors
from routes.access import ALLOWED, PUBLIC
from tests.doors.conftest import Browser, Post

SignIn = Callable[[Role], Browser]
JSON = {"Accept": "application/json"}

pytestmark = pytest.mark.own_doors


class DrawerOpen(Conflict):
    """Somebody left the drawer open."""

    words = Words("Ngăn kéo số {number} còn mở; hãy đóng lại.", "Drawer {number} is open; shut it.")


@pytest.fixture
def drawer(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """A door that refuses, and one that breaks with somebody's phone number in its mouth."""

    def refuses() -> str:
        raise DrawerOpen(field="drawer", number=7)

    def breaks(phone: str) -> str:
        raise RuntimeError(f"nobody answers at {phone}")

    app.add_url_rule("/drawer", "drawer", refuses)
    app.add_url_rule("/broken/<phone>", "broken", breaks)
    monkeypatch.setitem(ALLOWED, "drawer", PUBLIC)
    monkeypatch.setitem(ALLOWED, "broken", PUBLIC)


def every_error() -> set[type[PostalError]]:
    for package in (postal_app, routes):
        for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
            if not module.name.endswith("__main__"):
                importlib.import_module(module.name)

    def children(kind: type[PostalError]) -> set[type[PostalError]]:
        return {kind}.union(*(children(child) for child in kind.__subclasses__()))

    return children(PostalError) - {PostalError}


def test_every_error_of_the_post_has_a_status(monkeypatch: pytest.MonkeyPatch) -> None:
    homeless = [kind for kind in every_error() if not set(kind.__mro__) & set(errors.STATUS)]
    assert homeless == []
    monkeypatch.delitem(errors.STATUS, Conflict)
    assert DrawerOpen in {
        kind for kind in every_error() if not set(kind.__mro__) & set(errors.STATUS)
    }


@pytest.mark.usefixtures("drawer")
def test_a_refusal_says_its_sentence_in_the_readers_language(client: FlaskClient) -> None:
    page = client.get("/drawer")
    assert page.status_code == 409
    assert "Ngăn kéo số 7 còn mở; hãy đóng lại." in page.text
    client.get("/language?to=en&next=/drawer")
    assert "Drawer 7 is open; shut it." in client.get("/drawer").text


@pytest.mark.usefixtures("drawer")
def test_a_program_is_told_the_sentence_and_the_field(client: FlaskClient) -> None:
    answer = client.get("/drawer", headers=JSON)
    assert answer.status_code == 409
    assert answer.get_json() == {
        "error": "DrawerOpen",
        "message": "Ngăn kéo số 7 còn mở; hãy đóng lại.",
        "field": "drawer",
    }


def test_the_webs_own_errors_wear_the_same_dress(client: FlaskClient, post: Post) -> None:
    lost = client.get("/nowhere")
    assert lost.status_code == 404
    assert "DỮ LIỆU MẪU" in lost.text
    assert "Địa chỉ này không có trang nào" in lost.text
    wrong_way = client.post("/health")
    assert wrong_way.status_code == 405
    assert "GET" in wrong_way.headers["Allow"]
    assert client.get("/nowhere", headers=JSON).get_json()["message"].startswith("Địa chỉ này")


def test_too_much_at_once_is_told(app: Flask, sign_in: SignIn) -> None:
    app.config["MAX_CONTENT_LENGTH"] = 1000
    answer = sign_in(Role.CLERK).client.post("/account/switch", data={"x": "y" * 2000})
    assert answer.status_code == 413
    assert "vượt quá kích thước" in answer.text


@pytest.mark.usefixtures("drawer")
def test_our_own_fault_shows_a_reference_that_is_in_the_log_and_nobodys_data(
    app: Flask, client: FlaskClient, post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    app.testing = False
    with caplog.at_level(logging.ERROR):
        page = client.get("/broken/0912345678")
    assert page.status_code == 500
    assert "Traceback" not in page.text
    assert "RuntimeError" not in page.text
    (told,) = [record for record in caplog.records if record.name == "postal"]
    reference = told.getMessage().split()[0]
    assert reference in page.text
    assert "in breaks" in caplog.text
    assert "0912345678" not in caplog.text
    answer = client.get("/broken/0912345678", headers=JSON)
    assert set(answer.get_json()) == {"error", "message", "reference"}
