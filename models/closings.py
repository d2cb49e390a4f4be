"""Months that were closed: what was signed, by whom, and what the ledger was then.

Rows are only ever added; the database sees to it.
"""

from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Code, Day, Instant
from models.staff import Account, Assignment


class MonthClosing(Base):
    """One calendar month as it was signed; `digest` covers the row and the closing before it.

    `log_size` to `log_code` are of the newest checkpoint then; nothing and 0 before the first.
    """

    __tablename__ = "month_closings"

    number: Mapped[int] = mapped_column(
        primary_key=True, autoincrement=False, comment="from 1, in the order of closing"
    )
    first: Mapped[Day] = mapped_column(unique=True, comment="the month's first day")
    closed_at: Mapped[Instant] = mapped_column(comment="the figures are of this moment")
    closed_by: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignments.id"))
    signer: Mapped[str] = mapped_column(comment="as he was called then")
    role: Mapped[Code] = mapped_column(comment="in which he signed")
    place: Mapped[str] = mapped_column(comment="where he worked when he signed")
    figures: Mapped[dict[str, int]] = mapped_column(JSONB, comment="every figure by its name")
    book: Mapped[dict[str, Any]] = mapped_column(JSONB, comment="what the page showed")
    checkpoint: Mapped[int | None] = mapped_column(
        ForeignKey("checkpoints.number"), comment="the newest then; none: before the first"
    )
    log_size: Mapped[int] = mapped_column(comment="leaves under its root")
    log_root: Mapped[bytes]
    log_code: Mapped[Code]
    seen_id: Mapped[int] = mapped_column(comment="highest entry there was in the ledger")
    previous: Mapped[bytes] = mapped_column(unique=True, comment="digest of the closing before it")
    digest: Mapped[bytes]

    closer: Mapped[Account] = relationship()
    assignment: Mapped[Assignment] = relationship()

    __table_args__ = (CheckConstraint("extract(day FROM first) = 1", "of_a_whole_month"),)
