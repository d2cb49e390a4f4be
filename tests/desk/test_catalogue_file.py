"""A province's file is opened whatever it was written with, or told with what to do about it."""

import io
import unicodedata
import zipfile
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
from postal_app.catalogue_headings import Column, HeadingsMissing
from postal_app.catalogue_sheet import read
from tests.lists import HEADINGS, LICENCE, MARRIAGE, csv_text, with_value, workbook


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


def test_a_formula_without_a_kept_value_is_told() -> None:
    row = with_value(LICENCE, Column.CHARGE, "=100000+35000")
    (fault,) = read(workbook(HEADINGS, row)).faults
    assert fault.words.vi.startswith("Công thức chưa có kết quả")


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
    with pytest.raises(UnpacksTooLarge):
        read(out.getvalue())


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


def test_ten_thousand_rows_are_read() -> None:
    rows = [with_value(LICENCE, Column.CODE, f"1.{number:06d}") for number in range(10_000)]
    book = openpyxl.Workbook(write_only=True)
    page = book.create_sheet()
    for row in (HEADINGS, *rows):
        page.append(row)
    content = io.BytesIO()
    book.save(content)
    assert len(read(content.getvalue()).rows) == 10_000


def test_more_rows_than_any_catalogue_has_are_told() -> None:
    with pytest.raises(TooManyRows, match=r"20000|20\.000"):
        read(csv_text(HEADINGS, *[["1"]] * 20_001).encode())
