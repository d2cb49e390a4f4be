"""What an agency does with a dossier: counts again, answers, lends, gives back, sends on.

Rows are only ever added; the database sees to it. The dossier's own columns are their shadow.
"""

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Code, Day, Instant, Key
from models.dossiers import Dossier
from models.items import Item
from models.places import Agency, ServicePoint
from models.staff import Account


class Recount(Base):
    """A hand-over record (biên bản giao nhận): an envelope taken over by an agency's officer.

    `giver_id` is who of the post handed it over, `giver_point_id` his point where only that is
    known; `giver_scan` his own entry of the hand-over.
    """

    __tablename__ = "recounts"

    id: Mapped[Key]
    number: Mapped[Code] = mapped_column(unique=True, comment="no gap per agency and year")
    item_id: Mapped[int] = mapped_column(ForeignKey("items.id"), unique=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agencies.id"), index=True)
    fact: Mapped[UUID] = mapped_column(comment="the ledger's entry of the receipt")
    received_by: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    received_at: Mapped[Instant]
    condition: Mapped[Code] = mapped_column(comment="envelope and seal as seen")
    counted: Mapped[bool] = mapped_column(comment="false: nobody counted the papers again")
    note: Mapped[str]
    giver_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"), index=True)
    giver_point_id: Mapped[int | None] = mapped_column(ForeignKey("service_points.id"))
    giver_scan: Mapped[UUID | None]
    waits: Mapped[bool] = mapped_column(comment="the giver must answer from his own account")

    item: Mapped[Item] = relationship()
    agency: Mapped[Agency] = relationship()
    officer: Mapped[Account] = relationship(foreign_keys=received_by)
    giver: Mapped[Account | None] = relationship(foreign_keys=giver_id)
    giver_point: Mapped[ServicePoint | None] = relationship()
    lines: Mapped[list["RecountLine"]] = relationship(order_by="RecountLine.id")
    reply: Mapped["RecountReply | None"] = relationship()

    __table_args__ = (
        CheckConstraint("giver_id IS NULL OR giver_id <> received_by", "two_accounts"),
    )


class RecountLine(Base):
    """One paper as counted again; nothing listed: it is on no signed list."""

    __tablename__ = "recount_lines"

    id: Mapped[Key]
    recount_id: Mapped[int] = mapped_column(ForeignKey("recounts.id"), index=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossiers.id"), index=True)
    name: Mapped[str]
    listed_kind: Mapped[Code] = mapped_column(comment="empty: not on the list")
    listed_copies: Mapped[int]
    listed_pages: Mapped[int]
    counted_kind: Mapped[Code]
    counted_copies: Mapped[int]
    counted_pages: Mapped[int]
    result: Mapped[Code] = mapped_column(comment="agreed, missing, extra or wrong; computed")

    dossier: Mapped[Dossier] = relationship()


class RecountReply(Base):
    """The giver's one answer to a hand-over record, from his own account."""

    __tablename__ = "recount_replies"

    id: Mapped[Key]
    recount_id: Mapped[int] = mapped_column(ForeignKey("recounts.id"), unique=True)
    reply: Mapped[Code] = mapped_column(comment="agreed or objected")
    remark: Mapped[str] = mapped_column(comment="why he objects")
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignments.id"))
    replied_at: Mapped[Instant]

    account: Mapped[Account] = relationship()

    __table_args__ = (
        CheckConstraint(
            "reply = 'agreed' OR (reply = 'objected' AND remark <> '')", "objection_told"
        ),
    )


class AgencyAnswer(Base):
    """One answer of an agency on a dossier, in their order; by form where the set has one."""

    __tablename__ = "agency_answers"

    id: Mapped[Key]
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossiers.id"))
    position: Mapped[int] = mapped_column(comment="1 for the dossier's first answer")
    agency_id: Mapped[int] = mapped_column(ForeignKey("agencies.id"), index=True)
    kind: Mapped[Code]
    given_by: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    given_at: Mapped[Instant]
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    form: Mapped[Code] = mapped_column(comment="what the form is for; empty: no form")
    form_set: Mapped[Code] = mapped_column(comment="legal basis of the form, kept for ever")
    number: Mapped[Code] = mapped_column(comment="no gap per agency and year; empty: no form")
    reason: Mapped[str]
    ground: Mapped[str] = mapped_column(comment="the provision it rests on")
    request: Mapped[str] = mapped_column(comment="the applicant's written request")
    stage: Mapped[Code] = mapped_column(comment="in which a supplement is asked for")
    clock: Mapped[Code] = mapped_column(comment="what waiting does to the term")
    due_before: Mapped[Day | None]
    due_after: Mapped[Day | None]
    taken_by: Mapped[Code] = mapped_column(comment="who took the result at the agency")
    takes_back_id: Mapped[int | None] = mapped_column(
        ForeignKey("agency_answers.id"), unique=True, comment="the mistaken answer"
    )

    dossier: Mapped[Dossier] = relationship()
    agency: Mapped[Agency] = relationship()
    officer: Mapped[Account] = relationship(foreign_keys=given_by)
    approver: Mapped[Account | None] = relationship(foreign_keys=approved_by)
    papers: Mapped[list["AnswerPaper"]] = relationship(order_by="AnswerPaper.position")

    __table_args__ = (
        CheckConstraint("(form = '') = (number = '')", "form_with_number"),
        CheckConstraint("approved_by IS NULL OR approved_by <> given_by", "two_accounts"),
        Index("ix_agency_answers_position", "dossier_id", "position", unique=True),
        Index(
            "ix_agency_answers_number", "number", unique=True, postgresql_where=text("number <> ''")
        ),
    )


class AnswerPaper(Base):
    """A paper that a request for supplement asks for, by kind of copy."""

    __tablename__ = "answer_papers"

    id: Mapped[Key]
    answer_id: Mapped[int] = mapped_column(ForeignKey("agency_answers.id"), index=True)
    position: Mapped[int]
    name: Mapped[str]
    originals: Mapped[int]
    certified: Mapped[int]
    photocopies: Mapped[int]
    note: Mapped[str]


class LentOriginal(Base):
    """An original shown only for comparison: the agency owes it until it is given back."""

    __tablename__ = "lent_originals"

    id: Mapped[Key]
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossiers.id"), index=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agencies.id"), index=True)
    name: Mapped[str]
    copies: Mapped[int]
    lent_by: Mapped[int] = mapped_column(
        ForeignKey("accounts.id"), comment="the officer who noted it"
    )
    lent_at: Mapped[Instant]

    dossier: Mapped[Dossier] = relationship()

    __table_args__ = (CheckConstraint("copies > 0", "something_lent"),)


class OriginalReturn(Base):
    """That a lent original was given back at the agency, against a signature."""

    __tablename__ = "original_returns"

    id: Mapped[Key]
    lent_id: Mapped[int] = mapped_column(ForeignKey("lent_originals.id"), unique=True)
    taken_by: Mapped[Code] = mapped_column(comment="sender, owner, receiver or proxy")
    given_by: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    given_at: Mapped[Instant]


class AgencyEnvelope(Base):
    """An envelope an agency closed for the post, and who pays for its way."""

    __tablename__ = "agency_envelopes"

    id: Mapped[Key]
    item_id: Mapped[int] = mapped_column(ForeignKey("items.id"), unique=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agencies.id"), index=True)
    payer: Mapped[Code] = mapped_column(comment="citizen, agency or post")
    closed_by: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    closed_at: Mapped[Instant]

    item: Mapped[Item] = relationship()
    answers: Mapped[list["EnvelopeAnswer"]] = relationship(order_by="EnvelopeAnswer.id")
    papers: Mapped[list["EnvelopePaper"]] = relationship(order_by="EnvelopePaper.id")


class EnvelopeAnswer(Base):
    """An answer that goes to the citizen in an envelope; anew when one came back."""

    __tablename__ = "envelope_answers"

    id: Mapped[Key]
    envelope_id: Mapped[int] = mapped_column(ForeignKey("agency_envelopes.id"))
    answer_id: Mapped[int] = mapped_column(ForeignKey("agency_answers.id"), index=True)

    answer: Mapped[AgencyAnswer] = relationship()

    __table_args__ = (Index("ix_envelope_answers_once", "envelope_id", "answer_id", unique=True),)


class EnvelopePaper(Base):
    """A paper that goes in an agency's envelope: given back, or sent on to another agency."""

    __tablename__ = "envelope_papers"

    id: Mapped[Key]
    envelope_id: Mapped[int] = mapped_column(ForeignKey("agency_envelopes.id"), index=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossiers.id"))
    name: Mapped[str]
    kind: Mapped[Code]
    copies: Mapped[int]
    pages: Mapped[int]
    lent_id: Mapped[int | None] = mapped_column(
        ForeignKey("lent_originals.id"), index=True, comment="the loan it gives back"
    )

    dossier: Mapped[Dossier] = relationship()


class AgencyTransfer(Base):
    """That a dossier went from one agency to another; without an item: before its papers came."""

    __tablename__ = "agency_transfers"

    id: Mapped[Key]
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossiers.id"), index=True)
    from_agency_id: Mapped[int] = mapped_column(ForeignKey("agencies.id"), index=True)
    to_agency_id: Mapped[int] = mapped_column(ForeignKey("agencies.id"))
    item_id: Mapped[int | None] = mapped_column(ForeignKey("items.id"))
    reason: Mapped[str]
    moved_by: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    moved_at: Mapped[Instant]

    from_agency: Mapped[Agency] = relationship(foreign_keys=from_agency_id)
    to_agency: Mapped[Agency] = relationship(foreign_keys=to_agency_id)
    dossier: Mapped[Dossier] = relationship()
    item: Mapped[Item | None] = relationship()

    __table_args__ = (CheckConstraint("from_agency_id <> to_agency_id", "to_another"),)


class CollectionList(Base):
    """The list (sổ giao nhận) by which an agency hands envelopes to the post, under seal."""

    __tablename__ = "collection_lists"

    id: Mapped[Key]
    number: Mapped[Code] = mapped_column(unique=True, comment="no gap per agency and year")
    agency_id: Mapped[int] = mapped_column(ForeignKey("agencies.id"), index=True)
    closed_by: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    closed_at: Mapped[Instant]

    agency: Mapped[Agency] = relationship()
    officer: Mapped[Account] = relationship()
    lines: Mapped[list["CollectionLine"]] = relationship(order_by="CollectionLine.position")


class CollectionLine(Base):
    """One envelope on a list; it is on a later one only when the earlier found it missing."""

    __tablename__ = "collection_lines"

    id: Mapped[Key]
    list_id: Mapped[int] = mapped_column(ForeignKey("collection_lists.id"))
    item_id: Mapped[int] = mapped_column(ForeignKey("items.id"), index=True)
    position: Mapped[int]

    item: Mapped[Item] = relationship()

    __table_args__ = (Index("ix_collection_lines_position", "list_id", "position", unique=True),)
