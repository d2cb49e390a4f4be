"""What else there is to an item: its records, the harm that has none, its complaints."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from models.complaints import Complaint
from models.incidents import Incident
from postal_app import complaint_lists, incident_lists
from postal_app.enquiries import HistoryLine, ItemHistory
from postal_app.rules.complaints import MAY_TAKE_IN
from postal_app.rules.incidents import EVENTS, MAY_RECORD
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
    waits = any(
        one.outcome is None and (one.answer is None or one.answer.answer == "signed")
        for one in records
    )
    asking = [line for line in told.lines if _asks(line, told, recorded, waits=waits)]
    harm = tuple(Harm(line, _kind_of(line)) for line in asking)
    return Matters(
        records,
        harm if sees else (),
        complaint_lists.of_item(session, told.item.id, by),
        by.role in MAY_RECORD,
        by.role in MAY_TAKE_IN,
    )


def _asks(
    line: HistoryLine, told: ItemHistory, recorded: Collection[UUID | None], *, waits: bool
) -> bool:
    """Tell whether an entry asks for a record.

    An event that harms asks for its own; a look that holds the item in quarantine asks while no
    record of the item is under way.
    """
    if line.step.cancelled or line.fact in recorded:
        return False
    if line.step.fact.kind in EVENTS:
        return True
    return not waits and line.fact in told.lines[-1].step.after.matters


def _kind_of(line: HistoryLine) -> str:
    fact = line.step.fact
    return incident_lists.kind_of(fact.kind, fact.condition, seal_differs=fact.seal_differs)
