"""The doors of balances and closing counts, as each role meets them."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from click.testing import CliRunner
from flask import Flask

from config import Config
from postal_app import scanning
from postal_app.rules.roles import Role
from routes.archive import transaction
from routes.commands.balance import balance
from tests.doors.conftest import Browser, Post
from tests.makers import minutes, scan, take_in

SignIn = Callable[[Role], Browser]
SHEET = "KK26-354100-00001"
EVENING = minutes(480)


@pytest.fixture
def items(app: Flask, post: Post) -> list[str]:
    """Two envelopes that lie at Lương Sơn and one that anh Dũng took along; it is evening."""
    app.extensions["clock"] = lambda: EVENING
    with app.app_context(), transaction() as session:
        made = [take_in(session, post.town).number for _ in range(3)]
        gone = [scan(made[2], "departed", minutes(60), condition="intact")]
        scanning.take_in(session, gone, post.town.courier, now=minutes(60))
        return made


def test_a_clerk_counts_blindly_and_the_sheet_says_what_differs(
    items: list[str], sign_in: SignIn
) -> None:
    clerk = sign_in(Role.CLERK)
    page = clerk.get("/counts/new")
    assert "Quét từng bưu gửi" in page.text
    assert not any(number in page.text for number in items)
    # The scanner types a letter with a mark, as Telex makes of «RH… W…», and ends each line.
    answer = clerk.send("/counts/new", codes=f"{items[0].lower()}\r\n{items[2]}\r\n")
    assert answer.location == f"/counts/{SHEET}"
    told = clerk.get(answer.location).text
    assert "Có trong sổ, không có trên bàn" in told
    assert "Có trên bàn, sổ ghi nơi khác giữ" in told
    assert "Bưu tá Quách Văn Dũng" in told
    assert "Ghi cách xử lý một dòng" not in told
    assert SHEET in clerk.get("/balances").text
    paper = clerk.get(f"/counts/{SHEET}/sheet.pdf")
    assert (paper.status_code, paper.content_type) == (200, "application/pdf")


def test_who_asks_to_see_the_book_ticks_what_he_finds_and_the_sheet_says_so(
    items: list[str], sign_in: SignIn
) -> None:
    clerk = sign_in(Role.CLERK)
    page = clerk.get("/counts/new?book=shown").text
    assert items[0] in page
    assert items[2] not in page
    clerk.send("/counts/new?book=shown", seen=[items[0], items[1]], codes="")
    told = clerk.get(f"/counts/{SHEET}").text
    assert "Đã xem sổ trước khi đếm" in told
    assert "Không có chênh lệch." in told


def test_an_empty_form_is_no_count(items: list[str], sign_in: SignIn) -> None:
    courier = sign_in(Role.COURIER)
    refused = courier.send("/counts/new", codes=" \n")
    assert refused.status_code == 422
    assert "Trên bàn không còn bưu gửi nào" in refused.text
    assert courier.send("/counts/new", codes="", empty="1").status_code == 302
    assert items[2] in courier.get(f"/counts/{SHEET}").text


def test_the_province_settles_as_the_second_person_what_no_scan_explains(
    items: list[str], sign_in: SignIn
) -> None:
    sign_in(Role.CLERK).send("/counts/new", codes=items[0])
    province = sign_in(Role.PROVINCIAL)
    assert SHEET in province.get("/province/balances").text
    empty = province.send(f"/counts/{SHEET}", position="2", words="")
    assert empty.status_code == 422
    settled = province.send(f"/counts/{SHEET}", position="2", words="đã thấy dưới khay")
    assert settled.status_code == 302
    assert "đã thấy dưới khay" in province.get(f"/counts/{SHEET}").text
    assert SHEET not in province.get("/province/balances").text
    again = province.send(f"/counts/{SHEET}", position="2", words="lần nữa")
    assert again.status_code == 409


def test_each_sees_his_own_table_and_the_province_all_of_them(
    app: Flask, post: Post, items: list[str], sign_in: SignIn
) -> None:
    own = sign_in(Role.CLERK).get("/balances?day=02/03/2026").text
    assert "Số dư bưu gửi: Bưu cục Lương Sơn" in own
    assert items[0] in own
    courier = sign_in(Role.COURIER).get("/balances").text
    assert items[2] in courier
    assert items[0] not in courier
    auditor = sign_in(Role.AUDITOR)
    trial = auditor.get("/province/balances").text
    assert "Sổ cân" in trial
    assert "mọi nơi giữ 3 bưu gửi" in trial
    one = auditor.get(f"/province/balances/point/{post.point}").text
    assert items[1] in one
    assert auditor.get("/province/balances/point/999999").status_code == 404
    assert auditor.get("/province/balances/kho/1").status_code == 404
    app.extensions["clock"] = lambda: EVENING + timedelta(days=9)
    assert items[0] in sign_in(Role.CLERK).get("/balances").text.split("Phải còn trên bàn")[0]


def test_the_command_tells_a_day_to_a_person_and_to_a_machine(
    config: Config, items: list[str]
) -> None:
    at = ["--home", str(config.home)]
    env = {"DATABASE_URL": config.database_url, "OWNER_DATABASE_URL": config.owner_database_url}
    run = CliRunner(env=env).invoke
    asked = ["--holder", "point:354100", "--day", "02/03/2026"]
    said = run(balance, [*asked, *at])
    assert said.exit_code == 0, said.output
    assert "Bưu cục Lương Sơn" in said.output
    told = json.loads(run(balance, [*asked, "--json", *at]).stdout)
    assert [told[name] for name in ("opening", "came", "went", "closing")] == [0, 3, 1, 2]
    assert [one["number"] for one in told["items_went"]] == [items[2]]
    assert {one["number"] for one in told["items_lying"]} == set(items[:2])
