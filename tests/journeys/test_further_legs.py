"""Further legs told from outside: a dossier fetched at home, papers sent after the envelope."""

import io
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select, update

from models.counter import CollectionAnswer
from models.dossiers import Dossier
from models.items import Item
from models.staff import Account
from postal_app import staff, verification
from postal_app.rules.vietnamese import day, day_of
from tests.journeys.conftest import Album, Served
from tests.journeys.test_one_dossier import (
    COUNTER,
    MAI,
    PASSWORD,
    PHONE,
    Person,
    paper,
    scan,
    take_in_by_keyboard,
)
from tests.makers import make_town

pytestmark = pytest.mark.one_server  # what a page does is not the server's doing

Enter = Callable[..., Person]


@pytest.fixture
def enter(served: Served, browser: Browser) -> Iterator[Enter]:
    """Let people of the small province sign in, each in front of a screen of his own."""
    with served.session() as session, session.begin():
        make_town(session)
        session.execute(update(Account).values(password_hash=staff.hash_password(PASSWORD)))
    opened = []

    def entered(who: str, *, phone: bool = False) -> Person:
        size = PHONE if phone else COUNTER
        context = browser.new_context(viewport=size, locale="vi-VN", has_touch=phone)
        context.set_default_timeout(15_000)
        opened.append(context)
        person = Person(context.new_page(), served.url)
        page = person.go("/sign-in")
        page.fill("[name=name]", who)
        page.fill("[name=password]", PASSWORD)
        page.press("[name=password]", "Enter")
        page.wait_for_url(lambda url: "/sign-in" not in url)
        return person

    yield entered
    for context in opened:
        context.close()


def fits(page: Page) -> None:
    """Nothing on the page is wider than the screen."""
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), page.url


def draw(page: Page, signer: str) -> None:
    """Sign with a finger in a signer's box."""
    box = page.locator(f"[data-pad=image_{signer}] canvas")
    box.scroll_into_view_if_needed()
    at = box.bounding_box()
    assert at is not None
    page.mouse.move(at["x"] + 20, at["y"] + 20)
    page.mouse.down()
    for step in range(1, 6):
        page.mouse.move(at["x"] + 20 + 40 * step, at["y"] + 20 + 15 * (step % 3))
    page.mouse.up()


def test_a_dossier_is_fetched_at_home_with_the_gates_of_the_counter(
    served: Served, enter: Enter, album: Album
) -> None:
    clerk, courier = enter("hang"), enter("dung", phone=True)
    page = clerk.go("/clerk/calls")
    wish = (*MAI, day(day_of(datetime.now(UTC))), "sau 17 giờ")
    fields = ("name", "phone", "address", "wished_on", "wished_time")
    for field, text in zip(fields, wish, strict=True):
        clerk.type_into(field, text)
    clerk.press("Ghi yêu cầu")
    expect(page.locator("main")).to_contain_text("Đã ghi yêu cầu")

    page = courier.go("/courier/pickups")
    expect(page.locator("main")).to_contain_text("sau 17 giờ")
    fits(page)
    album.keep("home-calls", page, whole=False)
    page.get_by_role("link", name="Nhận hồ sơ", exact=True).click()
    page.fill("#q", "cap doi giay phep lai xe")
    page.locator("#found a", has_text="Cấp đổi giấy phép lái xe").click()
    expect(page.locator("[name=sender_name]")).to_have_value(MAI[0])
    page.fill("[name=agency]", "giao thong")
    page.locator("#agencies button").first.click()
    for place in (0, 1):
        page.fill(f"[name=paper_{place}_counted]", "1")
    fits(page)
    page.get_by_role("button", name="Đã kiểm đếm xong").click()

    expect(page.locator("#gate")).to_have_text("Hai bên ký")
    for signer in ("sender", "clerk"):
        draw(page, signer)
    fits(page)
    album.keep("home-sign", page, whole=False)
    page.get_by_role("button", name="Lưu chữ ký").click()
    expect(page.locator("#gate")).to_have_text("Đóng gói và niêm phong")
    page.fill("[name=weight_grams]", "120")
    page.fill("[name=seal_number]", "np000777")
    page.get_by_role("button", name="Đã niêm phong").click()

    number = page.locator(".item-number").inner_text()
    dossier = page.url.rsplit("/", 1)[1]
    fits(page)
    code = page.locator(".handed-slip img")
    expect(code).to_have_js_property("complete", value=True)
    album.keep("home-done", page, whole=False)
    shown = Image.open(io.BytesIO(code.screenshot()))
    assert [f"/T/{number}/" in one.text for one in zxingcpp.read_barcodes(shown)] == [True]
    assert number in paper(clerk, f"/clerk/pickups/{dossier}/slip.pdf", album, "slip-home")
    with served.session() as session:
        item = session.scalars(select(Item)).one()
        assert (item.state, item.holder_kind) == ("in_transit", "courier")
        kept = session.scalars(select(Dossier)).one()
        assert [one.manner for one in kept.signatures] == ["drawn", "drawn"]
        assert session.scalars(select(CollectionAnswer.outcome)).one() == "done"
        assert list(verification.faults(session)) == []


def receive(officer: Person, dossier: str, number: str, copies: int) -> None:
    """Let the agency's officer count an envelope again and sign for it."""
    page = officer.go(f"/agency/items/{number}")
    page.locator("[name=condition][value=intact]").check(force=True)
    for place in range(copies):
        page.fill(f"[name='{dossier}_{place}_copies']", "1")
    page.locator("#receive").click()
    expect(page.locator("main")).to_contain_text("Đã lập biên bản giao nhận")


def test_papers_the_agency_asked_for_follow_in_a_leg_of_their_own(
    served: Served, enter: Enter, album: Album
) -> None:
    clerk, courier, officer = enter("hang"), enter("dung", phone=True), enter("minh")
    dossier, first = take_in_by_keyboard(clerk, Album(None))
    scan(courier, "departed", first, condition="intact")
    scan(courier, "handed_to_agency", first, condition="intact")
    receive(officer, dossier, first, copies=2)
    page = officer.go(f"/agency/dossiers/{dossier}/answers/supplement_asked")
    page.fill("[name=paper_0_name]", "Giấy khám sức khỏe")
    page.fill("[name=paper_0_originals]", "1")
    page.fill("[name=reason]", "Thiếu giấy khám sức khỏe")
    page.locator("#give-answer").click()
    expect(page.locator("main")).to_contain_text("Yêu cầu bổ sung")

    elsewhere = enter("lan")  # at Hòa Bình, where Bà Mai happens to be
    page = elsewhere.go("/clerk/supplements/new")
    elsewhere.type_into("number", dossier)
    elsewhere.type_into("proof", "dinh thi mai")
    elsewhere.press("Mở hồ sơ")
    expect(page.locator("main")).to_contain_text("Cơ quan yêu cầu bổ sung, phiếu số")
    expect(page.locator("main")).to_contain_text("Giấy khám sức khỏe")
    elsewhere.type_into("paper_0_counted", "đ")
    elsewhere.type_into("money_postage", "26000")
    album.keep("supplement-count", page)
    elsewhere.press("Đã kiểm đếm xong")
    expect(page.locator("#gate")).to_have_text("Hai bên ký")
    for signer in ("sender", "clerk"):
        elsewhere.reach(f"paper_{signer}")
        page.keyboard.press("Space")
    elsewhere.press("Lưu chữ ký")
    expect(page.locator("#gate")).to_have_text("Đóng gói và niêm phong")
    elsewhere.type_into("weight_grams", "30")
    elsewhere.type_into("seal_number", "np000900")
    elsewhere.press("Đã niêm phong")
    second = page.locator(".item-number").inner_text()
    slip = f"/clerk/supplements/{second}/slip.pdf"
    assert second in paper(elsewhere, slip, album, "slip-supplement")

    carrier = enter("tuan", phone=True)
    scan(carrier, "departed", second, condition="intact")
    scan(carrier, "handed_to_agency", second, condition="intact")
    receive(officer, dossier, second, copies=1)
    page = officer.go(f"/agency/dossiers/{dossier}")
    expect(page.locator("main")).to_contain_text("Đã nhận giấy tờ bổ sung")
    with served.session() as session:
        legs = {item.leg: item for item in session.scalars(select(Item))}
        assert legs["supplement"].state == "received_by_agency"
        assert legs["supplement"].legs[0].ended_at is not None
        assert legs["supplement"].point_id != legs["submission"].point_id
        assert list(verification.faults(session)) == []
