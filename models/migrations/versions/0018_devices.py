"""Devices: whose a phone is, what it said at each contact, and how far its times may be off."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0018"
down_revision: str | Sequence[str] | None = "0017"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

ADDED_ONLY = ("devices", "device_revocations", "device_contacts")


def upgrade() -> None:
    op.add_column(
        "ledger",
        sa.Column(
            "error_ms",
            sa.BigInteger(),
            nullable=True,
            comment="how far off occurred_at may be; none: nobody measured",
        ),
    )
    _make_devices()
    _make_contacts()
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


def _make_devices() -> None:
    op.create_table(
        "devices",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("device", sa.Text(), nullable=False, comment="made by the phone"),
        sa.Column(
            "name", sa.Text(), nullable=False, comment="what it calls itself; empty: nothing"
        ),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("registered_by", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_devices_account_id_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["registered_by"], ["accounts.id"], name=op.f("fk_devices_registered_by_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_devices")),
        sa.UniqueConstraint("device", name=op.f("uq_devices_device")),
    )
    op.create_index(op.f("ix_devices_account_id"), "devices", ["account_id"])
    op.create_table(
        "device_revocations",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("device_id", sa.BigInteger(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_by", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["device_id"], ["devices.id"], name=op.f("fk_device_revocations_device_id_devices")
        ),
        sa.ForeignKeyConstraint(
            ["revoked_by"], ["accounts.id"], name=op.f("fk_device_revocations_revoked_by_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device_revocations")),
        sa.UniqueConstraint("device_id", name=op.f("uq_device_revocations_device_id")),
    )


def _make_contacts() -> None:
    op.create_table(
        "device_contacts",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("device_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, comment="server's clock"),
        sa.Column(
            "skew_ms",
            sa.BigInteger(),
            nullable=True,
            comment="server minus device; none: it told no time",
        ),
        sa.Column("boot", sa.Text(), nullable=False),
        sa.Column("monotonic_now_ms", sa.BigInteger(), nullable=True),
        sa.Column("scans", sa.BigInteger(), nullable=False, comment="how many came with it"),
        sa.Column(
            "sequences",
            postgresql.INT8MULTIRANGE(),
            nullable=False,
            comment="their numbers on the device",
        ),
        sa.ForeignKeyConstraint(
            ["device_id"], ["devices.id"], name=op.f("fk_device_contacts_device_id_devices")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device_contacts")),
    )
    op.create_index(
        "ix_device_contacts_latest", "device_contacts", ["device_id", sa.text("at DESC")]
    )


def downgrade() -> None:
    raise RuntimeError("what was only ever added to is not taken back")
