"""Sets of rows: read, written or changed by one statement, whatever their number.

A batch of scans may name thousands of items; a statement for each would cost more than all that
is done with them.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import orjson
from sqlalchemy import (
    ARRAY,
    JSON,
    ColumnElement,
    Table,
    TableValuedAlias,
    Text,
    any_,
    bindparam,
    cast,
    column,
    func,
    literal,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import InstrumentedAttribute, Session
from sqlalchemy.orm.util import identity_key

from models.base import Base

Row = Mapping[str, Any]


def among_sent(asked: InstrumentedAttribute[Any]) -> ColumnElement[bool]:
    """Give the condition that a column has one of the values that are sent as `values`."""
    return asked == any_(bindparam("values", type_=ARRAY(asked.type)))


def among(asked: InstrumentedAttribute[Any], values: Collection[object]) -> ColumnElement[bool]:
    """Give the condition that a column has one of these values, which travel as one array."""
    return asked == any_(literal(list(values), ARRAY(asked.type)))


def table_of(table: type[Base]) -> Table:
    """Give the table alone, for a statement with parameters: the mapper reads those as objects."""
    return Base.metadata.tables[table.__tablename__]


def given(table: type[Base], names: Sequence[str]) -> TableValuedAlias:
    """Give what is sent with a statement as a table in it: the columns `names`, typed as there.

    The rows travel as one text, which costs far less than an array for each column. Such a
    statement is put together once; that costs as much as some hundred rows.
    """
    typed = [column(name, table.__table__.c[name].type) for name in names]
    listed = func.json_to_recordset(cast(bindparam("given", type_=Text), JSON))
    return listed.table_valued(*typed, name="given").render_derived(with_types=True)


def sent(names: Sequence[str], rows: Iterable[Row]) -> dict[str, str]:
    """Give the parameters by which a statement with `given` gets these columns of rows."""
    return {"given": _as_json([{name: row[name] for name in names} for row in rows])}


def append(session: Session, table: type[Base], rows: Sequence[Row]) -> None:
    """Append rows by COPY; all name the same columns, and the database numbers them."""
    if not rows:
        return
    names = tuple(rows[0])
    columns = [table.__table__.c[name] for name in names]
    documents = [place for place, one in enumerate(columns) if isinstance(one.type, JSONB)]
    lists = [place for place, one in enumerate(columns) if isinstance(one.type, ARRAY)]
    quoted = ", ".join(f'"{name}"' for name in names)
    driver: Any = session.connection().connection.driver_connection
    with (
        driver.cursor() as cursor,
        cursor.copy(f"COPY {table.__tablename__} ({quoted}) FROM STDIN") as copy,
    ):
        for row in rows:
            values = [row[name] for name in names]
            for place in documents:
                values[place] = _as_json(values[place])
            for place in lists:
                values[place] = values[place] or "{}"  # most are empty; the driver asks each anew
            copy.write_row(values)


def forget(session: Session, table: type[Base], ids: Iterable[int], names: Sequence[str]) -> None:
    """Let objects of this session that were changed behind their backs be read anew."""
    for one in ids:
        known = session.identity_map.get(identity_key(table, one))
        if known is not None:
            session.expire(known, names)


def _as_json(value: object) -> str:
    return orjson.dumps(value, default=_told).decode()


def _told(value: object) -> str:
    """Give what JSON has no form for as PostgreSQL reads it."""
    return f"\\x{value.hex()}" if isinstance(value, bytes) else str(value)
