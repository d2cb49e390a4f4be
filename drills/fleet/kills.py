"""Runs among kills: phones as threads over HTTP, while the house and its database are killed.

The database writes everything down before it answers, as it does in an office. What a phone was
told before a kill must be there after it.
"""

import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from threading import Thread

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from drills.fleet import bags, envelopes
from drills.fleet.bags import Packed
from drills.fleet.checks import Violation
from drills.fleet.envelopes import Carried, Errand
from drills.fleet.line import Caller, verdicts
from drills.fleet.lives import Found, checked
from drills.fleet.lots import BEFORE
from drills.fleet.phones import Phone, Sent, Told
from drills.fleet.runs import AT_DESKS, Lived
from drills.fleet.served import NOT_THERE, Outside, Served
from drills.fleet.town import COURIERS, Town, found
from models.database import addresses, open_archive
from models.embedded import Place, leave, wait_until_stopped

ITEMS, SCANS = 3, 24
LARGEST_BATCH = 5
OF_THE_BAG = 0.25
LONGEST_PAUSE = 0.08  # seconds between two scans of a phone
FIRST_KILL, LAST_KILL = 0.02, 0.9  # seconds after the phones begin
AGAIN_SECONDS = 0.25
DRAINED_SECONDS = 300.0
CHECKED_EVERY = 10


class KilledHouse:
    """The house that is killed, as phones and desks reach it."""

    def __init__(self, served: Served, engine: Engine, town: Town) -> None:
        self.served = served
        self.engine = engine
        self.town = town
        self.callers: dict[str, Caller] = {}

    def sign_everybody_in(self) -> None:
        """Let everybody who scans sign in; a sign-in outlives the processes that let him in."""
        for owner in self.town.scanners:
            self.callers[owner] = Caller(Outside(self.served.port))
            self.callers[owner].sign_in(owner, self.town.password)

    def deliver(self, owner: str, sent: Sent, at: datetime) -> list[Told]:  # noqa: ARG002  its own clock
        """Bring a request to the doors, and give the answer."""
        return verdicts(self.callers[owner].send(sent.body))

    def session(self) -> Session:
        """Open a session beside the house."""
        return Session(self.engine)


class Carrier(Thread):
    """Somebody with a phone who scans and sends until all that he scanned has its verdict."""

    def __init__(
        self, phone: Phone, caller: Caller, errands: Sequence[Errand], chance: Random
    ) -> None:
        super().__init__(daemon=True)
        self.phone = phone
        self.caller = caller
        self.errands = errands
        self.chance = chance
        self.happened: Counter[str] = Counter()
        self.wrong = ""

    def run(self) -> None:
        """Scan everything, sending in between; then send until the outbox is empty."""
        try:
            for errand in self.errands:
                self.phone.scan(errand.code, errand.kind, errand.details, datetime.now(UTC))
                time.sleep(self.chance.random() * LONGEST_PAUSE)
                self._send()
            deadline = time.monotonic() + DRAINED_SECONDS
            while self.phone.outbox and time.monotonic() < deadline:
                self._send()
        except Exception as error:  # told to whoever waits for this thread
            self.wrong = f"{type(error).__name__}: {error}"

    def _send(self) -> None:
        """Send the oldest scans; silence and 5xx mean that the same ids are sent again."""
        sent = self.phone.batch(datetime.now(UTC), LARGEST_BATCH)
        if not sent.scans:
            return
        self.happened["batches"] += 1
        try:
            answer = self.caller.send(sent.body)
        except NOT_THERE:
            answer = None
        if answer is None or answer.status >= 500:
            self.happened["unanswered"] += 1
            time.sleep(AGAIN_SECONDS)
        elif self.chance.random() < 0.1:
            self.happened["lost_answers"] += 1
        else:
            self.phone.learn(sent, verdicts(answer))
            if self.chance.random() < 0.1:
                self._double(sent)

    def _double(self, sent: Sent) -> None:
        """Let the network bring a request once more; nobody waits for what comes back."""
        self.happened["duplicates"] += 1
        with suppress(*NOT_THERE):
            self.caller.send(sent.body)


def live_among_kills(home: Path, runs: int, seed: int, found: Found) -> None:
    """Live so many runs, each with a kill or two; check the whole archive now and at the end."""
    with _killed_house(home) as house:
        lived: list[Lived] = []
        for number in range(runs):
            lived.append(_live(house, number, seed, found))
            if len(lived) % CHECKED_EVERY == 0 or len(lived) == runs:
                found.tell(seed, list(checked(house, lived, Random(seed))))  # noqa: S311  again
            sys.stderr.write(
                f"{number + 1}/{runs} lượt có kill -9 / runs among kills, "
                f"{len(found.violations)} sai lệch / violations\n"
            )


def _live(house: KilledHouse, number: int, seed: int, found: Found) -> Lived:
    """Let three people carry some envelopes while processes are killed."""
    chance = Random(f"{seed}/kill/{number}")  # noqa: S311  the same errands again
    now = datetime.now(UTC)
    with house.session() as session, session.begin():
        dossier = envelopes.open_dossier(session, house.town, now=now)
        carried = envelopes.seal_some(session, house.town, dossier, chance, ITEMS, now)
        bag = bags.pack(session, house.town, carried, chance, now)
    carriers = _carriers(house, carried, bag, chance, now)
    for one in carriers:
        one.start()
    for _ in range(chance.choice((1, 1, 2))):
        time.sleep(chance.uniform(FIRST_KILL, LAST_KILL))
        found.happened[_kill(house.served, chance)] += 1
    for one in carriers:
        one.join()
        found.happened += one.happened
        if one.wrong or one.phone.outbox:
            what = one.wrong or f"{len(one.phone.outbox)} scans were never answered"
            found.tell(seed, [Violation(number, f"the phone of {one.phone.owner}", what)])
    made = [made for one in carriers for made in one.phone.made]
    found.happened["kill_runs"] += 1
    found.happened["scans"] += len(made)
    found.happened["items"] += len(carried)
    desks = frozenset(bag.at_desks) if bag else frozenset()
    return Lived(number, carried, made, at_desks=desks)


def _carriers(
    house: KilledHouse,
    carried: list[Carried],
    bag: Packed | None,
    chance: Random,
    now: datetime,
) -> list[Carrier]:
    """Give three people a phone each, and share out what they will scan."""
    owners = (*chance.sample(COURIERS, 2), chance.choice(AT_DESKS))
    errands: dict[str, list[Errand]] = {owner: [] for owner in owners}
    for _ in range(SCANS):
        if bag is not None and chance.random() < OF_THE_BAG:
            errand = bags.errand(bag, carried, chance)
        else:
            errand = envelopes.errand(carried, chance)
        those = [owner for owner in owners if owner in errand.who]
        errands[chance.choice(those or owners)].append(errand)
    return [
        Carrier(
            Phone(owner, chance, now),
            house.callers[owner],
            errands[owner],
            Random(chance.random()),  # noqa: S311  each thread its own
        )
        for owner in owners
    ]


def _kill(served: Served, chance: Random) -> str:
    """Kill one of the processes; give what was killed."""
    match chance.randrange(6):
        case 0 | 1:
            served.kill_worker(chance.randrange(2))
            return "killed_workers"
        case 2:
            served.kill_master()
            return "killed_masters"
        case 3:
            served.kill_all()
            return "killed_masters"
        case _:
            served.kill_database()
            return "killed_databases"


@contextmanager
def _killed_house(home: Path) -> Iterator[KilledHouse]:
    """Found the town in an installation of its own and serve it."""
    home.mkdir(parents=True)
    engine = open_archive(addresses(home))
    place = Place(home.resolve() / "postgres")
    served = Served(home, place)
    try:
        with Session(engine) as session, session.begin():
            town = found(session, now=BEFORE)
        served.start()
        house = KilledHouse(served, engine, town)
        house.sign_everybody_in()
        yield house
    finally:
        served.stop()
        engine.dispose()
        leave(place)
        wait_until_stopped(place)
