"""The scans of one leg as they would go well: rounds, offices, hand-overs and deliveries.

A point reaches the agencies of its own district by its own courier. To an agency of the province
an envelope of another district goes through the post office of the province's town, one day later.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from random import Random
from uuid import UUID

from postal_app.demo.hours import clock, office_day_after, post_day_after
from postal_app.demo.people import weighted
from postal_app.demo.province import Office, Point
from postal_app.ledger import DeviceClock
from postal_app.rules.legs import RESULT, SUBMISSION
from postal_app.rules.roles import Actor, Role
from postal_app.rules.vietnamese import day_of
from postal_app.scanning import Scan

# When phones and counters send what they scanned: in the town after each round, elsewhere where
# the day's round ends; in the evening what was found late.
SENDING_HOURS = ((17, 20), (21, 0))
HOURS_IN_TOWN = ((12, 10), *SENDING_HOURS)

RELATION_WEIGHTS = (("self", 70), ("spouse", 9), ("parent", 7), ("child", 6), ("colleague", 5))
PROOF_WEIGHTS = (("signature", 85), ("slip", 15))


@dataclass(frozen=True, slots=True)
class Planned:
    """A scan that will be made, by whom, and when his phone sends it."""

    by: Actor
    scan: Scan
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class Mending:
    """A correction: who asks and who settles it; `settled_at` None leaves it waiting."""

    fact: UUID
    reason: str
    asked_by: Actor
    asked_at: datetime
    settled_by: Actor
    settled_at: datetime | None
    approved: bool


@dataclass
class Road:
    """What the scans of one leg are made of; `mendings` collects the corrections it needs."""

    rng: Random
    leg: str
    number: str
    seal: str
    receiver: str
    point: Point
    hub: Point
    agency: Office
    colleague: Actor
    provincial: Actor
    mendings: list[Mending] = field(default_factory=list)
    sequence: int = 0

    @property
    def is_near(self) -> bool:
        """Tell whether the point's own courier goes to the agency's door."""
        return (self.agency.district or self.hub.district) == self.point.district

    def planned(self, kind: str, at: datetime, by: Actor, **details: str) -> Planned:
        """Give a scan of this leg's item, sent at the next hour of sending."""
        self.sequence += 1
        device = f"PDA-{by.point_id}-{by.account_id}" if by.role is Role.COURIER else ""
        identity = UUID(int=self.rng.getrandbits(128), version=4)
        moment = DeviceClock(device, at if device else None, sequence=self.sequence)
        in_town = by.point_id == self.hub.clerk.point_id
        sent_at = _sent(at, HOURS_IN_TOWN if in_town else SENDING_HOURS)
        return Planned(by, Scan(identity, self.number, kind, at, details, moment), sent_at)

    def delivered(self, at: datetime, by: Actor) -> Planned:
        """Give the delivery, with the seal looked at."""
        return self.planned(
            "delivered",
            at,
            by,
            receiver=self.receiver,
            relation=weighted(self.rng, RELATION_WEIGHTS),
            proof=weighted(self.rng, PROOF_WEIGHTS),
            seal=self.seal,
            condition="intact",
        )

    def minute(self, hours: int) -> int:
        """Give a minute somewhere within so many hours."""
        return self.rng.randrange(hours * 60)


def on_another_day(planned: Planned, day: date) -> Planned:
    """Give the same scan at the same hour of another day."""
    later = day - day_of(planned.scan.occurred_at)
    at = planned.scan.occurred_at + later
    device = planned.scan.clock._replace(device_at=at if planned.scan.clock.device else None)
    scan = replace(planned.scan, occurred_at=at, clock=device)
    return replace(planned, scan=scan, sent_at=planned.sent_at + later)


def to_agency(road: Road, sealed_at: datetime) -> list[Planned]:
    """Give the scans that bring a sealed dossier to its agency."""
    point, hub, rng = road.point, road.hub, road.rng
    today = day_of(sealed_at)
    leaves_today = sealed_at < clock(today, 10, 45)
    day = today if leaves_today else post_day_after(today)
    leaves_at = clock(day, 11 if leaves_today else 7, rng.randint(5, 40))
    left = road.planned("departed", leaves_at, point.courier)
    if road.is_near:
        day = office_day_after(day, 0)
        at = clock(day, 13 if leaves_today else 8, 30 + road.minute(2))
        return [left, _handed(road, at, point.courier)]
    arrived = road.planned("arrived", clock(day, 14, road.minute(2)), hub.clerk, **_look(road, 0.6))
    day = office_day_after(day)
    on = road.planned("departed", clock(day, 7, rng.randint(20, 50)), hub.courier)
    return [left, arrived, on, _handed(road, clock(day, 8, 20 + road.minute(2)), hub.courier)]


def to_citizen(road: Road, ready_at: datetime) -> list[Planned]:
    """Give the scans that bring a result from the agency's desk to the citizen's door."""
    point, hub = road.point, road.hub
    day = office_day_after(day_of(ready_at))
    fetcher = point.courier if road.is_near else hub.courier
    seen = {"seal": road.seal, "condition": "intact"}
    scans = [road.planned("result_collected", clock(day, 9, road.minute(2)), fetcher, **seen)]
    scans.append(road.planned("arrived", clock(day, 11, 20 + road.minute(1)), fetcher))
    if not road.is_near:
        scans.append(road.planned("departed", clock(day, 13, 30 + road.minute(1)), hub.courier))
        reached = clock(day, 15, 30 + road.minute(1))
        scans.append(road.planned("arrived", reached, point.courier, **_look(road, 0.6)))
    day = post_day_after(day)
    leaves_at = clock(day, 7, 20 + road.minute(1))
    scans.append(road.planned("out_for_delivery", leaves_at, point.courier))
    scans.append(road.delivered(clock(day, 8, 30 + road.minute(8)), point.courier))
    return scans


LEGS = {SUBMISSION: to_agency, RESULT: to_citizen}


def _handed(road: Road, at: datetime, by: Actor) -> Planned:
    return road.planned("handed_to_agency", at, by, seal=road.seal, condition="intact")


def _sent(at: datetime, hours: Iterable[tuple[int, int]]) -> datetime:
    """Give the next of the hours on the day of a scan."""
    sendings = (clock(day_of(at), hour, minute) for hour, minute in hours)
    return next(sending for sending in sendings if sending >= at)


def _look(road: Road, share: float) -> dict[str, str]:
    return {"condition": "intact"} if road.rng.random() < share else {}
