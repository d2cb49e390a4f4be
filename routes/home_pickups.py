"""The doors of the courier at the citizen's table: calls, pickups and further papers there."""

import uuid

from flask import Blueprint, flash, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from postal_app import collection_calls, counter, pickups, printing, staff, supplements
from postal_app.rules.collection import FAILURES
from postal_app.rules.intake import GATE_WORDS
from postal_app.rules.vietnamese import day_of
from routes import clerk_form, taking_in
from routes import supplements as supplement_doors
from routes.access import current_actor
from routes.archive import Session, transaction
from routes.forms import Form
from routes.language import _
from routes.sessions import now

home = Blueprint("home", __name__)
taking_in.hang_on(home, "/courier")
supplement_doors.hang_on(home, "/courier")

REASONS = [(code, reason.words) for code, reason in FAILURES.items()]


@home.get("/courier/pickups")
def start() -> ResponseReturnValue:
    """Show who waits for a courier of the point, and what this one has begun."""
    actor = current_actor()
    with transaction() as session:
        waiting = collection_calls.waiting(session, actor)
        seen = [f"call-{one.id}" for one in waiting]  # name, phone and address stand in the list
        staff.record_view(session, actor, "home.start", seen, now=now())
        unfinished = pickups.unfinished(session, actor)
        further = supplements.unfinished(session, actor)
        return render_template(
            "home/start.html",
            waiting=waiting,
            unfinished=[(one, GATE_WORDS[pickups.gate_of(one)]) for one in unfinished],
            further=[(one, GATE_WORDS[supplements.gate_of(one)]) for one in further],
            today=day_of(now()),
            qualified=counter.is_qualified(session, actor, day_of(now())),
        )


@home.route("/courier/calls/<int:call_id>", methods=["GET", "POST"])
def call(call_id: int) -> ResponseReturnValue:
    """Say that nothing was fetched at a call, and why."""
    actor = current_actor()
    form = Form()
    with transaction() as session:
        found = collection_calls.open_one(session, call_id, actor)
        staff.record_view(session, actor, "home.call", f"call-{call_id}", now=now())
        if form.sent:
            with form.catching():
                _answer(session, call_id, form)
        if not form.sent or form.faults or form.refusal:
            return form.page("home/call.html", call=found, reasons=REASONS)
    flash(_("Đã ghi lý do chưa nhận được hồ sơ."), "good")
    return redirect(url_for("home.start"))


@home.get("/courier/pickups/<number>/code.svg")
def code(number: str) -> ResponseReturnValue:
    """Give the code that leads the sender's phone to the way of the envelope just sealed."""
    with transaction() as session:
        dossier = counter.dossier(session, number, current_actor())
        picture = printing.tracking_picture(dossier, taking_in.codes())
    answer = make_response(picture)
    answer.headers["Content-Type"] = "image/svg+xml"
    return answer


calls = Blueprint("calls", __name__)


@calls.route("/clerk/calls", methods=["GET", "POST"])
def listed() -> ResponseReturnValue:
    """Write down who wishes a dossier fetched, and see what became of earlier wishes."""
    actor = current_actor()
    form = Form(start={"wished_on": day_of(now()), "request_key": uuid.uuid4()})
    if form.sent:
        with form.catching(), transaction() as session:
            _ask(session, form)
        if not form.faults and not form.refusal:
            flash(_("Đã ghi yêu cầu; bưu tá của điểm thấy ngay ở «Nhận tại nhà»."), "good")
            return redirect(url_for("calls.listed"))
    with transaction() as session:
        waiting = collection_calls.waiting(session, actor)
        answered = collection_calls.answered(session, actor)
        seen = [f"call-{one.id}" for one in (*waiting, *(row[0] for row in answered))]
        staff.record_view(session, actor, "calls.listed", seen, now=now())
        return form.page(
            "clerk/calls.html",
            waiting=waiting,
            answered=answered,
            reasons=dict(REASONS),
            today=day_of(now()),
        )


def _ask(session: Session, form: Form) -> None:
    wish = collection_calls.NewCall(
        form.text("name"),
        form.phone("phone"),
        form.text("address"),
        form.day("wished_on"),
        form.text("wished_time", required=False, longest=60),
        form.text("note", required=False),
        clerk_form.read_key(form),
    )
    form.check()
    collection_calls.ask(session, wish, current_actor(), now=now())


def _answer(session: Session, call_id: int, form: Form) -> None:
    reason = form.one_of("reason", FAILURES)
    note = form.text("note", required=False)
    form.check()
    collection_calls.failed(session, call_id, reason, note, current_actor(), now=now())
