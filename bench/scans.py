"""How many scans a second a phone's batches put into the ledger, beside raw COPY of the same rows.

Serves the sample province from a process of its own, as `postal serve` does, on the embedded
server with its durable settings and two workers for each processor. Couriers' phones send
batches of 500 scans over HTTP: every rule, the digest chain, the shadows, the instants. First one
phone alone; then several at once, as a fleet does in the evening: each brings four batches, one
after the other, that take its envelopes from the counter to the agency. What the fleet's batches
wrote is then put by COPY, as PostgreSQL itself writes it out, into the same tables (ledger,
receipts and movements with their indexes, keys and triggers) of a copy of the archive on the same
server, by one client, 200 scans a transaction. The two take turns. The budget is a third of COPY's
scans a second, for the fleet.

    postal bench scans [--batches 40] [--scans 500] [--phones 4] [--workers N]
"""

import argparse
import http.client
import json
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from urllib.parse import urlencode
from uuid import UUID, uuid4

import psycopg
from sqlalchemy import Engine, text, update
from sqlalchemy.orm import Session

from models.database import Addresses, addresses, beside, create_database, open_archive
from models.embedded import Place, leave, wait_until_stopped
from models.staff import Account
from postal_app import staff
from postal_app.demo import province
from postal_app.demo.people import People
from postal_app.ledger import NewFact, record
from postal_app.rules.codes import item_number
from postal_app.rules.holders import Holder, HolderKind
from postal_app.rules.roles import Actor, Role

BUDGET = 1 / 3
A_TRANSACTION = 200
PASSWORD = "thác bờ mùa lũ"  # noqa: S105  of a province that is gone with the run
WAY = ("departed", "arrived", "departed", "handed_to_agency")
"""What happens to each envelope, a batch for each step, one after the other."""

COPIED = {
    "ledger": "recorded_at, item_id, position, fact, kind, occurred_at, device_at, device, boot,"
    " monotonic_ms, sequence, skew_ms, error_ms, giver_kind, giver_id, taker_kind, taker_id,"
    " condition, corrects, account_id, assignment_id, details, anomalies, commitment, previous,"
    " digest",
    "scan_receipts": "scan_id, content_digest, received_at, account_id",
    "movements": "item_id, ordinal, fact, at, from_kind, from_id, to_kind, to_id",
}
KEYS = {"ledger": "fact", "scan_receipts": "scan_id", "movements": "fact"}

ITEMS = (
    """INSERT INTO dossiers (number, service_form, procedure_code, point_id, agency_id, opened_by,
                             form_version, opened_at, counted_at, signed_at, sealed_at)
       SELECT 'DO-' || n, 'both', '1.000001', :point, :agency, :clerk, '1', :at, :at, :at, :at
       FROM generate_series(1, :count) n""",
    """INSERT INTO items (number, leg, point_id, agency_id, seal_number, weight_grams, created_at,
                          state, integrity, holder_kind, holder_id, outcome, proven, closed,
                          changed_at, entries, digest)
       SELECT number, 'submission', :point, :agency, 'NP' || n, 120, :at, 'expected',
              'not_checked', 'citizen', 0, '', false, false, :at, 0, decode(repeat('00', 32), 'hex')
       FROM unnest(CAST(:numbers AS text[])) WITH ORDINALITY given (number, n) ORDER BY n""",
    """INSERT INTO legs (dossier_id, item_id, kind)
       SELECT d.id, i.id, 'submission' FROM dossiers d JOIN items i
       ON i.seal_number = 'NP' || substr(d.number, 4) ORDER BY i.id""",
)


@dataclass(slots=True)
class Taken:
    """The seconds that a turn took, in each of the three ways: a way of batches for each phone."""

    alone: list[float] = field(default_factory=list)
    fleet: list[float] = field(default_factory=list)
    copy: list[float] = field(default_factory=list)


class Phone:
    """A courier's phone; it calls anew for each batch."""

    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self.cookies: dict[str, str] = {}
        self.device, self.boot, self.counted = str(uuid4()), str(uuid4()), 0
        form = {"name": province.SIGN_INS[Role.COURIER], "password": PASSWORD}
        token = self._token("/sign-in")
        self._ask("POST", "/sign-in", urlencode(form | {"csrf_token": token}), FORM)
        self.token = self._token("/account")

    def close(self) -> None:
        """Hang up."""
        self.connection.close()

    def batch(self, step: int, numbers: Sequence[str]) -> str:
        """Give the body of a batch that scanned these items, a moment ago, at a step of the way."""
        at = datetime.now(UTC)
        kind, left = WAY[step], (len(WAY) - step) * len(numbers)
        details = {"condition": "intact"} if kind == "handed_to_agency" else {}
        first, self.counted = self.counted, self.counted + len(numbers)
        scans = [
            {
                "scan_id": str(uuid4()),
                "code": f"HTTPS://HOST/T/{number}/BCGH1234",
                "kind": kind,
                "occurred_at": (at - timedelta(milliseconds=left - place)).isoformat(),
                "boot_id": self.boot,
                "monotonic_ms": (first + place) * 1000,
                "sequence": first + place + 1,
                "details": details,
            }
            for place, number in enumerate(numbers)
        ]
        contact = {
            "device": self.device,
            "device_now": at.isoformat(),
            "boot_id": self.boot,
            "monotonic_now_ms": self.counted * 1000,
        }
        return json.dumps(contact | {"scans": scans})

    def send(self, bodies: Sequence[str]) -> list[dict[str, str]]:
        """Send batches, one after the other, and give their verdicts."""
        self.connection.close()  # the server hangs up on who was silent for long
        verdicts: list[dict[str, str]] = []
        for body in bodies:
            answer = self._ask("POST", "/courier/scans", body, JSON | {"X-CSRFToken": self.token})
            verdicts += json.loads(answer)["verdicts"]
        return verdicts

    def _token(self, path: str) -> str:
        page = self._ask("GET", path, "", {})
        found = TOKEN.search(page)
        if found is None:
            raise RuntimeError(f"{path} shows no token")
        return found[1]

    def _ask(self, method: str, path: str, body: str, headers: dict[str, str]) -> str:
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        self.connection.request(method, path, body.encode(), headers | {"Cookie": cookie})
        answer = self.connection.getresponse()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.split(";")[0]
        content = answer.read().decode()
        if answer.status >= 400:
            raise RuntimeError(f"{path} answered {answer.status}: {content[:300]}")
        return content


TOKEN = re.compile(r'name="csrf[-_]token" (?:content|value)="([^"]+)"')
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
JSON = {"Content-Type": "application/json", "Accept": "application/json"}


def main(arguments: Sequence[str]) -> int:
    """Measure all three in turns on an archive that is gone afterwards; 1 below the budget."""
    parser = argparse.ArgumentParser(prog="postal bench scans", description=__doc__)
    parser.add_argument("--batches", type=int, default=40)
    parser.add_argument("--scans", type=int, default=500)
    parser.add_argument("--phones", type=int, default=4)
    parser.add_argument("--workers", type=int, default=2 * (os.cpu_count() or 1))
    asked = parser.parse_args(arguments)
    rounds = -(-asked.batches // (len(WAY) * asked.phones))
    with _home() as home:
        at = addresses(home)
        archive = open_archive(at)
        numbers = _prepare(archive, 2 * rounds * asked.phones * asked.scans)
        other = _copy_of(archive, at)
        with (
            _served(home, asked.workers) as port,
            _phones(port, asked.phones) as phones,
            psycopg.connect(_plain(other.owner)) as raw,
        ):
            taken = _in_turns(archive, raw, phones, numbers, asked)
        archive.dispose()
    return _say(taken, asked)


@contextmanager
def _phones(port: int, count: int) -> Iterator[list[Phone]]:
    """Give phones that have signed in, each on a connection of its own."""
    with ExitStack() as open_ones:
        yield [open_ones.enter_context(closing(Phone(port))) for _ in range(count)]


def _in_turns(
    archive: Engine,
    raw: psycopg.Connection,
    phones: Sequence[Phone],
    numbers: Sequence[str],
    asked: argparse.Namespace,
) -> Taken:
    """Let one phone alone, the whole fleet, and COPY take turns, with envelopes of their own."""
    taken, a_turn = Taken(), len(phones) * asked.scans
    for first in range(0, len(numbers), 2 * a_turn):
        one, many = numbers[first : first + a_turn], numbers[first + a_turn : first + 2 * a_turn]
        taken.alone.append(_sent(phones[:1], _parts(one, asked.scans))[0])
        seconds, ids = _sent(phones, _parts(many, asked.scans))
        taken.fleet.append(seconds)
        rows = {table: _written(archive, table, ids) for table in COPIED}
        taken.copy.append(_copied(raw, rows, len(ids)))
    return taken


def _parts(numbers: Sequence[str], scans: int) -> list[Sequence[str]]:
    return [numbers[first : first + scans] for first in range(0, len(numbers), scans)]


def _sent(senders: Sequence[Phone], parts: Sequence[Sequence[str]]) -> tuple[float, list[UUID]]:
    """Let phones bring their envelopes on their way, none waiting for others; give time and ids."""
    bodies = [
        [
            sender.batch(step, part)
            for step in range(len(WAY))
            for part in parts[place :: len(senders)]
        ]
        for place, sender in enumerate(senders)
    ]
    with ThreadPoolExecutor(len(senders)) as hands:
        began = time.perf_counter()
        answers = list(hands.map(Phone.send, senders, bodies))
        took = time.perf_counter() - began
    verdicts = [one for answer in answers for one in answer]
    if {one["outcome"] for one in verdicts} != {"recorded"}:
        raise RuntimeError(f"a batch of the bench was answered {verdicts[0]}")
    return took, [UUID(one["scan_id"]) for one in verdicts]


def _copied(raw: psycopg.Connection, rows: Mapping[str, list[bytes]], count: int) -> float:
    """Put so many rows into their tables by COPY; give the seconds it took."""
    began = time.perf_counter()
    for first in range(0, count, A_TRANSACTION):
        _copy(raw, {table: lines[first : first + A_TRANSACTION] for table, lines in rows.items()})
    return time.perf_counter() - began


def _written(archive: Engine, table: str, ids: Sequence[UUID]) -> list[bytes]:
    """Give the rows of a table that a batch wrote, as PostgreSQL writes them out itself."""
    words = f"COPY (SELECT {COPIED[table]} FROM {table} WHERE {KEYS[table]} = ANY (%s)) TO STDOUT"  # noqa: S608
    with archive.connect() as connection:
        driver = connection.connection.driver_connection
        if not isinstance(driver, psycopg.Connection):
            raise TypeError("the archive is not reached by psycopg")
        with driver.cursor() as cursor, cursor.copy(words, [list(ids)]) as copy:
            return b"".join(map(bytes, copy)).splitlines(keepends=True)


def _copy(raw: psycopg.Connection, rows: dict[str, list[bytes]]) -> None:
    """Put rows into their tables in one durable transaction."""
    with raw.cursor() as cursor:
        for table, lines in rows.items():
            with cursor.copy(f"COPY {table} ({COPIED[table]}) FROM STDIN") as copy:
                copy.write(b"".join(lines))
    raw.commit()


def _prepare(archive: Engine, count: int) -> list[str]:
    """Found the province, let the courier sign in, seal so many envelopes; give their numbers."""
    now = datetime.now(UTC)
    decisions = (date(2017, 1, 1), now.date() - timedelta(days=30))
    rng = Random(1)  # noqa: S311  the same people each time, not a secret
    with Session(archive) as session, session.begin():
        province.found(session, People(), rng, decisions, now=now - timedelta(days=900))
        session.execute(update(Account).values(password_hash=staff.hash_password(PASSWORD)))
        clerk = _clerk(session)
        numbers = [item_number("RH", serial) for serial in range(count)]
        place = {"point": clerk.point_id, "agency": 1, "clerk": clerk.account_id}
        values = place | {"at": now - timedelta(hours=2), "count": count, "numbers": numbers}
        for words in ITEMS:
            session.execute(text(words), values)
        taker = Holder(HolderKind.POINT, clerk.point_id or 0)
        ids = session.scalars(text("SELECT id FROM items ORDER BY id")).all()
        at = now - timedelta(hours=1)
        sealed = [
            NewFact(one, uuid4(), "accepted", at, clerk, taker=taker, condition="intact")
            for one in ids
        ]
        record(session, sealed, now=at)
    with archive.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))
    return numbers


def _clerk(session: Session) -> Actor:
    """Give the clerk of the courier's point."""
    row = session.execute(
        text(
            "SELECT s.account_id, s.id, s.point_id FROM assignments s JOIN accounts a"
            " ON a.id = s.account_id WHERE sign_in = :name"
        ),
        {"name": province.SIGN_INS[Role.CLERK]},
    ).one()
    return Actor(row.account_id, row.id, Role.CLERK, "", "", point_id=row.point_id)


def _copy_of(archive: Engine, at: Addresses) -> Addresses:
    """Copy the archive as it stands into a database beside it."""
    archive.dispose()
    other = beside(at, "_copy")
    names = [psycopg.conninfo.conninfo_to_dict(_plain(one.owner))["dbname"] for one in (other, at)]
    create_database(at.owner, str(names[0]), str(names[1]))
    with psycopg.connect(_plain(other.owner), autocommit=True) as connection:
        connection.execute("ANALYZE")
    return other


def _plain(url: str) -> str:
    return url.replace("postgresql+psycopg://", "postgresql://")


@contextmanager
def _served(home: Path, workers: int) -> Iterator[int]:
    """Serve the archive from a process of its own; gives its port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = ["serve", "--home", str(home), "--port", str(port), "--workers", str(workers)]
    server = subprocess.Popen(
        [sys.executable, "-m", "routes.commands", *words],
        cwd=Path(__file__).resolve().parents[1],
        env={**os.environ, "SECURE_COOKIES": "0"},
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for(port, server)
        yield port
    finally:
        server.terminate()
        server.wait()


def _wait_for(port: int, server: "subprocess.Popen[bytes]") -> None:
    while server.poll() is None:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError("the server ended before it answered")


@contextmanager
def _home() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="postal-bench-") as folder:
        home = Path(folder).resolve()
        try:
            yield home
        finally:
            leave(Place(home / "postgres"))
            wait_until_stopped(Place(home / "postgres"))


def _say(taken: Taken, asked: argparse.Namespace) -> int:
    """Print the speeds and their ratios; give 1 when the fleet's is below the budget."""
    out = sys.stdout.write
    ways = {
        "over HTTP, one phone": taken.alone,
        f"over HTTP, {asked.phones} phones": taken.fleet,
        "raw COPY, 200 rows": taken.copy,
    }
    speeds, batches = [], len(WAY) * asked.phones
    for name, seconds in ways.items():
        speeds.append(asked.scans * batches * len(seconds) / sum(seconds))
        middle = statistics.median(seconds) / batches * 1000
        out(f"{name:<24}{speeds[-1]:>10,.0f} scans/s{middle:>10.1f} ms a batch (median)\n")
    alone, fleet, copy = speeds
    told = {
        "scans": asked.scans,
        "batches": batches * len(taken.fleet),
        "phones": asked.phones,
        "workers": asked.workers,
        "one_phone": round(alone / copy, 3),
        "ratio": round(fleet / copy, 3),
        "budget": round(BUDGET, 3),
    }
    out("A scan is a ledger entry, a receipt and a movement; all sides write the same, durably.\n")
    out(json.dumps(told) + "\n")
    return int(fleet / copy < BUDGET)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
