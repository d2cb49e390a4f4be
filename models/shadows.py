"""Shadows that the database itself keeps, so that lists and searches stay quick among a million.

Triggers write them (revision 0015); nobody else does. Each can be rebuilt from what it follows.
"""

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class NameWord(Base):
    """One folded word of the names in one dossier, with the places of the dossier.

    With the places, so that somebody at one of them reads only what is his own.
    """

    __tablename__ = "name_words"

    dossier_id: Mapped[int] = mapped_column(
        ForeignKey("dossiers.id"), primary_key=True, autoincrement=False
    )
    word: Mapped[str] = mapped_column(Text(collation="C"), primary_key=True)
    point_id: Mapped[int]
    agency_id: Mapped[int]

    __table_args__ = (
        Index("ix_name_words_word", "word", "dossier_id"),
        Index("ix_name_words_point", "point_id", "word", "dossier_id"),
        Index("ix_name_words_agency", "agency_id", "word", "dossier_id"),
    )


class OpenMoney(Base):
    """A receipt whose money no agency has confirmed yet and which is not void.

    Whether it is held at the point is told by the vouchers; what stands here is all it can be.
    """

    __tablename__ = "open_money"

    money_line_id: Mapped[int] = mapped_column(
        ForeignKey("money_lines.id"), primary_key=True, autoincrement=False
    )
    point_id: Mapped[int] = mapped_column(index=True)
