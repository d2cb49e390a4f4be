"""Phones: each makes scans with its own clocks and keeps them until it was told their verdict.

A phone knows nothing of the network. What it sends is what the courier's page sends: its own time
at contact, and for each scan the id it made, wall clock, monotonic clock, boot and sequence.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, NamedTuple
from uuid import UUID

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
BEYOND_SENSE = timedelta(days=365)
FARTHEST_OFF = 48 * 3600
"""How far a clock that was set by hand is off, in seconds either way."""


class Told(NamedTuple):
    """A verdict as a phone was told it."""

    scan_id: str
    outcome: str
    number: str
    words: str
    oddities: tuple[str, ...]


@dataclass(eq=False, slots=True)
class Made:
    """One scan as it was made; `told` holds every verdict on it, in the order of their arrival."""

    scan: Mapping[str, Any]
    owner: str
    told: list[Told] = field(default_factory=list)

    @property
    def scan_id(self) -> UUID:
        """Give its id for life."""
        return UUID(self.scan["scan_id"])

    @property
    def at(self) -> datetime:
        """Give when it was made by the phone's own clock."""
        return datetime.fromisoformat(self.scan["occurred_at"])


class Sent(NamedTuple):
    """One request: the bytes, and the scans in their order, so that answers find their way."""

    body: bytes
    scans: tuple[Made, ...]


class Phone:
    """A phone in somebody's hands; all its times are told in the true time `at`."""

    def __init__(self, owner: str, rng: Random, at: datetime) -> None:
        self.owner = owner
        self.rng = rng
        self.device = str(UUID(int=rng.getrandbits(128), version=4))
        self.sequence = 0
        self.outbox: list[Made] = []
        self.made: list[Made] = []
        self.boot, self.booted_at, self.ahead = "", at, timedelta(0)
        self.start_anew(at)

    def start_anew(self, at: datetime) -> None:
        """Boot: the monotonic clock begins at zero and the wall clock stays as it was."""
        self.boot = str(UUID(int=self.rng.getrandbits(128), version=4))
        self.booted_at = at

    def set_by_hand(self) -> None:
        """Set the wall clock up to two days wrong."""
        self.ahead = timedelta(seconds=self.rng.uniform(-FARTHEST_OFF, FARTHEST_OFF))

    def fall_to_1970(self, at: datetime) -> None:
        """Let the battery die: the phone boots and its wall clock begins at the epoch."""
        self.start_anew(at)
        self.ahead = EPOCH - at

    def hear_the_time(self) -> None:
        """Let the network tell the time; some phones whose own is beyond sense believe it."""
        if abs(self.ahead) > BEYOND_SENSE and self.rng.random() < 0.5:
            self.ahead = timedelta(0)

    def scan(self, code: str, kind: str, details: Mapping[str, str], at: datetime) -> Made:
        """Make a scan and keep it; nobody has heard of it yet."""
        self.sequence += 1
        made = Made(
            {
                "scan_id": str(UUID(int=self.rng.getrandbits(128), version=4)),
                "code": code,
                "kind": kind,
                "details": dict(details),
                "occurred_at": self._wall(at),
                "monotonic_ms": self._monotonic_ms(at),
                "boot_id": self.boot,
                "sequence": self.sequence,
            },
            self.owner,
        )
        self.keep(made)
        return made

    def keep(self, made: Made) -> None:
        """Put a scan into the outbox, as it is."""
        self.made.append(made)
        self.outbox.append(made)

    def batch(self, at: datetime, most: int) -> Sent:
        """Give a request with the oldest scans of the outbox."""
        return self.request(self.outbox[:most], at)

    def request(self, scans: Sequence[Made], at: datetime) -> Sent:
        """Give a request with these scans."""
        body = {
            "device": self.device,
            "device_now": self._wall(at),
            "boot_id": self.boot,
            "monotonic_now_ms": self._monotonic_ms(at),
            "scans": [made.scan for made in scans],
        }
        return Sent(json.dumps(body).encode(), tuple(scans))

    def learn(self, sent: Sent, answer: Sequence[Told]) -> None:
        """Take in the verdicts on a request; a scan that has one is forgotten.

        Raises:
            ValueError: the answer does not speak of each scan, in the same order.
        """
        for made, told in zip(sent.scans, answer, strict=True):
            if told.scan_id != made.scan["scan_id"]:
                raise ValueError(f"asked of {made.scan['scan_id']}, told of {told.scan_id}")
            made.told.append(told)
            if made in self.outbox:
                self.outbox.remove(made)

    def _wall(self, at: datetime) -> str:
        shown = max(at + self.ahead, EPOCH).astimezone(UTC)
        return shown.isoformat(timespec="milliseconds")

    def _monotonic_ms(self, at: datetime) -> int:
        return round((at - self.booted_at) / timedelta(milliseconds=1))
