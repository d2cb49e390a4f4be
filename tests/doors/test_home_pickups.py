"""The courier at the citizen's table, and the calls that bring him there."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from models.dossiers import Dossier
from models.items import Item
from models.staff import PersonalDataView
from postal_app.rules.roles import Role
from routes.archive import transaction
from tests.doors.conftest import Browser
from tests.doors.test_clerk import BOTH_ON_PAPER, FILLED, SEALED, faults, open_one
from tests.doors.test_clerk_signatures import as_sent, png
from tests.makers import LICENCE, MARRIAGE

NEW = "/courier/pickups/new"
CALL = {
    "name": "Đinh Thị Mai",
    "phone": "0912 345 678",
    "address": "Xóm Đồng, xã Tân Vinh",
    "wished_on": "03/03/2026",
    "wished_time": "sau 17 giờ",
}


@pytest.fixture
def clerk(sign_in: Callable[[Role], Browser]) -> Browser:
    """Bà Bùi Thị Hằng at the counter of bưu cục Lương Sơn."""
    return sign_in(Role.CLERK)


@pytest.fixture
def courier(sign_in: Callable[[Role], Browser]) -> Browser:
    """Anh Quách Văn Dũng of the same point, on the road."""
    return sign_in(Role.COURIER)


def test_the_courier_takes_in_at_home_with_both_signatures_on_his_screen(
    app: Flask, clerk: Browser, courier: Browser
) -> None:
    at = courier.send(NEW, **FILLED).location
    assert at.startswith("/courier/pickups/")
    assert courier.send(at, **SEALED).status_code == 409
    drawn = {"image_sender": as_sent(png()), "image_clerk": as_sent(png(ink=b"\1\1\1\xff"))}
    assert courier.send(at, form_name="sign", **drawn).location == at
    assert courier.send(at, **SEALED).location == at
    page = courier.get(at).text
    assert "Đã nhận tại nhà" in page
    assert "/clerk/" not in page.split("<main")[1]
    picture = courier.get(f"{at}/code.svg")
    assert picture.headers["Content-Type"].startswith("image/svg+xml")
    assert courier.get(f"{at}/slip.pdf").data.startswith(b"%PDF")
    with app.app_context(), transaction() as session:
        item = session.scalars(select(Item)).one()
        assert (item.state, item.holder_kind) == ("in_transit", "courier")
        assert item.legs[0].dossier.at_home
        number = item.legs[0].dossier.number
    page = clerk.get(f"/clerk/pickups/{number}").text  # the point prints what he cannot
    assert "nhận tại nhà" in page
    assert clerk.get(f"/clerk/pickups/{number}/slip.pdf").data.startswith(b"%PDF")


def test_what_may_not_go_by_post_is_blocked_at_home_too(courier: Browser) -> None:
    page = courier.get(f"{NEW}?procedure_code={MARRIAGE}").text
    assert "Không nhận được hồ sơ này qua bưu chính" in page
    assert 'name="sender_name"' not in page


def test_a_courier_does_not_open_the_counters_dossiers(clerk: Browser, courier: Browser) -> None:
    at = open_one(clerk).replace("/clerk/", "/courier/")
    for path in (at, f"{at}/slip.pdf", f"{at}/code.svg"):
        assert courier.get(path).status_code == 404


def test_a_call_goes_from_the_counter_over_the_couriers_list_to_the_dossier(
    app: Flask, clerk: Browser, courier: Browser
) -> None:
    assert clerk.send("/clerk/calls", **CALL).status_code == 302
    assert "Đinh Thị Mai" in clerk.get("/clerk/calls").text
    page = courier.get("/courier/pickups").text
    assert "sau 17 giờ" in page
    begin = re.search(r'href="(/courier/pickups/new\?call=\d+)"', page)[1]
    found = courier.get(f"{begin}&q=cap").text
    form = re.search(rf'href="([^"]*procedure_code={LICENCE}[^"]*)"', found)[1]
    page = courier.get(form.replace("&amp;", "&")).text
    assert 'value="Đinh Thị Mai"' in page
    assert 'value="0912 345 678"' in page
    call = re.search(r'name="call" value="(\d+)"', page)[1]
    at = courier.send(NEW, **FILLED, call=call).location
    courier.send(at, **BOTH_ON_PAPER)
    courier.send(at, **SEALED)
    assert courier.get(at).status_code == 200
    assert "sau 17 giờ" not in courier.get("/courier/pickups").text
    with app.app_context(), transaction() as session:
        number = session.scalars(select(Dossier.number)).one()
        doors = set(session.scalars(select(PersonalDataView.door)))
        assert {"calls.listed", "home.start", "home.pickup"} <= doors
    assert f'href="/clerk/pickups/{number}"' in clerk.get("/clerk/calls").text


def test_nothing_fetched_is_told_with_its_reason(clerk: Browser, courier: Browser) -> None:
    clerk.send("/clerk/calls", **CALL)
    page = courier.get("/courier/pickups").text
    at = re.search(r'href="(/courier/calls/\d+)"', page)[1]
    assert faults(courier.send(at)) == ["reason"]
    assert faults(courier.send(at, reason="other")) == ["note"]
    assert courier.send(at, reason="nobody_there").status_code == 302
    assert courier.get(at).status_code == 409
    page = clerk.get("/clerk/calls").text
    assert "Không gặp người gửi" in page


def test_a_call_that_cannot_be_kept_tells_all_its_faults(clerk: Browser) -> None:
    answer = clerk.send("/clerk/calls", name="Mai", phone="12", wished_on="hôm nay")
    assert set(faults(answer)) == {"phone", "address", "wished_on"}
    answer = clerk.send("/clerk/calls", **{**CALL, "wished_on": "01/03/2026"})
    assert faults(answer) == ["wished_on"]


def test_a_courier_fetches_further_papers(app: Flask, clerk: Browser, courier: Browser) -> None:
    at = courier.send(NEW, **FILLED).location
    courier.send(at, **BOTH_ON_PAPER)
    courier.send(at, **SEALED)
    papers = {
        "form_name": "count",
        "number": at.rpartition("/")[2],
        "payer": "citizen",
        "paper_0_name": "Ảnh thẻ",
        "paper_0_kind": "original",
        "paper_0_counted": "2",
    }
    further = courier.send("/courier/supplements/new", **papers).location
    assert further.startswith("/courier/supplements/")
    assert further.rpartition("/")[2] in courier.get("/courier/pickups").text
    courier.send(further, **BOTH_ON_PAPER)
    assert courier.send(further, **{**SEALED, "seal_number": "NP9"}).status_code == 302
    page = courier.get(further).text
    assert "Đã nhận tại nhà" in page
    assert clerk.get(further.replace("/courier/", "/clerk/")).status_code == 200
