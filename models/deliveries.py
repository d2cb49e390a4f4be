"""Deliveries: what a hand-out asks, papers taken back, terms of holding, the list without owner.

All of it is only ever added to; of two entries for the same thing the later one holds.
"""

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Code, Day, Instant, Key


class DeliveryTerm(Base):
    """How many days something takes from a day on: holding an item, publishing one without owner.

    Empty fields hold for any leg, agency or area; what names more goes before what names less.
    """

    __tablename__ = "delivery_terms"

    id: Mapped[Key]
    purpose: Mapped[Code] = mapped_column(comment="holding or publication")
    leg: Mapped[Code] = mapped_column(comment="empty: any")
    agency_id: Mapped[int | None] = mapped_column(
        ForeignKey("agencies.id"), comment="by contract with it; none: any"
    )
    area: Mapped[Code] = mapped_column(comment="town or rural; empty: any")
    days: Mapped[int]
    valid_from: Mapped[Day]
    source: Mapped[str] = mapped_column(comment="the decision or contract")
    entered_by: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    entered_at: Mapped[Instant]

    __table_args__ = (CheckConstraint("days BETWEEN 0 AND 365", "days_of_a_year"),)


class ProcedureDemand(Base):
    """What handing out the results of a procedure asks, for dossiers opened from a day on."""

    __tablename__ = "procedure_demands"

    id: Mapped[Key]
    procedure_code: Mapped[Code]
    identity_level: Mapped[int]
    in_hand: Mapped[bool]
    papers: Mapped[list[dict[str, str]]] = mapped_column(JSONB, comment="name and kind of each")
    valid_from: Mapped[Day]
    source: Mapped[str]
    entered_by: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    entered_at: Mapped[Instant]

    __table_args__ = (
        CheckConstraint("identity_level BETWEEN 0 AND 3", "identity_level"),
        Index("ix_procedure_demands_procedure", "procedure_code", "valid_from"),
    )


class DossierDemand(Base):
    """What handing out the result of one dossier asks, in place of what its procedure asks."""

    __tablename__ = "dossier_demands"

    id: Mapped[Key]
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossiers.id"), index=True)
    identity_level: Mapped[int]
    in_hand: Mapped[bool]
    papers: Mapped[list[dict[str, str]]] = mapped_column(JSONB, comment="name and kind of each")
    entered_by: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    entered_at: Mapped[Instant]

    __table_args__ = (CheckConstraint("identity_level BETWEEN 0 AND 3", "identity_level"),)


class RecoveredPaper(Base):
    """A paper that was taken back at a hand-out, and the item that carries it to the agency."""

    __tablename__ = "recovered_papers"

    id: Mapped[Key]
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossiers.id"))
    name: Mapped[str]
    kind: Mapped[Code]
    item_id: Mapped[int] = mapped_column(ForeignKey("items.id"), index=True)
    recovered_by: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    recovered_at: Mapped[Instant]

    __table_args__ = (Index("ix_recovered_papers_paper", "dossier_id", "name", unique=True),)


class OwnerlessPublication(Base):
    """That an item stands in the published list of items without receiver, since a day."""

    __tablename__ = "ownerless_publications"

    id: Mapped[Key]
    item_id: Mapped[int] = mapped_column(ForeignKey("items.id"), unique=True)
    published_on: Mapped[Day]
    published_by: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    published_at: Mapped[Instant]
