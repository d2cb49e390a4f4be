"""The cases of the story: who comes to which counter on which day, with what, and by which way.

A case is drawn twice: first only its day, and all of it when that day comes. So a story of any
length keeps in memory the cases that are on their way, and of the others a day and a seed.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from random import Random

from postal_app.demo.hours import breaks_off, clock, days, is_office_day, is_post_day
from postal_app.demo.people import weighted
from postal_app.demo.province import (
    ENDED_POINT,
    WITHDRAWN,
    Listed,
    Office,
    Point,
    Scene,
)
from postal_app.demo.ways import (
    EARLY,
    IN_BAGS,
    LONG,
    NOT_ALLOWED,
    NOT_QUALIFIED,
    SHORT_BAG,
    UNFINISHED,
    UNKNOWN,
    Lot,
    draw_lots,
)
from postal_app.demo.ways import WITHDRAWN as WITHDRAWN_WAY
from postal_app.rules.periods import Period
from postal_app.rules.vietnamese import day_of

POINT_WEIGHTS = {"bưu cục cấp 1": 60.0, "bưu cục cấp 2": 8.0, "bưu cục cấp 3": 3.0}
OTHER_POINT_WEIGHT = 0.15

POPULAR = {
    "3.000347": 16.0,
    "3.000348": 7.0,
    "3.000333": 14.0,
    "1.001193": 9.0,
    "2.000635": 8.0,
    "1.012783": 7.0,
}
POPULAR_HOME = POPULAR | {"3.000334": 8.0, "3.000346": 14.0}
OTHERS_WEIGHT = {True: 26.0, False: 4.0}
"""What all other procedures weigh together: those with a national code, and the rest."""

OLD_CODES = ("T-HBI-227894-TT", "T-HBI-264411-TT", "B-BGT-285377-TT")
"""As codes looked before the national catalogue; no list of today has them."""

FAR = "Tỉnh"
"""Of the province: what settles its procedures lies in the province's town."""

EARLY_DAYS = 5
BAG_DAYS = 9
"""A bag that comes short does so among so many last days, but for the quiet ones."""

LONG_DAYS = 18
QUIET_DAYS = 4
"""On the last days of the two months no registered dossier begins a way that needs its end."""


@dataclass(frozen=True, slots=True)
class Case:
    """One dossier of the story before it begins; `code` is what is stated at the desk."""

    lot: Lot
    rng: Random
    opened_at: datetime
    code: str
    procedure: Listed
    point: Point
    agency: Office


@dataclass(frozen=True, slots=True)
class Share:
    """The part of each day's cases that one process lives: from a first one every so manieth."""

    first: int = 0
    step: int = 1


WHOLE = Share()


class Casting:
    """Draws the cases; the same seed draws the same."""

    def __init__(self, scene: Scene, months: Period) -> None:
        self.scene = scene
        self.months = months
        by_code = {one.code: one for one in scene.procedures}
        sent = [one for one in scene.procedures if one.submit]
        home = [one for one in scene.procedures if one.back]
        self.sent, self.home = _weighed(sent, POPULAR), _weighed(home, POPULAR_HOME)
        self.refused = [one for one in scene.procedures if not one.back and one.is_national]
        self.withdrawn = [by_code[code] for code in WITHDRAWN]
        self._known_days: dict[tuple[bool, str, bool], list[date]] = {}
        self.points = [
            (point, POINT_WEIGHTS.get(point.kind, OTHER_POINT_WEIGHT))
            for point in scene.points.values()
            if point.qualified
        ]

        self.away = [(point, weight) for point, weight in self.points if point is not scene.hub]
        self.far = [(one, weight) for one, weight in self.sent if one.level == FAR]

    def draw(self, count: int, seed: int) -> None:
        """Draw the days of so many cases."""
        rng = Random(seed)  # noqa: S311  a story is to be the same each time, not a secret
        self._drawn: dict[date, list[tuple[Lot, int]]] = defaultdict(list)
        for lot in draw_lots(count, rng):
            own = rng.getrandbits(64)
            day = Random(own).choice(self._days(lot))  # noqa: S311  as above
            self._drawn[day].append((lot, own))

    def cases(self, day: date, share: Share = WHOLE) -> Iterator[Case]:
        """Give the cases of a share that begin on a day, in no order."""
        for lot, own in self._drawn[day][share.first :: share.step]:
            yield self._case(lot, Random(own))  # noqa: S311  as above

    def _case(self, lot: Lot, rng: Random) -> Case:
        day = rng.choice(self._days(lot))
        procedure = self._procedure(lot, day, rng)
        point = weighted(rng, self.away if lot.way in IN_BAGS else self.points)
        if lot.way == NOT_QUALIFIED:
            point = self.scene.points[ENDED_POINT]
        if lot.way == UNFINISHED:
            point = self.scene.hub
        code = rng.choice(OLD_CODES) if lot.way == UNKNOWN else procedure.code
        agency = self.scene.office_for(procedure, point)
        return Case(lot, rng, _hour(day, lot, rng), code, procedure, point, agency)

    def _days(self, lot: Lot) -> list[date]:
        kind = lot.form == "receive", lot.way, lot.first
        if kind not in self._known_days:
            self._known_days[kind] = self._reckoned_days(lot)
        return self._known_days[kind]

    def _reckoned_days(self, lot: Lot) -> list[date]:
        works = is_office_day if lot.form == "receive" else is_post_day
        last = day_of(breaks_off(self.months))
        if lot.way == UNFINISHED:
            return [last]
        every = [day for day in days(self.months) if works(day) and day < last]
        if lot.way == SHORT_BAG:
            return every[-BAG_DAYS:-QUIET_DAYS]
        if lot.way == NOT_QUALIFIED or (lot.first and lot.way in EARLY):
            return every[:EARLY_DAYS]
        if lot.way in LONG:
            return every[:LONG_DAYS]
        if lot.way == WITHDRAWN_WAY:
            return [day for day in every if day < self.scene.second_decision_from]
        if lot.way == NOT_ALLOWED:
            return every[:-QUIET_DAYS]
        return every

    def _procedure(self, lot: Lot, day: date, rng: Random) -> Listed:
        if lot.way == WITHDRAWN_WAY:
            return rng.choice(self.withdrawn)
        if lot.way == NOT_ALLOWED:
            is_late = day >= self.scene.second_decision_from
            return rng.choice(self.withdrawn if is_late else self.refused)
        if lot.way in IN_BAGS:
            return weighted(rng, self.far)
        return weighted(rng, self.home if lot.form == "receive" else self.sent)


def _weighed(procedures: list[Listed], popular: dict[str, float]) -> list[tuple[Listed, float]]:
    """Give each procedure with its weight; what a later decision withdraws is not among them."""
    others = [one for one in procedures if one.code not in popular and one.code not in WITHDRAWN]
    counts = {kind: sum(one.is_national is kind for one in others) for kind in (True, False)}
    weighed = [(one, OTHERS_WEIGHT[one.is_national] / counts[one.is_national]) for one in others]
    return weighed + [(one, popular[one.code]) for one in procedures if one.code in popular]


def _hour(day: date, lot: Lot, rng: Random) -> datetime:
    if lot.way == UNFINISHED:
        return clock(day, 14, rng.randint(5, 30))
    if day.weekday() == 5 or rng.random() < 0.6:
        return clock(day, 7, 30 + rng.randrange(220))
    return clock(day, 13, 30 + rng.randrange(180))
