"""The bench of pages runs on a few days of a province; what it measures is no matter here."""

import pytest

from bench import pages


@pytest.mark.one_server
def test_every_page_answers_with_few_dossiers_behind_it_and_with_more(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert pages.main(["--dossiers", "900", "--fewer", "600", "--requests", "1"]) in (0, 1)
    told = capsys.readouterr().out
    assert all(asked.name in told for asked in pages.PAGES)
    assert '"budget": 2.0' in told
