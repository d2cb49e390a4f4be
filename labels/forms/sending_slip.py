"""Phiếu gửi hồ sơ: what the sender takes home and the agency counts against. A5, upright.

What it carries: sender's name and address, the agency's, the procedure's name, the list of
documents and other notes (Decision 45/2016/QĐ-TTg, article 6); in the list, each document is an
original or a copy, and sender and clerk both sign it (Circular 17/2017/TT-BTTTT, article 5).
Documents without end run over to further pages; the signatures always stand under the list.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from labels import code128, qr
from labels.fitting import Style, room_for
from labels.forms.amounts import dotted, number_in_words
from labels.forms.blocks import (
    BODY,
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
    on_one_baseline,
    section,
    sentence,
    signatures,
    space,
    table,
)
from labels.forms.pages import A5, Paper, render
from labels.label import grouped
from labels.marks import Barcode, Box, Fill, Mark, Qr, Set, Side, words

MARGIN = 8.5
TITLE = "PHIẾU GỬI HỒ SƠ"
SUBTITLE = "Hồ sơ thủ tục hành chính gửi qua dịch vụ bưu chính công ích"
COUNTED_TOGETHER = (
    "Người gửi và giao dịch viên đã cùng kiểm đếm, đối chiếu các giấy tờ trên với thành phần "
    "hồ sơ đã công bố."
)
COUNTED_AGAINST_A_REQUEST = (
    "Người gửi và người nhận của bưu chính đã cùng kiểm đếm, đối chiếu các giấy tờ bổ sung trên."
)
CLERK = "GIAO DỊCH VIÊN"
COURIER = "BƯU TÁ NHẬN TẠI NHÀ"
QR_ROOM = 27.0


@dataclass(frozen=True, slots=True)
class SlipDocument:
    """One line of the list: `kind_words` is bản chính, bản sao, bản chứng thực or bản chụp.

    `pages` is None where nobody counted them; fewer `counted` than `required` is missing.
    """

    name: str
    kind_words: str
    required: int
    counted: int
    pages: int | None = None
    note: str = ""

    @property
    def missing(self) -> int:
        """How many are still to be brought."""
        return max(0, self.required - self.counted)


@dataclass(frozen=True, slots=True)
class SlipMoney:
    """One kind of money (phí, lệ phí, cước …) in whole đồng; kinds are never added to a kind."""

    kind_words: str
    amount: int
    receipt_number: str = ""


@dataclass(frozen=True, slots=True)
class SendingSlip:
    """What the slip says, as text a person reads; weight in grams, time already of the place.

    A signature is PNG bytes, empty where it is given on paper. `procedure_name` may be long;
    `purpose` is the one sentence on why personal data are taken. `leg_words` is for which purpose
    the envelope travels, `further_numbers` the dossier's other envelopes, `together_with` the
    other dossiers in this one, `return_place` where the result goes; each is left out when empty.
    """

    issuer: str
    point_name: str
    point_code: str
    clerk_name: str
    counter_time: str
    item_number: str
    qr_text: str
    sender_name: str
    sender_address: str
    sender_phone: str
    agency_name: str
    agency_address: str
    procedure_name: str
    procedure_code: str
    service_words: str
    documents: tuple[SlipDocument, ...]
    form_version: str
    money: tuple[SlipMoney, ...] = ()
    weight_grams: int | None = None
    seal_number: str = ""
    notes: str = ""
    purpose: str = ""
    sender_signature: bytes = b""
    clerk_signature: bytes = b""
    sample: bool = False
    leg_words: str = ""
    dossier_number: str = ""
    further_numbers: tuple[str, ...] = ()
    together_with: tuple[str, ...] = ()
    return_place: str = ""
    counted_words: str = COUNTED_TOGETHER
    clerk_words: str = CLERK


def draw(slip: SendingSlip) -> bytes:
    """The slip as a PDF of A5 pages; the same slip gives the same bytes.

    Raises:
        NotAlphanumeric, CodeDoesNotFit: the codes cannot be drawn so that they scan.
        AmountOutOfRange: the total is negative or beyond words.
        UnreadableSignature: a signature is no PNG picture.
    """
    return render(tuple(blocks(slip)), paper(slip))


def paper(slip: SendingSlip) -> Paper:
    """The sheet with its foot."""
    foot = f"{slip.form_version} · Số hiệu: {grouped(slip.item_number)}"
    title = f"{TITLE} {slip.item_number}"
    return Paper(*A5, MARGIN, title, foot, slip.sample)


def blocks(slip: SendingSlip) -> Iterator[Block]:
    """The slip from its heading to its signatures."""
    wide = paper(slip).column
    place = f"{slip.point_name} ({slip.point_code})" if slip.point_code else slip.point_name
    yield national_heading(slip.issuer, place, wide)
    yield space(1.2)
    yield _title_and_codes(slip, wide)
    yield from _parties(slip, wide)
    yield from _documents(slip, wide)
    yield from _money(slip, wide)
    yield from _sealing(slip, wide)
    yield from _ending(slip, wide)


def _title_and_codes(slip: SendingSlip, wide: float) -> Block:
    """The form's title over the item number's bars; the QR on the right."""
    symbol = qr.encode(slip.qr_text, QR_ROOM)
    quiet = qr.QUIET_ZONE * qr.module_size(symbol, QR_ROOM)
    left = wide - QR_ROOM + quiet
    bars = code128.encode(slip.item_number.replace(" ", ""))
    code128.module_size(bars, left)
    marks: tuple[Mark, ...] = (
        words(TITLE, Box(0, 0, left, 7.2), Set(Style(BOLD, 15, 12), Side.MIDDLE)),
        words(SUBTITLE, Box(0, 7.2, left, 4.0), Set(Style(REGULAR, SMALL + 0.5, 6), Side.MIDDLE)),
        Barcode(Box(0, 12.2, left, 8.6), bars),
        words(
            grouped(slip.item_number),
            Box(0, 20.9, left, 4.2),
            Set(Style(BOLD, 9.5, 7), Side.MIDDLE),
        ),
    )
    right: Mark = Qr(Box(0, 0, QR_ROOM, QR_ROOM).moved(0, 1.0 - quiet), symbol)
    return beside(Block(25.2, marks), Block(25.2, (right,)), left)


def _parties(slip: SendingSlip, wide: float) -> Iterator[Block]:
    yield section("1. Người gửi và cơ quan nhận", wide)
    phone_width = 40.0
    yield fields(
        (
            ("Người gửi", slip.sender_name, wide - phone_width, True),
            ("Điện thoại", slip.sender_phone, phone_width, False),
        ),
        lines=2,
    )
    yield field("Địa chỉ", slip.sender_address, wide)
    yield field("Cơ quan nhận", slip.agency_name, wide, strong=True)
    yield field("Địa chỉ", slip.agency_address, wide)
    yield field("Thủ tục", slip.procedure_name, wide, strong=True, lines=4)
    yield fields(
        (
            ("Mã thủ tục", slip.procedure_code, 45.0, False),
            ("Hình thức", slip.service_words, wide - 45.0, False),
        ),
        lines=2,
    )
    if slip.leg_words.strip():
        number_width = 45.0
        yield fields(
            (
                ("Số hồ sơ", slip.dossier_number, number_width, False),
                ("Chặng", slip.leg_words, wide - number_width, False),
            ),
            lines=2,
        )
    if slip.return_place.strip():
        yield field("Nơi trả kết quả", slip.return_place, wide)


def _documents(slip: SendingSlip, wide: float) -> Iterator[Block]:
    """The list, a summing line under it, and what the sender was told is missing."""
    yield section("2. Danh mục giấy tờ", wide)
    fixed = (7.0, 20.0, 9.0, 9.0, 11.0, 22.0)
    columns = (
        Column("TT", fixed[0], Side.MIDDLE),
        Column("Tên giấy tờ", wide - sum(fixed)),
        Column("Loại", fixed[1]),
        Column("Cần", fixed[2], Side.MIDDLE),
        Column("Có", fixed[3], Side.MIDDLE),
        Column("Số trang", fixed[4], Side.MIDDLE),
        Column("Ghi chú", fixed[5]),
    )
    rows = [
        (
            str(number),
            document.name,
            document.kind_words,
            str(document.required),
            str(document.counted),
            "" if document.pages is None else str(document.pages),
            _note(document),
        )
        for number, document in enumerate(slip.documents, start=1)
    ]
    yield space(0.4)
    yield from table(columns, rows)
    counted = sum(document.counted for document in slip.documents)
    missing = sum(1 for document in slip.documents if document.missing)
    said = f"Cộng: {len(slip.documents)} loại giấy tờ, {counted} bản đã kiểm đếm"
    said += f"; còn thiếu {missing} loại, đã hướng dẫn bổ sung." if missing else "; đủ thành phần."
    yield sentence(said, wide, weight=SEMIBOLD, size=SMALL + 0.5)
    if slip.notes.strip():
        yield field("Ghi chú", slip.notes, wide, lines=4)


def _note(document: SlipDocument) -> str:
    if not document.missing:
        return document.note
    return "; ".join(part for part in (f"Thiếu {document.missing}", document.note) if part)


def _money(slip: SendingSlip, wide: float) -> Iterator[Block]:
    """Each kind of money on its own line; the total in figures and in words."""
    yield section("3. Tiền thu khi nhận", wide)
    if not slip.money:
        yield sentence("Không thu tiền.", wide)
        return
    for line in slip.money:
        receipt = f"Biên lai số {line.receipt_number}" if line.receipt_number else ""
        yield _amount(line.kind_words, receipt, line.amount, wide)
    total = sum(line.amount for line in slip.money)
    yield _amount("Tổng cộng", "", total, wide, is_total=True)
    yield field("Bằng chữ", number_in_words(total) + ".", wide)


def _amount(kind: str, receipt: str, amount: int, wide: float, *, is_total: bool = False) -> Block:
    """Kind on the left, receipt in the middle, figures in a column on the right."""
    weight = BOLD if is_total else REGULAR
    style = Style(weight, BODY, 6)
    edges = (0.0, wide * 0.5, wide * 0.76, wide)
    tall = room_for(1, BODY)
    down = 0.5 if is_total else 0.1
    boxes = [Box(left, down, right - left - 1.0, tall) for left, right in pairwise(edges)]
    amount_box = Box(edges[2], down, edges[3] - edges[2], tall)
    said = (
        words(kind, boxes[0], Set(style)),
        words(receipt, boxes[1], Set(Style(REGULAR, SMALL, 5.5))),
        words(f"{dotted(amount)} đồng", amount_box, Set(style, Side.END)),
    )
    marks = on_one_baseline([one for one in said if one.lines])
    height = max(mark.box.bottom for mark in marks) + 0.15
    if is_total:
        marks.append(Fill(Box(0, 0.2, wide, 0.2)))
    return Block(height, tuple(marks), with_next=True)


def _sealing(slip: SendingSlip, wide: float) -> Iterator[Block]:
    yield section("4. Chấp nhận bưu gửi", wide)
    weight = "" if slip.weight_grams is None else f"{dotted(slip.weight_grams)} gam"
    accepted = fields(
        (
            ("Khối lượng", weight, wide * 0.27, False),
            ("Niêm phong số", slip.seal_number, wide * 0.37, True),
            ("Thời gian", slip.counter_time, wide * 0.36, False),
        )
    )
    yield _kept(accepted)
    others = (
        ("Hồ sơ này còn có bì số", slip.further_numbers),
        ("Chung bì với hồ sơ", slip.together_with),
    )
    for label, numbers in others:
        if numbers:
            yield _kept(field(label, ", ".join(numbers), wide, lines=4))


def _ending(slip: SendingSlip, wide: float) -> Iterator[Block]:
    """Both declare, are told why their data are taken, and sign; never parted over two pages."""
    yield _kept(sentence(slip.counted_words, wide, size=SMALL))
    if slip.purpose.strip():
        yield _kept(sentence(slip.purpose, wide, size=SMALL))
    signing = (
        Signature("NGƯỜI GỬI", slip.sender_name, slip.sender_signature),
        Signature(slip.clerk_words, slip.clerk_name, slip.clerk_signature),
    )
    yield signatures(signing, wide, 16.0)


def _kept(block: Block) -> Block:
    return Block(block.height, block.marks, block.above, with_next=True)
