"""A province's list of procedures, read into rows that can be used and faults that can be mended.

Every fault is told at once, so that the list goes back only once. Merged cells count for every
row they cover; where the code itself is merged over several rows, those rows are one procedure
whose papers stand one below the other. A row that holds one single text is a section heading and
gives its field to the rows below that name none.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from postal_app.catalogue_file import Cell, CellKind, GridRow, open_grids
from postal_app.catalogue_headings import Column, Headings, find_headings
from postal_app.catalogue_values import MARKS, READERS, Component, WrongCell
from postal_app.rules.vietnamese import fold, tidy
from postal_app.rules.words import Words


@dataclass(frozen=True, slots=True)
class ProcedureRow:
    """One procedure as a list states it; money in whole đồng, None where the list is silent."""

    code: str
    name: str
    field: str
    agency_level: str
    submit: bool
    return_: bool
    presence_needed: bool
    online_level: str
    fee: int | None
    charge: int | None
    working_days: int | None
    components: tuple[Component, ...]
    row_number: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in one cell; `row` as the spreadsheet shows it, `column` by its heading."""

    row: int
    column: str
    value: str
    words: Words


@dataclass(frozen=True, slots=True)
class FaultyRow:
    """A row that cannot be used: its cells as they came and all that is wrong with it.

    `code` is what stands in the column of codes, right or wrong.
    """

    number: int
    code: str
    cells: tuple[str, ...]
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class CatalogueSheet:
    """What was read: the usable rows, the faulty ones, and the headings nobody asked for."""

    headings: tuple[str, ...]
    rows: tuple[ProcedureRow, ...]
    faulty: tuple[FaultyRow, ...]
    ignored: tuple[str, ...]

    @property
    def faults(self) -> tuple[Fault, ...]:
        """Give all faults in the order of the rows."""
        return tuple(fault for row in self.faulty for fault in row.faults)


@dataclass(frozen=True, slots=True)
class _Block:
    """The rows of one procedure: one row, or those its merged code covers."""

    rows: tuple[GridRow, ...]
    section: str


_EMPTY = Cell("", CellKind.TEXT, 0)
_COLUMN_NUMBERS = re.compile(r"\(?\d{1,2}\)?")
_SECTION_INDEX = re.compile(r"[IVXLC]+[.)]?|[A-ZĐ][.)]?")
_SECTION_START = re.compile(r"(?:[IVXLC]+|[A-ZĐ])[.)]\s+|(?=lĩnh vực\b)", re.IGNORECASE)
_SECTION_NAME = re.compile(r"^lĩnh vực\b\s*:?\s*", re.IGNORECASE)
_NO_VALUE = {
    CellKind.UNCOMPUTED: Words(
        "Công thức chưa có kết quả trong tệp; mở bằng Excel, lưu lại, hoặc gõ giá trị vào ô",
        "The formula has no result in the file; open it in Excel and save, or type the value",
    ),
    CellKind.BROKEN: Words(
        "Công thức bị lỗi; gõ giá trị vào ô", "The formula is in error; type the value"
    ),
}
_DUPLICATE = Words(
    "Mã {code} có ở nhiều dòng: {rows}; chỉ giữ một dòng", "Code {code} is in rows {rows}; keep one"
)
_PRESENCE_AND_SUBMIT = Words(
    "Thủ tục phải có mặt thì không thể nộp qua bưu chính; sửa cột «{presence}» hoặc «{submit}»",
    "Who must be present cannot submit by post; correct “{presence}” or “{submit}”",
)


def read(content: bytes) -> CatalogueSheet:
    """Give the procedures of an XLSX or CSV file and the faults of the rest.

    Raises:
        UnreadableList: the file cannot be opened.
        HeadingsMissing: a needed column is not there.
        HeadingsTwice: two columns bear one heading.
    """
    headings = find_headings(open_grids(content))
    marked = _mark_columns(headings)
    rows: list[ProcedureRow] = []
    faulty: dict[int, tuple[_Block, list[Fault]]] = {}
    for block in _blocks(headings):
        found = _read_block(block, headings, marked)
        if isinstance(found, ProcedureRow):
            rows.append(found)
        else:
            faulty[block.rows[0].number] = (block, found)
    _tell_duplicates(headings, faulty)
    return CatalogueSheet(
        headings.titles,
        tuple(row for row in rows if row.row_number not in faulty),
        tuple(
            line
            for _, (block, faults) in sorted(faulty.items())
            for line in _faulty_rows(block, faults, headings.places[Column.CODE])
        ),
        headings.ignored,
    )


def _blocks(headings: Headings) -> Iterable[_Block]:
    """Give the rows below the headings, those of one merged code together."""
    place = headings.places[Column.CODE]
    section = ""
    gathered: list[GridRow] = []
    for row in headings.grid.rows:
        if row.number <= headings.last_row or _is_column_numbers(row):
            continue
        heading = _section_of(row)
        if gathered and (heading or _cell(row, place).first_row != gathered[0].number):
            yield _Block(tuple(gathered), section)
            gathered = []
        if heading:
            section = heading
        else:
            gathered.append(row)
    if gathered:
        yield _Block(tuple(gathered), section)


def _is_column_numbers(row: GridRow) -> bool:
    """Tell whether the row only numbers the columns: (1), (2), (3)."""
    filled = [cell.text.strip() for cell in row.cells if cell.text.strip()]
    return len(filled) > 2 and all(_COLUMN_NUMBERS.fullmatch(text) for text in filled)


def _section_of(row: GridRow) -> str:
    """Give the field a section heading names; empty when the row is a procedure.

    A heading says so itself: numbered I or A, merged over several columns, or «Lĩnh vực …». A
    lone name is none of these: it is a procedure that lost its other cells, and is told.
    """
    if len({cell.text for cell in row.cells}) > 4:
        return ""
    filled = [tidy(cell.text) for cell in row.cells if cell.text.strip()]
    words = [text for text in filled if not _SECTION_INDEX.fullmatch(text)]
    if len(set(words)) != 1 or " " not in words[0]:
        return ""
    says_so = len(filled) > 1 or _SECTION_START.match(words[0])
    return _SECTION_NAME.sub("", _SECTION_START.sub("", words[0])).strip(" :.-") if says_so else ""


def _mark_columns(headings: Headings) -> frozenset[Column]:
    """Give the yes-or-no columns filled only with crosses, where an empty cell means no."""
    crossed: set[Column] = set()
    for column in (Column.SUBMIT, Column.RETURN, Column.PRESENCE):
        place = headings.places[column]
        said = {
            fold(_cell(row, place).text)
            for row in headings.grid.rows
            if row.number > headings.last_row and not _is_column_numbers(row)
        }
        if said & MARKS and said <= MARKS | {""}:
            crossed.add(column)
    return frozenset(crossed)


def _read_block(
    block: _Block, headings: Headings, marked: frozenset[Column]
) -> ProcedureRow | list[Fault]:
    values: dict[Column, object] = {}
    faults: list[Fault] = []
    for column in Column:
        cell = _cell_of(block, column, headings)
        if column in marked and not cell.text.strip():
            values[column] = False
            continue
        try:
            values[column] = _value(cell, column)
        except WrongCell as wrong:
            title = headings.title_of(column)
            faults.append(Fault(block.rows[0].number, title, tidy(cell.text), wrong.words))
    if values.get(Column.PRESENCE) and values.get(Column.SUBMIT):
        words = _PRESENCE_AND_SUBMIT.filled(
            presence=headings.title_of(Column.PRESENCE), submit=headings.title_of(Column.SUBMIT)
        )
        faults.append(Fault(block.rows[0].number, headings.title_of(Column.SUBMIT), "Có", words))
    return faults or _procedure_row(values, block.rows[0].number)


def _value(cell: Cell, column: Column) -> object:
    if cell.kind in _NO_VALUE:
        raise WrongCell(*_NO_VALUE[cell.kind])
    return READERS[column](cell)


def _cell_of(block: _Block, column: Column, headings: Headings) -> Cell:
    place = headings.places.get(column)
    if place is None:
        return _EMPTY
    first = _cell(block.rows[0], place)
    if column is Column.COMPONENTS and len(block.rows) > 1:
        texts = dict.fromkeys(_cell(row, place).text for row in block.rows)
        return Cell("\n".join(texts), first.kind, first.first_row)
    if column is Column.FIELD and not first.text.strip():
        return Cell(block.section, CellKind.TEXT, first.first_row)
    return first


def _procedure_row(values: dict[Column, object], number: int) -> ProcedureRow:
    """Give the row; each value has the type its reader in `READERS` gives."""
    names = {
        "code": Column.CODE,
        "name": Column.NAME,
        "field": Column.FIELD,
        "agency_level": Column.AGENCY_LEVEL,
        "submit": Column.SUBMIT,
        "return_": Column.RETURN,
        "presence_needed": Column.PRESENCE,
        "online_level": Column.ONLINE,
        "fee": Column.FEE,
        "charge": Column.CHARGE,
        "working_days": Column.WORKING_DAYS,
        "components": Column.COMPONENTS,
        "reason": Column.REASON,
    }
    read_values: dict[str, object] = {name: values[column] for name, column in names.items()}
    return ProcedureRow(row_number=number, **read_values)  # type: ignore[arg-type]  # as READERS


def _tell_duplicates(headings: Headings, faulty: dict[int, tuple[_Block, list[Fault]]]) -> None:
    """Add a fault to every row whose code stands in another row too, faulty or not."""
    blocks = {block.rows[0].number: block for block in _blocks(headings)}
    place = headings.places[Column.CODE]
    numbers: dict[str, list[int]] = defaultdict(list)
    for number, block in blocks.items():
        code = tidy(_cell(block.rows[0], place).text).upper()
        if code:
            numbers[code].append(number)
    for code, found in numbers.items():
        if len(found) > 1:
            words = _DUPLICATE.filled(code=code, rows=", ".join(str(number) for number in found))
            for number in found:
                _, faults = faulty.setdefault(number, (blocks[number], []))
                faults.append(Fault(number, headings.title_of(Column.CODE), code, words))


def _faulty_rows(block: _Block, faults: Sequence[Fault], code_place: int) -> Iterable[FaultyRow]:
    for row in block.rows:
        told = tuple(faults) if row is block.rows[0] else ()
        code = tidy(_cell(row, code_place).text).upper()
        yield FaultyRow(row.number, code, tuple(cell.text for cell in row.cells), told)


def _cell(row: GridRow, place: int) -> Cell:
    return row.cells[place] if place < len(row.cells) else _EMPTY
