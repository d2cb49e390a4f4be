"""Faulty rows go back to the province as they came, each with what to mend."""

import io

import openpyxl

from postal_app.catalogue_headings import Column
from postal_app.catalogue_paper import WHAT_IS_WRONG, template, write_faulty
from postal_app.catalogue_sheet import read
from tests.lists import HEADINGS, LICENCE, MARRIAGE, csv_text, with_value, workbook


def test_faulty_rows_go_back_as_they_came_with_what_is_wrong_in_vietnamese() -> None:
    dangerous = with_value(LICENCE, Column.COMPONENTS, '\'=HYPERLINK("http://x")')
    dangerous = with_value(dangerous, Column.CODE, "1.0012")
    content = csv_text(HEADINGS, with_value(LICENCE, Column.NAME, ""), MARRIAGE).encode()
    sheet = read(content.replace(b'"5"', b'"=1+1"'))
    page = openpyxl.load_workbook(io.BytesIO(write_faulty(sheet))).worksheets[0]
    headings, row = [[cell.value for cell in line] for line in page.iter_rows()]
    assert headings[:3] == ["Dòng", WHAT_IS_WRONG, "Mã TTHC"]
    assert row[0] == "2"
    assert "Tên thủ tục hành chính: Ô để trống" in str(row[1])
    assert "Số ngày làm việc: «=1+1» không phải số ngày" in str(row[1])
    assert row[2] == "1.002809"
    assert page["C2"].data_type == "s"
    formula = next(cell for cell in page[2] if cell.value == "=1+1")
    assert formula.data_type == "s"
    assert formula.quotePrefix
    assert page.freeze_panes == "C2"


def test_a_mended_sheet_of_faulty_rows_can_be_sent_as_it_is() -> None:
    sheet = read(workbook(HEADINGS, with_value(LICENCE, Column.NAME, "")))
    book = openpyxl.load_workbook(io.BytesIO(write_faulty(sheet)))
    book.worksheets[0]["D2"] = "Đổi giấy phép lái xe"
    mended = io.BytesIO()
    book.save(mended)
    again = read(mended.getvalue())
    assert [row.code for row in again.rows] == ["1.002809"]
    assert again.ignored == ("Dòng", WHAT_IS_WRONG)


def test_our_own_template_is_read_without_a_fault() -> None:
    sheet = read(template())
    assert [row.code for row in sheet.rows] == ["1.001200"]
    assert sheet.faults == ()
    assert sheet.ignored == ()
