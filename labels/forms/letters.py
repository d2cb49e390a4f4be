"""What papers on A4 are made of: their sheet, title, facts, paragraphs in a size for reading."""

from collections.abc import Iterator

from labels.fitting import Style
from labels.forms.blocks import BOLD, SEMIBOLD, Block, beside, sentence, space
from labels.forms.pages import Paper
from labels.marks import Box, Set, Side, moved, words
from labels.typeface import Weight

A4 = (210.0, 297.0)
MARGIN = 18.0
TEXT = 10.5  # points
TITLE_SIZE = 15.0
LABEL_WIDTH = 46.0
GAP = 2.0


def sheet(title: str, foot: str, *, sample: bool) -> Paper:
    """The sheet with its foot."""
    return Paper(*A4, MARGIN, title, foot, sample)


def title(said: str, under: str, wide: float) -> Block:
    """The form's title, and its number or matter under it."""
    marks = (
        words(said, Box(0, 3.0, wide, 7.5), Set(Style(BOLD, TITLE_SIZE, 11), Side.MIDDLE)),
        words(under, Box(0, 10.6, wide, 5.2), Set(Style(SEMIBOLD, TEXT, 8), Side.MIDDLE)),
    )
    return Block(18.5, marks)


def heading(said: str, wide: float) -> Block:
    """The title of a part."""
    block = sentence(said, wide, size=TEXT + 0.5, weight=BOLD)
    return _lowered(block, 2.6)


def fact(label: str, value: str, wide: float) -> Iterator[Block]:
    """A label and what it says beside it; nothing where nothing is said."""
    if value.strip():
        left = sentence(f"{label}:", LABEL_WIDTH - GAP, size=TEXT)
        right = sentence(value, wide - LABEL_WIDTH, size=TEXT, weight=SEMIBOLD)
        yield beside(left, right, LABEL_WIDTH)


def paragraphs(text: str, wide: float, *, weight: Weight = Weight.REGULAR) -> Iterator[Block]:
    """Each line of a text as a paragraph of its own."""
    for line in text.splitlines():
        if line.strip():
            yield sentence(line.strip(), wide, size=TEXT, weight=weight)
            yield space(0.8)


def kept(block: Block) -> Block:
    """The block, never the last on its page."""
    return Block(block.height, block.marks, block.above, with_next=True)


def _lowered(block: Block, down: float) -> Block:
    marks = tuple(moved(mark, 0, down) for mark in block.marks)
    return Block(block.height + down, marks, with_next=True)
