"""Pictures for the manuals of the pages where each role begins its work, from a lively archive."""

import pytest
from playwright.sync_api import Browser, expect

from postal_app.rules.roles import Role
from tests.journeys.conftest import Album, Served
from tests.journeys.lively import LATER_THAT_DAY, bring_to_life
from tests.journeys.test_accessibility import enter

pytestmark = pytest.mark.one_server  # what a page looks like is not the server's doing

SHOWN = {
    "clerk-deliveries": (Role.CLERK, "/deliveries"),
    "agency-inbox": (Role.OFFICER, "/agency"),
    "incidents": (Role.PROVINCIAL, "/incidents"),
    "ownerless": (Role.PROVINCIAL, "/province/ownerless"),
}


def test_the_pages_where_work_begins_are_as_the_manuals_show_them(
    served: Served, browser: Browser, album: Album
) -> None:
    served.app.extensions["clock"] = lambda: LATER_THAT_DAY
    with served.session() as session, session.begin():
        bring_to_life(session, served.app)
    for role in dict.fromkeys(role for role, _ in SHOWN.values()):
        context = enter(browser, served, role)
        page = context.pages[0]
        for name, (of_role, path) in SHOWN.items():
            if of_role is role:
                page.goto(path)
                expect(page.locator("main h1")).to_be_visible()
                album.keep(name, page)
        context.close()
