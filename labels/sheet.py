"""Label sheets: many labels, one after the other, on the places of a stock."""

from collections.abc import Iterable

from labels.label import Label
from labels.label_layout import lay_out
from labels.pen import Pen
from labels.stock import Stock


def render(labels: Iterable[Label], stock: Stock, start: int = 1) -> bytes:
    """A PDF of the labels in their order, the first on place `start` of a half-used sheet.

    The labels are taken one at a time, so the caller may make them as they are drawn. No label
    at all gives one empty sheet. The same labels give the same bytes.

    Raises:
        PositionBeyondSheet: the sheet has no place `start`.
        NotAlphanumeric, CodeDoesNotFit: a label's code cannot be drawn so that it scans.
    """
    stock.place(start)
    pen = Pen(stock.sheet_width, stock.sheet_height, f"Nhãn bưu gửi {stock.name}")
    for label, (place, is_new_sheet) in zip(labels, stock.places_from(start), strict=False):
        if is_new_sheet:
            pen.next_page()
        pen.draw(lay_out(label, stock.label_width, stock.label_height), place.x, place.y)
    pen.next_page()
    return pen.finished()
