"""Complaints: what was complained of, within which time, the answers, and what was paid for it.

Rows are only ever added, but for `complainants`: who complained and in which words is personal
data, and is emptied when its time has come.
"""

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Code, Day, Dong, Instant, Key
from models.items import Item
from models.places import ServicePoint
from models.staff import Account


class Complaint(Base):
    """A complaint about an item, judged by its time on the day it came in; never judged anew."""

    __tablename__ = "complaints"

    id: Mapped[Key]
    number: Mapped[Code] = mapped_column(unique=True, comment="no gap per place and year")
    item_id: Mapped[int] = mapped_column(ForeignKey("items.id"), index=True)
    kind: Mapped[Code]
    point_id: Mapped[int | None] = mapped_column(
        ForeignKey("service_points.id"), index=True, comment="taken in there; none: the province"
    )
    made_as: Mapped[Code] = mapped_column(comment="sender, receiver or proxy")
    paper_reference: Mapped[str] = mapped_column(comment="of the letter; empty: typed here")
    about_id: Mapped[int | None] = mapped_column(
        ForeignKey("accounts.id"), comment="whom it is about, when that is one person"
    )
    lodged_on: Mapped[Day]
    answer_due: Mapped[Day]
    promised_end: Mapped[Day | None] = mapped_column(comment="as promised; none: nothing was")
    delivered_on: Mapped[Day | None]
    standing: Mapped[Code] = mapped_column(comment="whether it came within its time")
    window_since: Mapped[Day | None]
    window_last: Mapped[Day | None]
    judged_vi: Mapped[str] = mapped_column(comment="as it was said to the complainant")
    judged_en: Mapped[str]
    taken_by: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    taken_at: Mapped[Instant]

    item: Mapped[Item] = relationship()
    point: Mapped[ServicePoint | None] = relationship()
    taker: Mapped[Account] = relationship(foreign_keys=taken_by)
    about: Mapped[Account | None] = relationship(foreign_keys=about_id)
    complainant: Mapped["Complainant | None"] = relationship()
    answers: Mapped[list["ComplaintAnswer"]] = relationship(order_by="ComplaintAnswer.id")
    compensations: Mapped[list["Compensation"]] = relationship(order_by="Compensation.id")

    __table_args__ = (Index("ix_complaints_answer_due", "answer_due"),)


class Complainant(Base):
    """Who complains and in which words; all personal data of a complaint stand here."""

    __tablename__ = "complainants"

    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaints.id"), primary_key=True)
    name: Mapped[str]
    phone: Mapped[Code]
    address: Mapped[str] = mapped_column(comment="as written")
    authorisation: Mapped[str] = mapped_column(comment="of a proxy; empty: speaks for himself")
    content: Mapped[str]


class ComplaintAnswer(Base):
    """A written answer; of those that end a complaint there is one."""

    __tablename__ = "complaint_answers"

    id: Mapped[Key]
    number: Mapped[Code] = mapped_column(unique=True, comment="no gap per province and year")
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaints.id"), index=True)
    verdict: Mapped[Code]
    said: Mapped[str]
    answered_by: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    answered_at: Mapped[Instant]

    complaint: Mapped[Complaint] = relationship(back_populates="answers")
    answerer: Mapped[Account] = relationship()

    __table_args__ = (
        Index(
            "ix_complaint_answers_final",
            "complaint_id",
            unique=True,
            postgresql_where=text("verdict <> 'interim'"),
        ),
    )


class CompensationLimit(Base):
    """A published limit for total loss; the one that holds is the latest that has begun."""

    __tablename__ = "compensation_limits"

    id: Mapped[Key]
    times: Mapped[int] = mapped_column(comment="so many times the postage")
    valid_from: Mapped[Day] = mapped_column(unique=True)
    source: Mapped[str] = mapped_column(comment="the act or the announcement")
    published_by: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    published_at: Mapped[Instant]

    publisher: Mapped[Account] = relationship()

    __table_args__ = (CheckConstraint("times > 0", "times_positive"),)


class Compensation(Base):
    """A compensation as it was recorded, in whole đồng; state money is no part of it."""

    __tablename__ = "compensations"

    id: Mapped[Key]
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaints.id"), index=True)
    basis: Mapped[Code]
    loss: Mapped[Dong]
    remaking: Mapped[Dong] = mapped_column(comment="of papers made anew")
    evidence: Mapped[str] = mapped_column(comment="of what the papers cost")
    postage_refund: Mapped[Dong] = mapped_column(comment="without taxes, phí and lệ phí")
    postage: Mapped[Dong] = mapped_column(comment="price of the item, before any exemption")
    refundable: Mapped[Dong] = mapped_column(comment="postage that was paid, without its tax")
    limit_id: Mapped[int | None] = mapped_column(ForeignKey("compensation_limits.id"))
    note: Mapped[str] = mapped_column(comment="the ground, where it is above the limit")
    payer_id: Mapped[int] = mapped_column(
        ForeignKey("service_points.id"), index=True, comment="the point that pays it out"
    )
    proposed_by: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    proposed_at: Mapped[Instant]

    limit: Mapped[CompensationLimit | None] = relationship()
    payer: Mapped[ServicePoint] = relationship()
    proposer: Mapped[Account] = relationship()
    answer: Mapped["CompensationAnswer | None"] = relationship()
    payment: Mapped["CompensationPayment | None"] = relationship()

    __table_args__ = (
        CheckConstraint(
            "loss >= 0 AND remaking >= 0 AND postage_refund >= 0", "amounts_not_negative"
        ),
        CheckConstraint("loss + remaking + postage_refund > 0", "pays_something"),
        CheckConstraint("postage_refund <= refundable", "refund_within_postage"),
    )


class CompensationAnswer(Base):
    """Whether a compensation is approved; refused, and why, it may be recorded anew."""

    __tablename__ = "compensation_answers"

    id: Mapped[Key]
    compensation_id: Mapped[int] = mapped_column(ForeignKey("compensations.id"), unique=True)
    approved: Mapped[bool]
    reason: Mapped[str] = mapped_column(comment="why it was refused; may be empty when approved")
    answered_by: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    answered_at: Mapped[Instant]

    answerer: Mapped[Account] = relationship()

    __table_args__ = (CheckConstraint("approved OR reason <> ''", "refused_with_reason"),)


class CompensationPayment(Base):
    """That a compensation was paid out; a complaint is paid for once."""

    __tablename__ = "compensation_payments"

    id: Mapped[Key]
    compensation_id: Mapped[int] = mapped_column(ForeignKey("compensations.id"), unique=True)
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaints.id"), unique=True)
    paid_at: Mapped[Instant]
    paid_by: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    reference: Mapped[str] = mapped_column(comment="of the receipt that the receiver signed")

    payer: Mapped[Account] = relationship()
