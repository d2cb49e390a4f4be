"""Where everything on a label stands: one layout for wide labels, one for tall ones.

Read by three people in this order: the sorter wants the place, the courier the receiver and what
to mind at the door, the scanner the two codes. So the place is the largest, the marks of service
are white on black, and each code has its own corner with its quiet zone.

Pure: a label and a size in millimetres give the marks, from the label's upper left corner.
"""

from collections.abc import Iterator
from dataclasses import replace

from labels import code128, qr
from labels.fitting import Style
from labels.label import Label, grouped
from labels.marks import Barcode, Box, Fill, Frame, Mark, Qr, Set, Side, words
from labels.typeface import Weight, clean, width

REGULAR, SEMIBOLD, BOLD = Weight.REGULAR, Weight.SEMIBOLD, Weight.BOLD
SAMPLE = "MẪU · SAMPLE"
SERVICE = "Bưu chính công ích · Hồ sơ hành chính"
CHIP_PADDING = 1.6
CHIP_GAP = 1.4
HAIRLINE = 0.2


def lay_out(label: Label, label_width: float, label_height: float) -> tuple[Mark, ...]:
    """The marks of a label of this size in millimetres.

    Raises:
        NotAlphanumeric: the QR's text cannot be coded.
        CodeDoesNotFit: a code would be too fine to scan at this size.
    """
    is_tall = label_height > label_width
    return tuple((_tall if is_tall else _wide)(label, label_width, label_height))


class _Column:
    """A column that is used up from the top."""

    def __init__(self, x: float, y: float, wide: float) -> None:
        self.x, self.y, self.width = x, y, wide

    def take(self, height: float, gap: float = 0.0) -> Box:
        """The next so many millimetres of the column, and a gap after them."""
        box = Box(self.x, self.y, self.width, height)
        self.y += height + gap
        return box


def _wide(label: Label, label_width: float, label_height: float) -> Iterator[Mark]:
    """About 99 × 57 mm: address left, QR right, Code 128 and sender under them."""
    margin = 3.2
    spare = label_height - 57.0
    inner = label_width - 2 * margin
    page = _Column(margin, margin - 0.5, inner)
    yield from _header(label, page.take(4.6, 0.3), 9.0)
    yield Fill(page.take(HAIRLINE * 2, 0.5))
    body = page.take(28.5 + spare * 0.6, 0.5)
    room = min(body.height, 28.5 + spare * 0.2)
    symbol = qr.encode(label.qr_text, room)
    quiet = qr.QUIET_ZONE * qr.module_size(symbol, room)
    # The quiet zone may lie in the margin, so that the dark modules end where the words end.
    yield Qr(Box(body.right - room + quiet, body.y + (body.height - room) / 2, room, room), symbol)
    left = _Column(body.x, body.y, inner - room + quiet)
    yield from _receiver(label, left, body.height, _WIDE_STYLES)
    yield from _chips(label.service_marks, page.take(4.2, 0.9), 8.0)
    foot = page.take(label_height - margin + 0.5 - page.y)
    bars_width = 55.0
    quiet = 3.1  # ten modules of the bars, which begin where the words begin
    yield from _barcode(label, Box(foot.x - quiet, foot.y, bars_width, foot.height), 8.5, 3.7)
    beside = bars_width - quiet + 0.5
    yield from _sender(label, Box(foot.x + beside, foot.y, inner - beside, foot.height))


def _tall(label: Label, label_width: float, label_height: float) -> Iterator[Mark]:
    """About A6 upright: place, receiver, marks, QR beside the sender, Code 128 at the foot."""
    margin = 5.5
    inner = label_width - 2 * margin
    page = _Column(margin, margin - 0.5, inner)
    yield from _header(label, page.take(7.5, 1.0), 12.0)
    yield Fill(page.take(0.5, 1.8))
    code_height, chips_height = 27.0, 8.0
    middle_height = 38.0
    receiver_height = label_height - margin - page.y - code_height - chips_height - middle_height
    body = page.take(receiver_height - 6.5, 1.5)
    yield from _receiver(label, _Column(body.x, body.y, inner), body.height, _TALL_STYLES)
    yield from _chips(label.service_marks, page.take(chips_height, 1.5), 13.0)
    yield Fill(page.take(HAIRLINE, 1.0))
    middle = page.take(middle_height, 1.0)
    symbol = qr.encode(label.qr_text, middle_height)
    quiet = qr.QUIET_ZONE * qr.module_size(symbol, middle_height)
    yield Qr(Box(middle.x - quiet, middle.y, middle_height, middle_height), symbol)
    beside = middle_height - quiet + 1.0
    yield from _sender_tall(
        label, Box(middle.x + beside, middle.y, inner - beside, middle_height).inset(0, 2.0)
    )
    yield Fill(page.take(HAIRLINE, 1.3))
    foot = page.take(label_height - margin - page.y)
    yield from _barcode(label, foot, 15.0, 6.6)


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


def _receiver(
    label: Label, column: _Column, height: float, styles: tuple[tuple[float, Set], ...]
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
            room = words(text, room, how).hull()
        column.take(room.height)
        if text:
            yield words(text, room, how)


def _header(label: Label, box: Box, largest: float) -> Iterator[Mark]:
    """The leg on the left; on the right what must be seen first: sample, reprint."""
    tags = []
    if label.sample:
        tags.append((SAMPLE, True))
    if label.reprint:
        tags.append((f"IN LẠI {label.reprint}", False))
    right = box.right
    for text, is_filled in tags:
        wide = width(text, BOLD, largest * 0.9) + 2 * CHIP_PADDING
        tag = Box(right - wide, box.y, wide, box.height)
        yield from _chip(text, tag, largest * 0.9, is_filled=is_filled)
        right = tag.x - CHIP_GAP
    room = right - box.x
    legend = clean(label.leg_words).upper()
    leg_room = room if tags else min(width(legend, BOLD, largest) + CHIP_GAP, room * 0.6)
    leg = Set(Style(BOLD, largest, largest * 0.6), down=Side.MIDDLE)
    yield words(legend, Box(box.x, box.y, leg_room, box.height), leg)
    if not tags:
        service = Set(Style(REGULAR, largest * 0.75, largest * 0.5), Side.END, Side.MIDDLE)
        yield words(SERVICE, Box(box.x + leg_room, box.y, room - leg_room, box.height), service)


def _chips(marks: tuple[str, ...], box: Box, largest: float) -> Iterator[Mark]:
    """Marks of service, white on black, beside each other; in one bar when they are too many."""
    texts = [text for text in (clean(mark) for mark in marks) if text]
    size = largest
    while texts and size >= largest * 0.65:
        widths = [width(text, BOLD, size) + 2 * CHIP_PADDING for text in texts]
        if sum(widths) + CHIP_GAP * (len(texts) - 1) <= box.width:
            x = box.x
            for text, wide in zip(texts, widths, strict=True):
                yield from _chip(text, Box(x, box.y, wide, box.height), size)
                x += wide + CHIP_GAP
            return
        size -= 0.5
    if texts:
        yield from _chip(" · ".join(texts), box, largest * 0.65)


def _chip(text: str, box: Box, size: float, *, is_filled: bool = True) -> Iterator[Mark]:
    yield Fill(box) if is_filled else Frame(box, 0.4)
    how = Set(Style(BOLD, size, 3.5), Side.MIDDLE, Side.MIDDLE, ink=1.0 if is_filled else 0.0)
    # A hair wider than measured, so that rounding never makes a fitting word shrink.
    yield words(text, box.inset(CHIP_PADDING - 0.01, 0), how)


def _barcode(label: Label, box: Box, size: float, line: float) -> Iterator[Mark]:
    """Code 128 over its number in figures."""
    bars = code128.encode(label.item_number.replace(" ", ""))
    code128.module_size(bars, box.width)
    yield Barcode(Box(box.x, box.y, box.width, box.height - line), bars)
    number = Set(Style(BOLD, size, 6), Side.MIDDLE, Side.END)
    yield words(grouped(label.item_number), Box(box.x, box.bottom - line, box.width, line), number)


def _sender(label: Label, box: Box) -> Iterator[Mark]:
    """Sender in what is left beside the bars, the seal under it."""
    seal = 4.2 if label.seal_number else 0.0
    if label.sender_short:
        how = Set(Style(REGULAR, 7, 5))
        sender = Box(box.x, box.y, box.width, box.height - seal)
        yield words(f"Người gửi: {label.sender_short}", sender, how)
    if label.seal_number:
        how = Set(Style(SEMIBOLD, 8, 5), down=Side.END)
        below = Box(box.x, box.bottom - seal, box.width, seal)
        yield words(f"Niêm phong: {label.seal_number}", below, how)


def _sender_tall(label: Label, box: Box) -> Iterator[Mark]:
    """Sender and seal under captions of their own."""
    column = _Column(box.x, box.y, box.width)
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
