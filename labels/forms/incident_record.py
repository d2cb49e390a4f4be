"""Biên bản sự vụ: what happened to an item, what was done, and the two who sign it. A4, upright.

Where a cover is torn, what is in it is inventoried, a record is made and the item wrapped anew
(Luật Bưu chính 49/2010/QH12 Art. 13). Who held the item at that moment is printed as the ledger
says it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from labels.forms.blocks import Block, Signature, national_heading, sentence, signatures, space
from labels.forms.editions import Edition, latest
from labels.forms.letters import fact, heading, kept, paragraphs, sheet, title
from labels.forms.pages import Paper, render
from labels.label import grouped

TITLE = "BIÊN BẢN SỰ VỤ"
LATEST = latest("su-vu")
BASIS = "Lập theo Luật Bưu chính 49/2010/QH12, Điều 13."
BOTH_AGREE = "Hai người đã cùng xem bưu gửi, đọc lại biên bản và xác nhận nội dung trên là đúng."


@dataclass(frozen=True, slots=True)
class IncidentRecord:
    """What the record says, as text a person reads; times already of the place.

    `second_name` is empty before the second person answered, and `refused` when he did not sign.
    `signed` says when each answered in the system, `outcome` how the matter ended, `weight` and
    `papers` what was found beside what was sealed; all may be empty. `photos` are digests.
    """

    issuer: str
    place: str
    number: str
    recorded_at: str
    recorder: str
    second_name: str
    second_place: str
    witness: str
    item_number: str
    leg_words: str
    old_seal: str
    new_seal: str
    kind_words: str
    happened_at: str
    holder_words: str
    seen: str
    done: str
    remark: str = ""
    signed: str = ""
    outcome: str = ""
    weight: str = ""
    papers: str = ""
    photos: tuple[str, ...] = ()
    refused: bool = False
    sample: bool = False
    edition: Edition = LATEST


def draw(record: IncidentRecord) -> bytes:
    """The record as a PDF of A4 pages; the same record gives the same bytes."""
    return render(tuple(blocks(record)), paper(record))


def paper(record: IncidentRecord) -> Paper:
    """The sheet with its foot."""
    item = grouped(record.item_number)
    foot = f"{record.edition.words} · Số: {record.number} · Số hiệu: {item}"
    return sheet(f"{TITLE} {record.number}", foot, sample=record.sample)


def blocks(record: IncidentRecord) -> Iterator[Block]:
    """The record from its heading to its signatures."""
    wide = paper(record).column
    yield national_heading(record.issuer, record.place, wide)
    yield title(TITLE, f"Số {record.number}", wide)
    yield from _who(record, wide)
    yield from _what(record, wide)
    yield from _ending(record, wide)


def _who(record: IncidentRecord, wide: float) -> Iterator[Block]:
    yield heading("1. Người lập và bưu gửi", wide)
    yield from fact("Lập lúc", f"{record.recorded_at}, tại {record.place}", wide)
    yield from fact("Người lập", record.recorder, wide)
    second = ", ".join(part for part in (record.second_name, record.second_place) if part)
    yield from fact("Người thứ hai", second, wide)
    yield from fact("Người chứng kiến", record.witness, wide)
    yield from fact("Số hiệu bưu gửi", grouped(record.item_number), wide)
    yield from fact("Mục đích", record.leg_words, wide)
    yield from fact("Số niêm phong", record.old_seal, wide)


def _what(record: IncidentRecord, wide: float) -> Iterator[Block]:
    yield heading("2. Sự việc", wide)
    yield from fact("Loại sự vụ", record.kind_words, wide)
    yield from fact("Thời điểm", record.happened_at, wide)
    yield from fact("Theo sổ, lúc đó", record.holder_words, wide)
    yield from fact("Khối lượng", record.weight, wide)
    yield from fact("Giấy tờ đếm lại", record.papers, wide)
    for digest in record.photos:
        yield from fact("Ảnh (SHA-256)", digest, wide)
    yield space(1.2)
    yield from paragraphs(record.seen, wide)
    yield heading("3. Đã xử lý", wide)
    yield from paragraphs(record.done, wide)
    yield from fact("Số niêm phong mới", record.new_seal, wide)
    if record.remark.strip():
        said = "4. Người thứ hai không ký" if record.refused else "4. Ý kiến của người thứ hai"
        yield heading(said, wide)
        yield from paragraphs(record.remark, wide)
    if record.outcome.strip():
        yield heading("Kết thúc sự vụ", wide)
        yield from paragraphs(record.outcome, wide)


def _ending(record: IncidentRecord, wide: float) -> Iterator[Block]:
    """Both confirm and sign; never parted over two pages."""
    yield kept(space(3.0))
    if not record.refused:
        yield kept(sentence(BOTH_AGREE, wide, size=9.5))
    yield kept(sentence(BASIS, wide, size=9.5))
    if record.signed.strip():
        yield kept(sentence(record.signed, wide, size=9.5))
    yield kept(space(3.0))
    signing = (
        Signature("NGƯỜI LẬP BIÊN BẢN", record.recorder),
        Signature("NGƯỜI THỨ HAI", record.second_name),
    )
    yield signatures(signing, wide, 28.0)
