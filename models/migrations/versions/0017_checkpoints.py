"""The log over the whole ledger: leaves, tiles, checkpoints and keys, all only ever added to."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0017"
down_revision: str | Sequence[str] | None = "0016"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

ADDED_ONLY = ("log_leaves", "log_tiles", "signing_keys", "checkpoints")


def upgrade() -> None:
    _log()
    _checkpoints()
    for table in ADDED_ONLY:
        op.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM postal_app")
        op.execute(
            f"CREATE TRIGGER never_changed BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER never_emptied BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def _log() -> None:
    op.create_table(
        "log_leaves",
        sa.Column("leaf", sa.BigInteger(), autoincrement=False, nullable=False, comment="from 0"),
        sa.Column("entry_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "recorded_at",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="the entry's; with its id the entry's key",
        ),
        sa.Column(
            "subject", sa.Text(), nullable=False, comment="number of what the entry is about"
        ),
        sa.Column("position", sa.BigInteger(), nullable=False, comment="the entry's in its chain"),
        sa.Column(
            "digest", sa.LargeBinary(), nullable=False, comment="the entry's; what the leaf hashes"
        ),
        sa.PrimaryKeyConstraint("leaf", name=op.f("pk_log_leaves")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_log_leaves_entry_id")),
    )
    op.create_table(
        "log_tiles",
        sa.Column("level", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hashes", sa.LargeBinary(), nullable=False, comment="256 × 32 bytes"),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("octet_length(hashes) = 8192", name=op.f("ck_log_tiles_whole")),
        sa.PrimaryKeyConstraint("level", "number", name=op.f("pk_log_tiles")),
    )
    # Digests do not compress; trying to would cost time for each tile.
    op.execute("ALTER TABLE log_tiles ALTER hashes SET STORAGE EXTERNAL")


def _checkpoints() -> None:
    op.create_table(
        "signing_keys",
        sa.Column("id", sa.Text(), nullable=False, comment="short digest of the public key"),
        sa.Column("number", sa.BigInteger(), nullable=False, comment="1 for the first"),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "endorsement",
            sa.LargeBinary(),
            nullable=False,
            comment="the signature of the key before it; empty: the first, or that key was lost",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing_keys")),
        sa.UniqueConstraint("number", name=op.f("uq_signing_keys_number")),
    )
    op.create_table(
        "checkpoints",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False, comment="from 1"),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False, comment="leaves under its root"),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False, comment="printed on papers; of size and root"),
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False, comment="the text that is signed"),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.Column("seen_id", sa.BigInteger(), nullable=False, comment="highest entry there was"),
        sa.Column(
            "seen_transaction", sa.BigInteger(), nullable=False, comment="the first not yet begun"
        ),
        sa.Column(
            "settled_id",
            sa.BigInteger(),
            nullable=False,
            comment="no entry up to this one is still on its way",
        ),
        sa.ForeignKeyConstraint(
            ["key_id"], ["signing_keys.id"], name=op.f("fk_checkpoints_key_id_signing_keys")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_checkpoints")),
    )
    op.create_index("ix_checkpoints_code", "checkpoints", ["code"])
    op.create_index("ix_checkpoints_size", "checkpoints", ["size"])


def downgrade() -> None:
    raise RuntimeError("what was only ever added to is not taken back")
