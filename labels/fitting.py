"""How words are made to fit a box: shrink, then wrap, then shorten, in this order.

1. In one line at the largest size, or at one not under four fifths of it.
2. In as many lines as the box has, at the largest size at which they all fit.
3. At the smallest size, what does not fit is left out from the end and "…" stands for it.

A word longer than a line is broken between letters. Nothing ever leaves the box, and no mark of a
line touches the line above: a capital with two marks (Ẳ) pushes its line down.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from labels.typeface import (
    ASCENT,
    DESCENT,
    MILLIMETRES_PER_POINT,
    TALLEST,
    Weight,
    clean,
    rise,
    width,
)

HAIR = 1e-6  # millimetres; a room made for n lines exactly must hold n lines
STEP = 0.5  # points between two sizes that are tried
ONE_LINE_SHRINKS_TO = 0.8
ELLIPSIS = "…"


@dataclass(frozen=True, slots=True)
class Style:
    """How words may be set: weight, largest and smallest size in points.

    Balanced words that need two lines share them evenly.
    """

    weight: Weight
    largest: float
    smallest: float
    balanced: bool = False


@dataclass(frozen=True, slots=True)
class Fitted:
    """Words as they fit: the lines, their size in points, and whether something was left out."""

    lines: tuple[str, ...]
    size: float
    shortened: bool = False


def fit(words: str, style: Style, room_width: float, room_height: float) -> Fitted:
    """The words set in a box of millimetres by the rules of this file."""
    words = clean(words)
    if not words:
        return Fitted((), style.largest)
    longest = room_width / width(words, style.weight, 1)
    least = ONE_LINE_SHRINKS_TO * style.largest
    sizes = _sizes(style, room_height, rise(words, style.weight))
    if longest >= least:
        if least <= sizes[0] <= longest:
            return Fitted((words,), sizes[0])
        for size in sizes:
            if least <= size <= longest:
                return Fitted((words,), size)
    pieces = _measured(words, style.weight)
    for size in sizes:
        lines = _wrapped(pieces, style.weight, size, room_width)
        if height_of(lines, style.weight, size) <= room_height + HAIR:
            even = _balanced(lines, style.weight, size) if style.balanced else lines
            # A tall capital that moves to the second line may make the block too high.
            fits = height_of(even, style.weight, size) <= room_height + HAIR
            return Fitted(tuple(even if fits else lines), size)
    return _shortened(words, style, sizes[-1], room_width, room_height)


def _shortened(
    words: str, style: Style, size: float, room_width: float, room_height: float
) -> Fitted:
    lines = wrap(words, style.weight, size, room_width)
    kept = 1
    while height_of(lines[: kept + 1], style.weight, size) <= room_height + HAIR:
        kept += 1
    rest = " ".join(lines[kept - 1 :])
    last = shorten(rest, style.weight, size, room_width)
    return Fitted((*lines[: kept - 1], last), size, shortened=True)


def wrap(words: str, weight: Weight, size: float, room: float) -> list[str]:
    """The words in lines no wider than the room."""
    return _wrapped(_measured(words, weight), weight, size, room)


def _measured(words: str, weight: Weight) -> list[tuple[str, float]]:
    """Each word with its width in millimetres at one point."""
    return [(word, width(word, weight, 1)) for word in words.split()]


def _wrapped(
    pieces: list[tuple[str, float]], weight: Weight, size: float, room: float
) -> list[str]:
    space = width(" ", weight, size)
    lines: list[str] = []
    line: list[str] = []
    used = 0.0
    for word, unit in pieces:
        wide = unit * size
        if line and used + space + wide <= room:
            line.append(word)
            used += space + wide
            continue
        if line:
            lines.append(" ".join(line))
        *full, word_end = _broken(word, weight, size, room) if wide > room else [word]
        lines.extend(full)
        line, used = [word_end], width(word_end, weight, size) if full else wide
    return [*lines, " ".join(line)] if line else lines


def _balanced(lines: list[str], weight: Weight, size: float) -> list[str]:
    """Two lines of about the same length: no lonely last word."""
    if len(lines) != 2 or " " not in lines[0]:
        return lines
    *kept, carried = lines[0].split()
    narrower = [" ".join(kept), f"{carried} {lines[1]}"]
    widths = [width(line, weight, size) for line in (lines[0], *narrower)]
    if widths[2] > widths[0]:
        return lines
    return _balanced(narrower, weight, size)


def shorten(words: str, weight: Weight, size: float, room: float) -> str:
    """As many letters of the words as fit before an ellipsis, which always stands."""
    left = room - width(ELLIPSIS, weight, size)
    kept = ""
    for letter in words:
        left -= width(letter, weight, size)
        if left < 0:
            break
        kept += letter
    return kept.rstrip(" ,.;:-–") + ELLIPSIS


def steps(lines: Sequence[str], weight: Weight) -> list[float]:
    """How far down each line's baseline stands from the one before, as parts of the size.

    The first stands so far from the top of the block.
    """
    if len(lines) == 1:
        return [rise(lines[0], weight)]
    rises = [rise(line, weight) for line in lines]
    return rises[:1] + [DESCENT + up for up in rises[1:]]


def height_of(lines: Sequence[str], weight: Weight, size: float) -> float:
    """Millimetres of a block of lines, from the tallest mark to the lowest tail."""
    points = (sum(steps(lines, weight)) + DESCENT) * size if lines else 0.0
    return points * MILLIMETRES_PER_POINT


def room_for(lines: int, size: float) -> float:
    """Millimetres of so many lines, were the first one full of the tallest capitals."""
    points = (TALLEST + (ASCENT + DESCENT) * (lines - 1) + DESCENT) * size
    return points * MILLIMETRES_PER_POINT


@lru_cache(maxsize=1024)
def _sizes(style: Style, room_height: float, highest: float) -> list[float]:
    """Sizes to try, downwards, none taller than the room."""
    tallest = room_height / MILLIMETRES_PER_POINT / (highest + DESCENT)
    largest = min(style.largest, tallest)
    smallest = min(style.smallest, largest)
    count = int((largest - smallest) / STEP)
    sizes = [largest - STEP * i for i in range(count + 1)]
    return sizes if sizes[-1] == smallest else [*sizes, smallest]


def _broken(word: str, weight: Weight, size: float, room: float) -> list[str]:
    pieces = [""]
    used = 0.0
    for letter in word:
        wide = width(letter, weight, size)
        if pieces[-1] and used + wide > room:
            pieces.append("")
            used = 0.0
        pieces[-1] += letter
        used += wide
    return pieces
