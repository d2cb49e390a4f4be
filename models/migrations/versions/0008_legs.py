"""Legs of every kind: who sends, where to, and which item goes back in which."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0008"
down_revision: str | Sequence[str] | None = "0007"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# Until now a dossier had one leg of each kind, so its own instants were those of its legs.
ENDED = """
UPDATE legs SET ended_at = CASE legs.kind
    WHEN 'submission' THEN coalesce(dossiers.handed_at, dossiers.accepted_at)
    ELSE dossiers.returned_at END
FROM dossiers WHERE dossiers.id = legs.dossier_id
"""


def upgrade() -> None:
    op.alter_column("items", "leg", comment="for which purpose it travels")
    op.alter_column("legs", "kind", comment="for which purpose")
    op.add_column(
        "items",
        sa.Column(
            "from_agency_id",
            sa.BigInteger(),
            comment="who sends it, when another agency is to have it",
        ),
    )
    op.add_column(
        "items", sa.Column("returns_id", sa.BigInteger(), comment="the item that goes back in it")
    )
    op.create_foreign_key(
        op.f("fk_items_from_agency_id_agencies"), "items", "agencies", ["from_agency_id"], ["id"]
    )
    op.create_foreign_key(
        op.f("fk_items_returns_id_items"), "items", "items", ["returns_id"], ["id"]
    )
    op.create_unique_constraint(op.f("uq_items_returns_id"), "items", ["returns_id"])
    op.add_column(
        "legs",
        sa.Column(
            "ended_at",
            sa.DateTime(timezone=True),
            comment="this dossier's papers are where they were to go",
        ),
    )
    op.execute(ENDED)
    op.create_index("ix_legs_ended_at", "legs", ["ended_at"])
    op.add_column(
        "dossiers",
        sa.Column(
            "return_point_id",
            sa.BigInteger(),
            comment="where the result is given out; none: point_id",
        ),
    )
    op.create_foreign_key(
        op.f("fk_dossiers_return_point_id_service_points"),
        "dossiers",
        "service_points",
        ["return_point_id"],
        ["id"],
    )


def downgrade() -> None:
    raise RuntimeError("what happened is not forgotten")
