"""Further papers, shared envelopes and forms sent twice, through the clerk's doors."""

import re
import uuid
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select

from models.counter import Sending
from models.dossiers import Dossier
from models.items import Item, Leg
from models.staff import PersonalDataView
from postal_app.rules.roles import Role
from routes.archive import transaction
from tests.doors.conftest import Browser, Post
from tests.doors.far_things import far_item
from tests.doors.test_clerk import (
    BOTH_ON_PAPER,
    FILLED,
    NEW,
    SEALED,
    faults,
    open_one,
    take_in,
)

FIND = "/clerk/supplements/new"
PAPERS = {
    "form_name": "count",
    "payer": "agency",
    "paper_0_name": "Ảnh thẻ 3 × 4 cm",
    "paper_0_kind": "original",
    "paper_0_counted": "2",
    "money_postage": "26.000",
}


@pytest.fixture
def clerk(sign_in: Callable[[Role], Browser]) -> Browser:
    """Bà Bùi Thị Hằng at the counter of bưu cục Lương Sơn."""
    return sign_in(Role.CLERK)


def number_of(at: str) -> str:
    return at.rpartition("/")[2]


def test_further_papers_go_by_plain_forms_from_the_search_to_the_label(
    app: Flask, clerk: Browser
) -> None:
    dossier = number_of(take_in(clerk))
    page = clerk.send(FIND, form_name="find", number=dossier.lower())
    assert "Chưa thấy cơ quan yêu cầu bổ sung hồ sơ này" in page.text
    at = clerk.send(FIND, number=dossier, **PAPERS).location
    assert "Hai bên ký" in clerk.get(at).text
    assert number_of(at) in clerk.get("/clerk").text
    assert clerk.send(at, **SEALED).status_code == 409
    assert clerk.send(at, **BOTH_ON_PAPER).location == at
    assert clerk.send(at, **SEALED).location == at
    page = clerk.get(at).text
    for words in ("Cơ quan trả cước", "26.000", "Ảnh thẻ 3 × 4 cm", "NP0001"):
        assert words in page
    assert clerk.get(f"{at}/slip.pdf").data.startswith(b"%PDF")
    assert clerk.get(f"/clerk/items/{number_of(at)}/label.pdf").data.startswith(b"%PDF")
    assert "Gửi giấy tờ bổ sung đến cơ quan" in clerk.get("/clerk/labels").text
    with app.app_context(), transaction() as session:
        item = session.scalars(select(Item).where(Item.number == number_of(at))).one()
        assert (item.leg, item.weight_grams) == ("supplement", 120)
        seen = set(session.scalars(select(PersonalDataView.door)))
        assert {"clerk.new_supplement", "clerk.supplement", "clerk.supplement_slip"} <= seen


def test_another_points_dossier_opens_only_for_who_knows_the_citizen(
    app: Flask, post: Post, clerk: Browser
) -> None:
    with app.app_context(), transaction() as session:
        far = far_item(session, post).legs[0].dossier.number
    wrong = clerk.send(FIND, form_name="find", number=far, proof="0000")
    none = clerk.send(FIND, form_name="find", number="HB26-999999", proof="5678")
    assert wrong.status_code == none.status_code == 404
    assert "Đinh Thị Mai" not in wrong.text
    right = clerk.send(FIND, form_name="find", number=far, proof="5678")
    assert right.status_code == 200
    assert "Đinh Thị Mai" in right.text
    assert clerk.send(FIND, number=far, proof="5678", **PAPERS).status_code == 302


def test_faults_stand_beside_their_fields_and_nothing_typed_is_lost(clerk: Browser) -> None:
    dossier = number_of(take_in(clerk))
    answer = clerk.send(
        FIND,
        form_name="count",
        number=dossier,
        paper_0_counted="hai",
        paper_0_name="Ảnh thẻ",
        paper_0_kind="original",
        payer="",
    )
    assert answer.status_code == 422
    assert set(faults(answer)) == {"count-paper_0_counted", "count-payer"}
    assert 'value="Ảnh thẻ"' in answer.text
    assert faults(clerk.send(FIND, form_name="find", number="")) == ["find-number"]
    waiting = number_of(open_one(clerk))
    answer = clerk.send(FIND, form_name="find", number=waiting)
    assert answer.status_code == 409
    assert "chưa niêm phong" in answer.text


def test_papers_are_given_up_with_their_reason(clerk: Browser) -> None:
    dossier = number_of(take_in(clerk))
    at = clerk.send(FIND, number=dossier, **PAPERS).location
    clerk.send(at, form_name="give_up", reason="người dân về lấy thêm")
    assert "người dân về lấy thêm" in clerk.get(at).text
    assert number_of(at) not in clerk.get("/clerk").text


def test_a_form_whose_answer_was_lost_lands_on_what_was_made_of_it(
    app: Flask, clerk: Browser
) -> None:
    page = clerk.get(f"{NEW}?procedure_code={FILLED['procedure_code']}").text
    key = re.search(r'name="request_key" value="([^"]+)"', page)[1]
    first = clerk.send(NEW, **FILLED, request_key=key)
    again = clerk.send(NEW, **FILLED, request_key=key)
    assert first.location == again.location
    other = clerk.send(NEW, **{**FILLED, "sender_name": "Quách Thị Lụa"}, request_key=key)
    assert other.status_code == 409
    assert number_of(first.location) in other.text
    dossier = number_of(take_in(clerk))
    key = str(uuid.uuid4())
    ats = {clerk.send(FIND, number=dossier, **PAPERS, request_key=key).location for _ in range(2)}
    assert len(ats) == 1
    with app.app_context(), transaction() as session:
        assert session.scalar(select(func.count(Dossier.id))) == 2
        assert session.scalar(select(func.count(Sending.id))) == 1


def test_dossiers_of_one_sender_are_sealed_together(app: Flask, clerk: Browser) -> None:
    first, second, elsewhere = open_one(clerk), open_one(clerk), open_one(clerk, agency="H28.21")
    for at in (first, second, elsewhere):
        clerk.send(at, **BOTH_ON_PAPER)
    page = clerk.get(first).text
    assert f'name="also" value="{number_of(second)}"' in page
    assert number_of(elsewhere) not in page
    refused = clerk.send(first, **SEALED, also=number_of(elsewhere))
    assert refused.status_code == 409
    assert "Sở Xây dựng" in refused.text
    assert clerk.send(first, **SEALED, also=number_of(second)).status_code == 302
    with app.app_context(), transaction() as session:
        sealed = session.scalars(select(Item.number)).one()
        assert session.scalar(select(func.count(Leg.id))) == 2
    for own, other in ((first, second), (second, first)):
        page = clerk.get(own).text
        assert sealed in page
        assert f"Chung bì với hồ sơ {number_of(other)}" in page


def test_an_envelope_is_added_for_a_thick_dossier(app: Flask, clerk: Browser) -> None:
    at = take_in(clerk)
    assert "Thêm bì cho hồ sơ này" in clerk.get(at).text
    more = {"form_name": "add", "weight_grams": "900", "seal_number": "NP0002"}
    assert clerk.send(at, **more).status_code == 302
    again = clerk.send(at, **more)
    assert again.status_code == 409
    assert "NP0002" in again.text
    with app.app_context(), transaction() as session:
        numbers = session.scalars(select(Item.number).order_by(Item.id)).all()
    assert len(numbers) == 2
    assert all(number in clerk.get(at).text for number in numbers)


def test_the_result_waits_where_the_citizen_says(app: Flask, clerk: Browser) -> None:
    page = clerk.get(f"{NEW}?procedure_code={FILLED['procedure_code']}").text
    assert "Đến nhận tại Bưu cục Hòa Bình (350100)" in page
    at = open_one(clerk, return_point="350100")
    assert "Đến nhận tại Bưu cục Hòa Bình (350100)" in clerk.get(at).text
    answer = clerk.send(NEW, **{**FILLED, "return_point": "999999"})
    assert faults(answer) == ["return_point"]


def test_the_page_tells_what_was_written_down_at_the_acceptance(clerk: Browser) -> None:
    page = clerk.get(take_in(clerk)).text
    kept = page.split("Đã ghi khi nhận")[1]
    assert kept.count("01/QĐ-UBND") == 3
    assert "phieu-gui-2" in kept


@pytest.mark.parametrize(
    "address",
    ["Xóm Đồng, xã Tân Vinh, huyện Lương Sơn, tỉnh Hòa Bình", "Xã Lương Sơn, tỉnh Phú Thọ"],
)
def test_addresses_of_three_parts_and_of_two_pass_the_form(clerk: Browser, address: str) -> None:
    assert address in clerk.get(open_one(clerk, sender_address=address)).text
