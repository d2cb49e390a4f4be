"""What happened is only ever added to: the database itself refuses to change or remove it.

Two locks on one door. The app's role loses the right to change, remove or empty these tables; and
triggers refuse it to everybody else who forgets, the owner included. Partitions of the ledger are
made ahead by a function that runs as the owner, because the app's role may own nothing.
"""

from collections.abc import Sequence

from alembic import op

revision: str = "0002"
down_revision: str | Sequence[str] | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

ADDED_ONLY = ("ledger", "scan_receipts", "refused_scans", "personal_data_views")

REFUSE = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are only ever added', TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$
"""

# Of what a decision published only the last day may still be said, and only once. `sensitive`
# is the province's own mark for labels.
REFUSE_EDIT = """
CREATE FUNCTION refuse_edit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF to_jsonb(NEW) - '{valid_to,sensitive}'::text[]
            = to_jsonb(OLD) - '{valid_to,sensitive}'::text[]
        AND (OLD.valid_to IS NULL OR NEW.valid_to IS NOT DISTINCT FROM OLD.valid_to) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'rows of % are ended, never edited', TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$
"""
ENDED_ONLY = ("permissions", "procedure_terms")

# Asked at every write: a month that is there costs one look-up in the catalogue. The lock keeps
# two writers from making the same month at once. Rights and the TRUNCATE trigger are not handed
# down to a partition by its parent, so each one gets its own.
LEDGER_MONTH = """
CREATE FUNCTION ensure_ledger_month(at timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    month timestamptz := date_trunc('month', at, 'UTC');
    name text := 'ledger_' || to_char(month AT TIME ZONE 'UTC', 'YYYY_MM');
BEGIN
    IF to_regclass(name) IS NOT NULL THEN
        RETURN;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('ensure_ledger_month'));
    IF to_regclass(name) IS NOT NULL THEN
        RETURN;
    END IF;
    EXECUTE format('CREATE TABLE %I PARTITION OF ledger FOR VALUES FROM (%L) TO (%L)',
        name, month, date_trunc('month', month + interval '32 days', 'UTC'));
    EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON %I FROM postal_app', name);
    EXECUTE format('CREATE TRIGGER never_emptied BEFORE TRUNCATE ON %I '
        'FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', name);
END $$
"""


def upgrade() -> None:
    op.execute(REFUSE)
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
    op.execute(LEDGER_MONTH)
    op.execute(REFUSE_EDIT)
    for table in ENDED_ONLY:
        op.execute(f"REVOKE DELETE, TRUNCATE ON {table} FROM postal_app")
        op.execute(
            f"CREATE TRIGGER ended_only BEFORE UPDATE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_edit()"
        )


def downgrade() -> None:
    raise RuntimeError("what was only ever added to is not taken back")
