"""Lives at the citizen's door: two notices, wishes, proxies, exchanges, envelopes of several."""

from collections.abc import Callable
from contextlib import suppress

from postal_app import agency_desk, collecting, deliveries, demands, wishes
from postal_app.agency_desk import Registration
from postal_app.demands import Demanded, PaperBack
from postal_app.demo.hours import clock, office_day_after, post_day_after
from postal_app.demo.lives import Life, Steps
from postal_app.demo.people import DATA
from postal_app.hand_outs import HandOutRefused, IdentityPaper, Receiver, Rest
from postal_app.rules.handing_out import INFORMATION, PHOTO
from postal_app.rules.vietnamese import day, day_of
from postal_app.wishes import AskedFor

OLD_PAPER = PaperBack("Giấy phép cũ đã được cấp")
AT_THE_DOOR = 135_000
SAMPLE_PHOTO = DATA / "sample-photo.jpg"


def two_notices(life: Life) -> Steps:
    """Nobody comes after two notices two working days apart: it goes back to the agency."""
    number = _registered(life)
    yield life.morning(2)
    item = life.result(number)
    yield from life.out(item)
    yield from life.in_vain(item, "absent", "again", "paper")
    yield clock(office_day_after(day_of(life.now), 3), 7, 30)
    life.scan("out_for_delivery", item, life.courier)
    yield life.later(120)
    yield from life.in_vain(item, "absent", "hold", "phone")
    yield clock(office_day_after(day_of(life.now), 6), 10)
    back = deliveries.send_back(life.session, item, life.clerk, now=life.now).number
    yield from life.brought(back)
    yield from life.received(back)


def collected_at_the_point(life: Life) -> Steps:
    """He wishes another day, then rather to collect it himself; the point holds it and he comes."""
    number = _registered(life)
    yield life.morning(2)
    item = life.result(number)
    yield from life.out(item)
    yield from life.in_vain(item, "asks_another_day", "appointment")
    yield life.later(20)
    on = office_day_after(day_of(life.now), 2)
    said = AskedFor(item, "day", "receiver", "phone", on=on)
    wishes.note(life.session, said, life.clerk, now=life.now)
    yield clock(office_day_after(day_of(life.now)), 9)
    where = life.clerk.point_id
    said = AskedFor(item, "collect", "receiver", "phone", point_id=where)
    wishes.note(life.session, said, life.clerk, now=life.now)
    yield clock(office_day_after(day_of(life.now)), 15, life.minute(1))
    life.hand_out(item, life.clerk)


def by_proxy(life: Life) -> Steps:
    """Somebody comes for him with an authorisation that names both."""
    number = _registered(life)
    yield life.morning(2)
    item = life.result(number)
    yield from life.out(item)
    proxy = Receiver(
        life.desk.person(life.case).name,
        "proxy",
        authorisation=f"{life.case.rng.randint(10, 99)}/2026/UQ",
        authorised_on=day(day_of(life.now)),
        certified_by="Ủy ban nhân dân xã",
    )
    life.hand_out(item, receiver=proxy)


def in_hand(life: Life) -> Steps:
    """Only into his own hand: the relative at the door gets nothing, the next day he is there."""
    number = _registered(life)
    yield life.later(20)
    asked = Demanded(in_hand=True)
    demands.set_demands(life.session, life.dossier(number), asked, life.officer, now=life.now)
    yield life.morning(2)
    item = life.result(number)
    yield from life.out(item)
    relative = Receiver(life.desk.person(life.case).name, "spouse")
    with suppress(HandOutRefused), life.session.begin_nested():
        life.hand_out(item, receiver=relative)
    yield from life.in_vain(item, "absent", "again", "paper")
    yield life.round()
    life.scan("out_for_delivery", item, life.courier)
    yield life.later(100)
    life.hand_out(item)


def photographed(life: Life) -> Steps:
    """Whoever receives it shows his paper, which is photographed before it is handed out."""
    number = _registered(life)
    yield life.later(20)
    asked = Demanded(identity_level=INFORMATION | PHOTO)
    demands.set_demands(life.session, life.dossier(number), asked, life.officer, now=life.now)
    yield life.morning(2)
    item = life.result(number)
    yield from life.out(item)
    shown = IdentityPaper(f"017{life.case.rng.randrange(10**9):09d}", "15/06/2022", "Bộ Công an")
    photos = {"face": SAMPLE_PHOTO.read_bytes(), "id_front": SAMPLE_PHOTO.read_bytes()}
    life.hand_out(item, identity=shown, photos=photos)


def exchanged(life: Life) -> Steps:
    """The old paper and the charge are taken at the door before the new one is given."""
    number = _registered(life)
    yield life.later(20)
    dossier = life.dossier(number)
    asked = Demanded(papers=(OLD_PAPER,))
    demands.set_demands(life.session, dossier, asked, life.officer, now=life.now)
    due = collecting.add_due(
        life.session, dossier, "charge", AT_THE_DOOR, "delivery", life.officer, now=life.now
    ).id
    yield life.morning(2)
    item = life.result(number)
    yield from life.out(item)
    done = life.hand_out(
        item,
        papers=frozenset({(number, OLD_PAPER.name)}),
        due_ids=frozenset({due}),
        recovered_in=life.envelope(),
    )
    if done.recovered is None:
        raise RuntimeError(f"nothing was taken back for {number}")
    recovered = done.recovered.number
    yield clock(office_day_after(day_of(life.now)), 9, life.minute(1))
    life.scan("handed_to_agency", recovered, life.courier, condition="intact")
    yield from life.received(recovered)


def several_in_one(life: Life) -> Steps:
    """Two results in one envelope: one is given, the other waits for its owner until tomorrow."""
    first = _registered(life)
    yield life.later(10)
    second = _registered(life)
    yield life.morning(2)
    item = life.results([first, second], [])
    yield from life.out(item)
    life.hand_out(
        item,
        dossiers=frozenset({first}),
        rest=Rest("asks_another_day", "appointment"),
    )
    yield clock(post_day_after(day_of(life.now)), 7, 30)
    life.scan("out_for_delivery", item, life.courier)
    yield life.later(90)
    life.hand_out(item)


def refused_at_the_door(life: Life) -> Steps:
    """He refuses it: it goes back at once, and the agency signs for its own envelope."""
    number = _registered(life)
    yield life.morning(2)
    item = life.result(number)
    yield from life.out(item)
    yield from life.in_vain(item, "refused", "return")
    yield life.later(60)
    back = deliveries.send_back(life.session, item, life.clerk, now=life.now).number
    yield from life.brought(back)
    yield from life.received(back)


def _registered(life: Life) -> str:
    """Let the agency enter a dossier of its own whose result goes by post."""
    code = life.desk.code(life.case.agency, day_of(life.now))
    said = Registration(life.case.code, code, life.receiver, life.case.point.code)
    return agency_desk.register(life.session, said, life.officer, now=life.now).number


AT_THE_DOORS: dict[str, Callable[[Life], Steps]] = {
    "two_notices": two_notices,
    "collected_at_the_point": collected_at_the_point,
    "by_proxy": by_proxy,
    "in_hand": in_hand,
    "photographed": photographed,
    "exchanged": exchanged,
    "several_in_one": several_in_one,
    "refused_at_the_door": refused_at_the_door,
}
