"""Wishes and notices: what receiver or sender ask of a delivery, and that the receiver was told.

1. A day asked for is a day on which the post delivers, by the published calendar, and not past.
2. Another address must be one the post can sort by. As written it is personal; only the place it
   lies in stands in the entry, for the courier's list and the label.
3. Who collects does so at a point that may return dossiers; there the item is held for him.
"""

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from models.items import Item
from models.places import ServicePoint
from postal_app import places
from postal_app.calendars import calendar
from postal_app.deliveries import find
from postal_app.errors import Conflict, Invalid
from postal_app.ledger import NewFact, own_holder, record
from postal_app.printing import sorting_place
from postal_app.rules.holders import Holder, HolderKind
from postal_app.rules.roles import Actor
from postal_app.rules.undeliverable import CHANNELS, MANNERS, WISHERS, WISHES
from postal_app.rules.vietnamese import day, day_of, tidy
from postal_app.rules.vocabulary import KINDS, State
from postal_app.rules.words import Words


class NoWishNow(Conflict):
    """Of what goes to an agency, or has ended, nothing is wished."""

    words = Words(
        "Bưu gửi {number} không còn nhận yêu cầu hay giấy mời: không phải chiều phát cho người "
        "dân, hoặc đã kết thúc.",
        "Item {number} takes no wish and no notice any more: it does not go to a citizen, or it "
        "has ended.",
    )


class WishUnclear(Invalid):
    """A wish names what is asked, by whom and how it reached the post."""

    words = Words(
        "Hãy chọn yêu cầu, người yêu cầu và cách yêu cầu trong danh sách.",
        "Choose the wish, who asks and how from the lists.",
    )


class NoDeliveryThen(Invalid):
    """The day asked for is past, or the post does not deliver on it."""

    words = Words(
        "Ngày {day} đã qua hoặc là ngày nghỉ; hãy chọn ngày làm việc từ hôm nay.",
        "{day} is past or a day without work; choose a working day from today on.",
    )


class PlaceNotKnown(Invalid):
    """The other address names no place the post can sort by."""

    words = Words(
        "Không nhận ra xã, phường của địa chỉ mới; hãy ghi đủ xã (phường) và tỉnh.",
        "The commune of the new address is not recognised; give commune and province.",
    )


class PointNotOpen(Invalid):
    """The point does not return dossiers on that day."""

    words = Words(
        "Hãy chọn một điểm phục vụ đủ điều kiện trả kết quả.",
        "Choose a service point that may return results.",
    )


@dataclass(frozen=True, slots=True)
class AskedFor:
    """A wish as it was told: `wish`, `asked_by` and `channel` are codes of the rules' lists.

    `on` is the day of a "day" wish, `address` that of an "address", `point_id` where to collect.
    """

    number: str
    wish: str
    asked_by: str
    channel: str
    on: date | None = None
    address: str = ""
    point_id: int | None = None


def note(session: Session, asked: AskedFor, by: Actor, *, now: datetime) -> Item:
    """Note a wish; what already lies at the point where it is to be collected is held there.

    Raises:
        UnknownNumber: no item in this person's reach bears the number.
        NoWishNow: the item is not one a wish can be noted for.
        WishUnclear, NoDeliveryThen, PlaceNotKnown, PointNotOpen: the wish cannot be met.
    """
    item = find(session, asked.number, by)
    _require_underway(item, "wish_noted")
    details, personal = _told(session, asked, day_of(now))
    facts = [
        NewFact(item.id, uuid.uuid4(), "wish_noted", now, by, details=details, personal=personal)
    ]
    here = Holder(HolderKind.POINT, asked.point_id or 0)
    lies_there = (item.holder_kind, item.holder_id) == tuple(here) and own_holder(by) == here
    if asked.wish == "collect" and lies_there and item.state in KINDS["held"].after:
        facts.append(NewFact(item.id, uuid.uuid4(), "held", now, by, taker=here))
    record(session, facts, now=now)
    return item


def give_notice(session: Session, number: str, manner: str, by: Actor, *, now: datetime) -> Item:
    """Note that the receiver was told that an item waits for him.

    Raises:
        UnknownNumber: no item in this person's reach bears the number.
        NoWishNow: the item is not one a notice is given for.
        WishUnclear: the manner is none of `MANNERS`.
    """
    item = find(session, number, by)
    _require_underway(item, "notice_left")
    if manner not in MANNERS:
        raise WishUnclear(field="manner")
    fact = NewFact(item.id, uuid.uuid4(), "notice_left", now, by, details={"manner": manner})
    record(session, [fact], now=now)
    return item


def _require_underway(item: Item, kind: str) -> None:
    if item.leg not in KINDS[kind].legs or State(item.state) not in KINDS[kind].after:
        raise NoWishNow(number=item.number)


def _told(
    session: Session, asked: AskedFor, today: date
) -> tuple[dict[str, object], dict[str, object]]:
    """Give what the entry says openly and what of it is personal."""
    for field, known in (("wish", WISHES), ("asked_by", WISHERS), ("channel", CHANNELS)):
        if getattr(asked, field) not in known:
            raise WishUnclear(field=field)
    details: dict[str, object] = {
        "wish": asked.wish,
        "asked_by": asked.asked_by,
        "channel": asked.channel,
    }
    if asked.wish == "day" or asked.on is not None:
        details["wished_on"] = _delivery_day(session, asked.on, today).isoformat()
    if asked.wish == "address":
        place = sorting_place(asked.address)
        if not place:
            raise PlaceNotKnown(field="address")
        return details | {"place": place}, {"address": tidy(asked.address)}
    if asked.wish == "collect":
        details |= _collected_at(session, asked.point_id, asked.on or today)
    return details, {}


def _delivery_day(session: Session, on: date | None, today: date) -> date:
    if on is None:
        raise WishUnclear(field="on")
    if on < today or not calendar(session, on, on).is_open(on):
        raise NoDeliveryThen(field="on", day=day(on))
    return on


def _collected_at(session: Session, point_id: int | None, on: date) -> dict[str, object]:
    point = session.get(ServicePoint, point_id) if point_id is not None else None
    if point is None or not places.is_qualified(session, point.id, on):
        raise PointNotOpen(field="point")
    return {"point_id": point.id, "place": point.name}
