"""Orders of labels: which items are meant, and in which language their printer is spoken to."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from labels import errors as paper_errors
from labels import thermal
from labels.sheet import Part
from labels.stock import STOCKS
from labels.thermal import Language, Printer
from models.items import Item
from models.staff import Account
from postal_app import calibrations, handover_lists, label_sheets, signing_in
from postal_app.counter import SEALED_HERE
from postal_app.enquiries import items_in_reach
from postal_app.errors import Invalid, Unknown
from postal_app.label_sheets import Sheet
from postal_app.printing import LabelCodes, PaperRefused
from postal_app.rules.codes import read_scan
from postal_app.rules.roles import Actor
from postal_app.rules.vietnamese import VIETNAM
from postal_app.rules.words import Words

PDF = "pdf"
LANGUAGES = (PDF, *(language.value for language in Language))
RESOLUTIONS = (203, 300)
MOST_AT_ONCE = 10_000
STOCK_WORDS = {
    one.name: Words(
        f"Tờ A4, {one.columns} × {one.rows} ({one.article})",
        f"A4 sheet, {one.columns} × {one.rows} ({one.article})",
    )
    if not one.is_roll
    else Words(
        f"Từng nhãn {one.label_width:g} × {one.label_height:g} mm",
        f"Single labels {one.label_width:g} × {one.label_height:g} mm",
    )
    for one in STOCKS.values()
}


class TooManyLabels(Invalid):
    """More labels at once than one order may have, or none."""

    words = Words(
        "Mỗi lần in từ 1 đến {most} nhãn; hãy chia danh sách.",
        "One order has 1 to {most} labels; divide the list.",
    )


class UnknownPerson(Unknown):
    """Nobody who may work today has this sign-in name."""

    words = Words(
        "Không có tài khoản «{name}» đang làm việc.", "No account “{name}” works at present."
    )


@dataclass(frozen=True, slots=True)
class Speech:
    """How a printer is spoken to: one of `LANGUAGES`, and its dots an inch."""

    language: str = PDF
    dots_per_inch: int = 203


@dataclass(frozen=True, slots=True)
class Drawing:
    """What is to be drawn: whose labels, on what, with which codes, for whom."""

    numbers: Sequence[str]
    sheet: Sheet
    codes: LabelCodes
    by: Actor


def person(session: Session, sign_in: str, *, now: datetime) -> Actor:
    """Give who prints from the command line, in the first of his roles.

    Raises:
        UnknownPerson: there is none.
    """
    account_id = session.scalars(
        select(Account.id).where(Account.sign_in == sign_in.casefold(), Account.active)
    ).first()
    actors = signing_in.actors_of(session, account_id, now=now) if account_id else []
    if not actors:
        raise UnknownPerson(name=sign_in)
    return actors[0]


def of_day(session: Session, by: Actor, on: date) -> list[str]:
    """Give the numbers of all items sealed on a day in this person's reach, the first first."""
    begin = datetime.combine(on, time(), VIETNAM)
    numbers = select(Item.number).where(
        Item.leg.in_(SEALED_HERE),
        Item.created_at >= begin,
        Item.created_at < begin + timedelta(days=1),
    )
    own = Item.point_id == by.point_id if by.point_id is not None else items_in_reach(by)
    return list(session.scalars(numbers.where(own).order_by(Item.created_at, Item.id)))


def of_list(session: Session, by: Actor, number: str) -> list[str]:
    """Give the numbers of the items on a hand-over list (BD10, BD13), in its order.

    Raises:
        UnknownHandover: this person's point gave no such list, and none is for him or it.
    """
    lines = handover_lists.find(session, number, by).lines
    return [line.item.number for line in lines if line.item is not None]


def listed(text: str) -> list[str]:
    """Give the numbers of a list, one a line, as a scanner or a hand typed them; each once."""
    lines = (line.strip() for line in text.splitlines())
    return list(dict.fromkeys(read_scan(line).number for line in lines if line))


def require_some(numbers: Sequence[str]) -> None:
    """Refuse an order of none or of too many.

    Raises:
        TooManyLabels: it is.
    """
    if not 1 <= len(numbers) <= MOST_AT_ONCE:
        raise TooManyLabels(field="numbers", most=MOST_AT_ONCE)


def spoken(
    session: Session,
    drawn: Drawing,
    speech: Speech,
    *,
    now: datetime,
) -> Iterator[Part]:
    """Give the order for its printer part by part, with how many labels are done.

    Raises:
        UnknownNumber, PaperRefused, TooManyCopies: at once, before anything is drawn.
    """
    order = (session, drawn.numbers, drawn.sheet, drawn.codes, drawn.by)
    if speech.language == PDF:
        return label_sheets.streamed(*order, now=now)
    labels, on = label_sheets.said(*order, now=now)
    calibration = calibrations.of(session, drawn.by, drawn.sheet.printer, on)
    printer = Printer(Language(speech.language), speech.dots_per_inch, calibration)
    if not on.is_roll:
        raise PaperRefused(why=str(paper_errors.NotARoll(on.name)))
    return _counted(thermal.jobs(labels, on, printer))


def _counted(jobs: Iterator[bytes]) -> Iterator[Part]:
    try:
        for count, job in enumerate(jobs, 1):
            yield Part(job, count)
    except paper_errors.PaperError as refused:
        raise PaperRefused(why=str(refused)) from refused
