"""What was tried and wished for items: attempts, notices and wishes that stand, in their order.

It is read from the ledger itself, so that a corrected entry counts no more, and for any number of
items at once. The address of a wish is personal and is read only where it is asked for.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.items import Item
from models.ledger import LedgerEntry, PersonalFact
from postal_app.rules.undeliverable import Tried
from postal_app.rules.vietnamese import day_of

ATTEMPT, NOTICE, WISH = "attempt_failed", "notice_left", "wish_noted"
TRIED = (ATTEMPT, NOTICE, WISH)


@dataclass(frozen=True, slots=True)
class Said:
    """One entry that stands: what it is, when it happened and what it says."""

    fact: UUID
    kind: str
    occurred_at: datetime
    details: Mapping[str, object]

    def told(self, name: str) -> str:
        """Give one detail as text, empty when it says nothing of it."""
        return str(self.details.get(name) or "")


@dataclass(frozen=True, slots=True)
class Wish:
    """The wish that holds of an item: its kind, the day or the point, the place it now goes to."""

    fact: UUID
    kind: str
    on: date | None
    point_id: int | None
    place: str
    asked_by: str


def said_of(
    session: Session, items: Collection[Item], kinds: Sequence[str] = TRIED
) -> dict[int, list[Said]]:
    """Give the standing entries of some kinds, by item, in the order in which they happened."""
    found: dict[int, list[Said]] = defaultdict(list)
    if not items:
        return found
    rows = session.execute(
        select(
            LedgerEntry.item_id,
            LedgerEntry.fact,
            LedgerEntry.kind,
            LedgerEntry.occurred_at,
            LedgerEntry.details,
            LedgerEntry.corrects,
        )
        .where(
            LedgerEntry.item_id.in_({item.id for item in items}),
            LedgerEntry.kind.in_((*kinds, "corrected")),
            LedgerEntry.recorded_at >= min(item.created_at for item in items),
        )
        .order_by(LedgerEntry.occurred_at, LedgerEntry.sequence, LedgerEntry.position)
    ).all()
    mistaken = {row.corrects for row in rows if row.kind == "corrected"}
    for row in rows:
        if row.kind != "corrected" and row.fact not in mistaken:
            found[row.item_id].append(Said(row.fact, row.kind, row.occurred_at, row.details))
    return found


def tried(said: Iterable[Said]) -> list[Tried]:
    """Give attempts, notices and wishes as the rule of two notices needs them."""
    return [
        Tried(
            day_of(one.occurred_at),
            reason=one.told("reason") if one.kind == ATTEMPT else "",
            notice=one.kind == NOTICE or bool(one.told("notice")),
            wish=one.kind == WISH,
            wished_on=_day(one) if one.kind == WISH else None,
        )
        for one in said
    ]


def attempts(said: Iterable[Said]) -> int:
    """Count the attempts that failed."""
    return sum(one.kind == ATTEMPT for one in said)


def wish_of(said: Iterable[Said]) -> Wish | None:
    """Give the wish that holds: the last one."""
    last = next((one for one in reversed(list(said)) if one.kind == WISH), None)
    if last is None:
        return None
    point = last.details.get("point_id")
    return Wish(
        last.fact,
        last.told("wish"),
        _day(last),
        point if isinstance(point, int) else None,
        last.told("place"),
        last.told("asked_by"),
    )


def wished_addresses(session: Session, items: Collection[Item]) -> dict[int, str]:
    """Give the other addresses that are asked for, as written, by item; nothing for most.

    They are personal: whoever shows one notes that it was looked at.
    """
    wishes = {item_id: wish_of(said) for item_id, said in said_of(session, items, (WISH,)).items()}
    facts = {
        wish.fact: item_id
        for item_id, wish in wishes.items()
        if wish is not None and wish.kind == "address"
    }
    if not facts:
        return {}
    rows = session.scalars(select(PersonalFact).where(PersonalFact.fact.in_(facts)))
    return {facts[row.fact]: str(row.content.get("address") or "") for row in rows}


def _day(said: Said) -> date | None:
    text = said.told("wished_on")
    return date.fromisoformat(text) if text else None
