"""Addressees: to whom an item goes, by the leg it is for.

What comes back goes to whoever sent it; of several dossiers in one envelope the first speaks.
"""

from dataclasses import dataclass

from models.dossiers import Party
from models.items import Item
from models.places import ServicePoint
from postal_app.rules.legs import RETURN_TO_CITIZEN, TO_AGENCY

WAITS_AT = "Nhận tại {point} ({code})"


@dataclass(frozen=True, slots=True)
class Addressee:
    """Who is to have an item; `person` None when that is the agency."""

    name: str
    address: str
    phone: str
    person: Party | None = None


def person_of(item: Item) -> Party | None:
    """Give the person an item goes to; None for an envelope to an agency."""
    if item.leg in TO_AGENCY or not item.legs:
        return None
    parties = {one.part: one for one in item.legs[0].dossier.parties}
    first, other = ("sender", "receiver") if item.leg == RETURN_TO_CITIZEN else ("receiver", "")
    return parties.get(first) or parties.get(other)


def addressee(item: Item) -> Addressee:
    """Give whom an item goes to."""
    person = person_of(item)
    if person is None:
        return Addressee(item.agency.name, item.agency.address, "")
    waits_at = waiting_point(item)
    where = person.address
    if waits_at is not None:
        where = f"{WAITS_AT.format(point=waits_at.name, code=waits_at.code)}, {waits_at.address}"
    return Addressee(person.name, where, person.phone, person)


def waiting_point(item: Item) -> ServicePoint | None:
    """Give the point where the receiver wished to fetch it; None where it is brought to him."""
    if item.leg in TO_AGENCY or item.leg == RETURN_TO_CITIZEN or not item.legs:
        return None
    return item.legs[0].dossier.return_point


def destination(item: Item) -> str:
    """Give where an item goes, for lists: an agency or a point by its name, never a person."""
    if item.leg in TO_AGENCY:
        return item.agency.name
    waits_at = waiting_point(item)
    return WAITS_AT.format(point=waits_at.name, code=waits_at.code) if waits_at else ""
