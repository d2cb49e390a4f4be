"""The doors of work with labels: many at once, printers set right, numbers printed ahead."""

from collections.abc import Iterator
from dataclasses import replace

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from postal_app import (
    calibrations,
    exports,
    label_orders,
    label_sheets,
    point_printers,
    pre_printed,
    staff,
)
from postal_app.label_orders import STOCK_WORDS, Drawing, Speech
from postal_app.label_sheets import MOST_COPIES, Sheet
from postal_app.point_printers import of_point
from postal_app.pre_printed import FATE_WORDS, MOST_AT_ONCE, WITH_REASON, Fate
from postal_app.rules.vietnamese import day_of
from postal_app.rules.words import Words
from routes import print_jobs, taking_in
from routes.access import current_actor
from routes.archive import Session, transaction
from routes.forms import Form
from routes.language import _
from routes.print_jobs import Order
from routes.sessions import now

doors = Blueprint("label_work", __name__)

MILLIMETRES = Words(
    "Ghi số mi-li-mét, ví dụ 19,5.", "Write the distance in millimetres, such as 19.5."
)
FURTHEST = 400.0
WAYS = {
    "": Words("Tệp PDF, mở ngay", "A PDF file, opened at once"),
    "kept": Words("Tệp PDF, xem tiến độ, giữ bảy ngày", "A PDF file, followed, kept seven days"),
}
"""What becomes of an order that goes to no printer of the point."""
PIECE = 1 << 16


@doors.route("/clerk/labels/many", methods=["GET", "POST"])
def batch() -> ResponseReturnValue:
    """Print the labels of a day, of a hand-over list or of numbers, up to ten thousand.

    Either the paper is the answer; or its progress is, and then it is kept or sent to a printer.
    """
    actor = current_actor()
    form = Form(start={"day": day_of(now()), "start": 1, "copies": 1})
    if form.sent:
        with form.catching():
            sheet = _read_sheet(form)
            on = form.day_or_none("day")
            numbers = label_orders.listed(form.note("numbers", longest=300_000))
            listed_on = form.text("list", required=False, longest=60)
            to = form.text("to", required=False, longest=200)
            form.check()
            with transaction() as session:
                if listed_on:
                    numbers += label_orders.of_list(session, actor, listed_on)
                elif not numbers and on is not None:
                    numbers = label_orders.of_day(session, actor, on)
                label_orders.require_some(numbers)
                drawing = Drawing(numbers, sheet, taking_in.codes(), actor)
                order = _order(session, drawing, to)
                # What can be refused is refused here, on the form; nothing is drawn yet.
                parts = label_orders.spoken(session, order.drawing, order.speech, now=now())
                if to:
                    return print_jobs.followed(order)
                content = b"".join(part.content for part in parts)
                staff.record_view(session, actor, "label_work.batch", numbers, now=now())
                paper = exports.Paper("label_work.batch", tuple(numbers), content)
                exports.record_paper(session, actor, paper, now=now())
            # Written down before the first byte leaves: no print is ever unknown.
            return _pdf(_pieces(content), "nhan", len(numbers) * sheet.copies)
    with transaction() as session:
        printers = sorted({one.printer for one in calibrations.known(session, actor)})
        outlets = [*WAYS.items(), *((one.name, one.name) for one in of_point(session, actor))]
    return form.page(
        "label_work/batch.html", stocks=STOCK_WORDS, printers=printers, outlets=outlets
    )


@doors.route("/clerk/printers", methods=["GET", "POST"])
def printers() -> ResponseReturnValue:
    """Show what the point's printers do wrong, and keep what was measured on a test page."""
    actor = current_actor()
    form = Form(start={"stock": request.args.get("stock", "A4-2x5")})
    if form.sent:
        with form.catching():
            printer = form.text("printer", longest=calibrations.LONGEST_NAME)
            stock = form.one_of("stock", STOCK_WORDS)
            figures = [_millimetres(form, field) for field in calibrations.FIELDS]
            form.check()
            with transaction() as session:
                calibrations.remember(session, printer, stock, figures, actor, now=now())
            flash(_("Đã lưu số đo của máy in."), "good")
            return redirect(url_for("label_work.printers"))
    with transaction() as session:
        return form.page(
            "label_work/printers.html",
            rows=[
                (one, calibrations.correction(one)) for one in calibrations.known(session, actor)
            ],
            stocks=STOCK_WORDS,
            fields=calibrations.FIELDS,
            wanted={name: calibrations.wanted(name) for name in STOCK_WORDS},
        )


@doors.get("/clerk/printers/test.pdf")
def test_page() -> ResponseReturnValue:
    """Give the page whose marks are measured with a ruler, as the printer is set by now."""
    with transaction() as session:
        content = calibrations.test_page(
            session,
            request.args.get("printer", ""),
            request.args.get("stock", ""),
            current_actor(),
        )
    return _pdf(_pieces(content), "trang-thu", 0)


@doors.route("/clerk/label-ranges", methods=["GET", "POST"])
def ranges() -> ResponseReturnValue:
    """Show the point's ranges and what became of their numbers; get one, account for a number."""
    actor = current_actor()
    give, settle = Form("give"), Form("settle")
    if give.sent:
        with give.catching(), transaction() as session:
            count = give.count("count", least=1, most=MOST_AT_ONCE)
            give.check()
            pre_printed.give(session, count, actor, now=now())
        if not give.faults and not give.refusal:
            return redirect(url_for("label_work.ranges"))
    if settle.sent:
        with settle.catching(), transaction() as session:
            number = settle.text("number", longest=200)
            fate = settle.one_of("fate", WITH_REASON)
            reason = settle.text("reason")
            settle.check()
            pre_printed.settle(session, number, Fate(fate), reason, actor, now=now())
        if not settle.faults and not settle.refusal:
            flash(_("Đã ghi nhận số hiệu không dùng."), "good")
            return redirect(url_for("label_work.ranges"))
    with transaction() as session:
        page = render_template(
            "label_work/ranges.html",
            give=give,
            settle=settle,
            accounts=pre_printed.accounts(session, actor),
            fates=[(fate, FATE_WORDS[fate]) for fate in WITH_REASON],
            stocks=STOCK_WORDS,
            used=Fate.USED,
            spoiled=Fate.SPOILED,
            lost=Fate.LOST,
        )
    return page, max(give.status, settle.status)


@doors.get("/clerk/label-ranges/<int:range_id>/labels.pdf")
def range_labels(range_id: int) -> ResponseReturnValue:
    """Give the labels of a range's unused numbers to print; they name nobody."""
    actor = current_actor()
    sheet = Sheet(request.args.get("stock") or "A4-2x5", request.args.get("start", 1, type=int))
    with transaction() as session:
        unused = pre_printed.unused(session, range_id, actor)
        said = pre_printed.labels(session, unused, taking_in.codes(), actor)
        content = b"".join(part.content for part in label_sheets.plain(said, sheet))
    return _pdf(_pieces(content), f"nhan-in-san-{range_id}", len(unused))


def _order(session: Session, drawing: Drawing, to: str) -> Order:
    """Give the order for what was chosen: a paper, a paper that is followed, or a printer's name.

    Raises:
        UnknownPrinter: the point has no printer of this name.
    """
    if to in WAYS:
        return Order(drawing, Speech())
    printer = point_printers.get(session, to, drawing.by)
    set_right = replace(drawing, sheet=replace(drawing.sheet, printer=printer.name))
    speech = Speech(printer.language, printer.dots_per_inch)
    where = point_printers.destination_of(printer)
    return Order(set_right, speech, printer.name, where)


def _read_sheet(form: Form) -> Sheet:
    return Sheet(
        form.one_of("stock", STOCK_WORDS),
        form.count("start", least=1, most=99),
        form.count("copies", least=1, most=MOST_COPIES),
        form.text("printer", required=False, longest=calibrations.LONGEST_NAME),
    )


def _millimetres(form: Form, field: str) -> float:
    """Give a distance as typed, with a comma or a point."""
    written = form.text(field, longest=20)
    try:
        found = float(written.replace(",", "."))
    except ValueError:
        found = -1.0
    if written and not 0 < found < FURTHEST:
        form.fault(field, MILLIMETRES)
    return found


def _pieces(content: bytes) -> Iterator[bytes]:
    """Give a paper in pieces that a slow line takes one after the other."""
    return (content[at : at + PIECE] for at in range(0, len(content), PIECE))


def _pdf(parts: Iterator[bytes], name: str, labels: int) -> Response:
    """Give a PDF as it is made."""
    answer = Response(parts, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    answer.headers["X-Labels"] = str(labels)
    return answer
