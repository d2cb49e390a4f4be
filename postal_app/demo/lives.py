"""A dossier that leaves the plain way: its life told as one story, step after step.

A life is a generator. It yields the instant of its next step and goes on in that step's own
transaction, so that each step is one person's work at one desk, as it would be.
"""

from collections.abc import Callable, Generator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import TypeVar
from uuid import UUID

from sqlalchemy.orm import Session

from models.dossiers import Dossier
from postal_app import (
    agency_desk,
    agency_dossiers,
    agency_envelopes,
    agency_receipts,
    agency_records,
    hand_outs,
    pickups,
    scanning,
    signed_lists,
)
from postal_app.agency_desk import Acceptance
from postal_app.agency_receipts import CountedPaper, Receipt
from postal_app.demo.cases import Case
from postal_app.demo.hours import clock, office_day_after, post_day_after
from postal_app.demo.province import Office, Scene
from postal_app.envelopes import Envelope
from postal_app.hand_outs import HandedOut, HandOut, Receiver
from postal_app.ledger import DESK, DeviceClock
from postal_app.pickup_form import Person, Pickup, SignedBy
from postal_app.rules.roles import Actor, Role
from postal_app.rules.vietnamese import day_of
from postal_app.scan_verdicts import Outcome
from postal_app.scanning import Scan

Given = TypeVar("Given")

Steps = Generator[datetime, None, None]
Told = Generator[datetime, None, Given]
"""Steps that give something in the end."""

BOTH_SIGN = (SignedBy("clerk"), SignedBy("sender"))
SELF = "self"


@dataclass(slots=True)
class Desk:
    """What the story knows and every life needs: forms as the clerks fill them, fresh codes."""

    scene: Scene
    pickup: Callable[[Session, Case, Person, Person, date], Pickup]
    code: Callable[[Office, date], str]
    person: Callable[[Case], Person]


@dataclass(slots=True)
class Life:
    """One dossier and those who have to do with it; `session` and `now` are the step's own."""

    case: Case
    desk: Desk
    sender: Person
    receiver: Person
    session: Session = field(init=False)
    now: datetime = field(init=False)
    sequence: int = 0

    @property
    def clerk(self) -> Actor:
        """Give the clerk of the dossier's point."""
        return self.case.point.clerk

    @property
    def courier(self) -> Actor:
        """Give the courier of the dossier's point."""
        return self.case.point.courier

    @property
    def officer(self) -> Actor:
        """Give the officer of the agency it was taken in for."""
        return self.case.agency.officer

    def minute(self, hours: int) -> int:
        """Give a minute somewhere within so many hours."""
        return self.case.rng.randrange(hours * 60)

    def later(self, minutes: int) -> datetime:
        """Give the instant some minutes after this step."""
        return self.now + timedelta(minutes=minutes)

    def morning(self, days: int = 1) -> datetime:
        """Give a moment in the morning so many office days on."""
        return clock(office_day_after(day_of(self.now), days), 8, self.minute(2))

    def round(self, days: int = 1) -> datetime:
        """Give when the courier sets out, so many days of the post on."""
        day = day_of(self.now)
        for _ in range(days):
            day = post_day_after(day)
        return clock(day, 7, 15 + self.case.rng.randrange(30))

    def envelope(self) -> Envelope:
        """Give an envelope with a fresh seal."""
        rng = self.case.rng
        return Envelope(f"NP{rng.randrange(10**6):06d}", rng.randint(30, 640))

    def pickup(self, **changes: object) -> Pickup:
        """Give the form as the clerk fills it in."""
        made = self.desk.pickup(
            self.session, self.case, self.sender, self.receiver, day_of(self.now)
        )
        return replace(made, **changes)  # type: ignore[arg-type]  # named by the callers below

    def scan(self, kind: str, number: str, by: Actor, **details: str) -> None:
        """Record one scan.

        Raises:
            RuntimeError: it was refused; the story is told wrongly.
        """
        self.sequence += 1
        identity = self.identity()
        phone = DeviceClock(f"PDA-{by.point_id}-{by.account_id}", self.now, sequence=self.sequence)
        made = Scan(
            identity, number, kind, self.now, details, phone if by.role is Role.COURIER else DESK
        )
        verdict = scanning.take_in(self.session, [made], by, now=self.now)[0]
        if verdict.outcome is Outcome.REFUSED:
            raise RuntimeError(f"{kind} of {number} was refused: {verdict.words.vi}")

    def identity(self) -> UUID:
        """Give the id of a fresh scan."""
        return UUID(int=self.case.rng.getrandbits(128), version=4)

    def dossier(self, number: str, by: Actor | None = None) -> Dossier:
        """Give a dossier as its agency finds it."""
        return agency_dossiers.find(self.session, number, by or self.officer)

    # Parts of a way that many lives share.

    def taken_in(self, by: Actor | None = None, **changes: object) -> Told[tuple[str, str]]:
        """Pass the three gates; give the dossier's number and its item's."""
        who = by or self.clerk
        number = pickups.open_pickup(self.session, self.pickup(**changes), who, now=self.now).number
        yield self.later(3)
        pickups.sign(self.session, number, BOTH_SIGN, who, now=self.now)
        yield self.later(3)
        item = pickups.seal(self.session, number, self.envelope(), who, now=self.now)
        return number, item.number

    def brought(self, number: str) -> Steps:
        """Bring an envelope to the agency it is bound for."""
        yield self.morning()
        self.scan("departed", number, self.courier)
        yield self.later(70)
        self.scan("handed_to_agency", number, self.courier, condition="intact")

    def not_taken(self, number: str) -> Steps:
        """Offer an envelope to the agency it is bound for, which does not take it."""
        yield self.morning()
        self.scan("out_for_delivery", number, self.courier)
        yield self.later(70)
        yield from self.in_vain(number, "agency_refuses", "return")

    def received(self, number: str, by: Actor | None = None, *, lend: bool = False) -> Steps:
        """Let the agency count an envelope again and both sign; `lend` keeps the first original."""
        yield self.later(60)
        officer = by or self.officer
        item = agency_receipts.envelope(self.session, number, officer)
        lists = signed_lists.of_item(self.session, item)
        counted = {
            leg.dossier.number: [
                CountedPaper(line.papers, place, lent=lend and line.papers.kind == "original")
                for place, line in enumerate(lists[leg.dossier_id])
            ]
            for leg in item.legs
        }
        receipt = Receipt("intact", counted)
        record = agency_receipts.receive(
            self.session, number, receipt, officer, now=self.now
        ).number
        yield self.later(15)
        if any(one.number == record for one in agency_records.to_sign(self.session, self.courier)):
            agency_records.reply(self.session, record, "agreed", "", self.courier, now=self.now)

    def accepted(self, number: str, by: Office | None = None) -> None:
        """Let the agency accept the dossier in an envelope."""
        agency = by or self.case.agency
        today = day_of(self.now)
        said = Acceptance(self.desk.code(agency, today), office_day_after(today, 8), "intact")
        agency_desk.accept(self.session, number, said, agency.officer, now=self.now)

    def in_work(self, **changes: object) -> Told[str]:
        """Take a dossier in and bring it into the agency's work; give its number."""
        number, item = yield from self.taken_in(None, **changes)
        yield from self.brought(item)
        yield self.later(60)
        self.accepted(item)
        return number

    def result(self, number: str, by: Actor | None = None) -> str:
        """Settle a dossier and close the envelope with its result; give the item's number."""
        officer = by or self.officer
        envelope = self.envelope()
        return agency_desk.hand_result(self.session, number, envelope, officer, now=self.now).number

    def results(self, numbers: list[str], lent: list[int]) -> str:
        """Settle dossiers and close one envelope with all their results; give its number."""
        for number in numbers:
            agency_desk.settle(self.session, number, self.officer, now=self.now)
        return agency_envelopes.send_results(
            self.session, numbers, self.envelope(), self.officer, now=self.now, lent=lent
        ).number

    def out(self, number: str, kind: str = "result_collected") -> Steps:
        """Fetch an envelope at the agency and go out with it the next day."""
        yield self.morning()
        self.scan(kind, number, self.courier, condition="intact")
        yield self.later(120)
        self.scan("arrived", number, self.courier)
        yield self.round()
        self.scan("out_for_delivery", number, self.courier)
        yield self.later(60 + self.minute(6))

    def delivered(self, number: str, to: Person | None = None) -> None:
        """Deliver an envelope to its receiver."""
        said = {"receiver": (to or self.receiver).name, "relation": SELF, "proof": "signature"}
        self.scan("delivered", number, self.courier, condition="intact", **said)

    def hand_out(self, number: str, by: Actor | None = None, **more: object) -> HandedOut:
        """Hand an envelope out on the page that asks for all that has to be taken first."""
        asked = replace(
            HandOut(number, Receiver(self.receiver.name, SELF), "signature", "intact"),
            **more,  # type: ignore[arg-type]  # named by the callers
        )
        return hand_outs.hand_out(self.session, asked, by or self.courier, now=self.now)

    def in_vain(self, number: str, reason: str, action: str, notice: str = "") -> Steps:
        """Note an attempt in vain, and bring the envelope back to the point."""
        told = {"reason": reason, "next_action": action}
        if notice:
            told["notice"] = notice
        self.scan("attempt_failed", number, self.courier, **told)
        yield self.later(90)
        self.scan("arrived", number, self.clerk)
