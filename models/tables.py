"""Every table of the archive: whoever opens the archive knows its whole shape.

Not in `models/__init__.py`, because the keeper of the embedded server needs no table.
"""

from models import (
    answers,
    bags,
    calendar,
    checkpoints,
    closings,
    complaints,
    counter,
    counts,
    deliveries,
    devices,
    dossiers,
    handovers,
    incidents,
    items,
    label_work,
    ledger,
    lookups,
    money,
    movements,
    people_data,
    places,
    procedures,
    promises,
    shadows,
    staff,
    tariff,
    uploads,
)
from models.base import Base

__all__ = [
    "SHAPE",
    "answers",
    "bags",
    "calendar",
    "checkpoints",
    "closings",
    "complaints",
    "counter",
    "counts",
    "deliveries",
    "devices",
    "dossiers",
    "handovers",
    "incidents",
    "items",
    "label_work",
    "ledger",
    "lookups",
    "money",
    "movements",
    "people_data",
    "places",
    "procedures",
    "promises",
    "shadows",
    "staff",
    "tariff",
    "uploads",
]

SHAPE = Base.metadata
