"""What the month's end counts: the parts are the whole, and "all" is said only when it is known."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postal_app.rules.definitions import DEFINITIONS
from postal_app.rules.indicators import (
    DIRECTION_OF,
    FAILED_KINDS,
    HARMS,
    CatalogueCount,
    Circumstances,
    ClassCount,
    IntegrityCount,
    LegClass,
    Ratio,
    Standing,
    Volume,
    answer_of,
    catalogue_count,
    circumstances_of,
    leg_class,
)
from postal_app.rules.integrity import Integrity
from postal_app.rules.legs import RESULT, SUBMISSION
from postal_app.rules.periods import Period, presets
from postal_app.rules.permission import Answer, Direction

DAYS = st.dates(min_value=date(2000, 1, 1), max_value=date(2100, 1, 1))
COUNTS = st.integers(min_value=0, max_value=300_000)
CLASS_COUNTS = st.dictionaries(st.sampled_from(list(LegClass)), COUNTS).map(ClassCount.of)
CONDITIONS = st.dictionaries(st.sampled_from(list(Integrity)), COUNTS)


@pytest.mark.parametrize(
    ("answer", "qualified", "expected"),
    [
        (Answer.ALLOWED, True, LegClass.ALLOWED),
        (Answer.ALLOWED, False, LegClass.POINT_NOT_QUALIFIED),
        (Answer.NOT_ALLOWED, True, LegClass.NOT_ALLOWED),
        (Answer.NOT_ALLOWED, False, LegClass.NOT_ALLOWED),
        (Answer.UNKNOWN, True, LegClass.UNKNOWN_PROCEDURE),
        (Answer.UNKNOWN, False, LegClass.UNKNOWN_PROCEDURE),
    ],
)
def test_a_leg_is_classed_by_the_gravest_thing_that_is_wrong_with_it(
    answer: Answer, qualified: bool, expected: LegClass
) -> None:
    assert leg_class(Circumstances(answer, qualified)) is expected


def test_every_circumstance_belongs_to_exactly_one_class() -> None:
    every = [found for wanted in LegClass for found in circumstances_of(wanted)]
    assert Counter(every) == Counter(
        Circumstances(answer, qualified) for answer, qualified in product(Answer, (True, False))
    )


def test_no_permission_on_the_day_is_unknown_and_not_forbidden() -> None:
    assert [answer_of(allowed) for allowed in (None, False, True)] == [
        Answer.UNKNOWN,
        Answer.NOT_ALLOWED,
        Answer.ALLOWED,
    ]


@given(st.lists(st.builds(Circumstances, st.sampled_from(list(Answer)), st.booleans())))
def test_the_classes_of_the_legs_sum_to_the_legs(legs: list[Circumstances]) -> None:
    count = ClassCount.of(Counter(leg_class(leg) for leg in legs))
    assert count.total == len(legs)
    assert count.allowed + count.exceptional == len(legs)


@given(CLASS_COUNTS, CLASS_COUNTS)
def test_both_directions_are_the_sum_of_each(submit: ClassCount, back: ClassCount) -> None:
    volume = Volume(submit=submit, back=back)
    assert volume.legs == submit.total + back.total
    assert volume.both.exceptional == submit.exceptional + back.exceptional
    assert volume.legs_of(Direction.SUBMIT) is submit
    assert volume.legs_of(Direction.RETURN) is back


@given(CONDITIONS)
def test_the_conditions_sum_to_the_legs_that_reached_their_end(tally: dict[Integrity, int]) -> None:
    count = IntegrityCount.of(tally)
    assert count.ended == sum(tally.values())
    assert count.intact + count.not_checked + count.harmed == count.ended
    assert count.harmed == sum(count.in_condition(harm) for harm in HARMS)
    assert (count + count).ended == 2 * count.ended


@given(CONDITIONS)
def test_all_intact_is_printed_only_where_nothing_is_unknown_or_harmed(
    tally: dict[Integrity, int],
) -> None:
    count = IntegrityCount.of(tally)
    for ratio in (count.intact_share, count.intact_of_checked):
        if ratio.shown == "100,00 %":
            assert count.intact == count.ended > 0


def test_thirty_intact_and_one_unchecked_are_not_all_intact() -> None:
    count = IntegrityCount(intact=30, not_checked=1)
    assert count.intact_share.shown == "96,77 %"
    assert count.checked_share.shown == "96,77 %"
    assert count.intact_of_checked.shown == "–"
    assert count.intact_of_checked.share is None


def test_a_share_is_printed_with_a_comma_and_a_share_of_nothing_with_a_dash() -> None:
    assert Ratio(45, 476).shown == "9,45 %"
    assert Ratio(0, 0).shown == "–"
    assert Ratio(0, 0).share is None
    assert Ratio(0, 7).shown == "0,00 %"
    with pytest.raises(ValueError, match="no part"):
        Ratio(2, 1)


@given(COUNTS, COUNTS)
def test_a_share_lies_between_nothing_and_all(part: int, rest: int) -> None:
    share = Ratio(part, part + rest).share
    assert share is None if part + rest == 0 else 0 <= (share or 0) <= 1


def test_the_list_of_hoa_binh_splits_into_1801_and_136() -> None:
    both = Standing(Answer.ALLOWED, Answer.ALLOWED, used=True)
    only_back = Standing(Answer.NOT_ALLOWED, Answer.ALLOWED, used=False)
    neither = Standing(Answer.NOT_ALLOWED, Answer.NOT_ALLOWED, used=True)
    found = catalogue_count({both: 1700, only_back: 101, neither: 136})
    assert (found.procedures, found.allowed_any, found.not_allowed) == (1937, 1801, 136)
    assert (found.submit_allowed, found.return_allowed) == (1700, 1801)
    assert (found.used, found.never_used) == (1700, 101)
    assert found.allowed_share.shown == "92,98 %"


ANSWERS = st.sampled_from(list(Answer))


@given(st.dictionaries(st.builds(Standing, ANSWERS, ANSWERS, st.booleans()), COUNTS))
def test_allowed_not_allowed_and_undecided_are_the_whole_catalogue(
    tally: dict[Standing, int],
) -> None:
    found: CatalogueCount = catalogue_count(tally)
    assert found.allowed_any + found.not_allowed + found.undecided == found.procedures
    assert found.used + found.never_used == found.allowed_any
    assert max(found.submit_allowed, found.return_allowed) <= found.allowed_any


def test_a_period_is_counted_in_the_days_of_viet_nam() -> None:
    march = Period(date(2026, 3, 1), date(2026, 3, 31))
    assert march.starts == datetime(2026, 2, 28, 17, tzinfo=UTC)
    assert march.ends == datetime(2026, 3, 31, 17, tzinfo=UTC)
    assert march.words.vi == "Từ ngày 01/03/2026 đến hết ngày 31/03/2026"
    with pytest.raises(ValueError, match="before it begins"):
        Period(date(2026, 3, 2), date(2026, 3, 1))


@given(DAYS)
def test_the_usual_periods_hold_their_day_and_touch_each_other(today: date) -> None:
    this, last, quarter, year = (preset.period for preset in presets(today))
    assert this.first <= today <= this.last
    assert last.last + timedelta(days=1) == this.first
    assert year.first <= quarter.first <= this.first
    assert this.last <= quarter.last <= year.last
    assert quarter.first.month in (1, 4, 7, 10)
    assert (year.first, year.last) == (date(today.year, 1, 1), date(today.year, 12, 31))


def test_what_the_province_publishes_are_two_kinds_of_leg() -> None:
    assert FAILED_KINDS == ("attempt_failed",)
    assert set(DIRECTION_OF) == {SUBMISSION, RESULT}


def test_every_class_and_every_definition_speaks_both_languages() -> None:
    said = [wanted.words for wanted in LegClass]
    said += [words for told in DEFINITIONS for words in (told.term, told.meaning)]
    assert all(words.vi.strip() and words.en.strip() for words in said)
