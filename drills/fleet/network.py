"""The hostile network: it loses requests and answers, doubles requests and brings them late."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from heapq import heappop, heappush
from random import Random

from drills.fleet.phones import Phone, Sent, Told

DOUBLED_WITHIN = timedelta(days=2)
LATE_WITHIN = timedelta(hours=12)
LARGEST_BATCH = 8

Deliver = Callable[[str, Sent, datetime], Sequence[Told]]
"""Bring a request of somebody to the house at a moment, and give its answer."""


@dataclass(order=True, slots=True)
class _OnItsWay:
    arrives: datetime
    place: int
    owner: str = field(compare=False)
    sent: Sent = field(compare=False)


class Network:
    """Between phones and house; `happened` counts what it did."""

    def __init__(self, rng: Random, deliver: Deliver) -> None:
        self.rng = rng
        self.deliver = deliver
        self.happened: Counter[str] = Counter()
        self._late: list[_OnItsWay] = []

    def send(self, phone: Phone, at: datetime) -> None:
        """Let a phone send its oldest scans; what becomes of them is chance."""
        if not phone.outbox:
            return
        phone.hear_the_time()
        sent = phone.batch(at, self.rng.randint(1, LARGEST_BATCH))
        chance = self.rng.random()
        if chance < 0.12:
            self.happened["lost_requests"] += 1
        elif chance < 0.27:
            self._bring(phone.owner, sent, at)
            self.happened["lost_answers"] += 1
        elif chance < 0.36:
            self._delay(phone.owner, sent, at + self.rng.random() * LATE_WITHIN)
            self.happened["late_requests"] += 1
        else:
            phone.learn(sent, self._bring(phone.owner, sent, at))
            if chance < 0.5:
                self._delay(phone.owner, sent, at + self.rng.random() * DOUBLED_WITHIN)
                self.happened["duplicates"] += 1

    def pass_until(self, at: datetime) -> None:
        """Bring what arrives by a moment; nobody waits for these answers any more."""
        while self._late and self._late[0].arrives <= at:
            late = heappop(self._late)
            self._bring(late.owner, late.sent, late.arrives)

    def heal(self, at: datetime) -> datetime:
        """Bring everything that is still on its way, and give when the last of it has arrived."""
        last = max((one.arrives for one in self._late), default=at)
        self.pass_until(last)
        return max(at, last)

    def drain(self, phone: Phone, at: datetime) -> datetime:
        """Let a phone send all it has, over a network that is well; give when it has done so."""
        while phone.outbox:
            phone.hear_the_time()
            sent = phone.batch(at, LARGEST_BATCH)
            phone.learn(sent, self._bring(phone.owner, sent, at))
            at += timedelta(seconds=1)
        return at

    def _bring(self, owner: str, sent: Sent, at: datetime) -> Sequence[Told]:
        self.happened["batches"] += 1
        return self.deliver(owner, sent, at)

    def _delay(self, owner: str, sent: Sent, arrives: datetime) -> None:
        heappush(self._late, _OnItsWay(arrives, self.happened.total(), owner, sent))
