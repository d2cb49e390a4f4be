"""What a hand-out asks: identity, in hand, proxy, old papers, money."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postal_app.rules.handing_out import (
    IDENTITY_LEVELS,
    NOT_HANDED_OUT,
    RELATIONS,
    Asked,
    Offered,
    level_of,
    why_not,
)

SELF = Offered("self")
SHOWN = Offered("self", informed=True, photographed=True)


@pytest.mark.parametrize(
    ("asked", "offered", "refusal"),
    [
        (Asked(), SELF, ""),
        (Asked(), Offered("parent"), ""),
        (Asked(in_hand=True), SELF, ""),
        (Asked(in_hand=True), Offered("spouse"), "in_hand"),
        (Asked(in_hand=True), Offered("proxy", authorised=True), "in_hand"),
        (Asked(), Offered("proxy"), "authorisation"),
        (Asked(), Offered("proxy", authorised=True), ""),
        (Asked(), Offered("other"), "relation_text"),
        (Asked(), Offered("other", relation_told=True), ""),
        (Asked(identity_level=1), SELF, "identity"),
        (Asked(identity_level=1), Offered("self", informed=True), ""),
        (Asked(identity_level=2), Offered("self", informed=True), "photos"),
        (Asked(identity_level=2), Offered("self", photographed=True), ""),
        (Asked(identity_level=3), Offered("self", photographed=True), "identity"),
        (Asked(identity_level=3), SHOWN, ""),
        (Asked(papers_open=1), SHOWN, "papers"),
        (Asked(dues_open=1), SHOWN, "money"),
        (Asked(papers_open=1, dues_open=1), SHOWN, "papers"),
    ],
)
def test_a_hand_out_is_refused_in_words_until_all_that_is_asked_is_there(
    asked: Asked, offered: Offered, refusal: str
) -> None:
    assert why_not(asked, offered) == refusal
    assert not refusal or NOT_HANDED_OUT[refusal].vi


@given(st.lists(st.sampled_from(sorted(IDENTITY_LEVELS)), max_size=4))
def test_several_dossiers_in_one_envelope_ask_all_that_any_of_them_asks(levels: list[int]) -> None:
    together = level_of(levels)
    assert together in IDENTITY_LEVELS
    assert all(together & level == level for level in levels)
    if not why_not(Asked(together), SHOWN):
        assert all(not why_not(Asked(level), SHOWN) for level in levels)


@given(st.sampled_from(sorted(RELATIONS)))
def test_in_hand_goes_to_nobody_but_the_person(relation: str) -> None:
    offered = Offered(relation, True, True, True, True)
    assert bool(why_not(Asked(in_hand=True), offered)) is (relation != "self")
