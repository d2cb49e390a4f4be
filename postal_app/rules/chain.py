"""The digest chain: each entry's digest covers its content and the digest before it.

Personal data never enter the chain themselves, only a salted commitment to them, so that they can
be erased later while the chain still proves that nothing else was touched.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from uuid import UUID

START = b"\x00" * 32
"""What stands before an item's first entry."""


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, bytes):
        return value.hex()
    raise TypeError(f"{type(value).__name__} has no canonical form")


# One for all: to make one for each entry would cost as much as the writing.
_WRITER = json.JSONEncoder(
    ensure_ascii=False,
    check_circular=False,
    sort_keys=True,
    separators=(",", ":"),
    default=_plain,
)


def canonical(content: Mapping[str, object]) -> bytes:
    """Give the one byte string that stands for this content, on any machine.

    Raises:
        TypeError: a value is neither JSON nor a moment, a UUID or bytes.
    """
    return _WRITER.encode(content).encode()


def link(previous: bytes, content: Mapping[str, object]) -> bytes:
    """Give the digest (32 bytes, SHA-256) of an entry that follows `previous`."""
    return hashlib.sha256(previous + canonical(content)).digest()


def commit(salt: bytes, personal: Mapping[str, object]) -> bytes:
    """Give the commitment (32 bytes) to a personal part; with the salt gone it says nothing."""
    return hashlib.sha256(salt + canonical(personal)).digest()
