"""Biên bản giao nhận hồ sơ: what an agency took over from the post, counted again, both sign. A5.

It states the papers, original or copy, and other content, and both sign (Circular
17/2017/TT-BTTTT, article 5): envelope and seal as seen, each line as listed and as counted, the
differences, money handed over, who gave and who took, when.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from labels.forms.blocks import (
    SEMIBOLD,
    SMALL,
    Block,
    Column,
    Signature,
    field,
    fields,
    national_heading,
    section,
    sentence,
    signatures,
    space,
    table,
)
from labels.forms.editions import Edition, latest
from labels.forms.pages import A5, Paper, render
from labels.marks import Side

MARGIN = 8.5
TITLE = "BIÊN BẢN GIAO NHẬN HỒ SƠ"
LATEST = latest("bien-ban-giao-nhan")


@dataclass(frozen=True, slots=True)
class RecordLine:
    """One paper: as on the signed list, as counted, and what follows, in words."""

    name: str
    listed: str
    counted: str
    result: str


@dataclass(frozen=True, slots=True)
class RecordDossier:
    """One dossier of the envelope with its lines."""

    words: str
    lines: tuple[RecordLine, ...]


@dataclass(frozen=True, slots=True)
class HandoverRecord:
    """What the record says, as text a person reads; times already of the place."""

    number: str
    agency_name: str
    item_number: str
    leg_words: str
    point_name: str
    seal_number: str
    condition_words: str
    handed_time: str
    received_time: str
    dossiers: tuple[RecordDossier, ...]
    counted: bool
    differences: int
    money_words: str
    note: str
    reply_words: str
    giver_name: str
    taker_name: str
    sample: bool = False
    ledger_code: str = ""
    edition: Edition = LATEST


def draw(record: HandoverRecord) -> bytes:
    """The record as a PDF of A5 pages; the same record gives the same bytes."""
    return render(tuple(blocks(record)), paper(record))


def paper(record: HandoverRecord) -> Paper:
    """The sheet with its foot."""
    foot = f"{record.edition.words} · Số: {record.number} · Bưu gửi {record.item_number}"
    return Paper(*A5, MARGIN, f"{TITLE} {record.number}", foot, record.sample)


def blocks(record: HandoverRecord) -> Iterator[Block]:
    """The record from its heading to its signatures."""
    wide = paper(record).column
    yield national_heading(record.agency_name, f"Số: {record.number}", wide)
    yield space(1.5)
    yield sentence(TITLE, wide, size=13, weight=SEMIBOLD, across=Side.MIDDLE)
    yield from _envelope(record, wide)
    for one in record.dossiers:
        yield from _dossier(one, wide)
    yield from _result(record, wide)
    signing = (
        Signature("BÊN GIAO (BƯU CHÍNH)", record.giver_name),
        Signature("BÊN NHẬN (CƠ QUAN)", record.taker_name),
    )
    yield signatures(signing, wide, 16.0)


def _envelope(record: HandoverRecord, wide: float) -> Iterator[Block]:
    half = wide / 2
    yield section("1. Bưu gửi", wide)
    yield fields(
        (
            ("Số hiệu", record.item_number, half, True),
            ("Niêm phong số", record.seal_number, half, True),
        )
    )
    yield field("Nội dung", record.leg_words, wide)
    yield field("Nhận gửi tại", record.point_name, wide)
    yield field("Bì và niêm phong khi nhận", record.condition_words, wide)
    yield fields(
        (
            ("Giao lúc", record.handed_time, half, False),
            ("Nhận lúc", record.received_time, half, False),
        )
    )


def _dossier(one: RecordDossier, wide: float) -> Iterator[Block]:
    yield section(one.words, wide)
    if not one.lines:
        yield sentence("Không có danh mục giấy tờ kèm theo.", wide)
        return
    fixed = (7.0, 31.0, 31.0, 16.0)
    columns = (
        Column("TT", fixed[0], Side.MIDDLE),
        Column("Tên giấy tờ", wide - sum(fixed)),
        Column("Theo danh mục đã ký", fixed[1]),
        Column("Kiểm đếm khi nhận", fixed[2]),
        Column("Kết quả", fixed[3]),
    )
    rows = [
        (str(place), line.name, line.listed, line.counted, line.result)
        for place, line in enumerate(one.lines, start=1)
    ]
    yield space(0.4)
    yield from table(columns, rows)
    yield space(0.8)


def _result(record: HandoverRecord, wide: float) -> Iterator[Block]:
    yield section("Kết quả giao nhận", wide)
    if not record.counted:
        said = "Bên nhận không kiểm đếm lại giấy tờ trong bì."
    elif record.differences:
        said = f"Có {record.differences} dòng khác danh mục đã ký."
    else:
        said = "Giấy tờ khớp với danh mục đã ký."
    yield sentence(said, wide, weight=SEMIBOLD)
    yield field("Tiền phí, lệ phí kèm theo", record.money_words, wide, lines=6)
    if record.note:
        yield field("Ghi chú", record.note, wide, lines=5)
    if record.reply_words:
        yield field("Ý kiến bên giao", record.reply_words, wide, lines=5)
    if record.ledger_code:
        yield field("Mã niêm sổ cái", record.ledger_code, wide)
    yield sentence(
        "Biên bản lập thành hai bản có giá trị như nhau, mỗi bên giữ một bản.", wide, size=SMALL
    )
