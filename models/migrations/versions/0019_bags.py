"""Bags with a ledger of their own, hand-over lists, and the differences between their two sides."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0019"
down_revision: str | Sequence[str] | None = "0018"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

ADDED_ONLY = ("handovers", "handover_lines", "handovers_cancelled", "handovers_counted")


HARM = "kind IN ('damaged', 'seal_broken', 'lost', 'missing_from_bag') OR condition = 'resealed'"


def upgrade() -> None:
    op.drop_index("ix_ledger_harm", "ledger")
    op.create_index("ix_ledger_harm", "ledger", ["item_id"], postgresql_where=sa.text(HARM))
    _bags()
    _ledger()
    _handovers()
    _differences()
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
    # A difference is closed in its own row; it is never taken away.
    op.execute("REVOKE DELETE, TRUNCATE ON handover_differences FROM postal_app")
    op.execute("REVOKE DELETE, TRUNCATE ON bags FROM postal_app")


def downgrade() -> None:
    raise RuntimeError("what happened to bags is not taken back")


def _key() -> sa.Column[int]:
    return sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False)


def _whole(name: str, *, empty: bool = False, comment: str | None = None) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=empty, comment=comment)


def _code(name: str, comment: str | None = None) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False, comment=comment)


def _instant(
    name: str, *, empty: bool = False, comment: str | None = None
) -> sa.Column[sa.DateTime]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=empty, comment=comment)


def _refers(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name)


def _one_thing(table: str) -> sa.CheckConstraint:
    name = op.f(f"ck_{table}_one_thing")
    return sa.CheckConstraint("(item_id IS NULL) <> (bag_id IS NULL)", name=name)


def _bags() -> None:
    op.create_table(
        "bags",
        _key(),
        _code("number", "shaped like an item's (UPU S10)"),
        _whole("from_point_id"),
        _whole("to_point_id"),
        _whole("made_by"),
        _instant("made_at"),
        _code("state"),
        _code("integrity", "of the bag and its seal"),
        _code("holder_kind"),
        _whole("holder_id"),
        _code("seal_number", "empty while it is being packed"),
        _instant("changed_at", comment="when its latest fact happened"),
        _whole("entries", comment="length of its chain"),
        sa.Column("digest", sa.LargeBinary(), nullable=False, comment="end of its chain"),
        sa.CheckConstraint("from_point_id <> to_point_id", name=op.f("ck_bags_goes_elsewhere")),
        _refers("bags", "from_point_id", "service_points"),
        _refers("bags", "to_point_id", "service_points"),
        _refers("bags", "made_by", "accounts"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bags")),
        sa.UniqueConstraint("number", name=op.f("uq_bags_number")),
    )
    op.create_index("ix_bags_holder", "bags", ["holder_kind", "holder_id", "state"])
    op.create_index("ix_bags_to", "bags", ["to_point_id", "state"])


def _ledger() -> None:
    """Let an entry be of an item or of a bag; what stands there stays as it is."""
    op.alter_column("ledger", "item_id", existing_type=sa.BigInteger(), nullable=True)
    op.add_column("ledger", _whole("bag_id", empty=True))
    op.create_foreign_key(op.f("fk_ledger_bag_id_bags"), "ledger", "bags", ["bag_id"], ["id"])
    op.create_check_constraint(
        op.f("ck_ledger_one_thing"), "ledger", "(item_id IS NULL) <> (bag_id IS NULL)"
    )
    op.create_index(
        "ix_ledger_bag",
        "ledger",
        ["bag_id", "position"],
        postgresql_where=sa.text("bag_id IS NOT NULL"),
    )
    op.create_index(
        "ix_ledger_packed",
        "ledger",
        ["taker_id"],
        postgresql_where=sa.text("taker_kind = 'bag'"),
    )
    op.create_index(
        "ix_ledger_unpacked",
        "ledger",
        [sa.text("(details ->> 'bag')")],
        postgresql_where=sa.text("kind = 'unbagged'"),
    )
    op.create_index(
        "ix_ledger_handover",
        "ledger",
        [sa.text("(details ->> 'handover')")],
        postgresql_where=sa.text("details ? 'handover'"),
    )


def _handovers() -> None:
    op.create_table(
        "handovers",
        _key(),
        _code("number"),
        _code("kind", "bd10 or bd13"),
        _whole("from_point_id"),
        _code("to_kind", "a point or a courier"),
        _whole("to_id"),
        _whole("given_by"),
        _whole("assignment_id"),
        _instant("given_at", comment="when it was given, told by the giver"),
        _instant("recorded_at", comment="server's clock"),
        _refers("handovers", "from_point_id", "service_points"),
        _refers("handovers", "given_by", "accounts"),
        _refers("handovers", "assignment_id", "assignments"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handovers")),
        sa.UniqueConstraint("number", name=op.f("uq_handovers_number")),
    )
    op.create_index("ix_handovers_from", "handovers", ["from_point_id", "id"])
    op.create_index("ix_handovers_to", "handovers", ["to_kind", "to_id", "id"])
    op.create_table(
        "handover_lines",
        _key(),
        _whole("handover_id"),
        _whole("position"),
        _whole("item_id", empty=True),
        _whole("bag_id", empty=True),
        _code("line_type", "ordinary, hcc, or cod with money to collect"),
        _whole("amount_due", comment="money to collect; 0 for none"),
        _one_thing("handover_lines"),
        _refers("handover_lines", "handover_id", "handovers"),
        _refers("handover_lines", "item_id", "items"),
        _refers("handover_lines", "bag_id", "bags"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handover_lines")),
    )
    op.create_index(
        "ix_handover_lines_position", "handover_lines", ["handover_id", "position"], unique=True
    )
    for thing in ("item_id", "bag_id"):
        op.create_index(op.f(f"ix_handover_lines_{thing}"), "handover_lines", [thing])
    op.create_table(
        "handovers_cancelled",
        _key(),
        _whole("handover_id"),
        _code("reason"),
        _whole("cancelled_by"),
        _instant("cancelled_at"),
        _refers("handovers_cancelled", "handover_id", "handovers"),
        _refers("handovers_cancelled", "cancelled_by", "accounts"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handovers_cancelled")),
        sa.UniqueConstraint("handover_id", name=op.f("uq_handovers_cancelled_handover_id")),
    )
    op.create_table(
        "handovers_counted",
        _key(),
        _code("number", "of the list, as its paper says it"),
        _whole("account_id"),
        _code("taker_kind"),
        _whole("taker_id"),
        _instant("counted_at"),
        _refers("handovers_counted", "account_id", "accounts"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handovers_counted")),
    )
    op.create_index(
        "ix_handovers_counted_number", "handovers_counted", ["number", "account_id"], unique=True
    )


def _differences() -> None:
    table = "handover_differences"
    op.create_table(
        table,
        _key(),
        _code("outcome"),
        _whole("handover_id", empty=True),
        _whole("opened_bag_id", empty=True, comment="in whose opening it showed"),
        _whole("item_id", empty=True),
        _whole("bag_id", empty=True),
        sa.Column("fact", sa.Uuid(), nullable=True, comment="the taker's, or the second taker's"),
        _whole("owner_point_id"),
        _whole("giver_account_id"),
        _whole("taker_account_id", empty=True),
        _instant("opened_at"),
        _instant("due_at"),
        _instant("gone_at", empty=True, comment="a correction made them agree"),
        _whole("settled_by", empty=True),
        _instant("settled_at", empty=True),
        _code("said", "the word of whoever settled it"),
        _one_thing(table),
        _refers(table, "handover_id", "handovers"),
        _refers(table, "opened_bag_id", "bags"),
        _refers(table, "item_id", "items"),
        _refers(table, "bag_id", "bags"),
        _refers(table, "owner_point_id", "service_points"),
        _refers(table, "giver_account_id", "accounts"),
        _refers(table, "taker_account_id", "accounts"),
        _refers(table, "settled_by", "accounts"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    op.create_index(
        f"ix_{table}_open",
        table,
        ["due_at"],
        postgresql_where=sa.text("settled_at IS NULL AND gone_at IS NULL"),
    )
    op.create_index(
        f"ix_{table}_once",
        table,
        ["outcome", "handover_id", "opened_bag_id", "item_id", "bag_id", "fact"],
        unique=True,
        postgresql_nulls_not_distinct=True,
        postgresql_where=sa.text("gone_at IS NULL"),
    )
    op.create_index(f"ix_{table}_item", table, ["item_id"])
    op.create_index(f"ix_{table}_handover", table, ["handover_id"])
    op.create_index(f"ix_{table}_opened_bag", table, ["opened_bag_id"])
