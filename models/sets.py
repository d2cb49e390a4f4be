"""Sets of rows: read, written or changed by one statement, whatever their number.

A batch of scans may name thousands of items; a statement for each would cost more than all that
is done with them.
"""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, TableValuedAlias, any_, column, func, literal
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import InstrumentedAttribute, Session
from sqlalchemy.orm.util import identity_key

from models.base import Base

Row = Mapping[str, Any]


def among(asked: InstrumentedAttribute[Any], values: Collection[object]) -> ColumnElement[bool]:
    """Give the condition that a column has one of these values, which travel as one array."""
    return asked == any_(literal(list(values), ARRAY(asked.type)))


def given(table: type[Base], names: Sequence[str], rows: Sequence[Row]) -> TableValuedAlias:
    """Give rows as a table to select from or to join with: the columns `names`, typed as there.

    Lists and documents travel in `documents` instead.
    """
    columns = [table.__table__.c[name] for name in names]
    arrays = [literal([row[one.name] for row in rows], ARRAY(one.type)) for one in columns]
    typed = [column(one.name, one.type) for one in columns]
    return func.unnest(*arrays).table_valued(*typed, name="given").render_derived()


def documents(table: type[Base], names: Sequence[str], rows: Sequence[Row]) -> TableValuedAlias:
    """Give rows of any columns, sent as one document, as a table to select from."""
    sent = [{name: _told(row[name]) for name in names} for row in rows]
    typed = [column(name, table.__table__.c[name].type) for name in names]
    listed = func.jsonb_to_recordset(literal(sent, JSONB)).table_valued(*typed, name="given")
    return listed.render_derived(with_types=True)


def append(session: Session, table: type[Base], rows: Sequence[Row]) -> None:
    """Append rows by COPY; all name the same columns, and the database numbers them."""
    if not rows:
        return
    names = list(rows[0])
    columns = [table.__table__.c[name] for name in names]
    is_document = [isinstance(one.type, JSONB) for one in columns]
    quoted = ", ".join(f'"{name}"' for name in names)
    connection = session.connection().connection
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {table.__tablename__} ({quoted}) FROM STDIN") as copy,
    ):
        for row in rows:
            copy.write_row(
                [
                    json.dumps(row[name], ensure_ascii=False) if document else row[name]
                    for name, document in zip(names, is_document, strict=True)
                ]
            )


def forget(session: Session, table: type[Base], ids: Iterable[int], names: Sequence[str]) -> None:
    """Let objects of this session that were changed behind their backs be read anew."""
    for one in ids:
        known = session.identity_map.get(identity_key(table, one))
        if known is not None:
            session.expire(known, names)


def _told(value: object) -> object:
    return value if value is None or isinstance(value, (int, str, list)) else str(value)
