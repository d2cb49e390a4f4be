"""The doors of signing in and out, of one's own account, and of the language."""

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from postal_app import signing_in, staff
from postal_app.rules.roles import Actor
from postal_app.rules.words import Words
from routes import sessions
from routes.access import NothingHere, current_actor
from routes.archive import transaction
from routes.forms import Form
from routes.language import COOKIE, LANGUAGES, _
from routes.layout import home_endpoint
from routes.resume import is_local

sign_in = Blueprint("sign_in", __name__)

A_YEAR_IN_SECONDS = 365 * 24 * 3600
NOT_REPEATED = Words("Hai lần nhập chưa giống nhau.", "The two are not the same.")


@sign_in.route("/sign-in", methods=["GET", "POST"])
def page() -> ResponseReturnValue:
    """Sign in, and go on to where one was."""
    form = Form(start={"next": request.args.get("next", "")})
    if form.sent:
        with form.catching():
            name, password = form.text("name"), form.secret("password")
            form.check()
            with transaction() as session:
                outcome = signing_in.sign_in(session, name, password, now=sessions.now())
            # Refused only now: the failure it counted is committed.
            if outcome.refusal is not None:
                raise outcome.refusal
            return _come_in(outcome, form.value("next"))
    elif sessions.visitor() is not None:
        return redirect(_onward(form.value("next")))
    return form.page("sign_in/page.html")


@sign_in.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """End the session."""
    sessions.end()
    flash(_("Bạn đã đăng xuất."), "good")
    return redirect(url_for("sign_in.page"))


@sign_in.get("/home")
def home() -> ResponseReturnValue:
    """Go to where the role begins its day."""
    return redirect(url_for(home_endpoint(current_actor().role)))


@sign_in.get("/account")
def account() -> ResponseReturnValue:
    """Show who one is, where else one works, and how to change the password."""
    return _account_page(Form("password"))


@sign_in.get("/account/roles")
def roles() -> ResponseReturnValue:
    """Choose the role and place one works in now."""
    return render_template(
        "sign_in/roles.html", actors=_own_actors(), next=request.args.get("next", "")
    )


@sign_in.post("/account/switch")
def switch() -> ResponseReturnValue:
    """Go on in another of one's own assignments."""
    wanted = request.form.get("assignment", "")
    chosen = next((actor for actor in _own_actors() if str(actor.assignment_id) == wanted), None)
    if chosen is None:
        raise NothingHere
    sessions.begin(chosen, sessions.mark())
    return redirect(_onward(request.form.get("next", "")))


@sign_in.post("/account/password")
def password() -> ResponseReturnValue:
    """Set a new password; sessions elsewhere end."""
    form = Form("password")
    actor = current_actor()
    with form.catching():
        old, new = form.secret("old_password"), form.secret("password")
        if form.secret("repeated") != new:
            form.fault("repeated", NOT_REPEATED)
        form.check()
        with transaction() as session:
            mark = staff.change_password(session, actor.account_id, old, new)
        sessions.begin(actor, mark)
        flash(_("Đã đổi mật khẩu. Các phiên ở máy khác đã kết thúc."), "good")
        return redirect(url_for("sign_in.account"))
    return _account_page(form)


@sign_in.get("/language")
def language() -> ResponseReturnValue:
    """Read on in another language."""
    answer = make_response(redirect(_onward(request.args.get("next", ""), url_for("public.start"))))
    if (wanted := request.args.get("to")) in LANGUAGES:
        answer.set_cookie(COOKIE, wanted or "", max_age=A_YEAR_IN_SECONDS, samesite="Lax")
    return answer


def _come_in(outcome: signing_in.SignIn, onward: str) -> ResponseReturnValue:
    sessions.begin(outcome.actors[0], outcome.mark)
    if len(outcome.actors) > 1:
        return redirect(url_for("sign_in.roles", next=onward))
    return redirect(_onward(onward))


def _own_actors() -> list[Actor]:
    with transaction() as session:
        return signing_in.actors_of(session, current_actor().account_id, now=sessions.now())


def _account_page(form: Form) -> ResponseReturnValue:
    return form.page("sign_in/account.html", actors=_own_actors())


def _onward(path: str, otherwise: str = "") -> str:
    """Give an address of ours to go on to."""
    return path if is_local(path) else otherwise or url_for("sign_in.home")
