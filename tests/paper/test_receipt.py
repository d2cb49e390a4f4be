"""A receipt says what was taken, for whom and by whom; a void one says so; nothing sensitive."""

from dataclasses import replace

import pytest

from labels.forms.receipt import Receipt, draw
from tests.paper.every_form import CHARGE, POSTAGE


@pytest.fixture
def charge() -> Receipt:
    return replace(CHARGE, payer_name="Đinh Thị Mai", collector_name="Quách Văn Dũng")


@pytest.fixture
def postage(charge: Receipt) -> Receipt:
    return replace(POSTAGE, payer_name=charge.payer_name, voided_at="")


def test_a_receipt_of_state_money_names_the_agency_and_has_no_vat(charge, text_of):
    [page] = text_of(draw(charge))
    for said in (
        "BIÊN LAI THU PHÍ, LỆ PHÍ",
        "BL26-354100-00017",
        "Đinh Thị Mai",
        "Sở Giao thông Vận tải",
        "135.000",
        "Một trăm ba mươi lăm nghìn đồng",
        "Quách Văn Dũng",
    ):
        assert said in page
    assert "GTGT" not in page
    assert "ĐÃ HỦY" not in page


def test_a_receipt_of_postage_shows_the_vat_inside_and_what_was_let_off(postage, text_of):
    [page] = text_of(draw(postage))
    for said in ("CHỨNG TỪ THU CƯỚC", "60.000", "-30.000", "27.778", "2.222", "QĐ 12/QĐ-BĐ"):
        assert said in page
    assert "Giảm theo quy định" in page


def test_postage_without_a_published_rate_claims_no_vat(postage, text_of):
    [page] = text_of(draw(replace(postage, vat_amount=None, price_version="")))
    assert "GTGT" not in page
    assert "Bảng giá" not in page


def test_a_void_receipt_keeps_its_number_and_says_when(charge, text_of):
    [page] = text_of(draw(replace(charge, voided_at="10:00 02/03/2026")))
    assert "ĐÃ HỦY lúc 10:00 02/03/2026" in page
    assert "BL26-354100-00017" in page
