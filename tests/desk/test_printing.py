"""What labels and slips say: enough to bring the envelope there, and nothing more."""

import pypdfium2
import pytest
import zxingcpp
from sqlalchemy.orm import Session

from postal_app import agency_desk, pickups, printing
from postal_app.enquiries import UnknownNumber
from postal_app.envelopes import Envelope
from postal_app.printing import LabelCodes, PaperRefused, Sheet
from postal_app.rules.codes import label_text
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
    pdf = printing.labels(session, [item.number], Sheet(), CODES, town.clerk)
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
    text = said(printing.labels(session, [result.number], Sheet(), CODES, town.officer))
    assert "Đinh Thị Mai" in text
    assert "678" in text
    assert "0912345678" not in text
    assert "giấy phép lái xe" not in text


def test_a_sheet_starts_where_the_half_used_one_is_free(session, town):
    numbers = [take_in(session, town).number for _ in range(3)]
    pdf = printing.labels(session, numbers, Sheet("A4-2x5", 9), CODES, town.clerk)
    assert len(pages(pdf)) == 2
    with pytest.raises(PaperRefused):
        printing.labels(session, numbers, Sheet("A4-2x5", 11), CODES, town.clerk)
    with pytest.raises(PaperRefused):
        printing.labels(session, numbers, Sheet("giấy lạ"), CODES, town.clerk)


def test_nobody_prints_labels_of_items_out_of_reach(session, town):
    item = take_in(session, town)
    with pytest.raises(UnknownNumber):
        printing.labels(session, [item.number], Sheet(), CODES, town.other_clerk)


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
