"""The bench of scans runs at the size of a toy; how fast this machine is, is no matter here."""

import pytest

from bench import scans


@pytest.mark.one_server
def test_a_phones_batches_and_copy_take_turns_and_both_speeds_are_told(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert scans.main(["--batches", "4", "--scans", "20", "--workers", "1"]) in (0, 1)
    told = capsys.readouterr().out
    assert "raw COPY, 200 rows" in told
    assert '"budget": 0.333' in told
