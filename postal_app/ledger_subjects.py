"""What an entry of the ledger is about, and the number that this bears: asked for in one place."""

from typing import TypeVarTuple

from sqlalchemy import ColumnElement, FromClause, Select, func

from models.bags import Bag
from models.items import Item
from models.ledger import LedgerEntry

Columns = TypeVarTuple("Columns")


def subject_number() -> ColumnElement[str]:
    """Give an entry's subject, in a statement of `with_subjects`; empty: it is gone."""
    return func.coalesce(Item.number, Bag.number, "")


def with_subjects(
    statement: Select[*Columns], ledger: FromClause | None = None
) -> Select[*Columns]:
    """Join what entries are about to a statement over the ledger; an entry of nothing is kept."""
    entries = LedgerEntry.__table__ if ledger is None else ledger
    of_items = statement.outerjoin(Item, Item.id == entries.c.item_id)
    return of_items.outerjoin(Bag, Bag.id == entries.c.bag_id)
