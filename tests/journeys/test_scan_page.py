"""The scan page in a real browser: a scanner under an input method, a network that goes away."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import func, select, update

from models.ledger import LedgerEntry
from models.staff import Account
from postal_app import agency_desk, scanning, staff
from postal_app.envelopes import Envelope
from tests.journeys.conftest import Served
from tests.makers import Town, accept, bring_to_agency, make_town, scan, take_in

pytestmark = pytest.mark.one_server  # what a page does is not the server's doing

PASSWORD = "sông Đà mùa nước"
PHONE = {"width": 360, "height": 740}

# What Telex, VNI and Caps Lock make of a label while the scanner types it.
MANGLED = """() => {
  const field = document.querySelector("[name=code]");
  field.addEventListener("input", () => {
    field.value = field.value.replace(/host/i, "hót").replace(/RH1/i, "rỉ1").replace(/VN$/i, "ưn");
  });
}"""


@pytest.fixture
def town(served: Served) -> Town:
    with served.session() as session, session.begin():
        made = make_town(session)
        session.execute(update(Account).values(password_hash=staff.hash_password(PASSWORD)))
        return made


@pytest.fixture
def number(served: Served, town: Town) -> str:
    """An item that lies sealed at Lương Sơn."""
    with served.session() as session, session.begin():
        return take_in(session, town, now=datetime.now(UTC) - timedelta(hours=2)).number


@pytest.fixture
def result(served: Served, town: Town) -> str:
    """A result that the courier has out for delivery."""
    with served.session() as session, session.begin():
        item = take_in(session, town)
        bring_to_agency(session, town, item)
        accept(session, town, item)
        an_hour_ago = datetime.now(UTC) - timedelta(hours=1)
        dossier = item.legs[0].dossier.number
        envelope = Envelope("NP0002", 40)
        made = agency_desk.hand_result(session, dossier, envelope, town.officer, now=an_hour_ago)
        scans = [
            scan(made.number, "result_collected", an_hour_ago),
            scan(made.number, "out_for_delivery", an_hour_ago + timedelta(minutes=1)),
        ]
        scanning.take_in(session, scans, town.courier, now=an_hour_ago + timedelta(minutes=2))
        return made.number


@pytest.fixture
def phone(served: Served, town: Town, browser: Browser) -> Iterator[Page]:
    """The courier's phone, signed in."""
    context = browser.new_context(viewport=PHONE, base_url=served.url, locale="vi-VN")
    context.set_default_timeout(15_000)
    page = context.new_page()
    sign_in(page)
    yield page
    context.close()


def sign_in(page: Page) -> None:
    if "/sign-in" not in page.url:
        page.goto("/sign-in")
    page.fill("[name=name]", "dung")
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_load_state()


def shoot(page: Page, text: str) -> None:
    """Type as a scanner does: into whatever has the focus, Enter at the end."""
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def kept_on(page: Page) -> str:
    return page.evaluate("JSON.stringify(localStorage) + JSON.stringify(sessionStorage)")


@pytest.mark.parametrize("typed", ["{number}", "https://host:8000/t/{number}/bcgh1234"])
def test_an_input_method_cannot_mangle_what_a_scanner_types(
    phone: Page, number: str, typed: str
) -> None:
    phone.goto("/courier/scan?kind=departed")
    phone.evaluate(MANGLED)
    shoot(phone, typed.format(number=number))
    expect(phone.locator("#answer [data-outcome=recorded]")).to_contain_text(number)
    expect(phone.locator("[name=code]")).to_be_focused()
    expect(phone.locator("[name=code]")).to_have_value("")


def test_a_code_read_twice_in_a_moment_is_one_scan(
    served: Served, phone: Page, number: str
) -> None:
    phone.goto("/courier/scan?kind=departed")
    phone.evaluate("performance.now = () => 1000")  # however slow this machine is today
    shoot(phone, number)
    expect(phone.locator("#answer [data-outcome=recorded]")).to_contain_text(number)
    shoot(phone, number)
    expect(phone.locator("#answer")).to_contain_text("Vừa quét")
    expect(phone.locator("#made [data-outcome=recorded]")).to_have_count(1)
    with served.session() as session:
        departed = select(func.count()).where(LedgerEntry.kind == "departed")
        assert session.scalar(departed) == 1


def test_a_scanner_is_heard_wherever_the_focus_is(phone: Page, number: str) -> None:
    phone.goto("/courier/scan?kind=departed")
    phone.evaluate("document.activeElement.blur()")
    shoot(phone, number)
    expect(phone.locator("#answer [data-outcome=recorded]")).to_contain_text(number)


def test_what_a_kind_needs_is_asked_for_before_it_is_sent(phone: Page, result: str) -> None:
    phone.goto("/courier/scan?kind=delivered")
    shoot(phone, result)
    expect(phone.locator("#answer")).to_contain_text("Đã đọc số hiệu")
    expect(phone.locator("[name=receiver]")).to_be_focused()
    phone.fill("[name=receiver]", "Đinh Thị Mai")
    phone.click("#record")
    expect(phone.locator("[name=relation]").first).to_be_focused()


def test_a_delivery_without_a_network_waits_and_leaves_no_name_behind(
    phone: Page, result: str
) -> None:
    phone.goto("/courier/scan?kind=delivered")
    phone.context.set_offline(True)
    phone.fill("[name=receiver]", "Đinh Thị Mai")
    phone.check("[name=relation][value=self]")
    phone.check("[name=proof][value=signature]")
    phone.fill("[name=code]", result)
    phone.click("#record")
    expect(phone.locator("#answer")).to_contain_text("Đã giữ trên máy")
    expect(phone.locator("#outbox")).to_contain_text("1 lượt chưa gửi")
    expect(phone.locator("[name=receiver]")).to_have_value("")
    phone.context.set_offline(False)
    expect(phone.locator("#answer")).to_contain_text("Đã phát thành công")
    expect(phone.locator("#outbox")).to_contain_text("0 lượt chưa gửi")
    assert "Đinh Thị Mai" not in kept_on(phone)


def test_scans_outlive_the_session_and_are_sent_after_signing_in_again(
    served: Served, phone: Page, number: str
) -> None:
    phone.goto("/courier/scan?kind=departed")
    phone.context.clear_cookies()
    shoot(phone, number)
    expect(phone.locator("#answer")).to_contain_text("Cần đăng nhập lại")
    expect(phone.locator("#outbox")).to_contain_text("1 lượt chưa gửi")
    phone.click("#answer a")
    sign_in(phone)
    expect(phone.locator("#made [data-outcome=recorded]")).to_contain_text(number)
    expect(phone.locator("#outbox")).to_contain_text("0 lượt chưa gửi")
