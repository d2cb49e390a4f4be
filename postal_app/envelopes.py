"""Envelopes: what is sealed, weighed and numbered, and becomes an item of the ledger."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from models.dossiers import Dossier
from models.items import Item, Leg
from postal_app import numbers
from postal_app.errors import Invalid
from postal_app.instants import WHOLE
from postal_app.ledger import NewFact, own_holder, record
from postal_app.locked_items import opening_holder
from postal_app.rules.chain import START
from postal_app.rules.integrity import Integrity
from postal_app.rules.legs import TO_CITIZEN
from postal_app.rules.roles import Actor, Role
from postal_app.rules.vietnamese import tidy
from postal_app.rules.vocabulary import State
from postal_app.rules.words import Words

HEAVIEST_GRAMS = 30_000


class BadWeight(Invalid):
    """The weight is not one a letter scale shows."""

    words = Words(
        "Khối lượng phải từ 1 đến 30.000 gam.", "The weight must be from 1 to 30,000 grams."
    )


class SealMissing(Invalid):
    """An envelope needs the number of its seal."""

    words = Words("Hãy nhập số niêm phong trên bì.", "Give the number of the seal on the envelope.")


@dataclass(frozen=True, slots=True)
class Envelope:
    """The sealed envelope; weight in grams.

    `number` is the item number that its slip has borne since the counting; empty: a fresh one.
    """

    seal_number: str
    weight_grams: int
    number: str = ""


@dataclass(frozen=True, slots=True)
class Bound:
    """Between which places an envelope travels.

    `from_agency_id` is the sender of a transfer; `returns_id` the item that goes back in it.
    """

    point_id: int
    agency_id: int
    from_agency_id: int | None = None
    returns_id: int | None = None

    @classmethod
    def of(cls, dossier: Dossier, leg: str) -> "Bound":
        """Give the ordinary ends: a dossier's point and its agency."""
        given_out = dossier.return_point_id if leg in TO_CITIZEN else None
        return cls(given_out or dossier.point_id, dossier.agency_id)


def make_item(
    session: Session,
    leg: str,
    dossiers: Sequence[Dossier],
    envelope: Envelope,
    *,
    now: datetime,
    bound: Bound | None = None,
) -> Item:
    """Make a sealed envelope an item, as it is before its first fact.

    Args:
        leg: for which purpose, one of `rules.legs.LEGS`.
        dossiers: what lies in it, at least one; the first decides its ends when no `bound` does.

    Raises:
        SealMissing, BadWeight: the envelope's values cannot be used.
        SeriesUsedUp: no item number is left.
    """
    seal_number = tidy(envelope.seal_number).upper()
    if not seal_number:
        raise SealMissing(field="seal_number")
    if not 1 <= envelope.weight_grams <= HEAVIEST_GRAMS:
        raise BadWeight(field="weight_grams")
    ends = bound or Bound.of(dossiers[0], leg)
    item = Item(
        number=envelope.number or numbers.next_item_number(session),
        leg=leg,
        point_id=ends.point_id,
        agency_id=ends.agency_id,
        from_agency_id=ends.from_agency_id,
        returns_id=ends.returns_id,
        seal_number=seal_number,
        weight_grams=envelope.weight_grams,
        created_at=now,
        state=State.EXPECTED,
        integrity=Integrity.NOT_CHECKED,
        outcome="",
        proven=False,
        closed=False,
        changed_at=now,
        entries=0,
        digest=START,
        legs=[Leg(dossier=dossier, kind=leg) for dossier in dossiers],
    )
    item.holder_kind, item.holder_id = opening_holder(item)
    _wait_for_one_more(dossiers, leg)
    session.add(item)
    session.flush()  # the ledger names the item by its id
    return item


def _wait_for_one_more(dossiers: Sequence[Dossier], leg: str) -> None:
    if leg in WHOLE:
        for dossier in dossiers:
            setattr(dossier, WHOLE[leg], None)


def take_over(session: Session, item: Item, by: Actor, *, now: datetime) -> Item:
    """Record that the post has an envelope which was sealed before its sender.

    A clerk takes it over for the point, a courier at an address answers for it himself.
    """
    fact = NewFact(
        item.id,
        uuid.uuid4(),
        "accepted_at_home" if by.role is Role.COURIER else "accepted",
        now,
        by,
        taker=own_holder(by),
        condition=Integrity.INTACT,
        details={"seal": item.seal_number},
    )
    record(session, [fact], now=now)
    return item
