"""The doors of the tariff: seen by all, reckoned for a citizen, published by its keepers."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask

from config import Config
from postal_app.rules.roles import Role
from routes.archive import transaction
from routes.commands.__main__ import main
from tests.doors.conftest import Browser, Post
from tests.tariffs import BY_DISTANCE, HEADINGS, publish

SignIn = Callable[[Role], Browser]
FAULTY = HEADINGS + "Bay,Mọi nơi,Mọi nơi,,,,mười,,10,01/07/2025,,QĐ\n"
QUESTION = {
    "on": "02/03/2026",
    "service_form": "both",
    "grams": "100",
    "agency": "H28.16 · Sở Giao thông Vận tải",
    "address": "Xóm Đồng, xã Tân Vinh, huyện Lương Sơn, Hòa Bình",
}


def upload(browser: Browser, text: str) -> str:
    file = (io.BytesIO(text.encode()), "bang-gia.csv")
    sent = browser.send("/tariff/import", file=file)
    assert sent.status_code == 302
    return sent.location


@pytest.mark.parametrize("role", [Role.PROVINCIAL, Role.ADMINISTRATOR])
def test_a_list_is_shown_first_and_published_on_a_yes(sign_in: SignIn, role: Role) -> None:
    keeper = sign_in(role)
    there = upload(keeper, BY_DISTANCE)
    told = keeper.get(there).text
    assert "Đến 10 km" in told
    assert "Đồng ý, công bố" in told
    assert "Chưa công bố giá nào" in keeper.get("/tariff").text
    assert keeper.send(there).location == "/tariff"
    page = keeper.get("/tariff").text
    assert "26.000" in page
    assert "QĐ mẫu 12" in page
    assert keeper.get(there).status_code == 404


def test_faulty_rows_come_back_with_row_column_and_value_and_cannot_be_published(
    sign_in: SignIn,
) -> None:
    keeper = sign_in(Role.PROVINCIAL)
    there = upload(keeper, FAULTY)
    told = keeper.get(there).text
    for said in ("Dịch vụ", "Bay", "Giá trước thuế", "mười", "không đọc được"):
        assert said in told
    assert "Đồng ý, công bố" not in told
    assert keeper.send(there).status_code == 422
    assert "Chưa công bố giá nào" in keeper.get("/tariff").text


def test_the_clerk_reckons_what_it_will_cost(app: Flask, sign_in: SignIn, post: Post) -> None:
    with app.app_context(), transaction() as session:
        publish(session)
    clerk = sign_in(Role.CLERK)
    assert "Nhập bảng giá" not in clerk.get("/tariff").text
    page = clerk.send("/tariff", point=post.point, **QUESTION)
    assert page.status_code == 200
    assert "60.000 đồng" in page.text
    assert "5.454 đồng" in page.text
    heavy = clerk.send("/tariff", point=post.point, **(QUESTION | {"grams": "20000"}))
    assert "Không có giá công bố" in heavy.text


def test_odd_questions_are_told_beside_their_field(sign_in: SignIn, post: Post) -> None:
    clerk = sign_in(Role.CLERK)
    for wrong in ({"agency": "không có"}, {"grams": "0"}, {"address": ""}, {"point": "999"}):
        fields = {"point": str(post.point), **QUESTION, **wrong}
        assert clerk.send("/tariff", **fields).status_code in (404, 422), wrong


def test_the_command_tells_first_and_publishes_then(config: Config, tmp_path: Path) -> None:
    file, faulty = tmp_path / "gia.csv", tmp_path / "loi.csv"
    file.write_text(BY_DISTANCE, encoding="utf-8")
    faulty.write_text(FAULTY, encoding="utf-8")
    env = {
        "DATABASE_URL": config.database_url,
        "OWNER_DATABASE_URL": config.owner_database_url,
        "POSTAL_HOME": str(config.home),
    }

    def run(*arguments: str) -> tuple[int, str]:
        done = CliRunner().invoke(main, ["tariff", "import", *arguments], env=env)
        return done.exit_code, done.output

    code, told = run(str(file), "--dry-run")
    assert (code, "Chưa nhập gì" in told, "Thêm mới" in told) == (0, True, True)
    code, told = run(str(file))
    assert (code, "Đã nhập" in told) == (0, True)
    code, told = run(str(file), "--dry-run")
    assert (code, "Giữ nguyên" in told, "Thêm mới" in told) == (0, True, False)
    code, told = run(str(faulty), "--dry-run")
    assert (code, "dòng 2, Giá trước thuế: «mười»" in told) == (2, True)
    assert run(str(faulty))[0] == 2
