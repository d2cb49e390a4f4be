"""Makers of the way back, and of what happens to it years later: the sweep."""

from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy.orm import Session

from models.items import Item
from postal_app import agency_desk, demands, erasing, scanning
from postal_app.demands import Demanded
from postal_app.envelopes import Envelope
from postal_app.rules.handing_out import PHOTO
from tests.makers import NINE, Town, accept, bring_to_agency, minutes, scan, take_in

A_YEAR = NINE + timedelta(days=366)
THREE_YEARS = NINE + timedelta(days=3 * 366)
ELEVEN_YEARS = NINE + timedelta(days=11 * 366)


def result_on_its_way(session: Session, town: Town, submission: Item) -> Item:
    """Bring the result of an accepted dossier onto the courier's way to the citizen."""
    dossier = submission.legs[0].dossier
    made = agency_desk.hand_result(
        session, dossier.number, Envelope("NP0002", 40), town.officer, now=minutes(200)
    )
    scans = [
        scan(made.number, "result_collected", minutes(210), condition="intact"),
        scan(made.number, "out_for_delivery", minutes(220)),
    ]
    scanning.take_in(session, scans, town.courier, now=minutes(221))
    return made


def deliver_result(session: Session, town: Town, submission: Item) -> Item:
    """Give the result of an accepted dossier to Ông Xa Văn Nghĩa, the husband; proof seen."""
    made = result_on_its_way(session, town, submission)
    said = {"receiver": "Xa Văn Nghĩa", "relation": "spouse", "proof": "signature"}
    delivered = scan(made.number, "delivered", minutes(300), **said)
    scanning.take_in(session, [delivered], town.courier, now=minutes(301))
    return made


def photographed_result(session: Session, town: Town, code: str = "H28.16-260302-0001") -> Item:
    """Bring a result onto its way whose hand-out asks for photos."""
    submission = take_in(session, town)
    bring_to_agency(session, town, submission)
    accept(session, town, submission, code)
    asked = Demanded(identity_level=PHOTO)
    demands.set_demands(session, submission.legs[0].dossier, asked, town.officer, now=NINE)
    return result_on_its_way(session, town, submission)


def a_finished_dossier(session: Session, town: Town, code: str = "H28.16-260302-0001") -> Item:
    """Give the item whose result Bà Mai's husband received at noon."""
    submission = take_in(session, town)
    bring_to_agency(session, town, submission)
    accept(session, town, submission, code)
    return deliver_result(session, town, submission)


def swept(session: Session, now: datetime) -> dict[str, int]:
    """Erase everything that is due and give how much of each thing went."""
    run, gone = uuid4(), {}
    for planned in erasing.plan(session, now=now):
        last = None
        while batch := erasing.erase_batch(session, planned, run, last, now=now):
            last = batch.last
            gone[planned.sweep.thing] = gone.get(planned.sweep.thing, 0) + batch.count
    return gone
