"""Biên bản kiểm kê: what lay on a table at closing time, against the book. A4, upright.

What differs stands first and by itself, with room to say what became of it; what agrees is only
listed. Totals are given in figures and in words, so that nobody changes one of them alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from labels.forms.blocks import (
    Block,
    Column,
    Signature,
    national_heading,
    sentence,
    signatures,
    space,
    table,
)
from labels.forms.editions import Edition, latest
from labels.forms.letters import fact, heading, kept, sheet, title
from labels.forms.pages import Paper, render
from labels.marks import Side

TITLE = "BIÊN BẢN KIỂM KÊ BƯU GỬI"
LATEST = latest("kiem-ke")
BLIND = "Đếm trước, đối chiếu với sổ sau."
SHOWN = "Người kiểm kê đã xem sổ trước khi đếm."
NO_DIFFERENCE = "Không có chênh lệch."
MOST_NUMBERS_A_LINE = 4


@dataclass(frozen=True, slots=True)
class CountedLine:
    """One difference: the code, what differs, who holds it by the book, what became of it."""

    code: str
    result: str
    book: str
    settled: str


@dataclass(frozen=True, slots=True)
class CountPaper:
    """What the sheet says, as text a person reads; times already of the place.

    `ledger_code` is the short code of the ledger's latest signed state, left out when empty.
    """

    issuer: str
    place: str
    number: str
    holder: str
    counted_at: str
    counter: str
    blind: bool
    balance_words: str
    totals: str
    due_on: str
    note: str
    differences: tuple[CountedLine, ...]
    agreed: tuple[str, ...]
    sample: bool = False
    ledger_code: str = ""
    edition: Edition = LATEST


def draw(one: CountPaper) -> bytes:
    """The sheet as a PDF of A4 pages; the same sheet gives the same bytes."""
    return render(tuple(blocks(one)), paper(one))


def paper(one: CountPaper) -> Paper:
    """The sheet with its foot."""
    foot = f"{one.edition.words} · Số: {one.number}"
    return sheet(f"{TITLE} {one.number}", foot, sample=one.sample)


def blocks(one: CountPaper) -> Iterator[Block]:
    """The sheet from its heading to its signatures."""
    wide = paper(one).column
    yield national_heading(one.issuer, one.place, wide)
    yield title(TITLE, f"Số {one.number}", wide)
    yield from fact("Nơi kiểm kê", one.holder, wide)
    yield from fact("Lúc", one.counted_at, wide)
    yield from fact("Người kiểm kê", one.counter, wide)
    yield from fact("Cách kiểm kê", BLIND if one.blind else SHOWN, wide)
    yield from fact("Theo sổ trong ngày", one.balance_words, wide)
    yield from fact("Kết quả", one.totals, wide)
    yield from fact("Ghi chú", one.note, wide)
    yield from fact("Mã niêm sổ cái", one.ledger_code, wide)
    yield from _differences(one, wide)
    yield from _agreed(one, wide)
    yield kept(space(4.0))
    signing = (Signature("NGƯỜI KIỂM KÊ", one.counter), Signature("NGƯỜI CHỨNG KIẾN", ""))
    yield signatures(signing, wide, 28.0)


def _differences(one: CountPaper, wide: float) -> Iterator[Block]:
    yield heading("1. Chênh lệch", wide)
    if not one.differences:
        yield sentence(NO_DIFFERENCE, wide, size=10.5)
        return
    yield sentence(f"Phải xử lý xong trong ngày {one.due_on}.", wide, size=10.5)
    yield space(1.0)
    fixed = (9.0, 34.0, 44.0, 40.0)
    columns = (
        Column("TT", fixed[0], Side.MIDDLE),
        Column("Số hiệu", fixed[1]),
        Column("Chênh lệch", fixed[2]),
        Column("Theo sổ, ai giữ", fixed[3]),
        Column("Đã xử lý", wide - sum(fixed)),
    )
    rows = [
        (str(place), line.code, line.result, line.book, line.settled)
        for place, line in enumerate(one.differences, start=1)
    ]
    yield from table(columns, rows)


def _agreed(one: CountPaper, wide: float) -> Iterator[Block]:
    yield heading("2. Khớp với sổ", wide)
    if not one.agreed:
        yield sentence("Không có bưu gửi nào.", wide, size=10.5)
    for start in range(0, len(one.agreed), MOST_NUMBERS_A_LINE):
        numbers = one.agreed[start : start + MOST_NUMBERS_A_LINE]
        yield sentence("  ·  ".join(numbers), wide, size=10.5)
