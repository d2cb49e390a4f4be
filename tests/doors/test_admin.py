"""The administrator lets people in and shuts them out; the auditor sees who looked."""

import re
from collections.abc import Callable
from uuid import UUID

from flask import Flask

from models.ledger import RefusedScan
from postal_app import signing_in, staff
from postal_app.rules.roles import Role
from routes.archive import transaction
from tests.doors.conftest import Browser, Post, token_in
from tests.makers import NINE

SignIn = Callable[[Role], Browser]
NEW = "/admin/accounts/new"


def test_a_new_person_is_let_in_and_the_password_is_shown_once(
    app: Flask, sign_in: SignIn, post: Post
) -> None:
    browser = sign_in(Role.ADMINISTRATOR)
    made = browser.send(
        NEW,
        full_name="Bùi Văn Nam",
        sign_in="nam.bui",
        role="clerk",
        place=f"point:{post.point}",
        valid_from="02/03/2026",
        valid_to="",
    )
    assert made.status_code == 200
    password = re.search(r"<dd class=\"code\">(\w{5}-\w{5}-\w{5})</dd>", made.text)
    assert password
    with app.app_context(), transaction() as session:
        came = signing_in.sign_in(session, "nam.bui", password[1], now=NINE)
    assert came.actors[0].place == "Bưu cục Lương Sơn"
    assert password[1] not in browser.get("/admin/accounts?q=nam").text


def test_a_role_at_the_wrong_kind_of_place_is_told_beside_it_and_nothing_is_lost(
    sign_in: SignIn, post: Post
) -> None:
    page = sign_in(Role.ADMINISTRATOR).send(
        NEW,
        full_name="Bùi Văn Nam",
        sign_in="hang",
        role="officer",
        place=f"point:{post.point}",
        valid_from="02/03/2026",
    )
    assert page.status_code == 422
    assert "Vai trò này làm việc tại một cơ quan giải quyết." in page.text
    assert 'value="Bùi Văn Nam"' in page.text
    assert f'value="point:{post.point}" selected' in page.text


def test_a_taken_name_is_told_beside_it(sign_in: SignIn, post: Post) -> None:
    page = sign_in(Role.ADMINISTRATOR).send(
        NEW,
        full_name="Bùi Thu Hằng",
        sign_in="Hang",
        role="clerk",
        place=f"point:{post.point}",
        valid_from="02/03/2026",
    )
    assert page.status_code == 409
    assert "Tên đăng nhập «hang» đã có người dùng" in page.text


def test_somebody_shut_out_is_out_at_once_and_can_be_let_in_again(
    sign_in: SignIn, post: Post
) -> None:
    administrator, clerk = sign_in(Role.ADMINISTRATOR), sign_in(Role.CLERK)
    account = f"/admin/accounts/{post.accounts[Role.CLERK]}"
    assert clerk.get("/account").status_code == 200
    administrator.send(f"{account}/deactivate")
    assert clerk.get("/account").status_code == 302
    assert "Đã khóa" in administrator.get(account).text
    administrator.send(f"{account}/reactivate")
    assert clerk.get("/account").status_code == 200
    administrator.send(f"/admin/assignments/{post.assignments[Role.CLERK]}/end")
    assert clerk.get("/account").status_code == 302


def test_the_last_administrator_is_not_shut_out(sign_in: SignIn, post: Post) -> None:
    browser = sign_in(Role.ADMINISTRATOR)
    answer = browser.send(f"/admin/accounts/{post.accounts[Role.ADMINISTRATOR]}/deactivate")
    assert answer.status_code == 409
    assert "Đây là quản trị viên cuối cùng." in answer.text


def test_a_new_password_ends_the_sessions_of_the_old_one(
    app: Flask, sign_in: SignIn, post: Post
) -> None:
    clerk = sign_in(Role.CLERK)
    account = f"/admin/accounts/{post.accounts[Role.CLERK]}"
    shown = sign_in(Role.ADMINISTRATOR).send(f"{account}/password")
    assert "Mật khẩu mới của Bùi Thị Hằng" in shown.text
    assert shown.headers["Cache-Control"] == "no-store"
    assert clerk.get("/account").status_code == 302


def test_one_more_role_is_given_on_the_persons_card(sign_in: SignIn, post: Post) -> None:
    browser = sign_in(Role.ADMINISTRATOR)
    card = f"/admin/accounts/{post.accounts[Role.CLERK]}"
    fields = {
        "csrf_token": token_in(browser.get(card)),
        "form_name": "assign",
        "role": "courier",
        "place": f"point:{post.other_point}",
        "valid_from": "02/03/2026",
        "valid_to": "01/03/2026",
    }
    refused = browser.client.post(f"{card}/assign", data=fields)
    assert "Ngày kết thúc phải từ ngày bắt đầu trở đi." in refused.text
    browser.client.post(f"{card}/assign", data={**fields, "valid_to": "31/03/2026"})
    assert re.search(r"Bưu tá.*Bưu cục Hòa Bình.*31/03/2026", browser.get(card).text, re.DOTALL)


def test_the_auditor_sees_who_looked_at_whose_data(app: Flask, sign_in: SignIn, post: Post) -> None:
    with app.app_context(), transaction() as session:
        staff.record_view(session, post.town.clerk, "clerk.pickup", "HB-000123", now=NINE)
        staff.record_view(session, post.town.officer, "agency.item", "HB-000777", now=NINE)
    auditor = sign_in(Role.AUDITOR)
    text = auditor.get("/admin/views").text
    assert "Bùi Thị Hằng" in text
    assert "Giao dịch viên · Bưu cục Lương Sơn" in text
    assert "Phiếu nhận tại quầy" in text
    found = auditor.get("/admin/views?number=hb-000123").text
    assert "HB-000123" in found
    assert "HB-000777" not in found


def test_refused_scans_are_shown_as_they_were_read_with_the_reason(
    app: Flask, sign_in: SignIn, post: Post
) -> None:
    with app.app_context(), transaction() as session:
        for count in range(60):
            session.add(
                RefusedScan(
                    scan_id=UUID(int=count),
                    raw={"code": f"LẠ-{count:02d}", "kind": "arrived"},
                    reason="unknown_item",
                    received_at=NINE,
                    account_id=post.accounts[Role.COURIER],
                    assignment_id=post.assignments[Role.COURIER],
                )
            )
    text = sign_in(Role.AUDITOR).get("/admin/refused").text
    assert "LẠ-59" in text
    assert "Không có bưu gửi nào mang số hiệu này" in text
    assert "1–50 trong 60" in text
    assert "LẠ-09" in sign_in(Role.AUDITOR).get("/admin/refused?page=2").text
