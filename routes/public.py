"""The doors of the citizen: where is my dossier, told in three steps.

1. The number alone: how far it is. 2. With the tag of the label: the way so far. 3. With the last
four digits of the sender's or the receiver's phone as well: masked details. The digits are posted
and stand in no address and no log; the form needs no cookie, because it acts for nobody
(`access.NEEDS_NO_TOKEN`). Whatever is wrong, the answer is the same one.
"""

from datetime import timedelta

from flask import (
    Blueprint,
    Response,
    current_app,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import TooManyRequests

from config import Config
from postal_app import disclosures, enquiries, turnstile
from postal_app.disclosures import Details, Keys
from postal_app.enquiries import Tracking
from postal_app.errors import Unknown
from postal_app.rules.codes import read_scan
from postal_app.rules.vietnamese import day_of
from postal_app.turnstile import Counted, Limit
from routes.archive import Session, transaction
from routes.errors import status_of
from routes.sessions import now

public = Blueprint("public", __name__)

LOOK_UPS = Limit("look-ups", 60, timedelta(minutes=1))
"""Of one asker, by whatever step."""

WRONG_DIGITS = Limit("wrong digits", 5, timedelta(hours=1))
"""For one pair of number and tag, by whomever: a wrong pair has its own count and locks alike, and
nobody can lock an item whose label he has not seen."""

WRONG_DIGITS_A_DAY = Limit("wrong digits a day", 15, timedelta(days=1))
"""Likewise; so that patience does not find four digits among ten thousand."""


@public.get("/")
def start() -> ResponseReturnValue:
    """Ask for the number, or go to the dossier's page when it is given."""
    typed = request.args.get("number", "")
    if typed.strip():
        scanned = read_scan(typed)
        return redirect(url_for("public.track", number=scanned.number, tag=scanned.tag or None))
    return render_template("public/start.html")


# The label's QR is written in capitals, because its alphabet has no others. The lowest line is
# hung first, and the first is the one that links are made of.
@public.get("/T/<number>/<tag>")
@public.get("/T/<number>")
@public.get("/t/<number>/<tag>")
@public.get("/t/<number>")
def track(number: str, tag: str = "") -> ResponseReturnValue:
    """Show the state, and with the label's tag the way so far; no personal data."""
    number = number.upper()
    tracking: Tracking | None = None
    with transaction() as session:
        _, wait = _count_asker(session)
        if not wait:
            tracking = _looked_up(session, number, tag)
    if wait:
        raise TooManyRequests(retry_after=wait)
    if tracking is None:
        return _unknown(number)
    return _page(tracking, tag)


@public.post("/T/<number>/<tag>")
@public.post("/t/<number>/<tag>")
def details(number: str, tag: str) -> ResponseReturnValue:
    """Show the masked details to who knows number, tag and the last digits of the phone."""
    keys = Keys(number.upper(), tag.upper(), request.form.get("digits", ""))
    found: Details | None = None
    with transaction() as session:
        address, wait = _count_asker(session)
        if wait:
            digits_wait = 0
        else:
            # Counted before they are looked at, and taken back when right: no two guesses at
            # once can both be the last one allowed.
            guesses = _guesses(keys)
            digits_wait = _count_guesses(session, guesses)
            if not digits_wait:
                found = _disclosed(session, keys, address)
            if found is not None:
                for counted in guesses:
                    turnstile.take_back(session, counted)
    if wait:
        raise TooManyRequests(retry_after=wait)
    if digits_wait:
        return _told_to_wait(digits_wait)
    if found is None:
        return _unknown(keys.number)
    return _page(found.tracking, tag, found)


def _count_asker(session: Session) -> tuple[str, int]:
    """Count one look-up of who asks; give his address and the seconds he has to wait, or 0."""
    address = request.remote_addr or ""
    counted = turnstile.counted(LOOK_UPS, turnstile.asker(address), _secret())
    return address, turnstile.count(session, counted, now=now())


def _guesses(keys: Keys) -> tuple[Counted, ...]:
    pair = f"{read_scan(keys.number).number}\n{keys.tag}"
    limits = (WRONG_DIGITS, WRONG_DIGITS_A_DAY)
    return tuple(turnstile.counted(limit, pair, _secret()) for limit in limits)


def _count_guesses(session: Session, guesses: tuple[Counted, ...]) -> int:
    """Count one guess; give the seconds to wait, or 0. What one limit refuses costs no other."""
    waits = (turnstile.count(session, counted, now=now()) for counted in guesses)
    return next((wait for wait in waits if wait), 0)


def _looked_up(session: Session, number: str, tag: str) -> Tracking | None:
    try:
        if tag:
            return enquiries.timeline(session, number, tag, _settings().label_key)
        return enquiries.coarse(session, number)
    except Unknown:
        return None


def _disclosed(session: Session, keys: Keys, address: str) -> Details | None:
    to_whom = turnstile.address_digest(address, _secret())
    try:
        return disclosures.disclose(session, keys, _settings().label_key, to_whom, now=now())
    except Unknown:
        return None


def _page(tracking: Tracking, tag: str, found: Details | None = None) -> str:
    return render_template(
        "public/track.html", tracking=tracking, tag=tag, details=found, today=day_of(now())
    )


def _unknown(number: str) -> ResponseReturnValue:
    """Say that something does not fit; one page for every step and every fault."""
    page = render_template("public/unknown.html", number=number)
    return page, status_of(enquiries.UnknownNumber())


def _told_to_wait(seconds: int) -> Response:
    minutes, hours = -(-seconds // 60), -(-seconds // 3600)
    answer = make_response(render_template("public/wait.html", minutes=minutes, hours=hours), 429)
    answer.headers["Retry-After"] = str(seconds)
    return answer


def _settings() -> Config:
    settings: Config = current_app.extensions["settings"]
    return settings


def _secret() -> bytes:
    return _settings().secret_key.encode()
