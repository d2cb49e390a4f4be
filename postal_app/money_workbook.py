"""The balance of state money as a workbook: each day by point, agency and kind, and its sums.

Numbers stay numbers, codes are text cells, and the difference stands in every row.
"""

from datetime import date
from io import BytesIO

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from postal_app.money_balance import BalanceRow
from postal_app.month_workbook import COUNT, DAY, FACE, TEXT, both
from postal_app.rules.intake import MONEY_KINDS
from postal_app.rules.money import FIGURE_WORDS
from postal_app.rules.periods import Period
from postal_app.rules.words import Words

TITLE = Words("Cân đối tiền thu hộ", "Money held in trust")
UNIT = Words("Đơn vị: đồng", "In đồng")
SAMPLE = Words("DỮ LIỆU MẪU – KHÔNG PHẢI HỒ SƠ THẬT", "SAMPLE DATA")
HEADINGS = (
    Words("Ngày", "Day"),
    Words("Mã điểm", "Point code"),
    Words("Điểm phục vụ", "Service point"),
    Words("Mã cơ quan", "Agency code"),
    Words("Cơ quan", "Agency"),
    Words("Loại tiền", "Kind"),
    *FIGURE_WORDS.values(),
    Words("Chênh lệch", "Difference"),
)
WIDTHS = (12, 11, 28, 14, 34, 12)
HEADING_ROW = 4


def workbook(period: Period, rows: list[tuple[date, BalanceRow]], *, sample: bool) -> bytes:
    """Give the XLSX file of the balance of each day.

    Args:
        period: the days it is of.
        rows: each with its day.
        sample: whether the data are made up; the sheet then says so.
    """
    file = Workbook()
    sheet = file.active
    sheet.title = TITLE.vi
    sheet.cell(1, 1, both(TITLE)).font = Font(name=FACE, size=14, bold=True)
    sheet.cell(2, 1, f"{both(period.words)} – {both(UNIT)}").font = Font(name=FACE, size=9)
    if sample:
        sheet.cell(3, 1, both(SAMPLE)).font = Font(name=FACE, bold=True, color="B42318")
    _write_headings(sheet)
    for number, (day, row) in enumerate(rows, start=HEADING_ROW + 1):
        _write_row(sheet, number, day, row)
    sheet.freeze_panes = sheet.cell(HEADING_ROW + 1, 1)
    written = BytesIO()
    file.save(written)
    return written.getvalue()


def _write_headings(sheet: Worksheet) -> None:
    for place, words in enumerate(HEADINGS, start=1):
        cell = sheet.cell(HEADING_ROW, place, f"{words.vi}\n{words.en}")
        cell.font = Font(name=FACE, size=10, bold=True)
        cell.fill = PatternFill("solid", fgColor="E3ECF5")
        cell.alignment = Alignment(wrap_text=True, horizontal="center", vertical="center")
        wide = WIDTHS[place - 1] if place <= len(WIDTHS) else 15
        sheet.column_dimensions[get_column_letter(place)].width = wide


def _write_row(sheet: Worksheet, number: int, day: date, row: BalanceRow) -> None:
    figures = [getattr(row.balance, name) for name in FIGURE_WORDS]
    texts = (
        row.point.code,
        row.point.name,
        row.agency.code,
        row.agency.name,
        both(MONEY_KINDS[row.kind]),
    )
    sheet.cell(number, 1, day).number_format = DAY
    for place, text in enumerate(texts, start=2):
        cell = sheet.cell(number, place)
        cell.value, cell.data_type, cell.number_format = text, "s", TEXT
    for place, amount in enumerate((*figures, row.balance.difference), start=2 + len(texts)):
        sheet.cell(number, place, amount).number_format = COUNT
