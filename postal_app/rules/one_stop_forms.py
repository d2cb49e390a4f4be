"""Forms of the one-stop desk, as sets by legal basis: what each answer is called and numbered.

A dossier keeps the set that was in force on the day of its acceptance (TT 01/2018/TT-VPCP until
TT 03/2025/TT-VPCP of 15/9/2025). A set that has no form for an answer is no obstacle: the agency
then writes in its own words, and the paper bears no form number. To add a set, add it here.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from postal_app.rules.words import Words


class FormKind(StrEnum):
    """What a form is for, whatever its number."""

    ACCEPTANCE = "acceptance"
    SUPPLEMENT = "supplement"
    REFUSAL = "refusal"
    EXTENSION = "extension"
    STOP = "stop"


@dataclass(frozen=True, slots=True)
class Form:
    """A form: its number in the set, empty when the set has none, and its official title."""

    number: str
    title: str


@dataclass(frozen=True, slots=True)
class FormSet:
    """The forms of one legal basis; `in_force_from` None: before all others known here."""

    code: str
    basis: Words
    in_force_from: date | None
    forms: dict[FormKind, Form]


FORM_SETS: tuple[FormSet, ...] = (
    FormSet(
        "TT01/2018",
        Words("Thông tư 01/2018/TT-VPCP", "Circular 01/2018/TT-VPCP"),
        None,
        {
            FormKind.ACCEPTANCE: Form("01", "Giấy tiếp nhận hồ sơ và hẹn trả kết quả"),
            FormKind.SUPPLEMENT: Form("02", "Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ"),
            FormKind.REFUSAL: Form("03", "Phiếu từ chối tiếp nhận giải quyết hồ sơ"),
            FormKind.EXTENSION: Form("04", "Phiếu xin lỗi và hẹn lại ngày trả kết quả"),
            FormKind.STOP: Form("", "Thông báo dừng giải quyết hồ sơ"),
        },
    ),
    FormSet(
        "TT03/2025",
        Words("Thông tư 03/2025/TT-VPCP", "Circular 03/2025/TT-VPCP"),
        date(2025, 9, 15),
        {
            FormKind.ACCEPTANCE: Form("01", "Giấy tiếp nhận hồ sơ và hẹn trả kết quả"),
            FormKind.SUPPLEMENT: Form("02", "Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ"),
            FormKind.REFUSAL: Form("03", "Phiếu từ chối tiếp nhận giải quyết hồ sơ"),
            FormKind.EXTENSION: Form("04", "Văn bản xin lỗi và đề nghị gia hạn"),
            FormKind.STOP: Form("05", "Thông báo dừng giải quyết hồ sơ"),
        },
    ),
)


def set_on(day: date) -> FormSet:
    """Give the set in force on a day."""
    return next(
        one for one in reversed(FORM_SETS) if one.in_force_from is None or one.in_force_from <= day
    )


def set_by_code(code: str) -> FormSet:
    """Give a set by the code that a dossier keeps.

    Raises:
        KeyError: no set bears it; that is our fault.
    """
    return {one.code: one for one in FORM_SETS}[code]
