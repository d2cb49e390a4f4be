"""Items tell how often they moved, and whether what comes later may hang on what was."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0024"
down_revision: str | Sequence[str] | None = "0023"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

LOOKED_BACK_ON = (
    "corrected",
    "matter_settled",
    "handed_to_agency",
    "agency_received",
    "agency_accepted",
    "partly_delivered",
    "delivered",
)


def upgrade() -> None:
    op.add_column(
        "items",
        sa.Column(
            "moves",
            sa.BigInteger(),
            server_default=sa.text("0"),
            nullable=False,
            comment="how often it changed hands, its beginning counted",
        ),
    )
    op.add_column(
        "items",
        sa.Column(
            "looked_back_on",
            sa.Boolean(),
            server_default=sa.false(),
            nullable=False,
            comment="what is told later may hang on one of its facts",
        ),
    )
    kinds = ", ".join(f"'{kind}'" for kind in LOOKED_BACK_ON)
    op.execute(
        "UPDATE items SET moves = told.moves, looked_back_on = told.looked_back_on FROM ("  # noqa: S608  our own words
        " SELECT id, (SELECT count(*) FROM movements m WHERE m.item_id = i.id) AS moves,"
        f" EXISTS (SELECT FROM ledger e WHERE e.item_id = i.id AND e.kind IN ({kinds}))"
        " AS looked_back_on FROM items i WHERE entries > 0) told WHERE told.id = items.id"
    )
    op.drop_constraint(op.f("uq_items_returns_id"), "items", type_="unique")
    op.create_index(
        "ix_items_returns_id",
        "items",
        ["returns_id"],
        unique=True,
        postgresql_where=sa.text("returns_id IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_items_returns_id", "items")
    op.create_unique_constraint(op.f("uq_items_returns_id"), "items", ["returns_id"])
    op.drop_column("items", "looked_back_on")
    op.drop_column("items", "moves")
