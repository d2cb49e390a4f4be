"""At the counter: what is blocked, in which order the gates open, and what is kept."""

import uuid
from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models.dossiers import Dossier, MoneyLine
from models.places import Qualification
from postal_app import catalogue, pickups, places
from postal_app.envelopes import BadWeight, Envelope, SealMissing
from postal_app.once import FormUsed
from postal_app.pickup_form import (
    MissingUnexplained,
    NameOrAddressMissing,
    NothingCounted,
    Paper,
    Person,
    SignedBy,
)
from postal_app.rules.codes import is_item_number
from postal_app.rules.intake import Gate
from tests.makers import LICENCE, MARRIAGE, NINE, RECORD, TODAY, Town, make_town, pickup_of, take_in

BOTH = [SignedBy("clerk"), SignedBy("sender")]


@pytest.fixture
def town(session: Session) -> Town:
    return make_town(session)


def test_a_dossier_passes_the_gates_and_becomes_an_item_at_the_point(session, town):
    item = take_in(session, town)
    dossier = item.legs[0].dossier
    assert is_item_number(item.number)
    assert (item.state, item.integrity) == ("taken_in", "intact")
    assert (item.holder_kind, item.holder_id) == ("point", town.luong_son.id)
    assert dossier.sealed_at == item.legs[0].started_at == NINE
    assert pickups.gate_of(dossier) is Gate.DONE


def test_the_number_on_the_slip_to_sign_is_the_number_of_the_sealed_item(session, town):
    dossier = pickups.open_pickup(session, pickup_of(), town.clerk, now=NINE)
    reserved = dossier.reserved_number
    pickups.sign(session, dossier.number, BOTH, town.clerk, now=NINE)
    item = pickups.seal(session, dossier.number, Envelope("NP1", 50), town.clerk, now=NINE)
    assert item.number == reserved


def test_no_seal_before_both_have_signed(session, town):
    dossier = pickups.open_pickup(session, pickup_of(), town.clerk, now=NINE)
    for signed in ([], [SignedBy("clerk")]):
        pickups.sign(session, dossier.number, signed, town.clerk, now=NINE)
        with pytest.raises(pickups.GateClosed) as refused:
            pickups.seal(session, dossier.number, Envelope("NP1", 50), town.clerk, now=NINE)
        assert "Hai bên ký" in refused.value.said.vi


def test_the_table_itself_refuses_a_seal_without_signatures(session, town):
    dossier = pickups.open_pickup(session, pickup_of(), town.clerk, now=NINE)
    dossier.sealed_at = NINE
    with pytest.raises(IntegrityError, match="no_gate_skipped"):
        session.flush()


def test_a_procedure_that_may_not_go_by_post_is_blocked_with_its_decision(session, town):
    with pytest.raises(pickups.NotByPost) as refused:
        pickups.open_pickup(session, pickup_of(MARRIAGE), town.clerk, now=NINE)
    assert "01/QĐ-UBND" in refused.value.said.vi
    assert "phải có mặt" in refused.value.said.vi


def test_when_only_the_result_may_go_by_post_the_clerk_offers_that(session, town):
    with pytest.raises(pickups.NotByPost) as refused:
        pickups.open_pickup(session, pickup_of(RECORD), town.clerk, now=NINE)
    assert "Vẫn nhận được kết quả qua bưu chính" in refused.value.said.vi
    only_return = pickup_of(RECORD, service_form="receive", papers=())
    dossier = pickups.open_pickup(session, only_return, town.clerk, now=NINE)
    pickups.sign(session, dossier.number, BOTH, town.clerk, now=NINE)
    assert pickups.gate_of(dossier) is Gate.DONE
    with pytest.raises(pickups.GateClosed):
        pickups.seal(session, dossier.number, Envelope("NP1", 50), town.clerk, now=NINE)


def test_a_procedure_that_no_decision_names_is_unknown(session, town):
    with pytest.raises(catalogue.UnknownProcedure):
        pickups.open_pickup(session, pickup_of("9.999999"), town.clerk, now=NINE)


def test_a_point_that_is_not_qualified_takes_nothing_in(session, town):
    session.execute(Qualification.__table__.update().values(valid_to=TODAY.replace(day=1)))
    with pytest.raises(places.PointNotQualified) as refused:
        pickups.open_pickup(session, pickup_of(), town.clerk, now=NINE)
    assert "Bưu cục Lương Sơn (354100)" in refused.value.said.vi


@pytest.mark.parametrize(
    ("changes", "error", "field"),
    [
        ({"papers": ()}, NothingCounted, "papers"),
        ({"sender": Person("", "", "Lương Sơn")}, NameOrAddressMissing, "sender_name"),
        ({"receiver": Person("Mai", "", " ")}, NameOrAddressMissing, "receiver_address"),
        (
            {"papers": (Paper("Đơn", "original", 1, 1), Paper("Bản sao", "copy", 2, 1))},
            MissingUnexplained,
            "paper_1_note",
        ),
    ],
)
def test_a_form_that_cannot_be_used_names_its_field(session, town, changes, error, field):
    with pytest.raises(error) as refused:
        pickups.open_pickup(session, pickup_of(LICENCE, **changes), town.clerk, now=NINE)
    assert refused.value.field == field


def test_a_missing_paper_is_taken_in_with_the_word_why(session, town):
    papers = (Paper("Đơn", "original", 1, 1), Paper("Bản sao", "copy", 2, 1, note="nộp sau"))
    dossier = pickups.open_pickup(session, pickup_of(papers=papers), town.clerk, now=NINE)
    assert [line.note for line in dossier.checklist] == ["", "nộp sau"]


@pytest.mark.parametrize(
    ("envelope", "error"),
    [(Envelope(" ", 50), SealMissing), (Envelope("NP1", 0), BadWeight)],
)
def test_an_envelope_needs_a_seal_and_a_weight(session, town, envelope, error):
    dossier = pickups.open_pickup(session, pickup_of(), town.clerk, now=NINE)
    pickups.sign(session, dossier.number, BOTH, town.clerk, now=NINE)
    with pytest.raises(error):
        pickups.seal(session, dossier.number, envelope, town.clerk, now=NINE)


def test_a_clerk_of_another_point_does_not_find_the_dossier(session, town):
    dossier = pickups.open_pickup(session, pickup_of(), town.clerk, now=NINE)
    with pytest.raises(pickups.UnknownDossier):
        pickups.sign(session, dossier.number, BOTH, town.other_clerk, now=NINE)


def test_a_pickup_given_up_before_the_seal_keeps_its_reason_and_carries_nothing(session, town):
    dossier = pickups.open_pickup(session, pickup_of(), town.clerk, now=NINE)
    pickups.give_up(session, dossier.number, "người dân về bổ sung", town.clerk, now=NINE)
    assert dossier.void_reason == "người dân về bổ sung"
    assert pickups.unfinished(session, town.clerk) == []
    with pytest.raises(pickups.UnknownDossier):
        pickups.seal(session, dossier.number, Envelope("NP1", 50), town.clerk, now=NINE)


def test_a_sealed_dossier_cannot_be_given_up(session, town):
    item = take_in(session, town)
    number = item.legs[0].dossier.number
    with pytest.raises(pickups.GateClosed):
        pickups.give_up(session, number, "đổi ý", town.clerk, now=NINE)


def test_each_money_line_bears_its_own_receipt_number_of_the_point(session, town):
    take_in(session, town)
    receipts = session.scalars(select(MoneyLine.receipt_number).order_by(MoneyLine.id)).all()
    assert receipts == ["BL26-354100-00001", "BL26-354100-00002"]


def test_the_address_is_kept_as_written_with_the_units_recognised(session, town):
    take_in(session, town)
    sender = session.scalars(select(Dossier)).one().parties[0]
    assert sender.address == "Xóm Đồng, xã Tân Vinh, huyện Lương Sơn, Hòa Bình"
    assert (sender.province_code, sender.catalogue) == ("17", "2024")


def test_a_courier_takes_in_at_the_address_through_the_same_gates(session, town):
    dossier = pickups.open_pickup(session, pickup_of(), town.courier, now=NINE)
    assert (dossier.at_home, dossier.point_id) == (True, town.luong_son.id)
    with pytest.raises(pickups.GateClosed):
        pickups.seal(session, dossier.number, Envelope("NP1", 50), town.courier, now=NINE)
    pickups.sign(session, dossier.number, BOTH, town.courier, now=NINE)
    item = pickups.seal(session, dossier.number, Envelope("NP1", 50), town.courier, now=NINE)
    assert (item.state, item.integrity) == ("in_transit", "intact")
    assert (item.holder_kind, item.holder_id) == ("courier", town.courier.account_id)
    assert dossier.legs[0].started_at == dossier.sealed_at == NINE
    receipts = session.scalars(select(MoneyLine.receipt_number).order_by(MoneyLine.id)).all()
    assert receipts[0] == "BL26-354100-00001"


def test_a_courier_meets_only_the_dossiers_he_began_himself(session, town):
    at_the_counter = pickups.open_pickup(session, pickup_of(), town.clerk, now=NINE)
    at_home = pickups.open_pickup(session, pickup_of(), town.courier, now=NINE)
    assert pickups.unfinished(session, town.courier) == [at_home]
    assert pickups.unfinished(session, town.clerk) == [at_the_counter, at_home]
    with pytest.raises(pickups.UnknownDossier):
        pickups.sign(session, at_the_counter.number, BOTH, town.courier, now=NINE)


def test_a_form_sent_twice_is_one_dossier_with_one_set_of_receipts(session, town):
    pickup = pickup_of(request_key=uuid.uuid4())
    first = pickups.open_pickup(session, pickup, town.clerk, now=NINE)
    assert pickups.open_pickup(session, pickup, town.clerk, now=NINE) is first
    assert len(session.scalars(select(MoneyLine)).all()) == 2


def test_a_form_sent_again_with_other_content_is_told_and_makes_nothing(session, town):
    pickup = pickup_of(request_key=uuid.uuid4())
    first = pickups.open_pickup(session, pickup, town.clerk, now=NINE)
    other = replace(pickup, sender=Person("Quách Thị Lụa", "", "Lương Sơn"))
    for again, by in ((other, town.clerk), (pickup, town.other_clerk)):
        with pytest.raises(FormUsed, match=first.number):
            pickups.open_pickup(session, again, by, now=NINE)


def test_the_result_waits_at_the_point_the_citizen_names(session, town):
    there = pickup_of(return_point_code=town.hoa_binh.code)
    dossier = pickups.open_pickup(session, there, town.clerk, now=NINE)
    assert (dossier.point_id, dossier.return_point_id) == (town.luong_son.id, town.hoa_binh.id)
    at_home = pickups.open_pickup(session, pickup_of(), town.clerk, now=NINE)
    assert at_home.return_point_id is None


def test_a_point_that_is_not_qualified_keeps_no_result(session, town):
    places.end_qualification(session, town.hoa_binh.code, TODAY.replace(day=1))
    there = pickup_of(return_point_code=town.hoa_binh.code)
    with pytest.raises(places.PointNotQualified) as refused:
        pickups.open_pickup(session, there, town.clerk, now=NINE)
    assert "Bưu cục Hòa Bình" in refused.value.said.vi
    with pytest.raises(places.UnknownPoint):
        pickups.open_pickup(session, pickup_of(return_point_code="1"), town.clerk, now=NINE)


@pytest.mark.parametrize(
    ("address", "catalogue"),
    [
        ("Xóm Đồng, xã Tân Vinh, huyện Lương Sơn, tỉnh Hòa Bình", "2024"),
        ("Xóm Đồng, xã Lương Sơn, tỉnh Phú Thọ", "2025"),
    ],
)
def test_addresses_of_three_parts_and_of_two_are_both_taken(session, town, address, catalogue):
    somebody = Person("Đinh Thị Mai", "0912345678", address)
    pickup = pickup_of(sender=somebody, receiver=somebody)
    dossier = pickups.open_pickup(session, pickup, town.clerk, now=NINE)
    assert {one.catalogue for one in dossier.parties if one.address == address} == {catalogue}
