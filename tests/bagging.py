"""Bags and lists with faces, through the desks: what lies in a bag from Lương Sơn to Hòa Bình."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.bags import Bag
from models.handovers import Difference, Handover
from models.items import Item
from models.ledger import LedgerEntry
from postal_app import bags, handovers, scanning
from postal_app.bags import Handled, Seen
from postal_app.handovers import NewHandover
from postal_app.rules.handovers import ListKind
from postal_app.rules.roles import Actor
from tests.makers import Town, minutes, scan, take_in

SEAL = "TK0001"
HOA_BINH = "350100"


def packed(session: Session, town: Town, count: int = 2) -> tuple[Bag, list[Item]]:
    """Put dossiers in a bag from Lương Sơn to Hòa Bình and seal it."""
    bag = bags.make(session, HOA_BINH, town.clerk, now=minutes(1))
    items = [take_in(session, town) for _ in range(count)]
    for item in items:
        bags.put_in(session, bag.number, Handled(item.number), town.clerk, now=minutes(10))
    bags.seal(session, bag.number, SEAL, town.clerk, now=minutes(15))
    return bag, items


def opened(session: Session, town: Town, bag: Bag, at: datetime | None = None) -> Bag:
    """Open a bag at Hòa Bình, its seal read as it was put on."""
    seen = Seen("intact", SEAL)
    return bags.open_bag(session, bag.number, seen, town.other_clerk, now=at or minutes(100))


def bd10(session: Session, town: Town, *codes: str, number: str = "") -> Handover:
    """List things from Lương Sơn for Hòa Bình."""
    new = NewHandover(ListKind.BD10, codes, HOA_BINH, minutes(20), number)
    return handovers.close(session, new, town.clerk, now=minutes(21))


def bd13(session: Session, by: Actor, courier: Actor, *codes: str) -> Handover:
    """List items for a courier of the same point."""
    new = NewHandover(ListKind.BD13, codes, str(courier.account_id), minutes(20))
    return handovers.close(session, new, by, now=minutes(21))


def kinds_of(session: Session, item: Item) -> list[str]:
    """Give the kinds of an item's entries in the order in which they were written."""
    return list(
        session.scalars(
            select(LedgerEntry.kind)
            .where(LedgerEntry.item_id == item.id)
            .order_by(LedgerEntry.position)
        )
    )


def changing_hands(session: Session, town: Town) -> dict[str, object]:
    """Leave a bag at each of its steps, a list of each kind, and a difference, for pages."""
    fresh = bags.make(session, HOA_BINH, town.clerk, now=minutes(1))
    closed, _ = packed(session, town)
    back = bags.make(session, town.luong_son.code, town.other_clerk, now=minutes(1))
    items = [take_in(session, town) for _ in range(3)]
    for item in items:
        brought = scan(item.number, "arrived", minutes(5))
        scanning.take_in(session, [brought], town.other_clerk, now=minutes(5))
        bags.put_in(session, back.number, Handled(item.number), town.other_clerk, now=minutes(6))
    bags.seal(session, back.number, SEAL, town.other_clerk, now=minutes(7))
    bags.open_bag(session, back.number, Seen("intact", "TK9"), town.clerk, now=minutes(50))
    taken = Handled(items[0].number, Seen("damaged"))
    bags.take_out(session, back.number, taken, town.clerk, now=minutes(51))
    bags.declare_empty(session, back.number, town.clerk, now=minutes(52))
    return {
        "bag_open": fresh.number,
        "bag_sealed": closed.number,
        "bag_opened": back.number,
        "bd10": bd10(session, town, closed.number).number,
        "bd13": bd13(session, town.clerk, town.courier, take_in(session, town).number).number,
        "difference": session.scalars(select(Difference.id).order_by(Difference.id)).first(),
    }
