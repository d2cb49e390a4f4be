"""State money handed over to the agencies: vouchers, their receipts, the agencies' answers."""

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Code, Dong, Instant, Key
from models.dossiers import MoneyLine
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
    made_at: Mapped[Instant]
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
    answered_at: Mapped[Instant]
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
