"""Whether printed labels can be scanned: every stock, clean and damaged, by two readers.

Random labels of each stock are printed, rasterised at 203 and 300 dots an inch as a printer would,
and read: as they are, and blurred, rotated, pale, with a tenth of the symbol dirty, photographed
from the side (`bench/rows/damage.py` says how much of each). zxing-cpp and the QR reader of ZBar,
which share no code, read the QR, zxing-cpp the Code 128. A clean label is looked at once; a damaged
one as a scanning app does, at most 27 times (`bench/rows/looks.py`).

    postal bench decode [--items 1000] [--stock NAME] [--reader zxing|both]

The budget, for each reader, stock, resolution and damage: clean 100 % of both codes, damaged
99.5 % of the QR. A code read wrongly counts as not read. Needs what `postal test` installs.
"""

import argparse
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import IO, NamedTuple

import pypdfium2
import zxingcpp
from PIL import Image

from bench.labels import environment
from bench.rows.damage import DAMAGES, Symbol
from bench.rows.envelopes import lot
from bench.rows.looks import looks
from labels import qr, sheet
from labels.label import Label
from labels.label_layout import lay_out
from labels.marks import Qr
from labels.stock import STOCKS, Stock, stock

ROOT = Path(__file__).resolve().parents[1]
RESOLUTIONS = (203, 300)
CLEAN, DAMAGED = 1.0, 0.995
QR = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])
CODE128 = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.Code128])

Reader = Callable[[Image.Image], str]


class Printed(NamedTuple):
    """One label as it was printed: its picture, what it says, where its QR stands."""

    label: Label
    picture: Image.Image
    symbol: Symbol


class Zbar:
    """The other reader, in a process and an environment of its own."""

    def __init__(self, folder: Path) -> None:
        """Start it."""
        self._picture = folder / "label.pgm"
        command = [str(environment()), "-I", str(ROOT / "bench/peers/read_codes.py")]
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

    def close(self) -> None:
        """End it."""
        self._pipes()[0].close()
        self._process.wait(10)

    def _pipes(self) -> tuple[IO[str], IO[str]]:
        if self._process.stdin is None or self._process.stdout is None:
            raise RuntimeError("the reader was started without pipes")
        return self._process.stdin, self._process.stdout


def zxing(picture: Image.Image, kinds: zxingcpp.BarcodeFormats = QR) -> str:
    """Give the text of the first code of this kind that zxing-cpp reads; empty for none."""
    codes = zxingcpp.read_barcodes(picture, formats=kinds)
    return codes[0].text if codes else ""


def main(arguments: list[str]) -> int:
    """Print what was read of each stock, and 1 when a budget is missed."""
    parser = argparse.ArgumentParser(prog="postal bench decode", description=__doc__)
    parser.add_argument("--items", type=int, default=1_000)
    parser.add_argument("--stock", choices=tuple(STOCKS), action="append")
    parser.add_argument("--reader", choices=("zxing", "both"), default="both")
    asked = parser.parse_args(arguments)
    missed = False
    with tempfile.TemporaryDirectory(prefix="postal-bench-") as folder:
        other = Zbar(Path(folder)) if asked.reader == "both" else None
        for name in asked.stock or STOCKS:
            missed = _measured(stock(name), asked.items, other) or missed
        if other is not None:
            other.close()
    return int(missed)


def _measured(on: Stock, items: int, other: Zbar | None) -> bool:
    """Print the lines of one stock; true when a budget is missed."""
    missed = False
    for dots_per_inch in RESOLUTIONS:
        read, asked = readings(on, items, dots_per_inch, other)
        said = []
        for what, count in read.items():
            share = count / asked[what]
            least = _budget(what)
            missed = missed or share < least
            said.append(f"{what} {share:.2%}" + ("!" if share < least else ""))
        sys.stdout.write(f"{on.name:<10} {dots_per_inch} dpi  {'  '.join(said)}\n")
        sys.stdout.flush()
    return missed


def _budget(what: str) -> float:
    return CLEAN if what.endswith(" clean") else DAMAGED


def readings(
    on: Stock, items: int, dots_per_inch: int, other: Reader | None = None
) -> tuple[Counter[str], Counter[str]]:
    """How often each code was read, by reader and damage, and of how many."""
    read: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    readers: dict[str, Reader] = {"zxing": zxing} | ({"zbar": other} if other else {})
    for place, one in enumerate(printed(on, items, dots_per_inch)):
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
    return read, asked


def scanned(picture: Image.Image, reader: Reader) -> str:
    """Give what a scanning app reads on a picture: at the first look that gives anything."""
    return next(filter(None, map(reader, looks(picture))), "")


def printed(on: Stock, items: int, dots_per_inch: int) -> Iterator[Printed]:
    """Print random labels on a stock and give each alone, with some white around it."""
    labels = list(lot(items, first=len(on.name) * 100_000))
    document = pypdfium2.PdfDocument(sheet.render(labels, on))
    dots = dots_per_inch / 25.4
    around = 4 * dots
    for number, page in enumerate(document):
        grey = page.render(scale=dots_per_inch / 72).to_pil().convert("L")
        for position in range(1, on.places + 1):
            index = number * on.places + position - 1
            if index >= items:
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


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
