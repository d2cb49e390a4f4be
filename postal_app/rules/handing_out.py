"""What a hand-out asks before the envelope may leave the post's hands.

1. How closely the receiver's identity is looked at is a level of each dossier: nothing, the data
   of his paper, photos, or both. Of several dossiers in one envelope all that any asks is asked.
2. What is to be given in hand (phát tận tay) goes to the person himself: no relative, no proxy.
3. A proxy shows an authorisation, which is kept with its reference, day and certifier.
4. Old papers and appointment slips are taken back, and money due is taken, before the hand-out
   can be recorded (QĐ 45/2016/QĐ-TTg; the price of the service includes carrying them back).
"""

from collections.abc import Iterable
from dataclasses import dataclass

from postal_app.rules.words import Words

RELATIONS: dict[str, Words] = {
    "self": Words("Chính người nhận", "The receiver"),
    "parent": Words("Cha, mẹ", "Parent"),
    "spouse": Words("Vợ, chồng", "Spouse"),
    "child": Words("Con", "Child"),
    "sibling": Words("Anh, chị, em", "Sibling"),
    "grandparent": Words("Ông, bà", "Grandparent"),
    "colleague": Words("Đồng nghiệp, văn thư", "Colleague or mail clerk"),
    "proxy": Words("Người được ủy quyền", "Authorised proxy"),
    "other": Words("Quan hệ khác", "Other relation"),
}

LATER = "later"

PROOFS: dict[str, Words] = {
    "signature": Words("Ký nhận", "Signature"),
    "slip": Words("Phiếu đã ký", "Signed slip"),
    LATER: Words("Chứng từ nộp sau", "Proof to follow"),
}
"""What proves a delivery; of what is to follow nothing is proven until a clerk has seen it."""

INFORMATION, PHOTO = 1, 2

IDENTITY_LEVELS: dict[int, Words] = {
    0: Words("Không kiểm tra giấy tờ", "No paper is looked at"),
    INFORMATION: Words("Ghi thông tin giấy tờ", "Data of the paper"),
    PHOTO: Words("Chụp ảnh", "Photos"),
    INFORMATION | PHOTO: Words("Ghi thông tin và chụp ảnh", "Data and photos"),
}

PAPER_KINDS: dict[str, Words] = {
    "old_paper": Words("Giấy tờ cũ", "Old paper"),
    "slip": Words("Giấy hẹn", "Appointment slip"),
}
"""What is taken back when a result is handed out."""

NOT_HANDED_OUT: dict[str, Words] = {
    "in_hand": Words(
        "Bưu gửi phát tận tay: chỉ giao cho chính người nhận, không giao cho người thân hay người "
        "được ủy quyền; hãy hẹn lại hoặc mời người nhận đến bưu cục.",
        "To be given in hand: only to the receiver himself, to no relative and no proxy; agree on "
        "another day or ask him to come to the office.",
    ),
    "authorisation": Words(
        "Người được ủy quyền phải có văn bản ủy quyền: số, ngày và nơi chứng thực.",
        "A proxy needs an authorisation: its reference, day and who certified it.",
    ),
    "relation_text": Words(
        "«Quan hệ khác» phải ghi rõ bằng lời.", "“Other relation” must be told in words."
    ),
    "identity": Words(
        "Phải ghi thông tin giấy tờ của người nhận; hãy mở trang giao của bưu gửi này.",
        "The data of the receiver's paper are needed; open the hand-out page of this item.",
    ),
    "photos": Words(
        "Phải chụp ảnh theo mức xác thực; hãy mở trang giao của bưu gửi này.",
        "Photos are asked for by the identity level; open the hand-out page of this item.",
    ),
    "papers": Words(
        "Còn giấy tờ phải thu hồi trước khi giao; hãy mở trang giao của bưu gửi này.",
        "Papers must be taken back before the hand-out; open the hand-out page of this item.",
    ),
    "money": Words(
        "Còn khoản tiền phải thu trước khi giao; hãy mở trang giao của bưu gửi này.",
        "Money must be taken before the hand-out; open the hand-out page of this item.",
    ),
}
"""Why a hand-out cannot be recorded, with what to do."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a hand-out asks: level of identity, in hand or not, papers and dues still open."""

    identity_level: int = 0
    in_hand: bool = False
    papers_open: int = 0
    dues_open: int = 0


@dataclass(frozen=True, slots=True)
class Offered:
    """Who would receive it, and what was shown and noted of him."""

    relation: str
    relation_told: bool = False
    authorised: bool = False
    informed: bool = False
    photographed: bool = False


def level_of(levels: Iterable[int]) -> int:
    """Give the level that asks all that any of several asks."""
    together = 0
    for level in levels:
        together |= level
    return together


def why_not(asked: Asked, offered: Offered) -> str:
    """Give why the hand-out cannot be recorded, a key of `NOT_HANDED_OUT`; empty if it can."""
    found = {
        "in_hand": asked.in_hand and offered.relation != "self",
        "authorisation": offered.relation == "proxy" and not offered.authorised,
        "relation_text": offered.relation == "other" and not offered.relation_told,
        "identity": bool(asked.identity_level & INFORMATION) and not offered.informed,
        "photos": bool(asked.identity_level & PHOTO) and not offered.photographed,
        "papers": asked.papers_open > 0,
        "money": asked.dues_open > 0,
    }
    return next((code for code, holds in found.items() if holds), "")
