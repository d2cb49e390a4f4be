"""The doors of incidents: what waits, a record made, answered, ended, printed; who held it when."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time
from hashlib import sha256
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from postal_app import (
    complaint_lists,
    enquiries,
    incident_lists,
    incident_papers,
    staff,
)
from postal_app import (
    incidents as desk,
)
from postal_app.enquiries import ItemHistory
from postal_app.envelopes import HEAVIEST_GRAMS
from postal_app.holding import holder_at
from postal_app.incidents import NewIncident, Photo
from postal_app.rules import complaints as complaint_rules
from postal_app.rules.compensation import STAGE_WORDS
from postal_app.rules.complaints import Standing
from postal_app.rules.incidents import (
    KINDS,
    MAY_RECORD,
    MAY_SETTLE,
    MAY_SIGN,
    OUTCOME_WORDS,
)
from postal_app.rules.roles import Role
from postal_app.rules.vietnamese import VIETNAM, clock_of, day_of, read_day, tidy
from postal_app.rules.vocabulary import KINDS as EVENT_KINDS
from postal_app.rules.words import Words
from routes import papers
from routes.access import current_actor
from routes.archive import transaction
from routes.forms import Form
from routes.language import _
from routes.sessions import now

incidents = Blueprint("incidents", __name__)

_CLOCK = re.compile(r"(\d{1,2})\s*[:.hg]\s*(\d{2})")
LONGEST_STORY = 4000
MOST_PHOTOS = 20
MOST_PAPERS = 10_000
READ_AT_ONCE = 1 << 16

NO_CLOCK = Words("Giờ ghi theo dạng 09:30.", "Write the time like 09:30.")
WORDS: dict[str, Any] = {
    "kinds": KINDS,
    "events": EVENT_KINDS,
    "outcomes": OUTCOME_WORDS,
    "complaint_kinds": complaint_rules.KINDS,
    "standings": complaint_rules.STANDING_WORDS,
    "verdicts": complaint_rules.VERDICTS,
    "stages": STAGE_WORDS,
    "standing_tones": {
        Standing.IN_TIME: "good",
        Standing.NOT_BEGUN: "quiet",
        Standing.OUT_OF_TIME: "bad",
        Standing.UNKNOWN: "careful",
    },
}


@incidents.get("/incidents")
def work() -> ResponseReturnValue:
    """Show what waits: events without a record, records, complaints; or what has ended."""
    actor = current_actor()
    with transaction() as session:
        if request.args.get("show") == "done":
            return render_template(
                "incidents/done.html",
                records_done=incident_lists.settled(session, actor),
                complaints=complaint_lists.settled(session, actor),
                sees_complaints=actor.role in complaint_rules.MAY_SEE,
                today=day_of(now()),
                **WORDS,
            )
        return render_template(
            "incidents/work.html",
            work=incident_lists.work(session, actor),
            complaints=complaint_lists.work(session, actor),
            sees_complaints=actor.role in complaint_rules.MAY_SEE,
            may_record=actor.role in MAY_RECORD,
            may_publish=actor.role is Role.PROVINCIAL,
            today=day_of(now()),
            me=actor.account_id,
            **WORDS,
        )


@incidents.route("/items/<number>/incidents/new", methods=["GET", "POST"])
def new(number: str) -> ResponseReturnValue:
    """Record an incident of an item; the kind and the event may be given by where one comes from.

    Raises:
        UnknownNumber: the item is not in reach.
    """
    actor = current_actor()
    with transaction() as session:
        known = _known(enquiries.item_history(session, number, actor))
    form = Form(start=_start(known))
    if form.sent:
        with form.catching():
            written = _read(form, known)
            with transaction() as session:
                made = desk.open_incident(session, written, actor, now=now()).number
            flash(_("Đã lập biên bản {number}; cần người thứ hai ký.", number=made), "good")
            return redirect(url_for("incidents.record", number=made))
    with transaction() as session:
        told = enquiries.item_history(session, number, actor)
        named = _fact_named(form.value("fact"))
        return form.page(
            "incidents/new.html",
            item=told.item,
            about=next((line for line in told.lines if line.fact == named), None),
            choices=[(code, kind.words) for code, kind in KINDS.items()],
            **WORDS,
        )


@incidents.route("/incidents/<number>", methods=["GET", "POST"])
def record(number: str) -> ResponseReturnValue:
    """Show a record; sign it, refuse to, or say how its matter ended.

    Raises:
        UnknownIncident: it is not in reach.
    """
    actor = current_actor()
    forms = {name: Form(name) for name in ("sign", "refuse", "settle")}
    with transaction() as session:
        desk.incident(session, number, actor)  # a foreign one answers before anything is read
    for name, form in forms.items():
        if form.sent:
            with form.catching():
                flash(_act(name, number, form), "good")
                return redirect(url_for("incidents.record", number=number))
    with transaction() as session:
        found = desk.incident(session, number, actor)
        staff.record_view(session, actor, "incidents.record", found.item.number, now=now())
        page = render_template(
            "incidents/record.html",
            record=found,
            forms=forms,
            made_at=incident_papers.place_of(found),
            state=desk.standing_words(found),
            holder=incident_papers.holder_words(found),
            now_known=holder_at(session, found.item.number, found.happened_at),
            may_sign=actor.role in MAY_SIGN and found.recorded_by != actor.account_id,
            may_settle=actor.role in MAY_SETTLE,
            endings=[(one, OUTCOME_WORDS[one]) for one in KINDS[found.kind].outcomes],
            **WORDS,
        )
    return page, max(form.status for form in forms.values())


@incidents.get("/incidents/<number>/record.pdf")
def paper(number: str) -> ResponseReturnValue:
    """Give the record to print, with a box for each of the two to sign in."""
    actor = current_actor()
    with transaction() as session:
        found = desk.incident(session, number, actor)
        content = incident_papers.record(session, number, actor)
        name = f"bien-ban-{found.number}"
        return papers.give(session, "incidents.paper", [found.item.number], content, name)


@incidents.get("/items/<number>/holder")
def holder(number: str) -> ResponseReturnValue:
    """Say who held an item at a moment, in words.

    Raises:
        UnknownNumber: the item is not in reach.
    """
    actor = current_actor()
    asked, at = request.args.get("day", ""), request.args.get("time", "")
    with transaction() as session:
        told = enquiries.item_history(session, number, actor)
        moment = _moment(asked, at)
        found = holder_at(session, told.item.number, moment) if moment else None
        part = "HX-Request" in request.headers
        return render_template(
            "incidents/_holder.html" if part else "incidents/holder.html",
            item=told.item,
            asked=asked,
            at=at,
            found=found,
            **WORDS,
        )


@dataclass(frozen=True, slots=True)
class _Known:
    """What a form of a new record needs of its item."""

    number: str
    created_at: datetime
    facts: dict[UUID, datetime]


def _known(told: ItemHistory) -> _Known:
    facts = {line.fact: line.step.fact.occurred_at for line in told.lines}
    return _Known(told.item.number, told.item.created_at, facts)


def _start(known: _Known) -> dict[str, object]:
    """Give what stands in the form of a new record: what the link said, or else now."""
    fact = _fact_named(request.args.get("fact", ""))
    about = fact if fact in known.facts else None
    at = known.facts[about] if about else now()
    kind = request.args.get("kind", "")
    return {
        "kind": kind if kind in KINDS else "",
        "fact": str(about or ""),
        "day": day_of(at),
        "time": clock_of(at),
    }


def _read(form: Form, known: _Known) -> NewIncident:
    kind = form.one_of("kind", KINDS)
    day = form.day("day")
    at = _clock(form.text("time", longest=10))
    if at is None:
        form.fault("time", NO_CLOCK)
    written: dict[str, Any] = {
        "told": form.text("told", required=False),
        "seen": form.note("seen", required=True, longest=LONGEST_STORY),
        "done": form.note("done", required=True, longest=LONGEST_STORY),
        "new_seal": form.text("new_seal", required=False, longest=40),
        "witness": form.text("witness", required=False),
        "weight": form.count_or_none("weight", most=HEAVIEST_GRAMS),
        "papers": form.count_or_none("papers", most=MOST_PAPERS),
        "photos": tuple(_photo(one) for one in form.files("photos", most=MOST_PHOTOS)),
    }
    form.check()
    fact = _fact_named(form.value("fact"))
    happened = _exact(known, fact, datetime.combine(day, at or time.min, VIETNAM))
    return NewIncident(known.number, kind, happened, fact=fact, **written)


def _photo(uploaded: FileStorage) -> Photo:
    """Give the digest of a photo; the file itself stays with whoever took it."""
    digest, size = sha256(), 0
    while part := uploaded.stream.read(READ_AT_ONCE):
        digest.update(part)
        size += len(part)
    return Photo(digest.hexdigest(), size)


def _exact(known: _Known, fact: UUID | None, typed: datetime) -> datetime:
    """Give the event's own second where its minute was typed: a form knows only minutes."""
    moments = [known.facts[fact]] if fact in known.facts else []
    same = (
        one for one in (*moments, known.created_at) if one.replace(second=0, microsecond=0) == typed
    )
    return next(same, typed)


def _act(name: str, number: str, form: Form) -> str:
    """Do what one of the record's forms asks; give what is said when it is done."""
    actor = current_actor()
    if name == "settle":
        outcome = form.one_of("outcome", OUTCOME_WORDS)
        note = form.note("note")
        form.check()
        with transaction() as session:
            desk.settle(session, number, outcome, note, actor, now=now())
        return _("Đã kết thúc sự vụ.")
    signs = name == "sign"
    remark = form.note("remark", required=not signs)
    form.check()
    with transaction() as session:
        desk.answer(session, number, remark, actor, signs=signs, now=now())
    return _("Đã ký biên bản.") if signs else _("Đã ghi là không ký.")


def _fact_named(written: str) -> UUID | None:
    try:
        return UUID(written)
    except ValueError:
        return None


def _moment(written: str, at: str) -> datetime | None:
    """Give the moment of a day and a time in Việt Nam; None when one of them cannot be read."""
    day: date | None = read_day(written) if written.strip() else None
    clock = _clock(at)
    return datetime.combine(day, clock, VIETNAM) if day and clock is not None else None


def _clock(written: str) -> time | None:
    found = _CLOCK.fullmatch(tidy(written).lower())
    if found is None or int(found[1]) > time.max.hour or int(found[2]) > time.max.minute:
        return None
    return time(int(found[1]), int(found[2]))
