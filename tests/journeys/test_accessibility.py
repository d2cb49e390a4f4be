"""Every page, for everybody: axe-core finds nothing, and nothing is wider than a phone.

A new page fails here until it stands in `pages.PAGES`; what is no page stands in `NO_PAGES`, and
why.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page

from postal_app.rules.roles import Role
from routes.access import ALLOWED
from routes.language import LANGUAGES
from tests.journeys.conftest import Served
from tests.journeys.lively import LATER_THAT_DAY, PASSWORD, bring_to_life
from tests.journeys.pages import FAULTY, NAMES, NO_PAGES, PAGES, may_enter

pytestmark = pytest.mark.one_server  # what a page looks like is not the server's doing

AXE = (Path(__file__).parent / "vendor" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
DESK = {"width": 1280, "height": 900}
PHONE = {"width": 360, "height": 740}

IN_THE_DARK = (None, Role.CLERK)

EVERYBODY = (None, *NAMES)

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


@pytest.mark.parametrize("role", EVERYBODY, ids=str)
def test_axe_finds_nothing_on_any_page(
    served: Served, browser: Browser, things: dict[str, object], role: Role | None
) -> None:
    found: dict[str, list[str]] = {}
    seen = seen_before(role)
    context = enter(browser, served, role)
    page = context.pages[0]
    for path, status in ways_of(role, seen).items():
        answer = page.goto(path.format(**things))
        assert answer is not None
        assert answer.status == status, path
        new = path not in seen
        for fault in faults_of(page, new=new, dark=new and role in IN_THE_DARK):
            found.setdefault(fault, []).append(path)
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


def seen_before(role: Role | None) -> set[str]:
    """Give the addresses that those who come before somebody look at."""
    seen: set[str] = set()
    for other in EVERYBODY[: EVERYBODY.index(role)]:
        seen.update(ways_of(other, seen))
    return seen


def ways_of(role: Role | None, seen: set[str]) -> dict[str, int]:
    """Give the addresses somebody visits and their status: one of each page others have seen."""
    entered = [paths for endpoint, paths in PAGES.items() if may_enter(role, endpoint)]
    visited = [paths[:1] if paths[0] in seen else paths for paths in entered]
    return {path: 200 for paths in visited for path in paths} | FAULTY.get(role, {})


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
