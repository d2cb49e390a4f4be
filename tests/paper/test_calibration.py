"""What was measured on the test page makes the next page come out where it should."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from labels.calibration import EXACT, Measured, calibrated, crosses, page_to_measure
from labels.errors import MeasuredBeyondReason
from labels.stock import STOCKS, stock

Pictures = Callable[[bytes, int], list[Image.Image]]


@given(
    st.sampled_from(list(STOCKS.values())),
    st.floats(-3, 3),
    st.floats(-3, 3),
    st.floats(0.94, 1.06),
    st.floats(0.94, 1.06),
)
@settings(max_examples=100)
def test_a_printer_that_shifts_and_stretches_is_set_right(
    sheet, right: float, down: float, across: float, along: float
) -> None:
    at = crosses(sheet)
    measured = Measured(
        right + across * at.left, down + along * at.top, across * at.across, along * at.down
    )
    found = calibrated(sheet, measured)
    for x, y in ((0.0, 0.0), (sheet.sheet_width, sheet.sheet_height), (7.5, 120.0)):
        printed_x = right + across * (found.offset_x + found.scale_x * x)
        printed_y = down + along * (found.offset_y + found.scale_y * y)
        assert printed_x == pytest.approx(x, abs=1e-6)
        assert printed_y == pytest.approx(y, abs=1e-6)


def test_a_printer_that_does_nothing_wrong_is_left_alone() -> None:
    assert calibrated(stock("A6"), crosses(stock("A6"))) == EXACT


@pytest.mark.parametrize(
    "measured",
    [
        Measured(20, 20, 0, 250),
        Measured(20, 20, 150, 250),
        Measured(20, 20, 170, 275),
        Measured(40, 20, 170, 250),
        Measured(20, 3, 170, 250),
    ],
)
def test_a_figure_that_no_sound_printer_gives_is_refused(measured: Measured) -> None:
    with pytest.raises(MeasuredBeyondReason):
        calibrated(stock("A4-2x5"), measured)


def test_the_page_to_measure_has_its_marks_where_its_words_say(pictures: Pictures) -> None:
    sheet = stock("A4-2x5")
    [page] = pictures(page_to_measure(sheet), 254)  # ten dots a millimetre
    at = crosses(sheet)
    for x, y in (
        (at.left, at.top),
        (at.left + at.across, at.top),
        (at.left, at.top + at.down),
    ):
        assert page.getpixel((round(x * 10), round(y * 10))) < 128
        assert page.getpixel((round(x * 10) + 6, round(y * 10) + 6)) > 200
