"""Bags and hand-over lists at the doors: packed, listed, taken, opened and settled from pages."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from models.bags import Bag
from models.handovers import Difference, Handover
from models.items import Item
from models.people_data import DataExport
from postal_app import bags, scanning
from postal_app.bags import Handled
from postal_app.rules.roles import Role
from postal_app.rules.vocabulary import State
from routes.archive import transaction
from tests.bagging import SEAL, bd10, bd13, packed
from tests.doors.conftest import Browser, Post
from tests.makers import minutes, scan, take_in

SignIn = Callable[[Role], Browser]


@pytest.fixture
def number(app: Flask, post: Post) -> str:
    """An item that lies at Lương Sơn."""
    with app.app_context(), transaction() as session:
        return take_in(session, post.town).number


def go_on(browser: Browser, answer: TestResponse) -> TestResponse:
    assert answer.status_code == 302, answer.text
    return browser.get(answer.location)


def state_of(app: Flask, number: str) -> str:
    with app.app_context(), transaction() as session:
        return session.scalars(select(Item.state).where(Item.number == number)).one()


def test_a_clerk_packs_seals_and_labels_a_bag(app, sign_in, number):
    clerk = sign_in(Role.CLERK)
    page = go_on(clerk, clerk.send("/bags", to_point="350100"))
    bag = re.search(r"TG\d{9}VN", page.text)[0]
    empty = clerk.send(f"/bags/{bag}", form_name="seal", seal=SEAL)
    assert (empty.status_code, "Túi chưa có bưu gửi nào." in empty.text) == (422, True)
    page = go_on(clerk, clerk.send(f"/bags/{bag}", form_name="put", code=f" {number.lower()} "))
    assert f"Đã cho {number} vào túi." in page.text
    page = go_on(clerk, clerk.send(f"/bags/{bag}", form_name="seal", seal=SEAL))
    assert "Đã niêm phong" in page.text
    label = clerk.get(f"/bags/{bag}/label.pdf")
    assert label.data.startswith(b"%PDF")
    again = clerk.send(f"/bags/{bag}", form_name="put", code=number)
    assert again.status_code == 409
    assert bag in clerk.get("/bags").text


def test_a_wrong_code_is_told_beside_its_field_and_stays_typed(app, sign_in, number):
    clerk = sign_in(Role.CLERK)
    page = go_on(clerk, clerk.send("/bags", to_point="350100"))
    bag = re.search(r"TG\d{9}VN", page.text)[0]
    wrong = clerk.send(f"/bags/{bag}", form_name="put", code="RH999999999VN")
    assert wrong.status_code == 404
    assert 'value="RH999999999VN"' in wrong.text
    assert "put-code-fault" in wrong.text
    assert clerk.send("/bags", to_point="354100").status_code == 422


def test_a_list_is_made_printed_taken_and_counted_and_its_paper_is_noted(
    app, post, sign_in, number
):
    clerk, courier = sign_in(Role.CLERK), sign_in(Role.COURIER)
    to = f"bd13:{post.accounts[Role.COURIER]}"
    made = clerk.send("/handovers", to=to, codes=f"{number}\n\n")
    page = go_on(clerk, made)
    listed = re.search(r"BD13-26-354100-\d{5}", page.text)[0]
    assert "Chờ bên nhận quét" in page.text
    assert clerk.get(f"/handovers/{listed}/list.pdf").data.startswith(b"%PDF")
    with app.app_context(), transaction() as session:
        assert session.scalars(select(DataExport.what)).all() == ["handovers.paper"]
    assert "1 bản kê chờ nhận" in courier.get("/courier").text
    own = clerk.send(f"/handovers/{listed}", form_name="take", code=number)
    assert own.status_code == 403
    path = f"/handovers/{listed.lower()}"
    page = go_on(courier, courier.send(path, form_name="take", code=number, condition="intact"))
    assert "Đã nhận, khớp" in page.text
    assert state_of(app, number) == State.OUT_FOR_DELIVERY
    unknown = courier.send(path, form_name="take", code="RH999999999VN")
    assert (unknown.status_code, "take-code-fault" in unknown.text) == (422, True)
    page = go_on(courier, courier.send(path, form_name="count"))
    assert "Quách Văn Dũng đã quét hết bản kê này." in page.text
    assert "bản kê chờ nhận" not in courier.get("/courier").text
    late = clerk.send(f"/handovers/{listed}", form_name="cancel", reason="xe hỏng")
    assert late.status_code == 409


def test_a_list_written_by_hand_comes_in_under_its_number_and_time(app, sign_in, number):
    clerk = sign_in(Role.CLERK)
    paper = {"to": "bd10:350100", "codes": number, "number": "bd10-26-354100-90001"}
    refused = clerk.send("/handovers", **paper, given_on="01/03/2026", given_time="9 giờ")
    assert (refused.status_code, "Giờ ghi theo dạng 09:20." in refused.text) == (422, True)
    go_on(clerk, clerk.send("/handovers", **paper, given_on="01/03/2026", given_time="16:05"))
    with app.app_context(), transaction() as session:
        one = session.scalars(select(Handover)).one()
        assert one.number == "BD10-26-354100-90001"
        assert one.given_at.isoformat() == "2026-03-01T09:05:00+00:00"
    assert clerk.send("/handovers", to="bd10:9", codes=number).status_code == 422
    assert clerk.send("/handovers", to="", codes=number).status_code == 422
    assert clerk.send("/handovers", to="bd10:350100", codes="").status_code == 422
    path = "/handovers/BD10-26-354100-90001"
    page = go_on(clerk, clerk.send(path, form_name="cancel", reason="viết nhầm nơi đến"))
    assert "Bản kê đã hủy" in page.text


def test_both_takers_find_their_difference_and_the_province_settles_it(app, post, sign_in, number):
    with app.app_context(), transaction() as session:
        bd13(session, post.town.clerk, post.town.courier, number)
        for courier, minute in ((post.town.courier, 30), (post.town.other_courier, 35)):
            taking = scan(number, "out_for_delivery", minutes(minute))
            scanning.take_in(session, [taking], courier, now=minutes(40))
        found = session.scalars(select(Difference.id)).one()
    courier, clerk = sign_in(Role.COURIER), sign_in(Role.CLERK)
    assert "1 chênh lệch giao nhận chờ xử lý" in courier.get("/courier").text
    assert "1 chênh lệch giao nhận chờ xử lý" in clerk.get("/clerk").text
    assert "Hai người cùng ghi đã nhận" in clerk.get("/handovers/differences").text
    path = f"/handovers/differences/{found}"
    assert "không tự kết luận được" in courier.get(path).text
    assert courier.send(path, said="tôi đang giữ bì").status_code == 403
    assert sign_in(Role.AUDITOR).send(path, said="đã xem").status_code == 403
    province = sign_in(Role.PROVINCIAL)
    assert province.send(path, said="").status_code == 422
    page = go_on(province, province.send(path, said="Anh Tuấn đang giữ, đã xem."))
    assert "Không có chênh lệch nào đang chờ." in page.text
    assert "chênh lệch giao nhận chờ" not in courier.get("/courier").text


def test_a_bag_that_comes_here_is_opened_counted_and_its_mistakes_corrected(app, post, sign_in):
    with app.app_context(), transaction() as session:
        town = post.town
        here = bags.make(session, "354100", town.other_clerk, now=minutes(1))
        sent = [take_in(session, town) for _ in range(2)]
        for item in sent:
            brought = scan(item.number, "arrived", minutes(3))
            scanning.take_in(session, [brought], town.other_clerk, now=minutes(3))
            bags.put_in(
                session, here.number, Handled(item.number), town.other_clerk, now=minutes(4)
            )
        bags.seal(session, here.number, SEAL, town.other_clerk, now=minutes(5))
        wrong = scan(here.number, "lost", minutes(6), note="không thấy")
        scanning.take_in(session, [wrong], town.other_clerk, now=minutes(6))
        bag, found = here.number, [item.number for item in sent]
    app.extensions["clock"] = lambda: minutes(60)
    clerk = sign_in(Role.CLERK)
    path = f"/bags/{bag}"
    nobody = clerk.send(path, form_name="mend", fact="x", reason="tìm thấy ngay")
    assert nobody.status_code == 404
    mended = {"fact": str(wrong.scan_id), "reason": "tìm thấy ngay ở kho"}
    page = go_on(clerk, clerk.send(path, form_name="mend", **mended))
    assert "đã đính chính" in page.text
    page = go_on(clerk, clerk.send(path, form_name="open", seal="TK9", condition="intact"))
    assert "số niêm phong không khớp" in page.text
    page = go_on(clerk, clerk.send(path, form_name="take", code=found[0], condition="intact"))
    assert "Đã nhận, khớp" in page.text
    page = go_on(clerk, clerk.send(path, form_name="empty"))
    assert "Thiếu" in page.text
    assert state_of(app, found[1]) == State.LOST
    assert found[1] in clerk.get("/handovers/differences").text
    assert bag in sign_in(Role.CLERK).get(f"/items/{found[1]}").text


def test_a_phone_scans_a_bag_by_the_pages_and_by_the_batch(app, post, sign_in, number):
    with app.app_context(), transaction() as session:
        bag, [item] = packed(session, post.town, 1)
        one = bd10(session, post.town, bag.number).number
        name, inside = bag.number, item.number
    app.extensions["clock"] = lambda: minutes(60)
    courier = sign_in(Role.COURIER)
    page = go_on(courier, courier.send("/courier/scan?kind=departed", code=name))
    assert "Đang vận chuyển" in page.text
    assert name in courier.get("/courier").text
    assert state_of(app, inside) == State.IN_TRANSIT
    page = courier.get(f"/handovers/{one}")
    assert "Nhận bằng quét" in page.text
    put_in = courier.send("/courier/scan?kind=bagged", code=number, bag="TG999999999VN")
    assert "Không có túi nào mang số này" in go_on(courier, put_in).text
    with app.app_context(), transaction() as session:
        kept = session.scalars(select(Bag).where(Bag.number == name)).one()
        assert kept.state == "in_transit"


def test_a_courier_takes_a_bag_over_from_another_by_his_page(app, post, sign_in):
    with app.app_context(), transaction() as session:
        bag, _ = packed(session, post.town, 1)
        name = bag.number
        left = scan(name, "departed", minutes(30))
        scanning.take_in(session, [left], post.town.other_courier, now=minutes(30))
    app.extensions["clock"] = lambda: minutes(60)
    courier = sign_in(Role.COURIER)
    assert "Bưu tá khác nhận túi" in courier.get("/courier/scan").text
    asked = courier.get("/courier/scan?kind=handed_on").text
    assert "Số túi" in asked
    assert "Số hiệu bưu gửi" not in asked
    page = go_on(courier, courier.send("/courier/scan?kind=handed_on", code=name))
    assert "Bưu tá khác nhận túi" in page.text
    assert name in courier.get("/courier").text
    with app.app_context(), transaction() as session:
        kept = session.scalars(select(Bag).where(Bag.number == name)).one()
        assert kept.holder_id == post.accounts[Role.COURIER]
        assert session.scalars(select(Difference)).all() == []
    vocabulary = courier.get("/courier/vocabulary").get_json()
    assert vocabulary["kinds"]["handed_on"]["legs"] == []
    assert "handed_on" not in sign_in(Role.CLERK).get("/courier/vocabulary").get_json()["kinds"]
