"""The agency's papers say what the law asks for, on one page or on many, with room to sign."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from PIL import Image

from labels.forms import collection_list, handover_record, one_stop
from labels.forms.collection_list import CollectionPaper, ListedEnvelope
from labels.forms.handover_record import HandoverRecord, RecordDossier, RecordLine
from labels.forms.one_stop import FormPaper, OneStopForm

TextOf = Callable[[bytes], list[str]]
Pictures = Callable[[bytes, int], list[Image.Image]]
Scanned = Callable[[Image.Image], dict[str, list[str]]]

CODE = "H28.16-260302-0001"


@pytest.fixture
def form() -> OneStopForm:
    return OneStopForm(
        issuer="Sở Giao thông Vận tải tỉnh Hòa Bình",
        number="MC26-H28.16-00017",
        title="Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ",
        form_words="Mẫu số 02 – Thông tư 03/2025/TT-VPCP",
        place_and_day="Hòa Bình, ngày 02 tháng 03 năm 2026",
        qr_text=CODE,
        dossier_words=f"Mã hồ sơ: {CODE}",
        applicant_name="Đinh Thị Mai",
        applicant_address="Xóm Đồng, xã Tân Vinh, huyện Lương Sơn, Hòa Bình",
        applicant_phone="0912 345 678",
        procedure_words="Cấp đổi giấy phép lái xe (1.002809)",
        facts=(("Lý do", "Thiếu giấy khám sức khỏe"),),
        signing=(("NGƯỜI DUYỆT", "Bùi Thanh Hoa"), ("NGƯỜI HƯỚNG DẪN", "Hà Đức Minh")),
        papers_title="Giấy tờ cần bổ sung",
        papers=(FormPaper("Giấy khám sức khỏe", 1), FormPaper("Ảnh 3 × 4", 0, 0, 2)),
        statements=("Mang theo phiếu này khi nộp bổ sung.",),
    )


@pytest.fixture
def record() -> HandoverRecord:
    lines = (
        RecordLine("Đơn đề nghị theo mẫu", "1 bản chính, 2 trang", "0 bản chính", "Thiếu"),
        RecordLine("Giấy phép lái xe cũ", "1 bản sao", "1 bản sao", "Đúng"),
    )
    return HandoverRecord(
        number="GN26-H28.16-00001",
        agency_name="Sở Giao thông Vận tải tỉnh Hòa Bình",
        item_number="RH100000003VN",
        leg_words="Gửi hồ sơ đến cơ quan",
        point_name="Bưu cục Lương Sơn (354100)",
        seal_number="NP0001",
        condition_words="Nguyên vẹn",
        handed_time="02/03/2026 11:00",
        received_time="02/03/2026 11:30",
        dossiers=(RecordDossier("HB26-000001 · Cấp đổi giấy phép lái xe", lines),),
        counted=True,
        differences=1,
        money_words="Lệ phí 135.000 đồng (biên lai BL26-354100-00001)",
        note="",
        reply_words="Không đồng ý. Bì còn nguyên niêm phong",
        giver_name="Quách Văn Dũng",
        taker_name="Hà Đức Minh",
    )


def test_a_form_says_its_number_its_papers_its_reason_and_who_signs(
    form: OneStopForm, text_of: TextOf
) -> None:
    [page] = text_of(one_stop.draw(form))
    for told in (
        "Số: MC26-H28.16-00017/HDHS",
        "PHIẾU YÊU CẦU BỔ SUNG, HOÀN THIỆN HỒ SƠ",
        "Mẫu số 02",
        "Đinh Thị Mai",
        "Giấy khám sức khỏe",
        "Thiếu giấy khám sức khỏe",
        "Hà Đức Minh",
        "Bùi Thanh Hoa",
        "Trang 1/1",
    ):
        assert told in page, told


def test_the_code_of_a_form_is_the_dossiers_and_scans(
    form: OneStopForm, pictures: Pictures, scanned: Scanned
) -> None:
    [page] = pictures(one_stop.draw(form), 300)
    assert any(CODE in found for found in scanned(page).values())


def test_a_set_without_a_number_prints_none(form: OneStopForm, text_of: TextOf) -> None:
    [page] = text_of(one_stop.draw(replace(form, form_words="")))
    assert "Mẫu số" not in page
    assert "MC26-H28.16-00017" in page


def test_papers_without_end_run_over_and_the_signatures_stand_under_the_last(
    form: OneStopForm, text_of: TextOf
) -> None:
    many = tuple(FormPaper(f"Giấy tờ thứ {place}", 1) for place in range(60))
    pages = text_of(one_stop.draw(replace(form, papers=many)))
    assert len(pages) > 1
    assert "NGƯỜI HƯỚNG DẪN" in pages[-1]
    assert all("Tên giấy tờ" in page for page in pages[:-1])


def test_a_record_says_what_was_listed_what_was_counted_and_both_names(
    record: HandoverRecord, text_of: TextOf
) -> None:
    [page] = text_of(handover_record.draw(record))
    for told in (
        "BIÊN BẢN GIAO NHẬN HỒ SƠ",
        "NP0001",
        "1 bản chính, 2 trang",
        "0 bản chính",
        "Thiếu",
        "Có 1 dòng khác danh mục đã ký.",
        "Lệ phí 135.000 đồng",
        "Bì còn nguyên niêm phong",
        "Quách Văn Dũng",
        "Hà Đức Minh",
        "Trang 1/1",
    ):
        assert told in page, told


@pytest.mark.parametrize(
    ("counted", "differences", "said"),
    [
        (False, 0, "Bên nhận không kiểm đếm lại giấy tờ trong bì."),
        (True, 0, "Giấy tờ khớp với danh mục đã ký."),
    ],
)
def test_a_record_never_says_agreed_when_nobody_counted(
    record: HandoverRecord, text_of: TextOf, counted: bool, differences: int, said: str
) -> None:
    [page] = text_of(
        handover_record.draw(replace(record, counted=counted, differences=differences))
    )
    assert said in page


def test_the_code_of_the_ledger_stands_on_a_record_once_there_is_one(
    record: HandoverRecord, text_of: TextOf
) -> None:
    [before] = text_of(handover_record.draw(record))
    [after] = text_of(handover_record.draw(replace(record, ledger_code="0BCG-H1KL-2MNP-3QTV")))
    assert "Mã niêm sổ cái" not in before
    assert "0BCG-H1KL-2MNP-3QTV" in after


def test_a_list_for_the_post_names_each_envelope_and_its_seal(text_of: TextOf) -> None:
    envelopes = tuple(
        ListedEnvelope(f"RH10000000{n}VN", f"NP000{n}", "Trả kết quả", CODE, "Lương Sơn", "")
        for n in range(1, 4)
    )
    one = CollectionPaper(
        "SG26-H28.16-00001", "Sở Tư pháp", "02/03/2026 14:00", envelopes, "Hà Đức Minh", "", True
    )
    [page] = text_of(collection_list.draw(one))
    for told in ("NP0001", "NP0003", "Cộng: 3 bì, đều có niêm phong.", "Hà Đức Minh", "MẪU"):
        assert told in page, told
    assert collection_list.draw(one) == collection_list.draw(one)
    [coded] = text_of(collection_list.draw(replace(one, ledger_code="0BCG-H1KL-2MNP-3QTV")))
    assert "0BCG-H1KL-2MNP-3QTV" in coded
