"""Lists of devices: when each was last heard, how its clock stood, which scans never arrived."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, Select, func, literal, select
from sqlalchemy.orm import Session, aliased

from models.devices import Device, DeviceContact, DeviceRevocation
from models.staff import Account
from postal_app.devices import UnknownDevice
from postal_app.rules.roles import Actor

PAGE = 50
MOST_GAPS = 20


class Gap(NamedTuple):
    """Numbers of scans that never arrived, both included."""

    first: int
    last: int

    @property
    def missing(self) -> int:
        """Give how many scans are missing."""
        return self.last - self.first + 1


@dataclass(frozen=True, slots=True)
class DeviceLine:
    """One device: whose, when it was last heard and what is missing of its scans.

    `gaps` holds the first few of them, `missing` counts all scans that never arrived.
    """

    id: int
    device: str
    name: str
    owner: str
    registered_at: datetime
    last_at: datetime | None
    skew_ms: int | None
    highest: int
    missing: int
    gaps: tuple[Gap, ...]
    revoked_at: datetime | None
    revoked_by: str
    reason: str


def mine(session: Session, by: Actor) -> list[DeviceLine]:
    """Give a person's own devices, the newest first."""
    rows = session.execute(_query(Device.account_id == by.account_id).order_by(Device.id.desc()))
    return [_line(row) for row in rows]


def listed(session: Session, *, page: int = 1) -> tuple[list[DeviceLine], int]:
    """Give one page of all devices, the newest first, and how many there are."""
    count = session.scalar(select(func.count()).select_from(Device)) or 0
    newest = _query(literal(value=True)).order_by(Device.id.desc())
    rows = session.execute(newest.limit(PAGE).offset((page - 1) * PAGE))
    return [_line(row) for row in rows], count


def one(session: Session, device_id: int) -> DeviceLine:
    """Give one device.

    Raises:
        UnknownDevice: there is none with this id.
    """
    row = session.execute(_query(Device.id == device_id)).one_or_none()
    if row is None:
        raise UnknownDevice
    return _line(row)


def _query(which: ColumnElement[bool]) -> Select[Any]:
    arrived = (
        select(func.range_agg(DeviceContact.sequences))
        .where(DeviceContact.device_id == Device.id)
        .scalar_subquery()
    )
    latest = (
        select(DeviceContact.at, DeviceContact.skew_ms)
        .where(DeviceContact.device_id == Device.id)
        .order_by(DeviceContact.at.desc(), DeviceContact.id.desc())
        .limit(1)
        .lateral()
    )
    revoker = aliased(Account)
    return (
        select(
            Device,
            Account.full_name.label("owner"),
            latest.c.at.label("last_at"),
            latest.c.skew_ms,
            arrived.label("arrived"),
            DeviceRevocation.revoked_at,
            DeviceRevocation.reason,
            revoker.full_name.label("revoked_by"),
        )
        .join(Account, Account.id == Device.account_id)
        .outerjoin(latest, literal(value=True))
        .outerjoin(DeviceRevocation, DeviceRevocation.device_id == Device.id)
        .outerjoin(revoker, revoker.id == DeviceRevocation.revoked_by)
        .where(which)
    )


def _line(row: Row[Any]) -> DeviceLine:
    device: Device = row.Device
    gaps, highest = _gaps(row.arrived or ())
    return DeviceLine(
        device.id,
        device.device,
        device.name,
        row.owner,
        device.registered_at,
        row.last_at,
        row.skew_ms,
        highest,
        sum(gap.missing for gap in gaps),
        tuple(gaps[:MOST_GAPS]),
        row.revoked_at,
        row.revoked_by or "",
        row.reason or "",
    )


def _gaps(arrived: Sequence[Any]) -> tuple[list[Gap], int]:
    """Give what is missing below the highest number that arrived, and that number."""
    gaps, expected = [], 1
    for span in arrived:
        if span.lower > expected:
            gaps.append(Gap(expected, span.lower - 1))
        expected = span.upper
    return gaps, expected - 1
