"""Published calendars and standards on pages and by command; promises where people look."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from config import Config
from models.calendar import PublishedYear
from models.promises import TransitStandard
from postal_app.rules.roles import Role
from routes.archive import transaction
from routes.commands.__main__ import main
from tests.doors.conftest import Browser, Post, token_in
from tests.promised import CALENDAR, STANDARDS, publish

SignIn = Callable[[Role], Browser]
PUBLISHED = "/promises/published"


def upload(browser: Browser, kind: str, content: str) -> TestResponse:
    fields = {
        "csrf_token": token_in(browser.get(PUBLISHED)),
        "form_name": kind,
        "file": (io.BytesIO(content.encode("utf-8-sig")), "công-bố.csv"),
    }
    return browser.client.post(PUBLISHED, data=fields, content_type="multipart/form-data")


def published(app: Flask) -> tuple[int, int]:
    with app.app_context(), transaction() as session:
        years, standards = (
            session.scalar(select(func.count()).select_from(table))
            for table in (PublishedYear, TransitStandard)
        )
        return years or 0, standards or 0


def test_a_calendar_is_shown_first_and_published_on_a_yes(app: Flask, sign_in: SignIn) -> None:
    browser = sign_in(Role.PROVINCIAL)
    assert "Lịch năm 2026 chưa công bố" in browser.get(PUBLISHED).text
    sent = upload(browser, "calendar", CALENDAR)
    page = browser.get(sent.location).text
    assert "Năm 2026, bản 1" in page
    assert "Tết Bính Ngọ" in page
    assert published(app) == (0, 0)
    assert browser.send(sent.location, token_from=sent.location).status_code == 302
    assert published(app) == (1, 0)
    page = browser.get(PUBLISHED).text
    assert "chưa công bố</h2>" not in page
    assert "Giỗ Tổ Hùng Vương" in page


def test_standards_are_shown_first_and_published_on_a_yes(app: Flask, sign_in: SignIn) -> None:
    browser = sign_in(Role.ADMINISTRATOR)
    sent = upload(browser, "standards", STANDARDS)
    assert "Thêm mới" in browser.get(sent.location).text
    browser.send(sent.location, token_from=sent.location)
    assert published(app) == (0, 4)
    assert "QĐ mẫu" in browser.get(PUBLISHED).text


def test_a_list_with_faults_is_told_on_the_page_and_not_kept(app: Flask, sign_in: SignIn) -> None:
    browser = sign_in(Role.PROVINCIAL)
    answer = upload(browser, "calendar", CALENDAR.replace("30/04/2026", "29/04/2026"))
    assert answer.status_code == 422
    assert "thiếu ngày lễ 30/04/2026" in answer.text
    assert upload(browser, "standards", "a,b\n1,2\n").status_code == 422
    assert browser.get(f"{PUBLISHED}/weather/abc").status_code == 404
    assert published(app) == (0, 0)


def test_both_lists_come_in_by_command(post: Post, config: Config, tmp_path: Path) -> None:
    run = CliRunner(
        env={"DATABASE_URL": config.database_url, "OWNER_DATABASE_URL": config.owner_database_url}
    )
    for command, content, told in (
        ("import-calendar", CALENDAR, "2026, bản / version 1: 14 ngày"),
        ("import-standards", STANDARDS, "Trả kết quả cho người dân, Trong tỉnh: 2/4"),
    ):
        file = tmp_path / "cong-bo.csv"
        file.write_text(content, encoding="utf-8")
        home = ["--home", str(config.home)]
        dry = run.invoke(main, [command, str(file), "--dry-run", *home])
        done = run.invoke(main, [command, str(file), *home])
        again = run.invoke(main, [command, str(file), *home])
        assert (dry.exit_code, done.exit_code, again.exit_code) == (0, 0, 0), done.output
        assert told in dry.output
        assert "Chưa nhập gì" in dry.output
        assert "Đã nhập." in done.output
        assert "nothing new" in again.output or "Giữ nguyên" in again.output


@pytest.fixture
def promised(app: Flask, post: Post) -> Post:
    """The post with its year and standards published."""
    with app.app_context(), transaction() as session:
        publish(session)
    return post


def test_the_month_measures_both_limits_apart(promised: Post, sign_in: SignIn) -> None:
    page = sign_in(Role.PROVINCIAL).get("/province/month").text
    assert "Giữ hẹn" in page
    assert page.count("Phát lần đầu</td>") == 2
