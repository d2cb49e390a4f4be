"""A ledger of any length whose digests, shadows and personal parts are true ones.

Written by COPY, set by set, with the archive's own guards asleep, because a drill and a benchmark
need a hundred thousand entries in seconds; what each entry says and how it is chained is asked of
the same rules and desks that the counter's writing goes through. Days with checkpoints between
them, as an installation lives them.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb
from sqlalchemy import text
from sqlalchemy.orm import Session

from models.items import Item
from models.ledger import LedgerEntry, PersonalFact
from models.movements import Movement
from models.places import Agency, Province, ServicePoint
from models.staff import Account, Assignment
from postal_app import checkpoints, movements
from postal_app.ledger import chained
from postal_app.ledger_keys import Signer
from postal_app.locked_items import opening_holder, shadow
from postal_app.rules.chain import START, commit, link
from postal_app.rules.codes import item_number
from postal_app.rules.custody import Fact, history
from postal_app.rules.holders import Holder, HolderKind
from postal_app.rules.vietnamese import VIETNAM

FIRST_DAY = datetime(2026, 1, 5, 7, 0, tzinfo=VIETNAM)
ORIGIN = "dien-tap.example.vn"
PAUSE = timedelta(minutes=40)
A_DAY = timedelta(days=1)
NOBODYS = "!"  # no password has this digest
ITEMS_AT_ONCE = 4000

# Each step of a way: its kind, who has the item then, whether somebody looked at the seal.
WAYS: dict[str, tuple[tuple[str, str, str], ...]] = {
    "submission": (
        ("accepted", "point", "intact"),
        ("departed", "courier", ""),
        ("arrived", "point", "intact"),
        ("departed", "courier", ""),
        ("handed_to_agency", "agency", "intact"),
        ("agency_accepted", "agency", "intact"),
    ),
    "result": (
        ("result_collected", "courier", "intact"),
        ("arrived", "point", ""),
        ("out_for_delivery", "courier", ""),
        ("delivered", "citizen", "intact"),
    ),
}


@dataclass(frozen=True, slots=True)
class Hands:
    """The one point, agency and courier through whose hands everything goes."""

    point: int
    agency: int
    account: int
    assignment: int

    def holder(self, kind: str) -> Holder:
        """Give the holder of a kind."""
        ids = {"point": self.point, "courier": self.account, "agency": self.agency, "citizen": 0}
        return Holder(HolderKind(kind), ids[kind])


def build(session: Session, signer: Signer, entries: int, *, seed: int, days: int = 8) -> int:
    """Write a ledger of at least so many entries with a checkpoint after each day; give how many.

    Args:
        session: as the tables' owner and a superuser; it is committed.
        signer: signs the checkpoints.
        entries: how many at least.
        seed: of the salts and numbers; the same gives the same ledger but for PostgreSQL's own.
        days: over how many days, each with its checkpoint.
    """
    hands = _hands(session)
    session.execute(text("SET session_replication_role = replica"))
    draw, written, serials = random.Random(seed), 0, count(1)  # noqa: S311  a drill, no secret
    for day in range(days):
        morning = FIRST_DAY + day * A_DAY
        session.execute(text("SELECT ensure_ledger_month(:at)"), {"at": morning})
        goal = entries * (day + 1) // days
        while written < goal:
            written += _write(session, hands, morning, goal - written, serials, draw)
        checkpoints.make(session, signer, ORIGIN, now=morning + timedelta(hours=16))
        session.commit()
        session.execute(text("SET session_replication_role = replica"))
    session.execute(text("SELECT setval('items_id_seq', (SELECT max(id) FROM items))"))
    session.execute(text("SET session_replication_role = origin"))
    session.execute(text("ANALYZE"))
    session.commit()
    return written


def _hands(session: Session) -> Hands:
    began = date(2026, 1, 1)
    province = Province(code="H28", name="Hòa Bình", sample=True)
    point = ServicePoint(
        code="354100",
        name="Bưu cục Lương Sơn",
        kind="post_office",
        address="Lương Sơn",
        commune_code="04924",
        catalogue="2024",
        latitude=20.87,
        longitude=105.53,
    )
    agency = Agency(
        name="Sở Tư pháp",
        level="province",
        address="Phường Hòa Bình",
        latitude=None,
        longitude=None,
    )
    courier = Account(
        sign_in="dung", full_name="Quách Văn Dũng", password_hash=NOBODYS, created_at=FIRST_DAY
    )
    session.add_all([province, point, agency, courier])
    session.flush()  # their ids are what the rows refer to
    work = Assignment(account_id=courier.id, role="courier", valid_from=began, point_id=point.id)
    session.add(work)
    session.flush()
    return Hands(point.id, agency.id, courier.id, work.id)


def _write(
    session: Session,
    hands: Hands,
    morning: datetime,
    wanted: int,
    serials: "count[int]",
    draw: random.Random,
) -> int:
    """Write a set of items with their entries, no more than are wanted; give how many entries."""
    items: list[dict[str, Any]] = []
    entries: list[dict[str, Any]] = []
    personal: list[dict[str, Any]] = []
    moved: list[dict[str, Any]] = []
    while len(entries) < wanted and len(items) < ITEMS_AT_ONCE:
        serial = next(serials)
        item, rows, parts, ways = _life(serial, hands, morning, draw)
        items.append(item)
        entries += rows
        moved += ways
        personal += parts
    raw = session.connection().connection.driver_connection
    if not isinstance(raw, psycopg.Connection):
        raise TypeError("the archive is not reached by psycopg")
    _copy(raw, Item.__tablename__, items)
    _copy(raw, LedgerEntry.__tablename__, entries)
    _copy(raw, PersonalFact.__tablename__, personal)
    _copy(raw, Movement.__tablename__, moved)
    return len(entries)


def _life(
    serial: int, hands: Hands, morning: datetime, draw: random.Random
) -> tuple[dict[str, Any], list[dict[str, Any]], list[dict[str, Any]], list[dict[str, Any]]]:
    """Give one item with all its entries, their personal parts, and its movements."""
    leg = "submission" if serial % 3 else "result"
    number = item_number("RH", serial)
    began = morning + timedelta(minutes=serial % 240)
    rows: list[dict[str, Any]] = []
    personal: list[dict[str, Any]] = []
    facts: list[Fact] = []
    previous = START
    for position, (kind, taker, condition) in enumerate(WAYS[leg], start=1):
        fact = UUID(int=draw.getrandbits(128), version=4)
        row = _blank() | {
            "recorded_at": began + position * PAUSE,
            "item_id": serial,
            "position": position,
            "fact": fact,
            "kind": kind,
            "occurred_at": began + position * PAUSE,
            "sequence": position,
            "taker_kind": taker,
            "taker_id": hands.holder(taker).id,
            "condition": condition,
            "account_id": hands.account,
            "assignment_id": hands.assignment,
            "details": {"proof": "signature"} if kind == "delivered" else {"seal": f"NP{serial}"},
        }
        if kind == "delivered":
            salt, said = draw.randbytes(16), {"receiver": f"Người nhận {serial}"}
            row["commitment"] = commit(salt, said)
            personal.append({"fact": fact, "salt": salt, "content": Jsonb(said)})
        digest = link(previous, chained(number, row))
        rows.append(row | {"previous": previous, "digest": digest})
        previous = digest
        facts.append(_fact(row, hands))
    item = _item(serial, leg, hands, began, facts, previous)
    steps = history(facts, opening_holder(Item(**item)))
    ways = [one._asdict() for one in movements.rows_of(serial, steps)]
    return item, rows, personal, ways


def _item(
    serial: int, leg: str, hands: Hands, began: datetime, facts: list[Fact], digest: bytes
) -> dict[str, Any]:
    made = {
        "id": serial,
        "number": item_number("RH", serial),
        "leg": leg,
        "point_id": hands.point,
        "agency_id": hands.agency,
        "seal_number": f"NP{serial}",
        "weight_grams": 120,
        "created_at": began,
        "entries": len(facts),
        "digest": digest,
    }
    return made | shadow(history(facts, opening_holder(Item(**made))))


def _fact(row: dict[str, Any], hands: Hands) -> Fact:
    return Fact(
        row["fact"],
        row["kind"],
        row["occurred_at"],
        "",
        row["sequence"],
        taker=hands.holder(row["taker_kind"]),
        condition=row["condition"],
        proof=str(row["details"].get("proof") or ""),
    )


def _blank() -> dict[str, Any]:
    """Give an entry that says nothing, whatever columns there are."""
    said: dict[str, Any] = dict.fromkeys(LedgerEntry.__table__.columns.keys())
    del said["id"]
    return said | {
        "device": "",
        "boot": "",
        "skew_ms": 0,
        "giver_kind": "",
        "giver_id": 0,
        "anomalies": [],
        "commitment": b"",
    }


def _copy(raw: psycopg.Connection[Any], table: str, rows: list[dict[str, Any]]) -> None:
    if not rows:
        return
    names = ", ".join(rows[0])
    with raw.cursor() as cursor, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(list(_plain(row)))


def _plain(row: dict[str, Any]) -> Iterator[object]:
    """Give a row's values as the driver writes them."""
    for name, value in row.items():
        yield Jsonb(value) if name == "details" else value
