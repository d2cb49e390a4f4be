"""The doors of an agency's answers: what is asked, printed, sent, lent, handed on and signed."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from models.answers import AgencyTransfer, Recount
from models.dossiers import Dossier
from models.items import Item
from postal_app import agency_answers
from postal_app.agency_receipts import CountedPaper
from postal_app.rules.recounts import Papers
from postal_app.rules.roles import Role
from routes.archive import transaction
from tests.agencies import REFUSAL, accepted, arrive, other_agency, receive
from tests.doors.conftest import Browser, Post
from tests.makers import minutes

SignIn = Callable[[Role], Browser]
CODE = "H28.16-260302-0001"


@pytest.fixture
def number(app: Flask, post: Post) -> str:
    """A dossier the agency has accepted, four hours after nine."""
    app.extensions["clock"] = lambda: minutes(240)
    with app.app_context(), transaction() as session:
        return accepted(session, post.town, CODE)


@pytest.fixture
def short(app: Flask, post: Post) -> str:
    """The number of a record on which a paper is missing."""
    app.extensions["clock"] = lambda: minutes(240)
    with app.app_context(), transaction() as session:
        item = arrive(session, post.town)
        missing = CountedPaper(Papers("original", 0), 0)
        return receive(session, item, post.town.officer, line_0=missing).number


def test_a_request_for_papers_is_recorded_printed_and_told_to_the_citizen_by_post(
    sign_in: SignIn, number: str
) -> None:
    browser = sign_in(Role.OFFICER)
    path = f"/agency/dossiers/{number}/answers/supplement_asked"
    bare = browser.send(path, clock="continues", reason="Thiếu giấy khám")
    assert bare.status_code == 422
    assert 'id="papers-fault"' in bare.text
    assert "Thiếu giấy khám" in bare.text
    answer = browser.send(
        path,
        clock="continues",
        reason="Thiếu giấy khám",
        paper_0_name="Giấy khám sức khỏe",
        paper_0_originals="1",
    )
    assert answer.location == f"/agency/dossiers/{number}"
    card = browser.get(answer.location).text
    assert "MC26-H28.16-00002" in card
    assert "Yêu cầu bổ sung giấy tờ" in card
    came = browser.send(f"/agency/dossiers/{number}/answers/supplement_received")
    assert "Ngày hẹn trả: 09/03/2026" in browser.get(came.location).text
    paper = browser.get(f"/agency/dossiers/{number}/forms/2.pdf")
    assert paper.data.startswith(b"%PDF")
    page = browser.get("/agency/sending").text
    [_, second] = re.findall(r'name="chosen" value="(\d+)"', page)
    sent = browser.send(
        "/agency/sending",
        form_name="answers",
        chosen=second,
        seal_number="NP9",
        weight_grams="30",
        payer="agency",
    )
    told = browser.get(sent.location).text
    assert "Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ" in told
    assert "Cơ quan giải quyết" in told


def test_what_the_table_does_not_allow_is_refused_in_words(sign_in: SignIn, number: str) -> None:
    browser = sign_in(Role.OFFICER)
    path = f"/agency/dossiers/{number}/answers/refused"
    answer = browser.send(path, reason="Nhầm", ground="Điều 1")
    assert answer.status_code == 409
    assert "Được tiếp nhận" in answer.text
    assert browser.get(f"/agency/dossiers/{number}/answers/khongco").status_code == 404


def test_a_dossier_shows_only_the_steps_that_may_follow(sign_in: SignIn, number: str) -> None:
    page = sign_in(Role.OFFICER).get(f"/agency/dossiers/{number}").text
    assert f"/agency/dossiers/{number}/answers/stopped" in page
    assert f"/agency/dossiers/{number}/answers/refused" not in page


def test_who_recorded_an_answer_cannot_take_it_back(
    app: Flask, sign_in: SignIn, post: Post
) -> None:
    app.extensions["clock"] = lambda: minutes(240)
    with app.app_context(), transaction() as session:
        item = arrive(session, post.town)
        receive(session, item, post.town.officer)
        dossier = item.legs[0].dossier
        agency_answers.give(session, dossier, REFUSAL, post.town.officer, now=minutes(200))
        number = dossier.number
    browser = sign_in(Role.OFFICER)
    path = f"/agency/dossiers/{number}/take-back"
    assert "cần người thứ hai" in browser.get(path).text
    assert browser.send(path, reason="nhầm hồ sơ").status_code == 422
    with app.app_context(), transaction() as session:
        assert session.scalars(select(Dossier.closed_at)).one() is not None


def test_an_original_is_lent_and_given_back(sign_in: SignIn, number: str) -> None:
    browser = sign_in(Role.OFFICER)
    browser.send(f"/agency/dossiers/{number}/loans", name="Giấy phép lái xe")
    assert "Giấy phép lái xe (1)" in browser.get("/agency/originals").text
    page = browser.get(f"/agency/dossiers/{number}").text
    found = re.search(rf"/agency/dossiers/{number}/loans/(\d+)", page)
    assert found
    browser.send(found[0], taken_by="owner")
    assert "Không còn bản chính nào" in browser.get("/agency/originals").text


def test_a_dossier_is_transferred_under_seal_and_can_still_be_read(
    app: Flask, sign_in: SignIn, number: str
) -> None:
    with app.app_context(), transaction() as session:
        other_agency(session)
    browser, path = sign_in(Role.OFFICER), f"/agency/dossiers/{number}/transfer"
    said = {"agency": "H28.99", "reason": "Thuộc Trung tâm tỉnh", "payer": "agency"}
    assert browser.send(path, **said).status_code == 422
    answer = browser.send(path, **said, seal_number="NP7", weight_grams="90")
    assert "Chuyển hồ sơ giữa các cơ quan" in browser.get(answer.location).text
    label = browser.get(f"/agency/results/{answer.location.split('/')[-1]}/label.pdf")
    assert label.data.startswith(b"%PDF")
    card = browser.get(f"/agency/dossiers/{number}")
    assert (card.status_code, "bạn chỉ xem được" in card.text) == (200, True)
    assert browser.get(path).status_code == 404
    with app.app_context(), transaction() as session:
        assert session.scalars(select(AgencyTransfer.reason)).all() == ["Thuộc Trung tâm tỉnh"]


def test_envelopes_are_listed_for_the_post_and_the_list_is_printed(
    app: Flask, sign_in: SignIn, number: str
) -> None:
    browser = sign_in(Role.OFFICER)
    browser.send(f"/agency/dossiers/{number}/settle")
    sent = browser.send(
        "/agency/sending",
        form_name="results",
        chosen=number,
        seal_number="NP5",
        weight_grams="40",
        payer="citizen",
    )
    item = sent.location.split("/")[-1]
    assert item in browser.get("/agency/lists").text
    assert browser.send("/agency/lists").status_code == 422
    closed = browser.send("/agency/lists", item=item)
    page = browser.get(closed.location).text
    assert "Chờ bưu chính nhận" in page
    assert browser.get(f"{closed.location}/list.pdf").data.startswith(b"%PDF")
    with app.app_context(), transaction() as session:
        assert session.scalars(select(Item.leg).order_by(Item.id)).all() == [
            "submission",
            "result",
        ]


def test_the_courier_sees_the_difference_and_answers_it_from_his_own_account(
    app: Flask, sign_in: SignIn, short: str
) -> None:
    officer, courier = sign_in(Role.OFFICER), sign_in(Role.COURIER)
    assert "1 biên bản giao nhận không khớp" in officer.get("/agency").text
    assert "Chờ bên giao ký" in officer.get("/agency/records").text
    assert short in courier.get("/records/to-sign").text
    page = courier.get(f"/records/to-sign/{short}").text
    assert "Thiếu" in page
    assert courier.send(f"/records/to-sign/{short}", reply="objected").status_code == 422
    said = {"reply": "objected", "remark": "Bì còn nguyên niêm phong khi giao"}
    courier.send(f"/records/to-sign/{short}", **said)
    courier.get("/records/to-sign")  # tells that it was answered
    assert short not in courier.get("/records/to-sign").text
    told = officer.get(f"/agency/records/{short}").text
    assert "Bì còn nguyên niêm phong khi giao" in told
    assert "Bên giao không đồng ý" in told
    for browser in (officer, courier):
        paper = browser.get(f"/agency/records/{short}/record.pdf")
        assert paper.data.startswith(b"%PDF")
    assert sign_in(Role.CLERK).get(f"/records/to-sign/{short}").status_code == 404


def test_what_differs_is_computed_and_an_unlisted_paper_is_kept(
    app: Flask, sign_in: SignIn, post: Post
) -> None:
    app.extensions["clock"] = lambda: minutes(240)
    with app.app_context(), transaction() as session:
        item = arrive(session, post.town)
        number, dossier = item.number, item.legs[0].dossier.number
    form = {"condition": "intact"}
    for place, kind in ((0, "photocopy"), (1, "copy")):
        form |= {f"{dossier}_{place}_kind": kind, f"{dossier}_{place}_copies": "1"}
    form |= {
        f"{dossier}_x0_name": "Giấy khám sức khỏe",
        f"{dossier}_x0_kind": "original",
        f"{dossier}_x0_copies": "1",
    }
    answer = sign_in(Role.OFFICER).send(f"/agency/items/{number}", **form)
    assert answer.location.startswith("/agency/records/GN26")
    with app.app_context(), transaction() as session:
        made = session.scalars(select(Recount)).one()
        assert [(line.name, line.result) for line in made.lines] == [
            ("Đơn đề nghị theo mẫu", "wrong"),
            ("Giấy phép lái xe cũ", "agreed"),
            ("Giấy khám sức khỏe", "extra"),
        ]
