"""The doors of closing counts: count one's table, see the sheet, settle what differs, print it."""

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from postal_app import balances, count_lists, count_papers
from postal_app import counts as desk
from postal_app.counts import NewCount
from postal_app.ledger import own_holder
from postal_app.rules.counts import MAY_COUNT, MAY_SETTLE, RESULT_WORDS, CountResult
from postal_app.rules.legs import LEG_WORDS
from postal_app.rules.vietnamese import day_of
from routes.access import current_actor
from routes.archive import transaction
from routes.forms import Form
from routes.language import _
from routes.sessions import now

counts = Blueprint("counts", __name__)

LONGEST_LIST = desk.MOST_COUNTED * desk.LONGEST_CODE
RESULT_TONES = {
    CountResult.AGREED: "good",
    CountResult.MISSING: "bad",
    CountResult.ELSEWHERE: "careful",
    CountResult.UNKNOWN: "careful",
}


@counts.get("/counts")
def listed() -> ResponseReturnValue:
    """Show the differences that wait, and the last counts of the place."""
    actor = current_actor()
    with transaction() as session:
        return render_template(
            "counts/listed.html",
            differences=count_lists.open_differences(session, actor),
            sheets=desk.sheets(session, actor),
            may_count=actor.role in MAY_COUNT,
            result_words=RESULT_WORDS,
            agreed=CountResult.AGREED,
            today=day_of(now()),
        )


@counts.route("/counts/new", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    """Count one's own table; the book is shown only to who asks for it."""
    actor, form = current_actor(), Form()
    blind = request.args.get("book") != "shown"
    if form.sent:
        with form.catching():
            made = _read(form, blind=blind)
            with transaction() as session:
                number = desk.record(session, made, actor, now=now()).number
            flash(_("Đã lập biên bản kiểm kê {number}.", number=number), "good")
            return redirect(url_for("counts.sheet", number=number))
    with transaction() as session:
        holder = own_holder(actor)
        lying = [] if blind else balances.lying(session, holder, now())
        return form.page("counts/new.html", blind=blind, lying=lying, leg_words=LEG_WORDS)


@counts.route("/counts/<number>", methods=["GET", "POST"])
def sheet(number: str) -> ResponseReturnValue:
    """Show a count; say as a second person what became of a difference.

    Raises:
        UnknownCount: it is not in reach.
    """
    actor, form = current_actor(), Form()
    with transaction() as session:
        desk.sheet(session, number, actor)  # a foreign one answers before anything is read
    if form.sent:
        with form.catching():
            position, words = form.count("position"), form.note("words")
            form.check()
            with transaction() as session:
                desk.settle(session, number, position, words, actor, now=now())
            flash(_("Đã ghi cách xử lý chênh lệch."), "good")
            return redirect(url_for("counts.sheet", number=number))
    with transaction() as session:
        found = desk.sheet(session, number, actor)
        return form.page(
            "counts/sheet.html",
            sheet=found,
            differences=[one for one in found.lines if one.result != CountResult.AGREED],
            explained=count_lists.explained(session, found),
            may_settle=actor.role in MAY_SETTLE and found.counted_by != actor.account_id,
            result_words=RESULT_WORDS,
            tones=RESULT_TONES,
            today=day_of(now()),
        )


@counts.get("/counts/<number>/sheet.pdf")
def paper(number: str) -> ResponseReturnValue:
    """Give the count to print and sign; no citizen stands on it, only numbers of items."""
    with transaction() as session:
        found = desk.sheet(session, number, current_actor())
        answer = make_response(count_papers.sheet(session, found))
        name = f"kiem-ke-{found.number}"
    answer.headers["Content-Type"] = "application/pdf"
    answer.headers["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return answer


def _read(form: Form, *, blind: bool) -> NewCount:
    """Read what was scanned, a code a line, and what was ticked."""
    scanned = form.note("codes", longest=LONGEST_LIST).splitlines()
    empty, note = form.ticked("empty"), form.text("note", required=False)
    form.check()
    return NewCount((*scanned, *form.values("seen")), blind=blind, empty=empty, note=note)
