"""Calibrations: what a point's printers do wrong, as somebody measured it with a ruler.

Four figures of a test page are kept for each printer, by the name it has at the point, and each
stock; the newest hold. A printer that was never measured draws exactly.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from labels import calibration as paper
from labels import errors as paper_errors
from labels import stock as stocks
from labels.calibration import EXACT, Calibration, Measured
from labels.stock import Stock
from models.label_work import PrinterCalibration
from postal_app.errors import Invalid
from postal_app.places import own_point
from postal_app.printing import PaperRefused
from postal_app.rules.roles import Actor
from postal_app.rules.vietnamese import tidy
from postal_app.rules.words import Words

LONGEST_NAME = 40
FIELDS = {
    "left": Words("từ mép trái đến dấu + thứ nhất", "from the left edge to the first cross"),
    "top": Words("từ mép trên đến dấu + thứ nhất", "from the upper edge to the first cross"),
    "across": Words("từ dấu + thứ nhất sang phải", "from the first cross to the right"),
    "down": Words("từ dấu + thứ nhất xuống dưới", "from the first cross down"),
}


class PrinterUnnamed(Invalid):
    """A calibration is remembered by the printer's name."""

    words = Words(
        "Hãy đặt tên máy in (tối đa {longest} ký tự).",
        "Give the printer a name (at most {longest} characters).",
    )


class MeasuredWrongly(Invalid):
    """A figure is farther off than any sound printer is."""

    words = Words(
        "Số đo {what_vi} là {measured} mm, trong khi dấu in ở {wanted} mm; hãy đo lại, hoặc "
        "chọn tỉ lệ in 100 % rồi in lại trang thử.",
        "The distance {what_en} is said to be {measured} mm, but the mark is at {wanted} mm; "
        "measure again, or print at 100 % and print the test page anew.",
    )


def remember(
    session: Session,
    printer: str,
    stock: str,
    figures: Sequence[float],
    by: Actor,
    *,
    now: datetime,
) -> Calibration:
    """Keep what was measured on a test page, in the order of `FIELDS`; give what follows from it.

    Raises:
        PrinterUnnamed: the printer has no name.
        PaperRefused: there is no such stock.
        MeasuredWrongly: a figure cannot be right.
        Forbidden: this person works at no point.
    """
    name = tidy(printer)
    if not 0 < len(name) <= LONGEST_NAME:
        raise PrinterUnnamed(field="printer", longest=LONGEST_NAME)
    on = _stock(stock)
    try:
        found = paper.calibrated(on, Measured(*figures))
    except paper_errors.MeasuredBeyondReason as wrong:
        words = FIELDS[wrong.name]
        raise MeasuredWrongly(
            field=wrong.name,
            what_vi=words.vi,
            what_en=words.en,
            measured=f"{wrong.measured:g}".replace(".", ","),
            wanted=f"{wrong.wanted:g}".replace(".", ","),
        ) from wrong
    session.add(
        PrinterCalibration(
            point_id=own_point(by),
            printer=name,
            stock=on.name,
            measured_at=now,
            measured_by=by.account_id,
            **{f"{field}_mm": value for field, value in zip(FIELDS, figures, strict=True)},
        )
    )
    session.flush()  # the next sheet of this transaction is drawn by it
    return found


def of(session: Session, by: Actor, printer: str, on: Stock) -> Calibration:
    """Give what a printer of this person's point needs on a stock; exact where nobody measured."""
    if by.point_id is None or not tidy(printer):
        return EXACT
    newest = session.scalars(
        select(PrinterCalibration)
        .where(
            PrinterCalibration.point_id == by.point_id,
            PrinterCalibration.printer == tidy(printer),
            PrinterCalibration.stock == on.name,
        )
        .order_by(PrinterCalibration.id.desc())
        .limit(1)
    ).first()
    return EXACT if newest is None else correction(newest)


def known(session: Session, by: Actor) -> list[PrinterCalibration]:
    """Give the newest calibration of each printer and stock at this person's point."""
    newest = (
        select(func.max(PrinterCalibration.id))
        .where(PrinterCalibration.point_id == own_point(by))
        .group_by(PrinterCalibration.printer, PrinterCalibration.stock)
    )
    rows = session.scalars(
        select(PrinterCalibration)
        .where(PrinterCalibration.id.in_(newest))
        .order_by(PrinterCalibration.printer, PrinterCalibration.stock)
    )
    return list(rows)


def correction(row: PrinterCalibration) -> Calibration:
    """Give what follows from the figures of a row."""
    figures = Measured(row.left_mm, row.top_mm, row.across_mm, row.down_mm)
    return paper.calibrated(_stock(row.stock), figures)


def wanted(stock: str) -> Measured:
    """Give where the marks of a stock's test page should come out.

    Raises:
        PaperRefused: there is no such stock.
    """
    return paper.crosses(_stock(stock))


def test_page(session: Session, printer: str, stock: str, by: Actor) -> bytes:
    """Give the page to measure, for a printer that was never measured or to see how it is now.

    Raises:
        PaperRefused: there is no such stock.
    """
    on = _stock(stock)
    return paper.page_to_measure(on, of(session, by, printer, on))


def _stock(name: str) -> Stock:
    try:
        return stocks.stock(name)
    except paper_errors.PaperError as refused:
        raise PaperRefused(why=str(refused)) from refused
