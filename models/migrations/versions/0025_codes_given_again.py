"""A code given again keeps no correction from telling that its first bearer is open."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0025"
down_revision: str | Sequence[str] | None = "0024"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.drop_index("ix_dossiers_live_code", "dossiers")


def downgrade() -> None:
    op.create_index(
        "ix_dossiers_live_code",
        "dossiers",
        ["dossier_code"],
        unique=True,
        postgresql_where=sa.text("returned_at IS NULL AND closed_at IS NULL"),
    )
