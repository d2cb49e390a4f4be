"""Two months of the province, lived through the desks, one simulated day after the other.

Every job is done at the desk that does it in real life, with the instant at which it happens
handed down as `now`, and in a transaction of its own. The cases touch each other nowhere but in the
series of their numbers, so several processes may each live a share of them. What concerns all is
done once, by one process, when everybody has reached the end of its day.

The story breaks off in the middle of the last office day, so that work of every stage lies open.
"""

import heapq
from collections import Counter, defaultdict
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from sqlalchemy.orm import Session

from postal_app import (
    agency_desk,
    catalogue,
    corrections,
    ledger,
    pickups,
    places,
    scanning,
    tariffs,
)
from postal_app.agency_desk import Acceptance, Registration
from postal_app.catalogue_values import Component
from postal_app.demo import province
from postal_app.demo.bag_trips import IN_BAGS
from postal_app.demo.cases import WHOLE, Case, Casting, Share
from postal_app.demo.doorsteps import AT_THE_DOORS
from postal_app.demo.hours import A_DAY, breaks_off, clock, days, later_month, office_day_after
from postal_app.demo.journeys import LEGS, Mending, Planned, Road
from postal_app.demo.lives import BOTH_SIGN, Desk, Life, Steps
from postal_app.demo.matters import AT_THE_DESKS
from postal_app.demo.money_days import MoneyDays, answered_at, hand_over_at
from postal_app.demo.people import People
from postal_app.demo.province import Office
from postal_app.demo.sealing import Sealing, evenings
from postal_app.demo.twists import TWISTS
from postal_app.demo.ways import GIVEN_UP, UNFINISHED
from postal_app.envelopes import Envelope
from postal_app.pickup_form import Money, Paper, Person, Pickup
from postal_app.rules.legs import RESULT, SUBMISSION
from postal_app.rules.periods import Period
from postal_app.rules.vietnamese import day_of

Job = Callable[[Session, datetime], None]
Begin = Callable[[], AbstractContextManager[Session]]
"""Begins a transaction, which is committed when its work is done."""

SPARE = 16
"""Out of so many dossiers one more is begun, because some are given up and some leave late."""

LIVES = AT_THE_DESKS | AT_THE_DOORS | IN_BAGS
REASONS_TO_GIVE_UP = (
    "Người dân về lấy thêm giấy tờ còn thiếu",
    "Người dân chọn nộp trực tiếp tại Bộ phận Một cửa",
    "Thông tin trên tờ khai chưa đúng, người dân về sửa",
)


@dataclass(slots=True)
class Running:
    """A case on its way: its numbers as the desks gave them, and the people in it."""

    case: Case
    sender: Person
    receiver: Person
    number: str = ""


class Story:
    """The two months: set up first, then lived day by day."""

    def __init__(
        self, months: Period, dossiers: int, seed: int, sealing: Sealing | None = None
    ) -> None:
        """Begin a story.

        Args:
            months: the two months.
            dossiers: how many there are at least.
            seed: the same one tells the same story.
            sealing: who signs the ledger every evening; None leaves it unsigned.
        """
        self.months = months
        self.sealing = sealing
        self.dossiers = dossiers + dossiers // SPARE + SPARE // 2
        self.seed = seed
        self.people = People()
        self.happened: Counter[str] = Counter()
        self._jobs: list[tuple[datetime, int, Job]] = []
        self._batches: dict[tuple[datetime, int], list[Planned]] = defaultdict(list)
        self._codes: Counter[tuple[str, date]] = Counter()
        self._procedures: dict[str, catalogue.ProcedureInForce] = {}
        self._prices: dict[tuple[str, str, str], int] = {}
        self._serial = 0
        self._share = WHOLE

    def set_up(self, session: Session) -> None:
        """Set the province up and draw on which days people are going to come."""
        first = self.months.first
        founded = clock(first - timedelta(days=30), 8)
        second = later_month(self.months).first + timedelta(days=14)
        rng = Random(self.seed)  # noqa: S311  a story is to be the same each time, not a secret
        decisions = (first - timedelta(days=20), second)
        scene = province.found(session, self.people, rng, decisions, now=founded)
        ledger.open_month(session, clock(first, 0))
        self.scene, self.casting = scene, Casting(scene, self.months)
        self.casting.draw(self.dossiers, self.seed)
        announced = clock(second - timedelta(days=7), 15)
        noticed = clock(first + timedelta(days=20), 15)
        self._common: list[tuple[datetime, Job]] = [
            (noticed, lambda s, _: province.end_qualification(s)),
            (announced, lambda s, now: province.publish_second_decision(s, second, now=now)),
        ]
        money_days = MoneyDays(scene)
        for handed in hand_over_at(self.months):
            self._common.append((handed, money_days.hand_over))
            self._common.append((answered_at(day_of(handed)), money_days.answer))
        if self.sealing is not None:
            self._common += [(at, self.sealing.seal) for at in evenings(self.months)]

    def days(self) -> list[date]:
        """Give the days of the story, in order."""
        return days(self.months)

    def live(self, begin: Begin, day: date) -> None:
        """Do everything that happens on a day, alone."""
        self.live_share(begin, day)
        self.live_common(begin, day)

    def live_share(self, begin: Begin, day: date, share: Share = WHOLE) -> None:
        """Do everything that happens to a share of the cases on a day and was not done yet."""
        self._share = share
        for case in self.casting.cases(day, share):
            self._at(case.opened_at, self._begin(case))
        ends = min(clock(day, 0) + A_DAY, breaks_off(self.months))
        while self._jobs and self._jobs[0][0] < ends:
            at, _, job = heapq.heappop(self._jobs)
            with begin() as session:
                job(session, at)

    def live_common(self, begin: Begin, day: date) -> None:
        """Do what happens on a day to all, after everybody has lived the day."""
        for at, job in self._common:
            if day_of(at) == day:
                with begin() as session:
                    job(session, at)

    def is_common(self, day: date) -> bool:
        """Tell whether there is something to be done for all on a day."""
        return any(day_of(at) == day for at, _ in self._common)

    def _at(self, at: datetime, job: Job) -> None:
        self._serial += 1
        heapq.heappush(self._jobs, (at, self._serial, job))

    def _begin(self, case: Case) -> Job:
        running = self._running(case)
        if case.lot.way in LIVES:
            desk = Desk(self.scene, self._pickup, self._dossier_code, self._passer_by)
            life = Life(case, desk, running.sender, running.receiver)
            return self._go_on(life, LIVES[case.lot.way](life))
        return self._register(running) if case.lot.form == "receive" else self._take_in(running)

    def _go_on(self, life: Life, steps: Steps) -> Job:
        """Give the next step of a life; when it is done, the one after it is put on the list."""

        def one_step(session: Session, now: datetime) -> None:
            life.session, life.now = session, now
            try:
                following = next(steps)
            except StopIteration:
                self.happened[life.case.lot.way] += 1
            else:
                self._at(following, self._go_on(life, steps))

        return one_step

    def _passer_by(self, case: Case) -> Person:
        return self.people.person(case.rng, case.point.commune)

    def _running(self, case: Case) -> Running:
        sender = self.people.person(case.rng, case.point.commune)
        same = case.rng.random() < 0.8
        receiver = sender if same else self.people.relative(case.rng, sender.address)
        return Running(case, sender, receiver)

    def _take_in(self, running: Running) -> Job:
        def at_the_counter(session: Session, now: datetime) -> None:
            case, by = running.case, running.case.point.clerk
            pickup = self._pickup(session, case, running.sender, running.receiver, day_of(now))
            running.number = pickups.open_pickup(session, pickup, by, now=now).number
            if case.lot.way == UNFINISHED and case.rng.random() < 0.5:
                return
            step = self._give_up if case.lot.way == GIVEN_UP else self._sign
            self._at(now + timedelta(minutes=case.rng.randint(2, 4)), step(running))

        return at_the_counter

    def _give_up(self, running: Running) -> Job:
        def at_the_counter(session: Session, now: datetime) -> None:
            reason = running.case.rng.choice(REASONS_TO_GIVE_UP)
            pickups.give_up(session, running.number, reason, running.case.point.clerk, now=now)

        return at_the_counter

    def _sign(self, running: Running) -> Job:
        def at_the_counter(session: Session, now: datetime) -> None:
            case = running.case
            pickups.sign(session, running.number, BOTH_SIGN, case.point.clerk, now=now)
            if case.lot.way != UNFINISHED:
                self._at(now + timedelta(minutes=case.rng.randint(2, 4)), self._seal(running))

        return at_the_counter

    def _seal(self, running: Running) -> Job:
        def at_the_counter(session: Session, now: datetime) -> None:
            envelope, by = self._envelope(running.case.rng), running.case.point.clerk
            item = pickups.seal(session, running.number, envelope, by, now=now)
            self._send(running, SUBMISSION, item.number, envelope.seal_number, now)

        return at_the_counter

    def _postage(self, session: Session, case: Case, today: date) -> int:
        key = case.point.code, case.agency.code, case.lot.form
        if key not in self._prices:
            agency = places.agency_by_code(session, case.agency.code, today)
            price = tariffs.suggested_price(
                session, case.point.clerk.point_id or 0, agency, case.lot.form, today
            )
            self._prices[key] = price.amount if price is not None else 0
        return self._prices[key]

    def _pickup(
        self, session: Session, case: Case, sender: Person, receiver: Person, today: date
    ) -> Pickup:
        rng = case.rng
        procedure = self._procedure(session, case.code, today)
        money = [Money("fee", procedure.fee or 0), Money("charge", procedure.charge or 0)]
        collected = sum(line.amount for line in money)
        heavier = 4_000 if rng.random() < 0.03 else 0  # than the lightest step of the tariff
        money.append(Money("postage", self._postage(session, case, today) + heavier))
        money.append(Money("remittance", 8_000 if collected else 0))
        return Pickup(
            service_form=case.lot.form,
            procedure_code=case.code,
            agency_code=case.agency.code,
            sender=sender,
            owner=sender,
            receiver=receiver,
            papers=tuple(_counted(paper, rng) for paper in procedure.components),
            money=tuple(money),
        )

    def _procedure(self, session: Session, code: str, today: date) -> catalogue.ProcedureInForce:
        """Give what the form shows of a procedure; its papers stay, whatever a decision changes."""
        if code not in self._procedures:
            self._procedures[code] = catalogue.get(session, code, today)
        return self._procedures[code]

    def _register(self, running: Running) -> Job:
        def at_the_agency(session: Session, now: datetime) -> None:
            case = running.case
            code = self._dossier_code(case.agency, day_of(now))
            registration = Registration(case.code, code, running.receiver, case.point.code)
            by = case.agency.officer
            running.number = agency_desk.register(session, registration, by, now=now).number
            day = office_day_after(day_of(now), case.rng.choice((0, 0, 1, 1, 2, 3)))
            ready = max(clock(day, 14, case.rng.randrange(140)), now + timedelta(minutes=10))
            self._at(ready, self._hand_result(running))

        return at_the_agency

    def _accept(self, running: Running, number: str, condition: str) -> Job:
        def at_the_agency(session: Session, now: datetime) -> None:
            case = running.case
            procedure = self._procedure(session, case.code, day_of(now))
            working_days = procedure.working_days or 5
            due = office_day_after(day_of(now), working_days)
            acceptance = Acceptance(self._dossier_code(case.agency, day_of(now)), due, condition)
            by = case.agency.officer
            agency_desk.accept(session, number, acceptance, by, now=now)
            if case.lot.form == "both":
                took = max(1, round(working_days * case.rng.uniform(0.5, 1.15)))
                ready = clock(office_day_after(day_of(now), took), 14, case.rng.randrange(140))
                self._at(ready, self._hand_result(running))

        return at_the_agency

    def _hand_result(self, running: Running) -> Job:
        def at_the_agency(session: Session, now: datetime) -> None:
            case = running.case
            envelope = self._envelope(case.rng)
            by = case.agency.officer
            item = agency_desk.hand_result(session, running.number, envelope, by, now=now)
            self._send(running, RESULT, item.number, envelope.seal_number, now)

        return at_the_agency

    def _send(self, running: Running, leg: str, number: str, seal: str, now: datetime) -> None:
        """Plan the scans of a leg, with what goes wrong on it."""
        case, scene = running.case, self.scene
        colleague = next(p for p in scene.points.values() if p is not case.point).courier
        road = Road(
            case.rng,
            leg,
            number,
            seal,
            running.receiver.name,
            case.point,
            scene.hub,
            case.agency,
            colleague,
            scene.provincial,
        )
        scans = LEGS[leg](road, now)
        if case.lot.leg == leg:
            scans = TWISTS[case.lot.way](road, scans)
            self.happened[case.lot.way] += 1
        for planned in scans:
            self._post(planned)
        for mending in road.mendings:
            self._at(mending.asked_at, self._ask(number, mending))
        handed = [one for one in scans if one.scan.kind == "handed_to_agency"]
        if handed:
            condition = handed[-1].scan.details.get("condition", "intact")
            at = self._when_accepted(handed[-1], case.rng)
            self._at(at, self._accept(running, number, condition))

    def _post(self, planned: Planned) -> None:
        """Put a scan into the batch that its phone sends."""
        key = planned.sent_at, planned.by.assignment_id
        if key not in self._batches:
            self._at(planned.sent_at, self._batch(key))
        self._batches[key].append(planned)

    def _batch(self, key: tuple[datetime, int]) -> Job:
        def by_phone(session: Session, now: datetime) -> None:
            batch = sorted(self._batches.pop(key), key=lambda one: one.scan.occurred_at)
            verdicts = scanning.take_in(session, [one.scan for one in batch], batch[0].by, now=now)
            self.happened.update(str(verdict.outcome) for verdict in verdicts)

        return by_phone

    def _ask(self, number: str, mending: Mending) -> Job:
        def at_the_point(session: Session, now: datetime) -> None:
            asked = corrections.ask(
                session, number, mending.fact, mending.reason, mending.asked_by, now=now
            )
            if mending.settled_at is not None:
                self._at(mending.settled_at, self._settle(asked.id, mending))

        return at_the_point

    @staticmethod
    def _settle(correction_id: int, mending: Mending) -> Job:
        def at_the_province(session: Session, now: datetime) -> None:
            corrections.settle(
                session, correction_id, mending.settled_by, approved=mending.approved, now=now
            )

        return at_the_province

    @staticmethod
    def _when_accepted(handed: Planned, rng: Random) -> datetime:
        """Give when the officer opens the envelope: the same afternoon, or some morning after."""
        today = day_of(handed.sent_at)
        if handed.sent_at <= clock(today, 12, 30) and rng.random() < 0.85:
            return clock(today, 14, rng.randrange(150))
        return clock(office_day_after(today, rng.choice((1, 1, 1, 2))), 8, rng.randrange(180))

    @staticmethod
    def _envelope(rng: Random) -> Envelope:
        return Envelope(f"NP{rng.randrange(10**6):06d}", rng.randint(30, 640))

    def _dossier_code(self, agency: Office, today: date) -> str:
        given = self._codes[agency.code, today]
        self._codes[agency.code, today] += 1
        serial = given * self._share.step + self._share.first + 1
        return f"{agency.code}-{today:%y%m%d}-{serial:04d}"


def _counted(paper: Component, rng: Random) -> Paper:
    """Give a paper as it was counted; what need not be there is sometimes not."""
    if "(nếu có)" in paper.name and rng.random() < 0.4:
        return Paper(paper.name, paper.kind, paper.count, 0, 0, "không thuộc trường hợp này")
    return Paper(paper.name, paper.kind, paper.count, paper.count, rng.randint(1, 4))
