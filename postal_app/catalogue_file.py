"""A province's list as it comes, workbook or CSV, opened safely into plain rows of cells.

Nothing is parsed before its size is known, merged cells are filled in every row they cover, and
what cannot be opened is told with the one thing to do about it.
"""

import csv
import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from itertools import zip_longest
from xml.etree.ElementTree import ParseError

import openpyxl
from openpyxl.utils import range_boundaries
from openpyxl.utils.exceptions import InvalidFileException

from postal_app.errors import Invalid
from postal_app.rules.vietnamese import day
from postal_app.rules.words import Words

MAX_FILE_BYTES = 20 * 1024 * 1024
MAX_UNPACKED_BYTES = 96 * 1024 * 1024
MAX_RATIO = 200  # a list of the same few words packs up to fifty times; a bomb a thousand times
MAX_PARTS = 1_000
MAX_ROWS = 20_000
MAX_COLUMNS = 60
MAX_MERGED_CELLS = MAX_ROWS * MAX_COLUMNS

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})"')
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
_SHEET = re.compile(rb"<(?:\w+:)?sheet\s[^>]*>")
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\s[^>]*>")
_ATTRIBUTE = re.compile(rb'([\w:]+)="([^"]*)"')


class UnreadableList(Invalid):
    """The file cannot be opened as a list of procedures."""


class EmptyFile(UnreadableList):
    """Nothing is in it."""

    words = Words(
        "Tệp không có dữ liệu. Hãy chọn lại tệp danh mục.",
        "The file is empty. Choose the list again.",
    )


class FileTooLarge(UnreadableList):
    """More bytes than any list has."""

    words = Words(
        "Tệp lớn hơn {limit} MB. Hãy bỏ hình ảnh và trang tính thừa rồi gửi lại.",
        "The file is larger than {limit} MB. Remove pictures and spare sheets and send it again.",
    )


class UnpacksTooLarge(UnreadableList):
    """A zip bomb, or a workbook that looks like one."""

    words = Words(
        "Tệp mở ra lớn bất thường nên không được đọc. Hãy chép danh mục sang một tệp Excel mới.",
        "The file unpacks to an abnormal size and was not read. Copy the list to a new workbook.",
    )


class OldWorkbook(UnreadableList):
    """The format of Excel before 2007."""

    words = Words(
        "Tệp là Excel đời cũ (.xls). Hãy mở tệp và lưu lại dạng .xlsx.",
        "The file is an old Excel workbook (.xls). Open it and save it as .xlsx.",
    )


class ProtectedWorkbook(UnreadableList):
    """Opening it needs a password."""

    words = Words(
        "Tệp đặt mật khẩu mở. Hãy bỏ mật khẩu rồi gửi lại.",
        "The file needs a password to open. Remove the password and send it again.",
    )


class NoWorkbook(UnreadableList):
    """Neither XLSX nor CSV."""

    words = Words(
        "Tệp không phải bảng tính Excel (.xlsx) hay CSV. Hãy lưu danh mục dạng .xlsx.",
        "The file is no Excel workbook (.xlsx) and no CSV. Save the list as .xlsx.",
    )


class UnknownWriting(UnreadableList):
    """The bytes of a CSV are in no encoding we know."""

    words = Words(
        "Không đọc được bảng mã chữ của tệp CSV. Hãy lưu dạng «CSV UTF-8» hoặc .xlsx.",
        "The encoding of the CSV file is not known. Save it as “CSV UTF-8” or as .xlsx.",
    )


class TooManyRows(UnreadableList):
    """More rows than any catalogue has."""

    words = Words(
        "Danh mục có hơn {limit} dòng. Hãy tách thành nhiều tệp.",
        "The list has more than {limit} rows. Split it into several files.",
    )


class CellKind(Enum):
    """How the file held the value."""

    TEXT = "text"
    NUMBER = "number"
    UNCOMPUTED = "formula without a kept value"
    BROKEN = "error value such as #REF!"


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: its text as it came, and the first row of the merged block it belongs to."""

    text: str
    kind: CellKind
    first_row: int


@dataclass(frozen=True, slots=True)
class GridRow:
    """One row that holds anything; `number` is what the spreadsheet program shows."""

    number: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet of the file, empty rows left out."""

    name: str
    rows: tuple[GridRow, ...]


Value = tuple[str, CellKind]
Merges = dict[tuple[int, int], tuple[int, int]]  # (row, column) to the block's first (row, column)
_EMPTY: Value = ("", CellKind.TEXT)


def open_grids(content: bytes) -> list[Grid]:
    """Give the sheets of a workbook, or the one table of a CSV in each way of cutting it.

    Raises:
        UnreadableList: the file is empty, too large, protected or of another kind.
    """
    if not content.strip(b"\x00\t\r\n \xef\xbb\xbf"):
        raise EmptyFile
    if len(content) > MAX_FILE_BYTES:
        raise FileTooLarge(limit=MAX_FILE_BYTES // 1024 // 1024)
    if content.startswith(_OLE):
        raise ProtectedWorkbook if _ENCRYPTED in content else OldWorkbook
    if content.startswith(_ZIP):
        return _open_workbook(content)
    return _open_csv(content)


# openpyxl has no error of its own for a zip that is no workbook or a damaged one.
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    InvalidFileException,
    ParseError,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    EOFError,
    NotImplementedError,
    OverflowError,
)


def _open_workbook(content: bytes) -> list[Grid]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _refuse_bomb(archive.infolist())
            sheets = list(_visible_sheets(archive))
        with warnings.catch_warnings():
            # It warns of colours, print areas and the like, which say nothing of procedures.
            warnings.filterwarnings("ignore", category=UserWarning, module="openpyxl")
            return _read_sheets(content, sheets)
    except _DAMAGED as wrong:
        raise NoWorkbook from wrong


def _read_sheets(content: bytes, sheets: list[tuple[str, Merges, bool]]) -> list[Grid]:
    computed = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    written = None
    if any(has_formulas for _, _, has_formulas in sheets):
        written = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
    return [
        _read_sheet(name, merges, computed, written if has_formulas else None)
        for name, merges, has_formulas in sheets
    ]


def _refuse_bomb(parts: list[zipfile.ZipInfo]) -> None:
    """Look at the sizes the archive declares; zipfile never unpacks more than is declared."""
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED_BYTES:
        raise UnpacksTooLarge
    for part in parts:
        if part.flag_bits & 0x1:
            raise ProtectedWorkbook
        if part.file_size > 1_000_000 and part.file_size > MAX_RATIO * max(part.compress_size, 1):
            raise UnpacksTooLarge


def _visible_sheets(archive: zipfile.ZipFile) -> Iterator[tuple[str, Merges, bool]]:
    """Give each worksheet's name, its merged blocks, and whether it has formulas."""
    names = [found for found in archive.namelist() if found.endswith("xl/workbook.xml")]
    if not names:
        raise NoWorkbook
    folder = names[0].removesuffix("workbook.xml")
    targets = {
        relation["Id"]: relation["Target"]
        for relation in _tags(_RELATION, archive.read(f"{folder}_rels/workbook.xml.rels"))
    }
    for sheet in _tags(_SHEET, archive.read(names[0])):
        target = targets[sheet["id"]]
        path = target.lstrip("/") if target.startswith("/") else folder + target
        if sheet.get("state", "visible") == "visible" and "worksheets/" in path:
            xml = archive.read(path)
            yield _unescaped(sheet["name"]), _merged_blocks(xml), bool(_FORMULA.search(xml))


def _tags(pattern: re.Pattern[bytes], xml: bytes) -> Iterator[dict[str, str]]:
    for tag in pattern.findall(xml):
        yield {
            name.decode().rpartition(":")[2]: value.decode()
            for name, value in _ATTRIBUTE.findall(tag)
        }


def _unescaped(name: str) -> str:
    for entity, sign in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'")):
        name = name.replace(entity, sign)
    return name.replace("&amp;", "&")


def _merged_blocks(xml: bytes) -> Merges:
    blocks: Merges = {}
    for reference in _MERGED.findall(xml):
        left, top, right, bottom = range_boundaries(reference.decode())
        right = min(right, MAX_COLUMNS)
        if right < left or len(blocks) + (right - left + 1) * (bottom - top + 1) > MAX_MERGED_CELLS:
            continue
        for row in range(top, bottom + 1):
            for column in range(left, right + 1):
                blocks[row, column] = (top, left)
    return blocks


def _read_sheet(
    name: str, merges: Merges, computed: openpyxl.Workbook, written: openpyxl.Workbook | None
) -> Grid:
    formulas: Iterable[list[object]] = _sheet_rows(written, name) if written else ()
    both: Iterator[tuple[list[object], list[object]]] = zip_longest(
        _sheet_rows(computed, name), formulas, fillvalue=[]
    )
    rows: list[GridRow] = []
    firsts: dict[tuple[int, int], Value] = {}
    starts = set(merges.values())
    for number, (found, as_written) in enumerate(both, start=1):
        row = [_value(cell, source) for cell, source in zip_longest(found, as_written)]
        for column, value in enumerate(row, start=1):
            if (number, column) in starts:
                firsts[number, column] = value
        if merges:
            row = _filled(row, number, merges, firsts)
        if any(text.strip() for text, _ in row):
            rows.append(_grid_row(number, row, merges))
        if len(rows) > MAX_ROWS:
            raise TooManyRows(limit=MAX_ROWS)
    return Grid(name, tuple(rows))


def _sheet_rows(book: openpyxl.Workbook, name: str) -> Iterator[list[object]]:
    sheet = book[name]
    sheet.reset_dimensions()  # some programs write a wrong size, and columns would be lost
    for row in sheet.iter_rows(max_col=MAX_COLUMNS):
        values = [_held(cell) for cell in row]
        while values and values[-1] is None:
            values.pop()
        yield values


def _held(cell: object) -> object:
    """Give the cell's value; an error or a formula wrapped, so that it is not taken for text."""
    value: object = getattr(cell, "value", None)
    kind = getattr(cell, "data_type", "n")
    if value is not None and kind in {"e", "f"}:
        return (CellKind.BROKEN if kind == "e" else CellKind.UNCOMPUTED, str(value))
    return value


def _value(computed: object, written: object) -> Value:
    """Give the text and kind of a cell from what it computes to and what was written in it."""
    if isinstance(computed, tuple):
        return computed[1], computed[0]
    if computed is None and isinstance(written, tuple):
        return written[1], written[0]
    if computed is None:
        return _EMPTY
    if isinstance(computed, bool):
        return ("Có" if computed else "Không"), CellKind.TEXT
    if isinstance(computed, int | float):
        whole = isinstance(computed, float) and computed.is_integer()
        return str(int(computed) if whole else computed), CellKind.NUMBER
    if isinstance(computed, datetime):
        return day(computed.date()), CellKind.NUMBER
    return str(computed), CellKind.TEXT


def _filled(
    row: list[Value], number: int, merges: Merges, firsts: dict[tuple[int, int], Value]
) -> list[Value]:
    width = len(row)
    while width < MAX_COLUMNS and (number, width + 1) in merges:
        width += 1
    padded = row + [_EMPTY] * (width - len(row))
    return [
        firsts.get(merges.get((number, column), (0, 0)), value)
        for column, value in enumerate(padded, start=1)
    ]


def _grid_row(number: int, row: list[Value], merges: Merges) -> GridRow:
    return GridRow(
        number,
        tuple(
            Cell(text, kind, merges.get((number, column), (number, column))[0])
            for column, (text, kind) in enumerate(row, start=1)
        ),
    )


def _open_csv(content: bytes) -> list[Grid]:
    text = _decoded(content)
    if "\x00" in text:
        raise NoWorkbook
    return [_cut(text, sign) for sign in (",", ";", "\t")]


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "cp1258"]  # the second is what Vietnamese Windows writes
    if b"\x00" in content and encodings[0] != "utf-16":
        raise NoWorkbook
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnknownWriting


def _cut(text: str, sign: str) -> Grid:
    rows: list[GridRow] = []
    try:
        for number, values in enumerate(csv.reader(io.StringIO(text), delimiter=sign), start=1):
            if any(value.strip() for value in values):
                cells = (Cell(value, CellKind.TEXT, number) for value in values[:MAX_COLUMNS])
                rows.append(GridRow(number, tuple(cells)))
            if len(rows) > MAX_ROWS:
                raise TooManyRows(limit=MAX_ROWS)
    except csv.Error as wrong:
        raise NoWorkbook from wrong
    return Grid("", tuple(rows))
