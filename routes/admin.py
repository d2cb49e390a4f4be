"""The doors of the administrator and the auditor: accounts, who looked, what was refused."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from postal_app import accounts, oversight, staff
from postal_app import disclosures as disclosed
from postal_app.rules.roles import ROLE_WORDS, Role
from postal_app.rules.vietnamese import day_of
from postal_app.rules.words import Words
from routes.access import current_actor
from routes.archive import transaction
from routes.forms import Form
from routes.language import _
from routes.pages import Page, log_asked, log_page, page_asked
from routes.sessions import now

admin = Blueprint("admin", __name__, url_prefix="/admin")

WRONG_KIND_OF_PLACE = {
    "point": Words(
        "Vai trò này làm việc tại một điểm phục vụ bưu chính.",
        "This role works at a service point.",
    ),
    "agency": Words(
        "Vai trò này làm việc tại một cơ quan giải quyết.", "This role works at an agency."
    ),
    "province": Words(
        "Vai trò này làm việc ở cấp tỉnh.", "This role works for the whole province."
    ),
}

# What the auditor reads for each door through which personal data are seen or leave the house.
SEEN_THROUGH = {
    "clerk.start": Words("Danh sách tại quầy", "List at the counter"),
    "clerk.pickup": Words("Phiếu nhận tại quầy", "Pickup at the counter"),
    "clerk.slip": Words("In phiếu gửi", "Printed slip"),
    "clerk.label": Words("In nhãn", "Printed label"),
    "label_work.batch": Words("In nhãn hàng loạt", "Labels printed in bulk"),
    "print_jobs.again": Words("Gửi lại lệnh in nhãn", "Labels sent to a printer again"),
    "print_jobs.paper": Words("Mở tệp nhãn đã giữ", "Kept labels opened"),
    "command.labels": Words("In nhãn bằng lệnh", "Labels printed by command"),
    "clerk.new_supplement": Words("Tìm hồ sơ để bổ sung", "Dossier looked up for further papers"),
    "clerk.supplement": Words("Giấy tờ bổ sung tại quầy", "Further papers at the counter"),
    "clerk.supplement_slip": Words("In phiếu gửi bổ sung", "Printed slip of further papers"),
    "calls.listed": Words("Yêu cầu nhận tại nhà", "Calls to fetch dossiers"),
    "home.start": Words("Danh sách nhận tại nhà", "Calls on the courier's list"),
    "home.call": Words("Một yêu cầu nhận tại nhà", "One call to fetch a dossier"),
    "home.pickup": Words("Phiếu nhận tại nhà", "Pickup at the address"),
    "home.slip": Words("In phiếu gửi nhận tại nhà", "Printed slip of a pickup at the address"),
    "home.new_supplement": Words(
        "Tìm hồ sơ để bổ sung tại nhà", "Dossier looked up at the address"
    ),
    "home.supplement": Words("Giấy tờ bổ sung tại nhà", "Further papers at the address"),
    "home.supplement_slip": Words(
        "In phiếu gửi bổ sung tại nhà", "Printed slip of further papers at the address"
    ),
    "receipts.dossier": Words("Tiền của hồ sơ", "Money of a dossier"),
    "receipts.paper": Words("In biên lai", "Printed receipt"),
    "agency.item": Words("Bì hồ sơ đến", "Arriving item"),
    "agency.result": Words("Trả kết quả", "Result"),
    "records.count": Words("Kiểm đếm bì hồ sơ đến", "Arriving item counted"),
    "records.paper": Words("In biên bản giao nhận", "Printed hand-over record"),
    "answers.dossier": Words("Hồ sơ tại cơ quan", "Dossier at the agency"),
    "answers.paper": Words("In văn bản một cửa", "Printed one-stop form"),
    "sending.start": Words("Danh sách gửi qua bưu chính", "List of what goes by post"),
    "sending.envelope": Words("Bì cơ quan đóng", "Envelope of the agency"),
    "sending.paper": Words("In sổ giao nhận", "Printed hand-over list"),
    "handovers.paper": Words("In bản kê BD10, BD13", "Printed list BD10 or BD13"),
    "agency.label": Words("In nhãn kết quả", "Printed label of a result"),
    "deliveries.hand_out": Words("Giao bưu gửi", "Hand-out of an item"),
    "deliveries.notice_paper": Words("In giấy mời", "Printed delivery notice"),
    "anyone.item": Words("Hành trình bưu gửi", "History of an item"),
    "anyone.search": Words("Tìm hồ sơ", "Search"),
    "incidents.record": Words("Biên bản sự vụ", "Record of an incident"),
    "incidents.paper": Words("In biên bản sự vụ", "Printed record of an incident"),
    "complaints.one": Words("Khiếu nại", "Complaint"),
    "complaints.letter": Words("In văn bản trả lời khiếu nại", "Printed answer to a complaint"),
    "people.photo": Words("Ảnh giấy tờ tùy thân", "Identity photo"),
    "people.held": Words("Dữ liệu đang giữ về một người", "What is held of a person"),
    "people.extract": Words("Bản trích cho người có yêu cầu", "Extract for who asked"),
}


@admin.get("/accounts")
def accounts_list() -> ResponseReturnValue:
    """List the accounts."""
    text, page = request.args.get("q", ""), page_asked()
    with transaction() as session:
        found, count = accounts.search(session, text, day_of(now()), page=page)
    return render_template(
        "admin/accounts.html",
        found=found,
        text=text,
        page=Page("admin.accounts_list", page, count, accounts.PAGE, {"q": text}),
    )


@admin.route("/accounts/new", methods=["GET", "POST"])
def new_account() -> ResponseReturnValue:
    """Let a person in: name, role and place; the password is shown once."""
    form = Form(start={"valid_from": day_of(now())})
    if form.sent:
        with form.catching():
            sign_in, full_name = form.text("sign_in", longest=60), form.text("full_name")
            role, place_id = _role_and_place(form)
            valid_from, valid_to = form.day("valid_from"), form.day_or_none("valid_to")
            form.check()
            password = staff.fresh_password()
            new = staff.NewAccount(sign_in, full_name, staff.hash_password(password))
            with transaction() as session:
                account_id = staff.add_account(session, new, now=now())
                staff.assign(
                    session,
                    staff.NewAssignment(account_id, Role(role), place_id, valid_from, valid_to),
                )
                made = accounts.card(session, account_id, day_of(now()))
            return render_template("admin/password.html", account=made, password=password)
    with transaction() as session:
        places = accounts.workplaces(session)
    return form.page("admin/new_account.html", places=places, **_choices())


@admin.get("/accounts/<int:account>")
def account_card(account: int) -> ResponseReturnValue:
    """Show an account with its assignments."""
    return _card(account, Form("assign", start={"valid_from": day_of(now())}))


@admin.post("/accounts/<int:account>/assign")
def assign(account: int) -> ResponseReturnValue:
    """Give the account one more role at a place."""
    with transaction() as session:
        accounts.card(session, account, day_of(now()))
    form = Form("assign")
    with form.catching():
        role, place_id = _role_and_place(form)
        valid_from, valid_to = form.day("valid_from"), form.day_or_none("valid_to")
        form.check()
        with transaction() as session:
            staff.assign(
                session, staff.NewAssignment(account, Role(role), place_id, valid_from, valid_to)
            )
        flash(_("Đã phân công."), "good")
        return redirect(url_for("admin.account_card", account=account))
    return _card(account, form)


@admin.post("/assignments/<int:assignment>/end")
def end_assignment(assignment: int) -> ResponseReturnValue:
    """End an assignment at once."""
    with transaction() as session:
        account = staff.end_assignment(session, assignment, now=now())
    flash(_("Đã kết thúc phân công; người đó không còn vào được bằng vai trò này."), "good")
    return redirect(url_for("admin.account_card", account=account))


@admin.post("/accounts/<int:account>/password")
def reset_password(account: int) -> ResponseReturnValue:
    """Set a new password and show it once."""
    with transaction() as session:
        password = staff.reset_password(session, account)
        changed = accounts.card(session, account, day_of(now()))
    return render_template("admin/password.html", account=changed, password=password)


@admin.post("/accounts/<int:account>/deactivate")
def deactivate(account: int) -> ResponseReturnValue:
    """Shut the account out at once."""
    with transaction() as session:
        staff.deactivate(session, account, now=now())
    flash(_("Đã khóa tài khoản. Mọi phiên của tài khoản này đã kết thúc."), "good")
    return redirect(url_for("admin.account_card", account=account))


@admin.post("/accounts/<int:account>/reactivate")
def reactivate(account: int) -> ResponseReturnValue:
    """Let the account in again."""
    with transaction() as session:
        staff.reactivate(session, account)
    flash(_("Đã mở lại tài khoản."), "good")
    return redirect(url_for("admin.account_card", account=account))


@admin.get("/views")
def views() -> ResponseReturnValue:
    """Show who looked at whose data."""
    asked, page = log_asked(), page_asked()
    with transaction() as session:
        lines, count = oversight.views(session, asked, page=page)
    return render_template(
        "admin/views.html",
        lines=lines,
        doors=SEEN_THROUGH,
        asked=asked,
        page=log_page("admin.views", page, count, oversight.PAGE),
    )


@admin.get("/disclosures")
def disclosures() -> ResponseReturnValue:
    """Show which items' masked details the public look-up has shown."""
    text, page = request.args.get("q", ""), page_asked()
    with transaction() as session:
        lines, count = disclosed.disclosures(session, text, page=page)
    return render_template(
        "admin/disclosures.html",
        lines=lines,
        text=text,
        page=Page("admin.disclosures", page, count, disclosed.PAGE, {"q": text}),
    )


@admin.get("/refused")
def refused() -> ResponseReturnValue:
    """Show the scans that could be tied to nothing."""
    page = page_asked()
    with transaction() as session:
        lines, count = oversight.refused_scans(session, page=page)
    return render_template(
        "admin/refused.html",
        lines=lines,
        page=Page("admin.refused", page, count, oversight.PAGE, {}),
    )


def _card(account: int, form: Form) -> ResponseReturnValue:
    with transaction() as session:
        found = accounts.card(session, account, day_of(now()))
        places = accounts.workplaces(session)
    mine = current_actor().account_id == account
    return form.page(
        "admin/account.html", account=found, places=places, mine=mine, now=now(), **_choices()
    )


def _choices() -> dict[str, object]:
    return {"roles": list(ROLE_WORDS.items()), "kinds": accounts.PLACE_KINDS}


def _role_and_place(form: Form) -> tuple[str, int]:
    """Give the role and the id of the place, which must be of the kind the role works at."""
    role = form.one_of("role", Role)
    with transaction() as session:
        places = {f"{place.kind}:{place.id}" for place in accounts.workplaces(session)}
    kind, _mark, place_id = form.one_of("place", places).partition(":")
    if role and kind and kind != accounts.kind_of_place(Role(role)):
        form.fault("place", WRONG_KIND_OF_PLACE[accounts.kind_of_place(Role(role))])
    return role, int(place_id or 0)
