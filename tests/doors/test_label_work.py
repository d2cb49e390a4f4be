"""The clerk's pages of labels: many at once, printers set right, numbers printed ahead."""

import re
from collections.abc import Callable

import pypdfium2
import pytest
from flask import Flask
from sqlalchemy import select

from models.dossiers import Dossier
from models.label_work import LabelPrint, NumberFate
from postal_app import pickups, pre_printed
from postal_app.rules.roles import Role
from routes.archive import transaction
from tests.doors.conftest import Browser, Post
from tests.makers import NINE, pickup_of, take_in

SignIn = Callable[[Role], Browser]


@pytest.fixture
def clerk(sign_in: SignIn) -> Browser:
    return sign_in(Role.CLERK)


def text_of(pdf: bytes) -> str:
    return " ".join(p.get_textpage().get_text_range() for p in pypdfium2.PdfDocument(pdf))


def test_a_whole_days_labels_or_a_list_come_as_one_paper(
    app: Flask, clerk: Browser, post: Post
) -> None:
    with app.app_context(), transaction() as session:
        numbers = [take_in(session, post.town).number for _ in range(3)]
    asked = {"stock": "A4-3x8", "start": "2", "copies": "1", "printer": "", "day": "02/03/2026"}
    day = clerk.send("/clerk/labels/many", **asked, numbers="")
    assert day.mimetype == "application/pdf"
    assert day.headers["X-Labels"] == "3"
    listed = clerk.send("/clerk/labels/many", **asked, numbers=f"{numbers[1]}\n")
    assert "IN LẠI 1" in text_of(listed.data)
    nobody = clerk.send("/clerk/labels/many", **asked, numbers="RH000000005VN")
    assert nobody.status_code == 404
    none = clerk.send("/clerk/labels/many", **{**asked, "day": "01/03/2026"}, numbers="")
    assert "Mỗi lần in từ 1 đến 10000 nhãn" in none.text
    with app.app_context(), transaction() as session:
        printed = session.scalars(select(LabelPrint.number).order_by(LabelPrint.id)).all()
    assert printed == [*numbers, numbers[1]]


def test_a_measured_printer_prints_where_it_should(app: Flask, clerk: Browser, post: Post) -> None:
    with app.app_context(), transaction() as session:
        number = take_in(session, post.town).number
    figures = {"left": "22,0", "top": "20", "across": "161,5", "down": "250"}
    page = clerk.get("/clerk/printers/test.pdf?stock=A4-2x5")
    assert "20 mm" in text_of(page.data)
    kept = clerk.send("/clerk/printers", printer="Máy quầy 1", stock="A4-2x5", **figures)
    assert kept.status_code == 302
    assert "Máy quầy 1" in clerk.get("/clerk/printers").text
    address = f"/clerk/labels.pdf?number={number}&stock=A4-2x5"
    plain = clerk.get(address)
    set_right = clerk.get(f"{address}&printer=Máy quầy 1")
    assert left_edge(set_right.data) < left_edge(plain.data)
    far_off = clerk.send(
        "/clerk/printers", printer="Máy quầy 1", stock="A4-2x5", **{**figures, "across": "100"}
    )
    assert far_off.status_code == 422
    assert "hãy đo lại" in far_off.text


def left_edge(pdf: bytes) -> int:
    grey = pypdfium2.PdfDocument(pdf)[0].render(scale=4).to_pil().convert("L")
    return grey.point(lambda level: 255 - level).getbbox()[0]


def test_a_point_gets_a_range_prints_it_and_a_pickup_binds_a_label_by_its_scan(
    app: Flask, clerk: Browser, post: Post
) -> None:
    assert clerk.send("/clerk/label-ranges", form_name="give", count="24").status_code == 302
    page = clerk.get("/clerk/label-ranges").text
    address = re.search(r'action="(/clerk/label-ranges/\d+/labels\.pdf)"', page)[1]
    with app.app_context(), transaction() as session:
        dossier = pickups.open_pickup(session, pickup_of(), post.town.clerk, now=NINE)
        [account] = pre_printed.accounts(session, post.town.clerk)
        spoiled, bound, *_ = pre_printed.unused(session, account.range.id, post.town.clerk)
        number = dossier.number
    printed = text_of(clerk.get(f"{address}?stock=A4-3x8").data)
    assert printed.count("NHÃN IN SẴN") == 24
    way = f"/clerk/pickups/{number}"
    assert "Quét nhãn in sẵn" in clerk.get(way).text
    assert clerk.send(way, form_name="bind", label_number=bound.lower()).status_code == 302
    asked = {"form_name": "settle", "fate": "spoiled", "reason": "kẹt giấy"}
    assert clerk.send("/clerk/label-ranges", number=spoiled, **asked).status_code == 302
    twice = clerk.send("/clerk/label-ranges", number=bound, **asked)
    assert twice.status_code == 409
    with app.app_context(), transaction() as session:
        kept = session.scalars(select(Dossier).where(Dossier.number == number)).one()
        fates = dict(session.execute(select(NumberFate.number, NumberFate.fate)).all())
        assert kept.reserved_number == bound
    assert {fates.pop(spoiled), fates.pop(bound), *fates.values()} == {
        "spoiled",
        "used",
        "given_up",
    }


def test_a_letter_that_no_label_can_show_is_told_before_it_is_printed(
    app: Flask, clerk: Browser, post: Post
) -> None:
    with app.app_context(), transaction() as session:
        item = take_in(session, post.town)
        item.agency.name = "Sở 漢"
        number = item.number
    page = clerk.get("/clerk/labels").text
    assert "Có chữ không in được trên nhãn" in page
    assert re.search(rf"{number}</span>: 漢", page)
