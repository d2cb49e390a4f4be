"""The doors of who scans: what I hold, the scan page without a script, and batches from a phone."""

import re
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from models.ledger import LedgerEntry, PersonalFact, RefusedScan
from models.staff import PersonalDataView
from postal_app import agency_desk, scanning
from postal_app.envelopes import Envelope
from postal_app.rules.roles import Role
from postal_app.rules.undeliverable import REASONS
from routes.archive import transaction
from tests.doors.conftest import Browser, Post, token_in
from tests.makers import NINE, accept, bring_to_agency, minutes, scan, take_in

SignIn = Callable[[Role], Browser]


@pytest.fixture
def number(app: Flask, post: Post) -> str:
    """An item that lies sealed at Lương Sơn."""
    with app.app_context(), transaction() as session:
        return take_in(session, post.town).number


@pytest.fixture
def result(app: Flask, post: Post) -> str:
    """A result that the courier has out for delivery."""
    with app.app_context(), transaction() as session:
        town, item = post.town, take_in(session, post.town)
        bring_to_agency(session, town, item)
        accept(session, town, item)
        made = agency_desk.hand_result(
            session,
            item.legs[0].dossier.number,
            Envelope("NP0002", 40),
            town.officer,
            now=minutes(-60),
        )
        on_the_way = [
            scan(made.number, "result_collected", minutes(-50), condition="intact"),
            scan(made.number, "out_for_delivery", minutes(-40)),
        ]
        scanning.take_in(session, on_the_way, town.courier, now=minutes(-40))
        return made.number


def entries(app: Flask, kind: str) -> list[LedgerEntry]:
    with app.app_context(), transaction() as session:
        found = session.scalars(select(LedgerEntry).where(LedgerEntry.kind == kind)).all()
        session.expunge_all()
        return list(found)


def hidden(page: TestResponse, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page.text)
    assert found, name
    return found[1]


def scan_by_form(browser: Browser, kind: str, code: str, **more: str) -> TestResponse:
    """Scan as a browser without a script does, and look at the page that follows."""
    page = browser.get(f"/courier/scan?kind={kind}")
    fields = {"scan_id": hidden(page, "scan_id"), "seen": hidden(page, "seen"), **more}
    answer = browser.send(f"/courier/scan?kind={kind}", code=code, **fields)
    return browser.get(answer.location) if answer.status_code == 302 else answer


def send(browser: Browser, *scans: dict[str, object], **more: object) -> TestResponse:
    token = token_in(browser.get("/account"))
    body = {"device": "máy 7", "device_now": NINE.isoformat(), "scans": list(scans), **more}
    headers = {"X-CSRFToken": token, "Accept": "application/json"}
    return browser.client.post("/courier/scans", json=body, headers=headers)


def made(code: str, kind: str = "departed", **more: object) -> dict[str, object]:
    told = {"scan_id": str(uuid4()), "code": code, "kind": kind, "occurred_at": NINE.isoformat()}
    return told | {"sequence": 1, "details": {}} | more


def test_a_courier_sees_what_he_holds_and_where_it_goes_but_no_person(
    sign_in: SignIn, number: str, result: str
) -> None:
    scan_by_form(sign_in(Role.COURIER), "departed", number)
    page = sign_in(Role.COURIER).get("/courier").text
    assert page.index(result) < page.index(number)
    assert "Sở Giao thông Vận tải" in page
    assert "Tân Vinh" in page
    assert "Đinh Thị Mai" not in page


def test_a_courier_with_empty_hands_is_told_how_to_take_some(sign_in: SignIn) -> None:
    assert "Bạn không giữ bưu gửi nào" in sign_in(Role.COURIER).get("/courier").text


@pytest.mark.parametrize(
    ("role", "offered", "not_offered"),
    [
        (Role.COURIER, "Rời bưu cục", "Nhận hồ sơ tại quầy"),
        (Role.CLERK, "Đến bưu cục", "Rời bưu cục"),
        (Role.OFFICER, "Báo thất lạc", "Phát thành công"),
    ],
)
def test_each_role_is_offered_its_own_kinds(
    sign_in: SignIn, role: Role, offered: str, not_offered: str
) -> None:
    page = sign_in(role).get("/courier/scan?kind=accepted").text
    assert offered in page
    assert not_offered not in page


def test_a_scan_by_form_is_recorded_and_the_kind_stays(
    app: Flask, sign_in: SignIn, number: str
) -> None:
    page = scan_by_form(sign_in(Role.COURIER), "departed", number.lower())
    assert "Đã ghi nhận" in page.text
    assert number in page.text
    assert "<h1>Rời bưu cục</h1>" in page.text
    assert len(entries(app, "departed")) == 1


def test_the_scans_of_a_page_stay_listed_with_their_verdicts(
    sign_in: SignIn, number: str, result: str
) -> None:
    browser = sign_in(Role.COURIER)
    first = scan_by_form(browser, "arrived", number)
    seen = hidden(first, "seen")
    page = scan_by_form(browser, "arrived", "RH999999999VN", seen=seen)
    assert page.text.count("made-line") >= 2
    assert "Không có bưu gửi nào mang số hiệu này" in page.text


def test_an_odd_scan_is_told_in_words(sign_in: SignIn, number: str) -> None:
    page = scan_by_form(sign_in(Role.COURIER), "departed", number, seal="NP9999")
    assert "Đã ghi nhận, có điểm bất thường" in page.text
    assert "số niêm phong không khớp" in page.text


def test_a_scan_of_nothing_is_refused_in_words_and_kept(app: Flask, sign_in: SignIn) -> None:
    page = scan_by_form(sign_in(Role.COURIER), "departed", "RH999999999VN")
    assert "Không ghi nhận được" in page.text
    with app.app_context(), transaction() as session:
        assert session.scalar(select(RefusedScan.reason)) == "unknown_item"


def test_a_double_click_is_one_scan(app: Flask, sign_in: SignIn, number: str) -> None:
    browser = sign_in(Role.COURIER)
    fields = {"code": number, "scan_id": str(uuid4())}
    browser.send("/courier/scan?kind=departed", **fields)
    app.extensions["clock"] = lambda: NINE + timedelta(seconds=1)
    again = browser.send("/courier/scan?kind=departed", **fields)
    assert "Đã ghi nhận từ trước" in browser.get(again.location).text
    assert len(entries(app, "departed")) == 1


def test_a_page_gone_back_to_records_another_scan_as_its_own(
    app: Flask, sign_in: SignIn, number: str, result: str
) -> None:
    browser, old = sign_in(Role.COURIER), str(uuid4())
    browser.send("/courier/scan?kind=arrived", code=number, scan_id=old)
    answer = browser.send("/courier/scan?kind=arrived", code=result, scan_id=old)
    assert "Đã ghi nhận" in browser.get(answer.location).text
    assert len(entries(app, "arrived")) == 2


def test_an_empty_code_or_a_missing_detail_is_told_beside_its_field(
    app: Flask, sign_in: SignIn, result: str
) -> None:
    answer = scan_by_form(sign_in(Role.COURIER), "delivered", result, receiver="Đinh Thị Mai")
    assert answer.status_code == 422
    assert 'id="relation-fault"' in answer.text
    assert 'id="proof-fault"' in answer.text
    assert 'value="Đinh Thị Mai"' in answer.text
    assert entries(app, "delivered") == []
    assert scan_by_form(sign_in(Role.COURIER), "departed", " ").status_code == 422


def test_a_delivery_is_recorded_and_the_receiver_is_not_in_the_next_page(
    app: Flask, sign_in: SignIn, result: str
) -> None:
    said = {"receiver": "Đinh Thị Mai", "relation": "self", "proof": "signature"}
    page = scan_by_form(sign_in(Role.COURIER), "delivered", result, condition="intact", **said)
    assert "Đã phát thành công" in page.text
    assert "Đinh Thị Mai" not in page.text
    [entry] = entries(app, "delivered")
    with app.app_context(), transaction() as session:
        kept = session.get_one(PersonalFact, entry.fact)
        assert kept.content == {"receiver": "Đinh Thị Mai"}


def test_a_failed_attempt_takes_the_action_of_its_own_reason(
    app: Flask, sign_in: SignIn, result: str
) -> None:
    said = {"reason": "absent", "next_action_absent": "hold", "next_action_refused": "return"}
    page = scan_by_form(sign_in(Role.COURIER), "attempt_failed", result, **said)
    assert "Phát chưa thành công" in page.text
    [entry] = entries(app, "attempt_failed")
    assert entry.details == {"reason": "absent", "next_action": "hold"}


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"reason": "absent"},
        {"reason": "absent", "next_action_absent": "return"},
        {"reason": "other", "next_action_other": "again"},
    ],
)
def test_a_failed_attempt_without_a_fitting_pair_is_not_sent(
    app: Flask, sign_in: SignIn, result: str, said: dict[str, str]
) -> None:
    answer = scan_by_form(sign_in(Role.COURIER), "attempt_failed", result, **said)
    assert answer.status_code == 422
    assert entries(app, "attempt_failed") == []


def test_the_page_offers_with_each_reason_only_the_actions_that_fit(sign_in: SignIn) -> None:
    page = sign_in(Role.COURIER).get("/courier/scan?kind=attempt_failed").text
    for code, reason in REASONS.items():
        offered = re.findall(rf'name="next_action_{code}" value="(\w+)"', page)
        assert tuple(offered) == reason.actions


def test_a_clerk_scans_an_item_in_at_her_point(
    app: Flask, sign_in: SignIn, result: str, post: Post
) -> None:
    scan_by_form(sign_in(Role.CLERK), "arrived", result)
    [entry] = entries(app, "arrived")
    assert (entry.taker_kind, entry.taker_id) == ("point", post.point)


def test_a_phone_gets_one_verdict_for_each_scan_in_words(sign_in: SignIn, number: str) -> None:
    answer = send(
        sign_in(Role.COURIER),
        made(number),
        made("RH999999999VN"),
        made(number, "held"),
    )
    assert answer.status_code == 200
    told = answer.json["verdicts"]
    assert [one["outcome"] for one in told] == ["recorded", "refused", "recorded_with_anomaly"]
    assert [one["tone"] for one in told] == ["good", "bad", "careful"]
    assert told[0]["words"] == "Lưu giữ chờ người nhận"  # where the whole batch has left it
    assert "không đúng chiều" in told[2]["oddities"]


def test_the_same_scans_sent_again_are_recorded_once(
    app: Flask, sign_in: SignIn, number: str
) -> None:
    one = made(number)
    send(sign_in(Role.COURIER), one)
    again = send(sign_in(Role.COURIER), one, device_now=minutes(3).isoformat())
    assert again.json["verdicts"][0]["outcome"] == "already_recorded"
    assert len(entries(app, "departed")) == 1


def test_a_device_clock_that_is_wrong_is_set_right_by_its_skew(
    app: Flask, sign_in: SignIn, number: str
) -> None:
    slow = timedelta(hours=3)
    scanned = made(
        number, occurred_at=(NINE - slow - timedelta(minutes=4)).isoformat(), monotonic_ms=81_000
    )
    send(sign_in(Role.COURIER), scanned, device_now=(NINE - slow).isoformat())
    [entry] = entries(app, "departed")
    assert entry.occurred_at == minutes(-4)
    assert entry.device_at == NINE - slow - timedelta(minutes=4)
    assert (entry.skew_ms, entry.monotonic_ms) == (3 * 3600 * 1000, 81_000)
    assert entry.device == "máy 7"


def test_a_phone_that_is_signed_out_or_has_an_old_token_is_told_in_json(
    app: Flask, sign_in: SignIn
) -> None:
    headers = {"Accept": "application/json"}
    assert app.test_client().post("/courier/scans", json={}, headers=headers).status_code == 401
    answer = sign_in(Role.COURIER).client.post("/courier/scans", json={}, headers=headers)
    assert (answer.status_code, answer.is_json) == (400, True)


def test_another_persons_scans_are_not_shown(sign_in: SignIn, number: str, app: Flask) -> None:
    scan_by_form(sign_in(Role.COURIER), "departed", number)
    [entry] = entries(app, "departed")
    assert isinstance(entry.fact, UUID)
    page = sign_in(Role.CLERK).get(f"/courier/scan?kind=arrived&seen={entry.fact}")
    assert number not in page.text


def test_the_list_of_what_i_hold_looks_at_nobodys_data(
    app: Flask, sign_in: SignIn, result: str
) -> None:
    sign_in(Role.COURIER).get("/courier")
    with app.app_context(), transaction() as session:
        assert session.scalar(select(func.count()).select_from(PersonalDataView)) == 0
