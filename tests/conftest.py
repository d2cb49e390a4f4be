"""The ground of every test: a real PostgreSQL, a fresh archive, a fixed hour.

One server is started for the whole run and shared by all workers. Its template database is built
once, by whichever worker comes first; a fresh archive is a copy of it. Desk and journey tests run
a second time on the system's own PostgreSQL where there is one.
"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings as hypothesis_settings
from sqlalchemy import Engine
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from config import Config
from models import database
from models.embedded import Place, join, leave, wait_until_stopped
from routes.app import assemble, settle

VIETNAM = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")
TEMPLATE = "postal_template"
TWICE = ("desk", "journeys")  # the folders whose tests meet both servers
HERE = Path(__file__).resolve().parent

# A test's data may be lost with the machine's power.
CARELESS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}

FOLDER = pytest.StashKey[Path]()

hypothesis_settings.register_profile(
    "post", deadline=None, database=None, derandomize=bool(os.environ.get("CI"))
)
hypothesis_settings.load_profile("post")


def system_postgres() -> tuple[str, Path] | None:
    """Give the name and the programs of the system's oldest PostgreSQL that we support."""
    found = {
        int(program.parent.parent.name): program.parent
        for program in Path("/usr/lib/postgresql").glob("*/bin/postgres")
        if program.parent.parent.name.isdecimal()
    }
    usable = sorted(version for version in found if version >= database.OLDEST_SERVER)
    return (f"debian{usable[0]}", found[usable[0]]) if usable else None


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the journeys keep the pictures they take, and the manual be written anew."""
    parser.addoption("--pictures", metavar="DIR", help="keep pictures of pages and papers here")
    parser.addoption("--write-manual", action="store_true", help="write the page of states anew")


def pytest_configure(config: pytest.Config) -> None:
    """Make the run's folder; workers are told of the first process's."""
    given = getattr(config, "workerinput", {}).get("folder")
    config.stash[FOLDER] = Path(given or tempfile.mkdtemp(prefix="postal-tests-"))


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Hand the run's folder to a worker."""
    node.workerinput["folder"] = str(node.config.stash[FOLDER])


@pytest.hookimpl(tryfirst=True)  # before a late complaint about a test can get in the way
def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave nothing behind once the last worker is gone."""
    if hasattr(config, "workerinput"):
        return
    folder = config.stash[FOLDER]
    for place in folder.iterdir():
        leave(Place(place))
        wait_until_stopped(Place(place))
    shutil.rmtree(folder)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Send desk and journey tests to both servers, unless they are marked to need only one."""
    folder = metafunc.definition.path.relative_to(HERE).parts[0]
    other = system_postgres()
    twice = folder in TWICE and not metafunc.definition.get_closest_marker("one_server")
    if twice and "server" in metafunc.fixturenames:
        names = ["pg18", other[0]] if other else ["pg18"]
        metafunc.parametrize("server", names, indirect=True, scope="session")


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say aloud when the second round could not be run."""
    if system_postgres() is None:
        terminalreporter.write_line(
            "NO SECOND ROUND: no PostgreSQL of the system under /usr/lib/postgresql, so desk and "
            "journey tests met the embedded server only.",
            yellow=True,
            bold=True,
        )


@dataclass(frozen=True)
class Server:
    """A running server with its template database."""

    url: str
    template: str = TEMPLATE

    def owner_url(self, name: str) -> str:
        """Give the owner's address of one database."""
        return _named(self.url, "postgres", name)

    def app_url(self, name: str) -> str:
        """Give the app role's address of one database."""
        return _named(self.url, database.APP_ROLE, name)


@dataclass(frozen=True)
class Archive:
    """A fresh archive: its engines for the app's role and for the owner, and their addresses."""

    engine: Engine
    owner_engine: Engine
    url: str
    owner_url: str


@pytest.fixture(scope="session")
def server(request: pytest.FixtureRequest) -> Server:
    """The run's server, with the template database built."""
    name = getattr(request, "param", "pg18")
    other = system_postgres()
    binaries = other[1] if other and name != "pg18" else None
    place = Place(request.config.stash[FOLDER] / name, binaries, CARELESS)
    running = Server(join(place))
    with _alone(place.folder / "template.lock"):
        built = place.folder / "template.built"
        if not built.exists():
            _build_template(running)
            built.touch()
    return running


@pytest.fixture
def archive(server: Server) -> Iterator[Archive]:
    """A fresh archive of the test's own, that commits; gone with the test."""
    with _fresh_archive(server) as fresh:
        yield fresh


@pytest.fixture(scope="session")
def worker_archive(server: Server) -> Iterator[Archive]:
    """The archive on which `session` works and leaves no trace."""
    with _fresh_archive(server) as fresh:
        yield fresh


@pytest.fixture
def session(worker_archive: Archive) -> Iterator[Session]:
    """A session of the app's role on an empty archive; whatever it commits is undone."""
    with worker_archive.engine.connect() as connection:
        outer = connection.begin()
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            yield session
        outer.rollback()


@pytest.fixture
def config(archive: Archive, tmp_path: Path) -> Config:
    """The settings of an installation on the fresh archive."""
    return Config.from_environment(
        {"DATABASE_URL": archive.url, "OWNER_DATABASE_URL": archive.owner_url}, home=tmp_path
    )


@pytest.fixture(scope="session")
def assembled() -> Flask:
    """The app of a worker, assembled once: to hang its doors takes longer than most tests."""
    return assemble()


@pytest.fixture
def app(config: Config, request: pytest.FixtureRequest) -> Iterator[Flask]:
    """The app on a fresh archive; one of its own for a test that hangs doors of its own."""
    of_its_own = request.node.get_closest_marker("own_doors")
    app: Flask = assemble() if of_its_own else request.getfixturevalue("assembled")
    settings, extensions = dict(app.config), dict(app.extensions)
    settle(app, config)
    app.testing = True
    yield app
    app.extensions["archive"].kw["bind"].dispose()
    for kept, before in ((app.config, settings), (app.extensions, extensions)):
        kept.clear()
        kept.update(before)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Somebody in front of a browser who has not signed in."""
    return app.test_client()


@pytest.fixture
def home() -> Iterator[Path]:
    """A folder for an installation with its own embedded server, gone with the test.

    Not `tmp_path`: every start of pytest closes the folders of root's other runs to the account
    that the server runs under.
    """
    folder = Path(tempfile.mkdtemp(prefix="postal-home-"))
    yield folder
    place = Place(folder / "postgres")
    if place.folder.exists():
        leave(place)
        wait_until_stopped(place)
    shutil.rmtree(folder)


@pytest.fixture
def now() -> datetime:
    """Nine in the morning in Việt Nam, on Monday the second of March 2026."""
    return datetime(2026, 3, 2, 9, 0, tzinfo=VIETNAM)


_numbers = count(1)


@contextmanager
def _fresh_archive(server: Server) -> Iterator[Archive]:
    name = f"archive_{os.getpid()}_{next(_numbers)}"
    owner_url = server.owner_url(name)
    database.create_database(owner_url, name, server.template)
    engine = database.engine(server.app_url(name))
    owner_engine = database.engine(owner_url)
    yield Archive(engine, owner_engine, server.app_url(name), owner_url)
    engine.dispose()
    owner_engine.dispose()
    database.drop_database(owner_url, name)


def _build_template(server: Server) -> None:
    owner_url = server.owner_url(server.template)
    database.create_database(owner_url, server.template)
    database.open_archive(database.Addresses(owner_url, owner_url)).dispose()


def _named(url: str, user: str, name: str) -> str:
    return make_url(url).set(username=user, database=name).render_as_string(hide_password=False)


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
