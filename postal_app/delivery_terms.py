"""Terms of delivery as dated data: how long an item is held, lies, or stands on a public list.

A term names a leg, an agency (by its contract) or an area (town or rural), or leaves them open;
what names more goes before what names less, and of the same the latest in force. An item is held
by the term in force on the day of its first notice, so that no later one changes it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.deliveries import DeliveryTerm
from models.items import Item
from models.places import Agency
from postal_app.addressees import addressee
from postal_app.errors import Invalid
from postal_app.geography import recognise
from postal_app.rules.holders import HolderKind
from postal_app.rules.legs import LEGS
from postal_app.rules.roles import Actor
from postal_app.rules.vietnamese import fold, tidy
from postal_app.rules.words import Words

HOLDING, PUBLICATION = "holding", "publication"
STANDING = {
    HolderKind.POINT: "standing_point",
    HolderKind.COURIER: "standing_courier",
    HolderKind.AGENCY: "standing_agency",
}
"""The purposes whose days are working days in one holder's hands, where nothing was promised."""

PURPOSES: dict[str, Words] = {
    HOLDING: Words("Lưu giữ chờ người nhận", "Holding for the receiver"),
    PUBLICATION: Words("Niêm yết bưu gửi không có người nhận", "Publishing items without receiver"),
    STANDING[HolderKind.POINT]: Words(
        "Nằm tại điểm phục vụ (ngày làm việc)", "Lying at a service point (working days)"
    ),
    STANDING[HolderKind.COURIER]: Words(
        "Nằm ở bưu tá (ngày làm việc)", "Lying with a courier (working days)"
    ),
    STANDING[HolderKind.AGENCY]: Words(
        "Nằm tại cơ quan, chưa ký nhận (ngày làm việc)",
        "Lying at an agency, not signed for (working days)",
    ),
}
TOWN, RURAL = "town", "rural"
AREAS: dict[str, Words] = {
    TOWN: Words("Phường, thị trấn", "Town"),
    RURAL: Words("Xã", "Rural commune"),
}
TOWN_WORDS = ("phuong ", "thi tran ")
MOST_DAYS = 365
PUBLICATION_DAYS = 30  # until the province decides otherwise


class BadTerm(Invalid):
    """A term needs a purpose of the list, days within a year, and what it rests on."""

    words = Words(
        "Thời hạn phải có mục đích trong danh sách, số ngày từ 0 đến 365 và căn cứ.",
        "A term needs a purpose of the list, 0 to 365 days, and what it rests on.",
    )


@dataclass(frozen=True, slots=True)
class Term:
    """A term to be entered; empty leg, area and agency hold for any."""

    purpose: str
    days: int
    valid_from: date
    source: str
    leg: str = ""
    area: str = ""
    agency_id: int | None = None


def enter(session: Session, term: Term, by: Actor, *, now: datetime) -> DeliveryTerm:
    """Enter a term; what held before stays for the days before.

    Raises:
        BadTerm: a value cannot be used; `field` says which.
    """
    wrong = {
        "purpose": term.purpose not in PURPOSES,
        "days": not 0 <= term.days <= MOST_DAYS,
        "leg": term.leg not in ("", *LEGS),
        "area": term.area not in ("", *AREAS),
        "source": not tidy(term.source),
        "agency": term.agency_id is not None and session.get(Agency, term.agency_id) is None,
    }
    for field, is_wrong in wrong.items():
        if is_wrong:
            raise BadTerm(field=field)
    made = DeliveryTerm(
        purpose=term.purpose,
        leg=term.leg,
        agency_id=term.agency_id,
        area=term.area,
        days=term.days,
        valid_from=term.valid_from,
        source=tidy(term.source),
        entered_by=by.account_id,
        entered_at=now,
    )
    session.add(made)
    session.flush()  # whoever reads next in this transaction must see it
    return made


def published(session: Session) -> Sequence[DeliveryTerm]:
    """Give every term ever entered, the newest first."""
    newest = (DeliveryTerm.valid_from.desc(), DeliveryTerm.id.desc())
    return session.scalars(select(DeliveryTerm).order_by(*newest)).all()


def agency_names(session: Session) -> dict[int, str]:
    """Give the agencies a contract may be with, by id, in the order of their names."""
    rows = session.execute(select(Agency.id, Agency.name).order_by(Agency.name))
    return {row.id: row.name for row in rows}


def holding_days(terms: Sequence[DeliveryTerm], item: Item, on: date) -> int | None:
    """Give how long an item is held whose first notice was on a day; None: no term is published.

    Args:
        terms: as `published` gives them.
        item: with its parties at hand.
        on: the day of its first notice.
    """
    area = area_of(addressee(item).address)
    fitting = [
        one
        for one in terms
        if one.purpose == HOLDING
        and one.valid_from <= on
        and one.leg in ("", item.leg)
        and one.agency_id in (None, item.agency_id)
        and one.area in ("", area)
    ]
    return max(fitting, key=_closeness).days if fitting else None


def publication_days(terms: Sequence[DeliveryTerm], on: date) -> int:
    """Give how long an item without receiver is published, by the terms in force on a day."""
    fitting = [one for one in terms if one.purpose == PUBLICATION and one.valid_from <= on]
    return max(fitting, key=_closeness).days if fitting else PUBLICATION_DAYS


def area_of(address: str) -> str:
    """Give whether an address lies in a town or a rural commune, empty when that is not known."""
    commune = recognise(address).commune
    if commune is None:
        return ""
    return TOWN if fold(commune.name).startswith(TOWN_WORDS) else RURAL


def _closeness(term: DeliveryTerm) -> tuple[bool, bool, bool, date, int]:
    """Rank terms: by contract, by leg, by area, then the latest."""
    return (
        term.agency_id is not None,
        bool(term.leg),
        bool(term.area),
        term.valid_from,
        term.id,
    )
