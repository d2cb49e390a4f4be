"""What every table is made of: the base class and the kinds of column.

A column is declared by one of the annotated types below, so that a moment is always aware, money
is always whole đồng and a code is always text. Whether it may be empty is said by the table:
`Mapped[Instant | None]`.
"""

from datetime import UTC, date, datetime
from typing import Annotated, Any

from sqlalchemy import BigInteger, Date, DateTime, Dialect, Identity, MetaData, Text
from sqlalchemy.orm import DeclarativeBase, mapped_column
from sqlalchemy.types import TypeDecorator

# Every constraint has a name that can be foretold, so that a migration can name what it changes.
NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class AwareInstant(TypeDecorator[datetime]):
    """A moment on the world's one time line: refuses naive datetimes, gives UTC back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(
        self,
        value: datetime | None,
        dialect: Dialect,  # noqa: ARG002  the name is SQLAlchemy's
    ) -> datetime | None:
        """Give the value unchanged.

        Raises:
            ValueError: the datetime is naive; that is our fault, never the reader's.
        """
        if value is not None and value.utcoffset() is None:
            raise ValueError(f"an instant needs its time zone, but {value!r} has none")
        return value

    def process_result_value(
        self,
        value: datetime | None,
        dialect: Dialect,  # noqa: ARG002  the name is SQLAlchemy's
    ) -> datetime | None:
        """Give the stored moment in UTC, whatever the session's time zone."""
        return None if value is None else value.astimezone(UTC)


type_annotation_map: dict[Any, Any] = {str: Text, int: BigInteger, datetime: AwareInstant}

Key = Annotated[int, mapped_column(BigInteger, Identity(always=False), primary_key=True)]
"""The row's own number, given by the database."""

Instant = Annotated[datetime, mapped_column(AwareInstant)]
"""When something happened; aware, shown in Asia/Ho_Chi_Minh."""

Day = Annotated[date, mapped_column(Date)]
"""A calendar day in Việt Nam."""

Dong = Annotated[int, mapped_column(BigInteger)]
"""Money in whole đồng."""

Code = Annotated[str, mapped_column(Text)]
"""A code as it was given: text, leading zeros kept."""


class Base(DeclarativeBase):
    """The base of every table; its metadata is the shape of the archive."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = type_annotation_map
