"""Trả lời khiếu nại: the written answer of the post to who complained. A4, upright.

A complaint in writing is answered in writing within two months (Luật Bưu chính 49/2010/QH12
Art. 38). The letter says what was complained of, whether it came in time and on which ground, what
was found, and what is paid for it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from labels.forms.amounts import dotted, number_in_words
from labels.forms.blocks import (
    Block,
    Signature,
    beside,
    national_heading,
    sentence,
    signatures,
    space,
)
from labels.forms.editions import Edition, latest
from labels.forms.letters import TEXT, fact, heading, kept, paragraphs, sheet, title
from labels.forms.pages import Paper, render
from labels.label import grouped
from labels.typeface import Weight

TITLE = "TRẢ LỜI KHIẾU NẠI"
LATEST = latest("tra-loi-khieu-nai")
SIGNER_WIDTH = 74.0


@dataclass(frozen=True, slots=True)
class PaidPart:
    """One part of what is paid, in whole đồng."""

    words: str
    amount: int


@dataclass(frozen=True, slots=True)
class ComplaintLetter:
    """What the letter says, as text a person reads; days already of the place.

    `paid` is empty where nothing is made good; `approved_on` is when that was approved, which may
    be after the answer.
    """

    issuer: str
    place: str
    number: str
    answered_at: str
    name: str
    address: str
    complaint_number: str
    lodged_on: str
    kind_words: str
    item_number: str
    judged: str
    verdict: str
    said: str
    answerer: str
    paid: tuple[PaidPart, ...] = ()
    approved_on: str = ""
    paid_at: str = ""
    sample: bool = False
    edition: Edition = LATEST


def draw(letter: ComplaintLetter) -> bytes:
    """The letter as a PDF of A4 pages; the same letter gives the same bytes.

    Raises:
        AmountOutOfRange: the total is negative or beyond words.
    """
    return render(tuple(blocks(letter)), paper(letter))


def paper(letter: ComplaintLetter) -> Paper:
    """The sheet with its foot."""
    foot = f"{letter.edition.words} · Số: {letter.number} · Khiếu nại {letter.complaint_number}"
    return sheet(f"{TITLE} {letter.number}", foot, sample=letter.sample)


def blocks(letter: ComplaintLetter) -> Iterator[Block]:
    """The letter from its heading to its signature."""
    wide = paper(letter).column
    yield national_heading(letter.issuer, letter.place, wide)
    yield title(TITLE, f"Số {letter.number}", wide)
    yield from fact("Kính gửi", letter.name, wide)
    yield from fact("Địa chỉ", letter.address, wide)
    yield heading("1. Khiếu nại", wide)
    yield from fact("Số khiếu nại", letter.complaint_number, wide)
    yield from fact("Ngày nhận", letter.lodged_on, wide)
    yield from fact("Nội dung", letter.kind_words, wide)
    yield from fact("Số hiệu bưu gửi", grouped(letter.item_number), wide)
    yield from fact("Thời hiệu", letter.judged, wide)
    yield heading("2. Trả lời", wide)
    yield from paragraphs(letter.verdict, wide, weight=Weight.BOLD)
    yield from paragraphs(letter.said, wide)
    if letter.paid:
        yield from _paid(letter, wide)
    yield kept(space(4.0))
    signer = signatures((Signature("NGƯỜI TRẢ LỜI", letter.answerer),), SIGNER_WIDTH, 26.0)
    at = sentence(f"Ngày {letter.answered_at}", wide - SIGNER_WIDTH - 10, size=TEXT)
    yield beside(at, signer, wide - SIGNER_WIDTH)


def _paid(letter: ComplaintLetter, wide: float) -> Iterator[Block]:
    """Each part on its own line, the total in figures and in words."""
    yield heading("3. Bồi thường", wide)
    for part in letter.paid:
        yield from fact(part.words, f"{dotted(part.amount)} đồng", wide)
    total = sum(part.amount for part in letter.paid)
    yield from fact("Tổng cộng", f"{dotted(total)} đồng", wide)
    yield from fact("Bằng chữ", number_in_words(total) + ".", wide)
    yield from fact("Duyệt ngày", letter.approved_on, wide)
    yield from fact("Chi trả", letter.paid_at, wide)
