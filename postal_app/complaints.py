"""Complaints: taken in writing, judged by their time, answered by the province.

What is known of the item is read when the complaint comes in: the promise as it was stored, never
reckoned anew, and the day on which the item was there. What was judged stays as it was told.

A clerk takes in complaints about items in his reach; so a foreign number tells him nothing. Who
answers is neither who took the complaint in nor whom it is about.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from models.complaints import (
    Complainant,
    Complaint,
    ComplaintAnswer,
)
from models.items import Item
from models.ledger import LedgerEntry
from models.places import Province, ServicePoint
from models.staff import Account
from postal_app import numbers, promises
from postal_app.calendars import calendar
from postal_app.complaint_lists import in_reach, whole
from postal_app.enquiries import ItemHistory, item_history
from postal_app.errors import Conflict, Forbidden, Invalid, NotAllowed, Unknown
from postal_app.rules.complaints import (
    FINAL_VERDICTS,
    KINDS,
    MAY_TAKE_IN,
    Judged,
    Known,
    answer_due,
    judge,
)
from postal_app.rules.promises import REACHED_KINDS
from postal_app.rules.roles import Actor, Role
from postal_app.rules.vietnamese import day, day_of, tidy
from postal_app.rules.words import Words


class UnknownComplaint(Unknown):
    """No complaint in this person's reach bears the number."""

    words = Words(
        "Không tìm thấy khiếu nại «{number}»; hãy kiểm tra lại số.",
        "Complaint “{number}” was not found; check the number.",
    )


class SaidNothing(Invalid):
    """A complaint is in writing, and an answer says something."""

    words = Words("Mục này còn trống.", "This is empty.")


class NotInWriting(Invalid):
    """A complaint is a letter with its reference, or is typed here."""

    words = Words(
        "Khiếu nại phải bằng văn bản: ghi nội dung, hoặc số của đơn.",
        "A complaint is in writing: type what it says, or give the letter's reference.",
    )


class NoAuthorisation(Invalid):
    """Who complains for somebody else shows that he may."""

    words = Words(
        "Người được ủy quyền phải có văn bản ủy quyền.", "A proxy needs a letter of authorisation."
    )


class NotLodgedThen(Invalid):
    """A complaint comes after the item and not after today."""

    words = Words(
        "Ngày nhận đơn phải từ {since} đến hôm nay.",
        "The day it came in must lie between {since} and today.",
    )


class NotConcerned(Invalid):
    """Only somebody who had to do with the item can be complained about."""

    words = Words(
        "Người này không ghi nhận việc gì của bưu gửi; hãy chọn trong danh sách.",
        "This person has nothing to do with the item; choose from the list.",
    )


class OwnMatter(NotAllowed):
    """Who took a complaint in, or is complained about, does not answer it."""

    words = Words(
        "Bạn đã nhận khiếu nại {number} hoặc bị khiếu nại nên không trả lời được; "
        "hãy để cán bộ khác trả lời.",
        "You took complaint {number} in or it is about you, so you cannot answer it; "
        "let another member of staff do so.",
    )


class AlreadyAnswered(Conflict):
    """A complaint is settled by one answer."""

    words = Words(
        "Khiếu nại {number} đã có trả lời giải quyết.", "Complaint {number} has its final answer."
    )


@dataclass(frozen=True, slots=True)
class Person:
    """Who complains, with what gives a proxy the right to."""

    name: str
    address: str
    phone: str = ""
    authorisation: str = ""


@dataclass(frozen=True, slots=True)
class NewComplaint:
    """A complaint as it came in; `number` is the item's, `about` an account's id."""

    number: str
    kind: str
    made_as: str
    person: Person
    content: str
    lodged_on: date
    paper_reference: str = ""
    about: int | None = None


def take_in(session: Session, new: NewComplaint, by: Actor, *, now: datetime) -> Complaint:
    """Take a complaint in under the next number of the place, and judge whether it is in time.

    Raises:
        UnknownNumber: no item in this person's reach bears the number.
        Forbidden: this role takes in no complaints.
        SaidNothing, NotInWriting, NoAuthorisation, NotLodgedThen, NotConcerned: it cannot be used.
    """
    told = item_history(session, new.number, by)
    if by.role not in MAY_TAKE_IN:
        raise Forbidden
    _require_usable(session, new, told, day_of(now))
    known = known_of(session, told)
    judged = _judge(session, new.kind, new.lodged_on, known)
    made = Complaint(
        number=numbers.next_complaint_number(session, _place_code(session, by), day_of(now).year),
        item_id=told.item.id,
        kind=new.kind,
        point_id=by.point_id,
        made_as=new.made_as,
        paper_reference=tidy(new.paper_reference),
        about_id=new.about,
        lodged_on=new.lodged_on,
        answer_due=answer_due(new.lodged_on),
        promised_end=known.promised_end,
        delivered_on=known.delivered_on,
        standing=judged.standing,
        window_since=judged.since,
        window_last=judged.last_day,
        judged_vi=judged.words.vi,
        judged_en=judged.words.en,
        taken_by=by.account_id,
        taken_at=now,
        complainant=Complainant(
            name=tidy(new.person.name),
            phone=tidy(new.person.phone),
            address=tidy(new.person.address),
            authorisation=tidy(new.person.authorisation),
            content=new.content.strip(),
        ),
    )
    session.add(made)
    session.flush()
    return made


def foreseen(session: Session, told: ItemHistory, today: date) -> Mapping[str, Judged]:
    """Give for each kind whether a complaint that came in today would be in time."""
    known = known_of(session, told)
    return {kind: _judge(session, kind, today, known) for kind in KINDS}


def known_of(session: Session, told: ItemHistory) -> Known:
    """Give what a complaint's time runs from: the stored promise, and the day it was there."""
    promised = promises.of_items(session, [told.item.id]).get(told.item.id)
    reached = [
        day_of(line.step.fact.occurred_at)
        for line in told.lines
        if line.step.fact.kind in REACHED_KINDS and not line.step.cancelled
    ]
    due = promised.due if promised else None
    return Known(due.delivery if due else None, min(reached, default=None))


def people_of(session: Session, item_id: int) -> list[tuple[int, str]]:
    """Give the accounts that recorded something of an item, by name."""
    rows = session.execute(
        select(Account.id, Account.full_name)
        .where(exists().where(LedgerEntry.item_id == item_id, LedgerEntry.account_id == Account.id))
        .order_by(Account.full_name, Account.id)
    )
    return [(row.id, row.full_name) for row in rows]


def complaint(session: Session, number: str, by: Actor) -> Complaint:
    """Give a complaint in reach, with its answers and compensations.

    Raises:
        UnknownComplaint: there is none.
    """
    written = number.strip().upper()
    found = session.scalars(
        whole().where(Complaint.number == written, in_reach(by)).limit(1)
    ).first()
    if found is None:
        raise UnknownComplaint(number=number)
    return found


def answer(
    session: Session, number: str, verdict: str, said: str, by: Actor, *, now: datetime
) -> ComplaintAnswer:
    """Answer a complaint in writing; an interim answer may be followed by others.

    Raises:
        UnknownComplaint: no complaint in this person's reach bears the number.
        Forbidden: only provincial staff answer.
        OwnMatter: he took it in, or it is about him.
        SaidNothing: there is no answer.
        AlreadyAnswered: it was settled before.
    """
    found = complaint(session, number, by)
    if by.role is not Role.PROVINCIAL:
        raise Forbidden
    if by.account_id in (found.taken_by, found.about_id):
        raise OwnMatter(number=found.number)
    if not said.strip():
        raise SaidNothing(field="said")
    session.get_one(Item, found.item_id, with_for_update=True)  # of two answers one settles it
    if final_answer(session, found.id) is not None:
        raise AlreadyAnswered(number=found.number)
    made = ComplaintAnswer(
        number=numbers.next_answer_number(session, _province_code(session), day_of(now).year),
        complaint_id=found.id,
        verdict=verdict,
        said=said.strip(),
        answered_by=by.account_id,
        answered_at=now,
    )
    session.add(made)
    session.flush()
    session.expire(found, ["answers"])
    return made


def answer_of(session: Session, number: str, by: Actor) -> ComplaintAnswer:
    """Give a written answer to a complaint in reach, by its own number.

    Raises:
        UnknownComplaint: there is none.
    """
    found = session.scalars(
        select(ComplaintAnswer)
        .join(ComplaintAnswer.complaint)
        .where(ComplaintAnswer.number == number.strip().upper(), in_reach(by))
    ).first()
    if found is None:
        raise UnknownComplaint(number=number)
    return found


def final_answer(session: Session, complaint_id: int) -> ComplaintAnswer | None:
    """Give the answer that settled a complaint; None while there is none."""
    return session.scalar(
        select(ComplaintAnswer).where(
            ComplaintAnswer.complaint_id == complaint_id,
            ComplaintAnswer.verdict.in_(FINAL_VERDICTS),
        )
    )


def _judge(session: Session, kind: str, lodged: date, known: Known) -> Judged:
    """Judge by the days that a time limit could end on: those up to a year from its start."""
    since = [one for one in (known.promised_end, known.delivered_on) if one is not None]
    first, last = min([*since, lodged]), max([*since, lodged])
    known_days = calendar(session, first, last.replace(year=last.year + 1, day=1))
    return judge(kind, lodged, known, known_days)


def _require_usable(session: Session, new: NewComplaint, told: ItemHistory, today: date) -> None:
    person = new.person
    for field in ("name", "address"):
        if not tidy(getattr(person, field)):
            raise SaidNothing(field=field)
    if not new.content.strip() and not tidy(new.paper_reference):
        raise NotInWriting(field="content")
    if new.made_as == "proxy" and not tidy(person.authorisation):
        raise NoAuthorisation(field="authorisation")
    since = day_of(told.item.created_at)
    if not since <= new.lodged_on <= today:
        raise NotLodgedThen(field="lodged_on", since=day(since))
    if new.about is not None and new.about not in dict(people_of(session, told.item.id)):
        raise NotConcerned(field="about")


def _place_code(session: Session, by: Actor) -> str:
    if by.point_id is not None:
        return session.get_one(ServicePoint, by.point_id).code
    return _province_code(session)


def _province_code(session: Session) -> str:
    found = session.scalars(select(Province.code).order_by(Province.id).limit(1)).first()
    if found is None:
        raise RuntimeError("a complaint came in before the province was founded")
    return found
