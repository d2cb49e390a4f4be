"""What a set of facts means: order of arrival, holders, integrity, corrections."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postal_app.rules.custody import Custody, Fact, history, order, replay
from postal_app.rules.holders import CITIZEN, Holder, HolderKind
from postal_app.rules.integrity import CONDITIONS, Integrity
from postal_app.rules.vocabulary import FINAL_OUTCOMES, KINDS, STATE_WORDS, Outcome, State

NINE = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)  # nine in the morning in Hòa Bình
LUONG_SON = Holder(HolderKind.POINT, 12)
HOA_BINH = Holder(HolderKind.POINT, 1)
ANH_QUACH = Holder(HolderKind.COURIER, 7)
SO_TU_PHAP = Holder(HolderKind.AGENCY, 3)
THE_RETURN = Holder(HolderKind.ITEM, 77)


def fact(number: int, kind: str, minutes: int = 0, **more: object) -> Fact:
    return Fact(UUID(int=number), kind, NINE + timedelta(minutes=minutes), **more)


TO_THE_AGENCY = [
    fact(1, "accepted", 0, taker=LUONG_SON, condition="intact"),
    fact(2, "departed", 60, taker=ANH_QUACH),
    fact(3, "arrived", 120, taker=HOA_BINH, condition="intact"),
    fact(4, "departed", 180, taker=ANH_QUACH, condition="intact"),
    fact(5, "handed_to_agency", 240, giver=ANH_QUACH, taker=SO_TU_PHAP),
    fact(6, "agency_accepted", 300, taker=SO_TU_PHAP, condition="intact"),
]


def test_a_straight_way_ends_accepted_intact_proven_and_without_oddities():
    steps = history(TO_THE_AGENCY)
    assert [step.anomalies for step in steps] == [()] * 6
    end = steps[-1].after
    assert (end.state, end.holder) == (State.ACCEPTED_BY_AGENCY, SO_TU_PHAP)
    assert (end.integrity, end.outcome) == (Integrity.INTACT, Outcome.HANDED_OVER)
    assert end.closed


def test_each_step_names_who_gave():
    givers = [step.giver for step in history(TO_THE_AGENCY)]
    assert givers == [CITIZEN, LUONG_SON, ANH_QUACH, HOA_BINH, ANH_QUACH, SO_TU_PHAP]


def test_a_scan_that_comes_late_changes_nothing_but_the_time_we_heard_of_it():
    late_last = [*TO_THE_AGENCY[:1], *TO_THE_AGENCY[2:], TO_THE_AGENCY[1]]
    assert history(late_last) == history(TO_THE_AGENCY)


def test_an_item_that_changes_hands_unseen_is_no_longer_called_intact():
    assert replay(TO_THE_AGENCY[:2]).integrity is Integrity.NOT_CHECKED


def test_a_later_good_look_does_not_heal_a_broken_seal():
    facts = [*TO_THE_AGENCY[:2], fact(9, "seal_broken", 90), *TO_THE_AGENCY[2:]]
    assert replay(facts).integrity is Integrity.SEAL_BROKEN


def test_a_broken_seal_with_a_record_is_resealed_not_intact():
    facts = [
        *TO_THE_AGENCY[:2],
        fact(9, "seal_broken", 90),
        fact(10, "arrived", 95, taker=HOA_BINH, condition="resealed"),
    ]
    assert replay(facts).integrity is Integrity.RESEALED


def test_a_lost_item_keeps_its_last_holder_and_when_found_its_former_condition():
    lost = [*TO_THE_AGENCY[:3], fact(8, "lost", 130)]
    assert (replay(lost).state, replay(lost).holder) == (State.LOST, HOA_BINH)
    assert replay(lost).integrity is Integrity.LOST
    found = [*lost, fact(9, "found", 500, taker=HOA_BINH)]
    assert (replay(found).state, replay(found).integrity) == (State.AT_OFFICE, Integrity.INTACT)


def test_a_correction_takes_the_mistake_out_of_the_state_but_not_out_of_the_history():
    wrong = fact(8, "delivered", 200, taker=CITIZEN, proof="signature")
    mend = fact(9, "corrected", 210, corrects=wrong.fact)
    facts = [*TO_THE_AGENCY[:3], wrong, mend]
    assert replay(facts) == replay(TO_THE_AGENCY[:3])
    assert [step.cancelled for step in history(facts)] == [False, False, False, True, False]


def test_a_correction_cannot_itself_be_corrected():
    wrong = fact(8, "lost", 130)
    mend = fact(9, "corrected", 210, corrects=wrong.fact)
    unmend = fact(10, "corrected", 220, corrects=mend.fact)
    steps = history([*TO_THE_AGENCY[:3], wrong, mend, unmend])
    assert steps[-1].after == replay(TO_THE_AGENCY[:3])
    assert steps[-1].anomalies == ("corrects_nothing",)


def test_delivery_without_proof_is_an_outcome_but_not_closed():
    way = [
        fact(1, "result_collected", 0, taker=ANH_QUACH, condition="intact"),
        fact(2, "out_for_delivery", 10, taker=ANH_QUACH),
        fact(3, "delivered", 20, giver=ANH_QUACH, taker=CITIZEN, condition="intact"),
    ]
    end = replay(way)
    assert (end.outcome, end.proven, end.closed) == (Outcome.DELIVERED, False, False)


TO_THE_CITIZEN = [
    fact(1, "result_collected", 0, taker=ANH_QUACH, condition="intact"),
    fact(2, "out_for_delivery", 10, taker=ANH_QUACH),
    fact(3, "delivered", 20, giver=ANH_QUACH, taker=CITIZEN, condition="intact", proof="signature"),
]


def where(custody: Custody) -> tuple[State, Holder, Outcome, bool]:
    return custody.state, custody.holder, custody.outcome, custody.closed


def test_a_delivery_report_is_not_cancelled_by_another_report():
    again = [*TO_THE_CITIZEN, fact(4, "attempt_failed", 30, giver=ANH_QUACH)]
    assert where(replay(again)) == (State.DELIVERED, CITIZEN, Outcome.DELIVERED, True)
    assert history(again)[-1].anomalies == ("out_of_order", "not_the_holder")


def test_what_came_after_the_end_counts_as_soon_as_the_end_is_corrected():
    back = fact(4, "arrived", 30, taker=LUONG_SON, condition="intact")
    assert replay([*TO_THE_CITIZEN, back]).holder == CITIZEN
    mended = [*TO_THE_CITIZEN, back, fact(5, "corrected", 90, corrects=UUID(int=3))]
    assert (replay(mended).state, replay(mended).holder) == (State.AT_OFFICE, LUONG_SON)


def test_a_proof_that_comes_after_the_end_still_closes_it():
    unproven = [*TO_THE_CITIZEN[:2], fact(3, "delivered", 20, taker=CITIZEN)]
    assert not replay(unproven).closed
    assert replay([*unproven, fact(4, "delivered", 25, taker=CITIZEN, proof="slip")]).closed


def test_harm_seen_after_the_end_counts_but_no_praise_does():
    harmed = replay([*TO_THE_CITIZEN, fact(4, "damaged", 300)])
    assert (harmed.state, harmed.integrity) == (State.DELIVERED, Integrity.DAMAGED)
    unseen = [*TO_THE_CITIZEN[:2], fact(3, "delivered", 20, taker=CITIZEN, proof="slip")]
    later = replay([*unseen, fact(4, "arrived", 30, taker=LUONG_SON, condition="intact")])
    assert later.integrity is Integrity.NOT_CHECKED


def test_what_leaves_the_agency_before_anybody_there_signed_was_not_handed_over():
    facts = [*TO_THE_AGENCY[:5], fact(9, "departed", 280, taker=ANH_QUACH)]
    end = replay(facts)
    assert where(end) == (State.IN_TRANSIT, ANH_QUACH, Outcome.NONE, False)
    assert history(facts)[-1].anomalies == ("out_of_order",)


def test_what_the_agency_signed_for_is_not_lost_by_the_post():
    signed = [*TO_THE_AGENCY[:5], fact(8, "agency_received", 250, taker=SO_TU_PHAP)]
    for later in (fact(9, "lost", 400), fact(9, "handed_to_agency", 400, taker=SO_TU_PHAP)):
        end = replay([*signed, later])
        assert where(end) == (State.RECEIVED_BY_AGENCY, SO_TU_PHAP, Outcome.HANDED_OVER, True)
        assert "out_of_order" in history([*signed, later])[-1].anomalies
    assert replay([*signed, TO_THE_AGENCY[5]]).state is State.ACCEPTED_BY_AGENCY


def test_what_goes_back_lies_in_its_new_envelope_and_is_settled():
    facts = [
        *TO_THE_CITIZEN[:2],
        fact(4, "attempt_failed", 30, giver=ANH_QUACH),
        fact(5, "arrived", 60, taker=LUONG_SON, condition="intact"),
        fact(6, "sent_back", 90, giver=LUONG_SON, taker=THE_RETURN),
    ]
    end = replay(facts)
    assert where(end) == (State.RETURNED, THE_RETURN, Outcome.RETURNED, True)
    assert end.integrity is Integrity.NOT_CHECKED  # nobody said that he looked when he packed it
    looked = [*facts[:4], fact(6, "sent_back", 90, taker=THE_RETURN, condition="intact")]
    assert replay(looked).integrity is Integrity.INTACT
    assert [step.anomalies for step in history(facts)] == [()] * 5


def test_damage_reported_while_it_is_missing_is_known_once_it_is_found():
    lost = [*TO_THE_AGENCY[:3], fact(8, "lost", 130), fact(9, "damaged", 140)]
    assert replay(lost).integrity is Integrity.LOST
    found = [*lost, fact(10, "found", 500, taker=HOA_BINH)]
    assert replay(found).integrity is Integrity.DAMAGED


def test_what_turns_up_with_somebody_else_must_be_looked_at_anew():
    found = [*TO_THE_AGENCY[:3], fact(8, "lost", 130), fact(9, "found", 500, taker=LUONG_SON)]
    assert replay(found).integrity is Integrity.NOT_CHECKED


def test_what_is_delivered_without_being_reported_found_is_no_longer_lost():
    facts = [*TO_THE_CITIZEN[:2], fact(8, "lost", 15), TO_THE_CITIZEN[2]]
    assert (replay(facts).state, replay(facts).integrity) == (State.DELIVERED, Integrity.INTACT)
    assert "out_of_order" in history(facts)[-1].anomalies


@pytest.mark.parametrize(
    ("facts", "oddity"),
    [
        ([fact(1, "delivered", 0, taker=CITIZEN)], "out_of_order"),
        ([*TO_THE_AGENCY, fact(9, "departed", 400, taker=ANH_QUACH)], "out_of_order"),
        (
            [*TO_THE_AGENCY[:3], fact(9, "handed_to_agency", 130, giver=ANH_QUACH)],
            "not_the_holder",
        ),
        ([fact(1, "teleported", 0)], "unknown_kind"),
    ],
)
def test_what_is_odd_is_recorded_and_told(facts, oddity):
    assert oddity in history(facts)[-1].anomalies


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_speaks_both_languages(kind):
    assert KINDS[kind].words.vi
    assert KINDS[kind].words.en


@pytest.mark.parametrize("state", State)
def test_every_state_has_words_and_a_kind_that_leads_to_it(state):
    assert STATE_WORDS[state].vi
    assert STATE_WORDS[state].en
    leads = {kind.leads_to for kind in KINDS.values()}
    assert state in leads or state is State.EXPECTED


HOLDERS = st.sampled_from([LUONG_SON, HOA_BINH, ANH_QUACH, SO_TU_PHAP, CITIZEN])


@st.composite
def facts_of_one_item(draw: st.DrawFn) -> list[Fact]:
    count = draw(st.integers(0, 12))
    drawn = []
    for number in range(1, count + 1):
        kind = draw(st.sampled_from([*KINDS, "a word of tomorrow"]))
        drawn.append(
            Fact(
                UUID(int=number),
                kind,
                NINE + timedelta(minutes=draw(st.integers(0, 30))),
                device=draw(st.sampled_from(["", "phone-1", "phone-2"])),
                sequence=draw(st.integers(0, 3)),
                giver=draw(st.none() | HOLDERS),
                taker=draw(st.none() | HOLDERS),
                condition=draw(st.sampled_from(["", *CONDITIONS])),
                proof=draw(st.sampled_from(["", "signature"])),
                corrects=UUID(int=draw(st.integers(1, count))) if kind == "corrected" else None,
            )
        )
    return drawn


@given(facts_of_one_item(), st.randoms())
def test_any_order_of_arrival_gives_the_same_history(facts, chance):
    shuffled = list(facts)
    chance.shuffle(shuffled)
    assert history(shuffled) == history(facts)


@given(facts_of_one_item())
def test_at_every_step_exactly_one_holder_answers_and_no_movement_loses_the_item(facts):
    holder = CITIZEN
    for step in history(facts):
        assert step.giver == holder
        assert isinstance(step.after.holder, Holder)
        holder = step.after.holder
    balance: dict[Holder, int] = {CITIZEN: 1}
    for step in history(facts):
        balance[step.giver] = balance.get(step.giver, 0) - 1
        balance[step.after.holder] = balance.get(step.after.holder, 0) + 1
        assert sorted(balance.values())[-1] == 1
        assert sum(balance.values()) == 1


@given(facts_of_one_item())
def test_damage_is_never_forgotten_by_looking_again(facts):
    standing = [step.fact for step in history(facts) if not step.cancelled]
    if any(fact.kind == "damaged" for fact in standing):
        assert replay(facts).integrity not in (Integrity.INTACT, Integrity.NOT_CHECKED)


@given(facts_of_one_item())
def test_closed_is_proven_and_final_and_lost_is_a_state_and_a_condition_at_once(facts):
    for step in history(facts):
        end = step.after
        assert end.closed == (end.proven and end.outcome in FINAL_OUTCOMES)
        assert (end.integrity is Integrity.LOST) == (end.state is State.LOST)


@given(facts_of_one_item(), st.sampled_from([name for name in KINDS if name != "corrected"]))
def test_after_the_end_only_a_correction_or_a_regular_next_step_moves_anything(facts, kind):
    end = replay(facts)
    last = max((fact.occurred_at for fact in facts), default=NINE)
    later = Fact(UUID(int=99), kind, last + timedelta(hours=1), taker=ANH_QUACH)
    after = history([*facts, later])[-1]
    assert order([*facts, later])[-1] == later
    if end.ended and "out_of_order" in after.anomalies:
        assert where(after.after)[:3] == where(end)[:3]


def test_no_facts_mean_the_item_is_with_the_citizen():
    assert replay([]) == Custody()
