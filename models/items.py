"""The postal item: one sealed envelope with one number, and the legs it carries."""

from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, Index, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Code, Instant, Key
from models.places import Agency, ServicePoint

if TYPE_CHECKING:
    from models.dossiers import Dossier


class NumberSeries(Base):
    """Where the next item number of a series comes from; the row lock makes each number single."""

    __tablename__ = "number_series"

    prefix: Mapped[Code] = mapped_column(primary_key=True, comment="service letters, e.g. RH")
    next_serial: Mapped[int]

    __table_args__ = (
        CheckConstraint("next_serial BETWEEN 0 AND 100000000", "serial_in_eight_digits"),
    )


class Item(Base):
    """One sealed envelope (bưu gửi).

    `state` to `digest` are a shadow of the ledger, kept so that lists are quick; the ledger
    alone is the truth, and `postal verify` compares the two.
    """

    __tablename__ = "items"

    id: Mapped[Key]
    number: Mapped[Code] = mapped_column(unique=True, comment="UPU S10")
    leg: Mapped[Code] = mapped_column(comment="for which purpose it travels")
    point_id: Mapped[int] = mapped_column(ForeignKey("service_points.id"))
    agency_id: Mapped[int] = mapped_column(ForeignKey("agencies.id"))
    from_agency_id: Mapped[int | None] = mapped_column(
        ForeignKey("agencies.id"), comment="who sends it, when another agency is to have it"
    )
    returns_id: Mapped[int | None] = mapped_column(
        ForeignKey("items.id"), comment="the item that goes back in it"
    )
    seal_number: Mapped[Code]
    weight_grams: Mapped[int]
    created_at: Mapped[Instant]

    state: Mapped[Code]
    integrity: Mapped[Code]
    holder_kind: Mapped[Code]
    holder_id: Mapped[int]
    outcome: Mapped[Code] = mapped_column(comment="what the courier says; empty while under way")
    proven: Mapped[bool] = mapped_column(comment="the proof of the outcome has been seen")
    closed: Mapped[bool] = mapped_column(comment="the leg is settled")
    quarantined: Mapped[bool] = mapped_column(
        server_default=false(), comment="a matter of its seal or cover is not settled"
    )
    changed_at: Mapped[Instant] = mapped_column(comment="when its latest fact happened")
    moves: Mapped[int] = mapped_column(
        server_default=text("0"), comment="how often it changed hands, its beginning counted"
    )
    looked_back_on: Mapped[bool] = mapped_column(
        server_default=false(), comment="what is told later may hang on one of its facts"
    )
    entries: Mapped[int] = mapped_column(comment="length of its chain")
    digest: Mapped[bytes] = mapped_column(comment="end of its chain")

    point: Mapped[ServicePoint] = relationship()
    agency: Mapped[Agency] = relationship(foreign_keys=agency_id)
    from_agency: Mapped[Agency | None] = relationship(foreign_keys=from_agency_id)
    returns: Mapped["Item | None"] = relationship(remote_side="Item.id")
    legs: Mapped[list["Leg"]] = relationship(back_populates="item", order_by="Leg.id")

    __table_args__ = (
        Index("ix_items_holder", "holder_kind", "holder_id", "state"),
        Index("ix_items_agency", "agency_id", "state"),
        Index("ix_items_created_at", "created_at"),
        # The settled ones are nearly all.
        Index("ix_items_under_way", "agency_id", "changed_at", postgresql_where=text("NOT closed")),
        # Nearly none is returned, and every movement of an item writes all indexes it stands in.
        Index(
            "ix_items_returns_id",
            "returns_id",
            unique=True,
            postgresql_where=text("returns_id IS NOT NULL"),
        ),
        # Delivered, and the paper that proves it not seen yet: a few in a thousand.
        Index(
            "ix_items_unproven",
            "point_id",
            postgresql_where=text("outcome = 'delivered' AND NOT proven"),
        ),
        Index(
            "ix_items_quarantined",
            "holder_kind",
            "holder_id",
            postgresql_where=text("quarantined"),
        ),
    )


class Leg(Base):
    """One dossier in one item for one purpose; dossiers, legs and items differ in number."""

    __tablename__ = "legs"

    id: Mapped[Key]
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossiers.id"), index=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("items.id"))
    kind: Mapped[Code] = mapped_column(comment="for which purpose")
    started_at: Mapped[Instant | None] = mapped_column(
        comment="accepted at the counter, or collected from the agency"
    )
    ended_at: Mapped[Instant | None] = mapped_column(
        comment="this dossier's papers are where they were to go"
    )

    dossier: Mapped["Dossier"] = relationship(back_populates="legs")
    item: Mapped[Item] = relationship(back_populates="legs")

    __table_args__ = (
        Index("ix_legs_item", "item_id", "dossier_id", unique=True),
        Index("ix_legs_started_at", "started_at"),
        Index("ix_legs_ended_at", "ended_at"),
    )
