"""What the post promises is kept as it was said: calendars, standards and promises."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0005"
down_revision: str | Sequence[str] | None = "0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


ADDED_ONLY = ("calendar_years", "calendar_days", "promises")


def upgrade() -> None:
    op.create_table(
        "transit_standards",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("leg", sa.Text(), nullable=False, comment="submission or result"),
        sa.Column("zone", sa.Text(), nullable=False, comment="as published"),
        sa.Column("up_to_km", sa.BigInteger(), nullable=True, comment="none: any distance"),
        sa.Column("first_attempt_days", sa.BigInteger(), nullable=False, comment="working days"),
        sa.Column("delivery_days", sa.BigInteger(), nullable=False, comment="working days"),
        sa.Column("cut_off_hour", sa.BigInteger(), nullable=False, comment="of Việt Nam; 24: none"),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False, comment="the announcement or decision"),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "imported_by", sa.Text(), nullable=False, comment="sign-in name of who imported it"
        ),
        sa.CheckConstraint(
            "0 <= first_attempt_days", name=op.f("ck_transit_standards_first_attempt_not_negative")
        ),
        sa.CheckConstraint(
            "cut_off_hour BETWEEN 0 AND 24", name=op.f("ck_transit_standards_cut_off_hour")
        ),
        sa.CheckConstraint(
            "first_attempt_days <= delivery_days",
            name=op.f("ck_transit_standards_attempt_before_delivery"),
        ),
        sa.CheckConstraint("up_to_km > 0", name=op.f("ck_transit_standards_distance")),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_to >= valid_from",
            name=op.f("ck_transit_standards_valid_days"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transit_standards")),
    )
    op.create_index(
        "ix_transit_standards_open",
        "transit_standards",
        ["leg", sa.literal_column("coalesce(up_to_km, 0)")],
        unique=True,
        postgresql_where=sa.text("valid_to IS NULL"),
    )
    op.create_table(
        "calendar_years",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("province_id", sa.BigInteger(), nullable=False),
        sa.Column("year", sa.BigInteger(), nullable=False),
        sa.Column(
            "version",
            sa.BigInteger(),
            nullable=False,
            comment="1 is the first publication of the year",
        ),
        sa.Column(
            "rest_weekdays", sa.ARRAY(sa.BigInteger()), nullable=False, comment="0 is Monday"
        ),
        sa.Column(
            "half_weekdays", sa.ARRAY(sa.BigInteger()), nullable=False, comment="mornings only"
        ),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "imported_by", sa.Text(), nullable=False, comment="sign-in name of who imported it"
        ),
        sa.ForeignKeyConstraint(
            ["province_id"], ["provinces.id"], name=op.f("fk_calendar_years_province_id_provinces")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_years")),
    )
    op.create_index(
        "ix_calendar_years_version",
        "calendar_years",
        ["province_id", "year", "version"],
        unique=True,
    )
    op.create_table(
        "calendar_days",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("year_id", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False, comment="holiday, rest, half or work"),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False, comment="the announcement or decision"),
        sa.ForeignKeyConstraint(
            ["year_id"], ["calendar_years.id"], name=op.f("fk_calendar_days_year_id_calendar_years")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_days")),
    )
    op.create_index("ix_calendar_days_day", "calendar_days", ["year_id", "day"], unique=True)
    op.create_table(
        "promises",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("item_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "started_at",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="when the item began its way",
        ),
        sa.Column("fact", sa.Uuid(), nullable=False, comment="the entry that says so"),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("standard_id", sa.BigInteger(), nullable=True),
        sa.Column("counted_from", sa.Date(), nullable=True),
        sa.Column("first_attempt_due", sa.Date(), nullable=True, comment="last day of the limit"),
        sa.Column("delivery_due", sa.Date(), nullable=True, comment="last day of the limit"),
        sa.Column(
            "calendar_version", sa.Text(), nullable=False, comment="by which its days were reckoned"
        ),
        sa.Column("unpublished_years", sa.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column(
            "terms_id",
            sa.BigInteger(),
            nullable=True,
            comment="the catalogue's row; none: not in it",
        ),
        sa.Column("form_version", sa.Text(), nullable=False),
        sa.Column(
            "price_version",
            sa.Text(),
            nullable=False,
            comment="of the tariff; empty: none is published",
        ),
        sa.CheckConstraint(
            "counted_from <= first_attempt_due AND first_attempt_due <= delivery_due",
            name=op.f("ck_promises_limits_in_order"),
        ),
        sa.CheckConstraint(
            "num_nulls(standard_id, counted_from, first_attempt_due, delivery_due) IN (0, 4)",
            name=op.f("ck_promises_whole_or_nothing"),
        ),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name=op.f("fk_promises_item_id_items")),
        sa.ForeignKeyConstraint(
            ["standard_id"],
            ["transit_standards.id"],
            name=op.f("fk_promises_standard_id_transit_standards"),
        ),
        sa.ForeignKeyConstraint(
            ["terms_id"], ["procedure_terms.id"], name=op.f("fk_promises_terms_id_procedure_terms")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promises")),
    )
    op.create_index(
        "ix_promises_item_started_at", "promises", ["item_id", "started_at"], unique=True
    )
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
    op.execute("REVOKE DELETE, TRUNCATE ON transit_standards FROM postal_app")
    op.execute(
        "CREATE TRIGGER ended_only BEFORE UPDATE ON transit_standards "
        "FOR EACH ROW EXECUTE FUNCTION refuse_edit()"
    )


def downgrade() -> None:
    raise RuntimeError("what was promised is not taken back")
