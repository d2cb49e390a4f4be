"""Supplements: how often an agency may ask, and what waiting does to the due date.

Which clock holds is data of each request: some plans let the term begin anew when the papers
have come, others let what was left of it run on. One request a stage is the rule; a further one
needs its ground and somebody who approves it.
"""

from datetime import date
from enum import StrEnum

from postal_app.rules.calendar import (
    LONGEST_TERM,
    Calendar,
    add_working_days,
    working_days_between,
)
from postal_app.rules.words import Words


class Clock(StrEnum):
    """What becomes of the term once the papers asked for have come."""

    ANEW = "anew"
    CONTINUES = "continues"


CLOCK_WORDS: dict[Clock, Words] = {
    Clock.ANEW: Words("Tính lại từ đầu", "Begins anew"),
    Clock.CONTINUES: Words("Tính tiếp thời gian còn lại", "What was left runs on"),
}


class Stage(StrEnum):
    """In which stage the agency asks."""

    RECEIPT = "receipt"
    ASSESSMENT = "assessment"


STAGE_WORDS: dict[Stage, Words] = {
    Stage.RECEIPT: Words("Khi tiếp nhận", "At receipt"),
    Stage.ASSESSMENT: Words("Khi thẩm định", "On assessment"),
}
FREE_REQUESTS = 1
"""How many requests a stage has without an approver."""


def needs_approval(asked_before: int) -> bool:
    """Tell whether a request needs an approver, after so many in the same stage."""
    return asked_before >= FREE_REQUESTS


def new_due(
    calendar: Calendar, clock: Clock, *, term: tuple[date, date], paused_on: date, back_on: date
) -> date:
    """Give the due date after papers that were asked for have come.

    Args:
        calendar: the working days of the province.
        clock: what becomes of the term.
        term: the day of acceptance and the due date so far.
        paused_on: when the papers were asked for.
        back_on: when they came.
    """
    accepted_on, due_on = term
    begins = accepted_on if clock is Clock.ANEW else paused_on
    left = working_days_between(calendar, begins, due_on)
    return add_working_days(calendar, back_on, min(left, LONGEST_TERM))
