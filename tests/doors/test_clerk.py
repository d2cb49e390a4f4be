"""At the counter, through the doors: a pickup by plain forms, its faults, its papers."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from models.dossiers import Dossier, Party
from models.items import Item
from models.places import Agency, Qualification, ServicePoint
from models.staff import PersonalDataView
from postal_app.pickup_form import NothingCounted
from postal_app.rules.codes import is_item_number
from postal_app.rules.roles import Role
from routes.archive import transaction
from tests.doors.conftest import PASSWORD, Browser, Post, token_in
from tests.makers import LICENCE, MARRIAGE, RECORD

SignIn = Callable[[Role], Browser]

NEW = "/clerk/pickups/new"
MAI = {
    "sender_name": "Nguyễn Phước Quý Thị Hoàng Bảo Ngọc",
    "sender_phone": "0912 345 678",
    "sender_address": "Xóm Đồng, xã Tân Vinh, huyện Lương Sơn, Hòa Bình",
}
FILLED = {
    "procedure_code": LICENCE,
    "service_form": "both",
    "agency": "H28.16",
    **MAI,
    "owner_same": "1",
    "receiver_same": "1",
    "paper_0_kind": "original",
    "paper_0_counted": "1",
    "paper_0_pages": "2",
    "paper_1_kind": "copy",
    "paper_1_counted": "đ",
    "money_charge": "135.000",
    "money_postage": "30000",
}
BOTH_ON_PAPER = {"form_name": "sign", "paper_sender": "1", "paper_clerk": "1"}
SEALED = {"form_name": "seal", "weight_grams": "120", "seal_number": "np0001"}


@pytest.fixture
def clerk(sign_in: SignIn) -> Browser:
    """Bà Bùi Thị Hằng at the counter of bưu cục Lương Sơn."""
    return sign_in(Role.CLERK)


def open_one(clerk: Browser, **changes: object) -> str:
    """Fill in and count a dossier; give the address of its own page."""
    answer = clerk.send(NEW, **{**FILLED, **changes})
    assert answer.status_code == 302, faults(answer)
    return answer.location


def take_in(clerk: Browser) -> str:
    """Take a dossier in through all gates; give the address of its page."""
    at = open_one(clerk)
    assert clerk.send(at, **BOTH_ON_PAPER).status_code == 302
    assert clerk.send(at, **SEALED).status_code == 302
    return at


def faults(answer: TestResponse) -> list[str]:
    """Give the ids of the fields that say what is wrong with them."""
    return re.findall(r'class="fault" id="([^"]+)-fault"', answer.text)


def test_a_whole_pickup_goes_by_plain_forms(app: Flask, clerk: Browser) -> None:
    at = open_one(clerk)
    assert "Hai bên ký" in clerk.get(at).text
    assert clerk.send(at, **BOTH_ON_PAPER).location == at
    assert clerk.send(at, **SEALED).location == at
    page = clerk.get(at).text
    with app.app_context(), transaction() as session:
        item = session.scalars(select(Item)).one()
        assert is_item_number(item.number)
        assert (item.seal_number, item.weight_grams) == ("NP0001", 120)
        assert item.number in page
        dossier = session.scalars(select(Dossier)).one()
        assert [(line.counted, line.pages) for line in dossier.checklist] == [(1, 2), (1, 0)]
        assert [line.amount for line in dossier.money] == [135_000, 30_000]
        assert {party.name for party in dossier.parties} == {MAI["sender_name"]}


def test_the_procedure_is_found_without_marks_and_chosen_by_its_link(clerk: Browser) -> None:
    page = clerk.get(f"{NEW}?q=cap").text
    assert f'href="{NEW}?procedure_code={LICENCE}"' in page
    part = clerk.get(f"{NEW}?q=cap", headers={"HX-Request": "true"}).text
    assert "<html" not in part
    assert part.count("<li>") == 2


def test_the_only_procedure_found_is_opened_at_once(clerk: Browser) -> None:
    answer = clerk.get(f"{NEW}?q={LICENCE}")
    assert answer.location == f"{NEW}?procedure_code={LICENCE}"


def test_the_verdicts_stand_on_the_page_with_the_decision(clerk: Browser) -> None:
    page = clerk.get(f"{NEW}?procedure_code={LICENCE}").text
    assert "Được nộp hồ sơ qua bưu chính công ích theo Quyết định số 01/QĐ-UBND" in page
    assert "Được nhận kết quả qua bưu chính công ích theo Quyết định số 01/QĐ-UBND" in page
    assert 'name="money_charge" type="text" value="135.000"' in page


def test_a_procedure_that_goes_neither_way_has_no_form(clerk: Browser) -> None:
    page = clerk.get(f"{NEW}?procedure_code={MARRIAGE}").text
    assert "phải có mặt" in page
    assert "Không nhận được hồ sơ này qua bưu chính" in page
    assert 'name="sender_name"' not in page


def test_what_is_allowed_instead_is_offered_as_a_button(app: Flask, clerk: Browser) -> None:
    page = clerk.get(f"{NEW}?procedure_code={RECORD}").text
    assert 'name="sender_name"' not in page
    offered = f"{NEW}?procedure_code={RECORD}&amp;service_form=receive"
    assert offered in page
    assert 'name="sender_name"' in clerk.get(offered.replace("&amp;", "&")).text
    at = open_one(clerk, procedure_code=RECORD, service_form="receive")
    clerk.send(at, **BOTH_ON_PAPER)
    assert "Đã đăng ký nhận kết quả qua bưu chính" in clerk.get(at).text


def test_nobody_passes_over_a_verdict_by_sending_the_form_himself(
    app: Flask, clerk: Browser
) -> None:
    for code in (RECORD, MARRIAGE):
        answer = clerk.send(NEW, **{**FILLED, "procedure_code": code})
        assert answer.status_code == 422
        assert "01/QĐ-UBND" in answer.text
    with app.app_context(), transaction() as session:
        assert session.scalars(select(Dossier)).all() == []


def test_every_fault_is_told_beside_its_field_and_nothing_typed_is_lost(clerk: Browser) -> None:
    answer = clerk.send(
        NEW,
        procedure_code=LICENCE,
        service_form="both",
        agency="",
        sender_name="Bùi Văn Chồn",
        sender_phone="12",
        sender_address="",
        receiver_same="1",
        owner_name="Bùi Thị Út",
        paper_0_kind="original",
        paper_0_counted="0",
        paper_1_kind="copy",
        paper_2_counted="1",
        paper_2_kind="copy",
        money_charge="nhiều",
    )
    assert answer.status_code == 422
    assert set(faults(answer)) == {
        "agency",
        "sender_phone",
        "sender_address",
        "owner_address",
        "paper_0_note",
        "paper_1_counted",
        "paper_2_name",
        "money_charge",
    }
    for value in ("Bùi Văn Chồn", "Bùi Thị Út", 'value="nhiều"', 'value="0"', 'value="12"'):
        assert value in answer.text
    for field in faults(answer):
        assert f'aria-describedby="{field}-fault"' in answer.text


def test_a_missing_paper_goes_with_a_word_why_and_a_further_paper_with_its_name(
    app: Flask, clerk: Browser
) -> None:
    open_one(
        clerk,
        paper_1_counted="0",
        paper_1_note="mất, có đơn trình báo",
        paper_2_name="Giấy ủy quyền",
        paper_2_kind="certified_copy",
        paper_2_counted="1",
    )
    with app.app_context(), transaction() as session:
        lines = session.scalars(select(Dossier)).one().checklist
        assert [(line.name, line.required, line.counted) for line in lines] == [
            ("Đơn đề nghị theo mẫu", 1, 1),
            ("Giấy phép lái xe cũ", 1, 0),
            ("Giấy ủy quyền", 0, 1),
        ]


def test_a_dossier_without_any_paper_is_not_sent(clerk: Browser) -> None:
    nothing = {"paper_0_counted": "0", "paper_1_counted": "0"}
    why = {"paper_0_note": "để ở nhà", "paper_1_note": "để ở nhà"}
    answer = clerk.send(NEW, **{**FILLED, **nothing, **why})
    assert faults(answer) == ["papers"]
    assert NothingCounted.words.vi in answer.text


def test_owner_and_receiver_may_be_other_people(app: Flask, clerk: Browser) -> None:
    others = {
        f"{part}_{field}": value
        for part, name in (("owner", "Đinh Công Tráng"), ("receiver", "Quách Thị Lụa"))
        for field, value in (("name", name), ("address", "Phường Phương Lâm, TP Hòa Bình"))
    }
    open_one(clerk, owner_same="", receiver_same="", **others)
    with app.app_context(), transaction() as session:
        names = dict(session.execute(select(Party.part, Party.name)).all())
        assert (names["owner"], names["receiver"]) == ("Đinh Công Tráng", "Quách Thị Lụa")


def test_an_agency_is_found_by_its_name_and_several_are_told(app: Flask, clerk: Browser) -> None:
    listed = clerk.get("/clerk/agencies?agency=so+xay").text
    assert "H28.21 · Sở Xây dựng" in listed
    open_one(clerk, agency="so xay dung")
    answer = clerk.send(NEW, **{**FILLED, "agency": "sở"})
    assert "H28.16 · Sở Giao thông Vận tải; H28.21 · Sở Xây dựng" in answer.text
    with app.app_context(), transaction() as session:
        assert session.scalars(select(Agency.name).join(Dossier)).one() == "Sở Xây dựng"


def test_where_only_one_agency_has_settled_a_procedure_it_is_put_in(clerk: Browser) -> None:
    open_one(clerk, agency="H28.21")
    page = clerk.get(f"{NEW}?procedure_code={LICENCE}").text
    assert 'value="H28.21 · Sở Xây dựng"' in page


def test_the_units_of_an_address_are_shown_and_what_is_unknown_is_told(clerk: Browser) -> None:
    known = clerk.send("/clerk/address", sender_address="xã Tân Vinh, Lương Sơn, Hòa Bình").text
    assert "Xã Tân Vinh, Huyện Lương Sơn, Tỉnh Hòa Bình" in known
    partly = clerk.send("/clerk/address", owner_address="xã Không Có, Lương Sơn, Hòa Bình").text
    assert "Chưa nhận ra: «xã Không Có»" in partly


def test_a_point_that_is_not_qualified_shows_the_nearest_that_is(
    app: Flask, post: Post, clerk: Browser
) -> None:
    with app.app_context(), transaction() as session:
        session.delete(session.scalars(select(Qualification).filter_by(point_id=post.point)).one())
        other = session.get_one(ServicePoint, post.other_point).name
    for page in (
        clerk.get(NEW),
        clerk.send("/clerk/points", form_name="points", address="Mai Châu"),
    ):
        assert other in page.text
        assert 'name="sender_name"' not in page.text
    answer = clerk.send(NEW, **FILLED)
    assert answer.status_code == 422
    assert "không đủ điều kiện" in answer.text
    assert MAI["sender_name"] in answer.text


def test_the_gates_open_in_their_order_only(clerk: Browser) -> None:
    at = open_one(clerk)
    answer = clerk.send(at, **SEALED)
    assert answer.status_code == 409
    assert "Hai bên ký" in answer.text
    assert clerk.send(at, form_name="sign").status_code == 422
    clerk.send(at, form_name="sign", paper_sender="1")
    assert clerk.send(at, **SEALED).status_code == 409
    clerk.send(at, form_name="sign", paper_clerk="1")
    answer = clerk.send(at, form_name="seal", weight_grams="0", seal_number="")
    assert set(faults(answer)) == {"seal-weight_grams", "seal-seal_number"}
    assert clerk.send(at, **SEALED).status_code == 302
    assert clerk.send(at, form_name="give_up", reason="đổi ý").status_code == 409


def test_a_pickup_is_given_up_with_its_reason_and_leaves_the_list(clerk: Browser) -> None:
    at = open_one(clerk)
    number = at.rpartition("/")[2]
    assert number in clerk.get("/clerk").text
    assert faults(clerk.send(at, form_name="give_up", reason="")) == ["give_up-reason"]
    clerk.send(at, form_name="give_up", reason="người dân về bổ sung")
    assert "người dân về bổ sung" in clerk.get(at).text
    assert number not in clerk.get("/clerk").text


def test_the_counter_shows_what_is_unfinished_and_what_lies_at_the_point(
    app: Flask, clerk: Browser
) -> None:
    unfinished, finished = open_one(clerk), take_in(clerk)
    receive = open_one(clerk, procedure_code=RECORD, service_form="receive")
    page = clerk.get("/clerk").text
    with app.app_context(), transaction() as session:
        number = session.scalars(select(Item.number)).one()
    assert f'href="{unfinished}"' in page
    assert f'href="{receive}"' in page
    assert f'href="{finished}"' not in page
    assert number in page


def test_slip_and_labels_are_printed(app: Flask, clerk: Browser) -> None:
    at = take_in(clerk)
    with app.app_context(), transaction() as session:
        number = session.scalars(select(Item.number)).one()
    assert number in clerk.get("/clerk/labels").text
    for address in (
        f"{at}/slip.pdf",
        f"/clerk/items/{number}/label.pdf?stock=A6&start=1",
        f"/clerk/labels.pdf?stock=A4-2x5&start=3&number={number}&number={number}",
    ):
        paper = clerk.get(address)
        assert paper.headers["Content-Type"] == "application/pdf"
        assert paper.headers["Content-Disposition"].startswith("inline")
        assert paper.data.startswith(b"%PDF")
        assert paper.data.rstrip().endswith(b"%%EOF")
    assert clerk.get(f"/clerk/items/{number}/label.pdf?stock=A3").status_code == 422
    assert clerk.get(f"/clerk/labels.pdf?start=99&number={number}").status_code == 422
    assert clerk.get("/clerk/labels.pdf").location == "/clerk/labels"


def test_each_look_at_a_dossier_is_noted(app: Flask, clerk: Browser) -> None:
    at = take_in(clerk)
    clerk.get(at)
    clerk.get(f"{at}/slip.pdf")
    with app.app_context(), transaction() as session:
        seen = session.execute(select(PersonalDataView.door, PersonalDataView.subject)).all()
    number = at.rpartition("/")[2]
    assert ("clerk.pickup", number) in seen
    assert ("clerk.slip", number) in seen


def test_a_form_whose_session_has_ended_comes_back_filled_and_is_sent_by_hand(
    app: Flask, clerk: Browser
) -> None:
    form_at = f"{NEW}?procedure_code={LICENCE}"
    token = token_in(clerk.get(form_at))
    with clerk.client.session_transaction() as cookie:
        cookie["seen"] -= 3 * 3600  # nobody touched the form for three hours
    asked = clerk.client.post(NEW, data={**FILLED, "csrf_token": token, "form_at": form_at})
    assert asked.status_code == 401
    page = clerk.client.post(
        form_at,
        data={**hidden_in(asked), "sign_in:name": "hang", "sign_in:password": PASSWORD},
    )
    assert page.status_code == 200
    for value in (MAI["sender_name"], MAI["sender_address"], "135.000", 'value="đ"', LICENCE):
        assert value in page.text
    with app.app_context(), transaction() as session:
        assert session.scalars(select(Dossier)).all() == []
    assert clerk.send(NEW, **FILLED).status_code == 302


def hidden_in(page: TestResponse) -> dict[str, str]:
    """Give what the form of a page carries unseen."""
    main = page.text.split("<main")[1]
    return dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', main))
