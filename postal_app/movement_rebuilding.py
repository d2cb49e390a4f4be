"""Rebuilding: the movements of items written anew from the ledger, piece by piece."""

from collections.abc import Collection

from sqlalchemy.orm import Session

from postal_app import movements
from postal_app.ledger import histories


def rebuild(session: Session, item_ids: Collection[int]) -> None:
    """Write the movements of some items anew; they are locked until the transaction ends.

    What an item without a history has kept is taken away too.
    """
    told = histories(session, item_ids)
    movements.rewrite(session, {item_id: told.get(item_id, []) for item_id in item_ids})
