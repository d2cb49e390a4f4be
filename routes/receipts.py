"""The doors of receipts: the money of one dossier, receipts to print, wrong ones to void."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from postal_app import collecting, counter, dossier_money, staff
from postal_app import receipts as desk
from postal_app.rules.exemptions import GROUNDS, Exempted, grounds_of
from postal_app.rules.intake import MONEY_KINDS
from postal_app.rules.money import MOMENTS
from postal_app.rules.vietnamese import day_of
from routes import papers
from routes.access import current_actor
from routes.archive import Session, transaction
from routes.forms import Form
from routes.language import _
from routes.sessions import now

receipts = Blueprint("receipts", __name__)
receipts.add_app_template_global(grounds_of)  # every form that takes money asks for them

WORDS: dict[str, Any] = {"kinds": MONEY_KINDS, "moments": MOMENTS}


@receipts.route("/clerk/pickups/<number>/money", methods=["GET", "POST"])
def dossier(number: str) -> ResponseReturnValue:
    """Show the money of a dossier; take or exempt what is due, ask for a receipt to be voided."""
    actor = current_actor()
    forms = {name: Form(name) for name in WORK}
    with transaction() as session:
        counter.dossier(session, number, actor)  # a foreign one answers before anything is read
    for name, form in forms.items():
        if form.sent:
            with form.catching(), transaction() as session:
                WORK[name](session, number, form)
            if not form.faults and not form.refusal:
                return redirect(url_for("receipts.dossier", number=number))
    with transaction() as session:
        found = counter.dossier(session, number, actor)
        staff.record_view(session, actor, "receipts.dossier", found.number, now=now())
        page = render_template(
            "receipts/dossier.html",
            forms=forms,
            dossier=found,
            money=dossier_money.money_of(session, found, actor),
            grounds=[(code, ground.words) for code, ground in GROUNDS.items()],
            **WORDS,
        )
    return page, max(form.status for form in forms.values())


@receipts.get("/receipts/<number>.pdf")
def paper(number: str) -> ResponseReturnValue:
    """Give a receipt to print: of the clerk's point, or taken by the courier himself."""
    actor = current_actor()
    with transaction() as session:
        content = desk.printed(session, number, actor)
        subject = desk.dossier_number(session, number, actor)
        return papers.give(session, "receipts.paper", [subject], content, f"bien-lai-{number}")


@receipts.get("/receipts/mine")
def mine() -> ResponseReturnValue:
    """Show the receipts the reader gave today: to print them, and to count the money at night."""
    today = day_of(now())
    with transaction() as session:
        taken = desk.taken_by(session, current_actor(), today)
    sums = {
        kind: sum(one.amount for one in taken if one.kind == kind and not one.void)
        for kind in MONEY_KINDS
    }
    return render_template("receipts/mine.html", taken=taken, sums=sums, today=today, **WORDS)


@receipts.route("/receipts/voids", methods=["GET", "POST"])
def voids() -> ResponseReturnValue:
    """Show the receipts somebody asks to be voided; the second person answers."""
    actor, form = current_actor(), Form()
    if form.sent:
        with form.catching():
            void_id = form.count("void", most=2**62)
            approved = form.one_of("answer", ("void", "stand")) == "void"
            form.check()
            with transaction() as session:
                desk.answer_void(session, void_id, actor, approved=approved, now=now())
            flash(_("Đã hủy biên lai.") if approved else _("Biên lai giữ nguyên."), "good")
            return redirect(url_for("receipts.voids"))
    with transaction() as session:
        return form.page("receipts/voids.html", asked=desk.waiting_voids(session, actor), **WORDS)


def _collect(session: Session, number: str, form: Form) -> None:
    chosen = form.values("due")
    due_ids = [int(one) for one in chosen if one.isascii() and one.isdecimal()]
    _require_own(session, number, due_ids)
    taken = collecting.collect(session, due_ids, current_actor(), now=now())
    flash(_("Đã thu {n} khoản.", n=len(taken)), "good")


def _waive(session: Session, number: str, form: Form) -> None:
    due_id = form.count("due", most=2**62)
    ground = form.one_of("ground", GROUNDS)
    evidence, act = form.text("evidence"), form.text("act", required=False)
    form.check()
    _require_own(session, number, [due_id])
    collecting.waive(session, due_id, Exempted(ground, evidence, act), current_actor(), now=now())
    flash(_("Đã ghi miễn, giảm."), "good")


def _withdraw(session: Session, number: str, form: Form) -> None:
    due_id, reason = form.count("due", most=2**62), form.text("reason")
    form.check()
    _require_own(session, number, [due_id])
    collecting.withdraw_due(session, due_id, reason, current_actor(), now=now())
    flash(_("Đã rút khoản phải thu."), "good")


def _void(session: Session, number: str, form: Form) -> None:
    receipt, reason = form.text("receipt"), form.text("reason")
    form.check()
    actor = current_actor()
    if desk.dossier_number(session, receipt, actor) != number.strip().upper():
        raise desk.UnknownReceipt(number=receipt)
    desk.ask_void(session, receipt, reason, actor, now=now())
    flash(_("Đã đề nghị hủy biên lai {number}; cần người thứ hai.", number=receipt), "good")


def _require_own(session: Session, number: str, due_ids: list[int]) -> None:
    """Refuse dues of another dossier than the page's, and an empty choice.

    Raises:
        UnknownDue: one is not of this dossier.
    """
    found = counter.dossier(session, number, current_actor())
    own = {one.id for one in collecting.dues_of(session, [found.id]).get(found.id, ())}
    if not due_ids or not set(due_ids) <= own:
        raise collecting.UnknownDue


WORK = {"collect": _collect, "waive": _waive, "withdraw": _withdraw, "void": _void}
