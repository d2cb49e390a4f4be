"""The month's end as a workbook: the same figures as the page, for whoever files or sums them.

Codes are text cells and a text never becomes a formula. Numbers stay numbers, shown with the dots
of Vietnamese wherever the reader's computer comes from.
"""

from collections.abc import Iterable
from datetime import date
from io import BytesIO

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from postal_app.month_book import Book, sheets
from postal_app.month_end import Month
from postal_app.month_sheets import Table, Value
from postal_app.rules.indicators import Ratio
from postal_app.rules.vietnamese import NOTHING, moment
from postal_app.rules.words import Words

# The dots are written out, because a separator would be the one of the reader's computer.
COUNT = r"[>=1000000]#\.###\.##0;[>=1000]#\.##0;0"
DAY = "dd/mm/yyyy"
TEXT = "@"

HEADING_ROW = 4
FACE = "Arial"  # has every Vietnamese letter on every computer
PLAIN, SMALL = Font(name=FACE, size=10), Font(name=FACE, size=9)
TITLE = Font(name=FACE, size=14, bold=True)
MARK = Font(name=FACE, size=11, bold=True, color="B42318")
LINE = Side(style="thin", color="9AA3AB")
GRID = Border(bottom=LINE, top=LINE, left=LINE, right=LINE)
HEAD = PatternFill("solid", fgColor="E3ECF5")
TOP, WRAPPED = Alignment(vertical="top"), Alignment(vertical="top", wrap_text=True)
RIGHT = Alignment(horizontal="right", vertical="top")
MIDDLE = Alignment(wrap_text=True, horizontal="center", vertical="center")
SAMPLE = Words("DỮ LIỆU MẪU – KHÔNG PHẢI HỒ SƠ THẬT", "SAMPLE DATA")
SOURCE = Words(
    "Nguồn: sổ cái bưu chính của tỉnh {province}. Số liệu tính đến {as_of} (giờ Việt Nam).",
    "Source: the post's ledger of {province}. Figures as of {as_of} (time of Việt Nam).",
)


def workbook(book: Book, beside: Iterable[Table] = ()) -> bytes:
    """Give the XLSX file of a reckoned period.

    Args:
        book: the period; of a closed month, as it was signed.
        beside: further sheets, for what came after the closing.
    """
    month, file = book.month, Workbook()
    file.remove(file.active)
    file.properties.title = month.period.words.vi
    file.properties.creator = month.province
    for table in (*sheets(book), *beside):
        _write_sheet(file.create_sheet(table.title.vi), table, month)
    written = BytesIO()
    file.save(written)
    return written.getvalue()


def _write_sheet(sheet: Worksheet, table: Table, month: Month) -> None:
    _write_text(sheet.cell(1, 1), _titled(table, month), TITLE)
    _write_text(sheet.cell(2, 1), both(table.note or month.period.words), SMALL)
    if month.sample:
        _write_text(sheet.cell(3, 1), both(SAMPLE), MARK)
    for place, column in enumerate(table.columns, start=1):
        _write_heading(sheet.cell(HEADING_ROW, place), column.words)
        sheet.column_dimensions[get_column_letter(place)].width = column.width
    sheet.row_dimensions[HEADING_ROW].height = 42
    for number, row in enumerate(table.rows, start=HEADING_ROW + 1):
        for place, value in enumerate(row, start=1):
            _write(sheet.cell(number, place), value)
    last = HEADING_ROW + len(table.rows)
    _write_text(sheet.cell(last + 2, 1), both(_source(month)), SMALL)
    _set_up(sheet, last, len(table.columns), month)


def both(words: Words) -> str:
    """Give a phrase in one line, Vietnamese first."""
    return f"{words.vi} / {words.en}"


def _titled(table: Table, month: Month) -> str:
    return f"{table.title.vi} / {table.title.en} – {month.period.words.vi}"


def _source(month: Month) -> Words:
    return SOURCE.filled(province=month.province or NOTHING, as_of=moment(month.as_of))


def _write_heading(cell: Cell, words: Words) -> None:
    """Write a heading, the English under it in smaller type."""
    cell.value = CellRichText(
        TextBlock(InlineFont(rFont=FACE, sz=10, b=True), f"{words.vi}\n"),
        TextBlock(InlineFont(rFont=FACE, sz=8, color="52606D"), words.en),
    )
    cell.fill = HEAD
    cell.border = GRID
    cell.alignment = MIDDLE


def _write(cell: Cell, value: Value) -> None:
    """Write a value in the form of its kind; what is None stays empty."""
    cell.font = PLAIN
    cell.border = GRID
    cell.alignment = WRAPPED if isinstance(value, str | Words) else TOP
    if isinstance(value, Words):
        _write_text(cell, both(value), PLAIN)
    elif isinstance(value, str):
        _write_text(cell, value, PLAIN)
    elif isinstance(value, Ratio):
        # Its part and whole stand beside it as numbers; a cell that rounds by itself would say
        # 100,00 % where one leg in a hundred thousand is missing.
        _write_text(cell, value.shown, PLAIN)
        cell.alignment = RIGHT
    elif isinstance(value, date):
        cell.value, cell.number_format = value, DAY
    elif value is not None:
        cell.value, cell.number_format = value, COUNT


def _write_text(cell: Cell, text: str, font: Font) -> None:
    """Write a text as a text: one that begins with = + - @ is no formula and stays what it is."""
    cell.value = ILLEGAL_CHARACTERS_RE.sub("", text)
    cell.data_type = "s"
    cell.number_format = TEXT
    cell.quotePrefix = text.startswith(("=", "+", "-", "@"))
    cell.font = font


def _set_up(sheet: Worksheet, last: int, width: int, month: Month) -> None:
    """Set the sheet up for the screen and for A4 across."""
    sheet.freeze_panes = sheet.cell(HEADING_ROW + 1, 2)
    if last > HEADING_ROW:
        sheet.auto_filter.ref = f"A{HEADING_ROW}:{get_column_letter(width)}{last}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = f"{HEADING_ROW}:{HEADING_ROW}"
    sheet.page_margins.left = sheet.page_margins.right = 0.4
    sheet.oddFooter.left.text = _source(month).vi.replace("&", "&&")
    sheet.oddFooter.left.size = 8
    sheet.oddFooter.right.text = "&P/&N"
    if month.sample:
        sheet.oddHeader.center.text = SAMPLE.vi
