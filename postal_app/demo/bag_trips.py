"""Lives that share a bag: dossiers of one morning go to the province's town under one seal.

The clerk packs the bag and lists it, the courier carries it as a whole, the town's clerk counts
what comes out. One bag comes one envelope short, near the end of the two months: that difference
still waits for whoever packed it.
"""

from collections.abc import Callable, Iterable

from postal_app import agency_desk, bags, handovers
from postal_app.bags import Handled, Seen
from postal_app.demo.lives import Life, Steps, Told
from postal_app.handovers import NewHandover
from postal_app.rules.handovers import ListKind

IN_ONE_BAG = 3


def in_a_bag(life: Life) -> Steps:
    """Three dossiers travel in a bag that comes out as it was packed, and reach their agency."""
    packed = yield from _packed(life)
    seal, listed, bag = yield from _sealed(life, packed)
    yield from _carried(life, bag, listed, seal)
    yield from _counted(life, bag, seal, list(packed))
    yield from _onward(life, packed)
    yield life.morning(5)
    for number in packed.values():
        agency_desk.settle(life.session, number, life.officer, now=life.now)


def short_bag(life: Life) -> Steps:
    """One of three is not in the bag when it is counted; it is being searched for."""
    packed = yield from _packed(life)
    seal, listed, bag = yield from _sealed(life, packed)
    yield from _carried(life, bag, listed, seal)
    _, *there = packed
    yield from _counted(life, bag, seal, there)
    yield from _onward(life, there)


def _packed(life: Life) -> Told[dict[str, str]]:
    """Take in what will lie in the bag; give the items' numbers with their dossiers'."""
    made = {}
    for _ in range(IN_ONE_BAG):
        number, item = yield from life.taken_in(None, service_form="send")
        made[item] = number
        life.sender = life.receiver = life.desk.person(life.case)
        yield life.later(4)
    return made


def _sealed(life: Life, packed: dict[str, str]) -> Told[tuple[str, str, str]]:
    """Pack, seal and list a bag; give its seal, the list's number and its own."""
    session, by, hub = life.session, life.clerk, life.desk.scene.hub
    seal = f"TK{life.case.rng.randrange(10**6):06d}"
    bag = bags.make(session, hub.code, by, now=life.now).number
    for item in packed:
        bags.put_in(session, bag, Handled(item, scan_id=life.identity()), by, now=life.now)
    bags.seal(session, bag, seal, by, now=life.now)
    yield life.later(6)
    listed = NewHandover(ListKind.BD10, (bag,), hub.code, life.now)
    number = handovers.close(life.session, listed, by, now=life.now).number
    return seal, number, bag


def _carried(life: Life, bag: str, listed: str, seal: str) -> Steps:
    """Bring the bag to the town, handed over by its list from one to the next."""
    hub = life.desk.scene.hub
    yield life.round()
    life.scan("departed", bag, life.courier, handover=listed, seal=seal, condition="intact")
    yield life.later(150)
    life.scan("arrived", bag, hub.clerk, handover=listed, seal=seal, condition="intact")
    handovers.count(life.session, listed, hub.clerk, now=life.now)


def _counted(life: Life, bag: str, seal: str, there: list[str]) -> Steps:
    """Open the bag and take out what is there, one by one; nothing is left then."""
    by = life.desk.scene.hub.clerk
    yield life.later(20)
    bags.open_bag(life.session, bag, Seen("intact", seal), by, now=life.now)
    for item in there:
        taken = Handled(item, Seen("intact"), life.identity())
        bags.take_out(life.session, bag, taken, by, now=life.now)
    yield life.later(5)
    bags.declare_empty(life.session, bag, by, now=life.now)


def _onward(life: Life, packed: Iterable[str]) -> Steps:
    """Bring each envelope from the town to its agency, which accepts the dossier."""
    courier = life.desk.scene.hub.courier
    yield life.morning()
    for item in packed:
        life.scan("departed", item, courier)
    yield life.later(70)
    for item in packed:
        life.scan("handed_to_agency", item, courier, condition="intact")
    yield life.later(60)
    for item in packed:
        life.accepted(item)


IN_BAGS: dict[str, Callable[[Life], Steps]] = {"in_a_bag": in_a_bag, "short_bag": short_bag}
