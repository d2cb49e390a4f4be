"""Every word of a catalogue is told in both languages."""

import pytest

from postal_app.rules.procedure import AgencyLevel, OnlineLevel


@pytest.mark.parametrize("word", [*AgencyLevel, *OnlineLevel])
def test_a_word_of_the_catalogue_is_told_in_both_languages(
    word: AgencyLevel | OnlineLevel,
) -> None:
    assert word.words.vi
    assert word.words.en
    assert word.words.vi != word.words.en
