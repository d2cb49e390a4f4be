"""Incidents: a record is opened by who saw it, answered by a second person, settled in the end.

A record is a fact and is never changed; the answer and the outcome are rows of their own. Where
the ledger has no event yet of what a record says, the record writes it there; and the new seal of
a record that both signed is from then on the seal that scans are compared with.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from models.complaints import CompensationPayment, Complaint
from models.incidents import Incident, IncidentAnswer, IncidentOutcome, IncidentPhoto
from models.items import Item
from postal_app import contents, numbers
from postal_app.enquiries import ItemHistory, item_history, items_in_reach
from postal_app.errors import Forbidden
from postal_app.holding import HolderAt, holder_at
from postal_app.incident_errors import (
    NOT_YET,
    AlreadyAnswered,
    AlreadyRecorded,
    AlreadySettled,
    NothingToRecord,
    NotSigned,
    NotThen,
    NotYetTrue,
    SaidNothing,
    SamePerson,
    SameSeal,
    SealMissing,
    UnknownIncident,
    WrongOutcome,
)
from postal_app.ledger import NewFact, record
from postal_app.ledger_reading import histories
from postal_app.places import numbering_code
from postal_app.rules.incidents import (
    ANSWER_WORDS,
    EVENTS,
    KINDS,
    MAY_RECORD,
    MAY_SEE,
    MAY_SETTLE,
    MAY_SIGN,
    OUTCOME_WORDS,
    Outcome,
)
from postal_app.rules.roles import Actor
from postal_app.rules.vietnamese import day_of, moment, tidy
from postal_app.rules.vocabulary import State
from postal_app.rules.words import Words

__all__ = ["HolderAt", "NewIncident", "holder_at", "incident", "open_incident"]


class Photo(NamedTuple):
    """A photo by the digest of its file (SHA-256, hexadecimal) and the file's size."""

    digest: str
    size: int


@dataclass(frozen=True, slots=True)
class NewIncident:
    """What the first person writes down; `fact` the ledger's entry it is about, if he names one.

    `told` says what it is where the kind does not; `witness` is somebody from outside, with his
    organisation. `weight` in grams and `papers` in copies are what was found, None where nobody
    weighed or counted; `photos` are of files that the person keeps.
    """

    number: str
    kind: str
    happened_at: datetime
    seen: str
    done: str
    told: str = ""
    new_seal: str = ""
    witness: str = ""
    fact: UUID | None = None
    weight: int | None = None
    papers: int | None = None
    photos: tuple[Photo, ...] = ()


def open_incident(session: Session, new: NewIncident, by: Actor, *, now: datetime) -> Incident:
    """Record an incident under the next number of the person's place; the holder is computed.

    Raises:
        UnknownNumber: no item in this person's reach bears the number.
        Forbidden: this role handles no items.
        SaidNothing, NotThen, SealMissing, SameSeal: the record cannot be used as it stands.
        NothingToRecord: the item has no such event.
        AlreadyRecorded: the event has its record.
    """
    told = item_history(session, new.number, by)
    if by.role not in MAY_RECORD:
        raise Forbidden
    item = session.get_one(Item, told.item.id, with_for_update=True)
    _require_usable(new, item, now)
    fact = _event_of(session, new, told)
    holder = holder_at(session, item.number, new.happened_at)
    sealed = contents.sealed(session, item)
    code, year = numbering_code(session, by, day_of(now)), day_of(now).year
    made = Incident(
        number=numbers.next_incident_number(session, code, year),
        item_id=item.id,
        kind=new.kind,
        told=tidy(new.told),
        point_id=by.point_id,
        agency_id=by.agency_id,
        happened_at=new.happened_at,
        seen=new.seen.strip(),
        done=new.done.strip(),
        old_seal=item.seal_number,
        new_seal=_seal(new),
        witness=tidy(new.witness),
        holder_kind=holder.holder.kind,
        holder_id=holder.holder.id,
        holder_name=holder.name,
        weight_sealed=item.weight_grams,
        weight_found=new.weight,
        papers_listed=sealed.copies if sealed else None,
        papers_found=new.papers,
        photos=_photos(new),
        recorded_by=by.account_id,
        recorded_at=now,
    )
    if fact is None and KINDS[new.kind].event:
        fact = _write_event(session, made, by, now)
    made.fact = fact
    session.add(made)
    session.flush()
    return made


def incident(session: Session, number: str, by: Actor) -> Incident:
    """Give the record of an item in reach, with its answer and its outcome.

    Raises:
        UnknownIncident: there is none.
    """
    written = number.strip().upper()
    found = session.scalars(
        whole().where(Incident.number == written, items_in_reach(by)).limit(1)
    ).first()
    if found is None or by.role not in MAY_SEE:
        raise UnknownIncident(number=number)
    return found


def answer(
    session: Session, number: str, remark: str, by: Actor, *, signs: bool, now: datetime
) -> IncidentAnswer:
    """Sign a record as the second person, or refuse to and say why.

    Raises:
        UnknownIncident: no record in this person's reach bears the number.
        Forbidden: this role signs no records.
        SamePerson: he made it.
        SaidNothing: he refuses without a reason.
        AlreadyAnswered: it has its answer.
    """
    found = incident(session, number, by)
    if by.role not in MAY_SIGN:
        raise Forbidden
    if found.recorded_by == by.account_id:
        raise SamePerson(number=found.number)
    if not signs and not remark.strip():
        raise SaidNothing(field="remark")
    made: IncidentAnswer | None = session.scalar(
        insert(IncidentAnswer)
        .values(
            incident_id=found.id,
            answer="signed" if signs else "refused",
            remark=remark.strip(),
            answered_by=by.account_id,
            place=by.place,
            answered_at=now,
        )
        .on_conflict_do_nothing()
        .returning(IncidentAnswer)
    )
    if made is None:
        raise AlreadyAnswered(number=found.number)
    if signs and found.new_seal:
        found.item.seal_number = found.new_seal
    session.expire(found, ["answer"])
    return made


def settle(
    session: Session, number: str, outcome: str, note: str, by: Actor, *, now: datetime
) -> IncidentOutcome:
    """Say how the matter of a record ended; that ends the quarantine it was the reason of.

    Raises:
        UnknownIncident: no record in this person's reach bears the number.
        Forbidden: this role ends no matters.
        NotSigned: not both have signed.
        WrongOutcome, NotYetTrue: it did not end so.
        AlreadySettled: it has ended.
    """
    found = incident(session, number, by)
    if by.role not in MAY_SETTLE:
        raise Forbidden
    if found.answer is None or found.answer.answer != "signed":
        raise NotSigned(number=found.number)
    if outcome not in KINDS[found.kind].outcomes:
        raise WrongOutcome(field="outcome")
    said = Outcome(outcome)
    if said in NOT_YET and not _is_true(session, said, found.item):
        words, why = OUTCOME_WORDS[said], NOT_YET[said]
        raise NotYetTrue(
            outcome_vi=words.vi, outcome_en=words.en, why_vi=why.vi, why_en=why.en, field="outcome"
        )
    made: IncidentOutcome | None = session.scalar(
        insert(IncidentOutcome)
        .values(
            incident_id=found.id,
            outcome=outcome,
            note=note.strip(),
            settled_by=by.account_id,
            settled_at=now,
        )
        .on_conflict_do_nothing()
        .returning(IncidentOutcome)
    )
    if made is None:
        raise AlreadySettled(number=found.number)
    session.expire(found, ["outcome"])
    _end_quarantine(session, found, by, now)
    return made


def standing_words(found: Incident) -> Words:
    """Say how far a record has come."""
    return ANSWER_WORDS[found.answer.answer if found.answer else "waiting"]


def whole() -> Select[Incident]:
    """Ask for records with all that a page tells of them; `Item` is there to be asked for."""
    return (
        select(Incident)
        .join(Incident.item)
        .options(
            contains_eager(Incident.item).joinedload(Item.point),
            joinedload(Incident.point),
            joinedload(Incident.agency),
            joinedload(Incident.recorder),
            selectinload(Incident.photos),
            joinedload(Incident.answer).joinedload(IncidentAnswer.second),
            joinedload(Incident.outcome).joinedload(IncidentOutcome.settler),
        )
    )


def stands(about: type[Incident]) -> ColumnElement[bool]:
    """Give the condition that a record was not refused."""
    refused = exists().where(
        IncidentAnswer.incident_id == about.id, IncidentAnswer.answer == "refused"
    )
    return ~refused.correlate(about)


def _photos(new: NewIncident) -> list[IncidentPhoto]:
    """Give what is kept of the photos; the same file sent twice is one."""
    return [IncidentPhoto(digest=digest, size=size) for digest, size in dict.fromkeys(new.photos)]


def _require_usable(new: NewIncident, item: Item, now: datetime) -> None:
    kind = KINDS[new.kind]
    for field in ("seen", "done") + (("told",) if kind.told else ()):
        if not getattr(new, field).strip():
            raise SaidNothing(field=field)
    if not item.created_at <= new.happened_at <= now:
        raise NotThen(field="day", since=moment(item.created_at))
    if kind.seals and not _seal(new):
        raise SealMissing(field="new_seal")
    if _seal(new) == item.seal_number:
        raise SameSeal(field="new_seal")


def _event_of(session: Session, new: NewIncident, told: ItemHistory) -> UUID | None:
    """Give the event the record is about: the one named, or the latest of its kind without one."""
    steps = [line.step for line in told.lines if not line.step.cancelled]
    rows = session.execute(
        select(Incident.fact, Incident.number).where(
            Incident.item_id == told.item.id, Incident.fact.is_not(None), stands(Incident)
        )
    )
    recorded = {row.fact: row.number for row in rows}
    if new.fact is not None:
        if new.fact not in {step.fact.fact for step in steps}:
            raise NothingToRecord
        if new.fact in recorded:
            raise AlreadyRecorded(number=recorded[new.fact])
        return new.fact
    events = KINDS[new.kind].events
    unrecorded = [
        s.fact.fact for s in steps if s.fact.kind in events and s.fact.fact not in recorded
    ]
    return unrecorded[-1] if unrecorded else None


def _write_event(session: Session, made: Incident, by: Actor, now: datetime) -> UUID:
    """Write what the record says into the ledger, where nobody had."""
    fact = uuid.uuid4()
    event = KINDS[made.kind].event
    details = {"note": f"biên bản {made.number}"}
    new = NewFact(made.item_id, fact, event, made.happened_at, by, details=details)
    record(session, [new], now=now)
    return fact


def _end_quarantine(session: Session, found: Incident, by: Actor, now: datetime) -> None:
    """Write into the ledger that what was said of seal and cover until now is settled.

    An event that asks for a record of its own is settled by that one alone; and as long as another
    record of the item is open, only this record's own event is.
    """
    steps = histories(session, [found.item_id]).get(found.item_id, [])
    open_matters = steps[-1].after.matters if steps else frozenset()
    records = session.execute(
        select(Incident.fact, IncidentOutcome.id.is_not(None).label("ended"))
        .outerjoin(IncidentOutcome, IncidentOutcome.incident_id == Incident.id)
        .where(Incident.item_id == found.item_id, stands(Incident))
    ).all()
    ended = {row.fact for row in records if row.ended}
    if any(not row.ended for row in records):
        settled = open_matters & ended
    else:
        asking = {step.fact.fact for step in steps if step.fact.kind in EVENTS}
        settled = open_matters - (asking - ended)
    if settled:
        details = {"incident": found.number, "settles": sorted(map(str, settled))}
        fact = NewFact(found.item_id, uuid.uuid4(), "matter_settled", now, by, details=details)
        record(session, [fact], now=now)


def _is_true(session: Session, outcome: Outcome, item: Item) -> bool:
    """Tell whether the archive says what an outcome says."""
    if outcome is Outcome.FOUND:
        return item.state != State.LOST
    said = {
        Outcome.RESEALED: exists().where(
            Incident.item_id == item.id,
            Incident.new_seal != "",
            IncidentAnswer.incident_id == Incident.id,
            IncidentAnswer.answer == "signed",
        ),
        Outcome.COMPLAINT: exists().where(Complaint.item_id == item.id),
        Outcome.COMPENSATED: exists().where(
            Complaint.item_id == item.id, CompensationPayment.complaint_id == Complaint.id
        ),
    }
    return bool(session.scalar(select(said[outcome])))


def _seal(new: NewIncident) -> str:
    return tidy(new.new_seal).upper()
