"""The doors of what cannot be delivered: terms and demands as data, the list of the ownerless."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from postal_app import delivery_terms, demands, ownerless, worklists
from postal_app.delivery_terms import AREAS, MOST_DAYS, PURPOSES, Term
from postal_app.rules.handing_out import IDENTITY_LEVELS, PAPER_KINDS
from postal_app.rules.legs import LEG_WORDS, TO_CITIZEN
from postal_app.rules.vietnamese import day_of
from routes.access import current_actor
from routes.archive import transaction
from routes.delivery_form import read_demanded
from routes.forms import Form
from routes.language import _
from routes.sessions import now

doors = Blueprint("undelivered", __name__)

PAPERS_OFFERED = 3
LEGS_HELD = {leg: words for leg, words in LEG_WORDS.items() if leg in TO_CITIZEN}


@doors.route("/province/deliveries", methods=["GET", "POST"])
def terms() -> ResponseReturnValue:
    """Show the terms of holding and publication, and enter one."""
    actor = current_actor()
    form = Form(start={"valid_from": day_of(now())})
    if form.sent:
        with form.catching():
            term = _read_term(form)
            with transaction() as session:
                delivery_terms.enter(session, term, actor, now=now())
            flash(_("Đã lưu thời hạn."), "good")
            return redirect(url_for("undelivered.terms"))
    with transaction() as session:
        rows = delivery_terms.published(session)
        return form.page(
            "undelivered/terms.html",
            rows=rows,
            agencies=delivery_terms.agency_names(session),
            names=worklists.account_names(session, (row.entered_by for row in rows)),
            purposes=PURPOSES,
            areas=AREAS,
            legs=LEGS_HELD,
            leg_words=LEG_WORDS,
        )


@doors.route("/province/deliveries/demands", methods=["GET", "POST"])
def procedure_demands() -> ResponseReturnValue:
    """Show what handing out the results of procedures asks, and say it of one."""
    actor = current_actor()
    form = Form(start={"valid_from": day_of(now()), "identity_level": 0})
    if form.sent:
        with form.catching():
            code = form.text("procedure", longest=40)
            since = (form.day("valid_from"), form.text("source"))
            demanded = read_demanded(form)
            with transaction() as session:
                demands.set_for_procedure(session, code, demanded, since, actor, now=now())
            flash(_("Đã lưu yêu cầu cho thủ tục {code}.", code=code), "good")
            return redirect(url_for("undelivered.procedure_demands"))
    with transaction() as session:
        return form.page(
            "undelivered/demands.html",
            said=demands.procedures(session),
            levels=IDENTITY_LEVELS,
            paper_kinds=PAPER_KINDS,
            rows=PAPERS_OFFERED,
        )


@doors.get("/province/ownerless")
def lying_back() -> ResponseReturnValue:
    """Show what came back and is not taken there either, and what may be done with it."""
    with transaction() as session:
        return render_template(
            "undelivered/ownerless.html",
            lying=ownerless.unclaimed(session, today=day_of(now())),
            published=ownerless.public_list(session),
            legs=LEG_WORDS,
        )


@doors.post("/province/ownerless/<number>/publish")
def publish(number: str) -> ResponseReturnValue:
    """Put an item into the public list."""
    with transaction() as session:
        ownerless.publish(session, number, current_actor(), now=now())
    flash(_("Đã niêm yết {number}.", number=number), "good")
    return redirect(url_for("undelivered.lying_back"))


@doors.post("/province/ownerless/<number>/declare")
def declare(number: str) -> ResponseReturnValue:
    """Declare an item to be without owner."""
    with transaction() as session:
        ownerless.declare(session, number, current_actor(), now=now())
    flash(_("Đã xác định {number} là bưu gửi vô thừa nhận.", number=number), "good")
    return redirect(url_for("undelivered.lying_back"))


@doors.get("/khong-nguoi-nhan")
def public_list() -> ResponseReturnValue:
    """Show everybody the published list; it names no person."""
    with transaction() as session:
        lines = ownerless.public_list(session)
    return render_template("undelivered/public.html", lines=lines, legs=LEG_WORDS)


def _read_term(form: Form) -> Term:
    purpose = form.one_of("purpose", PURPOSES)
    days = form.count("days", most=MOST_DAYS)
    valid_from = form.day("valid_from")
    source = form.text("source")
    leg = form.one_of("leg", LEGS_HELD, required=False)
    area = form.one_of("area", AREAS, required=False)
    agency = form.text("agency", required=False, longest=18)
    form.check()
    agency_id = int(agency) if agency.isdecimal() else None
    return Term(purpose, days, valid_from, source, leg, area, agency_id)
