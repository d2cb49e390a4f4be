"""The dossier: one citizen's case, with what was counted, signed, paid and promised."""

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Code, Day, Dong, Instant, Key
from models.items import Leg
from models.places import Agency, ServicePoint
from models.procedures import Terms
from models.staff import Account

PHONE_DIGITS = text(r"(regexp_replace(phone, '\D', '', 'g'))")
"""The digits of a phone, however it was written: what is searched for is compared with these."""


class Dossier(Base):
    """One case (hồ sơ): taken in at a point, settled by an agency, its result given back.

    The three gates of the counter are three instants that are set once, in this order: counted,
    signed by both, sealed (QĐ 45/2016/QĐ-TTg Art. 6; TT 17/2017/TT-BTTTT Art. 5). The table
    itself refuses a seal before both signatures.
    """

    __tablename__ = "dossiers"

    id: Mapped[Key]
    number: Mapped[Code] = mapped_column(unique=True, comment="our own tracking number")
    service_form: Mapped[Code] = mapped_column(comment="send, receive or both")
    procedure_code: Mapped[Code] = mapped_column(index=True, comment="as stated at acceptance")
    terms_id: Mapped[int | None] = mapped_column(
        ForeignKey("procedure_terms.id"), comment="in force at acceptance; none: not in catalogue"
    )
    submit_permission_id: Mapped[int | None] = mapped_column(ForeignKey("permissions.id"))
    return_permission_id: Mapped[int | None] = mapped_column(ForeignKey("permissions.id"))
    point_id: Mapped[int] = mapped_column(
        ForeignKey("service_points.id"), index=True, comment="where it was taken in"
    )
    agency_id: Mapped[int] = mapped_column(
        ForeignKey("agencies.id"), index=True, comment="who settles it"
    )
    return_point_id: Mapped[int | None] = mapped_column(
        ForeignKey("service_points.id"), comment="where the result is given out; none: point_id"
    )
    opened_by: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    form_version: Mapped[Code]
    notice_version: Mapped[Code | None] = mapped_column(comment="of what the sender was told")
    at_home: Mapped[bool] = mapped_column(
        default=False, server_default=false(), comment="taken in by a courier at an address"
    )
    call_id: Mapped[int | None] = mapped_column(
        ForeignKey("collection_calls.id"), index=True, comment="the wish that it was fetched for"
    )
    request_key: Mapped[UUID | None] = mapped_column(
        unique=True, comment="made with the page, so that a form sent twice is one"
    )

    opened_at: Mapped[Instant]
    counted_at: Mapped[Instant | None]
    signed_at: Mapped[Instant | None]
    sealed_at: Mapped[Instant | None] = mapped_column(comment="the counter's instant")
    handed_at: Mapped[Instant | None] = mapped_column(comment="handed to the agency")
    accepted_at: Mapped[Instant | None] = mapped_column(comment="accepted by the agency")
    settled_at: Mapped[Instant | None] = mapped_column(comment="result ready; not yet returned")
    returned_at: Mapped[Instant | None] = mapped_column(comment="result in the citizen's hand")
    voided_at: Mapped[Instant | None] = mapped_column(comment="given up before the seal")
    void_reason: Mapped[str | None]
    closed_at: Mapped[Instant | None] = mapped_column(
        comment="refused, withdrawn, stopped or handed out: its code is free"
    )

    reserved_number: Mapped[Code | None] = mapped_column(
        unique=True, comment="item number on the slip before the seal makes it an item"
    )
    dossier_code: Mapped[Code | None] = mapped_column(comment="given by the agency; opaque")
    due_on: Mapped[Day | None]

    terms: Mapped[Terms | None] = relationship()
    point: Mapped[ServicePoint] = relationship(foreign_keys=point_id)
    return_point: Mapped[ServicePoint | None] = relationship(foreign_keys=return_point_id)
    agency: Mapped[Agency] = relationship()
    opener: Mapped[Account] = relationship()
    parties: Mapped[list["Party"]] = relationship(order_by="Party.id")
    checklist: Mapped[list["ChecklistLine"]] = relationship(
        primaryjoin="and_(ChecklistLine.dossier_id == Dossier.id,"
        " ChecklistLine.sending_id.is_(None))",
        order_by="ChecklistLine.position",
    )
    signatures: Mapped[list["Signature"]] = relationship(
        primaryjoin="and_(Signature.dossier_id == Dossier.id, Signature.sending_id.is_(None))",
        order_by="Signature.id",
    )
    money: Mapped[list["MoneyLine"]] = relationship(order_by="MoneyLine.id")
    legs: Mapped[list[Leg]] = relationship(back_populates="dossier", order_by="Leg.id")

    __table_args__ = (
        CheckConstraint("service_form IN ('send', 'receive', 'both')", "service_form"),
        CheckConstraint(
            "(signed_at IS NULL OR signed_at >= counted_at)"
            " AND (sealed_at IS NULL OR sealed_at >= signed_at)",
            "gates_in_order",
        ),
        CheckConstraint(
            "(signed_at IS NULL OR counted_at IS NOT NULL)"
            " AND (sealed_at IS NULL OR signed_at IS NOT NULL)",
            "no_gate_skipped",
        ),
        CheckConstraint("voided_at IS NULL OR sealed_at IS NULL", "void_only_before_the_seal"),
        Index("ix_dossiers_sealed_at", "sealed_at"),
        # Given up before the seal: a few in a hundred.
        Index("ix_dossiers_voided_at", "voided_at", postgresql_where=text("voided_at IS NOT NULL")),
        # Of settled dossiers too. Not unique: a code left free and given again may be borne by two
        # when a correction tells that the first was not returned (`agency_dossiers.require_free`).
        Index(
            "ix_dossiers_dossier_code",
            "dossier_code",
            postgresql_where=text("dossier_code IS NOT NULL"),
        ),
        Index(
            "ix_dossiers_open_pickup",
            "point_id",
            "opened_at",
            postgresql_where=text(
                "counted_at IS NOT NULL AND voided_at IS NULL AND sealed_at IS NULL"
                " AND (service_form <> 'receive' OR signed_at IS NULL)"
            ),
        ),
        Index(
            "ix_dossiers_in_work",
            "agency_id",
            "due_on",
            "id",
            postgresql_where=text("returned_at IS NULL AND closed_at IS NULL"),
        ),
    )


class Party(Base):
    """A person or organisation of a dossier; all personal data of the case stand here."""

    __tablename__ = "dossier_parties"

    id: Mapped[Key]
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossiers.id"))
    part: Mapped[Code] = mapped_column(comment="sender, owner or receiver")
    name: Mapped[str]
    folded_name: Mapped[str] = mapped_column(comment="without case and marks, for search")
    phone: Mapped[Code]
    address: Mapped[str] = mapped_column(comment="as written")
    province_code: Mapped[Code | None]
    district_code: Mapped[Code | None]
    commune_code: Mapped[Code | None]
    catalogue: Mapped[Code | None] = mapped_column(comment="catalogue of the codes: 2024 or 2025")
    erased_at: Mapped[Instant | None]

    __table_args__ = (
        Index("ix_dossier_parties_part", "dossier_id", "part", unique=True),
        Index("ix_dossier_parties_digits", PHONE_DIGITS, postgresql_where=text("phone <> ''")),
    )


class ChecklistLine(Base):
    """One paper as counted by clerk and citizen together (danh mục giấy tờ)."""

    __tablename__ = "checklist_lines"

    id: Mapped[Key]
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossiers.id"), index=True)
    sending_id: Mapped[int | None] = mapped_column(
        ForeignKey("sendings.id"), index=True, comment="of a later list; none: the first one"
    )
    position: Mapped[int]
    name: Mapped[str]
    kind: Mapped[Code] = mapped_column(comment="original, copy, certified_copy, photocopy")
    required: Mapped[int]
    counted: Mapped[int]
    pages: Mapped[int]
    note: Mapped[str]


class Signature(Base):
    """That one of the two signed, drawn on the screen or on the paper slip."""

    __tablename__ = "signatures"

    id: Mapped[Key]
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossiers.id"))
    sending_id: Mapped[int | None] = mapped_column(
        ForeignKey("sendings.id"), comment="of a later list; none: the first one"
    )
    signer: Mapped[Code] = mapped_column(comment="clerk or sender")
    manner: Mapped[Code] = mapped_column(comment="drawn or paper")
    image: Mapped[bytes | None] = mapped_column(comment="PNG, when drawn")
    at: Mapped[Instant]
    erased_at: Mapped[Instant | None]

    __table_args__ = (
        Index(
            "ix_signatures_signer",
            "dossier_id",
            "signer",
            unique=True,
            postgresql_where=text("sending_id IS NULL"),
        ),
        Index("ix_signatures_sending", "sending_id", "signer", unique=True),
    )


class MoneyLine(Base):
    """Money of one kind, never mixed with another: phí, lệ phí, cước, remittance price.

    A receipt is a fact: it is never edited, and a wrong one is voided by a row of its own. It
    lies at the point of whoever took it, for the agency it was taken for, whatever becomes of the
    dossier. What was exempted in full is kept with its full price and no receipt number.
    """

    __tablename__ = "money_lines"

    id: Mapped[Key]
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossiers.id"), index=True)
    point_id: Mapped[int] = mapped_column(
        ForeignKey("service_points.id"), index=True, comment="of who took it: there it lies"
    )
    agency_id: Mapped[int] = mapped_column(
        ForeignKey("agencies.id"), index=True, comment="that settled the dossier when it was taken"
    )
    kind: Mapped[Code]
    moment: Mapped[Code] = mapped_column(comment="intake, supplement or delivery")
    amount: Mapped[Dong] = mapped_column(comment="taken")
    full_amount: Mapped[Dong] = mapped_column(comment="before any exemption")
    exempt_percent: Mapped[int] = mapped_column(comment="0, 50 or 100")
    exemption_id: Mapped[int | None] = mapped_column(ForeignKey("exemptions.id"))
    due_id: Mapped[int | None] = mapped_column(ForeignKey("money_dues.id"), index=True)
    vat_amount: Mapped[Dong | None] = mapped_column(comment="inside; none: no tariff says a rate")
    tariff_amount: Mapped[Dong | None] = mapped_column(comment="what the tariff asks, with VAT")
    price_version: Mapped[str] = mapped_column(comment="of the tariff; empty: it says no price")
    receipt_number: Mapped[Code] = mapped_column(comment="no gap; empty: exempt in full")
    collected_at: Mapped[Instant] = mapped_column(index=True)
    collected_by: Mapped[int] = mapped_column(ForeignKey("accounts.id"))

    collector: Mapped[Account] = relationship()
    point: Mapped[ServicePoint] = relationship()
    agency: Mapped[Agency] = relationship()

    __table_args__ = (
        CheckConstraint("amount >= 0", "amount_not_negative"),
        CheckConstraint("amount <= full_amount", "no_more_than_in_full"),
        CheckConstraint("(amount = 0) = (receipt_number = '')", "receipt_for_money"),
        CheckConstraint("exempt_percent IN (0, 50, 100)", "exempt_percent"),
        CheckConstraint("(exempt_percent = 0) = (exemption_id IS NULL)", "exempt_with_ground"),
        CheckConstraint("moment IN ('intake', 'supplement', 'delivery')", "moment"),
        Index(
            "ix_money_lines_receipt",
            "receipt_number",
            unique=True,
            postgresql_where=text("receipt_number <> ''"),
        ),
    )
