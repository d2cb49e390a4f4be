"""Printers of a point: where each stands and how it is spoken to."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0022"
down_revision: str | Sequence[str] | None = "0021"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "point_printers",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("point_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False, comment="as the people of the point call it"),
        sa.Column("destination", sa.Text(), nullable=False, comment="empty: it is used no more"),
        sa.Column("language", sa.Text(), nullable=False, comment="pdf, zpl or escpos"),
        sa.Column("dots_per_inch", sa.BigInteger(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_by", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["point_id"],
            ["service_points.id"],
            name=op.f("fk_point_printers_point_id_service_points"),
        ),
        sa.ForeignKeyConstraint(
            ["entered_by"], ["accounts.id"], name=op.f("fk_point_printers_entered_by_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_point_printers")),
    )
    op.create_index("ix_point_printers_newest", "point_printers", ["point_id", "name", "id"])
    op.execute("REVOKE UPDATE, DELETE, TRUNCATE ON point_printers FROM postal_app")
    op.execute(
        "CREATE TRIGGER never_changed BEFORE UPDATE OR DELETE ON point_printers "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        "CREATE TRIGGER never_emptied BEFORE TRUNCATE ON point_printers "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def downgrade() -> None:
    raise RuntimeError("where a printer stood is not forgotten")
