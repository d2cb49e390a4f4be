"""What goes back to the province: the faulty rows with what is wrong, and an empty template.

Both are XLSX. Every value is written as text with the quote that keeps it text, so that a code
keeps its zeros and no cell that came from outside is ever run as a formula.
"""

import io
from collections.abc import Iterable, Sequence

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from postal_app.catalogue_headings import Column
from postal_app.catalogue_sheet import CatalogueSheet, FaultyRow
from postal_app.rules.procedure import AgencyLevel, OnlineLevel

WHAT_IS_WRONG = "Lỗi cần sửa"
_LONGEST_CELL = 32_000
_TEMPLATE_ROWS = 5_000
_HEADING_FONT = Font(bold=True, color="FFFFFF")
_HEADING_FILL = PatternFill("solid", fgColor="1F4E79")
_FAULT_FILL = PatternFill("solid", fgColor="FDE9D9")
_LINE = Side(style="thin", color="BFBFBF")
_BOX = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_WRAPPED = Alignment(wrap_text=True, vertical="top")
_TEXT_STYLE = "Văn bản"  # one named style; setting each property on each cell is many times slower
_CENTRED = Alignment(wrap_text=True, vertical="center", horizontal="center")

_EXAMPLE = {
    Column.CODE: "1.001200",
    Column.NAME: "Thủ tục ví dụ: xóa dòng này trước khi gửi",
    Column.FIELD: "Giao thông vận tải",
    Column.AGENCY_LEVEL: "Cấp tỉnh",
    Column.SUBMIT: "Có",
    Column.RETURN: "Có",
    Column.PRESENCE: "Không",
    Column.ONLINE: "Một phần",
    Column.FEE: "0",
    Column.CHARGE: "135.000",
    Column.WORKING_DAYS: "5",
    Column.COMPONENTS: "Tờ khai theo mẫu [bản chính x1] | Giấy ủy quyền [bản sao chứng thực x1]",
    Column.REASON: "",
}
_WIDTHS = {
    Column.NAME: 52,
    Column.FIELD: 24,
    Column.COMPONENTS: 60,
    Column.REASON: 36,
}
_CHOICES = {
    Column.AGENCY_LEVEL: [level.words.vi for level in AgencyLevel],
    Column.SUBMIT: ["Có", "Không"],
    Column.RETURN: ["Có", "Không"],
    Column.PRESENCE: ["Có", "Không"],
    Column.ONLINE: [level.words.vi for level in OnlineLevel],
}
_GUIDE = (
    "Mỗi thủ tục một dòng, trên trang «Danh mục». Mã là văn bản, ghi đủ chữ số 0.",
    "Nộp qua BCCI và trả kết quả qua BCCI là hai việc khác nhau: ghi «Có» hoặc «Không» cho từng "
    "cột.",
    "Thủ tục phải có mặt thì không nộp qua bưu chính được; kết quả vẫn có thể trả qua bưu chính.",
    "Phí, lệ phí ghi số đồng. Không thu thì ghi 0; danh mục không nêu thì để trống.",
    "Thành phần hồ sơ: tên giấy tờ, rồi trong ngoặc vuông là loại bản và số lượng; các giấy tờ "
    "cách nhau bằng dấu |. Loại bản: bản chính, bản sao, bản sao chứng thực, bản chụp.",
    "Lý do không thực hiện: để trống khi cả hai cột đều «Có».",
)


def write_faulty(sheet: CatalogueSheet) -> bytes:
    """Give an XLSX of the faulty rows as they came, each with what to mend beside it."""
    book = Workbook()
    page = _first_page(book, "Dòng lỗi")
    width = max([len(sheet.headings), *(len(row.cells) for row in sheet.faulty)])
    titles = [*sheet.headings, *[""] * (width - len(sheet.headings))]
    _write_headings(page, ["Dòng", WHAT_IS_WRONG, *titles])
    for line, row in enumerate(sheet.faulty, start=2):
        values = [str(row.number), _told(row), *row.cells]
        for place, value in enumerate(values, start=1):
            _write_text(page.cell(line, place), value)
        page.cell(line, 2).fill = _FAULT_FILL
    _set_widths(page, [8, 60, *_fitting_widths(titles, sheet.faulty)])
    page.freeze_panes = "C2"
    page.auto_filter.ref = f"A1:{get_column_letter(width + 2)}{len(sheet.faulty) + 1}"
    return _bytes_of(book)


def template() -> bytes:
    """Give an XLSX with our headings, drop-down lists, one example row and a guide."""
    book = Workbook()
    page = _first_page(book, "Danh mục")
    _write_headings(page, list(Column))
    for place, column in enumerate(Column, start=1):
        _write_text(page.cell(2, place), _EXAMPLE[column])
        letter = get_column_letter(place)
        page.column_dimensions[letter].number_format = "@"
        if column in _CHOICES:
            _offer(page, f"{letter}2:{letter}{_TEMPLATE_ROWS}", _CHOICES[column])
    _set_widths(page, [_WIDTHS.get(column, 16) for column in Column])
    page.freeze_panes = "C2"
    guide = book.create_sheet("Hướng dẫn")
    guide.column_dimensions["A"].width = 110
    for line, sentence in enumerate(_GUIDE, start=1):
        _write_text(guide.cell(line, 1), sentence)
    return _bytes_of(book)


def _first_page(book: Workbook, title: str) -> Worksheet:
    page = book.worksheets[0]
    page.title = title
    book.add_named_style(
        NamedStyle(_TEXT_STYLE, alignment=_WRAPPED, border=_BOX, number_format="@")
    )
    return page


def _told(row: FaultyRow) -> str:
    if not row.faults:
        return "(cùng thủ tục với dòng trên)"
    return "\n".join(f"{fault.column}: {fault.words.vi}." for fault in row.faults)


def _write_headings(page: Worksheet, titles: Sequence[str]) -> None:
    for place, title in enumerate(titles, start=1):
        cell = page.cell(1, place)
        _write_text(cell, str(title))
        cell.font, cell.fill, cell.alignment = _HEADING_FONT, _HEADING_FILL, _CENTRED
    page.row_dimensions[1].height = 34
    page.print_title_rows = "1:1"
    page.page_setup.orientation = "landscape"
    page.page_setup.fitToHeight = 0
    page.sheet_properties.pageSetUpPr.fitToPage = True


def _write_text(cell: Cell, value: str) -> None:
    cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)[:_LONGEST_CELL]
    if cell.value:
        cell.data_type = "s"  # a value that begins with = stays what somebody typed
    cell.style = _TEXT_STYLE
    cell.quotePrefix = True


def _offer(page: Worksheet, cells: str, choices: Sequence[str]) -> None:
    rule = DataValidation(type="list", formula1=f'"{",".join(choices)}"', allow_blank=True)
    rule.error, rule.errorTitle = "Hãy chọn một giá trị trong danh sách.", "Giá trị chưa đúng"
    rule.add(cells)
    page.add_data_validation(rule)


def _fitting_widths(titles: Sequence[str], rows: Iterable[FaultyRow]) -> list[int]:
    longest = [len(title) for title in titles]
    for row in rows:
        for place, value in enumerate(row.cells):
            longest[place] = max(longest[place], *(len(line) for line in value.split("\n")))
    return [min(max(length + 2, 10), 50) for length in longest]


def _set_widths(page: Worksheet, widths: Sequence[int]) -> None:
    for place, width in enumerate(widths, start=1):
        page.column_dimensions[get_column_letter(place)].width = width


def _bytes_of(book: Workbook) -> bytes:
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()
