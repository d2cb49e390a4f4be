"""The public's look-ups are counted for all processes, and what they disclose is written down."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0006"
down_revision: str | Sequence[str] | None = "0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "look_up_counts",
        sa.Column(
            "digest",
            sa.LargeBinary(),
            nullable=False,
            comment="of the limit and what it counts, under the secret",
        ),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_look_up_counts")),
        prefixes=["UNLOGGED"],
    )
    op.create_index("ix_look_up_counts_ends_at", "look_up_counts", ["ends_at"])
    op.create_table(
        "public_disclosures",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("item_number", sa.Text(), nullable=False),
        sa.Column(
            "address_digest",
            sa.Text(),
            nullable=False,
            comment="of the asker's network address, hex",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_public_disclosures")),
    )
    op.create_index("ix_public_disclosures_item", "public_disclosures", ["item_number", "at"])
    op.execute("REVOKE UPDATE, DELETE, TRUNCATE ON public_disclosures FROM postal_app")
    op.execute(
        "CREATE TRIGGER never_changed BEFORE UPDATE OR DELETE ON public_disclosures "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        "CREATE TRIGGER never_emptied BEFORE TRUNCATE ON public_disclosures "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def downgrade() -> None:
    raise RuntimeError("what was disclosed is not forgotten")
