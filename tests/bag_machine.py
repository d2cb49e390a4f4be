"""Bags and lists in a town where anything may be tried: what the machine of desks walks too."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.bags import Bag
from models.items import Item
from models.ledger import LedgerEntry
from postal_app import bag_following, bags, handover_lists, handovers, scanning
from postal_app.bags import Handled, Seen
from postal_app.handovers import NewHandover
from postal_app.rules.bags import BAG_KINDS
from postal_app.rules.handovers import ListKind, Outcome
from tests.makers import Town, scan

BAG_SCANS = ("departed", "arrived", "lost", "found", "handed_on", "bagged", "unbagged")
MOST = 2  # bags of one run


class BagWork(RuleBasedStateMachine):
    """What is done with bags and lists; the rest of the town stands with the desks' machine."""

    session: Session
    town: Town
    now: datetime
    tried: Callable[[Callable[[], Any]], Any]
    items: Callable[[], list[Item]]
    drawn_item: Callable[[st.DataObject], Item]

    def bags(self) -> list[Bag]:
        return list(self.session.scalars(select(Bag).order_by(Bag.id)))

    @precondition(lambda self: len(self.bags()) < MOST)
    @rule()
    def begin_a_bag(self) -> None:
        to, by = self.town.hoa_binh.code, self.town.clerk
        self.tried(lambda: bags.make(self.session, to, by, now=self.now))

    @precondition(lambda self: self.bags() and self.items())
    @rule(data=st.data(), step=st.sampled_from(["put", "put", "take", "seal", "open", "empty"]))
    def work_at_a_bag(self, data, step) -> None:
        number = data.draw(st.sampled_from(self.bags())).number
        handled = Handled(self.drawn_item(data).number)
        by = self.town.clerk if step in ("put", "seal") else self.town.other_clerk
        seen = Seen("intact", data.draw(st.sampled_from(["TK1", "TK2"])))
        steps = {
            "put": lambda: bags.put_in(self.session, number, handled, by, now=self.now),
            "take": lambda: bags.take_out(self.session, number, handled, by, now=self.now),
            "seal": lambda: bags.seal(self.session, number, "TK1", by, now=self.now),
            "open": lambda: bags.open_bag(self.session, number, seen, by, now=self.now),
            "empty": lambda: bags.declare_empty(self.session, number, by, now=self.now),
        }
        self.tried(steps[step])

    @precondition(lambda self: self.bags() and self.items())
    @rule(data=st.data(), kind=st.sampled_from(BAG_SCANS), late=st.sampled_from([0, 90, 500]))
    def scan_a_bag_or_what_is_in_it(self, data, kind, late) -> None:
        bag = data.draw(st.sampled_from(self.bags()))
        code = bag.number if kind in BAG_KINDS else self.drawn_item(data).number
        by = data.draw(st.sampled_from([self.town.courier, self.town.other_clerk]))
        self.now += timedelta(minutes=20)
        made = scan(code, kind, self.now - timedelta(minutes=late), bag=bag.number, note="rách")
        (verdict,) = scanning.take_in(self.session, [made], by, now=self.now)
        assert verdict.words.vi

    @precondition(lambda self: self.items())
    @rule(data=st.data(), counted=st.booleans())
    def hand_over_by_a_list(self, data, counted) -> None:
        numbers = tuple(one.number for one in [*self.bags(), self.drawn_item(data)])
        new = NewHandover(ListKind.BD10, numbers, self.town.hoa_binh.code, self.now)
        one = self.tried(lambda: handovers.close(self.session, new, self.town.clerk, now=self.now))
        if one is None:
            return
        by, taken = self.town.other_clerk, Handled(data.draw(st.sampled_from(numbers)))
        self.tried(lambda: handovers.take(self.session, one.number, taken, by, now=self.now))
        if counted:
            self.tried(lambda: handovers.count(self.session, one.number, by, now=self.now))
            said = {line.line.outcome for line in handover_lists.told(self.session, one)}
            assert Outcome.WAITING not in said

    @invariant()
    def what_lies_in_a_bag_has_all_that_happened_to_the_bag(self) -> None:
        before = self.session.scalar(select(func.count(LedgerEntry.id)))
        ids = {item.id for item in self.items()}
        bag_following.follow(self.session, ids, now=self.now)
        assert self.session.scalar(select(func.count(LedgerEntry.id))) == before
