"""Ways: what has become of the legs that began in a period, as far as is known now.

1. Each leg has become exactly one thing: it reached its end, was not delivered, went back, is
   without owner, is lost, or is under way. What went back did not reach its end; the leg by which
   it went back is counted by itself.
2. A leg is one dossier's. Of an envelope that was delivered in part, some legs reached their end
   and the others did not.
3. Held at an office is no end. It is told beside, and is a part of what was not delivered or is
   under way; so is what was left over when a part of an envelope was delivered.
4. A share of deliveries leaves out what is under way, and nothing else.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum

from postal_app.rules.indicators import Ratio
from postal_app.rules.vocabulary import Outcome, State
from postal_app.rules.words import Words


class Progress(StrEnum):
    """What has become of a leg that began in the period."""

    REACHED = "reached"
    NOT_DELIVERED = "not_delivered"
    RETURNED = "returned"
    OWNERLESS = "ownerless"
    LOST = "lost"
    UNDER_WAY = "under_way"

    @property
    def words(self) -> Words:
        """Give it as a column is headed."""
        return PROGRESS_WORDS[self]


PROGRESS_WORDS: dict[Progress, Words] = {
    Progress.REACHED: Words("Đã đến đích", "Reached its end"),
    Progress.NOT_DELIVERED: Words("Phát chưa được", "Not delivered"),
    Progress.RETURNED: Words("Đã chuyển hoàn", "Sent back"),
    Progress.OWNERLESS: Words("Vô thừa nhận", "Without owner"),
    Progress.LOST: Words("Đang thất lạc", "Lost"),
    Progress.UNDER_WAY: Words("Còn đang chuyển", "Still under way"),
}
HELD = Words("Trong đó đang lưu giữ", "Of these held at an office")
LEFT_OVER = Words("Trong đó còn lại sau khi phát một phần", "Of these left when a part was given")

_BY_STATE = {
    State.LOST: Progress.LOST,
    State.RETURNED: Progress.RETURNED,
    State.OWNERLESS: Progress.OWNERLESS,
    State.PARTLY_DELIVERED: Progress.NOT_DELIVERED,
}
_BESIDE = {State.HELD: "held", State.PARTLY_DELIVERED: "left_over"}
_IN_VAIN = frozenset({Outcome.NOT_DELIVERED, Outcome.PARTLY_DELIVERED})


def progress(state: str, outcome: str, *, ended: bool) -> Progress:
    """Give what has become of a leg.

    Args:
        state, outcome: of its item.
        ended: whether this dossier's papers are where they were to go.
    """
    if ended:
        return Progress.REACHED
    found = _BY_STATE.get(State(state))
    if found is not None:
        return found
    return Progress.NOT_DELIVERED if outcome in _IN_VAIN else Progress.UNDER_WAY


def circumstances_of(wanted: Progress) -> tuple[tuple[str, str, bool], ...]:
    """Give every state, outcome and end that lead there, so that a query need not know the rule."""
    return tuple(
        (state.value, outcome.value, ended)
        for state in State
        for outcome in Outcome
        for ended in (False, True)
        if progress(state, outcome, ended=ended) is wanted
    )


@dataclass(frozen=True, slots=True)
class Became:
    """What a number of legs have in common: their item's state, outcome, end, failed attempts."""

    state: str
    outcome: str
    ended: bool
    failed: bool

    @property
    def progress(self) -> Progress:
        """Give what has become of them."""
        return progress(self.state, self.outcome, ended=self.ended)


@dataclass(frozen=True, slots=True)
class Deliveries:
    """What has become of the legs of one kind that began in the period.

    `first_attempt` is a part of `reached`, `left_over` of `not_delivered`, `held` of what was not
    delivered or is under way; the other six are the whole.
    """

    reached: int = 0
    not_delivered: int = 0
    returned: int = 0
    ownerless: int = 0
    lost: int = 0
    under_way: int = 0
    first_attempt: int = 0
    held: int = 0
    left_over: int = 0

    @classmethod
    def of(cls, tally: Mapping[Became, int]) -> "Deliveries":
        """Give the counts of a tally."""
        counts: Counter[Progress] = Counter()
        beside: Counter[str] = Counter()
        for became, count in tally.items():
            counts[became.progress] += count
            if became.progress is Progress.REACHED:
                beside["first_attempt"] += 0 if became.failed else count
            elif became.state in _BESIDE:
                beside[_BESIDE[State(became.state)]] += count
        return cls(**{one.value: counts[one] for one in Progress}, **beside)

    def of_progress(self, wanted: Progress) -> int:
        """Give the count of one thing that legs have become."""
        return int(getattr(self, wanted.value))

    @property
    def total(self) -> int:
        """Give the number of legs."""
        return sum(self.of_progress(one) for one in Progress)

    @property
    def tried_in_vain(self) -> int:
        """Give the legs that did not reach their end and are not under way either."""
        return self.total - self.reached - self.under_way

    @property
    def success(self) -> Ratio:
        """Give the share delivered; what is still under way is in neither part nor whole."""
        return Ratio(self.reached, self.reached + self.tried_in_vain)

    @property
    def first_success(self) -> Ratio:
        """Give the share delivered at the first attempt, of the same whole."""
        return Ratio(self.first_attempt, self.reached + self.tried_in_vain)

    def __add__(self, other: "Deliveries") -> "Deliveries":
        """Add the counts one by one."""
        names = [one.name for one in fields(self)]
        return Deliveries(**{name: getattr(self, name) + getattr(other, name) for name in names})
