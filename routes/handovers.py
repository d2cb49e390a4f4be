"""The doors of hand-over lists: made, cancelled by the giver, scanned, counted by the taker."""

import re
import uuid
from datetime import datetime
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request
from flask import url_for as to
from flask.typing import ResponseReturnValue

from postal_app import handover_differences as differing
from postal_app import handover_lists, handover_papers, handovers, places
from postal_app.bags import Handled, Seen
from postal_app.handovers import NewHandover
from postal_app.rules.handovers import (
    LINE_TYPE_WORDS,
    LIST_WORDS,
    OUTCOME_WORDS,
    ListKind,
)
from postal_app.rules.holders import HolderKind
from postal_app.rules.integrity import CONDITIONS
from postal_app.rules.roles import Actor, Role
from postal_app.rules.vietnamese import VIETNAM, day_of
from postal_app.rules.vocabulary import ANOMALIES
from postal_app.rules.words import Words
from postal_app.scan_verdicts import OUTCOME_WORDS as VERDICTS
from postal_app.scan_verdicts import Outcome as Verdicts
from routes import papers
from routes.access import current_actor
from routes.archive import Session, transaction
from routes.forms import Form
from routes.handover_words import OUTCOME_TONES
from routes.language import _, say
from routes.scan_form import CONDITION_CHOICES, LONGEST_CODE, TONES
from routes.sessions import now

doors = Blueprint("handovers", __name__)

_CLOCK = re.compile(r"([01]?\d|2[0-3])[:h]([0-5]\d)")
BAD_CLOCK = Words("Giờ ghi theo dạng 09:20.", "Write the time like 09:20.")
CHOSEN = re.compile(r"(bd10|bd13):(\w+)")
LONGEST_LIST = 40_000


@doors.route("/handovers", methods=["GET", "POST"])
def listed() -> ResponseReturnValue:
    """Show the lists to take and, to a clerk, those of the point; make a new one."""
    actor, form = current_actor(), Form()
    gives = actor.role is Role.CLERK
    if form.sent and gives:
        with form.catching():
            new = _read(form)
            with transaction() as session:
                number = handovers.close(session, new, actor, now=now()).number
            flash(_("Đã lập bản kê {number}. Hãy in hai bản để hai bên ký.", number=number), "good")
            return redirect(to("handovers.one", number=number))
    with transaction() as session:
        return form.page(
            "handovers/listed.html",
            gives=gives,
            to_take=handover_lists.to_take(session, actor),
            given=handover_lists.given_here(session, actor) if gives else [],
            takers=_takers(session, actor) if gives else [],
            open_differences=differing.count_open(session, actor),
            list_words=LIST_WORDS,
        )


@doors.route("/handovers/<number>", methods=["GET", "POST"])
def one(number: str) -> ResponseReturnValue:
    """Show a list line by line; take over by scan, say that all is counted, or cancel."""
    actor = current_actor()
    forms = {
        "take": Form("take", start=request.args | {"scan_id": str(uuid.uuid4())}),
        "count": Form("count"),
        "cancel": Form("cancel"),
    }
    with transaction() as session:
        handover_lists.find(session, number, actor)  # a foreign one answers first
    for name, form in forms.items():
        if form.sent:
            with form.catching():
                _do(name, form, number)
                # A seal seen intact is most often followed by another one.
                again = "intact" if form.value("condition") == "intact" else None
                return redirect(to("handovers.one", number=number, condition=again))
    with transaction() as session:
        found = handover_lists.find(session, number, actor)
        is_for_me = _is_for(actor, found.to_kind, found.to_id)
        page = render_template(
            "handovers/one.html",
            list=found,
            lines=handover_lists.told(session, found),
            to_name=handover_lists.taker_name(session, found),
            counter=handover_lists.counter_name(session, found),
            forms=forms,
            may_take=found.given_by != actor.account_id
            and (is_for_me or actor.role is Role.COURIER)
            and found.cancelled is None,
            may_count=is_for_me and found.given_by != actor.account_id,
            may_cancel=actor.role is Role.CLERK and found.from_point_id == actor.point_id,
            conditions=CONDITION_CHOICES,
            list_words=LIST_WORDS,
            type_words=LINE_TYPE_WORDS,
            outcome_words=OUTCOME_WORDS,
            outcome_tones=OUTCOME_TONES,
        )
    return page, max(form.status for form in forms.values())


@doors.get("/handovers/<number>/list.pdf")
def paper(number: str) -> ResponseReturnValue:
    """Print a list, to be signed by both."""
    with transaction() as session:
        found = handover_lists.find(session, number, current_actor())
        named = [line.item.number for line in found.lines if line.item is not None]
        content = handover_papers.handover(session, found)
        return papers.give(
            session, "handovers.paper", named or [found.number], content, found.number
        )


@doors.get("/handovers/differences")
def differences() -> ResponseReturnValue:
    """Show what giver and taker do not agree on, the most pressing first."""
    with transaction() as session:
        return Form().page(
            "handovers/differences.html",
            differences=differing.open_ones(session, current_actor()),
            now=now(),
            outcome_words=OUTCOME_WORDS,
            outcome_tones=OUTCOME_TONES,
        )


@doors.route("/handovers/differences/<int:difference_id>", methods=["GET", "POST"])
def difference(difference_id: int) -> ResponseReturnValue:
    """Show one difference, and settle it as somebody who is neither of the two."""
    actor, form = current_actor(), Form()
    with transaction() as session:
        differing.find(session, difference_id, actor)  # a foreign one answers first
    if form.sent:
        with form.catching():
            said = form.note("said", required=True)
            form.check()
            with transaction() as session:
                differing.settle(session, difference_id, said, actor, now=now())
            flash(_("Đã ghi kết luận."), "good")
            return redirect(to("handovers.differences"))
    with transaction() as session:
        found = differing.find(session, difference_id, actor)
        return form.page(
            "handovers/difference.html",
            difference=found,
            may_settle=actor.role in differing.MAY_SETTLE
            and actor.account_id not in (found.giver_account_id, found.taker_account_id)
            and found.settled_at is None
            and found.gone_at is None,
            outcome_words=OUTCOME_WORDS,
            outcome_tones=OUTCOME_TONES,
        )


def _do(name: str, form: Form, number: str) -> None:
    actor = current_actor()
    if name == "take":
        _take(form, number, actor)
    elif name == "count":
        with transaction() as session:
            handovers.count(session, number, actor, now=now())
        flash(_("Đã ghi: bạn đã quét hết. Dòng chưa quét là thiếu."), "good")
    else:
        reason = form.text("reason")
        form.check()
        with transaction() as session:
            handovers.cancel(session, number, reason, actor, now=now())
        flash(_("Đã hủy bản kê."), "good")


def _take(form: Form, number: str, actor: Actor) -> None:
    """Take one thing over; what cannot be recorded is told beside the field."""
    code = form.text("code", longest=LONGEST_CODE)
    seen = Seen(
        form.one_of("condition", {str(one) for one in CONDITIONS}, required=False),
        form.text("seal", required=False, longest=40),
    )
    form.check()
    with transaction() as session:
        handled = Handled(code, seen, _scan_id(form))
        verdict = handovers.take(session, number, handled, actor, now=now())
    if verdict.outcome is Verdicts.REFUSED:
        form.fault("code", verdict.words)
        form.check()
    odd = ", ".join(say(ANOMALIES[code]) for code in verdict.anomalies)
    words = f"{verdict.number}: {say(VERDICTS[verdict.outcome])}"
    flash(f"{words} ({odd})" if odd else words, "warning" if odd else TONES[verdict.outcome])


def _read(form: Form) -> NewHandover:
    """Read a new list; one that was written on paper brings its number and its time."""
    chosen = CHOSEN.fullmatch(form.value("to"))
    if chosen is None:
        raise handovers.UnknownTaker(field="to")
    codes = form.note("codes", required=True, longest=LONGEST_LIST)
    number = form.text("number", required=False, longest=40)
    given_at = now()
    if number:
        on, clock = form.day("given_on"), _CLOCK.fullmatch(form.text("given_time"))
        if clock is None:
            form.fault("given_time", BAD_CLOCK)
        else:
            hour, minute = int(clock[1]), int(clock[2])
            given_at = datetime(on.year, on.month, on.day, hour, minute, tzinfo=VIETNAM)
    form.check()
    return NewHandover(ListKind(chosen[1]), tuple(codes.splitlines()), chosen[2], given_at, number)


def _takers(session: Session, actor: Actor) -> list[tuple[str, str]]:
    """Give whom a list can be for: the couriers of the point, then the other points."""
    own = [
        (f"bd13:{account}", _("BD13 · bưu tá {name}", name=name))
        for account, name in handover_lists.couriers(session, actor, now())
    ]
    others = [
        (f"bd10:{point.code}", _("BD10 · {name} ({code})", name=point.name, code=point.code))
        for point in places.qualified_points(session, day_of(now()))
        if point.id != actor.point_id
    ]
    return own + others


def _is_for(actor: Actor, kind: str, number: int) -> bool:
    if kind == HolderKind.POINT:
        return actor.role is Role.CLERK and actor.point_id == number
    return actor.role is Role.COURIER and actor.account_id == number


def _scan_id(form: Form) -> UUID:
    try:
        return UUID(form.value("scan_id"))
    except ValueError:
        return uuid.uuid4()
