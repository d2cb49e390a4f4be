"""The doors of the agency's officer: confirm what arrives, settle it, hand results to the post."""

from dataclasses import dataclass
from datetime import date

from flask import Blueprint, current_app, flash, redirect, render_template, request
from flask import url_for as to
from flask.typing import ResponseReturnValue

from config import Config
from postal_app import (
    agency_collections,
    agency_desk,
    agency_originals,
    agency_receipts,
    agency_records,
    agency_transfers,
    label_sheets,
    places,
    promises,
    staff,
    worklists,
)
from postal_app.agency_desk import Acceptance, Registration
from postal_app.agency_envelopes import PAYERS
from postal_app.envelopes import HEAVIEST_GRAMS, Envelope
from postal_app.label_sheets import Sheet
from postal_app.pickup_form import Person
from postal_app.printing import LabelCodes
from postal_app.rules.codes import read_scan
from postal_app.rules.permission import Verdict
from postal_app.rules.vietnamese import day, day_of
from postal_app.rules.words import Words
from routes import papers
from routes.access import current_actor
from routes.archive import Session, transaction
from routes.forms import Form
from routes.language import _, say
from routes.sessions import now

agency = Blueprint("agency", __name__)

UNKNOWN_TO_CATALOGUE = Words(
    "Danh mục chưa có thủ tục này nên chưa biết kết quả có được trả qua bưu chính hay không.",
    "The catalogue does not have this procedure, so nobody can tell whether its result may go "
    "by post.",
)


@dataclass(frozen=True, slots=True)
class Due:
    """When a result is due, in words; `is_late` when that day has passed."""

    words: str
    is_late: bool


@agency.get("/agency")
def inbox() -> ResponseReturnValue:
    """Show what waits to be accepted and what is on its way, or open what was scanned."""
    typed = request.args.get("number", "")
    if typed.strip():
        return redirect(to("records.count", number=read_scan(typed).number[:40] or "-"))
    with transaction() as session:
        expected = agency_desk.expected(session, current_actor())
        promised = promises.of_items(session, [item.id for item in expected])
        return render_template(
            "agency/inbox.html",
            expected=worklists.by_promise(expected, promised),
            to_accept=agency_desk.to_accept(session, current_actor()),
            records_differ=agency_records.count_differing(session, current_actor()),
            lists_differ=agency_collections.count_missing(session, current_actor()),
            promised=promised,
            today=day_of(now()),
        )


@agency.route("/agency/dossiers/<number>/accept", methods=["GET", "POST"])
def accept(number: str) -> ResponseReturnValue:
    """Accept a dossier with its code and due date; the envelope is counted before."""
    actor, form = current_actor(), Form()
    with transaction() as session:
        agency_desk.find(session, number, actor)  # a foreign one answers before anything is read
    if form.sent:
        with form.catching():
            code, due = form.text("dossier_code", longest=60), form.day("due_on")
            form.check()
            with transaction() as session:
                envelope = agency_receipts.came_in(session, number, actor)
                acceptance = Acceptance(code, due)
                done = agency_desk.accept(
                    session, envelope.number, acceptance, actor, now=now(), dossier=number
                )
                code, number = done.dossier_code or code, done.number
            flash(_("Đã tiếp nhận với mã {code}, hẹn trả {due}.", code=code, due=day(due)), "good")
            return redirect(to("answers.dossier", number=number))
    with transaction() as session:
        envelope = agency_receipts.came_in(session, number, actor)
        dossier = agency_desk.find(session, number, actor)
        return form.page(
            "agency/accept.html",
            item=envelope,
            dossier=dossier,
            hint=worklists.due_hint(session, envelope, day_of(now())),
        )


@agency.get("/agency/dossiers")
def dossiers() -> ResponseReturnValue:
    """Show the dossiers in work by their due day, and the results that wait for the courier."""
    actor, today = current_actor(), day_of(now())
    with transaction() as session:
        return render_template(
            "agency/dossiers.html",
            in_work=[
                (one, due_words(one.due_on, today)) for one in agency_desk.in_work(session, actor)
            ],
            to_hand_out=agency_desk.to_hand_out(session, actor),
            waiting=agency_collections.waiting(session, actor),
            away=agency_transfers.away(session, actor),
        )


@agency.post("/agency/dossiers/<number>/settle")
def settle(number: str) -> ResponseReturnValue:
    """Say that a result is ready."""
    with transaction() as session:
        done = agency_desk.settle(session, number, current_actor(), now=now())
        code = done.dossier_code or done.number
    flash(_("Hồ sơ {code} đã có kết quả; chưa phải là đã trả.", code=code), "good")
    return redirect(to("agency.dossiers"))


@agency.route("/agency/dossiers/<number>/result", methods=["GET", "POST"])
def result(number: str) -> ResponseReturnValue:
    """Put a result into a sealed envelope, and show the envelope once there is one."""
    actor, form = current_actor(), Form(start={"payer": "citizen"})
    with transaction() as session:
        agency_desk.find(session, number, actor)  # a foreign one answers before anything is read
    if form.sent:
        with form.catching():
            seal = form.text("seal_number", longest=40)
            weight = form.count("weight_grams", least=1, most=HEAVIEST_GRAMS)
            payer = form.one_of("payer", PAYERS)
            lent = [int(one) for one in form.values("lent") if one.isdecimal()]
            form.check()
            with transaction() as session:
                envelope = Envelope(seal, weight)
                agency_desk.hand_result(
                    session, number, envelope, actor, now=now(), payer=payer, lent=lent
                )
            return redirect(to("agency.result", number=number))
    with transaction() as session:
        dossier = agency_desk.find(session, number, actor)
        staff.record_view(session, actor, "agency.result", dossier.number, now=now())
        return form.page(
            "agency/result.html",
            dossier=dossier,
            item=worklists.result_item(dossier),
            receiver=next((one for one in dossier.parties if one.part == "receiver"), None),
            loans=agency_originals.open_of(session, [dossier.id]),
            payers=PAYERS.items(),
        )


@agency.get("/agency/results/<number>/label.pdf")
def label(number: str) -> ResponseReturnValue:
    """Print the label of a result's envelope."""
    settings: Config = current_app.extensions["settings"]
    codes = LabelCodes(settings.public_url, settings.label_key)
    with transaction() as session:
        paper = label_sheets.labels(session, [number], Sheet(), codes, current_actor(), now=now())
        return papers.give(session, "agency.label", [number], paper, number)


@agency.route("/agency/dossiers/new", methods=["GET", "POST"])
def register() -> ResponseReturnValue:
    """Enter a dossier the agency took in itself; the catalogue warns, it does not block."""
    actor, form, today = current_actor(), Form(), day_of(now())
    if form.sent:
        with form.catching():
            registration = _read_registration(form)
            with transaction() as session:
                made = agency_desk.register(session, registration, actor, now=now())
                number = made.number
                warned = _return_words(session, made.procedure_code, today)
            if warned.tone != "good":
                flash(say(warned.words), "warning")
            flash(_("Đã đăng ký hồ sơ {number}.", number=number), "good")
            return redirect(to("agency.result", number=number))
    code = form.value("procedure_code")
    with transaction() as session:
        points = [
            (one.code, f"{one.code} – {one.name}")
            for one in places.qualified_points(session, today)
        ]
        asked = _return_words(session, code, today) if code.strip() else None
    return form.page("agency/register.html", points=points, asked=asked)


@agency.get("/agency/procedure")
def procedure() -> ResponseReturnValue:
    """Tell, as a part of the page, whether a procedure's result may go by post today."""
    code = request.args.get("procedure_code", "")
    with transaction() as session:
        asked = _return_words(session, code, day_of(now())) if code.strip() else None
    return render_template("agency/_verdict.html", asked=asked)


@dataclass(frozen=True, slots=True)
class Warned:
    """What the catalogue says of returning a result by post: tone of the verdict, and words."""

    tone: str
    words: Words


def due_words(due_on: date | None, today: date) -> Due:
    """Say how far a due day is, in words."""
    if due_on is None:
        return Due(_("chưa hẹn ngày"), False)
    left = (due_on - today).days
    if left < 0:
        return Due(_("quá hạn {n} ngày", n=-left), True)
    return Due(_("hạn hôm nay") if left == 0 else _("còn {n} ngày", n=left), False)


def _return_words(session: Session, code: str, today: date) -> Warned:
    found = worklists.return_verdict(session, code, today)
    if isinstance(found, Verdict):
        return Warned("good" if found.is_allowed else "careful", found.words)
    return Warned("careful", UNKNOWN_TO_CATALOGUE)


def _read_registration(form: Form) -> Registration:
    procedure_code = form.text("procedure_code", longest=60)
    dossier_code = form.text("dossier_code", longest=60)
    receiver = Person(
        form.text("receiver_name", longest=120),
        form.phone("receiver_phone"),
        form.text("receiver_address"),
    )
    point = form.text("point_code", longest=6)
    form.check()
    return Registration(procedure_code, dossier_code, receiver, point)
