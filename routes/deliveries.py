"""The doors of a delivery: what waits, handing out, wishes and notices, sending back, demands."""

from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from postal_app import (
    addressees,
    agency_desk,
    collecting,
    deliveries,
    delivery_facts,
    delivery_papers,
    demands,
    hand_outs,
    identity_photos,
    places,
    staff,
    wishes,
)
from postal_app.demands import NOTHING, Demanded
from postal_app.rules.handing_out import IDENTITY_LEVELS, PAPER_KINDS, RELATIONS
from postal_app.rules.intake import MONEY_KINDS
from postal_app.rules.legs import LEG_WORDS, RESULT, RETURNS, TO_CITIZEN
from postal_app.rules.money import TRUST_KINDS
from postal_app.rules.roles import Actor, Role
from postal_app.rules.undeliverable import CHANNELS, MANNERS, REASONS, WISHERS, WISHES
from postal_app.rules.vietnamese import day_of
from postal_app.rules.vocabulary import KINDS
from routes import papers, taking_in
from routes.access import current_actor
from routes.archive import transaction
from routes.delivery_form import read_demanded, read_envelope, read_hand_out
from routes.forms import Form
from routes.language import _
from routes.scan_form import ACTIONS_OF, CONDITION_CHOICES
from routes.sessions import now

doors = Blueprint("deliveries", __name__)

PAPERS_OFFERED = 3

_VOCABULARIES = {
    "levels": IDENTITY_LEVELS,
    "relations": RELATIONS,
    "conditions": CONDITION_CHOICES,
    "money_kinds": MONEY_KINDS,
    "paper_kinds": PAPER_KINDS,
    "photo_kinds": identity_photos.KINDS,
    "reasons": {code: one for code, one in REASONS.items() if RESULT in one.legs},
    "actions_of": ACTIONS_OF,
    "wishes": WISHES,
}
"""What the hand-out page chooses from."""


@doors.get("/deliveries")
def waiting() -> ResponseReturnValue:
    """Show what waits at the point for its receiver, and deliveries whose proof is awaited."""
    actor, today = current_actor(), day_of(now())
    with transaction() as session:
        return render_template(
            "deliveries/waiting.html",
            waiting=deliveries.waiting(session, actor, today=today),
            unproven=deliveries.unproven(session, actor),
            legs=LEG_WORDS,
            wishes=WISHES,
            to_citizen=TO_CITIZEN,
            returns=RETURNS,
        )


@doors.route("/deliveries/<number>", methods=["GET", "POST"])
def hand_out(number: str) -> ResponseReturnValue:
    """Hand an item out on one page: identity, old papers, money, who receives, signature."""
    actor = current_actor()
    with transaction() as session:
        item = deliveries.look_up(session, number, actor)
        number = item.number
        inside = [leg.dossier.number for leg in item.legs if leg.ended_at is None]
        asked = demands.demands_of(session, [item.id]).get(item.id, NOTHING)
    form = Form("sign", start={"dossiers": inside})
    if form.sent:
        with form.catching():
            made = read_hand_out(form, number, asked, several=len(inside) > 1)
            with transaction() as session:
                _tell(hand_outs.hand_out(session, made, actor, now=now()))
            home = "courier.holding" if actor.role is Role.COURIER else "deliveries.waiting"
            return redirect(url_for(home))
    with transaction() as session:
        item = deliveries.look_up(session, number, actor)
        staff.record_view(session, actor, "deliveries.hand_out", number, now=now())
        said = delivery_facts.said_of(session, [item])[item.id]
        return form.page(
            "deliveries/hand_out.html",
            item=item,
            leg=LEG_WORDS[item.leg],
            at_the_door=item.leg in TO_CITIZEN and item.state in KINDS["delivered"].after,
            receiver=addressees.addressee(item),
            wished_address=delivery_facts.wished_addresses(session, [item]).get(item.id, ""),
            wish=delivery_facts.wish_of(said),
            attempts=delivery_facts.attempts(said),
            demands=asked,
            before=hand_outs.taken_before(session, item),
            left=[leg.dossier for leg in item.legs if leg.ended_at is None],
            **_VOCABULARIES,
        )


@doors.route("/deliveries/<number>/wish", methods=["GET", "POST"])
def wish(number: str) -> ResponseReturnValue:
    """Note what receiver or sender ask for of an item."""
    actor, form = current_actor(), Form()
    with transaction() as session:
        number = deliveries.look_up(session, number, actor).number
    if form.sent:
        with form.catching():
            asked = _read_wish(form, number)
            with transaction() as session:
                wishes.note(session, asked, actor, now=now())
            flash(_("Đã ghi yêu cầu cho {number}.", number=number), "good")
            return redirect(url_for("deliveries.hand_out", number=number))
    return _wish_page(form, Form("notice"), number, actor)


@doors.route("/deliveries/<number>/notice", methods=["GET", "POST"])
def notice(number: str) -> ResponseReturnValue:
    """Note that the receiver was told that an item waits for him."""
    actor, form = current_actor(), Form("notice")
    with transaction() as session:
        number = deliveries.look_up(session, number, actor).number
    if form.sent:
        with form.catching():
            manner = form.one_of("manner", MANNERS)
            form.check()
            with transaction() as session:
                wishes.give_notice(session, number, manner, actor, now=now())
            flash(_("Đã ghi lần báo cho {number}.", number=number), "good")
            return redirect(url_for("deliveries.hand_out", number=number))
    return _wish_page(Form(), form, number, actor)


@doors.get("/deliveries/<number>/notice.pdf")
def notice_paper(number: str) -> ResponseReturnValue:
    """Print the notice (giấy mời) last written down for an item."""
    actor = current_actor()
    with transaction() as session:
        paper = delivery_papers.notice(session, number, taking_in.codes(), actor)
        return papers.give(session, "deliveries.notice_paper", [number], paper, f"moi-{number}")


@doors.route("/deliveries/<number>/send-back", methods=["GET", "POST"])
def send_back(number: str) -> ResponseReturnValue:
    """Say whether an item may go back to its sender, why not yet, and send it back."""
    actor, form = current_actor(), Form()
    with transaction() as session:
        item = deliveries.look_up(session, number, actor)
        number, opened = item.number, any(leg.ended_at is not None for leg in item.legs)
    if form.sent:
        with form.catching():
            envelope = read_envelope(form, "", required=opened)
            form.check()
            with transaction() as session:
                deliveries.send_back(session, number, actor, now=now(), envelope=envelope)
            return redirect(url_for("deliveries.sent_back", number=number))
    with transaction() as session:
        item = deliveries.look_up(session, number, actor)
        return form.page(
            "deliveries/send_back.html",
            item=item,
            leg=LEG_WORDS[item.leg],
            ruling=deliveries.rulings_of(session, [item], today=day_of(now()))[item.id],
            opened=opened,
            may=item.leg not in RETURNS and item.state in deliveries.WAITING,
        )


@doors.get("/deliveries/<number>/sent-back")
def sent_back(number: str) -> ResponseReturnValue:
    """Show the new item that takes one back, and the way to its label."""
    with transaction() as session:
        item = deliveries.look_up(session, number, current_actor())
        back = deliveries.return_of(session, item)
        return render_template(
            "deliveries/sent_back.html",
            item=item,
            back=back,
            leg=LEG_WORDS[back.leg],
            destination=addressees.destination(back),
        )


@doors.route("/agency/dossiers/<number>/demands", methods=["GET", "POST"])
def agency_demands(number: str) -> ResponseReturnValue:
    """Let the agency say what handing out the result of one dossier asks."""
    back = url_for("agency.result", number=number)
    place = _Asking("deliveries.agency_demands", agency_desk.find, back, TRUST_KINDS)
    return _demands_page(number, place)


@doors.route("/clerk/dossiers/<number>/demands", methods=["GET", "POST"])
def counter_demands(number: str) -> ResponseReturnValue:
    """Let the counter say what handing out the result of one dossier asks."""
    back = url_for("anyone.search", q=number)
    finder = deliveries.dossier_at_counter
    place = _Asking("deliveries.counter_demands", finder, back, tuple(MONEY_KINDS))
    return _demands_page(number, place)


@dataclass(frozen=True, slots=True)
class _Asking:
    """Who says what a hand-out asks: his door, how he finds dossiers, which money he may ask."""

    endpoint: str
    find: demands.Finder
    back: str
    kinds: tuple[str, ...]


def _demands_page(number: str, place: _Asking) -> ResponseReturnValue:
    """Give the page of one dossier's demands, found as its own people find it."""
    actor = current_actor()
    with transaction() as session:
        dossier = place.find(session, number, actor)
        number = dossier.number
        said = demands.demanded_of(session, [dossier])[dossier.id]
        owed = collecting.dues_of(session, [dossier.id]).get(dossier.id, ())
    form, due_form = Form(start=_as_start(said)), Form("due")
    if form.sent:
        with form.catching():
            demanded = read_demanded(form)
            with transaction() as session:
                found = place.find(session, number, actor)
                demands.set_demands(session, found, demanded, actor, now=now())
            flash(_("Đã lưu yêu cầu khi giao kết quả {number}.", number=number), "good")
            return redirect(url_for(place.endpoint, number=number))
    if due_form.sent:
        with due_form.catching():
            _ask_money(number, due_form, place, actor)
            return redirect(url_for(place.endpoint, number=number))
    page = render_template(
        "deliveries/dossier_demands.html",
        form=form,
        due_form=due_form,
        number=number,
        action=url_for(place.endpoint, number=number),
        back=place.back,
        levels=IDENTITY_LEVELS,
        paper_kinds=PAPER_KINDS,
        rows=max(PAPERS_OFFERED, len(said.papers) + 1),
        owed=owed,
        kinds=[(kind, MONEY_KINDS[kind]) for kind in place.kinds],
        money_kinds=MONEY_KINDS,
    )
    return page, max(form.status, due_form.status)


def _ask_money(number: str, form: Form, place: _Asking, actor: Actor) -> None:
    """Keep money that must be paid before the result is handed out."""
    kind = form.one_of("kind", place.kinds)
    amount = form.dong("amount")
    form.check()
    with transaction() as session:
        found = place.find(session, number, actor)
        collecting.add_due(session, found, kind, amount, "delivery", actor, now=now())
    flash(_("Đã ghi khoản phải thu khi phát."), "good")


def _wish_page(form: Form, notice_form: Form, number: str, actor: Actor) -> ResponseReturnValue:
    """Give the page of wishes and notices, under the status of the form that was sent."""
    with transaction() as session:
        item = deliveries.look_up(session, number, actor)
        said = delivery_facts.said_of(session, [item])[item.id]
        points = places.qualified_points(session, day_of(now()))
        sent = notice_form if notice_form.sent else form
        page = render_template(
            "deliveries/wish.html",
            form=form,
            notice_form=notice_form,
            item=item,
            points=[(str(one.id), f"{one.name} ({one.code})") for one in points],
            wish=delivery_facts.wish_of(said),
            notices=sum(one.notice for one in delivery_facts.tried(said)),
            wishes=WISHES,
            wishers=WISHERS,
            channels=CHANNELS,
            manners=MANNERS,
        )
    return page, sent.status


def _as_start(said: Demanded) -> dict[str, object]:
    start: dict[str, object] = {
        "identity_level": said.identity_level,
        "in_hand": "1" if said.in_hand else "",
    }
    for place, paper in enumerate(said.papers):
        start |= {f"paper_{place}": paper.name, f"kind_{place}": paper.kind}
    return start


def _read_wish(form: Form, number: str) -> wishes.AskedFor:
    kind = form.one_of("wish", WISHES)
    asked_by = form.one_of("asked_by", WISHERS)
    channel = form.one_of("channel", CHANNELS)
    on = form.day_or_none("on", required=kind == "day")
    address = form.text("address", required=kind == "address")
    point = form.text("point", required=kind == "collect")
    form.check()
    point_id = int(point) if point.isdecimal() and len(point) < 10 else None
    return wishes.AskedFor(number, kind, asked_by, channel, on, address, point_id)


def _tell(done: hand_outs.HandedOut) -> None:
    """Say what was handed out, taken back and received."""
    flash(_("Đã giao bưu gửi {number}.", number=done.item.number), "good")
    if done.receipts:
        flash(_("Biên lai đã lập: {numbers}.", numbers=", ".join(done.receipts)), "info")
    if done.recovered is not None:
        number = done.recovered.number
        flash(_("Giấy tờ thu hồi nằm trong bưu gửi {number}.", number=number), "info")
