"""One run: a few envelopes, a phone for everybody, and some days over the hostile network."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Protocol
from uuid import UUID

from sqlalchemy.orm import Session

from drills.fleet import bags, envelopes
from drills.fleet.bags import Packed
from drills.fleet.envelopes import Carried, Errand
from drills.fleet.network import Network
from drills.fleet.phones import Made, Phone, Sent, Told
from drills.fleet.town import CLERK, COURIERS, HEAD, OFFICER, SECOND, Town
from models.dossiers import Dossier
from postal_app import bags as desk_of_bags
from postal_app import corrections
from postal_app.errors import PostalError
from postal_app.rules.codes import read_scan

FEWEST_SCANS, MOST_SCANS = 10, 25
FEWEST_ITEMS, MOST_ITEMS = 2, 4
AT_THE_COUNTER = 5
"""Of so many runs one begins with a dossier at the counter, the others with one's later papers."""

AT_DESKS = (CLERK, SECOND, OFFICER)
WITH_A_BAG = 0.6
"""The share of runs that pack one, where anything lies at the counter."""

PAUSE = timedelta(hours=2)
LONGEST_OFFLINE = timedelta(days=14)
FIRST_MORNING = datetime(2026, 3, 2, 0, 30, tzinfo=UTC)
DAYS = 50  # over which the mornings of the runs are spread


class House(Protocol):
    """What checks need of the house, and the phones of a run."""

    town: Town

    def deliver(self, owner: str, sent: Sent, at: datetime) -> Sequence[Told]:
        """Bring a request to the house at a moment, and give its answer."""

    def session(self) -> Session:
        """Open a session for somebody at a desk."""


class OpenHouse(House, Protocol):
    """What a run needs of the house."""

    def dossier(self, session: Session, *, anew: bool, now: datetime) -> Dossier:
        """Give the dossier whose papers a run carries."""


@dataclass(slots=True)
class Lived:
    """What a run left behind: its envelopes, every scan that was made, and what happened."""

    number: int
    carried: list[Carried]
    made: list[Made]
    happened: Counter[str] = field(default_factory=Counter)
    at_desks: frozenset[UUID] = frozenset()
    """The ids of the scans that were made at a desk, by no phone."""


class Run:
    """A run with its own chance, the same whenever it is lived with the same seed."""

    def __init__(self, number: int, seed: int, house: OpenHouse) -> None:
        self.number = number
        self.house = house
        self.rng = Random(f"{seed}/{number}")  # noqa: S311  the same run again, not a secret
        self.at = FIRST_MORNING + timedelta(days=self.rng.randrange(DAYS))
        self.network = Network(self.rng, house.deliver)
        self.phones = {
            owner: Phone(owner, self.rng, self.at - timedelta(hours=self.rng.randrange(1, 99)))
            for owner in (*self.rng.sample(COURIERS, 2), self.rng.choice(AT_DESKS))
        }
        self.offline_until: dict[str, datetime] = {}
        self.carried: list[Carried] = []
        self.bag: Packed | None = None

    def live(self) -> None:
        """Live some days until every phone has been told of every scan."""
        with self.house.session() as session, session.begin():
            anew = self.number % AT_THE_COUNTER == 0
            dossier = self.house.dossier(session, anew=anew, now=self.at)
            count = self.rng.randint(FEWEST_ITEMS, MOST_ITEMS)
            self.carried = envelopes.seal_some(
                session, self.house.town, dossier, self.rng, count, self.at
            )
            if self.rng.random() < WITH_A_BAG:
                self.bag = bags.pack(session, self.house.town, self.carried, self.rng, self.at)
                self.network.happened["bags"] += self.bag is not None
        left = self.rng.randint(FEWEST_SCANS, MOST_SCANS)
        while left > 0:
            self._time_passes()
            left -= self._something_happens()
        self._all_come_home()

    def lived(self) -> Lived:
        """Give what it has left behind so far."""
        desks = frozenset(self.bag.at_desks) if self.bag else frozenset()
        return Lived(self.number, self.carried, self._made(), self.network.happened, desks)

    def _made(self) -> list[Made]:
        return [made for phone in self.phones.values() for made in phone.made]

    def _time_passes(self) -> None:
        self.at += self.rng.expovariate(1) * PAUSE
        self.network.pass_until(self.at)

    def _something_happens(self) -> int:
        """Let somebody do something; give how many scans he made."""
        chance = self.rng.random()
        if self.bag is not None and self.rng.random() < 0.45:
            return self._something_happens_to(self.bag)
        if chance < 0.55:
            return self._scan(envelopes.errand(self.carried, self.rng))
        if chance < 0.83:
            phone = self.rng.choice(list(self.phones.values()))
            if self.offline_until.get(phone.owner, self.at) <= self.at:
                self.network.send(phone, self.at)
        elif chance < 0.90:
            self._a_clock_goes_wrong()
        elif chance < 0.95:
            self._correct()
        else:
            return self._same_id_again()
        return 0

    def _something_happens_to(self, bag: Packed) -> int:
        """Let a phone scan the bag, or the clerk it is bound for have it on his desk."""
        if self.rng.random() < 0.4:
            self.network.happened["bag_scans"] += 1
            return self._scan(bags.errand(bag, self.carried, self.rng))
        with self.house.session() as session, session.begin():
            town, at = self.house.town, self.at
            done = bags.work_at(session, town, bag, self.carried, self.rng, at)
        if done:
            self.network.happened[done] += 1
        return 0

    def _scan(self, errand: Errand) -> int:
        """Scan something; now and then two phones scan it in the same moment."""
        those = [self.phones[one] for one in errand.who if one in self.phones]
        self.rng.choice(those or list(self.phones.values())).scan(
            errand.code, errand.kind, errand.details, self.at
        )
        if self.rng.random() > 0.12:
            return 1
        other = self.rng.choice(list(self.phones.values()))
        other.scan(errand.code, errand.kind, errand.details, self.at)
        return 2

    def _a_clock_goes_wrong(self) -> None:
        phone = self.rng.choice(list(self.phones.values()))
        match self.rng.randrange(4):
            case 0:
                phone.set_by_hand()
            case 1:
                phone.fall_to_1970(self.at)
            case 2:
                phone.start_anew(self.at)
            case _:
                span = self.rng.random() * LONGEST_OFFLINE
                self.offline_until[phone.owner] = self.at + span

    def _same_id_again(self) -> int:
        """Let one id come from elsewhere too: as it is, or with other content."""
        made = self._made()
        if not made:
            return 0
        first = self.rng.choice(made)
        scan = dict(first.scan)
        if self.rng.random() < 0.6:
            scan["kind"] = self.rng.choice(envelopes.SCANNED)
        phone = self.rng.choice(list(self.phones.values()))
        phone.keep(Made(scan, phone.owner))
        self.network.happened["same_ids"] += 1
        return 1

    def _correct(self) -> None:
        """Let the clerk name some scan as a mistake, and the head confirm it or not."""
        made = self._made()
        if not made:
            return
        mistaken = self.rng.choice(made)
        fact, number = mistaken.scan_id, read_scan(mistaken.scan["code"]).number
        approved = self.rng.random() < 0.8
        with self.house.session() as session:
            try:
                self._mend(session, fact, number, approved=approved)
            except PostalError:
                return  # it did not arrive yet, was refused, or was mended before
            session.commit()
            self.network.happened["corrections"] += approved

    def _mend(self, session: Session, fact: UUID, number: str, *, approved: bool) -> None:
        if self.bag is not None and number == self.bag.number:
            second, reason = self.house.town.people[SECOND], "quét nhầm túi"
            desk_of_bags.correct(session, number, fact, reason, second, now=self.at)
            return
        clerk, head = self.house.town.people[CLERK], self.house.town.people[HEAD]
        asked = corrections.ask(session, number, fact, "quét nhầm bì", clerk, now=self.at)
        corrections.settle(session, asked.id, head, approved=approved, now=self.at)

    def _all_come_home(self) -> None:
        """Heal the network and drain every outbox."""
        self.at = max([self.at, *self.offline_until.values()])
        self.at = self.network.heal(self.at)
        phones = self.rng.sample(list(self.phones.values()), len(self.phones))
        for phone in phones:
            self.at = self.network.drain(phone, self.at)
