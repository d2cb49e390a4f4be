"""The gates of the counter, in the order the law gives them.

1. Clerk and citizen count the papers together against the published list and note original or
   copy (QĐ 45/2016/QĐ-TTg Art. 6; TT 17/2017/TT-BTTTT Art. 5).
2. Both sign the list. The clerk judges completeness, never validity.
3. Only then is the envelope packed and sealed in front of the sender; nothing leaves before.
"""

from datetime import datetime
from enum import StrEnum

from postal_app.rules.words import Words


class Gate(StrEnum):
    """What must be done next at the counter."""

    COUNT = "count"
    SIGN = "sign"
    SEAL = "seal"
    DONE = "done"


GATE_WORDS = {
    Gate.COUNT: Words("Kiểm đếm", "Count"),
    Gate.SIGN: Words("Hai bên ký", "Both sign"),
    Gate.SEAL: Words("Niêm phong", "Seal"),
    Gate.DONE: Words("Đã nhận", "Taken in"),
}

SIGNERS = ("clerk", "sender")
SERVICE_FORMS = {
    "send": Words("Gửi hồ sơ", "Send the dossier"),
    "receive": Words("Nhận kết quả", "Receive the result"),
    "both": Words("Gửi hồ sơ và nhận kết quả", "Send the dossier and receive the result"),
}
PAPER_KINDS = {
    "original": Words("Bản chính", "Original"),
    "copy": Words("Bản sao", "Copy"),
    "certified_copy": Words("Bản sao chứng thực", "Certified copy"),
    "photocopy": Words("Bản chụp", "Photocopy"),
}
MONEY_KINDS = {
    "fee": Words("Phí", "Fee"),
    "charge": Words("Lệ phí", "Charge"),
    "postage": Words("Cước dịch vụ bưu chính công ích", "Postage"),
    "remittance": Words("Cước chuyển nộp phí, lệ phí", "Remittance price"),
}


def next_gate(
    service_form: str,
    counted_at: datetime | None,
    signers: frozenset[str],
    sealed_at: datetime | None,
) -> Gate:
    """Say which gate is the next one to pass.

    Args:
        service_form: one of `SERVICE_FORMS`; who only receives by post sends no envelope.
        counted_at: when the papers were counted.
        signers: who has signed so far, of `SIGNERS`.
        sealed_at: when the envelope was sealed.
    """
    if counted_at is None:
        return Gate.COUNT
    if not signers.issuperset(SIGNERS):
        return Gate.SIGN
    return Gate.SEAL if sealed_at is None and service_form != "receive" else Gate.DONE
