"""A clerk finds a procedure by typing a few letters, and reads whether the post may carry it."""

from dataclasses import replace
from datetime import date, datetime

import pytest
from sqlalchemy.orm import Session

from postal_app import catalogue
from postal_app.catalogue_import import apply
from postal_app.catalogue_plan import DecisionValues
from postal_app.catalogue_sheet import CatalogueSheet, ProcedureRow
from postal_app.rules.permission import Answer

FIRST_DAY = date(2021, 1, 15)
NAMES = {
    "1.002809": ("Đổi giấy phép lái xe do ngành Giao thông vận tải cấp", "Đường bộ"),
    "1.002804": ("Cấp đổi giấy phép lái xe quân sự", "Đường bộ"),
    "1.002835": ("Cấp mới giấy phép lái xe", "Đường bộ"),
    "1.000703": ("Cấp phép xe tập lái, đổi giấy xác nhận (lái xe hạng A1)", "Đường bộ"),
    "2.000488": ("Cấp Phiếu lý lịch tư pháp cho công dân Việt Nam", "Lý lịch tư pháp"),
    "1.000894": ("Đăng ký kết hôn", "Hộ tịch"),
    "1.001022": ("Đăng ký nhận cha, mẹ, con", "Hộ tịch"),
    "1.002810": ("Hòa giải viên lao động", "Lao động"),
}


def row(code: str, name: str, field: str, *, submit: bool = True) -> ProcedureRow:
    return ProcedureRow(
        code, name, field, "province", submit, True, False, "4", 0, None, 5, (), row_number=2
    )


def take_in(session: Session, now: datetime, rows: list[ProcedureRow], in_force: date) -> None:
    decision = DecisionValues(
        f"{in_force:%j}/QĐ-UBND", in_force, in_force, "UBND tỉnh Hòa Bình", "dm.xlsx", "0" * 64
    )
    sheet = CatalogueSheet((), tuple(rows), (), ())
    apply(session, sheet, decision, imported_by="hang.bt", now=now)


@pytest.fixture
def hoa_binh(session: Session, now: datetime) -> Session:
    take_in(session, now, [row(code, *what) for code, what in NAMES.items()], FIRST_DAY)
    return session


def codes(session: Session, text: str) -> list[str]:
    return [found.code for found in catalogue.search(session, text, FIRST_DAY)]


@pytest.mark.parametrize(
    "typed",
    ["cap doi giay phep lai xe", "Cấp đổi giấy phép", "CAP DOI GIAY", "cap do", " cấp  đổi giấ"],
)
def test_a_procedure_is_found_while_typing_with_or_without_marks(
    hoa_binh: Session, typed: str
) -> None:
    assert codes(hoa_binh, typed)[0] == "1.002804"


def test_words_in_their_order_come_before_words_in_any_order(hoa_binh: Session) -> None:
    assert codes(hoa_binh, "xe doi giay") == ["1.000703", "1.002804", "1.002809"]
    assert codes(hoa_binh, "doi giay phep")[:2] == ["1.002809", "1.002804"]


def test_a_code_is_found_whole_by_its_beginning_and_by_its_end(hoa_binh: Session) -> None:
    assert codes(hoa_binh, "1.002809") == ["1.002809"]
    assert codes(hoa_binh, "1.0028") == ["1.002804", "1.002809", "1.002810", "1.002835"]
    assert codes(hoa_binh, " 000488 ") == ["2.000488"]


def test_a_name_that_begins_with_the_word_procedure_begins_with_what_follows(
    session: Session, now: datetime
) -> None:
    names = ["Đăng ký khai sinh có yếu tố nước ngoài", "Thủ tục đăng ký khai sinh"]
    rows = [row(f"1.00000{place}", name, "Hộ tịch") for place, name in enumerate(names)]
    take_in(session, now, rows, FIRST_DAY)
    assert codes(session, "dang ky khai sinh") == ["1.000001", "1.000000"]


def test_a_field_finds_its_procedures_after_those_named_so(hoa_binh: Session) -> None:
    assert codes(hoa_binh, "ho tich") == ["1.000894", "1.001022"]
    assert codes(hoa_binh, "duong bo cap moi") == ["1.002835"]


def test_both_spellings_and_a_sign_before_the_word_are_found(hoa_binh: Session) -> None:
    assert codes(hoa_binh, "hoà giải") == ["1.002810"] == codes(hoa_binh, "hòa giải")
    assert codes(hoa_binh, "hang a1") == ["1.000703"]


def test_initials_find_a_name_when_no_word_does(hoa_binh: Session) -> None:
    assert codes(hoa_binh, "lltp") == ["2.000488"]
    assert set(codes(hoa_binh, "GPLX")) == {"1.002809", "1.002804", "1.002835"}


@pytest.mark.parametrize("typed", ["%", "_", "'; drop", "\\", "(((", "zzz", "%%%%", "–"])
def test_strange_signs_find_nothing_and_break_nothing(hoa_binh: Session, typed: str) -> None:
    assert codes(hoa_binh, typed) == []


def test_nothing_typed_lists_by_field_and_name(hoa_binh: Session) -> None:
    listed = catalogue.search(hoa_binh, " ", FIRST_DAY)
    assert [found.field for found in listed][:4] == ["Đường bộ"] * 4
    assert len(listed) == len(NAMES)
    assert len(catalogue.search(hoa_binh, "", FIRST_DAY, limit=3)) == 3


def test_a_line_of_the_search_bears_both_verdicts_of_the_day(
    hoa_binh: Session, now: datetime
) -> None:
    later = date(2022, 3, 1)
    take_in(hoa_binh, now, [row("1.000894", *NAMES["1.000894"], submit=False)], later)
    (before,) = catalogue.search(hoa_binh, "ket hon", date(2022, 2, 28))
    (after,) = catalogue.search(hoa_binh, "ket hon", later)
    assert before.verdicts.submit.is_allowed
    assert after.verdicts.submit.answer is Answer.NOT_ALLOWED
    assert after.verdicts.return_.is_allowed
    assert catalogue.search(hoa_binh, "lai xe", later) == []
    assert catalogue.search(hoa_binh, "ket hon", date(2020, 1, 1)) == []


def test_an_unknown_code_and_a_code_not_in_force_are_told_apart(hoa_binh: Session) -> None:
    with pytest.raises(catalogue.UnknownProcedure, match=r"9\.999999"):
        catalogue.get(hoa_binh, "9.999999", FIRST_DAY)
    with pytest.raises(catalogue.NotInForce, match="14/01/2021"):
        catalogue.get(hoa_binh, "1.000894", date(2021, 1, 14))


def test_among_two_thousand_alike_the_one_typed_is_found_first(
    session: Session, now: datetime
) -> None:
    one = row("", "Cấp lại, cấp đổi giấy chứng nhận", "Đất đai")
    rows = [replace(one, code=f"1.{n:06d}", name=f"{one.name} số {n}") for n in range(2_000)]
    take_in(session, now, rows, FIRST_DAY)
    found = catalogue.search(session, "cap doi giay chung nhan so 1987", FIRST_DAY)
    assert found[0].code == "1.001987"
