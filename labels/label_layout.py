"""Where everything on a label stands: one layout for each shape of label.

Read by three people in this order: the sorter wants the place, the courier the receiver and what
to mind at the door, the scanner the two codes. So the place is the largest, the marks of service
are white on black, and each code has its own corner with its quiet zone. What a small label has
no room for is left out from the least needed on: the post's own words first, the codes never.

Pure: a label and a size in millimetres give the marks, from the label's upper left corner.
"""

from collections.abc import Iterator
from dataclasses import replace

from labels import qr
from labels.fitting import Style
from labels.label import Label
from labels.label_parts import (
    BOLD,
    HAIRLINE,
    REGULAR,
    SEMIBOLD,
    Column,
    barcode,
    chip_stack,
    chips,
    header,
    receiver,
    sender,
    sender_tall,
)
from labels.marks import Box, Fill, Mark, Qr, Set, Side, words

LEAST_FULL_WIDTH = 90.0
LEAST_FULL_HEIGHT = 50.0
LEAST_TWO_COLUMNS = 60.0
LEAST_WIDER_BARS = 80.0
# Modules of 0.264 mm, which a 203 dpi raster draws two dots wide. Where they are a little wider,
# more of them get three, and some labels in a thousand are not read at the first look.
_LEAST_BARS = 46.4


def lay_out(
    label: Label, label_width: float, label_height: float, dot: float = 0.0
) -> tuple[Mark, ...]:
    """The marks of a label of this size in millimetres.

    Args:
        label: what it says.
        label_width: from edge to edge.
        label_height: from edge to edge.
        dot: side of a printer's dot where modules must be whole dots; 0 where they need not.

    Raises:
        NotAlphanumeric: the QR's text cannot be coded.
        CodeDoesNotFit: a code would be too fine to scan at this size.
    """
    if label_height > label_width:
        layout = _tall
    elif label_width >= LEAST_FULL_WIDTH and label_height >= LEAST_FULL_HEIGHT:
        layout = _wide
    else:
        layout = _low if label_width >= LEAST_TWO_COLUMNS else _tiny
    return tuple(layout(label, label_width, label_height, dot))


def _wide(label: Label, label_width: float, label_height: float, dot: float) -> Iterator[Mark]:
    """About 99 × 57 mm: address left, QR right, Code 128 and sender under them."""
    margin = 3.2
    spare = label_height - 57.0
    inner = label_width - 2 * margin
    page = Column(margin, margin - 0.5, inner)
    yield from header(label, page.take(4.6, 0.3), 9.0)
    yield Fill(page.take(HAIRLINE * 2, 0.5))
    body = page.take(28.5 + spare * 0.6, 0.5)
    room = min(body.height, 28.5 + spare * 0.2)
    symbol = qr.encode(label.qr_text, room, dot)
    quiet = qr.QUIET_ZONE * qr.module_size(symbol, room)
    # The quiet zone may lie in the margin, so that the dark modules end where the words end.
    yield Qr(Box(body.right - room + quiet, body.y + (body.height - room) / 2, room, room), symbol)
    left = Column(body.x, body.y, inner - room + quiet)
    yield from receiver(label, left, body.height, _WIDE_STYLES)
    yield from chips(label.service_marks, page.take(4.2, 0.9), 8.0)
    foot = page.take(label_height - margin + 0.5 - page.y)
    bars_width = 55.0
    quiet = 3.1  # ten modules of the bars, which begin where the words begin
    yield from barcode(label, Box(foot.x - quiet, foot.y, bars_width, foot.height), 8.5, 3.7)
    beside = bars_width - quiet + 0.5
    yield from sender(label, Box(foot.x + beside, foot.y, inner - beside, foot.height))


def _tall(label: Label, label_width: float, label_height: float, dot: float) -> Iterator[Mark]:
    """About A6 upright: place, receiver, marks, QR beside the sender, Code 128 at the foot."""
    margin = 5.5
    inner = label_width - 2 * margin
    page = Column(margin, margin - 0.5, inner)
    yield from header(label, page.take(7.5, 1.0), 12.0)
    yield Fill(page.take(0.5, 1.8))
    code_height, chips_height = 27.0, 8.0
    middle_height = 38.0
    receiver_height = label_height - margin - page.y - code_height - chips_height - middle_height
    body = page.take(receiver_height - 6.5, 1.5)
    yield from receiver(label, Column(body.x, body.y, inner), body.height, _TALL_STYLES)
    yield from chips(label.service_marks, page.take(chips_height, 1.5), 13.0)
    yield Fill(page.take(HAIRLINE, 1.0))
    middle = page.take(middle_height, 1.0)
    symbol = qr.encode(label.qr_text, middle_height, dot)
    quiet = qr.QUIET_ZONE * qr.module_size(symbol, middle_height)
    yield Qr(Box(middle.x - quiet, middle.y, middle_height, middle_height), symbol)
    beside = middle_height - quiet + 1.0
    yield from sender_tall(
        label, Box(middle.x + beside, middle.y, inner - beside, middle_height).inset(0, 2.0)
    )
    yield Fill(page.take(HAIRLINE, 1.3))
    foot = page.take(label_height - margin - page.y)
    yield from barcode(label, foot, 15.0, 6.6)


def _low(label: Label, label_width: float, label_height: float, dot: float) -> Iterator[Mark]:
    """From 63 × 34 to 99 × 38 mm: all words and the bars left, QR and marks of service right."""
    margin = 1.6
    scale = min(label_height / 34.0, 1.4)
    bars_width = _LEAST_BARS
    if label_width >= LEAST_WIDER_BARS:
        bars_width = min(_LEAST_BARS + (label_width - 64.0) * 0.5, 60.0)
    room = min(label_width - bars_width - 0.3, 17.0 * scale, label_height - 2 * margin - 7.0)
    symbol = qr.encode(label.qr_text, room, dot)
    corner = Box(label_width - room - 0.1, 0.4, room, room)
    yield Qr(corner, symbol)
    under = Box(
        corner.x + 0.6, corner.bottom, room - margin - 0.6, label_height - margin - corner.bottom
    )
    yield from _marks_and_seal(label, under, scale)
    left = Column(margin, margin - 0.4, corner.x - margin)
    yield from header(label, left.take(2.9 * scale, 0.4), 6.3 * scale)
    foot_height = (11.0 if label_height < 36.0 else 12.0) * min(scale, 1.2)
    people = _people(label)
    people_height = 2.4 * scale if people else 0.0
    room_for_receiver = label_height - margin + 0.4 - left.y - foot_height - people_height - 0.6
    yield from receiver(
        replace(label, phone_masked=""),  # it stands with the sender, which saves a line
        Column(left.x, left.y, left.width),
        left.take(room_for_receiver, 0.2).height,
        _LOW_STYLES if scale < 1.2 else _LARGER_LOW_STYLES,
    )
    if people:
        how = Set(Style(REGULAR, 5.6 * scale, 4.0), down=Side.MIDDLE)
        yield words(people, left.take(people_height, 0.2), how)
    foot = left.take(label_height - margin + 0.4 - left.y)
    bars = Box(0.3, foot.y, bars_width, foot.height)
    yield from barcode(label, bars, 7.5 * scale, 3.2 * scale)


def _people(label: Label) -> str:
    """The receiver's phone and the sender in one line."""
    phone = label.phone_masked and f"ĐT: {label.phone_masked}"
    return " · ".join(filter(None, (phone, label.sender_short and f"Gửi: {label.sender_short}")))


def _marks_and_seal(label: Label, box: Box, scale: float) -> Iterator[Mark]:
    """Under the QR: the seal at the foot, the marks of service over it."""
    seal = 2.5 * scale if label.seal_number else 0.0
    above = Box(box.x, box.y, box.width, box.height - seal)
    yield from chip_stack(label.service_marks, above, 6.5 * scale)
    if label.seal_number:
        how = Set(Style(SEMIBOLD, 5.6 * scale, 4.0), Side.END, Side.END)
        below = Box(box.x, box.bottom - seal, box.width, seal)
        yield words(f"NP {label.seal_number}", below, how)


def _tiny(label: Label, label_width: float, label_height: float, dot: float) -> Iterator[Mark]:
    """About 50 × 30 mm: place, name, address and marks beside the QR, Code 128 under both."""
    margin = 1.2
    room = 18.7
    symbol = qr.encode(label.qr_text, room, dot)
    corner = Box(label_width - room, 0.2, room, room)
    yield Qr(corner, symbol)
    left = Column(margin, margin - 0.4, corner.x - margin)
    yield from header(label, left.take(2.2, 0.2), 4.8)
    marks_height = 2.4 if label.service_marks else 0.0
    height = corner.bottom - left.y - marks_height - 0.2
    block = left.take(height, 0.2)
    yield from receiver(label, Column(block.x, block.y, block.width), height, _TINY_STYLES)
    yield from chips(label.service_marks, left.take(marks_height), 5.0)
    top = corner.bottom + 0.5  # the marks are white on black and would run into the bars
    beside = (label_width - _LEAST_BARS) / 2
    foot = Box(beside, top, _LEAST_BARS, label_height - top - 0.4)
    yield from barcode(label, foot, 7.0, 2.9)


_WIDE_STYLES = (
    (0.33, Set(Style(BOLD, 17, 8, balanced=True), down=Side.MIDDLE)),
    (0.23, Set(Style(SEMIBOLD, 11.5, 6.5, balanced=True), down=Side.MIDDLE)),
    (0.33, Set(Style(REGULAR, 8.5, 5))),
    (0.11, Set(Style(SEMIBOLD, 8.0, 6), down=Side.MIDDLE)),
)
_TALL_STYLES = (
    (0.34, Set(Style(BOLD, 28, 12, balanced=True), down=Side.MIDDLE)),
    (0.21, Set(Style(SEMIBOLD, 16, 8, balanced=True), down=Side.MIDDLE)),
    (0.34, Set(Style(REGULAR, 11.5, 7))),
    (0.11, Set(Style(SEMIBOLD, 11.5, 7), down=Side.MIDDLE)),
)
_LOW_STYLES = (
    (0.32, Set(Style(BOLD, 13, 6, balanced=True), down=Side.MIDDLE)),
    (0.30, Set(Style(SEMIBOLD, 8.5, 4.5, balanced=True), down=Side.MIDDLE)),
    (0.38, Set(Style(REGULAR, 6.5, 4.5))),
    (0.0, Set(Style(SEMIBOLD, 6.0, 4.5), down=Side.MIDDLE)),
)
_LARGER_LOW_STYLES = (
    (0.34, Set(Style(BOLD, 16, 8, balanced=True), down=Side.MIDDLE)),
    (0.24, Set(Style(SEMIBOLD, 11, 6, balanced=True), down=Side.MIDDLE)),
    (0.42, Set(Style(REGULAR, 8, 4.5))),
    (0.0, Set(Style(SEMIBOLD, 8, 5), down=Side.MIDDLE)),
)
_TINY_STYLES = (
    (0.30, Set(Style(BOLD, 11, 5, balanced=True), down=Side.MIDDLE)),
    (0.32, Set(Style(SEMIBOLD, 7, 4, balanced=True), down=Side.MIDDLE)),
    (0.24, Set(Style(REGULAR, 5.5, 4))),
    (0.14, Set(Style(SEMIBOLD, 5.5, 4), down=Side.MIDDLE)),
)
