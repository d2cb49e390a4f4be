"""Verification of the log: leaves against tiles, tiles against each other, all against checkpoints.

Where two disagree, a third says which is wrong: a tile whose hashes give its own root is believed
before its leaves, leaves are believed before a tile that contradicts itself. So one changed leaf is
one fault, and not one for each checkpoint after it.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from models.checkpoints import Checkpoint, LogLeaf, LogTile, SigningKey
from postal_app import ledger_keys
from postal_app.checkpoints import LATE
from postal_app.faults import (
    BACKDATED,
    BODY,
    CHECKPOINT_NAME,
    KEY,
    KEY_NAME,
    LEAF,
    LEAF_GONE,
    LEAF_NAME,
    ROOT,
    SIGNATURE,
    TILE,
    TILE_NAME,
    UNENDORSED,
    UNPRECEDED,
    UNSIGNED,
    Fault,
)
from postal_app.log_tree import split
from postal_app.rules import checkpoints as rules
from postal_app.rules.checkpoints import key_id_of, read_body
from postal_app.rules.merkle import TILE as TILE_SIZE
from postal_app.rules.merkle import TILE_HEIGHT, Frontier, leaf, whole_root

LEAVES_AT_ONCE = 64 * TILE_SIZE

Leaf = Row[Any]


@dataclass(slots=True)
class _Growing:
    """The tree as it grows from the leaves: its edge, roots wanted and found, tiles above."""

    wanted: set[int]
    edge: Frontier = field(default_factory=Frontier)
    roots: dict[int, bytes] = field(default_factory=dict)
    above: dict[int, list[bytes]] = field(default_factory=lambda: defaultdict(list))

    def add(self, hashes: Sequence[bytes]) -> None:
        """Add the hashes of leaves, and note each root that is wanted on the way."""
        before = self.edge.size
        if len(hashes) == TILE_SIZE and self.wanted.isdisjoint(
            range(before + 1, before + TILE_SIZE)
        ):
            self.edge.add(whole_root(hashes), TILE_HEIGHT)
            self.note()
            return
        for hashed in hashes:
            self.edge.add(hashed)
            self.note()

    def note(self) -> None:
        """Note the root as it is now, if a checkpoint speaks of it."""
        if self.edge.size in self.wanted:
            self.roots[self.edge.size] = self.edge.root()


def faults(session: Session) -> Iterator[Fault]:
    """Give every fault of leaves, tiles, checkpoints and keys, in bounded memory."""
    signed = session.scalars(select(Checkpoint).order_by(Checkpoint.number)).all()
    growing = _Growing({one.size for one in signed})
    growing.note()
    yield from _faults_of_leaves(session, signed, growing)
    yield from _faults_above(session, growing)
    yield from _faults_of_checkpoints(session, signed, growing.roots)


def _faults_of_leaves(
    session: Session, signed: Sequence[Checkpoint], growing: _Growing
) -> Iterator[Fault]:
    last = session.scalar(select(func.max(LogLeaf.leaf)))
    size = max(-1 if last is None else last, signed[-1].size - 1 if signed else -1) + 1
    ends = _Ends(signed)
    for first in range(0, size, LEAVES_AT_ONCE):
        end = min(first + LEAVES_AT_ONCE, size)
        found = {
            row.leaf: row
            for row in session.execute(
                select(LogLeaf.__table__).where(LogLeaf.leaf >= first, LogLeaf.leaf < end)
            )
        }
        for row in sorted(found.values(), key=lambda row: int(row.leaf)):
            yield from ends.faults_of(row)
        tiles = _tiles(session, 0, first // TILE_SIZE, end // TILE_SIZE)
        for start in range(first, end, TILE_SIZE):
            rows = [found.get(place) for place in range(start, min(start + TILE_SIZE, end))]
            yield from _faults_of_part(start // TILE_SIZE, rows, tiles, growing)


class _Ends:
    """Which checkpoint took a leaf in, and whether the one before it should have."""

    def __init__(self, signed: Sequence[Checkpoint]) -> None:
        self._left = [(one.size, one.made_at) for one in reversed(signed)]
        self._before: datetime | None = None

    def faults_of(self, row: Leaf) -> Iterator[Fault]:
        """Name a leaf that no checkpoint has, or that came long after its hour; in their order."""
        while self._left and self._left[-1][0] <= row.leaf:
            self._before = self._left.pop()[1]
        if not self._left:
            yield Fault(row.subject, row.position, UNSIGNED)
        elif self._before is not None and row.recorded_at < self._before - LATE:
            yield Fault(row.subject, row.position, BACKDATED)


def _faults_of_part(
    number: int, rows: Sequence[Leaf | None], tiles: dict[int, Row[Any]], growing: _Growing
) -> Iterator[Fault]:
    """Hold the leaves of one tile against it, and go on with what is believed."""
    hashes = [b"" if row is None else leaf(row.digest) for row in rows]
    tile = tiles.get(number)
    kept = split(tile.hashes) if tile else hashes
    if len(rows) == TILE_SIZE and (tile is None or not is_sound(tile)):
        yield Fault(f"{TILE_NAME} 0/{number}", 0, TILE)
        kept = hashes
    for place, (row, mine, theirs) in enumerate(zip(rows, hashes, kept, strict=True)):
        if row is None:
            yield Fault(f"{LEAF_NAME} {number * TILE_SIZE + place}", 0, LEAF_GONE)
        elif mine != theirs:
            yield Fault(row.subject, row.position, LEAF)
    growing.add(kept)
    if len(rows) == TILE_SIZE:
        growing.above[1].append(whole_root(kept))


def _faults_above(session: Session, growing: _Growing) -> Iterator[Fault]:
    """Hold the tiles of the upper levels against those below, and find those too many."""
    level, hashes = 0, growing.above[1]
    while True:
        count = session.scalar(
            select(func.count()).where(LogTile.level == level, LogTile.number >= len(hashes))
        )
        if count:
            yield Fault(f"{TILE_NAME} {level}/{len(hashes)}", 0, TILE)
        if len(hashes) < TILE_SIZE:
            break
        level, above = level + 1, []
        tiles = _tiles(session, level, 0, len(hashes) // TILE_SIZE)
        for number in range(len(hashes) // TILE_SIZE):
            part = hashes[number * TILE_SIZE : (number + 1) * TILE_SIZE]
            root, tile = whole_root(part), tiles.get(number)
            if tile is None or tile.hashes != b"".join(part) or tile.root != root:
                yield Fault(f"{TILE_NAME} {level}/{number}", 0, TILE)
            above.append(root)
        hashes = above
    if session.scalar(select(func.count()).where(LogTile.level > level)):
        yield Fault(f"{TILE_NAME} {level + 1}/0", 0, TILE)


def is_sound(tile: Row[Any]) -> bool:
    """Tell whether a tile does not contradict itself."""
    return bool(whole_root(split(tile.hashes)) == tile.root)


def _tiles(session: Session, level: int, first: int, end: int) -> dict[int, Row[Any]]:
    rows = session.execute(
        select(LogTile.__table__).where(
            LogTile.level == level, LogTile.number >= first, LogTile.number < end
        )
    )
    return {row.number: row for row in rows}


def _faults_of_checkpoints(
    session: Session, signed: Sequence[Checkpoint], roots: dict[int, bytes]
) -> Iterator[Fault]:
    known = ledger_keys.keys(session)
    yield from _faults_of_keys(known, signed)
    by_id = {key.id: key for key in known}
    previous, number = rules.NOTHING_BEFORE, 1
    for one in signed:
        name = f"{CHECKPOINT_NAME} {one.number}"
        said = _said(one)
        if said is None:
            yield Fault(name, 0, BODY)
        key = by_id.get(one.key_id)
        if key is None or not ledger_keys.is_signed(
            key.public_key, one.signature, one.body.encode()
        ):
            yield Fault(name, 0, SIGNATURE)
        if one.number != number or (said is not None and said.previous != previous):
            yield Fault(name, 0, UNPRECEDED)
        if roots.get(one.size) != one.root:
            yield Fault(name, 0, ROOT)
        previous, number = rules.digest_of(one.body), one.number + 1


def _said(one: Checkpoint) -> rules.Checkpoint | None:
    """Give what a checkpoint's text says; None when its row does not say the same."""
    try:
        said = read_body(one.body)
    except ValueError:
        return None
    kept = (one.number, one.size, one.root, one.made_at, one.key_id, one.code)
    told = (said.number, said.size, said.root, said.made_at, said.key_id, said.code)
    return said if kept == told else None


def _faults_of_keys(known: Sequence[SigningKey], signed: Sequence[Checkpoint]) -> Iterator[Fault]:
    """Hold each key against its own name and the word of the one before it.

    A key in the place of a lost one has no word; whether it is the right one is told by the file
    of the key alone (`newest_key_is`), and by everybody who was told its name.
    """
    texts = (said for one in signed if (said := _said(one)) is not None)
    origins = {said.origin for said in texts}
    for place, key in enumerate(known):
        if key.id != key_id_of(key.public_key) or key.number != place + 1:
            yield Fault(f"{KEY_NAME} {key.id}", 0, KEY)
        elif place and key.endorsement:
            before = known[place - 1]
            if not any(ledger_keys.is_endorsed(key, before, origin) for origin in origins):
                yield Fault(f"{KEY_NAME} {key.id}", 0, UNENDORSED)


def newest_key_is(session: Session, key_id: str) -> Iterator[Fault]:
    """Name the newest key when it is not the one whose file is at hand."""
    newest = ledger_keys.in_use(session)
    if newest is not None and newest.id != key_id:
        yield Fault(f"{KEY_NAME} {newest.id}", 0, KEY)
