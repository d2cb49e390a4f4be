"""From what was typed to values: every field at fault is told at once, and nothing typed is lost.

A door reads all its fields, calls `check`, and only then builds its value:

    form = Form()
    if form.sent:
        with form.catching():
            name = form.text("name")
            day = form.day("day")
            form.check()
            with transaction() as session:
                desk.verb(session, Value(name, day), now=now())
            return redirect(...)
    return form.page("clerk/pickup.html")
"""

import re
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from datetime import date
from types import TracebackType

from flask import render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage, MultiDict

from postal_app.errors import Invalid, PostalError
from postal_app.rules.vietnamese import day as written_day
from postal_app.rules.vietnamese import nfc, read_day, read_dong, read_number, tidy
from postal_app.rules.words import Words
from routes.errors import status_of
from routes.resume import typed

LONGEST_TEXT = 300
LONGEST_NOTE = 2000
LARGEST_AMOUNT = 10_000_000_000

_PHONE = re.compile(r"\+?[\d ().-]{8,20}")

FAULTS = {
    "empty": Words("Mục này còn trống.", "This is empty."),
    "long": Words("Dài quá {longest} ký tự.", "Longer than {longest} characters."),
    "day": Words("Ngày ghi theo dạng 21/11/2025.", "Write the day like 21/11/2025."),
    "dong": Words(
        "Số tiền là số đồng tròn, ví dụ 125.000.", "An amount is whole đồng, such as 125.000."
    ),
    "count": Words("Ghi một số nguyên.", "Write a whole number."),
    "least": Words("Số nhỏ nhất là {least}.", "The least is {least}."),
    "most": Words("Số lớn nhất là {most}.", "The most is {most}."),
    "phone": Words(
        "Số điện thoại chỉ gồm chữ số, ít nhất 8 chữ số.",
        "A phone number has only digits, at least 8.",
    ),
    "choice": Words("Hãy chọn một mục trong danh sách.", "Choose one from the list."),
    "file": Words("Hãy chọn tệp.", "Choose a file."),
}


class FaultyForm(Invalid):
    """Some fields cannot be used; each says why beside itself."""

    words = Words("Có {count} mục cần sửa.", "{count} fields need mending.")


class Form:
    """One form of a page: what stands in its fields, and what is wrong with them."""

    def __init__(self, name: str = "", *, start: Mapping[str, object] | None = None) -> None:
        """Take what was sent, or kept from an ended session, or else the start values.

        Args:
            name: tells the forms of one page apart; empty when there is only one.
            start: what stands in the fields before anybody types.
        """
        self.name = name
        self.sent = request.method == "POST" and request.form.get("form_name", "") == name
        kept = typed()
        if kept is not None and kept.get("form_name", "") != name:
            kept = None
        self._typed: MultiDict[str, str] | None = request.form if self.sent else kept
        self._start = start or {}
        self.faults: dict[str, Words] = {}
        self.refusal: PostalError | None = None
        self.labels: dict[str, str] = {}

    # What the templates ask.

    def value(self, field: str) -> str:
        """Give what stands in a field."""
        if self._typed is not None:
            return self._typed.get(field, "")
        found = self._start.get(field, "")
        return written_day(found) if type(found) is date else str("" if found is None else found)

    def values(self, field: str) -> list[str]:
        """Give everything chosen under one name."""
        if self._typed is not None:
            return self._typed.getlist(field)
        found = self._start.get(field, ())
        return [str(one) for one in found] if isinstance(found, Iterable) else [str(found)]

    def id(self, field: str) -> str:
        """Give the id of a field on the page."""
        return f"{self.name}-{field}" if self.name else field

    def label(self, field: str, words: str) -> str:
        """Remember what a field is called on the page; gives nothing to show."""
        self.labels[field] = words
        return ""

    @property
    def status(self) -> int:
        """Give the status of the page that shows this form."""
        return status_of(self.refusal) if self.refusal else 200

    # What the doors read. A fault gives a harmless value; `check` keeps it from being used.

    def text(self, field: str, *, required: bool = True, longest: int = LONGEST_TEXT) -> str:
        """Give a line of text: composed, its spaces made single."""
        return self._measured(field, tidy(self.value(field)), required, longest)

    def note(self, field: str, *, required: bool = False, longest: int = LONGEST_NOTE) -> str:
        """Give a text of several lines."""
        lines = [tidy(line) for line in self.value(field).splitlines()]
        return self._measured(field, "\n".join(lines).strip(), required, longest)

    def secret(self, field: str) -> str:
        """Give a password as it was typed, composed."""
        return self._measured(field, nfc(self.value(field)), required=True, longest=1000)

    def day(self, field: str) -> date:
        """Give a day written dd/mm/yyyy or yyyy-mm-dd."""
        return self.day_or_none(field, required=True) or date.min

    def day_or_none(self, field: str, *, required: bool = False) -> date | None:
        """Give a day; None when the field is empty."""
        written = self.text(field, required=required)
        found = read_day(written) if written else None
        if written and found is None:
            self.fault(field, FAULTS["day"])
        return found

    def dong(self, field: str) -> int:
        """Give an amount in whole đồng; an empty field is a fault, not zero."""
        return self.dong_or_none(field, required=True) or 0

    def dong_or_none(self, field: str, *, required: bool = False) -> int | None:
        """Give an amount in whole đồng; None when the field is empty."""
        written = self.text(field, required=required)
        found = read_dong(written) if written else None
        if written and found is None:
            self.fault(field, FAULTS["dong"])
        return self._bounded(field, found, 0, LARGEST_AMOUNT)

    def count(self, field: str, *, least: int = 0, most: int = 1_000_000) -> int:
        """Give a whole number within bounds."""
        written = self.text(field)
        found = read_number(written) if written else None
        if written and found is None:
            self.fault(field, FAULTS["count"])
        return self._bounded(field, found, least, most) or 0

    def phone(self, field: str, *, required: bool = True) -> str:
        """Give a phone number as text; leading zeros and plus kept."""
        written = self.text(field, required=required, longest=40)
        if written and (
            not _PHONE.fullmatch(written) or sum(sign.isdecimal() for sign in written) < 8
        ):
            self.fault(field, FAULTS["phone"])
        return written

    def one_of(self, field: str, choices: Iterable[str], *, required: bool = True) -> str:
        """Give one of the choices; empty when nothing is chosen and nothing need be."""
        chosen = self.value(field)
        if (chosen or required) and chosen not in {str(choice) for choice in choices}:
            self.fault(field, FAULTS["choice"])
            return ""
        return chosen

    def ticked(self, field: str) -> bool:
        """Tell whether a box is ticked."""
        return bool(self.value(field))

    def file(self, field: str) -> FileStorage | None:
        """Give an uploaded file."""
        found = request.files.get(field)
        if found is None or not found.filename:
            self.fault(field, FAULTS["file"])
            return None
        return found

    def files(self, field: str, *, most: int) -> list[FileStorage]:
        """Give all files uploaded under one name; none when nothing was chosen."""
        found = [one for one in request.files.getlist(field) if one.filename]
        if len(found) > most:
            self.fault(field, FAULTS["most"].filled(most=most))
        return found[:most]

    def count_or_none(self, field: str, *, least: int = 0, most: int = 1_000_000) -> int | None:
        """Give a whole number within bounds; None when the field is empty."""
        return self.count(field, least=least, most=most) if self.value(field).strip() else None

    def fault(self, field: str, words: Words) -> None:
        """Say what is wrong with a field; the first fault of a field is the one told."""
        self.faults.setdefault(field, words)

    def check(self) -> None:
        """Go on only when every field read so far is right.

        Raises:
            FaultyForm: some are not.
        """
        if self.faults:
            raise FaultyForm(count=len(self.faults))

    def catching(self) -> "Catching":
        """Catch what a person can mend inside `with`, and keep it for the page."""
        return Catching(self)

    def refuse(self, error: PostalError) -> None:
        """Show an error on the page, beside its field when it names one."""
        self.refusal = error
        if error.field:
            self.fault(error.field, error.said)

    def page(self, template: str, **values: object) -> ResponseReturnValue:
        """Give the page with this form, under the status of what went wrong."""
        return render_template(template, form=self, **values), self.status

    def _measured(self, field: str, text: str, required: bool, longest: int) -> str:
        if required and not text:
            self.fault(field, FAULTS["empty"])
        if len(text) > longest:
            self.fault(field, FAULTS["long"].filled(longest=longest))
        return text

    def _bounded(self, field: str, number: int | None, least: int, most: int) -> int | None:
        if number is not None and number < least:
            self.fault(field, FAULTS["least"].filled(least=least))
        if number is not None and number > most:
            self.fault(field, FAULTS["most"].filled(most=most))
        return number


class Catching(AbstractContextManager[None]):
    """Keeps a `PostalError` for the page of the form instead of letting it leave the door."""

    def __init__(self, form: Form) -> None:
        self.form = form

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool:
        """Swallow what a person can mend; everything else goes on."""
        if isinstance(error, PostalError):
            self.form.refuse(error)
            return True
        return False
