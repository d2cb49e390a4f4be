"""Fills pages with blocks and writes the foot of each: form, item number, page x of y."""

from collections.abc import Sequence
from dataclasses import dataclass

from labels.fitting import Style
from labels.forms.blocks import BOLD, REGULAR, SMALLEST, Block
from labels.marks import Box, Fill, Mark, Set, Side, moved, words
from labels.pen import Pen
from labels.typeface import width

FOOT = 5.5
SAMPLE = "MẪU · SAMPLE"
SAMPLE_SIZE = 8.0


@dataclass(frozen=True, slots=True)
class Paper:
    """A sheet and its margin, in millimetres, and what stands at its foot."""

    width: float
    height: float
    margin: float
    title: str
    foot: str
    sample: bool = False

    @property
    def column(self) -> float:
        """Width of what is written."""
        return self.width - 2 * self.margin


A5 = (148.0, 210.0)


def lay_out(blocks: Sequence[Block], paper: Paper) -> list[list[Mark]]:
    """The marks of each page, in millimetres from its upper left corner."""
    pages = _filled(blocks, paper)
    for number, marks in enumerate(pages, start=1):
        marks.extend(_foot(paper, number, len(pages)))
        if paper.sample:
            marks.extend(_sample_tag(paper))
    return pages


def render(blocks: Sequence[Block], paper: Paper) -> bytes:
    """The form as a PDF; the same blocks give the same bytes."""
    pen = Pen(paper.width, paper.height, paper.title)
    for marks in lay_out(blocks, paper):
        pen.draw(marks)
        pen.next_page()
    return pen.finished()


def _filled(blocks: Sequence[Block], paper: Paper) -> list[list[Mark]]:
    bottom = paper.height - paper.margin - FOOT
    pages: list[list[Mark]] = [[]]
    y = paper.margin
    for index, block in enumerate(blocks):
        if y > paper.margin and y + _held_together(blocks, index) > bottom:
            pages.append([])
            y = paper.margin
            if block.above is not None:
                pages[-1].extend(moved(mark, paper.margin, y) for mark in block.above.marks)
                y += block.above.height
        pages[-1].extend(moved(mark, paper.margin, y) for mark in block.marks)
        y += block.height
    return pages


def _held_together(blocks: Sequence[Block], index: int) -> float:
    """Height of the block and of those it may not be parted from."""
    height = blocks[index].height
    while blocks[index].with_next and index + 1 < len(blocks):
        index += 1
        height += blocks[index].height
    return height


def _foot(paper: Paper, number: int, pages: int) -> list[Mark]:
    top = paper.height - paper.margin - FOOT + 1.2
    box = Box(paper.margin, top + 0.8, paper.column, 4.0)
    page = f"Trang {number}/{pages}"
    page_width = width(page, REGULAR, SMALLEST + 0.5) + 0.5
    small = Style(REGULAR, SMALLEST + 0.5, 4.5)
    marks: list[Mark] = [
        Fill(Box(paper.margin, top, paper.column, 0.2)),
        words(
            page,
            Box(box.right - page_width, box.y, page_width, box.height),
            Set(small, Side.END, Side.MIDDLE),
        ),
    ]
    foot = Box(box.x, box.y, box.width - page_width - 2.0, box.height)
    marks.append(words(paper.foot, foot, Set(small, down=Side.MIDDLE)))
    return marks


def _sample_tag(paper: Paper) -> list[Mark]:
    """In the upper margin of every page, where nothing else stands."""
    wide = width(SAMPLE, BOLD, SAMPLE_SIZE) + 4.0
    tag = Box((paper.width - wide) / 2, 2.6, wide, paper.margin - 4.0)
    how = Set(Style(BOLD, SAMPLE_SIZE, SAMPLE_SIZE), Side.MIDDLE, Side.MIDDLE, ink=1.0)
    return [Fill(tag), words(SAMPLE, tag.inset(1.0, 0), how)]
