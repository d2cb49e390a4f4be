"""A form outlives its session: what was typed comes back filled, and is never sent by itself.

1. A form that arrives after the session has ended is answered with the sign-in page, which
   carries everything typed in hidden fields. Nothing is kept on the server.
2. That page posts to the address of the form's own page (`form_at`). Once the password is right
   the request goes on as a GET of that page, whose fields show what was typed.
3. The person looks at it and sends it himself. Files cannot be carried and are chosen again.
"""

from collections.abc import Callable
from urllib.parse import urlsplit

from flask import current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException

from postal_app import signing_in
from postal_app.errors import Forbidden, PostalError
from postal_app.rules.roles import Actor, Role
from postal_app.rules.words import Words
from routes import sessions
from routes.archive import transaction
from routes.language import _

SIGN_IN_NAME = "sign_in:name"
SIGN_IN_PASSWORD = "sign_in:password"  # noqa: S105  the field's name
NOT_KEPT = frozenset({"csrf_token", "form_at", SIGN_IN_NAME, SIGN_IN_PASSWORD})

MayPass = Callable[[str, Role], bool]


class SignInNeeded(Forbidden):
    """The session has ended, or there was none."""

    words = Words(
        "Phiên làm việc đã kết thúc. Hãy đăng nhập lại; những gì đã nhập vẫn được giữ.",
        "The session has ended. Sign in again; what you typed is kept.",
    )


def is_local(path: str | None) -> bool:
    """Tell whether this is an address of ours, so that nobody is led elsewhere."""
    if not path or not path.startswith("/") or path[1:2] in ("/", "\\"):
        return False
    parts = urlsplit(path)
    return not parts.scheme and not parts.netloc


def typed() -> MultiDict[str, str] | None:
    """Give what was typed before the session ended; None on an ordinary request."""
    kept: MultiDict[str, str] | None = g.get("typed")
    return kept


def ask_to_sign_in() -> ResponseReturnValue:
    """Answer somebody signed out: lead him to sign in, and back to what he was doing.

    Raises:
        SignInNeeded: the asker is a program, or a part of a page.
    """
    if wants_json() or "HX-Request" in request.headers:
        raise SignInNeeded
    if request.method in ("GET", "HEAD"):
        return redirect(url_for("sign_in.page", next=request.full_path.rstrip("?")))
    at = request.form.get("form_at")
    return _sign_in_page(at if at and is_local(at) else request.path)


def wants_json() -> bool:
    """Tell whether the asker is a program that reads JSON."""
    accepted = request.accept_mimetypes
    return accepted["application/json"] > accepted["text/html"]


def is_sign_in_again() -> bool:
    """Tell whether this request signs in from the page that keeps a form."""
    return SIGN_IN_NAME in request.form


def sign_in_again(may_pass: MayPass) -> ResponseReturnValue | None:
    """Sign in, and turn the request into a GET of the form's page; None when that is done."""
    name, password = request.form[SIGN_IN_NAME], request.form.get(SIGN_IN_PASSWORD, "")
    with transaction() as archive:
        outcome = signing_in.sign_in(archive, name, password, now=sessions.now())
    if outcome.refusal is not None:
        return _sign_in_page(request.full_path.rstrip("?"), outcome.refusal)
    former = sessions.former_assignment()
    if _turn_into_get():
        actor = _who_filled_it(outcome.actors, former, may_pass)
        if actor is not None:
            sessions.begin(actor, outcome.mark)
            return None
    sessions.begin(outcome.actors[0], outcome.mark)
    flash(
        _("Biểu mẫu thuộc về một vai trò khác nên không mở lại được ở vai trò này."),
        "warning",
    )
    return redirect(url_for("sign_in.home"))


def show_again(may_pass: MayPass) -> bool:
    """Turn the sending of a form of an earlier session into a look at it, filled.

    Gives False when it cannot be shown.
    """
    person = sessions.visitor()
    at = request.form.get("form_at", "")
    if person is None or wants_json() or "HX-Request" in request.headers:
        return False
    if urlsplit(at).path != request.path or not _turn_into_get():
        return False
    if not may_pass(request.endpoint or "", person.role):
        return False
    flash(_("Biểu mẫu này mở từ phiên trước. Hãy xem lại rồi gửi."), "warning")
    return True


def _sign_in_page(at: str, refusal: PostalError | None = None) -> ResponseReturnValue:
    kept = [
        (field, value)
        for field, values in request.form.lists()
        if field not in NOT_KEPT
        for value in values
    ]
    page = render_template(
        "sign_in/again.html", at=at, kept=kept, refusal=refusal, files=bool(request.files)
    )
    return page, 401


def _turn_into_get() -> bool:
    """Make the request a GET of its own address; False when nobody answers that."""
    adapter = current_app.create_url_adapter(request)
    if adapter is None:
        return False
    try:
        rule, arguments = adapter.match(method="GET", return_rule=True)
    except HTTPException:
        return False
    g.typed = MultiDict(
        (field, value)
        for field, values in request.form.lists()
        if field not in NOT_KEPT
        for value in values
    )
    request.url_rule, request.view_args = rule, dict(arguments)
    request.routing_exception = None
    request.method = "GET"
    return True


def _who_filled_it(
    actors: tuple[Actor, ...], former: int | None, may_pass: MayPass
) -> Actor | None:
    """Give the assignment the form was filled in; without a trace of it, one that may open it."""
    able = [actor for actor in actors if may_pass(request.endpoint or "", actor.role)]
    same = [actor for actor in able if actor.assignment_id == former]
    return next(iter(same or able), None)
