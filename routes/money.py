"""The doors of state money: held and handed over, answered by the agency, the balance shown."""

from datetime import date
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from postal_app import money as desk
from postal_app import money_balance, money_workbook, month_end, places, price_gaps
from postal_app.money_moves import Wanted
from postal_app.month_names import names
from postal_app.rules.intake import MONEY_KINDS
from postal_app.rules.money import (
    ANSWER_WORDS,
    FIGURE_WORDS,
    OWN_KINDS,
    STANDING_WORDS,
    TRUST_KINDS,
)
from postal_app.rules.periods import Period, presets
from postal_app.rules.vietnamese import day_of, read_day
from routes.access import current_actor
from routes.archive import transaction
from routes.forms import Form
from routes.language import _
from routes.pages import Page, page_asked
from routes.sessions import now

money = Blueprint("money", __name__)

PAGE = 100
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WORDS: dict[str, Any] = {
    "kinds": MONEY_KINDS,
    "trust_kinds": TRUST_KINDS,
    "answers": ANSWER_WORDS,
    "standings": STANDING_WORDS,
}


@money.route("/clerk/money", methods=["GET", "POST"])
def held() -> ResponseReturnValue:
    """Show the state money that lies at the point, by agency, and hand some of it over."""
    actor, form = current_actor(), Form()
    if form.sent:
        with form.catching():
            agency_id = form.count("agency", most=2**31)
            form.check()
            with transaction() as session:
                made = desk.hand_over(session, agency_id, form.values("receipt"), actor, now=now())
                number = made.number
            flash(_("Đã lập phiếu giao tiền {number}.", number=number), "good")
            return redirect(url_for("money.voucher", number=number))
    with transaction() as session:
        return form.page(
            "money/held.html",
            agencies=desk.held(session, actor),
            vouchers=desk.vouchers(session, actor),
            **WORDS,
        )


@money.get("/clerk/money/<number>")
def voucher(number: str) -> ResponseReturnValue:
    """Show a voucher of the point, to print and sign."""
    with transaction() as session:
        return render_template(
            "money/voucher.html", **_paper(desk.voucher(session, number, current_actor()))
        )


@money.get("/agency/money")
def to_confirm() -> ResponseReturnValue:
    """Show the vouchers made out to the officer's agency, those without an answer first."""
    with transaction() as session:
        vouchers = desk.vouchers(session, current_actor())
        return render_template("money/to_confirm.html", vouchers=vouchers, **WORDS)


@money.route("/agency/money/<number>", methods=["GET", "POST"])
def answer(number: str) -> ResponseReturnValue:
    """Show a voucher to the agency; confirm it or refuse it."""
    actor = current_actor()
    forms = {"confirm": Form("confirm"), "refuse": Form("refuse")}
    with transaction() as session:
        desk.voucher(session, number, actor)  # a foreign one answers before anything is read
    for name, form in forms.items():
        if form.sent:
            with form.catching():
                _answer(name, number, form)
                return redirect(url_for("money.to_confirm"))
    with transaction() as session:
        page = render_template(
            "money/answer.html", forms=forms, **_paper(desk.voucher(session, number, actor))
        )
    return page, max(form.status for form in forms.values())


@money.get("/province/money")
def balance() -> ResponseReturnValue:
    """Show the balance of state money by point and agency for any days, today when none is asked.

    Raises:
        BadPeriod: the address holds no pair of days.
    """
    period, wanted = _period_asked(), _wanted()
    with transaction() as session:
        month_end.hold_still(session)
        named = names(session, period.last)
        rows = money_balance.balances(session, period, wanted, named)
        own = money_balance.own_money(session, period, wanted, named)
        points = sorted((one.code, one.name, key) for key, one in named.points.items())
    return render_template(
        "money/balance.html",
        period=period,
        presets=presets(day_of(now())),
        rows=rows,
        totals=money_balance.totals(rows),
        own=own,
        own_totals={kind: sum(r.amount for r in own if r.kind == kind) for kind in OWN_KINDS},
        points=points,
        wanted=wanted,
        figures=FIGURE_WORDS,
        behind=lambda **chosen: _behind(period, wanted, **chosen),
        days={"point": wanted.point_id, **_days(period)},
        **WORDS,
    )


@money.get("/province/money/receipts")
def receipts() -> ResponseReturnValue:
    """Show the receipts behind one figure of the balance, a page at a time.

    Raises:
        BadPeriod: the address holds no pair of days.
    """
    period, wanted, page = _period_asked(), _wanted(), page_asked()
    figure = request.args.get("figure", "")
    figure = figure if figure in FIGURE_WORDS else "held"
    with transaction() as session:
        month_end.hold_still(session)
        lines, count, amount = money_balance.behind(
            session, period, wanted, figure, limit=PAGE, skip=(page - 1) * PAGE
        )
        named = names(session, period.last)
    asked = {name: values for name, values in request.args.lists() if name != "page"}
    return render_template(
        "money/receipts.html",
        period=period,
        figure=FIGURE_WORDS[figure],
        lines=lines,
        amount=amount,
        names=named,
        page=Page("money.receipts", page, count, PAGE, asked),
        back=url_for("money.balance", **_days(period)),
        **WORDS,
    )


@money.get("/province/money.xlsx")
def balance_file() -> ResponseReturnValue:
    """Give the balance of each day, by point, agency and kind, as a workbook.

    Raises:
        BadPeriod, TooManyDays: the address holds no pair of days, or too many between them.
    """
    period, wanted = _period_asked(), _wanted()
    with transaction() as session:
        month_end.hold_still(session)
        named = names(session, period.last)
        rows = money_balance.daily(session, period, wanted, named)
        province = places.province(session)
        sample = bool(province and province.sample)
    content = money_workbook.workbook(period, rows, sample=sample)
    name = f"tien-thu-ho-{period.first.isoformat()}-{period.last.isoformat()}.xlsx"
    answer = Response(content, mimetype=XLSX)
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer


@money.get("/province/money/prices")
def prices() -> ResponseReturnValue:
    """Show where another price was taken than the tariff asks.

    Raises:
        BadPeriod: the address holds no pair of days.
    """
    period, wanted, page = _period_asked(), _wanted(), page_asked()
    with transaction() as session:
        gaps, count = price_gaps.price_gaps(
            session, period, wanted, limit=PAGE, skip=(page - 1) * PAGE
        )
    asked = {name: values for name, values in request.args.lists() if name != "page"}
    return render_template(
        "money/prices.html",
        period=period,
        gaps=gaps,
        page=Page("money.prices", page, count, PAGE, asked),
        back=url_for("money.balance", point=wanted.point_id, **_days(period)),
        **WORDS,
    )


def _answer(name: str, number: str, form: Form) -> None:
    field = "reference" if name == "confirm" else "reason"
    said = form.text(field, longest=60) if name == "confirm" else form.note(field, required=True)
    form.check()
    verb = desk.confirm if name == "confirm" else desk.refuse
    with transaction() as session:
        verb(session, number, said, current_actor(), now=now())
    if name == "confirm":
        flash(_("Đã xác nhận phiếu giao tiền {number}.", number=number), "good")
    else:
        flash(_("Đã từ chối phiếu giao tiền {number}; tiền về lại điểm.", number=number), "good")


def _paper(shown: Any) -> dict[str, Any]:
    """Give what a voucher's page shows: amounts of each kind, and their total, also in words."""
    amounts = {"fee": shown.fee_amount, "charge": shown.charge_amount}
    total = sum(amounts.values())
    return {
        "voucher": shown,
        "amounts": {kind: (one, desk.in_words(one)) for kind, one in amounts.items() if one},
        "total": (total, desk.in_words(total)),
        **WORDS,
    }


def _period_asked() -> Period:
    today = day_of(now())
    return month_end.period_between(_day_asked("from", today), _day_asked("to", today))


def _day_asked(name: str, otherwise: date) -> date:
    written = request.args.get(name, "").strip()
    found = read_day(written) if written else otherwise
    if found is None:
        raise month_end.BadPeriod(field=name)
    return found


def _wanted() -> Wanted:
    """Give which money the address asks for; a word it does not know chooses nothing."""
    kind = request.args.get("kind", "")
    return Wanted(_id("point"), _id("agency"), kind if kind in TRUST_KINDS else "")


def _id(name: str) -> int | None:
    written = request.args.get(name, "")
    usable = written.isascii() and written.isdecimal() and len(written) <= 18
    return int(written) if usable else None


def _days(period: Period) -> dict[str, Any]:
    return {"from": period.first.isoformat(), "to": period.last.isoformat()}


def _behind(period: Period, wanted: Wanted, **chosen: Any) -> str:
    """Give the address of the receipts behind a figure; a total keeps the point asked for."""
    return url_for("money.receipts", **({"point": wanted.point_id} | chosen | _days(period)))
