"""One dossier's whole way, told from outside: counter, courier, agency, courier, citizen, month."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pypdfium2
import pytest
import zxingcpp
from playwright.sync_api import Browser, Page, Route, expect
from sqlalchemy import select, update

from models.items import Item
from models.staff import Account
from postal_app import month_end, staff, verification
from postal_app.rules.vietnamese import day, day_of
from tests.journeys.conftest import Album, Served
from tests.makers import LICENCE, MARRIAGE, Town, make_town

PASSWORD = "sông Đà mùa nước"
COUNTER = {"width": 1280, "height": 900}
PHONE = {"width": 360, "height": 740}
MAI = ("Đinh Thị Mai", "0912 345 678", "Xóm Đồng, xã Tân Vinh, huyện Lương Sơn, tỉnh Hòa Bình")


@dataclass
class Person:
    """Somebody in front of a browser of his own."""

    page: Page
    url: str

    def go(self, path: str) -> Page:
        """Open a page of the installation."""
        self.page.goto(self.url + path)
        return self.page

    def reach(self, name: str) -> None:
        """Go on with Tab until the field of this name has the focus."""
        for _ in range(80):
            if self.page.evaluate("document.activeElement.name || ''") == name:
                return
            self.page.keyboard.press("Tab")
        pytest.fail(f"Tab never reaches the field {name}")

    def type_into(self, name: str, text: str) -> None:
        """Go on with Tab to a field and type into it in place of what it holds."""
        self.reach(name)
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.type(text)

    def press(self, words: str) -> None:
        """Go on with Tab to a button or link that says this, and press Enter."""
        for _ in range(80):
            said = self.page.evaluate("document.activeElement.innerText || ''")
            if words in said:
                self.page.keyboard.press("Enter")
                return
            self.page.keyboard.press("Tab")
        pytest.fail(f"Tab never reaches {words}")


@pytest.fixture
def town(served: Served) -> Town:
    with served.session() as session, session.begin():
        town = make_town(session)
        session.execute(update(Account).values(password_hash=staff.hash_password(PASSWORD)))
    return town


@pytest.fixture
def people(served: Served, town: Town, browser: Browser) -> Iterator[dict[str, Person]]:
    """Clerk, courier, officer and provincial staff, signed in by keyboard; and a citizen."""
    made = {}
    for who, size in (
        ("hang", COUNTER),
        ("dung", PHONE),
        ("minh", COUNTER),
        ("thao", COUNTER),
        ("citizen", PHONE),
    ):
        scripts = who != "citizen"  # the citizen's page needs none
        context = browser.new_context(viewport=size, java_script_enabled=scripts, locale="vi-VN")
        context.set_default_timeout(15_000)
        person = Person(context.new_page(), served.url)
        if who != "citizen":
            person.go("/sign-in")
            person.type_into("name", who)
            person.type_into("password", PASSWORD)
            person.page.keyboard.press("Enter")
            person.page.wait_for_load_state()
        made[who] = person
    yield made
    for person in made.values():
        person.page.context.close()


def take_in_by_keyboard(clerk: Person, album: Album) -> tuple[str, str]:
    """Take Bà Mai's dossier in without a mouse; give the dossier's and the item's number."""
    page = clerk.go("/clerk/pickups/new")
    clerk.type_into("q", "cap doi giay phep lai xe")
    expect(page.locator("#found a").first).to_contain_text("Cấp đổi giấy phép lái xe")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator(".verdicts")).to_contain_text("01/QĐ-UBND")
    clerk.type_into("agency", "giao thong")
    expect(page.locator("#agencies")).to_contain_text("Sở Giao thông Vận tải")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    for field, text in zip(("sender_name", "sender_phone", "sender_address"), MAI, strict=True):
        clerk.type_into(field, text)
    expect(page.locator("#sender-place")).to_contain_text("Tân Vinh")
    for place in (0, 1):
        clerk.type_into(f"paper_{place}_counted", "1")
    album.keep("clerk-pickup", page)
    clerk.press("Đã kiểm đếm xong")
    expect(page.locator("#gate")).to_have_text("Hai bên ký")
    for signer in ("sender", "clerk"):
        clerk.reach(f"paper_{signer}")
        page.keyboard.press("Space")
    clerk.press("Lưu chữ ký")
    expect(page.locator("#gate")).to_have_text("Đóng gói và niêm phong")
    clerk.type_into("weight_grams", "120")
    clerk.type_into("seal_number", "np000123")
    album.keep("clerk-gates", page)
    clerk.press("Đã niêm phong")
    number = page.locator(".item-number").inner_text()
    album.keep("clerk-taken-in", page)
    return page.url.rsplit("/", 1)[1], number


def paper(person: Person, path: str, album: Album, name: str) -> list[str]:
    """Print a paper and give the codes that an independent reader finds on it."""
    answer = person.page.context.request.get(person.url + path)
    assert answer.headers["content-type"] == "application/pdf"
    picture = pypdfium2.PdfDocument(answer.body())[0].render(scale=300 / 72).to_pil()
    if place := album.place(name):
        picture.save(place)
    return [code.text for code in zxingcpp.read_barcodes(picture)]


def scan(courier: Person, kind: str, number: str, **details: str) -> None:
    """Record one scan on the phone; what the kind needs is chosen by hand."""
    page = courier.go(f"/courier/scan?kind={kind}")
    for field, value in details.items():
        found = page.locator(f"[name={field}]").first
        if found.get_attribute("type") == "radio":
            page.locator(f"[name={field}][value={value}]").check(force=True)
        else:
            found.fill(value)
    page.locator("[name=code]").fill(number.lower())
    page.locator("#record").click()
    expect(page.locator("#answer")).to_contain_text("Đã ghi nhận")


def the_month_agrees(served: Served) -> None:
    """See that the day's month counts one dossier on two legs and the ledger has no fault."""
    today = day_of(datetime.now(UTC))
    with served.session() as session:
        period = month_end.period_between(today, today)
        month = month_end.reckon(session, period, now=datetime.now(UTC)).figures()
        assert (month["dossiers"], month["legs"], month["items"]) == (1, 2, 2)
        assert (month["delivered"], month["intact"], month["not_checked"]) == (1, 2, 0)
        assert month["exceptions"] == 0
        assert list(verification.faults(session)) == []
        assert set(session.scalars(select(Item.closed))) == {True}


def test_from_the_counter_to_the_months_end(
    served: Served, people: dict[str, Person], album: Album
) -> None:
    clerk, courier, officer = people["hang"], people["dung"], people["minh"]
    dossier, number = take_in_by_keyboard(clerk, album)

    codes = paper(clerk, f"/clerk/items/{number}/label.pdf", album, "label")
    assert number in codes
    tracking = next(code for code in codes if "/T/" in code)
    assert number in paper(clerk, f"/clerk/pickups/{dossier}/slip.pdf", album, "slip")

    citizen = people["citizen"].page
    citizen.goto(tracking)
    expect(citizen.locator("main")).to_contain_text("Đã nhận tại điểm phục vụ")
    assert "Mai" not in citizen.content()

    scan(courier, "departed", number, condition="intact")
    album.keep("courier-scan", courier.page, whole=False)
    scan(courier, "handed_to_agency", number, condition="intact")

    page = officer.go(f"/agency/items/{number}")
    page.locator("[name=condition][value=intact]").check(force=True)
    for field in page.locator("tbody tr:has(th:not(:has(input))) [name$=_copies]").all():
        field.fill("1")
    album.keep("agency-count", page)
    page.locator("#receive").click()
    page.locator("[name=dossier_code]").fill("h28.16-261122-0001")
    page.locator("[name=due_on]").fill(day(day_of(datetime.now(UTC)) + timedelta(days=7)))
    album.keep("agency-accept", page)
    page.locator("#accept").click()
    expect(page.locator("main")).to_contain_text("H28.16-261122-0001")
    page = officer.go(f"/agency/dossiers/{dossier}/result")
    page.locator("[name=seal_number]").fill("SGTVT-77")
    page.locator("[name=weight_grams]").fill("40")
    page.locator("#hand-result").click()
    result = page.locator("#item-number").inner_text()

    scan(courier, "result_collected", result, condition="intact")
    scan(courier, "out_for_delivery", result)
    album.keep("courier-holding", courier.go("/courier"))
    receiver = {"receiver": MAI[0], "relation": "self", "proof": "signature"}
    scan(courier, "delivered", result, condition="intact", **receiver)

    codes = paper(officer, f"/agency/results/{result}/label.pdf", album, "label-result")
    citizen.goto(next(code for code in codes if "/T/" in code))
    expect(citizen.locator("main")).to_contain_text("Đã phát thành công")
    assert "Mai" not in citizen.content()
    album.keep("citizen", citizen)
    clerk.go(f"/items/{result}")
    album.keep("history", clerk.page)

    today = day_of(datetime.now(UTC))
    page = people["thao"].go(f"/province/month?from={today}&to={today}")
    album.keep("province-month", page)
    expect(page.locator("main")).to_contain_text("100,00 %")
    the_month_agrees(served)


@pytest.mark.one_server
def test_a_procedure_that_may_not_go_by_post_stops_at_the_counter(people: dict[str, Person]):
    page = people["hang"].go(f"/clerk/pickups/new?procedure_code={MARRIAGE}")
    expect(page.locator("main")).to_contain_text("Không nhận được hồ sơ này qua bưu chính")
    expect(page.locator("main")).to_contain_text("01/QĐ-UBND")
    assert page.locator("[name=sender_name]").count() == 0


@pytest.mark.one_server
def test_what_is_typed_survives_a_lost_line_and_a_reload(people: dict[str, Person]):
    clerk = people["hang"]
    page = clerk.go(f"/clerk/pickups/new?procedure_code={LICENCE}")
    clerk.type_into("sender_name", MAI[0])
    page.context.set_offline(True)
    clerk.press("Đã kiểm đếm xong")
    expect(page.locator("#no-line")).to_be_visible()
    expect(page.locator("[name=sender_name]")).to_have_value(MAI[0])
    page.context.set_offline(False)
    page.reload()
    page.locator("[data-take]").click()
    expect(page.locator("[name=sender_name]")).to_have_value(MAI[0])


@pytest.mark.one_server
def test_what_is_typed_before_the_scripts_are_there_is_looked_up(people: dict[str, Person]):
    page = people["hang"].page

    def arrive_late(script: Route) -> None:
        page.fill("#q", "cap doi giay phep lai xe")
        script.continue_()

    page.route("**/htmx.min.js*", arrive_late)
    people["hang"].go("/clerk/pickups/new")
    first = page.locator("#found a").first
    expect(first).to_contain_text("Cấp đổi giấy phép lái xe", timeout=15_000)


@pytest.mark.one_server
def test_scans_made_without_a_network_arrive_when_it_is_back(
    served: Served, people: dict[str, Person], album: Album
) -> None:
    _, number = take_in_by_keyboard(people["hang"], Album(None))
    page = people["dung"].go("/courier/scan?kind=departed")
    page.context.set_offline(True)
    page.locator("[name=code]").fill(number)
    page.locator("#record").click()
    expect(page.locator("#answer")).to_contain_text("Đã giữ trên máy")
    album.keep("courier-offline", page, whole=False)
    page.context.set_offline(False)
    expect(page.locator("#made")).to_contain_text("Đang vận chuyển")
    with served.session() as session:
        assert session.scalars(select(Item.state)).one() == "in_transit"
