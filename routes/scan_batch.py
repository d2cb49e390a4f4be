"""Scans as a phone sends them: a JSON batch becomes frozen scans with the clock set right.

The phone tells its own time at contact; what lies between that and ours is the skew, and each
scan's time is corrected by it. What cannot be read is told with its place in the batch.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from postal_app.errors import Invalid
from postal_app.ledger import DeviceClock
from postal_app.rules.vietnamese import nfc
from postal_app.rules.words import Words
from postal_app.scanning import Scan
from routes.forms import LONGEST_NOTE
from routes.scan_form import LONGEST_CODE

MOST_SCANS = 5_000
MOST_DETAILS = 20
LONGEST_DEVICE = 64
LARGEST_COUNT = 2**53
FARTHEST = timedelta(days=3650)


class UnreadableBatch(Invalid):
    """The body is not a batch of scans."""

    words = Words(
        "Dữ liệu quét gửi lên không đọc được: {why_vi}.", "The scans cannot be read: {why_en}."
    )


@dataclass(frozen=True, slots=True)
class Contact:
    """Who speaks and how far his clock is from ours: `skew_ms` is server minus device."""

    device: str
    skew_ms: int


def read_batch(body: object, *, now: datetime) -> list[Scan]:
    """Give the scans of a batch, their times corrected by the skew at this contact.

    Raises:
        UnreadableBatch: it has not the shape of a batch; `field` names the place.
    """
    if not isinstance(body, Mapping) or not isinstance(body.get("scans"), list):
        raise _unreadable("scans", "thiếu danh sách «scans»", "the list “scans” is missing")
    device = _text(body, "device", "device", LONGEST_DEVICE)
    device_now = _moment(body, "device_now", "device_now")
    skew = now - device_now
    if abs(skew) > FARTHEST:
        raise _unreadable("device_now", "đồng hồ máy sai quá xa", "the clock is too far off")
    contact = Contact(device, round(skew / timedelta(milliseconds=1)))
    return [_scan(made, f"scans[{place}]", contact) for place, made in enumerate(body["scans"])]


def is_too_long(body: object) -> bool:
    """Tell whether a batch holds more scans than are taken in at once."""
    scans = body.get("scans") if isinstance(body, Mapping) else None
    return isinstance(scans, list) and len(scans) > MOST_SCANS


def _scan(made: object, at: str, contact: Contact) -> Scan:
    if not isinstance(made, Mapping):
        raise _unreadable(at, f"«{at}» không phải một lượt quét", f"“{at}” is no scan")
    device_at = _moment(made, "occurred_at", at)
    clock = DeviceClock(
        device=contact.device,
        device_at=device_at,
        boot=_text(made, "boot_id", at, LONGEST_DEVICE),
        monotonic_ms=_count(made, "monotonic_ms", at) if "monotonic_ms" in made else None,
        sequence=_count(made, "sequence", at),
        skew_ms=contact.skew_ms,
    )
    return Scan(
        scan_id=_identity(made, at),
        code=_text(made, "code", at, LONGEST_CODE),
        kind=_text(made, "kind", at, LONGEST_DEVICE),
        occurred_at=device_at + timedelta(milliseconds=contact.skew_ms),
        details=_details(made.get("details", {}), at),
        clock=clock,
    )


def _identity(made: Mapping[str, object], at: str) -> UUID:
    try:
        return UUID(_text(made, "scan_id", at, LONGEST_DEVICE))
    except ValueError:
        where = f"{at}.scan_id"
        raise _unreadable(where, f"«{where}» không phải UUID", f"“{where}” is no UUID") from None


def _moment(made: Mapping[str, object], name: str, at: str) -> datetime:
    where = at if at == name else f"{at}.{name}"
    try:
        moment = datetime.fromisoformat(str(made.get(name, "")))
    except ValueError:
        moment = None
    if moment is None or moment.utcoffset() is None or not 1970 <= moment.year <= 9000:
        raise _unreadable(
            where,
            f"«{where}» phải là thời điểm có múi giờ, ví dụ 2026-03-02T09:00:00+07:00",
            f"“{where}” must be a moment with its zone, such as 2026-03-02T09:00:00+07:00",
        )
    return moment.astimezone(UTC)


def _text(made: Mapping[str, object], name: str, at: str, longest: int) -> str:
    where = at if at == name else f"{at}.{name}"
    value = made.get(name, "")
    if not isinstance(value, str) or len(value) > longest or "\x00" in value:
        raise _unreadable(
            where,
            f"«{where}» phải là chữ, dài nhất {longest} ký tự",
            f"“{where}” must be text of at most {longest} characters",
        )
    return nfc(value)


def _count(made: Mapping[str, object], name: str, at: str) -> int:
    value = made.get(name, 0)
    is_number = isinstance(value, int) and not isinstance(value, bool)
    if not is_number or not 0 <= value <= LARGEST_COUNT:  # type: ignore[operator]  # an int
        where = f"{at}.{name}"
        raise _unreadable(
            where, f"«{where}» phải là số nguyên", f"“{where}” must be a whole number"
        )
    return int(value)  # type: ignore[call-overload,no-any-return]  # an int


def _details(details: object, at: str) -> dict[str, str]:
    if not isinstance(details, Mapping) or len(details) > MOST_DETAILS:
        where = f"{at}.details"
        raise _unreadable(where, f"«{where}» không đọc được", f"“{where}” cannot be read")
    return {
        name: value
        for name in details
        if (value := _text(details, str(name), at, LONGEST_NOTE).strip())
    }


def _unreadable(field: str, why_vi: str, why_en: str) -> UnreadableBatch:
    return UnreadableBatch(field=field, why_vi=why_vi, why_en=why_en)
