"""The bench of scans runs at the size of a toy; how fast this machine is, is no matter here."""

import pytest

from bench import scans


@pytest.mark.one_server
def test_one_phone_a_fleet_and_copy_take_turns_and_each_speed_is_told(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert scans.main(["--batches", "8", "--scans", "20", "--phones", "2"]) in (0, 1)
    told = capsys.readouterr().out
    assert "over HTTP, one phone" in told
    assert "over HTTP, 2 phones" in told
    assert "raw COPY, 200 rows" in told
    assert '"budget": 0.333' in told
