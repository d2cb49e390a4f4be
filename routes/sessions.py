"""Who sits in front of the browser: what the signed cookie remembers, read anew each time.

The cookie names an assignment and nothing else of the person. It ends after some idle minutes,
after the hours a sign-in lasts, and at once when the assignment, the account or the password
changes in the archive.
"""

from datetime import datetime, timedelta

from flask import current_app, g, session

from config import Config
from postal_app import signing_in
from postal_app.rules.roles import Actor
from routes.archive import transaction

# The cookie is written again at most this often, not on every click.
SEEN_EVERY = timedelta(seconds=60)


def now() -> datetime:
    """Give the moment of this request; the clock is read once and handed down."""
    if "now" not in g:
        g.now = current_app.extensions["clock"]()
    moment: datetime = g.now
    return moment


def visitor() -> Actor | None:
    """Give who is signed in; None for the public and for a session that has ended."""
    if "visitor" not in g:
        g.visitor = _read_visitor()
    found: Actor | None = g.visitor
    return found


def begin(actor: Actor, password_mark: str) -> None:
    """Begin a new session; nothing of the one before goes over into it."""
    session.clear()
    moment = now().timestamp()
    session.update(assignment=actor.assignment_id, mark=password_mark, began=moment, seen=moment)
    g.visitor = actor


def end() -> None:
    """End the session."""
    session.clear()
    g.visitor = None


def mark() -> str:
    """Give the mark of the password the session began with."""
    return str(session.get("mark", ""))


def former_assignment() -> int | None:
    """Give the assignment the cookie names, whether or not its session has ended."""
    found = session.get("assignment")
    return found if isinstance(found, int) else None


def _read_visitor() -> Actor | None:
    assignment = former_assignment()
    if assignment is None or not _is_fresh():
        return None
    with transaction() as archive:
        found = signing_in.actor(archive, assignment, mark(), now=now())
    if found is not None and now().timestamp() - session["seen"] > SEEN_EVERY.total_seconds():
        session["seen"] = now().timestamp()
    return found


def _is_fresh() -> bool:
    settings: Config = current_app.extensions["settings"]
    moment = now().timestamp()
    idle = moment - float(session.get("seen", 0))
    age = moment - float(session.get("began", 0))
    return idle <= settings.session_idle_minutes * 60 and age <= settings.session_hours * 3600
