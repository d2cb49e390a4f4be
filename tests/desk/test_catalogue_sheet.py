"""A province's list is read as it comes, and everything wrong with it is told at once."""

import unicodedata

import openpyxl
import pytest

from postal_app.catalogue_headings import Column, HeadingsMissing, HeadingsTwice, column_of
from postal_app.catalogue_sheet import ProcedureRow, read
from postal_app.catalogue_values import Component
from tests.lists import HEADINGS, LICENCE, MARRIAGE, with_value, workbook


def told(content: bytes) -> list[str]:
    return [fault.words.vi for fault in read(content).faults]


def test_a_list_is_read_with_its_two_permissions_its_money_and_its_papers() -> None:
    sheet = read(workbook(HEADINGS, LICENCE, MARRIAGE))
    assert sheet.faults == ()
    licence, marriage = sheet.rows
    assert licence == ProcedureRow(
        code="1.002809",
        name="Đổi giấy phép lái xe do ngành Giao thông vận tải cấp",
        field="Đường bộ",
        agency_level="province",
        submit=True,
        return_=True,
        presence_needed=False,
        online_level="4",
        fee=0,
        charge=135_000,
        working_days=5,
        components=(
            Component("Đơn đề nghị đổi", "original", 1),
            Component("Giấy khám sức khỏe", "original", 1),
            Component("CCCD", "copy", 2),
        ),
        row_number=2,
    )
    assert (marriage.submit, marriage.return_, marriage.presence_needed) == (False, True, True)
    assert (marriage.fee, marriage.charge, marriage.working_days) == (None, 0, None)


def test_decomposed_text_odd_spaces_and_both_spellings_are_the_same_list() -> None:
    odd = [
        unicodedata.normalize("NFD", f"\u00a0 {value}  ".replace("khỏe", "khoẻ"))
        for value in LICENCE
    ]
    (row,) = read(
        workbook([f" {unicodedata.normalize('NFD', one)} " for one in HEADINGS], odd)
    ).rows
    (plain,) = read(workbook(HEADINGS, LICENCE)).rows
    assert (row.code, row.name, row.charge) == (plain.code, plain.name, plain.charge)
    assert row.components[1].name == "Giấy khám sức khoẻ"


@pytest.mark.parametrize(
    ("title", "column"),
    [
        ("MÃ TTHC", Column.CODE),
        ("Ma so thu tuc", Column.CODE),
        ("Phí (đồng)", Column.FEE),
        ("Tiếp nhận hồ sơ qua BCCI", Column.SUBMIT),
        ("Nộp hồ sơ qua dịch vụ bưu chính công ích", Column.SUBMIT),
        ("Trả kết quả qua đường bưu điện", Column.RETURN),
        ("Trả kết quả qua bưu điện", Column.RETURN),
        ("Tiếp nhận và trả kết quả qua BCCI", None),
        ("Submit by post", Column.SUBMIT),
        ("Return by post", Column.RETURN),
        ("Tiếp nhận", None),
        ("Trả kết quả", None),
        ("STT", None),
    ],
)
def test_headings_are_known_in_the_spellings_of_provinces(title: str, column: Column) -> None:
    assert column_of(title) is column


def test_titles_above_two_rows_of_headings_and_numbered_columns_are_passed_over() -> None:
    group = ["STT", *HEADINGS[:4], "Thực hiện qua BCCI", "", *HEADINGS[6:]]
    below = ["", "", "", "", "", "Tiếp nhận", "Trả kết quả", *[""] * 6]
    numbers = [f"({place})" for place in range(1, 14)]

    def merge(book: openpyxl.Workbook) -> None:
        page = book.worksheets[0]
        page.merge_cells("A1:M1")
        page.merge_cells("F3:G3")
        for letter in "ABCDEHIJKLM":
            page.merge_cells(f"{letter}3:{letter}4")

    sheet = read(
        workbook(["DANH MỤC THỦ TỤC"], [], group, below, numbers, [1, *LICENCE], then=merge)
    )
    assert [row.code for row in sheet.rows] == ["1.002809"]
    assert sheet.ignored == ("STT",)
    assert sheet.faults == ()


def test_a_merged_field_counts_for_every_row_it_covers() -> None:
    def merge(book: openpyxl.Workbook) -> None:
        book.worksheets[0].merge_cells("C2:C3")

    second = with_value(with_value(LICENCE, Column.CODE, "1.002804"), Column.FIELD, None)
    sheet = read(workbook(HEADINGS, LICENCE, second, then=merge))
    assert [row.field for row in sheet.rows] == ["Đường bộ", "Đường bộ"]


def test_papers_below_one_another_under_a_merged_code_are_one_procedure() -> None:
    papers = ["Đơn đề nghị [bản chính x1]", "Giấy ủy quyền [bản sao x1]", "CCCD [bản sao x1]"]
    rows = [with_value(LICENCE, Column.COMPONENTS, paper) for paper in papers]

    def merge(book: openpyxl.Workbook) -> None:
        for letter in "ABCDEFGHIJK":
            book.worksheets[0].merge_cells(f"{letter}2:{letter}4")

    sheet = read(workbook(HEADINGS, *rows, MARRIAGE, then=merge))
    assert [len(row.components) for row in sheet.rows] == [3, 1]
    assert [row.row_number for row in sheet.rows] == [2, 5]


def test_a_section_heading_gives_its_field_to_the_rows_below() -> None:
    sheet = read(
        workbook(
            HEADINGS,
            ["I", "LĨNH VỰC ĐƯỜNG BỘ"],
            with_value(LICENCE, Column.FIELD, ""),
            ["", "Lĩnh vực: Hộ tịch"],
            with_value(MARRIAGE, Column.FIELD, ""),
        )
    )
    assert [row.field for row in sheet.rows] == ["ĐƯỜNG BỘ", "Hộ tịch"]
    assert sheet.faults == ()


def test_a_lone_name_is_a_procedure_that_lost_its_cells_and_is_told() -> None:
    sheet = read(workbook(HEADINGS, LICENCE, ["", "Đăng ký kết hôn"]))
    assert {fault.row for fault in sheet.faults} == {3}
    assert any("Thiếu mã" in fault.words.vi for fault in sheet.faults)


@pytest.mark.parametrize("code", [1.0012, 1, 1012766, "1.0012", "1,002809", "1.01E+06"])
def test_a_code_that_a_spreadsheet_made_a_number_of_is_told_and_not_guessed(code: object) -> None:
    (fault,) = read(workbook(HEADINGS, with_value(LICENCE, Column.CODE, code))).faults
    assert "đổi thành số" in fault.words.vi
    assert (fault.row, fault.column) == (2, "Mã TTHC")


@pytest.mark.parametrize(
    "code", ["1.002809", 1.002809, "1.002809.000.00.00.H28", "T-HBI-123456-TT"]
)
def test_a_whole_code_is_kept_as_text(code: object) -> None:
    (row,) = read(workbook(HEADINGS, with_value(LICENCE, Column.CODE, code))).rows
    assert row.code == str(code)


def test_both_rows_of_a_code_that_stands_twice_are_told_even_when_one_is_faulty_already() -> None:
    faulty = with_value(LICENCE, Column.AGENCY_LEVEL, "Cấp trời")
    sheet = read(workbook(HEADINGS, LICENCE, MARRIAGE, faulty))
    assert [row.code for row in sheet.rows] == ["1.000894"]
    twice = [fault for fault in sheet.faults if "nhiều dòng: 2, 4" in fault.words.vi]
    assert [fault.row for fault in twice] == [2, 4]


def test_who_must_be_present_cannot_submit_by_post() -> None:
    (fault,) = read(workbook(HEADINGS, with_value(LICENCE, Column.PRESENCE, "Có"))).faults
    assert "phải có mặt thì không thể nộp" in fault.words.vi


def test_an_empty_yes_or_no_is_told_unless_the_column_is_crossed() -> None:
    empty = with_value(LICENCE, Column.RETURN, "")
    assert told(workbook(HEADINGS, empty, MARRIAGE)) == ["Ô để trống; ghi «Có» hoặc «Không»"]
    crossed = [
        with_value(
            with_value(with_value(row, Column.SUBMIT, "x"), Column.RETURN, mark),
            Column.PRESENCE,
            "Không",
        )
        for row, mark in ((LICENCE, "X"), (MARRIAGE, ""))
    ]
    assert [row.return_ for row in read(workbook(HEADINGS, *crossed)).rows] == [True, False]


@pytest.mark.parametrize(
    ("column", "value", "says"),
    [
        (Column.NAME, "  ", "để trống"),
        (Column.NAME, "a" * 1001, "Dài hơn"),
        (Column.SUBMIT, "có thể", "không rõ nghĩa"),
        (Column.AGENCY_LEVEL, "Liên hợp quốc", "Không rõ cấp"),
        (Column.ONLINE, "5", "Không rõ mức độ"),
        (Column.FEE, "theo quy định", "không phải số tiền"),
        (Column.CHARGE, 1.5, "không phải số tiền"),
        (Column.CHARGE, -5, "không phải số tiền"),
        (Column.WORKING_DAYS, "sớm", "không phải số ngày"),
        (Column.COMPONENTS, "Tờ khai", "chưa ghi bản chính"),
        (Column.COMPONENTS, "Tờ khai [bản đẹp x1]", "chưa ghi bản chính"),
        (Column.COMPONENTS, "Tờ khai [bản chính x0]", "Số bản"),
        (Column.CODE, "1.002809; DROP", "ký tự lạ"),
    ],
)
def test_what_cannot_be_used_is_told_in_words(column: Column, value: object, says: str) -> None:
    (fault,) = read(workbook(HEADINGS, with_value(LICENCE, column, value))).faults
    assert says in fault.words.vi
    assert fault.words.en
    assert fault.column == column.value


@pytest.mark.parametrize(
    ("column", "value", "expected"),
    [
        (Column.AGENCY_LEVEL, "UBND cấp huyện, UBND cấp xã", "several"),
        (Column.AGENCY_LEVEL, "Sở, ban, ngành", "province"),
        (Column.ONLINE, "DVCTT Toàn trình", "full"),
        (Column.ONLINE, 3, "3"),
        (Column.ONLINE, "", "not_stated"),
        (Column.CHARGE, 135000, 135_000),
        (Column.CHARGE, "135 000 đ", 135_000),
        (Column.WORKING_DAYS, "05 ngày làm việc", 5),
        (Column.WORKING_DAYS, 15.0, 15),
        (Column.COMPONENTS, "", ()),
    ],
)
def test_usual_ways_of_writing_are_understood(
    column: Column, value: object, expected: object
) -> None:
    (row,) = read(workbook(HEADINGS, with_value(LICENCE, column, value))).rows
    names = {
        Column.AGENCY_LEVEL: row.agency_level,
        Column.ONLINE: row.online_level,
        Column.CHARGE: row.charge,
        Column.WORKING_DAYS: row.working_days,
        Column.COMPONENTS: row.components,
    }
    assert names[column] == expected


def test_missing_and_doubled_headings_are_named() -> None:
    with pytest.raises(HeadingsMissing, match="Trả kết quả qua BCCI, Phải có mặt"):
        read(workbook(HEADINGS[:5], LICENCE[:5]))
    with pytest.raises(HeadingsTwice, match="«Phí»"):
        read(workbook([*HEADINGS, "Phí"], [*LICENCE, "0"]))
