"""Month closings: a month as it was signed, only ever added to."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0023"
down_revision: str | Sequence[str] | None = "0022"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

TABLE = "month_closings"


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column(
            "number",
            sa.BigInteger(),
            autoincrement=False,
            nullable=False,
            comment="from 1, in the order of closing",
        ),
        sa.Column("first", sa.Date(), nullable=False, comment="the month's first day"),
        sa.Column(
            "closed_at",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="the figures are of this moment",
        ),
        sa.Column("closed_by", sa.BigInteger(), nullable=False),
        sa.Column("assignment_id", sa.BigInteger(), nullable=False),
        *_signed(),
        *_stood_on(),
        sa.Column(
            "previous", sa.LargeBinary(), nullable=False, comment="digest of the closing before it"
        ),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "extract(day FROM first) = 1", name=op.f("ck_month_closings_of_a_whole_month")
        ),
        _refers("closed_by", "accounts", "id"),
        _refers("assignment_id", "assignments", "id"),
        _refers("checkpoint", "checkpoints", "number"),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_month_closings")),
        sa.UniqueConstraint("first", name=op.f("uq_month_closings_first")),
        sa.UniqueConstraint("previous", name=op.f("uq_month_closings_previous")),
    )
    op.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON {TABLE} FROM postal_app")
    op.execute(
        f"CREATE TRIGGER never_changed BEFORE UPDATE OR DELETE ON {TABLE} "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        f"CREATE TRIGGER never_emptied BEFORE TRUNCATE ON {TABLE} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def downgrade() -> None:
    raise RuntimeError("what was signed is not taken back")


def _signed() -> list[sa.Column[object]]:
    return [
        sa.Column("signer", sa.Text(), nullable=False, comment="as he was called then"),
        sa.Column("role", sa.Text(), nullable=False, comment="in which he signed"),
        sa.Column("place", sa.Text(), nullable=False, comment="where he worked when he signed"),
        sa.Column(
            "figures", postgresql.JSONB(), nullable=False, comment="every figure by its name"
        ),
        sa.Column("book", postgresql.JSONB(), nullable=False, comment="what the page showed"),
    ]


def _stood_on() -> list[sa.Column[object]]:
    return [
        sa.Column(
            "checkpoint",
            sa.BigInteger(),
            nullable=True,
            comment="the newest then; none: before the first",
        ),
        sa.Column("log_size", sa.BigInteger(), nullable=False, comment="leaves under its root"),
        sa.Column("log_root", sa.LargeBinary(), nullable=False),
        sa.Column("log_code", sa.Text(), nullable=False),
        sa.Column(
            "seen_id",
            sa.BigInteger(),
            nullable=False,
            comment="highest entry there was in the ledger",
        ),
    ]


def _refers(column: str, other: str, key: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{TABLE}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.{key}"], name=name)
