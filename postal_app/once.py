"""Once: a form that is sent twice, because its answer was lost, does its work once.

The page makes a key for its form and the work keeps it; whoever comes with the same key finds what
was made with it. Two that come at the same moment wait for each other.
"""

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from postal_app.errors import Conflict
from postal_app.rules.words import Words

_SIGNED = 1 << 63  # the database's lock numbers are signed


class FormUsed(Conflict):
    """The form was sent before with other content, and something was made of that."""

    words = Words(
        "Biểu mẫu này đã gửi một lần và được lưu với số {number}. Hãy mở số đó để làm tiếp; "
        "nếu là việc khác, hãy mở biểu mẫu mới.",
        "This form was sent before and kept under {number}. Open that to go on; for something "
        "else, open a new form.",
    )


def wait_for(session: Session, key: UUID) -> None:
    """Wait until nobody else works with this key; it stays ours until the transaction ends."""
    session.execute(select(func.pg_advisory_xact_lock((key.int >> 64) - _SIGNED)))
