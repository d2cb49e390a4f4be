"""People's data: exports, identity photos, terms of keeping, and erasing that proves itself.

What is erased leaves through two functions that run as the owner and first write down what they
erase; the triggers let nothing go that is not written down. So a personal part that is gone
without a record was taken by somebody who broke the lock.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0014"
down_revision: str | Sequence[str] | None = "0013"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

ADDED_ONLY = (
    "data_exports",
    "retention_terms",
    "erasures",
    "erased_facts",
    "erased_rows",
    "consents",
)
BY_FUNCTION_ONLY = ("erased_facts", "erased_rows")

# Class, months, days, where the default comes from.
DEFAULTS = (
    ("identity_photos", 0, 45, "Luật 91/2025/QH15: dữ liệu nhạy cảm, giữ ngắn nhất có thể"),
    ("delivery_evidence", 9, 0, "Luật Bưu chính 49/2010/QH12 Điều 38: khiếu nại và giải quyết"),
    ("signatures", 12, 0, "Luật Bưu chính 49/2010/QH12 Điều 38: khiếu nại và giải quyết"),
    ("dossier_parties", 24, 0, "Luật Bưu chính 49/2010/QH12 Điều 38: khiếu nại và giải quyết"),
    ("money_vouchers", 120, 0, "NĐ 174/2016/NĐ-CP Điều 13: chứng từ kế toán"),
    ("exemption_evidence", 12, 0, "Luật 91/2025/QH15: dữ liệu nhạy cảm, giữ vừa đủ để giải trình"),
    ("collection_calls", 3, 0, "Luật 91/2025/QH15: giữ đủ để đi thu gom và trả lời"),
    ("complaints", 24, 0, "Luật Bưu chính 49/2010/QH12 Điều 38: khiếu nại và giải quyết"),
    ("public_disclosures", 12, 0, "Luật 91/2025/QH15: giữ đủ để kiểm tra việc tra cứu"),
    ("refused_scans", 12, 0, "Luật 91/2025/QH15: giữ đủ để làm rõ lượt quét"),
)
SINCE = "2026-01-01"

ERASED_FACT_GOES = """
CREATE FUNCTION refuse_unless_erased_fact() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND EXISTS (SELECT FROM erased_facts WHERE fact = OLD.fact) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'rows of % go only with a record of their erasure', TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$
"""

# The columns that an erasure may change are told to the trigger; without any, the row goes whole.
ERASED_ROW_GOES = """
CREATE FUNCTION refuse_unless_erased_row() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM erased_rows WHERE thing = TG_TABLE_NAME AND row_id = OLD.id) THEN
        IF TG_OP = 'DELETE' AND TG_NARGS = 0 THEN
            RETURN OLD;
        END IF;
        IF TG_OP = 'UPDATE' AND TG_NARGS > 0
            AND to_jsonb(NEW) - string_to_array(TG_ARGV[0], ',')
                = to_jsonb(OLD) - string_to_array(TG_ARGV[0], ',') THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'rows of % go only with a record of their erasure', TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$
"""

ERASE_FACTS = """
CREATE FUNCTION erase_facts(erasure bigint, facts uuid[]) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    gone bigint;
BEGIN
    INSERT INTO erased_facts (fact, erasure_id) SELECT unnest(facts), erasure;
    DELETE FROM personal_facts WHERE fact = ANY (facts);
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END $$
"""

# The payer's name is part of a voucher and stays until that term ends; everything else of him
# goes. Of a refused scan the details go, which may name a receiver.
ERASE_ROWS = """
CREATE FUNCTION erase_rows(erasure bigint, what text, ids bigint[], commitments bytea[])
RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    moment timestamptz := (SELECT at FROM erasures WHERE id = erasure);
    mark text := 'Đã xóa theo thời hạn lưu trữ';
    gone bigint;
BEGIN
    INSERT INTO erased_rows (thing, row_id, commitment, erasure_id)
        SELECT what, one.id, one.commitment, erasure
        FROM unnest(ids, commitments) AS one (id, commitment);
    CASE what
    WHEN 'dossier_parties' THEN
        UPDATE dossier_parties AS party
        SET name = CASE WHEN party.part = 'sender' AND EXISTS (
                SELECT FROM money_lines WHERE money_lines.dossier_id = party.dossier_id)
            THEN party.name ELSE mark END,
            folded_name = '', phone = '', address = '', erased_at = moment
        WHERE id = ANY (ids);
    WHEN 'payer_names' THEN
        UPDATE dossier_parties SET name = mark, folded_name = '' WHERE id = ANY (ids);
    WHEN 'signatures' THEN
        UPDATE signatures SET image = NULL, erased_at = moment WHERE id = ANY (ids);
    WHEN 'identity_photos' THEN
        UPDATE identity_photos SET nonce = NULL, content = NULL, erased_at = moment
        WHERE id = ANY (ids);
    WHEN 'exemptions' THEN
        UPDATE exemptions SET evidence = '' WHERE id = ANY (ids);
    WHEN 'collection_calls' THEN
        UPDATE collection_calls
        SET name = mark, phone = '', address = '', note = '', erased_at = moment
        WHERE id = ANY (ids);
    WHEN 'complainants' THEN
        UPDATE complainants
        SET name = '', phone = '', address = '', authorisation = '', content = ''
        WHERE complaint_id = ANY (ids);
    WHEN 'refused_scans' THEN
        UPDATE refused_scans
        SET raw = jsonb_build_object('kind', raw -> 'kind', 'code', raw -> 'code', 'erased', true)
        WHERE id = ANY (ids);
    WHEN 'public_disclosures' THEN
        DELETE FROM public_disclosures WHERE id = ANY (ids);
    ELSE
        RAISE EXCEPTION 'nobody has said how to erase %', what;
    END CASE;
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END $$
"""


def upgrade() -> None:
    _exports()
    _photos()
    _terms()
    _erasures()
    _consents()
    op.add_column(
        "personal_data_views",
        sa.Column("reason", sa.Text(), nullable=True, comment="why, where a page asks for it"),
    )
    op.create_index("ix_personal_data_views_at", "personal_data_views", ["at"])
    op.add_column("dossier_parties", sa.Column("erased_at", sa.DateTime(timezone=True)))
    op.add_column("signatures", sa.Column("erased_at", sa.DateTime(timezone=True)))
    op.add_column(
        "dossiers",
        sa.Column(
            "notice_version", sa.Text(), nullable=True, comment="of what the sender was told"
        ),
    )
    _lock()


def _exports() -> None:
    op.create_table(
        "data_exports",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("assignment_id", sa.BigInteger(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False, comment="endpoint through which it left"),
        sa.Column(
            "subjects",
            postgresql.ARRAY(sa.TEXT()),
            nullable=False,
            comment="numbers of the dossiers and items, or the period; never a name",
        ),
        sa.Column("rows", sa.BigInteger(), nullable=False, comment="lines or persons in it"),
        sa.Column(
            "file_digest",
            sa.LargeBinary(),
            nullable=False,
            comment="SHA-256 of its bytes; empty: not known",
        ),
        sa.CheckConstraint("rows >= 0", name=op.f("ck_data_exports_rows_not_negative")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_data_exports_account_id_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["assignment_id"],
            ["assignments.id"],
            name=op.f("fk_data_exports_assignment_id_assignments"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_exports")),
    )
    op.create_index(op.f("ix_data_exports_account_id"), "data_exports", ["account_id"])
    op.create_index("ix_data_exports_at", "data_exports", ["at"])
    op.create_index(
        "ix_data_exports_subjects", "data_exports", ["subjects"], postgresql_using="gin"
    )


def _photos() -> None:
    op.create_table(
        "identity_photos",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("photo", sa.Uuid(), nullable=False),
        sa.Column("item_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key_mark", sa.Text(), nullable=False, comment="tells keys apart, betrays none"),
        sa.Column("nonce", sa.LargeBinary(), nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=True, comment="encrypted; none: erased"),
        sa.Column("photo_digest", sa.LargeBinary(), nullable=False, comment="SHA-256 of the JPEG"),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "num_nulls(nonce, content) IN (0, 2) AND (content IS NULL) = (erased_at IS NOT NULL)",
            name=op.f("ck_identity_photos_erased_or_whole"),
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["items.id"], name=op.f("fk_identity_photos_item_id_items")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_identity_photos_account_id_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity_photos")),
        sa.UniqueConstraint("photo", name=op.f("uq_identity_photos_photo")),
    )
    op.create_index(op.f("ix_identity_photos_item_id"), "identity_photos", ["item_id"])


def _terms() -> None:
    terms = op.create_table(
        "retention_terms",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("class_code", sa.Text(), nullable=False),
        sa.Column("months", sa.BigInteger(), nullable=False),
        sa.Column("days", sa.BigInteger(), nullable=False),
        sa.Column(
            "source",
            sa.Text(),
            nullable=False,
            comment="the decision, or where the default comes from",
        ),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "entered_by", sa.Text(), nullable=False, comment="sign-in name; empty: the default"
        ),
        sa.CheckConstraint(
            "months >= 0 AND days >= 0 AND (months > 0) <> (days > 0)",
            name=op.f("ck_retention_terms_months_or_days"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retention_terms")),
    )
    op.create_index("ix_retention_terms_class", "retention_terms", ["class_code", "valid_from"])
    op.bulk_insert(
        terms,
        [
            {
                "class_code": code,
                "months": months,
                "days": days,
                "source": source,
                "valid_from": sa.text(f"DATE '{SINCE}'"),
                "entered_at": sa.text(f"TIMESTAMPTZ '{SINCE} 00:00+07'"),
                "entered_by": "",
            }
            for code, months, days, source in DEFAULTS
        ],
        multiinsert=False,
    )


def _erasures() -> None:
    op.create_table(
        "erasures",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("run", sa.Uuid(), nullable=False),
        sa.Column("class_code", sa.Text(), nullable=False),
        sa.Column("term_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column(
            "first_day",
            sa.Date(),
            nullable=False,
            comment="earliest day that what is erased counts from",
        ),
        sa.Column("last_day", sa.Date(), nullable=False, comment="latest such day"),
        sa.Column(
            "root",
            sa.LargeBinary(),
            nullable=False,
            comment="Merkle root over the commitments, in their order",
        ),
        sa.Column("done_by", sa.Text(), nullable=False),
        sa.CheckConstraint("count > 0", name=op.f("ck_erasures_something_erased")),
        sa.ForeignKeyConstraint(
            ["term_id"], ["retention_terms.id"], name=op.f("fk_erasures_term_id_retention_terms")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasures")),
    )
    op.create_index("ix_erasures_run", "erasures", ["run", "class_code"])
    op.create_table(
        "erased_facts",
        sa.Column("fact", sa.Uuid(), nullable=False),
        sa.Column("erasure_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["erasure_id"], ["erasures.id"], name=op.f("fk_erased_facts_erasure_id_erasures")
        ),
        sa.PrimaryKeyConstraint("fact", name=op.f("pk_erased_facts")),
    )
    op.create_index(op.f("ix_erased_facts_erasure_id"), "erased_facts", ["erasure_id"])
    op.create_table(
        "erased_rows",
        sa.Column("thing", sa.Text(), nullable=False, comment="which table, or part of it"),
        sa.Column("row_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column(
            "commitment",
            sa.LargeBinary(),
            nullable=False,
            comment="what the row said, hashed; or its name",
        ),
        sa.Column("erasure_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["erasure_id"], ["erasures.id"], name=op.f("fk_erased_rows_erasure_id_erasures")
        ),
        sa.PrimaryKeyConstraint("thing", "row_id", name=op.f("pk_erased_rows")),
    )
    op.create_index(op.f("ix_erased_rows_erasure_id"), "erased_rows", ["erasure_id"])


def _consents() -> None:
    op.create_table(
        "consents",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("dossier_id", sa.BigInteger(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("given", sa.Boolean(), nullable=False),
        sa.Column("notice_version", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossiers.id"], name=op.f("fk_consents_dossier_id_dossiers")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_consents_account_id_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consents")),
    )
    op.create_index(
        "ix_consents_dossier", "consents", ["dossier_id", "purpose", sa.text("id DESC")]
    )


def _lock() -> None:
    """Let nothing go but through the two functions, and those only with a record."""
    for table in ADDED_ONLY:
        op.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM postal_app")
        op.execute(
            f"CREATE TRIGGER never_changed BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        _never_emptied(table)
    for table in BY_FUNCTION_ONLY:
        op.execute(f"REVOKE INSERT ON {table} FROM postal_app")
    for words in (ERASED_FACT_GOES, ERASED_ROW_GOES, ERASE_FACTS, ERASE_ROWS):
        op.execute(words)
    op.execute("REVOKE UPDATE, DELETE, TRUNCATE ON personal_facts FROM postal_app")
    op.execute(
        "CREATE TRIGGER erased_only BEFORE UPDATE OR DELETE ON personal_facts "
        "FOR EACH ROW EXECUTE FUNCTION refuse_unless_erased_fact()"
    )
    _never_emptied("personal_facts")
    op.execute("REVOKE UPDATE, DELETE, TRUNCATE ON identity_photos FROM postal_app")
    _erased_only("identity_photos", "nonce,content,erased_at")
    _never_emptied("identity_photos")
    for table, columns in (("public_disclosures", ""), ("refused_scans", "raw")):
        op.execute(f"DROP TRIGGER never_changed ON {table}")
        _erased_only(table, columns)


def _never_emptied(table: str) -> None:
    op.execute(
        f"CREATE TRIGGER never_emptied BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def _erased_only(table: str, columns: str) -> None:
    told = f"'{columns}'" if columns else ""
    op.execute(
        f"CREATE TRIGGER erased_only BEFORE UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION refuse_unless_erased_row({told})"
    )


def downgrade() -> None:
    raise RuntimeError("what was erased does not come back")
