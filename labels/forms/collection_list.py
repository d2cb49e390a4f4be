"""Sổ giao nhận: the envelopes an agency hands to the post, under seal, with both signatures. A5."""

from collections.abc import Iterator
from dataclasses import dataclass

from labels.forms.blocks import (
    SEMIBOLD,
    Block,
    Column,
    Signature,
    field,
    national_heading,
    sentence,
    signatures,
    space,
    table,
)
from labels.forms.editions import Edition, latest
from labels.forms.pages import A5, Paper, render
from labels.marks import Side

MARGIN = 8.5
TITLE = "SỔ GIAO NHẬN KẾT QUẢ, VĂN BẢN"
LATEST = latest("so-giao-nhan")


@dataclass(frozen=True, slots=True)
class ListedEnvelope:
    """One envelope: its numbers, what it is for and to which place; how it was answered."""

    item_number: str
    seal_number: str
    leg_words: str
    dossiers: str
    goes_to: str
    answer_words: str


@dataclass(frozen=True, slots=True)
class CollectionPaper:
    """What the list says, as text a person reads; times already of the place."""

    number: str
    agency_name: str
    closed_time: str
    envelopes: tuple[ListedEnvelope, ...]
    giver_name: str
    taker_name: str
    sample: bool = False
    ledger_code: str = ""
    edition: Edition = LATEST


def draw(one: CollectionPaper) -> bytes:
    """The list as a PDF of A5 pages; the same list gives the same bytes."""
    return render(tuple(blocks(one)), paper(one))


def paper(one: CollectionPaper) -> Paper:
    """The sheet with its foot."""
    foot = f"{one.edition.words} · Số: {one.number}"
    return Paper(*A5, MARGIN, f"{TITLE} {one.number}", foot, one.sample)


def blocks(one: CollectionPaper) -> Iterator[Block]:
    """The list from its heading to its signatures."""
    wide = paper(one).column
    yield national_heading(one.agency_name, f"Số: {one.number}", wide)
    yield space(1.5)
    yield sentence(TITLE, wide, size=13, weight=SEMIBOLD, across=Side.MIDDLE)
    yield field("Lập lúc", one.closed_time, wide)
    yield space(0.6)
    yield from _lines(one, wide)
    yield sentence(f"Cộng: {len(one.envelopes)} bì, đều có niêm phong.", wide, weight=SEMIBOLD)
    if one.ledger_code:
        yield field("Mã niêm sổ cái", one.ledger_code, wide)
    signing = (
        Signature("BÊN GIAO (CƠ QUAN)", one.giver_name),
        Signature("BÊN NHẬN (BƯU CHÍNH)", one.taker_name),
    )
    yield space(1.0)
    yield signatures(signing, wide, 18.0)


def _lines(one: CollectionPaper, wide: float) -> Iterator[Block]:
    fixed = (7.0, 26.0, 22.0, 30.0, 20.0)
    columns = (
        Column("TT", fixed[0], Side.MIDDLE),
        Column("Số hiệu", fixed[1]),
        Column("Niêm phong", fixed[2]),
        Column("Hồ sơ", fixed[3]),
        Column("Nội dung, nơi đến", wide - sum(fixed)),
        Column("Bên nhận", fixed[4]),
    )
    rows = [
        (
            str(place),
            line.item_number,
            line.seal_number,
            line.dossiers,
            "; ".join(part for part in (line.leg_words, line.goes_to) if part),
            line.answer_words,
        )
        for place, line in enumerate(one.envelopes, start=1)
    ]
    yield from table(columns, rows)
