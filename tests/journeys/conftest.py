"""The way from outside: a server that really answers, and a real browser in front of it.

Where no Chromium is on the machine, the journeys that need one do not run, and the summary says so
aloud. `--pictures DIR` keeps the pictures that the journeys take of pages and paper. All pictures
of the manuals are taken anew by one command, and only those that a manual shows:

    ./postal test tests/journeys --pictures docs/pictures
"""

import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, sync_playwright
from sqlalchemy.orm import Session
from werkzeug.serving import WSGIRequestHandler, make_server

from config import Config
from postal_app import identity_photos
from routes.app import create_app
from tests.conftest import Archive
from tests.house.manual import MANUAL_PICTURES, shown_pictures

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]


def chromium() -> str | None:
    """Give the machine's Chromium, None where there is none."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


@dataclass(frozen=True)
class Served:
    """A running installation: where it answers and what it keeps."""

    url: str
    config: Config
    archive: Archive
    app: Flask

    def session(self) -> Session:
        """Give a session beside the server's own, to look at what it kept."""
        return Session(self.archive.engine, info={identity_photos.KEY: self.config.photo_key})


class _Silent(WSGIRequestHandler):
    def log(self, *_: object, **__: object) -> None:
        """Say nothing of requests; the journeys tell the story."""


@pytest.fixture
def served(archive: Archive, tmp_path: Path) -> Iterator[Served]:
    """An installation that answers on a port of its own, its labels' codes leading back to it."""
    server = make_server("127.0.0.1", 0, lambda *_: [], threaded=True, request_handler=_Silent)
    url = f"http://127.0.0.1:{server.server_port}"
    config = Config.from_environment(
        {
            "DATABASE_URL": archive.url,
            "OWNER_DATABASE_URL": archive.owner_url,
            "PUBLIC_URL": url,
        },
        home=tmp_path,
    )
    app = server.app = create_app(config)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield Served(url, config, archive, app)
    server.shutdown()
    thread.join()
    server.server_close()
    app.extensions["archive"].kw["bind"].dispose()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless Chromium of the machine."""
    program = chromium()
    if program is None:
        pytest.skip("NO CHROMIUM ON THIS MACHINE: the journeys in a browser did not run")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=program, args=QUIET)
        yield opened
        opened.close()


@dataclass(frozen=True)
class Album:
    """Where pictures are kept, nowhere unless asked for."""

    folder: Path | None

    def place(self, name: str) -> Path | None:
        """Give where a picture goes; nowhere when the manuals' folder has no use for it."""
        if self.folder is None:
            return None
        found = self.folder / f"{name}.png"
        mine = self.folder.resolve() != MANUAL_PICTURES or found.resolve() in shown_pictures()
        return found if mine else None

    def keep(self, name: str, page: Page, *, whole: bool = True) -> None:
        """Keep a picture of a page; not the `whole` one where a bar sticks to the screen's foot."""
        if place := self.place(name):
            page.screenshot(path=place, full_page=whole)


@pytest.fixture(scope="session")
def album(request: pytest.FixtureRequest) -> Album:
    """The album of this run."""
    asked = request.config.getoption("--pictures")
    if asked is None:
        return Album(None)
    folder = Path(asked)
    folder.mkdir(parents=True, exist_ok=True)
    return Album(folder)
