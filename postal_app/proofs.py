"""Proofs: that what the ledger says of one item is what was signed, checked without the ledger.

A proof holds the item's entries as their digests cover them, the path from each to the root of
the newest checkpoint, that checkpoint with its signature, and the keys. It says no more than the
item's own history; a personal part stands in it as its commitment.
"""

import json

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.checkpoints import LogLeaf
from models.items import Item
from models.ledger import LedgerEntry
from postal_app import checkpoints, ledger_keys
from postal_app.errors import Unknown
from postal_app.ledger import chained
from postal_app.ledger_export import checkpoint_part, key_part
from postal_app.log_tree import Tree
from postal_app.rules.chain import canonical
from postal_app.rules.merkle import inclusion
from postal_app.rules.words import Words

FORM = "postal-ledger-proof 1"


class NotSignedYet(Unknown):
    """No checkpoint has anything of this item."""

    words = Words(
        "Chưa có lần niêm sổ cái nào sau khi bưu gửi này được ghi. Hãy thử lại vào ngày mai.",
        "No checkpoint was made since this item was recorded. Try again tomorrow.",
    )


def of_item(session: Session, item: Item) -> dict[str, object]:
    """Give the proof of an item's entries under the newest checkpoint, as JSON tells it.

    Raises:
        NotSignedYet: no checkpoint has anything of it.
    """
    newest = checkpoints.latest(session)
    rows = session.execute(
        select(LedgerEntry.__table__, LogLeaf.leaf)
        .join(LogLeaf, LogLeaf.entry_id == LedgerEntry.id)
        .where(LedgerEntry.item_id == item.id, LedgerEntry.recorded_at >= item.created_at)
        .order_by(LedgerEntry.position)
    ).all()
    if newest is None or not rows:
        raise NotSignedYet
    tree = Tree(session)
    return {
        "form": FORM,
        "item": item.number,
        "checkpoints": [checkpoint_part(newest)],
        "keys": [key_part(key) for key in ledger_keys.keys(session)],
        "entries": [
            {
                "leaf": row.leaf,
                "path": [one.hex() for one in inclusion(row.leaf, newest.size, tree.whole)],
                "previous": row.previous.hex(),
                "digest": row.digest.hex(),
                "content": json.loads(canonical(chained(item.number, dict(row._mapping)))),  # noqa: SLF001  SQLAlchemy's public name for a row's columns
            }
            for row in rows
        ],
    }
