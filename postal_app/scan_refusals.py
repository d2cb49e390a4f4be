"""Why a scan is refused: it names no item, lacks what its kind needs, or may not be handed out.

What happened is recorded, however odd. Refused is only what can be tied to nothing, what says too
little or cannot be read, a hand-out that did not ask what it had to, and whatever comes from a
device that is shut out or somebody else's; the refusal is kept raw with its reason.
"""

from collections.abc import Mapping

from postal_app.demands import Demands
from postal_app.devices import Standing
from postal_app.locked_items import LockedItem
from postal_app.rules.handing_out import (
    LATER,
    NOT_HANDED_OUT,
    PROOFS,
    RELATIONS,
    Offered,
    why_not,
)
from postal_app.rules.integrity import CONDITIONS
from postal_app.rules.roles import Actor
from postal_app.rules.undeliverable import MANNERS, REASONS, fits
from postal_app.rules.vocabulary import KINDS
from postal_app.rules.words import Words

REFUSALS: dict[str, Words] = {
    "unknown_item": Words(
        "Không có bưu gửi nào mang số hiệu này; hãy quét lại hoặc gõ số dưới mã QR.",
        "No item bears this number; scan again or type the number under the QR.",
    ),
    "unknown_bag": Words(
        "Không có túi nào mang số này; hãy quét lại nhãn túi.",
        "No bag bears this number; scan the bag's label again.",
    ),
    "unknown_kind": Words("Không có loại việc này.", "There is no such kind of event."),
    "not_your_work": Words(
        "Vai trò của bạn không ghi nhận việc này.", "Your role does not record this."
    ),
    "not_yours": Words(
        "Bưu gửi này không thuộc cơ quan của bạn.", "This item does not belong to your agency."
    ),
    "incomplete": Words(
        "Còn thiếu thông tin bắt buộc của việc này.", "What this kind of event needs is missing."
    ),
    "reason_and_action": Words(
        "Lý do và cách xử lý tiếp theo không đi cùng nhau; «Lý do khác» phải ghi rõ.",
        "The reason and the next action do not fit; “other” must be told in words.",
    ),
    "reason_of_other_leg": Words(
        "Lý do này không dùng cho chiều của bưu gửi này; hãy chọn lý do khác.",
        "This reason is not one for an item of this direction; choose another.",
    ),
    "revoked_device": Words(
        "Máy này đã bị thu hồi quyền quét; hãy quét lại bằng máy khác và báo quản trị viên.",
        "This device has been revoked; scan again with another one and tell an administrator.",
    ),
    "others_device": Words(
        "Máy này đăng ký cho người khác; hãy đăng nhập và quét lại bằng máy của mình.",
        "This device is registered to somebody else; sign in and scan again with your own.",
    ),
    "unreadable": Words(
        "Không đọc được mục «{field}» của lượt quét này; nội dung được giữ nguyên để xem lại.",
        "“{field}” of this scan cannot be read; what came is kept to be looked at.",
    ),
    "bad_value": Words("Một giá trị không có trong danh mục.", "A value is not in the vocabulary."),
    **NOT_HANDED_OUT,
}
"""The reasons, in words that say what to do."""

BY_STANDING = {Standing.REVOKED: "revoked_device", Standing.OTHERS: "others_device"}
"""Whose scans are refused whatever they say."""

AUTHORISATION = ("authorisation", "authorised_on", "certified_by")
"""What is noted of a proxy; all of it is personal."""

_VOCABULARIES: Mapping[str, Mapping[str, object]] = {
    "condition": dict.fromkeys(CONDITIONS),
    "relation": RELATIONS,
    "proof": PROOFS,
    "manner": MANNERS,
    "notice": MANNERS,
}


def why(reason: str, raw: Mapping[str, object]) -> Words:
    """Give in words why a scan was refused; a reason no longer known stays as it is."""
    words = REFUSALS.get(reason, Words(reason, reason))
    return words.filled(field=raw.get("field", ""))


def refusal(
    kind_code: str, said: Mapping[str, str], item: LockedItem | None, by: Actor, demands: Demands
) -> str:
    """Give why a scan cannot be recorded, a key of `REFUSALS`; empty if it can.

    Args:
        kind_code: which kind of event was scanned.
        said: the details of the scan.
        item: the item it names, None when there is none.
        by: who scanned.
        demands: what handing out that item still asks.
    """
    kind = KINDS.get(kind_code)
    if item is None:
        return "unknown_item"
    if kind is None or not kind.scanned:
        return "unknown_kind"
    if by.role not in kind.by:
        return "not_your_work"
    if by.agency_id is not None and by.agency_id != item.agency_id:
        return "not_yours"
    if not all(said.get(need) for need in kind.needs):
        return "incomplete"
    if kind_code == "proof_seen" and said.get("proof") == LATER:
        return "bad_value"
    return _bad_detail(said, item) or (
        why_not(demands.asked, offered(said)) if kind_code == "delivered" else ""
    )


def offered(said: Mapping[str, str]) -> Offered:
    """Give who received it, as far as a scan can tell: it shows no paper and takes no photo."""
    return Offered(
        said.get("relation", ""),
        relation_told=bool(said.get("relation_text")),
        authorised=all(said.get(name) for name in AUTHORISATION),
    )


def _bad_detail(said: Mapping[str, str], item: LockedItem) -> str:
    reason = said.get("reason", "")
    if "reason" in said and not fits(reason, said.get("next_action", ""), said.get("text", "")):
        return "reason_and_action"
    if "reason" in said and item.leg not in REASONS[reason].legs:
        return "reason_of_other_leg"
    for name, known in _VOCABULARIES.items():
        if said.get(name) and said[name] not in known:
            return "bad_value"
    return ""
