"""The doors of devices: a phone makes itself known, and the administrator revokes it."""

from dataclasses import dataclass

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from postal_app import device_lists
from postal_app import devices as desk
from postal_app.device_lists import DeviceLine
from postal_app.rules.vietnamese import number
from routes.access import current_actor
from routes.archive import transaction
from routes.forms import Form
from routes.language import _
from routes.pages import Page, page_asked
from routes.scan_batch import device_of, parsed
from routes.sessions import now
from routes.spans import span_words

devices = Blueprint("devices", __name__)

RIGHT_WITHIN_MS = 60_000


@dataclass(frozen=True, slots=True)
class ShownDevice:
    """A device in the reader's words: how its clock stood, and what never arrived."""

    line: DeviceLine
    clock: str
    is_right: bool
    missing: str


@devices.get("/courier/devices")
def mine() -> ResponseReturnValue:
    """Show one's own devices."""
    with transaction() as session:
        found = device_lists.mine(session, current_actor())
    return render_template("devices/mine.html", found=[_shown(line) for line in found])


@devices.post("/courier/devices")
def register() -> ResponseReturnValue:
    """Let a phone make itself known; tells how it stands with who is signed in on it."""
    device, name = device_of(parsed(request.get_data()))
    with transaction() as session:
        met = desk.meet(session, device, name, current_actor(), now=now())
    return jsonify(device=device, standing=str(met.standing), server_now=now().isoformat())


@devices.get("/admin/devices")
def listed() -> ResponseReturnValue:
    """List all devices, the newest first."""
    page = page_asked()
    with transaction() as session:
        found, count = device_lists.listed(session, page=page)
    return render_template(
        "devices/listed.html",
        found=[_shown(line) for line in found],
        page=Page("devices.listed", page, count, device_lists.PAGE, {}),
    )


@devices.route("/admin/devices/<int:device>", methods=["GET", "POST"])
def one(device: int) -> ResponseReturnValue:
    """Show a device, and revoke it."""
    with transaction() as session:
        found = device_lists.one(session, device)
    form = Form()
    if form.sent:
        with form.catching():
            reason = form.text("reason")
            form.check()
            with transaction() as session:
                desk.revoke(session, device, reason, current_actor(), now=now())
            flash(_("Đã thu hồi máy."), "good")
            return redirect(url_for("devices.one", device=device))
    return form.page("devices/one.html", one=_shown(found))


def _shown(line: DeviceLine) -> ShownDevice:
    off = abs(line.skew_ms) if line.skew_ms is not None else None
    clock = _("không báo giờ") if off is None else _("lệch {span}", span=span_words(off))
    is_right = off is not None and off <= RIGHT_WITHIN_MS
    which = ", ".join(
        number(gap.first) if gap.missing == 1 else f"{number(gap.first)}–{number(gap.last)}"
        for gap in line.gaps
    )
    missing = _("{n} lượt: {which}", n=number(line.missing), which=which) if line.missing else ""
    return ShownDevice(line, _("đúng") if is_right else clock, is_right, missing)
