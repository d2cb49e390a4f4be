"""A lot of runs from its first envelope to the last check."""

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random

from drills.fleet import archive, checks
from drills.fleet.checks import Violation
from drills.fleet.lots import Ground, Lot
from drills.fleet.phones import Made, Phone
from drills.fleet.runs import DAYS, FIRST_MORNING, LONGEST_OFFLINE, House, Lived, Run

ASKED_AT_ONCE = 1000
AFTERWARDS = FIRST_MORNING + timedelta(days=DAYS) + 3 * LONGEST_OFFLINE


@dataclass(slots=True)
class Found:
    """What lots of runs came to: how often what happened, and everything that was not true."""

    happened: Counter[str] = field(default_factory=Counter)
    violations: list[Violation] = field(default_factory=list)

    def add(self, other: "Found") -> None:
        """Take in what other lots came to."""
        self.happened += other.happened
        self.violations += other.violations

    def tell(self, seed: int, violations: Sequence[Violation]) -> None:
        """Keep violations, and say at once of each in which run it is found again."""
        self.violations += violations
        for one in violations:
            sys.stderr.write(f"seed {seed}, run {one.run}: {one.what}: {one.words}\n")


def live_on(ground: Ground, seed: int, numbers: range) -> Found:
    """Live some runs on an archive of their own; what is not true is told at once."""
    found = Found()
    with ground.lot(f"drill_{numbers.start}") as lot:
        live_lot(lot, numbers, seed, found)
    return found


def live_lot(lot: Lot, numbers: Sequence[int], seed: int, found: Found) -> None:
    """Live some runs in one archive of their own, then check it as a whole."""
    lived = []
    for number in numbers:
        run = Run(number, seed, lot)
        try:
            run.live()
        except Exception as error:  # a house that answers wrong is what is looked for
            found.tell(seed, [Violation(number, type(error).__name__, str(error))])
        lived.append(run.lived())
    found.tell(seed, list(checked(lot, lived, Random(seed))))  # noqa: S311  to be repeated
    for one in lived:
        found.happened += one.happened
        found.happened["scans"] += len(one.made)
        found.happened["items"] += len(one.carried)
    found.happened["runs"] += len(lived)
    with lot.session() as session:
        found.happened += archive.differences(session)


def checked(house: House, lived: Sequence[Lived], rng: Random) -> Iterator[Violation]:
    """Check what is stored, ask once more for every scan, and check that nothing changed."""
    with house.session() as session:
        kept = archive.read(session)
        yield from checks.violations(session, kept, lived, rng)
        before = archive.counts(session)
    _ask_again(house, [made for run in lived for made in run.made], rng)
    yield from checks.asked_again(kept, lived)
    with house.session() as session:
        after = archive.counts(session)
    if after != before:
        yield Violation(-1, "all scans", f"asked again, {before} became {after}")


def _ask_again(house: House, made: Sequence[Made], rng: Random) -> None:
    """Let everybody's phone ask once more for every scan, long after it was answered."""
    for owner in house.town.scanners:
        phone = Phone(owner, rng, AFTERWARDS)
        own = [one for one in made if one.owner == owner]
        for begin in range(0, len(own), ASKED_AT_ONCE):
            sent = phone.request(own[begin : begin + ASKED_AT_ONCE], AFTERWARDS)
            phone.learn(sent, house.deliver(owner, sent, AFTERWARDS))
