"""Who works here: accounts, what each is assigned to, and who looked at people's data."""

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Code, Day, Instant, Key


class Account(Base):
    """A person who signs in."""

    __tablename__ = "accounts"

    id: Mapped[Key]
    sign_in: Mapped[Code] = mapped_column(unique=True, comment="folded to lower case")
    full_name: Mapped[str]
    password_hash: Mapped[str] = mapped_column(comment="argon2id")
    active: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    failed_sign_ins: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    locked_until: Mapped[Instant | None]
    created_at: Mapped[Instant]

    assignments: Mapped[list["Assignment"]] = relationship(
        back_populates="account", order_by="Assignment.id"
    )


class Assignment(Base):
    """One role at one place; a person who works at two desks has two and chooses at sign-in."""

    __tablename__ = "assignments"

    id: Mapped[Key]
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    role: Mapped[Code]
    point_id: Mapped[int | None] = mapped_column(ForeignKey("service_points.id"))
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agencies.id"))
    province_id: Mapped[int | None] = mapped_column(ForeignKey("provinces.id"))
    valid_from: Mapped[Day]
    valid_to: Mapped[Day | None]

    account: Mapped[Account] = relationship(back_populates="assignments")

    __table_args__ = (
        CheckConstraint("num_nonnulls(point_id, agency_id, province_id) = 1", "bound_to_one_place"),
    )


class PersonalDataView(Base):
    """Who looked at whose personal data, when and through which door; only ever added to."""

    __tablename__ = "personal_data_views"

    id: Mapped[Key]
    at: Mapped[Instant]
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignments.id"))
    door: Mapped[str]
    subject: Mapped[str] = mapped_column(comment="number of the dossier or item looked at")
    reason: Mapped[str | None] = mapped_column(comment="why, where a page asks for it")

    __table_args__ = (
        Index("ix_personal_data_views_subject", "subject", "at"),
        Index("ix_personal_data_views_at", "at"),
    )
