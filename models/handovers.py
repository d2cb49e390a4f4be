"""Hand-overs: the giver's numbered lists, that a taker has counted to the end, and differences.

What the taker took is told by his scans in the ledger, which name the list; no row here says it.
Rows are only ever added, but for a difference, which is closed when what made it is gone.
"""

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.bags import Bag
from models.base import Base, Code, Dong, Instant, Key
from models.items import Item
from models.places import ServicePoint
from models.staff import Account


class Handover(Base):
    """A list by which a point gives bags and items to another point (BD10) or a courier (BD13)."""

    __tablename__ = "handovers"

    id: Mapped[Key]
    number: Mapped[Code] = mapped_column(unique=True)
    kind: Mapped[Code] = mapped_column(comment="bd10 or bd13")
    from_point_id: Mapped[int] = mapped_column(ForeignKey("service_points.id"))
    to_kind: Mapped[Code] = mapped_column(comment="a point or a courier")
    to_id: Mapped[int]
    given_by: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignments.id"))
    given_at: Mapped[Instant] = mapped_column(comment="when it was given, told by the giver")
    recorded_at: Mapped[Instant] = mapped_column(comment="server's clock")

    from_point: Mapped[ServicePoint] = relationship()
    giver: Mapped[Account] = relationship()
    lines: Mapped[list["HandoverLine"]] = relationship(
        back_populates="handover", order_by="HandoverLine.position"
    )
    cancelled: Mapped["HandoverCancelled | None"] = relationship(back_populates="handover")

    __table_args__ = (
        Index("ix_handovers_from", "from_point_id", "id"),
        Index("ix_handovers_to", "to_kind", "to_id", "id"),
    )


class HandoverLine(Base):
    """One bag or one loose item of a list, under its order number."""

    __tablename__ = "handover_lines"

    id: Mapped[Key]
    handover_id: Mapped[int] = mapped_column(ForeignKey("handovers.id"))
    position: Mapped[int]
    item_id: Mapped[int | None] = mapped_column(ForeignKey("items.id"), index=True)
    bag_id: Mapped[int | None] = mapped_column(ForeignKey("bags.id"), index=True)
    line_type: Mapped[Code] = mapped_column(comment="ordinary, hcc, or cod with money to collect")
    amount_due: Mapped[Dong] = mapped_column(comment="money to collect; 0 for none")

    handover: Mapped[Handover] = relationship(back_populates="lines")
    item: Mapped[Item | None] = relationship()
    bag: Mapped[Bag | None] = relationship()

    __table_args__ = (
        CheckConstraint("(item_id IS NULL) <> (bag_id IS NULL)", "one_thing"),
        Index("ix_handover_lines_position", "handover_id", "position", unique=True),
    )


class HandoverCancelled(Base):
    """That a list was cancelled before anybody took anything, and why."""

    __tablename__ = "handovers_cancelled"

    id: Mapped[Key]
    handover_id: Mapped[int] = mapped_column(ForeignKey("handovers.id"), unique=True)
    reason: Mapped[str]
    cancelled_by: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    cancelled_at: Mapped[Instant]

    handover: Mapped[Handover] = relationship(back_populates="cancelled")


class HandoverCounted(Base):
    """That a taker says he has scanned all there was; what is not scanned then is missing.

    By the list's number, because a taker may be done before the giver's list is here.
    """

    __tablename__ = "handovers_counted"

    id: Mapped[Key]
    number: Mapped[Code] = mapped_column(comment="of the list, as its paper says it")
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    taker_kind: Mapped[Code]
    taker_id: Mapped[int]
    counted_at: Mapped[Instant]

    __table_args__ = (Index("ix_handovers_counted_number", "number", "account_id", unique=True),)


class Difference(Base):
    """A line of a hand-over, or of an opened bag, on which giver and taker do not agree.

    What makes it is computed from their facts. It is gone when a correction makes them agree, and
    settled by the word of somebody who is neither of the two.
    """

    __tablename__ = "handover_differences"

    id: Mapped[Key]
    outcome: Mapped[Code]
    handover_id: Mapped[int | None] = mapped_column(ForeignKey("handovers.id"))
    opened_bag_id: Mapped[int | None] = mapped_column(
        ForeignKey("bags.id"), comment="in whose opening it showed"
    )
    item_id: Mapped[int | None] = mapped_column(ForeignKey("items.id"))
    bag_id: Mapped[int | None] = mapped_column(ForeignKey("bags.id"))
    fact: Mapped[UUID | None] = mapped_column(comment="the taker's, or the second taker's")
    owner_point_id: Mapped[int] = mapped_column(ForeignKey("service_points.id"))
    giver_account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    taker_account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    opened_at: Mapped[Instant]
    due_at: Mapped[Instant]
    gone_at: Mapped[Instant | None] = mapped_column(comment="a correction made them agree")
    settled_by: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    settled_at: Mapped[Instant | None]
    said: Mapped[str] = mapped_column(comment="the word of whoever settled it")

    handover: Mapped[Handover | None] = relationship()
    opened_bag: Mapped[Bag | None] = relationship(foreign_keys=opened_bag_id)
    item: Mapped[Item | None] = relationship()
    bag: Mapped[Bag | None] = relationship(foreign_keys=bag_id)
    owner_point: Mapped[ServicePoint] = relationship()
    giver: Mapped[Account] = relationship(foreign_keys=giver_account_id)
    taker: Mapped[Account | None] = relationship(foreign_keys=taker_account_id)

    __table_args__ = (
        CheckConstraint("(item_id IS NULL) <> (bag_id IS NULL)", "one_thing"),
        Index(
            "ix_handover_differences_open",
            "due_at",
            postgresql_where=text("settled_at IS NULL AND gone_at IS NULL"),
        ),
        # Two batches that find the same one at once open it once.
        Index(
            "ix_handover_differences_once",
            "outcome",
            "handover_id",
            "opened_bag_id",
            "item_id",
            "bag_id",
            "fact",
            unique=True,
            postgresql_nulls_not_distinct=True,
            postgresql_where=text("gone_at IS NULL"),
        ),
        Index("ix_handover_differences_item", "item_id"),
        Index("ix_handover_differences_handover", "handover_id"),
        Index("ix_handover_differences_opened_bag", "opened_bag_id"),
    )
