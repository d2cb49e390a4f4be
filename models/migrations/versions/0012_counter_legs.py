"""The counter's further work: home collection, supplements, shared envelopes."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0012"
down_revision: str | Sequence[str] | None = "0011"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

KEY_COMMENT = "made with the page, so that a form sent twice is one"
LATER_COMMENT = "of a later list; none: the first one"


def upgrade() -> None:
    _make_calls()
    _make_sendings()
    _widen_dossiers()
    for table in ("checklist_lines", "signatures"):
        op.add_column(table, sa.Column("sending_id", sa.BigInteger(), comment=LATER_COMMENT))
        op.create_foreign_key(
            op.f(f"fk_{table}_sending_id_sendings"), table, "sendings", ["sending_id"], ["id"]
        )
    op.create_index(op.f("ix_checklist_lines_sending_id"), "checklist_lines", ["sending_id"])
    op.drop_index("ix_signatures_signer", "signatures")
    op.create_index(
        "ix_signatures_signer",
        "signatures",
        ["dossier_id", "signer"],
        unique=True,
        postgresql_where=sa.text("sending_id IS NULL"),
    )
    op.create_index("ix_signatures_sending", "signatures", ["sending_id", "signer"], unique=True)
    _make_answers()


def _make_calls() -> None:
    op.create_table(
        "collection_calls",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("point_id", sa.BigInteger(), nullable=False, comment="whose couriers go"),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False, comment="as written"),
        sa.Column("wished_on", sa.Date(), nullable=False),
        sa.Column("wished_time", sa.Text(), nullable=False, comment="in words; empty: at any time"),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("request_key", sa.Uuid(), nullable=True, comment=KEY_COMMENT),
        sa.Column("asked_by", sa.BigInteger(), nullable=False, comment="who wrote it down"),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["point_id"],
            ["service_points.id"],
            name=op.f("fk_collection_calls_point_id_service_points"),
        ),
        sa.ForeignKeyConstraint(
            ["asked_by"], ["accounts.id"], name=op.f("fk_collection_calls_asked_by_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_collection_calls")),
        sa.UniqueConstraint("request_key", name=op.f("uq_collection_calls_request_key")),
    )
    op.create_index(op.f("ix_collection_calls_point_id"), "collection_calls", ["point_id"])
    op.execute("REVOKE DELETE, TRUNCATE ON collection_calls FROM postal_app")


def _make_answers() -> None:
    op.create_table(
        "collection_answers",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("call_id", sa.BigInteger(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False, comment="done or failed"),
        sa.Column("reason", sa.Text(), nullable=False, comment="why it failed; empty: done"),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("dossier_id", sa.BigInteger(), nullable=True),
        sa.Column("answered_by", sa.BigInteger(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(outcome = 'done' AND reason = '' AND dossier_id IS NOT NULL)"
            " OR (outcome = 'failed' AND reason <> '' AND dossier_id IS NULL)",
            name=op.f("ck_collection_answers_answer_whole"),
        ),
        sa.ForeignKeyConstraint(
            ["call_id"],
            ["collection_calls.id"],
            name=op.f("fk_collection_answers_call_id_collection_calls"),
        ),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossiers.id"], name=op.f("fk_collection_answers_dossier_id_dossiers")
        ),
        sa.ForeignKeyConstraint(
            ["answered_by"],
            ["accounts.id"],
            name=op.f("fk_collection_answers_answered_by_accounts"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_collection_answers")),
        sa.UniqueConstraint("call_id", name=op.f("uq_collection_answers_call_id")),
    )
    op.execute("REVOKE UPDATE, DELETE, TRUNCATE ON collection_answers FROM postal_app")
    op.execute(
        "CREATE TRIGGER never_changed BEFORE UPDATE OR DELETE ON collection_answers "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        "CREATE TRIGGER never_emptied BEFORE TRUNCATE ON collection_answers "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def _make_sendings() -> None:
    op.create_table(
        "sendings",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("dossier_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "leg", sa.Text(), nullable=False, comment="for which purpose its envelope travels"
        ),
        sa.Column("point_id", sa.BigInteger(), nullable=False, comment="where it was taken in"),
        sa.Column(
            "at_home", sa.Boolean(), nullable=False, comment="taken in by a courier at an address"
        ),
        sa.Column("asked", sa.Boolean(), nullable=False, comment="the agency had asked for it"),
        sa.Column("payer", sa.Text(), nullable=False, comment="who pays this trip"),
        sa.Column("opened_by", sa.BigInteger(), nullable=False),
        sa.Column("form_version", sa.Text(), nullable=False),
        sa.Column(
            "notice_version", sa.Text(), nullable=True, comment="of what the sender was told"
        ),
        sa.Column("request_key", sa.Uuid(), nullable=True, comment=KEY_COMMENT),
        sa.Column(
            "reserved_number",
            sa.Text(),
            nullable=False,
            comment="item number on the slip before the seal makes it an item",
        ),
        sa.Column("item_id", sa.BigInteger(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "voided_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="given up before the seal",
        ),
        sa.Column("void_reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(signed_at IS NULL OR signed_at >= counted_at)"
            " AND (sealed_at IS NULL OR sealed_at >= signed_at)",
            name=op.f("ck_sendings_gates_in_order"),
        ),
        sa.CheckConstraint(
            "sealed_at IS NULL OR signed_at IS NOT NULL", name=op.f("ck_sendings_no_gate_skipped")
        ),
        sa.CheckConstraint(
            "voided_at IS NULL OR sealed_at IS NULL",
            name=op.f("ck_sendings_void_only_before_the_seal"),
        ),
        sa.CheckConstraint(
            "(item_id IS NULL) = (sealed_at IS NULL)", name=op.f("ck_sendings_sealed_is_an_item")
        ),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossiers.id"], name=op.f("fk_sendings_dossier_id_dossiers")
        ),
        sa.ForeignKeyConstraint(
            ["point_id"], ["service_points.id"], name=op.f("fk_sendings_point_id_service_points")
        ),
        sa.ForeignKeyConstraint(
            ["opened_by"], ["accounts.id"], name=op.f("fk_sendings_opened_by_accounts")
        ),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name=op.f("fk_sendings_item_id_items")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sendings")),
        sa.UniqueConstraint("request_key", name=op.f("uq_sendings_request_key")),
        sa.UniqueConstraint("reserved_number", name=op.f("uq_sendings_reserved_number")),
        sa.UniqueConstraint("item_id", name=op.f("uq_sendings_item_id")),
    )
    op.create_index(op.f("ix_sendings_dossier_id"), "sendings", ["dossier_id"])
    op.create_index(op.f("ix_sendings_point_id"), "sendings", ["point_id"])


def _widen_dossiers() -> None:
    op.add_column(
        "dossiers",
        sa.Column(
            "at_home",
            sa.Boolean(),
            server_default=sa.false(),
            nullable=False,
            comment="taken in by a courier at an address",
        ),
    )
    op.add_column(
        "dossiers",
        sa.Column("call_id", sa.BigInteger(), comment="the wish that it was fetched for"),
    )
    op.create_foreign_key(
        op.f("fk_dossiers_call_id_collection_calls"),
        "dossiers",
        "collection_calls",
        ["call_id"],
        ["id"],
    )
    op.create_index(op.f("ix_dossiers_call_id"), "dossiers", ["call_id"])
    op.add_column("dossiers", sa.Column("request_key", sa.Uuid(), comment=KEY_COMMENT))
    op.create_unique_constraint(op.f("uq_dossiers_request_key"), "dossiers", ["request_key"])


def downgrade() -> None:
    raise RuntimeError("what happened is not forgotten")
