"""The tariff: prices of the post's own services, from day to day, by zone and weight."""

from sqlalchemy import ARRAY, CheckConstraint, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Code, Day, Dong, Instant, Key


class TariffPrice(Base):
    """One published price, from day to day (inclusive). A later one ends it; none is ever edited.

    Zones are distances; the old ones by district and province stay, with the codes of the address
    catalogue 2024, so that the price of an old dossier can be found again.
    """

    __tablename__ = "tariff_prices"

    id: Mapped[Key]
    service: Mapped[Code] = mapped_column(comment="submit, return or remittance")
    zone_kind: Mapped[Code] = mapped_column(
        comment="any, distance, same_district, other_district or other_province"
    )
    zone: Mapped[str] = mapped_column(comment="as published")
    up_to_km: Mapped[int | None] = mapped_column(comment="distance only; none: any")
    provinces: Mapped[list[str]] = mapped_column(
        ARRAY(Text), comment="other_province only: codes of 2024; none: any"
    )
    up_to_grams: Mapped[int | None] = mapped_column(comment="none: any weight")
    price: Mapped[Dong] = mapped_column(comment="before VAT")
    ceiling: Mapped[Dong | None] = mapped_column(comment="the State's, before VAT; none: not said")
    vat_percent: Mapped[int]
    valid_from: Mapped[Day]
    valid_to: Mapped[Day | None]
    source: Mapped[str] = mapped_column(comment="the decision that publishes it")
    imported_at: Mapped[Instant]
    imported_by: Mapped[str] = mapped_column(comment="sign-in name of who imported it")

    __table_args__ = (
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", "valid_days"),
        CheckConstraint("service IN ('submit', 'return', 'remittance')", "service"),
        CheckConstraint("price >= 0 AND price <= coalesce(ceiling, price)", "under_the_ceiling"),
        CheckConstraint("vat_percent BETWEEN 0 AND 100", "vat_percent"),
        CheckConstraint("up_to_km > 0 AND up_to_grams > 0", "steps"),
        # Two imports at once cannot leave two prices in force for one service, zone and step.
        Index(
            "ix_tariff_prices_open",
            "service",
            "zone_kind",
            text("coalesce(up_to_km, 0)"),
            "provinces",
            text("coalesce(up_to_grams, 0)"),
            unique=True,
            postgresql_where=text("valid_to IS NULL"),
        ),
    )
