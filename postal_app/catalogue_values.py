"""What one cell of a province's list says, or the sentence that tells what is wrong with it.

Nothing is guessed: a code that lost its zeros, an empty yes-or-no and a fee "by regulation" are
told, because a wrong catalogue turns citizens away at the counter.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from postal_app.catalogue_file import Cell, CellKind
from postal_app.catalogue_headings import Column
from postal_app.rules.intake import PAPER_KINDS
from postal_app.rules.procedure import AgencyLevel, OnlineLevel
from postal_app.rules.vietnamese import fold, read_dong, tidy
from postal_app.rules.words import Words

LONGEST_TEXT = 1_000
MOST_PAPERS = 99


@dataclass(frozen=True, slots=True)
class Component:
    """One paper the dossier must hold; `kind` is a key of `PAPER_KINDS`."""

    name: str
    kind: str
    count: int


class WrongCell(Exception):
    """A cell that cannot be used; `words` says what to write instead."""

    def __init__(self, vi: str, en: str) -> None:
        """Keep the sentence in both languages."""
        super().__init__(vi)
        self.words = Words(vi, en)


_NATIONAL_CODE = re.compile(r"\d\.\d{6}")
_CODE = re.compile(r"[0-9A-ZĐ][0-9A-ZĐ._/-]{1,38}[0-9A-ZĐ]")
_CUT_CODE = re.compile(r"\d*[.,]?\d+|\d+[.,]?\d*(?:e[+-]?\d+)?", re.IGNORECASE)
_DAYS = re.compile(r"(\d{1,3})(?: ngay)?(?: lam viec)?|(\d{1,3}) working days")
_ONLINE = re.compile(r"(?:muc do |muc |level )?([1-4])")
_PAPER = re.compile(r"(?P<name>.+?)\s*\[(?P<form>[^\[\]]+)\]\s*")
_FORM = re.compile(r"(?:(?P<before>\d{1,3}) )?(?P<kind>[a-z ]+?)(?: ?[x×*] ?(?P<after>\d{1,3}))?")

_YES = {"co", "x", "✓", "✔", "v", "yes", "y", "true", "1", "duoc", "thuc hien", "tick"}
_NO = {"khong", "no", "n", "false", "0", "khong duoc", "khong thuc hien", "-", "–"}
MARKS = {"x", "✓", "✔", "v"}
_FREE = {"khong", "khong co", "khong thu", "mien phi", "mien", "free", "none", "0", "-", "–"}
_LEVELS = {
    AgencyLevel.MINISTRY: "bo|cap bo|trung uong|cap trung uong|bo nganh|ministry",
    AgencyLevel.PROVINCE: "tinh|cap tinh|ubnd tinh|ubnd cap tinh|so|cap so|so nganh|so ban nganh|"
    "province|thanh pho|cap thanh pho",
    AgencyLevel.DISTRICT: "huyen|cap huyen|ubnd huyen|ubnd cap huyen|quan huyen|district",
    AgencyLevel.COMMUNE: "xa|cap xa|ubnd xa|ubnd cap xa|xa phuong|phuong|commune",
    AgencyLevel.SEVERAL: "nhieu cap|several|several levels",
}
_LEVEL_OF = {name: level for level, names in _LEVELS.items() for name in names.split("|")}
_ONLINE_WORDS = {
    "toan trinh": OnlineLevel.FULL,
    "full": OnlineLevel.FULL,
    "mot phan": OnlineLevel.PARTIAL,
    "partial": OnlineLevel.PARTIAL,
    "khong": OnlineLevel.NONE,
    "khong truc tuyen": OnlineLevel.NONE,
    "cung cap thong tin": OnlineLevel.NONE,
    "cung cap thong tin truc tuyen": OnlineLevel.NONE,
    "none": OnlineLevel.NONE,
    "": OnlineLevel.NOT_STATED,
    "khong neu": OnlineLevel.NOT_STATED,
    "not stated": OnlineLevel.NOT_STATED,
}
_KIND_OF = {fold(words.vi): kind for kind, words in PAPER_KINDS.items()} | {
    "ban goc": "original",
    "ban chung thuc": "certified_copy",
    "ban sao co chung thuc": "certified_copy",
    "sao chung thuc": "certified_copy",
    "ban photo": "photocopy",
    "ban photocopy": "photocopy",
    "original": "original",
    "copy": "copy",
    "certified copy": "certified_copy",
    "photocopy": "photocopy",
}


def read_code(cell: Cell) -> str:
    """Give the procedure's code as text, in capitals.

    Raises:
        WrongCell: it is missing, or the spreadsheet made a number of it and lost its zeros.
    """
    code = tidy(cell.text).replace(" ", "").replace("–", "-").upper()
    if not code:
        raise WrongCell("Thiếu mã thủ tục", "The procedure code is missing")
    if _NATIONAL_CODE.fullmatch(code):
        return code
    if cell.kind is CellKind.NUMBER or _CUT_CODE.fullmatch(code):
        raise WrongCell(
            f"Mã «{code}» đã bị bảng tính đổi thành số nên có thể mất chữ số 0; định dạng ô là "
            "«Văn bản» (Text) rồi gõ lại đủ mã, ví dụ 1.001200",
            f"The spreadsheet made a number of the code “{code}” and zeros may be lost; format "
            "the cell as text and type the whole code, such as 1.001200",
        )
    if not _CODE.fullmatch(code):
        raise WrongCell(
            f"Mã «{code}» có ký tự lạ hoặc quá dài; mã chỉ gồm chữ, số, dấu chấm và gạch",
            f"The code “{code}” has strange signs or is too long; use letters, digits and dots",
        )
    return code


def read_text(cell: Cell) -> str:
    """Give a name or a field, spaces made one.

    Raises:
        WrongCell: it is missing or longer than any name.
    """
    text = tidy(cell.text)
    if not text:
        raise WrongCell("Ô để trống; hãy điền", "The cell is empty; fill it in")
    return read_note(cell)


def read_note(cell: Cell) -> str:
    """Give a text that may be empty.

    Raises:
        WrongCell: it is longer than any name.
    """
    text = tidy(cell.text)
    if len(text) > LONGEST_TEXT:
        raise WrongCell(
            f"Dài hơn {LONGEST_TEXT} ký tự; hãy rút gọn",
            f"Longer than {LONGEST_TEXT} signs; shorten it",
        )
    return text


def read_yes_no(cell: Cell) -> bool:
    """Give yes or no.

    Raises:
        WrongCell: the cell says neither; an empty one is neither.
    """
    said = fold(cell.text).strip(" .")
    if said in _YES:
        return True
    if said in _NO:
        return False
    if not said:
        raise WrongCell("Ô để trống; ghi «Có» hoặc «Không»", "The cell is empty; write Yes or No")
    raise WrongCell(
        f"«{tidy(cell.text)}» không rõ nghĩa; ghi «Có» hoặc «Không»",
        f"“{tidy(cell.text)}” is not clear; write Yes or No",
    )


def read_agency_level(cell: Cell) -> str:
    """Give the level that settles the procedure, `several` where more than one is named.

    Raises:
        WrongCell: a level we do not know.
    """
    whole = fold(cell.text)
    if (joined := " ".join(re.findall(r"\w+", whole))) in _LEVEL_OF:
        return _LEVEL_OF[joined].value
    named = [part.strip() for part in re.split(r"[,;/&+\n]|\bva\b|\bhoac\b", whole)]
    levels = {_LEVEL_OF.get(part) for part in named if part}
    if not levels or None in levels:
        raise WrongCell(
            f"Không rõ cấp «{tidy(cell.text)}»; ghi Cấp tỉnh, Cấp huyện, Cấp xã hoặc Cấp bộ",
            f"Level “{tidy(cell.text)}” is not known; write Province, Commune or Ministry",
        )
    return AgencyLevel.SEVERAL.value if len(levels) > 1 else str(levels.pop())


def read_online_level(cell: Cell) -> str:
    """Give the online level; an empty cell is "not stated".

    Raises:
        WrongCell: a level we do not know.
    """
    said = fold(cell.text).removeprefix("dvctt ").removeprefix("dich vu cong truc tuyen ")
    if said in _ONLINE_WORDS:
        return _ONLINE_WORDS[said].value
    if found := _ONLINE.fullmatch(said):
        return OnlineLevel(found[1]).value
    raise WrongCell(
        f"Không rõ mức độ «{tidy(cell.text)}»; ghi 1, 2, 3, 4, «Một phần» hoặc «Toàn trình»",
        f"Online level “{tidy(cell.text)}” is not known; write 1, 2, 3, 4, Partial or Full",
    )


def read_money(cell: Cell) -> int | None:
    """Give whole đồng; None when the list does not say, which is not the same as free.

    Raises:
        WrongCell: no amount.
    """
    said = fold(cell.text).strip(" .")
    if not said:
        return None
    if said in _FREE:
        return 0
    amount = read_dong(cell.text)
    if amount is None or amount > 10**12:
        raise WrongCell(
            f"«{tidy(cell.text)}» không phải số tiền; ghi số đồng như 135.000, hoặc để trống",
            f"“{tidy(cell.text)}” is no amount; write đồng such as 135.000, or leave it empty",
        )
    return amount


def read_working_days(cell: Cell) -> int | None:
    """Give the number of working days; None when the list does not say.

    Raises:
        WrongCell: no number of days.
    """
    said = fold(cell.text).strip(" .")
    if not said:
        return None
    found = _DAYS.fullmatch(said)
    if not found:
        raise WrongCell(
            f"«{tidy(cell.text)}» không phải số ngày; ghi một số như 15, hoặc để trống",
            f"“{tidy(cell.text)}” is no number of days; write one such as 15, or leave it empty",
        )
    return int(found[1] or found[2])


def read_components(cell: Cell) -> tuple[Component, ...]:
    """Give the papers written `Tờ khai [bản chính x1] | Giấy ủy quyền [bản sao x2]`.

    Raises:
        WrongCell: a paper without its form, or with a form we do not know.
    """
    parts = [part for part in re.split(r"[|\n]", cell.text) if part.strip(" \t\r-•+;.")]
    return tuple(_read_component(tidy(part).strip("-•+; ")) for part in parts)


def _read_component(written: str) -> Component:
    found = _PAPER.fullmatch(written)
    form = _FORM.fullmatch(fold(found["form"])) if found else None
    kind = _KIND_OF.get(form["kind"].strip()) if form else None
    if found is None or form is None or kind is None:
        raise WrongCell(
            f"Giấy tờ «{written[:80]}» chưa ghi bản chính hay bản sao và số lượng; "
            "ghi như: Tờ khai [bản chính x1]",
            f"Paper “{written[:80]}” does not say original or copy and how many; "
            "write it as: Tờ khai [bản chính x1]",
        )
    count = int(form["before"] or form["after"] or 1)
    if not 1 <= count <= MOST_PAPERS or (form["before"] and form["after"]):
        raise WrongCell(
            f"Số bản của «{found['name'][:80]}» phải từ 1 đến {MOST_PAPERS}",
            f"The count of “{found['name'][:80]}” must be from 1 to {MOST_PAPERS}",
        )
    return Component(found["name"][:LONGEST_TEXT], kind, count)


READERS: dict[Column, Callable[[Cell], object]] = {
    Column.CODE: read_code,
    Column.NAME: read_text,
    Column.FIELD: read_text,
    Column.AGENCY_LEVEL: read_agency_level,
    Column.SUBMIT: read_yes_no,
    Column.RETURN: read_yes_no,
    Column.PRESENCE: read_yes_no,
    Column.ONLINE: read_online_level,
    Column.FEE: read_money,
    Column.CHARGE: read_money,
    Column.WORKING_DAYS: read_working_days,
    Column.COMPONENTS: read_components,
    Column.REASON: read_note,
}
