"""Transit standards: what the post publishes of its transit times, and which one holds for an item.

The zone of an item is its distance in a straight line, since districts are no zones any more
(1/7/2025) and a distance can be found again later. Among the standards of its kind in force on
its day the one with the least sufficient distance holds; one without a distance holds for any.
A later standard ends the earlier one and edits nothing, so that no promise changes.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from models.promises import TransitStandard
from postal_app.place_lists import ListRow, read_rows, refuse_faults
from postal_app.rules.legs import LEG_WORDS, RESULT, SUBMISSION
from postal_app.rules.vietnamese import day, fold, read_day, read_number
from postal_app.rules.words import Words

COLUMNS = {
    "leg": "chieu",
    "zone": "vung",
    "up_to_km": "den km",
    "first_attempt_days": "ngay phat lan dau",
    "delivery_days": "ngay phat thanh cong",
    "cut_off_hour": "gio cat",
    "valid_from": "hieu luc tu",
    "valid_to": "hieu luc den",
    "source": "can cu",
}
MAY_BE_EMPTY = frozenset({"up_to_km", "valid_to"})
MOST = {"first_attempt_days": 60, "delivery_days": 60, "cut_off_hour": 24, "up_to_km": 5_000}
LEGS = {
    **{fold(words.vi): leg for leg, words in LEG_WORDS.items()},
    "nop": SUBMISSION,
    "gui": SUBMISSION,
    "tra": RESULT,
}
A_DAY = timedelta(days=1)


class Fate(StrEnum):
    """What an import does with a row of its list."""

    ADDED = "added"
    UNCHANGED = "unchanged"

    @property
    def words(self) -> Words:
        """Give the words of the dry run."""
        return FATE_WORDS[self]


FATE_WORDS: dict[Fate, Words] = {
    Fate.ADDED: Words("Thêm mới", "Added"),
    Fate.UNCHANGED: Words("Giữ nguyên", "Unchanged"),
}


@dataclass(frozen=True, slots=True)
class StandardRow:
    """A standard as a list says it; `up_to_km` None holds for any distance."""

    leg: str
    zone: str
    up_to_km: int | None
    first_attempt_days: int
    delivery_days: int
    cut_off_hour: int
    valid_from: date
    valid_to: date | None
    source: str

    @property
    def key(self) -> tuple[str, int | None]:
        """Give what one standard at a time holds for."""
        return self.leg, self.up_to_km


@dataclass(frozen=True, slots=True)
class PlannedStandard:
    """A row of a list, what becomes of it, and the last day of the one it ends."""

    row: StandardRow
    fate: Fate
    ends: TransitStandard | None = None


def published(session: Session) -> list[TransitStandard]:
    """Give every standard ever published: by kind, by distance, the newest first."""
    rows = session.scalars(
        select(TransitStandard).order_by(
            TransitStandard.leg.desc(),
            TransitStandard.up_to_km.nulls_last(),
            TransitStandard.valid_from.desc(),
        )
    )
    return list(rows)


def in_force(session: Session, first: date, last: date) -> list[TransitStandard]:
    """Give the standards in force on at least one day between two, both included."""
    rows = session.scalars(
        select(TransitStandard).where(
            TransitStandard.valid_from <= last,
            or_(TransitStandard.valid_to.is_(None), TransitStandard.valid_to >= first),
        )
    )
    return list(rows)


def standard_for(
    standards: Iterable[TransitStandard], leg: str, distance: float | None, on: date
) -> TransitStandard | None:
    """Give the standard that holds for a leg of a kind on a day; None when none is published.

    Args:
        standards: those to choose from.
        leg: its kind.
        distance: in kilometres; None when it is not known, so that only a standard for any holds.
        on: the day on which the item begins its way.
    """
    fitting = [
        one
        for one in standards
        if one.leg == leg
        and one.valid_from <= on
        and (one.valid_to is None or one.valid_to >= on)
        and (one.up_to_km is None or (distance is not None and distance <= one.up_to_km))
    ]
    return min(fitting, key=lambda one: (one.up_to_km is None, one.up_to_km or 0), default=None)


def plan(session: Session, content: bytes) -> tuple[PlannedStandard, ...]:
    """Say what a list of standards would add and end.

    Raises:
        UnreadableList, ColumnsMissing, ListWrong: the list cannot be used.
    """
    rows = read_rows(content, COLUMNS)
    refuse_faults([fault for row in rows for fault in _faults_of(row)])
    numbered = [(row.number, _standard(row)) for row in rows]
    standing = published(session)
    refuse_faults([*_twice(numbered), *_too_early(numbered, standing)])
    return tuple(_planned(row, standing) for _, row in numbered)


def apply(
    session: Session, content: bytes, *, imported_by: str, now: datetime
) -> tuple[PlannedStandard, ...]:
    """Publish what is new in a list, all of it or nothing; give the plan that was carried out.

    Raises:
        UnreadableList, ColumnsMissing, ListWrong: the list cannot be used; nothing was added.
    """
    done = plan(session, content)
    added = [one for one in done if one.fate is Fate.ADDED]
    for one in added:
        if one.ends is not None:
            one.ends.valid_to = one.row.valid_from - A_DAY
    session.flush()  # what ends must be ended before what follows it is added
    for one in added:
        row = one.row
        session.add(
            TransitStandard(
                leg=row.leg,
                zone=row.zone,
                up_to_km=row.up_to_km,
                first_attempt_days=row.first_attempt_days,
                delivery_days=row.delivery_days,
                cut_off_hour=row.cut_off_hour,
                valid_from=row.valid_from,
                valid_to=row.valid_to,
                source=row.source,
                imported_at=now,
                imported_by=imported_by,
            )
        )
    session.flush()  # of two imports at once the second must fail here
    return done


def _planned(row: StandardRow, standing: Sequence[TransitStandard]) -> PlannedStandard:
    same = [one for one in standing if (one.leg, one.up_to_km) == row.key]
    if any(_as_row(one) == row for one in same):
        return PlannedStandard(row, Fate.UNCHANGED)
    ends = next((o for o in same if o.valid_to is None or o.valid_to >= row.valid_from), None)
    return PlannedStandard(row, Fate.ADDED, ends)


def _as_row(one: TransitStandard) -> StandardRow:
    return StandardRow(
        one.leg,
        one.zone,
        one.up_to_km,
        one.first_attempt_days,
        one.delivery_days,
        one.cut_off_hour,
        one.valid_from,
        one.valid_to,
        one.source,
    )


def _twice(rows: Sequence[tuple[int, StandardRow]]) -> list[str]:
    """Tell rows of one kind and distance: a list says each only once."""
    seen: set[tuple[str, int | None]] = set()
    found = []
    for number, row in rows:
        if row.key in seen:
            found.append(f"dòng {number}: chiều và khoảng cách này đã có ở dòng trên")
        seen.add(row.key)
    return found


def _too_early(
    rows: Sequence[tuple[int, StandardRow]], standing: Sequence[TransitStandard]
) -> list[str]:
    """Tell rows that would begin before, or with, what stands: those can only be ended."""
    return [
        f"dòng {number}: đã có thời hạn khác hiệu lực từ {day(one.valid_from)}"
        for number, row in rows
        for one in standing
        if (one.leg, one.up_to_km) == row.key
        and one.valid_from >= row.valid_from
        and _as_row(one) != row
    ]


def _standard(row: ListRow) -> StandardRow:
    said = row.values
    valid_from = read_day(said["valid_from"])
    if valid_from is None:
        raise ValueError(f"row {row.number} was not checked")
    return StandardRow(
        LEGS[fold(said["leg"])],
        said["zone"],
        read_number(said["up_to_km"]),
        read_number(said["first_attempt_days"]) or 0,
        read_number(said["delivery_days"]) or 0,
        read_number(said["cut_off_hour"]) or 0,
        valid_from,
        read_day(said["valid_to"]),
        said["source"],
    )


def _faults_of(row: ListRow) -> list[str]:
    said = row.values
    wrong = [
        name
        for name, text in said.items()
        if (not text and name not in MAY_BE_EMPTY) or (text and not _is_right(name, text))
    ]
    found = [f"dòng {row.number}, {COLUMNS[name]}: «{said[name]}»" for name in wrong]
    if wrong:
        return found
    standard = _standard(row)
    if standard.first_attempt_days > standard.delivery_days:
        found.append(f"dòng {row.number}: phát lần đầu muộn hơn phát thành công")
    if standard.valid_to is not None and standard.valid_to < standard.valid_from:
        found.append(f"dòng {row.number}: hết hiệu lực trước khi có hiệu lực")
    return found


def _is_right(name: str, text: str) -> bool:
    if name == "leg":
        return fold(text) in LEGS
    if name in MOST:
        found = read_number(text)
        return found is not None and (name == "up_to_km") <= found <= MOST[name]
    return name not in ("valid_from", "valid_to") or read_day(text) is not None
