"""The doors of the agency: what arrives, accepting it, settling it, and the result's envelope."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from models.dossiers import Dossier
from models.items import Item
from models.ledger import LedgerEntry
from models.staff import PersonalDataView
from postal_app import agency_desk
from postal_app.agency_desk import Acceptance
from postal_app.rules.roles import Role
from routes.agency import due_words
from routes.archive import transaction
from tests.doors.conftest import Browser, Post
from tests.doors.far_things import far_item_number
from tests.makers import LICENCE, MARRIAGE, bring_to_agency, minutes, take_in

SignIn = Callable[[Role], Browser]
CODE = "H28.16-260302-0001"
ACCEPTANCE = {"dossier_code": CODE, "due_on": "09/03/2026"}
REGISTRATION = {
    "procedure_code": LICENCE,
    "dossier_code": "H28.16-260302-0009",
    "receiver_name": "Đinh Thị Mai",
    "receiver_phone": "0912 345 678",
    "receiver_address": "xã Tân Vinh, huyện Lương Sơn, Hòa Bình",
    "point_code": "354100",
}


@pytest.fixture
def number(app: Flask, post: Post) -> str:
    """An envelope that was handed to the agency two hours later."""
    app.extensions["clock"] = lambda: minutes(180)
    with app.app_context(), transaction() as session:
        item = take_in(session, post.town)
        bring_to_agency(session, post.town, item)
        return item.number


@pytest.fixture
def counted(app: Flask, sign_in: SignIn, number: str) -> str:
    """The number of a dossier whose envelope was counted again and signed for."""
    dossier = dossier_of(app).number
    answer = sign_in(Role.OFFICER).send(f"/agency/items/{number}", **as_listed(dossier))
    assert answer.location == f"/agency/dossiers/{dossier}/accept"
    return dossier


@pytest.fixture
def accepted(sign_in: SignIn, counted: str) -> str:
    """The number of a dossier that the agency has accepted."""
    sign_in(Role.OFFICER).send(f"/agency/dossiers/{counted}/accept", **ACCEPTANCE)
    return counted


def as_listed(dossier: str) -> dict[str, str]:
    """Give the form of an officer who counted what the signed list says."""
    return {
        "condition": "intact",
        f"{dossier}_0_kind": "original",
        f"{dossier}_0_copies": "1",
        f"{dossier}_0_pages": "2",
        f"{dossier}_1_kind": "copy",
        f"{dossier}_1_copies": "1",
        f"{dossier}_1_pages": "",
    }


def dossier_of(app: Flask) -> Dossier:
    with app.app_context(), transaction() as session:
        found = session.scalars(select(Dossier).order_by(Dossier.id.desc())).first()
        session.expunge_all()
        assert found is not None
        return found


def result_number(page: str) -> str:
    found = re.search(r'id="item-number">(\w+)<', page)
    assert found
    return found[1]


def test_the_inbox_shows_what_waits_above_what_is_on_its_way(
    app: Flask, sign_in: SignIn, number: str, post: Post
) -> None:
    with app.app_context(), transaction() as session:
        coming = take_in(session, post.town).number
    page = sign_in(Role.OFFICER).get("/agency").text
    waiting, on_its_way = page.index("Chờ tiếp nhận"), page.index("Đang trên đường đến")
    assert waiting < page.index(number) < on_its_way < page.index(coming)


def test_the_inbox_says_nothing_of_differences_while_there_is_none(
    sign_in: SignIn, number: str
) -> None:
    assert "Giao nhận còn chênh lệch" not in sign_in(Role.OFFICER).get("/agency").text


def test_a_scanned_label_opens_its_envelope(sign_in: SignIn, number: str) -> None:
    label = f"HTTPS://POST.EXAMPLE/T/{number}/BCGH1234"
    answer = sign_in(Role.OFFICER).get(f"/agency?number={label}")
    assert answer.location == f"/agency/items/{number}"


def test_the_envelope_is_shown_with_its_signed_list_and_its_seal_and_nothing_counted(
    app: Flask, sign_in: SignIn, number: str, post: Post
) -> None:
    page = sign_in(Role.OFFICER).get(f"/agency/items/{number}").text
    for told in ("NP0001", "Đơn đề nghị theo mẫu", "Bản chính", "Bản sao", "Đinh Thị Mai"):
        assert told in page
    assert " checked" not in page
    dossier = dossier_of(app).number
    assert re.search(rf'name="{dossier}_0_copies"[^>]* value=""', page)
    with app.app_context(), transaction() as session:
        [view] = session.scalars(select(PersonalDataView)).all()
        assert (view.door, view.subject) == ("records.count", number)
        assert view.account_id == post.accounts[Role.OFFICER]


def test_each_line_must_be_counted_and_the_seal_looked_at(
    app: Flask, sign_in: SignIn, number: str
) -> None:
    dossier = dossier_of(app).number
    form = as_listed(dossier) | {"condition": "", f"{dossier}_1_copies": ""}
    answer = sign_in(Role.OFFICER).send(f"/agency/items/{number}", **form)
    assert answer.status_code == 422
    assert 'id="condition-fault"' in answer.text
    assert f'id="{dossier}_1_copies-fault"' in answer.text
    assert re.search(rf'name="{dossier}_0_pages"[^>]* value="2"', answer.text)


def test_what_was_received_is_not_received_again(
    sign_in: SignIn, number: str, counted: str
) -> None:
    browser = sign_in(Role.OFFICER)
    again = browser.send(f"/agency/items/{number}", **as_listed(counted))
    assert again.status_code == 409
    assert "GN26-H28.16-00001" in again.text
    page = browser.get("/agency").text
    assert page.index("Đã ký nhận, chờ trả lời") < page.index(counted)


def test_the_term_of_the_catalogue_is_a_hint_and_is_not_filled_in(
    sign_in: SignIn, counted: str
) -> None:
    page = sign_in(Role.OFFICER).get(f"/agency/dossiers/{counted}/accept").text
    assert "5 ngày làm việc" in page
    assert "09/03/2026" in page
    assert "chưa trừ ngày nghỉ lễ" in page
    assert 'name="due_on" type="text" value=""' in page


def test_an_officer_accepts_with_code_and_due_day(
    app: Flask, sign_in: SignIn, counted: str
) -> None:
    browser = sign_in(Role.OFFICER)
    answer = browser.send(f"/agency/dossiers/{counted}/accept", **ACCEPTANCE)
    assert answer.location == f"/agency/dossiers/{counted}"
    assert "MC26-H28.16-00001" in browser.get(answer.location).text
    dossier = dossier_of(app)
    assert (dossier.dossier_code, dossier.due_on) == (CODE, date(2026, 3, 9))
    with app.app_context(), transaction() as session:
        kinds = session.scalars(select(LedgerEntry.kind)).all()
        assert kinds[-2:] == ["agency_received", "agency_accepted"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"dossier_code": " "}, "dossier_code"),
        ({"due_on": "mai"}, "due_on"),
        ({"due_on": "01/03/2026"}, "due_on"),
    ],
)
def test_an_acceptance_with_a_fault_tells_it_beside_its_field(
    app: Flask, sign_in: SignIn, counted: str, change: dict[str, str], field: str
) -> None:
    path = f"/agency/dossiers/{counted}/accept"
    answer = sign_in(Role.OFFICER).send(path, **(ACCEPTANCE | change))
    assert answer.status_code == 422
    assert f'id="{field}-fault"' in answer.text
    assert dossier_of(app).accepted_at is None


def test_what_was_accepted_is_not_accepted_again(sign_in: SignIn, accepted: str) -> None:
    again = sign_in(Role.OFFICER).send(f"/agency/dossiers/{accepted}/accept", **ACCEPTANCE)
    assert again.status_code == 409
    assert "đã được tiếp nhận" in again.text


def test_an_envelope_nobody_handed_over_is_received_with_a_warning(
    app: Flask, sign_in: SignIn, post: Post
) -> None:
    with app.app_context(), transaction() as session:
        number = take_in(session, post.town).number
    browser = sign_in(Role.OFFICER)
    assert "Sổ chưa ghi việc giao" in browser.get(f"/agency/items/{number}").text
    answer = browser.send(f"/agency/items/{number}", **as_listed(dossier_of(app).number))
    assert "Chờ bên giao ký" in browser.get(answer.location).text
    assert "không đúng trình tự" in browser.get(f"/items/{number}").text


def test_an_officer_of_another_agency_is_told_that_there_is_no_such_envelope(
    app: Flask, sign_in: SignIn, post: Post
) -> None:
    with app.app_context(), transaction() as session:
        far = far_item_number(session, post)["number"]
    browser = sign_in(Role.OFFICER)
    assert browser.get(f"/agency/items/{far}").status_code == 404
    assert browser.send(f"/agency/items/{far}", condition="intact").status_code == 404
    assert browser.get(f"/items/{far}").status_code == 404
    assert str(far) not in browser.get("/agency").text


@pytest.mark.parametrize(
    ("due_on", "words", "is_late"),
    [
        (date(2026, 2, 27), "quá hạn 3 ngày", True),
        (date(2026, 3, 2), "hạn hôm nay", False),
        (date(2026, 3, 9), "còn 7 ngày", False),
        (None, "chưa hẹn ngày", False),
    ],
)
def test_how_far_a_due_day_is_stands_in_words(
    app: Flask, due_on: date | None, words: str, is_late: bool
) -> None:
    with app.test_request_context():
        due = due_words(due_on, date(2026, 3, 2))
    assert (due.words, due.is_late) == (words, is_late)


def test_dossiers_in_work_are_listed_by_due_day_and_the_late_ones_marked(
    app: Flask, sign_in: SignIn, accepted: str
) -> None:
    assert "còn 7 ngày" in sign_in(Role.OFFICER).get("/agency/dossiers").text
    with app.app_context(), transaction() as session:
        session.scalars(select(Dossier)).one().due_on = date(2026, 2, 27)
    assert "quá hạn 3 ngày" in sign_in(Role.OFFICER).get("/agency/dossiers").text


def test_settled_is_not_yet_returned(app: Flask, sign_in: SignIn, accepted: str) -> None:
    browser = sign_in(Role.OFFICER)
    browser.send(f"/agency/dossiers/{accepted}/settle")
    page = browser.get("/agency/dossiers").text
    assert "chưa phải là đã trả" in page
    assert CODE in page
    dossier = dossier_of(app)
    assert dossier.settled_at == minutes(180)
    assert dossier.returned_at is None


def test_a_result_gets_an_envelope_a_number_and_a_label(
    app: Flask, sign_in: SignIn, accepted: str
) -> None:
    browser, path = sign_in(Role.OFFICER), f"/agency/dossiers/{accepted}/result"
    answer = browser.send(path, seal_number="np0102", weight_grams="40", payer="citizen")
    assert answer.location == path
    page = browser.get(path).text
    number = result_number(page)
    assert "NP0102" in page
    label = browser.get(f"/agency/results/{number}/label.pdf")
    assert label.mimetype == "application/pdf"
    assert label.data.startswith(b"%PDF")
    listed = browser.get("/agency/dossiers").text
    assert listed.index("chờ bưu tá nhận") < listed.index(number)


@pytest.mark.parametrize(
    ("seal_number", "weight_grams", "field"),
    [("", "40", "seal_number"), ("NP1", "", "weight_grams"), ("NP1", "30001", "weight_grams")],
)
def test_an_envelope_with_a_fault_is_not_made(
    app: Flask, sign_in: SignIn, accepted: str, seal_number: str, weight_grams: str, field: str
) -> None:
    path = f"/agency/dossiers/{accepted}/result"
    answer = sign_in(Role.OFFICER).send(
        path, seal_number=seal_number, weight_grams=weight_grams, payer="citizen"
    )
    assert answer.status_code == 422
    assert f'id="{field}-fault"' in answer.text
    with app.app_context(), transaction() as session:
        assert session.scalars(select(Item.leg)).all() == ["submission"]


def test_a_result_leaves_only_once(sign_in: SignIn, accepted: str) -> None:
    browser, path = sign_in(Role.OFFICER), f"/agency/dossiers/{accepted}/result"
    browser.send(path, seal_number="NP1", weight_grams="40", payer="citizen")
    again = browser.send(path, seal_number="NP2", weight_grams="40", payer="citizen")
    assert again.status_code == 409
    assert "đã được đóng bì" in again.text
    assert "NP2" not in again.text


def test_a_dossier_the_agency_took_in_itself_goes_out_by_post(
    app: Flask, sign_in: SignIn, post: Post
) -> None:
    browser = sign_in(Role.OFFICER)
    answer = browser.send("/agency/dossiers/new", **REGISTRATION)
    assert "Đinh Thị Mai" in browser.get(answer.location).text
    dossier = dossier_of(app)
    assert (dossier.service_form, dossier.agency_id) == ("receive", post.agency)
    browser.send(answer.location, seal_number="NP5", weight_grams="20", payer="citizen")
    assert result_number(browser.get(answer.location).text).startswith("RH")


@pytest.mark.parametrize(
    ("code", "warning"),
    [(MARRIAGE, "Không được nhận kết quả qua bưu chính"), ("7.777777", "Danh mục chưa có")],
)
def test_the_catalogue_warns_the_agency_and_does_not_block_it(
    sign_in: SignIn, post: Post, code: str, warning: str
) -> None:
    browser = sign_in(Role.OFFICER)
    assert warning in browser.get(f"/agency/procedure?procedure_code={code}").text
    answer = browser.send("/agency/dossiers/new", **(REGISTRATION | {"procedure_code": code}))
    assert answer.status_code == 302
    assert warning in browser.get(answer.location).text


def test_a_registration_with_faults_tells_them_all_and_keeps_what_was_typed(
    sign_in: SignIn, post: Post
) -> None:
    change = {"receiver_name": "", "receiver_phone": "12", "point_code": ""}
    answer = sign_in(Role.OFFICER).send("/agency/dossiers/new", **(REGISTRATION | change))
    assert answer.status_code == 422
    for field in change:
        assert f'id="{field}-fault"' in answer.text
    assert 'value="H28.16-260302-0009"' in answer.text


def test_one_code_is_not_given_twice(sign_in: SignIn, accepted: str) -> None:
    again = REGISTRATION | {"dossier_code": CODE}
    answer = sign_in(Role.OFFICER).send("/agency/dossiers/new", **again)
    assert answer.status_code == 409
    assert 'id="dossier_code-fault"' in answer.text


def test_a_dossier_whose_result_is_collected_by_the_citizen_gets_no_envelope(
    app: Flask, sign_in: SignIn, post: Post
) -> None:
    with app.app_context(), transaction() as session:
        item = take_in(session, post.town, service_form="send")
        bring_to_agency(session, post.town, item)
        acceptance = Acceptance(CODE, date(2026, 3, 9), "intact")
        dossier = agency_desk.accept(
            session, item.number, acceptance, post.town.officer, now=minutes(180)
        )
        number = dossier.number
    page = sign_in(Role.OFFICER).get(f"/agency/dossiers/{number}/result").text
    assert 'name="seal_number"' not in page
    assert "không đăng ký nhận kết quả qua bưu chính" in page
