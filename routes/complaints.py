"""The doors of complaints: taken in, answered, made good, printed; the published limits."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from postal_app import (
    compensation_limits,
    compensations,
    enquiries,
    incident_papers,
    places,
    staff,
)
from postal_app import (
    complaints as desk,
)
from postal_app.compensations import NewCompensation
from postal_app.complaints import NewComplaint, Person
from postal_app.rules.compensation import BASES, Amounts, Stage
from postal_app.rules.complaints import (
    COMPLAINANTS,
    FINAL_VERDICTS,
    KINDS,
    OPENS_COMPENSATION,
    VERDICTS,
)
from postal_app.rules.legs import LEG_WORDS
from postal_app.rules.roles import Role
from postal_app.rules.vietnamese import day_of
from postal_app.rules.words import Words
from routes import papers
from routes.access import current_actor
from routes.archive import Session, transaction
from routes.forms import Form
from routes.incidents import LONGEST_STORY
from routes.incidents import WORDS as INCIDENT_WORDS
from routes.language import _
from routes.sessions import now

complaints = Blueprint("complaints", __name__)

FORMS = ("answer", "propose", "approve", "refuse", "pay")
MOST_TIMES = 1000
WORDS: dict[str, Any] = {
    **INCIDENT_WORDS,
    "made_as": COMPLAINANTS,
    "bases": BASES,
    "legs": LEG_WORDS,
}


@complaints.route("/items/<number>/complaints/new", methods=["GET", "POST"])
def new(number: str) -> ResponseReturnValue:
    """Take a complaint about an item in; each kind says whether it would be in time today.

    Raises:
        UnknownNumber: the item is not in reach.
    """
    actor, form = current_actor(), Form(start={"lodged_on": day_of(now())})
    with transaction() as session:
        number = enquiries.item_history(session, number, actor).item.number
    if form.sent:
        with form.catching():
            written = _read(form, number)
            with transaction() as session:
                made = desk.take_in(session, written, actor, now=now()).number
            flash(_("Đã nhận khiếu nại {number}.", number=made), "good")
            return redirect(url_for("complaints.one", number=made))
    with transaction() as session:
        told = enquiries.item_history(session, number, actor)
        return form.page(
            "complaints/new.html",
            item=told.item,
            known=desk.known_of(session, told),
            foreseen=desk.foreseen(session, told, day_of(now())),
            people=desk.people_of(session, told.item.id),
            kind_choices=[(code, kind.words) for code, kind in KINDS.items()],
            **WORDS,
        )


@complaints.route("/complaints/<number>", methods=["GET", "POST"])
def one(number: str) -> ResponseReturnValue:
    """Show a complaint; answer it, record what is paid, approve it, pay it out.

    Raises:
        UnknownComplaint: it is not in reach.
    """
    actor = current_actor()
    with transaction() as session:
        found = desk.complaint(session, number, actor)  # a foreign one answers before all else
        start = {"propose": {"payer": found.item.point.code}}
    forms = {name: Form(name, start=start.get(name)) for name in FORMS}
    for name, form in forms.items():
        if form.sent:
            with form.catching():
                flash(_act(name, number, form), "good")
                return redirect(url_for("complaints.one", number=number))
    with transaction() as session:
        page = _page(session, number, forms)
    return page, max(form.status for form in forms.values())


@complaints.get("/complaints/answers/<number>/letter.pdf")
def letter(number: str) -> ResponseReturnValue:
    """Give a written answer to print and send."""
    actor = current_actor()
    with transaction() as session:
        found = desk.answer_of(session, number, actor)
        content = incident_papers.letter(session, number, actor)
        subjects = [found.complaint.item.number]
        return papers.give(session, "complaints.letter", subjects, content, f"tra-loi-{number}")


@complaints.route("/province/compensation-limits", methods=["GET", "POST"])
def limits() -> ResponseReturnValue:
    """Show the published limits for total loss, and publish one."""
    form = Form()
    if form.sent:
        with form.catching():
            times = form.count("times", least=1, most=MOST_TIMES)
            valid_from = form.day("valid_from")
            source = form.text("source")
            form.check()
            with transaction() as session:
                compensation_limits.publish_limit(
                    session, times, valid_from, source, current_actor(), now=now()
                )
            flash(_("Đã công bố mức bồi thường."), "good")
            return redirect(url_for("complaints.limits"))
    with transaction() as session:
        return form.page("complaints/limits.html", limits=compensation_limits.limits(session))


def _read(form: Form, number: str) -> NewComplaint:
    kind = form.one_of("kind", KINDS)
    made_as = form.one_of("made_as", COMPLAINANTS)
    name, address = form.text("name"), form.text("address")
    phone = form.phone("phone", required=False)
    authorisation = form.text("authorisation", required=False)
    content = form.note("content", longest=LONGEST_STORY)
    reference = form.text("paper_reference", required=False)
    lodged_on = form.day("lodged_on")
    about = form.value("about")
    form.check()
    return NewComplaint(
        number,
        kind,
        made_as,
        Person(name, address, phone, authorisation),
        content,
        lodged_on,
        reference,
        int(about) if about.isascii() and about.isdecimal() and len(about) <= 18 else None,
    )


def _page(session: Session, number: str, forms: dict[str, Form]) -> str:
    actor = current_actor()
    found = desk.complaint(session, number, actor)
    staff.record_view(session, actor, "complaints.one", found.item.number, now=now())
    stages = [compensations.stage_of(one) for one in found.compensations]
    final = next((one for one in found.answers if one.verdict in FINAL_VERDICTS), None)
    at_province = actor.role is Role.PROVINCIAL
    own = actor.account_id in (found.taken_by, found.about_id)
    last = found.compensations[-1] if found.compensations else None
    open_again = all(stage is Stage.REFUSED for stage in stages)
    return render_template(
        "complaints/one.html",
        complaint=found,
        judged=Words(found.judged_vi, found.judged_en),
        forms=forms,
        today=day_of(now()),
        final=final,
        measure=compensations.ground(session, found.item),
        amounts=compensations.amounts_of,
        stage_of=compensations.stage_of,
        points=[(p.code, p.name) for p in places.qualified_points(session, day_of(now()))],
        may={
            "answer": at_province and final is None and not own,
            "propose": at_province
            and final is not None
            and final.verdict in OPENS_COMPENSATION
            and open_again,
            "approve": at_province
            and last is not None
            and stages[-1] is Stage.PROPOSED
            and last.proposed_by != actor.account_id,
            "pay": last is not None
            and stages[-1] is Stage.APPROVED
            and last.payer_id == actor.point_id,
        },
        **WORDS,
    )


def _act(name: str, number: str, form: Form) -> str:
    """Do what one of the complaint's forms asks; give what is said when it is done."""
    match name:
        case "answer":
            return _answer(number, form)
        case "propose":
            return _propose(number, form)
        case "pay":
            reference = form.text("reference", longest=60)
            form.check()
            with transaction() as session:
                compensations.pay(session, number, reference, current_actor(), now=now())
            return _("Đã ghi chi trả bồi thường.")
    approved = name == "approve"
    reason = form.note("reason", required=not approved)
    form.check()
    with transaction() as session:
        compensations.approve(
            session, number, reason, current_actor(), approved=approved, now=now()
        )
    return _("Đã duyệt bồi thường.") if approved else _("Đã ghi là không duyệt.")


def _answer(number: str, form: Form) -> str:
    verdict = form.one_of("verdict", VERDICTS)
    said = form.note("said", required=True, longest=LONGEST_STORY)
    form.check()
    with transaction() as session:
        made = desk.answer(session, number, verdict, said, current_actor(), now=now()).number
    return _("Đã trả lời, số {number}.", number=made)


def _propose(number: str, form: Form) -> str:
    basis = form.one_of("basis", BASES)
    parts = [form.dong_or_none(name) or 0 for name in ("loss", "remaking", "postage_refund")]
    evidence = form.text("evidence", required=False)
    payer = form.text("payer", longest=20)
    note = form.note("note")
    form.check()
    written = NewCompensation(basis, Amounts(*parts), payer, evidence, note)
    with transaction() as session:
        compensations.propose(session, number, written, current_actor(), now=now())
    return _("Đã ghi bồi thường; cần người khác duyệt.")
