"""Every table of the archive: whoever opens the archive knows its whole shape.

Not in `models/__init__.py`, because the keeper of the embedded server needs no table.
"""

from models import (
    calendar,
    dossiers,
    items,
    ledger,
    lookups,
    money,
    places,
    procedures,
    promises,
    staff,
    uploads,
)
from models.base import Base

__all__ = [
    "SHAPE",
    "calendar",
    "dossiers",
    "items",
    "ledger",
    "lookups",
    "money",
    "places",
    "procedures",
    "promises",
    "staff",
    "uploads",
]

SHAPE = Base.metadata
