"""Verification: does the ledger still say what was written, and do the shadows agree with it?

Finds are told, never mended: a list of faults, each naming the item and the place in its chain.
A personal part that is gone is no fault when a record says that it was erased; one that merely
vanished is. The records themselves are held against what they say was erased.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from uuid import UUID

from sqlalchemy import Row, exists, select
from sqlalchemy.orm import Session

from models.counter import CollectionCall
from models.dossiers import Party, Signature
from models.items import Item
from models.ledger import LedgerEntry, PersonalFact
from models.people_data import ErasedFact, ErasedRow, Erasure, IdentityPhoto
from postal_app import movements
from postal_app.ledger import SEAL_DIFFERS, chained, opening_holder, shadow
from postal_app.movements import MovementRow
from postal_app.rules.chain import START, commit, link
from postal_app.rules.custody import Fact, history
from postal_app.rules.holders import Holder, HolderKind
from postal_app.rules.merkle import root_of
from postal_app.rules.words import Words

AT_ONCE = 2000
RECORD_NAME = "biên bản xóa"


@dataclass(frozen=True, slots=True)
class Fault:
    """One place where the archive no longer says what was recorded; position 0 is the item."""

    number: str
    position: int
    words: Words


EDITED = Words("nội dung đã bị sửa", "its content was changed")
UNLINKED = Words("không nối với mục trước", "it does not follow the entry before it")
MISSING = Words("thiếu mục trước đó", "the entry before it is missing")
CUT_OFF = Words("chuỗi bị cắt ở cuối", "the end of its chain was cut off or replaced")
PERSONAL = Words("phần thông tin cá nhân đã bị sửa", "its personal part was changed")
VANISHED = Words(
    "phần thông tin cá nhân đã mất mà không có biên bản xóa",
    "its personal part is gone and no record says that it was erased",
)
STILL_THERE = Words(
    "phần thông tin cá nhân có biên bản xóa nhưng vẫn còn",
    "a record says that its personal part was erased, but it is there",
)
RECORD = Words(
    "biên bản xóa không khớp với những gì đã xóa", "the record does not fit what was erased"
)
UNRECORDED = Words(
    "đánh dấu đã xóa nhưng không có biên bản xóa", "marked as erased, but no record says so"
)
MOVED = Words(
    "các lần chuyển tay lưu riêng khác với sổ cái", "the kept movements differ from the ledger"
)
SHADOW = Words("trạng thái lưu khác với sổ cái", "the kept state differs from the ledger")


def faults(session: Session) -> Iterator[Fault]:
    """Give every fault of the archive, reading it once from end to end in bounded memory."""
    last = 0
    while items := session.scalars(
        select(Item).where(Item.id > last).order_by(Item.id).limit(AT_ONCE)
    ).all():
        last = items[-1].id
        yield from _faults_of(session, {item.id: item for item in items})
        session.expunge_all()
    yield from _faults_of_erasures(session)


def count_items(session: Session) -> int:
    """Give how many items there are to read, for a progress bar."""
    return session.query(Item.id).count()


def _faults_of(session: Session, items: dict[int, Item]) -> Iterator[Fault]:
    rows = session.execute(
        select(
            LedgerEntry.__table__, PersonalFact.salt, PersonalFact.content, ErasedFact.erasure_id
        )
        .outerjoin(PersonalFact, PersonalFact.fact == LedgerEntry.fact)
        .outerjoin(ErasedFact, ErasedFact.fact == LedgerEntry.fact)
        .where(LedgerEntry.item_id.in_(items))
        .order_by(LedgerEntry.item_id, LedgerEntry.position, LedgerEntry.id)
    )
    moved = movements.kept(session, items)
    seen = set()
    for item_id, entries in groupby(rows, key=lambda row: row.item_id):
        seen.add(item_id)
        yield from _faults_of_item(items[item_id], list(entries), moved.get(item_id, []))
    for item_id in items.keys() - seen:
        yield from _faults_of_item(items[item_id], [], moved.get(item_id, []))


def _faults_of_item(
    item: Item, entries: list[Row[tuple[object, ...]]], moved: list[MovementRow]
) -> Iterator[Fault]:
    previous, expected = START, 1
    for entry in entries:
        content = entry._mapping  # noqa: SLF001  SQLAlchemy's public name for a row's columns
        if link(entry.previous, chained(item.number, dict(content))) != entry.digest:
            yield Fault(item.number, entry.position, EDITED)
        elif entry.position != expected:
            yield Fault(item.number, entry.position, MISSING)
        elif entry.previous != previous:
            yield Fault(item.number, entry.position, UNLINKED)
        wrong = _wrong_personal_part(entry)
        if wrong is not None:
            yield Fault(item.number, entry.position, wrong)
        previous, expected = entry.digest, entry.position + 1
    if item.entries != len(entries) or (entries and item.digest != previous):
        yield Fault(item.number, item.entries, CUT_OFF)
    steps = history(map(_to_fact, entries), opening_holder(item))
    kept = shadow(steps[-1].after) if steps else {}
    if any(getattr(item, name) != value for name, value in kept.items()):
        yield Fault(item.number, 0, SHADOW)
    if movements.rows_of(item.id, steps) != moved:
        yield Fault(item.number, 0, MOVED)


def _wrong_personal_part(entry: Row[tuple[object, ...]]) -> Words | None:
    """Say what is wrong with an entry's personal part; None when it is whole, erased or none."""
    if entry.salt is None:
        return VANISHED if entry.commitment and entry.erasure_id is None else None
    if entry.erasure_id is not None:
        return STILL_THERE
    return PERSONAL if commit(entry.salt, entry.content) != entry.commitment else None


def _faults_of_erasures(session: Session) -> Iterator[Fault]:
    """Hold each record of erasure against what it erased, and each mark against the records."""
    last = 0
    while records := session.scalars(
        select(Erasure).where(Erasure.id > last).order_by(Erasure.id).limit(AT_ONCE)
    ).all():
        last = records[-1].id
        for record in records:
            erased = _commitments(session, record.id)
            if len(erased) != record.count or root_of(sorted(erased)) != record.root:
                yield Fault(f"{RECORD_NAME} {record.id}", 0, RECORD)
        session.expunge_all()
    for thing, table in (
        ("dossier_parties", Party),
        ("signatures", Signature),
        ("identity_photos", IdentityPhoto),
        ("collection_calls", CollectionCall),
    ):
        recorded = exists().where(ErasedRow.thing == thing, ErasedRow.row_id == table.id)
        marked = select(table.id).where(table.erased_at.is_not(None), ~recorded)
        for row_id in session.scalars(marked.order_by(table.id)):
            yield Fault(f"{thing} {row_id}", 0, UNRECORDED)


def _commitments(session: Session, erasure_id: int) -> list[bytes]:
    facts = (
        select(LedgerEntry.commitment)
        .join(ErasedFact, ErasedFact.fact == LedgerEntry.fact)
        .where(ErasedFact.erasure_id == erasure_id)
    )
    rows = select(ErasedRow.commitment).where(ErasedRow.erasure_id == erasure_id)
    return [*session.scalars(facts), *session.scalars(rows)]


def _to_fact(entry: Row[tuple[object, ...]]) -> Fact:
    return Fact(
        entry.fact,
        entry.kind,
        entry.occurred_at,
        entry.device,
        entry.sequence,
        giver=Holder(HolderKind(entry.giver_kind), entry.giver_id) if entry.giver_kind else None,
        taker=Holder(HolderKind(entry.taker_kind), entry.taker_id) if entry.taker_kind else None,
        condition=entry.condition,
        proof=str(entry.details.get("proof") or ""),
        corrects=entry.corrects,
        dossiers=frozenset(entry.details.get("dossiers") or ()),
        seal_differs=SEAL_DIFFERS in entry.anomalies,
        settles=frozenset(map(UUID, entry.details.get("settles") or ())),
    )
