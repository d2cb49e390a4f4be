"""Giấy mời: what a courier leaves where nobody opened. A5, across.

It tells whose item waits, where and until when, what to bring and what is to be paid. It may lie in
a doorway for a day, so it says nothing of the procedure (Luật Bưu chính 49/2010/QH12 Art. 7(6)).
"""

from collections.abc import Iterator
from dataclasses import dataclass

from labels import code128, qr
from labels.fitting import Style
from labels.forms.amounts import dotted, number_in_words
from labels.forms.blocks import (
    BOLD,
    SEMIBOLD,
    Block,
    Signature,
    beside,
    field,
    fields,
    national_heading,
    section,
    sentence,
    signatures,
    space,
)
from labels.forms.editions import Edition, latest
from labels.forms.pages import A5, Paper, render
from labels.label import grouped
from labels.marks import Barcode, Box, Mark, Qr, Set, Side, words

MARGIN = 9.0
TITLE = "GIẤY MỜI NHẬN BƯU GỬI"
LATEST = latest("giay-moi")
QR_ROOM = 26.0
BRING = (
    "Khi đến nhận, mang theo giấy này và giấy tờ tùy thân; người nhận thay mang thêm giấy ủy quyền."
)
IN_HAND = "Bưu gửi này phải phát tận tay: chỉ chính người nhận được nhận."


@dataclass(frozen=True, slots=True)
class DeliveryNotice:
    """What the notice says, as text a person reads; times already of the place.

    `waits_until` is empty where no term of holding is published, `which` counts the notices, `why`
    is why the item could not be delivered, `due` whole đồng, `papers` what is to be handed over.
    """

    issuer: str
    point_name: str
    point_code: str
    point_address: str
    item_number: str
    qr_text: str
    receiver_name: str
    receiver_address: str
    sender_name: str
    which: int
    why: str
    told_at: str
    waits_until: str
    courier_name: str
    due: int = 0
    papers: tuple[str, ...] = ()
    in_hand: bool = False
    sample: bool = False
    edition: Edition = LATEST


def draw(notice: DeliveryNotice) -> bytes:
    """The notice as a PDF of A5 pages; the same notice gives the same bytes.

    Raises:
        NotAlphanumeric, CodeDoesNotFit: the codes cannot be drawn so that they scan.
        AmountOutOfRange: the amount is negative or beyond words.
    """
    return render(tuple(blocks(notice)), paper(notice))


def paper(notice: DeliveryNotice) -> Paper:
    """The sheet with its foot."""
    foot = f"{notice.edition.words} · Số hiệu: {grouped(notice.item_number)}"
    return Paper(A5[1], A5[0], MARGIN, f"{TITLE} {notice.item_number}", foot, notice.sample)


def blocks(notice: DeliveryNotice) -> Iterator[Block]:
    """The notice from its heading to its signature."""
    wide = paper(notice).column
    yield national_heading(notice.issuer, f"{notice.point_name} ({notice.point_code})", wide)
    yield space(1.0)
    yield _title_and_codes(notice, wide)
    yield field("Kính gửi", notice.receiver_name, wide, strong=True)
    yield field("Địa chỉ", notice.receiver_address, wide)
    yield fields(
        (
            ("Bưu gửi từ", notice.sender_name, wide * 0.62, False),
            ("Lần báo thứ", str(notice.which), wide * 0.38, True),
        ),
        lines=2,
    )
    yield field("Chưa phát được vì", notice.why, wide)
    yield section("Mời nhận bưu gửi", wide)
    yield field("Tại", f"{notice.point_name}, {notice.point_address}", wide, strong=True)
    yield field("Đến hết ngày", notice.waits_until or "theo lịch của bưu cục", wide, strong=True)
    yield from _minded(notice, wide)
    yield sentence(BRING, wide)
    yield space(1.0)
    signer = signatures((Signature("NGƯỜI BÁO", notice.courier_name),), 70.0, 10.0)
    yield beside(sentence(f"Báo lúc {notice.told_at}.", wide - 80.0), signer, wide - 70.0)


def _title_and_codes(notice: DeliveryNotice, wide: float) -> Block:
    symbol = qr.encode(notice.qr_text, QR_ROOM)
    quiet = qr.QUIET_ZONE * qr.module_size(symbol, QR_ROOM)
    left = wide - QR_ROOM + quiet
    bars = code128.encode(notice.item_number.replace(" ", ""))
    code128.module_size(bars, left / 2)
    number = Set(Style(BOLD, 9.5, 7), Side.MIDDLE)
    marks: tuple[Mark, ...] = (
        words(TITLE, Box(0, 0.5, left, 8.5), Set(Style(BOLD, 17, 12), Side.MIDDLE)),
        Barcode(Box(left / 4, 9.6, left / 2, 9.0), bars),
        words(grouped(notice.item_number), Box(0, 18.8, left, 4.2), number),
    )
    code: Mark = Qr(Box(0, 0, QR_ROOM, QR_ROOM).moved(0, 0.6 - quiet), symbol)
    tall = QR_ROOM + 0.6 - quiet  # nothing stands in the quiet zone of the code
    return beside(Block(tall, marks), Block(tall, (code,)), left)


def _minded(notice: DeliveryNotice, wide: float) -> Iterator[Block]:
    """What is to be paid, handed over, and who alone may take it; nothing where nothing is."""
    if notice.due:
        said = f"{dotted(notice.due)} đồng ({number_in_words(notice.due).lower()})"
        yield field("Tiền phải trả khi nhận", said, wide, strong=True)
    if notice.papers:
        yield field("Giấy tờ phải giao lại", "; ".join(notice.papers), wide)
    if notice.in_hand:
        yield sentence(IN_HAND, wide, weight=SEMIBOLD)
