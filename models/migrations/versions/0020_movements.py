"""Movements, closing counts, quarantine, and what a record of an incident weighs and counts.

The movements and the quarantine of an archive that is older follow from its ledger; whoever
upgrades one has them rebuilt from there, and `postal verify` tells until then what is missing.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0020"
down_revision: str | Sequence[str] | None = "0019"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

ADDED_ONLY = ("count_sheets", "count_lines", "count_settlements", "incident_photos")
FOUND = (
    ("weight_sealed", "grams, as sealed; none: older record"),
    ("weight_found", "grams, as weighed; none: not weighed"),
    ("papers_listed", "copies, as sealed"),
    ("papers_found", "copies; none: not counted again"),
)


def upgrade() -> None:
    _movements()
    _quarantine()
    _count_sheets()
    _count_lines()
    _count_settlements()
    _incident_photos()
    for table in ADDED_ONLY:
        op.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM postal_app")
        op.execute(
            f"CREATE TRIGGER never_changed BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER never_emptied BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def downgrade() -> None:
    raise RuntimeError("what was counted and settled is not taken back")


def _key() -> sa.Column[int]:
    return sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False)


def _told(name: str, comment: str | None = None) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False, comment=comment)


def _number(name: str, comment: str | None = None) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=False, comment=comment)


def _moment(name: str, comment: str | None = None) -> sa.Column[sa.DateTime]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False, comment=comment)


def _refers(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name)


def _movements() -> None:
    op.create_table(
        "movements",
        _number("item_id"),
        _number("ordinal"),
        sa.Column("fact", sa.Uuid(), nullable=False, comment="the ledger's entry that says so"),
        _moment("at", "when it happened"),
        _told("from_kind", "empty: it came into being"),
        _number("from_id"),
        _told("to_kind"),
        _number("to_id"),
        sa.CheckConstraint(
            "(from_kind = '') = (ordinal = 0)", name=op.f("ck_movements_first_from_nobody")
        ),
        sa.PrimaryKeyConstraint("item_id", "ordinal", name=op.f("pk_movements")),
    )
    op.create_index("ix_movements_came", "movements", ["to_kind", "to_id", "at"])
    op.create_index("ix_movements_went", "movements", ["from_kind", "from_id", "at"])
    op.create_index("ix_movements_at", "movements", ["at"], postgresql_using="brin")


def _quarantine() -> None:
    op.add_column(
        "items",
        sa.Column(
            "quarantined",
            sa.Boolean(),
            server_default=sa.false(),
            nullable=False,
            comment="a matter of its seal or cover is not settled",
        ),
    )
    op.create_index(
        "ix_items_quarantined",
        "items",
        ["holder_kind", "holder_id"],
        postgresql_where=sa.text("quarantined"),
    )


def _count_sheets() -> None:
    op.create_table(
        "count_sheets",
        _key(),
        _told("number", "no gap per place and year"),
        _told("holder_kind"),
        _number("holder_id"),
        _told("holder_name", "as it was called then"),
        sa.Column("point_id", sa.BigInteger(), nullable=True),
        sa.Column("agency_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "blind",
            sa.Boolean(),
            nullable=False,
            comment="the book was not shown before the count was in",
        ),
        _number("opening", "of the day, by the book as it stood then"),
        _number("came"),
        _number("went"),
        _told("note"),
        sa.Column(
            "due_on",
            sa.Date(),
            nullable=False,
            comment="by when its differences are to be settled",
        ),
        _number("counted_by"),
        _moment("counted_at"),
        sa.CheckConstraint(
            "num_nonnulls(point_id, agency_id) = 1", name=op.f("ck_count_sheets_of_one_place")
        ),
        _refers("count_sheets", "point_id", "service_points"),
        _refers("count_sheets", "agency_id", "agencies"),
        _refers("count_sheets", "counted_by", "accounts"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_count_sheets")),
        sa.UniqueConstraint("number", name=op.f("uq_count_sheets_number")),
    )
    op.create_index(op.f("ix_count_sheets_point_id"), "count_sheets", ["point_id"])
    op.create_index(op.f("ix_count_sheets_agency_id"), "count_sheets", ["agency_id"])
    op.create_index(
        "ix_count_sheets_holder", "count_sheets", ["holder_kind", "holder_id", "counted_at"]
    )


def _count_lines() -> None:
    op.create_table(
        "count_lines",
        _key(),
        _number("sheet_id"),
        _number("position"),
        _told("code", "the item's number, or what was read"),
        sa.Column("item_id", sa.BigInteger(), nullable=True),
        _told("result", "computed from the count and the book"),
        _told("book_kind", "who held it by the book; empty: nobody"),
        _number("book_id"),
        _told("book_name"),
        _refers("count_lines", "sheet_id", "count_sheets"),
        _refers("count_lines", "item_id", "items"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_count_lines")),
    )
    op.create_index("ix_count_lines_position", "count_lines", ["sheet_id", "position"], unique=True)
    op.create_index(op.f("ix_count_lines_item_id"), "count_lines", ["item_id"])


def _count_settlements() -> None:
    op.create_table(
        "count_settlements",
        _key(),
        _number("line_id"),
        _told("words"),
        _number("settled_by"),
        _told("place", "where he worked when he said so"),
        _moment("settled_at"),
        sa.CheckConstraint("words <> ''", name=op.f("ck_count_settlements_something_said")),
        _refers("count_settlements", "line_id", "count_lines"),
        _refers("count_settlements", "settled_by", "accounts"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_count_settlements")),
        sa.UniqueConstraint("line_id", name=op.f("uq_count_settlements_line_id")),
    )


def _incident_photos() -> None:
    for name, comment in FOUND:
        op.add_column("incidents", sa.Column(name, sa.BigInteger(), nullable=True, comment=comment))
    op.create_table(
        "incident_photos",
        _key(),
        _number("incident_id"),
        _told("digest", "SHA-256 of the file, in hexadecimal"),
        _number("size", "in bytes"),
        _refers("incident_photos", "incident_id", "incidents"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident_photos")),
    )
    op.create_index(
        "ix_incident_photos_once", "incident_photos", ["incident_id", "digest"], unique=True
    )
