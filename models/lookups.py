"""The public's look-ups: how often somebody asked, and whose masked details were shown.

Neither table holds an address of the network: only its digest under the installation's secret.
"""

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Code, Instant, Key


class LookUpCount(Base):
    """How often one asker, or one pair of number and tag, was counted in the window that runs.

    Not logged ahead (UNLOGGED): after a crash of the server everybody simply begins again.
    """

    __tablename__ = "look_up_counts"

    digest: Mapped[bytes] = mapped_column(
        primary_key=True, comment="of the limit and what it counts, under the secret"
    )
    ends_at: Mapped[Instant]
    count: Mapped[int]

    __table_args__ = (Index("ix_look_up_counts_ends_at", "ends_at"), {"prefixes": ["UNLOGGED"]})


class PublicDisclosure(Base):
    """That the masked details of an item were shown to somebody who knew its three keys.

    Who it was cannot be known. Only ever added to.
    """

    __tablename__ = "public_disclosures"

    id: Mapped[Key]
    at: Mapped[Instant]
    item_number: Mapped[Code]
    address_digest: Mapped[Code] = mapped_column(comment="of the asker's network address, hex")

    __table_args__ = (Index("ix_public_disclosures_item", "item_number", "at"),)
