"""Incidents, complaints and compensation; what they say is only ever added to."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0013"
down_revision: str | Sequence[str] | None = "0012"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# Not `complainants`: who complained, and in which words, is emptied when its time has come.
ADDED_ONLY = (
    "incidents",
    "incident_answers",
    "incident_outcomes",
    "complaints",
    "complaint_answers",
    "compensation_limits",
    "compensations",
    "compensation_answers",
    "compensation_payments",
)

EMPTIED_ONLY = """
CREATE FUNCTION refuse_all_but_emptying_complainants() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.complaint_id = OLD.complaint_id AND NEW.name = '' AND NEW.phone = ''
        AND NEW.address = '' AND NEW.authorisation = '' AND NEW.content = '' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'rows of % are only ever added or emptied', TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$
"""


def upgrade() -> None:
    _incidents()
    _incident_answers()
    _incident_outcomes()
    _complaints()
    _complainants()
    _complaint_answers()
    _compensation_limits()
    _compensations()
    _compensation_answers()
    _compensation_payments()
    # What asks for a record: a few rows in a thousand.
    op.create_index(
        "ix_ledger_harm",
        "ledger",
        ["item_id"],
        postgresql_where=sa.text(
            "kind IN ('damaged', 'seal_broken', 'lost') OR condition = 'resealed'"
        ),
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
    _let_be_emptied("complainants")


def _let_be_emptied(table: str) -> None:
    op.execute(EMPTIED_ONLY)
    op.execute(f"REVOKE DELETE, TRUNCATE ON {table} FROM postal_app")
    op.execute(
        f"CREATE TRIGGER only_emptied BEFORE UPDATE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION refuse_all_but_emptying_complainants()"
    )
    op.execute(
        f"CREATE TRIGGER never_removed BEFORE DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )


def downgrade() -> None:
    raise RuntimeError("what was recorded, answered and paid is not taken back")


def _incidents() -> None:
    op.create_table(
        "incidents",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("number", sa.Text(), nullable=False, comment="no gap per place and year"),
        sa.Column("item_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column(
            "told", sa.Text(), nullable=False, comment="what it is, where the kind does not say it"
        ),
        sa.Column("fact", sa.Uuid(), nullable=True, comment="the ledger's entry it is about"),
        sa.Column("point_id", sa.BigInteger(), nullable=True),
        sa.Column("agency_id", sa.BigInteger(), nullable=True),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen", sa.Text(), nullable=False),
        sa.Column("done", sa.Text(), nullable=False),
        sa.Column(
            "old_seal",
            sa.Text(),
            nullable=False,
            comment="as the item bore it when this was written",
        ),
        sa.Column("new_seal", sa.Text(), nullable=False, comment="empty: not sealed anew"),
        sa.Column(
            "witness",
            sa.Text(),
            nullable=False,
            comment="named from outside, beside the two; or empty",
        ),
        sa.Column(
            "holder_kind", sa.Text(), nullable=False, comment="at that moment, by the ledger"
        ),
        sa.Column("holder_id", sa.BigInteger(), nullable=False),
        sa.Column("holder_name", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "num_nonnulls(point_id, agency_id) = 1", name=op.f("ck_incidents_of_one_place")
        ),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agencies.id"], name=op.f("fk_incidents_agency_id_agencies")
        ),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name=op.f("fk_incidents_item_id_items")),
        sa.ForeignKeyConstraint(
            ["point_id"], ["service_points.id"], name=op.f("fk_incidents_point_id_service_points")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["accounts.id"], name=op.f("fk_incidents_recorded_by_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incidents")),
        sa.UniqueConstraint("number", name=op.f("uq_incidents_number")),
    )
    op.create_index(op.f("ix_incidents_item_id"), "incidents", ["item_id"])
    op.create_index(op.f("ix_incidents_fact"), "incidents", ["fact"])


def _incident_answers() -> None:
    op.create_table(
        "incident_answers",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("incident_id", sa.BigInteger(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False, comment="signed or refused"),
        sa.Column(
            "remark", sa.Text(), nullable=False, comment="why it was refused, or what he adds"
        ),
        sa.Column("answered_by", sa.BigInteger(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False, comment="where he stood when he answered"),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "answer = 'signed' OR (answer = 'refused' AND remark <> '')",
            name=op.f("ck_incident_answers_answer"),
        ),
        sa.ForeignKeyConstraint(
            ["incident_id"],
            ["incidents.id"],
            name=op.f("fk_incident_answers_incident_id_incidents"),
        ),
        sa.ForeignKeyConstraint(
            ["answered_by"], ["accounts.id"], name=op.f("fk_incident_answers_answered_by_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident_answers")),
        sa.UniqueConstraint("incident_id", name=op.f("uq_incident_answers_incident_id")),
    )


def _incident_outcomes() -> None:
    op.create_table(
        "incident_outcomes",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("incident_id", sa.BigInteger(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("settled_by", sa.BigInteger(), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["incident_id"],
            ["incidents.id"],
            name=op.f("fk_incident_outcomes_incident_id_incidents"),
        ),
        sa.ForeignKeyConstraint(
            ["settled_by"], ["accounts.id"], name=op.f("fk_incident_outcomes_settled_by_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident_outcomes")),
        sa.UniqueConstraint("incident_id", name=op.f("uq_incident_outcomes_incident_id")),
    )


def _complaints() -> None:
    op.create_table(
        "complaints",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("number", sa.Text(), nullable=False, comment="no gap per place and year"),
        sa.Column("item_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column(
            "point_id", sa.BigInteger(), nullable=True, comment="taken in there; none: the province"
        ),
        sa.Column("made_as", sa.Text(), nullable=False, comment="sender, receiver or proxy"),
        sa.Column(
            "paper_reference", sa.Text(), nullable=False, comment="of the letter; empty: typed here"
        ),
        sa.Column(
            "about_id",
            sa.BigInteger(),
            nullable=True,
            comment="whom it is about, when that is one person",
        ),
        sa.Column("lodged_on", sa.Date(), nullable=False),
        sa.Column("answer_due", sa.Date(), nullable=False),
        sa.Column(
            "promised_end", sa.Date(), nullable=True, comment="as promised; none: nothing was"
        ),
        sa.Column("delivered_on", sa.Date(), nullable=True),
        sa.Column("standing", sa.Text(), nullable=False, comment="whether it came within its time"),
        sa.Column("window_since", sa.Date(), nullable=True),
        sa.Column("window_last", sa.Date(), nullable=True),
        sa.Column(
            "judged_vi", sa.Text(), nullable=False, comment="as it was said to the complainant"
        ),
        sa.Column("judged_en", sa.Text(), nullable=False),
        sa.Column("taken_by", sa.BigInteger(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["items.id"], name=op.f("fk_complaints_item_id_items")
        ),
        sa.ForeignKeyConstraint(
            ["point_id"], ["service_points.id"], name=op.f("fk_complaints_point_id_service_points")
        ),
        sa.ForeignKeyConstraint(
            ["about_id"], ["accounts.id"], name=op.f("fk_complaints_about_id_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["taken_by"], ["accounts.id"], name=op.f("fk_complaints_taken_by_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaints")),
        sa.UniqueConstraint("number", name=op.f("uq_complaints_number")),
    )
    op.create_index(op.f("ix_complaints_item_id"), "complaints", ["item_id"])
    op.create_index(op.f("ix_complaints_point_id"), "complaints", ["point_id"])
    op.create_index("ix_complaints_answer_due", "complaints", ["answer_due"])


def _complainants() -> None:
    op.create_table(
        "complainants",
        sa.Column("complaint_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False, comment="as written"),
        sa.Column(
            "authorisation",
            sa.Text(),
            nullable=False,
            comment="of a proxy; empty: speaks for himself",
        ),
        sa.Column("content", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["complaint_id"],
            ["complaints.id"],
            name=op.f("fk_complainants_complaint_id_complaints"),
        ),
        sa.PrimaryKeyConstraint("complaint_id", name=op.f("pk_complainants")),
    )


def _complaint_answers() -> None:
    op.create_table(
        "complaint_answers",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("number", sa.Text(), nullable=False, comment="no gap per province and year"),
        sa.Column("complaint_id", sa.BigInteger(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("answered_by", sa.BigInteger(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["complaint_id"],
            ["complaints.id"],
            name=op.f("fk_complaint_answers_complaint_id_complaints"),
        ),
        sa.ForeignKeyConstraint(
            ["answered_by"], ["accounts.id"], name=op.f("fk_complaint_answers_answered_by_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint_answers")),
        sa.UniqueConstraint("number", name=op.f("uq_complaint_answers_number")),
    )
    op.create_index(
        op.f("ix_complaint_answers_complaint_id"), "complaint_answers", ["complaint_id"]
    )
    op.create_index(
        "ix_complaint_answers_final",
        "complaint_answers",
        ["complaint_id"],
        unique=True,
        postgresql_where=sa.text("verdict <> 'interim'"),
    )


def _compensation_limits() -> None:
    op.create_table(
        "compensation_limits",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("times", sa.BigInteger(), nullable=False, comment="so many times the postage"),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False, comment="the act or the announcement"),
        sa.Column("published_by", sa.BigInteger(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("times > 0", name=op.f("ck_compensation_limits_times_positive")),
        sa.ForeignKeyConstraint(
            ["published_by"],
            ["accounts.id"],
            name=op.f("fk_compensation_limits_published_by_accounts"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_compensation_limits")),
        sa.UniqueConstraint("valid_from", name=op.f("uq_compensation_limits_valid_from")),
    )


def _compensations() -> None:
    op.create_table(
        "compensations",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("complaint_id", sa.BigInteger(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("loss", sa.BigInteger(), nullable=False),
        sa.Column("remaking", sa.BigInteger(), nullable=False, comment="of papers made anew"),
        sa.Column("evidence", sa.Text(), nullable=False, comment="of what the papers cost"),
        sa.Column(
            "postage_refund",
            sa.BigInteger(),
            nullable=False,
            comment="without taxes, phí and lệ phí",
        ),
        sa.Column(
            "postage",
            sa.BigInteger(),
            nullable=False,
            comment="price of the item, before any exemption",
        ),
        sa.Column(
            "refundable",
            sa.BigInteger(),
            nullable=False,
            comment="postage that was paid, without its tax",
        ),
        sa.Column("limit_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "note", sa.Text(), nullable=False, comment="the ground, where it is above the limit"
        ),
        sa.Column(
            "payer_id", sa.BigInteger(), nullable=False, comment="the point that pays it out"
        ),
        sa.Column("proposed_by", sa.BigInteger(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "postage_refund <= refundable", name=op.f("ck_compensations_refund_within_postage")
        ),
        sa.CheckConstraint(
            "loss >= 0 AND remaking >= 0 AND postage_refund >= 0",
            name=op.f("ck_compensations_amounts_not_negative"),
        ),
        sa.CheckConstraint(
            "loss + remaking + postage_refund > 0", name=op.f("ck_compensations_pays_something")
        ),
        sa.ForeignKeyConstraint(
            ["limit_id"],
            ["compensation_limits.id"],
            name=op.f("fk_compensations_limit_id_compensation_limits"),
        ),
        sa.ForeignKeyConstraint(
            ["payer_id"],
            ["service_points.id"],
            name=op.f("fk_compensations_payer_id_service_points"),
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by"], ["accounts.id"], name=op.f("fk_compensations_proposed_by_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["complaint_id"],
            ["complaints.id"],
            name=op.f("fk_compensations_complaint_id_complaints"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_compensations")),
    )
    op.create_index(op.f("ix_compensations_complaint_id"), "compensations", ["complaint_id"])
    op.create_index(op.f("ix_compensations_payer_id"), "compensations", ["payer_id"])


def _compensation_answers() -> None:
    op.create_table(
        "compensation_answers",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("compensation_id", sa.BigInteger(), nullable=False),
        sa.Column("approved", sa.Boolean(), nullable=False),
        sa.Column(
            "reason",
            sa.Text(),
            nullable=False,
            comment="why it was refused; may be empty when approved",
        ),
        sa.Column("answered_by", sa.BigInteger(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "approved OR reason <> ''", name=op.f("ck_compensation_answers_refused_with_reason")
        ),
        sa.ForeignKeyConstraint(
            ["answered_by"],
            ["accounts.id"],
            name=op.f("fk_compensation_answers_answered_by_accounts"),
        ),
        sa.ForeignKeyConstraint(
            ["compensation_id"],
            ["compensations.id"],
            name=op.f("fk_compensation_answers_compensation_id_compensations"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_compensation_answers")),
        sa.UniqueConstraint(
            "compensation_id", name=op.f("uq_compensation_answers_compensation_id")
        ),
    )


def _compensation_payments() -> None:
    op.create_table(
        "compensation_payments",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("compensation_id", sa.BigInteger(), nullable=False),
        sa.Column("complaint_id", sa.BigInteger(), nullable=False),
        sa.Column("paid_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("paid_by", sa.BigInteger(), nullable=False),
        sa.Column(
            "reference",
            sa.Text(),
            nullable=False,
            comment="of the receipt that the receiver signed",
        ),
        sa.ForeignKeyConstraint(
            ["complaint_id"],
            ["complaints.id"],
            name=op.f("fk_compensation_payments_complaint_id_complaints"),
        ),
        sa.ForeignKeyConstraint(
            ["compensation_id"],
            ["compensations.id"],
            name=op.f("fk_compensation_payments_compensation_id_compensations"),
        ),
        sa.ForeignKeyConstraint(
            ["paid_by"], ["accounts.id"], name=op.f("fk_compensation_payments_paid_by_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_compensation_payments")),
        sa.UniqueConstraint(
            "compensation_id", name=op.f("uq_compensation_payments_compensation_id")
        ),
        sa.UniqueConstraint("complaint_id", name=op.f("uq_compensation_payments_complaint_id")),
    )
