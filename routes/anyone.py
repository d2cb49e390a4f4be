"""The doors open to everybody who is signed in: what happened to an item, search, corrections."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from postal_app import (
    addressees,
    contents,
    corrections,
    enquiries,
    item_matters,
    promises,
    staff,
    worklists,
)
from postal_app.enquiries import HistoryLine, ItemHistory
from postal_app.errors import Unknown
from postal_app.rules.codes import is_item_number, read_scan
from postal_app.rules.contents import LIKENESS_WORDS, STAGE_WORDS
from postal_app.rules.holders import HOLDER_WORDS, Holder
from postal_app.rules.integrity import INTEGRITY_WORDS, Integrity
from postal_app.rules.legs import LEG_WORDS
from postal_app.rules.promises import NOT_PROMISED
from postal_app.rules.roles import Actor
from postal_app.rules.vietnamese import day_of, moment
from postal_app.rules.vocabulary import ANOMALIES, KINDS
from routes.access import MAY_ASK, current_actor
from routes.archive import Session, transaction
from routes.forms import Form
from routes.incidents import WORDS as MATTER_WORDS
from routes.language import _, say
from routes.scan_form import detail_words
from routes.sessions import now
from routes.spans import span_words

anyone = Blueprint("anyone", __name__)

SURE_WITHIN_MS = 60_000
AT_ONCE = timedelta(minutes=2)
LONGEST_SEARCH = 120
LARGEST_ID = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Shown:
    """One line of a history, in the reader's words."""

    line: HistoryLine
    words: str
    way: str
    details: tuple[tuple[str, str], ...]
    condition: str
    oddities: tuple[str, ...]
    late: str
    unsure: str
    corrects: str
    asked: worklists.AskedCorrection | None

    @property
    def is_correctable(self) -> bool:
        """Tell whether the entry stands and nobody asks already for its correction."""
        return (
            not self.line.step.cancelled
            and self.line.step.fact.kind != "corrected"
            and self.asked is None
        )


@anyone.get("/items/<number>")
def item(number: str) -> ResponseReturnValue:
    """Show all that happened to an item, the latest first."""
    actor = current_actor()
    with transaction() as session:
        told = enquiries.item_history(session, number, actor)
        staff.record_view(session, actor, "anyone.item", told.item.number, now=now())
        promised = promises.of_items(session, [told.item.id]).get(told.item.id)
        steps = [line.step for line in told.lines]
        return render_template(
            "anyone/item.html",
            promised=promised,
            limits=promises.limits(promised, steps, day_of(now())),
            not_promised=NOT_PROMISED,
            item=told.item,
            lines=_shown(session, told),
            leg=LEG_WORDS[told.item.leg],
            receiver=addressees.person_of(told.item),
            may_ask=actor.role in MAY_ASK,
            matters=item_matters.of(session, told, actor),
            contents=contents.of_item(session, told.item),
            stage_words=STAGE_WORDS,
            likeness_words=LIKENESS_WORDS,
            today=day_of(now()),
            **MATTER_WORDS,
        )


@anyone.route("/items/<number>/corrections/<uuid:fact>", methods=["GET", "POST"])
def ask(number: str, fact: UUID) -> ResponseReturnValue:
    """Ask that a mistaken entry be corrected."""
    actor, form = current_actor(), Form()
    with transaction() as session:
        told = enquiries.item_history(session, number, actor)
        lines = _shown(session, told)
    line = next((one for one in lines if one.line.fact == fact), None)
    if line is None:
        raise corrections.NothingToCorrect
    if form.sent:
        with form.catching():
            reason = form.note("reason", required=True, longest=500)
            form.check()
            with transaction() as session:
                corrections.ask(session, number, fact, reason, actor, now=now())
            flash(_("Đã gửi đề nghị; cần một người thứ hai xác nhận."), "good")
            return redirect(url_for("anyone.item", number=number))
    return form.page("anyone/ask.html", number=read_scan(number).number, line=line)


@anyone.get("/corrections")
def to_confirm() -> ResponseReturnValue:
    """Show the corrections that wait for a second person."""
    actor = current_actor()
    with transaction() as session:
        rows = corrections.open_ones(session, actor)
        return render_template(
            "anyone/corrections.html",
            asked=worklists.told_corrections(session, rows),
            kinds=KINDS,
            me=actor.account_id,
        )


@anyone.post("/corrections/<int:correction_id>")
def confirm(correction_id: int) -> ResponseReturnValue:
    """Confirm or reject a correction as the second person."""
    if correction_id > LARGEST_ID:
        raise corrections.NothingToCorrect
    with transaction() as session:
        approved = request.form.get("answer") == "confirm"
        corrections.settle(session, correction_id, current_actor(), approved=approved, now=now())
    flash(_("Đã đính chính.") if approved else _("Đã bác đề nghị đính chính."), "good")
    return redirect(url_for("anyone.to_confirm"))


@anyone.get("/search")
def search() -> ResponseReturnValue:
    """Find a dossier by any of its numbers, a name without marks, or a phone."""
    actor, typed = current_actor(), request.args.get("q", "").strip()[:LONGEST_SEARCH]
    with transaction() as session:
        if _names_item(session, typed, actor):
            return redirect(url_for("anyone.item", number=read_scan(typed).number))
        found = enquiries.search(session, typed, actor)
        for dossier in found:  # the list names people, to tell their dossiers apart
            staff.record_view(session, actor, "anyone.search", dossier.number, now=now())
        return render_template(
            "anyone/search.html", typed=typed, found=found, most=enquiries.MOST_FOUND
        )


def _names_item(session: Session, typed: str, actor: Actor) -> bool:
    """Tell whether what was typed is the number of an item in reach."""
    if not is_item_number(read_scan(typed).number):
        return False
    try:
        enquiries.item_history(session, typed, actor)
    except Unknown:
        return False
    return True


def _shown(session: Session, told: ItemHistory) -> list[Shown]:
    """Give the lines of a history in words, the latest first."""
    lines = told.lines
    asked = {
        one.fact: one
        for one in worklists.asked_corrections(session, told.item.id, since=told.item.created_at)
    }
    askers = [line.details["asked_by"] for line in lines if "asked_by" in line.details]
    names = worklists.account_names(session, [one for one in askers if isinstance(one, int)])
    by_fact = {line.fact: line for line in lines}
    return [
        Shown(
            line,
            _kind_words(line.step.fact.kind),
            _way(line),
            _details(line, names),
            say(INTEGRITY_WORDS[Integrity(line.step.fact.condition)])
            if line.step.fact.condition
            else "",
            tuple(say(ANOMALIES[code]) for code in line.anomalies if code in ANOMALIES),
            _late_by(line),
            _unsure_by(line),
            _corrected_words(line, by_fact),
            asked.get(line.fact),
        )
        for line in reversed(lines)
    ]


def _kind_words(kind: str) -> str:
    return say(KINDS[kind].words) if kind in KINDS else kind


def _way(line: HistoryLine) -> str:
    """Say from whom to whom the item went; empty when it stayed where it was."""
    if line.step.cancelled or line.step.giver == line.step.after.holder:
        return ""
    giver, taker = line.giver, line.taker
    return f"{_holder(line.step.giver, giver)} → {_holder(line.step.after.holder, taker)}"


def _holder(holder: Holder, name: str) -> str:
    kind = say(HOLDER_WORDS[holder.kind])
    return f"{kind} {name}" if name and holder.kind == "courier" else name or kind


def _details(line: HistoryLine, names: dict[int, str]) -> tuple[tuple[str, str], ...]:
    shown = [
        (say(label), value) for label, value in detail_words(line.step.fact.kind, line.details)
    ]
    if line.receiver:
        shown.insert(0, (_("Người nhận"), line.receiver))
    if isinstance(asker := line.details.get("asked_by"), int) and asker in names:
        shown.append((_("Người đề nghị"), names[asker]))
    return tuple(shown)


def _unsure_by(line: HistoryLine) -> str:
    """Say how far off its time may be; empty when nobody need mind."""
    if line.error_ms is None or line.error_ms <= SURE_WITHIN_MS:
        return ""
    return _("giờ có thể lệch {span}", span=span_words(line.error_ms))


def _late_by(line: HistoryLine) -> str:
    """Say how long after it happened it was recorded; empty when it was at once."""
    late = line.recorded_at - line.step.fact.occurred_at
    if late < AT_ONCE:
        return ""
    minutes = int(late.total_seconds()) // 60
    days, hours = minutes // (24 * 60), minutes // 60
    if days >= 2:
        return _("{n} ngày sau", n=days)
    return _("{n} giờ sau", n=hours) if hours >= 2 else _("{n} phút sau", n=minutes)


def _corrected_words(line: HistoryLine, by_fact: dict[UUID, HistoryLine]) -> str:
    """Name the entry a correction takes out."""
    mistaken = by_fact.get(line.step.fact.corrects) if line.step.fact.corrects else None
    if mistaken is None:
        return ""
    fact = mistaken.step.fact
    return _("«{kind}» lúc {at}", kind=_kind_words(fact.kind), at=moment(fact.occurred_at))
