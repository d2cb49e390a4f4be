"""BD10 and BD13 are read and scanned as people and scanners meet them, on one page or on six."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from PIL import Image

from labels.forms import handover_list, pages
from labels.forms.amounts import count_in_words
from labels.forms.handover_list import Form, HandoverPaper, ListedThing
from labels.marks import Fill, Frame, Mark, Qr, Words

TextOf = Callable[[bytes], list[str]]
Pictures = Callable[[bytes, int], list[Image.Image]]
Scanned = Callable[[Image.Image], dict[str, list[str]]]

LONG = "Bưu cục trung tâm huyện Lương Sơn, điểm giao dịch khu công nghiệp Nhuận Trạch và vùng cao"


def line(place: int, form: Form) -> ListedThing:
    if form is Form.BD10 and place % 3 == 1:
        bag = f"TG1{place:07d}3VN"
        return ListedThing(bag, "Túi", f"TK{place:04d}", "Bưu cục Hòa Bình", inside=12)
    amount = 135_000 if form is Form.BD13 and place % 2 else 0
    words = "HCC, thu hộ" if amount else "HCC"
    return ListedThing(f"RH1{place:07d}3VN", words, f"NP{place:04d}", "Xã Tân Vinh", amount=amount)


def paper(form: Form, count: int, **changes: object) -> HandoverPaper:
    one = HandoverPaper(
        form=form,
        number=f"{form}-26-354100-00017",
        issuer="Bưu điện tỉnh Hòa Bình",
        from_name="Bưu cục Lương Sơn (354100)",
        to_name="Bưu cục Hòa Bình (350100)",
        given_time="02/03/2026 09:20",
        lines=tuple(line(place, form) for place in range(1, count + 1)),
        giver_name="Bùi Thị Hằng",
        taker_name="Đinh Thị Lan",
    )
    return replace(one, **changes)


def test_a_list_between_offices_says_its_seals_and_totals_in_figures_and_words(
    text_of: TextOf,
) -> None:
    [page] = text_of(handover_list.draw(paper(Form.BD10, 3)))
    for told in (
        "BẢN KÊ GIAO NHẬN TÚI, BƯU GỬI",
        "Số: BD10-26-354100-00017",
        "TK0001",
        "NP0002",
        "Cộng: 1 túi (một túi); 12 bưu gửi trong túi (mười hai bưu gửi trong túi); "
        "2 bưu gửi rời (hai bưu gửi rời).",
        "BÊN GIAO",
        "BÊN NHẬN",
        "Bùi Thị Hằng",
        "Trang 1/1",
    ):
        assert told in page.replace("\r\n", " "), told


def test_a_delivery_list_says_what_to_collect_in_figures_and_words(text_of: TextOf) -> None:
    [page] = text_of(handover_list.draw(paper(Form.BD13, 3)))
    for told in (
        "BẢN KÊ BƯU GỬI ĐI PHÁT",
        "Cộng: 3 bưu gửi rời (ba bưu gửi rời).",
        "Tiền phải thu hộ: 270.000 đ (hai trăm bảy mươi nghìn đồng).",
        "Người nhận ký, giờ",
    ):
        assert told in page, told


@pytest.mark.parametrize("form", Form)
def test_lines_without_end_keep_their_heading_and_both_sign_under_the_last(
    form: Form, text_of: TextOf
) -> None:
    read = text_of(handover_list.draw(paper(form, 200)))
    assert len(read) > 2
    assert all("Số hiệu" in page for page in read[:-1])
    assert "BÊN NHẬN" in read[-1]
    assert [f"Trang {place}/{len(read)}" in page for place, page in enumerate(read, 1)] == [
        True
    ] * len(read)


@pytest.mark.parametrize("form", Form)
def test_the_lists_number_is_scanned_off_its_paper(
    form: Form, pictures: Pictures, scanned: Scanned
) -> None:
    [page] = pictures(handover_list.draw(paper(form, 1)), 200)
    assert scanned(page)["QRCode"] == [f"{form}-26-354100-00017"]


def test_the_checkpoint_stands_on_every_page_and_a_cancelled_list_says_so(
    text_of: TextOf,
) -> None:
    one = paper(Form.BD10, 60, ledger_code="7K4Q-Z2HM", cancelled_words="ĐÃ HỦY: xe hỏng")
    read = text_of(handover_list.draw(one))
    assert all("7K4Q-Z2HM" in page for page in read)
    assert "ĐÃ HỦY: xe hỏng" in read[0]
    assert all(
        "kiểm chứng" not in page for page in text_of(handover_list.draw(paper(Form.BD10, 1)))
    )


@pytest.mark.parametrize("form", Form)
@pytest.mark.parametrize("count", [1, 40])
def test_nothing_overlaps_however_long_the_names(form: Form, count: int) -> None:
    one = paper(form, count, from_name=LONG, to_name=LONG, giver_name=LONG, taker_name=LONG)
    blocks = tuple(handover_list.blocks(one))
    for marks in pages.lay_out(blocks, handover_list.paper(one)):
        said = [mark for mark in marks if isinstance(mark, Words | Qr)]
        assert not any(
            overlap(first, second)
            for place, first in enumerate(said)
            for second in said[place + 1 :]
        )
        assert all(isinstance(mark, Words | Qr | Fill | Frame) for mark in marks)


def overlap(first: Mark, second: Mark) -> bool:
    one, other = (mark.hull() if isinstance(mark, Words) else mark.box for mark in (first, second))
    across = min(one.right, other.right) - max(one.x, other.x)
    down = min(one.bottom, other.bottom) - max(one.y, other.y)
    return across > 0.05 and down > 0.05


def test_the_same_list_gives_the_same_bytes_and_counts_are_said_in_words() -> None:
    one = paper(Form.BD10, 5)
    assert handover_list.draw(one) == handover_list.draw(one)
    assert count_in_words(21, "bưu gửi") == "Hai mươi mốt bưu gửi"
