"""The month's end: any period reckoned once, for the page, the workbook and the command alike.

The archive only groups and counts, by the facts that a rule judges; `rules.indicators` says what
each group means. So nothing is loaded leg by leg but the exceptions, which are a list to be worked
through and not a total.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain

from sqlalchemy import text
from sqlalchemy.orm import Session

from postal_app.errors import Invalid
from postal_app.month_lists import ListedLeg, exceptions
from postal_app.month_matters import Asked, matters
from postal_app.month_names import Listed, Named, Names, listed, names, qualified_on
from postal_app.month_tallies import Carried, tallies
from postal_app.places import province
from postal_app.rules.exceptional import Matter
from postal_app.rules.indicators import (
    CatalogueCount,
    IntegrityCount,
    Standing,
    Volume,
    catalogue_count,
)
from postal_app.rules.legs import RESULT, SUBMISSION
from postal_app.rules.periods import Period
from postal_app.rules.permission import Answer
from postal_app.rules.vietnamese import sort_key
from postal_app.rules.ways import Deliveries
from postal_app.rules.words import Words

LONGEST_DAYS = 3_660
FIRST_YEAR, LAST_YEAR = 2000, 2199


class BadPeriod(Invalid):
    """The two days are no period that can be reckoned."""

    words = Words(
        "Kỳ báo cáo gồm hai ngày, ngày đầu không sau ngày cuối, dài không quá mười năm.",
        "A period is two days, the first not after the last, at most ten years apart.",
    )


@dataclass(frozen=True, slots=True)
class Line:
    """What a period holds of one procedure, agency or point; `id` is its key in the archive."""

    id: str
    named: Named
    volume: Volume


@dataclass(frozen=True, slots=True)
class NeverUsed:
    """A procedure that allows the post on the last day and of which no leg began."""

    named: Named
    submit: Answer
    back: Answer


@dataclass(frozen=True, slots=True)
class Month:
    """A reckoned period; every figure of it is derived from this one value."""

    period: Period
    as_of: datetime
    province: str
    sample: bool
    total: Volume
    by_procedure: tuple[Line, ...]
    by_agency: tuple[Line, ...]
    by_point: tuple[Line, ...]
    catalogue: CatalogueCount
    points: int
    never_used: tuple[NeverUsed, ...]
    by_leg: tuple[Carried, ...]
    legs_to_see: tuple[ListedLeg, ...]
    matters: Mapping[Matter, tuple[ListedLeg, ...]]

    @property
    def exceptions(self) -> tuple[ListedLeg, ...]:
        """Give what somebody has to look at: harm, other matters, faults of permission."""
        harmed = min(self.integrity.harmed, len(self.legs_to_see))
        others = chain.from_iterable(self.matters.values())
        return (*self.legs_to_see[:harmed], *others, *self.legs_to_see[harmed:])

    def of_leg(self, leg: str) -> Carried:
        """Give what the period holds of one kind of leg."""
        return next(one for one in self.by_leg if one.leg == leg)

    @property
    def submit_way(self) -> Deliveries:
        """Give what became of the submission legs."""
        return self.of_leg(SUBMISSION).way

    @property
    def return_way(self) -> Deliveries:
        """Give what became of the result legs."""
        return self.of_leg(RESULT).way

    @property
    def submit_integrity(self) -> IntegrityCount:
        """Give in what condition the submission legs reached their end."""
        return self.of_leg(SUBMISSION).integrity

    @property
    def return_integrity(self) -> IntegrityCount:
        """Give in what condition the result legs reached their end."""
        return self.of_leg(RESULT).integrity

    @property
    def way(self) -> Deliveries:
        """Give what became of the legs of every kind."""
        return sum((one.way for one in self.by_leg), Deliveries())

    @property
    def carried_legs(self) -> int:
        """Give the legs of every kind, those beside the two directions too."""
        return sum(one.legs for one in self.by_leg)

    @property
    def carried_items(self) -> int:
        """Give the items of every kind of leg; each item has one kind."""
        return sum(one.items for one in self.by_leg)

    @property
    def integrity(self) -> IntegrityCount:
        """Give the conditions of the legs of every kind."""
        return sum((one.integrity for one in self.by_leg), IntegrityCount())

    @property
    def exceptions_total(self) -> int:
        """Give how many exceptions there are; the list may be shorter."""
        others = sum(len(found) for found in self.matters.values())
        return self.total.both.exceptional + self.integrity.harmed + others

    def figures(self) -> dict[str, int | str]:
        """Give the figures flat, for another machine: whole numbers, days as yyyy-mm-dd."""
        catalogue = self.catalogue
        return {
            "from": self.period.first.isoformat(),
            "to": self.period.last.isoformat(),
            "as_of": self.as_of.isoformat(),
            "procedures": catalogue.procedures,
            "submit_allowed": catalogue.submit_allowed,
            "return_allowed": catalogue.return_allowed,
            "allowed_any": catalogue.allowed_any,
            "not_allowed": catalogue.not_allowed,
            "undecided": catalogue.undecided,
            "procedures_used": catalogue.used,
            "procedures_never_used": catalogue.never_used,
            "points": self.points,
            **self._volume_figures(),
            **self._way_figures(),
            **self._condition_figures(),
            **{one.value: len(self.matters.get(one, ())) for one in Matter},
            "exceptions": self.exceptions_total,
        }

    def _volume_figures(self) -> dict[str, int]:
        legs = self.total.both
        kinds = {
            f"{one.leg}_{name}": int(getattr(one, name))
            for name in ("dossiers", "legs", "items")
            for one in self.by_leg
        }
        return {
            "dossiers": self.total.dossiers,
            "legs": self.total.legs,
            "submit_legs": self.total.submit.total,
            "return_legs": self.total.back.total,
            "items": self.total.items,
            "legs_allowed": legs.allowed,
            "legs_not_allowed": legs.not_allowed,
            "legs_unknown_procedure": legs.unknown_procedure,
            "legs_point_not_qualified": legs.point_not_qualified,
            "carried_legs": self.carried_legs,
            "carried_items": self.carried_items,
            **kinds,
        }

    def _way_figures(self) -> dict[str, int]:
        way = self.return_way
        return {
            "handed_over": self.submit_way.reached,
            "delivered": way.reached,
            "delivered_at_first_attempt": way.first_attempt,
            "not_delivered": way.not_delivered,
            "returned": way.returned,
            "ownerless": way.ownerless,
            "lost": way.lost,
            "under_way": way.under_way,
            "held": way.held,
            "left_over": way.left_over,
        }

    def _condition_figures(self) -> dict[str, int]:
        found = self.integrity
        return {
            "ended": found.ended,
            "intact": found.intact,
            "not_checked": found.not_checked,
            "damaged": found.harmed,
            "harm_resealed": found.resealed,
            "harm_damaged": found.damaged,
            "harm_seal_broken": found.seal_broken,
            "harm_altered": found.altered,
            "harm_lost": found.lost,
        }


def period_between(first: date, last: date) -> Period:
    """Give the period of two days, both included.

    Raises:
        BadPeriod: the first is after the last, or they are too far apart or away.
    """
    ordered = first <= last and (last - first).days <= LONGEST_DAYS
    if not ordered or first.year < FIRST_YEAR or last.year > LAST_YEAR:
        raise BadPeriod(field="to")
    return Period(first, last)


def hold_still(session: Session) -> None:
    """Let everything this transaction reads be of one instant; to be its first statement."""
    session.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))


def reckon(session: Session, period: Period, *, now: datetime) -> Month:
    """Give the period's figures, as far as is known now."""
    place = province(session)
    counted = tallies(session, period)
    named = names(session, period.last)
    catalogue = listed(session, period.last)
    points = qualified_on(session, period.last)
    standings = {
        entry: Standing(entry.submit, entry.back, _has_legs(counted.by_procedure, entry.code))
        for entry in catalogue
    }
    at_points = {key: Volume() for key in points} | dict(counted.by_point)
    return Month(
        period=period,
        as_of=now,
        province=place.name if place else "",
        sample=bool(place and place.sample),
        total=counted.total,
        by_procedure=_lines(counted.by_procedure, named.procedure, _most_legs_first),
        by_agency=_lines(counted.by_agency, named.agency, _by_name),
        by_point=_lines(at_points, named.point, _by_code),
        catalogue=catalogue_count(Counter(standings.values())),
        points=len(points),
        never_used=tuple(_never_used(standings, named)),
        by_leg=counted.by_leg,
        legs_to_see=exceptions(session, period, named),
        matters=matters(session, Asked(period, named, now)),
    )


def _has_legs(volumes: Mapping[str, Volume], code: str) -> bool:
    return code in volumes and volumes[code].legs > 0


def _never_used(standings: Mapping[Listed, Standing], named: Names) -> Iterable[NeverUsed]:
    for entry, standing in standings.items():
        if standing.is_allowed and not standing.used:
            yield NeverUsed(named.procedure(entry.code), entry.submit, entry.back)


def _lines(
    volumes: Mapping[str, Volume],
    called: Callable[[str], Named],
    order: Callable[[Line], tuple[object, ...]],
) -> tuple[Line, ...]:
    lines = (Line(key, called(key), volume) for key, volume in volumes.items())
    return tuple(sorted(lines, key=order))


def _most_legs_first(line: Line) -> tuple[object, ...]:
    return -line.volume.legs, -line.volume.dossiers, line.named.code


def _by_name(line: Line) -> tuple[object, ...]:
    return sort_key(line.named.name), line.id


def _by_code(line: Line) -> tuple[object, ...]:
    return line.named.code, line.id
