"""Devices: whose phone it is that sends scans, and what it said of itself at each contact.

1. A device is registered to the person who first sends something with it, for life. Its name is a
   long random one that the phone makes and tells nobody else.
2. An administrator revokes a lost one; that is not taken back, a found phone makes itself anew.
3. A device numbers its scans. A number below its highest that never arrived is told: that scan is
   still on the phone, or lost with it.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import Range, insert
from sqlalchemy.dialects.postgresql.ranges import MultiRange
from sqlalchemy.orm import Session

from models.devices import Device, DeviceContact, DeviceRevocation
from models.sets import table_of
from postal_app.errors import Conflict, Invalid, Unknown
from postal_app.rules.clocks import Contact
from postal_app.rules.roles import Actor
from postal_app.rules.vietnamese import tidy
from postal_app.rules.words import Words

LONGEST_NAME = 64


class UnknownDevice(Unknown):
    """No device has this id."""

    words = Words("Không có máy quét này.", "There is no such device.")


class ReasonMissing(Invalid):
    """A revocation says why."""

    words = Words("Hãy ghi lý do thu hồi.", "Say why it is revoked.")


class AlreadyRevoked(Conflict):
    """Somebody revoked it before."""

    words = Words("Máy này đã bị thu hồi từ trước.", "This device has been revoked before.")


class Standing(StrEnum):
    """How a device stands with the person who sends from it."""

    NONE = ""
    OWN = "own"
    OTHERS = "others"
    REVOKED = "revoked"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Met:
    """A device as it was met; `earlier_skew_ms` is its skew at the contact before."""

    standing: Standing
    device_id: int | None = None
    earlier_skew_ms: int | None = None


def meet(session: Session, device: str, name: str, by: Actor, *, now: datetime) -> Met:
    """Give how a device stands; one that nobody knows is registered to this person.

    Args:
        session: the archive.
        device: what the phone made as its name for life; empty when it told none.
        name: what it calls itself.
        by: who is signed in on it.
        now: the server's clock.
    """
    if not device:
        return Met(Standing.UNKNOWN)
    return _known(session, device, by) or _register(session, device, name, by, now)


def note(session: Session, met: Met, contact: Contact, numbers: Sequence[int]) -> None:
    """Keep what one's own device told of its clock, and the numbers of the scans it brought."""
    if met.standing is not Standing.OWN:
        return
    session.execute(
        insert(table_of(DeviceContact)).values(
            device_id=met.device_id,
            at=contact.server_now,
            skew_ms=contact.skew_ms,
            boot=contact.boot,
            monotonic_now_ms=contact.monotonic_now_ms,
            scans=len(numbers),
            sequences=MultiRange(_runs({number for number in numbers if number > 0})),
        )
    )


def _runs(numbers: Collection[int]) -> Iterator[Range[int]]:
    """Give the runs without a gap that numbers form; a phone's are mostly one."""
    begins = sorted(number for number in numbers if number - 1 not in numbers)
    ends = sorted(number for number in numbers if number + 1 not in numbers)
    for first, last in zip(begins, ends, strict=True):
        yield Range(first, last + 1)


def revoke(session: Session, device_id: int, reason: str, by: Actor, *, now: datetime) -> None:
    """Shut a device out from now on, and say why; what it sent before stays as it is.

    Raises:
        UnknownDevice: there is none with this id.
        ReasonMissing: nothing says why.
        AlreadyRevoked: somebody did it before.
    """
    if session.get(Device, device_id) is None:
        raise UnknownDevice
    said = tidy(reason)
    if not said:
        raise ReasonMissing(field="reason")
    done = session.scalar(
        insert(DeviceRevocation)
        .values(device_id=device_id, revoked_at=now, revoked_by=by.account_id, reason=said)
        .on_conflict_do_nothing()
        .returning(DeviceRevocation.id)
    )
    if done is None:
        raise AlreadyRevoked


def _known(session: Session, device: str, by: Actor) -> Met | None:
    row = session.execute(_KNOWN, {"device": device}).one_or_none()
    if row is None:
        return None
    if row.account_id != by.account_id:
        return Met(Standing.OTHERS, row.id)
    if row.revoked is not None:
        return Met(Standing.REVOKED, row.id)
    return Met(Standing.OWN, row.id, row.skew)


_LATEST_SKEW = (
    select(DeviceContact.skew_ms)
    .where(DeviceContact.device_id == Device.id)
    .order_by(DeviceContact.at.desc(), DeviceContact.id.desc())
    .limit(1)
    .scalar_subquery()
)
_KNOWN = (
    select(
        Device.id,
        Device.account_id,
        DeviceRevocation.id.label("revoked"),
        _LATEST_SKEW.label("skew"),
    )
    .outerjoin(DeviceRevocation, DeviceRevocation.device_id == Device.id)
    .where(Device.device == bindparam("device"))
)


def _register(session: Session, device: str, name: str, by: Actor, now: datetime) -> Met:
    made = session.scalar(
        insert(Device)
        .values(
            device=device,
            name=name[:LONGEST_NAME],
            account_id=by.account_id,
            registered_at=now,
            registered_by=by.account_id,
        )
        .on_conflict_do_nothing()
        .returning(Device.id)
    )
    if made is not None:
        return Met(Standing.OWN, made)
    met = _known(session, device, by)  # its other contact of this moment was first
    if met is None:
        raise RuntimeError("a device that is there was not found")
    return met
