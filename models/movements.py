"""Movements: each change of holder that the ledger lets stand; its shadow, rewritten at will."""

from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Code, Instant


class Movement(Base):
    """One item's way out of one holder's hands into another's.

    Number 0 is its coming into being, out of nobody's hands. The key refers to no other table:
    the ledger's own key holds the item, and checking it again would cost every scan.
    """

    __tablename__ = "movements"

    item_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    ordinal: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    fact: Mapped[UUID] = mapped_column(comment="the ledger's entry that says so")
    at: Mapped[Instant] = mapped_column(comment="when it happened")
    from_kind: Mapped[Code] = mapped_column(comment="empty: it came into being")
    from_id: Mapped[int]
    to_kind: Mapped[Code]
    to_id: Mapped[int]

    __table_args__ = (
        CheckConstraint("(from_kind = '') = (ordinal = 0)", "first_from_nobody"),
        # What came and what went, from a moment on: a holder's day and all days after it.
        Index("ix_movements_came", "to_kind", "to_id", "at"),
        Index("ix_movements_went", "from_kind", "from_id", "at"),
        # All of a day, nearly in the order in which they are written: a small index does.
        Index("ix_movements_at", "at", postgresql_using="brin"),
    )
