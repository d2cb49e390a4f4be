"""The doors of bags at the counter: make, pack and seal one; open one and count it to the end."""

import uuid
from collections.abc import Callable
from uuid import UUID

from flask import Blueprint, flash, make_response, redirect, render_template, request
from flask import url_for as to
from flask.typing import ResponseReturnValue

from postal_app import bags, handover_papers, places
from postal_app.bags import Handled, Seen
from postal_app.rules.bags import BAG_KINDS, BAG_STATE_WORDS, BagState
from postal_app.rules.handovers import OUTCOME_WORDS
from postal_app.rules.integrity import CONDITIONS, INTEGRITY_WORDS
from postal_app.rules.vietnamese import day_of
from postal_app.rules.vocabulary import ANOMALIES, STATE_WORDS
from postal_app.scan_verdicts import OUTCOME_WORDS as VERDICTS
from postal_app.scan_verdicts import Verdict
from routes import taking_in
from routes.access import current_actor
from routes.archive import transaction
from routes.forms import Form
from routes.handover_words import OUTCOME_TONES
from routes.language import _, say
from routes.scan_form import CONDITION_CHOICES, LONGEST_CODE, TONES
from routes.sessions import now

doors = Blueprint("bags", __name__)

CONDITION_WORDS = {str(one): INTEGRITY_WORDS[one] for one in CONDITIONS}
BAG_TONES = {
    BagState.OPEN: "careful",
    BagState.SEALED: "good",
    BagState.IN_TRANSIT: "underway",
    BagState.AT_OFFICE: "good",
    BagState.OPENED: "careful",
    BagState.EMPTIED: "quiet",
    BagState.LOST: "bad",
}
FORMS = ("put", "take", "seal", "open", "empty", "mend")


@doors.route("/bags", methods=["GET", "POST"])
def listed() -> ResponseReturnValue:
    """Show the bags of the point and those on their way to it, and begin a new one."""
    actor, form = current_actor(), Form()
    if form.sent:
        with form.catching():
            code = form.text("to_point", longest=20)
            form.check()
            with transaction() as session:
                number = bags.make(session, code, actor, now=now()).number
            return redirect(to("bags.one", number=number))
    with transaction() as session:
        points = places.qualified_points(session, day_of(now()))
        return form.page(
            "bags/listed.html",
            here=bags.at_hand(session, actor),
            coming=bags.coming(session, actor),
            points=[
                (point.code, f"{point.name} ({point.code})")
                for point in points
                if point.id != actor.point_id
            ],
            **_words(),
        )


@doors.route("/bags/<number>", methods=["GET", "POST"])
def one(number: str) -> ResponseReturnValue:
    """Show a bag and do its next step: put in, seal, open, take out, declare empty."""
    actor = current_actor()
    seen = {"condition": request.args.get("condition", ""), "scan_id": str(uuid.uuid4())}
    forms = {name: Form(name, start=seen) for name in FORMS}
    with transaction() as session:
        bags.find(session, number, actor)  # a foreign one answers before anything is read
    for name, form in forms.items():
        if form.sent:
            with form.catching():
                STEPS[name](form, number)
                # A seal seen intact is most often followed by another one.
                kept = form.value("condition") if name == "take" else ""
                again = "intact" if kept == "intact" else None
                return redirect(to("bags.one", number=number, condition=again))
    with transaction() as session:
        bag = bags.find(session, number, actor)
        page = render_template(
            "bags/one.html",
            bag=bag,
            contents=bags.contents(session, bag),
            count=bags.count(session, bag),
            steps=bags.steps(session, bag),
            forms=forms,
            conditions=CONDITION_CHOICES,
            **_words(),
        )
    return page, max(form.status for form in forms.values())


@doors.get("/bags/<number>/label.pdf")
def label(number: str) -> ResponseReturnValue:
    """Give the label of a bag to print; it tells of no person."""
    with transaction() as session:
        bag = bags.find(session, number, current_actor())
        answer = make_response(handover_papers.bag_label(session, bag, taking_in.codes()))
        name = f"nhan-{bag.number}.pdf"
    answer.headers["Content-Type"] = "application/pdf"
    answer.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return answer


def _words() -> dict[str, object]:
    return {
        "state_words": BAG_STATE_WORDS,
        "state_tones": BAG_TONES,
        "kind_words": {name: kind.words for name, kind in BAG_KINDS.items()},
        "outcome_words": OUTCOME_WORDS,
        "outcome_tones": OUTCOME_TONES,
        "item_words": STATE_WORDS,
        "anomaly_words": ANOMALIES,
    }


def _put(form: Form, number: str) -> None:
    handled = _handled(form)
    with transaction() as session:
        verdict = bags.put_in(session, number, handled, current_actor(), now=now())
    _flash(verdict, _("Đã cho {number} vào túi.", number=verdict.number))


def _take(form: Form, number: str) -> None:
    handled = _handled(form)
    with transaction() as session:
        verdict = bags.take_out(session, number, handled, current_actor(), now=now())
    _flash(verdict, _("Đã lấy {number} ra khỏi túi.", number=verdict.number))


def _seal(form: Form, number: str) -> None:
    seal = form.text("seal", longest=40)
    form.check()
    with transaction() as session:
        bags.seal(session, number, seal, current_actor(), now=now())
    flash(_("Đã niêm phong túi. Hãy in nhãn và dán lên túi."), "good")


def _open(form: Form, number: str) -> None:
    seen = Seen(
        form.one_of("condition", CONDITION_WORDS, required=False), form.text("seal", longest=40)
    )
    form.check()
    with transaction() as session:
        bag = bags.open_bag(session, number, seen, current_actor(), now=now())
        odd = bags.steps(session, bag)[-1].anomalies
    if odd:
        flash(", ".join(say(ANOMALIES[code]) for code in odd), "warning")
    flash(_("Đã mở túi. Hãy quét từng bưu gửi lấy ra."), "good")


def _empty(form: Form, number: str) -> None:  # noqa: ARG001  one shape for every step
    with transaction() as session:
        bags.declare_empty(session, number, current_actor(), now=now())
    flash(_("Đã ghi: túi không còn bưu gửi nào."), "good")


def _mend(form: Form, number: str) -> None:
    reason = form.text("reason")
    form.check()
    try:
        wrong = UUID(form.value("fact"))
    except ValueError:
        raise bags.NothingOfTheBag from None
    with transaction() as session:
        bags.correct(session, number, wrong, reason, current_actor(), now=now())
    flash(_("Đã đính chính. Ghi nhận sai vẫn còn trong lịch sử, không còn được tính."), "good")


STEPS: dict[str, Callable[[Form, str], None]] = {
    "put": _put,
    "take": _take,
    "seal": _seal,
    "open": _open,
    "empty": _empty,
    "mend": _mend,
}


def _handled(form: Form) -> Handled:
    """Read one scan of an item; the page gives its id, so that a double click is one scan."""
    code = form.text("code", longest=LONGEST_CODE)
    seen = Seen(
        form.one_of("condition", CONDITION_WORDS, required=False),
        form.text("seal", required=False, longest=40),
    )
    form.check()
    try:
        made = UUID(form.value("scan_id"))
    except ValueError:
        made = uuid.uuid4()
    return Handled(code, seen, made)


def _flash(verdict: Verdict, done: str) -> None:
    """Say what became of a scan, with its oddities."""
    odd = ", ".join(say(ANOMALIES[code]) for code in verdict.anomalies)
    tone = "warning" if odd else TONES[verdict.outcome]
    flash(f"{say(VERDICTS[verdict.outcome])}: {done}{f' ({odd})' if odd else ''}", tone)
