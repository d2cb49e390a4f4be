"""What a count finds: every code once, nothing lost, and nothing called wrong that is right."""

from hypothesis import given
from hypothesis import strategies as st

from postal_app.rules.counts import RESULT_WORDS, CountResult, compare
from postal_app.rules.holders import Holder, HolderKind

LUONG_SON = Holder(HolderKind.POINT, 12)
ANH_QUACH = Holder(HolderKind.COURIER, 7)


def told(expected, seen, book):
    return {one.code: one.result for one in compare(LUONG_SON, expected, seen, book)}


def test_a_count_that_finds_what_the_book_says_has_no_difference():
    assert set(told(["A", "B"], ["B", "A", "A"], {}).values()) == {CountResult.AGREED}


def test_each_way_to_differ_has_its_own_name():
    assert told(["A", "B"], ["B", "C", "HS-17"], {"C": ANH_QUACH}) == {
        "A": CountResult.MISSING,
        "B": CountResult.AGREED,
        "C": CountResult.ELSEWHERE,
        "HS-17": CountResult.UNKNOWN,
    }


def test_an_envelope_nobody_scanned_yet_is_right_on_the_table_of_who_closed_it():
    assert told([], ["A"], {"A": LUONG_SON}) == {"A": CountResult.AGREED}


CODES = st.lists(st.sampled_from("ABCDEFGH"), max_size=8)


@given(CODES, CODES, st.dictionaries(st.sampled_from("ABCDEFGH"), st.just(ANH_QUACH)))
def test_every_code_is_told_once_and_what_is_missing_was_not_seen(expected, seen, book):
    expected = list(dict.fromkeys(expected))
    found = compare(LUONG_SON, expected, seen, book)
    assert sorted(one.code for one in found) == sorted({*expected, *seen})
    missing = {one.code for one in found if one.result is CountResult.MISSING}
    assert missing == set(expected) - set(seen)
    agreed = {one.code for one in found if one.result is CountResult.AGREED}
    assert agreed == set(expected) & set(seen)


def test_every_result_has_words():
    assert set(RESULT_WORDS) == set(CountResult)
