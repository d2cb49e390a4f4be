"""Makers of results on their way to the citizen: one or several in an envelope, and out."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy.orm import Session

from models.calendar import CalendarDay, PublishedYear
from models.dossiers import Dossier
from models.items import Item
from postal_app import agency_desk, scanning
from postal_app.agency_desk import Acceptance
from postal_app.envelopes import Envelope, make_item
from postal_app.hand_outs import HandOut, Receiver
from postal_app.rules.calendar import DayKind
from postal_app.rules.legs import RESULT
from postal_app.scan_verdicts import Verdict
from tests.makers import NINE, Town, bring_to_agency, minutes, scan, take_in

MAI = Receiver("Đinh Thị Mai", "self")
BROTHER = Receiver("Đinh Công Sơn", "sibling")
GIVEN = {"receiver": "Đinh Thị Mai", "relation": "self", "proof": "signature"}
TET_2026 = (16, 17, 18, 19, 20)  # February; mùng 1 is the 17th, the 23rd is off in exchange


def at(day: date, hour: int = 9) -> datetime:
    """Give an hour of a day in Hòa Bình."""
    return datetime.combine(day, time(hour), UTC) - timedelta(hours=7)


def publish_tet(session: Session, town: Town) -> None:
    """Publish the calendar of 2026: Tết from Monday 16 to Friday 20 February, the 23rd off."""
    days = {date(2026, 2, day): DayKind.HOLIDAY for day in TET_2026}
    days[date(2026, 2, 23)] = DayKind.REST
    session.add(
        PublishedYear(
            province_id=town.province.id,
            year=2026,
            version=1,
            rest_weekdays=[5, 6],
            half_weekdays=[],
            imported_at=NINE,
            imported_by="thao",
            days=[
                CalendarDay(day=day, kind=kind, name="Tết Bính Ngọ", source="TB 2026")
                for day, kind in days.items()
            ],
        )
    )
    session.flush()


def settled(session: Session, town: Town, at_agency: datetime = NINE) -> Dossier:
    """Give Bà Mai's dossier, taken in, brought to the agency and accepted by it."""
    item = take_in(session, town, at_agency)
    bring_to_agency(session, town, item)
    dossier = item.legs[0].dossier
    code = f"H28.16-260302-{dossier.id:04d}"
    acceptance = Acceptance(code, date(2026, 3, 9), "intact")
    agency_desk.accept(session, item.number, acceptance, town.officer, now=minutes(180))
    return dossier


def result_of(
    session: Session, town: Town, *dossiers: Dossier, collected: datetime | None = None
) -> Item:
    """Put results into one envelope and let the courier collect it and go out with it."""
    moment = collected or minutes(240)
    made = make_item(session, RESULT, dossiers, Envelope("NP0002", 40), now=moment)
    on_the_way = [
        scan(made.number, "result_collected", moment, condition="intact"),
        scan(made.number, "out_for_delivery", moment + timedelta(minutes=5)),
    ]
    scanning.take_in(session, on_the_way, town.courier, now=moment + timedelta(minutes=5))
    return made


def result_out(session: Session, town: Town) -> Item:
    """Give Bà Mai's result, out with anh Dũng."""
    return result_of(session, town, settled(session, town))


def tell(
    session: Session, town: Town, number: str, kind: str, moment: datetime, **details: str
) -> Verdict:
    """Let the courier scan one thing at a moment."""
    return scanning.take_in(
        session, [scan(number, kind, moment, **details)], town.courier, now=moment
    )[0]


def failed(session: Session, town: Town, number: str, moment: datetime, **details: str) -> None:
    """Let the courier go out, find nobody, leave a notice and bring the item back to Lương Sơn."""
    said = {"reason": "absent", "next_action": "again", "notice": "paper"} | details
    tell(session, town, number, "out_for_delivery", moment)
    tell(session, town, number, "attempt_failed", moment + timedelta(minutes=30), **said)
    back = [scan(number, "arrived", moment + timedelta(hours=2))]
    scanning.take_in(session, back, town.clerk, now=moment + timedelta(hours=2))


def hand_out_of(number: str, receiver: Receiver = MAI, **changes: object) -> HandOut:
    """Give a plain hand-out to Bà Mai, signed on paper."""
    return replace(HandOut(number, receiver, "slip"), **changes)
