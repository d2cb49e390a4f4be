"""Scans: what couriers and points read off labels, each answered with a final verdict.

1. A scan that names an item is recorded, however late, out of order or odd; its oddities are told.
2. A scan that names a bag is recorded of the bag, and moves what lies in it (`bag_scans`).
3. A scan that can be tied to nothing, or lacks what its kind needs, is refused, and the refusal
   is kept raw with its reason.
4. The scan's id is single for life: the same id again is answered as it was the first time, and
   the same id with other content is a conflict in which the first one stays.
5. One bad scan never blocks the others; one that cannot even be read is refused and kept too.
6. What a revoked device sends, or one that is somebody else's, is refused and kept.
7. A batch costs the same number of statements whatever its size.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256
from operator import attrgetter
from uuid import UUID

from sqlalchemy import Executable, bindparam, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from models.bags import Bag
from models.items import Item
from models.ledger import RefusedScan, ScanReceipt
from models.sets import among, append, given, sent, table_of
from postal_app import bag_scans
from postal_app.demands import NOTHING, Demands, demands_of
from postal_app.devices import Standing
from postal_app.ledger import DeviceClock, NewFact, own_holder, record_on
from postal_app.locked_items import LockedItem, lock
from postal_app.rules.chain import canonical
from postal_app.rules.codes import read_scan
from postal_app.rules.handing_out import LATER
from postal_app.rules.holders import CITIZEN, Holder, HolderKind
from postal_app.rules.roles import Actor, Role
from postal_app.rules.vocabulary import KINDS, Kind, Taker
from postal_app.scan_refusals import BY_STANDING, refusal
from postal_app.scan_verdicts import (
    OUTCOME_WORDS,
    Outcome,
    Verdict,
    earlier_ones,
    recorded,
    recorded_of_bag,
    refused,
)

LATE = timedelta(hours=12)
AHEAD = timedelta(minutes=10)
PERSONAL = ("receiver", "authorisation", "authorised_on", "certified_by")
OLDEST = datetime(2016, 12, 16, tzinfo=UTC)  # the service exists since QĐ 45/2016 is in force


@dataclass(frozen=True, slots=True)
class Scan:
    """One scan as it was made.

    `details` holds what the kind needs: `seal`, `condition`, `reason`, `next_action`, `text`,
    `receiver`, `relation`, `relation_text`, `proof`, `note`, `manner`; of a proxy `authorisation`,
    `authorised_on` and `certified_by`; `notice` is the manner of a notice left at an attempt.
    """

    scan_id: UUID
    code: str
    kind: str
    occurred_at: datetime
    details: Mapping[str, str] = field(default_factory=dict)
    clock: DeviceClock = field(default_factory=DeviceClock)


@dataclass(frozen=True, slots=True)
class Unread:
    """A scan that cannot be read, as it came: `raw` says where and keeps what can be kept."""

    scan_id: UUID
    raw: Mapping[str, str]

    @property
    def code(self) -> str:
        """Give the code as far as it was read."""
        return self.raw.get("code", "")

    @property
    def kind(self) -> str:
        """Give the kind as far as it was read."""
        return self.raw.get("kind", "")


Brought = Scan | Unread
"""A scan as a batch brings it."""


def take_in(
    session: Session,
    scans: Sequence[Brought],
    by: Actor,
    *,
    now: datetime,
    device: Standing = Standing.NONE,
) -> list[Verdict]:
    """Record a batch of scans and give one final verdict for each, in the same order.

    Args:
        scans: any number, of any items, in the order in which the device made them.
        now: the server's clock.
        device: how the device stands that sent them.
    """
    firsts = _claim(session, scans, by, now)
    numbers = {scan_id: read_scan(scan.code).number for scan_id, scan in firsts.items()}
    read = [scan for scan in firsts.values() if isinstance(scan, Scan)]
    bags = bag_scans.named(session, read)
    bag_scans.reserve_named(session, read, bags)
    items = _items_named(session, set(numbers.values()), now)
    demands = _demands(session, firsts.values(), numbers, items)
    facts, of_bags, unfit = [], [], []
    for scan_id, scan in firsts.items():
        item, bag = items.get(numbers[scan_id]), bags.get(numbers[scan_id])
        reason = _reason(scan, item, by, device, demands, bags)
        if reason or isinstance(scan, Unread):
            unfit.append((scan, reason))
        elif item is not None:
            facts.append(_to_fact(scan, item, by, now, device, bags))
        elif bag is not None:
            of_bags.append((scan, bag, tuple(_odd_time(scan, now))))
    _keep_refused(session, unfit, by, now)
    verdicts = {scan.scan_id: refused(scan.scan_id, _raw(scan), reason) for scan, reason in unfit}
    verdicts |= _record(session, items, facts, of_bags, by, now)
    again = [scan for scan in scans if firsts.get(scan.scan_id) is not scan]
    if not again:
        return [verdicts[scan.scan_id] for scan in scans]
    earlier = iter(_answers_again(session, again))
    return [
        verdicts[scan.scan_id] if firsts.get(scan.scan_id) is scan else next(earlier)
        for scan in scans
    ]


def _record(
    session: Session,
    items: Mapping[str, LockedItem],
    facts: Sequence[NewFact],
    of_bags: Sequence[tuple[Scan, Bag, tuple[str, ...]]],
    by: Actor,
    now: datetime,
) -> dict[UUID, Verdict]:
    """Record what was read of bags and of items, with all that follows from either."""
    told_of_bags = bag_scans.record(session, of_bags, by, now=now)
    told = record_on(session, {item.id: item for item in items.values()}, facts, now=now)
    since = min((item.created_at for item in items.values()), default=now)
    bag_scans.settle(session, facts, [bag for _, bag, _ in of_bags], since=since, now=now)
    of_items = {fact: recorded(fact, became) for fact, became in told.items()}
    return of_items | {fact: recorded_of_bag(fact, b) for fact, b in told_of_bags.items()}


def kinds_for(role: Role) -> dict[str, Kind]:
    """Give the kinds of event that a role records by scanning."""
    return {name: kind for name, kind in KINDS.items() if kind.scanned and role in kind.by}


def _raw(scan: Brought) -> Mapping[str, object]:
    if isinstance(scan, Unread):
        return scan.raw
    return {
        "code": scan.code,
        "kind": scan.kind,
        "occurred_at": (scan.clock.device_at or scan.occurred_at).astimezone(UTC).isoformat(),
        "details": dict(scan.details),
    }


def _digest(scan: Brought) -> bytes:
    return sha256(canonical(_raw(scan))).digest()


def _claim(
    session: Session, scans: Sequence[Brought], by: Actor, now: datetime
) -> dict[UUID, Brought]:
    """Claim the ids of the batch; give the scans whose ids nobody claimed before.

    The insert is the lock: of two batches that bring one id at once, the second waits here, in
    the order of the ids so that both cannot wait for each other, and then finds it claimed.
    """
    firsts: dict[UUID, Brought] = {}
    for scan in scans:
        firsts.setdefault(scan.scan_id, scan)
    if not firsts:
        return {}
    arrived = [
        {"scan_id": scan_id, "content_digest": _digest(firsts[scan_id])}
        for scan_id in sorted(firsts, key=attrgetter("int"))
    ]
    of_all = {"received_at": now, "account_id": by.account_id}
    claimed = set(session.scalars(_claiming(), sent(_CLAIMED, arrived) | of_all))
    return {scan_id: scan for scan_id, scan in firsts.items() if scan_id in claimed}


_CLAIMED = ("scan_id", "content_digest")


@cache
def _claiming() -> Executable:
    receipts = table_of(ScanReceipt)
    of_all = [receipts.c[name] for name in ("received_at", "account_id")]
    return (
        insert(receipts)
        .from_select(
            (*_CLAIMED, *of_all),
            select(
                *given(ScanReceipt, _CLAIMED).c,
                *(bindparam(one.name, type_=one.type) for one in of_all),
            ),
        )
        .on_conflict_do_nothing()
        .returning(receipts.c.scan_id)
    )


def _items_named(session: Session, numbers: set[str], now: datetime) -> dict[str, LockedItem]:
    """Give the items that bear these numbers, locked until the batch is done."""
    if not numbers:
        return {}
    found = lock(session, Item.number, numbers, now=now)
    return {item.number: item for item in found.values()}


def _demands(
    session: Session,
    scans: Iterable[Brought],
    numbers: Mapping[UUID, str],
    items: Mapping[str, LockedItem],
) -> dict[int, Demands]:
    """Give what handing out asks of the items that a batch says were delivered."""
    handed_out = {
        item.id
        for scan in scans
        if scan.kind == "delivered" and (item := items.get(numbers[scan.scan_id]))
    }
    return demands_of(session, handed_out) if handed_out else {}


def _reason(
    scan: Brought,
    item: LockedItem | None,
    by: Actor,
    device: Standing,
    demands: Mapping[int, Demands],
    bags: Mapping[str, Bag],
) -> str:
    """Give why a scan cannot be recorded, a key of `REFUSALS`; empty if it can."""
    if device in BY_STANDING:
        return BY_STANDING[device]
    if isinstance(scan, Unread):
        return "unreadable"
    if item is None and read_scan(scan.code).number in bags:
        return bag_scans.refusal(scan, by)
    demanded = demands.get(item.id, NOTHING) if item else NOTHING
    return refusal(scan.kind, scan.details, item, by, demanded) or _unknown_bag(scan, bags)


def _unknown_bag(scan: Scan, bags: Mapping[str, Bag]) -> str:
    """Refuse what is put in a bag that is not there: then nobody could answer for it."""
    into = KINDS[scan.kind].taker is Taker.BAG
    return "unknown_bag" if into and bag_scans.bag_in(scan.details, bags) is None else ""


def _to_fact(
    scan: Scan,
    item: LockedItem,
    by: Actor,
    now: datetime,
    device: Standing,
    bags: Mapping[str, Bag],
) -> NewFact:
    kind = KINDS[scan.kind]
    told = {name: value for name, value in scan.details.items() if value}
    if told.get("proof") == LATER:
        del told["proof"]
    condition, oddities = _looked_at(told, item)
    if device is Standing.UNKNOWN:
        oddities.append("unknown_device")
    if item.leg not in kind.legs:
        oddities.append("wrong_leg")
    oddities += _odd_time(scan, now)
    told |= bag_scans.named_in(told)
    return NewFact(
        item.id,
        scan.scan_id,
        scan.kind,
        scan.occurred_at,
        by,
        giver=own_holder(by) if kind.gives else None,
        taker=_taker(kind, item, by, bag_scans.bag_in(told, bags)),
        condition=condition,
        details={k: v for k, v in told.items() if k not in (*PERSONAL, "condition")},
        personal={k: v for k, v in told.items() if k in PERSONAL},
        oddities=tuple(oddities),
        clock=scan.clock,
    )


def _odd_time(scan: Scan, now: datetime) -> list[str]:
    """Say what is odd about when a scan was made."""
    odd = ["late"] if now - scan.occurred_at > LATE else []
    if scan.occurred_at - now > AHEAD or scan.occurred_at < OLDEST:
        odd.append("clock")
    return odd


def _looked_at(told: Mapping[str, str], item: LockedItem) -> tuple[str, list[str]]:
    """Give the condition that counts, and an oddity if another seal was read than the one put on.

    Who reads another number did not see our seal: his "intact" says nothing about it.
    """
    condition = told.get("condition", "")
    seal = told.get("seal", "").upper()
    if seal and seal != item.seal_number:
        return ("" if condition == "intact" else condition), ["seal_differs"]
    return condition, []


def _taker(kind: Kind, item: LockedItem, by: Actor, bag: Bag | None) -> Holder | None:
    match kind.taker:
        case None:
            return None
        case Taker.RECORDER:
            return own_holder(by)
        case Taker.POINT:
            return Holder(HolderKind.POINT, by.point_id or item.point_id)
        case Taker.AGENCY:
            return Holder(HolderKind.AGENCY, item.agency_id)
        case Taker.CITIZEN:
            return CITIZEN
        case Taker.BAG:
            return Holder(HolderKind.BAG, bag.id) if bag else None
        case Taker.ITEM | Taker.PACKER:
            return None  # only the desk that makes the new envelope, or follows a bag, knows it


def _keep_refused(
    session: Session, refused: Sequence[tuple[Brought, str]], by: Actor, now: datetime
) -> None:
    kept = [
        {
            "scan_id": scan.scan_id,
            "raw": dict(_raw(scan)),
            "reason": reason,
            "received_at": now,
            "account_id": by.account_id,
            "assignment_id": by.assignment_id,
        }
        for scan, reason in refused
    ]
    append(session, RefusedScan, kept)


def _answers_again(session: Session, scans: Sequence[Brought]) -> list[Verdict]:
    """Answer scans whose ids came before, as they were answered then."""
    ids = {scan.scan_id for scan in scans}
    if not ids:
        return []
    receipt = select(ScanReceipt.scan_id, ScanReceipt.content_digest)
    digests = dict(session.execute(receipt.where(among(ScanReceipt.scan_id, ids))).all())
    earlier = earlier_ones(session, ids)
    return [
        earlier[scan.scan_id] if digests[scan.scan_id] == _digest(scan) else _conflict(scan)
        for scan in scans
    ]


def _conflict(scan: Brought) -> Verdict:
    words = OUTCOME_WORDS[Outcome.CONFLICT]
    return Verdict(scan.scan_id, Outcome.CONFLICT, read_scan(scan.code).number, words)
