"""Closing counts: what lies on a table against what the book says lies there.

1. Who counts says what he sees; what differs is computed and never typed. He counts without being
   shown the book, unless he asks for it, and the sheet says which of the two it was.
2. A difference is no accusation: it is an exception with an owner, whoever's table it is, and a
   day by which it is settled, in working days of the published calendar.
3. It is settled by a scan that explains it: one that says the item had left, or had come, before
   the count, or that somebody had it in his hands afterwards. Or else by the words of a second
   person. Nobody settles what he counted himself.
4. An envelope that is closed but that nobody has scanned yet is in no book; who sees it on the
   table of the one who closed it sees what is right.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from postal_app.rules.holders import Holder
from postal_app.rules.roles import Role
from postal_app.rules.words import Words

SETTLED_WITHIN = 2
"""Working days after the count by which a difference is settled."""

MAY_COUNT = frozenset({Role.CLERK, Role.COURIER, Role.OFFICER})
MAY_SETTLE = MAY_COUNT | {Role.PROVINCIAL}
MAY_SEE = MAY_SETTLE | {Role.AUDITOR}


class CountResult(StrEnum):
    """What a count found of one item."""

    AGREED = "agreed"
    MISSING = "missing"
    ELSEWHERE = "elsewhere"
    UNKNOWN = "unknown"


RESULT_WORDS: dict[CountResult, Words] = {
    CountResult.AGREED: Words("Khớp", "Agreed"),
    CountResult.MISSING: Words("Có trong sổ, không có trên bàn", "In the book, not on the table"),
    CountResult.ELSEWHERE: Words(
        "Có trên bàn, sổ ghi nơi khác giữ", "On the table, held elsewhere by the book"
    ),
    CountResult.UNKNOWN: Words("Có trên bàn, không có trong sổ", "On the table, in no book"),
}


@dataclass(frozen=True, slots=True)
class Found:
    """One line of a count: the code, what was found of it, and who holds it by the book."""

    code: str
    result: CountResult
    book: Holder | None


def compare(
    holder: Holder, expected: Collection[str], seen: Sequence[str], book: Mapping[str, Holder]
) -> list[Found]:
    """Compare what was seen on a holder's table with the book; each code is told once.

    Args:
        holder: whose table it is.
        expected: the numbers that should lie there, in the order in which they are told.
        seen: the numbers that were read, in their order, some of them perhaps twice.
        book: who holds each number that was read and is known.
    """
    lines = [_seen(code, holder, expected, book) for code in dict.fromkeys(seen)]
    there = set(seen)
    missing = [code for code in expected if code not in there]
    return lines + [Found(code, CountResult.MISSING, holder) for code in missing]


def _seen(
    code: str, holder: Holder, expected: Collection[str], book: Mapping[str, Holder]
) -> Found:
    held = book.get(code)
    if code in expected or held == holder:
        return Found(code, CountResult.AGREED, holder)
    return Found(code, CountResult.ELSEWHERE if held else CountResult.UNKNOWN, held)
