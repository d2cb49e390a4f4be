"""The days on which the points hand state money over to the agencies, and the agencies answer."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from postal_app import money
from postal_app.demo.hours import clock, days, office_day_after
from postal_app.demo.province import Scene
from postal_app.rules.periods import Period

FRIDAY = 4
EVERY_SO_MANY = 25
"""Of so many vouchers one is refused, because the agency counted another amount."""

WHY_REFUSED = "Số tiền nhận được thiếu so với phiếu giao"


@dataclass(slots=True)
class MoneyDays:
    """What was handed over and waits for its answer; every second Friday the money goes."""

    scene: Scene
    waiting: list[tuple[str, int]] = field(default_factory=list)
    handed: int = 0

    def hand_over(self, session: Session, now: datetime) -> None:
        """Let every point hand over what it holds, one voucher for each agency."""
        for point in self.scene.points.values():
            for held in money.held(session, point.clerk):
                ready = [one.number for one in held.receipts if one.ready]
                if ready:
                    made = money.hand_over(session, held.agency_id, ready, point.clerk, now=now)
                    self.waiting.append((made.number, held.agency_id))

    def answer(self, session: Session, now: datetime) -> None:
        """Let the agencies confirm what waits; one in so many is refused and held again."""
        officers = {one.officer.agency_id: one.officer for one in self.scene.offices}
        for number, agency_id in self.waiting:
            self.handed += 1
            if self.handed % EVERY_SO_MANY == 0:
                money.refuse(session, number, WHY_REFUSED, officers[agency_id], now=now)
            else:
                reference = f"PT-{self.handed:05d}"
                money.confirm(session, number, reference, officers[agency_id], now=now)
        self.waiting.clear()


def hand_over_at(months: Period) -> list[datetime]:
    """Give when money is handed over: every second Friday, after the counters closed."""
    fridays = [day for day in days(months) if day.weekday() == FRIDAY]
    return [clock(day, 17, 30) for day in fridays[1::2]]


def answered_at(day: date) -> datetime:
    """Give when the agencies answer what was handed over on a day: two office days later."""
    return clock(office_day_after(day, 2), 17) + timedelta(minutes=30)
