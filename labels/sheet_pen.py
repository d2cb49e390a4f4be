"""Draws the marks of labels as the operators of a page, quickly: the content of one PDF page.

Forms are drawn by `pen`; labels by the ten thousand have no pictures and need no canvas. The dark
modules of a code are one path, filled at once, so no seam shows between them. The path is put
together from the drawn form of each eight modules, which repeat.
"""

from collections.abc import Iterable
from operator import add

from labels import code128, qr
from labels.code128 import Bars
from labels.marks import Barcode, Box, Fill, Frame, Line, Mark, Qr, Words
from labels.pdf_stream import PdfStream
from labels.qr import Symbol
from labels.subset import Subset
from labels.typeface import Weight

POINTS = 72 / 25.4


class SheetPen:
    """The page that is being drawn; its height in millimetres, its origin upper left."""

    def __init__(self, height: float) -> None:
        """Begin with an empty page and no letter used."""
        self._height = height
        self._drawn: list[str] = []
        self._subsets = {weight: Subset(weight, f"F{i}-") for i, weight in enumerate(Weight)}

    def draw(self, marks: Iterable[Mark], x: float, y: float) -> None:
        """Draw marks whose own corner stands at x, y of the page."""
        black: list[Line] = []
        white: list[Line] = []
        for mark in marks:
            match mark:
                case Words():
                    for line in mark.lines:
                        (white if line.ink else black).append(line)
                case Fill():
                    self._fill(mark, x, y)
                case Frame():
                    self._frame(mark, x, y)
                case Qr():
                    self._qr(mark, x, y)
                case Barcode():
                    self._barcode(mark, x, y)
        # Words last: white ones stand on a fill, and nothing else lies upon anything.
        self._write(black, x, y)
        if white:
            self._drawn.append("1 g")
            self._write(white, x, y)
            self._drawn.append("0 g")

    def scaled(self, across: float, down: float, x: float, y: float) -> None:
        """Stretch and move what follows on this page: a printer's correction, in millimetres."""
        top = self._height * POINTS
        self._drawn.append(
            f"{across:.5f} 0 0 {down:.5f} {x * POINTS:.3f} {top - top * down - y * POINTS:.3f} cm"
        )

    def taken(self) -> bytes:
        """The page's content; the next page is empty."""
        content = "\n".join(self._drawn).encode("latin-1")
        self._drawn = []
        return content

    def embed(self, document: PdfStream) -> dict[str, int]:
        """Write the fonts of all letters used; give each one's object by its name."""
        fonts: dict[str, int] = {}
        for subset in self._subsets.values():
            fonts |= subset.embed(document)
        return fonts

    def _write(self, lines: Iterable[Line], x: float, y: float) -> None:
        left, top = x * POINTS, (self._height - y) * POINTS
        subsets = self._subsets
        drawn = [
            f"1 0 0 1 {left + line.x * POINTS:.2f} {top - line.baseline * POINTS:.2f} Tm "
            + subsets[line.weight].shown(line.words, line.size)
            for line in lines
        ]
        if drawn:
            self._drawn += ("BT", *drawn, "ET")

    def _fill(self, fill: Fill, x: float, y: float) -> None:
        self._drawn.append(self._rectangle(fill.box, x, y) + " f")

    def _frame(self, frame: Frame, x: float, y: float) -> None:
        half = frame.thickness / 2
        box = self._rectangle(frame.box.inset(half, half), x, y)
        self._drawn.append(f"{frame.thickness * POINTS:.2f} w {box} S")

    def _qr(self, mark: Qr, x: float, y: float) -> None:
        module = qr.module_size(mark.symbol, mark.box.width)
        quiet = qr.QUIET_ZONE * module
        self._in_modules(
            Box(x + mark.box.x + quiet, y + mark.box.y + quiet, module, module),
            symbol_path(mark.symbol),
        )

    def _barcode(self, mark: Barcode, x: float, y: float) -> None:
        module = code128.module_size(mark.bars, mark.box.width)
        left = x + mark.box.x + (mark.box.width - mark.bars.modules * module) / 2
        self._in_modules(Box(left, y + mark.box.y, module, mark.box.height), bars_path(mark.bars))

    def _in_modules(self, first: Box, path: str) -> None:
        """Fill a path that counts in modules; the box is the first module."""
        self._drawn.append(
            f"q {first.width * POINTS:.5f} 0 0 {-first.height * POINTS:.5f} "
            f"{first.x * POINTS:.3f} {(self._height - first.y) * POINTS:.3f} cm\n{path}f Q"
        )

    def _rectangle(self, box: Box, x: float, y: float) -> str:
        return (
            f"{(x + box.x) * POINTS:.2f} {(self._height - y - box.bottom) * POINTS:.2f} "
            f"{box.width * POINTS:.2f} {box.height * POINTS:.2f} re"
        )


class _Eights(dict[int, str]):
    """The rectangles of eight modules in a row, by 256 × their place + their bits."""

    def __init__(self, in_a_row: int) -> None:
        self._in_a_row = in_a_row

    def __missing__(self, key: int) -> str:
        top, across = divmod(key >> 8, self._in_a_row)
        runs = Bars(8, key & 255, "").bars
        drawn = "".join(f"{8 * across + left} {top} {wide} 1 re\n" for left, wide in runs)
        self[key] = drawn
        return drawn


_SYMBOL_EIGHTS: dict[int, _Eights] = {}
_BAR_EIGHTS = _Eights(1 << 16)  # bars have one row, however long


def symbol_path(symbol: Symbol) -> str:
    """The rectangles of a QR code's dark modules, in modules."""
    size = symbol.size
    in_a_row = (size + 7) // 8
    eights = _SYMBOL_EIGHTS.setdefault(in_a_row, _Eights(in_a_row))
    beyond = 8 * in_a_row - size
    packed = b"".join([(row << beyond).to_bytes(in_a_row) for row in symbol.rows])
    return "".join(map(eights.__getitem__, map(add, packed, range(0, 256 * len(packed), 256))))


def bars_path(bars: Bars) -> str:
    """The rectangles of a Code 128's bars, in modules."""
    packed = (bars.dark << -bars.modules % 8).to_bytes((bars.modules + 7) // 8)
    return "".join(map(_BAR_EIGHTS.__getitem__, map(add, packed, range(0, 256 * len(packed), 256))))
