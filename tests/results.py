"""Makers of the way back: a result collected from the agency and given to a relative."""

from sqlalchemy.orm import Session

from models.items import Item
from postal_app import agency_desk, scanning
from postal_app.envelopes import Envelope
from tests.makers import Town, minutes, scan


def deliver_result(session: Session, town: Town, submission: Item) -> Item:
    """Bring the result of an accepted dossier to Ông Xa Văn Nghĩa, the husband; proof seen."""
    dossier = submission.legs[0].dossier
    made = agency_desk.hand_result(
        session, dossier.number, Envelope("NP0002", 40), town.officer, now=minutes(200)
    )
    said = {"receiver": "Xa Văn Nghĩa", "relation": "spouse", "proof": "signature"}
    scans = [
        scan(made.number, "result_collected", minutes(210), condition="intact"),
        scan(made.number, "out_for_delivery", minutes(220)),
        scan(made.number, "delivered", minutes(300), **said),
    ]
    scanning.take_in(session, scans, town.courier, now=minutes(301))
    return made
