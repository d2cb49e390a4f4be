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
import os
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context

from bench.labels import environment
from bench.rows.reading import Counted, Lot, readings
from labels.stock import STOCKS

RESOLUTIONS = (203, 300)
CLEAN, DAMAGED = 1.0, 0.995
A_LOT = 25


def main(arguments: list[str]) -> int:
    """Print what was read of each stock, and 1 when a budget is missed."""
    parser = argparse.ArgumentParser(prog="postal bench decode", description=__doc__)
    parser.add_argument("--items", type=int, default=1_000)
    parser.add_argument("--stock", choices=tuple(STOCKS), action="append")
    parser.add_argument("--reader", choices=("zxing", "both"), default="both")
    asked = parser.parse_args(arguments)
    python = str(environment()) if asked.reader == "both" else ""
    missed = False
    with ProcessPoolExecutor(os.cpu_count() or 1, mp_context=get_context("spawn")) as hands:
        for name in asked.stock or STOCKS:
            for dots_per_inch in RESOLUTIONS:
                lots = list(_lots(name, dots_per_inch, asked.items))
                missed = _told(lots[0], _read(hands, lots, python)) or missed
    return int(missed)


def _lots(name: str, dots_per_inch: int, items: int) -> Iterator[Lot]:
    for first in range(0, items, A_LOT):
        yield Lot(name, dots_per_inch, first, min(A_LOT, items - first))


def _read(hands: Executor, lots: list[Lot], python: str) -> Counted:
    """Read lots of one stock and resolution, as many at once as there are processors."""
    read: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    for part in hands.map(partial(readings, python=python), lots):
        read += part.read
        asked += part.asked
        sys.stderr.write(f"\r{lots[0].stock} {lots[0].dots_per_inch} dpi: {asked['zxing clean']} ")
    sys.stderr.write("\r")
    return Counted(read, asked)


def _told(of: Lot, counted: Counted) -> bool:
    """Print the line of one stock and resolution; true when a budget is missed."""
    missed, said = False, []
    for what, asked in counted.asked.items():
        share = counted.read[what] / asked
        short = share < (CLEAN if what.endswith(" clean") else DAMAGED)
        missed = missed or short
        said.append(f"{what} {share:.2%}" + ("!" if short else ""))
    sys.stdout.write(f"{of.stock:<10} {of.dots_per_inch} dpi  {'  '.join(said)}\n")
    sys.stdout.flush()
    return missed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
