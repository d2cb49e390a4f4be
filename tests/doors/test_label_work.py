"""The clerk's pages of labels: many at once, printers set right, numbers printed ahead."""

import re
import socket
import threading
from collections.abc import Callable
from pathlib import Path

import pypdfium2
import pytest
from flask import Flask
from sqlalchemy import select

from models.dossiers import Dossier
from models.label_work import LabelPrint, NumberFate
from postal_app import pickups, point_printers, pre_printed, printers
from postal_app.label_orders import Speech
from postal_app.point_printers import NewPrinter
from postal_app.rules.roles import Role
from routes.archive import transaction
from tests.bagging import bd13
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


def orders(app: Flask, post: Post, count: int) -> list[str]:
    with app.app_context(), transaction() as session:
        return [take_in(session, post.town).number for _ in range(count)]


def enter(app: Flask, post: Post, name: str, to: str, language: str = "zpl") -> None:
    with app.app_context(), transaction() as session:
        new = NewPrinter("354100", name, printers.destination(to), Speech(language))
        point_printers.enter(session, new, post.town.clerk, now=NINE)


def asked(numbers: list[str], **fields: str) -> dict[str, str]:
    said = {"stock": "100x150", "start": "1", "copies": "1", "printer": "", "day": ""}
    return {**said, "numbers": "\n".join(numbers), **fields}


def test_an_order_that_is_followed_tells_each_step_and_is_kept_to_be_fetched(
    app: Flask, clerk: Browser, post: Post
) -> None:
    numbers = orders(app, post, 4)
    answer = clerk.send("/clerk/labels/many", **asked(numbers, to="kept", stock="A6"))
    assert answer.is_streamed
    steps = [int(found) for found in re.findall(r'<progress value="(\d+)"', answer.text)]
    assert len(steps) > 1
    assert steps == sorted(set(steps))
    assert "Đã vẽ xong 4 nhãn" in answer.text
    path = re.search(r'href="(/clerk/print-jobs/[\w-]+/labels\.pdf)"', answer.text)[1]
    assert path in clerk.get("/clerk/print-jobs").text
    said = text_of(clerk.get(path).data)
    assert all(f"{number[:2]} {number[2:5]}" in said for number in numbers)
    dropped = clerk.send(path.replace("labels.pdf", "drop"))
    assert dropped.status_code == 302
    assert clerk.get(path).status_code == 404
    with app.app_context(), transaction() as session:
        printed = session.scalars(select(LabelPrint.number).order_by(LabelPrint.id)).all()
    assert printed == numbers


def test_the_labels_of_a_delivery_list_go_to_a_printer_of_the_point(
    app: Flask, clerk: Browser, post: Post
) -> None:
    numbers = orders(app, post, 3)
    with app.app_context(), transaction() as session:
        listed = bd13(session, post.town.clerk, post.town.courier, *numbers).number
    got: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as door:

        def listen() -> None:
            line, _ = door.accept()
            with line:
                while part := line.recv(4096):
                    got.append(part)

        listening = threading.Thread(target=listen)
        listening.start()
        enter(app, post, "Máy tem", f"tcp:127.0.0.1:{door.getsockname()[1]}")
        assert "Máy tem" in clerk.get("/clerk/labels/many").text
        answer = clerk.send("/clerk/labels/many", **asked([], to="Máy tem", list=listed))
        assert "Đã gửi 3 nhãn đến Máy tem" in answer.text
        listening.join(10)
    sent = b"".join(got)
    assert sent.count(b"^XZ") == 3
    assert [number.encode() in sent for number in numbers] == [True] * 3


def test_an_order_whose_printer_is_silent_is_kept_and_sent_again_to_another(
    app: Flask, clerk: Browser, post: Post, tmp_path: Path
) -> None:
    numbers = orders(app, post, 2)
    enter(app, post, "Máy hỏng", "spool:false")
    answer = clerk.send("/clerk/labels/many", **asked(numbers, to="Máy hỏng"))
    assert "Máy in không trả lời" in answer.text
    page = clerk.get("/clerk/print-jobs").text
    path = re.search(r'action="(/clerk/print-jobs/[\w-]+/again)"', page)[1]
    still = clerk.send(path, to="Máy hỏng")
    assert still.status_code == 409
    assert "Máy in không trả lời" in still.text
    enter(app, post, "Máy khác", f"file:{tmp_path / 'tem.zpl'}")
    assert clerk.send(path, to="Máy khác").status_code == 302
    assert (tmp_path / "tem.zpl").read_bytes().count(b"^XZ") == 2
    assert "Không có lệnh in nào chờ" in clerk.get("/clerk/print-jobs").text
    assert clerk.send(path, to="Máy khác").status_code == 404


def test_an_order_that_cannot_be_drawn_is_refused_on_its_form_and_nothing_is_written_down(
    app: Flask, clerk: Browser, post: Post
) -> None:
    numbers = orders(app, post, 1)
    enter(app, post, "Máy tem", "file:/nowhere/at/all")
    for fields, status in (
        ({"to": "Máy không có"}, 404),
        ({"to": "Máy tem", "stock": "A4-2x5"}, 422),
        ({"to": "kept", "stock": "A4-2x5", "start": "11"}, 422),
        ({"to": "kept", "list": "BD13-26-354100-99999"}, 404),
    ):
        answer = clerk.send("/clerk/labels/many", **asked(numbers, **fields))
        assert answer.status_code == status, fields
        assert "faults" in answer.text
    with app.app_context(), transaction() as session:
        assert session.scalars(select(LabelPrint)).all() == []
