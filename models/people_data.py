"""People's data: what was exported, photos of identity papers, terms of keeping, what was erased.

All but the photos are only ever added to. Of a photo its content goes at the end of its term; the
row stays and tells its digest and when it was erased.
"""

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Code, Day, Instant, Key


class DataExport(Base):
    """Who took people's data out of the house, as a paper or a file, and of whom."""

    __tablename__ = "data_exports"

    id: Mapped[Key]
    at: Mapped[Instant]
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignments.id"))
    what: Mapped[Code] = mapped_column(comment="endpoint through which it left")
    subjects: Mapped[list[str]] = mapped_column(
        ARRAY(TEXT), comment="numbers of the dossiers and items, or the period; never a name"
    )
    rows: Mapped[int] = mapped_column(comment="lines or persons in it")
    file_digest: Mapped[bytes] = mapped_column(comment="SHA-256 of its bytes; empty: not known")

    __table_args__ = (
        CheckConstraint("rows >= 0", "rows_not_negative"),
        Index("ix_data_exports_at", "at"),
        Index("ix_data_exports_subjects", "subjects", postgresql_using="gin"),
    )


class IdentityPhoto(Base):
    """A photo taken because the item's identity level asked for it, encrypted (AES-256-GCM).

    The item's number, the kind and the row's own id are the associated data, so that no photo can
    stand in for another.
    """

    __tablename__ = "identity_photos"

    id: Mapped[Key]
    photo: Mapped[UUID] = mapped_column(unique=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("items.id"), index=True)
    kind: Mapped[Code]
    key_mark: Mapped[Code] = mapped_column(comment="tells keys apart, betrays none")
    nonce: Mapped[bytes | None]
    content: Mapped[bytes | None] = mapped_column(comment="encrypted; none: erased")
    photo_digest: Mapped[bytes] = mapped_column(comment="SHA-256 of the JPEG")
    taken_at: Mapped[Instant]
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    erased_at: Mapped[Instant | None]

    __table_args__ = (
        CheckConstraint(
            "num_nulls(nonce, content) IN (0, 2) AND (content IS NULL) = (erased_at IS NOT NULL)",
            "erased_or_whole",
        ),
    )


class RetentionTerm(Base):
    """How long one class of data is kept from a day on; the latest one in force holds."""

    __tablename__ = "retention_terms"

    id: Mapped[Key]
    class_code: Mapped[Code]
    months: Mapped[int]
    days: Mapped[int]
    source: Mapped[str] = mapped_column(comment="the decision, or where the default comes from")
    valid_from: Mapped[Day]
    entered_at: Mapped[Instant]
    entered_by: Mapped[str] = mapped_column(comment="sign-in name; empty: the default")

    __table_args__ = (
        CheckConstraint(
            "months >= 0 AND days >= 0 AND (months > 0) <> (days > 0)", "months_or_days"
        ),
        Index("ix_retention_terms_class", "class_code", "valid_from"),
    )


class Erasure(Base):
    """One batch of one run: what was erased of a class, by which term, and the root over it."""

    __tablename__ = "erasures"

    id: Mapped[Key]
    run: Mapped[UUID]
    class_code: Mapped[Code]
    term_id: Mapped[int] = mapped_column(ForeignKey("retention_terms.id"))
    at: Mapped[Instant]
    count: Mapped[int]
    first_day: Mapped[Day] = mapped_column(comment="earliest day that what is erased counts from")
    last_day: Mapped[Day] = mapped_column(comment="latest such day")
    root: Mapped[bytes] = mapped_column(comment="Merkle root over the commitments, in their order")
    done_by: Mapped[str]

    __table_args__ = (
        CheckConstraint("count > 0", "something_erased"),
        Index("ix_erasures_run", "run", "class_code"),
    )


class ErasedFact(Base):
    """That the personal part of a ledger's entry was erased, and by which record."""

    __tablename__ = "erased_facts"

    fact: Mapped[UUID] = mapped_column(primary_key=True)
    erasure_id: Mapped[int] = mapped_column(ForeignKey("erasures.id"), index=True)


class ErasedRow(Base):
    """That the personal part of another row was erased, and by which record."""

    __tablename__ = "erased_rows"

    thing: Mapped[Code] = mapped_column(primary_key=True, comment="which table, or part of it")
    row_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    commitment: Mapped[bytes] = mapped_column(comment="what the row said, hashed; or its name")
    erasure_id: Mapped[int] = mapped_column(ForeignKey("erasures.id"), index=True)


class Consent(Base):
    """What a person was asked and answered beyond the service itself; the latest answer holds."""

    __tablename__ = "consents"

    id: Mapped[Key]
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossiers.id"))
    purpose: Mapped[Code]
    given: Mapped[bool]
    notice_version: Mapped[Code]
    at: Mapped[Instant]
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))

    __table_args__ = (Index("ix_consents_dossier", "dossier_id", "purpose", text("id DESC")),)
