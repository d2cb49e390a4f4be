"""The doors of people's rights: what left the house, how long it is kept, what is held of whom."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from postal_app import exports as exported
from routes.admin import SEEN_THROUGH
from routes.archive import transaction
from routes.pages import log_asked, log_page, page_asked

people = Blueprint("people", __name__, url_prefix="/people")

SUBJECTS_SHOWN = 6


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
