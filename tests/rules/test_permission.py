"""A dossier is carried only where a published decision says so, in that direction, on that day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postal_app.rules.permission import (
    Answer,
    Direction,
    PermissionPeriod,
    both,
    succeeded,
    verdict,
)

FIRST_LIST = date(2021, 1, 15)
SECOND_LIST = date(2022, 3, 1)


def permission(
    direction: Direction, *, allowed: bool, since: date = FIRST_LIST, reason: str = ""
) -> PermissionPeriod:
    return PermissionPeriod(
        direction,
        allowed=allowed,
        reason=reason,
        decision_number="12/QĐ-UBND",
        issued_on=since - timedelta(days=5),
        valid_from=since,
    )


def test_the_verdict_quotes_the_decision_with_its_number_and_date() -> None:
    found = verdict([permission(Direction.SUBMIT, allowed=True)], Direction.SUBMIT, FIRST_LIST)
    assert found.is_allowed
    assert found.words.vi == (
        "Được nộp hồ sơ qua bưu chính công ích theo Quyết định số 12/QĐ-UBND ngày 10/01/2021."
    )
    assert found.words.en == (
        "Decision 12/QĐ-UBND of 10/01/2021 allows submitting the dossier by post."
    )


def test_what_is_not_allowed_is_told_with_its_reason_and_what_is_allowed_instead() -> None:
    reason = "Người nộp hồ sơ phải có mặt."
    periods = [
        permission(Direction.SUBMIT, allowed=False, reason=reason),
        permission(Direction.RETURN, allowed=True),
    ]
    found = both(periods, FIRST_LIST)
    assert found.submit.answer is Answer.NOT_ALLOWED
    assert found.submit.words.vi.startswith("Không được nộp hồ sơ")
    assert found.submit.words.vi.endswith("10/01/2021: Người nộp hồ sơ phải có mặt.")
    assert found.of(Direction.RETURN).is_allowed
    assert found.instead.vi.startswith("Vẫn nhận được kết quả qua bưu chính công ích")


def test_a_decision_without_a_reason_is_told_so() -> None:
    found = verdict([permission(Direction.RETURN, allowed=False)], Direction.RETURN, FIRST_LIST)
    assert "quyết định không nêu lý do" in found.words.vi
    assert "gives no reason" in found.words.en


def test_the_day_before_the_first_list_is_unknown_and_not_forbidden() -> None:
    periods = [permission(Direction.SUBMIT, allowed=True)]
    found = both(periods, FIRST_LIST - timedelta(days=1))
    assert found.submit.answer is Answer.UNKNOWN
    assert found.submit.basis is None
    assert not found.submit.is_allowed
    assert "Chưa có quyết định nào cho biết ngày 14/01/2021" in found.submit.words.vi
    forbidden = verdict([permission(Direction.SUBMIT, allowed=False)], Direction.SUBMIT, FIRST_LIST)
    assert found.submit.words.vi != forbidden.words.vi


def test_permission_to_return_says_nothing_about_submitting() -> None:
    found = both([permission(Direction.RETURN, allowed=True)], FIRST_LIST)
    assert (found.submit.answer, found.return_.answer) == (Answer.UNKNOWN, Answer.ALLOWED)


def test_the_last_day_still_belongs_to_the_old_decision_and_the_next_to_the_new() -> None:
    old = permission(Direction.SUBMIT, allowed=True)
    new = permission(Direction.SUBMIT, allowed=False, since=SECOND_LIST)
    periods = succeeded([old], new)
    assert [period.valid_to for period in periods] == [date(2022, 2, 28), None]
    assert verdict(periods, Direction.SUBMIT, date(2022, 2, 28)).is_allowed
    assert not verdict(periods, Direction.SUBMIT, SECOND_LIST).is_allowed


@pytest.mark.parametrize("days", [0, 1, 400])
def test_a_decision_that_begins_before_the_one_in_force_would_edit_history(days: int) -> None:
    old = permission(Direction.SUBMIT, allowed=True)
    early = permission(Direction.SUBMIT, allowed=False, since=FIRST_LIST - timedelta(days=days))
    with pytest.raises(ValueError, match="already begins"):
        succeeded([old], early)


def test_two_permissions_on_one_day_and_an_end_before_the_beginning_are_our_own_faults() -> None:
    twice = [permission(Direction.SUBMIT, allowed=allowed) for allowed in (True, False)]
    with pytest.raises(ValueError, match="2 permissions"):
        verdict(twice, Direction.SUBMIT, FIRST_LIST)
    with pytest.raises(ValueError, match="before it begins"):
        PermissionPeriod(
            Direction.SUBMIT, True, "", "12/QĐ-UBND", FIRST_LIST, SECOND_LIST, FIRST_LIST
        )


LISTS = st.lists(
    st.tuples(st.integers(0, 900), st.sampled_from(Direction), st.booleans()),
    max_size=8,
    unique_by=lambda one: (one[0], one[1]),
)


@given(LISTS, st.integers(-5, 1000))
def test_every_day_has_the_verdict_published_last_before_it(
    lists: list[tuple[int, Direction, bool]], after: int
) -> None:
    periods: tuple[PermissionPeriod, ...] = ()
    for begins, direction, allowed in sorted(lists, key=lambda one: one[0]):
        since = FIRST_LIST + timedelta(days=begins)
        periods = succeeded(periods, permission(direction, allowed=allowed, since=since))
    on = FIRST_LIST + timedelta(days=after)
    for direction in Direction:
        published = [one for one in lists if one[1] is direction and one[0] <= after]
        found = verdict(periods, direction, on)
        if not published:
            assert found.answer is Answer.UNKNOWN
        else:
            assert found.is_allowed == max(published, key=lambda one: one[0])[2]


def test_every_direction_and_answer_has_words_in_both_languages() -> None:
    for word in [*Direction, *Answer]:
        assert word.words.vi
        assert word.words.en
