"""Counting again: differences follow from what was counted, and who must still sign."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postal_app.rules.intake import PAPER_KINDS
from postal_app.rules.recounts import (
    LINE_RESULT_WORDS,
    RECORD_STATE_WORDS,
    LineResult,
    Papers,
    RecordState,
    compare,
    record_state,
)

TABLE = [
    (Papers("original", 1, 2), Papers("original", 1, 2), LineResult.AGREED),
    (Papers("original", 1, 0), Papers("original", 1, 7), LineResult.AGREED),
    (Papers("original", 1, 2), Papers("original", 1, 0), LineResult.AGREED),
    (Papers("original", 2, 4), Papers("original", 1, 2), LineResult.MISSING),
    (Papers("original", 1, 2), Papers("original", 0, 0), LineResult.MISSING),
    (Papers("original", 2, 2), Papers("copy", 1, 1), LineResult.MISSING),
    (Papers("original", 1, 2), Papers("original", 1, 3), LineResult.WRONG),
    (Papers("original", 1, 2), Papers("photocopy", 1, 2), LineResult.WRONG),
    (Papers("copy", 1, 1), Papers("copy", 2, 2), LineResult.EXTRA),
    (Papers("copy", 0, 0), Papers("copy", 1, 1), LineResult.EXTRA),
    (Papers("copy", 0, 0), Papers("copy", 0, 0), LineResult.AGREED),
    (None, Papers("copy", 1, 1), LineResult.EXTRA),
    (None, Papers("copy", 0, 0), LineResult.AGREED),
]


@pytest.mark.parametrize(("listed", "counted", "result"), TABLE)
def test_a_difference_follows_from_what_was_counted(
    listed: Papers | None, counted: Papers, result: LineResult
) -> None:
    assert compare(listed, counted) is result


papers = st.builds(
    Papers, st.sampled_from(sorted(PAPER_KINDS)), st.integers(0, 5), st.integers(0, 20)
)


@given(papers)
def test_what_is_counted_as_it_was_listed_always_agrees(listed: Papers) -> None:
    assert compare(listed, listed) is LineResult.AGREED


@given(papers, papers)
def test_agreed_means_as_many_of_the_same_kind(listed: Papers, counted: Papers) -> None:
    if compare(listed, counted) is LineResult.AGREED:
        assert listed.copies == counted.copies
        assert not listed.copies or listed.kind == counted.kind


AGREED, WRONG = LineResult.AGREED, LineResult.WRONG


@pytest.mark.parametrize(
    ("results", "scanned", "reply", "state"),
    [
        ([AGREED], True, "", RecordState.COMPLETE),
        ([], True, "", RecordState.COMPLETE),
        ([AGREED], False, "", RecordState.WAITING),
        ([AGREED, WRONG], True, "", RecordState.WAITING),
        ([WRONG], True, "agreed", RecordState.COMPLETE),
        ([WRONG], True, "objected", RecordState.OBJECTED),
        ([AGREED], False, "agreed", RecordState.COMPLETE),
    ],
)
def test_a_record_is_whole_when_both_have_spoken(
    results: list[LineResult], scanned: bool, reply: str, state: RecordState
) -> None:
    assert record_state(results, scanned=scanned, reply=reply) is state


def test_every_result_and_every_state_has_words() -> None:
    assert set(LINE_RESULT_WORDS) == set(LineResult)
    assert set(RECORD_STATE_WORDS) == set(RecordState)
