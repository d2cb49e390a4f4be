"""A province's list is read as it comes, and everything wrong with it is told at once."""

import io
import time
import unicodedata
import zipfile
from collections.abc import Callable, Sequence
from contextlib import suppress

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from postal_app.catalogue_file import (
    EmptyFile,
    FileTooLarge,
    NoWorkbook,
    OldWorkbook,
    ProtectedWorkbook,
    TooManyRows,
    UnpacksTooLarge,
    UnreadableList,
)
from postal_app.catalogue_headings import Column, HeadingsMissing, HeadingsTwice, column_of
from postal_app.catalogue_paper import WHAT_IS_WRONG, template, write_faulty
from postal_app.catalogue_sheet import ProcedureRow, read
from postal_app.catalogue_values import Component

HEADINGS = [column.value for column in Column if column is not Column.REASON]
LICENCE = [
    "1.002809",
    "Đổi giấy phép lái xe do ngành Giao thông vận tải cấp",
    "Đường bộ",
    "Cấp tỉnh",
    "Có",
    "Có",
    "Không",
    "4",
    "0",
    "135.000",
    "5",
    "Đơn đề nghị đổi [bản chính x1] | Giấy khám sức khỏe [bản chính x1] | CCCD [bản sao x2]",
]
MARRIAGE = [
    "1.000894",
    "Đăng ký kết hôn",
    "Hộ tịch",
    "Cấp xã",
    "Không",
    "Có",
    "Có",
    "2",
    "",
    "Miễn phí",
    "",
    "Tờ khai đăng ký kết hôn [01 bản chính]",
]
Row = Sequence[object]


def workbook(*rows: Row, then: Callable[[openpyxl.Workbook], None] | None = None) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.worksheets[0].append(list(row))
    if then:
        then(book)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def csv_text(*rows: Row, sign: str = ",") -> str:
    return "\r\n".join(sign.join(f'"{value}"' for value in row) for row in rows)


def with_value(row: Row, column: Column, value: object) -> list[object]:
    changed = list(row)
    changed[HEADINGS.index(column.value)] = value
    return changed


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


@pytest.mark.parametrize("sign", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_csv_is_read_whatever_its_separator_and_encoding(sign: str, encoding: str) -> None:
    content = csv_text(HEADINGS, LICENCE, MARRIAGE, sign=sign).encode(encoding)
    assert read(content).rows == read(workbook(HEADINGS, LICENCE, MARRIAGE)).rows


def test_a_csv_from_vietnamese_windows_is_read() -> None:
    text = csv_text(HEADINGS, LICENCE, MARRIAGE, sign=";")
    assert read(_windows_1258(text)).rows == read(text.encode()).rows


def _windows_1258(text: str) -> bytes:
    """Write as Windows does: ă â ê ô ơ ư đ as letters, tones as marks after them."""
    written = b""
    for sign in text:
        try:
            written += sign.encode("cp1258")
        except UnicodeEncodeError:
            base, tone = "", ""
            for part in unicodedata.normalize("NFD", sign):
                if part in "\u0300\u0301\u0303\u0309\u0323":
                    tone = part
                else:
                    base += part
            written += (unicodedata.normalize("NFC", base) + tone).encode("cp1258")
    return written


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


def test_a_formula_without_a_kept_value_is_told() -> None:
    row = with_value(LICENCE, Column.CHARGE, "=100000+35000")
    assert told(workbook(HEADINGS, row))[0].startswith("Công thức chưa có kết quả")


def test_the_kept_value_of_a_formula_is_used() -> None:
    content = workbook(HEADINGS, with_value(LICENCE, Column.CHARGE, "=100000+35000"))
    kept = _rewritten(content, b"<v></v>", b"<v>135000</v>")
    kept = kept if kept != content else _rewritten(content, b"<v />", b"<v>135000</v>")
    (row,) = read(kept).rows
    assert row.charge == 135_000


def _rewritten(content: bytes, old: bytes, new: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(out, "w") as target:
        for part in source.infolist():
            data = source.read(part)
            if "sheet1" in part.filename:
                data = data.replace(old, new)
            target.writestr(part, data)
    return out.getvalue()


def test_missing_and_doubled_headings_are_named() -> None:
    with pytest.raises(HeadingsMissing, match="Trả kết quả qua BCCI, Phải có mặt"):
        read(workbook(HEADINGS[:5], LICENCE[:5]))
    with pytest.raises(HeadingsTwice, match="«Phí»"):
        read(workbook([*HEADINGS, "Phí"], [*LICENCE, "0"]))


def test_the_list_is_found_on_the_second_sheet_and_not_on_a_hidden_one() -> None:
    def add(book: openpyxl.Workbook) -> None:
        page = book.create_sheet("Danh mục <A&B>")
        for row in (HEADINGS, MARRIAGE):
            page.append(row)
        book.worksheets[0].sheet_state = "hidden"

    assert [row.code for row in read(workbook(HEADINGS, LICENCE, then=add)).rows] == ["1.000894"]


@pytest.mark.parametrize(
    ("content", "wrong"),
    [
        (b"", EmptyFile),
        (b"\xef\xbb\xbf\r\n", EmptyFile),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 Workbook", OldWorkbook),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            ProtectedWorkbook,
        ),
        (b"PK\x03\x04 and nothing more", NoWorkbook),
        (b"%PDF-1.7\x00\x01\x02", NoWorkbook),
        (b"x" * (20 * 1024 * 1024 + 1), FileTooLarge),
    ],
)
def test_what_is_no_list_is_told_with_what_to_do(
    content: bytes, wrong: type[UnreadableList]
) -> None:
    with pytest.raises(wrong) as told_error:
        read(content)
    assert "Hãy" in told_error.value.said.vi


def test_a_zip_that_is_no_workbook_is_told() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("thu.txt", "Kính gửi bưu cục Lương Sơn")
    with pytest.raises(NoWorkbook):
        read(out.getvalue())


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 50_000_000)
    began = time.perf_counter()
    with pytest.raises(UnpacksTooLarge):
        read(out.getvalue())
    assert time.perf_counter() - began < 1


def test_a_block_merged_over_the_whole_sheet_does_not_fill_the_memory() -> None:
    def merge(book: openpyxl.Workbook) -> None:
        book.worksheets[0].merge_cells("N1:N2")

    content = workbook(HEADINGS, LICENCE, then=merge)
    vast = _rewritten(content, b'ref="N1:N2"', b'ref="N1:XFD1048576"')
    assert len(read(vast).rows) == 1


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_told(content: bytes) -> None:
    for begin in (b"", b"PK\x03\x04"):
        with pytest.raises((UnreadableList, HeadingsMissing)):
            read(begin + content)


WHOLE = workbook(HEADINGS, LICENCE)


@given(st.lists(st.tuples(st.integers(0, len(WHOLE) - 1), st.integers(0, 255)), min_size=1))
def test_a_damaged_workbook_is_read_or_told(bytes_changed: list[tuple[int, int]]) -> None:
    damaged = bytearray(WHOLE)
    for place, value in bytes_changed:
        damaged[place] = value
    with suppress(UnreadableList, HeadingsMissing):
        read(bytes(damaged))


def test_ten_thousand_rows_are_read_in_seconds() -> None:
    rows = [with_value(LICENCE, Column.CODE, f"1.{number:06d}") for number in range(10_000)]
    book = openpyxl.Workbook(write_only=True)
    page = book.create_sheet()
    for row in (HEADINGS, *rows):
        page.append(row)
    content = io.BytesIO()
    book.save(content)
    began = time.perf_counter()
    sheet = read(content.getvalue())
    assert len(sheet.rows) == 10_000
    assert time.perf_counter() - began < 20


def test_more_rows_than_any_catalogue_has_are_told() -> None:
    with pytest.raises(TooManyRows, match=r"20000|20\.000"):
        read(csv_text(HEADINGS, *[["1"]] * 20_001).encode())


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
