"""The parts that every layout of a label is made of: each draws itself into the box it is given."""

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

from labels import code128
from labels.fitting import Style
from labels.label import Label, grouped
from labels.marks import Barcode, Box, Fill, Frame, Mark, Set, Side, words
from labels.typeface import Weight, clean, width

REGULAR, SEMIBOLD, BOLD = Weight.REGULAR, Weight.SEMIBOLD, Weight.BOLD
SAMPLE = "MẪU · SAMPLE"
SERVICE = "Bưu chính công ích · Hồ sơ hành chính"
NARROW = 50.0  # millimetres; less has no room for a second language and the post's own words
CHIP_PADDING = 1.6
CHIP_GAP = 1.4
HAIRLINE = 0.2


class Column:
    """A column that is used up from the top."""

    def __init__(self, x: float, y: float, wide: float) -> None:
        self.x, self.y, self.width = x, y, wide

    def take(self, height: float, gap: float = 0.0) -> Box:
        """The next so many millimetres of the column, and a gap after them."""
        box = Box(self.x, self.y, self.width, height)
        self.y += height + gap
        return box


def receiver(
    label: Label, column: Column, height: float, styles: tuple[tuple[float, Set], ...]
) -> Iterator[Mark]:
    """Place, name, address and phone, each in its share of the height."""
    phone = label.phone_masked and f"ĐT: {label.phone_masked}"
    said = (label.receiver_place, label.receiver_name, label.receiver_address, phone)
    bottom = column.y + height
    for text, (share, how) in zip(said, styles, strict=True):
        room = Box(column.x, column.y, column.width, height * share)
        if how.down is Side.START:  # the address; the telephone follows it closely
            below = height * styles[-1][0] if phone else 0.0
            room = replace(room, height=bottom - below - column.y)
            said_there = words(text, room, how)
            room = said_there.hull()
            column.take(room.height)
            if text:
                yield replace(said_there, box=room)
            continue
        column.take(room.height)
        if text:
            yield words(text, room, how)


def header(label: Label, box: Box, largest: float) -> tuple[Mark, ...]:
    """The leg on the left; on the right what must be seen first: sample, reprint."""
    tags = []
    if label.sample:
        sample = SAMPLE if box.width > NARROW else SAMPLE.split(maxsplit=1)[0]
        tags.append((sample, True))
    if label.reprint:
        tags.append((f"IN LẠI {label.reprint}", False))
    return _header(clean(label.leg_words).upper(), tuple(tags), box, largest)


@lru_cache(maxsize=256)
def _header(
    legend: str, tags: tuple[tuple[str, bool], ...], box: Box, largest: float
) -> tuple[Mark, ...]:
    marks: list[Mark] = []
    right = box.right
    for text, is_filled in tags:
        wide = width(text, BOLD, largest * 0.9) + 2 * CHIP_PADDING
        tag = Box(right - wide, box.y, wide, box.height)
        marks += chip(text, tag, largest * 0.9, is_filled=is_filled)
        right = tag.x - CHIP_GAP
    room = right - box.x
    leg_room = (
        room
        if tags or box.width <= NARROW
        else min(width(legend, BOLD, largest) + CHIP_GAP, room * 0.6)
    )
    leg = Set(Style(BOLD, largest, largest * 0.6), down=Side.MIDDLE)
    marks.append(words(legend, Box(box.x, box.y, leg_room, box.height), leg))
    if not tags and box.width > NARROW:
        service = Set(Style(REGULAR, largest * 0.75, largest * 0.5), Side.END, Side.MIDDLE)
        there = Box(box.x + leg_room, box.y, room - leg_room, box.height)
        marks.append(words(SERVICE, there, service))
    return tuple(marks)


@lru_cache(maxsize=1024)
def chips(marks: tuple[str, ...], box: Box, largest: float) -> tuple[Mark, ...]:
    """Marks of service, white on black, beside each other; in one bar when they are too many."""
    return tuple(_chips(marks, box, largest))


def _chips(marks: tuple[str, ...], box: Box, largest: float) -> Iterator[Mark]:
    texts = [text for text in (clean(mark) for mark in marks) if text]
    size = largest
    while texts and size >= largest * 0.65:
        widths = [width(text, BOLD, size) + 2 * CHIP_PADDING for text in texts]
        if sum(widths) + CHIP_GAP * (len(texts) - 1) <= box.width:
            x = box.x
            for text, wide in zip(texts, widths, strict=True):
                yield from chip(text, Box(x, box.y, wide, box.height), size)
                x += wide + CHIP_GAP
            return
        size -= 0.5
    if texts:
        yield from chip(" · ".join(texts), box, largest * 0.65)


def chip(text: str, box: Box, size: float, *, is_filled: bool = True) -> Iterator[Mark]:
    yield Fill(box) if is_filled else Frame(box, 0.4)
    how = Set(Style(BOLD, size, 3.5), Side.MIDDLE, Side.MIDDLE, ink=1.0 if is_filled else 0.0)
    # A hair wider than measured, so that rounding never makes a fitting word shrink.
    yield words(text, box.inset(CHIP_PADDING - 0.01, 0), how)


def barcode(label: Label, box: Box, size: float, line: float) -> Iterator[Mark]:
    """Code 128 over its number in figures."""
    bars = code128.encode(label.item_number.replace(" ", ""))
    code128.module_size(bars, box.width)
    yield Barcode(Box(box.x, box.y, box.width, box.height - line), bars)
    number = Set(Style(BOLD, size, 6), Side.MIDDLE, Side.END)
    yield words(grouped(label.item_number), Box(box.x, box.bottom - line, box.width, line), number)


def chip_stack(marks: tuple[str, ...], box: Box, largest: float) -> Iterator[Mark]:
    """Marks of service one under the other; in one bar when they are too many."""
    texts = [text for text in (clean(mark) for mark in marks) if text]
    if not texts:
        return
    gap, least = 0.3, 2.1
    if (least + gap) * len(texts) > box.height:
        texts = [" · ".join(texts)]
    tall = min(box.height / len(texts) - gap, largest * 0.53)
    for place, text in enumerate(texts):
        bar = Box(box.x, box.y + place * (tall + gap), box.width, tall)
        yield Fill(bar)
        how = Set(Style(BOLD, largest, 3.5), Side.MIDDLE, Side.MIDDLE, ink=1.0)
        yield words(text, bar.inset(0.5, 0), how)


def sender(label: Label, box: Box) -> Iterator[Mark]:
    """Sender in what is left beside the bars, the seal under it."""
    seal = 4.2 if label.seal_number else 0.0
    if label.sender_short:
        how = Set(Style(REGULAR, 7, 5))
        above = Box(box.x, box.y, box.width, box.height - seal)
        yield words(f"Người gửi: {label.sender_short}", above, how)
    if label.seal_number:
        how = Set(Style(SEMIBOLD, 8, 5), down=Side.END)
        below = Box(box.x, box.bottom - seal, box.width, seal)
        yield words(f"Niêm phong: {label.seal_number}", below, how)


def sender_tall(label: Label, box: Box) -> Iterator[Mark]:
    """Sender and seal under captions of their own."""
    column = Column(box.x, box.y, box.width)
    caption = Set(Style(REGULAR, 7.5, 6))
    if label.sender_short:
        yield words("NGƯỜI GỬI", column.take(4.0), caption)
        how = Set(Style(SEMIBOLD, 10.5, 6.5))
        yield words(label.sender_short, column.take(box.height - 4.0 - 11.5, 1.0), how)
    else:
        column.take(box.height - 10.5)
    if label.seal_number:
        yield words("NIÊM PHONG SỐ", column.take(4.0), caption)
        yield words(label.seal_number, column.take(6.5), Set(Style(BOLD, 14, 7)))
