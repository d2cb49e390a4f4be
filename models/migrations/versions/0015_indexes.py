"""Indexes and shadows that the most used pages need with a million dossiers.

Chosen from the plans of `postal bench pages`; see docs/adr.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0015"
down_revision: str | Sequence[str] | None = "0014"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

DIGITS = r"regexp_replace(phone, '\D', '', 'g')"
OPEN_PICKUP = (
    "counted_at IS NOT NULL AND voided_at IS NULL AND sealed_at IS NULL"
    " AND (service_form <> 'receive' OR signed_at IS NULL)"
)

# All names of a dossier in one go: what its parties are called is a set of words, not a sentence.
NAME_WORDS = """
INSERT INTO name_words (dossier_id, word, point_id, agency_id)
SELECT DISTINCT d.id, word, d.point_id, d.agency_id
FROM dossier_parties p
JOIN dossiers d ON d.id = p.dossier_id
CROSS JOIN LATERAL
    regexp_split_to_table(p.folded_name COLLATE "C", '[[:space:][:punct:]]+') AS word
WHERE word <> ''
"""
OF_CHANGED = " AND p.dossier_id IN (SELECT dossier_id FROM changed) ON CONFLICT DO NOTHING;"
NAMES_ADDED = (
    "CREATE FUNCTION keep_name_words() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
    + NAME_WORDS
    + OF_CHANGED
    + " RETURN NULL; END $$"
)
NAMES_CHANGED = (
    "CREATE FUNCTION renew_name_words() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"  # noqa: S608
    " DELETE FROM name_words WHERE dossier_id IN (SELECT dossier_id FROM changed);"
    + NAME_WORDS
    + OF_CHANGED
    + " RETURN NULL; END $$"
)
PLACES_CHANGED = """
CREATE FUNCTION move_name_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE name_words SET point_id = NEW.point_id, agency_id = NEW.agency_id
    WHERE dossier_id = NEW.id;
    RETURN NULL;
END $$
"""
NAME_TRIGGERS = (
    "CREATE TRIGGER names_added AFTER INSERT ON dossier_parties"
    " REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION keep_name_words()",
    "CREATE TRIGGER names_changed AFTER UPDATE ON dossier_parties"
    " REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION renew_name_words()",
    "CREATE TRIGGER names_removed AFTER DELETE ON dossier_parties"
    " REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION renew_name_words()",
    "CREATE TRIGGER places_changed AFTER UPDATE OF point_id, agency_id ON dossiers FOR EACH ROW"
    " WHEN ((OLD.point_id, OLD.agency_id) IS DISTINCT FROM (NEW.point_id, NEW.agency_id))"
    " EXECUTE FUNCTION move_name_words()",
)

OPEN_MONEY = """
INSERT INTO open_money (money_line_id, point_id)
SELECT id, point_id FROM {lines} WHERE kind IN ('fee', 'charge') AND amount > 0
"""
MONEY_TAKEN = f"""
CREATE FUNCTION open_money() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    {OPEN_MONEY.format(lines="added")};
    RETURN NULL;
END $$
"""
MONEY_CONFIRMED = """
CREATE FUNCTION close_confirmed_money() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM open_money USING voucher_lines v
    WHERE v.voucher_id = NEW.voucher_id AND v.money_line_id = open_money.money_line_id;
    RETURN NULL;
END $$
"""
MONEY_VOIDED = """
CREATE FUNCTION close_void_money() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM open_money USING receipt_voids v
    WHERE v.id = NEW.void_id AND v.money_line_id = open_money.money_line_id;
    RETURN NULL;
END $$
"""
MONEY_TRIGGERS = (
    "CREATE TRIGGER money_taken AFTER INSERT ON money_lines"
    " REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION open_money()",
    "CREATE TRIGGER money_confirmed AFTER INSERT ON voucher_answers FOR EACH ROW"
    " WHEN (NEW.answer = 'confirmed') EXECUTE FUNCTION close_confirmed_money()",
    "CREATE TRIGGER money_voided AFTER INSERT ON receipt_void_answers FOR EACH ROW"
    " WHEN (NEW.approved) EXECUTE FUNCTION close_void_money()",
)
ALREADY_CLOSED = """
DELETE FROM open_money USING voucher_lines v JOIN voucher_answers a USING (voucher_id)
WHERE v.money_line_id = open_money.money_line_id AND a.answer = 'confirmed'
"""
ALREADY_VOID = """
DELETE FROM open_money USING receipt_voids v JOIN receipt_void_answers a ON a.void_id = v.id
WHERE v.money_line_id = open_money.money_line_id AND a.approved
"""

# A month is made while its writers hold locks on what it refers to, so two who make it at once can
# stand in each other's way. Whoever writes first in a month therefore makes the next one too, and
# does so only if it need not wait: at the turn of the month everything is there.
MAKE_MONTH = """
CREATE FUNCTION make_ledger_month(month timestamptz, name text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    EXECUTE format('CREATE TABLE %I PARTITION OF ledger FOR VALUES FROM (%L) TO (%L)',
        name, month, date_trunc('month', month + interval '32 days', 'UTC'));
    EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON %I FROM postal_app', name);
    EXECUTE format('CREATE TRIGGER never_emptied BEFORE TRUNCATE ON %I '
        'FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', name);
END $$
"""
LEDGER_MONTH = """
CREATE OR REPLACE FUNCTION ensure_ledger_month(at timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    month timestamptz := date_trunc('month', at, 'UTC');
    name text := 'ledger_' || to_char(month AT TIME ZONE 'UTC', 'YYYY_MM');
    patience text := current_setting('lock_timeout');
BEGIN
    IF to_regclass(name) IS NULL THEN
        PERFORM pg_advisory_xact_lock(hashtext('ensure_ledger_month'));
        IF to_regclass(name) IS NULL THEN
            PERFORM make_ledger_month(month, name);
        END IF;
    END IF;
    month := date_trunc('month', month + interval '32 days', 'UTC');
    name := 'ledger_' || to_char(month AT TIME ZONE 'UTC', 'YYYY_MM');
    IF to_regclass(name) IS NOT NULL
            OR NOT pg_try_advisory_xact_lock(hashtext('ensure_ledger_month')) THEN
        RETURN;
    END IF;
    PERFORM set_config('lock_timeout', '100ms', true);
    BEGIN
        IF to_regclass(name) IS NULL THEN
            PERFORM make_ledger_month(month, name);
        END IF;
    EXCEPTION WHEN lock_not_available THEN
        NULL;  -- the next writer tries again
    END;
    PERFORM set_config('lock_timeout', patience, true);
END $$
"""


def upgrade() -> None:
    op.execute(MAKE_MONTH)
    # As its maker's rights are the owner's, nobody else may call it.
    op.execute("REVOKE EXECUTE ON FUNCTION make_ledger_month FROM PUBLIC, postal_app")
    op.execute(LEDGER_MONTH)
    _make_shadows()
    op.create_index(
        "ix_dossiers_dossier_code",
        "dossiers",
        ["dossier_code"],
        postgresql_where=sa.text("dossier_code IS NOT NULL"),
    )
    op.create_index(
        "ix_dossiers_open_pickup",
        "dossiers",
        ["point_id", "opened_at"],
        postgresql_where=sa.text(OPEN_PICKUP),
    )
    op.create_index(
        "ix_dossiers_in_work",
        "dossiers",
        ["agency_id", "due_on", "id"],
        postgresql_where=sa.text("returned_at IS NULL AND closed_at IS NULL"),
    )
    op.create_index(
        "ix_dossier_parties_digits",
        "dossier_parties",
        [sa.text(f"({DIGITS})")],
        postgresql_where=sa.text("phone <> ''"),
    )
    op.create_index(
        "ix_items_under_way",
        "items",
        ["agency_id", "changed_at"],
        postgresql_where=sa.text("NOT closed"),
    )
    op.create_index(
        "ix_corrections_open",
        "corrections",
        ["asked_at"],
        postgresql_where=sa.text("settled_at IS NULL"),
    )


def _make_shadows() -> None:
    op.create_table(
        "name_words",
        sa.Column("dossier_id", sa.BigInteger(), nullable=False),
        sa.Column("word", sa.Text(collation="C"), nullable=False),
        sa.Column("point_id", sa.BigInteger(), nullable=False),
        sa.Column("agency_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossiers.id"], name=op.f("fk_name_words_dossier_id_dossiers")
        ),
        sa.PrimaryKeyConstraint("dossier_id", "word", name=op.f("pk_name_words")),
    )
    op.execute(NAME_WORDS)
    op.create_index("ix_name_words_word", "name_words", ["word", "dossier_id"])
    op.create_index("ix_name_words_point", "name_words", ["point_id", "word", "dossier_id"])
    op.create_index("ix_name_words_agency", "name_words", ["agency_id", "word", "dossier_id"])
    op.create_table(
        "open_money",
        sa.Column("money_line_id", sa.BigInteger(), nullable=False),
        sa.Column("point_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["money_line_id"],
            ["money_lines.id"],
            name=op.f("fk_open_money_money_line_id_money_lines"),
        ),
        sa.PrimaryKeyConstraint("money_line_id", name=op.f("pk_open_money")),
    )
    for statement in (OPEN_MONEY.format(lines="money_lines"), ALREADY_CLOSED, ALREADY_VOID):
        op.execute(statement)
    op.create_index(op.f("ix_open_money_point_id"), "open_money", ["point_id"])
    for function in (NAMES_ADDED, NAMES_CHANGED, PLACES_CHANGED):
        op.execute(function)
    for function in (MONEY_TAKEN, MONEY_CONFIRMED, MONEY_VOIDED):
        op.execute(function)
    for trigger in (*NAME_TRIGGERS, *MONEY_TRIGGERS):
        op.execute(trigger)


def downgrade() -> None:
    raise RuntimeError("the searches of later versions need these indexes")
