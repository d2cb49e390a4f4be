"""The doors of what the post promises: the published calendars and transit standards."""

from collections.abc import Callable
from typing import Any, NamedTuple

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from postal_app import accounts, calendars, transit_standards
from postal_app import catalogue_uploads as uploads
from postal_app.rules.calendar import DAY_WORDS, WEEKDAY_WORDS
from postal_app.rules.legs import LEG_WORDS
from postal_app.rules.vietnamese import day_of
from routes.access import NothingHere, current_actor
from routes.archive import Session, transaction
from routes.forms import Form
from routes.language import _
from routes.sessions import now

promises = Blueprint("promises", __name__, url_prefix="/promises")


class ListKind(NamedTuple):
    """One kind of published list: what shows it and what takes it in."""

    plan: Callable[[Session, bytes], Any]
    apply: Callable[..., Any]
    template: str


LISTS = {
    "calendar": ListKind(calendars.plan, calendars.apply, "promises/calendar_plan.html"),
    "standards": ListKind(
        transit_standards.plan, transit_standards.apply, "promises/standards_plan.html"
    ),
}


@promises.route("/published", methods=["GET", "POST"])
def published() -> ResponseReturnValue:
    """Show what is published, and take a new list on to its dry run."""
    forms = {kind: Form(kind) for kind in LISTS}
    for kind, form in forms.items():
        if form.sent:
            with form.catching():
                digest = _keep(kind, form)
                return redirect(url_for("promises.dry_run", kind=kind, digest=digest))
    with transaction() as session:
        page = render_template(
            "promises/published.html",
            forms=forms,
            years=calendars.published(session),
            standards=transit_standards.published(session),
            weekdays=WEEKDAY_WORDS,
            kinds=DAY_WORDS,
            legs=LEG_WORDS,
            today=day_of(now()),
        )
    return page, max(form.status for form in forms.values())


@promises.route("/published/<kind>/<digest>", methods=["GET", "POST"])
def dry_run(kind: str, digest: str) -> ResponseReturnValue:
    """Show what a list would publish; on a yes, publish all of it."""
    if kind not in LISTS:
        raise NothingHere
    with transaction() as session:
        upload = uploads.kept(session, digest)
    form = Form()
    plan = None
    with form.catching():
        if form.sent:
            _apply(kind, upload)
            flash(_("Đã công bố. Các lời hẹn đã ghi trước đây không thay đổi."), "good")
            return redirect(url_for("promises.published"))
        with transaction() as session:
            plan = LISTS[kind].plan(session, upload.content)
    return form.page(
        LISTS[kind].template,
        upload=upload,
        plan=plan,
        here=url_for("promises.dry_run", kind=kind, digest=digest),
        kinds=DAY_WORDS,
        weekdays=WEEKDAY_WORDS,
        legs=LEG_WORDS,
    )


def _keep(kind: str, form: Form) -> str:
    """Keep a list until somebody says yes; one with faults is refused here."""
    file = form.file("file")
    form.check()
    content = file.stream.read() if file else b""
    with transaction() as session:
        LISTS[kind].plan(session, content)
        name = (file.filename if file else None) or ""
        return uploads.keep(session, name, content, current_actor(), now=now()).digest


def _apply(kind: str, upload: uploads.Upload) -> None:
    with transaction() as session:
        importer = accounts.card(session, current_actor().account_id, day_of(now()))
        LISTS[kind].apply(session, upload.content, imported_by=importer.sign_in, now=now())
        uploads.forget(session, upload.digest)
