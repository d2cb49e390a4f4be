"""The doors of devices: a phone makes itself known, and a revoked one records nothing more."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from models.ledger import LedgerEntry, RefusedScan
from postal_app.rules.roles import Role
from routes.archive import transaction
from tests.doors.conftest import Browser, Post, token_in
from tests.makers import NINE, minutes, take_in

SignIn = Callable[[Role], Browser]
PHONE = "2f0c2a52-55f0-4c8c-8ab3-9d3c52dd7a10"


@pytest.fixture
def number(app: Flask, post: Post) -> str:
    """An item that lies sealed at Lương Sơn."""
    with app.app_context(), transaction() as session:
        return take_in(session, post.town).number


def post_json(browser: Browser, path: str, body: dict[str, object]) -> Any:
    headers = {"X-CSRFToken": token_in(browser.get("/account")), "Accept": "application/json"}
    return browser.client.post(path, json=body, headers=headers)


def send(browser: Browser, code: str, sequence: int, **more: object) -> str:
    scan = {"scan_id": str(uuid4()), "code": code, "kind": "damaged", "sequence": sequence}
    body = {"device": PHONE, "device_name": "Android", "device_now": NINE.isoformat()} | more
    scan |= {"occurred_at": body["device_now"], "details": {"note": "bì rách"}}
    told = post_json(browser, "/courier/scans", body | {"scans": [scan]})
    return str(told.json["verdicts"][0]["outcome"])


def test_a_lost_phone_is_revoked_and_what_it_sends_is_refused_and_kept(
    app: Flask, sign_in: SignIn, number: str
) -> None:
    courier, administrator = sign_in(Role.COURIER), sign_in(Role.ADMINISTRATOR)
    assert send(courier, number, 1) == "recorded"
    assert send(courier, number, 4, device_now=minutes(-300).isoformat()) != "refused"
    mine = courier.get("/courier/devices").text
    assert "Android" in mine
    assert "2 lượt: 2–3" in mine
    assert "lệch 5 giờ" in mine
    listed = administrator.get("/admin/devices").text
    assert "Android" in listed
    card = listed.split('href="/admin/devices/')[1].split('"')[0]
    assert administrator.send(f"/admin/devices/{card}", reason=" ").status_code == 422
    assert administrator.send(f"/admin/devices/{card}", reason="mất máy").status_code == 302
    assert "mất máy" in administrator.get(f"/admin/devices/{card}").text
    assert administrator.send(f"/admin/devices/{card}", reason="lần nữa").status_code == 409
    assert send(courier, number, 5) == "refused"
    assert send(courier, number, 1, device="máy mới") == "recorded"
    with app.app_context(), transaction() as session:
        assert session.scalars(select(RefusedScan.reason)).all() == ["revoked_device"]
        damaged = session.scalars(select(LedgerEntry).where(LedgerEntry.kind == "damaged")).all()
        assert len(damaged) == 3
    assert "Đã thu hồi" in courier.get("/courier/devices").text


def test_a_phone_makes_itself_known_and_another_persons_is_told_so(sign_in: SignIn) -> None:
    body: dict[str, object] = {"device": PHONE, "device_name": "Android"}
    mine = post_json(sign_in(Role.COURIER), "/courier/devices", body)
    others = post_json(sign_in(Role.CLERK), "/courier/devices", body)
    none = post_json(sign_in(Role.CLERK), "/courier/devices", {"device": 7})
    standings = [answer.json["standing"] for answer in (mine, others, none)]
    assert standings == ["own", "others", "unknown"]


def test_another_persons_phone_records_nothing(sign_in: SignIn, number: str) -> None:
    assert send(sign_in(Role.COURIER), number, 1) == "recorded"
    assert send(sign_in(Role.CLERK), number, 2) == "refused"
    assert "Chưa có máy nào" in sign_in(Role.CLERK).get("/courier/devices").text


def test_the_history_says_where_a_time_may_be_far_off(sign_in: SignIn, number: str) -> None:
    browser = sign_in(Role.COURIER)
    send(browser, number, 1, device_now=minutes(-120).isoformat())
    assert "giờ có thể lệch" not in sign_in(Role.CLERK).get(f"/items/{number}").text
    send(browser, number, 2, device_now=minutes(0).isoformat())
    assert "giờ có thể lệch 2 giờ" in sign_in(Role.CLERK).get(f"/items/{number}").text
