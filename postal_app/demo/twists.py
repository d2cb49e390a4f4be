"""What goes wrong on a leg: each twist takes the scans as they would go well and gives others.

The names are those of the table in `ways.py`.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from postal_app.demo.hours import clock, is_post_day, office_day_after, post_day_after
from postal_app.demo.journeys import Mending, Planned, Road, on_another_day
from postal_app.rules.legs import SUBMISSION
from postal_app.rules.roles import Role
from postal_app.rules.undeliverable import REASONS
from postal_app.rules.vietnamese import day_of

Twist = Callable[[Road, list[Planned]], list[Planned]]

FIVE_MINUTES = timedelta(minutes=5)
NOTES = {
    "damaged": "Bì bị ướt một góc do mưa, giấy bên trong chưa xem",
    "seal_broken": "Tem niêm phong bong một nửa khi mở túi",
    "lost": "Kiểm túi cuối ngày thiếu bì này, đang rà lại các túi",
    "found": "Bì nằm lẫn trong túi của tuyến khác",
    "resealed": "Đã lập biên bản và dán lại tem niêm phong trước mặt hai người",
    "other": "Chó dữ, không vào được nhà; người nhận không nghe máy",
}


def _attempt_failed(road: Road, scans: list[Planned]) -> list[Planned]:
    """One or two attempts in vain, then the delivery."""
    *before, out, delivered = scans
    for _ in range(road.rng.choice((1, 1, 1, 2))):
        before += [out, _failed(road, delivered)]
        day = post_day_after(day_of(delivered.scan.occurred_at))
        out, delivered = _again(road, out, day), on_another_day(delivered, day)
    return [*before, out, delivered]


def _undelivered(road: Road, scans: list[Planned]) -> list[Planned]:
    """Two notices on two days, and the envelope waits at the office or in the courier's hands."""
    *before, out, delivered = scans
    before += [out, _failed(road, delivered, "absent", "again")]
    day = post_day_after(post_day_after(day_of(delivered.scan.occurred_at)))
    second = on_another_day(delivered, day)
    before += [_again(road, out, day), _failed(road, second, "absent", "hold")]
    if road.rng.random() < 0.5:
        at = second.scan.occurred_at + timedelta(minutes=40)
        before.append(road.planned("arrived", at, road.point.courier))
    return before


def _not_checked(_: Road, scans: list[Planned]) -> list[Planned]:
    return [*scans[:-1], _said(scans[-1], seal="", condition="")]


def _seal_differs(road: Road, scans: list[Planned]) -> list[Planned]:
    other = f"NP{road.rng.randrange(10**6):06d}"
    return [*scans[:-1], _said(scans[-1], seal=other)]


def _damaged(road: Road, scans: list[Planned]) -> list[Planned]:
    return _found_harmed(road, scans, "damaged")


def _seal_broken(road: Road, scans: list[Planned]) -> list[Planned]:
    return _found_harmed(road, scans, "seal_broken")


def _resealed(road: Road, scans: list[Planned]) -> list[Planned]:
    """The seal is found broken on arrival at the point; it is sealed anew with a record."""
    place = max(i for i, planned in enumerate(scans) if planned.scan.kind == "arrived")
    at = scans[place].scan.occurred_at
    broken = road.planned(
        "seal_broken", at + FIVE_MINUTES, road.point.clerk, note=NOTES["seal_broken"]
    )
    mended = road.planned(
        "arrived",
        at + 3 * FIVE_MINUTES,
        road.point.clerk,
        condition="resealed",
        note=NOTES["resealed"],
    )
    delivered = _said(scans[-1], seal="", condition="resealed")
    return [*scans[: place + 1], broken, mended, *scans[place + 1 : -1], delivered]


def _lost(road: Road, scans: list[Planned]) -> list[Planned]:
    first = scans[0]
    at = clock(day_of(first.scan.occurred_at), 18, road.minute(1))
    return [first, road.planned("lost", at, first.by, note=NOTES["lost"])]


def _lost_found(road: Road, scans: list[Planned]) -> list[Planned]:
    first, lost = _lost(road, scans)
    day = day_of(first.scan.occurred_at)
    for _ in range(road.rng.randint(1, 3)):
        day = post_day_after(day)
    finder = road.hub.clerk if first.by is road.hub.courier else road.point.clerk
    found = road.planned("found", clock(day, 16, road.minute(1)), finder, note=NOTES["found"])
    on = post_day_after(day)
    leaves = [road.planned("departed", clock(on, 7, 5), first.by)] if road.leg == SUBMISSION else []
    return [first, lost, found, *leaves, *_carried_on(scans[1:], on)]


def _late(_: Road, scans: list[Planned]) -> list[Planned]:
    """The phone had no network until the next morning."""
    place = _place_of_courier(scans)
    day = post_day_after(day_of(scans[place].scan.occurred_at))
    sent_at = max(clock(day, 7), scans[place].scan.occurred_at + timedelta(hours=13))
    return _with(scans, place, replace(scans[place], sent_at=sent_at))


def _backwards(_: Road, scans: list[Planned]) -> list[Planned]:
    """The first scan is sent after the second."""
    first, second = scans[0], scans[1]
    return [replace(first, sent_at=second.sent_at + FIVE_MINUTES), second, *scans[2:]]


def _missed(_: Road, scans: list[Planned]) -> list[Planned]:
    return [scans[0], scans[-1]]


def _sent_twice(_: Road, scans: list[Planned]) -> list[Planned]:
    """The answer to the round got lost, so the phone sends it again."""
    again = [replace(one, sent_at=one.sent_at + FIVE_MINUTES) for one in scans if _is_round(one)]
    return [*scans, *again]


def _other_content(_: Road, scans: list[Planned]) -> list[Planned]:
    place = _place_of_courier(scans)
    scan = replace(scans[place].scan, kind="arrived", details={"note": "nhập lại từ bản chép tay"})
    copied = replace(scans[place], scan=scan, sent_at=scans[place].sent_at + FIVE_MINUTES)
    return [*scans, copied]


def _misread(road: Road, scans: list[Planned]) -> list[Planned]:
    """A digit is typed wrongly from the label; then the number is scanned."""
    place = _place_of_courier(scans)
    number = road.number
    wrong = f"{number[:4]}{(int(number[4]) + 1) % 10}{number[5:]}"
    return [*scans, _second_try(road, scans[place], code=wrong)]


def _incomplete(road: Road, scans: list[Planned]) -> list[Planned]:
    """The receiver's name is forgotten at first."""
    told = {k: v for k, v in scans[-1].scan.details.items() if k != "receiver"}
    return [*scans, _second_try(road, scans[-1], details=told)]


def _clock_ahead(_: Road, scans: list[Planned]) -> list[Planned]:
    at = scans[-1].sent_at + timedelta(minutes=25)
    scan = replace(
        scans[-1].scan, occurred_at=at, clock=scans[-1].scan.clock._replace(device_at=at)
    )
    return _with(scans, -1, replace(scans[-1], scan=scan))


def _other_courier(road: Road, scans: list[Planned]) -> list[Planned]:
    """A colleague on the same round delivers it; nobody noted that it changed hands."""
    return _with(scans, -1, road.delivered(scans[-1].scan.occurred_at, road.colleague))


def _wrong_delivery(road: Road, scans: list[Planned]) -> list[Planned]:
    """The neighbour's envelope was scanned instead; two persons mend it, then it is delivered."""
    mistaken = scans[-1]
    mending = _mending(
        road, mistaken, "Quét nhầm bì của nhà bên cạnh, bì này còn ở bưu tá", approved=True
    )
    day = post_day_after(day_of(mending.settled_at or mistaken.sent_at))
    at = clock(day, 9, road.minute(6))
    return [*scans, road.delivered(at, road.point.courier)]


def _correction_refused(road: Road, scans: list[Planned]) -> list[Planned]:
    _mending(road, scans[-1], "Người nhà báo chưa nhận được", approved=False)
    return scans


def _correction_open(road: Road, scans: list[Planned]) -> list[Planned]:
    mending = _mending(road, scans[-1], "Chữ ký trên phiếu không giống người nhận", approved=False)
    road.mendings[-1] = replace(mending, settled_at=None)
    return scans


TWISTS: dict[str, Twist] = {
    "attempt_failed": _attempt_failed,
    "undelivered": _undelivered,
    "not_checked": _not_checked,
    "damaged": _damaged,
    "seal_broken": _seal_broken,
    "resealed": _resealed,
    "seal_differs": _seal_differs,
    "lost_found": _lost_found,
    "lost": _lost,
    "late": _late,
    "missed": _missed,
    "backwards": _backwards,
    "sent_twice": _sent_twice,
    "other_content": _other_content,
    "misread": _misread,
    "incomplete": _incomplete,
    "clock_ahead": _clock_ahead,
    "other_courier": _other_courier,
    "wrong_delivery": _wrong_delivery,
    "correction_refused": _correction_refused,
    "correction_open": _correction_open,
}


def _failed(road: Road, delivered: Planned, reason: str = "", action: str = "") -> Planned:
    """Give the attempt in vain in the place of a delivery."""
    why = reason or road.rng.choice([one for one in REASONS if "again" in REASONS[one].actions])
    told = {"reason": why, "next_action": action or "again"}
    if REASONS[why].text_needed:
        told["text"] = NOTES["other"]
    return road.planned("attempt_failed", delivered.scan.occurred_at, delivered.by, **told)


def _again(road: Road, planned: Planned, day: date) -> Planned:
    """Give a new scan of the same kind at the same hour of another day."""
    moved = on_another_day(planned, day).scan
    return road.planned(moved.kind, moved.occurred_at, planned.by, **moved.details)


def _carried_on(scans: Sequence[Planned], day: date) -> list[Planned]:
    """Give the scans with the first one on this day and the same nights between them."""
    before = day_of(scans[0].scan.occurred_at)
    moved = []
    for planned in scans:
        planned_on = day_of(planned.scan.occurred_at)
        day += planned_on - before
        day = office_day_after(day, 0) if planned.scan.kind == "handed_to_agency" else day
        day = day if is_post_day(day) else post_day_after(day)
        before = planned_on
        moved.append(on_another_day(planned, day))
    return moved


def _found_harmed(road: Road, scans: list[Planned], kind: str) -> list[Planned]:
    """Somebody finds harm after the first step; whoever takes it last says the same."""
    first = scans[0]
    found = road.planned(kind, first.scan.occurred_at + FIVE_MINUTES, first.by, note=NOTES[kind])
    return [first, found, *scans[1:-1], _said(scans[-1], condition=kind)]


def _said(planned: Planned, **details: str) -> Planned:
    """Give the scan with other details; an empty one is left out."""
    told = {k: v for k, v in (dict(planned.scan.details) | details).items() if v}
    return replace(planned, scan=replace(planned.scan, details=told))


def _second_try(road: Road, planned: Planned, **wrong: Any) -> Planned:
    """Give the faulty scan that was made just before a good one."""
    identity = UUID(int=road.rng.getrandbits(128), version=4)
    at = planned.scan.occurred_at - timedelta(minutes=1)
    device = planned.scan.clock._replace(device_at=at)
    scan = replace(planned.scan, scan_id=identity, occurred_at=at, clock=device, **wrong)
    return replace(planned, scan=scan)


def _mending(road: Road, mistaken: Planned, reason: str, *, approved: bool) -> Mending:
    """Note that the point's clerk asks for a correction and the province answers the next day."""
    asked_at = mistaken.sent_at + timedelta(minutes=20)
    settled_at = clock(office_day_after(day_of(asked_at)), 9, road.minute(1))
    mending = Mending(
        mistaken.scan.scan_id,
        reason,
        road.point.clerk,
        asked_at,
        road.provincial,
        settled_at,
        approved,
    )
    road.mendings.append(mending)
    return mending


def _with(scans: list[Planned], place: int, planned: Planned) -> list[Planned]:
    changed = list(scans)
    changed[place] = planned
    return changed


def _is_round(planned: Planned) -> bool:
    return planned.by.role is Role.COURIER


def _place_of_courier(scans: list[Planned]) -> int:
    return next(place for place, planned in enumerate(scans) if _is_round(planned))
