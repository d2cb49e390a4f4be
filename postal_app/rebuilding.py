"""Rebuilding: every shadow follows from facts, and can be made to follow again while people work.

One registry, `REBUILDERS`, names every shadow. Each works through its rows in batches: a batch is
one short transaction that locks its rows in the order of their ids, as the ledger desk does, and
writes only those that differ. What was stopped half way is simply begun again.

The length and the end of an item's chain are no shadow of this kind. They are what is left of a
chain when somebody cuts it off, and whoever rebuilt them would hide it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session, joinedload

from models.bags import Bag
from models.dossiers import Dossier, MoneyLine
from models.items import Item, Leg
from postal_app import bag_ledger, instants, movements
from postal_app.ledger_reading import facts_of
from postal_app.locked_items import opening_holder, shadow
from postal_app.rules.bags import bag_history
from postal_app.rules.custody import Step, history
from postal_app.rules.words import Words

AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Batch:
    """What became of a batch: the id it ended with, rows looked at, rows that differed."""

    last: int
    seen: int
    changed: int


@dataclass(frozen=True, slots=True)
class Rebuilder:
    """How one shadow is rebuilt: what it is, how many rows it has, and one batch of it.

    `batch` takes the last id of the batch before and gives None when nothing is left.
    """

    words: Words
    count: Callable[[Session], int]
    batch: Callable[[Session, int], Batch | None]


def _count_items(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Item)) or 0


def _items(session: Session, after: int) -> Batch | None:
    """Rebuild what items keep of their custody, their movements, and the instants of their legs."""
    items = session.scalars(
        select(Item)
        .where(Item.id > after)
        .order_by(Item.id)
        .limit(AT_ONCE)
        .with_for_update(of=Item)
        .execution_options(populate_existing=True)
    ).all()
    if not items:
        return None
    since = min(item.created_at for item in items)
    known = facts_of(session, [item.id for item in items], since=since)
    steps = {
        item.id: history(known[item.id], opening_holder(item)) for item in items if known[item.id]
    }
    changed = sum(_set_shadow(item, shadow(steps[item.id])) for item in items if item.id in steps)
    changed += _movements(session, {item.id: steps.get(item.id, []) for item in items})
    session.flush()  # the instants are asked of states that are already right
    legs = session.scalars(
        select(Leg).options(joinedload(Leg.dossier)).where(Leg.item_id.in_(steps))
    ).all()
    before = _instants(legs)
    instants.tell(session, steps)
    after_all = _instants(legs)
    changed += sum(before[key] != after_all[key] for key in before)
    return Batch(items[-1].id, len(items), changed)


def _movements(session: Session, steps: Mapping[int, list[Step]]) -> int:
    """Rewrite the movements that differ from what items' histories say; give of how many items."""
    kept = movements.kept(session, steps)
    wrong = {
        item_id: told
        for item_id, told in steps.items()
        if movements.rows_of(item_id, told) != kept.get(item_id, [])
    }
    if wrong:
        movements.rewrite(session, wrong)
    return len(wrong)


def _set_shadow(kept: Item | Bag, follows: Mapping[str, object]) -> bool:
    """Write what a thing keeps and its facts say otherwise; tell whether anything did."""
    wrong = {name: value for name, value in follows.items() if getattr(kept, name) != value}
    for name, value in wrong.items():
        setattr(kept, name, value)
    return bool(wrong)


def _count_bags(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Bag)) or 0


def _bags(session: Session, after: int) -> Batch | None:
    """Rebuild what bags keep of their histories."""
    bags = session.scalars(
        select(Bag)
        .where(Bag.id > after)
        .order_by(Bag.id)
        .limit(AT_ONCE)
        .with_for_update(of=Bag)
        .execution_options(populate_existing=True)
    ).all()
    if not bags:
        return None
    told = bag_ledger.facts_of(session, bags)
    changed = sum(
        _set_shadow(bag, bag_ledger.shadow(bag_history(told[bag.id], bag_ledger.opening_of(bag))))
        for bag in bags
        if told[bag.id]
    )
    session.flush()
    return Batch(bags[-1].id, len(bags), changed)


def _instants(legs: Sequence[Leg]) -> dict[tuple[str, int], tuple[object, ...]]:
    """Give what legs and their dossiers say of their instants."""
    told: dict[tuple[str, int], tuple[object, ...]] = {}
    for leg in legs:
        dossier = leg.dossier
        told["leg", leg.id] = (leg.started_at, leg.ended_at)
        told["dossier", dossier.id] = (
            dossier.handed_at,
            dossier.accepted_at,
            dossier.returned_at,
        )
    return told


# A batch is told by the ids of the rows it follows. What has gone from the facts goes first; the
# rows of the facts are locked, so that a trigger that follows them waits.
WORDS_WANTED = """
WITH wanted AS (
    SELECT DISTINCT d.id AS dossier_id, word, d.point_id, d.agency_id
    FROM dossier_parties p
    JOIN dossiers d ON d.id = p.dossier_id
    CROSS JOIN LATERAL
        regexp_split_to_table(p.folded_name COLLATE "C", '[[:space:][:punct:]]+') AS word
    WHERE word <> '' AND d.id BETWEEN :first AND :last
)
"""
LOCK_PARTIES = """
SELECT id FROM dossier_parties WHERE dossier_id BETWEEN :first AND :last ORDER BY id FOR SHARE
"""
WORDS_TOO_MANY = (
    WORDS_WANTED
    + """
DELETE FROM name_words n WHERE dossier_id BETWEEN :first AND :last AND NOT EXISTS (
    SELECT FROM wanted w WHERE (w.dossier_id, w.word, w.point_id, w.agency_id)
        = (n.dossier_id, n.word, n.point_id, n.agency_id))
"""
)
WORDS_MISSING = (
    WORDS_WANTED
    + """
INSERT INTO name_words (dossier_id, word, point_id, agency_id)
SELECT dossier_id, word, point_id, agency_id FROM wanted ON CONFLICT DO NOTHING
"""
)

MONEY_WANTED = """
WITH wanted AS (
    SELECT m.id, m.point_id FROM money_lines m
    WHERE m.id BETWEEN :first AND :last AND m.kind IN ('fee', 'charge') AND m.amount > 0
        AND NOT EXISTS (SELECT FROM voucher_lines v JOIN voucher_answers a USING (voucher_id)
            WHERE v.money_line_id = m.id AND a.answer = 'confirmed')
        AND NOT EXISTS (SELECT FROM receipt_voids v
            JOIN receipt_void_answers a ON a.void_id = v.id
            WHERE v.money_line_id = m.id AND a.approved)
)
"""
MONEY_TOO_MUCH = (
    MONEY_WANTED
    + """
DELETE FROM open_money o WHERE money_line_id BETWEEN :first AND :last AND NOT EXISTS (
    SELECT FROM wanted w WHERE (w.id, w.point_id) = (o.money_line_id, o.point_id))
"""
)
MONEY_MISSING = (
    MONEY_WANTED
    + """
INSERT INTO open_money (money_line_id, point_id)
SELECT id, point_id FROM wanted ON CONFLICT DO NOTHING
"""
)


def _count_dossiers(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Dossier)) or 0


def _name_words(session: Session, after: int) -> Batch | None:
    """Rebuild the words by which dossiers are found."""
    return _by_sql(
        session, _ids(session, Dossier, after), (LOCK_PARTIES, WORDS_TOO_MANY, WORDS_MISSING)
    )


def _count_money(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(MoneyLine)) or 0


def _open_money(session: Session, after: int) -> Batch | None:
    """Rebuild which receipts' money no agency has confirmed."""
    return _by_sql(session, _ids(session, MoneyLine, after), (MONEY_TOO_MUCH, MONEY_MISSING))


def _ids(session: Session, of: type[Dossier | MoneyLine], after: int) -> Sequence[int]:
    return session.scalars(select(of.id).where(of.id > after).order_by(of.id).limit(AT_ONCE)).all()


def _by_sql(session: Session, ids: Sequence[int], statements: Sequence[str]) -> Batch | None:
    """Let statements mend the rows of these ids; give how many they removed and added."""
    if not ids:
        return None
    changed = 0
    for statement in statements:
        done = session.execute(text(statement), {"first": ids[0], "last": ids[-1]})
        changed += 0 if done.returns_rows else max(done.rowcount, 0)  # type: ignore[attr-defined]
    return Batch(ids[-1], len(ids), changed)


REBUILDERS: tuple[Rebuilder, ...] = (
    Rebuilder(Words("Trạng thái bưu gửi", "States of items"), _count_items, _items),
    Rebuilder(Words("Trạng thái túi", "States of bags"), _count_bags, _bags),
    Rebuilder(Words("Từ trong tên để tìm", "Words of names"), _count_dossiers, _name_words),
    Rebuilder(Words("Tiền chờ cơ quan nhận", "Money not confirmed"), _count_money, _open_money),
)
"""Every shadow, in the order in which they follow from each other."""
