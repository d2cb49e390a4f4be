"""Who had the item at that moment: one query, and the answer of the whole history."""

import uuid
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from postal_app import corrections, places, scanning
from postal_app.enquiries import UnknownNumber, item_history
from postal_app.envelopes import Bound, Envelope, make_item
from postal_app.holding import holder_at
from postal_app.ledger import DeviceClock, NewFact, record
from postal_app.ledger_reading import facts_of
from postal_app.locked_items import opening_holder
from postal_app.rules.custody import Custody, history
from postal_app.rules.holders import CITIZEN, Holder, HolderKind
from postal_app.rules.integrity import CONDITIONS
from postal_app.rules.legs import RESULT, RETURN_TO_CITIZEN, SUBMISSION, TRANSFER
from postal_app.rules.vocabulary import KINDS
from tests.makers import DECISION_DAY, NINE, bring_to_agency, make_town, minutes, scan, take_in


@pytest.fixture
def town(session):
    return make_town(session)


def steps_of(session, item):
    facts = facts_of(session, [item.id], since=item.created_at)[item.id]
    return history(facts, opening_holder(item))


def by_history(session, item, moment):
    """Give the holder by replaying everything, as the rules do."""
    before = [step for step in steps_of(session, item) if step.fact.occurred_at <= moment]
    return before[-1].after.holder if before else Custody(holder=opening_holder(item)).holder


def test_every_moment_of_an_ordinary_way_has_its_holder_by_name(session, town):
    item = take_in(session, town)
    bring_to_agency(session, town, item)
    told = [holder_at(session, item.number, minutes(n)) for n in (-1, 0, 59, 60, 119, 120, 900)]
    assert [one.who.vi for one in told] == [
        "Người dân",
        "Bưu cục Lương Sơn",
        "Bưu cục Lương Sơn",
        "Bưu tá Quách Văn Dũng",
        "Bưu tá Quách Văn Dũng",
        "Sở Giao thông Vận tải",
        "Sở Giao thông Vận tải",
    ]
    assert told[3].words.vi == "Bưu tá Quách Văn Dũng giữ, từ lúc 02/03/2026 10:00 (Rời bưu cục)"
    assert told[0].words.vi == "Người dân giữ; lúc đó sổ chưa ghi lần giao nhận nào"


def test_the_answer_is_one_statement_before_the_first_movement_and_after(session, town):
    item = take_in(session, town)
    bring_to_agency(session, town, item)
    number = item.number
    session.expire_all()
    said = []
    connection = session.connection()
    event.listen(connection, "before_cursor_execute", lambda *told: said.append(told[2]))
    for moment in (minutes(-5), minutes(0), minutes(90), minutes(500)):
        session.expunge_all()
        said.clear()
        assert holder_at(session, number, moment).who.vi
        assert len(said) == 1, said


def test_what_a_correction_took_out_did_not_move_the_item_then_either(session, town):
    item = take_in(session, town)
    scans = [scan(item.number, "departed", minutes(60)), scan(item.number, "arrived", minutes(90))]
    scanning.take_in(session, scans, town.other_courier, now=minutes(91))
    assert holder_at(session, item.number, minutes(70)).name == "Xa Văn Tuấn"
    wrong = item_history(session, item.number, town.clerk).lines[1].fact
    asked = corrections.ask(
        session, item.number, wrong, "quét nhầm bì bên cạnh", town.other_courier, now=minutes(95)
    )
    corrections.settle(session, asked.id, town.clerk, approved=True, now=minutes(99))
    then = holder_at(session, item.number, minutes(70))
    assert (then.who.vi, then.event) == ("Bưu cục Lương Sơn", "accepted")


def test_a_late_scan_changes_who_had_it_then(session, town):
    item = take_in(session, town)
    scanning.take_in(
        session, [scan(item.number, "arrived", minutes(200))], town.other_courier, now=minutes(200)
    )
    assert holder_at(session, item.number, minutes(100)).name == "Bưu cục Lương Sơn"
    late = [scan(item.number, "departed", minutes(60))]
    scanning.take_in(session, late, town.courier, now=minutes(300))
    assert holder_at(session, item.number, minutes(100)).name == "Quách Văn Dũng"
    assert holder_at(session, item.number, minutes(250)).name == "Bưu cục Hòa Bình"


@pytest.mark.parametrize(
    ("leg", "who"),
    [
        (SUBMISSION, "Người dân"),
        (RESULT, "Sở Giao thông Vận tải"),
        (TRANSFER, "Sở Xây dựng"),
        (RETURN_TO_CITIZEN, "Bưu cục Lương Sơn"),
    ],
)
def test_who_has_an_envelope_before_its_first_event_is_named_by_its_leg(session, town, leg, who):
    dossier = take_in(session, town).legs[0].dossier
    far = places.AgencyValues("H28.21", "Sở Xây dựng", "Tỉnh", "Phương Lâm", 20.81, 105.34)
    other = places.add_agency(session, far, DECISION_DAY)
    bound = Bound(town.luong_son.id, town.agency.id, other.id if leg == TRANSFER else None)
    if leg == SUBMISSION:
        dossier.reserved_number = None
    made = make_item(session, leg, [dossier], Envelope("NP0008", 50), now=minutes(10), bound=bound)
    told = holder_at(session, made.number, minutes(20))
    assert (told.who.vi, told.since) == (who, None)


def test_what_went_back_in_another_envelope_is_there(session, town):
    item, other = take_in(session, town), take_in(session, town)
    inside = Holder(HolderKind.ITEM, other.id)
    back = NewFact(item.id, uuid.uuid4(), "sent_back", minutes(30), town.clerk, taker=inside)
    record(session, [back], now=minutes(30))
    told = holder_at(session, item.number, minutes(40))
    assert told.who.vi == f"Trong bưu gửi khác {other.number}"
    assert other.number in told.words.en


def test_what_has_ended_moves_no_more_until_the_end_is_corrected(session, town):
    item = take_in(session, town)
    point = Holder(HolderKind.POINT, town.hoa_binh.id)
    facts = [
        NewFact(item.id, uuid.uuid4(), kind, minutes(at), town.clerk, taker=taker)
        for kind, at, taker in (("delivered", 30, CITIZEN), ("arrived", 40, point))
    ]
    record(session, facts, now=minutes(50))
    assert holder_at(session, item.number, minutes(45)).holder == CITIZEN
    mended = NewFact(
        item.id, uuid.uuid4(), "corrected", minutes(60), town.clerk, corrects=facts[0].fact
    )
    record(session, [mended], now=minutes(60))
    assert holder_at(session, item.number, minutes(45)).holder == point


def test_a_number_nobody_bears_is_unknown(session, town):
    with pytest.raises(UnknownNumber):
        holder_at(session, "RH000000000VN", NINE)


@st.composite
def facts_drawn(draw):
    """Draw what may be recorded of an item: any kind, at few moments, with any takers."""
    count = draw(st.integers(1, 9))
    drawn = []
    for number in range(count):
        kind = draw(st.sampled_from([*KINDS, "corrected", "corrected", "a word of tomorrow"]))
        drawn.append(
            {
                "kind": kind,
                "minute": draw(st.integers(0, 8)),
                "taker": draw(st.sampled_from(["", "point", "other", "courier", "agency", "man"])),
                "device": draw(st.sampled_from(["", "Phone", "phone", "điện"])),
                "sequence": draw(st.integers(0, 2)),
                "condition": draw(st.sampled_from(["", *CONDITIONS])),
                "corrects": draw(st.integers(0, count)),
                "fact": draw(st.uuids(version=4)),
                "number": number,
            }
        )
    return drawn


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=facts_drawn())
@pytest.mark.one_server  # the rules judge, not the server
def test_at_every_moment_the_query_agrees_with_the_whole_history(session, town, drawn):
    with session.begin_nested() as undone:
        item = take_in(session, town)
        known = [steps_of(session, item)[0].fact.fact, *(one["fact"] for one in drawn)]
        takers = {
            "": None,
            "point": Holder(HolderKind.POINT, town.luong_son.id),
            "other": Holder(HolderKind.POINT, town.hoa_binh.id),
            "courier": Holder(HolderKind.COURIER, town.courier.account_id),
            "agency": Holder(HolderKind.AGENCY, town.agency.id),
            "man": CITIZEN,
        }
        facts = [
            NewFact(
                item.id,
                one["fact"],
                one["kind"],
                minutes(one["minute"]),
                town.courier,
                taker=takers[one["taker"]],
                condition=one["condition"],
                corrects=known[one["corrects"]] if one["kind"] == "corrected" else None,
                clock=DeviceClock(device=one["device"], sequence=one["sequence"]),
            )
            for one in {one["fact"]: one for one in drawn}.values()
        ]
        record(session, facts, now=minutes(30))
        for half in range(-1, 19):
            moment = NINE + timedelta(seconds=30 * half)
            found = holder_at(session, item.number, moment)
            assert found.holder == by_history(session, item, moment), moment
            assert (found.holder == CITIZEN) == (found.name == "")
        undone.rollback()
    session.expire_all()
