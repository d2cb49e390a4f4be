"""Long lists, a page at a time."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import request, url_for

from postal_app import month_end
from postal_app.exports import Asked
from postal_app.rules.vietnamese import number, read_day
from routes.language import _

LAST_PAGE = 10_000


@dataclass(frozen=True, slots=True)
class Page:
    """Where one is in a list: its door, the page from 1, how many lines in all and per page."""

    endpoint: str
    page: int
    count: int
    size: int
    asked: dict[str, Any]

    @property
    def words(self) -> str:
        """Say which lines are shown, of how many."""
        first = (self.page - 1) * self.size + 1
        last = min(self.page * self.size, self.count)
        if self.count == 0 or first > last:
            return _("Không có dòng nào")
        return _(
            "{first}–{last} trong {count}",
            first=number(first),
            last=number(last),
            count=number(self.count),
        )

    @property
    def before(self) -> str | None:
        """Give the address of the page before; None on the first."""
        return self._address(self.page - 1) if self.page > 1 else None

    @property
    def after(self) -> str | None:
        """Give the address of the page after; None on the last."""
        return self._address(self.page + 1) if self.page * self.size < self.count else None

    def _address(self, page: int) -> str:
        asked = {name: value for name, value in self.asked.items() if value}
        return url_for(self.endpoint, page=page, **asked)


def log_asked() -> Asked:
    """Give which lines of a log the address asks for.

    Raises:
        BadPeriod: a day in it is none.
    """
    return Asked(
        request.args.get("who", ""),
        request.args.get("number", ""),
        _day_asked("from"),
        _day_asked("to"),
    )


def log_page(endpoint: str, page: int, count: int, size: int) -> Page:
    """Give where one is in a log; the next page asks for the same."""
    asked = {name: request.args.get(name, "") for name in ("who", "number", "from", "to")}
    return Page(endpoint, page, count, size, asked)


def _day_asked(name: str) -> date | None:
    written = request.args.get(name, "").strip()
    found = read_day(written) if written else None
    if written and found is None:
        raise month_end.BadPeriod(field=name)
    return found


def page_asked() -> int:
    """Give the page the reader asked for, 1 when he asked for none or for nonsense."""
    written = request.args.get("page", "")
    return min(max(int(written), 1), LAST_PAGE) if written.isascii() and written.isdecimal() else 1
