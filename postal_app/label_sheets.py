"""Labels: what they say, drawn from the archive; on which paper; and the print is written down.

1. A label tells the least that brings the envelope there: number, receiver, place, a masked phone;
   never a procedure, and nothing personal in its code (Luật Bưu chính 49/2010/QH12 Art. 7(6)).
2. What is to be minded at the door stands on it: to be given in hand, money, papers to take back.
3. Every print is written down; from the second on the label says that it is one, and which.
4. A printer of the point that was measured draws as it was found to need it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session, joinedload, selectinload

from labels import errors as paper_errors
from labels import sheet
from labels.label import Label, outside_the_font
from labels.sheet import Part
from labels.stock import Stock, stock
from models.dossiers import Dossier
from models.items import Item, Leg
from models.label_work import LabelPrint
from postal_app import calibrations, demands
from postal_app.addressees import addressee
from postal_app.delivery_facts import wished_addresses
from postal_app.demands import NOTHING, Demands
from postal_app.enquiries import UnknownNumber, items_in_reach
from postal_app.errors import Invalid
from postal_app.printing import LabelCodes, PaperRefused, is_sample, masked_phone, sorting_place
from postal_app.rules.legs import LEG_WORDS, LEGS, End
from postal_app.rules.roles import Actor
from postal_app.rules.vietnamese import dong
from postal_app.rules.words import Words

AT_ONCE = 500
"""So many items are read, drawn and written down together."""
MOST_COPIES = 20


class TooManyCopies(Invalid):
    """More copies of one label than any envelope has sides for."""

    words = Words("Mỗi nhãn in từ 1 đến {most} bản.", "A label is printed 1 to {most} times.")


@dataclass(frozen=True, slots=True)
class Sheet:
    """Which stock to print on, the first free place on it, from 1, how often, by which printer."""

    stock: str = "A6"
    start: int = 1
    copies: int = 1
    printer: str = ""


@dataclass(frozen=True, slots=True)
class _Press:
    """What holds for a whole order."""

    sheet: Sheet
    stock: Stock
    codes: LabelCodes
    by: Actor
    now: datetime
    sample: bool


def labels(
    session: Session,
    numbers: Sequence[str],
    paper: Sheet,
    codes: LabelCodes,
    by: Actor,
    *,
    now: datetime,
) -> bytes:
    """Give a PDF of the labels of items, in the order of their numbers given.

    Raises:
        UnknownNumber: one of them is not in this person's reach.
        PaperRefused: there is no such stock or place.
        TooManyCopies: the number of copies is none that is printed.
    """
    drawn = streamed(session, numbers, paper, codes, by, now=now)
    return b"".join(part.content for part in drawn)


def streamed(
    session: Session,
    numbers: Sequence[str],
    paper: Sheet,
    codes: LabelCodes,
    by: Actor,
    *,
    now: datetime,
) -> Iterator[Part]:
    """Give the PDF of `labels` page by page, with how many labels are drawn.

    What can be refused is refused at once, before anything is drawn.
    """
    drawn, on = said(session, numbers, paper, codes, by, now=now)
    calibration = calibrations.of(session, by, paper.printer, on)
    try:
        return _refusing(sheet.parts(drawn, on, paper.start, calibration))
    except paper_errors.PaperError as refused:
        raise PaperRefused(why=str(refused)) from refused


def said(
    session: Session,
    numbers: Sequence[str],
    paper: Sheet,
    codes: LabelCodes,
    by: Actor,
    *,
    now: datetime,
) -> tuple[Iterator[Label], Stock]:
    """Give what the labels say, made as they are asked for, and the stock they are drawn on.

    Raises:
        UnknownNumber, PaperRefused, TooManyCopies: as `labels` does.
    """
    if not 1 <= paper.copies <= MOST_COPIES:
        raise TooManyCopies(field="copies", most=MOST_COPIES)
    try:
        on = stock(paper.stock)
    except paper_errors.PaperError as refused:
        raise PaperRefused(why=str(refused)) from refused
    _require_reach(session, numbers, by)
    press = _Press(paper, on, codes, by, now, is_sample(session))
    return _made(session, numbers, press), on


def plain(labels_said: Iterable[Label], paper: Sheet) -> Iterator[Part]:
    """Give the PDF of labels of no item, page by page.

    Raises:
        PaperRefused: there is no such stock or place.
    """
    try:
        return _refusing(sheet.parts(labels_said, stock(paper.stock), paper.start))
    except paper_errors.PaperError as refused:
        raise PaperRefused(why=str(refused)) from refused


def strange_letters(items: Iterable[Item]) -> dict[str, tuple[str, ...]]:
    """Give the letters that the labels of items cannot show, by number; they print as a mark."""
    found = {}
    for item in items:
        to = addressee(item)
        letters = outside_the_font(to.name, to.address)
        if letters:
            found[item.number] = letters
    return found


def service_marks(asked: Demands) -> tuple[str, ...]:
    """Give what is to be minded when the envelope is handed out, as its label says it."""
    due = sum(one.amount for one in asked.dues)
    return tuple(
        mark
        for mark, holds in (
            ("PHÁT TẬN TAY", asked.in_hand),
            (f"THU HỘ {dong(due)}", due),
            ("THU HỒI GIẤY TỜ CŨ", asked.papers),
        )
        if holds
    )


def _require_reach(session: Session, numbers: Sequence[str], by: Actor) -> None:
    """Refuse the whole order when one number is not in reach.

    Raises:
        UnknownNumber: the first that is not.
    """
    for first in range(0, len(numbers), AT_ONCE):
        chunk = numbers[first : first + AT_ONCE]
        there = set(
            session.scalars(select(Item.number).where(Item.number.in_(chunk), items_in_reach(by)))
        )
        if missing := [number for number in chunk if number not in there]:
            raise UnknownNumber(number=missing[0])


def _made(session: Session, numbers: Sequence[str], press: _Press) -> Iterator[Label]:
    for first in range(0, len(numbers), AT_ONCE):
        chunk = numbers[first : first + AT_ONCE]
        printed = _written_down(session, chunk, press)
        items = {
            item.number: item
            for item in session.scalars(
                select(Item)
                .options(
                    joinedload(Item.point),
                    joinedload(Item.agency),
                    selectinload(Item.legs).joinedload(Leg.dossier).selectinload(Dossier.parties),
                )
                .where(Item.number.in_(chunk))
            )
        }
        wished = wished_addresses(session, items.values())
        asked = demands.demands_of(session, (item.id for item in items.values()))
        for number in chunk:
            item = items[number]
            label = _label(item, press, wished.get(item.id, ""), asked.get(item.id, NOTHING))
            again = printed[number]
            printed[number] += 1  # the same number may stand in an order twice
            yield from [replace(label, reprint=again)] * press.sheet.copies


def _written_down(session: Session, numbers: Sequence[str], press: _Press) -> dict[str, int]:
    """Note that labels are printed; give how often each was before."""
    counted = session.execute(
        select(LabelPrint.number, func.count())
        .where(LabelPrint.number.in_(numbers))
        .group_by(LabelPrint.number)
    )
    before = dict.fromkeys(numbers, 0)
    for number, count in counted:
        before[number] = count
    session.execute(
        insert(LabelPrint),
        [
            {
                "number": number,
                "stock": press.stock.name,
                "copies": press.sheet.copies,
                "printed_at": press.now,
                "account_id": press.by.account_id,
                "assignment_id": press.by.assignment_id,
            }
            for number in numbers
        ],
    )
    return before


def _refusing(parts: Iterator[Part]) -> Iterator[Part]:
    try:
        yield from parts
    except paper_errors.PaperError as refused:
        raise PaperRefused(why=str(refused)) from refused


def _label(item: Item, press: _Press, wished_address: str, asked: Demands) -> Label:
    to = addressee(item)
    address = wished_address or to.address
    return Label(
        item_number=item.number,
        qr_text=press.codes.text(item.number),
        receiver_name=to.name,
        receiver_address=address,
        receiver_place=sorting_place(address),
        phone_masked=masked_phone(to.phone),
        sender_short=sender_of(item),
        leg_words=LEG_WORDS[item.leg].vi,
        seal_number=item.seal_number,
        service_marks=service_marks(asked),
        sample=press.sample,
    )


def sender_of(item: Item) -> str:
    """Give where an envelope comes from, as its label says it; never a person."""
    match LEGS[item.leg].begins:
        case End.AGENCY:
            return item.agency.name
        case End.OTHER_AGENCY if item.from_agency is not None:
            return item.from_agency.name
        case _:
            return f"{item.point.name} ({item.point.code})"
