"""Balances: each movement once out and once in, and nothing lost between two holders."""

from datetime import date, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from postal_app.rules.balances import Balance, Movement, balances, movements
from postal_app.rules.custody import Fact, history
from postal_app.rules.holders import CITIZEN, Holder, HolderKind
from postal_app.rules.periods import Period
from postal_app.rules.vocabulary import KINDS
from tests.rules.test_custody import (
    ANH_QUACH,
    HOA_BINH,
    LUONG_SON,
    NINE,
    SO_TU_PHAP,
    TO_THE_AGENCY,
    fact,
)

MONDAY = Period(date(2026, 3, 2), date(2026, 3, 2))
TUESDAY = Period(date(2026, 3, 3), date(2026, 3, 3))
HOLDERS = (CITIZEN, LUONG_SON, HOA_BINH, ANH_QUACH, SO_TU_PHAP, Holder(HolderKind.ITEM, 77))


def test_an_item_comes_into_being_with_its_first_holder_and_moves_on_from_there():
    moved = movements(history(TO_THE_AGENCY))
    assert [(one.giver, one.taker) for one in moved] == [
        (None, CITIZEN),
        (CITIZEN, LUONG_SON),
        (LUONG_SON, ANH_QUACH),
        (ANH_QUACH, HOA_BINH),
        (HOA_BINH, ANH_QUACH),
        (ANH_QUACH, SO_TU_PHAP),
    ]
    assert {moved[0].at, moved[1].at} == {NINE}


def test_what_was_corrected_moved_nothing():
    wrong = fact(8, "departed", 30, taker=ANH_QUACH)
    mended = [TO_THE_AGENCY[0], wrong, fact(9, "corrected", 40, corrects=wrong.fact)]
    assert movements(history(mended)) == movements(history(TO_THE_AGENCY[:1]))


def test_a_day_opens_with_what_the_day_before_closed_with():
    way = [*TO_THE_AGENCY[:3], fact(4, "departed", 24 * 60, taker=ANH_QUACH)]
    moved = movements(history(way))
    assert balances(moved, MONDAY)[HOA_BINH] == Balance(0, 1, 0)
    assert balances(moved, TUESDAY)[HOA_BINH] == Balance(1, 0, 1)
    assert balances(moved, TUESDAY)[ANH_QUACH] == Balance(0, 1, 0)


def test_the_day_ends_at_midnight_in_viet_nam():
    last = NINE.replace(hour=16, minute=59)
    moved = [Movement(last, UUID(int=1), None, LUONG_SON)]
    assert balances(moved, MONDAY)[LUONG_SON].came == 1
    moved = [Movement(last + timedelta(minutes=1), UUID(int=1), None, LUONG_SON)]
    assert balances(moved, MONDAY) == {}
    assert balances(moved, TUESDAY)[LUONG_SON].came == 1


FACTS = st.lists(
    st.tuples(
        st.sampled_from([name for name in KINDS if name != "corrected"]),
        st.integers(0, 4 * 24 * 60),
        st.sampled_from(HOLDERS),
        st.booleans(),
    ),
    max_size=8,
)


@given(st.lists(FACTS, max_size=4))
def test_all_closing_balances_are_together_the_items_that_came_into_being(items):
    moved = []
    for told in items:
        facts = [
            Fact(UUID(int=n), kind, NINE + timedelta(minutes=minutes), taker=taker)
            for n, (kind, minutes, taker, _) in enumerate(told, start=1)
        ]
        facts += [
            Fact(UUID(int=100 + n), "corrected", NINE + timedelta(days=1), corrects=UUID(int=n))
            for n, (*_, wrong) in enumerate(told, start=1)
            if wrong
        ]
        moved += movements(history(facts, LUONG_SON))
    for day in range(6):
        on = date(2026, 3, 2) + timedelta(days=day)
        period = Period(on, on)
        found = balances(moved, period)
        born = [one for one in moved if one.giver is None and one.at < period.ends]
        assert sum(one.closing for one in found.values()) == len(born)
        assert all(one.closing >= 0 for one in found.values())
        assert sum(one.came for one in found.values()) == (
            sum(one.went for one in found.values()) + sum(one.at >= period.starts for one in born)
        )
