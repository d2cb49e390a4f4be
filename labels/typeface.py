"""The one family of letters of all our paper: measured, cleaned and made known to the PDF library.

Text is normalised to NFC here, whatever the caller gave: a mark that arrives as a letter of its
own (NFD, from some keyboards and file names) would be drawn beside its vowel and not above it.
"""

import functools
import unicodedata
from enum import StrEnum
from pathlib import Path

from PIL import ImageFont
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

FONTS = Path(__file__).parent / "fonts"
MILLIMETRES_PER_POINT = 25.4 / 72
OUTSIDE_THE_FONT = "[?]"
# How far letters reach over and under the baseline, as parts of the size. Only capitals with two
# marks (Ẳ, Ổ) reach higher than ASCENT; `rise` tells how high. Nothing reaches higher than
# TALLEST or below DESCENT.
ASCENT = 1.05
DESCENT = 0.265
TALLEST = 1.23


class Weight(StrEnum):
    """The three weights, by the name the PDF library knows them by."""

    REGULAR = "BeVietnamPro-Regular"
    SEMIBOLD = "BeVietnamPro-SemiBold"
    BOLD = "BeVietnamPro-Bold"


FILES = {
    Weight.REGULAR: "BeVietnamPro_400Regular.ttf",
    Weight.SEMIBOLD: "BeVietnamPro_600SemiBold.ttf",
    Weight.BOLD: "BeVietnamPro_700Bold.ttf",
}


@functools.cache
def registered() -> dict[Weight, TTFont]:
    """The fonts, read and made known to the PDF library once in the life of the process."""
    fonts = {weight: TTFont(weight.value, str(FONTS / FILES[weight])) for weight in Weight}
    for font in fonts.values():
        pdfmetrics.registerFont(font)
    return fonts


@functools.cache
def _advances(weight: Weight) -> dict[str, float]:
    """Width of each letter of the font, in thousandths of the size."""
    face = registered()[weight].face
    return {chr(code): face.getCharWidth(code) for code in face.charToGlyph}


@functools.lru_cache(maxsize=8192)
def _thousandths(words: str, weight: Weight) -> float:
    """Width in thousandths of the size. Kept, because the same syllables come again and again."""
    return sum(map(_advances(weight).__getitem__, words))


def width(words: str, weight: Weight, size: float) -> float:
    """Millimetres that the words take in one line at a size in points."""
    return _thousandths(words, weight) * size * MILLIMETRES_PER_POINT / 1000


@functools.cache
def _rises(weight: Weight) -> dict[str, float]:
    """The letters that reach higher than ASCENT, and how high, as parts of the size."""
    font = ImageFont.truetype(FONTS / FILES[weight], 1000, layout_engine=ImageFont.Layout.BASIC)
    tops = {letter: -font.getbbox(letter, anchor="ls")[1] / 1000 for letter in _advances(weight)}
    return {letter: top for letter, top in tops.items() if top > ASCENT}


@functools.lru_cache(maxsize=8192)
def rise(words: str, weight: Weight) -> float:
    """How high the words reach over their baseline, as a part of the size; at least ASCENT."""
    rises = _rises(weight)
    return max(map(rises.__getitem__, rises.keys() & set(words)), default=ASCENT)


def outside_the_font(words: str) -> tuple[str, ...]:
    """Letters of the words that cannot be printed, each once, in their order."""
    letters = _advances(Weight.REGULAR)
    told = dict.fromkeys(unicodedata.normalize("NFC", words))
    return tuple(
        letter for letter in told if letter not in letters and not _is_without_shape(letter)
    )


@functools.lru_cache(maxsize=8192)
def clean(words: str) -> str:
    """The words as they are printed: NFC, single spaces, a clear mark for what has no letter."""
    normal = unicodedata.normalize("NFC", words)
    if _plain().issuperset(normal):
        return " ".join(normal.split())
    composed = " ".join(_borne(word) for word in normal.split())
    letters = _advances(Weight.REGULAR)
    if letters.keys() >= set(composed) and composed.isprintable():
        return composed
    kept = "".join(_printable(letter, letters) for letter in composed)
    return " ".join(kept.split())


@functools.cache
def _plain() -> frozenset[str]:
    """The letters that print as they are, wherever they stand: nearly all of every name."""
    return frozenset(
        letter
        for letter in _advances(Weight.REGULAR)
        if letter.isprintable() and not _is_accent(letter)
    )


def _borne(word: str) -> str:
    """The word with a clear mark where it begins with accents that no letter bears."""
    if not _is_accent(word[0]):
        return word
    rest = word
    while rest and _is_accent(rest[0]):
        rest = rest[1:]
    return OUTSIDE_THE_FONT + rest


def _is_accent(letter: str) -> bool:
    return unicodedata.category(letter) in {"Mn", "Me"}


def _printable(letter: str, letters: dict[str, float]) -> str:
    if _is_without_shape(letter):
        return ""
    return letter if letter in letters else OUTSIDE_THE_FONT


def _is_without_shape(letter: str) -> bool:
    """Controls and formatting characters (zero-width space, byte order mark) are nobody's name."""
    return unicodedata.category(letter) in {"Cc", "Cf", "Cs", "Zl", "Zp"}
