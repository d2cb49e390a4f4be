"""The doors of the clerk: the counter's day, the pickups, their labels."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from postal_app import (
    calibrations,
    collection_calls,
    count_lists,
    counter,
    handover_differences,
    handover_lists,
    label_sheets,
    pickups,
    staff,
    standing,
    supplements,
    worklists,
)
from postal_app.addressees import destination
from postal_app.label_orders import STOCK_WORDS
from postal_app.label_sheets import Sheet
from postal_app.rules.intake import GATE_WORDS
from postal_app.rules.legs import LEG_WORDS
from postal_app.rules.vietnamese import day_of
from postal_app.scanning import kinds_for
from routes import papers, taking_in
from routes import supplements as supplement_doors
from routes.access import current_actor
from routes.archive import transaction
from routes.language import _
from routes.sessions import now

clerk = Blueprint("clerk", __name__)
taking_in.hang_on(clerk, "/clerk")
supplement_doors.hang_on(clerk, "/clerk")

MOST_SHOWN = 200
FIRST_STOCK = "A4-2x5"


@clerk.get("/clerk")
def start() -> ResponseReturnValue:
    """Show what is to be done now: pickups not finished, and what lies at the point."""
    actor = current_actor()
    with transaction() as session:
        unfinished = pickups.unfinished(session, actor)
        for one in unfinished:  # the list names the senders, to tell their dossiers apart
            staff.record_view(session, actor, "clerk.start", one.number, now=now())
        further = supplements.unfinished(session, actor)
        for sending in further:
            staff.record_view(session, actor, "clerk.start", sending.dossier.number, now=now())
        return render_template(
            "clerk/start.html",
            unfinished=[(one, GATE_WORDS[pickups.gate_of(one)]) for one in unfinished],
            further=[(one, GATE_WORDS[supplements.gate_of(one)]) for one in further],
            calls=len(collection_calls.waiting(session, actor)),
            to_take=handover_lists.count_to_take(session, actor),
            differing=handover_differences.count_open(session, actor),
            held=worklists.held_by(session, actor),
            most=MOST_SHOWN,
            scanned=kinds_for(actor.role),
            legs=LEG_WORDS,
            differences=len(count_lists.open_differences(session, actor)),
            still=len(standing.work(session, actor, now=now())),
            today=day_of(now()),
            qualified=counter.is_qualified(session, actor, day_of(now())),
        )


@clerk.get("/clerk/items/<number>/label.pdf")
def label(number: str) -> ResponseReturnValue:
    """Give the label of one item to print, A6 when nothing else is asked for."""
    return _label_paper([number], _sheet("A6"), f"nhan-{number}")


@clerk.get("/clerk/labels")
def labels() -> ResponseReturnValue:
    """Choose which of the day's items get their labels on a sheet."""
    today = day_of(now())
    with transaction() as session:
        items = counter.sealed_on(session, current_actor(), today)
        return render_template(
            "clerk/labels.html",
            items=[(item, destination(item)) for item in items],
            legs=LEG_WORDS,
            today=today,
            stocks=STOCK_WORDS,
            strange=label_sheets.strange_letters(items),
            printers=sorted({one.printer for one in calibrations.known(session, current_actor())}),
        )


@clerk.get("/clerk/labels.pdf")
def label_sheet() -> ResponseReturnValue:
    """Give the labels of the items chosen on sheets, from a free place on."""
    numbers = request.args.getlist("number")
    if not numbers:
        flash(_("Hãy chọn ít nhất một bưu gửi để in nhãn."), "warning")
        return redirect(url_for("clerk.labels"))
    return _label_paper(numbers, _sheet(FIRST_STOCK), "nhan")


def _sheet(stock: str) -> Sheet:
    asked = request.args
    return Sheet(
        asked.get("stock") or stock,
        asked.get("start", 1, type=int),
        asked.get("copies", 1, type=int),
        asked.get("printer", ""),
    )


def _label_paper(numbers: list[str], sheet: Sheet, name: str) -> ResponseReturnValue:
    actor = current_actor()
    with transaction() as session:
        paper = label_sheets.labels(session, numbers, sheet, taking_in.codes(), actor, now=now())
        return papers.give(session, "clerk.label", numbers, paper, name)
