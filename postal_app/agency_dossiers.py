"""Dossiers of an agency: found by number or code for whoever works there, and its identifier."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.answers import AgencyTransfer
from models.dossiers import Dossier
from models.places import AgencyCode
from postal_app.errors import Conflict, Forbidden, Invalid, NotAllowed
from postal_app.pickups import UnknownDossier
from postal_app.rules.codes import dossier_code
from postal_app.rules.roles import Actor
from postal_app.rules.vietnamese import tidy
from postal_app.rules.words import Words


class UnknownItem(UnknownDossier):
    """No item that is bound for this agency bears the number."""

    words = Words(
        "Không tìm thấy bưu gửi «{number}» gửi đến cơ quan của bạn.",
        "No item “{number}” is bound for your agency.",
    )


class CodeTaken(Conflict):
    """Another live dossier bears this code."""

    words = Words(
        "Mã hồ sơ «{code}» đang được dùng cho một hồ sơ khác chưa trả kết quả.",
        "The dossier code “{code}” is in use for another dossier that is not yet returned.",
    )


class CodeMissing(Invalid):
    """The agency gives each dossier its code."""

    words = Words("Hãy nhập mã hồ sơ.", "Give the dossier code.")


class SomethingMissing(Invalid):
    """What an answer must say is left out."""

    words = Words("Mục này còn trống.", "This is empty.")


class TwoAccounts(NotAllowed):
    """A hand-over, and what mends an answer, need two persons' own accounts."""

    words = Words(
        "Việc này cần hai người với hai tài khoản; bạn đã làm phần của bên kia.",
        "This needs two persons with two accounts; you have done the other one's part.",
    )


def own_agency(by: Actor) -> int:
    """Give the agency a person works at.

    Raises:
        Forbidden: he works at none.
    """
    if by.agency_id is None:
        raise Forbidden
    return by.agency_id


def find(session: Session, number: str, by: Actor) -> Dossier:
    """Give a dossier of the officer's agency by our number or its code, locked for this work.

    Of several that bore one code the newest is meant: the others have left it free.

    Raises:
        UnknownDossier: the agency has none.
    """
    found = session.scalars(
        select(Dossier)
        .where(
            Dossier.agency_id == own_agency(by),
            (Dossier.number == tidy(number).upper())
            | (Dossier.dossier_code == dossier_code(number)),
        )
        .order_by(Dossier.id.desc())
        .with_for_update()
    ).first()
    if found is None:
        raise UnknownDossier(number=number)
    return found


def find_to_read(session: Session, number: str, by: Actor) -> Dossier:
    """Give a dossier that the officer's agency has, or had before it was transferred.

    Raises:
        UnknownDossier: it never had it.
    """
    own = own_agency(by)
    had = select(AgencyTransfer.dossier_id).where(AgencyTransfer.from_agency_id == own)
    found = session.scalars(
        select(Dossier).where(
            Dossier.number == tidy(number).upper(),
            (Dossier.agency_id == own) | Dossier.id.in_(had),
        )
    ).first()
    if found is None:
        raise UnknownDossier(number=number)
    return found


def require_free(session: Session, code: str) -> None:
    """Refuse a code that is none, or that a live dossier bears; it is held until the work is done.

    The archive does not forbid two live bearers: what turns out not to have been returned after its
    code was given again is recorded like everything that happened.

    Raises:
        CodeMissing, CodeTaken: it cannot be given.
    """
    if not code:
        raise CodeMissing(field="dossier_code")
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(code, 0))))
    taken = session.scalars(
        select(Dossier.id).where(
            Dossier.dossier_code == code,
            Dossier.returned_at.is_(None),
            Dossier.closed_at.is_(None),
        )
    ).first()
    if taken is not None:
        raise CodeTaken(field="dossier_code", code=code)


def identifier(session: Session, agency_id: int) -> str:
    """Give the identifier an agency bears now; its own id when it bears none."""
    found = session.scalars(
        select(AgencyCode.code)
        .where(AgencyCode.agency_id == agency_id)
        .order_by(AgencyCode.valid_to.is_not(None), AgencyCode.valid_from.desc())
    ).first()
    return found or str(agency_id)
