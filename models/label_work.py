"""Work with labels: what was printed, how printers are set right, numbers printed ahead.

All but a range's counter are only ever added to: the newest calibration holds, and a number that
came to its end has one row that says which.
"""

from sqlalchemy import CheckConstraint, Float, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Code, Instant, Key
from models.places import ServicePoint

# Two letters and eight digits as one number, so that ranges of different letters never meet.
_FIRST = "(ascii(prefix) * 26 + ascii(substr(prefix, 2)))::bigint * 100000000 + first_serial"
_LAST = "(ascii(prefix) * 26 + ascii(substr(prefix, 2)))::bigint * 100000000 + last_serial"


class LabelPrint(Base):
    """One printing of one item's label; from the second on the label says that it is one."""

    __tablename__ = "label_prints"

    id: Mapped[Key]
    number: Mapped[Code] = mapped_column(comment="of the item")
    stock: Mapped[Code]
    copies: Mapped[int]
    printed_at: Mapped[Instant]
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignments.id"))

    __table_args__ = (
        CheckConstraint("copies BETWEEN 1 AND 20", "copies_of_a_label"),
        Index("ix_label_prints_number", "number"),
    )


class PrinterCalibration(Base):
    """What a point's printer does wrong with a stock, as measured on a test page."""

    __tablename__ = "printer_calibrations"

    id: Mapped[Key]
    point_id: Mapped[int] = mapped_column(ForeignKey("service_points.id"))
    printer: Mapped[str] = mapped_column(comment="as the people of the point call it")
    stock: Mapped[Code]
    left_mm: Mapped[float] = mapped_column(Float, comment="from the edge to the first cross")
    top_mm: Mapped[float] = mapped_column(Float)
    across_mm: Mapped[float] = mapped_column(Float, comment="from the first to the second cross")
    down_mm: Mapped[float] = mapped_column(Float)
    measured_at: Mapped[Instant]
    measured_by: Mapped[int] = mapped_column(ForeignKey("accounts.id"))

    __table_args__ = (
        Index("ix_printer_calibrations_newest", "point_id", "printer", "stock", "id"),
    )


class PointPrinter(Base):
    """Where a printer of a point stands and how it is spoken to; the newest of a name holds."""

    __tablename__ = "point_printers"

    id: Mapped[Key]
    point_id: Mapped[int] = mapped_column(ForeignKey("service_points.id"))
    name: Mapped[str] = mapped_column(comment="as the people of the point call it")
    destination: Mapped[str] = mapped_column(comment="empty: it is used no more")
    language: Mapped[Code] = mapped_column(comment="pdf, zpl or escpos")
    dots_per_inch: Mapped[int]
    entered_at: Mapped[Instant]
    entered_by: Mapped[int] = mapped_column(ForeignKey("accounts.id"))

    point: Mapped[ServicePoint] = relationship()

    __table_args__ = (Index("ix_point_printers_newest", "point_id", "name", "id"),)


class NumberRange(Base):
    """Item numbers that a point was given to print ahead; no two ranges share a number.

    `next_serial` is the first that nobody has drawn; its row's lock makes each number single.
    """

    __tablename__ = "number_ranges"

    id: Mapped[Key]
    point_id: Mapped[int] = mapped_column(ForeignKey("service_points.id"), index=True)
    prefix: Mapped[Code] = mapped_column(comment="service letters, e.g. RH")
    first_serial: Mapped[int]
    last_serial: Mapped[int]
    next_serial: Mapped[int]
    given_at: Mapped[Instant]
    given_to: Mapped[int] = mapped_column(ForeignKey("accounts.id"))

    point: Mapped[ServicePoint] = relationship()

    __table_args__ = (
        CheckConstraint("prefix ~ '^[A-Z]{2}$'", "service_letters"),
        CheckConstraint(
            "0 <= first_serial AND first_serial <= last_serial AND last_serial <= 99999999",
            "serials_in_eight_digits",
        ),
        CheckConstraint(
            "next_serial BETWEEN first_serial AND last_serial + 1", "next_within_the_range"
        ),
        ExcludeConstraint(
            (text(f"int8range({_FIRST}, {_LAST}, '[]')"), "&&"),
            name="never_overlapping_number_ranges",
            using="gist",
        ),
    )


class NumberFate(Base):
    """How a number came to its end: used, spoiled, lost, or given up for a pre-printed one."""

    __tablename__ = "number_fates"

    number: Mapped[Code] = mapped_column(primary_key=True, comment="UPU S10; each once")
    range_id: Mapped[int | None] = mapped_column(
        ForeignKey("number_ranges.id"), index=True, comment="none: of the common series"
    )
    fate: Mapped[Code]
    reason: Mapped[str] = mapped_column(comment="why it is spoiled or lost, or for which dossier")
    settled_at: Mapped[Instant]
    settled_by: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
