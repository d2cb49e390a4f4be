"""Marks as dots: what a label printer prints when it is given a picture.

Each letter stands where it was measured, to a part of a dot, so no hinting makes a line longer
than its box. The modules of a code are whole dots, all alike: at 203 dots an inch a module that is
three dots here and four there is what scanners stumble over.
"""

import functools
from collections.abc import Iterable

from PIL import Image, ImageDraw, ImageFont

from labels import code128, qr
from labels.marks import Barcode, Box, Fill, Frame, Line, Mark, Qr, Words
from labels.typeface import FILES, FONTS, MILLIMETRES_PER_POINT, Weight, width

MILLIMETRES_PER_INCH = 25.4
HALF_BLACK = 128


class Raster:
    """A picture of a label, black on white, at so many dots an inch."""

    def __init__(self, wide: float, tall: float, dots_per_inch: int) -> None:
        """Begin with a white label of so many millimetres."""
        self.dot = MILLIMETRES_PER_INCH / dots_per_inch
        self._grey = Image.new("L", (round(wide / self.dot), round(tall / self.dot)), 255)
        self._pen = ImageDraw.Draw(self._grey)

    def draw(self, marks: Iterable[Mark], *, with_codes: bool = True) -> None:
        """Draw marks; the codes may be left to the printer."""
        for mark in marks:
            match mark:
                case Words():
                    for line in mark.lines:
                        self._write(line)
                case Fill():
                    self._rectangle(mark.box, round(255 * mark.ink))
                case Frame():
                    inner = mark.box.inset(mark.thickness, mark.thickness)
                    self._rectangle(mark.box, 0)
                    self._rectangle(inner, 255)
                case Qr() if with_codes:
                    left, top, module = qr_place(mark, self.dot)
                    for x, y, across, down in mark.symbol.runs():
                        self._modules(left, top, module, (x, y, across, down))
                case Barcode() if with_codes:
                    left, top, module, tall = bars_place(mark, self.dot)
                    for x, across in mark.bars.bars:
                        begin = left + x * module
                        end = begin + across * module - 1
                        self._pen.rectangle((begin, top, end, top + tall - 1), 0)

    def picture(self) -> Image.Image:
        """The label in black and white alone."""
        return self._grey.point(lambda level: 255 if level >= HALF_BLACK else 0).convert("1")

    def _write(self, line: Line) -> None:
        font = _font(line.weight, line.size * MILLIMETRES_PER_POINT / self.dot)
        x = line.x
        for letter in line.words:
            at = (x / self.dot, line.baseline / self.dot)
            self._pen.text(at, letter, round(255 * line.ink), font, anchor="ls")
            x += width(letter, line.weight, line.size)

    def _rectangle(self, box: Box, grey: int) -> None:
        left, top = round(box.x / self.dot), round(box.y / self.dot)
        right = max(left, round(box.right / self.dot) - 1)
        bottom = max(top, round(box.bottom / self.dot) - 1)
        self._pen.rectangle((left, top, right, bottom), grey)

    def _modules(self, left: int, top: int, module: int, run: tuple[int, int, int, int]) -> None:
        x, y, across, down = run
        begin = (left + x * module, top + y * module)
        end = (begin[0] + across * module - 1, begin[1] + down * module - 1)
        self._pen.rectangle((*begin, *end), 0)


def qr_place(mark: Qr, dot: float) -> tuple[int, int, int]:
    """Left and top of a QR's dark modules and the side of one, in dots; centred in its box."""
    module = round(qr.module_size(mark.symbol, mark.box.width, dot) / dot)
    side = mark.symbol.size * module
    spare = (mark.box.width / dot - side) / 2
    return round(mark.box.x / dot + spare), round(mark.box.y / dot + spare), module


def bars_place(mark: Barcode, dot: float) -> tuple[int, int, int, int]:
    """Left and top of a Code 128's bars, width of a module and height, in dots."""
    module = round(code128.module_size(mark.bars, mark.box.width, dot) / dot)
    spare = (mark.box.width / dot - mark.bars.modules * module) / 2
    left = round(mark.box.x / dot + spare)
    return left, round(mark.box.y / dot), module, round(mark.box.height / dot)


@functools.lru_cache(maxsize=256)
def _font(weight: Weight, size: float) -> ImageFont.FreeTypeFont:
    path = FONTS / FILES[weight]
    return ImageFont.truetype(path, size, layout_engine=ImageFont.Layout.BASIC)
