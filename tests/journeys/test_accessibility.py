"""Every page, for everybody: axe-core finds nothing, and nothing is wider than a phone.

A new page fails here until it stands in `PAGES`; what is no page stands in `NO_PAGES`, and why.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page

from postal_app.rules.roles import Role
from routes.access import ALLOWED, PUBLIC
from routes.language import LANGUAGES
from tests.journeys.conftest import Served
from tests.journeys.lively import LATER_THAT_DAY, PASSWORD, bring_to_life

pytestmark = pytest.mark.one_server  # what a page looks like is not the server's doing

AXE = (Path(__file__).parent / "vendor" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
DESK = {"width": 1280, "height": 900}
PHONE = {"width": 360, "height": 740}

DECISION = "number=02/QĐ-UBND&issued_on=2026-02-20&in_force_from=2026-03-10&issuer=UBND"
MARCH = "from=2026-03-01&to=2026-03-31"

PAGES: dict[str, tuple[str, ...]] = {
    "public.start": ("/",),
    "public.track": ("/t/{delivered}", "/t/{delivered}/{tag}"),
    "sign_in.page": ("/sign-in", "/sign-in?next=/clerk"),
    "sign_in.account": ("/account",),
    "sign_in.roles": ("/account/roles",),
    "clerk.start": ("/clerk",),
    "clerk.new_pickup": (
        "/clerk/pickups/new",
        "/clerk/pickups/new?q=cap",
        "/clerk/pickups/new?procedure_code=1.002809&service_form=both",
        "/clerk/pickups/new?procedure_code=1.000894",
    ),
    "clerk.points": ("/clerk/points",),
    "clerk.pickup": (
        "/clerk/pickups/{counted}",
        "/clerk/pickups/{signed}",
        "/clerk/pickups/{sealed}",
        "/clerk/pickups/{given_up}",
        "/clerk/pickups/{receives}",
        "/clerk/pickups/{together}",
    ),
    "clerk.new_supplement": ("/clerk/supplements/new",),
    "clerk.supplement": (
        "/clerk/supplements/{further_counted}",
        "/clerk/supplements/{further_signed}",
        "/clerk/supplements/{further_sealed}",
        "/clerk/supplements/{further_given_up}",
    ),
    "calls.listed": ("/clerk/calls",),
    "home.start": ("/courier/pickups",),
    "home.call": ("/courier/calls/{call}",),
    "home.new_pickup": (
        "/courier/pickups/new",
        "/courier/pickups/new?q=cap&call={call}",
        "/courier/pickups/new?procedure_code=1.002809&service_form=both&call={call}",
    ),
    "home.points": ("/courier/points",),
    "home.pickup": (
        "/courier/pickups/{home_counted}",
        "/courier/pickups/{home_signed}",
        "/courier/pickups/{home_sealed}",
    ),
    "home.new_supplement": ("/courier/supplements/new",),
    "home.supplement": ("/courier/supplements/{home_papers}",),
    "clerk.labels": ("/clerk/labels",),
    "courier.holding": ("/courier",),
    "courier.scan": (
        "/courier/scan",
        "/courier/scan?kind=attempt_failed&code={out}",
        "/courier/scan?kind=delivered&code={out}",
        "/courier/scan?kind=damaged",
    ),
    "deliveries.waiting": ("/deliveries",),
    "deliveries.hand_out": ("/deliveries/{out}", "/deliveries/{asked}"),
    "deliveries.wish": ("/deliveries/{out}/wish",),
    "deliveries.notice": ("/deliveries/{out}/notice",),
    "deliveries.send_back": ("/deliveries/{failed}/send-back",),
    "deliveries.sent_back": ("/deliveries/{went_back}/sent-back",),
    "deliveries.counter_demands": ("/clerk/dossiers/{sealed}/demands",),
    "deliveries.agency_demands": ("/agency/dossiers/{settled}/demands",),
    "undelivered.terms": ("/province/deliveries",),
    "undelivered.procedure_demands": ("/province/deliveries/demands",),
    "undelivered.lying_back": ("/province/ownerless",),
    "undelivered.public_list": ("/khong-nguoi-nhan",),
    "agency.inbox": ("/agency",),
    "agency.accept": (
        "/agency/dossiers/{counted_again}/accept",
        "/agency/dossiers/{in_work}/accept",
    ),
    "agency.dossiers": ("/agency/dossiers",),
    "agency.result": ("/agency/dossiers/{settled}/result", "/agency/dossiers/{waiting}/result"),
    "agency.register": ("/agency/dossiers/new",),
    "answers.dossier": (
        "/agency/dossiers/{counted_again}",
        "/agency/dossiers/{turned_away}",
        "/agency/dossiers/{fetched}",
        "/agency/dossiers/{transferred}",
    ),
    "answers.answer": (
        "/agency/dossiers/{counted_again}/answers/supplement_asked",
        "/agency/dossiers/{counted_again}/answers/refused",
        "/agency/dossiers/{in_work}/answers/duty_asked",
        "/agency/dossiers/{in_work}/answers/extended",
        "/agency/dossiers/{fetched}/answers/handed_in_person",
    ),
    "answers.take_back": (
        "/agency/dossiers/{turned_away}/take-back",
        "/agency/dossiers/{counted_again}/take-back",
    ),
    "answers.originals": ("/agency/originals",),
    "answers.transfer": ("/agency/dossiers/{counted_again}/transfer",),
    "records.count": ("/agency/items/{at_agency}", "/agency/items/{counted_item}"),
    "records.listed": ("/agency/records",),
    "records.record": ("/agency/records/{record}",),
    "records.to_sign": ("/records/to-sign",),
    "records.sign": ("/records/to-sign/{record}",),
    "sending.start": ("/agency/sending",),
    "sending.envelope": ("/agency/envelopes/{closed_envelope}",),
    "sending.lists": ("/agency/lists",),
    "sending.listed": ("/agency/lists/{closed_list}",),
    "anyone.item": ("/items/{delivered}", "/items/{travelled}", "/items/{at_agency}"),
    "anyone.ask": ("/items/{travelled}/corrections/{fact}",),
    "anyone.to_confirm": ("/corrections",),
    "anyone.search": ("/search?q=dinh thi mai", "/search?q=khongco"),
    "log.listed": ("/ledger/checkpoints",),
    "devices.mine": ("/courier/devices",),
    "devices.listed": ("/admin/devices",),
    "devices.one": ("/admin/devices/{device}",),
    "label_work.batch": ("/clerk/labels/many",),
    "label_work.printers": ("/clerk/printers",),
    "label_work.ranges": ("/clerk/label-ranges",),
    "balances.own": ("/balances",),
    "balances.trial": ("/province/balances",),
    "balances.holder": ("/province/balances/point/{point}",),
    "counts.listed": ("/counts",),
    "counts.new": ("/counts/new", "/counts/new?book=shown"),
    "counts.sheet": ("/counts/{count}",),
    "incidents.work": ("/incidents", "/incidents?show=done"),
    "incidents.new": ("/items/{travelled}/incidents/new?kind=damaged",),
    "incidents.record": (
        "/incidents/{record_unsigned}",
        "/incidents/{record_signed}",
        "/incidents/{record_ended}",
    ),
    "incidents.holder": ("/items/{travelled}/holder?day=02/03/2026&time=10:05",),
    "complaints.new": ("/items/{travelled}/complaints/new",),
    "complaints.one": (
        "/complaints/{complaint_open}",
        "/complaints/{complaint_proposed}",
        "/complaints/{complaint_approved}",
        "/complaints/{complaint_paid}",
    ),
    "complaints.limits": ("/province/compensation-limits",),
    "province.month": (f"/province/month?{MARCH}",),
    "province.legs": (f"/province/month/legs?{MARCH}",),
    "catalogue.new_list": ("/catalogue/import",),
    "catalogue.dry_run": (
        f"/catalogue/import/{{list}}?{DECISION}",
        f"/catalogue/import/{{faulty}}?{DECISION}",
    ),
    "promises.published": ("/promises/published",),
    "promises.dry_run": (
        "/promises/published/calendar/{calendar}",
        "/promises/published/standards/{standards}",
    ),
    "admin.accounts_list": ("/admin/accounts",),
    "admin.new_account": ("/admin/accounts/new",),
    "admin.account_card": ("/admin/accounts/{account}",),
    "admin.views": ("/admin/views",),
    "admin.refused": ("/admin/refused",),
    "admin.disclosures": ("/admin/disclosures",),
    "people.exports": ("/people/exports",),
    "people.terms": ("/people/retention",),
    "people.set_term": ("/people/retention/dossier_parties",),
    "people.held": ("/people/held", "/people/held?number=khongco"),
    "people.held_of": ("/people/held/{sealed}",),
    "people.photos": ("/people/photos", "/people/photos?number={out}"),
    "people.photo": ("/people/photos/{photo}",),
    "money.held": ("/clerk/money",),
    "money.voucher": ("/clerk/money/{refused}", "/clerk/money/{unanswered}"),
    "money.to_confirm": ("/agency/money",),
    "money.answer": ("/agency/money/{unanswered}", "/agency/money/{refused}"),
    "money.balance": (f"/province/money?{MARCH}",),
    "money.receipts": (f"/province/money/receipts?{MARCH}",),
    "money.prices": (f"/province/money/prices?{MARCH}",),
    "tariff.published": ("/tariff",),
    "tariff.new_list": ("/tariff/import",),
    "tariff.dry_run": ("/tariff/import/{tariff}", "/tariff/import/{faulty_tariff}"),
    "receipts.dossier": ("/clerk/pickups/{owing}/money",),
    "bags.listed": ("/bags",),
    "bags.one": ("/bags/{bag_open}", "/bags/{bag_sealed}", "/bags/{bag_opened}"),
    "handovers.listed": ("/handovers",),
    "handovers.one": ("/handovers/{bd10}", "/handovers/{bd13}"),
    "handovers.differences": ("/handovers/differences",),
    "handovers.difference": ("/handovers/differences/{difference}",),
    "receipts.mine": ("/receipts/mine",),
    "receipts.voids": ("/receipts/voids",),
}

NO_PAGES: dict[str, str] = {
    "static": "the pages' own files",
    "health": "an answer for machines",
    "sign_in.home": "leads on to the first page of the role",
    "sign_in.language": "leads back to where one was",
    "clerk.agencies": "a part of the page of a new pickup",
    "clerk.slip": "a paper",
    "clerk.label": "a paper",
    "clerk.label_sheet": "a paper",
    "clerk.supplement_slip": "a paper",
    "home.agencies": "a part of the page of a new pickup",
    "home.slip": "a paper",
    "home.supplement_slip": "a paper",
    "home.code": "a picture on the page of a pickup",
    "agency.label": "a paper",
    "answers.paper": "a paper",
    "records.paper": "a paper",
    "sending.paper": "a paper",
    "bags.label": "a paper",
    "handovers.paper": "a paper",
    "counts.paper": "a paper",
    "label_work.test_page": "a paper",
    "label_work.range_labels": "a paper",
    "log.listed_json": "an answer for machines",
    "log.text": "a text to be kept",
    "log.consistency": "an answer for machines",
    "log.proof": "an answer for machines",
    "courier.vocabulary": "an answer for machines",
    "incidents.paper": "a paper",
    "complaints.letter": "a paper",
    "agency.procedure": "a part of the page of a new registration",
    "province.month_file": "a workbook",
    "money.balance_file": "a workbook",
    "receipts.paper": "a paper",
    "catalogue.faults": "a workbook",
    "catalogue.template": "a workbook",
}

FAULTY: dict[Role | None, dict[str, int]] = {
    None: {"/nowhere": 404, "/t/RH000000000VN": 404},
    Role.CLERK: {"/clerk/pickups/KHONGCO": 404, "/admin/accounts": 403},
    **{role: {"/counts/{count}": 404} for role in (Role.COURIER, Role.OFFICER)},
    Role.PROVINCIAL: {"/catalogue/import/{list}": 422},
}
"""Pages that tell what went wrong: no such page, no such thing, no way in, fields not filled."""

IN_THE_DARK = (None, Role.CLERK)

NAMES = {
    Role.CLERK: "hang",
    Role.COURIER: "dung",
    Role.OFFICER: "minh",
    Role.PROVINCIAL: "thao",
    Role.ADMINISTRATOR: "quan",
    Role.AUDITOR: "kiem",
}

EVERYTHING = {
    "type": "tag",
    "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"],
}
COLOURS = {"type": "rule", "values": ["color-contrast"]}
BY_THE_SCREEN = {
    "type": "rule",
    "values": [
        "color-contrast",
        "scrollable-region-focusable",
        "button-name",
        "link-name",
        "label",
    ],
}
"""What a narrower screen can change: colours, what scrolls, and names that are hidden."""
RUN_AXE = """async (runOnly) => {
  const found = await axe.run(document, {runOnly, resultTypes: ["violations"], preload: false});
  return found.violations.map((one) => [one.id, one.help,
    one.nodes.map((node) => `${node.target.join(" ")} ${node.failureSummary}`)]);
}"""
LOOK = """() => ({
  headings: document.querySelectorAll("h1").length,
  title: document.title.replace(/^\\s*–.*/, "").trim(),
  lang: document.documentElement.lang,
  wide: document.documentElement.scrollWidth > window.innerWidth
    ? [...document.querySelectorAll("body *")]
        .filter((one) => one.getBoundingClientRect().right > window.innerWidth + 1)
        .slice(0, 5).map((one) => one.outerHTML.slice(0, 90))
    : null,
})"""


def doors_that_show(app: Flask) -> set[str]:
    """Give every door that answers a GET."""
    return {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}


def test_every_door_that_shows_something_is_visited_or_says_why_not(served: Served) -> None:
    assert doors_that_show(served.app) == set(PAGES) | set(NO_PAGES)
    assert not set(PAGES) & set(NO_PAGES)
    assert set(ALLOWED) >= set(PAGES)


@pytest.fixture
def things(served: Served) -> dict[str, object]:
    """The lively archive, and the numbers of what lies in it."""
    served.app.extensions["clock"] = lambda: LATER_THAT_DAY
    with served.session() as session, session.begin():
        return bring_to_life(session, served.app)


def test_axe_finds_nothing_on_any_page_in_any_role(
    served: Served, browser: Browser, things: dict[str, object]
) -> None:
    found: dict[str, list[str]] = {}
    seen: set[str] = set()
    for role in (None, *NAMES):
        context = enter(browser, served, role)
        page = context.pages[0]
        for path, status in ways_of(role, seen).items():
            answer = page.goto(path.format(**things))
            assert answer is not None
            assert answer.status == status, (role, path)
            new = path not in seen
            for fault in faults_of(page, new=new, dark=new and role in IN_THE_DARK):
                found.setdefault(fault, []).append(f"{role or 'nobody'} {path}")
        seen.update(ways_of(role, seen))
        context.close()
    told = [f"{fault}\n    on {', '.join(paths)}" for fault, paths in found.items()]
    assert not found, "\n" + "\n".join(told)


def enter(browser: Browser, served: Served, role: Role | None) -> BrowserContext:
    """Open a browser with axe on every page, and sign in when there is a role."""
    context = browser.new_context(
        viewport=DESK, base_url=served.url, locale="vi-VN", reduced_motion="reduce"
    )
    context.set_default_timeout(15_000)
    context.add_init_script(AXE)
    page = context.new_page()
    if role is not None:
        page.goto("/sign-in")
        page.fill("[name=name]", NAMES[role])
        page.fill("[name=password]", PASSWORD)
        page.press("[name=password]", "Enter")
        page.wait_for_url(lambda url: "/sign-in" not in url)
    return context


def ways_of(role: Role | None, seen: set[str]) -> dict[str, int]:
    """Give the addresses somebody visits and their status: one of each page others have seen."""
    entered = [paths for endpoint, paths in PAGES.items() if may_enter(role, endpoint)]
    visited = [paths[:1] if paths[0] in seen else paths for paths in entered]
    return {path: 200 for paths in visited for path in paths} | FAULTY.get(role, {})


def may_enter(role: Role | None, endpoint: str) -> bool:
    """Tell whether somebody in a role comes through a door; from outside, through public ones."""
    allowed = ALLOWED[endpoint]
    return role is None if allowed == PUBLIC else role in allowed


def faults_of(page: Page, *, new: bool, dark: bool) -> Iterator[str]:
    """Look at a page on a desk's screen and, while it is new, on a phone's and after dark."""
    yield from shape_faults(page)
    yield from axe(page, EVERYTHING)
    page.set_viewport_size(PHONE)
    yield from shape_faults(page)
    if new:
        yield from axe(page, BY_THE_SCREEN)
    if dark:
        page.emulate_media(color_scheme="dark")
        yield from (f"after dark: {fault}" for fault in axe(page, COLOURS))
        page.emulate_media(color_scheme="light")
    page.set_viewport_size(DESK)


def shape_faults(page: Page) -> Iterator[str]:
    """Give what is wrong with the page's heading, title, language and width."""
    looked = page.evaluate(LOOK)
    if looked["headings"] != 1:
        yield f"{looked['headings']} headings of the first rank, not one"
    if not looked["title"]:
        yield "no title"
    if looked["lang"] not in LANGUAGES:
        yield "no language"
    if looked["wide"] is not None:
        yield f"wider than the screen: {looked['wide']}"


def axe(page: Page, asked: dict[str, object]) -> Iterator[str]:
    """Give what axe has to say: the rule, the element, what helps."""
    for rule, words, nodes in page.evaluate(RUN_AXE, asked):
        for node in nodes:
            yield f"{rule} ({words}): {node}"
