"""The record of an incident and the answer to a complaint: all that they say, and who signs."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from labels.forms import complaint_answer, incident_record
from labels.forms.complaint_answer import ComplaintLetter, PaidPart
from labels.forms.incident_record import IncidentRecord

TextOf = Callable[[bytes], list[str]]

RECORD = IncidentRecord(
    issuer="Bưu điện tỉnh Hòa Bình",
    place="Bưu cục Lương Sơn (354100)",
    number="BB26-354100-00017",
    recorded_at="02/03/2026 10:40",
    recorder="Quách Văn Dũng",
    second_name="Bùi Thị Hằng",
    second_place="Bưu cục Lương Sơn",
    witness="ông Bùi Văn Nam, Công an xã Tân Vinh",
    item_number="RH100000003VN",
    leg_words="Gửi hồ sơ đến cơ quan",
    old_seal="NP0001",
    new_seal="NP0099",
    kind_words="Niêm phong không còn nguyên vẹn",
    happened_at="02/03/2026 10:30",
    holder_words="Bưu tá Quách Văn Dũng giữ, từ lúc 02/03/2026 10:00 (Rời bưu cục)",
    seen="Bì rách một góc dài 4 cm.\nKiểm đếm: đủ 2 giấy tờ theo danh mục.",
    done="Gói bọc lại trong bì mới, niêm phong bằng niêm phong mới.",
    signed="Ký trên hệ thống: Quách Văn Dũng; Bùi Thị Hằng.",
)
LETTER = ComplaintLetter(
    issuer="Bưu điện tỉnh Hòa Bình",
    place="Hòa Bình",
    number="TL26-H28-00003",
    answered_at="01/04/2026",
    name="Đinh Thị Mai",
    address="Xóm Đồng, xã Tân Vinh",
    complaint_number="KN26-354100-00001",
    lodged_on="25/03/2026",
    kind_words="Mất bưu gửi",
    item_number="RH100000003VN",
    judged="Trong thời hiệu: 6 tháng (Luật Bưu chính 49/2010/QH12 Điều 38).",
    verdict="Khiếu nại đúng.",
    said="Bưu gửi thất lạc khi vận chuyển.",
    answerer="Bạch Thị Thảo",
)
PAID = (PaidPart("Mất toàn bộ", 120_000), PaidPart("Cước hoàn lại", 27_778))


def one_line(pages: list[str]) -> str:
    return " ".join(" ".join(pages).split())


def test_a_record_says_what_was_seen_who_held_it_and_who_signs(text_of: TextOf) -> None:
    pages = text_of(incident_record.draw(RECORD))
    assert len(pages) == 1
    said = one_line(pages)
    for words in (
        "BIÊN BẢN SỰ VỤ",
        "BB26-354100-00017",
        "RH 100 000 003 VN",
        "Bưu tá Quách Văn Dũng giữ, từ lúc 02/03/2026 10:00",
        "Kiểm đếm: đủ 2 giấy tờ theo danh mục.",
        "NP0099",
        "ông Bùi Văn Nam",
        "NGƯỜI LẬP BIÊN BẢN",
        "NGƯỜI THỨ HAI",
        "Luật Bưu chính 49/2010/QH12",
    ):
        assert words in said, words
    assert said.count("(ký, ghi rõ họ tên)") == 2
    assert said.count("Bùi Thị Hằng") == 3


def test_before_the_second_person_answered_the_second_box_is_there_and_nameless(
    text_of: TextOf,
) -> None:
    said = one_line(text_of(incident_record.draw(replace(RECORD, second_name="", signed=""))))
    assert said.count("(ký, ghi rõ họ tên)") == 2
    assert "Bùi Thị Hằng" not in said


def test_a_refused_record_says_why_and_that_nobody_confirmed_it(text_of: TextOf) -> None:
    refused = replace(RECORD, refused=True, remark="Bì rách từ trước khi nhận.")
    said = one_line(text_of(incident_record.draw(refused)))
    assert "Người thứ hai không ký" in said
    assert "xác nhận nội dung trên là đúng" not in said


@pytest.mark.parametrize("lines", [40, 45, 50, 55, 90])
def test_however_much_was_seen_both_sign_on_one_page_under_what_they_confirm(
    text_of: TextOf, lines: int
) -> None:
    seen = "\n".join(f"Giấy tờ thứ {n}: còn nguyên, đọc được." for n in range(1, lines + 1))
    pages = text_of(incident_record.draw(replace(RECORD, seen=seen)))
    assert f"Giấy tờ thứ {lines}:" in one_line(pages)
    assert "NGƯỜI LẬP BIÊN BẢN" in pages[-1]
    assert "xác nhận nội dung trên là đúng" in one_line(pages[-1:])


def test_an_answer_names_the_complaint_its_time_and_its_ground(text_of: TextOf) -> None:
    said = one_line(text_of(complaint_answer.draw(LETTER)))
    for words in (
        "TRẢ LỜI KHIẾU NẠI",
        "TL26-H28-00003",
        "Kính gửi: Đinh Thị Mai",
        "KN26-354100-00001",
        "Luật Bưu chính 49/2010/QH12 Điều 38",
        "Khiếu nại đúng.",
        "NGƯỜI TRẢ LỜI",
        "Bạch Thị Thảo",
    ):
        assert words in said, words
    assert "Bồi thường" not in said


def test_what_is_paid_stands_part_by_part_and_in_words(text_of: TextOf) -> None:
    letter = replace(LETTER, paid=PAID, approved_on="02/04/2026", paid_at="phiếu chi PC-0007")
    said = one_line(text_of(complaint_answer.draw(letter)))
    assert "Mất toàn bộ: 120.000 đồng" in said
    assert "Tổng cộng: 147.778 đồng" in said
    assert "Một trăm bốn mươi bảy nghìn bảy trăm bảy mươi tám đồng." in said
    assert "PC-0007" in said


def test_the_same_paper_gives_the_same_bytes() -> None:
    assert incident_record.draw(RECORD) == incident_record.draw(RECORD)
    assert complaint_answer.draw(LETTER) == complaint_answer.draw(LETTER)
