"""Envelopes of one run: sealed at the counter, or waiting at an agency, and what is done to them.

Most of what somebody scans goes on as it should; the rest is anything at all.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import NamedTuple

from sqlalchemy.orm import Session

from drills.fleet.town import AGENCY_CODE, CLERK, COURIERS, OFFICER, PROCEDURE, SECOND, Town
from models.dossiers import Dossier
from postal_app import pickups
from postal_app.envelopes import Bound, Envelope, make_item, take_over
from postal_app.pickup_form import Paper, Person, Pickup, SignedBy
from postal_app.rules.codes import item_number
from postal_app.rules.legs import ANSWER, RESULT, SUPPLEMENT, TO_AGENCY, TRANSFER
from postal_app.rules.undeliverable import REASONS
from postal_app.rules.vocabulary import KINDS

MAI = Person("Đinh Thị Mai", "0912345678", "Xóm Đồng, xã Tân Vinh, huyện Lương Sơn, Hòa Bình")
PAPERS = (Paper("Đơn đề nghị theo mẫu", "original", 1, 1, 2),)
GRAMS = 120
FURTHER_LEGS = (SUPPLEMENT, RESULT, ANSWER, TRANSFER)

SCANNED = sorted(name for name, kind in KINDS.items() if kind.scanned)
NOT_SCANNED = ("accepted", "corrected", "agency_received", "bay_lên_trời", "")
CONDITIONS = ("", "", "intact", "intact", "intact", "damaged", "seal_broken", "mới tinh")
SAID = {
    "note": "bì ướt một góc",
    "manner": "phone",
    "proof": "signature",
    "receiver": MAI.name,
    "relation": "self",
}

DEPARTS, ARRIVES = ("departed", COURIERS), ("arrived", (CLERK, SECOND))
TO_DOOR, FAILS = ("out_for_delivery", COURIERS), ("attempt_failed", COURIERS)
HANDED, DELIVERED = ("handed_to_agency", COURIERS), ("delivered", COURIERS)
SEEN = ("proof_seen", (CLERK, SECOND))
EVERYBODY = (*COURIERS, CLERK, SECOND, OFFICER)


class Errand(NamedTuple):
    """Somebody scans something: who may, what he reads off the label, and what he says of it."""

    who: tuple[str, ...]
    code: str
    kind: str
    details: Mapping[str, str]


@dataclass(slots=True)
class Carried:
    """An envelope as the people see it; `done` is how far along its way it is."""

    item_id: int
    number: str
    leg: str
    seal: str
    done: int = 0

    def next_step(self) -> tuple[str, tuple[str, ...]]:
        """Give what should happen to it next, and who may do that."""
        if self.leg in TO_AGENCY:
            way = [DEPARTS, ARRIVES, DEPARTS, HANDED]
            way = [("collected_from_agency", COURIERS), *way] if self.leg == TRANSFER else way
        else:
            first = "result_collected" if self.leg == RESULT else "collected_from_agency"
            way = [(first, COURIERS), ARRIVES, TO_DOOR, FAILS, TO_DOOR, DELIVERED, SEEN]
        return way[min(self.done, len(way) - 1)]


def open_dossier(session: Session, town: Town, *, now: datetime) -> Dossier:
    """Take a dossier in at the counter up to the seal."""
    clerk = town.people[CLERK]
    form = Pickup("both", PROCEDURE, AGENCY_CODE, MAI, MAI, MAI, PAPERS)
    dossier = pickups.open_pickup(session, form, clerk, now=now)
    both = [SignedBy("clerk"), SignedBy("sender")]
    return pickups.sign(session, dossier.number, both, clerk, now=now)


def seal_some(
    session: Session, town: Town, dossier: Dossier, rng: Random, count: int, now: datetime
) -> list[Carried]:
    """Seal so many envelopes of a dossier, at the counter or where another leg begins."""
    clerk = town.people[CLERK]
    items = []
    if dossier.sealed_at is None:
        sealed = Envelope("DT0", GRAMS)
        items = [pickups.seal(session, dossier.number, sealed, clerk, now=now)]
    for place in range(len(items) + 1, count + 1):
        leg = rng.choice(FURTHER_LEGS)
        sender = town.other_agency_id if leg == TRANSFER else None
        bound = Bound(town.point_id, town.agency_id, sender)
        sealed = Envelope(f"DT{place}", GRAMS)
        items.append(make_item(session, leg, [dossier], sealed, now=now, bound=bound))
        if leg == SUPPLEMENT:
            take_over(session, items[-1], clerk, now=now)
    return [Carried(item.id, item.number, item.leg, item.seal_number) for item in items]


def errand(carried: list[Carried], rng: Random) -> Errand:
    """Draw what somebody does next with one of the envelopes."""
    envelope = rng.choice(carried)
    kind, who = _on_its_way(envelope) if rng.random() < 0.75 else _anything(rng)
    return Errand(who, _read_off(envelope, rng), kind, _told(envelope, kind, rng))


def _on_its_way(envelope: Carried) -> tuple[str, tuple[str, ...]]:
    step = envelope.next_step()
    envelope.done += 1
    return step


def _anything(rng: Random) -> tuple[str, tuple[str, ...]]:
    return rng.choice(SCANNED if rng.random() < 0.9 else NOT_SCANNED), EVERYBODY


def _read_off(envelope: Carried, rng: Random) -> str:
    """Give what a scanner reads: the number as printed or typed, the label's text, or rubbish."""
    chance = rng.random()
    if chance < 0.8:
        return envelope.number
    if chance < 0.87:
        return f"{envelope.number[:2]}-{envelope.number[2:-2]} {envelope.number[-2:]}".lower()
    if chance < 0.94:
        return f"HTTPS://BUUCHINH.VN/T/{envelope.number}/0123BCGH"
    return rng.choice((item_number("XX", rng.randrange(10**8)), "không đọc được", ""))


def _told(envelope: Carried, kind: str, rng: Random) -> dict[str, str]:
    """Give what is said of the event: mostly what it needs, sometimes too little or wrong."""
    needs = KINDS[kind].needs if kind in KINDS else ()
    told = {name: SAID[name] for name in needs if name in SAID and rng.random() < 0.97}
    if "reason" in needs:
        reason = rng.choice(sorted(REASONS))
        told |= {"reason": reason, "text": "chó dữ"}
        told["next_action"] = rng.choice(REASONS[reason].actions)
    if condition := rng.choice(CONDITIONS):
        told["condition"] = condition
    if rng.random() < 0.3:
        told["seal"] = envelope.seal if rng.random() < 0.8 else "KHÁC-1"
    return told
