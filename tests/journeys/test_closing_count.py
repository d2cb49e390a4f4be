"""The counter counts its table in the evening; a scan that was late explains what was missing."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import update

from models.staff import Account
from postal_app import scanning, staff
from tests.journeys.conftest import Album, Served
from tests.makers import Town, make_town, minutes, scan, take_in

pytestmark = pytest.mark.one_server

PASSWORD = "sông Đà mùa nước"
EVENING = minutes(480)


@pytest.fixture
def town(served: Served) -> Town:
    """The province, at five in the afternoon."""
    served.app.extensions["clock"] = lambda: EVENING
    with served.session() as session, session.begin():
        made = make_town(session)
        session.execute(update(Account).values(password_hash=staff.hash_password(PASSWORD)))
        return made


@pytest.fixture
def items(served: Served, town: Town) -> list[str]:
    """Three envelopes taken in; one left at ten with anh Dũng, whose phone is out of reach."""
    with served.session() as session, session.begin():
        return [take_in(session, town).number for _ in range(3)]


@pytest.fixture
def counter(served: Served, town: Town, browser: Browser) -> Iterator[Page]:
    """The counter's screen, chị Hằng signed in."""
    context = browser.new_context(base_url=served.url, locale="vi-VN")
    context.set_default_timeout(15_000)
    page = context.new_page()
    page.goto("/sign-in")
    page.fill("[name=name]", "hang")
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_load_state()
    yield page
    context.close()


def test_what_was_missing_at_closing_time_is_explained_by_the_scan_that_came_late(
    served: Served, town: Town, items: list[str], counter: Page, album: Album
) -> None:
    counter.goto("/balances")
    counter.get_by_role("link", name="Kiểm kê", exact=True).click()
    counter.get_by_label("Số hiệu đã quét").focus()
    for number in items[:2]:
        counter.keyboard.type(number)
        counter.keyboard.press("Enter")  # as a scanner ends each code
    album.keep("count-blind", counter)
    counter.get_by_role("button", name="Gửi và đối chiếu").click()
    missing = counter.get_by_role("row").filter(has_text=items[2])
    expect(missing).to_contain_text("Có trong sổ, không có trên bàn")
    expect(missing).to_contain_text("Chưa xử lý")
    album.keep("count-sheet", counter)

    served.app.extensions["clock"] = lambda: EVENING + timedelta(minutes=20)
    left = scan(items[2], "departed", minutes(60), condition="intact")
    with served.session() as session, session.begin():
        scanning.take_in(session, [left], town.courier, now=minutes(500))
    counter.reload()
    expect(missing).to_contain_text("có lượt quét «Rời bưu cục» lúc 02/03/2026 10:00")
    counter.goto("/balances")
    expect(counter.locator("main")).not_to_contain_text("Chênh lệch kiểm kê chưa xử lý")
    album.keep("balance-day", counter)
