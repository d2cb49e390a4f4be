"""Draws marks on a PDF: the only file that knows the PDF library's canvas.

The same marks give the same bytes: no clock, no random file id, fonts in a fixed order.
"""

import io
from collections.abc import Iterable

from PIL import Image, UnidentifiedImageError
from reportlab import rl_config
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from labels import code128, qr
from labels.errors import UnreadableSignature
from labels.marks import Barcode, Box, Fill, Frame, Line, Mark, Picture, Qr, Words
from labels.typeface import registered

POINTS = 72 / 25.4
rl_config.useA85 = 0  # binary streams: a fifth smaller, and every reader of this century has them
LARGEST_SIGNATURE = 4_000_000  # pixels; a larger picture is no signature
SIGNATURE_WIDTH = 900  # pixels that are kept; a signature is a few centimetres wide


class Pen:
    """A PDF in the making: pages of so many millimetres, marks, and the bytes at the end."""

    def __init__(self, width: float, height: float, title: str) -> None:
        """Start a document whose pages are all of this size."""
        registered()
        self._bytes = io.BytesIO()
        self._height = height
        size = (width * POINTS, height * POINTS)
        self._canvas = Canvas(self._bytes, pagesize=size, pageCompression=1, invariant=1)
        self._canvas.setTitle(title)
        self._canvas.setCreator("postal dossiers")
        self._canvas.setProducer("postal dossiers")
        self._signatures: dict[bytes, ImageReader] = {}

    def draw(self, marks: Iterable[Mark], x: float = 0.0, y: float = 0.0) -> None:
        """Draw marks whose own corner stands at x, y of the page."""
        for mark in marks:
            match mark:
                case Words():
                    self._write(mark.lines, x, y)
                case Fill():
                    self._fill(mark, x, y)
                case Frame():
                    self._frame(mark, x, y)
                case Qr():
                    self._qr(mark, x, y)
                case Barcode():
                    self._barcode(mark, x, y)
                case Picture():
                    self._picture(mark, x, y)

    def next_page(self) -> None:
        """End the page."""
        self._canvas.showPage()

    def finished(self) -> bytes:
        """The whole document; the pen cannot be used afterwards."""
        self._canvas.save()
        return self._bytes.getvalue()

    def _write(self, lines: tuple[Line, ...], x: float, y: float) -> None:
        if not lines:
            return
        text = self._canvas.beginText()
        if lines[0].ink:
            text.setFillGray(lines[0].ink)
        for line in lines:
            text.setFont(line.weight.value, line.size)
            text.setTextOrigin((x + line.x) * POINTS, (self._height - y - line.baseline) * POINTS)
            text.textOut(line.words)
        if lines[0].ink:
            text.setFillGray(0)
        self._canvas.drawText(text)

    def _fill(self, fill: Fill, x: float, y: float) -> None:
        left, bottom, wide, tall = self._points(fill.box, x, y)
        grey = f"{fill.ink:g} g " if fill.ink else ""
        back = " 0 g" if fill.ink else ""
        self._canvas.addLiteral(f"{grey}{left:.2f} {bottom:.2f} {wide:.2f} {tall:.2f} re f{back}")

    def _frame(self, frame: Frame, x: float, y: float) -> None:
        half = frame.thickness / 2
        left, bottom, wide, tall = self._points(frame.box.inset(half, half), x, y)
        dash = f"[{frame.dash * POINTS:.2f}] 0 d " if frame.dash else ""
        self._canvas.addLiteral(
            f"q {dash}{frame.thickness * POINTS:.2f} w "
            f"{left:.2f} {bottom:.2f} {wide:.2f} {tall:.2f} re S Q"
        )

    def _qr(self, mark: Qr, x: float, y: float) -> None:
        module = qr.module_size(mark.symbol, mark.box.width)
        left = x + mark.box.x + qr.QUIET_ZONE * module
        top = y + mark.box.y + qr.QUIET_ZONE * module
        runs = " ".join(f"{run[0]} {run[1]} {run[2]} {run[3]} re" for run in mark.symbol.runs())
        self._in_modules(module, module, left, top, runs)

    def _barcode(self, mark: Barcode, x: float, y: float) -> None:
        module = code128.module_size(mark.bars, mark.box.width)
        left = x + mark.box.x + (mark.box.width - mark.bars.modules * module) / 2
        bars = " ".join(f"{bar[0]} 0 {bar[1]} 1 re" for bar in mark.bars.bars)
        self._in_modules(module, mark.box.height, left, y + mark.box.y, bars)

    def _in_modules(self, wide: float, tall: float, left: float, top: float, path: str) -> None:
        """Fill a path that counts in modules from its upper left corner."""
        across, down = wide * POINTS, -tall * POINTS
        x, y = left * POINTS, (self._height - top) * POINTS
        self._canvas.addLiteral(f"q {across:.5f} 0 0 {down:.5f} {x:.3f} {y:.3f} cm {path} f Q")

    def _picture(self, picture: Picture, x: float, y: float) -> None:
        reader = self._signatures.get(picture.png)
        if reader is None:
            reader = self._signatures[picture.png] = ImageReader(_ink_on_white(picture.png))
        pixels_wide, pixels_tall = reader.getSize()
        left, bottom, wide, tall = self._points(picture.box, x, y)
        scale = min(wide / pixels_wide, tall / pixels_tall)
        drawn_wide, drawn_tall = pixels_wide * scale, pixels_tall * scale
        self._canvas.drawImage(
            reader,
            left + (wide - drawn_wide) / 2,
            bottom + (tall - drawn_tall) / 2,
            drawn_wide,
            drawn_tall,
        )

    def _points(self, box: Box, x: float, y: float) -> tuple[float, float, float, float]:
        bottom = self._height - y - box.bottom
        return (
            (x + box.x) * POINTS,
            bottom * POINTS,
            box.width * POINTS,
            box.height * POINTS,
        )


def _ink_on_white(png: bytes) -> Image.Image:
    """The signature in grey on white, cut to its ink and not larger than print needs."""
    try:
        with Image.open(io.BytesIO(png), formats=["PNG"]) as picture:
            if picture.width * picture.height > LARGEST_SIGNATURE:
                raise UnreadableSignature(f"{picture.width} × {picture.height} pixels")
            drawn = picture.convert("RGBA")
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as unreadable:
        if isinstance(unreadable, UnreadableSignature):
            raise
        raise UnreadableSignature("it is no PNG picture") from unreadable
    paper = Image.new("RGBA", drawn.size, "white")
    grey = Image.alpha_composite(paper, drawn).convert("L")
    ink = grey.point(lambda level: 255 - level).getbbox()
    if ink is not None:
        grey = grey.crop(ink)
    if grey.width > SIGNATURE_WIDTH:
        grey = grey.resize((SIGNATURE_WIDTH, max(1, grey.height * SIGNATURE_WIDTH // grey.width)))
    return grey
