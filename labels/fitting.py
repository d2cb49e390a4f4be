"""How words are made to fit a box: shrink, then wrap, then shorten, in this order.

1. In one line at the largest size, or at one not under four fifths of it.
2. In as many lines as the box has, at the largest size at which they all fit.
3. At the smallest size, what does not fit is left out from the end and "…" stands for it.

A word longer than a line is broken between letters. Nothing ever leaves the box.
"""

from dataclasses import dataclass

from labels.typeface import ASCENT, DESCENT, MILLIMETRES_PER_POINT, Weight, clean, width

STEP = 0.5  # points between two sizes that are tried
ONE_LINE_SHRINKS_TO = 0.8
ELLIPSIS = "…"


@dataclass(frozen=True, slots=True)
class Style:
    """How words may be set: weight, largest and smallest size in points, leading as part of it.

    Balanced words that need two lines share them evenly.
    """

    weight: Weight
    largest: float
    smallest: float
    leading: float = 1.22
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
    unit = width(words, style.weight, 1)
    if not words or unit * style.largest <= room_width:
        return Fitted((words,) if words else (), min(style.largest, _tallest(room_height)))
    sizes = _sizes(style, room_height)
    for size in sizes:
        if size >= ONE_LINE_SHRINKS_TO * style.largest and unit * size <= room_width:
            return Fitted((words,), size)
    for size in sizes:
        lines = wrap(words, style.weight, size, room_width)
        if len(lines) <= _lines_in(room_height, size, style.leading):
            if style.balanced:
                lines = _balanced(lines, style.weight, size)
            return Fitted(tuple(lines), size)
    smallest = sizes[-1]
    lines = wrap(words, style.weight, smallest, room_width)
    kept = lines[: max(1, _lines_in(room_height, smallest, style.leading))]
    kept[-1] = shorten(" ".join(lines[len(kept) - 1 :]), style.weight, smallest, room_width)
    return Fitted(tuple(kept), smallest, shortened=True)


def wrap(words: str, weight: Weight, size: float, room: float) -> list[str]:
    """The words in lines no wider than the room."""
    space = width(" ", weight, size)
    lines: list[str] = []
    line, used = "", 0.0
    for word in words.split():
        wide = width(word, weight, size)
        if line and used + space + wide <= room:
            line, used = f"{line} {word}", used + space + wide
            continue
        if line:
            lines.append(line)
        *full, word_end = _broken(word, weight, size, room) if wide > room else [word]
        lines.extend(full)
        line, used = word_end, width(word_end, weight, size)
    return [*lines, line] if line else lines


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


def height_of(lines: int, size: float, leading: float) -> float:
    """Millimetres of a block of lines, from the tallest mark to the lowest tail."""
    points = (ASCENT + DESCENT + leading * (lines - 1)) * size if lines else 0
    return points * MILLIMETRES_PER_POINT


def _sizes(style: Style, room_height: float) -> list[float]:
    """Sizes to try, downwards, none taller than the room."""
    largest = min(style.largest, _tallest(room_height))
    smallest = min(style.smallest, largest)
    steps = int((largest - smallest) / STEP)
    sizes = [largest - STEP * i for i in range(steps + 1)]
    return sizes if sizes[-1] == smallest else [*sizes, smallest]


def _tallest(room_height: float) -> float:
    """The size in points whose single line is as high as the room."""
    return room_height / MILLIMETRES_PER_POINT / (ASCENT + DESCENT)


def _lines_in(room_height: float, size: float, leading: float) -> int:
    points = room_height / MILLIMETRES_PER_POINT / size
    # A hair of tolerance: a room made for n lines exactly must hold n lines.
    return 1 + int((points - ASCENT - DESCENT) / leading + 1e-6)


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
