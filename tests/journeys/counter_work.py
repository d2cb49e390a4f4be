"""The counter's further work for a lively archive: supplements, home collection, shared seals."""

from sqlalchemy.orm import Session

from models.items import Item
from postal_app import collection_calls, pickups, sealing, supplements
from postal_app.collection_calls import NewCall
from postal_app.envelopes import Envelope
from postal_app.pickup_form import Money, Paper, SignedBy
from postal_app.rules.roles import Actor
from postal_app.supplements import Supplement
from tests.makers import TODAY, Town, minutes, pickup_of, take_in

BOTH = [SignedBy("clerk"), SignedBy("sender")]
PHOTO = Supplement(
    (Paper("Ảnh thẻ 3 × 4 cm", "original", 2, 2),), "citizen", (Money("postage", 26_000),)
)


def counter_work(session: Session, town: Town) -> dict[str, object]:
    """Leave further papers and pickups at home at each gate, and a call of each kind."""
    sent = take_in(session, town, now=minutes(370))
    further = {
        f"further_{gate}": _papers(session, sent, gate, town.clerk)
        for gate in ("counted", "signed", "sealed", "given_up")
    }
    further["home_papers"] = _papers(session, sent, "sealed", town.courier)
    together = [_at_home(session, "signed", town.clerk) for _ in range(2)]
    sealing.seal_together(session, together, Envelope("NP8000", 200), town.clerk, now=minutes(376))
    wish = NewCall("Xa Thị Nghĩa", "0987654321", "Xóm Bãi, xã Tân Vinh", TODAY, "sau 17 giờ")
    waiting, answered = (
        collection_calls.ask(session, wish, town.clerk, now=minutes(377)).id for _ in range(2)
    )
    said = ("other", "đường ngập", town.courier)
    collection_calls.failed(session, answered, *said, now=minutes(378))
    return {
        **further,
        "home_counted": _at_home(session, "counted", town.courier),
        "home_signed": _at_home(session, "signed", town.courier),
        "home_sealed": _at_home(session, "sealed", town.courier),
        "together": together[0],
        "call": waiting,
    }


def _papers(session: Session, sent: Item, gate: str, by: Actor) -> str:
    """Bring further papers to a gate; give the number on their slip."""
    found = supplements.find(session, sent.legs[0].dossier.number, "", by)
    sending = supplements.open_supplement(session, found, PHOTO, by, now=minutes(371))
    number = sending.reserved_number
    if gate == "given_up":
        supplements.give_up(session, number, "về lấy thêm", by, now=minutes(372))
    if gate in ("signed", "sealed"):
        supplements.sign(session, number, BOTH, by, now=minutes(372))
    if gate == "sealed":
        supplements.seal(session, number, Envelope("NP7000", 30), by, now=minutes(373))
    return number


def _at_home(session: Session, gate: str, by: Actor) -> str:
    """Bring a pickup to a gate; give the number of the dossier."""
    number = pickups.open_pickup(session, pickup_of(), by, now=minutes(374)).number
    if gate != "counted":
        pickups.sign(session, number, BOTH, by, now=minutes(375))
    if gate == "sealed":
        pickups.seal(session, number, Envelope("NP9000", 30), by, now=minutes(376))
    return number
