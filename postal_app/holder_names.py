"""Holders by name: what a holder is called, and which holder somebody means by a code."""

from collections.abc import Callable, Iterable
from datetime import date

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from models.bags import Bag
from models.items import Item
from models.places import Agency, AgencyCode, ServicePoint
from models.staff import Account
from postal_app.errors import Invalid, Unknown
from postal_app.rules.codes import read_scan
from postal_app.rules.holders import CITIZEN, HOLDER_WORDS, Holder, HolderKind
from postal_app.rules.vietnamese import tidy
from postal_app.rules.words import Words


class HolderUnread(Invalid):
    """A holder is named by its kind and its code."""

    words = Words(
        "Không đọc được bên giữ «{holder}». Hãy ghi như point:354100, courier:TEN_DANG_NHAP, "
        "agency:H28.16 hoặc citizen.",
        "The holder “{holder}” cannot be read. Write it like point:354100, courier:SIGN_IN, "
        "agency:H28.16 or citizen.",
    )


class UnknownHolder(Unknown):
    """Nobody of this kind bears the code."""

    words = Words(
        "Không có bên giữ nào mang mã «{holder}».", "No holder bears the code “{holder}”."
    )


def names_of(session: Session, holders: Iterable[Holder], *, public: bool) -> dict[Holder, str]:
    """Give the holders' names; the public is told of places, never of persons."""
    wanted = set(holders)
    named = {
        HolderKind.POINT: (ServicePoint.id, ServicePoint.name),
        HolderKind.AGENCY: (Agency.id, Agency.name),
    }
    if not public:
        named[HolderKind.COURIER] = (Account.id, Account.full_name)
        named[HolderKind.ITEM] = (Item.id, Item.number)
        named[HolderKind.BAG] = (Bag.id, Bag.number)
    names: dict[Holder, str] = {}
    for kind, (key, name) in named.items():
        ids = [holder.id for holder in wanted if holder.kind is kind]
        rows = session.execute(select(key, name).where(key.in_(ids))) if ids else ()
        names |= {Holder(kind, row[0]): row[1] for row in rows}
    return names


def holder_words(holder: Holder, name: str) -> Words:
    """Give a holder with its kind where the name alone does not tell it."""
    kind = HOLDER_WORDS[holder.kind]
    if not name:
        return kind
    if holder.kind in (HolderKind.POINT, HolderKind.AGENCY):
        return Words(name, name)
    return Words(f"{kind.vi} {name}", f"{kind.en} {name}")


def holder_named(session: Session, typed: str, on: date) -> Holder:
    """Give the holder that somebody means by `kind:code`, as it was called on a day.

    Raises:
        HolderUnread: it is not written so.
        UnknownHolder: nobody bears the code.
    """
    written, _, code = tidy(typed).partition(":")
    kind = written.strip().lower()
    if kind == HolderKind.CITIZEN and not code:
        return CITIZEN
    wanted = _BY_CODE.get(kind)
    if wanted is None or not code.strip():
        raise HolderUnread(field="holder", holder=tidy(typed))
    found = session.scalar(wanted(code.strip(), on))
    if found is None:
        raise UnknownHolder(field="holder", holder=tidy(typed))
    return Holder(HolderKind(kind), found)


def _point(code: str, on: date) -> Select[int]:  # noqa: ARG001  a point keeps its code
    return select(ServicePoint.id).where(ServicePoint.code == code)


def _courier(code: str, on: date) -> Select[int]:  # noqa: ARG001  an account keeps its name
    return select(Account.id).where(Account.sign_in == code.lower())


def _agency(code: str, on: date) -> Select[int]:
    return select(AgencyCode.agency_id).where(
        AgencyCode.code == code.upper(),
        AgencyCode.valid_from <= on,
        or_(AgencyCode.valid_to.is_(None), AgencyCode.valid_to >= on),
    )


def _item(code: str, on: date) -> Select[int]:  # noqa: ARG001  an item keeps its number
    return select(Item.id).where(Item.number == read_scan(code).number)


def _bag(code: str, on: date) -> Select[int]:  # noqa: ARG001  a bag keeps its number
    return select(Bag.id).where(Bag.number == read_scan(code).number)


_BY_CODE: dict[str, Callable[[str, date], Select[int]]] = {
    HolderKind.POINT: _point,
    HolderKind.COURIER: _courier,
    HolderKind.AGENCY: _agency,
    HolderKind.ITEM: _item,
    HolderKind.BAG: _bag,
}
