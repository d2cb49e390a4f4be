"""Code 128 (ISO/IEC 15417) of an item number, as modules to draw.

Letters are coded in set B. Six digits or more in a row, four at an end, are coded in pairs (set C),
which halves their width. The bar library is asked once what each symbol looks like; after that a
code is a few look-ups, because ten thousand labels are printed at once.
"""

import functools
import re
from dataclasses import dataclass

from reportlab.graphics.barcode.code128 import Code128

from labels.errors import CodeDoesNotFit

QUIET_ZONE = 10  # modules, on each side
SMALLEST_MODULE = 0.25  # millimetres
LARGEST_MODULE = 0.5  # millimetres; wider bars only outrun the light of a hand scanner
START_B, START_C, TO_B, TO_C, STOP = 104, 105, 100, 99, 106
_PIECES = re.compile(r"\d{4,}|\d+|\D+")


@dataclass(frozen=True, slots=True)
class Bars:
    """A Code 128 of a text, without quiet zones: modules, and one bit each, the left highest."""

    modules: int
    dark: int
    text: str

    @property
    def bars(self) -> tuple[tuple[int, int], ...]:
        """(left, width) of each bar in modules."""
        drawn = format(self.dark, f"0{self.modules}b")
        return tuple((bar.start(), len(bar[0])) for bar in re.finditer("1+", drawn))


def encode(text: str) -> Bars:
    """The bars of a text of ASCII letters and digits.

    Raises:
        CodeDoesNotFit: a letter is outside ASCII, so that no width would do.
    """
    if not text or not text.isascii() or not text.isprintable():
        raise CodeDoesNotFit(text, 0)
    said = values(text)
    check = (said[0] + sum(i * value for i, value in enumerate(said))) % 103
    symbols = _symbols()
    dark = modules = 0
    for value in (*said, check, STOP):
        pattern, wide = symbols[value]
        dark = dark << wide | pattern
        modules += wide
    return Bars(modules, dark, text)


def module_size(bars: Bars, room: float, dot: float = 0.0) -> float:
    """Millimetres of one module in so many millimetres, quiet zones included.

    In whole dots of a printer where its `dot` is given, so that all bars are alike.

    Raises:
        CodeDoesNotFit: the modules would be finer than 0.25 mm.
    """
    module = min(room / (bars.modules + 2 * QUIET_ZONE), LARGEST_MODULE)
    if dot:
        module = int(module / dot + 1e-6) * dot
    if module < SMALLEST_MODULE:
        raise CodeDoesNotFit("Code 128", room)
    return module


def values(text: str) -> list[int]:
    """The symbols of a text from the start on, without check and stop."""
    said: list[int] = []
    in_pairs = False
    for piece in _PIECES.finditer(text):
        part = piece[0]
        at_an_end = piece.start() == 0 or piece.end() == len(text)
        if part.isdigit() and len(part) >= (4 if at_an_end else 6):
            single = len(part) % 2
            if single:
                said += _singles(part[0], begins=not said)
            said.append(TO_C if said else START_C)
            said += [int(part[i : i + 2]) for i in range(single, len(part), 2)]
            in_pairs = True
        else:
            if in_pairs:
                said.append(TO_B)
                in_pairs = False
            said += _singles(part, begins=not said)
    return said


def _singles(part: str, *, begins: bool) -> list[int]:
    return [START_B] * begins + [ord(letter) - 32 for letter in part]


@functools.cache
def _symbols() -> tuple[tuple[int, int], ...]:
    """Modules and width of each of the 107 symbols."""
    code = Code128("0", quiet=0)
    found = []
    for value in range(STOP + 1):
        code.encoded = [value]
        drawn = "".join(
            ("1" if element.isupper() else "0") * (ord(element.lower()) - ord("a") + 1)
            for element in code.decompose()  # A to D is a bar of 1 to 4 modules, a to d a space
        )
        found.append((int(drawn, 2), len(drawn)))
    return tuple(found)
