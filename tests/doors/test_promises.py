"""Published calendars and standards on pages and by command; promises where people look."""

import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from config import Config
from models.calendar import PublishedYear
from models.items import Item
from models.promises import TransitStandard
from postal_app import counter, printing, scanning, worklists
from postal_app.rules.roles import Role
from routes.archive import transaction
from routes.commands.__main__ import main
from tests.doors.conftest import Browser, Post, token_in
from tests.makers import NINE, bring_to_agency, minutes, scan, take_in
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


def sealed(app: Flask, post: Post) -> tuple[str, str]:
    """Take a dossier in at nine on the second of March; give the numbers of item and dossier."""
    with app.app_context(), transaction() as session:
        item = take_in(session, post.town)
        return item.number, item.legs[0].dossier.number


def test_the_clerk_the_slip_and_the_list_tell_the_promise(
    app: Flask, promised: Post, sign_in: SignIn
) -> None:
    item, dossier = sealed(app, promised)
    browser = sign_in(Role.CLERK)
    page = browser.get(f"/clerk/pickups/{dossier}").text
    assert "Hẹn giao cơ quan đến hết ngày 05/03/2026" in page
    assert "hẹn 05/03/2026" in browser.get("/clerk").text
    assert browser.get(f"/clerk/pickups/{dossier}/slip.pdf").status_code == 200
    with app.app_context(), transaction() as session:
        row = counter.dossier(session, dossier, promised.town.clerk)
        slip = printing._slip(session, row, printing.LabelCodes("https://hs.vn", b"k" * 32))
        assert slip.notes == "Hẹn giao cơ quan đến hết ngày 05/03/2026"
    told = browser.get(f"/items/{item}").text
    assert "đến hết ngày 04/03/2026" in told
    assert "Đang chạy, còn hạn" in told


def test_the_citizen_is_told_the_expected_day_and_when_it_has_passed(
    app: Flask, promised: Post
) -> None:
    item, _ = sealed(app, promised)
    citizen = app.test_client()
    assert "Dự kiến đến hết ngày 05/03/2026" in citizen.get(f"/t/{item}").text
    app.extensions["clock"] = lambda: NINE + timedelta(days=9)
    assert "Đã quá ngày dự kiến 05/03/2026" in citizen.get(f"/t/{item}").text
    with app.app_context(), transaction() as session:
        bring_to_agency(session, promised.town, session.scalars(select(Item)).one())
    assert "dự kiến" not in citizen.get(f"/t/{item}").text.lower()


def test_nothing_published_is_told_to_the_clerk_and_the_citizen_reads_no_day(
    app: Flask, post: Post, sign_in: SignIn
) -> None:
    item, dossier = sealed(app, post)
    assert "Thời hạn chưa công bố" in sign_in(Role.CLERK).get(f"/clerk/pickups/{dossier}").text
    assert "Dự kiến" not in app.test_client().get(f"/t/{item}").text


def test_the_oldest_promise_stands_on_top_and_overdue_is_said_in_words(
    app: Flask, promised: Post, sign_in: SignIn
) -> None:
    with app.app_context(), transaction() as session:
        town = promised.town
        later = take_in(session, town, now=NINE + timedelta(days=2)).number
        early = take_in(session, town).number
        departed = [scan(n, "departed", minutes(60 * 50)) for n in (later, early)]
        scanning.take_in(session, departed, town.courier, now=minutes(60 * 50))
    app.extensions["clock"] = lambda: NINE + timedelta(days=4)
    with app.app_context(), transaction() as session:
        on_top = [one.number for one in worklists.held_by(session, promised.town.courier)]
    assert on_top == [early, later]
    for role, path in ((Role.COURIER, "/courier"), (Role.OFFICER, "/agency")):
        page = sign_in(role).get(path).text
        assert "Quá hạn 05/03/2026" in page, path
        assert page.index(early) < page.index(later), path


def test_the_officer_is_told_when_a_dossier_is_due_by_the_published_calendar(
    app: Flask, promised: Post, sign_in: SignIn
) -> None:
    app.extensions["clock"] = lambda: NINE - timedelta(days=17)  # the Friday before Tết
    with app.app_context(), transaction() as session:
        item = take_in(session, promised.town, now=NINE - timedelta(days=18))
        number, dossier = item.number, item.legs[0].dossier.number
        handed = [scan(number, "handed_to_agency", NINE - timedelta(days=17, minutes=9))]
        scanning.take_in(session, handed, promised.town.courier, now=NINE - timedelta(days=17))
    page = sign_in(Role.OFFICER).get(f"/agency/dossiers/{dossier}/accept").text
    assert "5 ngày làm việc, theo lịch đã công bố là đến 27/02/2026" in page
