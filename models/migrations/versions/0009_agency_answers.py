"""What agencies answer: counts, answers, lent originals, envelopes, transfers, lists."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from alembic import op

revision: str = "0009"
down_revision: str | Sequence[str] | None = "0008"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

ADDED_ONLY = (
    "collection_lists",
    "agency_envelopes",
    "collection_lines",
    "recounts",
    "agency_answers",
    "agency_transfers",
    "lent_originals",
    "recount_lines",
    "recount_replies",
    "answer_papers",
    "envelope_answers",
    "envelope_papers",
    "original_returns",
)


def upgrade() -> None:
    _dossiers()
    _collection_lists()
    _agency_envelopes()
    _collection_lines()
    _recounts()
    _agency_answers()
    _agency_transfers()
    _lent_originals()
    _recount_lines()
    _recount_replies()
    _answer_papers()
    _envelope_answers()
    _envelope_papers()
    _original_returns()
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


def _key() -> sa.Column[int]:
    return sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False)


def _naming(
    table: str, name: str, other: str, *, nullable: bool = False, comment: str | None = None
) -> sa.Column[int]:
    """Give a column that names a row of another table."""
    key = sa.ForeignKey(f"{other}.id", name=op.f(f"fk_{table}_{name}_{other}"))
    return sa.Column(name, sa.BigInteger(), key, nullable=nullable, comment=comment)


def _text(name: str, comment: str | None = None) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False, comment=comment)


def _count(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=False)


def _moment(name: str) -> sa.Column[datetime]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False)


def _dossiers() -> None:
    """A dossier that ended without a result frees its code as one that was returned does."""
    op.add_column(
        "dossiers",
        sa.Column(
            "closed_at",
            sa.DateTime(timezone=True),
            comment="refused, withdrawn, stopped or handed out: its code is free",
        ),
    )
    op.drop_index("ix_dossiers_live_code", "dossiers")
    op.create_index(
        "ix_dossiers_live_code",
        "dossiers",
        ["dossier_code"],
        unique=True,
        postgresql_where=sa.text("returned_at IS NULL AND closed_at IS NULL"),
    )


def _collection_lists() -> None:
    op.create_table(
        "collection_lists",
        _key(),
        _text("number", "no gap per agency and year"),
        _naming("collection_lists", "agency_id", "agencies"),
        _naming("collection_lists", "closed_by", "accounts"),
        _moment("closed_at"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_collection_lists")),
        sa.UniqueConstraint("number", name=op.f("uq_collection_lists_number")),
    )
    op.create_index(op.f("ix_collection_lists_agency_id"), "collection_lists", ["agency_id"])


def _agency_envelopes() -> None:
    op.create_table(
        "agency_envelopes",
        _key(),
        _naming("agency_envelopes", "item_id", "items"),
        _naming("agency_envelopes", "agency_id", "agencies"),
        _text("payer", "citizen, agency or post"),
        _naming("agency_envelopes", "closed_by", "accounts"),
        _moment("closed_at"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agency_envelopes")),
        sa.UniqueConstraint("item_id", name=op.f("uq_agency_envelopes_item_id")),
    )
    op.create_index(op.f("ix_agency_envelopes_agency_id"), "agency_envelopes", ["agency_id"])


def _collection_lines() -> None:
    op.create_table(
        "collection_lines",
        _key(),
        _naming("collection_lines", "list_id", "collection_lists"),
        _naming("collection_lines", "item_id", "items"),
        _count("position"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_collection_lines")),
    )
    op.create_index(op.f("ix_collection_lines_item_id"), "collection_lines", ["item_id"])
    op.create_index(
        "ix_collection_lines_position", "collection_lines", ["list_id", "position"], unique=True
    )


def _recounts() -> None:
    op.create_table(
        "recounts",
        _key(),
        _text("number", "no gap per agency and year"),
        _naming("recounts", "item_id", "items"),
        _naming("recounts", "agency_id", "agencies"),
        sa.Column("fact", sa.Uuid(), nullable=False, comment="the ledger's entry of the receipt"),
        _naming("recounts", "received_by", "accounts"),
        _moment("received_at"),
        _text("condition", "envelope and seal as seen"),
        sa.Column(
            "counted",
            sa.Boolean(),
            nullable=False,
            comment="false: nobody counted the papers again",
        ),
        _text("note"),
        _naming("recounts", "giver_id", "accounts", nullable=True),
        _naming("recounts", "giver_point_id", "service_points", nullable=True),
        sa.Column("giver_scan", sa.Uuid(), nullable=True),
        sa.Column(
            "waits",
            sa.Boolean(),
            nullable=False,
            comment="the giver must answer from his own account",
        ),
        sa.CheckConstraint(
            "giver_id IS NULL OR giver_id <> received_by", name=op.f("ck_recounts_two_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recounts")),
        sa.UniqueConstraint("item_id", name=op.f("uq_recounts_item_id")),
        sa.UniqueConstraint("number", name=op.f("uq_recounts_number")),
    )
    op.create_index(op.f("ix_recounts_agency_id"), "recounts", ["agency_id"])
    op.create_index(op.f("ix_recounts_giver_id"), "recounts", ["giver_id"])


def _agency_answers() -> None:
    op.create_table(
        "agency_answers",
        _key(),
        _naming("agency_answers", "dossier_id", "dossiers"),
        sa.Column(
            "position", sa.BigInteger(), nullable=False, comment="1 for the dossier's first answer"
        ),
        _naming("agency_answers", "agency_id", "agencies"),
        _text("kind"),
        _naming("agency_answers", "given_by", "accounts"),
        _moment("given_at"),
        _naming("agency_answers", "approved_by", "accounts", nullable=True),
        _text("form", "what the form is for; empty: no form"),
        _text("form_set", "legal basis of the form, kept for ever"),
        sa.Column(
            "number",
            sa.Text(),
            nullable=False,
            comment="no gap per agency and year; empty: no form",
        ),
        _text("reason"),
        _text("ground", "the provision it rests on"),
        _text("request", "the applicant's written request"),
        _text("stage", "in which a supplement is asked for"),
        _text("clock", "what waiting does to the term"),
        sa.Column("due_before", sa.Date(), nullable=True),
        sa.Column("due_after", sa.Date(), nullable=True),
        _text("taken_by", "who took the result at the agency"),
        _naming(
            "agency_answers",
            "takes_back_id",
            "agency_answers",
            nullable=True,
            comment="the mistaken answer",
        ),
        sa.CheckConstraint(
            "(form = '') = (number = '')", name=op.f("ck_agency_answers_form_with_number")
        ),
        sa.CheckConstraint(
            "approved_by IS NULL OR approved_by <> given_by",
            name=op.f("ck_agency_answers_two_accounts"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agency_answers")),
        sa.UniqueConstraint("takes_back_id", name=op.f("uq_agency_answers_takes_back_id")),
    )
    op.create_index(op.f("ix_agency_answers_agency_id"), "agency_answers", ["agency_id"])
    op.create_index(
        "ix_agency_answers_number",
        "agency_answers",
        ["number"],
        unique=True,
        postgresql_where=sa.text("number <> ''"),
    )
    op.create_index(
        "ix_agency_answers_position", "agency_answers", ["dossier_id", "position"], unique=True
    )


def _agency_transfers() -> None:
    op.create_table(
        "agency_transfers",
        _key(),
        _naming("agency_transfers", "dossier_id", "dossiers"),
        _naming("agency_transfers", "from_agency_id", "agencies"),
        _naming("agency_transfers", "to_agency_id", "agencies"),
        _naming("agency_transfers", "item_id", "items", nullable=True),
        _text("reason"),
        _naming("agency_transfers", "moved_by", "accounts"),
        _moment("moved_at"),
        sa.CheckConstraint(
            "from_agency_id <> to_agency_id", name=op.f("ck_agency_transfers_to_another")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agency_transfers")),
    )
    op.create_index(op.f("ix_agency_transfers_dossier_id"), "agency_transfers", ["dossier_id"])
    op.create_index(
        op.f("ix_agency_transfers_from_agency_id"), "agency_transfers", ["from_agency_id"]
    )


def _lent_originals() -> None:
    op.create_table(
        "lent_originals",
        _key(),
        _naming("lent_originals", "dossier_id", "dossiers"),
        _naming("lent_originals", "agency_id", "agencies"),
        _text("name"),
        _count("copies"),
        _naming("lent_originals", "lent_by", "accounts", comment="the officer who noted it"),
        _moment("lent_at"),
        sa.CheckConstraint("copies > 0", name=op.f("ck_lent_originals_something_lent")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lent_originals")),
    )
    op.create_index(op.f("ix_lent_originals_agency_id"), "lent_originals", ["agency_id"])
    op.create_index(op.f("ix_lent_originals_dossier_id"), "lent_originals", ["dossier_id"])


def _recount_lines() -> None:
    op.create_table(
        "recount_lines",
        _key(),
        _naming("recount_lines", "recount_id", "recounts"),
        _naming("recount_lines", "dossier_id", "dossiers"),
        _text("name"),
        _text("listed_kind", "empty: not on the list"),
        _count("listed_copies"),
        _count("listed_pages"),
        _text("counted_kind"),
        _count("counted_copies"),
        _count("counted_pages"),
        _text("result", "agreed, missing, extra or wrong; computed"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recount_lines")),
    )
    op.create_index(op.f("ix_recount_lines_dossier_id"), "recount_lines", ["dossier_id"])
    op.create_index(op.f("ix_recount_lines_recount_id"), "recount_lines", ["recount_id"])


def _recount_replies() -> None:
    op.create_table(
        "recount_replies",
        _key(),
        _naming("recount_replies", "recount_id", "recounts"),
        _text("reply", "agreed or objected"),
        _text("remark", "why he objects"),
        _naming("recount_replies", "account_id", "accounts"),
        _naming("recount_replies", "assignment_id", "assignments"),
        _moment("replied_at"),
        sa.CheckConstraint(
            "reply = 'agreed' OR (reply = 'objected' AND remark <> '')",
            name=op.f("ck_recount_replies_objection_told"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recount_replies")),
        sa.UniqueConstraint("recount_id", name=op.f("uq_recount_replies_recount_id")),
    )


def _answer_papers() -> None:
    op.create_table(
        "answer_papers",
        _key(),
        _naming("answer_papers", "answer_id", "agency_answers"),
        _count("position"),
        _text("name"),
        _count("originals"),
        _count("certified"),
        _count("photocopies"),
        _text("note"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_papers")),
    )
    op.create_index(op.f("ix_answer_papers_answer_id"), "answer_papers", ["answer_id"])


def _envelope_answers() -> None:
    op.create_table(
        "envelope_answers",
        _key(),
        _naming("envelope_answers", "envelope_id", "agency_envelopes"),
        _naming("envelope_answers", "answer_id", "agency_answers"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_envelope_answers")),
    )
    op.create_index(op.f("ix_envelope_answers_answer_id"), "envelope_answers", ["answer_id"])
    op.create_index(
        "ix_envelope_answers_once", "envelope_answers", ["envelope_id", "answer_id"], unique=True
    )


def _envelope_papers() -> None:
    op.create_table(
        "envelope_papers",
        _key(),
        _naming("envelope_papers", "envelope_id", "agency_envelopes"),
        _naming("envelope_papers", "dossier_id", "dossiers"),
        _text("name"),
        _text("kind"),
        _count("copies"),
        _count("pages"),
        _naming(
            "envelope_papers",
            "lent_id",
            "lent_originals",
            nullable=True,
            comment="the loan it gives back",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_envelope_papers")),
    )
    op.create_index(op.f("ix_envelope_papers_envelope_id"), "envelope_papers", ["envelope_id"])
    op.create_index(op.f("ix_envelope_papers_lent_id"), "envelope_papers", ["lent_id"])


def _original_returns() -> None:
    op.create_table(
        "original_returns",
        _key(),
        _naming("original_returns", "lent_id", "lent_originals"),
        _text("taken_by", "sender, owner, receiver or proxy"),
        _naming("original_returns", "given_by", "accounts"),
        _moment("given_at"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_original_returns")),
        sa.UniqueConstraint("lent_id", name=op.f("uq_original_returns_lent_id")),
    )


def downgrade() -> None:
    raise RuntimeError("what was answered is not taken back")
