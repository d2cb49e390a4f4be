"""A published list waits here between its dry run and its import."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0003"
down_revision: str | Sequence[str] | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "uploaded_lists",
        sa.Column("digest", sa.Text(), nullable=False, comment="SHA-256 of the content, hex"),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("uploaded_by", sa.BigInteger(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["uploaded_by"],
            ["accounts.id"],
            name=op.f("fk_uploaded_lists_uploaded_by_accounts"),
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_uploaded_lists")),
    )


def downgrade() -> None:
    op.drop_table("uploaded_lists")
