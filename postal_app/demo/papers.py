"""The papers of the demo: labels, a slip and the month's workbook, as the desks print them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.dossiers import Dossier
from models.items import Item
from models.staff import Account
from postal_app import label_sheets, month_book, printing, signing_in
from postal_app.demo.hours import A_DAY, breaks_off, clock, later_month, two_months_from
from postal_app.demo.province import SIGN_INS
from postal_app.label_sheets import Sheet
from postal_app.month_workbook import workbook
from postal_app.printing import LabelCodes
from postal_app.rules.legs import SUBMISSION
from postal_app.rules.periods import Period
from postal_app.rules.roles import Actor, Role
from postal_app.rules.vietnamese import day_of

SHEET = "A4-2x5"


@dataclass(frozen=True, slots=True)
class Writing:
    """A file of the demo: its name and what is in it."""

    name: str
    content: bytes


def months(session: Session) -> Period:
    """Give the two months of a story that was told, which begin with its first dossier."""
    first: datetime = session.scalars(select(func.min(Dossier.opened_at))).one()
    return two_months_from(day_of(first))


def periods(session: Session) -> dict[str, Period]:
    """Give the periods the demo reckons, by the name of their files: all of it, the later month."""
    whole = months(session)
    later = later_month(whole)
    return {
        f"hai-thang-{whole.first:%Y-%m-%d}-{whole.last:%Y-%m-%d}": whole,
        f"thang-{later.first:%Y-%m}": later,
    }


def person(session: Session, role: Role, *, now: datetime) -> Actor:
    """Give the person of a role whom the demo lets one sign in as."""
    found = session.scalars(select(Account.id).where(Account.sign_in == SIGN_INS[role])).one()
    return signing_in.actors_of(session, found, now=now)[0]


def written(session: Session, codes: LabelCodes, *, now: datetime) -> Iterator[Writing]:
    """Give the papers one by one: one label, a day's labels, a slip, a workbook for each period.

    The labels are recorded as printed, as on any day.
    """
    by = person(session, Role.PROVINCIAL, now=now)
    single, *many = _items_of_last_day(session)
    label = label_sheets.labels(session, [single], Sheet("A6"), codes, by, now=now)
    yield Writing(f"nhan-A6-{single}.pdf", label)
    # Of a day with one item the sheet is that label's reprint, and says so.
    numbers = many or [single]
    sheet = label_sheets.labels(session, numbers, Sheet(SHEET), codes, by, now=now)
    yield Writing(f"nhan-{SHEET}-{len(numbers)}-buu-gui.pdf", sheet)
    dossier = _dossier_with_slip(session)
    yield Writing(f"phieu-gui-{dossier}.pdf", printing.slip(session, dossier, codes, by))
    for name, period in periods(session).items():
        yield Writing(f"{name}.xlsx", workbook(month_book.gather(session, period, now=now)))


def _items_of_last_day(session: Session) -> list[str]:
    """Give the items that came into being on the story's last whole day, results first."""
    broken_off = clock(day_of(breaks_off(months(session))), 0)
    before = select(func.max(Item.created_at)).where(Item.created_at < broken_off)
    begins = clock(day_of(session.scalars(before).one()), 0)
    rows = select(Item.number).where(Item.created_at >= begins, Item.created_at < begins + A_DAY)
    return list(session.scalars(rows.order_by(Item.leg == SUBMISSION, Item.number)))


def _dossier_with_slip(session: Session) -> str:
    """Give the last dossier that was sealed at a counter with its result to come back."""
    sealed = select(Dossier.number).where(
        Dossier.sealed_at.is_not(None), Dossier.service_form == "both"
    )
    return session.scalars(sealed.order_by(Dossier.sealed_at.desc()).limit(1)).one()
