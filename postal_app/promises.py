"""Promises: made once when an item begins its way, kept as they were said, told to whoever asks.

The ledger makes one with every fact that begins a way, by the calendar and the standards published
when it is recorded and the day on which it happened. It never changes. A start that a correction
took back leaves its promise behind; the promise that holds is that of the item's present start.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ScalarSelect, and_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, joinedload

from models.dossiers import Dossier, MoneyLine, Party
from models.items import Item, Leg
from models.places import Agency, ServicePoint
from models.promises import Promise, TransitStandard
from models.sets import among, given, sent, table_of
from postal_app import tariffs
from postal_app.calendars import calendar
from postal_app.geography import kilometres, recognise
from postal_app.rules.calendar import Calendar
from postal_app.rules.custody import Step
from postal_app.rules.legs import LEGS, SUBMISSION
from postal_app.rules.promises import (
    ATTEMPT_KINDS,
    GIVEN_UP,
    REACHED_KINDS,
    Due,
    Keeping,
    Limit,
    Standard,
    keeping,
    promise,
)
from postal_app.rules.vietnamese import day_of
from postal_app.transit_standards import in_force, standard_for


@dataclass(frozen=True, slots=True)
class Start:
    """The fact with which an item begins its way."""

    item_id: int
    fact: UUID
    occurred_at: datetime


@dataclass(frozen=True, slots=True)
class Promised:
    """What was promised of an item; `due` None when nothing was published on its day."""

    due: Due | None
    zone: str
    source: str
    calendar_version: str

    def is_overdue(self, today: date) -> bool:
        """Tell whether the day of delivery has passed; only of use while it is not there."""
        return self.due is not None and self.due.delivery < today


@dataclass(frozen=True, slots=True)
class LimitTold:
    """One limit of one item: its last day, the day it was closed, and how that stands."""

    limit: Limit
    due: date
    happened: date | None
    keeping: Keeping


@dataclass(frozen=True, slots=True)
class _Way:
    """Where an item goes and by which terms, as its promise needs it."""

    leg: str
    point: tuple[float, float]
    agency: tuple[float, float] | None
    receiver: str
    terms_id: int | None
    form_version: str
    price_version: str

    @property
    def distance(self) -> float | None:
        """Give the kilometres in a straight line; None when one of the ends is not known."""
        if self.agency is None:
            return None
        if LEGS[self.leg].promised_as == SUBMISSION:
            return kilometres(self.point, self.agency)
        there = recognise(self.receiver)
        if there.latitude is None or there.longitude is None:
            return None
        return kilometres(self.agency, (there.latitude, there.longitude))


def make(session: Session, starts: Sequence[Start], *, now: datetime) -> None:
    """Make the promises of items that begin their way; one that is there already stays.

    Args:
        session: the archive.
        starts: of any number of items.
        now: the server's clock; nothing is promised from a later moment, whatever a device says.
    """
    if not starts:
        return
    ways = _ways(session, {start.item_id for start in starts})
    moments = [min(start.occurred_at, now) for start in starts]
    first, last = day_of(min(moments)), day_of(max(moments))
    standards = in_force(session, first, last)
    known = calendar(session, first, last.replace(year=last.year + 1, day=1))
    priced = tariffs.versions_on(session, {day_of(moment) for moment in moments})
    rows = [
        {"made_at": now, "price_version": priced.get(day_of(moment), "")}
        | _row(start, moment, ways[start.item_id], standards, known)
        for start, moment in zip(starts, moments, strict=True)
        if start.item_id in ways
    ]
    if rows:
        names = tuple(rows[0])
        made = insert(table_of(Promise)).from_select(names, select(*given(Promise, names).c))
        session.execute(made.on_conflict_do_nothing(), sent(names, rows))


def of_items(session: Session, item_ids: Iterable[int]) -> dict[int, Promised]:
    """Give the promises that hold of items, by item; nothing for one not yet on its way."""
    ids = set(item_ids)
    if not ids:
        return {}
    rows = session.scalars(
        select(Promise)
        .join(Leg, and_(Leg.item_id == Promise.item_id, Leg.started_at == Promise.started_at))
        .options(joinedload(Promise.standard))
        .where(Promise.item_id.in_(ids))
    )
    return {row.item_id: _promised(row) for row in rows}


def limits(promised: Promised | None, steps: Iterable[Step], today: date) -> tuple[LimitTold, ...]:
    """Give both limits of an item and how they stand by what happened; none without a promise."""
    if promised is None or promised.due is None:
        return ()
    history = list(steps)
    given_up = bool(history) and history[-1].after.state in GIVEN_UP
    standing = [step.fact for step in history if not step.cancelled]
    closed = {Limit.FIRST_ATTEMPT: ATTEMPT_KINDS, Limit.DELIVERY: REACHED_KINDS}
    told = []
    for limit, kinds in closed.items():
        days = [day_of(fact.occurred_at) for fact in standing if fact.kind in kinds]
        due, happened = promised.due.of(limit), min(days, default=None)
        stands = keeping(due, happened, today, given_up=given_up)
        told.append(LimitTold(limit, due, happened, stands))
    return tuple(told)


def oldest_first(promised: Mapping[int, Promised], item_id: int) -> date:
    """Give what puts the oldest promise on top of a list; without one an item comes last."""
    found = promised.get(item_id)
    return found.due.delivery if found and found.due else date.max


def _promised(row: Promise) -> Promised:
    if row.counted_from is None or row.first_attempt_due is None or row.delivery_due is None:
        return Promised(None, "", "", row.calendar_version)
    due = Due(
        row.counted_from, row.first_attempt_due, row.delivery_due, tuple(row.unpublished_years)
    )
    standard = row.standard
    zone, source = (standard.zone, standard.source) if standard else ("", "")
    return Promised(due, zone, source, row.calendar_version)


def _row(
    start: Start,
    moment: datetime,
    way: _Way,
    standards: Sequence[TransitStandard],
    known: Calendar,
) -> dict[str, object]:
    on = day_of(moment)
    leg = LEGS[way.leg].promised_as
    of_its_kind = [one for one in standards if one.leg == leg]
    # Where a standard for any distance is the only one, nobody need know the distance.
    near = any(one.up_to_km is not None for one in of_its_kind)
    standard = standard_for(of_its_kind, leg, way.distance if near else None, on)
    row: dict[str, object] = {
        "item_id": start.item_id,
        "started_at": start.occurred_at,
        "fact": start.fact,
        "terms_id": way.terms_id,
        "form_version": way.form_version,
        "standard_id": None,
        "counted_from": None,
        "first_attempt_due": None,
        "delivery_due": None,
        "calendar_version": "",
        "unpublished_years": [],
    }
    if way.price_version:
        row["price_version"] = way.price_version  # by which its postage was taken
    if standard is None:
        return row
    said = Standard(standard.first_attempt_days, standard.delivery_days, standard.cut_off_hour)
    due = promise(known, said, moment)
    return row | {
        "standard_id": standard.id,
        "counted_from": due.counted_from,
        "first_attempt_due": due.first_attempt,
        "delivery_due": due.delivery,
        "calendar_version": known.versions(due.counted_from, due.delivery),
        "unpublished_years": list(due.unpublished),
    }


def _ways(session: Session, item_ids: set[int]) -> dict[int, _Way]:
    """Give where the items go; of several dossiers in one the first speaks for it."""
    rows = session.execute(
        select(
            Item.id,
            Item.leg,
            ServicePoint.latitude,
            ServicePoint.longitude,
            Agency.latitude.label("agency_latitude"),
            Agency.longitude.label("agency_longitude"),
            Party.address,
            Dossier.terms_id,
            Dossier.form_version,
            _price_taken_by().label("price_version"),
        )
        .join(Leg, Leg.item_id == Item.id)
        .join(Dossier, Leg.dossier_id == Dossier.id)
        .join(ServicePoint, Item.point_id == ServicePoint.id)
        .join(Agency, Item.agency_id == Agency.id)
        .outerjoin(Party, and_(Party.dossier_id == Dossier.id, Party.part == "receiver"))
        .where(among(Item.id, item_ids))
        .order_by(Leg.id.desc())
    )
    found: dict[int, _Way] = {}
    for row in rows:
        known = row.agency_latitude is not None and row.agency_longitude is not None
        found[row.id] = _Way(
            row.leg,
            (row.latitude, row.longitude),
            (row.agency_latitude, row.agency_longitude) if known else None,
            row.address or "",
            row.terms_id,
            row.form_version,
            row.price_version or "",
        )
    return found


def _price_taken_by() -> ScalarSelect[str]:
    """Give the version of the tariff by which a dossier's postage was last taken."""
    return (
        select(MoneyLine.price_version)
        .where(MoneyLine.dossier_id == Dossier.id, MoneyLine.kind == "postage")
        .order_by(MoneyLine.id.desc())
        .limit(1)
        .correlate(Dossier)
        .scalar_subquery()
    )
