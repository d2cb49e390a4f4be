"""Incidents: records (biên bản sự vụ), the second person's answer, how each matter ended.

Rows are only ever added; the database sees to it.
"""

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Code, Instant, Key
from models.items import Item
from models.places import Agency, ServicePoint
from models.staff import Account


class Incident(Base):
    """A record of what was seen of an item and what was done; the holder is as the ledger said."""

    __tablename__ = "incidents"

    id: Mapped[Key]
    number: Mapped[Code] = mapped_column(unique=True, comment="no gap per place and year")
    item_id: Mapped[int] = mapped_column(ForeignKey("items.id"), index=True)
    kind: Mapped[Code]
    told: Mapped[str] = mapped_column(comment="what it is, where the kind does not say it")
    fact: Mapped[UUID | None] = mapped_column(index=True, comment="the ledger's entry it is about")
    point_id: Mapped[int | None] = mapped_column(ForeignKey("service_points.id"))
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agencies.id"))
    happened_at: Mapped[Instant]
    seen: Mapped[str]
    done: Mapped[str]
    old_seal: Mapped[Code] = mapped_column(comment="as the item bore it when this was written")
    new_seal: Mapped[Code] = mapped_column(comment="empty: not sealed anew")
    witness: Mapped[str] = mapped_column(comment="named from outside, beside the two; or empty")
    weight_sealed: Mapped[int | None] = mapped_column(
        comment="grams, as sealed; none: older record"
    )
    weight_found: Mapped[int | None] = mapped_column(comment="grams, as weighed; none: not weighed")
    papers_listed: Mapped[int | None] = mapped_column(comment="copies, as sealed")
    papers_found: Mapped[int | None] = mapped_column(comment="copies; none: not counted again")
    holder_kind: Mapped[Code] = mapped_column(comment="at that moment, by the ledger")
    holder_id: Mapped[int]
    holder_name: Mapped[str]
    recorded_by: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    recorded_at: Mapped[Instant]

    item: Mapped[Item] = relationship()
    point: Mapped[ServicePoint | None] = relationship()
    agency: Mapped[Agency | None] = relationship()
    recorder: Mapped[Account] = relationship()
    answer: Mapped["IncidentAnswer | None"] = relationship()
    outcome: Mapped["IncidentOutcome | None"] = relationship()
    photos: Mapped[list["IncidentPhoto"]] = relationship(order_by="IncidentPhoto.id")

    __table_args__ = (CheckConstraint("num_nonnulls(point_id, agency_id) = 1", "of_one_place"),)


class IncidentAnswer(Base):
    """The second person's one answer: signed, or refused and why."""

    __tablename__ = "incident_answers"

    id: Mapped[Key]
    incident_id: Mapped[int] = mapped_column(ForeignKey("incidents.id"), unique=True)
    answer: Mapped[Code] = mapped_column(comment="signed or refused")
    remark: Mapped[str] = mapped_column(comment="why it was refused, or what he adds")
    answered_by: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    place: Mapped[str] = mapped_column(comment="where he stood when he answered")
    answered_at: Mapped[Instant]

    second: Mapped[Account] = relationship()

    __table_args__ = (
        CheckConstraint("answer = 'signed' OR (answer = 'refused' AND remark <> '')", "answer"),
    )


class IncidentOutcome(Base):
    """How the matter of a record ended, once both had signed."""

    __tablename__ = "incident_outcomes"

    id: Mapped[Key]
    incident_id: Mapped[int] = mapped_column(ForeignKey("incidents.id"), unique=True)
    outcome: Mapped[Code]
    note: Mapped[str]
    settled_by: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    settled_at: Mapped[Instant]

    settler: Mapped[Account] = relationship()


class IncidentPhoto(Base):
    """A photo that belongs to a record, by its digest alone: whoever took it keeps the file."""

    __tablename__ = "incident_photos"

    id: Mapped[Key]
    incident_id: Mapped[int] = mapped_column(ForeignKey("incidents.id"))
    digest: Mapped[Code] = mapped_column(comment="SHA-256 of the file, in hexadecimal")
    size: Mapped[int] = mapped_column(comment="in bytes")

    __table_args__ = (Index("ix_incident_photos_once", "incident_id", "digest", unique=True),)
