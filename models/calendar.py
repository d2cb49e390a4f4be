"""The calendar as it was published: each year of the province, in one or more versions.

Nothing is edited. A later publication of a year is a new version; promises made by an earlier one
keep saying which one it was.
"""

from sqlalchemy import ARRAY, BigInteger, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Code, Day, Instant, Key
from models.places import Province


class PublishedYear(Base):
    """One version of one year: which weekdays are rest days or worked in the morning only."""

    __tablename__ = "calendar_years"

    id: Mapped[Key]
    province_id: Mapped[int] = mapped_column(ForeignKey("provinces.id"))
    year: Mapped[int]
    version: Mapped[int] = mapped_column(comment="1 is the first publication of the year")
    rest_weekdays: Mapped[list[int]] = mapped_column(ARRAY(BigInteger), comment="0 is Monday")
    half_weekdays: Mapped[list[int]] = mapped_column(ARRAY(BigInteger), comment="mornings only")
    imported_at: Mapped[Instant]
    imported_by: Mapped[str] = mapped_column(comment="sign-in name of who imported it")

    province: Mapped[Province] = relationship()
    days: Mapped[list["CalendarDay"]] = relationship(order_by="CalendarDay.day")

    __table_args__ = (
        Index("ix_calendar_years_version", "province_id", "year", "version", unique=True),
    )


class CalendarDay(Base):
    """One day that differs from its weekday, or is a holiday by its own name."""

    __tablename__ = "calendar_days"

    id: Mapped[Key]
    year_id: Mapped[int] = mapped_column(ForeignKey("calendar_years.id"))
    day: Mapped[Day]
    kind: Mapped[Code] = mapped_column(comment="holiday, rest, half or work")
    name: Mapped[str]
    source: Mapped[str] = mapped_column(comment="the announcement or decision")

    __table_args__ = (Index("ix_calendar_days_day", "year_id", "day", unique=True),)
