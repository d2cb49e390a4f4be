"""The doors of a pickup, at the counter and at the citizen's table: the same gates for both.

They hang on the clerk's doors and on the courier's; a page's links (`.pickup`) stay on its own
side.
"""

import uuid
from typing import Any

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from config import Config
from postal_app import (
    catalogue,
    collection_calls,
    counter,
    notices,
    pickups,
    places,
    pre_printed,
    printing,
    promises,
    sealing,
    staff,
    supplements,
)
from postal_app.collection_calls import Caller
from postal_app.envelopes import HEAVIEST_GRAMS, Envelope
from postal_app.errors import PostalError
from postal_app.geography import recognise
from postal_app.pickup_form import PARTS, SignedBy
from postal_app.printing import LabelCodes
from postal_app.rules.intake import GATE_WORDS, MONEY_KINDS, PAPER_KINDS, SERVICE_FORMS, SIGNERS
from postal_app.rules.procedure import AgencyLevel
from postal_app.rules.promises import NOT_PROMISED
from postal_app.rules.vietnamese import day_of
from postal_app.rules.words import Words
from routes import clerk_form, papers
from routes.access import current_actor
from routes.archive import Session, transaction
from routes.clerk_signatures import read_signed
from routes.forms import Form
from routes.money_form import suggested
from routes.resume import typed
from routes.sessions import now

SHOWN_WHILE_TYPING = 12
BROUGHT = Words("Phát tại địa chỉ người nhận", "Brought to the receiver's address")
FETCHED = Words("Đến nhận tại {point} ({code})", "Fetched at {point} ({code})")
NOBODY_SIGNED = Words(
    "Chưa có chữ ký nào. Hãy ký trên màn hình, hoặc chọn «Đã ký trên phiếu giấy».",
    "Nobody has signed. Sign on the screen, or choose “Signed on the paper slip”.",
)


def hang_on(doors: Blueprint, under: str) -> None:
    """Hang the doors of a pickup on the doors of a role, below an address."""
    both = ["GET", "POST"]
    doors.add_url_rule(f"{under}/pickups/new", view_func=new_pickup, methods=both)
    doors.add_url_rule(f"{under}/agencies", view_func=agencies)
    doors.add_url_rule(f"{under}/address", view_func=address, methods=["POST"])
    doors.add_url_rule(f"{under}/points", view_func=points, methods=both)
    doors.add_url_rule(f"{under}/pickups/<number>", view_func=pickup, methods=both)
    doors.add_url_rule(f"{under}/pickups/<number>/slip.pdf", view_func=slip)


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
            call = called(session)
            prices = suggested(session, page.start, actor, today)
    except PostalError as unknown:
        form = Form()
        form.refuse(unknown)
        return _new_page(form, clerk_form.NO_PROCEDURE)
    start = {**prices, **page.start, **clerk_form.of_call(call)}
    form = Form(start={**start, "request_key": uuid.uuid4()})
    if form.sent:
        with form.catching(), transaction() as session:
            read = clerk_form.read(session, form, page, today)
            number = pickups.open_pickup(session, read, actor, now=now()).number
        if not form.faults and not form.refusal:
            return redirect(url_for(".pickup", number=number))
    return _new_page(form, page, call=call)


def agencies() -> ResponseReturnValue:
    """Give the agencies that fit what is typed, as a part of the page."""
    with transaction() as session:
        found = places.agencies(session, request.args.get("agency", ""), SHOWN_WHILE_TYPING)
        shown = [clerk_form.agency_shown(code, agency.name) for agency, code in found]
    return render_template("clerk/_agencies.html", shown=shown)


def address() -> ResponseReturnValue:
    """Give what is recognised of an address, as a part of the page.

    Not a GET: an address is personal, and addresses of pages are written into logs.
    """
    fields = [f"{part}_address" for part in PARTS]
    written = next((request.form[field] for field in fields if field in request.form), "")
    return render_template("clerk/_address.html", place=recognise(written) if written else None)


def points() -> ResponseReturnValue:
    """Show the qualified points nearest to an address, or to the person's own point."""
    form = Form("points")
    where = recognise(form.text("address", required=False)) if form.sent else None
    with transaction() as session:
        near = counter.nearest_points(session, current_actor(), where, day_of(now()))
        return form.page("clerk/points.html", near=near, where=where)


def pickup(number: str) -> ResponseReturnValue:
    """Show a pickup and pass its next gate."""
    actor = current_actor()
    forms = {name: Form(name) for name in GATES}
    with transaction() as session:
        counter.dossier(session, number, actor)  # a foreign one answers before anything is read
    for name, form in forms.items():
        if form.sent:
            with form.catching(), transaction() as session:
                GATES[name](session, number, form)
            if not form.faults and not form.refusal:
                return redirect(url_for(".pickup", number=number))
    with transaction() as session:
        staff.record_view(session, actor, request.endpoint or "", number, now=now())
        page = render_template("clerk/pickup.html", forms=forms, **_shown(session, number))
    return page, max(form.status for form in forms.values())


def _shown(session: Session, number: str) -> dict[str, Any]:
    """Give what the page of a pickup shows."""
    actor, today = current_actor(), day_of(now())
    dossier = counter.dossier(session, number, actor)
    items = sealing.envelopes_of(dossier)
    promised = promises.of_items(session, [item.id for item in items])
    return {
        "dossier": dossier,
        "gate": pickups.gate_of(dossier),
        "gates": GATE_WORDS,
        "parties": {party.part: party for party in dossier.parties},
        "signed": {one.signer: one for one in dossier.signatures},
        "items": items,
        "together": [leg.dossier for item in items for leg in item.legs if leg.dossier != dossier],
        "companions": sealing.companions(session, dossier, actor),
        "may_add": sealing.may_add(dossier),
        "promised": promised.get(items[0].id) if items else None,
        "not_promised": NOT_PROMISED,
        "parts_words": PARTS,
        "services": SERVICE_FORMS,
        "kinds": PAPER_KINDS,
        "money_kinds": MONEY_KINDS,
        "total": sum(line.amount for line in dossier.money),
        "told": notices.shown(session, dossier.notice_version, today),
        "purposes": notices.PURPOSES,
        "agreed": notices.answers(session, dossier.id),
        "kept": counter.kept(session, dossier),
        "further": supplements.of_dossier(session, dossier.id),
    }


def slip(number: str) -> ResponseReturnValue:
    """Give the sending slip, as far as its gates are, to print."""
    actor = current_actor()
    with transaction() as session:
        counter.dossier(session, number, actor)
        paper = printing.slip(session, number, codes(), actor)
        door = request.endpoint or ""
        return papers.give(session, door, [number], paper, f"phieu-gui-{number}")


def codes() -> LabelCodes:
    """Give what the codes on paper are made of."""
    settings: Config = current_app.extensions["settings"]
    return LabelCodes(settings.public_url, settings.label_key)


def read_envelope(form: Form) -> Envelope:
    """Give seal and weight as typed, all faults told at once.

    Raises:
        FaultyForm: a field cannot be used.
    """
    grams = form.count("weight_grams", least=1, most=HEAVIEST_GRAMS)
    seal_number = form.text("seal_number", longest=40)
    form.check()
    return Envelope(seal_number, grams)


def called(session: Session) -> Caller | None:
    """Give the call that is answered by this pickup, if the page names one."""
    written = _asked("call")
    if not written.isdecimal():
        return None
    actor = current_actor()
    found = collection_calls.caller(session, int(written), actor)
    staff.record_view(session, actor, "home.call", f"call-{found.call_id}", now=now())
    return found


def _found(words: str) -> ResponseReturnValue:
    """Give the procedures that are meant; the form of the only one, when the whole page is asked.

    Asked for by htmx while typing, and as a page by Enter or without a script.
    """
    with transaction() as session:
        found = catalogue.search(session, words, day_of(now()), SHOWN_WHILE_TYPING)
        call = called(session)
    call_id = call.call_id if call else None
    if "HX-Request" in request.headers:
        return render_template(
            "clerk/_found.html", found=found, asked=words, levels=AgencyLevel, call_id=call_id
        )
    if len(found) == 1:
        return redirect(url_for(".new_pickup", procedure_code=found[0].code, call=call_id))
    return _new_page(Form(), clerk_form.NO_PROCEDURE, found=found, call=call)


def _new_page(form: Form, page: clerk_form.Layout, **more: object) -> ResponseReturnValue:
    call = more.get("call")
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
        call_id=getattr(call, "call_id", None),
        return_places=[
            ("", BROUGHT),
            *((code, FETCHED.filled(point=name, code=code)) for code, name in page.points.items()),
        ],
        **more,
    )


def _asked(field: str) -> str:
    """Give what was typed, or asked for in the address; typed goes first."""
    return request.form.get(field) or request.args.get(field, "")


def _sign(session: Session, number: str, form: Form) -> None:
    """Keep the signatures that were given now; those given before stay as they are."""
    dossier = pickups.find_open(session, number, current_actor())
    signed = read_signatures(form, {signature.signer for signature in dossier.signatures})
    pickups.sign(session, number, signed, current_actor(), now=now())
    if any(one.signer == "sender" for one in signed):
        agreed = {purpose for purpose in notices.PURPOSES if form.ticked(f"agree_{purpose}")}
        notices.tell(session, dossier, agreed, current_actor(), now=now())


def read_signatures(form: Form, given: set[str]) -> list[SignedBy]:
    """Give the signatures given now, by those who had not signed before.

    Raises:
        FaultyForm: nobody signed, or a drawn signature cannot be used.
    """
    read = [read_signed(form, signer) for signer in SIGNERS if signer not in given]
    signed = [one for one in read if one is not None]
    if not signed:
        form.fault("paper_sender", NOBODY_SIGNED)
    form.check()
    return signed


def _seal(session: Session, number: str, form: Form) -> None:
    """Seal this dossier, with those chosen that go into the same envelope."""
    envelope = read_envelope(form)
    numbers = [number, *form.values("also")]
    sealing.seal_together(session, numbers, envelope, current_actor(), now=now())


def _add(session: Session, number: str, form: Form) -> None:
    sealing.add_envelope(session, number, read_envelope(form), current_actor(), now=now())


def _bind(session: Session, number: str, form: Form) -> None:
    """Let the dossier bear the number of a label that was printed ahead."""
    scanned = form.text("label_number", longest=200)
    form.check()
    pre_printed.bind(session, number, scanned, current_actor(), now=now())


def _give_up(session: Session, number: str, form: Form) -> None:
    reason = form.text("reason")
    form.check()
    pickups.give_up(session, number, reason, current_actor(), now=now())


GATES = {"sign": _sign, "seal": _seal, "add": _add, "bind": _bind, "give_up": _give_up}
