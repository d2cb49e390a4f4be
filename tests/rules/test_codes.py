"""Item numbers, tags, and what scanners type."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postal_app.rules.codes import (
    TAG_ALPHABET,
    WEIGHTS,
    check_digit,
    dossier_code,
    is_item_number,
    is_tag,
    item_number,
    label_text,
    read_scan,
    tag,
)

KEY = b"k" * 32


@pytest.mark.parametrize(
    ("serial", "digit"),
    [
        ("00071761", 8),
        ("00071758", 1),
        ("96633102", 0),
        ("76129403", 8),
        ("47110815", 1),
        ("47312482", 9),
        ("12345678", 5),
    ],
)
def test_check_digits_of_published_numbers(serial, digit):
    assert check_digit(serial) == digit


def test_the_often_printed_example_is_not_valid():
    assert not is_item_number("EL123456789VN")
    assert is_item_number("EL123456785VN")


@given(st.integers(0, 99_999_999))
def test_our_numbers_always_check(serial):
    assert is_item_number(item_number("RH", serial))


@given(st.integers(0, 99_999_999), st.integers(0, 7), st.integers(1, 9))
def test_one_wrong_digit_is_seen_wherever_the_standard_can_see_it(serial, place, by):
    digits = f"{serial:08d}"
    wrong = digits[:place] + str((int(digits[place]) + by) % 10) + digits[place + 1 :]
    sums = {sum(int(d) * w for d, w in zip(s, WEIGHTS, strict=True)) % 11 for s in (digits, wrong)}
    folded_by_the_standard = sums == {0, 6}  # eleven remainders, ten digits: 0 and 6 both give 5
    assert (check_digit(digits) == check_digit(wrong)) == folded_by_the_standard


@given(st.integers(0, 99_999_999))
def test_the_label_read_back_gives_number_and_tag(serial):
    number = item_number("RH", serial)
    scanned = read_scan(label_text("https://buuchinh.example.vn", number, KEY))
    assert scanned.number == number
    assert is_tag(scanned.tag, number, KEY)
    assert not is_tag(scanned.tag, number, b"another key")


def test_tags_hold_nothing_that_an_input_method_rewrites():
    assert not set(TAG_ALPHABET) & set("ADEIOUYSFRXJZW")
    assert set(tag("RH473124829VN", KEY)) <= set(TAG_ALPHABET)


@pytest.mark.parametrize(
    "typed",
    [
        "RH473124829VN",
        " rh473124829vn\r",
        "RH 4731 2482 9 VN",
        "rh-473124829-vn",
        "RH\u2013473124829\u2013VN",
        "https://127.0.0.1:8000/t/rh473124829vn",
        "HTTPS://BƯU.CHÍNH.VN/T/RH473124829VN/",
    ],
)
def test_a_number_is_read_however_the_keyboard_typed_it(typed):
    assert read_scan(typed).number == "RH473124829VN"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Ê471108151FR", "EE471108151FR"),  # Telex: EE
        ("Ă000000005VN", "AW000000005VN"),  # Telex: AW
        (unicodedata.normalize("NFD", "Ê471108151FR"), "EE471108151FR"),
    ],
)
def test_what_telex_rewrote_is_unmixed(typed, meant):
    assert is_item_number(meant)
    assert read_scan(typed).number == meant


@given(st.text(max_size=60))
def test_any_noise_is_read_without_an_error(noise):
    assert isinstance(read_scan(noise).number, str)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("000.00.16.h28-200901-0001", "000.00.16.H28-200901-0001"),
        ("H28.16 \u2013 260302 - 0001", "H28.16-260302-0001"),
        ("  h28.16-260302-12345 ", "H28.16-260302-12345"),
    ],
)
def test_dossier_codes_of_both_generations_are_kept_as_given(typed, kept):
    assert dossier_code(typed) == kept
