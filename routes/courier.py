"""The doors of the courier, and of everybody who scans: what I hold, and one scan after another."""

import uuid
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from flask import Blueprint, current_app, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from postal_app import (
    bags,
    count_lists,
    handover_differences,
    handover_lists,
    scanning,
    standing,
    worklists,
)
from postal_app.rules.bags import BagKind
from postal_app.rules.legs import TO_AGENCY, TO_CITIZEN
from postal_app.rules.roles import Actor
from postal_app.rules.undeliverable import REASONS, WISHES
from postal_app.rules.vietnamese import day_of
from postal_app.rules.vocabulary import Kind, State
from postal_app.scan_verdicts import Outcome, Verdict
from postal_app.scanning import Scan
from postal_app.worklists import MadeScan
from routes.access import current_actor
from routes.archive import Session, transaction
from routes.forms import Form
from routes.language import language
from routes.scan_batch import open_batch, parsed, take_in, unpacked
from routes.scan_form import (
    ACTIONS_OF,
    CHOICES,
    LONGEST_CODE,
    Told,
    asked_for,
    kinds_of,
    proofs_of,
    read_details,
    told,
    told_in,
)
from routes.scan_vocabulary import phone_vocabulary
from routes.sessions import now

courier = Blueprint("courier", __name__)

MOST_REMEMBERED = 20


@courier.get("/courier")
def holding() -> ResponseReturnValue:
    """Show what the courier answers for, and where each item goes."""
    actor = current_actor()
    with transaction() as session:
        held = worklists.held_by(session, actor)
        carried = [bag.number for bag in bags.at_hand(session, actor)]
        to_take = handover_lists.count_to_take(session, actor)
        differing = handover_differences.count_open(session, actor)
        differences = count_lists.open_differences(session, actor)
        still = standing.work(session, actor, now=now())
    counts = {
        "to_agency": sum(item.leg in TO_AGENCY for item in held),
        "to_citizen": sum(item.leg in TO_CITIZEN for item in held),
    }
    return render_template(
        "courier/holding.html",
        held=held,
        counts=counts,
        bags=carried,
        to_take=to_take,
        differing=differing,
        differences=len(differences),
        still=len(still),
        owner=actor.assignment_id,
        today=day_of(now()),
        wishes=WISHES,
        to_citizen=TO_CITIZEN,
    )


@courier.route("/courier/scan", methods=["GET", "POST"])
def scan() -> ResponseReturnValue:
    """Choose the kind of event once, then record one scan after another."""
    actor = current_actor()
    kinds = kinds_of(actor.role)
    name = request.args.get("kind", "")
    if name not in kinds:
        return render_template("courier/kinds.html", groups=_groups(kinds))
    form = Form(start=request.args | {"scan_id": str(uuid.uuid4())})
    if form.sent:
        with form.catching():
            made = _read(form, name, kinds[name])
            with transaction() as session:
                verdict = _take_in(session, made, actor, now=now())
            return redirect(_next_page(form, name, verdict))
    with transaction() as session:
        seen = worklists.scans_made(session, _remembered(form), actor)
    return form.page(
        "courier/scan.html",
        name=name,
        kind=kinds[name],
        of_bag=isinstance(kinds[name], BagKind),
        asked=asked_for(kinds[name]),
        proofs=proofs_of(kinds[name]),
        seen=[(one.at, _as_answered(one)) for one in seen],
        choices=CHOICES,
        actions_of=ACTIONS_OF,
        reasons=REASONS,
        owner=actor.assignment_id,
    )


@courier.post("/courier/scans")
def scans() -> ResponseReturnValue:
    """Take in a batch of scans from a phone; one final verdict for each, in the same order."""
    most = current_app.config["MAX_CONTENT_LENGTH"]
    packed = request.headers.get("Content-Encoding", "").strip().lower()
    batch = open_batch(parsed(unpacked(request.get_data(), packed, most)))
    with transaction() as session:
        answers = take_in(session, batch, current_actor(), now=now())
    tongue = language()
    verdicts = [told_in(tongue, *one).as_json(place) for place, one in enumerate(answers)]
    return jsonify(verdicts=verdicts, server_now=now().isoformat())


@courier.get("/courier/vocabulary")
def vocabulary() -> ResponseReturnValue:
    """Give the words a phone works with: kinds of event and what each needs, reasons, limits."""
    return jsonify(phone_vocabulary(current_actor().role))


def _read(form: Form, name: str, kind: Kind | BagKind) -> Scan:
    """Read one scan from the form; a page gives its id, so that a double click is one scan."""
    code = form.text("code", longest=LONGEST_CODE)
    details = read_details(form, kind)
    form.check()
    return Scan(_uuid(form.value("scan_id")) or uuid.uuid4(), code, name, now(), details)


def _take_in(session: Session, made: Scan, by: Actor, *, now: datetime) -> Verdict:
    """Record a scan of the form; the same page sent twice is one scan.

    A page that was gone back to brings its old id with another scan, which then gets its own.
    """
    verdict = scanning.take_in(session, [made], by, now=now)[0]
    if verdict.outcome is not Outcome.CONFLICT:
        return verdict
    for first in worklists.scans_made(session, [made.scan_id], by):
        if (first.kind, first.verdict.number) == (made.kind, verdict.number):
            return first.verdict._replace(outcome=Outcome.ALREADY)
    return scanning.take_in(session, [replace(made, scan_id=uuid.uuid4())], by, now=now)[0]


def _next_page(form: Form, kind: str, verdict: Verdict) -> str:
    """Give the page for the next scan: kind and bag stay, and so does a seal seen intact."""
    earlier = [one for one in _remembered(form) if one != verdict.scan_id]
    seen = [verdict.scan_id, *earlier][:MOST_REMEMBERED]
    return url_for(
        "courier.scan",
        kind=kind,
        seen=" ".join(str(one) for one in seen),
        again="1" if verdict.outcome is Outcome.ALREADY else None,
        condition="intact" if form.value("condition") == "intact" else None,
        bag=form.value("bag") or None,
    )


def _as_answered(made: MadeScan) -> Told:
    """Give a scan of this page with its verdict, the latest as it was answered just now."""
    again = request.args.get("again") and request.args.get("seen", "").startswith(
        str(made.verdict.scan_id)
    )
    verdict = made.verdict._replace(outcome=Outcome.ALREADY) if again else made.verdict
    return told(verdict, made.kind)


def _groups(kinds: dict[str, Kind | BagKind]) -> list[dict[str, Kind | BagKind]]:
    """Give the kinds of the ordinary way, then those of its troubles."""
    troubles = {
        name: kind
        for name, kind in kinds.items()
        if kind.asserts is not None or State.LOST in kind.after
    }
    return [{name: kind for name, kind in kinds.items() if name not in troubles}, troubles]


def _remembered(form: Form) -> list[UUID]:
    """Give the ids of the scans made on this page so far, the latest first."""
    found = (_uuid(text) for text in form.value("seen").split()[:MOST_REMEMBERED])
    return [one for one in found if one is not None]


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
