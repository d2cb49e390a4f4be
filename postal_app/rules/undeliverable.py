"""Why a delivery failed, and what may be done next.

A failed attempt needs a reason and a next action, and only some actions fit a reason; "other"
needs a text. The post's own reason codes are not public, so these are words of ours, with the
meanings that Luật Bưu chính 49/2010/QH12 Art. 17 and postal practice give them.
"""

from dataclasses import dataclass

from postal_app.rules.words import Words

ACTIONS: dict[str, Words] = {
    "again": Words("Phát lại", "Deliver again"),
    "appointment": Words("Phát theo hẹn", "Deliver by appointment"),
    "hold": Words("Lưu tại bưu cục chờ nhận", "Hold at the post office"),
    "forward": Words("Chuyển tiếp", "Forward"),
    "return": Words("Chuyển hoàn", "Return to sender"),
}


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an attempt failed, the actions that fit, and whether it must be told in words."""

    words: Words
    actions: tuple[str, ...]
    text_needed: bool = False


REASONS: dict[str, Reason] = {
    "absent": Reason(
        Words("Không có người nhận tại địa chỉ", "Nobody at the address"),
        ("again", "appointment", "hold"),
    ),
    "phone_unreachable": Reason(
        Words("Không liên lạc được qua điện thoại", "Phone unreachable"), ("again", "hold")
    ),
    "asks_another_day": Reason(
        Words("Người nhận hẹn ngày khác", "Receiver asks for another day"), ("appointment",)
    ),
    "will_collect": Reason(
        Words("Người nhận sẽ đến bưu cục nhận", "Receiver will collect at the office"), ("hold",)
    ),
    "address_wrong": Reason(
        Words("Địa chỉ sai hoặc thiếu", "Address wrong or incomplete"),
        ("hold", "forward", "return"),
    ),
    "moved": Reason(Words("Người nhận đã chuyển đi", "Receiver has moved"), ("forward", "return")),
    "refused": Reason(Words("Người nhận từ chối", "Receiver refuses"), ("hold", "return")),
    "unproven_identity": Reason(
        Words("Không chứng minh được người nhận", "Identity or authorisation not shown"),
        ("again", "hold"),
    ),
    "old_paper_kept": Reason(
        Words("Không nộp lại giấy tờ phải thu hồi", "Old paper not handed over"), ("again", "hold")
    ),
    "money_unpaid": Reason(
        Words("Không nộp khoản tiền phải thu", "Money due not paid"), ("again", "hold")
    ),
    "road_cut": Reason(
        Words("Thiên tai, đường bị chia cắt", "Disaster, road cut"), ("again", "hold")
    ),
    "other": Reason(
        Words("Lý do khác", "Other reason"), ("again", "hold", "forward", "return"), True
    ),
}


def fits(reason: str, action: str, text: str) -> bool:
    """Tell whether a reason and a next action may stand together, with the text there is."""
    known = REASONS.get(reason)
    return known is not None and action in known.actions and bool(text or not known.text_needed)


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

PROOFS: dict[str, Words] = {
    "signature": Words("Ký nhận", "Signature"),
    "slip": Words("Phiếu đã ký", "Signed slip"),
}

MANNERS: dict[str, Words] = {
    "paper": Words("Để lại giấy mời", "Paper notice left"),
    "phone": Words("Gọi điện thoại", "Phone call"),
    "message": Words("Nhắn tin", "Text message"),
}
"""By what the receiver was told that an item waits for him."""

WISHES: dict[str, Words] = {
    "day": Words("Phát vào ngày hẹn", "Deliver on the day asked for"),
    "address": Words("Phát đến địa chỉ khác", "Deliver to another address"),
    "collect": Words("Đến điểm phục vụ nhận", "Collect at a service point"),
}
"""What the receiver or the sender may ask for."""
