"""What the post promises: published transit standards, and the promise of each item."""

from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Code, Day, Instant, Key


class TransitStandard(Base):
    """A published transit time for one kind of leg and distance, from day to day (inclusive).

    A later one ends it; nothing else of it is ever edited.
    """

    __tablename__ = "transit_standards"

    id: Mapped[Key]
    leg: Mapped[Code] = mapped_column(comment="submission or result")
    zone: Mapped[str] = mapped_column(comment="as published")
    up_to_km: Mapped[int | None] = mapped_column(comment="none: any distance")
    first_attempt_days: Mapped[int] = mapped_column(comment="working days")
    delivery_days: Mapped[int] = mapped_column(comment="working days")
    cut_off_hour: Mapped[int] = mapped_column(comment="of Việt Nam; 24: none")
    valid_from: Mapped[Day]
    valid_to: Mapped[Day | None]
    source: Mapped[str] = mapped_column(comment="the announcement or decision")
    imported_at: Mapped[Instant]
    imported_by: Mapped[str] = mapped_column(comment="sign-in name of who imported it")

    __table_args__ = (
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", "valid_days"),
        CheckConstraint("0 <= first_attempt_days", "first_attempt_not_negative"),
        CheckConstraint("first_attempt_days <= delivery_days", "attempt_before_delivery"),
        CheckConstraint("cut_off_hour BETWEEN 0 AND 24", "cut_off_hour"),
        CheckConstraint("up_to_km > 0", "distance"),
        # Two imports at once cannot leave two standards in force for one kind and distance.
        Index(
            "ix_transit_standards_open",
            "leg",
            text("coalesce(up_to_km, 0)"),
            unique=True,
            postgresql_where=text("valid_to IS NULL"),
        ),
    )


class Promise(Base):
    """What was promised of an item when it began its way, by what was published on that day.

    Never recomputed. A start that was corrected leaves its promise behind and the new one makes
    its own; the one that holds is that of the item's present start. Without a standard the days
    are empty: nothing was promised, and that stays so.
    """

    __tablename__ = "promises"

    id: Mapped[Key]
    item_id: Mapped[int] = mapped_column(ForeignKey("items.id"))
    started_at: Mapped[Instant] = mapped_column(comment="when the item began its way")
    fact: Mapped[UUID] = mapped_column(comment="the entry that says so")
    made_at: Mapped[Instant]
    standard_id: Mapped[int | None] = mapped_column(ForeignKey("transit_standards.id"))
    counted_from: Mapped[Day | None]
    first_attempt_due: Mapped[Day | None] = mapped_column(comment="last day of the limit")
    delivery_due: Mapped[Day | None] = mapped_column(comment="last day of the limit")
    calendar_version: Mapped[str] = mapped_column(comment="by which its days were reckoned")
    unpublished_years: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    terms_id: Mapped[int | None] = mapped_column(
        ForeignKey("procedure_terms.id"), comment="the catalogue's row; none: not in it"
    )
    form_version: Mapped[Code]
    price_version: Mapped[str] = mapped_column(comment="of the tariff; empty: none is published")

    standard: Mapped[TransitStandard | None] = relationship()

    __table_args__ = (
        CheckConstraint(
            "num_nulls(standard_id, counted_from, first_attempt_due, delivery_due) IN (0, 4)",
            "whole_or_nothing",
        ),
        CheckConstraint(
            "counted_from <= first_attempt_due AND first_attempt_due <= delivery_due",
            "limits_in_order",
        ),
        Index("ix_promises_item_started_at", "item_id", "started_at", unique=True),
    )
