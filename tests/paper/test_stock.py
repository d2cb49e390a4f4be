"""Every place of every sheet is on the paper and apart from its neighbours."""

from itertools import combinations, islice

import pytest

from labels.errors import PaperError, PositionBeyondSheet, UnknownStock
from labels.marks import Box
from labels.stock import STOCKS, Stock, stock


def overlap(one: Box, other: Box) -> bool:
    across = min(one.right, other.right) - max(one.x, other.x)
    down = min(one.bottom, other.bottom) - max(one.y, other.y)
    return across > 0.001 and down > 0.001


@pytest.mark.parametrize("sheet", STOCKS.values(), ids=STOCKS)
def test_places_lie_on_the_sheet_and_never_overlap(sheet: Stock) -> None:
    places = [sheet.place(position) for position in range(1, sheet.places + 1)]

    assert not any(overlap(one, other) for one, other in combinations(places, 2))
    for place in places:
        assert place.x >= 0
        assert place.y >= 0
        assert place.right <= sheet.sheet_width
        assert place.bottom <= sheet.sheet_height


@pytest.mark.parametrize("sheet", STOCKS.values(), ids=STOCKS)
def test_a_sheet_is_cut_alike_on_both_sides(sheet: Stock) -> None:
    last = sheet.place(sheet.places)

    assert sheet.sheet_width - last.right == pytest.approx(sheet.left_margin)
    assert sheet.sheet_height - last.bottom == pytest.approx(sheet.top_margin)


def test_places_run_on_to_a_new_sheet() -> None:
    turns = [new for _, new in islice(stock("A4-2x4").places_from(7), 4)]

    assert turns == [False, False, True, False]


@pytest.mark.parametrize("position", [0, -1, 11])
def test_a_position_beyond_the_sheet_is_told_with_the_places_there_are(position: int) -> None:
    with pytest.raises(PositionBeyondSheet, match="places 1 to 10") as refused:
        stock("A4-2x5").place(position)

    assert refused.value.places == 10


def test_an_unknown_stock_is_told_with_those_that_are_known() -> None:
    with pytest.raises(UnknownStock, match="A4-2x5, A4-2x4, A4-2x7") as refused:
        stock("A4-9x9")

    assert isinstance(refused.value, PaperError)
    assert isinstance(refused.value, ValueError)
    assert not isinstance(refused.value, KeyError)
