"""The sending slip says all that the decision asks for, on one page or on many."""

import io
import unicodedata
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from labels.errors import UnreadableSignature
from labels.forms import pages
from labels.forms.sending_slip import (
    COUNTED_AGAINST_A_REQUEST,
    COURIER,
    SendingSlip,
    SlipDocument,
    SlipMoney,
    blocks,
    draw,
    paper,
)
from labels.marks import Box, Frame, Picture
from tests.paper.cleanliness import HARD, assert_page_is_clean

TextOf = Callable[[bytes], list[str]]
Pictures = Callable[[bytes, int], list[Image.Image]]
Scanned = Callable[[Image.Image], dict[str, list[str]]]


def drawn_signature() -> bytes:
    picture = Image.new("RGBA", (600, 200), (0, 0, 0, 0))
    ImageDraw.Draw(picture).line([(20, 150), (200, 30), (350, 160), (580, 60)], (0, 0, 90), 6)
    png = io.BytesIO()
    picture.save(png, "PNG")
    return png.getvalue()


@pytest.fixture
def slip() -> SendingSlip:
    return SendingSlip(
        issuer="Bưu điện tỉnh Phú Thọ",
        point_name="Bưu cục Lương Sơn",
        point_code="352850",
        clerk_name="Đinh Thị Ngọc Ánh",
        counter_time="14/05/2026 09:12",
        item_number="EB123456785VN",
        qr_text="HTTPS://HOSO.EXAMPLE/T/EB123456785VN/7K4QZ2HM",
        sender_name="Bùi Thị Hằng",
        sender_address="Xóm Đồng Sương, xã Lương Sơn, tỉnh Phú Thọ",
        sender_phone="0912 345 678",
        agency_name="Sở Xây dựng tỉnh Phú Thọ",
        agency_address="Số 485 đường Trần Hưng Đạo, phường Hòa Bình",
        procedure_name="Cấp lại giấy phép lái xe",
        procedure_code="1.002809",
        service_words="Gửi hồ sơ và nhận kết quả",
        documents=(
            SlipDocument("Tờ khai", "Bản chính", 1, 1, 2),
            SlipDocument("Căn cước công dân", "Bản chụp", 1, 1, 1, "đã đối chiếu"),
            SlipDocument("Ảnh thẻ 3 × 4 cm", "Bản chính", 2, 1),
        ),
        money=(SlipMoney("Lệ phí", 135_000, "0001234"), SlipMoney("Cước dịch vụ", 30_000)),
        form_version="Phiếu gửi hồ sơ, mẫu 1",
        weight_grams=1_120,
        seal_number="HB0012345",
        purpose="Dữ liệu cá nhân trên phiếu chỉ dùng để chuyển, phát hồ sơ này.",
    )


def with_documents(slip: SendingSlip, count: int) -> SendingSlip:
    papers = tuple(SlipDocument(f"Giấy số {n}", "Bản sao", 1, 1, n) for n in range(1, count + 1))
    return replace(slip, documents=papers)


def test_the_slip_carries_what_the_decision_asks_for(slip: SendingSlip, text_of: TextOf) -> None:
    (said,) = text_of(draw(slip))

    for text in (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "PHIẾU GỬI HỒ SƠ",
        slip.sender_name,
        slip.sender_address,
        slip.sender_phone,
        slip.agency_name,
        slip.agency_address,
        slip.procedure_name,
        slip.procedure_code,
        "Căn cước công dân",
        "Bản chụp",
        "Thiếu 1",
        "còn thiếu 1 loại",
        "165.000 đồng",
        "Một trăm sáu mươi lăm nghìn đồng",
        "Biên lai số 0001234",
        "1.120 gam",
        slip.seal_number,
        slip.counter_time,
        "EB 123 456 785 VN",
        slip.clerk_name,
        "ký trên giấy",
        slip.form_version,
        "Trang 1/1",
    ):
        assert text in said


def test_the_slip_tells_the_leg_the_other_envelopes_and_where_the_result_goes(
    slip: SendingSlip, text_of: TextOf
) -> None:
    whole = replace(
        slip,
        leg_words="Gửi giấy tờ bổ sung đến cơ quan",
        dossier_number="HB26-000123",
        further_numbers=("RH100000018VN", "RH100000021VN"),
        together_with=("HB26-000124",),
        return_place="Bưu cục Hòa Bình (350100)",
        counted_words=COUNTED_AGAINST_A_REQUEST,
        clerk_words=COURIER,
    )
    (said,) = text_of(draw(whole))
    for text in (
        whole.leg_words,
        "HB26-000123",
        "RH100000018VN, RH100000021VN",
        "HB26-000124",
        "Bưu cục Hòa Bình (350100)",
        "giấy tờ bổ sung trên",
        "BƯU TÁ NHẬN TẠI NHÀ",
    ):
        assert text in said
    assert "thành phần hồ sơ đã công bố" not in said
    plain = text_of(draw(slip))[0]
    for left_out in ("Chặng", "Nơi trả kết quả", "còn có bì", "Chung bì"):
        assert left_out not in plain


def test_both_codes_of_the_slip_are_read(
    slip: SendingSlip, pictures: Pictures, scanned: Scanned
) -> None:
    for dots_per_inch in (203, 300):
        found = scanned(pictures(draw(slip), dots_per_inch)[0])

        assert found == {"QRCode": [slip.qr_text], "Code128": [slip.item_number]}


def test_many_documents_run_over_and_each_page_says_which_it_is(
    slip: SendingSlip, text_of: TextOf
) -> None:
    said = text_of(draw(with_documents(slip, 60)))

    assert len(said) == 3
    for number, page in enumerate(said, start=1):
        assert f"Trang {number}/3" in page
        assert "EB 123 456 785 VN" in page
    assert "Tên giấy tờ" in said[1]
    assert "Giấy số 60" in "".join(said)
    assert "NGƯỜI GỬI" in said[-1]
    assert "NGƯỜI GỬI" not in "".join(said[:-1])


def test_a_slip_of_five_documents_and_two_sums_is_one_page(
    slip: SendingSlip, text_of: TextOf
) -> None:
    assert len(text_of(draw(with_documents(slip, 5)))) == 1


def test_nothing_due_is_said_and_not_left_empty(slip: SendingSlip, text_of: TextOf) -> None:
    assert "Không thu tiền." in text_of(draw(replace(slip, money=())))[0]


def test_a_sample_says_so_on_every_page(slip: SendingSlip, text_of: TextOf) -> None:
    sample = replace(with_documents(slip, 40), sample=True)

    assert all("MẪU · SAMPLE" in page for page in text_of(draw(sample)))
    assert "MẪU · SAMPLE" not in "".join(text_of(draw(slip)))


def test_the_same_slip_gives_the_same_bytes_however_it_was_typed(slip: SendingSlip) -> None:
    signed = replace(slip, sender_signature=drawn_signature())
    decomposed = replace(
        signed,
        sender_name=unicodedata.normalize("NFD", slip.sender_name),
        agency_name=unicodedata.normalize("NFD", slip.agency_name),
    )

    assert draw(signed) == draw(signed)
    assert draw(decomposed) == draw(signed)


def test_a_drawn_signature_is_printed_in_place_of_the_empty_box(
    slip: SendingSlip, text_of: TextOf, pictures: Pictures
) -> None:
    signature = drawn_signature()
    signed = replace(slip, sender_signature=signature, clerk_signature=signature)

    assert "ký trên giấy" not in text_of(draw(signed))[0]
    assert sum(pictures(draw(signed), 72)[0].histogram()[:128]) > sum(
        pictures(draw(slip), 72)[0].histogram()[:128]
    )


@pytest.mark.parametrize("unreadable", [b"GIF89a", b"\x89PNG\r\n\x1a\n", b"x" * 50])
def test_a_signature_that_is_no_picture_is_refused(slip: SendingSlip, unreadable: bytes) -> None:
    with pytest.raises(UnreadableSignature, match="no PNG picture"):
        draw(replace(slip, sender_signature=unreadable))


def test_a_signature_as_large_as_a_poster_is_refused(slip: SendingSlip) -> None:
    png = io.BytesIO()
    Image.new("1", (9000, 9000)).save(png, "PNG")

    with pytest.raises(UnreadableSignature, match="9000 × 9000"):
        draw(replace(slip, clerk_signature=png.getvalue()))


SLIP_TEXTS = st.fixed_dictionaries(
    dict.fromkeys(
        (
            "issuer",
            "point_name",
            "clerk_name",
            "sender_name",
            "sender_address",
            "sender_phone",
            "agency_name",
            "agency_address",
            "procedure_name",
            "procedure_code",
            "service_words",
            "seal_number",
            "notes",
            "purpose",
            "form_version",
            "counter_time",
            "leg_words",
            "dossier_number",
            "return_place",
        ),
        HARD,
    )
)
DOCUMENTS = st.lists(
    st.builds(
        SlipDocument,
        HARD,
        HARD,
        st.integers(0, 99),
        st.integers(0, 99),
        st.none() | st.integers(0, 999),
        HARD,
    ),
    min_size=1,
    max_size=12,
)
MONEY = st.lists(st.builds(SlipMoney, HARD, st.integers(0, 10**9), HARD), max_size=6)


@settings(max_examples=40, deadline=None)
@given(
    texts=SLIP_TEXTS,
    documents=DOCUMENTS,
    money=MONEY,
    others=st.lists(st.just("RH100000018VN"), max_size=5),
)
def test_nothing_on_a_slip_overlaps_or_leaves_the_sheet(
    texts: dict[str, str],
    documents: list[SlipDocument],
    money: list[SlipMoney],
    others: list[str],
) -> None:
    hard = SendingSlip(
        **texts,
        point_code="352850",
        item_number="EB123456785VN",
        qr_text="HTTPS://HOSO.EXAMPLE/T/EB123456785VN/7K4QZ2HM",
        documents=tuple(documents),
        money=tuple(money),
        further_numbers=tuple(others),
        sample=True,
    )
    sheet = paper(hard)
    for marks in pages.lay_out(tuple(blocks(hard)), sheet):
        assert_page_is_clean(marks, Box(0, 0, sheet.width, sheet.height))


def test_a_signature_keeps_inside_its_box(slip: SendingSlip) -> None:
    signed = replace(slip, sender_signature=drawn_signature())
    marks = [mark for block in blocks(signed) for mark in block.marks]
    (picture,) = [mark for mark in marks if isinstance(mark, Picture)]

    assert any(
        isinstance(mark, Frame)
        and mark.box.x <= picture.box.x
        and mark.box.right >= picture.box.right
        and mark.box.y <= picture.box.y
        and mark.box.bottom >= picture.box.bottom
        for mark in marks
    )
