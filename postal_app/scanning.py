"""Scans: what couriers and points read off labels, each answered with a final verdict.

1. A scan that names an item is recorded, however late, out of order or odd; its oddities are told.
2. A scan that names a bag is recorded of the bag, and moves what lies in it (`bag_scans`).
3. A scan that can be tied to nothing, or lacks what its kind needs, is refused, and the refusal
   is kept raw with its reason.
4. The scan's id is single for life: the same id again is answered as it was the first time, and
   the same id with other content is a conflict in which the first one stays.
5. One bad scan never blocks the others.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from models.bags import Bag
from models.items import Item
from models.ledger import LedgerEntry, RefusedScan, ScanReceipt
from postal_app import bag_scans
from postal_app.bag_ledger import RecordedOfBag
from postal_app.demands import NOTHING, Demands, demands_of
from postal_app.ledger import DeviceClock, NewFact, Recorded, own_holder, record
from postal_app.rules.bags import BAG_STATE_WORDS, BagState
from postal_app.rules.chain import canonical
from postal_app.rules.codes import read_scan
from postal_app.rules.handing_out import LATER
from postal_app.rules.holders import CITIZEN, Holder, HolderKind
from postal_app.rules.roles import Actor, Role
from postal_app.rules.vocabulary import KINDS, STATE_WORDS, Kind, State, Taker
from postal_app.rules.words import Words
from postal_app.scan_refusals import REFUSALS, refusal

LATE = timedelta(hours=12)
AHEAD = timedelta(minutes=10)
PERSONAL = ("receiver", "authorisation", "authorised_on", "certified_by")
OLDEST = datetime(2016, 12, 16, tzinfo=UTC)  # the service exists since QĐ 45/2016 is in force


class Outcome(StrEnum):
    """The verdict on a scan, after which the phone forgets it."""

    RECORDED = "recorded"
    WITH_ANOMALY = "recorded_with_anomaly"
    ALREADY = "already_recorded"
    CONFLICT = "conflict"
    REFUSED = "refused"


OUTCOME_WORDS: dict[Outcome, Words] = {
    Outcome.RECORDED: Words("Đã ghi nhận", "Recorded"),
    Outcome.WITH_ANOMALY: Words("Đã ghi nhận, có điểm bất thường", "Recorded, with an oddity"),
    Outcome.ALREADY: Words("Đã ghi nhận từ trước", "Already recorded"),
    Outcome.CONFLICT: Words("Trùng mã lượt quét, giữ lượt đầu", "Same scan id; the first stays"),
    Outcome.REFUSED: Words("Không ghi nhận được", "Not recorded"),
}


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
class Verdict:
    """The final answer to one scan."""

    scan_id: UUID
    outcome: Outcome
    number: str
    words: Words
    anomalies: tuple[str, ...] = ()
    state: str = ""


def take_in(session: Session, scans: Sequence[Scan], by: Actor, *, now: datetime) -> list[Verdict]:
    """Record a batch of scans and give one final verdict for each, in the same order.

    Args:
        scans: any number, of any items, in the order in which the device made them.
        now: the server's clock.
    """
    firsts = _claim(session, scans, by, now)
    items = _items_named(session, firsts.values())
    bags = bag_scans.named(session, firsts.values())
    demands = _demands(session, firsts.values(), items)
    facts, of_bags, refused = [], [], []
    for scan in firsts.values():
        number = read_scan(scan.code).number
        item = items.get(number)
        if item is None and number in bags:
            reason = bag_scans.refusal(scan, by)
        else:
            demanded = demands.get(item.id, NOTHING) if item else NOTHING
            reason = refusal(scan.kind, scan.details, item, by, demanded)
            reason = reason or _unknown_bag(scan, bags)
        if reason:
            refused.append((scan, reason))
        elif item is None:
            of_bags.append((scan, tuple(_late(scan, now))))
        else:
            facts.append(_to_fact(scan, item, by, now, bags))
    _keep_refused(session, refused, by, now)
    verdicts = {scan.scan_id: _refused(scan.scan_id, scan.code, reason) for scan, reason in refused}
    moved = [bags[read_scan(scan.code).number] for scan, _ in of_bags]
    since = min((item.created_at for item in items.values()), default=now)
    bag_scans.reserve(session, facts, moved, since=since)
    for fact, of_bag in bag_scans.record(session, of_bags, bags, by, now=now).items():
        verdicts[fact] = _recorded_of_bag(fact, of_bag)
    for fact, became in record(session, facts, now=now).items():
        verdicts[fact] = _recorded(fact, became)
    bag_scans.settle(session, facts, moved, since=since, now=now)
    again = [scan for scan in scans if firsts.get(scan.scan_id) is not scan]
    earlier = iter(_answers_again(session, again))
    return [
        verdicts[scan.scan_id] if firsts.get(scan.scan_id) is scan else next(earlier)
        for scan in scans
    ]


def kinds_for(role: Role) -> dict[str, Kind]:
    """Give the kinds of event that a role records by scanning."""
    return {name: kind for name, kind in KINDS.items() if kind.scanned and role in kind.by}


def _raw(scan: Scan) -> dict[str, object]:
    return {
        "code": scan.code,
        "kind": scan.kind,
        "occurred_at": (scan.clock.device_at or scan.occurred_at).astimezone(UTC).isoformat(),
        "details": dict(scan.details),
    }


def _digest(scan: Scan) -> bytes:
    return sha256(canonical(_raw(scan))).digest()


def _claim(session: Session, scans: Sequence[Scan], by: Actor, now: datetime) -> dict[UUID, Scan]:
    """Claim the ids of the batch; give the scans whose ids nobody claimed before.

    The insert is the lock: of two batches that bring one id at once, the second waits here, in
    the order of the ids so that both cannot wait for each other, and then finds it claimed.
    """
    firsts: dict[UUID, Scan] = {}
    for scan in scans:
        firsts.setdefault(scan.scan_id, scan)
    rows = [
        {
            "scan_id": scan.scan_id,
            "content_digest": _digest(scan),
            "received_at": now,
            "account_id": by.account_id,
        }
        for scan in sorted(firsts.values(), key=lambda scan: scan.scan_id)
    ]
    claim = upsert(ScanReceipt).on_conflict_do_nothing().returning(ScanReceipt.scan_id)
    claimed = set(session.scalars(claim, rows)) if rows else set()
    return {scan_id: scan for scan_id, scan in firsts.items() if scan_id in claimed}


def _items_named(session: Session, scans: Iterable[Scan]) -> dict[str, Item]:
    numbers = {read_scan(scan.code).number for scan in scans}
    if not numbers:
        return {}
    return {
        item.number: item for item in session.scalars(select(Item).where(Item.number.in_(numbers)))
    }


def _demands(
    session: Session, scans: Iterable[Scan], items: Mapping[str, Item]
) -> dict[int, Demands]:
    """Give what handing out asks of the items that a batch says were delivered."""
    handed_out = {
        items[number].id
        for scan in scans
        if scan.kind == "delivered" and (number := read_scan(scan.code).number) in items
    }
    return demands_of(session, handed_out) if handed_out else {}


def _unknown_bag(scan: Scan, bags: Mapping[str, Bag]) -> str:
    """Refuse what is put in a bag that is not there: then nobody could answer for it."""
    into = KINDS[scan.kind].taker is Taker.BAG
    return "unknown_bag" if into and bag_scans.bag_in(scan.details, bags) is None else ""


def _to_fact(scan: Scan, item: Item, by: Actor, now: datetime, bags: Mapping[str, Bag]) -> NewFact:
    kind = KINDS[scan.kind]
    told = {name: value for name, value in scan.details.items() if value}
    if told.get("proof") == LATER:
        del told["proof"]
    condition, oddities = _looked_at(told, item)
    if item.leg not in kind.legs:
        oddities.append("wrong_leg")
    oddities += _late(scan, now)
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


def _late(scan: Scan, now: datetime) -> list[str]:
    """Say what is odd about when a scan was made."""
    odd = ["late"] if now - scan.occurred_at > LATE else []
    if scan.occurred_at - now > AHEAD or scan.occurred_at < OLDEST:
        odd.append("clock")
    return odd


def _looked_at(told: Mapping[str, str], item: Item) -> tuple[str, list[str]]:
    """Give the condition that counts, and an oddity if another seal was read than the one put on.

    Who reads another number did not see our seal: his "intact" says nothing about it.
    """
    condition = told.get("condition", "")
    seal = told.get("seal", "").upper()
    if seal and seal != item.seal_number:
        return ("" if condition == "intact" else condition), ["seal_differs"]
    return condition, []


def _taker(kind: Kind, item: Item, by: Actor, bag: Bag | None) -> Holder | None:
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
    session: Session, refused: Sequence[tuple[Scan, str]], by: Actor, now: datetime
) -> None:
    if refused:
        session.execute(
            insert(RefusedScan),
            [
                {
                    "scan_id": scan.scan_id,
                    "raw": _raw(scan),
                    "reason": reason,
                    "received_at": now,
                    "account_id": by.account_id,
                    "assignment_id": by.assignment_id,
                }
                for scan, reason in refused
            ],
        )


def _refused(scan_id: UUID, code: str, reason: str) -> Verdict:
    return Verdict(scan_id, Outcome.REFUSED, read_scan(code).number, REFUSALS[reason])


def _recorded(scan_id: UUID, became: Recorded) -> Verdict:
    outcome = Outcome.WITH_ANOMALY if became.anomalies else Outcome.RECORDED
    return Verdict(
        scan_id,
        outcome,
        became.number,
        STATE_WORDS[became.now.state],
        became.anomalies,
        str(became.now.state),
    )


def _recorded_of_bag(scan_id: UUID, became: RecordedOfBag) -> Verdict:
    outcome = Outcome.WITH_ANOMALY if became.anomalies else Outcome.RECORDED
    state = became.now.state
    words = BAG_STATE_WORDS[state]
    return Verdict(scan_id, outcome, became.number, words, became.anomalies, str(state))


def _answers_again(session: Session, scans: Sequence[Scan]) -> list[Verdict]:
    """Answer scans whose ids came before, as they were answered then."""
    ids = {scan.scan_id for scan in scans}
    if not ids:
        return []
    receipt = select(ScanReceipt.scan_id, ScanReceipt.content_digest)
    digests = dict(session.execute(receipt.where(ScanReceipt.scan_id.in_(ids))).all())
    earlier = _refused_before(session, ids) | _recorded_before(session, ids)
    return [
        earlier[scan.scan_id] if digests[scan.scan_id] == _digest(scan) else _conflict(scan)
        for scan in scans
    ]


def _refused_before(session: Session, ids: set[UUID]) -> dict[UUID, Verdict]:
    rows = session.scalars(select(RefusedScan).where(RefusedScan.scan_id.in_(ids)))
    return {row.scan_id: _refused(row.scan_id, row.raw["code"], row.reason) for row in rows}


def _recorded_before(session: Session, ids: set[UUID]) -> dict[UUID, Verdict]:
    rows = session.execute(
        select(LedgerEntry.fact, LedgerEntry.anomalies, Item.number, Item.state)
        .join(Item, Item.id == LedgerEntry.item_id)
        .where(LedgerEntry.fact.in_(ids))
    )
    of_items = {
        row.fact: Verdict(
            row.fact,
            Outcome.ALREADY,
            row.number,
            STATE_WORDS[State(row.state)],
            tuple(row.anomalies),
            row.state,
        )
        for row in rows
    }
    of_bags = {
        fact: Verdict(
            fact,
            Outcome.ALREADY,
            bag.number,
            BAG_STATE_WORDS[BagState(bag.state)],
            anomalies,
            bag.state,
        )
        for fact, (bag, anomalies) in bag_scans.recorded_before(
            session, ids - set(of_items)
        ).items()
    }
    return of_items | of_bags


def _conflict(scan: Scan) -> Verdict:
    words = OUTCOME_WORDS[Outcome.CONFLICT]
    return Verdict(scan.scan_id, Outcome.CONFLICT, read_scan(scan.code).number, words)
