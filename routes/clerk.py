"""The doors of the clerk: the counter's day, a new pickup gate by gate, its papers."""

from flask import (
    Blueprint,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue

from config import Config
from postal_app import (
    catalogue,
    counter,
    notices,
    pickups,
    places,
    printing,
    promises,
    staff,
    worklists,
)
from postal_app.envelopes import HEAVIEST_GRAMS, Envelope
from postal_app.errors import PostalError
from postal_app.geography import recognise
from postal_app.pickup_form import PARTS
from postal_app.printing import LabelCodes, Sheet
from postal_app.rules.intake import GATE_WORDS, MONEY_KINDS, PAPER_KINDS, SERVICE_FORMS, SIGNERS
from postal_app.rules.legs import LEG_WORDS
from postal_app.rules.procedure import AgencyLevel
from postal_app.rules.promises import NOT_PROMISED
from postal_app.rules.vietnamese import day_of
from postal_app.rules.words import Words
from postal_app.scanning import kinds_for
from routes import clerk_form, papers
from routes.access import current_actor
from routes.archive import Session, transaction
from routes.clerk_signatures import read_signed
from routes.forms import Form
from routes.language import _
from routes.resume import typed
from routes.sessions import now

clerk = Blueprint("clerk", __name__)

SHOWN_WHILE_TYPING = 12
MOST_SHOWN = 200
SHEETS = ("A4-2x5", "A4-2x4")
NOBODY_SIGNED = Words(
    "Chưa có chữ ký nào. Hãy ký trên màn hình, hoặc chọn «Đã ký trên phiếu giấy».",
    "Nobody has signed. Sign on the screen, or choose “Signed on the paper slip”.",
)


@clerk.get("/clerk")
def start() -> ResponseReturnValue:
    """Show what is to be done now: pickups not finished, and what lies at the point."""
    actor = current_actor()
    with transaction() as session:
        unfinished = pickups.unfinished(session, actor)
        for one in unfinished:  # the list names the senders, to tell their dossiers apart
            staff.record_view(session, actor, "clerk.start", one.number, now=now())
        return render_template(
            "clerk/start.html",
            unfinished=[(one, GATE_WORDS[pickups.gate_of(one)]) for one in unfinished],
            held=worklists.held_by(session, actor),
            most=MOST_SHOWN,
            scanned=kinds_for(actor.role),
            legs=LEG_WORDS,
            today=day_of(now()),
            qualified=counter.is_qualified(session, actor, day_of(now())),
        )


@clerk.route("/clerk/pickups/new", methods=["GET", "POST"])
def new_pickup() -> ResponseReturnValue:
    """Find the procedure, then fill in and count: the first gate."""
    actor, today = current_actor(), day_of(now())
    if "q" in request.args:
        return _found(request.args["q"])
    with transaction() as session:
        qualified = counter.is_qualified(session, actor, today)
    if not qualified and request.method == "GET":
        return points()
    try:
        with transaction() as session:
            page = clerk_form.lay_out(
                session, _asked("procedure_code"), _asked("service_form"), today
            )
    except PostalError as unknown:
        form = Form()
        form.refuse(unknown)
        return _new_page(form, clerk_form.NO_PROCEDURE)
    form = Form(start=page.start)
    if form.sent:
        with form.catching(), transaction() as session:
            pickup = clerk_form.read(session, form, page, today)
            number = pickups.open_pickup(session, pickup, actor, now=now()).number
        if not form.faults and not form.refusal:
            return redirect(url_for("clerk.pickup", number=number))
    return _new_page(form, page)


@clerk.get("/clerk/agencies")
def agencies() -> ResponseReturnValue:
    """Give the agencies that fit what is typed, as a part of the page."""
    with transaction() as session:
        found = places.agencies(session, request.args.get("agency", ""), SHOWN_WHILE_TYPING)
        shown = [clerk_form.agency_shown(code, agency.name) for agency, code in found]
    return render_template("clerk/_agencies.html", shown=shown)


@clerk.post("/clerk/address")
def address() -> ResponseReturnValue:
    """Give what is recognised of an address, as a part of the page.

    Not a GET: an address is personal, and addresses of pages are written into logs.
    """
    fields = [f"{part}_address" for part in PARTS]
    written = next((request.form[field] for field in fields if field in request.form), "")
    return render_template("clerk/_address.html", place=recognise(written) if written else None)


@clerk.route("/clerk/points", methods=["GET", "POST"])
def points() -> ResponseReturnValue:
    """Show the qualified points nearest to an address, or to the clerk's own point."""
    form = Form("points")
    where = recognise(form.text("address", required=False)) if form.sent else None
    with transaction() as session:
        near = counter.nearest_points(session, current_actor(), where, day_of(now()))
        return form.page("clerk/points.html", near=near, where=where)


@clerk.route("/clerk/pickups/<number>", methods=["GET", "POST"])
def pickup(number: str) -> ResponseReturnValue:
    """Show a pickup and pass its next gate."""
    actor = current_actor()
    forms = {name: Form(name) for name in ("sign", "seal", "give_up")}
    with transaction() as session:
        counter.dossier(session, number, actor)  # a foreign one answers before anything is read
    for name, form in forms.items():
        if form.sent:
            with form.catching(), transaction() as session:
                GATES[name](session, number, form)
            if not form.faults and not form.refusal:
                return redirect(url_for("clerk.pickup", number=number))
    with transaction() as session:
        dossier = counter.dossier(session, number, actor)
        staff.record_view(session, actor, "clerk.pickup", dossier.number, now=now())
        item = next((leg.item for leg in dossier.legs if leg.kind == "submission"), None)
        page = render_template(
            "clerk/pickup.html",
            forms=forms,
            dossier=dossier,
            gate=pickups.gate_of(dossier),
            gates=GATE_WORDS,
            parties={party.part: party for party in dossier.parties},
            signed={one.signer: one for one in dossier.signatures},
            item=item,
            promised=promises.of_items(session, [item.id]).get(item.id) if item else None,
            not_promised=NOT_PROMISED,
            parts_words=PARTS,
            services=SERVICE_FORMS,
            kinds=PAPER_KINDS,
            money_kinds=MONEY_KINDS,
            total=sum(line.amount for line in dossier.money),
            told=notices.shown(session, dossier.notice_version, day_of(now())),
            purposes=notices.PURPOSES,
            agreed=notices.answers(session, dossier.id),
        )
    return page, max(form.status for form in forms.values())


@clerk.get("/clerk/pickups/<number>/slip.pdf")
def slip(number: str) -> ResponseReturnValue:
    """Give the sending slip, as far as its gates are, to print."""
    actor = current_actor()
    with transaction() as session:
        counter.dossier(session, number, actor)
        paper = printing.slip(session, number, _codes(), actor)
        return papers.give(session, "clerk.slip", [number], paper, f"phieu-gui-{number}")


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
        return render_template("clerk/labels.html", items=items, today=today, sheets=SHEETS)


@clerk.get("/clerk/labels.pdf")
def label_sheet() -> ResponseReturnValue:
    """Give the labels of the items chosen on sheets, from a free place on."""
    numbers = request.args.getlist("number")
    if not numbers:
        flash(_("Hãy chọn ít nhất một bưu gửi để in nhãn."), "warning")
        return redirect(url_for("clerk.labels"))
    return _label_paper(numbers, _sheet(SHEETS[0]), "nhan")


def _found(words: str) -> ResponseReturnValue:
    """Give the procedures that are meant; the form of the only one, when the whole page is asked.

    Asked for by htmx while typing, and as a page by Enter or without a script.
    """
    with transaction() as session:
        found = catalogue.search(session, words, day_of(now()), SHOWN_WHILE_TYPING)
    if "HX-Request" in request.headers:
        return render_template("clerk/_found.html", found=found, asked=words, levels=AgencyLevel)
    if len(found) == 1:
        return redirect(url_for("clerk.new_pickup", procedure_code=found[0].code))
    return _new_page(Form(), clerk_form.NO_PROCEDURE, found=found)


def _new_page(form: Form, page: clerk_form.Layout, **more: object) -> ResponseReturnValue:
    return form.page(
        "clerk/new.html",
        page=page,
        recognised=clerk_form.recognised(form),
        filled=form.sent or typed() is not None,
        levels=AgencyLevel,
        services=[(service, SERVICE_FORMS[service]) for service in page.services],
        kinds=PAPER_KINDS,
        money_kinds=MONEY_KINDS,
        asked=request.args.get("q", ""),
        **more,
    )


def _asked(field: str) -> str:
    """Give what was typed, or asked for in the address; typed goes first."""
    return request.form.get(field) or request.args.get(field, "")


def _sign(session: Session, number: str, form: Form) -> None:
    """Keep the signatures that were given now; those given before stay as they are."""
    dossier = pickups.find_open(session, number, current_actor())
    given = {signature.signer for signature in dossier.signatures}
    read = [read_signed(form, signer) for signer in SIGNERS if signer not in given]
    signed = [one for one in read if one is not None]
    if not signed:
        form.fault("paper_sender", NOBODY_SIGNED)
    form.check()
    pickups.sign(session, number, signed, current_actor(), now=now())
    if any(one.signer == "sender" for one in signed):
        agreed = {purpose for purpose in notices.PURPOSES if form.ticked(f"agree_{purpose}")}
        notices.tell(session, dossier, agreed, current_actor(), now=now())


def _seal(session: Session, number: str, form: Form) -> None:
    grams = form.count("weight_grams", least=1, most=HEAVIEST_GRAMS)
    seal_number = form.text("seal_number", longest=40)
    form.check()
    pickups.seal(session, number, Envelope(seal_number, grams), current_actor(), now=now())


def _give_up(session: Session, number: str, form: Form) -> None:
    reason = form.text("reason")
    form.check()
    pickups.give_up(session, number, reason, current_actor(), now=now())


GATES = {"sign": _sign, "seal": _seal, "give_up": _give_up}


def _codes() -> LabelCodes:
    settings: Config = current_app.extensions["settings"]
    return LabelCodes(settings.public_url, settings.label_key)


def _sheet(stock: str) -> Sheet:
    return Sheet(request.args.get("stock") or stock, request.args.get("start", 1, type=int))


def _label_paper(numbers: list[str], sheet: Sheet, name: str) -> ResponseReturnValue:
    actor = current_actor()
    with transaction() as session:
        paper = printing.labels(session, numbers, sheet, _codes(), actor)
        return papers.give(session, "clerk.label", numbers, paper, name)
