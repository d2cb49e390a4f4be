"""Holders: who can answer for an item; at every instant exactly one does."""

from enum import StrEnum
from typing import NamedTuple

from postal_app.rules.words import Words


class HolderKind(StrEnum):
    """The kinds of holder who can answer for an item."""

    CITIZEN = "citizen"
    POINT = "point"
    COURIER = "courier"
    AGENCY = "agency"
    ITEM = "item"
    BAG = "bag"


HOLDER_WORDS: dict[HolderKind, Words] = {
    HolderKind.CITIZEN: Words("Người dân", "The citizen"),
    HolderKind.POINT: Words("Điểm phục vụ", "Service point"),
    HolderKind.COURIER: Words("Bưu tá", "Courier"),
    HolderKind.AGENCY: Words("Cơ quan giải quyết", "Agency"),
    HolderKind.ITEM: Words("Trong bưu gửi khác", "Inside another item"),
    HolderKind.BAG: Words("Trong túi", "Inside bag"),
}


class Holder(NamedTuple):
    """Who has the item: the kind, and the id within it (0 for the citizen)."""

    kind: HolderKind
    id: int


CITIZEN = Holder(HolderKind.CITIZEN, 0)
