"""All letters of the language have their shape, whatever way they were typed."""

import unicodedata

import pytest
from PIL import ImageFont

from labels.typeface import (
    ASCENT,
    DESCENT,
    FILES,
    FONTS,
    TALLEST,
    Weight,
    clean,
    outside_the_font,
    rise,
    width,
)


def test_every_marked_letter_is_in_the_font(marked_letters: str) -> None:
    assert outside_the_font(marked_letters) == ()
    assert clean(marked_letters) == marked_letters


@pytest.mark.parametrize("weight", Weight)
def test_no_mark_stands_higher_or_lower_than_a_line_allows(
    weight: Weight, marked_letters: str
) -> None:
    font = ImageFont.truetype(FONTS / FILES[weight], 1000)

    for letter in marked_letters:
        _, top, _, bottom = font.getbbox(letter, anchor="ls")
        assert -top <= rise(letter, weight) * 1000 <= TALLEST * 1000, letter
        assert bottom <= DESCENT * 1000, letter


def test_only_capitals_with_two_marks_need_more_height() -> None:
    assert rise("Bùi Thị Hằng, Đà Bắc, Ấp Ổ", Weight.BOLD) > ASCENT
    assert rise("BÙI THỊ ẢNH, Đà Bắc, ấp ổ", Weight.BOLD) == ASCENT


def test_letters_typed_with_separate_marks_are_the_same_letters() -> None:
    name = "Nguyễn Thị Ẫm"

    assert clean(unicodedata.normalize("NFD", name)) == name


def test_a_letter_outside_the_font_is_marked_and_told() -> None:
    assert clean("Bùi 漢 Hằng") == "Bùi [?] Hằng"
    assert outside_the_font("Bùi 漢字漢 Hằng") == ("漢", "字")


@pytest.mark.parametrize(
    ("typed", "printed"), [("\u0301", "[?]"), ("\u0301\u0323 Mai", "[?] Mai"), ("Ma\u0301i", "Mái")]
)
def test_accents_that_no_letter_bears_are_marked(typed: str, printed: str) -> None:
    assert clean(typed) == printed
    assert width(clean(typed), Weight.REGULAR, 8) > 0


def test_what_has_no_shape_is_left_out() -> None:
    assert clean("\ufeffBùi\u200b  Thị\tHằng\n") == "Bùi Thị Hằng"
    assert outside_the_font("Bùi\u200b\n") == ()


def test_widths_are_those_of_the_letters() -> None:
    assert width("Hằng", Weight.BOLD, 10) == pytest.approx(
        sum(width(letter, Weight.BOLD, 10) for letter in "Hằng")
    )
