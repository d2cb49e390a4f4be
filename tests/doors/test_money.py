"""The doors of state money: handed over by the clerk, answered by the agency, balanced."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select

from models.money import VoucherAnswer
from postal_app import money
from postal_app.pickup_form import Money
from postal_app.rules.roles import Role
from routes.archive import transaction
from tests.doors.conftest import Browser, Post
from tests.makers import minutes, take_in
from tests.tariffs import publish

SignIn = Callable[[Role], Browser]
PAID = (Money("fee", 50_000), Money("charge", 135_000), Money("postage", 30_000))
NUMBER = "GT26-354100-00001"


@pytest.fixture
def held(app: Flask, post: Post) -> list[str]:
    """The receipts that lie at Lương Sơn, an hour later."""
    app.extensions["clock"] = lambda: minutes(60)
    with app.app_context(), transaction() as session:
        take_in(session, post.town, money=PAID)
        [one] = money.held(session, post.town.clerk)
        return [receipt.number for receipt in one.receipts]


@pytest.fixture
def handed(sign_in: SignIn, post: Post, held: list[str]) -> str:
    """The number of a voucher with all of them."""
    sign_in(Role.CLERK).send("/clerk/money", agency=post.agency, receipt=held)
    return NUMBER


def test_the_clerk_sees_what_is_held_kinds_apart_and_no_postage(
    sign_in: SignIn, held: list[str]
) -> None:
    page = sign_in(Role.CLERK).get("/clerk/money").text
    assert "Sở Giao thông Vận tải" in page
    assert all(number in page for number in held)
    assert "50.000 đồng" in page
    assert "135.000 đồng" in page
    assert "30.000 đồng" not in page
    assert "185.000" not in page


def test_chosen_receipts_become_a_voucher_to_print_in_figures_and_words(
    sign_in: SignIn, post: Post, held: list[str]
) -> None:
    clerk = sign_in(Role.CLERK)
    sent = clerk.send("/clerk/money", agency=post.agency, receipt=held[1:])
    assert sent.location == f"/clerk/money/{NUMBER}"
    page = clerk.get(sent.location).text
    assert "Một trăm ba mươi lăm nghìn đồng" in page
    assert "Đại diện bưu chính" in page
    assert "Đại diện cơ quan" in page
    assert (held[1] in page, held[0] in page) == (True, False)
    assert held[0] in clerk.get("/clerk/money").text


def test_nothing_chosen_and_a_receipt_that_is_gone_are_told_on_the_page(
    sign_in: SignIn, post: Post, held: list[str], handed: str
) -> None:
    clerk = sign_in(Role.CLERK)
    empty = clerk.send("/clerk/money", agency=post.agency)
    assert (empty.status_code, "Hãy chọn ít nhất một biên lai" in empty.text) == (422, True)
    gone = clerk.send("/clerk/money", agency=post.agency, receipt=held)
    assert (gone.status_code, "không còn giữ để giao" in gone.text) == (409, True)


def test_the_agency_confirms_with_its_number_and_the_clerk_sees_it(
    app: Flask, sign_in: SignIn, handed: str
) -> None:
    officer = sign_in(Role.OFFICER)
    assert handed in officer.get("/agency/money").text
    path = f"/agency/money/{handed}"
    empty = officer.send(path, form_name="confirm", reference=" ")
    assert empty.status_code == 422
    sent = officer.send(path, form_name="confirm", reference="PT-0312")
    assert sent.location == "/agency/money"
    assert "PT-0312" in sign_in(Role.CLERK).get(f"/clerk/money/{handed}").text
    again = officer.send(path, form_name="refuse", reason="nhầm")
    assert (again.status_code, "đã được trả lời" in again.text) == (409, True)


def test_a_refusal_brings_the_receipts_back_to_the_counter_with_its_reason(
    sign_in: SignIn, held: list[str], handed: str
) -> None:
    sign_in(Role.OFFICER).send(
        f"/agency/money/{handed}", form_name="refuse", reason="thiếu 50.000 đồng"
    )
    page = sign_in(Role.CLERK).get("/clerk/money").text
    assert "thiếu 50.000 đồng" in page
    assert all(f'value="{number}"' in page for number in held)


def test_who_made_the_voucher_cannot_answer_it_from_the_agencys_desk(
    app: Flask, sign_in: SignIn, post: Post
) -> None:
    town = post.town
    at_the_counter = replace(town.clerk, account_id=town.officer.account_id)
    with app.app_context(), transaction() as session:
        take_in(session, town)
        [one] = money.held(session, town.clerk)
        numbers = [one.receipts[0].number]
        made = money.hand_over(session, one.agency_id, numbers, at_the_counter, now=minutes(61))
        number = made.number
    answer = sign_in(Role.OFFICER).send(
        f"/agency/money/{number}", form_name="confirm", reference="PT-1"
    )
    assert (answer.status_code, "không tự xác nhận được" in answer.text) == (422, True)
    with app.app_context(), transaction() as session:
        assert session.scalars(select(VoucherAnswer)).all() == []


@pytest.mark.parametrize("role", [Role.PROVINCIAL, Role.AUDITOR, Role.ADMINISTRATOR])
def test_the_province_sees_the_balance_and_each_figure_leads_to_its_receipts(
    sign_in: SignIn, held: list[str], handed: str, role: Role
) -> None:
    browser = sign_in(role)
    page = browser.get("/province/money").text
    for told in ("Bưu cục Lương Sơn", "Sở Giao thông Vận tải", "135.000", "50.000", "30.000"):
        assert told in page
    assert "Chênh lệch" in page
    links = {
        link.replace("&amp;", "&")
        for link in re.findall(r'href="(/province/money/receipts[^"]+)"', page)
    }
    assert len(links) >= 6
    for link in links:
        shown = browser.get(link)
        assert shown.status_code == 200
        assert any(number in shown.text for number in held), link


def test_the_day_before_knows_nothing_of_it_and_odd_days_are_refused(
    sign_in: SignIn, held: list[str]
) -> None:
    browser = sign_in(Role.PROVINCIAL)
    early = browser.get("/province/money?from=01/03/2026&to=01/03/2026").text
    assert "Không có khoản phí, lệ phí nào trong những ngày này." in early
    assert browser.get("/province/money?from=hôm qua").status_code == 422
    for odd in ("point=abc", "figure=x&kind=y", "agency=²"):
        assert browser.get(f"/province/money/receipts?{odd}").status_code == 200


def test_the_province_takes_each_day_as_a_workbook_and_sees_other_prices(
    app: Flask, sign_in: SignIn, post: Post, held: list[str]
) -> None:
    with app.app_context(), transaction() as session:
        publish(session)
        take_in(session, post.town, money=(Money("remittance", 9_000),))
    province = sign_in(Role.AUDITOR)
    days = "from=02/03/2026&to=02/03/2026"
    file = province.get(f"/province/money.xlsx?{days}")
    assert file.data.startswith(b"PK")
    assert province.get("/province/money.xlsx?from=01/01/2026&to=01/06/2026").status_code == 422
    page = province.get(f"/province/money/prices?{days}").text
    for told in ("8.000", "9.000", "1.000", "QĐ mẫu 12"):
        assert told in page
    before = province.get("/province/money/prices?from=01/03/2026&to=01/03/2026").text
    assert "thu đúng bảng giá" in before
