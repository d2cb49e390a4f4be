"""A batch costs the same statements whatever its size, and batches over the same items wait."""

import random
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.items import Item
from models.ledger import LedgerEntry, ScanReceipt
from postal_app import scanning, verification
from postal_app.ledger import NewFact, record
from postal_app.rules.chain import START
from postal_app.rules.holders import Holder, HolderKind
from postal_app.rules.legs import RESULT
from postal_app.scan_verdicts import Outcome, Verdict
from postal_app.scanning import Scan
from tests.conftest import Archive
from tests.makers import NINE, Town, make_town, minutes, scan
from tests.rows import dossier_row, item_row

pytestmark = pytest.mark.one_server
MOST_STATEMENTS = 30
A_MINUTE = timedelta(minutes=1)
WAYS = {
    "result": ("result_collected", "out_for_delivery", "attempt_failed", "delivered"),
    "submission": ("departed", "arrived", "damaged", "handed_to_agency"),
}
SAID: dict[str, dict[str, str]] = {
    "attempt_failed": {"reason": "absent", "next_action": "again"},
    "delivered": {"receiver": "Đinh Thị Mai", "relation": "self", "proof": "signature"},
    "damaged": {"note": "bì rách một góc"},
    "handed_to_agency": {"condition": "intact", "seal": "NP-LẠ"},
}


def make_items(session: Session, town: Town, count: int, leg: str) -> list[str]:
    """Make envelopes, each with a dossier of its own; submissions lie sealed at Lương Sơn."""
    numbers = []
    sealed = []
    for _ in range(count):
        dossier = dossier_row(session, town.luong_son, town.agency, town.clerk, sealed_at=NINE)
        item = item_row(session, [dossier], NINE, leg)
        item.digest = START
        numbers.append(item.number)
        if leg != RESULT:
            taker = Holder(HolderKind.POINT, town.luong_son.id)
            sealed.append(NewFact(item.id, uuid4(), "accepted", NINE, town.clerk, taker=taker))
    record(session, sealed, now=NINE)
    return numbers


def mixed(numbers: dict[str, list[str]], size: int) -> list[Scan]:
    """Give a batch of every kind, with some that name nothing and some that say too little."""
    made = []
    for leg, kinds in WAYS.items():
        for number in numbers[leg]:
            for place, kind in enumerate(kinds):
                at = minutes(10 + place)
                made.append(scan(number, kind, at, **SAID.get(kind, {})))
    wrong = [scan(f"RH{place:09d}VN", "departed", minutes(11)) for place in range(size // 10)]
    short = [scan(numbers["result"][0], "attempt_failed", minutes(12)) for _ in wrong]
    return [*made, *wrong, *short][:size]


@contextmanager
def traced(session: Session) -> Iterator[list[str]]:
    """Give what goes to the server meanwhile, as libpq itself writes it down."""
    statements: list[str] = []
    pgconn = session.connection().connection.driver_connection.pgconn
    with tempfile.TemporaryFile("w+") as file:
        pgconn.trace(file.fileno())
        try:
            yield statements
        finally:
            pgconn.untrace()
            file.seek(0)
            sent = (line.rstrip("\n").split("\t") for line in file)
            statements += [" ".join(one[3:]) for one in sent if _is_statement(one)]


def _is_statement(line: list[str]) -> bool:
    return len(line) > 3 and line[1] == "F" and line[3] in ("Execute", "Query")


def statements_of(session: Session, batch: list[Scan], town: Town) -> tuple[int, list[Verdict]]:
    session.flush()
    session.expire_all()
    with traced(session) as sent:
        verdicts = scanning.take_in(session, batch, town.courier, now=minutes(30))
    return len(sent), verdicts


def test_ten_scans_and_five_hundred_cost_the_same_few_statements(session: Session) -> None:
    town = make_town(session)
    counted = {}
    for size, each in ((10, 1), (500, 50)):
        numbers = {leg: make_items(session, town, each, leg) for leg in WAYS}
        batch = mixed(numbers, size)
        assert len(batch) == size
        counted[size], verdicts = statements_of(session, batch, town)
        outcomes = [verdict.outcome for verdict in verdicts]
        assert outcomes.count(Outcome.REFUSED) == 2 * (size // 10)
        assert len(outcomes) == size
    assert counted[10] == counted[500]
    assert counted[500] <= MOST_STATEMENTS
    assert list(verification.faults(session)) == []


def test_batches_over_the_same_items_wait_for_each_other_and_record_each_scan_once(
    archive: Archive,
) -> None:
    rng = random.Random(7)
    with Session(archive.engine) as session:
        town = make_town(session)
        numbers = make_items(session, town, 12, "submission")
        session.commit()
    scans = [scan(number, "departed", minutes(5 + n)) for number in numbers for n in range(4)]
    batches = []
    for _ in range(12):  # every scan comes three times, in batches of any order
        shuffled = rng.sample(scans, len(scans))
        batches.append(shuffled[: len(scans) // 4])
        batches.append(shuffled[len(scans) // 4 :])
    errors: list[BaseException] = []

    def send(mine: list[list[Scan]]) -> None:
        try:
            for batch in mine:
                with Session(archive.engine) as own, own.begin():
                    scanning.take_in(own, batch, town.courier, now=minutes(20))
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=send, args=(batches[first::6],)) for first in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert errors == []
    with Session(archive.engine) as session:
        departed = select(func.count()).where(LedgerEntry.kind == "departed")
        assert session.scalar(departed) == len(scans)
        assert session.scalar(select(func.count()).select_from(ScanReceipt)) == len(scans)
        assert set(session.scalars(select(Item.entries))) == {5}
        assert list(verification.faults(session)) == []


def test_what_was_measured_of_a_time_is_part_of_the_chain(session: Session) -> None:
    town = make_town(session)
    [number] = make_items(session, town, 1, "submission")
    made = scan(number, "departed", minutes(5))
    clock = scanning.DeviceClock("máy 7", minutes(5), error_ms=20_000)
    measured = Scan(made.scan_id, number, "departed", minutes(5), {}, clock)
    scanning.take_in(session, [measured], town.courier, now=minutes(6))
    entry = session.scalars(select(LedgerEntry).where(LedgerEntry.kind == "departed")).one()
    assert entry.error_ms == 20_000
    assert list(verification.faults(session)) == []
