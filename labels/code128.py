"""Code 128 (ISO/IEC 15417) of an item number, as bars to draw."""

from dataclasses import dataclass

from reportlab.graphics.barcode.code128 import Code128

from labels.errors import CodeDoesNotFit

QUIET_ZONE = 10  # modules, on each side
SMALLEST_MODULE = 0.25  # millimetres
LARGEST_MODULE = 0.5  # millimetres; wider bars only outrun the light of a hand scanner


@dataclass(frozen=True, slots=True)
class Bars:
    """A Code 128: its width in modules without the quiet zones, and (left, width) of each bar."""

    modules: int
    bars: tuple[tuple[int, int], ...]


def encode(text: str) -> Bars:
    """The bars of a text of ASCII letters and digits.

    Raises:
        CodeDoesNotFit: a letter is outside ASCII, so that no width would do.
    """
    if not text or not text.isascii() or not text.isprintable():
        raise CodeDoesNotFit(text, 0)
    code = Code128(text, quiet=0)
    code.validate()
    code.encode()
    code.decompose()
    bars = []
    left = 0
    for element in code.decomposed:  # A to D is a bar of 1 to 4 modules, a to d a space
        wide = ord(element.lower()) - ord("a") + 1
        if element.isupper():
            bars.append((left, wide))
        left += wide
    return Bars(left, tuple(bars))


def module_size(bars: Bars, room: float) -> float:
    """Millimetres of one module in so many millimetres, quiet zones included.

    Raises:
        CodeDoesNotFit: the modules would be finer than 0.25 mm.
    """
    module = room / (bars.modules + 2 * QUIET_ZONE)
    if module < SMALLEST_MODULE:
        raise CodeDoesNotFit("Code 128", room)
    return min(module, LARGEST_MODULE)
