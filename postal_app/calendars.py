"""Calendars: each year's working days, taken in from the published list and asked for by promises.

A list is CSV or XLSX. A row names a day, or a weekday that is a rest day or worked in the morning
only; the weekdays hold for every year of the list. A year that was published before gets a new
version, and what was promised by the earlier one stays.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from models.calendar import CalendarDay, PublishedYear
from postal_app import places
from postal_app.errors import Conflict
from postal_app.place_lists import ListRow, read_rows, refuse_faults
from postal_app.rules.calendar import (
    DAY_WORDS,
    WEEKDAY_WORDS,
    Calendar,
    DayKind,
    YearCalendar,
    missing_holidays,
)
from postal_app.rules.vietnamese import day, fold, read_day
from postal_app.rules.words import Words

COLUMNS = {"day": "ngay", "kind": "loai", "name": "ten", "source": "can cu"}
KINDS = {
    **{fold(words.vi): kind for kind, words in DAY_WORDS.items()},
    "nghi le": DayKind.HOLIDAY,
    "nghi tet": DayKind.HOLIDAY,
    "nghi bu": DayKind.REST,
    "nghi hang tuan": DayKind.REST,
    "nghi hoan doi": DayKind.REST,
}
WEEKDAYS = {fold(words.vi): number for number, words in enumerate(WEEKDAY_WORDS)}
OF_A_WEEKDAY = (DayKind.REST, DayKind.HALF)


class NoProvince(Conflict):
    """A calendar is a province's."""

    words = Words(
        "Chưa lập tỉnh cho bản cài đặt này; hãy chạy postal setup trước.",
        "This installation serves no province yet; run postal setup first.",
    )


@dataclass(frozen=True, slots=True)
class PlannedDay:
    """A day as the list says it, with the announcement it rests on."""

    day: date
    kind: DayKind
    name: str
    source: str


@dataclass(frozen=True, slots=True)
class PlannedYear:
    """A year of a list: the version it would be, and whether it says anything new.

    `version` is that of the publication it repeats when `is_new` is False.
    """

    year: int
    version: int
    is_new: bool
    rest_weekdays: tuple[int, ...]
    half_weekdays: tuple[int, ...]
    days: tuple[PlannedDay, ...]


def calendar(session: Session, first: date, last: date) -> Calendar:
    """Give the province's calendar of the years from one day to another, as published now."""
    newest = {
        row.year: row
        for row in session.scalars(
            select(PublishedYear)
            .options(selectinload(PublishedYear.days))
            .where(PublishedYear.year.between(first.year, last.year))
            .order_by(PublishedYear.version)
        )
    }
    return Calendar({year: _value(row) for year, row in newest.items()})


def published(session: Session) -> list[PublishedYear]:
    """Give every published version with its days, the newest year and version first."""
    rows = session.scalars(
        select(PublishedYear)
        .options(selectinload(PublishedYear.days))
        .order_by(PublishedYear.year.desc(), PublishedYear.version.desc())
    )
    return list(rows)


def plan(session: Session, content: bytes) -> tuple[PlannedYear, ...]:
    """Say what a list would publish, year by year.

    Raises:
        UnreadableList, ColumnsMissing, ListWrong: the list cannot be used.
    """
    rows = read_rows(content, COLUMNS)
    refuse_faults(_faults(rows))
    weekdays = {WEEKDAYS[fold(row.values["day"])]: _kind(row) for row in rows if _is_weekday(row)}
    rest, half = (_of_kind(weekdays.items(), kind) for kind in OF_A_WEEKDAY)
    days = sorted(
        (
            PlannedDay(found, _kind(row), row.values["name"], row.values["source"])
            for row in rows
            if (found := read_day(row.values["day"])) is not None
        ),
        key=lambda one: one.day,
    )
    newest = {row.year: row for row in reversed(published(session))}
    return tuple(
        _planned(year, rest, half, [one for one in days if one.day.year == year], newest.get(year))
        for year in sorted({one.day.year for one in days})
    )


def apply(
    session: Session, content: bytes, *, imported_by: str, now: datetime
) -> tuple[PlannedYear, ...]:
    """Publish what is new in a list, all of it or nothing; give the plan that was carried out.

    Raises:
        UnreadableList, ColumnsMissing, ListWrong: the list cannot be used; nothing was added.
        NoProvince: the installation is not set up.
    """
    province = places.province(session)
    if province is None:
        raise NoProvince
    done = plan(session, content)
    for one in done:
        if one.is_new:
            session.add(
                PublishedYear(
                    province_id=province.id,
                    year=one.year,
                    version=one.version,
                    rest_weekdays=list(one.rest_weekdays),
                    half_weekdays=list(one.half_weekdays),
                    imported_at=now,
                    imported_by=imported_by,
                    days=[
                        CalendarDay(day=d.day, kind=d.kind, name=d.name, source=d.source)
                        for d in one.days
                    ],
                )
            )
    session.flush()  # of two imports at once the second must fail here
    return done


def version_words(year: int, version: int) -> str:
    """Give a version of a year as a promise quotes it."""
    return f"{year} ({version})"


def _value(row: PublishedYear) -> YearCalendar:
    return YearCalendar(
        row.year,
        version_words(row.year, row.version),
        frozenset(row.rest_weekdays),
        frozenset(row.half_weekdays),
        {one.day: DayKind(one.kind) for one in row.days},
    )


def _planned(
    year: int,
    rest: tuple[int, ...],
    half: tuple[int, ...],
    days: Sequence[PlannedDay],
    newest: PublishedYear | None,
) -> PlannedYear:
    before = newest and (
        tuple(newest.rest_weekdays),
        tuple(newest.half_weekdays),
        [PlannedDay(one.day, DayKind(one.kind), one.name, one.source) for one in newest.days],
    )
    is_new = before != (rest, half, list(days))
    version = (newest.version if newest else 0) + is_new
    return PlannedYear(year, version, is_new, rest, half, tuple(days))


def _of_kind(weekdays: Iterable[tuple[int, DayKind]], wanted: DayKind) -> tuple[int, ...]:
    return tuple(sorted(number for number, kind in weekdays if kind is wanted))


def _kind(row: ListRow) -> DayKind:
    return KINDS[fold(row.values["kind"])]


def _is_weekday(row: ListRow) -> bool:
    return fold(row.values["day"]) in WEEKDAYS


def _faults(rows: Sequence[ListRow]) -> list[str]:
    """Tell what is wrong, row by row, and which holidays of a year were forgotten."""
    found = [fault for row in rows for fault in _faults_of(row)]
    seen: set[str] = set()
    for row in rows:
        said = read_day(row.values["day"])
        named = day(said) if said else fold(row.values["day"])
        if named in seen:
            found.append(f"dòng {row.number}, ngày: «{row.values['day']}» đã có")
        seen.add(named)
    days = [said for row in rows if (said := read_day(row.values["day"])) is not None]
    if not days:
        found.append("không có ngày nào")
    if len(seen & set(WEEKDAYS)) == len(WEEKDAYS):
        found.append("tuần không còn ngày làm việc nào")
    for year in sorted({said.year for said in days}):
        forgotten = missing_holidays(year, days)
        found += [f"năm {year}: thiếu ngày lễ {day(one)}" for one in forgotten]
    return found


def _faults_of(row: ListRow) -> list[str]:
    said = row.values
    found = [
        f"dòng {row.number}, {heading}: trống"
        for name, heading in (("name", "tên"), ("source", "căn cứ"))
        if not said[name]
    ]
    kind = KINDS.get(fold(said["kind"]))
    if read_day(said["day"]) is None and not _is_weekday(row):
        found.append(f"dòng {row.number}, ngày: «{said['day']}»")
    if kind is None or (_is_weekday(row) and kind not in OF_A_WEEKDAY):
        found.append(f"dòng {row.number}, loại: «{said['kind']}»")
    return found
