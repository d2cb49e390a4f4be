"""A list between its dry run and its import: what was shown is what will be imported.

The digest names the content, so that nobody can say yes to one file and import another.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from models.procedures import Decision
from models.uploads import UploadedList
from postal_app.errors import Unknown
from postal_app.rules.roles import Actor
from postal_app.rules.vietnamese import nfc
from postal_app.rules.words import Words

KEPT_FOR = timedelta(days=1)


class UploadGone(Unknown):
    """The list is no longer kept."""

    words = Words(
        "Danh mục đã tải lên không còn được giữ (giữ một ngày). Hãy chọn lại tệp.",
        "The uploaded list is no longer kept (it is for a day). Choose the file again.",
    )


@dataclass(frozen=True, slots=True)
class Upload:
    """A list as it was uploaded; `digest` is SHA-256 in hex."""

    digest: str
    file_name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class ImportedDecision:
    """A decision whose list is in the catalogue; `imported_by` is a sign-in name."""

    number: str
    in_force_from: date
    file_name: str
    imported_at: datetime
    imported_by: str


def keep(
    session: Session, file_name: str, content: bytes, uploader: Actor, *, now: datetime
) -> Upload:
    """Keep a list until it is imported, at most a day; the same content is kept once."""
    session.execute(delete(UploadedList).where(UploadedList.uploaded_at < now - KEPT_FOR))
    upload = Upload(sha256(content).hexdigest(), nfc(file_name), content)
    row = insert(UploadedList).values(
        digest=upload.digest,
        file_name=upload.file_name,
        content=content,
        uploaded_by=uploader.account_id,
        uploaded_at=now,
    )
    session.execute(row.on_conflict_do_update(index_elements=["digest"], set_={"uploaded_at": now}))
    return upload


def kept(session: Session, digest: str) -> Upload:
    """Give a list that is kept.

    Raises:
        UploadGone: it is not, or no longer.
    """
    row = session.get(UploadedList, digest)
    if row is None:
        raise UploadGone(field="file")
    return Upload(row.digest, row.file_name, row.content)


def forget(session: Session, digest: str) -> None:
    """Let go of a list that was imported."""
    session.execute(delete(UploadedList).where(UploadedList.digest == digest))


def decisions(session: Session) -> list[ImportedDecision]:
    """Give the decisions imported so far, the newest in force first."""
    newest = (Decision.in_force_from.desc(), Decision.id.desc())
    return [
        ImportedDecision(
            row.number, row.in_force_from, row.file_name, row.imported_at, row.imported_by
        )
        for row in session.scalars(select(Decision).order_by(*newest))
    ]
