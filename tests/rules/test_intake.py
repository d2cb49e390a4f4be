"""The gates of the counter, and what may follow a failed attempt."""

from datetime import UTC, datetime

import pytest

from postal_app.rules.intake import Gate, next_gate
from postal_app.rules.undeliverable import ACTIONS, REASONS, fits

NINE = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("counted", "signers", "sealed", "gate"),
    [
        (None, set(), None, Gate.COUNT),
        (NINE, set(), None, Gate.SIGN),
        (NINE, {"clerk"}, None, Gate.SIGN),
        (NINE, {"sender"}, None, Gate.SIGN),
        (NINE, {"clerk", "sender"}, None, Gate.SEAL),
        (NINE, {"clerk", "sender"}, NINE, Gate.DONE),
    ],
)
def test_the_gates_open_one_after_the_other(counted, signers, sealed, gate):
    assert next_gate("both", counted, frozenset(signers), sealed) is gate


def test_who_only_receives_by_post_has_nothing_to_seal():
    assert next_gate("receive", NINE, frozenset({"clerk", "sender"}), None) is Gate.DONE


@pytest.mark.parametrize("reason", REASONS)
def test_every_reason_allows_only_known_actions(reason):
    assert REASONS[reason].actions
    assert set(REASONS[reason].actions) <= set(ACTIONS)


@pytest.mark.parametrize(
    ("reason", "action", "text", "expected"),
    [
        ("absent", "again", "", True),
        ("absent", "return", "", False),
        ("refused", "return", "", True),
        ("other", "again", "", False),
        ("other", "again", "chó dữ", True),
        ("no such word", "again", "", False),
    ],
)
def test_reason_and_action_must_fit(reason, action, text, expected):
    assert fits(reason, action, text) is expected
