"""Bags of one run: packed at the counter, scanned as a whole, opened where they are bound for.

What comes out is seldom what was put in: something is left behind, something else turns up, and
the phones have scanned the bag and what lies in it in any order meanwhile.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from uuid import UUID

from sqlalchemy.orm import Session

from drills.fleet.envelopes import CONDITIONS, SAID, Carried, Errand
from drills.fleet.town import CLERK, COURIERS, FAR, FAR_CODE, SECOND, Town
from postal_app import bags
from postal_app.bags import Handled, Seen
from postal_app.errors import PostalError
from postal_app.rules.bags import BAG_KINDS
from postal_app.rules.legs import SUBMISSION, SUPPLEMENT

AT_THE_COUNTER = (SUBMISSION, SUPPLEMENT)
SEAL = "TK-DT"

WAY: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("departed", COURIERS),
    ("handed_on", COURIERS),
    ("arrived", (CLERK, SECOND)),
)
ANYTHING = sorted(name for name, kind in BAG_KINDS.items() if kind.scanned)
OF_WHAT_LIES_IN_IT = ("bagged", "unbagged")


@dataclass(slots=True)
class Packed:
    """A bag as the people see it; `at_desks` are the ids of the scans made at a desk."""

    number: str
    inside: list[Carried]
    at_desks: set[UUID] = field(default_factory=set)
    done: int = 0
    opened: bool = False


def pack(
    session: Session, town: Town, carried: Sequence[Carried], rng: Random, now: datetime
) -> Packed | None:
    """Pack a bag with what lies at the counter and seal it; None when there is nothing there."""
    there = [one for one in carried if one.leg in AT_THE_COUNTER]
    if not there:
        return None
    clerk = town.people[CLERK]
    made = Packed(bags.make(session, FAR_CODE, clerk, now=now).number, there)
    for one in there:
        handled = Handled(one.number, scan_id=_identity(made, rng))
        bags.put_in(session, made.number, handled, clerk, now=now)
    bags.seal(session, made.number, SEAL, clerk, now=now)
    return made


def errand(packed: Packed, carried: Sequence[Carried], rng: Random) -> Errand:
    """Draw what somebody scans: the bag as a whole, or an envelope put in it or taken out."""
    chance = rng.random()
    if chance < 0.3:
        kind = rng.choice(OF_WHAT_LIES_IN_IT)
        code = rng.choice(carried).number
        return Errand((*COURIERS, CLERK, SECOND), code, kind, {"bag": packed.number})
    kind, who = WAY[packed.done % len(WAY)]
    if chance > 0.8:
        kind, who = rng.choice(ANYTHING), (*COURIERS, CLERK, SECOND)
    else:
        packed.done += 1
    told = {"note": SAID["note"]} if "note" in BAG_KINDS[kind].needs else {}
    if condition := rng.choice(CONDITIONS):
        told["condition"] = condition
    return Errand(who, packed.number, kind, told)


def work_at(
    session: Session,
    town: Town,
    packed: Packed,
    carried: Sequence[Carried],
    rng: Random,
    now: datetime,
) -> str:
    """Let the clerk it is bound for open it, take something out or say that it is empty.

    Returns:
        What was done; empty when it could not be done just now.
    """
    by = town.people[FAR]
    mostly = packed.inside if rng.random() < 0.7 else carried
    taken = Handled(rng.choice(mostly).number, Seen(), _identity(packed, rng))
    seal = SEAL if rng.random() < 0.9 else "KHÁC-2"
    steps: dict[str, Callable[[], object]] = {
        "bags_opened": lambda: bags.open_bag(
            session, packed.number, Seen("intact", seal), by, now=now
        ),
        "taken_out": lambda: bags.take_out(session, packed.number, taken, by, now=now),
        "bags_emptied": lambda: bags.declare_empty(session, packed.number, by, now=now),
    }
    weights = (0, 3, 1) if packed.opened else (1, 0, 0)
    what = rng.choices(list(steps), weights)[0]
    with suppress(PostalError):  # it is not there, lost, or emptied
        steps[what]()
        packed.opened = True
        return what
    return ""


def _identity(packed: Packed, rng: Random) -> UUID:
    """Give the id of a scan at a desk, which no phone knows."""
    made = UUID(int=rng.getrandbits(128), version=4)
    packed.at_desks.add(made)
    return made
