"""Label sheets: many labels, one after the other, on the places of a stock.

The labels are taken one at a time and each page leaves for the file as soon as it is full, so ten
thousand labels need no more memory than ten. The same labels give the same bytes.
"""

import io
from collections.abc import Iterable
from typing import BinaryIO

from labels.calibration import EXACT, Calibration
from labels.label import Label
from labels.label_layout import lay_out
from labels.pdf_stream import PdfStream
from labels.sheet_pen import POINTS, SheetPen
from labels.stock import Stock


def write(
    labels: Iterable[Label],
    stock: Stock,
    file: BinaryIO,
    start: int = 1,
    calibration: Calibration = EXACT,
) -> int:
    """Write a PDF of the labels in their order; give how many they were.

    Args:
        labels: may be made as they are drawn; none at all give one empty sheet.
        stock: what is printed on.
        file: where the bytes go; it is only ever written to.
        start: the first free place of a half-used sheet.
        calibration: what the printer does wrong, to be set right.

    Raises:
        PositionBeyondSheet: the sheet has no place `start`; nothing is written.
        NotAlphanumeric, CodeDoesNotFit: a label's code cannot be drawn so that it scans.
    """
    stock.place(start)
    document = PdfStream(
        file,
        stock.sheet_width * POINTS,
        stock.sheet_height * POINTS,
        f"Nhãn bưu gửi {stock.name}",
    )
    pen = SheetPen(stock.sheet_height)
    count = 0
    _begin(pen, calibration)
    for label, (place, is_new_sheet) in zip(labels, stock.places_from(start), strict=False):
        if is_new_sheet:
            document.page(pen.taken())
            _begin(pen, calibration)
        pen.draw(lay_out(label, stock.label_width, stock.label_height), place.x, place.y)
        count += 1
    document.page(pen.taken())
    document.finish(pen.embed(document))
    return count


def render(
    labels: Iterable[Label], stock: Stock, start: int = 1, calibration: Calibration = EXACT
) -> bytes:
    """Give what `write` writes, as bytes."""
    file = io.BytesIO()
    write(labels, stock, file, start, calibration)
    return file.getvalue()


def _begin(pen: SheetPen, calibration: Calibration) -> None:
    if calibration != EXACT:
        pen.scaled(
            calibration.scale_x, calibration.scale_y, calibration.offset_x, calibration.offset_y
        )
