"""Money by its days: a balance reads the days it is about, not all that ever moved.

Chosen from the plans of `postal bench pages`; see docs/adr.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0016"
down_revision: str | Sequence[str] | None = "0015"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

DAYS = (
    ("money_lines", "collected_at"),
    ("vouchers", "made_at"),
    ("voucher_answers", "answered_at"),
    ("receipt_void_answers", "answered_at"),
)


def upgrade() -> None:
    for table, column in DAYS:
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])
    op.create_index(
        "ix_dossiers_voided_at",
        "dossiers",
        ["voided_at"],
        postgresql_where=sa.text("voided_at IS NOT NULL"),
    )


def downgrade() -> None:
    raise RuntimeError("the balances of later versions need these indexes")
