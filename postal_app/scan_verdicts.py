"""Verdicts: the final answer to each scan, the same one however often it is asked for again."""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.items import Item
from models.ledger import LedgerEntry, RefusedScan
from models.sets import among
from postal_app import bag_scans
from postal_app.bag_ledger import RecordedOfBag
from postal_app.ledger import Recorded
from postal_app.rules.bags import BAG_STATE_WORDS, BagState
from postal_app.rules.codes import read_scan
from postal_app.rules.vocabulary import STATE_WORDS, State
from postal_app.rules.words import Words
from postal_app.scan_refusals import why


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


class Verdict(NamedTuple):
    """The final answer to one scan."""

    scan_id: UUID
    outcome: Outcome
    number: str
    words: Words
    anomalies: tuple[str, ...] = ()
    state: str = ""


def refused(scan_id: UUID, raw: Mapping[str, object], reason: str) -> Verdict:
    """Give the verdict on what could be tied to nothing, or says too little."""
    number = read_scan(str(raw.get("code", ""))).number
    return Verdict(scan_id, Outcome.REFUSED, number, why(reason, raw))


def recorded(scan_id: UUID, became: Recorded) -> Verdict:
    """Give the verdict on what was recorded of an item."""
    outcome = Outcome.WITH_ANOMALY if became.anomalies else Outcome.RECORDED
    return Verdict(
        scan_id,
        outcome,
        became.number,
        STATE_WORDS[became.now.state],
        became.anomalies,
        str(became.now.state),
    )


def recorded_of_bag(scan_id: UUID, became: RecordedOfBag) -> Verdict:
    """Give the verdict on what was recorded of a bag."""
    outcome = Outcome.WITH_ANOMALY if became.anomalies else Outcome.RECORDED
    state = became.now.state
    words = BAG_STATE_WORDS[state]
    return Verdict(scan_id, outcome, became.number, words, became.anomalies, str(state))


def earlier_ones(session: Session, ids: set[UUID]) -> dict[UUID, Verdict]:
    """Give the verdicts on scans that came before, by their ids."""
    return _refused_before(session, ids) | _recorded_before(session, ids)


def _refused_before(session: Session, ids: set[UUID]) -> dict[UUID, Verdict]:
    rows = session.scalars(select(RefusedScan).where(among(RefusedScan.scan_id, ids)))
    return {row.scan_id: refused(row.scan_id, row.raw, row.reason) for row in rows}


def _recorded_before(session: Session, ids: set[UUID]) -> dict[UUID, Verdict]:
    rows = session.execute(
        select(LedgerEntry.fact, LedgerEntry.anomalies, Item.number, Item.state)
        .join(Item, Item.id == LedgerEntry.item_id)
        .where(among(LedgerEntry.fact, ids))
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
