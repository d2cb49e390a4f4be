"""The doors of an agency's answers: a dossier's card, each answer, its form, loans, transfers."""

from flask import Blueprint, flash, redirect, render_template
from flask import url_for as to
from flask.typing import ResponseReturnValue

from postal_app import (
    agency_answers,
    agency_desk,
    agency_dossiers,
    agency_envelopes,
    agency_originals,
    agency_papers,
    agency_receipts,
    agency_transfers,
    places,
    staff,
)
from postal_app.agency_envelopes import PAYERS
from postal_app.answer_form import TAKERS, AskedPaper, Duty, NewAnswer
from postal_app.envelopes import HEAVIEST_GRAMS, Envelope
from postal_app.rules.dossier_states import (
    DOSSIER_STATE_WORDS,
    STEPS,
    TAKEN_BACK,
    TAKEN_BACK_WORDS,
    TRANSFERABLE,
    next_steps,
)
from postal_app.rules.intake import MONEY_KINDS, PAPER_KINDS
from postal_app.rules.legs import LEG_WORDS
from postal_app.rules.money import TRUST_KINDS
from postal_app.rules.supplements import CLOCK_WORDS, STAGE_WORDS
from postal_app.rules.vietnamese import day
from postal_app.rules.words import Words
from routes import papers
from routes.access import NothingHere, current_actor
from routes.archive import Session, transaction
from routes.forms import Form
from routes.language import _, say
from routes.sessions import now

answers = Blueprint("answers", __name__)

OWN_PAGE = frozenset({"accepted"})
"""Answers whose page is another one's: acceptance needs the envelope and the code."""
PAPER_ROWS = 5
MOMENTS = {
    "delivery": Words("Khi phát kết quả", "When the result is delivered"),
    "supplement": Words("Khi nộp bổ sung", "With the supplement"),
}
STEP_WORDS = {kind: step.words for kind, step in STEPS.items()} | {TAKEN_BACK: TAKEN_BACK_WORDS}


@answers.get("/agency/dossiers/<number>")
def dossier(number: str) -> ResponseReturnValue:
    """Show where a dossier stands, what was answered, what lies here and what may come next."""
    actor = current_actor()
    with transaction() as session:
        found = agency_dossiers.find_to_read(session, number, actor)
        staff.record_view(session, actor, "answers.dossier", found.number, now=now())
        own = found.agency_id == actor.agency_id
        at = agency_answers.progress(session, found)
        steps = [kind for kind in next_steps(at) if kind not in OWN_PAGE] if own else []
        given = agency_answers.of_dossier(session, found.id)
        return render_template(
            "agency/dossier.html",
            dossier=found,
            own=own,
            state=DOSSIER_STATE_WORDS[at.state],
            may_accept=own and "accepted" in next_steps(at),
            has_envelope=agency_receipts.last_envelope(found) is not None,
            may_transfer=own and at.state in TRANSFERABLE,
            steps=steps,
            step_words=STEP_WORDS,
            given=given,
            titles={one.id: agency_papers.form_of(one) for one in given},
            standing={one.id for one in agency_answers.standing(given)},
            papers=agency_envelopes.papers_here(session, found),
            paper_kinds=PAPER_KINDS,
            loans=agency_originals.of_dossier(session, found.id),
            transfers=agency_transfers.of_dossier(session, found.id),
            takers=TAKERS.items(),
            leg_words=LEG_WORDS,
        )


@answers.route("/agency/dossiers/<number>/answers/<kind>", methods=["GET", "POST"])
def answer(number: str, kind: str) -> ResponseReturnValue:
    """Answer on a dossier: what the kind of answer needs is asked for."""
    actor = current_actor()
    form = Form(start={"clock": "continues", "moment": "delivery"})
    with transaction() as session:
        agency_desk.find(session, number, actor)  # a foreign one answers before anything is read
    if kind not in STEPS or kind in OWN_PAGE:
        raise NothingHere
    if form.sent:
        with form.catching():
            said = _read(form, kind)
            with transaction() as session:
                found = agency_desk.find(session, number, actor)
                made = agency_answers.give(session, found, said, actor, now=now())
                numbered, due, ours = made.number, made.due_after, found.number
            _tell(kind, numbered)
            if due:
                flash(_("Ngày hẹn trả: {day}.", day=day(due)), "info")
            return redirect(to("answers.dossier", number=ours))
    with transaction() as session:
        found = agency_desk.find(session, number, actor)
        return form.page(
            "agency/answer.html",
            dossier=found,
            kind=kind,
            step=STEPS[kind],
            clocks=CLOCK_WORDS.items(),
            stages=STAGE_WORDS,
            takers=TAKERS.items(),
            moments=MOMENTS.items(),
            money_kinds=[(one, MONEY_KINDS[one]) for one in TRUST_KINDS],
            rows=range(PAPER_ROWS),
        )


@answers.route("/agency/dossiers/<number>/take-back", methods=["GET", "POST"])
def take_back(number: str) -> ResponseReturnValue:
    """Take the last answer back as a second person, with the reason."""
    actor, form = current_actor(), Form()
    with transaction() as session:
        agency_desk.find(session, number, actor)  # a foreign one answers before anything is read
    if form.sent:
        with form.catching():
            reason = form.note("reason", required=True)
            form.check()
            with transaction() as session:
                found = agency_desk.find(session, number, actor)
                agency_answers.take_back(session, found, reason, actor, now=now())
            flash(_("Đã hủy văn bản ghi nhầm."), "good")
            return redirect(to("answers.dossier", number=number))
    with transaction() as session:
        found = agency_desk.find(session, number, actor)
        stood = agency_answers.standing(agency_answers.of_dossier(session, found.id))
        return form.page(
            "agency/take_back.html",
            dossier=found,
            last=stood[-1] if stood else None,
            step_words=STEP_WORDS,
        )


@answers.get("/agency/dossiers/<number>/forms/<int:position>.pdf")
def paper(number: str, position: int) -> ResponseReturnValue:
    """Print the form of an answer."""
    with transaction() as session:
        found = agency_dossiers.find_to_read(session, number, current_actor())
        given = agency_answers.of_dossier(session, found.id)
        one = next((a for a in given if a.position == position and a.form), None)
        if one is None:
            raise NothingHere
        content = agency_papers.form(session, one)
        return papers.give(session, "answers.paper", [found.number], content, one.number)


@answers.post("/agency/dossiers/<number>/loans")
def lend(number: str) -> ResponseReturnValue:
    """Note an original that is here only to be compared."""
    actor, form = current_actor(), Form()
    with transaction() as session:
        found = agency_desk.find(session, number, actor)
        name = form.text("name")
        agency_originals.lend(session, found.number, name, 1, actor, now=now())
        number = found.number
    flash(_("Đã ghi bản chính «{name}» chỉ để đối chiếu.", name=name), "good")
    return redirect(to("answers.dossier", number=number))


@answers.post("/agency/dossiers/<number>/loans/<int:loan>")
def give_back(number: str, loan: int) -> ResponseReturnValue:
    """Give an original back at the agency, against a signature."""
    actor, form = current_actor(), Form()
    with transaction() as session:
        found = agency_desk.find(session, number, actor)
        taken_by = form.value("taken_by")
        agency_originals.give_back(session, found.number, loan, taken_by, actor, now=now())
        number = found.number
    flash(_("Đã trả bản chính."), "good")
    return redirect(to("answers.dossier", number=number))


@answers.get("/agency/originals")
def originals() -> ResponseReturnValue:
    """Show the originals the agency owes."""
    with transaction() as session:
        owed = agency_originals.owed(session, current_actor())
        return render_template("agency/originals.html", owed=owed)


@answers.route("/agency/dossiers/<number>/transfer", methods=["GET", "POST"])
def transfer(number: str) -> ResponseReturnValue:
    """Send a dossier on to the agency that is to settle it."""
    actor, form = current_actor(), Form(start={"payer": "agency"})
    with transaction() as session:
        agency_desk.find(session, number, actor)  # a foreign one answers before anything is read
    if form.sent:
        with form.catching():
            with transaction() as session:
                name, item = _transfer(session, form, number)
            flash(_("Đã chuyển hồ sơ đến {agency}.", agency=name), "good")
            if item:
                return redirect(to("sending.envelope", number=item))
            return redirect(to("agency.dossiers"))
    with transaction() as session:
        found = agency_desk.find(session, number, actor)
        everywhere = places.agencies(session, "", limit=10_000)
        return form.page(
            "agency/transfer.html",
            dossier=found,
            has_papers=agency_transfers.has_papers(found),
            agencies=[(code, one.name) for one, code in everywhere if one.id != found.agency_id],
            payers=PAYERS.items(),
        )


def _transfer(session: Session, form: Form, number: str) -> tuple[str, str]:
    """Transfer as the form says; give the new agency's name and the envelope's number, if any."""
    found = agency_desk.find(session, number, current_actor())
    code = form.text("agency")
    reason = form.note("reason", required=True)
    payer = form.one_of("payer", PAYERS) if agency_transfers.has_papers(found) else "agency"
    envelope = None
    if agency_transfers.has_papers(found):
        seal = form.text("seal_number", longest=40)
        envelope = Envelope(seal, form.count("weight_grams", least=1, most=HEAVIEST_GRAMS))
    form.check()
    made = agency_transfers.transfer(
        session,
        found.number,
        code,
        reason,
        current_actor(),
        now=now(),
        envelope=envelope,
        payer=payer,
    )
    return made.to_agency.name, made.item.number if made.item else ""


def _tell(kind: str, number: str) -> None:
    words = say(STEPS[kind].words)
    if number:
        flash(_("Đã ghi: {step}, số {number}.", step=words, number=number), "good")
    else:
        flash(_("Đã ghi: {step}.", step=words), "good")


def _read(form: Form, kind: str) -> NewAnswer:
    """Read what this kind of answer needs; the rest stays empty."""
    needs = STEPS[kind].needs
    asks = kind == "supplement_asked"
    said = NewAnswer(
        kind,
        reason=form.note("reason", required="reason" in needs) if "reason" in needs else "",
        ground=form.text("ground", required="ground" in needs) if asks or "ground" in needs else "",
        request=form.text("request") if "request" in needs else "",
        due_on=form.day("due_on") if "due_on" in needs else None,
        papers=_papers(form) if asks else (),
        duties=_duties(form) if kind == "duty_asked" else (),
        clock=form.one_of("clock", CLOCK_WORDS) if asks else "continues",
        approver=form.text("approver", required=False) if asks else "",
        taken_by=form.one_of("taken_by", TAKERS) if "taken_by" in needs else "",
    )
    form.check()
    return said


def _papers(form: Form) -> tuple[AskedPaper, ...]:
    rows = (row for row in range(PAPER_ROWS) if form.value(f"paper_{row}_name").strip())
    return tuple(
        AskedPaper(
            form.text(f"paper_{row}_name"),
            _copies(form, row, "originals"),
            _copies(form, row, "certified"),
            _copies(form, row, "photocopies"),
            form.text(f"paper_{row}_note", required=False),
        )
        for row in rows
    )


def _copies(form: Form, row: int, kind: str) -> int:
    field = f"paper_{row}_{kind}"
    return form.count(field, most=1000) if form.value(field).strip() else 0


def _duties(form: Form) -> tuple[Duty, ...]:
    amount = form.dong_or_none("amount")
    if not amount:
        return ()
    kind = form.one_of("money_kind", TRUST_KINDS)
    return (Duty(kind, amount, form.one_of("moment", MOMENTS)),)
