"""Reading printed labels back: every view of each, by two readers that share no code."""

import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import IO, NamedTuple

import pypdfium2
import zxingcpp
from PIL import Image

from bench.rows.damage import DAMAGES, Symbol
from bench.rows.envelopes import lot
from bench.rows.looks import looks
from labels import qr, sheet
from labels.label import Label
from labels.label_layout import lay_out
from labels.marks import Qr
from labels.stock import Stock, stock

ROOT = Path(__file__).resolve().parents[2]
QR = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])
CODE128 = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.Code128])

Reader = Callable[[Image.Image], str]


@dataclass(frozen=True, slots=True)
class Lot:
    """Some labels of a stock: from the first of them, so many, at a resolution."""

    stock: str
    dots_per_inch: int
    first: int
    count: int


class Counted(NamedTuple):
    """How often each code was read, by reader and damage, and of how many."""

    read: Counter[str]
    asked: Counter[str]


class Printed(NamedTuple):
    """One label as it was printed: its picture, what it says, where its QR stands."""

    label: Label
    picture: Image.Image
    symbol: Symbol


class Zbar:
    """The other reader, in a process and an environment of its own."""

    def __init__(self, python: str) -> None:
        """Start it by the interpreter of its environment."""
        self._folder = TemporaryDirectory(prefix="postal-bench-")
        self._picture = Path(self._folder.name) / "label.pgm"
        command = [python, "-I", str(ROOT / "bench/peers/read_codes.py")]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )

    def __call__(self, picture: Image.Image) -> str:
        """Give the text of the QR; empty when it is not read.

        Raises:
            RuntimeError: the reader has ended, so nothing it says counts.
        """
        picture.save(self._picture)
        asked, answered = self._pipes()
        asked.write(f"{self._picture}\n")
        answer = answered.readline()
        if not answer:
            raise RuntimeError("the other reader has ended")
        return answer.rstrip("\n")

    def _pipes(self) -> tuple[IO[str], IO[str]]:
        if self._process.stdin is None or self._process.stdout is None:
            raise RuntimeError("the reader was started without pipes")
        return self._process.stdin, self._process.stdout


def zxing(picture: Image.Image, kinds: zxingcpp.BarcodeFormats = QR) -> str:
    """Give the text of the first code of this kind that zxing-cpp reads; empty for none."""
    codes = zxingcpp.read_barcodes(picture, formats=kinds)
    return codes[0].text if codes else ""


@cache
def zbar(python: str) -> Zbar:
    """Give this process's other reader; it ends with the process."""
    return Zbar(python)


def readings(asked_for: Lot, python: str = "") -> Counted:
    """Read a lot of labels, clean and damaged.

    Args:
        asked_for: the lot.
        python: the interpreter of the other reader's environment; empty: zxing-cpp reads alone.
    """
    read: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    readers: dict[str, Reader] = {"zxing": zxing} | ({"zbar": zbar(python)} if python else {})
    for place, one in enumerate(printed(asked_for), start=asked_for.first):
        chance = Random(place)  # noqa: S311  no secret hangs on it
        asked["code128 clean"] += 1
        read["code128 clean"] += zxing(one.picture, CODE128) == one.label.item_number
        views = {"clean": one.picture} | {
            how: damage(one.picture, one.symbol, chance) for how, damage in DAMAGES.items()
        }
        for how, view in views.items():
            for name, reader in readers.items():
                said = reader(view) if how == "clean" else scanned(view, reader)
                asked[f"{name} {how}"] += 1
                read[f"{name} {how}"] += said == one.label.qr_text
    return Counted(read, asked)


def scanned(picture: Image.Image, reader: Reader) -> str:
    """Give what a scanning app reads on a picture: at the first look that gives anything."""
    return next(filter(None, map(reader, looks(picture))), "")


def printed(asked_for: Lot) -> Iterator[Printed]:
    """Print random labels on a stock and give each alone, with some white around it."""
    on, dots_per_inch = stock(asked_for.stock), asked_for.dots_per_inch
    labels = list(lot(asked_for.count, first=len(on.name) * 100_000 + asked_for.first))
    document = pypdfium2.PdfDocument(sheet.render(labels, on))
    dots = dots_per_inch / 25.4
    around = 4 * dots
    for number, page in enumerate(document):
        grey = page.render(scale=dots_per_inch / 72).to_pil().convert("L")
        for position in range(1, on.places + 1):
            index = number * on.places + position - 1
            if index >= asked_for.count:
                break
            place = on.place(position)
            edges = (place.x, place.y, place.right, place.bottom)
            cut = grey.crop(tuple(round(edge * dots) for edge in edges))
            picture = Image.new(
                "L", (cut.width + 2 * round(around), cut.height + 2 * round(around)), 255
            )
            picture.paste(cut, (round(around), round(around)))
            yield Printed(labels[index], picture, _symbol(labels[index], on, dots, around))
    document.close()


def _symbol(label: Label, on: Stock, dots: float, around: float) -> Symbol:
    marks = lay_out(label, on.label_width, on.label_height)
    [square] = [mark for mark in marks if isinstance(mark, Qr)]
    module = qr.module_size(square.symbol, square.box.width)
    quiet = qr.QUIET_ZONE * module
    return Symbol(
        (square.box.x + quiet) * dots + around,
        (square.box.y + quiet) * dots + around,
        square.symbol.size * module * dots,
        module * dots,
    )
