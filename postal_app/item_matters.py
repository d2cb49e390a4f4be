"""What else there is to an item: its records, the harm that has none, its complaints."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from models.complaints import Complaint
from models.incidents import Incident
from postal_app import complaint_lists, incident_lists
from postal_app.enquiries import HistoryLine, ItemHistory
from postal_app.rules.complaints import MAY_TAKE_IN
from postal_app.rules.incidents import EVENTS, KIND_OF, MAY_RECORD
from postal_app.rules.incidents import MAY_SEE as MAY_SEE_INCIDENTS
from postal_app.rules.roles import Actor


@dataclass(frozen=True, slots=True)
class Harm:
    """An entry that asks for a record, and the kind of incident it would be recorded as."""

    line: HistoryLine
    kind: str


@dataclass(frozen=True, slots=True)
class Matters:
    """The matters of an item as one person may see them, and what he may do about it."""

    incidents: Sequence[Incident]
    unrecorded: tuple[Harm, ...]
    complaints: Sequence[Complaint]
    may_record: bool
    may_complain: bool


def of(session: Session, told: ItemHistory, by: Actor) -> Matters:
    """Give the matters of an item that this person has in reach."""
    sees = by.role in MAY_SEE_INCIDENTS
    records = incident_lists.of_item(session, told.item.id) if sees else []
    recorded = {one.fact for one in records if one.answer is None or one.answer.answer == "signed"}
    harm = tuple(
        Harm(line, KIND_OF[line.step.fact.kind])
        for line in told.lines
        if line.step.fact.kind in EVENTS and not line.step.cancelled and line.fact not in recorded
    )
    return Matters(
        records,
        harm if sees else (),
        complaint_lists.of_item(session, told.item.id, by),
        by.role in MAY_RECORD,
        by.role in MAY_TAKE_IN,
    )
