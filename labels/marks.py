"""What paper is made of before it is drawn: boxes, words, lines, codes, pictures.

Layouts are pure functions that give marks; the pen draws exactly these and decides nothing. So a
test can ask a layout whether anything overlaps without looking at a single pixel.

All lengths are millimetres from the upper left corner of the paper or label, downwards.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache

from labels.code128 import Bars
from labels.fitting import Style, fit, steps
from labels.qr import Symbol
from labels.typeface import DESCENT, MILLIMETRES_PER_POINT, Weight, width


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle, in millimetres."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Its right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """Its lower edge."""
        return self.y + self.height

    def moved(self, x: float, y: float) -> "Box":
        """The same box elsewhere."""
        return replace(self, x=self.x + x, y=self.y + y)

    def inset(self, across: float, down: float) -> "Box":
        """The box without a margin on each side."""
        return Box(self.x + across, self.y + down, self.width - 2 * across, self.height - 2 * down)


class Side(StrEnum):
    """Where words stand in their box, across or down."""

    START = "start"
    MIDDLE = "middle"
    END = "end"


SHARES = {Side.START: 0.0, Side.MIDDLE: 0.5, Side.END: 1.0}
"""How much of the spare room lies before the words."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of words: `x` and `baseline` of its first letter, `width` as measured.

    Ink is 0 for black and 1 for white.
    """

    words: str
    x: float
    baseline: float
    width: float
    weight: Weight
    size: float
    ink: float = 0.0


@dataclass(frozen=True, slots=True)
class Words:
    """A block of lines and the box it may not leave."""

    box: Box
    lines: tuple[Line, ...]
    shortened: bool = False

    def hull(self) -> Box:
        """The part of the box, over its whole width, down to the last line's tails."""
        if not self.lines:
            return replace(self.box, height=0.0)
        last = self.lines[-1]
        depth = last.baseline + DESCENT * last.size * MILLIMETRES_PER_POINT - self.box.y
        return replace(self.box, height=depth)


@dataclass(frozen=True, slots=True)
class Fill:
    """A filled rectangle under what follows; ink is 0 for black and 1 for white."""

    box: Box
    ink: float = 0.0


@dataclass(frozen=True, slots=True)
class Frame:
    """An outlined rectangle; the thickness lies inside the box."""

    box: Box
    thickness: float = 0.2
    dash: float = 0.0


@dataclass(frozen=True, slots=True)
class Qr:
    """A QR code; the box holds its quiet zone."""

    box: Box
    symbol: Symbol


@dataclass(frozen=True, slots=True)
class Barcode:
    """A Code 128; the box holds its quiet zones."""

    box: Box
    bars: Bars


@dataclass(frozen=True, slots=True)
class Picture:
    """A signature as PNG bytes, drawn as large as the box lets it be, never stretched."""

    box: Box
    png: bytes


Mark = Words | Fill | Frame | Qr | Barcode | Picture


@dataclass(frozen=True, slots=True)
class Set:
    """How words stand in their box: style, across, down, ink."""

    style: Style
    across: Side = Side.START
    down: Side = Side.START
    ink: float = 0.0


@lru_cache(maxsize=4096)
def words(text: str, box: Box, how: Set) -> Words:
    """The text fitted into the box and placed in it.

    Kept, because the labels of a day name few places, senders and services again and again.
    """
    style = how.style
    fitted = fit(text, style, box.width, box.height)
    if not fitted.lines:
        return Words(box, ())
    point = fitted.size * MILLIMETRES_PER_POINT
    downs = steps(fitted.lines, style.weight)
    tall = (sum(downs) + DESCENT) * point
    baseline = box.y + SHARES[how.down] * (box.height - tall)
    lines = []
    for line, down in zip(fitted.lines, downs, strict=True):
        baseline += down * point
        wide = width(line, style.weight, fitted.size)
        x = box.x + SHARES[how.across] * (box.width - wide)
        lines.append(Line(line, x, baseline, wide, style.weight, fitted.size, how.ink))
    return Words(box, tuple(lines), fitted.shortened)


def moved(mark: Mark, x: float, y: float) -> Mark:
    """The same mark elsewhere."""
    if isinstance(mark, Words):
        lines = tuple(
            replace(line, x=line.x + x, baseline=line.baseline + y) for line in mark.lines
        )
        return replace(mark, box=mark.box.moved(x, y), lines=lines)
    return replace(mark, box=mark.box.moved(x, y))
