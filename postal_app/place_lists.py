"""Lists of places: service points and agencies read from a file, all of them or none.

A list is CSV or XLSX with a heading row; its headings are read without marks and in any order.
Everything wrong is told at once, each with its row and column; nothing is guessed.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.places import AgencyCode, ServicePoint
from postal_app import places
from postal_app.catalogue_file import open_grids
from postal_app.errors import Invalid
from postal_app.places import AgencyValues, PointValues
from postal_app.rules.vietnamese import fold, read_day, tidy
from postal_app.rules.words import Words

POINT_COLUMNS = {
    "code": "ma diem",
    "name": "ten diem",
    "kind": "loai",
    "address": "dia chi",
    "commune_code": "ma xa (2024)",
    "latitude": "vi do",
    "longitude": "kinh do",
    "valid_from": "du dieu kien tu",
    "valid_to": "du dieu kien den",
}
AGENCY_COLUMNS = {
    "code": "ma dinh danh",
    "name": "ten co quan",
    "level": "cap",
    "address": "dia chi",
    "latitude": "vi do",
    "longitude": "kinh do",
    "valid_from": "hieu luc tu",
}
MAY_BE_EMPTY = frozenset({"valid_to", "latitude", "longitude", "address"})


class ListWrong(Invalid):
    """A list of places has faults; nothing of it was taken in."""

    words = Words(
        "Danh sách có {count} lỗi, chưa nhập gì. {faults}",
        "The list has {count} faults; nothing was imported. {faults}",
    )


class ColumnsMissing(Invalid):
    """The list lacks headings."""

    words = Words(
        "Danh sách thiếu cột: {missing}. Hãy thêm các cột này vào dòng tiêu đề.",
        "The list lacks these columns: {missing}. Add them to its heading row.",
    )


@dataclass(frozen=True, slots=True)
class ListRow:
    """One row as read: its number in the file and its texts by column."""

    number: int
    values: Mapping[str, str]


def import_points(session: Session, content: bytes) -> int:
    """Add the service points of a list with their qualification; give how many.

    Raises:
        UnreadableList, ColumnsMissing, ListWrong: the list cannot be used; nothing was added.
    """
    rows = read_rows(content, POINT_COLUMNS)
    taken = set(session.scalars(select(ServicePoint.code)))
    refuse_faults([*_faults(rows, taken), *_bad_point_codes(rows)])
    for row in rows:
        said = row.values
        values = PointValues(
            said["code"],
            said["name"],
            said["kind"],
            said["address"],
            said["commune_code"],
            "2024",
            float(said["latitude"]),
            float(said["longitude"]),
        )
        point = places.add_point(session, values)
        places.qualify(session, point, _day(said["valid_from"]), read_day(said["valid_to"]))
    return len(rows)


def import_agencies(session: Session, content: bytes) -> int:
    """Add the agencies of a list with their identifiers; give how many.

    Raises:
        UnreadableList, ColumnsMissing, ListWrong: the list cannot be used; nothing was added.
    """
    rows = read_rows(content, AGENCY_COLUMNS)
    taken = set(session.scalars(select(AgencyCode.code).where(AgencyCode.valid_to.is_(None))))
    refuse_faults(_faults(rows, taken))
    for row in rows:
        said = row.values
        values = AgencyValues(
            said["code"].upper(),
            said["name"],
            said["level"],
            said["address"],
            float(said["latitude"]) if said["latitude"] else None,
            float(said["longitude"]) if said["longitude"] else None,
        )
        places.add_agency(session, values, _day(said["valid_from"]))
    return len(rows)


def read_rows(content: bytes, columns: Mapping[str, str]) -> list[ListRow]:
    """Give the rows of the first sheet that has all columns, their texts tidied.

    Args:
        content: CSV or XLSX.
        columns: name of each column and its heading without marks.

    Raises:
        UnreadableList, ColumnsMissing: the file cannot be opened, or lacks headings.
    """
    best: set[str] = set(columns)
    for grid in open_grids(content):
        headings = [fold(tidy(cell.text)) for cell in grid.rows[0].cells] if grid.rows else []
        missing = {name for name, heading in columns.items() if heading not in headings}
        if not missing:
            at = {name: headings.index(heading) for name, heading in columns.items()}
            return [
                ListRow(
                    row.number,
                    {
                        name: tidy(row.cells[place].text) if place < len(row.cells) else ""
                        for name, place in at.items()
                    },
                )
                for row in grid.rows[1:]
            ]
        best = min(best, missing, key=len)
    raise ColumnsMissing(missing=", ".join(columns[name] for name in columns if name in best))


def _faults(rows: list[ListRow], taken: set[str]) -> list[str]:
    """Tell what is wrong, row by row: the row's number, the column, the value."""
    checks: dict[str, Callable[[str], object]] = {
        "latitude": float,
        "longitude": float,
        "valid_from": _day,
        "valid_to": _day,
    }
    seen = set(taken)
    faults = []
    for row in rows:
        for name, text in row.values.items():
            if not text and name not in MAY_BE_EMPTY:
                faults.append(f"dòng {row.number}, {name}: trống")
            elif text and name in checks and not _passes(checks[name], text):
                faults.append(f"dòng {row.number}, {name}: «{text}»")
        code = row.values["code"].upper()
        if code in seen:
            faults.append(f"dòng {row.number}, code: «{code}» đã có")
        seen.add(code)
    return faults


def _bad_point_codes(rows: list[ListRow]) -> list[str]:
    """Tell codes that have not six digits and points without coordinates."""
    return [
        f"dòng {row.number}, {name}: «{row.values[name]}»"
        for row in rows
        for name, good in (
            ("code", len(row.values["code"]) == 6 and row.values["code"].isdecimal()),
            ("latitude", bool(row.values["latitude"])),
            ("longitude", bool(row.values["longitude"])),
        )
        if not good
    ]


def _passes(read: Callable[[str], object], text: str) -> bool:
    try:
        read(text)
    except ValueError:
        return False
    return True


def _day(text: str) -> date:
    found = read_day(text)
    if found is None:
        raise ValueError(f"{text} is no day")
    return found


def refuse_faults(faults: list[str]) -> None:
    """Refuse a list that has faults.

    Raises:
        ListWrong: it has; the first twenty are told.
    """
    if faults:
        raise ListWrong(count=len(faults), faults="; ".join(faults[:20]))
