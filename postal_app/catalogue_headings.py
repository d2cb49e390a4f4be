"""The headings of a province's list, in the spellings that provinces use."""

import re
from collections.abc import Iterable, Sequence
from enum import StrEnum

from postal_app.catalogue_file import Grid, GridRow
from postal_app.errors import Invalid
from postal_app.rules.vietnamese import fold, tidy
from postal_app.rules.words import Words

LOOKED_AT = 40  # a title, a letterhead and a preamble stand above the headings


class Column(StrEnum):
    """What one column of the list says; the value is the heading of our own template."""

    CODE = "Mã TTHC"
    NAME = "Tên thủ tục hành chính"
    FIELD = "Lĩnh vực"
    AGENCY_LEVEL = "Cấp thực hiện"
    SUBMIT = "Nộp qua BCCI"
    RETURN = "Trả kết quả qua BCCI"
    PRESENCE = "Phải có mặt"
    ONLINE = "Mức độ trực tuyến"
    FEE = "Phí"
    CHARGE = "Lệ phí"
    WORKING_DAYS = "Số ngày làm việc"
    COMPONENTS = "Thành phần hồ sơ"
    REASON = "Lý do không thực hiện"


NEEDED = (
    Column.CODE,
    Column.NAME,
    Column.FIELD,
    Column.AGENCY_LEVEL,
    Column.SUBMIT,
    Column.RETURN,
    Column.PRESENCE,
)

_SPELLINGS = {
    Column.CODE: "ma tthc|ma thu tuc|ma thu tuc hanh chinh|ma so tthc|ma so|ma so thu tuc|"
    "ma tthc quoc gia|ma so tthc tren csdlqg|code|procedure code",
    Column.NAME: "ten thu tuc hanh chinh|ten tthc|ten thu tuc|thu tuc hanh chinh|name|"
    "ten thu tuc hanh chinh tthc|procedure|procedure name|danh muc thu tuc hanh chinh",
    Column.FIELD: "linh vuc|ten linh vuc|nhom linh vuc|field|linh vuc nganh",
    Column.AGENCY_LEVEL: "cap thuc hien|cap giai quyet|cap hanh chinh|cap|cap co tham quyen|"
    "agency level|level|cap tiep nhan va giai quyet|cap tthc",
    Column.SUBMIT: "nop ho so|nop|tiep nhan|tiep nhan ho so|submit|nhan ho so|gui ho so",
    Column.RETURN: "tra ket qua|tra|nhan ket qua|tra ket qua giai quyet|return|chuyen tra ket qua",
    Column.PRESENCE: "phai co mat|can co mat|yeu cau co mat|nguoi nop phai co mat|co mat|"
    "phai co mat truc tiep|presence needed|presence",
    Column.ONLINE: "muc do truc tuyen|muc do|muc do dvc|muc do dvctt|muc do cung cap|"
    "dvctt muc do|muc do dich vu cong truc tuyen|online level",
    Column.FEE: "phi|muc phi|muc thu phi|tien phi|fee",
    Column.CHARGE: "le phi|muc le phi|muc thu le phi|charge",
    Column.WORKING_DAYS: "so ngay lam viec|thoi han giai quyet|thoi gian giai quyet|so ngay|"
    "so ngay giai quyet|thoi han|working days",
    Column.COMPONENTS: "thanh phan ho so|thanh phan|ho so gom|giay to|components",
    Column.REASON: "ly do|ly do khong thuc hien|ghi ro ly do|reason",
}
_COLUMN_OF = {
    spelling: column for column, listed in _SPELLINGS.items() for spelling in listed.split("|")
}
_BY_POST = re.compile(r"\b(bcci|buu chinh|buu chinh cong ich|buu dien|post)\b")
_PERMISSIONS = {Column.SUBMIT, Column.RETURN}
_IN_BRACKETS = re.compile(r"\([^)]*\)")
_NO_WORD = re.compile(r"[^a-z0-9]+")
_FILLERS = re.compile(
    r"\b(by|bang|dich vu|(?<!ket )qua|duong|thuc hien|cong ich|hanh chinh cong|duoc|the)\b"
)


class HeadingsMissing(Invalid):
    """The row of headings is not there, or not whole."""

    words = Words(
        "Không thấy cột: {missing}. Hãy ghi tiêu đề cột như trong tệp mẫu.",
        "These columns were not found: {missing}. Use the headings of the template.",
    )


class HeadingsTwice(Invalid):
    """Two columns bear one heading."""

    words = Words(
        "Có hai cột cùng là «{heading}». Hãy bỏ một cột.",
        "Two columns are both “{heading}”. Remove one.",
    )


class Headings:
    """Where the columns stand in one grid, and the number of the last heading row."""

    def __init__(self, grid: Grid, rows: Sequence[GridRow]) -> None:
        """Read the headings that one row holds, or two rows one above the other."""
        self.grid = grid
        self.last_row = rows[-1].number
        width = max(len(row.cells) for row in rows)
        self.titles = tuple(_joined(rows, place) for place in range(width))
        self.places: dict[Column, int] = {}
        self.twice: list[Column] = []
        for place, title in enumerate(self.titles):
            column = column_of(title)
            if column in self.places:
                self.twice.append(column)
            elif column is not None:
                self.places[column] = place

    @property
    def missing(self) -> tuple[Column, ...]:
        """Give the columns without which the list cannot be read."""
        return tuple(column for column in NEEDED if column not in self.places)

    @property
    def ignored(self) -> tuple[str, ...]:
        """Give the titles that say nothing to us, so that the reader can be told."""
        known = set(self.places.values())
        return tuple(
            title for place, title in enumerate(self.titles) if title and place not in known
        )

    def title_of(self, column: Column) -> str:
        """Give the heading as the list writes it."""
        return self.titles[self.places[column]] if column in self.places else column.value


def column_of(title: str) -> Column | None:
    """Give what a heading means; None when it says nothing to us."""
    words = _words(_IN_BRACKETS.sub(" ", title)) or _words(title)
    if not _BY_POST.search(words):
        column = _COLUMN_OF.get(words)
        # «Tiếp nhận» alone may be any desk's; only one that names the post is a permission.
        return None if column in _PERMISSIONS else column
    doing = " ".join(_FILLERS.sub(" ", _BY_POST.sub(" ", words)).split())
    column = _COLUMN_OF.get(doing)
    # «Tiếp nhận và trả kết quả qua BCCI» in one column would be two permissions in one: not read.
    return column if column in _PERMISSIONS else None


def find_headings(grids: Iterable[Grid]) -> Headings:
    """Give the headings that fit best, of any sheet, one row high or two.

    Raises:
        HeadingsMissing: no sheet names every needed column.
        HeadingsTwice: two columns bear one heading.
    """
    candidates = [found for grid in grids for found in _candidates(grid)]
    if not candidates:
        raise HeadingsMissing(missing=", ".join(NEEDED))
    best = max(candidates, key=lambda found: (len(found.places), -len(found.twice)))
    if best.missing:
        raise HeadingsMissing(missing=", ".join(best.missing))
    if best.twice:
        raise HeadingsTwice(heading=best.title_of(best.twice[0]))
    return best


def _candidates(grid: Grid) -> Iterable[Headings]:
    top = grid.rows[:LOOKED_AT]
    for place, row in enumerate(top):
        yield Headings(grid, [row])
        if place + 1 < len(top):
            yield Headings(grid, [row, top[place + 1]])


def _joined(rows: Sequence[GridRow], place: int) -> str:
    """Give the heading of a column; a block merged over both rows is read once."""
    parts: list[str] = []
    for row in rows:
        part = tidy(row.cells[place].text) if place < len(row.cells) else ""
        if part and part not in parts:
            parts.append(part)
    return " ".join(parts)


def _words(title: str) -> str:
    return _NO_WORD.sub(" ", fold(title)).strip()
