"""The doors of a delivery: the hand-out on a phone, wishes, notices, sending back, demands."""

import re
from collections.abc import Callable
from datetime import timedelta

import pypdfium2
import pytest
from flask import Flask
from sqlalchemy import select

from models.items import Item
from models.ledger import LedgerEntry, PersonalFact
from models.staff import PersonalDataView
from postal_app import scanning
from postal_app.demands import demands_of
from postal_app.rules.roles import Role
from postal_app.rules.vocabulary import State
from routes.archive import transaction
from tests.delivered import settled
from tests.doors.conftest import Browser, Post
from tests.doors.delivering import OLD_LICENCE, ask, dossier_of, give, out, state_of
from tests.makers import NINE, minutes, scan

SignIn = Callable[[Role], Browser]


@pytest.fixture
def result(app: Flask, post: Post) -> str:
    """A result that anh Dũng has out for delivery at nine."""
    with app.app_context(), transaction() as session:
        dossier = settled(session, post.town, minutes(-600))
        return out(session, post, dossier)


def test_the_courier_hands_out_on_one_page_and_the_view_is_noted(
    app: Flask, sign_in: SignIn, result: str
) -> None:
    courier = sign_in(Role.COURIER)
    assert f"/deliveries/{result}" in courier.get("/courier").text
    page = courier.get(f"/deliveries/{result}")
    assert "Đinh Thị Mai" in page.text
    answer = give(courier, result)
    assert (answer.status_code, answer.location) == (302, "/courier")
    assert f"Đã giao bưu gửi {result}." in courier.get("/courier").text
    assert state_of(app, result) == State.DELIVERED
    with app.app_context(), transaction() as session:
        doors = session.scalars(select(PersonalDataView.door)).all()
        assert "deliveries.hand_out" in doors


def test_the_page_says_step_by_step_what_is_still_asked(
    app: Flask, post: Post, sign_in: SignIn, result: str
) -> None:
    ask(app, post, result, 135_000, in_hand=True, identity_level=1, papers=(OLD_LICENCE,))
    courier, number = sign_in(Role.COURIER), dossier_of(app, result)
    page = courier.get(f"/deliveries/{result}").text
    steps = re.findall(r"<h2>(\d)\. ([^<]+)</h2>", page)
    assert [name for _, name in steps] == [
        "Giấy tờ của người nhận",
        "Thu hồi giấy tờ",
        "Thu tiền",
        "Người nhận thực tế",
        "Ký nhận",
    ]
    assert "135.000" in page
    due = re.search(r'name="dues" value="(\d+)"', page)
    assert due
    paper = {
        "identity_number": "017088000123",
        "identity_issued_on": "02/05/2021",
        "identity_issued_by": "Cục Cảnh sát",
    }
    brother = give(courier, result, relation="sibling", **paper)
    assert brother.status_code == 422
    assert "chỉ giao cho chính người nhận" in brother.text
    assert "Còn giấy tờ phải thu hồi" in give(courier, result, **paper).text
    taken = {
        "papers": f"{number}|{OLD_LICENCE.name}",
        "recovered_seal": "NP0500",
        "recovered_weight": "20",
    }
    assert "Còn khoản tiền phải thu" in give(courier, result, **paper, **taken).text
    answer = give(courier, result, **paper, **taken, dues=due[1])
    assert answer.status_code == 302
    told = courier.get("/courier").text
    assert "Biên lai đã lập: BL26-354100-" in told
    assert "Giấy tờ thu hồi nằm trong bưu gửi RH" in told
    with app.app_context(), transaction() as session:
        kept = session.scalars(select(PersonalFact.content)).all()
        assert any(one.get("identity_number") == "017088000123" for one in kept)


def test_an_item_in_quarantine_is_handed_out_with_a_warning_and_told_as_irregular(
    app: Flask, post: Post, sign_in: SignIn, result: str
) -> None:
    courier = sign_in(Role.COURIER)
    warning = "Bưu gửi đang tạm giữ chờ xử lý sự vụ"
    assert warning not in courier.get(f"/deliveries/{result}").text
    with app.app_context(), transaction() as session:
        torn = scan(result, "damaged", minutes(-30), note="góc bì rách 3 cm")
        scanning.take_in(session, [torn], post.town.courier, now=minutes(-30))
    assert warning in courier.get(f"/deliveries/{result}").text
    assert give(courier, result).status_code == 302
    assert state_of(app, result) == State.DELIVERED
    with app.app_context(), transaction() as session:
        entry = session.scalars(select(LedgerEntry).where(LedgerEntry.kind == "delivered")).one()
        assert "quarantined" in entry.anomalies


def test_what_is_missing_is_told_beside_its_field_and_nothing_typed_is_lost(
    app: Flask, sign_in: SignIn, result: str
) -> None:
    courier = sign_in(Role.COURIER)
    answer = courier.send(
        f"/deliveries/{result}", form_name="sign", receiver="Quách Văn Bình", relation="proxy"
    )
    assert answer.status_code == 422
    assert 'id="sign-authorisation-fault"' in answer.text
    assert 'id="sign-image_receiver-fault"' in answer.text
    assert 'value="Quách Văn Bình"' in answer.text
    assert state_of(app, result) == State.OUT_FOR_DELIVERY


def test_several_results_are_ticked_and_the_rest_says_why_it_stays(
    app: Flask, post: Post, sign_in: SignIn
) -> None:
    with app.app_context(), transaction() as session:
        first = settled(session, post.town, minutes(-600))
        second = settled(session, post.town, minutes(-600))
        number = out(session, post, first, second)
        mine = first.number
    courier = sign_in(Role.COURIER)
    assert courier.get(f"/deliveries/{number}").text.count('name="dossiers"') == 2
    none = give(courier, number)
    assert none.status_code == 422
    assert "Hãy chọn một mục" in none.text
    assert "Phát một phần: chọn ít nhất" in give(courier, number, dossiers=mine).text
    said = {"reason": "refused", "next_action_refused": "return"}
    assert give(courier, number, dossiers=mine, **said).status_code == 302
    assert state_of(app, number) == State.PARTLY_DELIVERED


def test_an_item_that_is_not_out_cannot_be_handed_out(
    app: Flask, post: Post, sign_in: SignIn, result: str
) -> None:
    with app.app_context(), transaction() as session:
        back = [scan(result, "departed", minutes(-10))]
        scanning.take_in(session, back, post.town.courier, now=minutes(-10))
    courier = sign_in(Role.COURIER)
    page = courier.get(f"/deliveries/{result}").text
    assert "Chưa giao được ở bước này" in page
    assert 'id="hand-out"' not in page
    assert "chưa đi phát" in give(courier, result).text


def test_a_wish_and_a_notice_are_noted_from_one_page(
    app: Flask, post: Post, sign_in: SignIn, result: str
) -> None:
    courier = sign_in(Role.COURIER)
    said = {"wish": "day", "asked_by": "receiver", "channel": "phone"}
    page = courier.send(f"/deliveries/{result}/wish", **said, on="08/03/2026")
    assert "là ngày nghỉ" in page.text
    answer = courier.send(f"/deliveries/{result}/wish", **said, on="05/03/2026")
    assert answer.location == f"/deliveries/{result}"
    assert "05/03/2026" in courier.get("/courier").text
    moved = said | {"wish": "address", "address": "Số 9, phường Phương Lâm, Hòa Bình"}
    assert courier.send(f"/deliveries/{result}/wish", **moved).status_code == 302
    assert "Số 9, phường Phương Lâm" in courier.get(f"/deliveries/{result}").text
    assert "Số 9" not in courier.get("/courier").text
    assert "Phương Lâm" in courier.get("/courier").text
    empty = courier.send(f"/deliveries/{result}/notice", form_name="notice")
    assert empty.status_code == 422
    told = courier.send(f"/deliveries/{result}/notice", form_name="notice", manner="phone")
    assert told.status_code == 302
    assert "Đã báo 1 lần." in courier.get(f"/deliveries/{result}/wish").text


def test_the_clerk_sees_why_not_yet_and_sends_back_when_the_rule_allows(
    app: Flask, post: Post, sign_in: SignIn, result: str
) -> None:
    clerk = sign_in(Role.CLERK)
    with app.app_context(), transaction() as session:
        said = {"reason": "absent", "next_action": "again", "notice": "paper"}
        failed = [scan(result, "attempt_failed", minutes(-20), **said)]
        scanning.take_in(session, failed, post.town.courier, now=minutes(-20))
        scanning.take_in(session, [scan(result, "arrived")], post.town.clerk, now=NINE)
    page = clerk.get("/deliveries").text
    assert "báo lần thứ hai từ ngày 04/03/2026" in page
    assert "Chưa được chuyển hoàn" in clerk.get(f"/deliveries/{result}/send-back").text
    early = clerk.send(f"/deliveries/{result}/send-back")
    assert early.status_code == 422
    assert "Chưa được chuyển hoàn" in early.text
    for day in (2, 3):
        app.extensions["clock"] = lambda day=day: NINE + timedelta(days=day)
        clerk = sign_in(Role.CLERK)
        if day == 2:
            clerk.send(f"/deliveries/{result}/notice", form_name="notice", manner="phone")
    assert "Được chuyển hoàn" in clerk.get(f"/deliveries/{result}/send-back").text
    answer = clerk.send(f"/deliveries/{result}/send-back")
    page = clerk.get(answer.location).text
    assert "In nhãn bưu gửi hoàn" in page
    assert state_of(app, result) == State.RETURNED
    number = re.findall(r"/clerk/items/(RH\d+VN)/label\.pdf", page)[0]
    label = clerk.get(f"/clerk/items/{number}/label.pdf")
    assert label.data.startswith(b"%PDF")


def test_a_proof_that_is_to_follow_stands_in_the_clerks_list_until_it_is_seen(
    app: Flask, post: Post, sign_in: SignIn, result: str
) -> None:
    courier, clerk = sign_in(Role.COURIER), sign_in(Role.CLERK)
    later = {"paper_receiver": "", "proof_later": "1"}
    assert give(courier, result, **later).status_code == 302
    assert result in clerk.get("/deliveries").text
    page = clerk.get(f"/courier/scan?kind=proof_seen&code={result}").text
    assert 'value="later"' not in page
    fields = {"code": result, "proof": "slip"}
    clerk.send("/courier/scan?kind=proof_seen", **fields)
    assert result not in clerk.get("/deliveries").text


def test_a_scan_at_the_door_asks_for_the_proxys_authorisation_and_offers_a_notice(
    app: Flask, sign_in: SignIn, result: str
) -> None:
    courier = sign_in(Role.COURIER)
    said = {"receiver": "Quách Văn Bình", "relation": "proxy", "proof": "signature"}
    page = courier.send("/courier/scan?kind=delivered", code=result, **said)
    assert 'id="authorisation-fault"' in page.text
    failed = {"reason": "absent", "next_action_absent": "again", "notice": "paper"}
    courier.send("/courier/scan?kind=attempt_failed", code=result, **failed)
    with app.app_context(), transaction() as session:
        entry = session.scalars(
            select(LedgerEntry).where(LedgerEntry.kind == "attempt_failed")
        ).one()
        assert entry.details["notice"] == "paper"
    assert "Đã phát 1 lần không thành" in courier.get("/courier").text


def test_the_agency_says_what_the_hand_out_of_one_dossier_asks(
    app: Flask, post: Post, sign_in: SignIn, result: str
) -> None:
    officer, number = sign_in(Role.OFFICER), dossier_of(app, result)
    path = f"/agency/dossiers/{number}/demands"
    fields = {
        "identity_level": "1",
        "in_hand": "1",
        "paper_0": "Giấy phép lái xe cũ",
        "kind_0": "old_paper",
    }
    assert officer.send(path, **fields).status_code == 302
    page = officer.get(path).text
    assert 'value="Giấy phép lái xe cũ"' in page
    with app.app_context(), transaction() as session:
        item = session.scalars(select(Item).where(Item.number == result)).one()
        told = demands_of(session, [item.id])[item.id]
        assert (told.in_hand, told.identity_level) == (True, 1)
    assert officer.send(path, identity_level="9").status_code == 422


def test_the_counter_says_what_is_to_be_taken_back_of_a_dossier_of_its_own(
    app: Flask, sign_in: SignIn, result: str
) -> None:
    clerk, number = sign_in(Role.CLERK), dossier_of(app, result)
    path = f"/clerk/dossiers/{number}/demands"
    fields = {"identity_level": "0", "paper_0": "Giấy hẹn", "kind_0": "slip"}
    assert clerk.send(path, **fields).status_code == 302
    assert "Giấy hẹn" in sign_in(Role.COURIER).get(f"/deliveries/{result}").text
    assert clerk.get("/clerk/dossiers/HB26-999999/demands").status_code == 404


def test_the_province_enters_terms_and_what_procedures_ask(sign_in: SignIn) -> None:
    province = sign_in(Role.PROVINCIAL)
    term = {
        "purpose": "holding",
        "days": "15",
        "valid_from": "01/01/2026",
        "source": "QĐ 12/QĐ-BĐT",
        "area": "town",
    }
    assert province.send("/province/deliveries", **term).status_code == 302
    page = province.get("/province/deliveries").text
    assert "QĐ 12/QĐ-BĐT" in page
    assert "Bạch Thị Thảo" in page
    assert province.send("/province/deliveries", **(term | {"days": "400"})).status_code == 422
    asked = {
        "procedure": "1.002809",
        "identity_level": "0",
        "paper_0": "Giấy phép lái xe cũ",
        "kind_0": "old_paper",
        "valid_from": "01/03/2026",
        "source": "QĐ 5/QĐ-SGTVT",
    }
    assert province.send("/province/deliveries/demands", **asked).status_code == 302
    assert "Giấy phép lái xe cũ" in province.get("/province/deliveries/demands").text


def test_what_nobody_takes_is_published_and_declared_and_names_nobody(
    app: Flask, post: Post, sign_in: SignIn, result: str
) -> None:
    with app.app_context(), transaction() as session:
        town = post.town
        said = {"reason": "refused", "next_action": "return"}
        failed = [scan(result, "attempt_failed", minutes(-20), **said)]
        scanning.take_in(session, failed, town.courier, now=minutes(-20))
        scanning.take_in(session, [scan(result, "arrived")], town.clerk, now=NINE)
    clerk, province = sign_in(Role.CLERK), sign_in(Role.PROVINCIAL)
    page = clerk.get(clerk.send(f"/deliveries/{result}/send-back").location).text
    number = re.findall(r"/clerk/items/(RH\d+VN)/label\.pdf", page)[0]
    assert number in province.get("/province/ownerless").text
    early = province.send(f"/province/ownerless/{number}/publish")
    assert early.status_code == 422
    with app.app_context(), transaction() as session:
        refused = [
            scan(number, "departed", NINE),
            scan(number, "out_for_delivery", minutes(1)),
            scan(
                number,
                "attempt_failed",
                minutes(2),
                reason="agency_refuses",
                next_action="return",
            ),
            scan(number, "arrived", minutes(3)),
        ]
        scanning.take_in(session, refused[:3], post.town.courier, now=minutes(3))
        scanning.take_in(session, refused[3:], post.town.clerk, now=minutes(3))
    assert province.send(f"/province/ownerless/{number}/publish").status_code == 302
    public = app.test_client().get("/khong-nguoi-nhan").text
    assert number in public
    assert "Bưu cục Lương Sơn" in public
    assert "Mai" not in public
    assert province.send(f"/province/ownerless/{number}/declare").status_code == 302
    assert state_of(app, number) == State.OWNERLESS
    assert "đã xác định vô thừa nhận" in app.test_client().get("/khong-nguoi-nhan").text


def test_the_agency_asks_for_money_that_is_taken_before_the_result_is_given(
    app: Flask, post: Post, sign_in: SignIn, result: str
) -> None:
    officer, path = sign_in(Role.OFFICER), f"/agency/dossiers/{dossier_of(app, result)}/demands"
    asked = officer.send(path, form_name="due", kind="charge", amount="135.000")
    assert asked.status_code == 302
    assert "Lệ phí: <strong>135.000 đồng" in officer.get(path).text
    courier = sign_in(Role.COURIER)
    assert "135.000 đồng" in courier.get(f"/deliveries/{result}").text
    assert give(courier, result).status_code == 422
    foreign = officer.send(path, form_name="due", kind="postage", amount="30.000")
    assert foreign.status_code == 422  # the post's own price is not the agency's to ask


def test_a_notice_is_printed_once_one_was_written_down_and_tells_no_procedure(
    app: Flask, post: Post, sign_in: SignIn, result: str
) -> None:
    ask(app, post, result, due=135_000, in_hand=True, papers=(OLD_LICENCE,))
    courier, path = sign_in(Role.COURIER), f"/deliveries/{result}/notice.pdf"
    told_by_phone = {"form_name": "notice", "manner": "phone"}
    early = courier.get(path)
    assert early.status_code == 409
    assert "hãy ghi lần báo" in early.text
    assert courier.send(f"/deliveries/{result}/notice", **told_by_phone).status_code == 302
    assert path in courier.get(f"/deliveries/{result}/wish").text
    [page] = pypdfium2.PdfDocument(courier.get(path).data)
    said = " ".join(page.get_textpage().get_text_range().split())
    for told in (
        "GIẤY MỜI NHẬN BƯU GỬI",
        "Đinh Thị Mai",
        "Bưu cục Lương Sơn",
        "Lần báo thứ: 1",
        "135.000 đồng",
        "Giấy phép lái xe cũ",
        "chỉ chính người nhận được nhận",
        "Mẫu giấy mời 1 – Luật Bưu chính 49/2010/QH12, Điều 17",
    ):
        assert told in said, told
    assert "Cấp đổi" not in said
