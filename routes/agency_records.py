"""The doors of hand-over records: the officer counts and signs, who handed over answers."""

from collections.abc import Mapping, Sequence

from flask import Blueprint, flash, redirect, render_template
from flask import url_for as to
from flask.typing import ResponseReturnValue

from postal_app import agency_papers, agency_receipts, agency_records, signed_lists, staff
from postal_app.agency_receipts import CountedPaper, Receipt
from postal_app.rules.intake import PAPER_KINDS
from postal_app.rules.integrity import CONDITIONS, INTEGRITY_WORDS, Integrity
from postal_app.rules.legs import LEG_WORDS
from postal_app.rules.recounts import (
    LINE_RESULT_WORDS,
    RECORD_STATE_WORDS,
    REPLIES,
    Papers,
    RecordState,
)
from postal_app.signed_lists import ListedPaper
from routes import papers
from routes.access import current_actor
from routes.archive import transaction
from routes.forms import Form
from routes.language import _
from routes.sessions import now

records = Blueprint("records", __name__)

EXTRA_ROWS = 3
MOST_COPIES = 1000
CONDITION_CHOICES = {str(condition): INTEGRITY_WORDS[condition] for condition in CONDITIONS}
RECORD_TONES = {
    RecordState.COMPLETE: "good",
    RecordState.WAITING: "careful",
    RecordState.OBJECTED: "bad",
}


@records.route("/agency/items/<number>", methods=["GET", "POST"])
def count(number: str) -> ResponseReturnValue:
    """Count an envelope again against its signed lists, and sign for it."""
    actor, form = current_actor(), Form()
    with transaction() as session:
        agency_receipts.envelope(session, number, actor)  # a foreign one answers first
    if form.sent:
        with form.catching():
            with transaction() as session:
                item = agency_receipts.envelope(session, number, actor)
                receipt = _read(form, signed_lists.by_number(session, item))
                made = agency_receipts.receive(session, number, receipt, actor, now=now())
                said, waits = made.number, made.waits
                one = item.legs[0].dossier.number if len(item.legs) == 1 else ""
                first = one and item.legs[0].dossier.accepted_at is None
            flash(_("Đã lập biên bản giao nhận {number}.", number=said), "good")
            if waits or not first:
                return redirect(to("records.record", number=said))
            return redirect(to("agency.accept", number=one))
    with transaction() as session:
        item = agency_receipts.envelope(session, number, actor)
        staff.record_view(session, actor, "records.count", item.number, now=now())
        return form.page(
            "agency/count.html",
            item=item,
            lists=signed_lists.by_number(session, item),
            record=agency_receipts.record_of(session, item.id),
            conditions=CONDITION_CHOICES.items(),
            paper_kinds=PAPER_KINDS,
            leg_words=LEG_WORDS,
            extra_rows=range(EXTRA_ROWS),
        )


@records.get("/agency/records")
def listed() -> ResponseReturnValue:
    """Show the agency's hand-over records, those that wait for an answer first."""
    with transaction() as session:
        found = agency_records.of_agency(session, current_actor())
        return render_template(
            "agency/records.html", records=agency_records.with_states(found), **_words()
        )


@records.get("/agency/records/<number>")
def record(number: str) -> ResponseReturnValue:
    """Show a hand-over record to the officer's agency."""
    with transaction() as session:
        found = agency_records.find(session, number, current_actor())
        return render_template(
            "agency/record.html",
            record=found,
            state=agency_records.state_of(found),
            money=agency_papers.money_of(session, [leg.dossier_id for leg in found.item.legs]),
            form=None,
            **_words(),
        )


@records.get("/agency/records/<number>/record.pdf")
def paper(number: str) -> ResponseReturnValue:
    """Print a hand-over record, for the agency and for who handed over."""
    with transaction() as session:
        found = agency_records.find(session, number, current_actor())
        numbers = [leg.dossier.number for leg in found.item.legs]
        content = agency_papers.record(session, found)
        return papers.give(session, "records.paper", numbers, content, found.number)


@records.get("/records/to-sign")
def to_sign() -> ResponseReturnValue:
    """Show the records that wait for this person of the post."""
    with transaction() as session:
        found = agency_records.to_sign(session, current_actor())
        return render_template(
            "agency/to_sign.html", records=agency_records.with_states(found), **_words()
        )


@records.route("/records/to-sign/<number>", methods=["GET", "POST"])
def sign(number: str) -> ResponseReturnValue:
    """Show a record to who handed over; agree and sign, or object in words."""
    actor, form = current_actor(), Form()
    with transaction() as session:
        agency_records.find(session, number, actor)  # a foreign one answers before anything is read
    if form.sent:
        with form.catching():
            answer = form.one_of("reply", REPLIES)
            remark = form.note("remark", required=answer == "objected")
            form.check()
            with transaction() as session:
                agency_records.reply(session, number, answer, remark, actor, now=now())
            flash(_("Đã trả lời biên bản {number}.", number=number.upper()), "good")
            return redirect(to("records.to_sign"))
    with transaction() as session:
        found = agency_records.find(session, number, actor)
        return form.page(
            "agency/record.html",
            record=found,
            state=agency_records.state_of(found),
            money=agency_papers.money_of(session, [leg.dossier_id for leg in found.item.legs]),
            replies=REPLIES.items(),
            **_words(),
        )


def _words() -> dict[str, object]:
    return {
        "state_words": RECORD_STATE_WORDS,
        "state_tones": RECORD_TONES,
        "result_words": LINE_RESULT_WORDS,
        "paper_kinds": PAPER_KINDS,
        "leg_words": LEG_WORDS,
        "condition_words": {str(one): INTEGRITY_WORDS[one] for one in Integrity},
        "reply_words": REPLIES,
    }


def _read(form: Form, lists: Mapping[str, Sequence[ListedPaper]]) -> Receipt:
    """Read what was counted: each listed line, and what is on no list."""
    condition = form.one_of("condition", CONDITION_CHOICES)
    note = form.note("note")
    counted = {}
    for number, listed_papers in lists.items():
        lines = [_line(form, number, place) for place in range(len(listed_papers))]
        extras = [_extra(form, number, row) for row in range(EXTRA_ROWS)]
        counted[number] = [*lines, *(one for one in extras if one is not None)]
    form.check()
    return Receipt(condition, counted, note)


def _line(form: Form, number: str, place: int) -> CountedPaper:
    field = f"{number}_{place}"
    return CountedPaper(_papers(form, field), place, lent=form.ticked(f"{field}_lent"))


def _extra(form: Form, number: str, row: int) -> CountedPaper | None:
    """Give a paper that is on no list; None when its row is left empty."""
    field = f"{number}_x{row}"
    if not form.value(f"{field}_name").strip():
        return None
    name = form.text(f"{field}_name")
    return CountedPaper(_papers(form, field), None, name, lent=form.ticked(f"{field}_lent"))


def _papers(form: Form, field: str) -> Papers:
    kind = form.one_of(f"{field}_kind", PAPER_KINDS)
    copies = form.count(f"{field}_copies", most=MOST_COPIES)
    pages = form.count(f"{field}_pages", most=100_000) if form.value(f"{field}_pages") else 0
    return Papers(kind, copies, pages)
