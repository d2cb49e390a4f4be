"""The drill of kills in its short form: a served house, phones over HTTP, and kill -9."""

import json

import pytest

from drills import scans


@pytest.mark.one_server
def test_what_a_phone_was_told_before_a_kill_is_there_after_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert scans.main(["--runs", "0", "--kills", "1", "--seed", "4"]) == 0
    told = json.loads(capsys.readouterr().out)
    killed = ("killed_workers", "killed_masters", "killed_databases")
    assert told["kill_runs"] == 1
    assert sum(told[what] for what in killed) >= 1
    assert (told["violations"], told["runs"]) == (0, 0)
