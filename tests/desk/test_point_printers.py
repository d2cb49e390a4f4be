"""Printers of a point: entered anew when they move, withdrawn, and no other point's business."""

import pytest
from sqlalchemy import delete, update
from sqlalchemy.exc import DBAPIError

from models.label_work import PointPrinter
from postal_app import point_printers
from postal_app.calibrations import PrinterUnnamed
from postal_app.label_orders import Speech
from postal_app.places import UnknownPoint
from postal_app.point_printers import NewPrinter, UnknownPrinter
from postal_app.printers import destination
from tests.makers import NINE, Town, make_town, minutes

ZPL = Speech("zpl", 300)
COUNTER = NewPrinter("354100", "Máy tem quầy 1", destination("tcp:192.168.1.20"), ZPL)


@pytest.fixture
def town(session) -> Town:
    return make_town(session)


def test_a_printer_that_moves_is_entered_anew_and_the_newest_holds(session, town):
    point_printers.enter(session, COUNTER, town.clerk, now=NINE)
    moved = NewPrinter("354100", " Máy tem  quầy 1 ", destination("spool:lp -d tem"), Speech())
    point_printers.enter(session, moved, town.clerk, now=minutes(1))
    [known] = point_printers.of_point(session, town.clerk)
    assert known is point_printers.get(session, "Máy tem quầy 1", town.clerk)
    assert str(point_printers.destination_of(known)) == "spool:lp -d tem"
    assert (known.language, known.dots_per_inch) == ("pdf", 203)


def test_a_printer_is_chosen_at_its_own_point_until_it_is_withdrawn(session, town):
    point_printers.enter(session, COUNTER, town.clerk, now=NINE)
    assert point_printers.of_point(session, town.other_clerk) == []
    with pytest.raises(UnknownPrinter):
        point_printers.get(session, COUNTER.name, town.other_clerk)
    point_printers.withdraw(session, "354100", COUNTER.name, town.clerk, now=minutes(1))
    assert point_printers.listed(session) == []
    for gone in (COUNTER.name, "Máy nào đó"):
        with pytest.raises(UnknownPrinter):
            point_printers.get(session, gone, town.clerk)
        with pytest.raises(UnknownPrinter):
            point_printers.withdraw(session, "354100", gone, town.clerk, now=minutes(2))
    point_printers.enter(session, COUNTER, town.clerk, now=minutes(3))
    assert point_printers.get(session, COUNTER.name, town.clerk).language == "zpl"


def test_a_printer_without_a_name_or_at_no_point_is_refused(session, town):
    nameless = NewPrinter("354100", " ", COUNTER.to, ZPL)
    nowhere = NewPrinter("999999", "Máy 1", COUNTER.to, ZPL)
    with pytest.raises(PrinterUnnamed):
        point_printers.enter(session, nameless, town.clerk, now=NINE)
    with pytest.raises(UnknownPoint):
        point_printers.enter(session, nowhere, town.clerk, now=NINE)


def test_where_a_printer_stood_is_never_changed(session, town):
    point_printers.enter(session, COUNTER, town.clerk, now=NINE)
    for change in (update(PointPrinter).values(destination="file:/x"), delete(PointPrinter)):
        with pytest.raises(DBAPIError), session.begin_nested():
            session.execute(change)
