"""Lists that were uploaded and shown, and wait for somebody to say yes."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Code, Instant


class UploadedList(Base):
    """A published list between its dry run and its import; gone with either or after a day."""

    __tablename__ = "uploaded_lists"

    digest: Mapped[Code] = mapped_column(primary_key=True, comment="SHA-256 of the content, hex")
    file_name: Mapped[str]
    content: Mapped[bytes]
    uploaded_by: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    uploaded_at: Mapped[Instant]
