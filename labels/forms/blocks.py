"""The small vocabulary of which forms are made: heading, fields, sentences, tables, signatures.

Each word of it gives a `Block`: a height and the marks in it, as wide as the form's column. A
page is filled with blocks from the top (`pages`), so a form is a list of blocks and nothing else.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from labels.fitting import Style, room_for
from labels.marks import Box, Fill, Frame, Mark, Picture, Set, Side, Words, moved, words
from labels.typeface import Weight, clean, width

REGULAR, SEMIBOLD, BOLD = Weight.REGULAR, Weight.SEMIBOLD, Weight.BOLD
BODY = 8.0  # points
SMALL = 7.0
SMALLEST = 6.0
UNBOUNDED = 400.0  # millimetres; more than any paper is high
CELL_ACROSS = 1.1
CELL_DOWN = 0.4
FIELD_GAP = 1.5
MOST_LABEL = 0.6  # of the room of a field; the rest is for what it says
HAIRLINE = 0.2
# The national name and motto stand on every form of the administration (Decree 30/2020/NĐ-CP,
# annex I, part I, clause 2; the motto is written with short dashes between spaces).
NATION = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO = "Độc lập - Tự do - Hạnh phúc"


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of a form, in millimetres from its own upper left corner.

    `above` is put again on top of a new page when the block opens one (a table's heading).
    `with_next` blocks are never the last on their page.
    """

    height: float
    marks: tuple[Mark, ...]
    above: "Block | None" = None
    with_next: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its heading, its width in millimetres, where its words stand."""

    heading: str
    width: float
    across: Side = Side.START


@dataclass(frozen=True, slots=True)
class Signature:
    """One who signs: in which part, the name beneath, and the drawn signature if there is one."""

    role: str
    name: str
    png: bytes = b""


def space(height: float) -> Block:
    """Nothing, so many millimetres high."""
    return Block(height, ())


def national_heading(issuer: str, place: str, wide: float) -> Block:
    """Who issues the form on the left, the nation's name and motto on the right."""
    right = width(NATION, BOLD, SMALL + 1) + 0.5
    left = wide - right - 4.0
    motto_width = width(MOTTO, BOLD, SMALL + 1)
    centred = Set(Style(BOLD, SMALL + 1, SMALL + 1), Side.MIDDLE)
    marks: list[Mark] = [
        words(NATION, Box(wide - right, 0, right, 3.7), centred),
        words(MOTTO, Box(wide - right, 3.8, right, 3.7), centred),
        Fill(Box(wide - right + (right - motto_width) / 2, 7.9, motto_width, 0.25)),
    ]
    issued = words(
        issuer.upper(), Box(0, 0, left, 3.7), Set(Style(REGULAR, SMALL + 0.5, 5), Side.MIDDLE)
    )
    at = words(place, Box(0, 3.8, left, 6.2), Set(Style(BOLD, SMALL + 0.5, 5), Side.MIDDLE))
    return Block(9.6, (*marks, issued, at))


def section(title: str, wide: float) -> Block:
    """The title of a part of the form, on a grey ground."""
    box = Box(0, 0.8, wide, 4.1)
    title_words = words(
        title, box.inset(CELL_ACROSS, 0), Set(Style(BOLD, BODY, SMALL), down=Side.MIDDLE)
    )
    return Block(5.3, (Fill(box, 0.9), title_words), with_next=True)


def field(label: str, value: str, wide: float, *, strong: bool = False, lines: int = 3) -> Block:
    """A label and its value beside it; an empty value is shown as dots to write on."""
    return fields(((label, value, wide, strong),), lines=lines)


def fields(parts: Sequence[tuple[str, str, float, bool]], *, lines: int = 1) -> Block:
    """Labels and values side by side, each (label, value, width of both, is strong)."""
    placed: list[Words] = []
    dots: list[Mark] = []
    x = 0.0
    for label, value, part_width, strong in parts:
        needed = width(f"{clean(label)}: ", REGULAR, BODY)
        label_width = min(needed, part_width * MOST_LABEL)
        label_box = Box(x, 0.1, label_width, room_for(1, BODY))
        said = words(f"{label}:", label_box, Set(Style(REGULAR, BODY, SMALLEST)))
        room = Box(
            label_box.right, 0.1, part_width - label_width - FIELD_GAP, room_for(lines, BODY)
        )
        style = Style(SEMIBOLD if strong else REGULAR, BODY, SMALLEST)
        answer = words(value, room, Set(style))
        placed.extend([said, answer] if answer.lines else [said])
        if not answer.lines:
            dots.append(Frame(Box(room.x, _first_baseline(said), room.width, 0.15), 0.15, 0.5))
        x += part_width
    marks = on_one_baseline(placed)
    lowest = max(mark.box.bottom for mark in marks)
    return Block(lowest + 0.15, (*marks, *dots))


def _trimmed(block: Words) -> Words:
    """The words in no larger box than they need downwards."""
    return Words(block.hull(), block.lines, block.shortened)


def _first_baseline(block: Words) -> float:
    return block.lines[0].baseline


def on_one_baseline(blocks: Sequence[Words]) -> list[Mark]:
    """Words side by side on one line, also when one of them has a capital with two marks."""
    lowest = max(_first_baseline(block) for block in blocks)
    return [moved(_trimmed(block), 0, lowest - _first_baseline(block)) for block in blocks]


def sentence(
    text: str,
    wide: float,
    *,
    size: float = BODY,
    weight: Weight = REGULAR,
    across: Side = Side.START,
) -> Block:
    """A sentence over as many lines as it needs."""
    how = Set(Style(weight, size, size), across)
    whole = words(text, Box(0, 0.3, wide, UNBOUNDED), how)
    return Block(whole.hull().bottom + 0.25, (_trimmed(whole),))


def table(
    columns: Sequence[Column], rows: Sequence[Sequence[str]], least: float = 0.0
) -> list[Block]:
    """A ruled table: a heading and one block per row; the heading returns on every new page.

    Args:
        columns: from left to right.
        rows: as many cells as there are columns.
        least: height of a row in millimetres where a hand writes in it.
    """
    heading = _row(columns, [column.heading for column in columns], is_heading=True)
    blocks = [Block(heading.height, heading.marks, with_next=True)]
    for cells in rows:
        row = _row(columns, cells, least)
        blocks.append(Block(row.height, row.marks, above=heading))
    return blocks


def _row(
    columns: Sequence[Column], cells: Sequence[str], least: float = 0.0, *, is_heading: bool = False
) -> Block:
    """One row, as high as its highest cell; each cell has at most five lines."""
    style = Style(SEMIBOLD, SMALL, 5.5) if is_heading else Style(REGULAR, BODY - 0.4, 6)
    room = room_for(2 if is_heading else 5, style.largest)
    boxes: list[Box] = []
    x = 0.0
    for column in columns:
        boxes.append(Box(x, 0, column.width, room + 2 * CELL_DOWN))
        x += column.width
    inner = [box.inset(CELL_ACROSS, CELL_DOWN) for box in boxes]
    needed = max(
        (
            words(cell, box, Set(style)).hull().height
            for cell, box in zip(cells, inner, strict=True)
            if cell.strip()
        ),
        default=0.0,
    )
    height = max(needed + 2 * CELL_DOWN, least)
    marks: list[Mark] = []
    for column, cell, box in zip(columns, cells, boxes, strict=True):
        cell_box = Box(box.x, 0, box.width, height)
        if is_heading:
            marks.append(Fill(cell_box, 0.93))
        # Neighbours share their line: each frame reaches over its edge by half a hairline.
        marks.append(Frame(cell_box.inset(-HAIRLINE / 2, -HAIRLINE / 2), HAIRLINE))
        if cell.strip():
            across = Side.MIDDLE if is_heading else column.across
            how = Set(style, across, Side.MIDDLE)
            marks.append(words(cell, cell_box.inset(CELL_ACROSS, CELL_DOWN - 0.01), how))
    return Block(height, tuple(marks))


def signatures(signing: Sequence[Signature], wide: float, height: float = 22.0) -> Block:
    """Boxes to sign in, side by side, with the drawn signature or room for one on paper."""
    gap = 5.0
    each = (wide - gap * (len(signing) - 1)) / len(signing)
    marks: list[Mark] = []
    lowest = 0.0
    for number, one in enumerate(signing):
        x = number * (each + gap)
        role = Set(Style(BOLD, BODY, SMALL), Side.MIDDLE)
        marks.append(words(one.role, Box(x, 0.5, each, 3.9), role))
        hint = Set(Style(REGULAR, SMALL, SMALLEST), Side.MIDDLE)
        marks.append(words("(ký, ghi rõ họ tên)", Box(x, 4.4, each, 3.4), hint))
        box = Box(x, 8.0, each, height)
        marks.append(Frame(box, HAIRLINE, 0.0 if one.png else 0.8))
        if one.png:
            marks.append(Picture(box.inset(2, 1.5), one.png))
        else:
            on_paper = Box(x + 1.5, box.bottom - 4.0, each - 3, 3.3)
            marks.append(words("ký trên giấy", on_paper, hint))
        name = Set(Style(SEMIBOLD, BODY, SMALLEST, balanced=True), Side.MIDDLE)
        named = words(one.name, Box(x, box.bottom + 0.7, each, 6.6), name)
        marks.append(_trimmed(named))
        lowest = max(lowest, named.hull().bottom)
    return Block(lowest + 0.5, tuple(marks))


def beside(left: Block, right: Block, x: float) -> Block:
    """Two blocks next to each other, the right one from x on."""
    shifted = tuple(moved(mark, x, 0) for mark in right.marks)
    return Block(max(left.height, right.height), left.marks + shifted)
