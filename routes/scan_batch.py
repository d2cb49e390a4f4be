"""Scans as a phone sends them: a JSON batch becomes frozen scans with the clock set right.

The phone tells its own clocks at contact; each scan's time is corrected by them. Only a body that
is no batch at all is refused as a whole: a scan that cannot be read is kept as it came and gets
its verdict like the others.
"""

import json
import math
import re
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import NamedTuple, TypeVar
from uuid import UUID, uuid5

from postal_app import devices, scanning
from postal_app.devices import Met, Standing
from postal_app.errors import Invalid, TooMuch
from postal_app.ledger import DeviceClock
from postal_app.rules.clocks import EARLIEST, LATEST, Contact, corrected
from postal_app.rules.roles import Actor
from postal_app.rules.vietnamese import nfc
from postal_app.rules.words import Words
from postal_app.scan_verdicts import Verdict
from postal_app.scanning import Brought, Scan, Unread
from routes.archive import Session
from routes.forms import LONGEST_NOTE
from routes.scan_form import LONGEST_CODE

T = TypeVar("T")
R = TypeVar("R")

MOST_SCANS = 5_000
MOST_DETAILS = 20
LONGEST_DEVICE = 64
LONGEST_INTEGER = 20  # digits; no count of ours is longer
LARGEST_COUNT = 2**53
LONGEST_KEPT = 4_000  # characters of a scan that cannot be read; its digest tells of the rest
DEEPEST = 20
MOST_BRACKETS = 500_000  # of a body whose nesting is looked through

# What cannot be read has an id of its own content, so that it is kept once however often it comes.
UNREAD = UUID("6f1f6a0e-6c0b-4d3c-9a55-0d1f4f3c7f10")

_NESTING = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}]')


class UnreadableBatch(Invalid):
    """The body is not a batch of scans."""

    words = Words(
        "Dữ liệu quét gửi lên không đọc được: {why_vi}.", "The scans cannot be read: {why_en}."
    )


class TooManyScans(TooMuch):
    """More scans than are taken in at once."""

    words = Words(
        "Một lần gửi nhận nhiều nhất {most} lượt quét; hãy chia nhỏ rồi gửi lại.",
        "At most {most} scans are taken in at once; send them in smaller parts.",
    )


class BodyTooLarge(TooMuch):
    """The body holds more than is taken in at once."""

    words = Words(
        "Dữ liệu quét gửi lên lớn quá {most} MB sau khi giải nén; hãy chia nhỏ rồi gửi lại.",
        "Unpacked, the scans are larger than {most} MB; send them in smaller parts.",
    )


class _Unreadable(ValueError):
    """A scan's part cannot be read; says which."""


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch as it came: the device, what it told of its clocks, and its scans still unread.

    `device` is None where no device speaks, as from a file, and empty where it told no name.
    """

    made: Sequence[object]
    device: str | None = None
    name: str = ""
    device_now: datetime | None = None
    boot: str = ""
    monotonic_now_ms: int | None = None


class Answer(NamedTuple):
    """The verdict on one scan, and what kind of event it told."""

    verdict: Verdict
    kind: str


def unpacked(sent: bytes, encoding: str, most: int) -> bytes:
    """Give a body as it was before it was packed.

    Args:
        sent: what came.
        encoding: how it is packed; only gzip is known.
        most: how many bytes it may have unpacked.

    Raises:
        BodyTooLarge: it would have more; no more than that is unpacked.
        UnreadableBatch: it is packed in another way, or broken.
    """
    if encoding in ("", "identity"):
        return sent
    if encoding != "gzip":
        raise _no_batch("nén theo cách không biết", "it is packed in a way not known here")
    unpacking = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        content = unpacking.decompress(sent, most + 1)
    except zlib.error:
        raise _no_batch("phần nén bị hỏng", "what was packed is broken") from None
    if len(content) > most:
        raise BodyTooLarge(most=most // 2**20)
    if not unpacking.eof:
        raise _no_batch("phần nén bị cắt ngang", "what was packed is cut off")
    return content


def parsed(content: bytes) -> object:
    """Give what a body says; None when it is no JSON. Nesting beyond all sense is left out."""
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return None
    try:
        return _loaded(text)
    except RecursionError:
        brackets = text.count("[") + text.count("{")
        return _loaded(_pruned(text)) if brackets <= MOST_BRACKETS else None


def open_batch(body: object) -> Batch:
    """Give the batch that a body holds, its scans still unread.

    Raises:
        UnreadableBatch: it has not the shape of a batch.
        TooManyScans: it holds more than are taken in at once.
    """
    made = body.get("scans") if isinstance(body, Mapping) else None
    if not isinstance(body, Mapping) or not isinstance(made, list):
        raise _no_batch("thiếu danh sách «scans»", "the list “scans” is missing", "scans")
    if len(made) > MOST_SCANS:
        raise TooManyScans(most=MOST_SCANS)
    device, name = device_of(body)
    return Batch(
        made,
        device=device,
        name=name,
        device_now=_or(_moment, body, "device_now", None),
        boot=_or(_text, body, "boot_id", ""),
        monotonic_now_ms=_or(_count, body, "monotonic_now_ms", None),
    )


def device_of(body: object) -> tuple[str, str]:
    """Give the device that a body names, and what it calls itself; empty where it says nothing."""
    said = body if isinstance(body, Mapping) else {}
    return _or(_text, said, "device", ""), _or(_text, said, "device_name", "")


def take_in(session: Session, batch: Batch, by: Actor, *, now: datetime) -> list[Answer]:
    """Take a batch in and give one final verdict for each of its scans, in the same order."""
    met = Met(Standing.NONE)
    if batch.device is not None:
        met = devices.meet(session, batch.device, batch.name, by, now=now)
    contact = Contact(
        now, batch.device_now, batch.boot, batch.monotonic_now_ms, met.earlier_skew_ms
    )
    scans = [_read(made, batch.device or "", contact) for made in batch.made]
    verdicts = scanning.take_in(session, scans, by, now=now, device=met.standing)
    numbers = [scan.clock.sequence for scan in scans if isinstance(scan, Scan)]
    devices.note(session, met, contact, numbers)
    return [Answer(verdict, scan.kind) for verdict, scan in zip(verdicts, scans, strict=True)]


def _read(made: object, device: str, contact: Contact) -> Brought:
    """Read one scan; one that cannot be read is kept as it came."""
    try:
        return _scan(made, device, contact)
    except _Unreadable as fault:
        return _unread(made, str(fault))


def _scan(made: object, device: str, contact: Contact) -> Scan:
    if not isinstance(made, Mapping):
        raise _Unreadable("scan")
    scan_id = _identity(made)
    device_at = _moment(made, "occurred_at")
    boot = _text(made, "boot_id")
    monotonic_ms = _count(made, "monotonic_ms") if "monotonic_ms" in made else None
    happened = corrected(contact, device_at, boot, monotonic_ms)
    clock = DeviceClock(
        device,
        device_at,
        boot,
        monotonic_ms,
        _count(made, "sequence"),
        contact.skew_ms or 0,
        happened.error_ms,
    )
    return Scan(
        scan_id,
        _text(made, "code", LONGEST_CODE),
        _text(made, "kind"),
        happened.at,
        _details(made.get("details", {})),
        clock,
    )


def _unread(made: object, field: str) -> Unread:
    try:
        text = json.dumps(made)  # in ASCII: what no database takes stays a sign of its own
    except RecursionError:
        text = ""
    digest = sha256(text.encode()).hexdigest()
    known = made if isinstance(made, Mapping) else {}
    raw = {
        "code": _or(_text, known, "code", ""),
        "kind": _or(_text, known, "kind", ""),
        "field": field,
        "unread": text[:LONGEST_KEPT],
        "digest": digest,
    }
    return Unread(_or(_identity, known, "scan_id", uuid5(UNREAD, digest)), raw)


def _or(
    read: Callable[[Mapping[str, object], str], T],
    made: Mapping[str, object],
    name: str,
    otherwise: R,
) -> T | R:
    """Give what can be read under a name, and otherwise this."""
    try:
        return read(made, name)
    except _Unreadable:
        return otherwise


def _identity(made: Mapping[str, object], name: str = "scan_id") -> UUID:
    try:
        return UUID(_text(made, name))
    except ValueError:
        raise _Unreadable(name) from None


def _moment(made: Mapping[str, object], name: str) -> datetime:
    try:
        moment = datetime.fromisoformat(str(made.get(name, "")))
    except ValueError:
        raise _Unreadable(name) from None
    if moment.utcoffset() is None or not EARLIEST.year <= moment.year < LATEST.year:
        raise _Unreadable(name)
    return moment.astimezone(UTC)


def _text(made: Mapping[str, object], name: str, longest: int = LONGEST_DEVICE) -> str:
    value = made.get(name, "")
    if not isinstance(value, str) or len(value) > longest or "\x00" in value:
        raise _Unreadable(name)
    if value.isascii():
        return value
    try:
        value.encode()
    except UnicodeEncodeError:
        raise _Unreadable(name) from None
    return nfc(value)


def _count(made: Mapping[str, object], name: str) -> int:
    value = made.get(name, 0)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= LARGEST_COUNT:
        raise _Unreadable(name)
    return value


def _details(details: object) -> dict[str, str]:
    if not isinstance(details, Mapping) or len(details) > MOST_DETAILS:
        raise _Unreadable("details")
    for name in details:
        _text({"details": name}, "details")
    return {
        name: value for name in details if (value := _text(details, name, LONGEST_NOTE).strip())
    }


def _loaded(text: str) -> object:
    try:
        return json.loads(text, parse_int=_integer)
    except ValueError:
        return None


def _integer(digits: str) -> float:
    """Give a whole number; one longer than any count of ours is no count, but blocks nobody."""
    return int(digits) if len(digits) <= LONGEST_INTEGER else math.inf


def _pruned(text: str) -> str:
    """Give JSON text with everything that is nested too deeply left out."""
    kept, depth, begins = [], 0, 0
    for sign in _NESTING.finditer(text):
        if sign[0] in "[{":
            depth += 1
            if depth == DEEPEST + 1:
                kept.append(text[begins : sign.start()] + "null")
        elif sign[0] in "]}":
            depth -= 1
            if depth == DEEPEST:
                begins = sign.end()
    return "".join(kept) + text[begins:]


def _no_batch(why_vi: str, why_en: str, field: str = "") -> UnreadableBatch:
    return UnreadableBatch(field=field, why_vi=why_vi, why_en=why_en)
