"""The short form of `postal bench decode`: labels of every stock are read, clean and damaged.

The long form reads a thousand of each and by a second reader; here a few of each stock show that
nothing has become unreadable, and that the damage is real damage.
"""

from random import Random

import pytest
import zxingcpp

from bench.decode import printed, readings
from bench.rows.damage import DAMAGES, DIRTY_SHARE
from labels.stock import STOCKS, Stock, stock

ITEMS = 2


@pytest.mark.parametrize("sheet", STOCKS.values(), ids=STOCKS)
def test_labels_are_read_clean_and_damaged(sheet: Stock) -> None:
    read, asked = readings(sheet, ITEMS, 203)

    assert asked.total() == ITEMS * (2 + len(DAMAGES))
    assert read == asked


@pytest.mark.parametrize("how", DAMAGES)
def test_damage_changes_a_picture_always_in_the_same_way(how: str) -> None:
    [one] = printed(stock("A6"), 1, 203)
    seen, again = (DAMAGES[how](one.picture, one.symbol, Random(5)) for _ in range(2))

    assert seen.tobytes() == again.tobytes() != one.picture.tobytes()


def test_a_tenth_of_a_dirty_symbol_is_covered_and_all_of_it_is_too_much() -> None:
    [one] = printed(stock("A6"), 1, 203)
    soiled = one.picture
    for spoiling in range(12):
        soiled = DAMAGES["dirty"](soiled, one.symbol, Random(spoiling))

    assert 0.05 < DIRTY_SHARE < 0.15
    assert one.label.qr_text not in {code.text for code in zxingcpp.read_barcodes(soiled)}
