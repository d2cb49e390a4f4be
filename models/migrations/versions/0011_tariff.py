"""The tariff: prices with days and zones, exemptions, what is still to be collected, voids."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0011"
down_revision: str | Sequence[str] | None = "0010"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

ADDED_ONLY = (
    "money_lines",
    "money_dues",
    "money_dues_withdrawn",
    "receipt_voids",
    "receipt_void_answers",
)

# A ground's evidence is sensitive: it is emptied when its time is over; nothing else is touched.
ERASE_ONLY = """
CREATE FUNCTION refuse_all_but_erasing_evidence() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF to_jsonb(NEW) - 'evidence' = to_jsonb(OLD) - 'evidence' AND NEW.evidence = '' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'rows of % are only ever added', TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$
"""


def upgrade() -> None:
    _make_tariff()
    _make_dues()
    _make_exemptions()
    _make_receipts_whole()
    _make_voids()
    for table in ADDED_ONLY:
        op.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM postal_app")
        op.execute(
            f"CREATE TRIGGER never_changed BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        _never_emptied(table)
    op.execute("REVOKE DELETE, TRUNCATE ON tariff_prices FROM postal_app")
    op.execute(
        "CREATE TRIGGER ended_only BEFORE UPDATE ON tariff_prices "
        "FOR EACH ROW EXECUTE FUNCTION refuse_edit()"
    )
    op.execute(ERASE_ONLY)
    op.execute("REVOKE UPDATE, DELETE, TRUNCATE ON exemptions FROM postal_app")
    op.execute("GRANT UPDATE (evidence) ON exemptions TO postal_app")
    op.execute(
        "CREATE TRIGGER erased_only BEFORE UPDATE ON exemptions "
        "FOR EACH ROW EXECUTE FUNCTION refuse_all_but_erasing_evidence()"
    )
    op.execute(
        "CREATE TRIGGER never_removed BEFORE DELETE ON exemptions "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    _never_emptied("exemptions")


def _never_emptied(table: str) -> None:
    op.execute(
        f"CREATE TRIGGER never_emptied BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def _make_tariff() -> None:
    op.create_table(
        "tariff_prices",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("service", sa.Text(), nullable=False, comment="submit, return or remittance"),
        sa.Column(
            "zone_kind",
            sa.Text(),
            nullable=False,
            comment="any, distance, same_district, other_district or other_province",
        ),
        sa.Column("zone", sa.Text(), nullable=False, comment="as published"),
        sa.Column("up_to_km", sa.BigInteger(), nullable=True, comment="distance only; none: any"),
        sa.Column(
            "provinces",
            sa.ARRAY(sa.Text()),
            nullable=False,
            comment="other_province only: codes of 2024; none: any",
        ),
        sa.Column("up_to_grams", sa.BigInteger(), nullable=True, comment="none: any weight"),
        sa.Column("price", sa.BigInteger(), nullable=False, comment="before VAT"),
        sa.Column(
            "ceiling",
            sa.BigInteger(),
            nullable=True,
            comment="the State's, before VAT; none: not said",
        ),
        sa.Column("vat_percent", sa.BigInteger(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False, comment="the decision that publishes it"),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "imported_by", sa.Text(), nullable=False, comment="sign-in name of who imported it"
        ),
        sa.CheckConstraint(
            "service IN ('submit', 'return', 'remittance')", name=op.f("ck_tariff_prices_service")
        ),
        sa.CheckConstraint("up_to_km > 0 AND up_to_grams > 0", name=op.f("ck_tariff_prices_steps")),
        sa.CheckConstraint(
            "price >= 0 AND price <= coalesce(ceiling, price)",
            name=op.f("ck_tariff_prices_under_the_ceiling"),
        ),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_to >= valid_from", name=op.f("ck_tariff_prices_valid_days")
        ),
        sa.CheckConstraint(
            "vat_percent BETWEEN 0 AND 100", name=op.f("ck_tariff_prices_vat_percent")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tariff_prices")),
    )
    op.create_index(
        "ix_tariff_prices_open",
        "tariff_prices",
        [
            "service",
            "zone_kind",
            sa.literal_column("coalesce(up_to_km, 0)"),
            "provinces",
            sa.literal_column("coalesce(up_to_grams, 0)"),
        ],
        unique=True,
        postgresql_where=sa.text("valid_to IS NULL"),
    )


def _make_dues() -> None:
    op.create_table(
        "money_dues",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("dossier_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column(
            "amount", sa.BigInteger(), nullable=False, comment="in full, before any exemption"
        ),
        sa.Column("moment", sa.Text(), nullable=False, comment="supplement or delivery"),
        sa.Column("added_by", sa.BigInteger(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_money_dues_amount_positive")),
        sa.CheckConstraint(
            "moment IN ('supplement', 'delivery')", name=op.f("ck_money_dues_moment")
        ),
        sa.ForeignKeyConstraint(
            ["added_by"], ["accounts.id"], name=op.f("fk_money_dues_added_by_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossiers.id"], name=op.f("fk_money_dues_dossier_id_dossiers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_money_dues")),
    )
    op.create_index(op.f("ix_money_dues_dossier_id"), "money_dues", ["dossier_id"])
    op.create_table(
        "money_dues_withdrawn",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("due_id", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("withdrawn_by", sa.BigInteger(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["due_id"], ["money_dues.id"], name=op.f("fk_money_dues_withdrawn_due_id_money_dues")
        ),
        sa.ForeignKeyConstraint(
            ["withdrawn_by"],
            ["accounts.id"],
            name=op.f("fk_money_dues_withdrawn_withdrawn_by_accounts"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_money_dues_withdrawn")),
        sa.UniqueConstraint("due_id", name=op.f("uq_money_dues_withdrawn_due_id")),
    )


def _make_exemptions() -> None:
    op.create_table(
        "exemptions",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("dossier_id", sa.BigInteger(), nullable=False),
        sa.Column("due_id", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False, comment="of the money"),
        sa.Column("ground", sa.Text(), nullable=False),
        sa.Column(
            "percent", sa.BigInteger(), nullable=False, comment="50 or 100, as the ground said then"
        ),
        sa.Column(
            "act", sa.Text(), nullable=False, comment="that grants it; empty: the ground says it"
        ),
        sa.Column(
            "evidence",
            sa.Text(),
            nullable=False,
            comment="paper shown; sensitive; empty: erased",
        ),
        sa.Column("granted_by", sa.BigInteger(), nullable=False),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("percent IN (50, 100)", name=op.f("ck_exemptions_percent")),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossiers.id"], name=op.f("fk_exemptions_dossier_id_dossiers")
        ),
        sa.ForeignKeyConstraint(
            ["due_id"], ["money_dues.id"], name=op.f("fk_exemptions_due_id_money_dues")
        ),
        sa.ForeignKeyConstraint(
            ["granted_by"], ["accounts.id"], name=op.f("fk_exemptions_granted_by_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exemptions")),
        sa.UniqueConstraint("due_id", name=op.f("uq_exemptions_due_id")),
    )
    op.create_index(op.f("ix_exemptions_dossier_id"), "exemptions", ["dossier_id"])


def _make_receipts_whole() -> None:
    """Say of every receipt where it lies and for whom; those before were taken at the intake."""
    columns = (
        sa.Column("point_id", sa.BigInteger(), comment="of who took it: there it lies"),
        sa.Column(
            "agency_id",
            sa.BigInteger(),
            comment="that settled the dossier when it was taken",
        ),
        sa.Column("moment", sa.Text(), comment="intake, supplement or delivery"),
        sa.Column("full_amount", sa.BigInteger(), comment="before any exemption"),
        sa.Column("exempt_percent", sa.BigInteger(), comment="0, 50 or 100"),
        sa.Column("exemption_id", sa.BigInteger(), nullable=True),
        sa.Column("due_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "vat_amount",
            sa.BigInteger(),
            nullable=True,
            comment="inside; none: no tariff says a rate",
        ),
        sa.Column(
            "tariff_amount",
            sa.BigInteger(),
            nullable=True,
            comment="what the tariff asks, with VAT",
        ),
        sa.Column("price_version", sa.Text(), comment="of the tariff; empty: it says no price"),
    )
    for column in columns:
        op.add_column("money_lines", column)
    op.execute(
        "UPDATE money_lines SET point_id = dossiers.point_id, agency_id = dossiers.agency_id,"
        " moment = 'intake', full_amount = amount, exempt_percent = 0, price_version = ''"
        " FROM dossiers WHERE dossiers.id = money_lines.dossier_id"
    )
    for name in (
        "point_id",
        "agency_id",
        "moment",
        "full_amount",
        "exempt_percent",
        "price_version",
    ):
        op.alter_column("money_lines", name, nullable=False)
    op.execute("COMMENT ON COLUMN money_lines.amount IS 'taken'")
    op.execute("COMMENT ON COLUMN money_lines.receipt_number IS 'no gap; empty: exempt in full'")
    for name, table in (
        ("point_id", "service_points"),
        ("agency_id", "agencies"),
        ("exemption_id", "exemptions"),
        ("due_id", "money_dues"),
    ):
        op.create_foreign_key(
            op.f(f"fk_money_lines_{name}_{table}"), "money_lines", table, [name], ["id"]
        )
    for name in ("point_id", "agency_id", "due_id"):
        op.create_index(op.f(f"ix_money_lines_{name}"), "money_lines", [name])
    op.create_index(
        "ix_money_lines_receipt",
        "money_lines",
        ["receipt_number"],
        unique=True,
        postgresql_where=sa.text("receipt_number <> ''"),
    )
    for name, check in (
        ("no_more_than_in_full", "amount <= full_amount"),
        ("receipt_for_money", "(amount = 0) = (receipt_number = '')"),
        ("exempt_percent", "exempt_percent IN (0, 50, 100)"),
        ("exempt_with_ground", "(exempt_percent = 0) = (exemption_id IS NULL)"),
        ("moment", "moment IN ('intake', 'supplement', 'delivery')"),
    ):
        op.create_check_constraint(op.f(f"ck_money_lines_{name}"), "money_lines", check)


def _make_voids() -> None:
    op.create_table(
        "receipt_voids",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("money_line_id", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.BigInteger(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["asked_by"], ["accounts.id"], name=op.f("fk_receipt_voids_asked_by_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["money_line_id"],
            ["money_lines.id"],
            name=op.f("fk_receipt_voids_money_line_id_money_lines"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receipt_voids")),
    )
    op.create_index(op.f("ix_receipt_voids_money_line_id"), "receipt_voids", ["money_line_id"])
    op.create_table(
        "receipt_void_answers",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("void_id", sa.BigInteger(), nullable=False),
        sa.Column("approved", sa.Boolean(), nullable=False),
        sa.Column("answered_by", sa.BigInteger(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["answered_by"],
            ["accounts.id"],
            name=op.f("fk_receipt_void_answers_answered_by_accounts"),
        ),
        sa.ForeignKeyConstraint(
            ["void_id"],
            ["receipt_voids.id"],
            name=op.f("fk_receipt_void_answers_void_id_receipt_voids"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receipt_void_answers")),
        sa.UniqueConstraint("void_id", name=op.f("uq_receipt_void_answers_void_id")),
    )


def downgrade() -> None:
    raise RuntimeError("what was collected is not taken back")
