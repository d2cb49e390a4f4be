"""Merkle roots: one short value that stands for many, and changes with each of them.

The hashing is that of RFC 6962, section 2.1: a leaf begins with 0x00, a node with 0x01, so that
no node can be taken for a leaf.
"""

import hashlib
from collections.abc import Iterable

EMPTY = hashlib.sha256(b"").digest()
"""The root of nothing."""


def root_of(leaves: Iterable[bytes]) -> bytes:
    """Give the root (32 bytes, SHA-256) over leaves in their order, in bounded memory.

    Whole trees of equal height are joined as soon as there are two; what remains at the end is
    joined from the right.
    """
    trees: list[tuple[int, bytes]] = []
    for leaf in leaves:
        trees.append((0, _leaf(leaf)))
        while len(trees) > 1 and trees[-2][0] == trees[-1][0]:
            _, right = trees.pop()
            height, left = trees.pop()
            trees.append((height + 1, _node(left, right)))
    if not trees:
        return EMPTY
    root = trees.pop()[1]
    while trees:
        root = _node(trees.pop()[1], root)
    return root


def _leaf(content: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + content).digest()


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()
