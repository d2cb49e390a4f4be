"""Collection calls: a citizen asks the post to fetch a dossier; a courier of the point goes.

A call is asked for once and answered once: fetched, with the dossier that was taken in, or not,
with the reason. Who calls again makes a new one; nothing is rewritten.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from models.counter import CollectionAnswer, CollectionCall
from models.dossiers import Dossier
from postal_app import once
from postal_app.errors import Conflict, Invalid, Unknown
from postal_app.places import own_point
from postal_app.rules.collection import FAILURES
from postal_app.rules.roles import Actor
from postal_app.rules.vietnamese import day, day_of, tidy
from postal_app.rules.words import Words

MOST_SHOWN = 200
LARGEST_ID = 2**63 - 1
DONE, FAILED = "done", "failed"


class UnknownCall(Unknown):
    """No call of this point has the number."""

    words = Words(
        "Không có yêu cầu nhận tại nhà này tại điểm của bạn.",
        "Your point has no such request to fetch a dossier.",
    )


class CallAnswered(Conflict):
    """Somebody has answered the call."""

    words = Words(
        "Yêu cầu này đã có kết quả; người dân hẹn lại thì ghi yêu cầu mới.",
        "This request has been answered; when the citizen asks again, enter a new one.",
    )


class CallerMissing(Invalid):
    """A courier must know whom to see, where, and how to reach him."""

    words = Words(
        "Hãy nhập họ tên, điện thoại và địa chỉ để bưu tá đến.",
        "Give name, phone and address for the courier.",
    )


class TooEarly(Invalid):
    """Nobody comes on a day that has passed."""

    words = Words(
        "Ngày hẹn không được trước hôm nay {today}.", "The day cannot be before today, {today}."
    )


class ReasonMissing(Invalid):
    """Nothing was fetched, and nobody says why."""

    words = Words(
        "Hãy chọn lý do; với «Lý do khác» hãy ghi rõ.",
        "Choose the reason; for “another reason” write which.",
    )


@dataclass(frozen=True, slots=True)
class NewCall:
    """What the citizen asks for; `wished_time` in words, such as "sau 17 giờ"."""

    name: str
    phone: str
    address: str
    wished_on: date
    wished_time: str = ""
    note: str = ""
    request_key: UUID | None = None


@dataclass(frozen=True, slots=True)
class Caller:
    """Whom a call is about, as a form begins with it."""

    call_id: int
    name: str
    phone: str
    address: str


def caller(session: Session, call_id: int, by: Actor) -> Caller:
    """Give who calls, for a dossier that is taken in at that call.

    Raises:
        UnknownCall: the point has no such call.
    """
    call = find(session, call_id, by)
    return Caller(call.id, call.name, call.phone, call.address)


def ask(session: Session, call: NewCall, by: Actor, *, now: datetime) -> CollectionCall:
    """Write down that somebody wishes a dossier fetched; a form sent twice is one call.

    Raises:
        CallerMissing, TooEarly: a field cannot be used.
        Forbidden: this person works at no point.
    """
    point_id = own_point(by)
    for field in ("name", "phone", "address"):
        if not tidy(getattr(call, field)):
            raise CallerMissing(field=field)
    if call.wished_on < day_of(now):
        raise TooEarly(field="wished_on", today=day(day_of(now)))
    if call.request_key is not None:
        once.wait_for(session, call.request_key)
        asked = select(CollectionCall).where(CollectionCall.request_key == call.request_key)
        if (made := session.scalars(asked).one_or_none()) is not None:
            return made
    made = CollectionCall(
        point_id=point_id,
        name=tidy(call.name),
        phone=tidy(call.phone),
        address=tidy(call.address),
        wished_on=call.wished_on,
        wished_time=tidy(call.wished_time),
        note=tidy(call.note),
        request_key=call.request_key,
        asked_by=by.account_id,
        asked_at=now,
    )
    session.add(made)
    session.flush()  # its number is what the courier's page names
    return made


def waiting(session: Session, by: Actor) -> list[CollectionCall]:
    """Give the point's calls that nobody has answered, the earliest day first."""
    rows = session.scalars(
        select(CollectionCall)
        .outerjoin(CollectionCall.answer)
        .where(CollectionCall.point_id == own_point(by), CollectionAnswer.id.is_(None))
        .order_by(CollectionCall.wished_on, CollectionCall.id)
        .limit(MOST_SHOWN)
    )
    return list(rows)


def answered(session: Session, by: Actor) -> list[tuple[CollectionCall, str | None]]:
    """Give the point's answered calls, the latest first, with the number of the dossier."""
    rows = session.execute(
        select(CollectionCall, Dossier.number)
        .select_from(CollectionCall)
        .join(CollectionCall.answer)
        .outerjoin(Dossier, Dossier.id == CollectionAnswer.dossier_id)
        .options(joinedload(CollectionCall.answer))
        .where(CollectionCall.point_id == own_point(by))
        .order_by(CollectionAnswer.answered_at.desc())
        .limit(MOST_SHOWN)
    )
    return [(call, number) for call, number in rows]


def find(session: Session, call_id: int, by: Actor) -> CollectionCall:
    """Give a call of the person's own point, answered or not, locked for this work.

    Raises:
        UnknownCall: there is none.
    """
    if call_id > LARGEST_ID:
        raise UnknownCall
    found = session.scalars(
        select(CollectionCall)
        .where(CollectionCall.id == call_id, CollectionCall.point_id == own_point(by))
        .with_for_update()
    ).one_or_none()
    if found is None:
        raise UnknownCall
    return found


def open_one(session: Session, call_id: int, by: Actor) -> CollectionCall:
    """Give a call of the person's own point that nobody has answered, locked for this work.

    Raises:
        UnknownCall: there is none.
        CallAnswered: somebody answered it.
    """
    found = find(session, call_id, by)
    if _is_answered(session, found.id):
        raise CallAnswered
    return found


def failed(
    session: Session, call_id: int, reason: str, note: str, by: Actor, *, now: datetime
) -> None:
    """Say that nothing was fetched, and why.

    Raises:
        UnknownCall, CallAnswered: there is no such call to answer.
        ReasonMissing: no reason is given, or the words for another one are missing.
    """
    call = open_one(session, call_id, by)
    known = FAILURES.get(reason)
    if known is None or (known.needs_note and not tidy(note)):
        raise ReasonMissing(field="reason" if known is None else "note")
    said = CollectionAnswer(
        outcome=FAILED, reason=reason, note=tidy(note), answered_by=by.account_id, answered_at=now
    )
    _keep(session, call, said)


def fetched(session: Session, dossier: Dossier, by: Actor, *, now: datetime) -> None:
    """Say of the call that a dossier was taken in for that it was fetched; once is enough."""
    if dossier.call_id is None or _is_answered(session, dossier.call_id):
        return
    call = session.get_one(CollectionCall, dossier.call_id, with_for_update=True)
    said = CollectionAnswer(
        outcome=DONE,
        reason="",
        note="",
        dossier_id=dossier.id,
        answered_by=by.account_id,
        answered_at=now,
    )
    _keep(session, call, said)


def _keep(session: Session, call: CollectionCall, answer: CollectionAnswer) -> None:
    call.answer = answer
    session.flush()  # the lists are asked for in SQL


def _is_answered(session: Session, call_id: int) -> bool:
    asked = select(CollectionAnswer.id).where(CollectionAnswer.call_id == call_id)
    return session.scalar(asked) is not None
