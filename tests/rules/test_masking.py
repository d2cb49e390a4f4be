"""A name and a phone are shown so that their owner knows them and nobody else learns them."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postal_app.rules.masking import masked_name, masked_phone, phone_key

SYLLABLES = st.sampled_from(
    ["Đinh", "Thị", "Mai", "Bùi", "Hằng", "Quách", "Văn", "Dũng", "Ưng", "Ánh", "Oanh", "H'Bia"]
)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Đinh Thị Mai", "Đinh T. M."),
        ("  bùi   thị hằng ", "bùi T. H."),
        ("Đặng Ánh Ưng", "Đặng Á. Ư."),
        ("Mai", "M."),
        ("H'Bia Niê", "H. N."),
        ("Y Bhăm Êban", "Y. B. Ê."),
        ("Công ty TNHH Đà Giang", "Công T. T. Đ. G."),
        ("Nguyễn Văn (Ba)", "Nguyễn V. B."),
        ("Lò – Thị 2", "Lò T. 2."),
        ("", ""),
        ("– ?", ""),
    ],
)
def test_of_a_name_the_family_stays_and_the_rest_are_letters(name: str, shown: str) -> None:
    assert masked_name(name) == shown


def test_a_name_from_a_mac_is_masked_like_the_same_name_composed() -> None:
    assert masked_name(unicodedata.normalize("NFD", "Đặng Ánh Ưng")) == "Đặng Á. Ư."


@given(st.lists(SYLLABLES, min_size=2, max_size=5))
def test_no_word_but_the_first_is_ever_written_out(words: list[str]) -> None:
    shown = masked_name(" ".join(words)).split()
    assert len(shown) == len(words)
    assert all(len(one) == 2 and one.endswith(".") for one in shown[1:])


@given(st.text(max_size=60))
def test_whatever_is_written_in_the_name_only_one_word_can_stay(text: str) -> None:
    assert sum(not one.endswith(".") for one in masked_name(text).split()) <= 1


@given(st.from_regex(r"0\d{8,10}", fullmatch=True), st.integers(1, 3))
def test_a_phone_keeps_its_length_and_its_last_digits_only(phone: str, shown: int) -> None:
    masked = masked_phone(phone, shown)
    assert len(masked) == len(phone)
    assert masked.strip("•") == phone[-shown:]


@pytest.mark.parametrize(
    ("phone", "key"),
    [
        ("0912345678", "5678"),
        ("+84 912 345 678", "5678"),
        ("0218.3852.114", "2114"),
        ("113", ""),
        ("", ""),
    ],
)
def test_the_key_is_the_last_four_digits_of_a_real_phone(phone: str, key: str) -> None:
    assert phone_key(phone) == key
