"""Whether the post may carry a procedure's dossier, in which direction and on which day.

1. There are two permissions, never one: to *submit* a dossier by post and to have its result
   *returned* by post. Neither follows from the other (QĐ 45/2016/QĐ-TTg Art. 5: send, receive,
   or both).
2. QĐ 45/2016/QĐ-TTg Art. 1(2) leaves kinds of procedures out. Which ones, a published decision
   of the province or ministry says, procedure by procedure. So a permission rests on a decision
   and is quoted with its number and date.
3. A permission holds from the first day to the last, both included; one without a last day
   holds until a later decision ends it. On no day do two hold for one direction.
4. A later decision ends the earlier permission the day before its own comes into force. It
   edits nothing else, so that every past day keeps the verdict it had.
5. The day that counts is the day the dossier is taken in.
6. There are three verdicts. *Allowed* and *not allowed* were published. *Unknown* means that no
   decision speaks of that day; it is not "not allowed", but the dossier cannot be taken in
   either. Nobody at the counter can pass over a verdict.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from postal_app.rules.vietnamese import day
from postal_app.rules.words import Words


class Direction(StrEnum):
    """Which way the post carries."""

    SUBMIT = "submit"
    RETURN = "return"

    @property
    def words(self) -> Words:
        """Give what is done in this direction."""
        return _DIRECTIONS[self]


_DIRECTIONS = {
    Direction.SUBMIT: Words("nộp hồ sơ qua bưu chính công ích", "submitting the dossier by post"),
    Direction.RETURN: Words("nhận kết quả qua bưu chính công ích", "receiving the result by post"),
}


class Answer(StrEnum):
    """What the published decisions say of one direction on one day."""

    ALLOWED = "allowed"
    NOT_ALLOWED = "not_allowed"
    UNKNOWN = "unknown"

    @property
    def words(self) -> Words:
        """Give the answer alone, as on a badge."""
        return _ANSWERS[self]


_ANSWERS = {
    Answer.ALLOWED: Words("Được thực hiện", "Allowed"),
    Answer.NOT_ALLOWED: Words("Không được thực hiện", "Not allowed"),
    Answer.UNKNOWN: Words("Chưa có quyết định", "No decision yet"),
}

_SENTENCES = {
    Answer.ALLOWED: Words(
        "Được {doing_vi} theo Quyết định số {number} ngày {issued}.",
        "Decision {number} of {issued} allows {doing_en}.",
    ),
    Answer.NOT_ALLOWED: Words(
        "Không được {doing_vi} theo Quyết định số {number} ngày {issued}: {reason}.",
        "Decision {number} of {issued} does not allow {doing_en}: {reason}.",
    ),
    Answer.UNKNOWN: Words(
        "Chưa có quyết định nào cho biết ngày {on} có được {doing_vi} hay không, nên chưa tiếp "
        "nhận được. Hãy hỏi cán bộ quản lý danh mục của tỉnh.",
        "No decision says whether {doing_en} is allowed on {on}, so the dossier cannot be taken "
        "in yet. Ask the provincial officer in charge of the catalogue.",
    ),
}

NO_REASON = Words("quyết định không nêu lý do", "the decision gives no reason")

_INSTEAD = {
    (True, True): Words(
        "Nộp hồ sơ và nhận kết quả đều làm được qua bưu chính công ích.",
        "Both submitting and receiving the result can be done by post.",
    ),
    (True, False): Words(
        "Vẫn nộp được hồ sơ qua bưu chính công ích; kết quả nhận tại cơ quan giải quyết.",
        "The dossier can still be submitted by post; the result is collected at the agency.",
    ),
    (False, True): Words(
        "Vẫn nhận được kết quả qua bưu chính công ích; hồ sơ nộp tại cơ quan giải quyết.",
        "The result can still be received by post; the dossier is submitted at the agency.",
    ),
    (False, False): Words(
        "Hồ sơ nộp và kết quả nhận tại cơ quan giải quyết.",
        "The dossier is submitted and the result collected at the agency.",
    ),
}


@dataclass(frozen=True, slots=True)
class PermissionPeriod:
    """What one decision says of one direction, from the first day to the last, both included."""

    direction: Direction
    allowed: bool
    reason: str
    decision_number: str
    issued_on: date
    valid_from: date
    valid_to: date | None = None
    permission_id: int | None = None

    def __post_init__(self) -> None:
        """Refuse a last day before the first; that is our own fault, never the reader's."""
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise ValueError(f"a permission cannot end on {self.valid_to}, before it begins")

    def holds(self, on: date) -> bool:
        """Tell whether the permission is in force on that day."""
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer for one direction on one day, the period it rests on, and the sentence to read.

    `basis` is None exactly when the answer is unknown.
    """

    direction: Direction
    answer: Answer
    on: date
    words: Words
    basis: PermissionPeriod | None

    @property
    def is_allowed(self) -> bool:
        """Tell whether the post may take it; unknown is no."""
        return self.answer is Answer.ALLOWED


@dataclass(frozen=True, slots=True)
class BothVerdicts:
    """The two answers of a procedure on one day, and what can be offered to the citizen."""

    submit: Verdict
    return_: Verdict
    instead: Words

    def of(self, direction: Direction) -> Verdict:
        """Give the verdict for one direction."""
        return self.submit if direction is Direction.SUBMIT else self.return_


def verdict(periods: Iterable[PermissionPeriod], direction: Direction, on: date) -> Verdict:
    """Give the answer that the published decisions have for a direction on a day.

    Raises:
        ValueError: two periods hold on one day; the archive refuses that, so it is our fault.
    """
    holding = [period for period in periods if period.direction is direction and period.holds(on)]
    if len(holding) > 1:
        raise ValueError(f"{len(holding)} permissions to {direction} hold on {on}")
    doing = {"doing_vi": direction.words.vi, "doing_en": direction.words.en}
    if not holding:
        words = _SENTENCES[Answer.UNKNOWN].filled(on=day(on), **doing)
        return Verdict(direction, Answer.UNKNOWN, on, words, None)
    basis = holding[0]
    answer = Answer.ALLOWED if basis.allowed else Answer.NOT_ALLOWED
    facts = doing | {"number": basis.decision_number, "issued": day(basis.issued_on)}
    reason = Words(basis.reason or NO_REASON.vi, basis.reason or NO_REASON.en)
    sentence = _SENTENCES[answer]
    words = Words(
        sentence.vi.format(reason=reason.vi.rstrip("."), **facts),
        sentence.en.format(reason=reason.en.rstrip("."), **facts),
    )
    return Verdict(direction, answer, on, words, basis)


def both(periods: Iterable[PermissionPeriod], on: date) -> BothVerdicts:
    """Give the verdicts for both directions on a day, and what is allowed.

    Raises:
        ValueError: two periods of one direction hold on that day; our fault.
    """
    known = tuple(periods)
    submit = verdict(known, Direction.SUBMIT, on)
    returned = verdict(known, Direction.RETURN, on)
    return BothVerdicts(submit, returned, _INSTEAD[submit.is_allowed, returned.is_allowed])


def last_day_before(in_force: date) -> date:
    """Give the last day of a permission whose successor comes into force on that day."""
    return in_force - timedelta(days=1)


def succeeded(
    periods: Iterable[PermissionPeriod], successor: PermissionPeriod
) -> tuple[PermissionPeriod, ...]:
    """Give the periods with the open one of the same direction ended and the successor added.

    Raises:
        ValueError: a period of that direction begins on or after the successor's first day, so
            that history would have to be edited.
    """
    after: list[PermissionPeriod] = []
    for period in periods:
        if period.direction is not successor.direction:
            after.append(period)
        elif period.valid_from >= successor.valid_from:
            raise ValueError(f"a permission already begins on {period.valid_from}")
        elif period.holds(successor.valid_from):
            after.append(replace(period, valid_to=last_day_before(successor.valid_from)))
        else:
            after.append(period)
    return (*after, successor)
