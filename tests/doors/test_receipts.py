"""The doors of receipts: a dossier's money, papers to print, wrong receipts voided by two."""

import re
from collections.abc import Callable

import pypdfium2
import pytest
from flask import Flask
from sqlalchemy import select

from models.dossiers import Dossier
from models.money import Exemption
from models.staff import PersonalDataView
from postal_app import collecting
from postal_app.pickup_form import Money
from postal_app.rules.exemptions import Exempted
from postal_app.rules.roles import Role
from routes.archive import transaction
from tests.doors.conftest import Browser, Post
from tests.makers import minutes, take_in

SignIn = Callable[[Role], Browser]
RECEIPT = "BL26-354100-00001"
POOR = Exempted("poor", "Giấy chứng nhận hộ nghèo số 12/2026")


@pytest.fixture
def text_of() -> Callable[[bytes], list[str]]:
    """Give the words of each page of a PDF."""

    def read(pdf: bytes) -> list[str]:
        document = pypdfium2.PdfDocument(pdf)
        try:
            return [page.get_textpage().get_text_range() for page in document]
        finally:
            document.close()

    return read


@pytest.fixture
def number(app: Flask, post: Post) -> str:
    """A dossier with a charge taken, postage at half, and a charge due at the door."""
    app.extensions["clock"] = lambda: minutes(60)
    with app.app_context(), transaction() as session:
        item = take_in(
            session, post.town, money=(Money("charge", 135_000), Money("postage", 30_000, POOR))
        )
        dossier = item.legs[0].dossier
        collecting.add_due(
            session, dossier, "fee", 50_000, "delivery", post.town.officer, now=minutes(10)
        )
        return dossier.number


def due_of(app: Flask, number: str) -> int:
    with app.app_context(), transaction() as session:
        found = session.scalars(select(Dossier.id).where(Dossier.number == number)).one()
        [due] = collecting.dues_of(session, [found])[found]
        return due.id


def test_the_counter_sees_ground_and_evidence_and_each_look_is_noted(
    app: Flask, sign_in: SignIn, number: str
) -> None:
    page = sign_in(Role.CLERK).get(f"/clerk/pickups/{number}/money").text
    for told in ("Hộ nghèo", "Giấy chứng nhận hộ nghèo số 12/2026", "15.000 đồng", "50.000 đồng"):
        assert told in page
    with app.app_context(), transaction() as session:
        doors = session.scalars(select(PersonalDataView.door)).all()
        assert "receipts.dossier" in doors


def test_no_other_page_and_no_slip_tells_the_ground(
    sign_in: SignIn, number: str, text_of: Callable[[bytes], list[str]]
) -> None:
    clerk = sign_in(Role.CLERK)
    pickup = clerk.get(f"/clerk/pickups/{number}").text
    slip = "".join(text_of(clerk.get(f"/clerk/pickups/{number}/slip.pdf").data))
    receipt = "".join(text_of(clerk.get("/receipts/BL26-354100-00002.pdf").data))
    for told in (pickup, slip, receipt):
        assert "ộ nghèo" not in told
    assert "theo quy định" in slip
    assert "theo quy định" in receipt


def test_what_is_due_is_taken_at_the_counter_with_the_next_receipt(
    app: Flask, sign_in: SignIn, number: str
) -> None:
    clerk = sign_in(Role.CLERK)
    there = f"/clerk/pickups/{number}/money"
    due = due_of(app, number)
    assert clerk.send(there, form_name="collect").status_code == 404
    assert clerk.send(there, form_name="collect", due=str(due)).status_code == 302
    page = clerk.get(there).text
    assert "BL26-354100-00003" in page
    assert "Còn phải thu" not in page


def test_what_is_due_is_exempt_with_its_act_and_paper(
    app: Flask, sign_in: SignIn, number: str
) -> None:
    clerk = sign_in(Role.CLERK)
    there, due = f"/clerk/pickups/{number}/money", str(due_of(app, number))
    sent = {"form_name": "waive", "due": due, "ground": "act_full"}
    assert clerk.send(there, **sent, evidence="").status_code == 422
    assert clerk.send(there, **sent, evidence="Giấy số 7").status_code == 422
    assert clerk.send(there, **sent, evidence="Giấy số 7", act="TT mẫu").status_code == 302
    assert "Còn phải thu" not in clerk.get(there).text
    with app.app_context(), transaction() as session:
        assert len(session.scalars(select(Exemption)).all()) == 2


def test_a_due_written_by_mistake_is_withdrawn(app: Flask, sign_in: SignIn, number: str) -> None:
    clerk = sign_in(Role.CLERK)
    there, due = f"/clerk/pickups/{number}/money", str(due_of(app, number))
    sent = clerk.send(there, form_name="withdraw", due=due, reason="ghi nhầm hồ sơ")
    assert sent.status_code == 302
    assert "Còn phải thu" not in clerk.get(there).text


def test_a_wrong_receipt_is_voided_by_two_and_its_print_says_so(
    sign_in: SignIn, number: str, text_of: Callable[[bytes], list[str]]
) -> None:
    clerk, province = sign_in(Role.CLERK), sign_in(Role.PROVINCIAL)
    there = f"/clerk/pickups/{number}/money"
    assert clerk.send(there, form_name="void", receipt=RECEIPT, reason="x").status_code == 422
    sent = clerk.send(there, form_name="void", receipt=RECEIPT, reason="thu nhầm số tiền")
    assert sent.status_code == 302
    assert "chờ người thứ hai" in clerk.get("/receipts/voids").text
    page = province.get("/receipts/voids").text
    assert RECEIPT in page
    void = re.search(r'name="void" value="(\d+)"', page)
    assert void is not None
    own = clerk.send("/receipts/voids", void=void[1], answer="void")
    assert (own.status_code, "cần một người thứ hai" in own.text) == (422, True)
    assert province.send("/receipts/voids", void=void[1], answer="void").status_code == 302
    assert "Đã hủy" in clerk.get(there).text
    assert "ĐÃ HỦY" in "".join(text_of(clerk.get(f"/receipts/{RECEIPT}.pdf").data))
    balance = province.get("/province/money?from=02/03/2026&to=02/03/2026").text
    assert "Hủy biên lai" in balance
    assert "135.000" in balance


def test_the_courier_prints_what_he_took_and_nothing_else(
    app: Flask, post: Post, sign_in: SignIn, number: str
) -> None:
    with app.app_context(), transaction() as session:
        due = due_of(app, number)
        [line] = collecting.collect(session, [due], post.town.courier, now=minutes(50))
        own = line.receipt_number
    courier = sign_in(Role.COURIER)
    page = courier.get("/receipts/mine").text
    assert (own in page, RECEIPT in page, "50.000 đồng" in page) == (True, False, True)
    assert courier.get(f"/receipts/{own}.pdf").data.startswith(b"%PDF")
    assert courier.get(f"/receipts/{RECEIPT}.pdf").status_code == 404
