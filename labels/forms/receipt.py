"""Receipts for money: of the State's fees and charges, and of the post's own price. A5, upright.

State money and the post's own never stand on one receipt. What was let off is said as «theo quy
định» and no more, because the ground is nobody else's business. A void receipt says so in its
title and keeps its number.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from labels.fitting import Style
from labels.forms.amounts import dotted, number_in_words
from labels.forms.blocks import (
    BODY,
    BOLD,
    SEMIBOLD,
    SMALL,
    Block,
    Column,
    Signature,
    field,
    fields,
    national_heading,
    sentence,
    signatures,
    space,
    table,
)
from labels.forms.editions import Edition, latest
from labels.forms.pages import A5, Paper, render
from labels.marks import Box, Fill, Set, Side, words

MARGIN = 8.5
STATE_TITLE = "BIÊN LAI THU PHÍ, LỆ PHÍ"
OWN_TITLE = "CHỨNG TỪ THU CƯỚC"
VOID = "ĐÃ HỦY"
HELD_IN_TRUST = "Bưu chính thu hộ và chuyển nộp cho cơ quan nêu trên."


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a receipt says, as text a person reads; amounts in whole đồng.

    `full_amount` is what would be paid without the reduction; `vat_amount` lies inside `amount`,
    None where no tariff says a rate. `voided_at` is empty while the receipt stands. `edition`
    is of the receipt's own kind; None is the latest.
    """

    issuer: str
    point_name: str
    point_code: str
    number: str
    is_state_money: bool
    kind_words: str
    moment_words: str
    payer_name: str
    dossier_number: str
    procedure: str
    agency_name: str
    full_amount: int
    amount: int
    reduction_words: str
    vat_amount: int | None
    price_version: str
    collected_at: str
    collector_name: str
    voided_at: str = ""
    sample: bool = False
    edition: Edition | None = None

    @property
    def title(self) -> str:
        """Give the title of its kind."""
        return STATE_TITLE if self.is_state_money else OWN_TITLE

    @property
    def form(self) -> str:
        """Give the form of its kind, by which its editions are known."""
        return form_of(is_state_money=self.is_state_money)


def form_of(*, is_state_money: bool) -> str:
    """Give the form by which the editions of a kind of receipt are known."""
    return "bien-lai" if is_state_money else "chung-tu-cuoc"


def draw(receipt: Receipt) -> bytes:
    """The receipt as a PDF of one A5 page; the same receipt gives the same bytes.

    Raises:
        AmountOutOfRange: an amount is negative or beyond words.
    """
    return render(tuple(blocks(receipt)), paper(receipt))


def paper(receipt: Receipt) -> Paper:
    """The sheet with its foot."""
    title = f"{receipt.title} {receipt.number}"
    edition = receipt.edition or latest(receipt.form)
    foot = f"{edition.words} · Số: {receipt.number}"
    return Paper(*A5, MARGIN, title, foot, receipt.sample)


def blocks(receipt: Receipt) -> Iterator[Block]:
    """The receipt from its heading to its signatures."""
    wide = paper(receipt).column
    place = f"{receipt.point_name} ({receipt.point_code})"
    yield national_heading(receipt.issuer, place, wide)
    yield space(3)
    yield sentence(receipt.title, wide, size=14, weight=BOLD, across=Side.MIDDLE)
    yield sentence(f"Số: {receipt.number}", wide, weight=SEMIBOLD, across=Side.MIDDLE)
    if receipt.voided_at:
        yield _void(receipt, wide)
    yield space(2)
    yield field("Người nộp", receipt.payer_name, wide, strong=True)
    yield fields(
        (
            ("Hồ sơ", receipt.dossier_number, wide / 2, True),
            ("Thu", receipt.moment_words.lower(), wide / 2, False),
        )
    )
    yield field("Thủ tục", receipt.procedure, wide)
    yield field("Cơ quan giải quyết", receipt.agency_name, wide)
    yield space(2)
    yield from _amounts(receipt, wide)
    yield field("Bằng chữ", number_in_words(receipt.amount), wide, strong=True)
    if receipt.is_state_money:
        yield sentence(HELD_IN_TRUST, wide, size=SMALL)
    elif receipt.price_version:
        yield field("Bảng giá", receipt.price_version, wide)
    yield field("Thu lúc", receipt.collected_at, wide)
    yield space(3)
    yield signatures(
        (Signature("NGƯỜI NỘP", ""), Signature("NGƯỜI THU", receipt.collector_name)), wide
    )


def _amounts(receipt: Receipt, wide: float) -> Iterator[Block]:
    columns = (
        Column("Nội dung thu", wide - 38),
        Column("Số tiền (đồng)", 38, Side.END),
    )
    rows = [(receipt.kind_words, dotted(receipt.full_amount))]
    if receipt.reduction_words:
        let_off = receipt.full_amount - receipt.amount
        rows.append((receipt.reduction_words.capitalize(), f"-{dotted(let_off)}"))
    rows.append(("Số tiền thu", dotted(receipt.amount)))
    if not receipt.is_state_money and receipt.vat_amount is not None:
        before = receipt.amount - receipt.vat_amount
        rows.append(("Trong đó: giá trước thuế GTGT", dotted(before)))
        rows.append(("Trong đó: thuế GTGT", dotted(receipt.vat_amount)))
    yield from table(columns, rows)
    yield space(1.5)


def _void(receipt: Receipt, wide: float) -> Block:
    """A black bar that no copy can hide."""
    bar = Box(0, 1, wide, 7)
    said = f"{VOID} lúc {receipt.voided_at}"
    how = Set(Style(BOLD, BODY + 2, BODY), Side.MIDDLE, Side.MIDDLE, ink=1.0)
    return Block(9, (Fill(bar), words(said, bar.inset(1, 0), how)))
