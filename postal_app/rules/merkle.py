"""Merkle trees: one short value that stands for many, and proofs that need few of them.

1. The hashing is that of RFC 6962, section 2.1: a leaf begins with 0x00, a node with 0x01, so that
   no node can be taken for a leaf.
2. A tree over n leaves splits at the largest power of two below n. The left part is whole: it never
   changes again, however much is added. Its hash is asked for by height and place (`Whole`).
3. An inclusion proof (2.1.1) shows that a leaf stands in a tree; a consistency proof (2.1.2) shows
   that one tree is the beginning of another. Both are short: some log2(n) hashes.
4. Whole trees are kept in tiles of 256 hashes, each tile's root being one hash of the tile above.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence

EMPTY = hashlib.sha256(b"").digest()
"""The root of nothing."""

TILE_HEIGHT = 8
TILE = 1 << TILE_HEIGHT

Whole = Callable[[int, int], bytes]
"""Gives the hash of the whole tree of a height (0: a leaf) at a place, counted from 0."""


class Frontier:
    """The right edge of a growing tree: all that is needed to add leaves and to tell the root."""

    def __init__(self) -> None:
        self.size = 0
        self._trees: list[tuple[int, bytes]] = []

    def add(self, hashed: bytes, height: int = 0) -> None:
        """Add a leaf's hash, or that of a whole tree where only whole trees stand before it."""
        self.size += 1 << height
        self._trees.append((height, hashed))
        while len(self._trees) > 1 and self._trees[-2][0] == self._trees[-1][0]:
            _, right = self._trees.pop()
            below, left = self._trees.pop()
            self._trees.append((below + 1, node(left, right)))

    def root(self) -> bytes:
        """Give the root over all that was added; what is not whole is joined from the right."""
        if not self._trees:
            return EMPTY
        hashed = self._trees[-1][1]
        for _, left in reversed(self._trees[:-1]):
            hashed = node(left, hashed)
        return hashed


def root_of(leaves: Iterable[bytes]) -> bytes:
    """Give the root (32 bytes, SHA-256) over leaves in their order, in bounded memory."""
    edge = Frontier()
    for content in leaves:
        edge.add(leaf(content))
    return edge.root()


def root_at(size: int, whole: Whole) -> bytes:
    """Give the root of the tree over the first `size` leaves."""
    return _range(0, size, whole) if size else EMPTY


def inclusion(index: int, size: int, whole: Whole) -> list[bytes]:
    """Give the proof that leaf `index` stands in the tree of `size` leaves (RFC 6962, 2.1.1).

    Raises:
        ValueError: there is no such leaf; that is our fault.
    """
    if not 0 <= index < size:
        raise ValueError(f"a tree of {size} leaves has no leaf {index}")
    path = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(_range(middle, end, whole))
            end = middle
        else:
            path.append(_range(start, middle, whole))
            start = middle
    return path[::-1]


def consistency(old: int, new: int, whole: Whole) -> list[bytes]:
    """Give the proof that the tree of `old` leaves begins that of `new` (RFC 6962, 2.1.2).

    Raises:
        ValueError: the old tree is larger than the new one; that is our fault.
    """
    if not 0 <= old <= new:
        raise ValueError(f"a tree of {old} leaves does not begin one of {new}")
    if old in (0, new):
        return []
    path = []
    start, end = 0, new
    while end != old:
        middle = start + _split(end - start)
        if old <= middle:
            path.append(_range(middle, end, whole))
            end = middle
        else:
            path.append(_range(start, middle, whole))
            start = middle
    if start:  # else what is left is the old tree itself, whose root is known
        path.append(_range(start, end, whole))
    return path[::-1]


def includes(content: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Tell whether the path proves that a leaf of this content is leaf `index` of the tree."""
    if not 0 <= index < size:
        return False
    hashed, place, last = leaf(content), index, size - 1
    for beside in path:
        if not last:
            return False
        if place & 1 or place == last:
            hashed = node(beside, hashed)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            hashed = node(hashed, beside)
        place, last = place >> 1, last >> 1
    return not last and hashed == root


def continues(old: int, new: int, path: Sequence[bytes], old_root: bytes, new_root: bytes) -> bool:
    """Tell whether the path proves that the old tree begins the new one."""
    if not 0 <= old <= new:
        return False
    if old == new:
        return not path and old_root == new_root
    if not old:
        return not path and old_root == EMPTY
    hashes = list(path)
    if not old & (old - 1):  # a whole tree: the proof leaves out its own root
        hashes.insert(0, old_root)
    if not hashes:
        return False
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    was = now = hashes[0]
    for beside in hashes[1:]:
        if not last:
            return False
        if place & 1 or place == last:
            was, now = node(beside, was), node(beside, now)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            now = node(now, beside)
        place, last = place >> 1, last >> 1
    return not last and was == old_root and now == new_root


def whole_root(hashes: Sequence[bytes]) -> bytes:
    """Give the root over hashes of one height whose number is a power of two."""
    level = list(hashes)
    while len(level) > 1:
        level = [node(left, right) for left, right in zip(level[::2], level[1::2], strict=True)]
    return level[0]


def leaf(content: bytes) -> bytes:
    """Give the hash of a leaf."""
    return hashlib.sha256(b"\x00" + content).digest()


def node(left: bytes, right: bytes) -> bytes:
    """Give the hash of a node over its two children."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def _split(count: int) -> int:
    """Give the largest power of two below `count`, which is more than one."""
    return 1 << ((count - 1).bit_length() - 1)


def _range(start: int, end: int, whole: Whole) -> bytes:
    """Give the hash over the leaves from `start` to before `end`, a part that the split makes."""
    count = end - start
    if not count & (count - 1):
        height = count.bit_length() - 1
        return whole(height, start >> height)
    middle = start + _split(count)
    return node(_range(start, middle, whole), _range(middle, end, whole))
