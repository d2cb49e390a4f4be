"""State money: the ways it may go, and a balance that is never negative and always explained."""

from datetime import date, timedelta

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from postal_app.rules.intake import MONEY_KINDS
from postal_app.rules.money import (
    FIGURE_WORDS,
    OWN_KINDS,
    STANDING_WORDS,
    TRUST_KINDS,
    WAYS,
    Balance,
    ImpossibleStep,
    Move,
    Standing,
    Step,
    after,
    balance,
)

MONDAY = date(2026, 3, 2)


def test_every_kind_is_either_held_in_trust_or_the_posts_own():
    assert sorted(TRUST_KINDS + OWN_KINDS) == sorted(MONEY_KINDS)
    assert set(TRUST_KINDS) == {"fee", "charge"}


def test_every_standing_and_figure_has_words_in_both_languages():
    for words in (*STANDING_WORDS.values(), *FIGURE_WORDS.values()):
        assert words.vi
        assert words.en
    assert set(STANDING_WORDS) == set(Standing)
    assert all(isinstance(getattr(Balance(), figure), int) for figure in FIGURE_WORDS)


@pytest.mark.parametrize("standing", [None, *Standing])
@pytest.mark.parametrize("step", Step)
def test_money_goes_only_the_ways_of_the_table(standing, step):
    if (standing, step) in WAYS:
        assert after(standing, step) is WAYS[standing, step]
    else:
        with pytest.raises(ImpossibleStep):
            after(standing, step)


def test_a_day_begins_with_what_the_day_before_held():
    moves = [
        Move(MONDAY, Step.COLLECTED, 135_000),
        Move(MONDAY, Step.COLLECTED, 30_000),
        Move(MONDAY + timedelta(days=1), Step.HANDED_OVER, 135_000),
        Move(MONDAY + timedelta(days=2), Step.REFUSED, 135_000),
    ]
    days = [MONDAY + timedelta(days=n) for n in range(3)]
    monday, tuesday, wednesday = (
        balance(moves, day, day, held)
        for day, held in zip(days, (165_000, 30_000, 165_000), strict=True)
    )
    assert (monday.opening, monday.collected, monday.held) == (0, 165_000, 165_000)
    assert (tuesday.opening, tuesday.handed_over, tuesday.held) == (165_000, 135_000, 30_000)
    assert (tuesday.waiting, wednesday.waiting) == (135_000, 0)
    assert (wednesday.opening, wednesday.refused, wednesday.held) == (30_000, 135_000, 165_000)
    assert [one.difference for one in (monday, tuesday, wednesday)] == [0, 0, 0]


def test_money_that_no_receipt_explains_is_the_difference():
    assert (
        balance([Move(MONDAY, Step.COLLECTED, 50_000)], MONDAY, MONDAY, 40_000).difference == 10_000
    )


class Counter(RuleBasedStateMachine):
    """A counter that collects, hands over, is confirmed or refused, and gives pickups up."""

    def __init__(self) -> None:
        super().__init__()
        self.today = MONDAY
        self.amounts: list[int] = []
        self.standings: list[Standing] = []
        self.moves: list[Move] = []

    def step(self, receipt: int, step: Step) -> None:
        self.standings[receipt] = after(self.standings[receipt], step)
        self.moves.append(Move(self.today, step, self.amounts[receipt]))

    def pick(self, data, standing: Standing) -> int | None:
        found = [n for n, one in enumerate(self.standings) if one is standing]
        return data.draw(st.sampled_from(found)) if found else None

    @rule(amount=st.integers(1, 2_000_000))
    def collect(self, amount: int) -> None:
        self.amounts.append(amount)
        self.standings.append(after(None, Step.COLLECTED))
        self.moves.append(Move(self.today, Step.COLLECTED, amount))

    @precondition(lambda self: Standing.HELD in self.standings)
    @rule(data=st.data())
    def hand_over(self, data) -> None:
        self.step(self.pick(data, Standing.HELD), Step.HANDED_OVER)

    @precondition(lambda self: Standing.WAITING in self.standings)
    @rule(data=st.data(), answer=st.sampled_from([Step.CONFIRMED, Step.REFUSED]))
    def answer(self, data, answer: Step) -> None:
        self.step(self.pick(data, Standing.WAITING), answer)

    @precondition(lambda self: Standing.HELD in self.standings)
    @rule(data=st.data())
    def correct(self, data) -> None:
        """Put a pickup right by giving it up: the payer gets his money back."""
        self.step(self.pick(data, Standing.HELD), Step.RETURNED)

    @precondition(lambda self: Standing.HELD in self.standings)
    @rule(data=st.data())
    def void(self, data) -> None:
        """Void a wrong receipt, by two persons."""
        self.step(self.pick(data, Standing.HELD), Step.VOIDED)

    @rule()
    def night(self) -> None:
        self.today += timedelta(days=1)

    def sum_of(self, standing: Standing) -> int:
        return sum(
            a for a, one in zip(self.amounts, self.standings, strict=True) if one is standing
        )

    @invariant()
    def held_is_never_negative_and_always_explained(self) -> None:
        told = balance(self.moves, self.today, self.today, self.sum_of(Standing.HELD))
        assert min(told.opening, told.held, told.waiting) >= 0
        assert told.difference == 0
        assert told.waiting == self.sum_of(Standing.WAITING)
        ever = balance(self.moves, MONDAY, self.today, told.by_receipts)
        assert ever.opening == 0
        assert ever.held == told.held
        assert ever.confirmed == self.sum_of(Standing.CONFIRMED)

    @invariant()
    def every_day_begins_where_the_day_before_ended(self) -> None:
        yesterday = self.today - timedelta(days=1)
        before = balance(self.moves, yesterday, yesterday, 0).held
        assert balance(self.moves, self.today, self.today, 0).opening == before


TestTheCounter = Counter.TestCase
