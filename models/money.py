"""Money around its receipts: vouchers to agencies, what is still due, exemptions, voids."""

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Code, Dong, Instant, Key
from models.dossiers import Dossier, MoneyLine
from models.places import Agency, ServicePoint
from models.staff import Account


class Voucher(Base):
    """A voucher by which a point hands state money over to one agency; only ever added to."""

    __tablename__ = "vouchers"

    id: Mapped[Key]
    number: Mapped[Code] = mapped_column(unique=True, comment="no gap per point and year")
    point_id: Mapped[int] = mapped_column(ForeignKey("service_points.id"), index=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agencies.id"), index=True)
    made_by: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    made_at: Mapped[Instant] = mapped_column(index=True)
    fee_amount: Mapped[Dong] = mapped_column(comment="phí")
    charge_amount: Mapped[Dong] = mapped_column(comment="lệ phí")

    point: Mapped[ServicePoint] = relationship()
    agency: Mapped[Agency] = relationship()
    maker: Mapped[Account] = relationship()
    lines: Mapped[list["VoucherLine"]] = relationship(order_by="VoucherLine.id")
    answer: Mapped["VoucherAnswer | None"] = relationship()

    __table_args__ = (
        CheckConstraint("fee_amount >= 0 AND charge_amount >= 0", "amounts_not_negative"),
        CheckConstraint("fee_amount > 0 OR charge_amount > 0", "hands_something_over"),
    )


class VoucherLine(Base):
    """One receipt on one voucher; on another one too when the first was refused."""

    __tablename__ = "voucher_lines"

    id: Mapped[Key]
    voucher_id: Mapped[int] = mapped_column(ForeignKey("vouchers.id"))
    money_line_id: Mapped[int] = mapped_column(ForeignKey("money_lines.id"), index=True)

    receipt: Mapped[MoneyLine] = relationship()

    __table_args__ = (
        Index("ix_voucher_lines_receipt", "voucher_id", "money_line_id", unique=True),
    )


class VoucherAnswer(Base):
    """The agency's one answer to a voucher: taken with its own number, or refused and why."""

    __tablename__ = "voucher_answers"

    id: Mapped[Key]
    voucher_id: Mapped[int] = mapped_column(ForeignKey("vouchers.id"), unique=True)
    answer: Mapped[Code] = mapped_column(comment="confirmed or refused")
    answered_by: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    answered_at: Mapped[Instant] = mapped_column(index=True)
    reference: Mapped[str] = mapped_column(comment="the agency's own number; empty: refused")
    reason: Mapped[str] = mapped_column(comment="why it was refused; empty: confirmed")

    officer: Mapped[Account] = relationship()

    __table_args__ = (
        CheckConstraint(
            "(answer = 'confirmed' AND reference <> '' AND reason = '')"
            " OR (answer = 'refused' AND reason <> '' AND reference = '')",
            "answer_whole",
        ),
    )


class MoneyDue(Base):
    """Money still to be taken of a dossier, at a supplement or at the delivery; only added to.

    It is settled by a receipt that stands, exempt in full, or withdrawn.
    """

    __tablename__ = "money_dues"

    id: Mapped[Key]
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossiers.id"), index=True)
    kind: Mapped[Code]
    amount: Mapped[Dong] = mapped_column(comment="in full, before any exemption")
    moment: Mapped[Code] = mapped_column(comment="supplement or delivery")
    added_by: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    added_at: Mapped[Instant]

    dossier: Mapped[Dossier] = relationship()

    __table_args__ = (
        CheckConstraint("amount > 0", "amount_positive"),
        CheckConstraint("moment IN ('supplement', 'delivery')", "moment"),
    )


class DueWithdrawal(Base):
    """That a due was a mistake: it is not taken any more; only added to."""

    __tablename__ = "money_dues_withdrawn"

    id: Mapped[Key]
    due_id: Mapped[int] = mapped_column(ForeignKey("money_dues.id"), unique=True)
    reason: Mapped[str]
    withdrawn_by: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    withdrawn_at: Mapped[Instant]


class Exemption(Base):
    """Why somebody pays less or nothing for one kind of a dossier's money.

    `evidence` is sensitive: which paper shows that a household is poor, a man an invalid. It may
    be erased when its time is over; nothing else of the row ever changes.
    """

    __tablename__ = "exemptions"

    id: Mapped[Key]
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossiers.id"), index=True)
    due_id: Mapped[int | None] = mapped_column(ForeignKey("money_dues.id"), unique=True)
    kind: Mapped[Code] = mapped_column(comment="of the money")
    ground: Mapped[Code]
    percent: Mapped[int] = mapped_column(comment="50 or 100, as the ground said then")
    act: Mapped[str] = mapped_column(comment="that grants it; empty: the ground says it")
    evidence: Mapped[str] = mapped_column(comment="paper shown; sensitive; empty: erased")
    granted_by: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    granted_at: Mapped[Instant]

    __table_args__ = (CheckConstraint("percent IN (50, 100)", "percent"),)


class ReceiptVoid(Base):
    """That somebody asks for a wrong receipt to be voided; its number stays; only added to."""

    __tablename__ = "receipt_voids"

    id: Mapped[Key]
    money_line_id: Mapped[int] = mapped_column(ForeignKey("money_lines.id"), index=True)
    reason: Mapped[str]
    asked_by: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    asked_at: Mapped[Instant]

    receipt: Mapped[MoneyLine] = relationship()
    asker: Mapped[Account] = relationship()
    answer: Mapped["ReceiptVoidAnswer | None"] = relationship()


class ReceiptVoidAnswer(Base):
    """The second person's answer: the receipt is void from then on, or it stands."""

    __tablename__ = "receipt_void_answers"

    id: Mapped[Key]
    void_id: Mapped[int] = mapped_column(ForeignKey("receipt_voids.id"), unique=True)
    approved: Mapped[bool]
    answered_by: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    answered_at: Mapped[Instant] = mapped_column(index=True)
