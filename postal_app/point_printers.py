"""Printers of a point: where each stands and how it is spoken to.

1. They are entered on the machine that serves the app, by who may use its command line: a spool
   command and a path are the machine's own matter, so no page takes them from a browser. A page
   only chooses among those of its point by name.
2. A printer that moves is entered anew under its name; the newest row holds. One that is used no
   more is withdrawn, and its old rows stay.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from models.label_work import PointPrinter
from postal_app import places, printers
from postal_app.calibrations import LONGEST_NAME, PrinterUnnamed
from postal_app.errors import Unknown
from postal_app.label_orders import Speech
from postal_app.places import own_point
from postal_app.printers import Destination
from postal_app.rules.roles import Actor
from postal_app.rules.vietnamese import tidy
from postal_app.rules.words import Words


class UnknownPrinter(Unknown):
    """The point has no printer of this name."""

    words = Words(
        "Điểm không có máy in «{name}»; hãy chọn máy in khác hoặc nhờ quản trị viên đăng ký.",
        "The point has no printer “{name}”; choose another or ask the administrator to enter it.",
    )


@dataclass(frozen=True, slots=True)
class NewPrinter:
    """A printer as it is entered: its point's code, its name there, where it is, its speech."""

    point_code: str
    name: str
    to: Destination
    speech: Speech


def enter(session: Session, new: NewPrinter, by: Actor, *, now: datetime) -> PointPrinter:
    """Enter a printer of a point, or say anew where it stands.

    Raises:
        UnknownPoint: no point has this code.
        PrinterUnnamed: it has no name.
    """
    return _added(session, new.point_code, new.name, (str(new.to), new.speech), by, now)


def withdraw(
    session: Session, point_code: str, name: str, by: Actor, *, now: datetime
) -> PointPrinter:
    """Say that a printer is used no more.

    Raises:
        UnknownPoint, UnknownPrinter: there is none.
    """
    point = places.point(session, point_code)
    found = _one(session, point.id, name)
    speech = Speech(found.language, found.dots_per_inch)
    return _added(session, point_code, name, ("", speech), by, now)


def of_point(session: Session, by: Actor) -> Sequence[PointPrinter]:
    """Give the printers of this person's point, by name."""
    return [one for one in listed(session) if one.point_id == own_point(by)]


def listed(session: Session) -> list[PointPrinter]:
    """Give every printer in use, by point and name."""
    newest = select(func.max(PointPrinter.id)).group_by(PointPrinter.point_id, PointPrinter.name)
    rows = session.scalars(
        select(PointPrinter)
        .options(joinedload(PointPrinter.point))
        .where(PointPrinter.id.in_(newest), PointPrinter.destination != "")
        .order_by(PointPrinter.point_id, PointPrinter.name)
    )
    return list(rows)


def get(session: Session, name: str, by: Actor) -> PointPrinter:
    """Give a printer of this person's point.

    Raises:
        UnknownPrinter: there is none of this name.
    """
    return _one(session, own_point(by), name)


def destination_of(printer: PointPrinter) -> Destination:
    """Give where a printer is, as the jobs need it."""
    return printers.destination(printer.destination)


def _one(session: Session, point_id: int, name: str) -> PointPrinter:
    newest = session.scalars(
        select(PointPrinter)
        .where(PointPrinter.point_id == point_id, PointPrinter.name == tidy(name))
        .order_by(PointPrinter.id.desc())
        .limit(1)
    ).first()
    if newest is None or not newest.destination:
        raise UnknownPrinter(field="to", name=name)
    return newest


def _added(
    session: Session,
    point_code: str,
    name: str,
    said: tuple[str, Speech],
    by: Actor,
    now: datetime,
) -> PointPrinter:
    if not 0 < len(tidy(name)) <= LONGEST_NAME:
        raise PrinterUnnamed(field="name", longest=LONGEST_NAME)
    to, speech = said
    made = PointPrinter(
        point_id=places.point(session, point_code).id,
        name=tidy(name),
        destination=to,
        language=speech.language,
        dots_per_inch=speech.dots_per_inch,
        entered_at=now,
        entered_by=by.account_id,
    )
    session.add(made)
    session.flush()  # who looks for it in this transaction finds it
    return made
