"""The doors of closing a month: sign its figures, and see what the ledger learnt afterwards."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from postal_app import count_lists, handover_differences, late_entries, month_book, month_closing
from postal_app.errors import PostalError
from postal_app.month_book import Book
from postal_app.rules.closing import month_of
from postal_app.rules.periods import Period
from postal_app.rules.promises import Limit
from postal_app.rules.roles import ROLE_WORDS
from routes.access import NothingHere, current_actor
from routes.archive import Session, transaction
from routes.forms import Form
from routes.language import _
from routes.pages import Page, page_asked
from routes.province import PAGE, address_of, period_asked
from routes.sessions import now

closing = Blueprint("closing", __name__, url_prefix="/province/month")


@closing.route("/close", methods=["GET", "POST"])
def close() -> ResponseReturnValue:
    """Show what would be signed and what is still open; sign it."""
    period, actor, form = period_asked(), current_actor(), Form()
    if form.sent:
        with form.catching():
            seen = request.form.get("seen", "")
            with transaction() as session:
                month_closing.hold_still(session)
                made = month_closing.close(session, period, seen, actor, now=now())
                told = _("Đã chốt tháng {month}.", month=made.first.strftime("%m/%Y"))
            flash(told, "good")
            return redirect(address_of("province.month", period))
    with transaction() as session:
        month_closing.hold_still(session)
        book = month_book.gather(session, period, now=now())
        return form.page(
            "province/close.html",
            month=book.month,
            seen=month_closing.seen_in(book),
            refusal=_refusal(session, period),
            waiting=_waiting(session, book),
            signer=actor,
            signs_as=ROLE_WORDS[actor.role],
            back=address_of("province.month", period),
            here=address_of("closing.close", period),
        )


@closing.get("/later")
def later() -> ResponseReturnValue:
    """Show the records of a closed month that came after the closing, a page at a time.

    Raises:
        NothingHere: the period is no closed month.
    """
    period, page = period_asked(), page_asked()
    with transaction() as session:
        found = month_closing.of(session, period)
        if found is None:
            raise NothingHere
        count = late_entries.count(session, found)
        rows = late_entries.listed(session, found, limit=PAGE, skip=(page - 1) * PAGE)
        days = {"from": [period.first.isoformat()], "to": [period.last.isoformat()]}
        return render_template(
            "province/later.html",
            period=month_of(found.first),
            closing=found,
            entries=rows,
            page=Page("closing.later", page, count, PAGE, days),
            back=address_of("province.month", period),
        )


def _refusal(session: Session, period: Period) -> PostalError | None:
    """Give why the month cannot be closed; None when it can."""
    try:
        month_closing.check(session, period, now=now())
    except PostalError as error:
        return error
    return None


def _waiting(session: Session, book: Book) -> list[tuple[str, int, str]]:
    """Give what is still open: words, how many, and where it is looked at; it hinders nothing."""
    month, period, actor = book.month, book.month.period, current_actor()
    told = [
        (
            _("lượt của tháng còn đang chuyển"),
            month.way.under_way,
            address_of("province.legs", period, became="under_way"),
        ),
        (
            _("trường hợp cần xem lại"),
            month.exceptions_total,
            address_of("province.month", period) + "#exceptions",
        ),
        (
            _("bưu gửi quá hạn đã hẹn"),
            book.promised.of(Limit.DELIVERY).overdue,
            address_of("province.month", period) + "#promises",
        ),
        (
            _("đồng chênh lệch tiền thu hộ"),
            book.money.difference,
            address_of("money.balance", period),
        ),
        (
            _("chênh lệch giao nhận chưa xử lý, của mọi tháng"),
            handover_differences.count_open(session, actor),
            url_for("handovers.differences"),
        ),
        (
            _("chênh lệch kiểm kê chưa xử lý, của mọi tháng"),
            len(count_lists.open_differences(session, actor)),
            url_for("counts.listed"),
        ),
    ]
    return [(words, count, address) for words, count, address in told if count]
