"""The doors of people's rights: what left the house, how long it is kept, what is held of whom."""

from uuid import UUID

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request
from flask import url_for as to
from flask.typing import ResponseReturnValue

from postal_app import enquiries, erasing, identity_photos, people_held, retention, staff
from postal_app import exports as exported
from postal_app.exports import Paper
from postal_app.people_held import Held
from postal_app.retention import NewTerm
from postal_app.rules.retention import CLASSES, MOST_DAYS, MOST_MONTHS, SINCE_WORDS
from postal_app.rules.vietnamese import day_of
from routes.access import CATALOGUE_KEEPERS, NothingHere, current_actor
from routes.admin import SEEN_THROUGH
from routes.archive import transaction
from routes.forms import Form
from routes.language import _
from routes.pages import Page, log_asked, log_page, page_asked
from routes.sessions import now

people = Blueprint("people", __name__, url_prefix="/people")

SUBJECTS_SHOWN = 6
LONGEST_REQUEST = 200


@people.get("/exports")
def exports() -> ResponseReturnValue:
    """Show what papers and files with people's data left the house, and with whom."""
    asked, page = log_asked(), page_asked()
    with transaction() as session:
        lines, count = exported.exports(session, asked, page=page)
    return render_template(
        "people_data/exports.html",
        lines=lines,
        doors=SEEN_THROUGH,
        asked=asked,
        most=SUBJECTS_SHOWN,
        page=log_page("people.exports", page, count, exported.PAGE),
    )


@people.get("/retention")
def terms() -> ResponseReturnValue:
    """Show how long each class of data is kept, and what was erased so far."""
    page, today = page_asked(), day_of(now())
    with transaction() as session:
        classes = retention.listed(session, today)
        runs, count = erasing.runs(session, page=page)
    return render_template(
        "people_data/retention.html",
        classes=classes,
        since=SINCE_WORDS,
        runs=runs,
        may_set=current_actor().role in CATALOGUE_KEEPERS,
        page=Page("people.terms", page, count, erasing.PAGE, {}),
    )


@people.route("/retention/<code>", methods=["GET", "POST"])
def set_term(code: str) -> ResponseReturnValue:
    """Set a new term of one class of data from a day on."""
    data = CLASSES.get(code)
    if data is None or not data.erased:
        raise NothingHere
    today = day_of(now())
    with transaction() as session:
        held = next(one for one in retention.listed(session, today) if one.code == code)
    form = Form(start={"valid_from": today})
    if form.sent:
        with form.catching():
            new = _new_term(form, code)
            with transaction() as session:
                retention.set_term(session, new, current_actor(), now=now())
            flash(_("Đã ghi thời hạn mới."), "good")
            return redirect(to("people.terms"))
    return form.page("people_data/set_term.html", held=held, since=SINCE_WORDS[data.since])


@people.get("/held")
def held() -> ResponseReturnValue:
    """Find the dossier whose person asks what is held of him."""
    typed = request.args.get("number", "").strip()
    with transaction() as session:
        found = enquiries.search(session, typed, current_actor())
        numbers = [dossier.number for dossier in found]
    if len(numbers) == 1:
        return redirect(to("people.held_of", number=numbers[0]))
    return render_template("people_data/held.html", typed=typed, numbers=numbers)


@people.route("/held/<number>", methods=["GET", "POST"])
def held_of(number: str) -> ResponseReturnValue:
    """Show everything that is held under a dossier; give an extract of it to who asked."""
    actor, form = current_actor(), Form("extract")
    with transaction() as session:
        told = people_held.held_of(session, number, actor, now=now())
        staff.record_view(session, actor, "people.held", told.number, now=now())
    if form.sent:
        with form.catching():
            asked = form.text("request", longest=LONGEST_REQUEST)
            form.check()
            return _extract(told, asked)
    return form.page("people_data/held_of.html", held=told)


@people.get("/photos")
def photos() -> ResponseReturnValue:
    """List the identity photos of an item, without their pictures."""
    typed = request.args.get("number", "").strip()
    found, number = [], ""
    if typed:
        with transaction() as session:
            item = enquiries.item_history(session, typed, current_actor()).item
            found, number = identity_photos.of_item(session, item.id), item.number
    return render_template(
        "people_data/photos.html",
        typed=typed,
        number=number,
        photos=found,
        kinds=identity_photos.KINDS,
    )


@people.route("/photos/<uuid:photo>", methods=["GET", "POST"])
def photo(photo: UUID) -> ResponseReturnValue:
    """Ask why a photo is looked at, and show it."""
    form = Form()
    with transaction() as session:
        told = identity_photos.find(session, photo)
    if form.sent:
        with form.catching():
            reason = form.text("reason", longest=LONGEST_REQUEST)
            form.check()
            with transaction() as session:
                picture = identity_photos.view(session, photo, reason, current_actor(), now=now())
            return _picture(picture)
    return form.page("people_data/photo.html", photo=told, kinds=identity_photos.KINDS)


def _new_term(form: Form, code: str) -> NewTerm:
    months = form.count("months", most=MOST_MONTHS) if form.value("months").strip() else 0
    days = form.count("days", most=MOST_DAYS) if form.value("days").strip() else 0
    source, valid_from = form.text("source"), form.day("valid_from")
    form.check()
    return NewTerm(code, months, days, source, valid_from)


def _extract(told: Held, asked: str) -> ResponseReturnValue:
    """Give the extract to print, and write down that it left and for which request."""
    page = render_template("people_data/extract.html", held=told, asked=asked, at=now())
    lines = sum(len(one.lines) for one in told.holdings)
    with transaction() as session:
        actor = current_actor()
        staff.record_view(session, actor, "people.extract", told.number, now=now(), reason=asked)
        paper = Paper("people.extract", (told.number,), page.encode(), lines)
        exported.record_paper(session, actor, paper, now=now())
    return page


def _picture(picture: bytes) -> Response:
    answer = make_response(picture)
    answer.headers["Content-Type"] = "image/jpeg"
    answer.headers["Content-Disposition"] = "inline"
    return answer
