"""Balances: what a holder had at the start of a day, what came and went, what lies on his table.

What lies there now is what the items say. From there the movements are reckoned back to the day
that is asked for, so that a recent day costs what has moved since, however long the history is.
The sum over all holders is reckoned the other way, forward from what came into being: two ways to
one figure, which differ only if the books are wrong.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, and_, func, literal, select, type_coerce, union_all
from sqlalchemy.orm import Session

from models.items import Item
from models.movements import Movement
from postal_app.holder_names import UnknownHolder, holder_words, names_of
from postal_app.ledger import own_holder
from postal_app.rules.balances import Balance
from postal_app.rules.holders import HOLDER_WORDS, Holder, HolderKind
from postal_app.rules.periods import Period
from postal_app.rules.roles import Actor
from postal_app.rules.words import Words

MOST_LISTED = 500
BEGAN = Words("Bắt đầu vào sổ", "Came into the books")

_SUMMED = ("now", "came", "came_since", "went", "went_since")


@dataclass(frozen=True, slots=True)
class Passed:
    """An item that came to a holder or went from him: when, and from or to whom."""

    number: str
    leg: str
    at: datetime
    other: Words


@dataclass(frozen=True, slots=True)
class Lying:
    """An item that should lie on a holder's table, and since when."""

    item_id: int
    number: str
    leg: str
    state: str
    integrity: str
    quarantined: bool
    since: datetime


@dataclass(frozen=True, slots=True)
class DayBalance:
    """One holder's day; the lists hold at most `MOST_LISTED` each, the balance all."""

    holder: Holder
    words: Words
    day: date
    balance: Balance
    came: Sequence[Passed]
    went: Sequence[Passed]
    lying: Sequence[Lying]


@dataclass(frozen=True, slots=True)
class TrialBalance:
    """All holders on one day; `born` counts the items that had come into being by its end."""

    day: date
    holders: Mapping[Holder, Balance]
    names: Mapping[Holder, str]
    born: int

    @property
    def kinds(self) -> dict[HolderKind, Balance]:
        """Give the balances of the kinds of holder, in their order."""
        return {
            kind: sum((one for h, one in self.holders.items() if h.kind is kind), Balance())
            for kind in HOLDER_WORDS
        }

    @property
    def total(self) -> Balance:
        """Give all holders together."""
        return sum(self.holders.values(), Balance())

    @property
    def is_conserved(self) -> bool:
        """Tell whether what the holders have is what came into being, nothing more or less."""
        return self.total.closing == self.born

    def of_kind(self, kind: HolderKind) -> list[tuple[Holder, str, Balance]]:
        """Give the holders of a kind with their names, in the order of the names."""
        found = [(h, self.names.get(h, ""), one) for h, one in self.holders.items()]
        return sorted(one for one in found if one[0].kind is kind and one[1])


def require_reach(holder: Holder, by: Actor) -> None:
    """Refuse another's table: a person sees his own, people of the province see any.

    Raises:
        UnknownHolder: it is out of reach.
    """
    if by.province_id is None and own_holder(by) != holder:
        raise UnknownHolder(holder=str(holder.kind))


def of_day(session: Session, holder: Holder, day: date) -> DayBalance:
    """Give a holder's balance of a day, with what came, went and should lie there at its end.

    Raises:
        UnknownHolder: there is no such holder.
    """
    period = Period(day, day)
    name = names_of(session, [holder], public=False).get(holder, "")
    if not name and holder.kind is not HolderKind.CITIZEN:
        raise UnknownHolder(holder=f"{holder.kind}:{holder.id}")
    return DayBalance(
        holder,
        holder_words(holder, name),
        day,
        balance(session, holder, day),
        _passed(session, holder, period, came=True),
        _passed(session, holder, period, came=False),
        lying(session, holder, period.ends, most=MOST_LISTED),
    )


def balance(session: Session, holder: Holder, day: date) -> Balance:
    """Give a holder's balance of a day."""
    found = _reckoned(session, Period(day, day), holder)
    return found.get(holder, Balance())


def trial(session: Session, day: date) -> TrialBalance:
    """Give the balances of all holders on a day, and what they must add up to."""
    period = Period(day, day)
    holders = _reckoned(session, period)
    named = [h for h in holders if h.kind is not HolderKind.ITEM]
    born = session.scalar(
        select(func.count()).where(
            Movement.from_kind == "", Movement.from_id == 0, Movement.at < period.ends
        )
    )
    return TrialBalance(day, holders, names_of(session, named, public=False), born or 0)


def lying(
    session: Session, holder: Holder, at: datetime, *, most: int | None = None
) -> list[Lying]:
    """Give what should lie on a holder's table at a moment, the longest there first."""
    there = _lying_ids(holder, at)
    came = (
        select(func.max(Movement.at))
        .where(Movement.item_id == Item.id, _came(holder), Movement.at < at)
        .correlate(Item)
        .scalar_subquery()
    )
    since = type_coerce(func.coalesce(came, Item.changed_at), Movement.at.type)
    rows = session.execute(
        select(
            Item.id,
            Item.number,
            Item.leg,
            Item.state,
            Item.integrity,
            Item.quarantined,
            since.label("since"),
        )
        .where(Item.id.in_(there))
        .order_by(since, Item.id)
        .limit(most)
    )
    return [Lying(*row) for row in rows]


def _came(holder: Holder) -> ColumnElement[bool]:
    return and_(Movement.to_kind == holder.kind, Movement.to_id == holder.id)


def _went(holder: Holder) -> ColumnElement[bool]:
    return and_(Movement.from_kind == holder.kind, Movement.from_id == holder.id)


def _holds(holder: Holder) -> ColumnElement[bool]:
    return and_(Item.holder_kind == holder.kind, Item.holder_id == holder.id, Item.entries > 0)


def _lying_ids(holder: Holder, at: datetime) -> Select[int]:
    """Select what a holder has now, and what went since; what came since is taken off."""
    marked = union_all(
        select(Item.id.label("item_id"), literal(1).label("n")).where(_holds(holder)),
        select(Movement.item_id, literal(1)).where(_went(holder), Movement.at >= at),
        select(Movement.item_id, literal(-1)).where(_came(holder), Movement.at >= at),
    ).subquery("marked")
    return select(marked.c.item_id).group_by(marked.c.item_id).having(func.sum(marked.c.n) > 0)


def _passed(session: Session, holder: Holder, period: Period, *, came: bool) -> list[Passed]:
    """Give what came to a holder or went from him in a period, in order."""
    moved = _came(holder) if came else _went(holder)
    other = (Movement.from_kind, Movement.from_id) if came else (Movement.to_kind, Movement.to_id)
    rows = session.execute(
        select(Item.number, Item.leg, Movement.at, *other)
        .join(Item, Item.id == Movement.item_id)
        .where(moved, Movement.at >= period.starts, Movement.at < period.ends)
        .order_by(Movement.at, Movement.item_id, Movement.ordinal)
        .limit(MOST_LISTED)
    ).all()
    others = {Holder(HolderKind(row[3]), row[4]) for row in rows if row[3]}
    names = names_of(session, others, public=False)
    return [
        Passed(number, leg, at, _words(kind, holder_id, names))
        for number, leg, at, kind, holder_id in rows
    ]


def _words(kind: str, holder_id: int, names: Mapping[Holder, str]) -> Words:
    if not kind:
        return BEGAN
    holder = Holder(HolderKind(kind), holder_id)
    return holder_words(holder, names.get(holder, ""))


def _reckoned(
    session: Session, period: Period, holder: Holder | None = None
) -> dict[Holder, Balance]:
    """Give the balances of a period, of all holders or of one, back from what is there now."""
    now = select(
        Item.holder_kind.label("kind"),
        Item.holder_id.label("holder_id"),
        func.count().label("now"),
        *(literal(0).label(name) for name in ("came", "came_since", "went", "went_since")),
    ).where(_holds(holder) if holder else Item.entries > 0)
    in_day, since = Movement.at < period.ends, Movement.at >= period.starts
    counts = (func.count().filter(in_day), func.count())
    none = literal(0)
    came = select(Movement.to_kind, Movement.to_id, none, *counts, none, none).where(since)
    went = select(Movement.from_kind, Movement.from_id, none, none, none, *counts).where(
        since, Movement.from_kind != ""
    )
    if holder:
        came, went = came.where(_came(holder)), went.where(_went(holder))
    parts = union_all(
        now.group_by(Item.holder_kind, Item.holder_id),
        came.group_by(Movement.to_kind, Movement.to_id),
        went.group_by(Movement.from_kind, Movement.from_id),
    ).subquery("parts")
    sums = [func.sum(parts.c[name]).label(name) for name in _SUMMED]
    rows = session.execute(
        select(parts.c.kind, parts.c.holder_id, *sums).group_by(parts.c.kind, parts.c.holder_id)
    )
    return {
        Holder(HolderKind(row.kind), row.holder_id): Balance(
            int(row.now - row.came_since + row.went_since), int(row.came), int(row.went)
        )
        for row in rows
    }
