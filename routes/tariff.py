"""The doors of the tariff: what is published, what a service costs, and new lists of prices."""

from typing import Any

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from postal_app import accounts, places, tariff_lists, tariffs
from postal_app import catalogue_uploads as uploads
from postal_app.envelopes import HEAVIEST_GRAMS
from postal_app.places import UnknownAgency
from postal_app.rules.intake import SERVICE_FORMS
from postal_app.rules.tariff import SERVICE_WORDS, SERVICES_OF, ZONE_WORDS
from postal_app.rules.vietnamese import day_of
from postal_app.tariffs import PriceQuestion
from routes.access import CATALOGUE_KEEPERS, current_actor
from routes.archive import Session, transaction
from routes.clerk_form import AGENCY_JOINT
from routes.forms import Form
from routes.language import _
from routes.sessions import now

tariff = Blueprint("tariff", __name__, url_prefix="/tariff")

WORDS: dict[str, Any] = {"services": SERVICE_WORDS, "zones": ZONE_WORDS}


@tariff.route("", methods=["GET", "POST"])
def published() -> ResponseReturnValue:
    """Show every price that is or was published, and reckon one that is asked for.

    The question is sent, not written into the address: an address of a citizen is personal.
    """
    actor, today = current_actor(), day_of(now())
    start = {"on": today, "service_form": "both", "grams": 100, "point": actor.point_id}
    form, price, asked = Form(start=start), None, False
    with transaction() as session:
        if form.sent:
            with form.catching():
                price, asked = _asked(session, form), True
        points = [(p.id, f"{p.name} ({p.code})") for p in places.qualified_points(session, today)]
        return form.page(
            "tariff/published.html",
            prices=tariff_lists.published(session),
            points=points,
            forms=list(SERVICE_FORMS.items()),
            price=price,
            asked=asked,
            today=today,
            keeper=actor.role in CATALOGUE_KEEPERS,
            **WORDS,
        )


@tariff.route("/import", methods=["GET", "POST"])
def new_list() -> ResponseReturnValue:
    """Take a new list on to its dry run."""
    form = Form()
    if form.sent:
        with form.catching():
            file = form.file("file")
            form.check()
            content = file.stream.read() if file else b""
            with transaction() as session:
                tariff_lists.plan(session, content)
                name = (file.filename if file else None) or ""
                kept = uploads.keep(session, name, content, current_actor(), now=now())
                digest = kept.digest
            return redirect(url_for("tariff.dry_run", digest=digest))
    return form.page("tariff/import.html", headings=list(tariff_lists.HEADINGS.values()))


@tariff.route("/import/<digest>", methods=["GET", "POST"])
def dry_run(digest: str) -> ResponseReturnValue:
    """Show what a list would publish and what is wrong with it; on a yes, publish all of it."""
    form = Form()
    with transaction() as session:
        upload = uploads.kept(session, digest)
    if form.sent:
        with form.catching():
            with transaction() as session:
                importer = accounts.card(session, current_actor().account_id, day_of(now()))
                tariff_lists.apply(session, upload.content, imported_by=importer.sign_in, now=now())
                uploads.forget(session, digest)
            flash(_("Đã công bố bảng giá. Giá đã thu trước đây không thay đổi."), "good")
            return redirect(url_for("tariff.published"))
    with transaction() as session:
        plan = tariff_lists.plan(session, upload.content)
    return form.page("tariff/dry_run.html", upload=upload, plan=plan, **WORDS)


def _asked(session: Session, form: Form) -> tariffs.Price | None:
    """Give the price of what was typed.

    Raises:
        FaultyForm: some fields cannot be used; each says why.
    """
    on, service = form.day("on"), form.one_of("service_form", SERVICE_FORMS)
    grams = form.count("grams", least=1, most=HEAVIEST_GRAMS)
    point_id = form.count("point", most=2**31)
    code = form.text("agency").split(AGENCY_JOINT)[0]
    address = form.text("address", required=service != "send")
    form.check()
    known = {point.id: point for point in places.qualified_points(session, day_of(now()))}
    if point_id not in known:
        raise places.UnknownPoint(field="point", code=point_id)
    found = places.agencies(session, code, limit=2)
    if len(found) != 1:
        raise UnknownAgency(field="agency", code=code)
    question = PriceQuestion(
        SERVICES_OF[service],
        tariffs.point_end(known[point_id]),
        tariffs.agency_end(found[0][0]),
        tariffs.address_end(address) if address else None,
        grams,
    )
    return tariffs.price_of(session, question, on)
