"""Signed lists: what is said to lie in an envelope, as whoever closed it signed for.

An envelope from the counter has the list that clerk and sender signed; one from an agency that
sends a dossier on has that agency's; papers recovered at the door have what was ticked there; what
comes back has the list it went out with.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.answers import AgencyEnvelope, EnvelopePaper
from models.counter import Sending
from models.deliveries import RecoveredPaper
from models.dossiers import ChecklistLine
from models.items import Item
from postal_app.rules.legs import RECOVERED, RETURN_TO_AGENCY, SUBMISSION, TRANSFER
from postal_app.rules.recounts import Papers


@dataclass(frozen=True, slots=True)
class ListedPaper:
    """One line of a signed list."""

    name: str
    papers: Papers
    note: str = ""


Lists = Mapping[int, tuple[ListedPaper, ...]]
"""The lists of an envelope by the ids of its dossiers; a dossier without a list has no lines."""


def of_item(session: Session, item: Item) -> Lists:
    """Give the signed lists of an envelope that goes to an agency."""
    found: dict[int, tuple[ListedPaper, ...]] = {leg.dossier_id: () for leg in item.legs}
    if item.leg == TRANSFER:
        return found | _of_agency(session, item.id)
    if item.leg == RETURN_TO_AGENCY:
        return found | (_of_agency(session, item.returns_id) if item.returns_id else {})
    if item.leg == RECOVERED:
        return found | _recovered(session, item.id)
    later = session.scalars(select(Sending).where(Sending.item_id == item.id)).first()
    if later is not None:
        return found | {later.dossier_id: _listed(later.checklist)}
    if item.leg == SUBMISSION:
        return {leg.dossier_id: _listed(leg.dossier.checklist) for leg in item.legs}
    return found


def by_number(session: Session, item: Item) -> dict[str, tuple[ListedPaper, ...]]:
    """Give the signed lists of an envelope by our numbers of its dossiers."""
    lists = of_item(session, item)
    return {leg.dossier.number: lists[leg.dossier_id] for leg in item.legs}


def _listed(lines: Iterable[ChecklistLine]) -> tuple[ListedPaper, ...]:
    return tuple(
        ListedPaper(line.name, Papers(line.kind, line.counted, line.pages), line.note)
        for line in lines
    )


def _of_agency(session: Session, item_id: int) -> dict[int, tuple[ListedPaper, ...]]:
    rows = session.scalars(
        select(EnvelopePaper)
        .join(AgencyEnvelope, AgencyEnvelope.id == EnvelopePaper.envelope_id)
        .where(AgencyEnvelope.item_id == item_id)
        .order_by(EnvelopePaper.id)
    )
    found: dict[int, tuple[ListedPaper, ...]] = {}
    for row in rows:
        line = ListedPaper(row.name, Papers(row.kind, row.copies, row.pages))
        found[row.dossier_id] = (*found.get(row.dossier_id, ()), line)
    return found


def _recovered(session: Session, item_id: int) -> dict[int, tuple[ListedPaper, ...]]:
    """Give the papers that were taken back at a hand-out; each of them is an original."""
    rows = session.scalars(
        select(RecoveredPaper).where(RecoveredPaper.item_id == item_id).order_by(RecoveredPaper.id)
    )
    found: dict[int, tuple[ListedPaper, ...]] = {}
    for row in rows:
        line = ListedPaper(row.name, Papers("original", 1))
        found[row.dossier_id] = (*found.get(row.dossier_id, ()), line)
    return found
