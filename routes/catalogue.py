"""The doors of the catalogue's keepers: a published list is shown first, then imported whole."""

from typing import Any

from flask import Blueprint, Response, flash, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from postal_app import accounts, catalogue_import, catalogue_plan, catalogue_sheet
from postal_app import catalogue_uploads as uploads
from postal_app.catalogue_paper import template as empty_list
from postal_app.catalogue_paper import write_faulty
from postal_app.catalogue_plan import DecisionValues, Fate, ImportPlan
from postal_app.catalogue_sheet import CatalogueSheet
from postal_app.catalogue_uploads import Upload
from postal_app.rules.vietnamese import day_of, number
from routes.access import current_actor
from routes.archive import transaction
from routes.forms import Form
from routes.language import _
from routes.sessions import now

catalogue = Blueprint("catalogue", __name__, url_prefix="/catalogue")

ROWS_SHOWN = 200
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@catalogue.route("/import", methods=["GET", "POST"])
def new_list() -> ResponseReturnValue:
    """Take a published list, and go on to what it would change."""
    form = Form(start={"issuer": "Ủy ban nhân dân tỉnh"})
    if form.sent:
        with form.catching():
            file = form.file("file")
            content = file.stream.read() if file else b""
            _decision(form, Upload("", "", b""))
            form.check()
            catalogue_sheet.read(content)  # a file that is no list is refused here
            with transaction() as session:
                name = (file.filename if file else None) or ""
                upload = uploads.keep(session, name, content, current_actor(), now=now())
            said: dict[str, Any] = {field: form.value(field) for field in DECISION_FIELDS}
            return redirect(url_for("catalogue.dry_run", digest=upload.digest, **said))
    with transaction() as session:
        imported = uploads.decisions(session)
    return form.page("catalogue/import.html", imported=imported)


@catalogue.route("/import/<digest>", methods=["GET", "POST"])
def dry_run(digest: str) -> ResponseReturnValue:
    """Show what a list would change; on a yes, change all of it."""
    with transaction() as session:
        upload = uploads.kept(session, digest)
    sheet = catalogue_sheet.read(upload.content)
    form = Form(start=request.args)
    plan = None
    with form.catching():
        decision = _decision(form, upload)
        form.check()
        if form.sent:
            done = _import(sheet, decision)
            flash(_told(done), "good")
            return redirect(url_for("catalogue.new_list"))
        if sheet.rows or not sheet.faulty:
            with transaction() as session:
                plan = catalogue_plan.plan(session, sheet, decision)
    return form.page(
        "catalogue/dry_run.html",
        upload=upload,
        sheet=sheet,
        plan=plan,
        fates=list(Fate),
        most=ROWS_SHOWN,
    )


@catalogue.get("/import/<digest>/faults")
def faults(digest: str) -> ResponseReturnValue:
    """Give the faulty rows back as a workbook that says what is wrong with each."""
    with transaction() as session:
        upload = uploads.kept(session, digest)
    return _workbook(write_faulty(catalogue_sheet.read(upload.content)), "dong-loi.xlsx")


@catalogue.get("/template")
def template() -> ResponseReturnValue:
    """Give an empty list with our headings and a guide."""
    return _workbook(empty_list(), "danh-muc-mau.xlsx")


DECISION_FIELDS = ("number", "issued_on", "in_force_from", "issuer")


def _decision(form: Form, upload: Upload) -> DecisionValues:
    return DecisionValues(
        number=form.text("number", longest=60),
        issued_on=form.day("issued_on"),
        in_force_from=form.day("in_force_from"),
        issuer=form.text("issuer"),
        file_name=upload.file_name,
        file_digest=upload.digest,
    )


def _import(sheet: CatalogueSheet, decision: DecisionValues) -> ImportPlan:
    with transaction() as session:
        importer = accounts.card(session, current_actor().account_id, day_of(now()))
        done = catalogue_import.apply(
            session, sheet, decision, imported_by=importer.sign_in, now=now()
        )
        uploads.forget(session, decision.file_digest)
    return done


def _told(done: ImportPlan) -> str:
    return _(
        "Đã nhập danh mục theo quyết định {number}: thêm {added}, thay đổi {changed}, "
        "hết hiệu lực {ended}, giữ nguyên {unchanged}.",
        number=done.decision.number,
        **{fate.value: number(count) for fate, count in done.counts.items()},
    )


def _workbook(content: bytes, name: str) -> Response:
    answer = make_response(content)
    answer.headers["Content-Type"] = WORKBOOK
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
