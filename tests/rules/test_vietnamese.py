"""Vietnamese is searched without marks, sorted by its own alphabet and counted its own way."""

import unicodedata
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postal_app.rules import vietnamese as vi

SYLLABLES = st.sampled_from(
    [
        "Hòa",
        "Hoà",
        "Bình",
        "lương",
        "Sơn",
        "Đổi",
        "giấy",
        "phép",
        "thủy",
        "thuỷ",
        "quý",
        "uỷ",
        "khoẻ",
    ]
)
PHRASES = st.lists(SYLLABLES, min_size=1, max_size=6).map(" ".join)


@given(st.text())
def test_folding_twice_gives_what_folding_once_gave(text: str) -> None:
    assert vi.fold(vi.fold(text)) == vi.fold(text)


@given(PHRASES)
def test_a_search_does_not_see_case_marks_form_or_spaces(phrase: str) -> None:
    folded = vi.fold(phrase)
    assert folded.isascii()
    assert vi.fold(unicodedata.normalize("NFD", phrase)) == folded
    assert vi.fold(phrase.upper()) == folded
    assert vi.fold("\u00a0 " + phrase.replace(" ", " \t\u200b")) == folded


def test_a_name_typed_without_marks_is_found() -> None:
    assert vi.fold("Cấp đổi Giấy phép lái xe") == "cap doi giay phep lai xe"
    assert vi.fold("ĐĂNG KÝ KẾT HÔN") == "dang ky ket hon"


def test_signs_between_words_do_not_hide_them_from_a_search() -> None:
    assert vi.folded_words("Đổi (cấp lại) GPLX, hạng A1/A2…") == "doi cap lai gplx hang a1 a2"
    assert vi.folded_words(" – ") == ""


@pytest.mark.parametrize(
    ("newer", "older"),
    [
        ("Hoà Bình", "Hòa Bình"),
        ("HOÀ BÌNH", "HÒA BÌNH"),
        ("uỷ quyền", "ủy quyền"),
        ("sức khoẻ", "sức khỏe"),
        ("thuỷ sản", "thủy sản"),
        ("quý", "quý"),
        ("hoàn thành", "hoàn thành"),
        ("chuyển", "chuyển"),
    ],
)
def test_both_places_of_the_tone_are_one_spelling(newer: str, older: str) -> None:
    assert vi.one_spelling(newer) == older
    assert vi.one_spelling(older) == older
    assert vi.one_spelling(unicodedata.normalize("NFD", newer)) == older


@given(PHRASES)
def test_one_spelling_keeps_every_letter_and_tone(phrase: str) -> None:
    once = vi.one_spelling(phrase)
    assert vi.one_spelling(once) == once
    assert vi.fold(once) == vi.fold(phrase)


def test_words_stand_in_the_order_of_the_vietnamese_alphabet() -> None:
    in_order = (
        "2 an ăn ân ba bà bả bã bá bạ ca da đa em êm ga oan ôn ơn tu tư từ ung ưng vua xa yên"
    )
    by_code_point = sorted(in_order.split())
    assert sorted(by_code_point, key=vi.sort_key) == in_order.split()


def test_a_list_of_people_is_ordered_by_given_name() -> None:
    people = ["Bùi Thị Hằng", "Nguyễn Văn An", "Đinh Công Hà", "Đinh Thị Ân", "Bùi Văn An"]
    assert sorted(people, key=vi.name_key) == [
        "Bùi Văn An",
        "Nguyễn Văn An",
        "Đinh Thị Ân",
        "Đinh Công Hà",
        "Bùi Thị Hằng",
    ]


@given(st.lists(st.text(max_size=8), max_size=5))
def test_any_texts_can_be_sorted(texts: list[str]) -> None:
    in_order = sorted(texts, key=vi.sort_key)
    assert sorted(in_order, key=vi.sort_key) == in_order
    assert sorted(sorted(texts, key=vi.name_key)) == sorted(texts)


def test_the_figures_of_the_province_read_as_it_printed_them() -> None:
    assert vi.number(1801) == "1.801"
    assert vi.number(228_171) == "228.171"
    assert vi.number(-1_234_567) == "-1.234.567"
    assert vi.percent(45, 476) == "9,45 %"
    assert vi.percent(1801, 1937) == "92,98 %"
    assert vi.percent(136, 1937) == "7,02 %"
    assert vi.dong(125_000) == "125.000 đồng"


def test_a_share_of_nothing_is_a_dash() -> None:
    assert vi.percent(0, 0) == "–"
    assert vi.percent(0, 7) == "0,00 %"


@given(st.integers(0, 10**9), st.integers(1, 10**9))
def test_all_and_none_are_never_made_by_rounding(part: int, rest: int) -> None:
    assert vi.percent(part, part + rest) != "100,00 %"
    assert vi.percent(rest, part + rest) != "0,00 %"
    assert vi.percent(rest, rest) == "100,00 %"


def test_a_share_above_its_whole_is_our_own_fault() -> None:
    with pytest.raises(ValueError, match="no part"):
        vi.percent(8, 7)


@given(st.integers(0, 10**15))
def test_a_number_reads_back_as_it_was_written(value: int) -> None:
    assert vi.read_number(vi.number(value)) == value
    assert vi.read_number(str(value)) == value
    assert vi.read_dong(vi.dong(value)) == value


@pytest.mark.parametrize("text", ["", "1.80", "12,5", "mười", "1.8011", "-5", "1..801", "đồng"])
def test_what_is_no_whole_number_is_not_guessed(text: str) -> None:
    assert vi.read_number(text) is None
    assert vi.read_dong(text) is None


@pytest.mark.parametrize("text", ["125.000 ₫", "125000đ", "125.000 VNĐ", "125\u00a0000 đồng"])
def test_money_is_read_in_the_ways_people_write_it(text: str) -> None:
    assert vi.read_dong(text) == 125_000


@given(st.dates())
def test_a_day_reads_back_in_both_writings(value: date) -> None:
    assert vi.read_day(vi.day(value)) == value
    assert vi.read_day(value.isoformat()) == value


@pytest.mark.parametrize("text", ["", "31/02/2025", "2025-13-01", "1/1/25", "11/2025", "hôm nay"])
def test_what_is_no_day_is_not_guessed(text: str) -> None:
    assert vi.read_day(text) is None


def test_nine_in_the_morning_is_nine_in_viet_nam() -> None:
    nine = datetime(2025, 11, 21, 2, 5, tzinfo=UTC)
    assert vi.moment(nine) == "21/11/2025 09:05"
    assert vi.clock_of(nine) == "09:05"
    assert vi.day_of(nine + timedelta(hours=16)) == date(2025, 11, 22)


def test_a_moment_without_a_place_is_our_own_fault() -> None:
    naive = datetime(2025, 11, 21, 9, 5)  # noqa: DTZ001 - the very thing that is refused
    with pytest.raises(ValueError, match="time zone"):
        vi.moment(naive)
    with pytest.raises(TypeError, match="no day"):
        vi.day(naive)
