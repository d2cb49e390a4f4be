"""The doors of further papers, at the counter and at the citizen's table; see `taking_in`."""

import uuid
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from postal_app import collecting, counter, notices, printing, promises, staff, supplements
from postal_app.rules.collection import PAYERS
from postal_app.rules.intake import GATE_WORDS, MONEY_KINDS, PAPER_KINDS
from postal_app.rules.promises import NOT_PROMISED
from postal_app.rules.vietnamese import day_of
from postal_app.supplements import AskedFor, Supplement
from routes import clerk_form, papers, taking_in
from routes.access import current_actor
from routes.archive import Session, transaction
from routes.clerk_form import Line
from routes.forms import Form
from routes.sessions import now

WRITTEN_LINES = 4
"""Empty lines where the agency asked for nothing; two more where it did."""


@dataclass(frozen=True, slots=True)
class Layout:
    """What the page of further papers is laid out from; `lines` are what the agency asked for."""

    dossier: Any
    asked: AskedFor | None
    lines: tuple[Line, ...]
    dues: tuple[collecting.DueMoney, ...]


def hang_on(doors: Blueprint, under: str) -> None:
    """Hang the doors of further papers on the doors of a role, below an address."""
    both = ["GET", "POST"]
    doors.add_url_rule(f"{under}/supplements/new", view_func=new_supplement, methods=both)
    doors.add_url_rule(f"{under}/supplements/<number>", view_func=supplement, methods=both)
    doors.add_url_rule(f"{under}/supplements/<number>/slip.pdf", view_func=supplement_slip)


def new_supplement() -> ResponseReturnValue:
    """Find the dossier that papers are brought for, then count them: the first gate.

    Number and proof travel in the form alone: an address of a page would be written into logs.
    """
    actor = current_actor()
    find, count = Form("find"), Form("count")
    with transaction() as session:
        qualified = counter.is_qualified(session, actor, day_of(now()))
    if not qualified and request.method == "GET":
        return taking_in.points()
    asker = count if count.value("number") else find
    if not asker.value("number") and not find.sent:
        return find.page("clerk/find_supplement.html")
    if count.sent:
        made = ""
        with count.catching(), transaction() as session:
            made = _open(session, count, _lay_out(session, count))
        if made:
            return redirect(url_for(".supplement", number=made))
    with find.catching(), transaction() as session:
        if asker is find:
            find.text("number")
            find.check()
        page = _lay_out(session, asker)
        staff.record_view(session, actor, request.endpoint or "", page.dossier.number, now=now())
        again = count if asker is count else Form("count", start=_start(find, page))
        return _count_page(again, page)
    return find.page("clerk/find_supplement.html")


def supplement(number: str) -> ResponseReturnValue:
    """Show further papers and pass their next gate."""
    actor = current_actor()
    forms = {name: Form(name) for name in GATES}
    with transaction() as session:
        supplements.get(session, number, actor)  # foreign ones answer before anything is read
    for name, form in forms.items():
        if form.sent:
            with form.catching(), transaction() as session:
                GATES[name](session, number, form)
            if not form.faults and not form.refusal:
                return redirect(url_for(".supplement", number=number))
    with transaction() as session:
        sending = supplements.get(session, number, actor)
        door = request.endpoint or ""
        staff.record_view(session, actor, door, sending.dossier.number, now=now())
        promised = promises.of_items(session, [sending.item_id] if sending.item_id else [])
        page = render_template(
            "clerk/supplement.html",
            forms=forms,
            sending=sending,
            dossier=sending.dossier,
            gate=supplements.gate_of(sending),
            gates=GATE_WORDS,
            parties={party.part: party for party in sending.dossier.parties},
            signed={one.signer: one for one in sending.signatures},
            promised=promised.get(sending.item_id) if sending.item_id else None,
            not_promised=NOT_PROMISED,
            kinds=PAPER_KINDS,
            payers=PAYERS,
            money=supplements.money_of(sending),
            money_kinds=MONEY_KINDS,
            told=notices.shown(session, sending.notice_version, day_of(now())),
        )
    return page, max(form.status for form in forms.values())


def supplement_slip(number: str) -> ResponseReturnValue:
    """Give the sending slip of further papers, as far as their gates are, to print."""
    actor, door = current_actor(), request.endpoint or ""
    with transaction() as session:
        dossier = supplements.get(session, number, actor).dossier.number
        paper = printing.supplement_slip(session, number, taking_in.codes(), actor)
        return papers.give(session, door, [dossier], paper, f"phieu-gui-{number}")


def _lay_out(session: Session, form: Form) -> Layout:
    number, proof = form.value("number"), form.value("proof")
    dossier = supplements.find(session, number, proof, current_actor())
    asked = supplements.asked_for(session, dossier)
    wanted = asked.papers if asked else ()
    empty = WRITTEN_LINES if not wanted else clerk_form.FURTHER_PAPERS
    lines = (
        *(Line(paper.name, paper.kind, paper.required) for paper in wanted),
        *(Line("", "original", 0) for _ in range(empty)),
    )
    dues = collecting.dues_of(session, [dossier.id]).get(dossier.id, ())
    return Layout(dossier, asked, lines, tuple(due for due in dues if due.moment == "supplement"))


def _start(asker: Form, page: Layout) -> dict[str, object]:
    return {
        "number": asker.value("number"),
        "proof": asker.value("proof"),
        "payer": "citizen",
        "due": [due.id for due in page.dues],
        "request_key": uuid.uuid4(),
        **{f"paper_{place}_kind": line.kind for place, line in enumerate(page.lines)},
    }


def _open(session: Session, form: Form, page: Layout) -> str:
    """Keep what was counted; give the number of its slip."""
    listed = clerk_form.read_papers(form, page.lines)
    payer = form.one_of("payer", PAYERS)
    money = clerk_form.read_money(form)
    form.check()
    known = {str(due.id): due.id for due in page.dues}
    due_ids = tuple(known[one] for one in form.values("due") if one in known)
    said = Supplement(listed, payer, money, due_ids, clerk_form.read_key(form))
    sending = supplements.open_supplement(session, page.dossier, said, current_actor(), now=now())
    return sending.reserved_number


def _count_page(form: Form, page: Layout) -> ResponseReturnValue:
    return form.page(
        "clerk/new_supplement.html",
        page=page,
        dossier=page.dossier,
        filled=form.sent,
        parties={party.part: party for party in page.dossier.parties},
        kinds=PAPER_KINDS,
        money_kinds=MONEY_KINDS,
        payers=list(PAYERS.items()),
    )


def _sign(session: Session, number: str, form: Form) -> None:
    sending = supplements.find_open(session, number, current_actor())
    given = {signature.signer for signature in sending.signatures}
    signed = taking_in.read_signatures(form, given)
    supplements.sign(session, number, signed, current_actor(), now=now())


def _seal(session: Session, number: str, form: Form) -> None:
    envelope = taking_in.read_envelope(form)
    supplements.seal(session, number, envelope, current_actor(), now=now())


def _give_up(session: Session, number: str, form: Form) -> None:
    reason = form.text("reason")
    form.check()
    supplements.give_up(session, number, reason, current_actor(), now=now())


GATES = {"sign": _sign, "seal": _seal, "give_up": _give_up}
