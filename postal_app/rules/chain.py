"""The digest chain: each entry's digest covers its content and the digest before it.

Personal data never enter the chain themselves, only a salted commitment to them, so that they can
be erased later while the chain still proves that nothing else was touched.
"""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime

import orjson

START = b"\x00" * 32
"""What stands before an item's first entry."""


def canonical(content: Mapping[str, object]) -> bytes:
    """Give the one byte string that stands for this content, on any machine.

    It is JSON in UTF-8 without spaces, its names in order, moments in UTC to the microsecond,
    bytes in hexadecimal; Python's own `json` writes the same, as `docs/verify_ledger.py` does.

    Raises:
        TypeError: a value is neither JSON nor a moment, a UUID or bytes. Nor has a fraction such a
            form, for one number may be written in several ways.
    """
    written = {
        name: _written(value) if isinstance(value, _UNWRITTEN) else value
        for name, value in content.items()
    }
    return orjson.dumps(written, default=_written, option=_ONE_FORM)


_UNWRITTEN = (datetime, bytes, float)
_ONE_FORM = orjson.OPT_SORT_KEYS | orjson.OPT_PASSTHROUGH_DATETIME


def _written(value: object) -> str:
    if isinstance(value, datetime):
        utc = value if value.tzinfo is UTC else value.astimezone(UTC)
        return utc.isoformat(timespec="microseconds")
    if isinstance(value, bytes):
        return value.hex()
    raise TypeError(f"{type(value).__name__} has no canonical form")


def link(previous: bytes, content: Mapping[str, object]) -> bytes:
    """Give the digest (32 bytes, SHA-256) of an entry that follows `previous`."""
    return hashlib.sha256(previous + canonical(content)).digest()


def commit(salt: bytes, personal: Mapping[str, object]) -> bytes:
    """Give the commitment (32 bytes) to a personal part; with the salt gone it says nothing."""
    return hashlib.sha256(salt + canonical(personal)).digest()
