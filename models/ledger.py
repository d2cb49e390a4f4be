"""The ledger: what happened to each item and bag. Only ever added to; the database sees to it."""

from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TEXT
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Code, Instant, Key


class LedgerEntry(Base):
    """One fact about one item or one bag, chained by digest to the fact of it before.

    Partitioned by the month of `recorded_at`, which is why that column stands in the key.
    """

    __tablename__ = "ledger"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    recorded_at: Mapped[Instant] = mapped_column(primary_key=True, comment="server's clock")
    item_id: Mapped[int | None] = mapped_column(ForeignKey("items.id"))
    bag_id: Mapped[int | None] = mapped_column(ForeignKey("bags.id"))
    position: Mapped[int] = mapped_column(comment="1 for the item's first entry")
    fact: Mapped[UUID] = mapped_column(comment="made where it happened; for life")
    kind: Mapped[Code]
    occurred_at: Mapped[Instant] = mapped_column(comment="device time set right by its skew")
    device_at: Mapped[Instant | None] = mapped_column(comment="as the device told it")
    device: Mapped[Code] = mapped_column(comment="empty when typed at a desk")
    boot: Mapped[Code]
    monotonic_ms: Mapped[int | None] = mapped_column(BigInteger)
    sequence: Mapped[int] = mapped_column(BigInteger)
    skew_ms: Mapped[int] = mapped_column(BigInteger, comment="server minus device at contact")
    error_ms: Mapped[int | None] = mapped_column(
        BigInteger, comment="how far off occurred_at may be; none: nobody measured"
    )
    giver_kind: Mapped[Code] = mapped_column(comment="as claimed; empty: nobody claimed it")
    giver_id: Mapped[int]
    taker_kind: Mapped[Code]
    taker_id: Mapped[int]
    condition: Mapped[Code] = mapped_column(comment="as looked at; empty: nobody looked")
    corrects: Mapped[UUID | None]
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignments.id"))
    details: Mapped[dict[str, Any]] = mapped_column(JSONB, comment="no personal data")
    anomalies: Mapped[list[str]] = mapped_column(ARRAY(TEXT))
    commitment: Mapped[bytes] = mapped_column(comment="of the personal part; empty: none")
    previous: Mapped[bytes]
    digest: Mapped[bytes]

    __table_args__ = (
        Index("ix_ledger_item", "item_id", "position"),
        Index("ix_ledger_fact", "fact"),
        # What a first attempt is not, and what takes it back: a few rows in a hundred.
        Index(
            "ix_ledger_attempts",
            "item_id",
            "kind",
            postgresql_where=text("kind IN ('attempt_failed', 'corrected')"),
        ),
        # What asks for a record of an incident: a few rows in a thousand.
        Index(
            "ix_ledger_harm",
            "item_id",
            postgresql_where=text(
                "kind IN ('damaged', 'seal_broken', 'lost', 'missing_from_bag')"
                " OR condition = 'resealed'"
            ),
        ),
        CheckConstraint("(item_id IS NULL) <> (bag_id IS NULL)", "one_thing"),
        Index("ix_ledger_bag", "bag_id", "position", postgresql_where=text("bag_id IS NOT NULL")),
        # What was ever put in a bag, and what was said to be taken out of it.
        Index("ix_ledger_packed", "taker_id", postgresql_where=text("taker_kind = 'bag'")),
        Index(
            "ix_ledger_unpacked",
            text("(details ->> 'bag')"),
            postgresql_where=text("kind = 'unbagged'"),
        ),
        # The scans that name a list, and its lines.
        Index(
            "ix_ledger_handover",
            text("(details ->> 'handover')"),
            postgresql_where=text("details ? 'handover'"),
        ),
        {"postgresql_partition_by": "RANGE (recorded_at)"},
    )


class PersonalFact(Base):
    """The personal part of an entry, erasable without breaking the chain (salted commitment)."""

    __tablename__ = "personal_facts"

    fact: Mapped[UUID] = mapped_column(primary_key=True)
    salt: Mapped[bytes]
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)


class ScanReceipt(Base):
    """That a scan arrived; its id is single for life.

    What became of it stands in the ledger under the same id, or among the refused scans.
    """

    __tablename__ = "scan_receipts"

    scan_id: Mapped[UUID] = mapped_column(primary_key=True)
    content_digest: Mapped[bytes]
    received_at: Mapped[Instant]
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))


class RefusedScan(Base):
    """A scan that could be tied to nothing, kept raw with its reason."""

    __tablename__ = "refused_scans"

    id: Mapped[Key]
    scan_id: Mapped[UUID] = mapped_column(unique=True)
    raw: Mapped[dict[str, Any]] = mapped_column(JSONB)
    reason: Mapped[Code]
    received_at: Mapped[Instant]
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignments.id"))


class Correction(Base):
    """A mistake one person found and a second one must confirm before the ledger says so."""

    __tablename__ = "corrections"

    id: Mapped[Key]
    item_id: Mapped[int] = mapped_column(ForeignKey("items.id"), index=True)
    fact: Mapped[UUID] = mapped_column(comment="the entry that is wrong")
    reason: Mapped[str]
    asked_by: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    asked_at: Mapped[Instant]
    settled_by: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    settled_at: Mapped[Instant | None]
    approved: Mapped[bool | None]

    __table_args__ = (
        Index("ix_corrections_open", "asked_at", postgresql_where=text("settled_at IS NULL")),
    )
