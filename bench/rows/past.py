"""A province's past of any length behind one and the same present.

The newest dossiers have the highest ids, and the same ids count back from the present in every
archive: each month is as busy as the others and all of it settled but for the last weeks. So what
lies in front of each person is the same, and what grows is what lies behind him. Digests and chains
are not true ones; the shapes are: names and phones as they are spread among people, legs, entries,
promises, money and vouchers.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text

from bench.rows.kinds import DRAW, NUMBER, PLAN, ROWS, STAFF, STEPS
from postal_app.demo.people import DATA
from postal_app.rules.vietnamese import VIETNAM, fold

A_DAY = 333
"""Dossiers taken in on each day, some ten thousand a month."""

PRESENT = datetime(2026, 3, 31, 17, 0, tzinfo=VIETNAM)

SETTINGS = (
    "session_replication_role = replica",
    "maintenance_work_mem = '512MB'",
    "work_mem = '256MB'",
)

LARGE = (
    "dossiers",
    "dossier_parties",
    "name_words",
    "checklist_lines",
    "signatures",
    "money_lines",
    "vouchers",
    "voucher_lines",
    "voucher_answers",
    "open_money",
    "items",
    "legs",
    "ledger",
    "personal_facts",
    "promises",
)


@dataclass(frozen=True, slots=True)
class Span:
    """The ids of the dossiers to write, both included, and the highest id there will ever be."""

    first: int
    last: int
    newest: int


def write(connection: Connection, span: Span, tell: Callable[[str], None]) -> None:
    """Write the dossiers of a span with all that hangs on them.

    Args:
        connection: as the tables' owner and a superuser, who may put the guards to sleep.
        span: which of them.
        tell: is told each kind of row when it is begun.
    """
    for setting in SETTINGS:
        connection.exec_driver_sql(f"SET LOCAL {setting}")
    _draw_names(connection)
    for statement in (DRAW, NUMBER, STAFF, STEPS):
        connection.exec_driver_sql(_filled(statement, {}))
    numbers = {"first": span.first, "last": span.last, "newest": span.newest, "a_day": A_DAY}
    tell("plan")
    connection.exec_driver_sql(_filled(PLAN, numbers))
    connection.exec_driver_sql("ANALYZE plan")
    indexes = _drop_indexes(connection)
    for name, statement in ROWS:
        tell(name)
        connection.exec_driver_sql(_filled(statement, numbers))
    connection.exec_driver_sql("DROP TABLE plan")
    for index in indexes:
        tell(index.split()[2 if index.startswith("CREATE INDEX") else 3])
        connection.exec_driver_sql(index)


def _draw_names(connection: Connection) -> None:
    """Write the parts of names; the first of each list is the commonest."""
    lists = json.loads((DATA / "people.json").read_text(encoding="utf-8"))
    families = [
        name
        for people, weight in lists["weights"].items()
        for place, name in enumerate(lists["family_names"][people])
        for _ in range(1 + weight // (1 + place))
    ]
    parts = {"family": families}
    for part in ("middle", "given"):
        parts[part] = [name for half in ("women", "men") for name in lists[half][f"{part}_names"]]
    columns = parts | {f"folded_{part}": [fold(one) for one in parts[part]] for part in parts}
    names = ", ".join(f"CAST(:{name} AS text[]) AS {name}" for name in columns)
    connection.execute(
        text(f"CREATE TEMPORARY TABLE name_parts ON COMMIT DROP AS SELECT {names}"), columns
    )


def _drop_indexes(connection: Connection) -> list[str]:
    """Drop what only slows the writing down; give the statements that make it again."""
    found = connection.execute(
        text(
            "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index "
            "JOIN pg_class ON pg_class.oid = indrelid "
            "WHERE relname = ANY(:large) AND relnamespace = 'public'::regnamespace AND NOT EXISTS "
            "(SELECT FROM pg_constraint WHERE conindid = indexrelid)"
        ),
        {"large": list(LARGE)},
    ).all()
    for name, _ in found:
        connection.exec_driver_sql(f"DROP INDEX {name}")
    return [definition.replace(" ON ONLY ", " ON ") for _, definition in found]


def _filled(statement: str, numbers: Mapping[str, int]) -> str:
    """Give a statement with its numbers in the places that bear their names."""
    statement = statement.replace("%", "%%")  # the driver takes two for one
    for name, number in numbers.items():
        statement = statement.replace(f":{name}", str(number))
    return statement
