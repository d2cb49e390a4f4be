"""The catalogue: what a procedure is, and from when to when the post may carry it.

A new decision never edits a row of an older one: it ends it (`valid_to`) and adds its own.
"""

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Code, Day, Dong, Instant, Key


def _never_overlapping(table: str, where: str = "") -> ExcludeConstraint:
    """Refuse two rows of one procedure that hold on the same day.

    The ids are wrapped into ranges because plain equality inside a GiST index would need an
    extension, and the house needs none.
    """
    return ExcludeConstraint(
        (text("int8range(procedure_id, procedure_id, '[]')"), "&&"),
        (text("daterange(valid_from, valid_to, '[]')"), "&&"),
        name=f"never_overlapping_{table}",
        using="gist",
        where=text(where) if where else None,
    )


class Decision(Base):
    """A published decision (quyết định công bố danh mục) and the file it came in."""

    __tablename__ = "decisions"

    id: Mapped[Key]
    number: Mapped[Code]
    issued_on: Mapped[Day]
    in_force_from: Mapped[Day]
    issuer: Mapped[str]
    file_name: Mapped[str]
    file_digest: Mapped[Code] = mapped_column(comment="SHA-256 of the file as it came, hex")
    imported_at: Mapped[Instant]
    imported_by: Mapped[str] = mapped_column(comment="sign-in name of who imported it")

    __table_args__ = (Index("ix_decisions_number_issued_on", "number", "issued_on", unique=True),)


class Procedure(Base):
    """An administrative procedure (thủ tục hành chính); all that changes hangs on it with dates."""

    __tablename__ = "procedures"

    id: Mapped[Key]
    code: Mapped[Code] = mapped_column(unique=True)

    terms: Mapped[list["Terms"]] = relationship(
        back_populates="procedure", order_by="Terms.valid_from"
    )
    permissions: Mapped[list["Permission"]] = relationship(
        back_populates="procedure", order_by="Permission.valid_from"
    )


class Terms(Base):
    """What a decision says of a procedure beside the permissions, from day to day (inclusive)."""

    __tablename__ = "procedure_terms"

    id: Mapped[Key]
    procedure_id: Mapped[int] = mapped_column(ForeignKey("procedures.id"), index=True)
    decision_id: Mapped[int] = mapped_column(ForeignKey("decisions.id"))
    name: Mapped[str]
    field: Mapped[str]
    agency_level: Mapped[str]
    presence_needed: Mapped[bool]
    online_level: Mapped[str]
    fee: Mapped[Dong | None] = mapped_column(comment="none: the list does not say; 0: free")
    charge: Mapped[Dong | None] = mapped_column(comment="none: the list does not say; 0: free")
    working_days: Mapped[int | None]
    sensitive: Mapped[bool] = mapped_column(
        default=False, server_default=text("false"), comment="name stays off labels"
    )
    folded_name: Mapped[str] = mapped_column(comment="without case and marks, for search")
    folded_field: Mapped[str] = mapped_column(comment="without case and marks, for search")
    valid_from: Mapped[Day]
    valid_to: Mapped[Day | None]

    procedure: Mapped[Procedure] = relationship(back_populates="terms")
    decision: Mapped[Decision] = relationship()
    components: Mapped[list["Component"]] = relationship(order_by="Component.position")

    __table_args__ = (
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", "valid_days"),
        _never_overlapping("procedure_terms"),
    )


class Component(Base):
    """One paper the dossier must hold (thành phần hồ sơ)."""

    __tablename__ = "procedure_components"

    id: Mapped[Key]
    terms_id: Mapped[int] = mapped_column(ForeignKey("procedure_terms.id"), index=True)
    position: Mapped[int]
    name: Mapped[str]
    kind: Mapped[str] = mapped_column(comment="original, copy, certified_copy, photocopy")
    count: Mapped[int]


class Permission(Base):
    """Whether the post may carry a procedure in one direction, from day to day (inclusive)."""

    __tablename__ = "permissions"

    id: Mapped[Key]
    procedure_id: Mapped[int] = mapped_column(ForeignKey("procedures.id"), index=True)
    decision_id: Mapped[int] = mapped_column(ForeignKey("decisions.id"))
    direction: Mapped[Code] = mapped_column(comment="submit or return")
    allowed: Mapped[bool]
    reason: Mapped[str]
    valid_from: Mapped[Day]
    valid_to: Mapped[Day | None]

    procedure: Mapped[Procedure] = relationship(back_populates="permissions")
    decision: Mapped[Decision] = relationship()

    __table_args__ = (
        CheckConstraint("direction IN ('submit', 'return')", "direction"),
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", "valid_days"),
        _never_overlapping("permissions_submit", "direction = 'submit'"),
        _never_overlapping("permissions_return", "direction = 'return'"),
    )
