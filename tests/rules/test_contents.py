"""One fingerprint of a list, whatever the order of its lines and the way its names are typed."""

import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postal_app.rules.contents import (
    LIKENESS_WORDS,
    STAGE_WORDS,
    Likeness,
    Stage,
    compare,
    fingerprint,
)
from postal_app.rules.recounts import Papers

FORM = ("Đơn đề nghị theo mẫu", Papers("original", 1, 2))
LICENCE = ("Giấy phép lái xe cũ", Papers("copy", 1, 1))


@pytest.mark.parametrize(
    ("found", "likeness"),
    [
        ([LICENCE, FORM], Likeness.SAME),
        ([("  đơn đề nghị  theo mẫu", FORM[1]), LICENCE], Likeness.SAME),
        ([(unicodedata.normalize("NFD", FORM[0]), FORM[1]), LICENCE], Likeness.SAME),
        ([FORM, LICENCE, ("Ảnh", Papers("original", 0))], Likeness.SAME),
        ([(FORM[0], Papers("original", 1, 0)), LICENCE], Likeness.SAME),
        ([(FORM[0], Papers("original", 1, 3)), LICENCE], Likeness.DIFFERS),
        ([(FORM[0], Papers("copy", 1, 2)), LICENCE], Likeness.DIFFERS),
        ([(FORM[0], Papers("original", 2, 2)), LICENCE], Likeness.DIFFERS),
        ([FORM], Likeness.DIFFERS),
        ([], Likeness.DIFFERS),
    ],
)
def test_two_counts_are_the_same_when_they_name_the_same_papers(found, likeness):
    assert compare(fingerprint([FORM, LICENCE]), fingerprint(found)) is likeness


def test_what_nobody_counted_is_neither_the_same_nor_different():
    assert compare(fingerprint([FORM]), None) is Likeness.NOT_COUNTED
    assert compare(None, fingerprint([])) is Likeness.NOT_COUNTED


LINES = st.lists(
    st.tuples(
        st.sampled_from(["Đơn", "Ảnh thẻ", "Sổ hộ khẩu"]),
        st.builds(
            Papers, st.sampled_from(["original", "copy"]), st.integers(0, 4), st.integers(0, 9)
        ),
    ),
    max_size=6,
)


@given(LINES, st.randoms())
def test_neither_order_nor_the_parting_of_a_line_changes_a_fingerprint(lines, random):
    parted = []
    for name, papers in lines:
        if papers.copies > 1 and papers.pages > 1:
            parted.append((name, replace(papers, copies=1, pages=1)))
            rest = replace(papers, copies=papers.copies - 1, pages=papers.pages - 1)
            parted.append((name, rest))
        else:
            parted.append((name, papers))
    random.shuffle(parted)
    assert fingerprint(parted) == fingerprint(lines)


def test_every_word_is_there():
    assert (set(STAGE_WORDS), set(LIKENESS_WORDS)) == (set(Stage), set(Likeness))
