"""What stands still is told to whoever holds it, the oldest promise first."""

from datetime import date

import pytest

from postal_app import delivery_terms, scanning, standing
from postal_app.delivery_terms import STANDING, Term
from postal_app.rules.holders import HolderKind
from tests.makers import accept, bring_to_agency, make_town, minutes, scan, take_in
from tests.promised import publish

pytestmark = pytest.mark.one_server

A_DAY = 24 * 60


@pytest.fixture
def town(session):
    return make_town(session)


def numbers(session, by, *, at):
    return [one.number for one in standing.work(session, by, now=minutes(at))]


def test_without_a_promise_an_item_stands_still_after_the_term_of_its_holder(session, town):
    item = take_in(session, town)
    assert numbers(session, town.clerk, at=2 * A_DAY) == []
    [told] = standing.work(session, town.clerk, now=minutes(3 * A_DAY))
    assert (told.number, told.holder.vi) == (item.number, "Bưu cục Lương Sơn")
    assert told.still.since_due == date(2026, 3, 4)
    assert numbers(session, town.provincial, at=3 * A_DAY) == [item.number]
    assert numbers(session, town.courier, at=3 * A_DAY) == []


def test_the_province_sets_the_term_from_a_day_on(session, town):
    take_in(session, town)
    purpose = STANDING[HolderKind.POINT]
    term = Term(purpose, 0, date(2026, 3, 3), "QĐ 12/QĐ-BĐ")
    delivery_terms.enter(session, term, town.provincial, now=minutes(5))
    assert numbers(session, town.clerk, at=60) == []
    assert len(numbers(session, town.clerk, at=A_DAY)) == 1


def test_a_promise_that_has_passed_is_told_to_whoever_has_the_item_now(session, town):
    publish(session)
    first, second = take_in(session, town), take_in(session, town, now=minutes(A_DAY))
    going = [scan(one.number, "departed", minutes(A_DAY + 60)) for one in (second, first)]
    scanning.take_in(session, going, town.courier, now=minutes(A_DAY + 60))
    assert numbers(session, town.courier, at=30 * A_DAY) == [first.number, second.number]
    assert numbers(session, town.clerk, at=30 * A_DAY) == []


def test_what_the_agency_signed_for_stands_nowhere(session, town):
    item = take_in(session, town)
    bring_to_agency(session, town, item)
    assert numbers(session, town.officer, at=30 * A_DAY) == [item.number]
    accept(session, town, item)
    assert numbers(session, town.officer, at=30 * A_DAY) == []
