"""What happens to a printed label before it is scanned, each in a way that is always the same.

A picture comes in as a printer's dots in grey and goes out as a camera may see it. All measures
are parts of a module or of the symbol, never dots: a label printed finer is damaged no less.
"""

from collections.abc import Callable
from math import pi
from random import Random
from typing import NamedTuple

from PIL import Image, ImageDraw, ImageFilter

WHITE = 255
DIRTY_SHARE = 0.10


class Symbol(NamedTuple):
    """Where the QR stands without its quiet zone, and the side of a module, in dots."""

    left: float
    top: float
    side: float
    module: float


Damage = Callable[[Image.Image, Symbol, Random], Image.Image]


def blurred(picture: Image.Image, symbol: Symbol, lot: Random) -> Image.Image:
    """Out of focus: Gaussian, its deviation three to five tenths of a module.

    A module alone among others keeps 82 to 47 % of its contrast, which is grade A to grade F of the
    modulation that ISO/IEC 15415 asks for.
    """
    return picture.filter(ImageFilter.GaussianBlur(symbol.module * lot.uniform(0.3, 0.5)))


def rotated(picture: Image.Image, symbol: Symbol, lot: Random) -> Image.Image:  # noqa: ARG001
    """Held askew, any way round."""
    angle = lot.choice((0, 90, 180, 270)) + lot.uniform(-20, 20)
    return picture.rotate(angle, Image.Resampling.BILINEAR, expand=True, fillcolor=WHITE)


def pale(picture: Image.Image, symbol: Symbol, lot: Random) -> Image.Image:  # noqa: ARG001
    """Printed pale on grey paper: a quarter to a half of the contrast is left."""
    paper, ink = lot.randint(170, 210), lot.randint(90, 110)
    return picture.point([ink + (paper - ink) * level // 255 for level in range(256)])


def dirty(picture: Image.Image, symbol: Symbol, lot: Random) -> Image.Image:
    """A stain, dark or light, over a tenth of the symbol: black, grey, or white as if rubbed off.

    It is in one piece, as ink, glue and a thumb leave it, so that it takes about a tenth of the
    codewords; the levels that labels have (H, Q, on the smallest roll at 203 dots M) mend 30, 25
    and 15 %. It falls anywhere but on the three corners by which a reader finds the symbol: no
    level of error correction mends a corner that is gone.
    """
    soiled = picture.copy()
    radius = symbol.side * (DIRTY_SHARE / pi) ** 0.5
    while True:
        x = symbol.left + lot.uniform(radius, symbol.side - radius)
        y = symbol.top + lot.uniform(radius, symbol.side - radius)
        if not _touches_a_corner(x, y, radius, symbol):
            break
    spot = (x - radius, y - radius, x + radius, y + radius)
    ImageDraw.Draw(soiled).ellipse(spot, lot.choice((20, 60, 230, WHITE)))
    return soiled


def _touches_a_corner(x: float, y: float, radius: float, symbol: Symbol) -> bool:
    reach = 8 * symbol.module + radius
    left, top = x - symbol.left < reach, y - symbol.top < reach
    right = symbol.left + symbol.side - x < reach
    bottom = symbol.top + symbol.side - y < reach
    return (left and top) or (right and top) or (left and bottom)


def askew(picture: Image.Image, symbol: Symbol, lot: Random) -> Image.Image:  # noqa: ARG001
    """Photographed from the side: two corners are up to an eighth nearer together."""
    wide, tall = picture.size
    near = lot.uniform(0.04, 0.12)
    corners = [(0.0, 0.0), (wide, 0.0), (wide, tall), (0.0, tall)]
    first = lot.randrange(4)
    moved = list(corners)
    middle = (wide / 2, tall / 2)
    for corner in (first, (first + 1) % 4):
        x, y = corners[corner]
        moved[corner] = (x + (middle[0] - x) * 2 * near, y + (middle[1] - y) * near)
    size = (wide, tall)
    return picture.transform(
        size,
        Image.Transform.PERSPECTIVE,
        _coefficients(moved, corners),
        Image.Resampling.BICUBIC,
        fillcolor=WHITE,
    )


DAMAGES: dict[str, Damage] = {
    "blurred": blurred,
    "rotated": rotated,
    "pale": pale,
    "dirty": dirty,
    "askew": askew,
}


def _coefficients(seen: list[tuple[float, float]], drawn: list[tuple[float, float]]) -> list[float]:
    """The eight numbers that lead each point seen back to where it was drawn."""
    rows: list[list[float]] = []
    for (x, y), (u, v) in zip(seen, drawn, strict=True):
        rows.append([x, y, 1, 0, 0, 0, -u * x, -u * y, u])
        rows.append([0, 0, 0, x, y, 1, -v * x, -v * y, v])
    return _solved(rows)


def _solved(rows: list[list[float]]) -> list[float]:
    """Gauss's way, with the largest number of each column in front."""
    size = len(rows)
    for column in range(size):
        best = max(range(column, size), key=lambda row: abs(rows[row][column]))
        rows[column], rows[best] = rows[best], rows[column]
        head = [value / rows[column][column] for value in rows[column]]
        rows[column] = head
        for row in range(size):
            if row != column and rows[row][column]:
                factor = rows[row][column]
                rows[row] = [a - factor * b for a, b in zip(rows[row], head, strict=True)]
    return [row[-1] for row in rows]
