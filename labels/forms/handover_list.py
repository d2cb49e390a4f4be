"""Bản kê giao nhận: BD10 between offices, BD13 to a courier. A4, upright.

One layout whose columns differ: between offices what counts is the seal and what lies inside; on
a courier's list the place, the money to collect and room for the receiver's hand. Lines without
end run over to further pages under the same heading; both sign under the last.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from labels import qr
from labels.fitting import Style
from labels.forms.amounts import count_in_words, dotted, number_in_words
from labels.forms.blocks import (
    BOLD,
    REGULAR,
    SEMIBOLD,
    SMALL,
    Block,
    Column,
    Signature,
    beside,
    field,
    fields,
    national_heading,
    sentence,
    signatures,
    space,
    table,
)
from labels.forms.editions import Edition, latest
from labels.forms.letters import A4
from labels.forms.pages import Paper, render
from labels.marks import Box, Mark, Qr, Set, Side, words

MARGIN = 12.0
QR_ROOM = 26.0
SIGNED_ROW = 8.5  # millimetres; a hand signs and writes the hour in it


class Form(StrEnum):
    """The two forms, by the names the post knows them by."""

    BD10 = "BD10"
    BD13 = "BD13"


TITLES = {
    Form.BD10: "BẢN KÊ GIAO NHẬN TÚI, BƯU GỬI",
    Form.BD13: "BẢN KÊ BƯU GỬI ĐI PHÁT",
}


@dataclass(frozen=True, slots=True)
class ListedThing:
    """One line: a bag or an item. `inside` counts what lies in a bag, 0 for an item.

    `goes_to` is a place, never a person; `answer_words` how the taker answered, empty before.
    """

    number: str
    type_words: str
    seal_number: str
    goes_to: str
    inside: int = 0
    amount: int = 0
    answer_words: str = ""

    @property
    def is_bag(self) -> bool:
        """Tell whether it is a bag, which is never empty."""
        return self.inside > 0


@dataclass(frozen=True, slots=True)
class HandoverPaper:
    """What a list says, as text a person reads; times already of the place.

    `ledger_code` is the short code of the ledger's latest signed state, left out when empty.
    `cancelled_words` say that the list is no more, and why. `edition` is of the list's own form;
    None is the latest.
    """

    form: Form
    number: str
    issuer: str
    from_name: str
    to_name: str
    given_time: str
    lines: tuple[ListedThing, ...]
    giver_name: str
    taker_name: str
    counted_words: str = ""
    cancelled_words: str = ""
    ledger_code: str = ""
    sample: bool = False
    edition: Edition | None = None


def draw(one: HandoverPaper) -> bytes:
    """The list as a PDF of A4 pages; the same list gives the same bytes.

    Raises:
        NotAlphanumeric, CodeDoesNotFit: the number cannot be drawn so that it scans.
    """
    return render(tuple(blocks(one)), paper(one))


def paper(one: HandoverPaper) -> Paper:
    """The sheet with its foot."""
    parts = [(one.edition or latest(one.form.lower())).words, f"Số: {one.number}"]
    if one.ledger_code:
        parts.append(f"Mã niêm sổ cái: {one.ledger_code}")
    return Paper(*A4, MARGIN, f"{TITLES[one.form]} {one.number}", " · ".join(parts), one.sample)


def blocks(one: HandoverPaper) -> Iterator[Block]:
    """The list from its heading to its signatures."""
    wide = paper(one).column
    yield national_heading(one.issuer, one.from_name, wide)
    yield space(1.5)
    yield _title(one, wide)
    yield fields(
        (
            ("Bên giao", one.from_name, wide * 0.62, True),
            ("Giao lúc", one.given_time, wide * 0.38, False),
        ),
        lines=2,
    )
    yield field("Bên nhận", one.to_name, wide, strong=True)
    if one.cancelled_words:
        yield sentence(one.cancelled_words, wide, weight=BOLD)
    yield space(1.0)
    yield from (_between_offices if one.form is Form.BD10 else _to_deliver)(one.lines, wide)
    yield space(1.0)
    yield from _totals(one, wide)
    if one.ledger_code:
        said = f"Mã niêm sổ cái lúc in: {one.ledger_code}"
        yield sentence(said, wide, size=SMALL + 0.5)
    yield space(1.5)
    signing = (
        Signature("BÊN GIAO", one.giver_name),
        Signature("BÊN NHẬN", one.taker_name),
    )
    yield signatures(signing, wide, 22.0)


def _title(one: HandoverPaper, wide: float) -> Block:
    symbol = qr.encode(one.number, QR_ROOM)
    quiet = qr.QUIET_ZONE * qr.module_size(symbol, QR_ROOM)
    left = wide - QR_ROOM + quiet
    style = Set(Style(BOLD, 15, 10, balanced=True), Side.MIDDLE, Side.MIDDLE)
    marks: list[Mark] = [
        words(TITLES[one.form], Box(0, 3.0, left, 11.0), style),
        words(
            f"Số: {one.number}",
            Box(0, 14.5, left, 5.0),
            Set(Style(SEMIBOLD, 11, 8), Side.MIDDLE),
        ),
        words(
            f"Mẫu {one.form}",
            Box(0, 19.8, left, 3.8),
            Set(Style(REGULAR, SMALL + 0.5, 6), Side.MIDDLE),
        ),
    ]
    code: Mark = Qr(Box(0, 0, QR_ROOM, QR_ROOM).moved(0, 0.8 - quiet), symbol)
    return beside(Block(QR_ROOM, tuple(marks)), Block(QR_ROOM, (code,)), left)


FIRST = (
    Column("TT", 9.0, Side.MIDDLE),
    Column("Số hiệu", 31.0),
    Column("Loại", 21.0),
)


def _between_offices(lines: Sequence[ListedThing], wide: float) -> list[Block]:
    """One row for each line: its seal, what lies inside, where it goes, how it was answered."""
    last = (Column("Số niêm phong", 26.0), Column("Số bưu gửi", 14.0, Side.END))
    answer = Column("Bên nhận", 34.0)
    left = wide - sum(column.width for column in (*FIRST, *last, answer))
    rows = [
        (
            str(place),
            line.number,
            line.type_words,
            line.seal_number,
            str(line.inside or 1),
            line.goes_to,
            line.answer_words,
        )
        for place, line in enumerate(lines, start=1)
    ]
    return table((*FIRST, *last, Column("Nơi đến", left), answer), rows)


def _to_deliver(lines: Sequence[ListedThing], wide: float) -> list[Block]:
    """One row for each line: the place, what to collect, room for the receiver's hand."""
    last = (Column("Thu hộ (đ)", 24.0, Side.END), Column("Người nhận ký, giờ", 38.0))
    left = wide - sum(column.width for column in (*FIRST, *last))
    rows = [
        (
            str(place),
            line.number,
            line.type_words,
            line.goes_to,
            dotted(line.amount) if line.amount else "",
            "",
        )
        for place, line in enumerate(lines, start=1)
    ]
    return table((*FIRST, Column("Nơi phát", left), *last), rows, SIGNED_ROW)


def _totals(one: HandoverPaper, wide: float) -> Iterator[Block]:
    """What both sign for, in figures and in words."""
    loose = sum(not line.is_bag for line in one.lines)
    bags = len(one.lines) - loose
    inside = sum(line.inside for line in one.lines)
    counts = [
        f"{number} {unit} ({count_in_words(number, unit).lower()})"
        for number, unit in ((bags, "túi"), (inside, "bưu gửi trong túi"), (loose, "bưu gửi rời"))
        if number or (unit == "bưu gửi rời" and not bags)
    ]
    yield sentence(f"Cộng: {'; '.join(counts)}.", wide, weight=SEMIBOLD, size=9)
    if one.form is Form.BD13:
        due = sum(line.amount for line in one.lines)
        said = f"Tiền phải thu hộ: {dotted(due)} đ ({number_in_words(due).lower()})."
        yield sentence(said, wide, weight=SEMIBOLD, size=9)
    if one.counted_words:
        yield sentence(one.counted_words, wide, size=9)
