"""The doors of the citizen: where is my dossier, with no name told and none asked."""

from collections import OrderedDict
from threading import Lock
from time import monotonic

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import TooManyRequests

from config import Config
from postal_app import enquiries
from postal_app.errors import Unknown
from postal_app.rules.codes import read_scan
from postal_app.rules.vietnamese import day_of
from routes.archive import transaction
from routes.errors import status_of
from routes.sessions import now

public = Blueprint("public", __name__)

LOOK_UPS_A_MINUTE = 60
ADDRESSES_REMEMBERED = 10_000


class Turnstile:
    """Counts the look-ups of each address within a minute, in this process's memory only."""

    def __init__(self, at_most: int) -> None:
        """Let `at_most` through a minute."""
        self.at_most = at_most
        self._lock = Lock()
        self._seen: OrderedDict[str, tuple[float, int]] = OrderedDict()

    def lets_through(self, address: str, moment: float) -> bool:
        """Count one look-up; tell whether it is within the minute's number.

        Args:
            address: whose look-up it is.
            moment: seconds of a clock that never goes back.
        """
        with self._lock:
            began, count = self._seen.pop(address, (moment, 0))
            if moment - began >= 60:
                began, count = moment, 0
            self._seen[address] = began, count + 1
            while len(self._seen) > ADDRESSES_REMEMBERED:
                self._seen.popitem(last=False)
            return count < self.at_most


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
    _count_look_up()
    settings: Config = current_app.extensions["settings"]
    number = number.upper()
    try:
        with transaction() as session:
            tracking = (
                enquiries.timeline(session, number, tag, settings.label_key)
                if tag
                else enquiries.coarse(session, number)
            )
    except Unknown as error:
        page = render_template("public/unknown.html", number=number, said=error.said)
        return page, status_of(error)
    return render_template("public/track.html", tracking=tracking, tag=tag, today=day_of(now()))


def _count_look_up() -> None:
    """Refuse an address that walks through the numbers.

    Raises:
        TooManyRequests: it has had its look-ups for this minute.
    """
    turnstile: Turnstile = current_app.extensions["turnstile"]
    if not turnstile.lets_through(request.remote_addr or "", monotonic()):
        raise TooManyRequests(retry_after=60)
