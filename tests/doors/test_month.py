"""The province looks at a period, follows a figure to its legs and takes the workbook home."""

from collections.abc import Callable
from io import BytesIO

import pytest
from flask import Flask
from openpyxl import load_workbook

from postal_app.rules.roles import Role
from routes.archive import transaction
from tests.doors.conftest import Browser, Post
from tests.makers import take_in

SignIn = Callable[[Role], Browser]
MARCH = "from=01/03/2026&to=2026-03-31"


@pytest.fixture
def provincial(app: Flask, post: Post, sign_in: SignIn) -> Browser:
    with app.app_context(), transaction() as session:
        number = take_in(session, post.town).number
    browser = sign_in(Role.PROVINCIAL)
    browser.number = number  # type: ignore[attr-defined]  # what the test looks for
    return browser


@pytest.mark.parametrize("role", [Role.PROVINCIAL, Role.AUDITOR, Role.ADMINISTRATOR])
def test_whoever_answers_for_the_province_sees_this_month(
    post: Post, sign_in: SignIn, role: Role
) -> None:
    page = sign_in(role).get("/province/month")
    assert page.status_code == 200
    assert "Từ ngày 01/03/2026 đến hết ngày 31/03/2026" in page.text
    assert "Không có trường hợp nào cần xem lại." in page.text


@pytest.mark.parametrize("role", [Role.CLERK, Role.COURIER, Role.OFFICER])
def test_nobody_else_does(post: Post, sign_in: SignIn, role: Role) -> None:
    browser = sign_in(role)
    for path in ("month", "month/legs", "month/workbook"):
        assert browser.get(f"/province/{path}").status_code == 403


def test_a_figure_leads_to_its_legs(provincial: Browser) -> None:
    page = provincial.get(f"/province/month?{MARCH}")
    assert "<b>1</b><span>hồ sơ</span>" in page.text
    legs = provincial.get(f"/province/month/legs?{MARCH}&direction=submit&class=allowed")
    assert provincial.number in legs.text  # type: ignore[attr-defined]  # set by the fixture
    assert "Được nộp hồ sơ qua bưu chính công ích theo Quyết định" in legs.text
    none = provincial.get(f"/province/month/legs?{MARCH}&direction=return&agency=x&class=nothing")
    assert "Không có lượt nào như vậy trong kỳ." in none.text


def test_the_workbook_is_the_page_in_cells(provincial: Browser) -> None:
    answer = provincial.get(f"/province/month/workbook?{MARCH}")
    assert answer.headers["Content-Disposition"] == (
        "attachment; filename=bcci-2026-03-01-2026-03-31.xlsx"
    )
    assert load_workbook(BytesIO(answer.data))["Tổng hợp"]["B5"].value == 1


@pytest.mark.parametrize("days", ["from=31/03/2026&to=01/03/2026", "from=hôm+qua", "to=31/02/2026"])
def test_days_that_are_no_period_are_told_in_words(provincial: Browser, days: str) -> None:
    page = provincial.get(f"/province/month?{days}")
    assert page.status_code == 422
    assert "Kỳ báo cáo gồm hai ngày" in page.text
