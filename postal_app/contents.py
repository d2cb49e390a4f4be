"""Contents at the desk: what was counted of an envelope at each stage, and whether it agrees.

The lists stand where their own desks keep them; here they are only read and compared.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from models.answers import LentOriginal, Recount, RecountLine
from models.items import Item
from postal_app import agency_originals, signed_lists
from postal_app.rules.contents import Contents, Likeness, Stage, compare, fingerprint
from postal_app.rules.legs import TO_AGENCY
from postal_app.rules.recounts import Papers


@dataclass(frozen=True, slots=True)
class CountedContents:
    """One count of an envelope, and how it compares with the one it is held against.

    `contents` None: nobody counted; `likeness` None: it is the first.
    """

    stage: Stage
    contents: Contents | None
    likeness: Likeness | None


def of_item(session: Session, item: Item) -> list[CountedContents]:
    """Give what was counted of an envelope to an agency, stage by stage; nothing of any other."""
    if item.leg not in TO_AGENCY:
        return []
    listed, counted = sealed(session, item), recounted(session, item)
    told = [
        CountedContents(Stage.SEALED, listed, None),
        CountedContents(Stage.AGENCY, counted, compare(listed, counted)),
    ]
    lent, back = _lent(session, item), _given_back(session, item)
    if lent is not None:
        told.append(CountedContents(Stage.LENT, lent, None))
        told.append(CountedContents(Stage.RETURNED, back, compare(lent, back)))
    return told


def sealed(session: Session, item: Item) -> Contents | None:
    """Give the fingerprint of what was signed for when an envelope was sealed; None: no list."""
    if item.leg not in TO_AGENCY:
        return None
    lists = signed_lists.of_item(session, item)
    lines = [(one.name, one.papers) for several in lists.values() for one in several]
    return fingerprint(lines) if lines else None


def recounted(session: Session, item: Item) -> Contents | None:
    """Give the fingerprint of what the agency counted; None: it has not."""
    made = session.scalars(select(Recount).where(Recount.item_id == item.id)).first()
    return fingerprint(counted_lines(made.lines)) if made and made.counted else None


def counted_lines(lines: Iterable[RecountLine]) -> list[tuple[str, Papers]]:
    """Give what counting again found, line by line."""
    return [
        (one.name, Papers(one.counted_kind, one.counted_copies, one.counted_pages)) for one in lines
    ]


def listed_lines(lines: Iterable[RecountLine]) -> list[tuple[str, Papers]]:
    """Give what the signed list said of the same lines."""
    return [
        (one.name, Papers(one.listed_kind, one.listed_copies, one.listed_pages)) for one in lines
    ]


def _lent(session: Session, item: Item) -> Contents | None:
    loans = session.scalars(_loans(item)).all()
    return _originals(loans) if loans else None


def _given_back(session: Session, item: Item) -> Contents:
    return _originals(session.scalars(_loans(item).where(agency_originals.returned())))


def _loans(item: Item) -> Select[LentOriginal]:
    return select(LentOriginal).where(
        LentOriginal.dossier_id.in_([leg.dossier_id for leg in item.legs]),
        LentOriginal.agency_id == item.agency_id,
    )


def _originals(loans: Iterable[LentOriginal]) -> Contents:
    return fingerprint((one.name, Papers("original", one.copies)) for one in loans)
