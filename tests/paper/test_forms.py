"""Every form: looks as it did, keeps its words in their boxes, says its edition and basis."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from labels.forms import editions, pages
from labels.forms.editions import EDITIONS
from labels.marks import Box
from tests.paper.cleanliness import assert_page_is_clean
from tests.paper.every_form import FORMS, blocks_of, hard_papers
from tests.paper.test_golden import assert_looks_as_before

Pictures = Callable[[bytes, int], list[Image.Image]]
TextOf = Callable[[bytes], list[str]]
WIDEST = 480  # pixels; small letters of a form fill more of it than those of a label


@pytest.mark.parametrize("name", FORMS)
def test_a_form_looks_as_before(name: str, pictures: Pictures) -> None:
    module, paper = FORMS[name]
    [page] = pictures(module.draw(paper), 100)
    assert_looks_as_before(page, name, WIDEST)


@pytest.mark.parametrize("name", FORMS)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(drawn=st.data())
def test_no_words_leave_their_box_or_lie_upon_others(name: str, drawn: st.DataObject) -> None:
    paper = drawn.draw(hard_papers(name))
    blocks, sheet = blocks_of(name, paper)
    for marks in pages.lay_out(blocks, sheet):
        assert_page_is_clean(marks, Box(0, 0, sheet.width, sheet.height))


@pytest.mark.parametrize("edition", EDITIONS, ids=lambda one: one.code)
def test_every_edition_is_printed_with_its_basis_on_each_page(
    edition: editions.Edition, text_of: TextOf
) -> None:
    module, paper = FORMS[edition.code]
    for page in text_of(module.draw(paper)):
        assert edition.words in page.replace("\r\n", " ")


def test_editions_are_numbered_without_a_gap_and_each_follows_the_one_before() -> None:
    for form in {one.form for one in EDITIONS}:
        own = [one for one in EDITIONS if one.form == form]
        assert [one.number for one in own] == list(range(1, len(own) + 1))
        assert own[0].since is None
        begun = [one.since for one in own[1:]]
        assert begun == sorted(set(begun))


@pytest.mark.parametrize(
    ("on", "number"), [(date(2016, 1, 1), 1), (date(2026, 11, 21), 1), (date(2026, 11, 22), 2)]
)
def test_what_happened_on_a_day_is_printed_in_the_edition_of_that_day(
    on: date, number: int
) -> None:
    assert editions.in_force("phieu-gui", on) == editions.by_code(f"phieu-gui-{number}")


@given(st.dates(), st.sampled_from([one.form for one in EDITIONS]))
def test_an_edition_is_never_older_than_one_of_an_earlier_day(on: date, form: str) -> None:
    before = editions.in_force(form, max(date.min + timedelta(1), on) - timedelta(days=1))
    assert before.number <= editions.in_force(form, on).number <= editions.latest(form).number


def test_a_form_that_is_not_there_is_our_fault() -> None:
    with pytest.raises(KeyError):
        editions.in_force("mau-la", date(2026, 1, 1))
    with pytest.raises(KeyError):
        editions.by_code("phieu-gui-9")
