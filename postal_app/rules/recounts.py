"""Counting again at the agency: what is found, line by line, against the list signed at intake.

The differences are computed from what was counted and never typed; no difference keeps an
envelope from being received (TT 17/2017/TT-BTTTT Art. 5: count and compare again against the
list, then the hand-over record, which both sign).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from postal_app.rules.words import Words


class LineResult(StrEnum):
    """What counting again found of one line."""

    AGREED = "agreed"
    MISSING = "missing"
    EXTRA = "extra"
    WRONG = "wrong"


LINE_RESULT_WORDS: dict[LineResult, Words] = {
    LineResult.AGREED: Words("Đúng", "Agreed"),
    LineResult.MISSING: Words("Thiếu", "Missing"),
    LineResult.EXTRA: Words("Thừa", "Extra"),
    LineResult.WRONG: Words("Sai khác", "Wrong"),
}


@dataclass(frozen=True, slots=True)
class Papers:
    """So many copies of one kind, and their pages together; 0 pages: nobody counted pages."""

    kind: str
    copies: int
    pages: int = 0


def compare(listed: Papers | None, counted: Papers) -> LineResult:
    """Say what counting found of a line; `listed` None: the paper is on no list.

    Fewer copies are missing, whatever else differs; pages speak only where both counted them.
    """
    if listed is None:
        return LineResult.EXTRA if counted.copies else LineResult.AGREED
    if counted.copies < listed.copies:
        return LineResult.MISSING
    if counted.copies and counted.kind != listed.kind:
        return LineResult.WRONG
    if counted.copies > listed.copies:
        return LineResult.EXTRA
    both = listed.pages and counted.pages
    return LineResult.WRONG if both and listed.pages != counted.pages else LineResult.AGREED


class RecordState(StrEnum):
    """How far a hand-over record (biên bản giao nhận) is signed."""

    WAITING = "waiting"
    COMPLETE = "complete"
    OBJECTED = "objected"


RECORD_STATE_WORDS: dict[RecordState, Words] = {
    RecordState.WAITING: Words("Chờ bên giao ký", "Waits for who handed over"),
    RecordState.COMPLETE: Words("Đủ chữ ký hai bên", "Signed by both"),
    RecordState.OBJECTED: Words("Bên giao không đồng ý", "Who handed over objects"),
}

REPLIES = {
    "agreed": Words("Đồng ý và ký", "Agree and sign"),
    "objected": Words("Không đồng ý", "Object"),
}


def record_state(results: Iterable[LineResult], *, scanned: bool, reply: str) -> RecordState:
    """Say how far a hand-over record is signed.

    Who hands over says so by his scan of the hand-over; that is his signature while counting
    found no difference. A difference, or a hand-over nobody scanned, he must answer himself.

    Args:
        results: of all lines.
        scanned: who handed over recorded it from his own account.
        reply: one of `REPLIES`, empty while he has not answered.
    """
    if reply:
        return RecordState.OBJECTED if reply == "objected" else RecordState.COMPLETE
    agreed = all(result is LineResult.AGREED for result in results)
    return RecordState.COMPLETE if scanned and agreed else RecordState.WAITING
