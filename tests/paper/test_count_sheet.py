"""The sheet of a closing count says what differs, what agrees, and leaves room to sign."""

from collections.abc import Callable
from dataclasses import replace

from labels.forms import count_sheet
from labels.forms.amounts import count_in_words
from labels.forms.count_sheet import CountedLine, CountPaper

TextOf = Callable[[bytes], list[str]]


def sheet(differences: tuple[CountedLine, ...], agreed: int) -> CountPaper:
    return CountPaper(
        issuer="Bưu điện tỉnh Hòa Bình",
        place="Bưu cục Lương Sơn (354100)",
        number="KK26-354100-00017",
        holder="Bưu cục Lương Sơn",
        counted_at="02/03/2026 17:00",
        counter="Bùi Thị Hằng",
        blind=True,
        balance_words="Đầu ngày 12 + nhận 30 - giao 21 = còn 21 bưu gửi",
        totals="Đếm được 21 bưu gửi (hai mươi mốt bưu gửi); chênh lệch 1",
        due_on="04/03/2026",
        note="",
        differences=differences,
        agreed=tuple(f"RH 1000 {n:04d} 3 VN" for n in range(agreed)),
    )


def test_a_sheet_says_what_differs_and_who_signs(text_of: TextOf) -> None:
    line = CountedLine(
        "RH 1000 0042 3 VN",
        "Có trong sổ, không có trên bàn",
        "Bưu cục Lương Sơn",
        "Có lượt quét «Rời bưu cục» lúc 02/03/2026 10:00",
    )
    [page] = text_of(count_sheet.draw(sheet((line,), 20)))
    flat = " ".join(page.split())
    for told in (
        "BIÊN BẢN KIỂM KÊ BƯU GỬI",
        "KK26-354100-00017",
        "hai mươi mốt bưu gửi",
        "RH 1000 0042 3 VN",
        "Phải xử lý xong trong ngày 04/03/2026.",
        "NGƯỜI KIỂM KÊ",
        "NGƯỜI CHỨNG KIẾN",
    ):
        assert told in flat


def test_a_sheet_bears_the_code_of_the_ledger_when_there_is_one(text_of: TextOf) -> None:
    [without] = text_of(count_sheet.draw(sheet((), 3)))
    coded = replace(sheet((), 3), ledger_code="0BCG-H1KL-2MNP-3QTV")
    [after] = text_of(count_sheet.draw(coded))
    assert "Mã niêm" not in without
    assert "Mã niêm sổ cái" in after
    assert "0BCG-H1KL-2MNP-3QTV" in after


def test_a_large_table_goes_over_several_pages_and_keeps_every_number(text_of: TextOf) -> None:
    pages = text_of(count_sheet.draw(sheet((), 500)))
    assert len(pages) > 2
    written = " ".join(pages)
    assert all(f"RH 1000 {n:04d} 3 VN" in written for n in range(500))
    assert "Không có chênh lệch." in written


def test_a_number_of_things_is_said_in_words() -> None:
    assert count_in_words(21, "bưu gửi") == "Hai mươi mốt bưu gửi"
    assert count_in_words(0, "bưu gửi") == "Không bưu gửi"
