"""Failed attempts are found without reading the whole ledger; the month's end counts the first."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0004"
down_revision: str | Sequence[str] | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_index(
        "ix_ledger_attempts",
        "ledger",
        ["item_id", "kind"],
        unique=False,
        postgresql_where=sa.text("kind IN ('attempt_failed', 'corrected')"),
    )


def downgrade() -> None:
    op.drop_index("ix_ledger_attempts", table_name="ledger")
