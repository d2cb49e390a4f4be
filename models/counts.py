"""Closing counts: what lay on a holder's table, against what the ledger said lay there.

Rows are only ever added; the database sees to it.
"""

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Code, Day, Instant, Key
from models.items import Item
from models.places import Agency, ServicePoint
from models.staff import Account


class CountSheet(Base):
    """One count (biên bản kiểm kê): whose table, when, by whom, and what the book said then."""

    __tablename__ = "count_sheets"

    id: Mapped[Key]
    number: Mapped[Code] = mapped_column(unique=True, comment="no gap per place and year")
    holder_kind: Mapped[Code]
    holder_id: Mapped[int]
    holder_name: Mapped[str] = mapped_column(comment="as it was called then")
    point_id: Mapped[int | None] = mapped_column(ForeignKey("service_points.id"), index=True)
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agencies.id"), index=True)
    blind: Mapped[bool] = mapped_column(comment="the book was not shown before the count was in")
    opening: Mapped[int] = mapped_column(comment="of the day, by the book as it stood then")
    came: Mapped[int]
    went: Mapped[int]
    note: Mapped[str]
    due_on: Mapped[Day] = mapped_column(comment="by when its differences are to be settled")
    counted_by: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    counted_at: Mapped[Instant]

    point: Mapped[ServicePoint | None] = relationship()
    agency: Mapped[Agency | None] = relationship()
    counter: Mapped[Account] = relationship()
    lines: Mapped[list["CountLine"]] = relationship(order_by="CountLine.position")

    __table_args__ = (
        CheckConstraint("num_nonnulls(point_id, agency_id) = 1", "of_one_place"),
        Index("ix_count_sheets_holder", "holder_kind", "holder_id", "counted_at"),
    )


class CountLine(Base):
    """One item of a count, or one code that names none."""

    __tablename__ = "count_lines"

    id: Mapped[Key]
    sheet_id: Mapped[int] = mapped_column(ForeignKey("count_sheets.id"))
    position: Mapped[int]
    code: Mapped[str] = mapped_column(comment="the item's number, or what was read")
    item_id: Mapped[int | None] = mapped_column(ForeignKey("items.id"), index=True)
    result: Mapped[Code] = mapped_column(comment="computed from the count and the book")
    book_kind: Mapped[Code] = mapped_column(comment="who held it by the book; empty: nobody")
    book_id: Mapped[int]
    book_name: Mapped[str]

    sheet: Mapped[CountSheet] = relationship(back_populates="lines")
    item: Mapped[Item | None] = relationship()
    settlement: Mapped["CountSettlement | None"] = relationship()

    __table_args__ = (Index("ix_count_lines_position", "sheet_id", "position", unique=True),)


class CountSettlement(Base):
    """A second person's words on a difference that no scan explains."""

    __tablename__ = "count_settlements"

    id: Mapped[Key]
    line_id: Mapped[int] = mapped_column(ForeignKey("count_lines.id"), unique=True)
    words: Mapped[str]
    settled_by: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    place: Mapped[str] = mapped_column(comment="where he worked when he said so")
    settled_at: Mapped[Instant]

    settler: Mapped[Account] = relationship()

    __table_args__ = (CheckConstraint("words <> ''", "something_said"),)
