"""A citizen asks to have a dossier fetched; the point's couriers see it, one answer ends it."""

import uuid
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from postal_app import collection_calls, pickups
from postal_app.collection_calls import NewCall
from postal_app.envelopes import Envelope
from postal_app.pickup_form import SignedBy
from tests.makers import NINE, RECORD, TODAY, Town, make_town, minutes, pickup_of

BOTH = [SignedBy("clerk"), SignedBy("sender")]
MAI = NewCall("Đinh Thị Mai", "0912345678", "Xóm Đồng, xã Tân Vinh", TODAY, "sau 17 giờ")


@pytest.fixture
def town(session: Session) -> Town:
    return make_town(session)


def test_the_points_couriers_see_what_the_clerk_wrote_down_and_others_do_not(session, town):
    call = collection_calls.ask(session, MAI, town.clerk, now=NINE)
    assert collection_calls.waiting(session, town.courier) == [call]
    assert collection_calls.waiting(session, town.other_courier) == []
    for number, by in ((call.id, town.other_courier), (10**30, town.courier)):
        with pytest.raises(collection_calls.UnknownCall):
            collection_calls.open_one(session, number, by)


def test_the_earliest_day_stands_first(session, town):
    later = NewCall("Xa Thị Nghĩa", "0911", "Xóm Đồng", TODAY + timedelta(days=3))
    calls = [collection_calls.ask(session, one, town.clerk, now=NINE) for one in (later, MAI)]
    assert collection_calls.waiting(session, town.courier) == calls[::-1]


@pytest.mark.parametrize(
    ("call", "error", "field"),
    [
        (NewCall("", "0912", "Xóm Đồng", TODAY), collection_calls.CallerMissing, "name"),
        (NewCall("Mai", " ", "Xóm Đồng", TODAY), collection_calls.CallerMissing, "phone"),
        (
            NewCall("Mai", "0912", "Xóm Đồng", TODAY - timedelta(days=1)),
            collection_calls.TooEarly,
            "wished_on",
        ),
    ],
)
def test_a_call_that_cannot_be_used_names_its_field(session, town, call, error, field):
    with pytest.raises(error) as refused:
        collection_calls.ask(session, call, town.clerk, now=NINE)
    assert refused.value.field == field


def test_a_form_sent_twice_is_one_call(session, town):
    asked = NewCall("Mai", "0912345678", "Xóm Đồng", TODAY, request_key=uuid.uuid4())
    first = collection_calls.ask(session, asked, town.clerk, now=NINE)
    assert collection_calls.ask(session, asked, town.clerk, now=minutes(1)) is first


def test_nothing_fetched_is_told_with_its_reason_and_ends_the_call(session, town):
    call = collection_calls.ask(session, MAI, town.clerk, now=NINE)
    for reason, note, field in (("", "", "reason"), ("rain", "", "reason"), ("other", " ", "note")):
        with pytest.raises(collection_calls.ReasonMissing) as refused:
            collection_calls.failed(session, call.id, reason, note, town.courier, now=minutes(60))
        assert refused.value.field == field
    said = ("other", "đường ngập", town.courier)
    collection_calls.failed(session, call.id, *said, now=minutes(60))
    assert collection_calls.waiting(session, town.courier) == []
    [(answered, number)] = collection_calls.answered(session, town.clerk)
    assert (answered.answer.outcome, answered.answer.note) == ("failed", "đường ngập")
    assert number is None
    with pytest.raises(collection_calls.CallAnswered):
        collection_calls.failed(session, call.id, *said, now=minutes(61))


def test_an_answer_is_never_rewritten(session, town):
    call = collection_calls.ask(session, MAI, town.clerk, now=NINE)
    collection_calls.failed(session, call.id, "gave_up", "", town.courier, now=minutes(60))
    with pytest.raises(DBAPIError):
        session.execute(text("UPDATE collection_answers SET reason = 'not_ready'"))


def test_the_seal_at_the_citizens_table_answers_the_call(session, town):
    call = collection_calls.ask(session, MAI, town.clerk, now=NINE)
    for count in (1, 2):  # she gives two dossiers at one visit
        pickup = pickup_of(call_id=call.id)
        dossier = pickups.open_pickup(session, pickup, town.courier, now=minutes(60))
        pickups.sign(session, dossier.number, BOTH, town.courier, now=minutes(61))
        envelope = Envelope(f"NP{count}", 50)
        pickups.seal(session, dossier.number, envelope, town.courier, now=minutes(62))
    [(answered, number)] = collection_calls.answered(session, town.clerk)
    assert (answered.answer.outcome, number) == ("done", "HB26-000001")


def test_who_only_registers_for_the_result_is_answered_by_both_signatures(session, town):
    call = collection_calls.ask(session, MAI, town.clerk, now=NINE)
    only_return = pickup_of(RECORD, service_form="receive", papers=(), call_id=call.id)
    dossier = pickups.open_pickup(session, only_return, town.courier, now=minutes(60))
    assert collection_calls.waiting(session, town.courier) == [call]
    pickups.sign(session, dossier.number, BOTH, town.courier, now=minutes(61))
    assert collection_calls.waiting(session, town.courier) == []


def test_nobody_answers_another_points_call(session, town):
    call = collection_calls.ask(session, MAI, town.other_clerk, now=NINE)
    with pytest.raises(collection_calls.UnknownCall):
        pickups.open_pickup(session, pickup_of(call_id=call.id), town.courier, now=minutes(60))
