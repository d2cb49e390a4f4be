"""The doors open to everybody signed in: the history of an item, search, corrections by two."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from models.ledger import LedgerEntry
from models.staff import PersonalDataView
from postal_app import agency_desk, scanning
from postal_app.envelopes import Envelope
from postal_app.rules.roles import Role
from routes.archive import transaction
from tests.doors.conftest import Browser, Post
from tests.doors.far_things import far_item
from tests.makers import accept, bring_to_agency, minutes, scan, take_in

SignIn = Callable[[Role], Browser]
REASON = "quét nhầm bì bên cạnh"


@pytest.fixture
def number(app: Flask, post: Post) -> str:
    """An item that the courier has carried to the agency, the first scan sent a day late."""
    app.extensions["clock"] = lambda: minutes(2000)
    with app.app_context(), transaction() as session:
        item = take_in(session, post.town)
        handed = scan(item.number, "handed_to_agency", minutes(120), condition="intact")
        scanning.take_in(session, [handed], post.town.courier, now=minutes(121))
        departed = scan(item.number, "departed", minutes(60), seal="NP9999")
        scanning.take_in(session, [departed], post.town.courier, now=minutes(1500))
        return item.number


@pytest.fixture
def delivered(app: Flask, post: Post) -> str:
    """A result that Đinh Thị Mai has received."""
    with app.app_context(), transaction() as session:
        town, item = post.town, take_in(session, post.town)
        bring_to_agency(session, town, item)
        accept(session, town, item)
        dossier = item.legs[0].dossier.number
        result = agency_desk.hand_result(
            session, dossier, Envelope("NP0002", 40), town.officer, now=minutes(200)
        )
        said = {"receiver": "Xa Văn Nghĩa", "relation": "spouse", "proof": "signature"}
        scans = [
            scan(result.number, "result_collected", minutes(210), condition="intact"),
            scan(result.number, "out_for_delivery", minutes(220)),
            scan(
                result.number, "attempt_failed", minutes(230), reason="absent", next_action="again"
            ),
            scan(result.number, "out_for_delivery", minutes(300)),
            scan(result.number, "delivered", minutes(310), **said),
        ]
        scanning.take_in(session, scans, town.courier, now=minutes(311))
        return result.number


def fact_of(app: Flask, kind: str) -> str:
    with app.app_context(), transaction() as session:
        return str(session.scalars(select(LedgerEntry.fact).where(LedgerEntry.kind == kind)).one())


def ask(app: Flask, browser: Browser, number: str, kind: str, reason: str = REASON) -> int:
    """Ask for a correction; give the status of the answer."""
    path = f"/items/{number}/corrections/{fact_of(app, kind)}"
    return browser.send(path, reason=reason).status_code


def correction_in(page: str) -> int:
    found = re.search(r'id="correction-(\d+)"', page)
    assert found
    return int(found[1])


def test_the_history_says_who_gave_to_whom_when_and_in_what_condition(
    sign_in: SignIn, number: str
) -> None:
    page = sign_in(Role.CLERK).get(f"/items/{number}").text
    assert "Bưu cục Lương Sơn → Bưu tá Quách Văn Dũng" in page
    assert "Bưu tá Quách Văn Dũng → Sở Giao thông Vận tải" in page
    assert "Nguyên vẹn" in page
    assert page.index("Giao cho cơ quan giải quyết") < page.index("Rời bưu cục")


def test_the_history_says_how_late_it_was_recorded_and_what_is_odd(
    sign_in: SignIn, number: str
) -> None:
    page = sign_in(Role.CLERK).get(f"/items/{number}").text
    assert "24 giờ sau" in page
    assert "số niêm phong không khớp" in page
    assert "gửi muộn" in page


def test_what_was_odd_only_until_an_earlier_scan_came_is_no_longer_told(
    sign_in: SignIn, number: str
) -> None:
    page = sign_in(Role.CLERK).get(f"/items/{number}").text
    assert "người giao không phải người đang giữ" not in page


def test_reasons_relations_and_receiver_are_told_in_words(sign_in: SignIn, delivered: str) -> None:
    page = sign_in(Role.COURIER).get(f"/items/{delivered}").text
    for told in (
        "Không có người nhận tại địa chỉ",
        "Phát lại",
        "Xa Văn Nghĩa",
        "Vợ, chồng",
        "Ký nhận",
        "Đinh Thị Mai",
    ):
        assert told in page


@pytest.mark.parametrize("role", Role)
def test_every_look_at_a_history_is_noted(
    app: Flask, sign_in: SignIn, post: Post, delivered: str, role: Role
) -> None:
    assert sign_in(role).get(f"/items/{delivered}").status_code == 200
    with app.app_context(), transaction() as session:
        [view] = session.scalars(select(PersonalDataView)).all()
        assert (view.door, view.subject) == ("anyone.item", delivered)
        assert view.account_id == post.accounts[role]


@pytest.mark.parametrize("role", [Role.CLERK, Role.COURIER, Role.OFFICER])
def test_a_far_item_answers_like_one_that_is_not_there(
    app: Flask, sign_in: SignIn, post: Post, role: Role
) -> None:
    with app.app_context(), transaction() as session:
        far = far_item(session, post).number
    browser = sign_in(role)
    assert browser.get(f"/items/{far}").status_code == 404
    found = browser.get(f"/search?q={far}")
    assert "Không tìm thấy hồ sơ nào" in found.text


def test_an_item_nothing_happened_to_says_so(app: Flask, sign_in: SignIn, post: Post) -> None:
    with app.app_context(), transaction() as session:
        item = take_in(session, post.town)
        bring_to_agency(session, post.town, item)
        accept(session, post.town, item)
        dossier = item.legs[0].dossier.number
        new = agency_desk.hand_result(
            session, dossier, Envelope("NP7", 9), post.town.officer, now=minutes(200)
        ).number
    assert "Sổ chưa ghi việc gì" in sign_in(Role.OFFICER).get(f"/items/{new}").text


def test_a_number_leads_straight_to_its_item_however_it_was_typed(
    sign_in: SignIn, number: str
) -> None:
    browser = sign_in(Role.CLERK)
    spaced = f"{number[:2]} {number[2:6]}-{number[6:]}".lower()
    for typed in (number, spaced, f"HTTPS://POST.EXAMPLE/T/{number}/BCGH1234"):
        assert browser.get("/search", query_string={"q": typed}).location == f"/items/{number}"


@pytest.mark.parametrize("typed", ["dinh thi mai", "ĐINH THỊ MAI", "0912345678"])
def test_a_dossier_is_found_by_a_name_without_marks_or_a_phone(
    app: Flask, sign_in: SignIn, number: str, typed: str
) -> None:
    page = sign_in(Role.CLERK).get("/search", query_string={"q": typed}).text
    assert f'href="/items/{number}"' in page
    with app.app_context(), transaction() as session:
        assert [view.door for view in session.scalars(select(PersonalDataView))] == [
            "anyone.search"
        ]


def test_what_is_not_found_is_told_with_what_can_be_searched(sign_in: SignIn) -> None:
    page = sign_in(Role.AUDITOR).get("/search?q=%C4%90%E1%BB%A9c").text
    assert "Không tìm thấy hồ sơ nào" in page
    assert sign_in(Role.AUDITOR).get("/search").status_code == 200


@pytest.mark.parametrize("role", Role)
def test_the_search_stands_on_every_page_of_the_staff(sign_in: SignIn, role: Role) -> None:
    assert 'action="/search"' in sign_in(role).get("/account").text


def test_a_correction_needs_two_people_and_leaves_the_mistake_readable(
    app: Flask, sign_in: SignIn, number: str
) -> None:
    courier, clerk = sign_in(Role.COURIER), sign_in(Role.CLERK)
    assert ask(app, courier, number, "handed_to_agency") == 302
    page = clerk.get("/corrections").text
    assert REASON in page
    assert "Quách Văn Dũng" in page
    answer = clerk.send(f"/corrections/{correction_in(page)}", answer="confirm")
    assert answer.status_code == 302
    history = clerk.get(f"/items/{number}").text
    assert "<s>Giao cho cơ quan giải quyết</s>" in history
    assert "không còn tính" in history
    assert "Đính chính một ghi nhận sai" in history
    assert "Đang vận chuyển" in history
    assert REASON in history
    assert "Người yêu cầu" not in history  # who asked is told by name, not by an id


def test_who_asks_cannot_confirm(app: Flask, sign_in: SignIn, number: str) -> None:
    clerk = sign_in(Role.CLERK)
    ask(app, clerk, number, "handed_to_agency")
    page = clerk.get("/corrections").text
    assert "Bạn là người đề nghị" in page
    answer = clerk.send(f"/corrections/{correction_in(page)}", answer="confirm")
    assert answer.status_code == 403
    assert "cần một người thứ hai" in answer.text


def test_a_rejected_correction_changes_nothing_and_may_be_asked_again(
    app: Flask, sign_in: SignIn, number: str
) -> None:
    ask(app, sign_in(Role.COURIER), number, "handed_to_agency")
    officer = sign_in(Role.OFFICER)
    asked = correction_in(officer.get("/corrections").text)
    assert "đề nghị đính chính" in officer.get(f"/items/{number}").text
    officer.send(f"/corrections/{asked}", answer="reject")
    assert "<s>" not in officer.get(f"/items/{number}").text
    assert officer.send(f"/corrections/{asked}", answer="confirm").status_code == 409
    assert ask(app, sign_in(Role.COURIER), number, "handed_to_agency") == 302


def test_a_correction_without_a_reason_is_not_asked(
    app: Flask, sign_in: SignIn, number: str
) -> None:
    browser = sign_in(Role.CLERK)
    for reason in ("", "sai"):
        assert ask(app, browser, number, "handed_to_agency", reason) == 422
    assert "Không có đề nghị nào" in browser.get("/corrections").text


def test_an_auditor_looks_and_asks_for_nothing(app: Flask, sign_in: SignIn, number: str) -> None:
    auditor = sign_in(Role.AUDITOR)
    assert "/corrections/" not in auditor.get(f"/items/{number}").text
    assert ask(app, auditor, number, "handed_to_agency") == 403
    assert auditor.get("/corrections").status_code == 403


def test_the_pages_speak_english_to_who_asks_for_it(sign_in: SignIn, delivered: str) -> None:
    browser = sign_in(Role.CLERK)
    browser.client.set_cookie("language", "en")
    page = browser.get(f"/items/{delivered}").text
    for told in ("History", "Nobody at the address", "Receiver", "Delivered"):
        assert told in page
