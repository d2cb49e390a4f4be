"""Sums of money are said as a Vietnamese cashier says them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labels.errors import AmountOutOfRange
from labels.forms.amounts import dotted, number_in_words

VALUES = {
    word: value
    for value, words in enumerate(
        ["không", "một mốt", "hai", "ba", "bốn tư", "năm lăm", "sáu", "bảy", "tám", "chín"]
    )
    for word in words.split()
}


def heard(said: str) -> int:
    """The number a listener writes down."""
    tally = {"all": 0, "billion": 0, "group": 0, "digit": 0}
    for word in said.lower().removesuffix(" đồng").split():
        if word in VALUES:
            tally["digit"] = VALUES[word]
            continue
        if word == "mười":
            tally["group"] += 10
        elif word == "mươi":
            tally["group"] += 10 * tally["digit"]
        elif word == "trăm":
            tally["group"] += 100 * tally["digit"]
        elif word in {"nghìn", "triệu"}:
            scale = 1000 if word == "nghìn" else 1_000_000
            tally["billion"] += (tally["group"] + tally["digit"]) * scale
            tally["group"] = 0
        elif word == "tỷ":
            tally["all"] += (tally["billion"] + tally["group"] + tally["digit"]) * 10**9
            tally["billion"] = tally["group"] = 0
        tally["digit"] = 0
    return tally["all"] + tally["billion"] + tally["group"] + tally["digit"]


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        (0, "Không đồng"),
        (4, "Bốn đồng"),
        (10, "Mười đồng"),
        (11, "Mười một đồng"),
        (14, "Mười bốn đồng"),
        (15, "Mười lăm đồng"),
        (20, "Hai mươi đồng"),
        (21, "Hai mươi mốt đồng"),
        (24, "Hai mươi tư đồng"),
        (55, "Năm mươi lăm đồng"),
        (105, "Một trăm linh năm đồng"),
        (111, "Một trăm mười một đồng"),
        (1_000, "Một nghìn đồng"),
        (1_005, "Một nghìn không trăm linh năm đồng"),
        (26_000, "Hai mươi sáu nghìn đồng"),
        (30_500, "Ba mươi nghìn năm trăm đồng"),
        (125_000, "Một trăm hai mươi lăm nghìn đồng"),
        (1_000_050, "Một triệu không trăm năm mươi đồng"),
        (1_250_000, "Một triệu hai trăm năm mươi nghìn đồng"),
        (1_000_000_001, "Một tỷ không trăm linh một đồng"),
        (2_021_000_000, "Hai tỷ không trăm hai mươi mốt triệu đồng"),
        (10**12, "Một nghìn tỷ đồng"),
    ],
)
def test_an_amount_is_said_in_words(amount: int, said: str) -> None:
    assert number_in_words(amount) == said


@given(st.integers(0, 10**18 - 1))
def test_a_listener_writes_down_the_same_amount(amount: int) -> None:
    assert heard(number_in_words(amount)) == amount


@given(st.integers(0, 10**18 - 1))
def test_words_follow_the_spoken_norm(amount: int) -> None:
    said = number_in_words(amount)

    assert said[0].isupper()
    assert said.endswith(" đồng")
    assert "  " not in said
    for never in (
        "mươi một",
        "mươi bốn",
        "mươi năm",
        "mười mốt",
        "mười tư",
        "mười năm",
        "một mươi",
    ):
        assert never not in said


@pytest.mark.parametrize("amount", [-1, 10**18])
def test_an_amount_that_is_no_sum_of_money_is_refused(amount: int) -> None:
    with pytest.raises(AmountOutOfRange):
        number_in_words(amount)


@pytest.mark.parametrize(
    ("amount", "shown"), [(0, "0"), (999, "999"), (26_000, "26.000"), (1_250_000, "1.250.000")]
)
def test_thousands_are_parted_by_dots(amount: int, shown: str) -> None:
    assert dotted(amount) == shown
