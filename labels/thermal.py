"""Labels for the printers that print on rolls: ZPL II and ESC/POS, by dots.

Words go as a picture, so no printer needs our letters. In ZPL the codes are the printer's own
(`^BQ`, `^BC`), with modules of whole dots; in ESC/POS they are part of the picture. A roll has one
label after the other: a sheet is not for these printers.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

from PIL import Image

from labels import code128
from labels.calibration import EXACT, Calibration
from labels.code128 import START_B, START_C, TO_B, TO_C
from labels.errors import NotARoll
from labels.label import Label
from labels.label_layout import lay_out
from labels.marks import Barcode, Mark, Qr, moved
from labels.raster import MILLIMETRES_PER_INCH, Raster, bars_place, qr_place
from labels.stock import Stock

BAND = 128  # rows of dots that an ESC/POS printer is given at once
_SWITCH = {START_B: ">:", START_C: ">;", TO_C: ">5", TO_B: ">6"}


class Language(StrEnum):
    """What a printer understands."""

    ZPL = "zpl"
    ESCPOS = "escpos"


@dataclass(frozen=True, slots=True)
class Printer:
    """A printer for rolls: its language, its dots an inch, and what it does wrong.

    Of a calibration the shift counts; the dots of a thermal head cannot be stretched.
    """

    language: Language
    dots_per_inch: int = 203
    calibration: Calibration = EXACT


def jobs(labels: Iterable[Label], stock: Stock, printer: Printer) -> Iterator[bytes]:
    """Give the commands that print each label, one after the other.

    Raises:
        NotARoll: at once; the stock is a sheet.
        NotAlphanumeric, CodeDoesNotFit: a label's code cannot be drawn so that it scans.
    """
    if not stock.is_roll:
        raise NotARoll(stock.name)
    write = {Language.ZPL: _zpl, Language.ESCPOS: _escpos}[printer.language]
    dot = MILLIMETRES_PER_INCH / printer.dots_per_inch
    right, down = printer.calibration.offset_x, printer.calibration.offset_y
    for label in labels:
        marks = lay_out(label, stock.label_width, stock.label_height, dot)
        yield write(
            [moved(mark, right, down) for mark in marks] if right or down else marks,
            stock,
            printer.dots_per_inch,
        )


def _zpl(marks: Iterable[Mark], stock: Stock, dots_per_inch: int) -> bytes:
    marks = tuple(marks)
    raster = Raster(stock.label_width, stock.label_height, dots_per_inch)
    raster.draw(marks, with_codes=False)
    picture = raster.picture()
    wide, tall = picture.size
    commands = [f"^XA^PW{wide}^LL{tall}^LH0,0", _graphic(picture)]
    for mark in marks:
        if isinstance(mark, Qr):
            left, top, module = qr_place(mark, raster.dot)
            level = mark.symbol.level
            commands.append(
                f"^FO{left},{top}^BQN,2,{module},{level}^FD{level}A,{mark.symbol.text}^FS"
            )
        if isinstance(mark, Barcode):
            left, top, module, height = bars_place(mark, raster.dot)
            data = _code128_data(mark.bars.text)
            commands.append(f"^FO{left},{top}^BY{module}^BCN,{height},N,N,N,N^FD{data}^FS")
    return ("\n".join([*commands, "^PQ1^XZ"]) + "\n").encode("ascii")


def _graphic(picture: Image.Image) -> str:
    """The picture as `^GFA`, rows packed: equal rows as one sign, equal digits as a count."""
    wide, tall = picture.size
    in_a_row = (wide + 7) // 8
    black = picture.point(lambda level: 255 - level).tobytes()
    rows = [
        black[start : start + in_a_row].hex().upper() for start in range(0, len(black), in_a_row)
    ]
    packed = []
    before = ""
    for row in rows:
        packed.append(":" if row == before else _packed(row))
        before = row
    total = in_a_row * tall
    return f"^FO0,0^GFA,{total},{total},{in_a_row},{''.join(packed)}^FS"


def _packed(row: str) -> str:
    """A row of hex digits with counts: G to Y stand for 1 to 19, g to z for 20 to 400."""
    end = row.rstrip("0")
    said = []
    for digit, run in groupby(end):
        count = len(list(run))
        while count > 400:
            said.append("z" + digit)
            count -= 400
        said.append(_count(count) + digit)
    return "".join(said) + ("," if len(end) < len(row) else "")


def _count(count: int) -> str:
    if count == 1:
        return ""
    twenties, ones = divmod(count, 20)
    return (chr(ord("f") + twenties) if twenties else "") + (chr(ord("F") + ones) if ones else "")


def _code128_data(text: str) -> str:
    """The text with the printer's signs for each change of set, so that it draws our symbol."""
    said = []
    in_pairs = False
    for value in code128.values(text):
        if value in _SWITCH and not (in_pairs and value < 100):
            said.append(_SWITCH[value])
            in_pairs = value in (START_C, TO_C)
        elif in_pairs:
            said.append(f"{value:02d}")
        else:
            letter = chr(value + 32)
            said.append(">0" if letter == ">" else letter)
    return "".join(said)


def _escpos(marks: Iterable[Mark], stock: Stock, dots_per_inch: int) -> bytes:
    raster = Raster(stock.label_width, stock.label_height, dots_per_inch)
    raster.draw(marks)
    picture = raster.picture()
    wide, tall = picture.size
    in_a_row = (wide + 7) // 8
    black = picture.point(lambda level: 255 - level).tobytes()
    commands = [b"\x1b@"]
    for top in range(0, tall, BAND):
        rows = min(BAND, tall - top)
        commands.append(
            b"\x1dv0\x00"
            + in_a_row.to_bytes(2, "little")
            + rows.to_bytes(2, "little")
            + black[top * in_a_row : (top + rows) * in_a_row]
        )
    return b"".join([*commands, b"\x0c"])
