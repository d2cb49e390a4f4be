"""Hand-over records of agencies: found, listed for who must sign, and answered by the giver."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, and_, exists, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, joinedload, selectinload

from models.answers import Recount, RecountLine, RecountReply
from models.items import Item
from postal_app.agency_dossiers import SomethingMissing, TwoAccounts
from postal_app.errors import Conflict, Unknown
from postal_app.pickup_form import NotInVocabulary
from postal_app.rules.recounts import REPLIES, LineResult, RecordState, record_state
from postal_app.rules.roles import Actor
from postal_app.rules.vietnamese import tidy
from postal_app.rules.words import Words

MOST_SHOWN = 100


class UnknownRecord(Unknown):
    """No hand-over record in this person's reach bears the number."""

    words = Words(
        "Không tìm thấy biên bản giao nhận «{number}»; hãy kiểm tra lại số.",
        "Hand-over record “{number}” was not found; check the number.",
    )


class AlreadyReplied(Conflict):
    """The giver answers once."""

    words = Words(
        "Biên bản giao nhận {number} đã được bên giao trả lời.",
        "Hand-over record {number} has been answered by who handed over.",
    )


def state_of(record: Recount) -> RecordState:
    """Give how far a record is signed."""
    return record_state(
        (LineResult(line.result) for line in record.lines),
        scanned=record.giver_scan is not None,
        reply=record.reply.reply if record.reply else "",
    )


def with_states(records: Sequence[Recount]) -> list[tuple[Recount, RecordState]]:
    """Give records, each with how far it is signed."""
    return [(one, state_of(one)) for one in records]


def differences(record: Recount) -> list[RecountLine]:
    """Give the lines of a record that do not agree with the signed list."""
    return [line for line in record.lines if line.result != LineResult.AGREED]


def find(session: Session, number: str, by: Actor) -> Recount:
    """Give a record of the officer's agency, or one this person of the post is a party to.

    Raises:
        UnknownRecord: there is none.
    """
    found = session.scalars(_whole().where(Recount.number == tidy(number).upper())).first()
    if found is None or not (found.agency_id == by.agency_id or _is_giver(found, by)):
        raise UnknownRecord(number=number)
    return found


def to_sign(session: Session, by: Actor) -> Sequence[Recount]:
    """Give the records that wait for this person of the post, the oldest first."""
    own = Recount.giver_id == by.account_id
    if by.point_id is not None:
        own = or_(own, and_(Recount.giver_id.is_(None), Recount.giver_point_id == by.point_id))
    return session.scalars(
        _whole()
        .outerjoin(RecountReply)
        .where(own, Recount.waits, RecountReply.id.is_(None))
        .order_by(Recount.id)
    ).all()


def of_agency(session: Session, by: Actor) -> Sequence[Recount]:
    """Give the records of the officer's agency: those that wait or are objected to, then newest."""
    open_ones = or_(
        and_(Recount.waits, RecountReply.id.is_(None)), RecountReply.reply == "objected"
    )
    return session.scalars(
        _whole()
        .outerjoin(RecountReply)
        .where(Recount.agency_id == by.agency_id)
        .order_by(open_ones.desc().nulls_last(), Recount.id.desc())
        .limit(MOST_SHOWN)
    ).all()


def count_differing(session: Session, by: Actor) -> int:
    """Give how many records of the officer's agency differ and are not agreed on by the giver."""
    differs = exists().where(
        RecountLine.recount_id == Recount.id, RecountLine.result != LineResult.AGREED.value
    )
    agreed = exists().where(RecountReply.recount_id == Recount.id, RecountReply.reply == "agreed")
    query = select(func.count(Recount.id)).where(
        Recount.agency_id == by.agency_id, Recount.waits, differs, ~agreed
    )
    return session.scalar(query) or 0


def reply(
    session: Session, number: str, answer: str, remark: str, by: Actor, *, now: datetime
) -> Recount:
    """Answer a record as who handed over: agree, or object in words.

    Raises:
        UnknownRecord: this person is no party to such a record.
        TwoAccounts: it is the account that received.
        AlreadyReplied: it has its answer, or needs none.
        SomethingMissing: an objection says nothing.
        NotInVocabulary: the answer is none.
    """
    found = find(session, number, by)
    if found.received_by == by.account_id:
        raise TwoAccounts
    if not _is_giver(found, by):
        raise UnknownRecord(number=number)
    if answer not in REPLIES:
        raise NotInVocabulary(field="reply", value=answer)
    if answer == "objected" and not tidy(remark):
        raise SomethingMissing(field="remark")
    made = session.scalar(
        insert(RecountReply)
        .values(
            recount_id=found.id,
            reply=answer,
            remark=tidy(remark),
            account_id=by.account_id,
            assignment_id=by.assignment_id,
            replied_at=now,
        )
        .on_conflict_do_nothing()
        .returning(RecountReply.id)
    )
    if made is None or not found.waits:
        raise AlreadyReplied(number=found.number)
    session.expire(found, ["reply"])
    return found


def _is_giver(record: Recount, by: Actor) -> bool:
    if record.giver_id is not None:
        return record.giver_id == by.account_id
    return by.point_id is not None and record.giver_point_id == by.point_id


def _whole() -> Select[Recount]:
    return select(Recount).options(
        joinedload(Recount.item).selectinload(Item.legs),
        joinedload(Recount.agency),
        joinedload(Recount.officer),
        joinedload(Recount.giver),
        joinedload(Recount.giver_point),
        selectinload(Recount.lines).joinedload(RecountLine.dossier),
        selectinload(Recount.reply).joinedload(RecountReply.account),
    )
