"""State money handed over to the agencies, with vouchers that are only ever added to."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0007"
down_revision: str | Sequence[str] | None = "0006"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

ADDED_ONLY = ("vouchers", "voucher_lines", "voucher_answers")


def upgrade() -> None:
    op.create_table(
        "vouchers",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("number", sa.Text(), nullable=False, comment="no gap per point and year"),
        sa.Column("point_id", sa.BigInteger(), nullable=False),
        sa.Column("agency_id", sa.BigInteger(), nullable=False),
        sa.Column("made_by", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fee_amount", sa.BigInteger(), nullable=False, comment="phí"),
        sa.Column("charge_amount", sa.BigInteger(), nullable=False, comment="lệ phí"),
        sa.CheckConstraint(
            "fee_amount >= 0 AND charge_amount >= 0",
            name=op.f("ck_vouchers_amounts_not_negative"),
        ),
        sa.CheckConstraint(
            "fee_amount > 0 OR charge_amount > 0", name=op.f("ck_vouchers_hands_something_over")
        ),
        sa.ForeignKeyConstraint(
            ["point_id"], ["service_points.id"], name=op.f("fk_vouchers_point_id_service_points")
        ),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agencies.id"], name=op.f("fk_vouchers_agency_id_agencies")
        ),
        sa.ForeignKeyConstraint(
            ["made_by"], ["accounts.id"], name=op.f("fk_vouchers_made_by_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vouchers")),
        sa.UniqueConstraint("number", name=op.f("uq_vouchers_number")),
    )
    op.create_index(op.f("ix_vouchers_point_id"), "vouchers", ["point_id"])
    op.create_index(op.f("ix_vouchers_agency_id"), "vouchers", ["agency_id"])
    op.create_table(
        "voucher_lines",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("voucher_id", sa.BigInteger(), nullable=False),
        sa.Column("money_line_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["voucher_id"], ["vouchers.id"], name=op.f("fk_voucher_lines_voucher_id_vouchers")
        ),
        sa.ForeignKeyConstraint(
            ["money_line_id"],
            ["money_lines.id"],
            name=op.f("fk_voucher_lines_money_line_id_money_lines"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voucher_lines")),
    )
    op.create_index(
        "ix_voucher_lines_receipt", "voucher_lines", ["voucher_id", "money_line_id"], unique=True
    )
    op.create_index(op.f("ix_voucher_lines_money_line_id"), "voucher_lines", ["money_line_id"])
    op.create_table(
        "voucher_answers",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("voucher_id", sa.BigInteger(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False, comment="confirmed or refused"),
        sa.Column("answered_by", sa.BigInteger(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "reference",
            sa.Text(),
            nullable=False,
            comment="the agency's own number; empty: refused",
        ),
        sa.Column(
            "reason", sa.Text(), nullable=False, comment="why it was refused; empty: confirmed"
        ),
        sa.CheckConstraint(
            "(answer = 'confirmed' AND reference <> '' AND reason = '')"
            " OR (answer = 'refused' AND reason <> '' AND reference = '')",
            name=op.f("ck_voucher_answers_answer_whole"),
        ),
        sa.ForeignKeyConstraint(
            ["voucher_id"], ["vouchers.id"], name=op.f("fk_voucher_answers_voucher_id_vouchers")
        ),
        sa.ForeignKeyConstraint(
            ["answered_by"], ["accounts.id"], name=op.f("fk_voucher_answers_answered_by_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voucher_answers")),
        sa.UniqueConstraint("voucher_id", name=op.f("uq_voucher_answers_voucher_id")),
    )
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


def downgrade() -> None:
    raise RuntimeError("what was handed over is not taken back")
