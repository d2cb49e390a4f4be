"""Label sheets: many labels, one after the other, on the places of a stock.

The labels are taken one at a time and each page is given away as soon as it is full, so ten
thousand labels need no more memory than ten. The same labels give the same bytes.
"""

import io
from collections.abc import Iterable, Iterator
from typing import BinaryIO, NamedTuple

from labels.calibration import EXACT, Calibration
from labels.label import Label
from labels.label_layout import lay_out
from labels.pdf_stream import PdfStream
from labels.sheet_pen import POINTS, SheetPen
from labels.stock import Stock


class Part(NamedTuple):
    """The next bytes of a PDF, and how many labels are drawn up to them."""

    content: bytes
    labels: int


def parts(
    labels: Iterable[Label], stock: Stock, start: int = 1, calibration: Calibration = EXACT
) -> Iterator[Part]:
    """Give a PDF of the labels in their order, page by page.

    Args:
        labels: may be made as they are drawn; none at all give one empty sheet.
        stock: what is printed on.
        start: the first free place of a half-used sheet.
        calibration: what the printer does wrong, to be set right.

    Raises:
        PositionBeyondSheet: at once; the sheet has no place `start`.
        NotAlphanumeric, CodeDoesNotFit: a label's code cannot be drawn so that it scans.
    """
    stock.place(start)
    return _drawn(labels, stock, start, calibration)


def write(
    labels: Iterable[Label],
    stock: Stock,
    file: BinaryIO,
    start: int = 1,
    calibration: Calibration = EXACT,
) -> int:
    """Write the PDF of `parts` into a file; give how many labels they were."""
    count = 0
    for part in parts(labels, stock, start, calibration):
        file.write(part.content)
        count = part.labels
    return count


def render(
    labels: Iterable[Label], stock: Stock, start: int = 1, calibration: Calibration = EXACT
) -> bytes:
    """Give the PDF of `parts` in one piece."""
    return b"".join(part.content for part in parts(labels, stock, start, calibration))


def _drawn(
    labels: Iterable[Label], stock: Stock, start: int, calibration: Calibration
) -> Iterator[Part]:
    buffer = io.BytesIO()
    size = (stock.sheet_width * POINTS, stock.sheet_height * POINTS)
    document = PdfStream(buffer, *size, f"Nhãn bưu gửi {stock.name}")
    pen = SheetPen(stock.sheet_height)
    count = 0
    _begin(pen, calibration)
    for label, (place, is_new_sheet) in zip(labels, stock.places_from(start), strict=False):
        if is_new_sheet:
            document.page(pen.taken())
            yield Part(_emptied(buffer), count)
            _begin(pen, calibration)
        pen.draw(lay_out(label, stock.label_width, stock.label_height), place.x, place.y)
        count += 1
    document.page(pen.taken())
    document.finish(pen.embed(document))
    yield Part(_emptied(buffer), count)


def _begin(pen: SheetPen, calibration: Calibration) -> None:
    if calibration != EXACT:
        pen.scaled(
            calibration.scale_x, calibration.scale_y, calibration.offset_x, calibration.offset_y
        )


def _emptied(buffer: io.BytesIO) -> bytes:
    content = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return content
