"""Papers with people's data: given to print, and written down as seen and as taken out."""

from collections.abc import Iterable

from flask import Response, make_response

from postal_app import exports, staff
from postal_app.exports import Paper
from routes.access import current_actor
from routes.archive import Session
from routes.sessions import now


def give(
    session: Session, door: str, numbers: Iterable[str], content: bytes, name: str
) -> Response:
    """Give a PDF to print and note who took it.

    Args:
        session: where it is noted, in the transaction that drew the paper.
        door: the endpoint it leaves through; its words stand in `SEEN_THROUGH`.
        numbers: the dossiers or items whose people stand on it.
        content: the PDF.
        name: of the file, without its ending.
    """
    actor, subjects = current_actor(), tuple(dict.fromkeys(numbers))
    staff.record_view(session, actor, door, subjects, now=now())
    exports.record_paper(session, actor, Paper(door, subjects, content), now=now())
    answer = make_response(content)
    answer.headers["Content-Type"] = "application/pdf"
    answer.headers["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return answer
