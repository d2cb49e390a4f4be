"""Clocks: when a scan happened, by a device whose clock may be anything, and how far off that is.

1. At each contact a device tells its wall clock and, when it can, its monotonic clock: one that
   counts since the device's boot and that nobody sets. Ours is read once, when the batch arrives.
2. A scan of the same boot lies as long before the contact as the monotonic clock counted since.
   A wall clock set by hand, or fallen back to 1970 in between, changes nothing about that.
   Only where more time passed by the wall clock than by the monotonic one, the latter may have
   stood still while the phone slept: then the wall clock is believed if its skew is what it was
   at the contact before, and if nobody knows, the error bar holds both.
3. Any other scan is set right by the skew, ours minus the device's: by that of this contact,
   unless the scan would then lie after the contact and the skew of the contact before puts it
   where it can have been.
4. A time that no clock can mend stays as the device told it, within the years that calendars know.
   It is recorded; it is only told how far off it may be.
5. Each time has an error bar. A batch is on its way no longer than a phone waits for an answer; a
   cheap quartz drifts; a skew that changed since the contact before shows that the clock was set;
   a scan that seems to lie after its own contact is off by that at least. A device that told no
   time at contact has no error bar: nobody measured.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

ON_ITS_WAY_MS = 20_000
"""How long a phone waits for its answer, and so how old what it told of its clock may be."""

DRIFT_PER_MILLION = 100
EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)
LATEST = datetime(9000, 1, 1, tzinfo=UTC)

_MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Contact:
    """What a device and the server said of their clocks when a batch came in.

    `device_now` is None when the device told no time that can be read; `earlier_skew_ms` is the
    skew at its contact before, None when there was none.
    """

    server_now: datetime
    device_now: datetime | None = None
    boot: str = ""
    monotonic_now_ms: int | None = None
    earlier_skew_ms: int | None = None

    @property
    def skew_ms(self) -> int | None:
        """Give server minus device, None when the device told no time."""
        if self.device_now is None:
            return None
        return round((self.server_now - self.device_now) / _MILLISECOND)


class Corrected(NamedTuple):
    """When something happened by the server's clock, and how far off that may be."""

    at: datetime
    error_ms: int | None


def corrected(
    contact: Contact, device_at: datetime, boot: str = "", monotonic_ms: int | None = None
) -> Corrected:
    """Give when a scan happened by the server's clock, with its error bar.

    Args:
        contact: of the batch that brought it.
        device_at: what the device's wall clock showed.
        boot: of the device when it scanned.
        monotonic_ms: what its monotonic clock showed.
    """
    counted = contact.monotonic_now_ms
    same_boot = bool(boot) and boot == contact.boot
    if same_boot and counted is not None and monotonic_ms is not None and monotonic_ms <= counted:
        return _by_monotonic(contact, device_at, counted - monotonic_ms)
    return _by_wall(contact, device_at)


def _by_monotonic(contact: Contact, device_at: datetime, ago_ms: int) -> Corrected:
    error = ON_ITS_WAY_MS + _drift(ago_ms)
    skew, earlier = contact.skew_ms, contact.earlier_skew_ms
    if contact.device_now is not None and skew is not None:
        slept_ms = round((contact.device_now - device_at) / _MILLISECOND) - ago_ms
        if slept_ms > error and earlier is None:
            error += slept_ms
        elif slept_ms > error and earlier is not None and abs(skew - earlier) < slept_ms / 2:
            return _by_wall(contact, device_at)
    return Corrected(_moved(contact.server_now, -ago_ms), error)


def _by_wall(contact: Contact, device_at: datetime) -> Corrected:
    skew = contact.skew_ms
    if skew is None:
        return Corrected(_moved(device_at, 0), None)
    earlier = contact.earlier_skew_ms
    at = _moved(device_at, skew)
    if earlier is not None and _after_ms(at, contact) > ON_ITS_WAY_MS:
        before = _moved(device_at, earlier)
        at = before if _after_ms(before, contact) <= ON_ITS_WAY_MS else at
    after_ms = _after_ms(at, contact)
    was_set = 0 if earlier is None else abs(skew - earlier)
    error = ON_ITS_WAY_MS + _drift(abs(after_ms))
    # Twice set and back again looks like never set; more than this no contact can tell.
    error += was_set if was_set > error else 0
    return Corrected(at, error + max(after_ms, 0))


def _after_ms(at: datetime, contact: Contact) -> int:
    """Give by how much a moment lies after the contact, negative before it."""
    return round((at - contact.server_now) / _MILLISECOND)


def _drift(span_ms: int) -> int:
    return span_ms * DRIFT_PER_MILLION // 1_000_000


def _moved(at: datetime, by_ms: int) -> datetime:
    """Give a moment moved by milliseconds, within the years that every part of the house knows."""
    try:
        moved = at + timedelta(milliseconds=by_ms)
    except OverflowError:
        return EARLIEST if by_ms < 0 else LATEST
    return min(max(moved, EARLIEST), LATEST)
