"""The hand-out in a real browser, on a phone of 360 pixels: ticks, photos and a drawn signature."""

from base64 import b64decode
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select, update

from models.items import Item
from models.ledger import LedgerEntry, PersonalFact
from models.staff import Account
from postal_app import collecting, demands, identity_photos, staff
from postal_app.demands import Demanded, PaperBack
from postal_app.rules.vocabulary import State
from tests.delivered import result_of, settled
from tests.journeys.conftest import Album, Served
from tests.makers import Town, make_town

pytestmark = pytest.mark.one_server  # what a page does is not the server's doing

PASSWORD = "sông Đà mùa nước"
PHONE = {"width": 360, "height": 740}


@pytest.fixture
def town(served: Served) -> Town:
    with served.session() as session, session.begin():
        made = make_town(session)
        session.execute(update(Account).values(password_hash=staff.hash_password(PASSWORD)))
        return made


@pytest.fixture
def result(served: Served, town: Town) -> str:
    """A licence that is given against the old one, money, the paper's data and a photo."""
    an_hour_ago = datetime.now(UTC) - timedelta(hours=1)
    with served.session() as session, session.begin():
        dossier = settled(session, town)
        item = result_of(session, town, dossier, collected=an_hour_ago)
        asked = Demanded(3, papers=(PaperBack("Giấy phép lái xe cũ"),))
        demands.set_demands(session, dossier, asked, town.officer, now=an_hour_ago)
        collecting.add_due(
            session, dossier, "charge", 135_000, "delivery", town.officer, now=an_hour_ago
        )
        return item.number


@pytest.fixture
def phone(served: Served, town: Town, browser: Browser) -> Iterator[Page]:
    """The courier's phone, signed in."""
    context = browser.new_context(viewport=PHONE, base_url=served.url, locale="vi-VN")
    context.set_default_timeout(15_000)
    page = context.new_page()
    page.goto("/sign-in")
    page.fill("[name=name]", "dung")
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url(lambda url: "/sign-in" not in url)
    yield page
    context.close()


def sign(page: Page) -> None:
    """Draw a name with a finger."""
    page.locator("canvas").scroll_into_view_if_needed()
    box = page.locator("canvas").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 30, box["y"] + 20)
    page.mouse.down()
    for step in range(1, 12):
        page.mouse.move(box["x"] + 30 + step * 15, box["y"] + 20 + step % 3 * 8)
    page.mouse.up()


def a_photo() -> dict[str, object]:
    picture = BytesIO()
    Image.new("RGB", (320, 200), (120, 90, 60)).save(picture, "JPEG")
    return {"name": "can-cuoc.jpg", "mimeType": "image/jpeg", "buffer": picture.getvalue()}


def test_all_steps_are_taken_with_a_thumb_and_the_signature_is_drawn(
    served: Served, phone: Page, result: str, album: Album
) -> None:
    phone.goto("/courier")
    phone.click(f"a.button[href='/deliveries/{result}']")
    phone.fill("[name=identity_number]", "017088000123")
    phone.fill("[name=identity_issued_on]", "02/05/2021")
    phone.fill("[name=identity_issued_by]", "Cục Cảnh sát QLHC về TTXH")
    phone.set_input_files("[name=photo_id_front]", a_photo())
    phone.check("[name=papers]")
    phone.fill("[name=recovered_seal]", "NP0500")
    phone.fill("[name=recovered_weight]", "20")
    phone.check("[name=dues]")
    phone.fill("[name=receiver]", "Đinh Thị Mai")
    phone.check("[name=relation][value=self]")
    sign(phone)
    album.keep("courier-hand-out", phone, whole=False)
    phone.click("#hand-out")
    phone.wait_for_url("**/courier")
    expect(phone.locator("body")).to_contain_text(f"Đã giao bưu gửi {result}.")
    expect(phone.locator("body")).to_contain_text("Biên lai đã lập: BL")
    with served.session() as session:
        item = session.scalars(select(Item).where(Item.number == result)).one()
        assert (item.state, item.closed) == (State.DELIVERED, True)
        entry = session.scalars(
            select(LedgerEntry).where(
                LedgerEntry.item_id == item.id, LedgerEntry.kind == "delivered"
            )
        ).one()
        [photo] = identity_photos.of_item(session, item.id)
        assert entry.details["proof"] == "signature"
        assert entry.details["photo_digest"] == [photo.photo_digest]
        kept = session.get_one(PersonalFact, entry.fact).content
        assert b64decode(str(kept["signature"])).startswith(b"\x89PNG")
        assert "signature" not in entry.details


def test_nothing_is_recorded_while_a_step_is_missing_and_the_signature_stays(
    served: Served, phone: Page, result: str
) -> None:
    phone.goto(f"/deliveries/{result}")
    phone.fill("[name=receiver]", "Đinh Thị Mai")
    phone.check("[name=relation][value=self]")
    sign(phone)
    phone.click("#hand-out")
    expect(phone.locator("#faults")).to_be_visible()
    assert phone.locator("[name=image_receiver]").input_value().startswith("data:image/png")
    with served.session() as session:
        item = session.scalars(select(Item).where(Item.number == result)).one()
        assert item.state == State.OUT_FOR_DELIVERY
