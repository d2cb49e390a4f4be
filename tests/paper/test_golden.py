"""Every stock looks as it did when somebody last looked at it.

The pictures are small and in few greys: a line that moves by a millimetre or words that go missing
are seen, the grain of another renderer is not. After a wanted change, `POSTAL_NEW_GOLDEN=1` with
this file writes them anew; look at them before they are kept.
"""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageFilter, ImageStat

from labels.calibration import page_to_measure
from labels.label import Label
from labels.sheet import render
from labels.stock import STOCKS, Stock
from labels.thermal import Language, Printer, jobs
from tests.paper.test_thermal import printed_zpl

Pictures = Callable[[bytes, int], list[Image.Image]]

GOLDEN = Path(__file__).parent / "golden"
WIDEST = 320  # pixels
FARTHEST = 6.0  # mean difference of greys, of 255; a line that is missing makes ten times that


def assert_looks_as_before(picture: Image.Image, name: str, widest: int = WIDEST) -> None:
    """Compare a picture with the one that is kept under this name, both so many pixels wide."""
    small = picture.convert("L").resize(
        (widest, round(picture.height * widest / picture.width)), Image.Resampling.BOX
    )
    path = GOLDEN / f"{name}.png"
    if os.environ.get("POSTAL_NEW_GOLDEN"):
        small.quantize(16).save(path, optimize=True)
    with Image.open(path) as kept:
        before = kept.convert("L")
    assert small.size == before.size
    # In squares of sixteen pixels, so that a small thing that is gone is not lost in a white page.
    soft = [one.filter(ImageFilter.BoxBlur(1)) for one in (small, before)]
    differences = ImageChops.difference(*soft)
    worst = max(
        ImageStat.Stat(differences.crop((x, y, x + 16, y + 16))).mean[0]
        for x in range(0, small.width, 16)
        for y in range(0, small.height, 16)
    )
    assert worst < 4 * FARTHEST, worst
    assert ImageStat.Stat(differences).mean[0] < FARTHEST


@pytest.mark.parametrize("stock", STOCKS.values(), ids=STOCKS)
def test_a_label_looks_as_before_on_every_stock(
    stock: Stock, label: Label, pictures: Pictures
) -> None:
    marked = replace(label, reprint=2, service_marks=(*label.service_marks, "THU HỒI GIẤY TỜ CŨ"))
    [page] = pictures(render([marked], stock), 150)
    dots = 150 / 25.4
    place = stock.place(1)
    edges = (place.x, place.y, place.right, place.bottom)
    assert_looks_as_before(page.crop(tuple(round(edge * dots) for edge in edges)), stock.name)


@pytest.mark.parametrize("name", ["100x150", "80x50", "50x30"])
def test_a_roll_printers_label_looks_as_before(name: str, label: Label) -> None:
    [job] = jobs([label], STOCKS[name], Printer(Language.ZPL, 203))
    assert_looks_as_before(printed_zpl(job), f"zpl-{name}")


def test_the_page_to_measure_looks_as_before(pictures: Pictures) -> None:
    [page] = pictures(page_to_measure(STOCKS["A4-2x5"]), 75)
    assert_looks_as_before(page, "trang-thu")


def test_a_line_that_is_gone_is_seen(
    label: Label, pictures: Pictures, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("POSTAL_NEW_GOLDEN", raising=False)
    stock = STOCKS["A6"]
    without = replace(label, reprint=2, receiver_address="", service_marks=())
    [page] = pictures(render([without], stock), 150)
    with pytest.raises(AssertionError):
        assert_looks_as_before(page, "A6")
