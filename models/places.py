"""Where things happen: the province, the post's service points, the agencies."""

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Code, Day, Key


class Province(Base):
    """The province this house serves, as its people know it."""

    __tablename__ = "provinces"

    id: Mapped[Key]
    code: Mapped[Code] = mapped_column(unique=True, comment="identifier such as H28")
    name: Mapped[str]
    sample: Mapped[bool] = mapped_column(comment="true: every page and paper says so")


class ServicePoint(Base):
    """A postal service point (điểm phục vụ bưu chính)."""

    __tablename__ = "service_points"

    id: Mapped[Key]
    code: Mapped[Code] = mapped_column(unique=True, comment="post-office code, 6 digits")
    name: Mapped[str]
    kind: Mapped[str]
    address: Mapped[str]
    commune_code: Mapped[Code]
    catalogue: Mapped[Code] = mapped_column(comment="address catalogue of the codes: 2024 or 2025")
    latitude: Mapped[float]
    longitude: Mapped[float]

    qualifications: Mapped[list["Qualification"]] = relationship(
        back_populates="point", order_by="Qualification.valid_from"
    )


class Qualification(Base):
    """From when to when (inclusive) a point may take in and return dossiers."""

    __tablename__ = "qualifications"

    id: Mapped[Key]
    point_id: Mapped[int] = mapped_column(ForeignKey("service_points.id"), index=True)
    valid_from: Mapped[Day]
    valid_to: Mapped[Day | None]

    point: Mapped[ServicePoint] = relationship(back_populates="qualifications")

    __table_args__ = (CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", "valid_days"),)


class Agency(Base):
    """An authority that settles procedures, or a one-stop centre that takes them in for it."""

    __tablename__ = "agencies"

    id: Mapped[Key]
    name: Mapped[str]
    level: Mapped[str]
    address: Mapped[str]
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]

    codes: Mapped[list["AgencyCode"]] = relationship(
        back_populates="agency", order_by="AgencyCode.valid_from"
    )


class AgencyCode(Base):
    """An agency's electronic identifier and the days on which it bears it."""

    __tablename__ = "agency_codes"

    id: Mapped[Key]
    agency_id: Mapped[int] = mapped_column(ForeignKey("agencies.id"), index=True)
    code: Mapped[Code]
    valid_from: Mapped[Day]
    valid_to: Mapped[Day | None]

    agency: Mapped[Agency] = relationship(back_populates="codes")

    __table_args__ = (
        Index(
            "ix_agency_codes_current",
            "code",
            unique=True,
            postgresql_where=text("valid_to IS NULL"),
        ),
    )
