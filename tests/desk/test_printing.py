"""What labels and slips say: enough to bring the envelope there, and nothing more."""

from datetime import timedelta

import pypdfium2
import pytest
import zxingcpp
from sqlalchemy import select
from sqlalchemy.orm import Session

from labels.forms import editions
from labels.forms.editions import Edition
from models.dossiers import MoneyLine
from postal_app import (
    agency_desk,
    label_sheets,
    pickups,
    printing,
    receipts,
    sealing,
    supplements,
)
from postal_app.enquiries import UnknownNumber
from postal_app.envelopes import Envelope, make_item
from postal_app.label_sheets import Sheet
from postal_app.pickup_form import Money, Paper, SignedBy
from postal_app.printing import LabelCodes, PaperRefused
from postal_app.rules.codes import label_text
from postal_app.rules.legs import LEG_WORDS
from postal_app.supplements import Supplement
from tests.makers import (
    NINE,
    RECORD,
    Town,
    accept,
    bring_to_agency,
    make_town,
    minutes,
    pickup_of,
    take_in,
)

BOTH = [SignedBy("clerk"), SignedBy("sender")]
CODES = LabelCodes("https://buuchinh.example.vn", b"a key of the test's own")


@pytest.fixture
def town(session: Session) -> Town:
    return make_town(session)


def pages(pdf: bytes) -> list[pypdfium2.PdfPage]:
    return list(pypdfium2.PdfDocument(pdf))


def said(pdf: bytes) -> str:
    return " ".join(page.get_textpage().get_text_range() for page in pages(pdf))


def codes_on(pdf: bytes) -> set[str]:
    found = set()
    for page in pages(pdf):
        found |= {code.text for code in zxingcpp.read_barcodes(page.render(scale=4).to_pil())}
    return found


def test_a_label_to_the_agency_names_the_agency_and_no_citizen(session, town):
    item = take_in(session, town)
    pdf = label_sheets.labels(session, [item.number], Sheet(), CODES, town.clerk, now=NINE)
    text = said(pdf)
    assert "Sở Giao thông Vận tải" in text
    assert "Mai" not in text
    assert "giấy phép lái xe" not in text
    assert label_text(CODES.base_url, item.number, CODES.key) in codes_on(pdf)
    assert item.number in codes_on(pdf)


def test_a_label_to_the_citizen_masks_the_phone_and_tells_no_procedure(session, town):
    item = take_in(session, town)
    bring_to_agency(session, town, item)
    accept(session, town, item)
    number = item.legs[0].dossier.number
    result = agency_desk.hand_result(
        session, number, Envelope("NP2", 30), town.officer, now=minutes(200)
    )
    text = said(
        label_sheets.labels(session, [result.number], Sheet(), CODES, town.officer, now=NINE)
    )
    assert "Đinh Thị Mai" in text
    assert "678" in text
    assert "0912345678" not in text
    assert "giấy phép lái xe" not in text


def test_a_sheet_starts_where_the_half_used_one_is_free(session, town):
    numbers = [take_in(session, town).number for _ in range(3)]
    pdf = label_sheets.labels(session, numbers, Sheet("A4-2x5", 9), CODES, town.clerk, now=NINE)
    assert len(pages(pdf)) == 2
    with pytest.raises(PaperRefused):
        label_sheets.labels(session, numbers, Sheet("A4-2x5", 11), CODES, town.clerk, now=NINE)
    with pytest.raises(PaperRefused):
        label_sheets.labels(session, numbers, Sheet("giấy lạ"), CODES, town.clerk, now=NINE)


def test_nobody_prints_labels_of_items_out_of_reach(session, town):
    item = take_in(session, town)
    with pytest.raises(UnknownNumber):
        label_sheets.labels(session, [item.number], Sheet(), CODES, town.other_clerk, now=NINE)


def test_the_slip_lists_what_was_counted_and_is_there_to_sign_before_the_seal(session, town):
    dossier = pickups.open_pickup(session, pickup_of(), town.clerk, now=NINE)
    pdf = printing.slip(session, dossier.number, CODES, town.clerk)
    text = said(pdf)
    for words in ("Đinh Thị Mai", "Cấp đổi giấy phép lái xe", "Bản chính", "135.000", "165.000"):
        assert words.lower() in text.lower()
    assert dossier.reserved_number in codes_on(pdf)
    with pytest.raises(pickups.UnknownDossier):
        printing.slip(session, dossier.number, CODES, town.other_clerk)


def test_a_slip_for_the_result_only_bears_our_own_number(session, town):
    form = pickup_of(RECORD, service_form="receive", papers=())
    dossier = pickups.open_pickup(session, form, town.clerk, now=NINE)
    assert dossier.number in codes_on(printing.slip(session, dossier.number, CODES, town.clerk))


@pytest.mark.parametrize(("phone", "shown"), [("0912345678", "•••••••678"), ("", ""), ("12", "12")])
def test_a_masked_phone_shows_its_last_three_digits(phone, shown):
    assert printing.masked_phone(phone) == shown


def seal_second(session, town, **changes):
    dossier = pickups.open_pickup(session, pickup_of(**changes), town.clerk, now=NINE)
    pickups.sign(session, dossier.number, BOTH, town.clerk, now=NINE)
    return dossier


def test_the_slips_of_one_envelope_bear_its_number_and_name_each_other(session, town):
    first, second = seal_second(session, town), seal_second(session, town)
    numbers = [first.number, second.number]
    item = sealing.seal_together(session, numbers, Envelope("NP1", 90), town.clerk, now=NINE)
    for own, other in (numbers, numbers[::-1]):
        pdf = printing.slip(session, own, CODES, town.clerk)
        assert item.number in codes_on(pdf)
        assert f"Chung bì với hồ sơ: {other}" in said(pdf).replace("\r\n", " ")


def test_the_slip_of_a_thick_dossier_names_its_further_envelopes(session, town):
    item = take_in(session, town)
    dossier = item.legs[0].dossier
    second = sealing.add_envelope(
        session, dossier.number, Envelope("NP2", 900), town.clerk, now=minutes(2)
    )
    pdf = printing.slip(session, dossier.number, CODES, town.clerk)
    assert item.number in codes_on(pdf)
    assert second.number in said(pdf)


def test_the_slip_tells_where_the_result_goes(session, town):
    waits = seal_second(session, town, return_point_code=town.hoa_binh.code)
    text = said(printing.slip(session, waits.number, CODES, town.clerk))
    assert "Nhận tại Bưu cục Hòa Bình (350100)" in text
    brought = seal_second(session, town)
    text = said(printing.slip(session, brought.number, CODES, town.clerk))
    assert "Nơi trả kết quả: Xóm Đồng" in text.replace("\r\n", " ")


def test_a_form_of_the_first_version_is_printed_as_it_was(session, town):
    dossier = seal_second(session, town, return_point_code=town.hoa_binh.code)
    dossier.form_version = "phieu-gui-1"
    text = said(printing.slip(session, dossier.number, CODES, town.clerk))
    assert "Mẫu phiếu gửi 1" in text
    assert "Chặng" not in text
    assert "Nơi trả kết quả" not in text


def test_a_receipt_is_printed_years_later_as_it_was_whatever_edition_came_since(
    session, town, monkeypatch
):
    take_in(session, town)
    taken = select(MoneyLine.receipt_number).where(MoneyLine.kind == "charge")
    number = session.scalars(taken).one()
    as_it_was = receipts.printed(session, number, town.clerk)
    assert "Mẫu biên lai 1" in said(as_it_was)
    for since, is_new in ((NINE.date() + timedelta(days=1), False), (NINE.date(), True)):
        later = Edition("bien-lai", 2, "Mẫu biên lai", "một quyết định về sau", since)
        with monkeypatch.context() as patched:
            patched.setattr(editions, "EDITIONS", (*editions.EDITIONS, later))
            again = receipts.printed(session, number, town.clerk)
        assert (again == as_it_was) is not is_new
        assert (later.words in said(again)) is is_new


def test_the_slip_of_further_papers_lists_them_and_their_money_alone(session, town):
    item = take_in(session, town)
    dossier = item.legs[0].dossier
    papers = Supplement(
        (Paper("Ảnh thẻ 3 × 4 cm", "original", 2, 2),), "agency", (Money("postage", 26_000),)
    )
    found = supplements.find(session, dossier.number, "", town.clerk)
    sending = supplements.open_supplement(session, found, papers, town.clerk, now=minutes(9))
    pdf = printing.supplement_slip(session, sending.reserved_number, CODES, town.clerk)
    text = said(pdf)
    assert sending.reserved_number in codes_on(pdf)
    for words in ("Ảnh thẻ 3 × 4 cm", "26.000", "Gửi giấy tờ bổ sung", "Cơ quan trả cước"):
        assert words in text
    for words in ("Đơn đề nghị", "135.000"):
        assert words not in text
    with pytest.raises(supplements.UnknownSupplement):
        printing.supplement_slip(session, sending.reserved_number, CODES, town.other_clerk)


def test_the_slip_made_at_home_is_signed_by_the_courier(session, town):
    dossier = pickups.open_pickup(session, pickup_of(), town.courier, now=NINE)
    for by in (town.courier, town.clerk):  # the clerk prints it at the point
        text = said(printing.slip(session, dossier.number, CODES, by))
        assert "BƯU TÁ NHẬN TẠI NHÀ" in text
        assert "Quách Văn Dũng" in text


def test_the_label_of_a_result_that_waits_at_a_point_leads_there(session, town):
    item = take_in(session, town, return_point_code=town.hoa_binh.code)
    bring_to_agency(session, town, item)
    accept(session, town, item)
    result = make_item(
        session, "result", [item.legs[0].dossier], Envelope("NP2", 30), now=minutes(200)
    )
    assert result.point_id == town.hoa_binh.id
    text = said(
        label_sheets.labels(session, [result.number], Sheet(), CODES, town.officer, now=NINE)
    )
    assert "Nhận tại Bưu cục Hòa Bình (350100)" in text
    assert "Xóm Đồng" not in text


@pytest.mark.parametrize(
    ("leg", "to", "sender"),
    [
        ("return_to_citizen", "Đinh Thị Mai", "Bưu cục Lương Sơn (354100)"),
        ("return_to_agency", "Sở Giao thông Vận tải", "Bưu cục Lương Sơn (354100)"),
        ("answer", "Đinh Thị Mai", "Sở Giao thông Vận tải"),
        ("recovered", "Sở Giao thông Vận tải", "Bưu cục Lương Sơn (354100)"),
    ],
)
def test_a_label_of_every_leg_says_to_whom_and_from_where(session, town, leg, to, sender):
    dossier = take_in(session, town).legs[0].dossier
    item = make_item(session, leg, [dossier], Envelope("NP2", 30), now=minutes(9))
    text = said(label_sheets.labels(session, [item.number], Sheet(), CODES, town.clerk, now=NINE))
    for words in (to, sender, LEG_WORDS[leg].vi.upper()):
        assert words in text.replace("\r\n", " ")
