"""Devices: which phone is whose, what it said at each contact, and which ones are shut out.

Rows are only ever added, so that a scan can be held against what was known of its device.
"""

from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, desc
from sqlalchemy.dialects.postgresql import INT8MULTIRANGE
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Code, Instant, Key


class Device(Base):
    """A phone, or a browser that scans, registered to one account for life."""

    __tablename__ = "devices"

    id: Mapped[Key]
    device: Mapped[Code] = mapped_column(unique=True, comment="made by the phone")
    name: Mapped[str] = mapped_column(comment="what it calls itself; empty: nothing")
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    registered_at: Mapped[Instant]
    registered_by: Mapped[int] = mapped_column(ForeignKey("accounts.id"))


class DeviceRevocation(Base):
    """From when on nothing a device sends is recorded; it is not taken back."""

    __tablename__ = "device_revocations"

    id: Mapped[Key]
    device_id: Mapped[int] = mapped_column(ForeignKey("devices.id"), unique=True)
    revoked_at: Mapped[Instant]
    revoked_by: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    reason: Mapped[str]


class DeviceContact(Base):
    """One batch of a device: how its clock stood, and which of its scans had arrived by it."""

    __tablename__ = "device_contacts"

    id: Mapped[Key]
    device_id: Mapped[int] = mapped_column(ForeignKey("devices.id"))
    at: Mapped[Instant] = mapped_column(comment="server's clock")
    skew_ms: Mapped[int | None] = mapped_column(
        BigInteger, comment="server minus device; none: it told no time"
    )
    boot: Mapped[Code]
    monotonic_now_ms: Mapped[int | None] = mapped_column(BigInteger)
    scans: Mapped[int] = mapped_column(comment="how many came with it")
    sequences: Mapped[Any] = mapped_column(INT8MULTIRANGE, comment="their numbers on the device")

    __table_args__ = (Index("ix_device_contacts_latest", "device_id", desc("at")),)
