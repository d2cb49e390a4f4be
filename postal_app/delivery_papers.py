"""The paper of a delivery that failed: the notice (giấy mời) that a courier leaves.

It is printed of a notice that was written down, as often as somebody asks, and tells the last one.
"""

from datetime import date, timedelta

from sqlalchemy.orm import Session

from labels import errors as paper_errors
from labels.forms import delivery_notice, editions
from labels.forms.delivery_notice import DeliveryNotice
from models.items import Item
from models.places import ServicePoint
from postal_app import deliveries, delivery_facts, delivery_terms, demands, places
from postal_app.addressees import addressee
from postal_app.delivery_facts import ATTEMPT, NOTICE, Said
from postal_app.demands import NOTHING
from postal_app.errors import Conflict
from postal_app.label_sheets import sender_of
from postal_app.places import own_point
from postal_app.printing import ISSUER, LabelCodes, PaperRefused
from postal_app.rules.roles import Actor
from postal_app.rules.undeliverable import REASONS
from postal_app.rules.vietnamese import day, day_of, moment
from postal_app.rules.words import Words

NOT_FETCHED = "người nhận chưa đến nhận"


class NoNoticeYet(Conflict):
    """A notice is printed of what was written down."""

    words = Words(
        "Chưa ghi lần báo nào cho bưu gửi {number}; hãy ghi lần báo rồi in giấy mời.",
        "No notice was written down for item {number}; write it down, then print it.",
    )


def notice(session: Session, number: str, codes: LabelCodes, by: Actor) -> bytes:
    """Give the notice last written down for an item as a PDF, to be fetched where it waits.

    Raises:
        UnknownNumber: no item in this person's reach bears the number.
        NoNoticeYet: none was written down.
        PaperRefused: the paper cannot be drawn.
    """
    item = deliveries.look_up(session, number, by)
    try:
        return delivery_notice.draw(_said(session, item, codes, by))
    except paper_errors.PaperError as refused:
        raise PaperRefused(why=str(refused)) from refused


def _said(session: Session, item: Item, codes: LabelCodes, by: Actor) -> DeliveryNotice:
    said = delivery_facts.said_of(session, [item]).get(item.id, [])
    told = [one for one in said if one.kind == NOTICE or one.told("notice")]
    if not told:
        raise NoNoticeYet(number=item.number)
    province = places.province(session)
    point = _where(session, said, by)
    to = addressee(item)
    asked = demands.demands_of(session, [item.id]).get(item.id, NOTHING)
    last = told[-1].occurred_at
    return DeliveryNotice(
        issuer=ISSUER.format(province=province.name if province else ""),
        point_name=point.name,
        point_code=point.code,
        point_address=point.address,
        item_number=item.number,
        qr_text=codes.text(item.number),
        receiver_name=to.name,
        receiver_address=to.address,
        sender_name=sender_of(item),
        which=len(told),
        why=_why(said),
        told_at=moment(last),
        waits_until=_until(session, item, day_of(told[0].occurred_at)),
        courier_name=by.name,
        due=sum(one.amount for one in asked.dues),
        papers=tuple(one.paper.name for one in asked.papers),
        in_hand=asked.in_hand,
        sample=bool(province and province.sample),
        edition=editions.in_force("giay-moi", day_of(last)),
    )


def _where(session: Session, said: list[Said], by: Actor) -> ServicePoint:
    """Give the point where it waits: the one wished for, or that of who leaves the notice."""
    wish = delivery_facts.wish_of(said)
    wished = wish.point_id if wish and wish.kind == "collect" else None
    return session.get_one(ServicePoint, wished or own_point(by))


def _why(said: list[Said]) -> str:
    failed = [one.told("reason") for one in said if one.kind == ATTEMPT]
    return REASONS[failed[-1]].words.vi.lower() if failed else NOT_FETCHED


def _until(session: Session, item: Item, first: date) -> str:
    days = delivery_terms.holding_days(delivery_terms.published(session), item, first)
    return "" if days is None else day(first + timedelta(days=days))
