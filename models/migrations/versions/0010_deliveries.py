"""Deliveries: what a hand-out asks, papers taken back, terms of holding, the list without owner."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0010"
down_revision: str | Sequence[str] | None = "0009"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

ADDED_ONLY = (
    "delivery_terms",
    "procedure_demands",
    "dossier_demands",
    "recovered_papers",
    "ownerless_publications",
)


def upgrade() -> None:
    _terms()
    _demands()
    _recovered()
    op.create_index(
        "ix_items_unproven",
        "items",
        ["point_id"],
        postgresql_where=sa.text("outcome = 'delivered' AND NOT proven"),
    )
    op.create_table(
        "ownerless_publications",
        _key(),
        sa.Column("item_id", sa.BigInteger(), nullable=False),
        sa.Column("published_on", sa.Date(), nullable=False),
        sa.Column("published_by", sa.BigInteger(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        _refers("ownerless_publications", "item_id", "items"),
        _refers("ownerless_publications", "published_by", "accounts"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ownerless_publications")),
        sa.UniqueConstraint("item_id", name=op.f("uq_ownerless_publications_item_id")),
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
    raise RuntimeError("what was handed out is not taken back")


def _key() -> sa.Column[int]:
    return sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False)


def _refers(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name)


def _entered() -> tuple[sa.Column[int], sa.Column[sa.DateTime]]:
    return (
        sa.Column("entered_by", sa.BigInteger(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
    )


def _terms() -> None:
    op.create_table(
        "delivery_terms",
        _key(),
        sa.Column("purpose", sa.Text(), nullable=False, comment="holding or publication"),
        sa.Column("leg", sa.Text(), nullable=False, comment="empty: any"),
        sa.Column(
            "agency_id", sa.BigInteger(), nullable=True, comment="by contract with it; none: any"
        ),
        sa.Column("area", sa.Text(), nullable=False, comment="town or rural; empty: any"),
        sa.Column("days", sa.BigInteger(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False, comment="the decision or contract"),
        *_entered(),
        sa.CheckConstraint("days BETWEEN 0 AND 365", name=op.f("ck_delivery_terms_days_of_a_year")),
        _refers("delivery_terms", "agency_id", "agencies"),
        _refers("delivery_terms", "entered_by", "accounts"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_terms")),
    )


def _asked(table: str) -> tuple[sa.Column[object] | sa.CheckConstraint, ...]:
    return (
        sa.Column("identity_level", sa.BigInteger(), nullable=False),
        sa.Column("in_hand", sa.Boolean(), nullable=False),
        sa.Column("papers", postgresql.JSONB(), nullable=False, comment="name and kind of each"),
        sa.CheckConstraint(
            "identity_level BETWEEN 0 AND 3", name=op.f(f"ck_{table}_identity_level")
        ),
    )


def _demands() -> None:
    op.create_table(
        "procedure_demands",
        _key(),
        sa.Column("procedure_code", sa.Text(), nullable=False),
        *_asked("procedure_demands"),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        *_entered(),
        _refers("procedure_demands", "entered_by", "accounts"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_procedure_demands")),
    )
    op.create_index(
        "ix_procedure_demands_procedure", "procedure_demands", ["procedure_code", "valid_from"]
    )
    op.create_table(
        "dossier_demands",
        _key(),
        sa.Column("dossier_id", sa.BigInteger(), nullable=False),
        *_asked("dossier_demands"),
        *_entered(),
        _refers("dossier_demands", "dossier_id", "dossiers"),
        _refers("dossier_demands", "entered_by", "accounts"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dossier_demands")),
    )
    op.create_index(op.f("ix_dossier_demands_dossier_id"), "dossier_demands", ["dossier_id"])


def _recovered() -> None:
    op.create_table(
        "recovered_papers",
        _key(),
        sa.Column("dossier_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("item_id", sa.BigInteger(), nullable=False),
        sa.Column("recovered_by", sa.BigInteger(), nullable=False),
        sa.Column("recovered_at", sa.DateTime(timezone=True), nullable=False),
        _refers("recovered_papers", "dossier_id", "dossiers"),
        _refers("recovered_papers", "item_id", "items"),
        _refers("recovered_papers", "recovered_by", "accounts"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovered_papers")),
    )
    op.create_index(
        "ix_recovered_papers_paper", "recovered_papers", ["dossier_id", "name"], unique=True
    )
    op.create_index(op.f("ix_recovered_papers_item_id"), "recovered_papers", ["item_id"])
