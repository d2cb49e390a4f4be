"""What a printer does wrong with a stock, and the test page that shows it to a ruler.

A printer shifts what it prints by a millimetre or two, and many a one prints at 97 % unasked. The
test page has marks at known places; whoever measures where they came out gives four figures, and
from these follows what must be drawn so that it comes out right.

All lengths are millimetres from the upper left corner of the sheet.
"""

import io
from dataclasses import dataclass

from labels.errors import MeasuredBeyondReason
from labels.fitting import Style
from labels.marks import Box, Fill, Mark, Set, words
from labels.pdf_stream import PdfStream
from labels.sheet_pen import POINTS, SheetPen
from labels.stock import Stock
from labels.typeface import Weight

FARTHEST = 10.0  # millimetres; a printer that shifts more has another fault
MOST_STRETCHED = 0.08  # who prints at 94 % to make it fit can still be helped
HAIR = 0.2
ARM = 5.0


@dataclass(frozen=True, slots=True)
class Calibration:
    """How to draw for one printer: shift right and down in millimetres, stretch as a factor."""

    offset_x: float = 0.0
    offset_y: float = 0.0
    scale_x: float = 1.0
    scale_y: float = 1.0


EXACT = Calibration()


@dataclass(frozen=True, slots=True)
class Measured:
    """Where the marks of the test page came out, by the ruler.

    `left` and `top` are the first cross from the sheet's edges, `across` and `down` the second
    and third one from the first.
    """

    left: float
    top: float
    across: float
    down: float


def crosses(stock: Stock) -> Measured:
    """Where the marks stand on the test page of a stock, and should come out."""
    edge_x, edge_y = min(20.0, stock.sheet_width / 5), min(20.0, stock.sheet_height / 5)
    across = _tens(stock.sheet_width - 2 * edge_x)
    down = _tens(stock.sheet_height - 2 * edge_y)
    return Measured(edge_x, edge_y, across, down)


def calibrated(stock: Stock, measured: Measured) -> Calibration:
    """What makes the marks come out where they should.

    Raises:
        MeasuredBeyondReason: a figure is farther off than any sound printer is.
    """
    wanted = crosses(stock)
    scale_x = wanted.across / measured.across if measured.across > 0 else 0.0
    scale_y = wanted.down / measured.down if measured.down > 0 else 0.0
    for name, scale in (("across", scale_x), ("down", scale_y)):
        if not 1 - MOST_STRETCHED <= scale <= 1 + MOST_STRETCHED:
            raise MeasuredBeyondReason(name, getattr(measured, name), getattr(wanted, name))
    for name in ("left", "top"):
        if abs(getattr(measured, name) - getattr(wanted, name)) > FARTHEST:
            raise MeasuredBeyondReason(name, getattr(measured, name), getattr(wanted, name))
    # The printer puts x at left + (x - wanted.left) / scale; we draw at offset + scale × x.
    return Calibration(
        offset_x=wanted.left - scale_x * measured.left,
        offset_y=wanted.top - scale_y * measured.top,
        scale_x=scale_x,
        scale_y=scale_y,
    )


def page_to_measure(stock: Stock, calibration: Calibration = EXACT) -> bytes:
    """The test page of a stock as a PDF: crosses to measure, and each place's outline corners."""
    file = io.BytesIO()
    document = PdfStream(
        file, stock.sheet_width * POINTS, stock.sheet_height * POINTS, f"Trang thử {stock.name}"
    )
    pen = SheetPen(stock.sheet_height)
    pen.scaled(calibration.scale_x, calibration.scale_y, calibration.offset_x, calibration.offset_y)
    pen.draw(_marks(stock), 0.0, 0.0)
    document.page(pen.taken())
    document.finish(pen.embed(document))
    return file.getvalue()


def _tens(length: float) -> float:
    """The longest whole number of centimetres that is not longer."""
    return length // 10 * 10


def _marks(stock: Stock) -> list[Mark]:
    at = crosses(stock)
    marks: list[Mark] = []
    for position in range(1, stock.places + 1):
        marks += _corners(stock.place(position))
    for x, y in ((at.left, at.top), (at.left + at.across, at.top), (at.left, at.top + at.down)):
        arm = min(ARM, at.left - 1)
        marks.append(Fill(Box(x - arm, y - HAIR / 2, 2 * arm, HAIR)))
        marks.append(Fill(Box(x - HAIR / 2, y - arm, HAIR, 2 * arm)))
    told = (
        f"Trang thử {stock.name}. Đo bằng thước: mép trái đến dấu + thứ nhất {at.left:g} mm; "
        f"mép trên đến dấu đó {at.top:g} mm; từ dấu đó sang phải {at.across:g} mm; "
        f"xuống dưới {at.down:g} mm."
    )
    room = Box(at.left + 2, at.top + 2, at.across - 4, min(at.down - 4, 24.0))
    marks.append(words(told, room, Set(Style(Weight.REGULAR, 9, 4))))
    return marks


def _corners(place: Box) -> list[Mark]:
    """Short hairlines in the four corners of a label's place, inside its edge."""
    arm = min(3.0, place.width / 8)
    marks: list[Mark] = []
    for x in (place.x, place.right):
        for y in (place.y, place.bottom):
            across = Box(x if x == place.x else x - arm, y - HAIR * (y != place.y), arm, HAIR)
            down = Box(x - HAIR * (x != place.x), y if y == place.y else y - arm, HAIR, arm)
            marks += [Fill(across), Fill(down)]
    return marks
