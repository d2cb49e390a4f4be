"""Label work: prints, calibrations of printers, ranges of numbers printed ahead."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0021"
down_revision: str | Sequence[str] | None = "0020"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

ADDED_ONLY = ("label_prints", "printer_calibrations", "number_fates")
LETTERS = "(ascii(prefix) * 26 + ascii(substr(prefix, 2)))::bigint * 100000000"


def upgrade() -> None:
    _prints()
    _calibrations()
    _ranges()
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
    # Of a range only the counter moves; the range itself stays as it was given.
    op.execute("REVOKE UPDATE, DELETE, TRUNCATE ON number_ranges FROM postal_app")
    op.execute("GRANT UPDATE (next_serial) ON number_ranges TO postal_app")


def downgrade() -> None:
    raise RuntimeError("labels that were printed are not taken back")


def _key() -> sa.Column[int]:
    return sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False)


def _refers(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name)


def _prints() -> None:
    op.create_table(
        "label_prints",
        _key(),
        sa.Column("number", sa.Text(), nullable=False, comment="of the item"),
        sa.Column("stock", sa.Text(), nullable=False),
        sa.Column("copies", sa.BigInteger(), nullable=False),
        sa.Column("printed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("assignment_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "copies BETWEEN 1 AND 20", name=op.f("ck_label_prints_copies_of_a_label")
        ),
        _refers("label_prints", "account_id", "accounts"),
        _refers("label_prints", "assignment_id", "assignments"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_label_prints")),
    )
    op.create_index("ix_label_prints_number", "label_prints", ["number"])


def _calibrations() -> None:
    op.create_table(
        "printer_calibrations",
        _key(),
        sa.Column("point_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "printer", sa.Text(), nullable=False, comment="as the people of the point call it"
        ),
        sa.Column("stock", sa.Text(), nullable=False),
        sa.Column(
            "left_mm", sa.Float(), nullable=False, comment="from the edge to the first cross"
        ),
        sa.Column("top_mm", sa.Float(), nullable=False),
        sa.Column(
            "across_mm", sa.Float(), nullable=False, comment="from the first to the second cross"
        ),
        sa.Column("down_mm", sa.Float(), nullable=False),
        sa.Column("measured_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("measured_by", sa.BigInteger(), nullable=False),
        _refers("printer_calibrations", "point_id", "service_points"),
        _refers("printer_calibrations", "measured_by", "accounts"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_printer_calibrations")),
    )
    op.create_index(
        "ix_printer_calibrations_newest",
        "printer_calibrations",
        ["point_id", "printer", "stock", "id"],
    )


def _ranges() -> None:
    op.create_table(
        "number_ranges",
        _key(),
        sa.Column("point_id", sa.BigInteger(), nullable=False),
        sa.Column("prefix", sa.Text(), nullable=False, comment="service letters, e.g. RH"),
        sa.Column("first_serial", sa.BigInteger(), nullable=False),
        sa.Column("last_serial", sa.BigInteger(), nullable=False),
        sa.Column("next_serial", sa.BigInteger(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("given_to", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("prefix ~ '^[A-Z]{2}$'", name=op.f("ck_number_ranges_service_letters")),
        sa.CheckConstraint(
            "0 <= first_serial AND first_serial <= last_serial AND last_serial <= 99999999",
            name=op.f("ck_number_ranges_serials_in_eight_digits"),
        ),
        sa.CheckConstraint(
            "next_serial BETWEEN first_serial AND last_serial + 1",
            name=op.f("ck_number_ranges_next_within_the_range"),
        ),
        postgresql.ExcludeConstraint(
            (
                sa.text(f"int8range({LETTERS} + first_serial, {LETTERS} + last_serial, '[]')"),
                "&&",
            ),
            using="gist",
            name="never_overlapping_number_ranges",
        ),
        _refers("number_ranges", "point_id", "service_points"),
        _refers("number_ranges", "given_to", "accounts"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_number_ranges")),
    )
    op.create_index(op.f("ix_number_ranges_point_id"), "number_ranges", ["point_id"])
    op.create_table(
        "number_fates",
        sa.Column("number", sa.Text(), nullable=False, comment="UPU S10; each once"),
        sa.Column("range_id", sa.BigInteger(), nullable=True, comment="none: of the common series"),
        sa.Column("fate", sa.Text(), nullable=False),
        sa.Column(
            "reason",
            sa.Text(),
            nullable=False,
            comment="why it is spoiled or lost, or for which dossier",
        ),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_by", sa.BigInteger(), nullable=False),
        _refers("number_fates", "range_id", "number_ranges"),
        _refers("number_fates", "settled_by", "accounts"),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_number_fates")),
    )
    op.create_index(op.f("ix_number_fates_range_id"), "number_fates", ["range_id"])
