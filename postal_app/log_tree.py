"""The tree over the whole ledger, kept in tiles: grown with each checkpoint, read by proofs.

A proof reads a few tiles however large the ledger is. A tile is written once, when it is whole;
what is not whole is read from the leaves, or from the roots of the tiles below: 255 rows at most.
"""

from collections.abc import Iterator, Sequence

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from models.checkpoints import LogLeaf, LogTile
from postal_app.rules.merkle import TILE, TILE_HEIGHT, leaf, root_at, whole_root

HASH_BYTES = 32
TILES_AT_ONCE = 64


class Tree:
    """The tree as it stands in the archive; keeps what it has read of it."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._tiles: dict[tuple[int, int], list[bytes]] = {}

    def whole(self, height: int, place: int) -> bytes:
        """Give the hash of the whole tree of a height at a place (`merkle.Whole`)."""
        level, within = divmod(height, TILE_HEIGHT)
        first = place << within
        hashes = self._tile(level, first // TILE)
        return whole_root(hashes[first % TILE : first % TILE + (1 << within)])

    def root(self, size: int) -> bytes:
        """Give the root over the first leaves."""
        return root_at(size, self.whole)

    def _tile(self, level: int, number: int) -> list[bytes]:
        known = self._tiles.get((level, number))
        if known is None:
            kept = self._session.get(LogTile, (level, number))
            known = split(kept.hashes) if kept else self._unfinished(level, number)
            self._tiles[level, number] = known
        return known

    def _unfinished(self, level: int, number: int) -> list[bytes]:
        first = number * TILE
        if level == 0:
            return [leaf(digest) for digest in _digests(self._session, first, first + TILE)]
        return list(_roots(self._session, level - 1, first, first + TILE))


def grow(session: Session, size: int) -> None:
    """Write the tiles that have become whole with the leaves up to `size`."""
    whole, level = size // TILE, 0
    while whole:
        last = session.scalars(
            select(LogTile.number)
            .where(LogTile.level == level)
            .order_by(LogTile.number.desc())
            .limit(1)
        ).first()
        begun = 0 if last is None else last + 1
        for start in range(begun, whole, TILES_AT_ONCE):
            _write(session, level, start, min(start + TILES_AT_ONCE, whole))
        whole, level = whole // TILE, level + 1


def split(hashes: bytes) -> list[bytes]:
    """Give the single hashes of a tile."""
    return [hashes[at : at + HASH_BYTES] for at in range(0, len(hashes), HASH_BYTES)]


def _write(session: Session, level: int, start: int, end: int) -> None:
    """Write the tiles from `start` to before `end` of one level."""
    first, last = start * TILE, end * TILE
    if level == 0:
        hashes = [leaf(digest) for digest in _digests(session, first, last)]
    else:
        hashes = list(_roots(session, level - 1, first, last))
    session.execute(
        insert(LogTile),
        [
            {
                "level": level,
                "number": start + place,
                "hashes": b"".join(part),
                "root": whole_root(part),
            }
            for place, part in enumerate(_parts(hashes))
        ],
    )


def _parts(hashes: Sequence[bytes]) -> Iterator[Sequence[bytes]]:
    for at in range(0, len(hashes), TILE):
        yield hashes[at : at + TILE]


def _digests(session: Session, first: int, end: int) -> Sequence[bytes]:
    return session.scalars(
        select(LogLeaf.digest)
        .where(LogLeaf.leaf >= first, LogLeaf.leaf < end)
        .order_by(LogLeaf.leaf)
    ).all()


def _roots(session: Session, level: int, first: int, end: int) -> Sequence[bytes]:
    return session.scalars(
        select(LogTile.root)
        .where(LogTile.level == level, LogTile.number >= first, LogTile.number < end)
        .order_by(LogTile.number)
    ).all()
