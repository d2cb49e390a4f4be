"""The province closes a month at its page; what comes later stands beside the signed figures."""

import json
import re
from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from openpyxl import load_workbook

from postal_app import scanning
from postal_app.rules.roles import Role
from routes.archive import transaction
from routes.commands.__main__ import main
from tests.conftest import Archive
from tests.doors.conftest import Browser, Post, token_in
from tests.makers import NINE, minutes, scan, take_in

SignIn = Callable[[Role], Browser]
MARCH = "from=01/03/2026&to=31/03/2026"
IN_APRIL = NINE + timedelta(days=31)
CLOSE = f"/province/month/close?{MARCH}"


@pytest.fixture
def in_april(app: Flask, post: Post) -> str:
    """Take an envelope in on the second of March and stop the clock on the second of April."""
    with app.app_context(), transaction() as session:
        number = take_in(session, post.town).number
    app.extensions["clock"] = lambda: IN_APRIL
    return number


def seen_on(page: str) -> str:
    found = re.search(r'name="seen" value="(\w+)"', page)
    assert found is not None
    return found[1]


def closes(browser: Browser) -> str:
    """Look at what is to be signed, and sign it; give the page that follows."""
    page = browser.get(CLOSE)
    sent = browser.client.post(
        CLOSE, data={"csrf_token": token_in(page), "form_name": "", "seen": seen_on(page.text)}
    )
    assert sent.status_code == 302
    return browser.get(sent.headers["Location"]).text


def bring_late(app: Flask, post: Post, number: str) -> None:
    """Let the courier's phone tell in April what it scanned in March."""
    scans = [
        scan(number, "departed", minutes(60)),
        scan(number, "handed_to_agency", minutes(120), condition="intact"),
    ]
    with app.app_context(), transaction() as session:
        scanning.take_in(session, scans, post.town.courier, now=IN_APRIL + timedelta(hours=1))


def test_the_page_shows_what_is_signed_and_warns_of_what_is_open(
    in_april: str, sign_in: SignIn
) -> None:
    page = sign_in(Role.PROVINCIAL).get(CLOSE)
    assert page.status_code == 200
    assert "Còn việc chưa xong" in page.text
    assert "1 lượt của tháng còn đang chuyển" in page.text
    assert "Cán bộ cấp tỉnh" in page.text


def test_a_closed_month_says_so_and_keeps_its_figures_beside_the_adjustments(
    in_april: str, app: Flask, post: Post, sign_in: SignIn
) -> None:
    browser = sign_in(Role.PROVINCIAL)
    told = closes(browser)
    assert "Đã chốt tháng 03/2026." in told
    assert "Tháng đã chốt" in told
    assert "Chưa có điều chỉnh nào." in told
    bring_late(app, post, in_april)
    for role in (Role.PROVINCIAL, Role.AUDITOR):
        page = sign_in(role).get(f"/province/month?{MARCH}").text
        row = re.search(r"Đã giao cơ quan</th>(.*?)</tr>", page, re.DOTALL)
        assert row is not None
        assert re.findall(r">([+\d]+)<", row[1]) == ["0", "1", "+1"]
        assert "Ghi nhận đến muộn" in page
    later = browser.get(f"/province/month/later?{MARCH}").text
    assert in_april in later


def test_a_month_is_closed_once_by_the_province_alone_and_when_it_is_over(
    in_april: str, app: Flask, sign_in: SignIn
) -> None:
    browser = sign_in(Role.PROVINCIAL)
    april = "/province/month/close?from=01/04/2026&to=30/04/2026"
    assert "chốt được từ ngày 01/05/2026" in browser.get(april).text
    early = browser.send(april, seen="")
    assert early.status_code == 422
    assert "chốt được từ ngày 01/05/2026" in early.text
    half = browser.get("/province/month/close?from=01/03/2026&to=15/03/2026")
    assert "Chỉ chốt trọn một tháng dương lịch" in half.text
    assert sign_in(Role.AUDITOR).get(CLOSE).status_code == 403
    assert browser.get(f"/province/month/later?{MARCH}").status_code == 404
    closes(browser)
    again = browser.send(CLOSE, seen="")
    assert again.status_code == 409
    assert "Tháng này đã được" in again.text
    assert 'href="/province/month/close' not in browser.get(f"/province/month?{MARCH}").text


def test_who_signs_other_figures_than_he_saw_is_shown_the_new_ones(
    in_april: str, app: Flask, post: Post, sign_in: SignIn
) -> None:
    browser = sign_in(Role.PROVINCIAL)
    old = seen_on(browser.get(CLOSE).text)
    bring_late(app, post, in_april)
    refused = browser.send(CLOSE, seen=old)
    assert refused.status_code == 409
    assert "Số liệu vừa thay đổi" in refused.text
    assert seen_on(refused.text) != old


def test_the_workbook_and_the_command_tell_signed_figures_and_adjustments(
    in_april: str, app: Flask, post: Post, sign_in: SignIn, archive: Archive, tmp_path: Path
) -> None:
    browser = sign_in(Role.PROVINCIAL)
    before = load_workbook(BytesIO(browser.get(f"/province/month/workbook?{MARCH}").data))
    assert "Điều chỉnh" not in before.sheetnames
    closes(browser)
    bring_late(app, post, in_april)
    book = load_workbook(BytesIO(browser.get(f"/province/month/workbook?{MARCH}").data))
    rows = [[cell.value for cell in row[:4]] for row in book["Điều chỉnh"].iter_rows(min_row=5)]
    assert ["Đã giao cơ quan / Handed to the agency", 0, 1, 1] in rows
    assert book["Ghi nhận sau chốt"]["B5"].value == in_april
    assert book["Tổng hợp"]["B5"].value == before["Tổng hợp"]["B5"].value == 1
    environment = {"DATABASE_URL": archive.url, "OWNER_DATABASE_URL": archive.owner_url}
    command = ["month", "01/03/2026", "31/03/2026", "--home", str(tmp_path)]
    run = CliRunner(env=environment)
    told = json.loads(run.invoke(main, [*command, "--json"]).stdout)
    assert (told["handed_over"], told["from"]) == (0, date(2026, 3, 1).isoformat())
    assert told["adjustments"]["handed_over"] == {"signed": 0, "now": 1, "difference": 1}
    assert told["closed"]["role"] == "provincial"
    assert told["as_of"].startswith("2026-04-02")
    read = run.invoke(main, command).stdout
    assert "+1  Đã giao cơ quan / Handed to the agency (0 → 1)" in read
    assert told["closed"]["code"] in read
