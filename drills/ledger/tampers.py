"""The ways in which a superuser may falsify a ledger; each says where it must be found.

A tamper takes one item that no other tamper touches, or one part of the log, and gives the name
and the positions of which at least one must be told.
"""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

from psycopg.types.json import Jsonb
from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.orm import Session

from models.checkpoints import Checkpoint, LogLeaf, LogTile
from models.items import Item
from models.ledger import LedgerEntry, PersonalFact
from models.tables import SHAPE
from postal_app.faults import CHECKPOINT_NAME, TILE_NAME
from postal_app.ledger import chained
from postal_app.ledger_reading import FACT_COLUMNS, fact_of
from postal_app.locked_items import opening_holder, shadow
from postal_app.rules.chain import START, link
from postal_app.rules.custody import history

LEDGER = SHAPE.tables[LedgerEntry.__tablename__]
TILE_ENTRIES = 256


@dataclass(frozen=True, slots=True)
class Named:
    """The name under which a tamper must be told, and at which positions; none: at any."""

    number: str
    positions: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Victim:
    """An item that nobody else touches."""

    item_id: int
    number: str
    entries: int

    def named(self, *positions: int) -> Named:
        """Give that the item must be told at one of the positions."""
        return Named(self.number, frozenset(positions))


Tamper = Callable[[Session, Victim, random.Random], Named]

# Column of an entry → the SQL of another value that it could bear.
OTHER_VALUES: dict[str, str] = {
    "kind": "'lost'",
    "condition": "CASE condition WHEN 'damaged' THEN 'intact' ELSE 'damaged' END",
    "occurred_at": "occurred_at - interval '3 hours'",
    "recorded_at": "recorded_at + interval '1 second'",
    "device_at": "now()",
    "device": "'may-khac'",
    "boot": "'boot'",
    "monotonic_ms": "77",
    "sequence": "sequence + 1",
    "skew_ms": "skew_ms + 60000",
    "giver_kind": "'citizen'",
    "giver_id": "giver_id + 1",
    "taker_kind": "CASE taker_kind WHEN 'agency' THEN 'courier' ELSE 'agency' END",
    "taker_id": "taker_id + 1",
    "corrects": "gen_random_uuid()",
    "account_id": "account_id + 1",
    "assignment_id": "assignment_id + 1",
    "details": "details || jsonb_build_object('seal', 'NP-GIA')",
    "anomalies": "ARRAY['late']",
    "commitment": "sha256('')",
    "fact": "gen_random_uuid()",
}


def edit_column(session: Session, victim: Victim, draw: random.Random) -> Named:
    """Change what one column of an entry says."""
    position = draw.randint(1, victim.entries)
    column = draw.choice(sorted(OTHER_VALUES))
    _set(session, f"{column} = {OTHER_VALUES[column]}", victim, position)
    return victim.named(position)


def edit_details(session: Session, victim: Victim, draw: random.Random) -> Named:
    """Take away what the details of an entry say."""
    position = draw.randint(1, victim.entries)
    _set(session, "details = '{}'", victim, position)
    return victim.named(position)


def edit_digest(session: Session, victim: Victim, draw: random.Random) -> Named:
    """Change a digest, or the link to the one before it."""
    position = draw.randint(1, victim.entries)
    column = draw.choice(("digest", "previous"))
    _set(session, f"{column} = sha256({column})", victim, position)
    return victim.named(position, position + 1)


def remove_entry(session: Session, victim: Victim, draw: random.Random) -> Named:
    """Take an entry out of the middle of a chain."""
    position = draw.randint(1, victim.entries - 1)
    session.execute(
        delete(LEDGER).where(LEDGER.c.item_id == victim.item_id, LEDGER.c.position == position)
    )
    return victim.named(position)


def insert_entry(session: Session, victim: Victim, draw: random.Random) -> Named:
    """Put an entry, well linked to the one before it, into the middle of a chain."""
    rows = _entries(session, victim)
    place = draw.randint(1, victim.entries - 1)
    new = _like(rows[place]) | {"condition": "damaged", "fact": uuid4()}
    _write(session, victim, new, rows[place - 1]["digest"])
    return victim.named(place + 1)


def swap_entries(session: Session, victim: Victim, draw: random.Random) -> Named:
    """Let two neighbours change places."""
    position = draw.randint(1, victim.entries - 1)
    session.execute(
        update(LEDGER)
        .where(LEDGER.c.item_id == victim.item_id, LEDGER.c.position.in_((position, position + 1)))
        .values(position=2 * position + 1 - LEDGER.c.position)
    )
    return victim.named(position, position + 1)


def cut_tail(session: Session, victim: Victim, draw: random.Random) -> Named:
    """Cut off the end of a chain and leave the item as it was."""
    left = draw.randint(1, victim.entries - 1)
    _cut(session, victim, left)
    return victim.named(*range(left + 1, victim.entries + 1))


def cut_tail_and_shadow(session: Session, victim: Victim, draw: random.Random) -> Named:
    """Cut off the end of a chain and write the item as if it had never been."""
    left = draw.randint(1, victim.entries - 1)
    _cut(session, victim, left)
    _match_shadow(session, victim)
    return victim.named(*range(left + 1, victim.entries + 1))


def remove_item(session: Session, victim: Victim, draw: random.Random) -> Named:  # noqa: ARG001  all tampers are called alike
    """Take an item away with everything that was ever recorded of it."""
    facts = select(LEDGER.c.fact).where(LEDGER.c.item_id == victim.item_id)
    session.execute(delete(PersonalFact).where(PersonalFact.fact.in_(facts)))
    _cut(session, victim, 0)
    session.execute(delete(Item).where(Item.id == victim.item_id))
    return victim.named(*range(1, victim.entries + 1))


def forge_chain(session: Session, victim: Victim, draw: random.Random) -> Named:
    """Change an entry and write all digests after it, and the item, anew."""
    changed = draw.randint(1, victim.entries)
    rows = _entries(session, victim)
    previous = START
    for row in rows:
        new = dict(row)
        if row["position"] == changed:
            new["details"] = {**row["details"], "seal": "NP-GIA"}
            new["occurred_at"] = row["occurred_at"] + timedelta(seconds=1)
        if row["position"] >= changed:
            digest = link(previous, chained(victim.number, new))
            values = {
                "details": new["details"],
                "occurred_at": new["occurred_at"],
                "previous": previous,
                "digest": digest,
            }
            session.execute(update(LEDGER).where(LEDGER.c.id == row["id"]).values(**values))
            new["digest"] = digest
        previous = new["digest"]
    _match_shadow(session, victim)
    return victim.named(changed)


def forge_tail(session: Session, victim: Victim, draw: random.Random) -> Named:  # noqa: ARG001
    """Add an entry that never was to the end of a chain, dated back, and the item with it."""
    last = _entries(session, victim)[-1]
    new = _like(last) | {"fact": uuid4(), "position": victim.entries + 1, "condition": "damaged"}
    _write(session, victim, new, last["digest"])
    _match_shadow(session, victim)
    return victim.named(victim.entries + 1)


def edit_shadow(session: Session, victim: Victim, draw: random.Random) -> Named:
    """Let an item seem to be elsewhere, or in another condition."""
    values = draw.choice(({"state": "lost"}, {"integrity": "altered"}, {"holder_id": 999_999}))
    session.execute(update(Item).where(Item.id == victim.item_id).values(**values))
    return victim.named(0)


def edit_personal(session: Session, victim: Victim, draw: random.Random) -> Named:  # noqa: ARG001
    """Write another name into the personal part of a delivery."""
    content = Jsonb({"receiver": "Người Khác"})
    session.execute(
        text("UPDATE personal_facts SET content = :content WHERE fact = :fact"),
        {"content": content, "fact": _delivery(session, victim)},
    )
    return victim.named(victim.entries)


def remove_personal(session: Session, victim: Victim, draw: random.Random) -> Named:  # noqa: ARG001
    """Let the personal part of a delivery vanish without a record."""
    fact = _delivery(session, victim)
    session.execute(delete(PersonalFact).where(PersonalFact.fact == fact))
    return victim.named(victim.entries)


def edit_leaf(session: Session, victim: Victim, draw: random.Random) -> Named:
    """Change a leaf of the log: what it hashes, whose it is, or when it was recorded."""
    position = draw.randint(1, victim.entries)
    words = draw.choice(
        (
            "digest = sha256(digest)",
            "position = position + 1",
            "recorded_at = recorded_at - interval '1 hour'",
        )
    )
    session.execute(
        text(f"UPDATE log_leaves SET {words} WHERE subject = :n AND position = :p"),  # noqa: S608
        {"n": victim.number, "p": position},
    )
    return victim.named(position)


def remove_leaf(session: Session, victim: Victim, draw: random.Random) -> Named:
    """Take a leaf out of the log."""
    position = draw.randint(1, victim.entries)
    session.execute(
        delete(LogLeaf).where(LogLeaf.subject == victim.number, LogLeaf.position == position)
    )
    return victim.named(position)


OF_ITEMS: Mapping[str, tuple[Tamper, int]] = {
    "column edited": (edit_column, 24),
    "details edited": (edit_details, 8),
    "digest edited": (edit_digest, 6),
    "entry removed": (remove_entry, 8),
    "entry inserted": (insert_entry, 8),
    "entries swapped": (swap_entries, 7),
    "tail cut off": (cut_tail, 5),
    "tail cut off, item made to match": (cut_tail_and_shadow, 7),
    "item removed whole": (remove_item, 5),
    "chain forged anew": (forge_chain, 8),
    "tail forged": (forge_tail, 4),
    "kept state edited": (edit_shadow, 3),
    "personal part edited": (edit_personal, 2),
    "personal part removed": (remove_personal, 2),
    "leaf edited": (edit_leaf, 3),
    "leaf removed": (remove_leaf, 2),
}
"""Kind → how, and how often among a hundred."""


def edit_tile(session: Session, number: int, draw: random.Random) -> Named:
    """Change one hash of a tile, or its root."""
    tile = session.get_one(LogTile, (0, number))
    column = draw.choice(("hashes", "root"))
    place = draw.randrange(len(getattr(tile, column)))
    bent = bytearray(getattr(tile, column))
    bent[place] ^= 1
    values = {column: bytes(bent)}
    session.execute(
        update(LogTile).where(LogTile.level == 0, LogTile.number == number).values(**values)
    )
    return Named(f"{TILE_NAME} 0/{number}")


def remove_tile(session: Session, number: int, draw: random.Random) -> Named:  # noqa: ARG001
    """Take a tile away."""
    session.execute(delete(LogTile).where(LogTile.level == 0, LogTile.number == number))
    return Named(f"{TILE_NAME} 0/{number}")


CHECKPOINT_EDITS = (
    "root = sha256(root)",
    "signature = sha256(signature) || sha256(body::bytea)",
    "body = replace(body, 'time 2026', 'time 2027')",
    "made_at = made_at - interval '1 day'",
)


def edit_checkpoint(session: Session, number: int, draw: random.Random) -> Named:
    """Change what a checkpoint says, or its signature."""
    words = draw.choice(CHECKPOINT_EDITS)
    session.execute(
        text(f"UPDATE checkpoints SET {words} WHERE number = :number"),  # noqa: S608
        {"number": number},
    )
    return Named(f"{CHECKPOINT_NAME} {number}")


def remove_checkpoint(session: Session, number: int, draw: random.Random) -> Named:  # noqa: ARG001
    """Take a checkpoint out of the row; the one after it tells."""
    session.execute(delete(Checkpoint).where(Checkpoint.number == number))
    return Named(f"{CHECKPOINT_NAME} {number + 1}")


def _set(session: Session, words: str, victim: Victim, position: int) -> None:
    session.execute(
        text(f"UPDATE ledger SET {words} WHERE item_id = :item AND position = :position"),  # noqa: S608
        {"item": victim.item_id, "position": position},
    )


def _cut(session: Session, victim: Victim, left: int) -> None:
    session.execute(
        delete(LEDGER).where(LEDGER.c.item_id == victim.item_id, LEDGER.c.position > left)
    )


def _entries(session: Session, victim: Victim) -> list[dict[str, Any]]:
    rows = session.execute(
        select(LEDGER).where(LEDGER.c.item_id == victim.item_id).order_by(LEDGER.c.position)
    )
    return [dict(row) for row in rows.mappings()]


def _like(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "id"}


def _write(session: Session, victim: Victim, new: dict[str, Any], previous: bytes) -> None:
    digest = link(previous, chained(victim.number, new))
    session.execute(insert(LEDGER).values(**new | {"previous": previous, "digest": digest}))


def _match_shadow(session: Session, victim: Victim) -> None:
    """Write the item as its entries now say, as a careful forger would."""
    session.expire_all()
    item = session.get_one(Item, victim.item_id)
    rows = session.execute(select(*FACT_COLUMNS).where(LEDGER.c.item_id == victim.item_id))
    steps = history([fact_of(row) for row in rows], opening_holder(item))
    last = _entries(session, victim)[-1]
    count = session.scalar(
        select(func.count()).select_from(LEDGER).where(LEDGER.c.item_id == victim.item_id)
    )
    values = {**shadow(steps), "entries": count, "digest": last["digest"]}
    session.execute(update(Item).where(Item.id == victim.item_id).values(**values))


def _delivery(session: Session, victim: Victim) -> object:
    return session.scalars(
        select(LEDGER.c.fact).where(
            LEDGER.c.item_id == victim.item_id, LEDGER.c.kind == "delivered"
        )
    ).one()
