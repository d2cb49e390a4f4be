"""An item's states walked at random: regular steps, odd ones, late ones and corrections."""

from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from postal_app.rules.custody import Fact, history, opens_a_matter, replay
from postal_app.rules.holders import CITIZEN, Holder, HolderKind
from postal_app.rules.integrity import CONDITIONS, Integrity
from postal_app.rules.legs import LEGS, End
from postal_app.rules.next_steps import ALWAYS, next_steps, reachable
from postal_app.rules.vocabulary import FINAL_OUTCOMES, KINDS, State, Taker

NINE = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
LUONG_SON = Holder(HolderKind.POINT, 12)
ANH_QUACH = Holder(HolderKind.COURIER, 7)
SO_TU_PHAP = Holder(HolderKind.AGENCY, 3)
TAKERS = {
    Taker.RECORDER: ANH_QUACH,
    Taker.POINT: LUONG_SON,
    Taker.AGENCY: SO_TU_PHAP,
    Taker.CITIZEN: CITIZEN,
    Taker.ITEM: Holder(HolderKind.ITEM, 77),
    Taker.BAG: Holder(HolderKind.BAG, 5),
    Taker.PACKER: LUONG_SON,
    None: None,
}
OPENINGS = {
    End.CITIZEN: CITIZEN,
    End.AGENCY: SO_TU_PHAP,
    End.OTHER_AGENCY: Holder(HolderKind.AGENCY, 4),
    End.POINT: LUONG_SON,
}
CONDITION = st.sampled_from(["", *CONDITIONS])
PROOF = st.sampled_from(["", "signature"])


class OneItem(RuleBasedStateMachine):
    """One item of some leg, to which anything at all may happen."""

    @initialize(leg=st.sampled_from(list(LEGS)))
    def sealed(self, leg: str) -> None:
        """Seal an envelope for a purpose."""
        self.leg, self.opening = leg, OPENINGS[LEGS[leg].begins]
        self.facts: list[Fact] = []
        self.only_regular = True

    def add(self, kind: str, minutes: int, condition: str, proof: str, **more: object) -> None:
        """Add a fact so many minutes after the last one, or before it."""
        last = max((fact.occurred_at for fact in self.facts), default=NINE)
        self.facts.append(
            Fact(
                UUID(int=len(self.facts) + 1),
                kind,
                last + timedelta(minutes=minutes),
                taker=TAKERS[KINDS[kind].taker],
                condition=condition,
                proof=proof,
                **more,
            )
        )

    def now(self):
        """Give what the facts mean by now."""
        return replay(self.facts, self.opening)

    @precondition(lambda self: next_steps(self.now().state, [self.leg]))
    @rule(data=st.data(), condition=CONDITION, proof=PROOF)
    def a_regular_step(self, data: st.DataObject, condition: str, proof: str) -> None:
        """Go on as the table of next steps says."""
        before = self.now()
        bagged = before.holder.kind is HolderKind.BAG
        steps = next_steps(before.state, [self.leg])
        kind = data.draw(
            st.sampled_from([name for name, step in steps if bagged or not step.inside])
        )
        self.add(kind, 5, condition, proof)
        step = history(self.facts, self.opening)[-1]
        moved = step.after.holder != before.holder
        assert step.anomalies == (("quarantined",) if before.quarantined and moved else ())
        assert step.after.state is (KINDS[kind].leads_to or before.state)

    @rule(
        kind=st.sampled_from([name for name in KINDS if name not in ALWAYS]),
        minutes=st.sampled_from([5, -7, -40]),
        condition=CONDITION,
        proof=PROOF,
        differs=st.booleans(),
    )
    def anything(
        self, kind: str, minutes: int, condition: str, proof: str, *, differs: bool
    ) -> None:
        """Let anything be recorded, late or not."""
        self.add(kind, minutes, condition, proof, seal_differs=differs)
        self.only_regular = False

    @precondition(lambda self: self.facts)
    @rule(data=st.data(), minutes=st.sampled_from([5, -40]))
    def a_matter_is_settled(self, data: st.DataObject, minutes: int) -> None:
        """End the matters that some facts opened, or might have."""
        facts = st.sampled_from([fact.fact for fact in self.facts])
        settled = frozenset(data.draw(st.lists(facts, min_size=1, max_size=3)))
        self.add("matter_settled", minutes, "", "", settles=settled)
        assert not self.now().matters & settled

    @precondition(lambda self: self.facts)
    @rule(data=st.data())
    def a_correction(self, data: st.DataObject) -> None:
        """Take a fact out again; it stays in the history."""
        mistaken = data.draw(st.sampled_from([fact.fact for fact in self.facts]))
        known = len(self.facts)
        self.add("corrected", 5, "", "", corrects=mistaken)
        assert len(history(self.facts, self.opening)) == known + 1
        self.only_regular = False

    @invariant()
    def the_state_is_one_the_law_knows(self) -> None:
        """Whatever happened, the item is in a known state, with one holder, closed if proven."""
        if not hasattr(self, "facts"):
            return
        end = self.now()
        assert end.state in State
        assert isinstance(end.holder, Holder)
        assert end.closed == (end.proven and end.outcome in FINAL_OUTCOMES)
        assert (end.integrity is Integrity.LOST) == (end.state is State.LOST)
        if self.only_regular:
            assert end.state in reachable(self.leg)

    @invariant()
    def the_order_of_arrival_does_not_matter(self) -> None:
        """The same facts in another order mean the same."""
        if hasattr(self, "facts"):
            other = list(self.facts)
            Random(len(other)).shuffle(other)
            assert replay(other, self.opening) == self.now()

    @invariant()
    def an_open_matter_was_opened_by_a_fact_that_stands_and_that_nothing_settled(self) -> None:
        """Quarantine has a reason that is there to be read, and every movement in it is told."""
        if not hasattr(self, "facts"):
            return
        steps = history(self.facts, self.opening)
        standing = {step.fact.fact: step.fact for step in steps if not step.cancelled}
        settled = {one for fact in standing.values() for one in fact.settles}
        open_matters = self.now().matters
        assert all(opens_a_matter(standing[one]) for one in open_matters)
        assert not open_matters & settled
        held = False
        for step in steps:
            if held and step.giver != step.after.holder:
                assert "quarantined" in step.anomalies
            held = step.after.quarantined

    @invariant()
    def each_gives_what_the_one_before_took(self) -> None:
        """No movement loses the item: whoever gives is whoever had it."""
        if hasattr(self, "facts"):
            holder = self.opening
            for step in history(self.facts, self.opening):
                assert step.giver == holder
                holder = step.after.holder


TestOneItem = OneItem.TestCase
TestOneItem.settings = settings(max_examples=60, stateful_step_count=15)
