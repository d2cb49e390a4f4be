"""The states of a dossier at the one-stop desk: the table, and that no path leaves it."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postal_app.rules.dossier_states import (
    CLOSED,
    DOSSIER_STATE_WORDS,
    OPEN,
    STEPS,
    DossierState,
    Instants,
    follow,
    may_follow,
    next_steps,
    state_of,
)
from postal_app.rules.one_stop_forms import FORM_SETS, FormKind, set_by_code, set_on

S = DossierState

PATHS = [
    ((), S.REGISTERED),
    (("accepted",), S.ACCEPTED),
    (("accepted", "passed_on"), S.IN_PROCESS),
    (("supplement_asked",), S.SUPPLEMENT_ASKED),
    (("accepted", "supplement_asked", "supplement_received"), S.ACCEPTED),
    (("accepted", "passed_on", "supplement_asked", "supplement_received"), S.IN_PROCESS),
    (("accepted", "duty_asked"), S.DUTY_ASKED),
    (("accepted", "duty_asked", "duty_met", "settled"), S.SETTLED),
    (("accepted", "extended"), S.ACCEPTED),
    (("accepted", "stopped"), S.STOPPED),
    (("accepted", "withdrawn"), S.WITHDRAWN),
    (("accepted", "settled", "handed_in_person"), S.RETURNED),
]


@pytest.mark.parametrize(("kinds", "state"), PATHS, ids=str)
def test_answers_lead_where_the_table_says(kinds: tuple[str, ...], state: DossierState) -> None:
    accepted = Instants(accepted="accepted" in kinds)
    assert state_of(kinds, accepted) is state


def test_a_refusal_and_a_supplement_before_acceptance_go_back_to_the_beginning() -> None:
    assert state_of(("supplement_asked", "supplement_received"), Instants()) is S.REGISTERED
    assert state_of(("refused",), Instants()) is S.NOT_ACCEPTED


NEVER = [
    (("refused",), "accepted", False),
    (("accepted", "settled"), "supplement_asked", True),
    (("accepted",), "refused", True),
    ((), "stopped", False),
    ((), "settled", False),
    ((), "extended", False),
    (("accepted", "supplement_asked"), "settled", True),
    (("accepted", "settled"), "withdrawn", True),
    (("accepted",), "handed_in_person", True),
    (("accepted", "supplement_asked"), "refused", True),
    (("accepted", "stopped"), "settled", True),
]


@pytest.mark.parametrize(("kinds", "next_one", "accepted"), NEVER)
def test_a_step_out_of_turn_is_refused(
    kinds: tuple[str, ...], next_one: str, accepted: bool
) -> None:
    assert not may_follow(next_one, follow(kinds, Instants(accepted=accepted)))


def test_settled_is_not_returned_until_the_result_is_in_the_citizens_hand() -> None:
    kinds = ("accepted", "settled")
    assert state_of(kinds, Instants(accepted=True, settled=True)) is S.SETTLED
    assert state_of(kinds, Instants(accepted=True, settled=True, returned=True)) is S.RETURNED


def test_a_corrected_acceptance_does_not_stand_any_more() -> None:
    assert state_of(("accepted",), Instants(accepted=False)) is S.REGISTERED


def test_what_was_accepted_and_settled_before_answers_were_kept_is_told_by_its_instants() -> None:
    assert state_of((), Instants(accepted=True)) is S.ACCEPTED
    assert state_of((), Instants(accepted=True, settled=True)) is S.SETTLED


def test_a_dossier_that_never_came_by_post_is_settled_without_an_acceptance() -> None:
    assert may_follow("settled", follow((), Instants(by_post=False)))
    assert not may_follow("settled", follow((), Instants(by_post=True)))


@given(st.lists(st.integers(min_value=0, max_value=11), max_size=40), st.booleans())
def test_no_path_of_allowed_answers_reaches_a_state_the_table_does_not_know(
    choices: list[int], by_post: bool
) -> None:
    kinds: list[str] = []
    seen = [follow(kinds, Instants(by_post=by_post))]
    for choice in choices:
        steps = next_steps(seen[-1])
        if not steps:
            break
        kinds.append(steps[choice % len(steps)])
        instants = Instants(accepted="accepted" in kinds, by_post=by_post)
        seen.append(follow(kinds, instants))
    for before, after in pairwise(seen):
        assert after.state in DossierState
        assert before.state not in CLOSED | {S.RETURNED}, "what has ended goes on"
        assert after.state is not S.RETURNED or before.state is S.SETTLED
    waits = {S.SUPPLEMENT_ASKED, S.DUTY_ASKED}
    assert (seen[-1].interrupted is not None) == (seen[-1].state in waits)


@given(st.lists(st.sampled_from(sorted(STEPS)), max_size=20), st.booleans(), st.booleans())
def test_whatever_was_written_the_state_is_one_of_the_ten(
    kinds: list[str], accepted: bool, settled: bool
) -> None:
    assert state_of(kinds, Instants(accepted=accepted, settled=settled)) in DossierState


def test_every_state_has_words_and_every_open_one_a_way_out() -> None:
    assert set(DOSSIER_STATE_WORDS) == set(DossierState)
    assert [int(state) for state in DossierState] == list(range(1, 11))
    for state in OPEN:
        assert any(state in step.after and step.leads_to is not state for step in STEPS.values())


def test_each_answer_by_form_has_its_title_in_every_set() -> None:
    used = {step.form for step in STEPS.values() if step.form}
    for one in FORM_SETS:
        assert used == set(one.forms) == set(FormKind)
        assert set_by_code(one.code) is one
        assert all(form.title for form in one.forms.values())


def test_the_set_of_forms_is_that_in_force_on_the_day() -> None:
    old, new = set_on(date(2025, 9, 14)), set_on(date(2025, 9, 15))
    assert (old.code, new.code) == ("TT01/2018", "TT03/2025")
    assert old.forms[FormKind.STOP].number == ""
    assert new.forms[FormKind.STOP].number == "05"
    assert new.forms[FormKind.EXTENSION].title == "Văn bản xin lỗi và đề nghị gia hạn"
