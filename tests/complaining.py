"""Complaints that somebody made, for the tests of the desks and the doors."""

from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from models.complaints import Complaint
from models.items import Item
from postal_app import compensations, complaints, scanning
from postal_app.compensations import NewCompensation
from postal_app.complaints import NewComplaint, Person
from postal_app.rules.compensation import Amounts
from postal_app.rules.roles import Actor
from tests.makers import Town, minutes, scan, take_in

MAI = Person("Đinh Thị Mai", "Xóm Đồng, xã Tân Vinh, Hòa Bình", "0912345678")
APRIL = datetime(2026, 4, 1, 2, 0, tzinfo=UTC)


def lose(session: Session, town: Town) -> Item:
    """Let anh Dũng miss an envelope that he took along."""
    item = take_in(session, town)
    told = [
        scan(item.number, "departed", minutes(60)),
        scan(item.number, "lost", minutes(90), note="không thấy trong túi thư"),
    ]
    scanning.take_in(session, told, town.courier, now=minutes(91))
    return item


def complained(
    session: Session,
    town: Town,
    item: Item,
    now: datetime = APRIL,
    by: Actor | None = None,
    **changes: object,
) -> Complaint:
    """Let bà Mai complain of a loss at the counter."""
    new = NewComplaint(
        item.number, "loss", "sender", MAI, "Hồ sơ của tôi chưa đến cơ quan.", now.date()
    )
    return complaints.take_in(session, replace(new, **changes), by or town.clerk, now=now)


def justified(session: Session, town: Town, item: Item) -> Complaint:
    """Let the province answer that she is right."""
    made = complained(session, town, item)
    complaints.answer(
        session, made.number, "justified", "Bưu chính làm mất bì.", town.provincial, now=APRIL
    )
    return made


def proposed(session: Session, town: Town, item: Item, **changes: object) -> Complaint:
    """Let the province record what is to be paid."""
    made = justified(session, town, item)
    values: dict[str, object] = {
        "basis": "total_loss",
        "amounts": Amounts(120_000, 135_000, 30_000),
        "payer": "354100",
        "evidence": "biên lai làm lại giấy tờ số 0012",
    }
    compensations.propose(
        session, made.number, NewCompensation(**(values | changes)), town.provincial, now=APRIL
    )
    return made
