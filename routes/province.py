"""The doors of the province: the month's end, the legs behind each figure, and the workbook."""

from datetime import date
from typing import Any, TypeVar

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from postal_app import (
    closing_sheets,
    late_entries,
    month_book,
    month_closing,
    month_end,
    month_lists,
    month_matters,
    promises_kept,
)
from postal_app.month_matters import Asked
from postal_app.month_names import names
from postal_app.month_sheets import shares
from postal_app.month_workbook import workbook
from postal_app.rules.definitions import DEFINITIONS
from postal_app.rules.exceptional import Matter
from postal_app.rules.indicators import DIRECTION_OF, DIRECTION_WORDS, HARMS, LegClass
from postal_app.rules.intake import MONEY_KINDS
from postal_app.rules.integrity import INTEGRITY_WORDS, Integrity
from postal_app.rules.legs import LEG_WORDS, LEGS
from postal_app.rules.money import FIGURE_WORDS
from postal_app.rules.periods import Period, presets
from postal_app.rules.permission import Direction
from postal_app.rules.promises import Keeping
from postal_app.rules.vietnamese import day_of, read_day
from postal_app.rules.ways import HELD, LEFT_OVER, Progress
from routes.access import current_actor
from routes.archive import transaction
from routes.pages import Page, page_asked
from routes.sessions import now

province = Blueprint("province", __name__, url_prefix="/province")

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PAGE = 50
SHOWN = 20

E = TypeVar("E", Direction, LegClass, Integrity, Progress, Matter)

MONTH_WORDS: dict[str, Any] = {
    "money_words": FIGURE_WORDS,
    "kind_words": MONEY_KINDS,
    "keepings": list(Keeping),
    "way_words": promises_kept.WAYS,
    "leg_words": LEG_WORDS,
    "other_legs": [leg for leg in LEGS if leg not in DIRECTION_OF],
    "progress": list(Progress),
    "held_words": HELD,
    "left_words": LEFT_OVER,
    "definitions": DEFINITIONS,
    "classes": list(LegClass),
    "conditions_words": list(INTEGRITY_WORDS.items()),
    "harms": HARMS,
    "faults": month_lists.FAULTS,
}


@province.get("/month")
def month() -> ResponseReturnValue:
    """Show a period: figures first, then what has to be looked at, then everything else."""
    period = period_asked()
    with transaction() as session:
        month_end.hold_still(session)
        book = month_book.gather(session, period, now=now())
        overdue = promises_kept.overdue(session, period, now=now())
        closed = month_closing.closed(session, book)
        entries = late_entries.listed(session, closed.closing, limit=SHOWN) if closed else []
        later = late_entries.count(session, closed.closing) if closed else 0
        book = closed.signed if closed else book
        return render_template(
            "province/month.html",
            **MONTH_WORDS,
            closed=closed,
            entries=entries,
            later=later,
            may_close=month_closing.could_close(current_actor(), period, now=now()),
            promised=book.promised,
            money=book.money,
            overdue=overdue,
            month=book.month,
            shares=shares(book.month),
            presets=presets(day_of(now())),
            shown=SHOWN,
            behind=lambda **chosen: _behind(period, **chosen),
        )


@province.get("/month/legs")
def legs() -> ResponseReturnValue:
    """Show the legs behind one figure, a page at a time."""
    period, choice, page = period_asked(), _choice_asked(), page_asked()
    matter = next(iter(_known("matter", Matter)), None)
    with transaction() as session:
        month_end.hold_still(session)
        called = names(session, period.last)
        skip = (page - 1) * PAGE
        if matter is not None:
            looked_for = Asked(period, called, now())
            every = month_matters.matters(session, looked_for, [matter])[matter]
            count, found = len(every), list(every[skip : skip + PAGE])
        else:
            count = month_lists.count_behind(session, period, choice)
            found = month_lists.legs_behind(session, period, choice, called, limit=PAGE, skip=skip)
    asked = {name: values for name, values in request.args.lists() if name != "page"}
    offered = ("leg", "became", "direction")
    return render_template(
        "province/legs.html",
        period=period,
        choice=choice,
        matter=matter,
        names=called,
        legs=found,
        page=Page("province.legs", page, count, PAGE, asked),
        back=address_of("province.month", period),
        kept=[(name, values) for name, values in asked.items() if name not in offered],
        directions=DIRECTION_WORDS,
        leg_words=LEG_WORDS,
        progress=list(Progress),
        condition_words=INTEGRITY_WORDS,
    )


@province.get("/month/workbook")
def month_file() -> ResponseReturnValue:
    """Give the period as an XLSX file."""
    period = period_asked()
    with transaction() as session:
        month_end.hold_still(session)
        book = month_book.gather(session, period, now=now())
        closed = month_closing.closed(session, book)
        beside = list(closing_sheets.of(session, closed)) if closed else []
    name = f"bcci-{period.first.isoformat()}-{period.last.isoformat()}.xlsx"
    answer = Response(workbook(closed.signed if closed else book, beside), mimetype=XLSX)
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer


def period_asked() -> Period:
    """Give the period in the address; this month when there is none.

    Raises:
        BadPeriod: what is there is no pair of days.
    """
    this_month = presets(day_of(now()))[0].period
    return month_end.period_between(
        _day_asked("from", this_month.first), _day_asked("to", this_month.last)
    )


def _day_asked(name: str, otherwise: date) -> date:
    written = request.args.get(name, "").strip()
    found = read_day(written) if written else otherwise
    if found is None:
        raise month_end.BadPeriod(field=name)
    return found


def _choice_asked() -> month_lists.Choice:
    """Give which legs the address asks for; a word it does not know chooses nothing."""
    agency, point = request.args.get("agency", ""), request.args.get("point", "")
    direction = _known("direction", Direction)
    return month_lists.Choice(
        direction=direction[0] if direction else None,
        legs=tuple(leg for leg in LEGS if leg in request.args.getlist("leg")),
        became=_known("became", Progress),
        classes=_known("class", LegClass),
        conditions=_known("condition", Integrity),
        procedure=request.args.get("procedure", ""),
        agency=agency if _is_id(agency) else "",
        point=point if _is_id(point) else "",
    )


def _known(name: str, words: type[E]) -> tuple[E, ...]:
    asked = request.args.getlist(name)
    return tuple(word for word in words if word.value in asked)


def _is_id(written: str) -> bool:
    return written.isascii() and written.isdecimal() and len(written) <= 18


def _behind(period: Period, **chosen: Any) -> str:
    """Give the address of the legs behind a figure; `kind` stands for the word `class`."""
    if "kind" in chosen:
        chosen["class"] = chosen.pop("kind")
    return address_of("province.legs", period, **chosen)


def address_of(endpoint: str, period: Period, **chosen: Any) -> str:
    """Give the address of a page of a period."""
    chosen |= {"from": period.first.isoformat(), "to": period.last.isoformat()}
    return url_for(endpoint, **chosen)
