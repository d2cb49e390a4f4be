"""The bag (túi): sealed, numbered, with a ledger of its own; what lies in it moves with it."""

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Code, Instant, Key
from models.places import ServicePoint
from models.staff import Account


class Bag(Base):
    """One bag on one way, from the point that packs it to the point that opens it.

    `state` to `digest` are a shadow of its facts in the ledger, as an item's are. What lies in it
    is told by the items themselves, never by a list here.
    """

    __tablename__ = "bags"

    id: Mapped[Key]
    number: Mapped[Code] = mapped_column(unique=True, comment="shaped like an item's (UPU S10)")
    from_point_id: Mapped[int] = mapped_column(ForeignKey("service_points.id"))
    to_point_id: Mapped[int] = mapped_column(ForeignKey("service_points.id"))
    made_by: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    made_at: Mapped[Instant]

    state: Mapped[Code]
    integrity: Mapped[Code] = mapped_column(comment="of the bag and its seal")
    holder_kind: Mapped[Code]
    holder_id: Mapped[int]
    seal_number: Mapped[Code] = mapped_column(comment="empty while it is being packed")
    changed_at: Mapped[Instant] = mapped_column(comment="when its latest fact happened")
    entries: Mapped[int] = mapped_column(comment="length of its chain")
    digest: Mapped[bytes] = mapped_column(comment="end of its chain")

    from_point: Mapped[ServicePoint] = relationship(foreign_keys=from_point_id)
    to_point: Mapped[ServicePoint] = relationship(foreign_keys=to_point_id)
    maker: Mapped[Account] = relationship()

    __table_args__ = (
        CheckConstraint("from_point_id <> to_point_id", "goes_elsewhere"),
        Index("ix_bags_holder", "holder_kind", "holder_id", "state"),
        Index("ix_bags_to", "to_point_id", "state"),
    )
