"""The tables of the archive as they were first drawn."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0001"
down_revision: str | Sequence[str] | None = None
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("sign_in", sa.Text(), nullable=False, comment="folded to lower case"),
        sa.Column("full_name", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False, comment="argon2id"),
        sa.Column("active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("failed_sign_ins", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("sign_in", name=op.f("uq_accounts_sign_in")),
    )
    op.create_table(
        "agencies",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agencies")),
    )
    op.create_table(
        "decisions",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("in_force_from", sa.Date(), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column(
            "file_digest", sa.Text(), nullable=False, comment="SHA-256 of the file as it came, hex"
        ),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "imported_by", sa.Text(), nullable=False, comment="sign-in name of who imported it"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decisions")),
    )
    op.create_index(
        "ix_decisions_number_issued_on", "decisions", ["number", "issued_on"], unique=True
    )
    op.create_table(
        "number_series",
        sa.Column("prefix", sa.Text(), nullable=False, comment="service letters, e.g. RH"),
        sa.Column("next_serial", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "next_serial BETWEEN 0 AND 100000000",
            name=op.f("ck_number_series_serial_in_eight_digits"),
        ),
        sa.PrimaryKeyConstraint("prefix", name=op.f("pk_number_series")),
    )
    op.create_table(
        "personal_facts",
        sa.Column("fact", sa.Uuid(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("fact", name=op.f("pk_personal_facts")),
    )
    op.create_table(
        "procedures",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_procedures")),
        sa.UniqueConstraint("code", name=op.f("uq_procedures_code")),
    )
    op.create_table(
        "provinces",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("code", sa.Text(), nullable=False, comment="identifier such as H28"),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "sample", sa.Boolean(), nullable=False, comment="true: every page and paper says so"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provinces")),
        sa.UniqueConstraint("code", name=op.f("uq_provinces_code")),
    )
    op.create_table(
        "service_points",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("code", sa.Text(), nullable=False, comment="post-office code, 6 digits"),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("commune_code", sa.Text(), nullable=False),
        sa.Column(
            "catalogue",
            sa.Text(),
            nullable=False,
            comment="address catalogue of the codes: 2024 or 2025",
        ),
        sa.Column("latitude", sa.Double(), nullable=False),
        sa.Column("longitude", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_points")),
        sa.UniqueConstraint("code", name=op.f("uq_service_points_code")),
    )
    op.create_table(
        "agency_codes",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("agency_id", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agencies.id"], name=op.f("fk_agency_codes_agency_id_agencies")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agency_codes")),
    )
    op.create_index(op.f("ix_agency_codes_agency_id"), "agency_codes", ["agency_id"], unique=False)
    op.create_index(
        "ix_agency_codes_current",
        "agency_codes",
        ["code"],
        unique=True,
        postgresql_where=sa.text("valid_to IS NULL"),
    )
    op.create_table(
        "assignments",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("point_id", sa.BigInteger(), nullable=True),
        sa.Column("agency_id", sa.BigInteger(), nullable=True),
        sa.Column("province_id", sa.BigInteger(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "num_nonnulls(point_id, agency_id, province_id) = 1",
            name=op.f("ck_assignments_bound_to_one_place"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_assignments_account_id_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agencies.id"], name=op.f("fk_assignments_agency_id_agencies")
        ),
        sa.ForeignKeyConstraint(
            ["point_id"], ["service_points.id"], name=op.f("fk_assignments_point_id_service_points")
        ),
        sa.ForeignKeyConstraint(
            ["province_id"], ["provinces.id"], name=op.f("fk_assignments_province_id_provinces")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignments")),
    )
    op.create_index(op.f("ix_assignments_account_id"), "assignments", ["account_id"], unique=False)
    op.create_table(
        "items",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("number", sa.Text(), nullable=False, comment="UPU S10"),
        sa.Column("leg", sa.Text(), nullable=False, comment="submission or result"),
        sa.Column("point_id", sa.BigInteger(), nullable=False),
        sa.Column("agency_id", sa.BigInteger(), nullable=False),
        sa.Column("seal_number", sa.Text(), nullable=False),
        sa.Column("weight_grams", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("integrity", sa.Text(), nullable=False),
        sa.Column("holder_kind", sa.Text(), nullable=False),
        sa.Column("holder_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "outcome",
            sa.Text(),
            nullable=False,
            comment="what the courier says; empty while under way",
        ),
        sa.Column(
            "proven", sa.Boolean(), nullable=False, comment="the proof of the outcome has been seen"
        ),
        sa.Column("closed", sa.Boolean(), nullable=False, comment="the leg is settled"),
        sa.Column(
            "changed_at",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="when its latest fact happened",
        ),
        sa.Column("entries", sa.BigInteger(), nullable=False, comment="length of its chain"),
        sa.Column("digest", sa.LargeBinary(), nullable=False, comment="end of its chain"),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agencies.id"], name=op.f("fk_items_agency_id_agencies")
        ),
        sa.ForeignKeyConstraint(
            ["point_id"], ["service_points.id"], name=op.f("fk_items_point_id_service_points")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_items")),
        sa.UniqueConstraint("number", name=op.f("uq_items_number")),
    )
    op.create_index("ix_items_agency", "items", ["agency_id", "state"], unique=False)
    op.create_index("ix_items_created_at", "items", ["created_at"], unique=False)
    op.create_index("ix_items_holder", "items", ["holder_kind", "holder_id", "state"], unique=False)
    op.create_table(
        "permissions",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("procedure_id", sa.BigInteger(), nullable=False),
        sa.Column("decision_id", sa.BigInteger(), nullable=False),
        sa.Column("direction", sa.Text(), nullable=False, comment="submit or return"),
        sa.Column("allowed", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        postgresql.ExcludeConstraint(
            (sa.text("int8range(procedure_id, procedure_id, '[]')"), "&&"),
            (sa.text("daterange(valid_from, valid_to, '[]')"), "&&"),
            where=sa.text("direction = 'return'"),
            using="gist",
            name="never_overlapping_permissions_return",
        ),
        postgresql.ExcludeConstraint(
            (sa.text("int8range(procedure_id, procedure_id, '[]')"), "&&"),
            (sa.text("daterange(valid_from, valid_to, '[]')"), "&&"),
            where=sa.text("direction = 'submit'"),
            using="gist",
            name="never_overlapping_permissions_submit",
        ),
        sa.CheckConstraint(
            "direction IN ('submit', 'return')", name=op.f("ck_permissions_direction")
        ),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_to >= valid_from", name=op.f("ck_permissions_valid_days")
        ),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decisions.id"], name=op.f("fk_permissions_decision_id_decisions")
        ),
        sa.ForeignKeyConstraint(
            ["procedure_id"], ["procedures.id"], name=op.f("fk_permissions_procedure_id_procedures")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_permissions")),
    )
    op.create_index(
        op.f("ix_permissions_procedure_id"), "permissions", ["procedure_id"], unique=False
    )
    op.create_table(
        "procedure_terms",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("procedure_id", sa.BigInteger(), nullable=False),
        sa.Column("decision_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("agency_level", sa.Text(), nullable=False),
        sa.Column("presence_needed", sa.Boolean(), nullable=False),
        sa.Column("online_level", sa.Text(), nullable=False),
        sa.Column(
            "fee", sa.BigInteger(), nullable=True, comment="none: the list does not say; 0: free"
        ),
        sa.Column(
            "charge", sa.BigInteger(), nullable=True, comment="none: the list does not say; 0: free"
        ),
        sa.Column("working_days", sa.BigInteger(), nullable=True),
        sa.Column(
            "sensitive",
            sa.Boolean(),
            server_default=sa.text("false"),
            nullable=False,
            comment="name stays off labels",
        ),
        sa.Column(
            "folded_name", sa.Text(), nullable=False, comment="without case and marks, for search"
        ),
        sa.Column(
            "folded_field", sa.Text(), nullable=False, comment="without case and marks, for search"
        ),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        postgresql.ExcludeConstraint(
            (sa.text("int8range(procedure_id, procedure_id, '[]')"), "&&"),
            (sa.text("daterange(valid_from, valid_to, '[]')"), "&&"),
            using="gist",
            name="never_overlapping_procedure_terms",
        ),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_to >= valid_from", name=op.f("ck_procedure_terms_valid_days")
        ),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decisions.id"], name=op.f("fk_procedure_terms_decision_id_decisions")
        ),
        sa.ForeignKeyConstraint(
            ["procedure_id"],
            ["procedures.id"],
            name=op.f("fk_procedure_terms_procedure_id_procedures"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_procedure_terms")),
    )
    op.create_index(
        op.f("ix_procedure_terms_procedure_id"), "procedure_terms", ["procedure_id"], unique=False
    )
    op.create_table(
        "qualifications",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("point_id", sa.BigInteger(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_to >= valid_from", name=op.f("ck_qualifications_valid_days")
        ),
        sa.ForeignKeyConstraint(
            ["point_id"],
            ["service_points.id"],
            name=op.f("fk_qualifications_point_id_service_points"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_qualifications")),
    )
    op.create_index(
        op.f("ix_qualifications_point_id"), "qualifications", ["point_id"], unique=False
    )
    op.create_table(
        "scan_receipts",
        sa.Column("scan_id", sa.Uuid(), nullable=False),
        sa.Column("content_digest", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_scan_receipts_account_id_accounts")
        ),
        sa.PrimaryKeyConstraint("scan_id", name=op.f("pk_scan_receipts")),
    )
    op.create_table(
        "corrections",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("item_id", sa.BigInteger(), nullable=False),
        sa.Column("fact", sa.Uuid(), nullable=False, comment="the entry that is wrong"),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.BigInteger(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_by", sa.BigInteger(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(
            ["asked_by"], ["accounts.id"], name=op.f("fk_corrections_asked_by_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["items.id"], name=op.f("fk_corrections_item_id_items")
        ),
        sa.ForeignKeyConstraint(
            ["settled_by"], ["accounts.id"], name=op.f("fk_corrections_settled_by_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_corrections")),
    )
    op.create_index(op.f("ix_corrections_item_id"), "corrections", ["item_id"], unique=False)
    op.create_table(
        "dossiers",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("number", sa.Text(), nullable=False, comment="our own tracking number"),
        sa.Column("service_form", sa.Text(), nullable=False, comment="send, receive or both"),
        sa.Column("procedure_code", sa.Text(), nullable=False, comment="as stated at acceptance"),
        sa.Column(
            "terms_id",
            sa.BigInteger(),
            nullable=True,
            comment="in force at acceptance; none: not in catalogue",
        ),
        sa.Column("submit_permission_id", sa.BigInteger(), nullable=True),
        sa.Column("return_permission_id", sa.BigInteger(), nullable=True),
        sa.Column("point_id", sa.BigInteger(), nullable=False, comment="where it was taken in"),
        sa.Column("agency_id", sa.BigInteger(), nullable=False, comment="who settles it"),
        sa.Column("opened_by", sa.BigInteger(), nullable=False),
        sa.Column("form_version", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "sealed_at", sa.DateTime(timezone=True), nullable=True, comment="the counter's instant"
        ),
        sa.Column(
            "handed_at", sa.DateTime(timezone=True), nullable=True, comment="handed to the agency"
        ),
        sa.Column(
            "accepted_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="accepted by the agency",
        ),
        sa.Column(
            "settled_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="result ready; not yet returned",
        ),
        sa.Column(
            "returned_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="result in the citizen's hand",
        ),
        sa.Column(
            "voided_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="given up before the seal",
        ),
        sa.Column("void_reason", sa.Text(), nullable=True),
        sa.Column(
            "reserved_number",
            sa.Text(),
            nullable=True,
            comment="item number on the slip before the seal makes it an item",
        ),
        sa.Column("dossier_code", sa.Text(), nullable=True, comment="given by the agency; opaque"),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "service_form IN ('send', 'receive', 'both')", name=op.f("ck_dossiers_service_form")
        ),
        sa.CheckConstraint(
            "(signed_at IS NULL OR counted_at IS NOT NULL) AND (sealed_at IS NULL OR signed_at IS NOT NULL)",
            name=op.f("ck_dossiers_no_gate_skipped"),
        ),
        sa.CheckConstraint(
            "(signed_at IS NULL OR signed_at >= counted_at) AND (sealed_at IS NULL OR sealed_at >= signed_at)",
            name=op.f("ck_dossiers_gates_in_order"),
        ),
        sa.CheckConstraint(
            "voided_at IS NULL OR sealed_at IS NULL",
            name=op.f("ck_dossiers_void_only_before_the_seal"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agencies.id"], name=op.f("fk_dossiers_agency_id_agencies")
        ),
        sa.ForeignKeyConstraint(
            ["opened_by"], ["accounts.id"], name=op.f("fk_dossiers_opened_by_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["point_id"], ["service_points.id"], name=op.f("fk_dossiers_point_id_service_points")
        ),
        sa.ForeignKeyConstraint(
            ["return_permission_id"],
            ["permissions.id"],
            name=op.f("fk_dossiers_return_permission_id_permissions"),
        ),
        sa.ForeignKeyConstraint(
            ["submit_permission_id"],
            ["permissions.id"],
            name=op.f("fk_dossiers_submit_permission_id_permissions"),
        ),
        sa.ForeignKeyConstraint(
            ["terms_id"], ["procedure_terms.id"], name=op.f("fk_dossiers_terms_id_procedure_terms")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dossiers")),
        sa.UniqueConstraint("number", name=op.f("uq_dossiers_number")),
        sa.UniqueConstraint("reserved_number", name=op.f("uq_dossiers_reserved_number")),
    )
    op.create_index(op.f("ix_dossiers_agency_id"), "dossiers", ["agency_id"], unique=False)
    op.create_index(
        "ix_dossiers_live_code",
        "dossiers",
        ["dossier_code"],
        unique=True,
        postgresql_where=sa.text("returned_at IS NULL"),
    )
    op.create_index(op.f("ix_dossiers_point_id"), "dossiers", ["point_id"], unique=False)
    op.create_index(
        op.f("ix_dossiers_procedure_code"), "dossiers", ["procedure_code"], unique=False
    )
    op.create_index("ix_dossiers_sealed_at", "dossiers", ["sealed_at"], unique=False)
    op.create_table(
        "ledger",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column(
            "recorded_at", sa.DateTime(timezone=True), nullable=False, comment="server's clock"
        ),
        sa.Column("item_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "position", sa.BigInteger(), nullable=False, comment="1 for the item's first entry"
        ),
        sa.Column("fact", sa.Uuid(), nullable=False, comment="made where it happened; for life"),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column(
            "occurred_at",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="device time set right by its skew",
        ),
        sa.Column(
            "device_at", sa.DateTime(timezone=True), nullable=True, comment="as the device told it"
        ),
        sa.Column("device", sa.Text(), nullable=False, comment="empty when typed at a desk"),
        sa.Column("boot", sa.Text(), nullable=False),
        sa.Column("monotonic_ms", sa.BigInteger(), nullable=True),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column(
            "skew_ms", sa.BigInteger(), nullable=False, comment="server minus device at contact"
        ),
        sa.Column(
            "giver_kind", sa.Text(), nullable=False, comment="as claimed; empty: nobody claimed it"
        ),
        sa.Column("giver_id", sa.BigInteger(), nullable=False),
        sa.Column("taker_kind", sa.Text(), nullable=False),
        sa.Column("taker_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "condition", sa.Text(), nullable=False, comment="as looked at; empty: nobody looked"
        ),
        sa.Column("corrects", sa.Uuid(), nullable=True),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("assignment_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "details",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="no personal data",
        ),
        sa.Column("anomalies", postgresql.ARRAY(sa.TEXT()), nullable=False),
        sa.Column(
            "commitment",
            sa.LargeBinary(),
            nullable=False,
            comment="of the personal part; empty: none",
        ),
        sa.Column("previous", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_ledger_account_id_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignments.id"], name=op.f("fk_ledger_assignment_id_assignments")
        ),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name=op.f("fk_ledger_item_id_items")),
        sa.PrimaryKeyConstraint("id", "recorded_at", name=op.f("pk_ledger")),
        postgresql_partition_by="RANGE (recorded_at)",
    )
    op.create_index("ix_ledger_fact", "ledger", ["fact"], unique=False)
    op.create_index("ix_ledger_item", "ledger", ["item_id", "position"], unique=False)
    op.create_table(
        "personal_data_views",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("assignment_id", sa.BigInteger(), nullable=False),
        sa.Column("door", sa.Text(), nullable=False),
        sa.Column(
            "subject", sa.Text(), nullable=False, comment="number of the dossier or item looked at"
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_personal_data_views_account_id_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["assignment_id"],
            ["assignments.id"],
            name=op.f("fk_personal_data_views_assignment_id_assignments"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_personal_data_views")),
    )
    op.create_index(
        "ix_personal_data_views_subject", "personal_data_views", ["subject", "at"], unique=False
    )
    op.create_table(
        "procedure_components",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("terms_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "kind", sa.Text(), nullable=False, comment="original, copy, certified_copy, photocopy"
        ),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["terms_id"],
            ["procedure_terms.id"],
            name=op.f("fk_procedure_components_terms_id_procedure_terms"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_procedure_components")),
    )
    op.create_index(
        op.f("ix_procedure_components_terms_id"), "procedure_components", ["terms_id"], unique=False
    )
    op.create_table(
        "refused_scans",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("scan_id", sa.Uuid(), nullable=False),
        sa.Column("raw", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("assignment_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_refused_scans_account_id_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["assignment_id"],
            ["assignments.id"],
            name=op.f("fk_refused_scans_assignment_id_assignments"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refused_scans")),
        sa.UniqueConstraint("scan_id", name=op.f("uq_refused_scans_scan_id")),
    )
    op.create_table(
        "checklist_lines",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("dossier_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "kind", sa.Text(), nullable=False, comment="original, copy, certified_copy, photocopy"
        ),
        sa.Column("required", sa.BigInteger(), nullable=False),
        sa.Column("counted", sa.BigInteger(), nullable=False),
        sa.Column("pages", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossiers.id"], name=op.f("fk_checklist_lines_dossier_id_dossiers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checklist_lines")),
    )
    op.create_index(
        op.f("ix_checklist_lines_dossier_id"), "checklist_lines", ["dossier_id"], unique=False
    )
    op.create_table(
        "dossier_parties",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("dossier_id", sa.BigInteger(), nullable=False),
        sa.Column("part", sa.Text(), nullable=False, comment="sender, owner or receiver"),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "folded_name", sa.Text(), nullable=False, comment="without case and marks, for search"
        ),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False, comment="as written"),
        sa.Column("province_code", sa.Text(), nullable=True),
        sa.Column("district_code", sa.Text(), nullable=True),
        sa.Column("commune_code", sa.Text(), nullable=True),
        sa.Column(
            "catalogue", sa.Text(), nullable=True, comment="catalogue of the codes: 2024 or 2025"
        ),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossiers.id"], name=op.f("fk_dossier_parties_dossier_id_dossiers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dossier_parties")),
    )
    op.create_index(
        "ix_dossier_parties_part", "dossier_parties", ["dossier_id", "part"], unique=True
    )
    op.create_table(
        "legs",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("dossier_id", sa.BigInteger(), nullable=False),
        sa.Column("item_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False, comment="submission or result"),
        sa.Column(
            "started_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="accepted at the counter, or collected from the agency",
        ),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossiers.id"], name=op.f("fk_legs_dossier_id_dossiers")
        ),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name=op.f("fk_legs_item_id_items")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legs")),
    )
    op.create_index(op.f("ix_legs_dossier_id"), "legs", ["dossier_id"], unique=False)
    op.create_index("ix_legs_item", "legs", ["item_id", "dossier_id"], unique=True)
    op.create_index("ix_legs_started_at", "legs", ["started_at"], unique=False)
    op.create_table(
        "money_lines",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("dossier_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("receipt_number", sa.Text(), nullable=False),
        sa.Column("collected_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("collected_by", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_money_lines_amount_not_negative")),
        sa.ForeignKeyConstraint(
            ["collected_by"], ["accounts.id"], name=op.f("fk_money_lines_collected_by_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossiers.id"], name=op.f("fk_money_lines_dossier_id_dossiers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_money_lines")),
    )
    op.create_index(op.f("ix_money_lines_dossier_id"), "money_lines", ["dossier_id"], unique=False)
    op.create_table(
        "signatures",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("dossier_id", sa.BigInteger(), nullable=False),
        sa.Column("signer", sa.Text(), nullable=False, comment="clerk or sender"),
        sa.Column("manner", sa.Text(), nullable=False, comment="drawn or paper"),
        sa.Column("image", sa.LargeBinary(), nullable=True, comment="PNG, when drawn"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossiers.id"], name=op.f("fk_signatures_dossier_id_dossiers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signatures")),
    )
    op.create_index("ix_signatures_signer", "signatures", ["dossier_id", "signer"], unique=True)


def downgrade() -> None:
    op.drop_index("ix_signatures_signer", table_name="signatures")
    op.drop_table("signatures")
    op.drop_index(op.f("ix_money_lines_dossier_id"), table_name="money_lines")
    op.drop_table("money_lines")
    op.drop_index("ix_legs_started_at", table_name="legs")
    op.drop_index("ix_legs_item", table_name="legs")
    op.drop_index(op.f("ix_legs_dossier_id"), table_name="legs")
    op.drop_table("legs")
    op.drop_index("ix_dossier_parties_part", table_name="dossier_parties")
    op.drop_table("dossier_parties")
    op.drop_index(op.f("ix_checklist_lines_dossier_id"), table_name="checklist_lines")
    op.drop_table("checklist_lines")
    op.drop_table("refused_scans")
    op.drop_index(op.f("ix_procedure_components_terms_id"), table_name="procedure_components")
    op.drop_table("procedure_components")
    op.drop_index("ix_personal_data_views_subject", table_name="personal_data_views")
    op.drop_table("personal_data_views")
    op.drop_index("ix_ledger_item", table_name="ledger")
    op.drop_index("ix_ledger_fact", table_name="ledger")
    op.drop_table("ledger")
    op.drop_index("ix_dossiers_sealed_at", table_name="dossiers")
    op.drop_index(op.f("ix_dossiers_procedure_code"), table_name="dossiers")
    op.drop_index(op.f("ix_dossiers_point_id"), table_name="dossiers")
    op.drop_index(
        "ix_dossiers_live_code",
        table_name="dossiers",
        postgresql_where=sa.text("returned_at IS NULL"),
    )
    op.drop_index(op.f("ix_dossiers_agency_id"), table_name="dossiers")
    op.drop_table("dossiers")
    op.drop_index(op.f("ix_corrections_item_id"), table_name="corrections")
    op.drop_table("corrections")
    op.drop_table("scan_receipts")
    op.drop_index(op.f("ix_qualifications_point_id"), table_name="qualifications")
    op.drop_table("qualifications")
    op.drop_index(op.f("ix_procedure_terms_procedure_id"), table_name="procedure_terms")
    op.drop_table("procedure_terms")
    op.drop_index(op.f("ix_permissions_procedure_id"), table_name="permissions")
    op.drop_table("permissions")
    op.drop_index("ix_items_holder", table_name="items")
    op.drop_index("ix_items_created_at", table_name="items")
    op.drop_index("ix_items_agency", table_name="items")
    op.drop_table("items")
    op.drop_index(op.f("ix_assignments_account_id"), table_name="assignments")
    op.drop_table("assignments")
    op.drop_index(
        "ix_agency_codes_current",
        table_name="agency_codes",
        postgresql_where=sa.text("valid_to IS NULL"),
    )
    op.drop_index(op.f("ix_agency_codes_agency_id"), table_name="agency_codes")
    op.drop_table("agency_codes")
    op.drop_table("service_points")
    op.drop_table("provinces")
    op.drop_table("procedures")
    op.drop_table("personal_facts")
    op.drop_table("number_series")
    op.drop_index("ix_decisions_number_issued_on", table_name="decisions")
    op.drop_table("decisions")
    op.drop_table("agencies")
    op.drop_table("accounts")
