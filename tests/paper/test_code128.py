"""The bars of an item number are wide enough for a hand scanner, or not drawn at all."""

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from labels import code128
from labels.errors import CodeDoesNotFit


def test_an_item_number_takes_fourteen_symbols() -> None:
    bars = code128.encode("EB123456785VN")

    assert bars.modules == 14 * 11 + 2
    assert bars.bars[0] == (0, 2)
    assert sum(bars.bars[-1]) == bars.modules


def test_bars_are_never_finer_than_a_quarter_millimetre_nor_needlessly_wide() -> None:
    bars = code128.encode("EB123456785VN")

    assert code128.module_size(bars, 45) >= 0.25
    assert code128.module_size(bars, 500) == 0.5
    with pytest.raises(CodeDoesNotFit):
        code128.module_size(bars, 40)


@pytest.mark.parametrize("number", ["", "SỐ 12", "EB\n12"])
def test_a_number_that_is_no_plain_text_is_refused(number: str) -> None:
    with pytest.raises(CodeDoesNotFit):
        code128.encode(number)


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet=st.sampled_from("EBVN0123456789-/ a"), min_size=1, max_size=24))
def test_a_reader_gives_back_whatever_was_coded(text: str) -> None:
    bars = code128.encode(text)
    picture = Image.new("L", (bars.modules * 2 + 80, 60), 255)
    for left, wide in bars.bars:
        picture.paste(0, (40 + left * 2, 5, 40 + (left + wide) * 2, 55))
    [code] = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.Code128)

    assert code.text == text
    assert bars.modules <= 11 * (len(text) + 3) + 13
