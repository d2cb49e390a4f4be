"""The figures of a period: what is counted, when it counts, and what a share is a share of.

1. Dossiers, legs and items are three totals and are never added to each other: an item may hold
   several dossiers, a dossier may need several items.
2. Submitting and returning are counted apart, because they are permitted apart. Only the legs of
   submission and result are the directions that provinces publish; what else travels, from further
   papers to what goes back, is counted beside them, kind by kind, and never within.
3. Every leg of the two directions falls into exactly one class: *unknown procedure* (no list, or
   no decision, speaks of it on the day of acceptance), else *not allowed* in its direction on that
   day, else *point not qualified* on the day the leg began, else *carried and allowed*.
4. The verdict is found anew from the decisions as they stand, because a decision may come with
   retroactive force; what the dossier remembers of its counter is not asked.
5. "Not checked" is not "intact". The base of integrity is every leg of every kind that reached its
   end in the period, the lost ones too, so that 100 % stands only where nothing is unknown.
6. No share is given without its part and its whole; a share of nothing is «–».

What has become of the legs stands in `ways.py`; `definitions.py` says the same to the reader of the
page and of the workbook.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import product

from postal_app.rules.integrity import Integrity
from postal_app.rules.legs import RESULT, SUBMISSION
from postal_app.rules.permission import Answer, Direction
from postal_app.rules.vietnamese import percent
from postal_app.rules.vocabulary import KINDS, Outcome
from postal_app.rules.words import Words

LEG_OF = {Direction.SUBMIT: SUBMISSION, Direction.RETURN: RESULT}
DIRECTION_OF = {kind: direction for direction, kind in LEG_OF.items()}

DIRECTION_WORDS = {
    Direction.SUBMIT: Words("Chiều nộp hồ sơ", "Submission"),
    Direction.RETURN: Words("Chiều trả kết quả", "Return of the result"),
}

FAILED_KINDS = tuple(name for name, kind in KINDS.items() if kind.outcome is Outcome.NOT_DELIVERED)


@dataclass(frozen=True, slots=True)
class Ratio:
    """A share that never leaves its part and its whole.

    `unknown` counts what the whole leaves out because nobody knows it.
    """

    part: int
    whole: int
    unknown: int = 0

    def __post_init__(self) -> None:
        """Refuse a part that is larger than its whole; that is our fault."""
        if not 0 <= self.part <= self.whole or self.unknown < 0:
            raise ValueError(f"{self.part} is no part of {self.whole}")

    @property
    def is_conclusive(self) -> bool:
        """Tell whether the share may be printed: "all" is not said while something is unknown."""
        return self.whole > 0 and not (self.part == self.whole and self.unknown)

    @property
    def share(self) -> float | None:
        """Give the share between 0 and 1; None when it may not be printed."""
        return self.part / self.whole if self.is_conclusive else None

    @property
    def shown(self) -> str:
        """Give the share as a report prints it: `9,45 %`, or `–`."""
        return percent(self.part, self.whole) if self.is_conclusive else percent(0, 0)


class LegClass(StrEnum):
    """How a carried leg stands against the published decisions."""

    ALLOWED = "allowed"
    NOT_ALLOWED = "not_allowed"
    UNKNOWN_PROCEDURE = "unknown_procedure"
    POINT_NOT_QUALIFIED = "point_not_qualified"

    @property
    def words(self) -> Words:
        """Give the class as a column is headed."""
        return _CLASSES[self]


_CLASSES = {
    LegClass.ALLOWED: Words("Đã chuyển, được phép", "Carried and allowed"),
    LegClass.NOT_ALLOWED: Words("Đã chuyển, không được phép", "Carried, not allowed"),
    LegClass.UNKNOWN_PROCEDURE: Words("Thủ tục chưa có trong danh mục", "Unknown procedure"),
    LegClass.POINT_NOT_QUALIFIED: Words("Điểm chưa đủ điều kiện", "Point not qualified"),
}


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What is known of one leg: the decisions' answer on its day, and its point on its day."""

    answer: Answer
    qualified: bool


def answer_of(allowed: bool | None) -> Answer:
    """Give the answer of a permission in force, None when none is."""
    if allowed is None:
        return Answer.UNKNOWN
    return Answer.ALLOWED if allowed else Answer.NOT_ALLOWED


def leg_class(found: Circumstances) -> LegClass:
    """Give the one class of a leg."""
    if found.answer is Answer.UNKNOWN:
        return LegClass.UNKNOWN_PROCEDURE
    if found.answer is Answer.NOT_ALLOWED:
        return LegClass.NOT_ALLOWED
    return LegClass.ALLOWED if found.qualified else LegClass.POINT_NOT_QUALIFIED


def circumstances_of(wanted: LegClass) -> tuple[Circumstances, ...]:
    """Give every circumstance that leads to a class, so that a query need not know the rule."""
    every = (Circumstances(answer, known) for answer, known in product(Answer, (True, False)))
    return tuple(found for found in every if leg_class(found) is wanted)


@dataclass(frozen=True, slots=True)
class ClassCount:
    """How many legs of one direction are in each class."""

    allowed: int = 0
    not_allowed: int = 0
    unknown_procedure: int = 0
    point_not_qualified: int = 0

    @classmethod
    def of(cls, tally: Mapping[LegClass, int]) -> "ClassCount":
        """Give the counts of a tally; a class that is not in it has none."""
        return cls(**{name.value: tally.get(name, 0) for name in LegClass})

    def in_class(self, wanted: LegClass) -> int:
        """Give the count of one class."""
        return int(getattr(self, wanted.value))

    @property
    def total(self) -> int:
        """Give the number of legs."""
        return sum(self.in_class(wanted) for wanted in LegClass)

    @property
    def exceptional(self) -> int:
        """Give the number of legs that somebody has to look at."""
        return self.total - self.allowed

    def __add__(self, other: "ClassCount") -> "ClassCount":
        """Add the counts class by class."""
        return ClassCount.of({c: self.in_class(c) + other.in_class(c) for c in LegClass})


@dataclass(frozen=True, slots=True)
class Volume:
    """Dossiers, legs of each direction, and items: apart, never added."""

    dossiers: int = 0
    submit: ClassCount = ClassCount()
    back: ClassCount = ClassCount()
    items: int = 0

    def legs_of(self, direction: Direction) -> ClassCount:
        """Give the legs of one direction."""
        return self.submit if direction is Direction.SUBMIT else self.back

    @property
    def both(self) -> ClassCount:
        """Give the legs of both directions, class by class."""
        return self.submit + self.back

    @property
    def legs(self) -> int:
        """Give the number of legs of both directions."""
        return self.both.total


@dataclass(frozen=True, slots=True)
class IntegrityCount:
    """In what condition the legs that reached their end in the period did so."""

    intact: int = 0
    not_checked: int = 0
    resealed: int = 0
    damaged: int = 0
    seal_broken: int = 0
    altered: int = 0
    lost: int = 0

    @classmethod
    def of(cls, tally: Mapping[Integrity, int]) -> "IntegrityCount":
        """Give the counts of a tally; a condition that is not in it has none."""
        return cls(**{name.value: tally.get(name, 0) for name in Integrity})

    def in_condition(self, wanted: Integrity) -> int:
        """Give the count of one condition."""
        return int(getattr(self, wanted.value))

    def __add__(self, other: "IntegrityCount") -> "IntegrityCount":
        """Add the counts condition by condition."""
        return IntegrityCount.of(
            {c: self.in_condition(c) + other.in_condition(c) for c in Integrity}
        )

    @property
    def ended(self) -> int:
        """Give the number of legs that reached their end, lost ones included."""
        return sum(self.in_condition(wanted) for wanted in Integrity)

    @property
    def harmed(self) -> int:
        """Give all kinds of harm together; re-sealing is one, for the seal had been broken."""
        return self.checked - self.intact

    @property
    def checked(self) -> int:
        """Give the number of legs of whose condition something is known."""
        return self.ended - self.not_checked

    @property
    def intact_share(self) -> Ratio:
        """Give the share intact of all that reached their end."""
        return Ratio(self.intact, self.ended)

    @property
    def checked_share(self) -> Ratio:
        """Give the share of which the condition is known."""
        return Ratio(self.checked, self.ended)

    @property
    def intact_of_checked(self) -> Ratio:
        """Give the share intact of the checked; it never says "all" while one is unchecked."""
        return Ratio(self.intact, self.checked, self.not_checked)


HARMS = tuple(c for c in Integrity if c not in (Integrity.INTACT, Integrity.NOT_CHECKED))


@dataclass(frozen=True, slots=True)
class CatalogueCount:
    """What the decisions in force on the period's last day say of the whole catalogue.

    `allowed_any`, `not_allowed` and `undecided` are the whole; `used` is a part of `allowed_any`.
    """

    procedures: int = 0
    submit_allowed: int = 0
    return_allowed: int = 0
    allowed_any: int = 0
    not_allowed: int = 0
    undecided: int = 0
    used: int = 0

    @property
    def never_used(self) -> int:
        """Give the procedures that allow the post and of which no leg began in the period."""
        return self.allowed_any - self.used

    @property
    def allowed_share(self) -> Ratio:
        """Give the share of procedures that allow the post in at least one direction."""
        return Ratio(self.allowed_any, self.procedures)

    @property
    def used_share(self) -> Ratio:
        """Give the share of the allowing procedures of which at least one leg began."""
        return Ratio(self.used, self.allowed_any)


@dataclass(frozen=True, slots=True)
class Standing:
    """One procedure on the period's last day: the two answers, and whether a leg of it began."""

    submit: Answer
    back: Answer
    used: bool

    @property
    def is_allowed(self) -> bool:
        """Tell whether the post is allowed in at least one direction."""
        return Answer.ALLOWED in (self.submit, self.back)


def catalogue_count(tally: Mapping[Standing, int]) -> CatalogueCount:
    """Give the catalogue's figures from how many procedures stand how."""
    undecided = (Answer.UNKNOWN, Answer.UNKNOWN)
    total = sum(tally.values())
    allowed = sum(n for s, n in tally.items() if s.is_allowed)
    unknown = sum(n for s, n in tally.items() if (s.submit, s.back) == undecided)
    return CatalogueCount(
        procedures=total,
        submit_allowed=sum(n for s, n in tally.items() if s.submit is Answer.ALLOWED),
        return_allowed=sum(n for s, n in tally.items() if s.back is Answer.ALLOWED),
        allowed_any=allowed,
        not_allowed=total - allowed - unknown,
        undecided=unknown,
        used=sum(n for s, n in tally.items() if s.is_allowed and s.used),
    )
