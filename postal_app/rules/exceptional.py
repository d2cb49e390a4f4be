"""Why a leg stands in the list of exceptions, in words that say what is to be looked at."""

from dataclasses import dataclass
from datetime import date

from postal_app.rules.indicators import Circumstances, LegClass, leg_class
from postal_app.rules.integrity import INTEGRITY_WORDS, Integrity
from postal_app.rules.permission import Answer, Direction, PermissionPeriod, verdict
from postal_app.rules.vietnamese import day
from postal_app.rules.words import Words

NOT_IN_CATALOGUE = Words(
    "Mã thủ tục «{code}» không có trong danh mục; hãy xem lại mã ghi lúc nhận.",
    "No procedure of the catalogue has the code “{code}”; check the code noted at acceptance.",
)
NOT_QUALIFIED = Words(
    "Điểm {point} chưa đủ điều kiện vào ngày {on}.",
    "The point {point} was not qualified on {on}.",
)
HARMED = Words(
    "Đến đích ngày {on} trong tình trạng: {condition}.",
    "Reached its end on {on} in this condition: {condition}.",
)
LOST = Words(
    "Báo thất lạc ngày {on}, chưa tìm thấy.", "Reported missing on {on} and not found since."
)


@dataclass(frozen=True, slots=True)
class Judged:
    """What the verdict on one carried leg rests on.

    `basis` is the permission in force on `accepted_on`, None when no decision speaks of that day;
    `point` is as people know it, and `began_on` the day on which it had to be qualified.
    """

    direction: Direction
    code: str
    in_catalogue: bool
    basis: PermissionPeriod | None
    accepted_on: date
    point: str
    qualified: bool
    began_on: date

    @property
    def answer(self) -> Answer:
        """Give what the decisions say."""
        if self.basis is None:
            return Answer.UNKNOWN
        return Answer.ALLOWED if self.basis.allowed else Answer.NOT_ALLOWED

    @property
    def leg_class(self) -> LegClass:
        """Give the leg's one class."""
        return leg_class(Circumstances(self.answer, self.qualified))

    @property
    def why(self) -> Words:
        """Give everything that is wrong with the leg; the verdict's sentence when nothing is."""
        if self.in_catalogue:
            periods = (self.basis,) if self.basis else ()
            found = verdict(periods, self.direction, self.accepted_on).words
        else:
            found = NOT_IN_CATALOGUE.filled(code=self.code)
        if self.qualified:
            return found
        place = NOT_QUALIFIED.filled(point=self.point, on=day(self.began_on))
        if self.answer is Answer.ALLOWED:
            return place
        return Words(f"{found.vi} {place.vi}", f"{found.en} {place.en}")


def harm_words(condition: Integrity, on: date) -> Words:
    """Say in what condition a leg reached its end, and when."""
    if condition is Integrity.LOST:
        return LOST.filled(on=day(on))
    said = INTEGRITY_WORDS[condition]
    return Words(
        HARMED.vi.format(on=day(on), condition=said.vi.lower()),
        HARMED.en.format(on=day(on), condition=said.en.lower()),
    )
