"""The label stocks we print on, as data: sheets, margins, gaps, the maker's article number.

All lengths are millimetres. A new stock is one line in the table. Margins and gaps follow from
the maker's label size and count on a sheet that is cut symmetrically.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from labels.errors import PositionBeyondSheet, UnknownStock
from labels.marks import Box

A4 = (210.0, 297.0)


@dataclass(frozen=True, slots=True)
class Stock:
    """A kind of label paper, in millimetres. `article` is empty where any maker's will do."""

    name: str
    article: str
    sheet_width: float
    sheet_height: float
    columns: int
    rows: int
    label_width: float
    label_height: float
    left_margin: float = 0.0
    top_margin: float = 0.0
    column_gap: float = 0.0
    row_gap: float = 0.0

    @property
    def is_roll(self) -> bool:
        """Tell whether each label is a page of its own, as on the roll of a label printer."""
        return self.places == 1

    @property
    def places(self) -> int:
        """How many labels one sheet has."""
        return self.columns * self.rows

    def place(self, position: int) -> Box:
        """Where label number `position` (from 1, row by row) stands on its sheet.

        Raises:
            PositionBeyondSheet: the sheet has no such place.
        """
        if not 1 <= position <= self.places:
            raise PositionBeyondSheet(position, self.places)
        row, column = divmod(position - 1, self.columns)
        return Box(
            self.left_margin + column * (self.label_width + self.column_gap),
            self.top_margin + row * (self.label_height + self.row_gap),
            self.label_width,
            self.label_height,
        )

    def places_from(self, start: int) -> Iterator[tuple[Box, bool]]:
        """Places without end from `start` on; true where a new sheet has to be begun before.

        Raises:
            PositionBeyondSheet: the first sheet has no place `start`.
        """
        self.place(start)
        position = start
        new_sheet = False
        while True:
            yield self.place(position), new_sheet
            new_sheet = position == self.places
            position = 1 if new_sheet else position + 1


STOCKS: dict[str, Stock] = {
    stock.name: stock
    for stock in (
        Stock("A4-2x5", "Avery L7173", *A4, 2, 5, 99.1, 57.0, 4.65, 6.0, 2.5),
        Stock("A4-2x4", "Avery L7165", *A4, 2, 4, 99.1, 67.7, 4.65, 13.1, 2.5),
        Stock("A4-2x7", "Avery L7163", *A4, 2, 7, 99.1, 38.1, 4.65, 15.15, 2.5),
        Stock("A4-2x8", "Avery L7162", *A4, 2, 8, 99.1, 33.9, 4.65, 12.9, 2.5),
        Stock("A4-3x7", "Avery L7160", *A4, 3, 7, 63.5, 38.1, 7.25, 15.15, 2.5),
        Stock("A4-3x8", "Avery L7159", *A4, 3, 8, 63.5, 33.9, 7.25, 12.9, 2.5),
        Stock("A4-3x8-70", "Avery 3475", *A4, 3, 8, 70.0, 36.0, 0.0, 4.5),
        Stock("A4-2x2", "Herma 4425", *A4, 2, 2, 105.0, 148.5),
        Stock("A6", "", 105.0, 148.0, 1, 1, 105.0, 148.0),
        Stock("100x150", "", 100.0, 150.0, 1, 1, 100.0, 150.0),
        Stock("80x50", "", 80.0, 50.0, 1, 1, 80.0, 50.0),
        Stock("50x30", "", 50.0, 30.0, 1, 1, 50.0, 30.0),
    )
}


def stock(name: str) -> Stock:
    """The stock of this name.

    Raises:
        UnknownStock: there is none.
    """
    try:
        return STOCKS[name]
    except KeyError:
        raise UnknownStock(name, tuple(STOCKS)) from None
