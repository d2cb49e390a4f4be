"""The short form of `postal bench decode`: labels of every stock are read, clean and damaged.

The long form reads a thousand of each and by a second reader; here a few of each stock show that
nothing has become unreadable, and that the damage is real damage.
"""

from random import Random

import pytest
import zxingcpp
from PIL import Image, ImageFilter

from bench.rows.damage import DAMAGES, DIRTY_SHARE
from bench.rows.looks import MOST
from bench.rows.reading import Lot, printed, readings, scanned, zxing
from labels.stock import STOCKS

ITEMS = 2


@pytest.mark.parametrize("name", STOCKS)
def test_labels_are_read_clean_and_damaged(name: str) -> None:
    read, asked = readings(Lot(name, 203, 0, ITEMS))

    assert asked.total() == ITEMS * (2 + len(DAMAGES))
    assert read == asked


@pytest.mark.parametrize("how", DAMAGES)
def test_damage_changes_a_picture_always_in_the_same_way(how: str) -> None:
    [one] = printed(Lot("A6", 203, 0, 1))
    seen, again = (DAMAGES[how](one.picture, one.symbol, Random(5)) for _ in range(2))

    assert seen.tobytes() == again.tobytes() != one.picture.tobytes()


def test_a_dirty_symbol_is_covered_for_a_tenth_and_ten_tenths_are_too_much() -> None:
    [one] = printed(Lot("A6", 203, 0, 1))
    white = white_like(one.picture)
    covered = max(
        sum(DAMAGES["dirty"](white, one.symbol, Random(lot)).histogram()[:255])
        for lot in range(9)  # some stains are white
    )
    soiled = one.picture
    for spoiling in range(40):
        soiled = DAMAGES["dirty"](soiled, one.symbol, Random(spoiling))

    assert covered / one.symbol.side**2 == pytest.approx(DIRTY_SHARE, abs=0.01)
    assert one.label.qr_text not in {code.text for code in zxingcpp.read_barcodes(soiled)}


def test_a_scanning_app_looks_again_only_until_something_is_read() -> None:
    seen: list[tuple[int, int]] = []

    def at_the_fourth_look(picture: Image.Image) -> str:
        seen.append(picture.size)
        return "WRONG" if len(seen) == 4 else ""

    assert scanned(Image.new("L", (60, 40)), at_the_fourth_look) == "WRONG"
    assert seen == [(60, 40), (60, 40), (60, 40), (30, 20)]
    seen.clear()
    assert scanned(Image.new("L", (60, 40)), lambda picture: seen.append(picture.size) or "") == ""
    assert len(seen) == MOST


def test_a_blur_that_hides_a_large_code_from_the_first_look_is_read_sharpened() -> None:
    [one] = printed(Lot("100x150", 300, 0, 1))
    hazy = one.picture.filter(ImageFilter.GaussianBlur(one.symbol.module * 0.6))

    assert zxing(hazy) != one.label.qr_text
    assert scanned(hazy, zxing) == one.label.qr_text


def white_like(picture: Image.Image) -> Image.Image:
    """A white picture of the same size."""
    return Image.new("L", picture.size, 255)
