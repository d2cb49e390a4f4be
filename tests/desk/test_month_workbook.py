"""The month as a workbook: the figures of the page, in cells that are what they look like."""

from datetime import date
from io import BytesIO

import pytest
from openpyxl import Workbook, load_workbook
from sqlalchemy.orm import Session

from postal_app import month_end
from postal_app.month_book import Book, gather
from postal_app.month_workbook import workbook
from postal_app.rules.periods import Period
from postal_app.rules.roles import Role
from tests.rows import (
    actor_row,
    agency_row,
    at,
    decision_row,
    dossier_row,
    happened,
    item_row,
    point_row,
    procedure_row,
    province_row,
)

MARCH = Period(date(2026, 3, 1), date(2026, 3, 31))
NINE = at(date(2026, 3, 2))


@pytest.fixture
def laid_out(session: Session) -> Book:
    province_row(session, sample=True)
    point, agency = point_row(session), agency_row(session, "=Sở Tư pháp & Co")
    decision = decision_row(session)
    procedure_row(session, decision)
    procedure_row(session, decision, "001.01", '=HYPERLINK("http://a.vn")', submit=False)
    procedure_row(session, decision, "1.003", "Cấp bản sao trích lục hộ tịch")
    clerk = actor_row(session, Role.CLERK, point, "Bùi Thị Hằng")
    courier = actor_row(session, Role.COURIER, point, "Đinh Công Sự")
    for code, condition in (("2.000488", "intact"), ("001.01", "damaged")):
        dossier = dossier_row(session, point, agency, clerk, code, sealed_at=NINE)
        item = item_row(session, [dossier], NINE)
        happened(session, item, "accepted", NINE, clerk, condition="intact")
        arrived = at(date(2026, 3, 3))
        happened(session, item, "handed_to_agency", arrived, courier, condition=condition)
    return gather(session, MARCH, now=at(date(2026, 4, 2), 8, 30))


@pytest.fixture
def month(laid_out: Book) -> month_end.Month:
    return laid_out.month


@pytest.fixture
def book(laid_out: Book) -> Workbook:
    return load_workbook(BytesIO(workbook(laid_out)), rich_text=True)


def test_the_sheets_stand_in_their_order_with_vietnamese_headings_first(book: Workbook) -> None:
    assert book.sheetnames == [
        "Tổng hợp",
        "Theo thủ tục",
        "Theo cơ quan",
        "Theo điểm",
        "Theo chiều",
        "Ngoại lệ",
        "Toàn vẹn",
        "Thủ tục chưa phát sinh",
        "Giữ hẹn",
        "Tiền",
    ]
    vietnamese, english = book["Theo thủ tục"]["A4"].value
    assert (vietnamese.text, english.text) == ("Mã thủ tục\n", "Procedure code")
    assert vietnamese.font.sz > english.font.sz


def test_the_workbook_says_what_the_month_says(book: Workbook, month: month_end.Month) -> None:
    told = {row[0].value: [cell.value for cell in row[1:]] for row in book["Tổng hợp"]["A5:F60"]}
    assert told["Hồ sơ / Dossiers"][0] == month.total.dossiers == 2
    assert told["Trường hợp cần xem lại / Exceptions"][0] == month.exceptions_total == 2
    assert told["Lượt chuyển đúng quyền / Legs carried and allowed"][1:] == [1, 2, 0, "50,00 %"]
    assert told["Phát kết quả thành công / Results delivered"][1:] == [0, 0, 0, "–"]
    intact = told["Nguyên vẹn khi đến đích / Intact at its end"][1:]
    assert intact[:3] == [
        month.integrity.intact,
        month.integrity.ended,
        month.integrity.not_checked,
    ]
    exceptions = list(book["Ngoại lệ"].values)[4:6]
    assert [row[2:4] for row in exceptions] == [(leg.item, leg.dossier) for leg in month.exceptions]
    assert [row[0].split(" / ")[0] for row in exceptions] == [
        "Hư hỏng",
        "Đã chuyển, không được phép",
    ]


def test_codes_stay_text_and_a_text_never_becomes_a_formula(book: Workbook) -> None:
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell.value for cell in cells if cell.data_type == "f"]
    codes = {row[0].value: row for row in book["Theo thủ tục"].iter_rows(min_row=5)}
    assert codes["001.01"][0].number_format == "@"
    name = codes["001.01"][1]
    assert (name.value, name.data_type) == ('=HYPERLINK("http://a.vn")', "s")
    assert name.quotePrefix
    assert book["Theo cơ quan"]["B5"].quotePrefix


def test_numbers_and_days_are_shown_as_in_viet_nam_on_every_computer(book: Workbook) -> None:
    assert book["Theo thủ tục"]["C5"].number_format == r"[>=1000000]#\.###\.##0;[>=1000]#\.##0;0"
    day = book["Ngoại lệ"]["F5"]
    assert (day.value.date(), day.number_format) == (date(2026, 3, 3), "dd/mm/yyyy")
    assert [cell.value for cell in book["Toàn vẹn"]["M"][4:6]] == ["50,00 %", "0,00 %"]


def test_each_sheet_prints_on_a4_across_under_its_headings_and_tells_its_source(
    book: Workbook,
) -> None:
    for sheet in book:
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.print_title_rows == "$4:$4"
        assert sheet.freeze_panes == "B5"
        assert "02/04/2026 08:30" in sheet.oddFooter.left.text
        assert "DỮ LIỆU MẪU" in sheet["A3"].value
        last = [cell.value for cell in sheet["A"] if cell.value][-1]
        assert "sổ cái bưu chính của tỉnh Hòa Bình" in last
        assert sheet.column_dimensions["A"].width >= 16


def test_the_list_of_what_was_never_used_names_what_is_allowed(book: Workbook) -> None:
    row = next(iter(book["Thủ tục chưa phát sinh"].iter_rows(min_row=5, values_only=True)))
    assert row[0:2] == ("1.003", "Cấp bản sao trích lục hộ tịch")
    assert row[3] == "Được thực hiện / Allowed"


def test_each_kind_of_leg_has_its_row_and_the_last_row_adds_them_up(book: Workbook) -> None:
    rows = {str(row[0]).split(" / ")[0]: row[1:] for row in list(book["Theo chiều"].values)[4:13]}
    assert rows["Gửi hồ sơ đến cơ quan"][:4] == (2, 2, 2, 2)
    assert rows["Cộng mọi loại"][1:4] == (2, 2, 2)


def test_promises_and_money_stand_beside_the_figures(book: Workbook) -> None:
    kept = [row[:2] for row in list(book["Giữ hẹn"].values)[4:8]]
    assert kept[0] == ("Đến cơ quan / To the agency", "Phát lần đầu / First attempt")
    money = {str(row[0]).split(" / ")[0]: row[-1] for row in list(book["Tiền"].values)[4:8]}
    assert money["Phí"] == money["Lệ phí"] == 0
