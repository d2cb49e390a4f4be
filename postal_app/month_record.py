"""A reckoned period as plain JSON and back, so that a closed month is shown as it was signed.

Each class is written field by field. What a later version adds has a default there and is read
as that; what it no longer has is left in the record and not read.
"""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import cache
from typing import Any, TypeVar, cast, get_args, get_origin, get_type_hints

from postal_app.rules.words import Words

T = TypeVar("T")

Plain = Any
"""What JSON knows: objects, lists, texts, whole numbers, true, false and null."""


def written(value: object) -> Plain:
    """Give a value as plain JSON.

    Raises:
        TypeError: it holds what has no plain form; that is our fault.
    """
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, bool | int | str):
        return value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if is_dataclass(value):
        return {one.name: written(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, Mapping):
        return {str(written(key)): written(one) for key, one in value.items()}
    if isinstance(value, tuple | list):
        return [written(one) for one in value]
    raise TypeError(f"{type(value).__name__} has no plain form")


def read(kind: type[T], plain: Plain) -> T:
    """Give the value of a class that was written.

    Raises:
        ValueError: it is not what was written of such a class.
        TypeError: a field without default is missing.
    """
    return cast(T, _read(kind, plain))


def _read(kind: Any, plain: Plain) -> Any:
    parts = get_args(kind)
    if get_origin(kind) is tuple:
        return tuple(_read(parts[0], one) for one in plain)
    if parts:  # a mapping
        return {_read(parts[0], key): _read(parts[1], one) for key, one in plain.items()}
    if kind is Words:
        return Words(*plain)
    if isinstance(kind, type) and is_dataclass(kind):
        kinds = _kinds(kind)
        return kind(**{name: _read(kinds[name], plain[name]) for name in kinds if name in plain})
    if kind in (date, datetime):
        return kind.fromisoformat(plain)
    return kind(plain)


@cache
def _kinds(kind: Any) -> Mapping[str, Any]:
    hints = get_type_hints(kind)
    return {one.name: hints[one.name] for one in fields(kind)}
