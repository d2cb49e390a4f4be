"""The doors through which an agency's envelopes leave: answers, results together, the lists."""

from flask import Blueprint, flash, redirect, render_template
from flask import url_for as to
from flask.typing import ResponseReturnValue

from postal_app import (
    agency_collections,
    agency_desk,
    agency_envelopes,
    agency_originals,
    agency_papers,
    staff,
)
from postal_app.agency_collections import LINE_STATE_WORDS, LineState
from postal_app.agency_envelopes import PAYERS
from postal_app.envelopes import HEAVIEST_GRAMS, Envelope
from postal_app.rules.legs import LEG_WORDS
from routes import papers
from routes.access import current_actor
from routes.archive import transaction
from routes.forms import Form
from routes.language import _
from routes.sessions import now

sending = Blueprint("sending", __name__)

LINE_TONES = {
    LineState.WAITING: "underway",
    LineState.AGREED: "good",
    LineState.MISSING: "bad",
    LineState.EXTRA: "careful",
    LineState.SAME_ACCOUNT: "bad",
}


@sending.route("/agency/sending", methods=["GET", "POST"])
def start() -> ResponseReturnValue:
    """Choose answers, or results, that go in one envelope, and close it."""
    actor = current_actor()
    forms = {
        "answers": Form("answers", start={"payer": "agency"}),
        "results": Form("results", start={"payer": "citizen"}),
    }
    for name, form in forms.items():
        if form.sent:
            with form.catching():
                return redirect(to("sending.envelope", number=_send(name, form)))
    with transaction() as session:
        unsent = agency_envelopes.unsent(session, actor)
        ready = [
            one
            for one in agency_desk.in_work(session, actor)
            if one.settled_at and one.service_form != "send"
        ]
        numbers = [one.dossier.number for one in unsent] + [one.number for one in ready]
        staff.record_view(session, actor, "sending.start", tuple(dict.fromkeys(numbers)), now=now())
        page = render_template(
            "agency/sending.html",
            forms=forms,
            unsent=unsent,
            ready=ready,
            titles={one.id: agency_papers.form_of(one) for one in unsent},
            loans=agency_originals.open_by_dossier(
                session, [*(one.dossier_id for one in unsent), *(one.id for one in ready)]
            ),
            payers=PAYERS.items(),
        )
    return page, max(form.status for form in forms.values())


@sending.get("/agency/envelopes/<number>")
def envelope(number: str) -> ResponseReturnValue:
    """Show an envelope the agency closed: what lies in it, and its label."""
    actor = current_actor()
    with transaction() as session:
        found = agency_envelopes.closed_envelope(session, number, actor)
        staff.record_view(session, actor, "sending.envelope", found.item.number, now=now())
        return render_template(
            "agency/envelope.html",
            envelope=found,
            item=found.item,
            titles={one.answer_id: agency_papers.form_of(one.answer) for one in found.answers},
            payers=PAYERS,
            leg_words=LEG_WORDS,
        )


@sending.route("/agency/lists", methods=["GET", "POST"])
def lists() -> ResponseReturnValue:
    """Show the envelopes that wait for the post, and close a list of them."""
    actor, form = current_actor(), Form()
    if form.sent:
        with form.catching():
            with transaction() as session:
                made = agency_collections.close(session, form.values("item"), actor, now=now())
                number = made.number
            flash(_("Đã lập sổ giao nhận {number}.", number=number), "good")
            return redirect(to("sending.listed", number=number))
    with transaction() as session:
        return form.page(
            "agency/lists.html",
            waiting=agency_collections.waiting(session, actor),
            lists=agency_collections.lists(session, actor),
            leg_words=LEG_WORDS,
        )


@sending.get("/agency/lists/<number>")
def listed(number: str) -> ResponseReturnValue:
    """Show a list and how the post's scans have answered it."""
    with transaction() as session:
        found = agency_collections.find(session, number, current_actor())
        return render_template(
            "agency/list.html",
            list=found,
            lines=agency_collections.told(session, found),
            state_words=LINE_STATE_WORDS,
            state_tones=LINE_TONES,
            leg_words=LEG_WORDS,
        )


@sending.get("/agency/lists/<number>/list.pdf")
def paper(number: str) -> ResponseReturnValue:
    """Print a list for the post."""
    with transaction() as session:
        found = agency_collections.find(session, number, current_actor())
        numbers = [line.item.number for line in found.lines]
        content = agency_papers.collection(session, found)
        return papers.give(session, "sending.paper", numbers, content, found.number)


def _send(name: str, form: Form) -> str:
    """Close the envelope a form asks for and give its number."""
    actor = current_actor()
    chosen = form.values("chosen")
    lent = [int(one) for one in form.values("lent") if one.isdecimal()]
    seal = form.text("seal_number", longest=40)
    weight = form.count("weight_grams", least=1, most=HEAVIEST_GRAMS)
    payer = form.one_of("payer", PAYERS)
    form.check()
    closed = Envelope(seal, weight)
    with transaction() as session:
        if name == "answers":
            ids = [int(one) for one in chosen if one.isdecimal()]
            made = agency_envelopes.send_answers(
                session, ids, closed, actor, now=now(), payer=payer, lent=lent
            )
        else:
            made = agency_envelopes.send_results(
                session, chosen, closed, actor, now=now(), payer=payer, lent=lent
            )
        return made.number
