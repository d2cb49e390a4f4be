"""Dossiers walked at random through the desks: no path leads to a state the law does not know.

Clerks, couriers and officers do whatever they like, in any order; a desk may refuse, and a scan be
told as odd, but every item has one state and one holder, who took it from the one before, a scan
asked again is told the same, the holders have together what came into being on every day, instants
are in order or an anomaly says why not, the chain holds, and the month counts every leg once.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.answers import AgencyAnswer
from models.dossiers import Dossier
from models.items import Item, Leg
from models.ledger import Correction, LedgerEntry
from postal_app import (
    agency_answers,
    agency_desk,
    agency_envelopes,
    agency_transfers,
    balances,
    corrections,
    deliveries,
    hand_outs,
    incidents,
    month_end,
    scanning,
    verification,
)
from postal_app.agency_desk import Acceptance
from postal_app.answer_form import NewAnswer
from postal_app.envelopes import Envelope
from postal_app.errors import PostalError
from postal_app.incidents import NewIncident
from postal_app.ledger_reading import facts_of, histories
from postal_app.locked_items import opening_holder
from postal_app.rules.custody import history
from postal_app.rules.dossier_states import DossierState
from postal_app.rules.holders import HolderKind
from postal_app.rules.integrity import Integrity
from postal_app.rules.legs import LEGS, RESULT, TO_AGENCY
from postal_app.rules.periods import Period
from postal_app.rules.roles import Actor
from postal_app.rules.undeliverable import REASONS
from postal_app.rules.vietnamese import day_of
from postal_app.rules.vocabulary import FINAL_OUTCOMES, KINDS, Outcome, State
from tests.agencies import other_agency, receive
from tests.bag_machine import BagWork
from tests.delivered import MAI, hand_out_of
from tests.makers import NINE, Town, make_town, scan, take_in

pytestmark = pytest.mark.one_server  # the rules are ours, not the server's

FOURTEEN_DAYS = 14 * 24 * 60  # minutes
MOST = 2  # dossiers of one run, so that they get somewhere
SCANNED = sorted(name for name, kind in KINDS.items() if kind.scanned)
SAID = {
    "seal": st.sampled_from(["", "", "NP0001", "NP9999"]),
    "condition": st.sampled_from(["", "intact", "damaged", "seal_broken"]),
    "note": st.just("bì ướt một góc"),
    "manner": st.just("phone"),
    "proof": st.just("signature"),
    "receiver": st.just("Đinh Thị Mai"),
    "relation": st.just("self"),
}
WHY = st.sampled_from([(code, action) for code, one in REASONS.items() for action in one.actions])
ANSWERS = (
    NewAnswer("refused", reason="Không thuộc thẩm quyền", ground="NĐ 118/2025/NĐ-CP"),
    NewAnswer("stopped", reason="Người nộp không bổ sung", ground="NĐ 118/2025/NĐ-CP"),
    NewAnswer("settled"),
)


class Post(BagWork):
    """A town where anything may be tried; each run on its own piece of the archive."""

    session: Session
    town: Town
    centre: Actor

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = self.session.begin_nested()
        self.now = NINE
        self.made: list[tuple[scanning.Scan, Actor, scanning.Verdict]] = []

    def teardown(self) -> None:
        self.the_chain_holds_and_the_shadows_say_what_the_ledger_says()
        self.the_month_counts_every_leg_once()
        self.savepoint.rollback()
        self.session.expunge_all()

    def tried(self, work: Callable[[], Any]) -> Any:
        """Let a desk do something; what it refuses leaves no trace."""
        self.now += timedelta(minutes=20)
        try:
            with self.session.begin_nested():
                return work()
        except PostalError:
            return None

    def items(self) -> list[Item]:
        return list(self.session.scalars(select(Item).order_by(Item.id)))

    def dossiers(self) -> list[Dossier]:
        return list(self.session.scalars(select(Dossier).order_by(Dossier.id)))

    def drawn_item(self, data: st.DataObject) -> Item:
        return data.draw(st.sampled_from(self.items()))

    def drawn_dossier(self, data: st.DataObject) -> Dossier:
        return data.draw(st.sampled_from(self.dossiers()))

    def officer_of(self, dossier: Dossier) -> Actor:
        return self.town.officer if dossier.agency_id == self.town.agency.id else self.centre

    @precondition(lambda self: len(self.dossiers()) < MOST)
    @rule()
    def take_a_dossier_in(self) -> None:
        self.now += timedelta(minutes=20)
        take_in(self.session, self.town, now=self.now)

    @precondition(lambda self: self.items())
    @rule(
        data=st.data(),
        kind=st.sampled_from(SCANNED),
        said=st.fixed_dictionaries(SAID),
        why=WHY,
        late=st.sampled_from([0, 0, 0, 90, FOURTEEN_DAYS]),
    )
    def scan_anything(self, data, kind, said, why, late) -> None:
        by = data.draw(
            st.sampled_from([self.town.courier, self.town.clerk, self.town.other_courier])
        )
        needs = {
            name: said[name] for name in (*KINDS[kind].needs, "condition", "seal") if name in said
        }
        if "reason" in KINDS[kind].needs:
            needs |= {"reason": why[0], "next_action": why[1], "text": "chó dữ"}
        item = self.drawn_item(data)
        self.now += timedelta(minutes=20)
        made = scan(item.number, kind, self.now - timedelta(minutes=late), **needs)
        (verdict,) = scanning.take_in(self.session, [made], by, now=self.now)
        assert verdict.words.vi
        self.made.append((made, by, verdict))

    @precondition(lambda self: self.made)
    @rule(data=st.data(), other=st.sampled_from(SCANNED))
    def ask_again(self, data, other) -> None:
        """Send scans once more, and an id with another content: all was said the first time."""
        made, by, verdict = data.draw(st.sampled_from(self.made))
        forged = replace(made, kind=other, details=made.details | {"text": "lần nữa"})
        again, conflict = scanning.take_in(self.session, [made, forged], by, now=self.now)
        assert conflict.outcome is scanning.Outcome.CONFLICT
        assert (again.number, again.anomalies) == (verdict.number, verdict.anomalies)
        if verdict.outcome is scanning.Outcome.REFUSED:
            assert again == verdict
        else:
            assert again.outcome is scanning.Outcome.ALREADY

    @precondition(lambda self: self.items())
    @rule(data=st.data(), steps=st.integers(1, 3))
    def carry_it_on(self, data, steps) -> None:
        """Go on with an item as it would go well, so that runs get somewhere."""
        item = self.drawn_item(data)
        collected = "result_collected" if item.leg == RESULT else "collected_from_agency"
        door = "handed_to_agency" if item.leg in TO_AGENCY else "out_for_delivery"
        ways = {State.EXPECTED: collected, State.OUT_FOR_DELIVERY: "arrived", State.COLLECTED: door}
        ways |= dict.fromkeys((State.TAKEN_IN, State.AT_OFFICE, State.NOT_DELIVERED), "departed")
        ways |= dict.fromkeys((State.IN_TRANSIT, State.HELD, State.PARTLY_DELIVERED), door)
        for _ in range(steps):
            kind = ways.get(State(item.state))
            if kind is not None:
                self.now += timedelta(minutes=20)
                made = scan(item.number, kind, self.now, condition="intact")
                scanning.take_in(self.session, [made], self.town.courier, now=self.now)

    @precondition(lambda self: self.items())
    @rule(data=st.data())
    def count_again_and_sign(self, data) -> None:
        item = self.drawn_item(data)
        by = self.town.officer if item.agency_id == self.town.agency.id else self.centre
        self.tried(lambda: receive(self.session, item, by, now=self.now))

    @precondition(lambda self: self.items())
    @rule(data=st.data())
    def accept(self, data) -> None:
        item = self.drawn_item(data)
        dossier = item.legs[0].dossier
        by = self.officer_of(dossier)
        code = f"H28.16-260302-{dossier.id:04d}"
        said = Acceptance(code, date(2026, 5, 4), "intact")
        self.tried(lambda: agency_desk.accept(self.session, item.number, said, by, now=self.now))

    @precondition(lambda self: self.dossiers())
    @rule(data=st.data(), answer=st.sampled_from(ANSWERS))
    def answer(self, data, answer) -> None:
        dossier = self.drawn_dossier(data)
        by = self.officer_of(dossier)
        self.tried(lambda: agency_answers.give(self.session, dossier, answer, by, now=self.now))

    @precondition(lambda self: self.dossiers())
    @rule(data=st.data())
    def send_the_result(self, data) -> None:
        dossier = self.drawn_dossier(data)
        by, seal = self.officer_of(dossier), Envelope("SGTVT-1", 40)
        self.tried(
            lambda: agency_desk.hand_result(self.session, dossier.number, seal, by, now=self.now)
        )

    @precondition(lambda self: self.answers())
    @rule(data=st.data())
    def send_an_answer(self, data) -> None:
        answer = data.draw(st.sampled_from(self.answers()))
        by, seal = self.officer_of(answer.dossier), Envelope("SGTVT-2", 20)
        self.tried(
            lambda: agency_envelopes.send_answers(self.session, [answer.id], seal, by, now=self.now)
        )

    def answers(self) -> list[AgencyAnswer]:
        return list(self.session.scalars(select(AgencyAnswer).order_by(AgencyAnswer.id)))

    @precondition(lambda self: self.dossiers())
    @rule(data=st.data())
    def transfer(self, data) -> None:
        dossier = self.drawn_dossier(data)
        away = dossier.agency_id == self.town.agency.id
        to, by = "H28.99" if away else "H28.16", self.officer_of(dossier)
        self.tried(
            lambda: agency_transfers.transfer(
                self.session,
                dossier.number,
                to,
                "thuộc thẩm quyền nơi khác",
                by,
                now=self.now,
                envelope=Envelope("CH-1", 120),
            )
        )

    @precondition(lambda self: self.items())
    @rule(data=st.data())
    def hand_it_out(self, data) -> None:
        item = self.drawn_item(data)
        by = data.draw(st.sampled_from([self.town.courier, self.town.clerk]))
        asked = hand_out_of(item.number, MAI)
        self.tried(lambda: hand_outs.hand_out(self.session, asked, by, now=self.now))

    @precondition(lambda self: self.items())
    @rule(data=st.data())
    def send_it_back(self, data) -> None:
        item = self.drawn_item(data)
        self.tried(
            lambda: deliveries.send_back(self.session, item.number, self.town.clerk, now=self.now)
        )

    @precondition(lambda self: self.items())
    @rule(data=st.data(), approved=st.booleans())
    def correct(self, data, approved) -> None:
        item = self.drawn_item(data)
        facts = select(LedgerEntry.fact).where(LedgerEntry.item_id == item.id)
        fact = data.draw(st.sampled_from(sorted(self.session.scalars(facts), key=str) or [None]))

        def mend() -> Correction:
            asked = corrections.ask(
                self.session, item.number, fact, "quét nhầm bì", self.town.clerk, now=self.now
            )
            return corrections.settle(
                self.session, asked.id, self.town.provincial, approved=approved, now=self.now
            )

        if fact is not None:
            self.tried(mend)

    @precondition(lambda self: self.items())
    @rule(data=st.data(), kind=st.sampled_from(["seal_differs", "damaged", "seal_broken"]))
    def record_what_happened_to_it_and_settle_it(self, data, kind) -> None:
        item = self.drawn_item(data)

        def settle() -> None:
            new = NewIncident(item.number, kind, self.now, "bì rách một góc", "gói bọc lại")
            made = incidents.open_incident(self.session, new, self.town.clerk, now=self.now)
            incidents.answer(
                self.session, made.number, "", self.town.provincial, signs=True, now=self.now
            )
            incidents.settle(self.session, made.number, "mended", "", self.town.clerk, now=self.now)

        self.tried(settle)

    @rule(days=st.integers(1, 4))
    def nights_pass(self, days) -> None:
        self.now += timedelta(days=days)

    @invariant()
    def every_item_has_a_known_state_one_holder_and_is_closed_only_when_proven(self) -> None:
        for item in self.items():
            assert item.state in set(State)
            assert item.holder_kind in set(HolderKind)
            assert item.leg in LEGS
            assert item.closed == (item.proven and Outcome(item.outcome) in FINAL_OUTCOMES)
            assert (item.integrity == Integrity.LOST) == (item.state == State.LOST)

    @invariant()
    def whoever_gives_is_whoever_had_it_in_any_order_of_arrival(self) -> None:
        items = {item.id: item for item in self.items()}
        for item_id, facts in facts_of(self.session, items, since=NINE).items():
            holder = opening_holder(items[item_id])
            steps = history(facts, holder)
            assert history(reversed(facts), holder) == steps
            for step in steps:
                assert step.giver == holder
                holder = step.after.holder
            assert holder == (items[item_id].holder_kind, items[item_id].holder_id)

    @rule()
    def the_chain_holds_and_the_shadows_say_what_the_ledger_says(self) -> None:
        self.session.flush()
        assert list(verification.faults(self.session)) == []

    @invariant()
    def what_all_holders_have_is_on_every_day_what_came_into_being(self) -> None:
        days = {day_of(NINE), day_of(self.now) - timedelta(days=1), day_of(self.now)}
        for day in days:
            told = balances.trial(self.session, day)
            assert told.is_conserved
            assert all(one.closing >= 0 for one in told.holders.values())

    @invariant()
    def an_item_in_quarantine_has_a_matter_that_nobody_settled(self) -> None:
        for item in self.items():
            steps = histories(self.session, [item.id]).get(item.id, [])
            assert item.quarantined == bool(steps and steps[-1].after.matters)

    @invariant()
    def every_dossier_is_in_a_state_of_the_national_portal(self) -> None:
        ids = [dossier.id for dossier in self.dossiers()]
        told = agency_answers.status(self.session, ids)
        assert set(told) == set(ids)
        assert all(isinstance(state, DossierState) for state in told.values())

    @invariant()
    def the_instants_of_a_dossier_are_in_order_or_an_anomaly_says_why_not(self) -> None:
        for dossier in self.dossiers():
            reached = [dossier.sealed_at, dossier.handed_at, dossier.accepted_at]
            known = [moment for moment in reached if moment is not None]
            if known != sorted(known):
                assert self.anomalies_of(dossier), dossier.number
            assert dossier.sealed_at is not None or known == []

    def anomalies_of(self, dossier: Dossier) -> set[str]:
        rows = self.session.scalars(
            select(func.unnest(LedgerEntry.anomalies))
            .join(Leg, Leg.item_id == LedgerEntry.item_id)
            .where(Leg.dossier_id == dossier.id)
        )
        return set(rows)

    def the_month_counts_every_leg_once(self) -> None:
        whole = Period(date(2026, 1, 1), date(2026, 12, 31))
        month = month_end.reckon(self.session, whole, now=self.now)
        began = select(func.count(Leg.id)).where(Leg.started_at.is_not(None))
        assert month.carried_legs == self.session.scalar(began) == month.way.total
        assert month.total.both.allowed + month.total.both.exceptional == month.total.legs
        assert month.integrity.intact + month.integrity.not_checked + month.integrity.harmed == (
            month.integrity.ended
        )


def test_no_path_through_the_desks_leads_to_what_the_law_does_not_know(session: Session) -> None:
    town = make_town(session)
    centre = other_agency(session)[1]

    class Here(Post):
        pass

    Here.session, Here.town, Here.centre = session, town, centre
    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=6,
            stateful_step_count=30,
            deadline=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
