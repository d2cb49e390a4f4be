"""Labels of items: what must be minded stands on them, and every print is written down."""

import pypdfium2
import pytest
from sqlalchemy import select

from models.label_work import LabelPrint
from postal_app import agency_desk, calibrations, collecting, demands, label_orders, label_sheets
from postal_app.demands import Demanded, PaperBack
from postal_app.envelopes import Envelope
from postal_app.label_orders import Drawing, Speech
from postal_app.label_sheets import Sheet, TooManyCopies
from postal_app.printing import LabelCodes, PaperRefused
from tests.makers import NINE, Town, accept, bring_to_agency, make_town, minutes, take_in

pytestmark = pytest.mark.one_server

CODES = LabelCodes("https://buuchinh.example.vn", b"a key of the test's own")


@pytest.fixture
def town(session) -> Town:
    return make_town(session)


def said(pdf: bytes) -> list[str]:
    return [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf)]


def test_what_is_to_be_minded_at_the_door_stands_on_the_label(session, town):
    item = take_in(session, town)
    bring_to_agency(session, town, item)
    accept(session, town, item)
    dossier = item.legs[0].dossier
    asked = Demanded(0, in_hand=True, papers=(PaperBack("Giấy phép lái xe cũ"),))
    demands.set_demands(session, dossier, asked, town.officer, now=NINE)
    collecting.add_due(session, dossier, "fee", 135_000, "delivery", town.officer, now=NINE)
    result = agency_desk.hand_result(
        session, dossier.number, Envelope("NP2", 30), town.officer, now=minutes(200)
    )
    for stock in ("A6", "A4-2x5", "A4-3x8", "80x50"):
        sheet = Sheet(stock)
        [page] = said(
            label_sheets.labels(session, [result.number], sheet, CODES, town.officer, now=NINE)
        )
        for mark in ("PHÁT TẬN TAY", "THU HỘ 135.000", "THU HỒI GIẤY TỜ CŨ"):
            assert mark in " ".join(page.split())
        assert "Giấy phép" not in page


def test_each_print_is_written_down_and_the_next_one_says_which_it_is(session, town):
    number, other = (take_in(session, town).number for _ in range(2))

    def printed(*numbers: str, copies: int = 1) -> str:
        sheet = Sheet("A4-3x7", copies=copies)
        drawn = label_sheets.labels(session, numbers, sheet, CODES, town.clerk, now=NINE)
        return " ".join(said(drawn))

    assert "IN LẠI" not in printed(number, copies=3)
    assert printed(number, other).count("IN LẠI 1") == 1
    assert printed(other, other).count("IN LẠI") == 2
    rows = session.execute(select(LabelPrint.number, LabelPrint.copies).order_by(LabelPrint.id))
    assert rows.all() == [(number, 3), (number, 1), (other, 1), (other, 1), (other, 1)]
    for copies in (0, label_sheets.MOST_COPIES + 1):
        with pytest.raises(TooManyCopies):
            printed(number, copies=copies)


def test_the_newest_measure_of_a_printer_holds_at_its_point_alone(session, town):
    number = take_in(session, town).number
    for left in (25.0, 21.0):
        figures = (left, 20.0, 170.0, 250.0)
        calibrations.remember(session, "Máy 1", "A4-2x5", figures, town.clerk, now=NINE)
    [row] = calibrations.known(session, town.clerk)
    assert calibrations.correction(row).offset_x == pytest.approx(-1.0)
    assert calibrations.known(session, town.other_clerk) == []
    sheet = Sheet("A4-2x5", printer="Máy 1")
    pages = [
        label_sheets.labels(session, [number], one, CODES, town.clerk, now=NINE)
        for one in (sheet, Sheet("A4-2x5"))
    ]
    edges = [pypdfium2.PdfDocument(pdf)[0].get_textpage().get_charbox(0)[0] for pdf in pages]
    assert edges[1] - edges[0] == pytest.approx(72 / 25.4, abs=0.05)


def test_a_roll_printer_gets_no_sheet_and_an_order_its_parts(session, town):
    numbers = [take_in(session, town).number for _ in range(2)]
    drawing = Drawing(numbers, Sheet("100x150"), CODES, town.clerk)
    parts = list(label_orders.spoken(session, drawing, Speech("zpl", 300), now=NINE))
    assert [part.labels for part in parts] == [1, 2]
    assert all(part.content.startswith(b"^XA^PW1181") for part in parts)
    sheet = Drawing(numbers, Sheet("A4-3x8"), CODES, town.clerk)
    with pytest.raises(PaperRefused):
        label_orders.spoken(session, sheet, Speech("escpos"), now=NINE)
