"""Money as a state machine against the archive: never negative at any point, always explained.

Money comes at the intake, at a supplement and at the door, at two points; it is exempt, voided,
given back, handed over, confirmed and refused, over several days.
"""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.dossiers import Dossier, MoneyLine
from models.money import Voucher
from postal_app import collecting, money_balance, month_names, pickups, receipts
from postal_app import money as desk
from postal_app.money_balance import BalanceRow
from postal_app.money_moves import Wanted
from postal_app.pickup_form import Money
from postal_app.rules.exemptions import Exempted
from postal_app.rules.money import FIGURE_WORDS, TRUST_KINDS
from postal_app.rules.periods import Period
from postal_app.rules.vietnamese import day_of
from tests.makers import NINE, TODAY, Town, make_town, pickup_of

pytestmark = pytest.mark.one_server  # the sums are the rules' doing, not the server's

BY_ACT = (None, Exempted("act_half", "giấy", "văn bản"), Exempted("act_full", "giấy", "văn bản"))
AMOUNTS = st.integers(1, 300_000)


class Counters(RuleBasedStateMachine):
    """Two counters, a courier and an agency; each run on its own piece of the archive."""

    session: Session
    town: Town

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = self.session.begin_nested()
        self.now = NINE
        self.dues: list[int] = []
        self.asked: list[int] = []

    def teardown(self) -> None:
        self.every_figure_leads_to_its_receipts()
        self.savepoint.rollback()
        self.session.expire_all()

    @rule(amount=AMOUNTS, kind=st.sampled_from(TRUST_KINDS), exempted=st.sampled_from(BY_ACT))
    def take_at_the_intake(self, amount, kind, exempted) -> None:
        pickup = pickup_of(
            service_form="receive", papers=(), money=(Money(kind, amount, exempted),)
        )
        made = pickups.open_pickup(self.session, pickup, self.town.clerk, now=self.now)
        both = [pickups.SignedBy("clerk"), pickups.SignedBy("sender")]
        pickups.sign(self.session, made.number, both, self.town.clerk, now=self.now)

    @precondition(lambda self: self.live())
    @rule(data=st.data(), amount=AMOUNTS, exempted=st.sampled_from(BY_ACT))
    def take_a_supplement(self, data, amount, exempted) -> None:
        dossier = data.draw(st.sampled_from(self.live()))
        clerk = data.draw(st.sampled_from([self.town.clerk, self.town.other_clerk]))
        line = Money("fee", amount, exempted)
        collecting.take(self.session, dossier, [line], "supplement", clerk, now=self.now)

    @precondition(lambda self: self.live())
    @rule(data=st.data(), amount=AMOUNTS)
    def ask_for_money_at_the_door(self, data, amount) -> None:
        dossier = data.draw(st.sampled_from(self.live()))
        due = collecting.add_due(
            self.session, dossier, "charge", amount, "delivery", self.town.officer, now=self.now
        )
        self.dues.append(due.id)

    @precondition(lambda self: self.dues)
    @rule(data=st.data())
    def take_at_the_door(self, data) -> None:
        due = data.draw(st.sampled_from(self.dues))
        courier = data.draw(st.sampled_from([self.town.courier, self.town.other_courier]))
        try:
            collecting.collect(self.session, [due], courier, now=self.now)
        except collecting.DueSettled:
            assert self.settled(due)

    @precondition(lambda self: self.dues)
    @rule(data=st.data(), exempted=st.sampled_from(BY_ACT[1:]))
    def exempt_at_the_door(self, data, exempted) -> None:
        try:
            due = data.draw(st.sampled_from(self.dues))
            collecting.waive(self.session, due, exempted, self.town.clerk, now=self.now)
        except collecting.DueSettled:
            pass

    @precondition(lambda self: self.numbers())
    @rule(data=st.data())
    def ask_to_void(self, data) -> None:
        number = data.draw(st.sampled_from(self.numbers()))
        try:
            asked = receipts.ask_void(
                self.session, number, "thu nhầm người", self.town.provincial, now=self.now
            )
        except receipts.NotVoidable:
            return
        self.asked.append(asked.id)

    @precondition(lambda self: self.asked)
    @rule(data=st.data(), approved=st.booleans())
    def answer_the_void(self, data, approved) -> None:
        asked = data.draw(st.sampled_from(self.asked))
        for clerk in (self.town.clerk, self.town.other_clerk):
            try:
                receipts.answer_void(self.session, asked, clerk, approved=approved, now=self.now)
            except (receipts.UnknownVoid, receipts.VoidAnswered, receipts.NotVoidable):
                continue

    @precondition(lambda self: self.live())
    @rule(data=st.data())
    def give_up(self, data) -> None:
        dossier = data.draw(st.sampled_from(self.live()))
        try:
            pickups.give_up(self.session, dossier.number, "đổi ý", self.town.clerk, now=self.now)
        except desk.HandedOver:
            return
        self.session.flush()

    @rule(other=st.booleans())
    def hand_over(self, other) -> None:
        clerk = self.town.other_clerk if other else self.town.clerk
        for held in desk.held(self.session, clerk):
            ready = [one.number for one in held.receipts if one.ready]
            desk.hand_over(self.session, held.agency_id, ready, clerk, now=self.now)

    @precondition(lambda self: self.unanswered())
    @rule(data=st.data(), confirmed=st.booleans())
    def answer(self, data, confirmed) -> None:
        number = data.draw(st.sampled_from(self.unanswered()))
        verb = desk.confirm if confirmed else desk.refuse
        verb(self.session, number, "PT-1 thiếu tiền", self.town.officer, now=self.now)

    @rule()
    def night(self) -> None:
        self.now += timedelta(days=1)

    def live(self) -> list[Dossier]:
        rows = select(Dossier).where(Dossier.voided_at.is_(None)).order_by(Dossier.id)
        return list(self.session.scalars(rows))

    def numbers(self) -> list[str]:
        rows = select(MoneyLine.receipt_number).where(MoneyLine.amount > 0)
        return list(self.session.scalars(rows.order_by(MoneyLine.id)))

    def unanswered(self) -> list[str]:
        rows = select(Voucher).where(~Voucher.answer.has()).order_by(Voucher.id)
        return [one.number for one in self.session.scalars(rows)]

    def settled(self, due: int) -> bool:
        return due not in {
            one.id
            for dues in collecting.dues_of(self.session, [d.id for d in self.live()]).values()
            for one in dues
        }

    @invariant()
    def held_is_never_negative_and_always_explained(self) -> None:
        for row in self.balances(day_of(self.now)):
            assert min(row.balance.opening, row.balance.held, row.balance.waiting) >= 0
            assert row.balance.difference == 0

    def every_figure_leads_to_its_receipts(self) -> None:
        for row in self.balances(TODAY):
            assert row.balance.difference == 0
            wanted = Wanted(row.point_id, row.agency_id, row.kind)
            period = Period(TODAY, day_of(self.now))
            for figure in FIGURE_WORDS:
                _lines, _count, amount = money_balance.behind(
                    self.session, period, wanted, figure, limit=1
                )
                assert amount == getattr(row.balance, figure), figure

    def balances(self, first: date) -> list[BalanceRow]:
        period = Period(first, day_of(self.now))
        named = month_names.names(self.session, period.last)
        return money_balance.balances(self.session, period, Wanted(), named)

    @invariant()
    def the_clerks_see_what_the_province_sees(self) -> None:
        told = sum(row.balance.held for row in self.balances(TODAY))
        clerks = (self.town.clerk, self.town.other_clerk)
        lying = [one for clerk in clerks for one in desk.held(self.session, clerk)]
        assert told == sum(sum(one.amounts.values()) for one in lying)

    @invariant()
    def receipts_of_each_point_have_no_gap(self) -> None:
        for code in ("354100", "350100"):
            serials = [int(one[-5:]) for one in self.numbers() if f"-{code}-" in one]
            assert sorted(serials) == list(range(1, len(serials) + 1))


def test_no_path_makes_held_money_negative_or_leaves_it_unexplained(session: Session) -> None:
    Counters.session, Counters.town = session, make_town(session)
    run_state_machine_as_test(
        Counters,
        settings=settings(
            max_examples=5,
            stateful_step_count=20,
            deadline=None,
            phases=[Phase.explicit, Phase.generate],  # to shrink takes minutes of a database
            suppress_health_check=list(HealthCheck),
        ),
    )
