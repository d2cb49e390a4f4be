"""The counter's further work: papers sent after the first envelope, and calls to fetch dossiers."""

from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Code, Day, Instant, Key
from models.items import Item
from models.places import ServicePoint
from models.staff import Account

if TYPE_CHECKING:
    from models.dossiers import ChecklistLine, Dossier, Signature


class Sending(Base):
    """One further counting, signing and sealing for a dossier whose first envelope has gone.

    The first one stands in the dossier itself. This one passes the same gates, in the same order,
    and has a list and signatures of its own; the place may be another than the first one's.
    """

    __tablename__ = "sendings"

    id: Mapped[Key]
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossiers.id"), index=True)
    leg: Mapped[Code] = mapped_column(comment="for which purpose its envelope travels")
    point_id: Mapped[int] = mapped_column(
        ForeignKey("service_points.id"), index=True, comment="where it was taken in"
    )
    at_home: Mapped[bool] = mapped_column(comment="taken in by a courier at an address")
    asked: Mapped[bool] = mapped_column(comment="the agency had asked for it")
    payer: Mapped[Code] = mapped_column(comment="who pays this trip")
    opened_by: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    form_version: Mapped[Code]
    notice_version: Mapped[Code | None] = mapped_column(comment="of what the sender was told")
    request_key: Mapped[UUID | None] = mapped_column(
        unique=True, comment="made with the page, so that a form sent twice is one"
    )
    reserved_number: Mapped[Code] = mapped_column(
        unique=True, comment="item number on the slip before the seal makes it an item"
    )
    item_id: Mapped[int | None] = mapped_column(ForeignKey("items.id"), unique=True)

    opened_at: Mapped[Instant]
    counted_at: Mapped[Instant]
    signed_at: Mapped[Instant | None]
    sealed_at: Mapped[Instant | None]
    voided_at: Mapped[Instant | None] = mapped_column(comment="given up before the seal")
    void_reason: Mapped[str | None]

    dossier: Mapped["Dossier"] = relationship()
    point: Mapped[ServicePoint] = relationship()
    opener: Mapped[Account] = relationship()
    item: Mapped[Item | None] = relationship()
    checklist: Mapped[list["ChecklistLine"]] = relationship(order_by="ChecklistLine.position")
    signatures: Mapped[list["Signature"]] = relationship(order_by="Signature.id")

    __table_args__ = (
        CheckConstraint(
            "(signed_at IS NULL OR signed_at >= counted_at)"
            " AND (sealed_at IS NULL OR sealed_at >= signed_at)",
            "gates_in_order",
        ),
        CheckConstraint("sealed_at IS NULL OR signed_at IS NOT NULL", "no_gate_skipped"),
        CheckConstraint("voided_at IS NULL OR sealed_at IS NULL", "void_only_before_the_seal"),
        CheckConstraint("(item_id IS NULL) = (sealed_at IS NULL)", "sealed_is_an_item"),
    )


class CollectionCall(Base):
    """A citizen's wish to have a dossier fetched at an address; whoever it is stands only here."""

    __tablename__ = "collection_calls"

    id: Mapped[Key]
    point_id: Mapped[int] = mapped_column(
        ForeignKey("service_points.id"), index=True, comment="whose couriers go"
    )
    name: Mapped[str]
    phone: Mapped[Code]
    address: Mapped[str] = mapped_column(comment="as written")
    wished_on: Mapped[Day]
    wished_time: Mapped[str] = mapped_column(comment="in words; empty: at any time")
    note: Mapped[str]
    request_key: Mapped[UUID | None] = mapped_column(
        unique=True, comment="made with the page, so that a form sent twice is one"
    )
    asked_by: Mapped[int] = mapped_column(ForeignKey("accounts.id"), comment="who wrote it down")
    asked_at: Mapped[Instant]
    erased_at: Mapped[Instant | None]

    point: Mapped[ServicePoint] = relationship()
    answer: Mapped["CollectionAnswer | None"] = relationship(back_populates="call")


class CollectionAnswer(Base):
    """What became of a call: fetched with this dossier, or not, and why. Only ever added."""

    __tablename__ = "collection_answers"

    id: Mapped[Key]
    call_id: Mapped[int] = mapped_column(ForeignKey("collection_calls.id"), unique=True)
    outcome: Mapped[Code] = mapped_column(comment="done or failed")
    reason: Mapped[Code] = mapped_column(comment="why it failed; empty: done")
    note: Mapped[str]
    dossier_id: Mapped[int | None] = mapped_column(ForeignKey("dossiers.id"))
    answered_by: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    answered_at: Mapped[Instant]

    call: Mapped[CollectionCall] = relationship(back_populates="answer")

    __table_args__ = (
        CheckConstraint(
            "(outcome = 'done' AND reason = '' AND dossier_id IS NOT NULL)"
            " OR (outcome = 'failed' AND reason <> '' AND dossier_id IS NULL)",
            "answer_whole",
        ),
    )
