"""How soon the most used pages answer with a million dossiers, beside their time with ten thousand.

Sets the sample province up in a database of its own, writes one month of it and then the years
before that month: what lies in front of each person stays the same, what lies behind him grows.
Every page goes through the whole app. The budget is twice the time, for each page.

    postal bench pages [--dossiers 1000000] [--fewer 10000] [--requests 40]
"""

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from random import Random

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from bench.rows import past
from config import Config
from models.database import addresses, begin_anew, beside, engine
from models.embedded import Place, join, leave, wait_until_stopped
from postal_app.demo import province
from postal_app.demo.people import People
from postal_app.rules.codes import tag
from postal_app.staff import password_mark
from routes.app import create_app

MONTH = "from=2026-03-01&to=2026-03-31"
MANY, FEW, REQUESTS = 1_000_000, 10_000, 40
WARMING = 8
BUDGET = 2.0

# What power-cuts may cost is nothing here; and a disk's waiting would only hide what grows.
SETTINGS = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "max_wal_size": "2GB",
    "autovacuum": "off",  # it is done at once, after the writing
}

# What is asked for lies in the last month, but for what is told to be old.
SUBJECTS = {
    "item": "SELECT number FROM items WHERE point_id = 1 AND id > :recent * 2",
    "old item": "SELECT number FROM items WHERE id > 0 * :recent",
    "dossier": "SELECT number FROM dossiers WHERE point_id = 1 AND id > :recent",
    "code": "SELECT dossier_code FROM dossiers"
    " WHERE point_id = 1 AND id > :recent AND dossier_code IS NOT NULL",
    "name": "SELECT folded_name FROM (SELECT d.id, folded_name FROM dossiers d"
    " JOIN dossier_parties p ON d.id = dossier_id WHERE point_id = 1 AND d.id > :recent) named",
    "given name": "SELECT substring(folded_name from '[a-z]+$') FROM dossier_parties"
    " WHERE dossier_id > :recent",
    "phone": "SELECT phone FROM (SELECT d.id, phone FROM dossiers d JOIN dossier_parties p"
    " ON d.id = dossier_id WHERE point_id = 1 AND phone <> '' AND d.id > :recent) reached",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A page that is asked for: its name, who asks, and its address for one subject."""

    name: str
    by: str
    address: str
    subject: str = ""


PAGES = (
    Asked("clerk: the counter's day", "giaodich", "/clerk"),
    Asked("clerk: search a procedure", "giaodich", "/clerk/pickups/new?q=cap doi giay phep"),
    Asked("clerk: labels of today", "giaodich", "/clerk/labels"),
    Asked("clerk: money held", "giaodich", "/clerk/money"),
    Asked("clerk: find an item's number", "giaodich", "/search?q={}", "item"),
    Asked("clerk: find a dossier's number", "giaodich", "/search?q={}", "dossier"),
    Asked("clerk: find an agency's code", "giaodich", "/search?q={}", "code"),
    Asked("clerk: find a name without marks", "giaodich", "/search?q={}", "name"),
    Asked("clerk: find a phone", "giaodich", "/search?q={}", "phone"),
    Asked("clerk: history of an item", "giaodich", "/items/{}", "item"),
    Asked("courier: what I hold", "buuta", "/courier"),
    Asked("courier: find an item's number", "buuta", "/search?q={}", "item"),
    Asked("agency: arriving", "coquan", "/agency"),
    Asked("agency: in work", "coquan", "/agency/dossiers"),
    Asked("citizen: track by number", "", "/t/{}", "item"),
    Asked("citizen: timeline by number and tag", "", "/t/{}/TAG", "item"),
    Asked("province: find a name without marks", "captinh", "/search?q={}", "name"),
    Asked("province: find a given name", "captinh", "/search?q={}", "given name"),
    Asked("province: history of any item", "captinh", "/items/{}", "old item"),
    Asked("province: corrections", "captinh", "/corrections"),
    Asked("province: a point's legs of the month", "captinh", "/province/month/legs?MONTH&point=1"),
    Asked("province: the month", "captinh", "/province/month?MONTH"),
)


@dataclass(frozen=True, slots=True)
class House:
    """The app on one archive; `recent` is the highest id of a dossier before the last month."""

    app: Flask
    archive: Engine
    recent: int

    def browser(self, sign_in: str) -> FlaskClient:
        """Give a browser in which somebody is signed in; nobody when no name is given."""
        client = self.app.test_client()
        if not sign_in:
            return client
        with self.archive.connect() as connection:
            found = connection.execute(
                text(
                    "SELECT s.id, password_hash FROM assignments s "
                    "JOIN accounts a ON a.id = s.account_id WHERE sign_in = :sign_in"
                ),
                {"sign_in": sign_in},
            ).one()
        moment = past.PRESENT.timestamp()
        with client.session_transaction() as cookie:
            cookie.update(assignment=found.id, began=moment, seen=moment)
            cookie["mark"] = password_mark(found.password_hash)
        return client

    def addresses(self, asked: Asked, count: int) -> list[str]:
        """Give so many addresses of a page, each for another subject where it has one."""
        subjects: Sequence[str] = [""] * count
        if asked.subject:
            with self.archive.connect() as connection:
                subjects = (
                    connection.execute(
                        text(SUBJECTS[asked.subject] + " ORDER BY hashint8(id) LIMIT :count"),
                        {"recent": self.recent, "count": count},
                    )
                    .scalars()
                    .all()
                )
        key = self.app.extensions["settings"].label_key
        return [
            asked.address.replace("MONTH", MONTH)
            .replace("TAG", tag(one, key) if "TAG" in asked.address else "")
            .replace("{}", one.replace(" ", "+"))
            for one in subjects
        ]


def main(arguments: Sequence[str]) -> int:
    """Measure both sizes in one run on archives that are gone afterwards; 1 over the budget."""
    parser = argparse.ArgumentParser(prog="postal bench pages", description=__doc__)
    parser.add_argument("--dossiers", type=int, default=MANY)
    parser.add_argument("--fewer", type=int, default=FEW)
    parser.add_argument("--requests", type=int, default=REQUESTS)
    asked = parser.parse_args(arguments)
    with _server() as home:
        few = build(home, "_few", asked.fewer, asked.fewer)
        many = build(home, "_many", asked.dossiers, asked.fewer)
        found = {page.name: measure(page, (few, many), asked.requests) for page in PAGES}
        for house in (few, many):
            house.archive.dispose()
    return _say(found, asked.fewer, asked.dossiers)


def build(home: Path, ending: str, dossiers: int, recent: int) -> House:
    """Build an archive with so many dossiers, of which the last ones are of the last month."""
    at = beside(addresses(home), ending)
    begin_anew(at)
    settings = replace(
        Config.from_environment({}, home=home), database_url=at.app, owner_database_url=at.owner
    )
    app = create_app(settings)
    app.testing = True
    app.extensions["clock"] = lambda: past.PRESENT
    archive: Engine = app.extensions["archive"].kw["bind"]
    with Session(archive) as session:
        _set_up(session)
        session.commit()
    owner = engine(at.owner)
    try:
        _fill(owner, past.Span(1, dossiers, dossiers))
    finally:
        owner.dispose()
    return House(app, archive, dossiers - recent)


def measure(asked: Asked, houses: tuple[House, House], requests: int) -> tuple[float, float]:
    """Give the median milliseconds of a page in both houses, asked for in turns.

    In turns, so that whatever else the machine does meanwhile slows both down alike.
    """
    count = requests + WARMING
    ways = [(house.browser(asked.by), house.addresses(asked, count)) for house in houses]
    taken: tuple[list[float], list[float]] = ([], [])
    for place in range(count):
        for times, (browser, asked_for) in zip(taken, ways, strict=True):
            times.append(_once(browser, asked_for[place % len(asked_for)], place))
    few, many = (statistics.median(times[WARMING:]) for times in taken)
    return few, many


def _once(browser: FlaskClient, address: str, place: int) -> float:
    """Give the milliseconds of one request; each comes from another address of the network."""
    asker = {"REMOTE_ADDR": f"10.0.{place // 200}.{place % 200 + 1}"}
    began = time.perf_counter()
    answer = browser.get(address, follow_redirects=True, environ_overrides=asker)
    milliseconds = (time.perf_counter() - began) * 1000
    if answer.status_code != 200:
        raise RuntimeError(f"{address} answered {answer.status_code}")
    return milliseconds


def _set_up(session: Session) -> None:
    decisions = (date(2017, 1, 1), date(2026, 3, 15))
    rng = Random(1)  # noqa: S311  the same people each time, not a secret
    founded = past.PRESENT.replace(year=2020)
    province.found(session, People(), rng, decisions, now=founded)


def _fill(owner: Engine, span: past.Span) -> None:
    began = time.perf_counter()

    def tell(words: str) -> None:
        sys.stderr.write(f"{time.perf_counter() - began:6.0f} s  {words}\n")

    sys.stderr.write(f"dossiers {span.first} to {span.last}\n")
    with owner.begin() as connection:
        past.write(connection, span, tell)
    with owner.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        tell("vacuum, analyze")
        # What time would have done to the tables that indexes alone are read of.
        connection.execute(text("VACUUM name_words, open_money, dossiers, items, legs"))
        connection.execute(text("ANALYZE"))
        connection.execute(text("CHECKPOINT"))  # what the filling left is not the pages' to write
        size = connection.execute(text("SELECT pg_database_size(current_database())")).scalar_one()
        tell(f"{size / 2**20:.0f} MB")


@contextmanager
def _server() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="postal-bench-") as folder:
        place = Place(Path(folder).resolve() / "postgres", settings=SETTINGS)
        join(place)
        try:
            yield Path(folder)
        finally:
            leave(place)
            wait_until_stopped(place)


def _say(found: dict[str, tuple[float, float]], few: int, many: int) -> int:
    """Print the table; give 1 when a page is over the budget."""
    out = sys.stdout.write
    out(f"{'median of a page, ms':<42}{few:>12,}{many:>12,}{'ratio':>8}\n")
    for name, (before, after) in found.items():
        mark = "  over" if after > BUDGET * before else ""
        out(f"{name:<42}{before:>12.1f}{after:>12.1f}{after / before:>8.2f}{mark}\n")
    worst = max(after / before for before, after in found.values())
    out("What lies in front of each person is the same in both; what lies behind him grows.\n")
    out(json.dumps({"worst_ratio": round(worst, 2), "budget": BUDGET}) + "\n")
    return int(worst > BUDGET)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
