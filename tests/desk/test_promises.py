"""Promises: made at the start, kept as they were said, measured by both limits."""

import uuid
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import DBAPIError

from models.promises import Promise
from postal_app import agency_desk, corrections, promises, scanning
from postal_app.enquiries import item_history
from postal_app.envelopes import Envelope
from postal_app.promises_kept import kept, overdue
from postal_app.rules.periods import Period
from postal_app.rules.promises import Keeping, Limit
from tests.makers import NINE, accept, bring_to_agency, make_town, minutes, scan, take_in
from tests.promised import CALENDAR, STANDARDS, publish

MARCH = Period(date(2026, 3, 1), date(2026, 3, 31))
FRIDAY_BEFORE_TET = datetime(2026, 2, 13, 2, 0, tzinfo=UTC)


@pytest.fixture
def town(session):
    found = make_town(session)
    publish(session)
    return found


def due_of(session, item):
    return promises.of_items(session, [item.id])[item.id].due


def result_of(session, town, item):
    """Bring an item to the agency, let it be settled and its result be put into an envelope."""
    bring_to_agency(session, town, item)
    accept(session, town, item)
    number = item.legs[0].dossier.number
    return agency_desk.hand_result(
        session, number, Envelope("NP9", 80), town.officer, now=minutes(190)
    )


def at(day, hour=9):
    return datetime(2026, 3, day, hour - 7, tzinfo=UTC)


def scan_in(session, by, item, kind, moment, now=None, **details):
    (verdict,) = scanning.take_in(
        session, [scan(item.number, kind, moment, **details)], by, now=now or moment
    )
    return verdict


def test_a_sealed_envelope_has_its_promise_by_distance_and_calendar(session, town):
    item = take_in(session, town)
    found = promises.of_items(session, [item.id])[item.id]
    assert (found.zone, found.calendar_version) == ("Trong tỉnh", "2026 (1)")
    assert (found.due.first_attempt, found.due.delivery) == (date(2026, 3, 4), date(2026, 3, 5))


def test_what_is_sealed_after_the_last_hour_counts_from_the_next_day(session, town):
    item = take_in(session, town, now=at(2, 16))
    assert due_of(session, item).counted_from == date(2026, 3, 3)


def test_over_tet_no_day_is_counted(session, town):
    item = take_in(session, town, now=FRIDAY_BEFORE_TET)
    assert due_of(session, item).delivery == date(2026, 2, 25)


def test_into_a_year_that_is_not_published_the_promise_says_so(session, town):
    item = take_in(session, town, now=datetime(2026, 12, 30, 2, 0, tzinfo=UTC))
    due = due_of(session, item)
    assert due.delivery == date(2027, 1, 4)
    assert due.unpublished == (2027,)
    assert "2027 chưa công bố" in due.words.vi


def test_without_a_standard_nothing_is_promised_then_or_later(session):
    town = make_town(session)
    item = take_in(session, town)
    publish(session)
    assert due_of(session, item) is None
    assert kept(session, MARCH, now=at(9)).of(Limit.DELIVERY).none == 1
    assert promises.limits(promises.of_items(session, [item.id])[item.id], [], at(9).date()) == ()


def test_terms_and_form_of_the_day_are_kept_with_the_promise(session, town):
    item = take_in(session, town)
    dossier = item.legs[0].dossier
    (row,) = session.scalars(select(Promise))
    assert (row.terms_id, row.form_version) == (dossier.terms_id, dossier.form_version)
    assert (row.price_version, row.made_at) == ("", NINE)


def test_nothing_published_later_changes_a_promise(session, town):
    item = take_in(session, town)
    before = due_of(session, item)
    publish(
        session,
        CALENDAR + "04/03/2026,Nghỉ,Nghỉ bão,TB mẫu 2\n",
        STANDARDS.splitlines()[0] + "\nNộp,Trong tỉnh,60,1,1,15,02/03/2026,,QĐ mẫu 2\n",
    )
    assert due_of(session, item) == before
    other = take_in(session, town, now=at(3))
    assert due_of(session, other).delivery == date(2026, 3, 5)  # one day, and the storm


def test_a_promise_cannot_be_changed_even_by_us(session, town):
    take_in(session, town)
    with pytest.raises(DBAPIError, match="permission denied"):
        session.execute(update(Promise).values(delivery_due=date(2026, 12, 31)))


def test_a_result_is_promised_from_when_it_was_collected_not_from_when_that_was_sent(session, town):
    item = result_of(session, town, take_in(session, town))
    assert promises.of_items(session, [item.id]) == {}
    scan_in(session, town.courier, item, "result_collected", at(5), now=at(9), condition="intact")
    due = due_of(session, item)
    assert (due.counted_from, due.first_attempt) == (date(2026, 3, 5), date(2026, 3, 9))
    assert due.delivery == date(2026, 3, 11)


def test_a_clock_that_runs_ahead_promises_from_when_it_was_told(session, town):
    item = result_of(session, town, take_in(session, town))
    ahead = datetime(9999, 12, 30, tzinfo=UTC)
    scan_in(session, town.courier, item, "result_collected", ahead, now=at(5))
    assert due_of(session, item).counted_from == date(2026, 3, 5)


def test_a_corrected_start_leaves_its_promise_and_the_true_one_makes_its_own(session, town):
    item = result_of(session, town, take_in(session, town))
    scan_in(session, town.courier, item, "result_collected", at(3))
    wrong = item_history(session, item.number, town.provincial).lines[0].fact
    asked = corrections.ask(
        session, item.number, wrong, "quét nhầm bì khác", town.provincial, now=at(4)
    )
    corrections.settle(session, asked.id, town.administrator, approved=True, now=at(4))
    assert promises.of_items(session, [item.id]) == {}
    scan_in(session, town.courier, item, "result_collected", at(6))
    assert due_of(session, item).counted_from == date(2026, 3, 6)
    made = select(func.count()).select_from(Promise).where(Promise.item_id == item.id)
    assert session.scalar(made) == 2


def test_both_limits_are_measured_apart(session, town):
    item = result_of(session, town, take_in(session, town))
    scan_in(session, town.courier, item, "result_collected", at(3))
    scan_in(session, town.courier, item, "out_for_delivery", at(4))
    failed = {"reason": "absent", "next_action": "again"}
    scan_in(session, town.courier, item, "attempt_failed", at(5), **failed)
    scan_in(session, town.courier, item, "out_for_delivery", at(10))
    given = {"receiver": "Đinh Thị Mai", "relation": "self", "proof": "signature"}
    scan_in(session, town.courier, item, "delivered", at(10, 10), **given)
    measured = kept(session, MARCH, now=at(12)).ways
    assert measured["result"][Limit.FIRST_ATTEMPT].on_time == 1
    assert measured["result"][Limit.DELIVERY].late == 1
    assert measured["submission"][Limit.DELIVERY].on_time == 1
    told = item_history(session, item.number, town.provincial)
    promised = promises.of_items(session, [item.id])[item.id]
    first, delivery = promises.limits(promised, [one.step for one in told.lines], at(12).date())
    assert (first.keeping, first.happened) == (Keeping.ON_TIME, date(2026, 3, 5))
    assert (delivery.keeping, delivery.happened) == (Keeping.LATE, date(2026, 3, 10))


def test_a_corrected_attempt_was_none(session, town):
    item = result_of(session, town, take_in(session, town))
    scan_in(session, town.courier, item, "result_collected", at(3))
    scan_in(session, town.courier, item, "out_for_delivery", at(4))
    failed = {"reason": "absent", "next_action": "again"}
    wrong = scan_in(session, town.courier, item, "attempt_failed", at(4, 10), **failed)
    asked = corrections.ask(
        session, item.number, wrong.scan_id, "không hề đến phát", town.provincial, now=at(5)
    )
    corrections.settle(session, asked.id, town.administrator, approved=True, now=at(5))
    first = kept(session, MARCH, now=at(5)).ways["result"][Limit.FIRST_ATTEMPT]
    assert (first.closed, first.running) == (0, 1)


def test_what_runs_is_told_beside_the_share_and_the_overdue_are_listed(session, town):
    late, fresh = take_in(session, town), take_in(session, town, now=at(10))
    moment = at(10, 11)
    measured = kept(session, MARCH, now=moment).ways["submission"][Limit.DELIVERY]
    assert (measured.closed, measured.running, measured.overdue) == (0, 1, 1)
    assert measured.ratio.shown == "–"
    (listed,) = overdue(session, MARCH, now=moment)
    assert (listed.number, listed.due) == (late.number, date(2026, 3, 5))
    assert due_of(session, fresh).delivery > moment.date()


def test_a_period_measures_only_what_began_in_it(session, town):
    take_in(session, town, now=FRIDAY_BEFORE_TET)
    take_in(session, town)
    assert kept(session, MARCH, now=at(2, 10)).of(Limit.DELIVERY).total == 1


def test_a_batch_of_collections_is_promised_whole(session, town):
    items = []
    for number in range(3):
        item = take_in(session, town)
        bring_to_agency(session, town, item)
        accept(session, town, item, f"H28.16-260302-000{number}")
        items.append(
            agency_desk.hand_result(
                session,
                item.legs[0].dossier.number,
                Envelope(f"NP9{number}", 80),
                town.officer,
                now=minutes(190),
            )
        )
    scans = [
        scan(item.number, "result_collected", at(3) + timedelta(minutes=n))
        for n, item in enumerate(items)
    ]
    again = [*scans, scan(items[0].number, "result_collected", at(4), uuid.uuid4().int)]
    scanning.take_in(session, again, town.courier, now=at(4))
    found = promises.of_items(session, [item.id for item in items])
    assert {one.due.delivery for one in found.values()} == {date(2026, 3, 9)}
