"""A bag from one office to another, by keyboard and scanner: packed, listed, carried, opened."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import select, update

from models.items import Item
from models.staff import Account
from postal_app import staff, verification
from postal_app.rules.vocabulary import State
from tests.journeys.conftest import Album, Served
from tests.makers import make_town, take_in

PASSWORD = "sông Đà mùa nước"
SEAL = "TK0001"
DESK = {"width": 1280, "height": 800}

pytestmark = pytest.mark.one_server


@pytest.fixture
def numbers(served: Served) -> list[str]:
    """Three dossiers that lie at Lương Sơn."""
    an_hour_ago = datetime.now(UTC) - timedelta(hours=1)
    with served.session() as session, session.begin():
        town = make_town(session)
        session.execute(update(Account).values(password_hash=staff.hash_password(PASSWORD)))
        return [take_in(session, town, an_hour_ago).number for _ in range(3)]


@pytest.fixture
def context(served: Served, numbers: list[str], browser: Browser) -> Iterator[BrowserContext]:
    """One machine at which people sign in one after the other."""
    opened = browser.new_context(viewport=DESK, base_url=served.url, locale="vi-VN")
    opened.set_default_timeout(15_000)
    yield opened
    opened.close()


def at_desk(context: BrowserContext, name: str) -> Page:
    """Give a page at which somebody has signed in."""
    context.clear_cookies()
    page = context.new_page()
    page.goto("/sign-in")
    page.fill("[name=name]", name)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url(lambda url: "/sign-in" not in url)
    return page


def scan(page: Page, code: str) -> None:
    """Let a scanner type into the field that has the cursor; it ends with Enter."""
    page.wait_for_function("document.activeElement.name === 'code'")
    page.keyboard.type(code)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_a_bag_is_packed_handed_over_and_opened_with_one_missing_and_one_extra(
    served: Served, context: BrowserContext, numbers: list[str], album: Album
) -> None:
    first, second, extra = numbers
    hang = at_desk(context, "hang")
    hang.goto("/bags")
    hang.select_option("[name=to_point]", "350100")
    hang.press("[name=to_point]", "Tab")
    hang.keyboard.press("Enter")
    hang.wait_for_url("**/bags/TG*")
    bag = hang.url.rsplit("/", 1)[1]
    scan(hang, first.lower())
    scan(hang, f"{second[:2]}-{second[2:]}")
    expect(hang.locator("#bag-contents")).to_contain_text("(2)")
    hang.fill("#seal-seal", SEAL)
    hang.press("#seal-seal", "Enter")
    expect(hang.locator("main")).to_contain_text("Đã niêm phong túi.")
    album.keep("clerk-bag", hang)
    hang.goto("/handovers")
    hang.select_option("[name=to]", "bd10:350100")
    hang.focus("[name=codes]")
    for code in (bag, extra):
        hang.keyboard.type(code)
        hang.keyboard.press("Enter")
    hang.click("#close-list")
    hang.wait_for_url("**/handovers/BD10-*")
    number = hang.url.rsplit("/", 1)[1]

    lan = at_desk(context, "lan")
    expect(lan.locator("main")).to_contain_text("1 bản kê chờ nhận")
    lan.goto(f"/handovers/{number}")
    scan(lan, bag)
    scan(lan, extra)
    lan.click("#count")
    expect(lan.locator("main")).to_contain_text("Đinh Thị Lan đã quét hết bản kê này.")
    assert lan.locator(".badge", has_text="Đã nhận, khớp").count() == 2
    album.keep("clerk-handover", lan)

    lan.goto(f"/bags/{bag}")
    lan.fill("#open-seal", SEAL)
    lan.select_option("#open-condition", "intact")
    lan.press("#open-seal", "Enter")
    expect(lan.locator("main")).to_contain_text("Đã mở túi.")
    scan(lan, first)
    scan(lan, extra)
    lan.click("#empty")
    expect(lan.locator("#bag-count + .table")).to_contain_text("Thiếu")
    for words in ("Đã nhận, khớp", "Thiếu", "Thừa, không có trong danh sách"):
        expect(lan.locator(".badge", has_text=words)).to_have_count(1)
    album.keep("clerk-bag-count", lan)

    hang = at_desk(context, "hang")
    expect(hang.locator("main")).to_contain_text("2 chênh lệch giao nhận chờ xử lý")
    with served.session() as session:
        missing = session.scalars(select(Item).where(Item.number == second)).one()
        assert missing.state == State.LOST
        assert list(verification.faults(session)) == []
