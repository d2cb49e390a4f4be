"""Further papers: any point takes them in, gate by gate, with a list of their own."""

import uuid
from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from models.dossiers import ChecklistLine
from postal_app import pickups, places, scanning, signed_lists, supplements, verification
from postal_app.envelopes import Envelope
from postal_app.once import FormUsed
from postal_app.pickup_form import Money, NothingCounted, NotInVocabulary, Paper, SignedBy
from postal_app.rules.intake import Gate
from postal_app.supplements import Supplement
from tests.makers import (
    NINE,
    Town,
    accept,
    bring_to_agency,
    make_town,
    minutes,
    pickup_of,
    scan,
    take_in,
)

BOTH = [SignedBy("clerk"), SignedBy("sender")]
PHOTO = Supplement((Paper("Ảnh thẻ 3 × 4 cm", "original", 2, 2),), "citizen")


@pytest.fixture
def town(session: Session) -> Town:
    return make_town(session)


@pytest.fixture
def dossier(session: Session, town: Town):
    """Bà Đinh Thị Mai's driving licence, accepted by the Sở Giao thông Vận tải."""
    item = take_in(session, town)
    bring_to_agency(session, town, item)
    accept(session, town, item)
    return item.legs[0].dossier


def open_for(session, dossier, by, said=PHOTO):
    found = supplements.find(session, dossier.number, "5678", by)
    return supplements.open_supplement(session, found, said, by, now=minutes(300))


def take_in_papers(session, dossier, by, said=PHOTO):
    sending = open_for(session, dossier, by, said)
    supplements.sign(session, sending.reserved_number, BOTH, by, now=minutes(301))
    envelope = Envelope("NP0077", 30)
    return supplements.seal(session, sending.reserved_number, envelope, by, now=minutes(302))


def test_further_papers_pass_the_same_gates_and_go_in_an_item_of_their_own(session, town, dossier):
    sending = open_for(session, dossier, town.clerk)
    number = sending.reserved_number
    assert supplements.gate_of(sending) is Gate.SIGN
    with pytest.raises(pickups.GateClosed):
        supplements.seal(session, number, Envelope("NP7", 30), town.clerk, now=minutes(301))
    supplements.sign(session, number, BOTH, town.clerk, now=minutes(301))
    item = supplements.seal(session, number, Envelope("NP7", 30), town.clerk, now=minutes(302))
    assert (item.number, item.leg, item.state) == (number, "supplement", "taken_in")
    assert (sending.item_id, sending.sealed_at) == (item.id, minutes(302))
    assert [leg.kind for leg in dossier.legs] == ["submission", "supplement"]
    assert list(verification.faults(session)) == []


def test_the_first_list_and_signatures_stay_apart_from_the_later_ones(session, town, dossier):
    take_in_papers(session, dossier, town.clerk)
    session.expire_all()
    assert [line.name for line in dossier.checklist] == [
        "Đơn đề nghị theo mẫu",
        "Giấy phép lái xe cũ",
    ]
    assert len(dossier.signatures) == 2
    [sending] = supplements.of_dossier(session, dossier.id)
    assert [line.name for line in sending.checklist] == ["Ảnh thẻ 3 × 4 cm"]
    assert {line.dossier_id for line in sending.checklist} == {dossier.id}


def test_the_agency_counts_each_envelope_against_its_own_signed_list(session, town, dossier):
    first = dossier.legs[0].item
    second = take_in_papers(session, dossier, town.clerk)
    names = {
        item.number: [line.name for line in signed_lists.of_item(session, item)[dossier.id]]
        for item in (first, second)
    }
    assert names == {
        first.number: ["Đơn đề nghị theo mẫu", "Giấy phép lái xe cũ"],
        second.number: ["Ảnh thẻ 3 × 4 cm"],
    }


def test_the_citizen_may_bring_them_to_another_point_and_says_who_she_is(session, town, dossier):
    item = take_in_papers(session, dossier, town.other_clerk)
    assert item.point_id == item.holder_id == town.hoa_binh.id
    assert item.agency_id == town.agency.id
    with pytest.raises(supplements.UnknownSupplement):
        supplements.get(session, item.number, town.clerk)
    for proof in ("dinh thi mai", "ĐINH THỊ MAI", "5678"):
        assert supplements.find(session, dossier.number, proof, town.other_clerk) is dossier
    for number, proof in (
        (dossier.number, ""),
        (dossier.number, "0000"),
        (dossier.number, "Đinh Thị"),
        ("HB26-999999", "5678"),
    ):
        with pytest.raises(pickups.UnknownDossier) as refused:
            supplements.find(session, number, proof, town.other_clerk)
        assert refused.value.said.vi.startswith("Không tìm thấy hồ sơ")


def test_the_dossier_is_found_by_every_number_the_citizen_may_hold(session, town, dossier):
    for number in (dossier.number, dossier.dossier_code, dossier.legs[0].item.number):
        assert supplements.find(session, number.lower(), "", town.clerk) is dossier


def test_a_courier_fetches_further_papers_at_home_and_answers_for_them(session, town, dossier):
    item = take_in_papers(session, dossier, town.courier)
    assert (item.state, item.holder_kind) == ("in_transit", "courier")
    assert supplements.unfinished(session, town.courier) == []
    with pytest.raises(supplements.UnknownSupplement):
        supplements.find_open(session, item.number, replace(town.courier, account_id=0))


def test_what_is_still_at_the_counter_takes_no_further_papers(session, town):
    dossier = pickups.open_pickup(session, pickup_of(), town.clerk, now=NINE)
    with pytest.raises(supplements.NotSentYet):
        supplements.find(session, dossier.number, "", town.clerk)


def test_nobody_waits_for_papers_of_a_finished_dossier(session, town, dossier):
    dossier.returned_at = minutes(250)
    with pytest.raises(supplements.Finished):
        supplements.find(session, dossier.number, "", town.clerk)


@pytest.mark.parametrize(
    ("said", "error", "field"),
    [
        (replace(PHOTO, papers=()), NothingCounted, "papers"),
        (replace(PHOTO, payer="nobody"), NotInVocabulary, "payer"),
        (replace(PHOTO, money=(Money("tip", 5_000),)), NotInVocabulary, "money_tip"),
    ],
)
def test_a_form_that_cannot_be_used_names_its_field(session, town, dossier, said, error, field):
    with pytest.raises(error) as refused:
        open_for(session, dossier, town.clerk, said)
    assert refused.value.field == field


def test_a_point_that_is_not_qualified_takes_no_further_papers(session, town, dossier):
    places.end_qualification(session, town.hoa_binh.code, NINE.date().replace(day=1))
    with pytest.raises(places.PointNotQualified):
        open_for(session, dossier, town.other_clerk)


def test_money_of_the_supplement_is_receipted_at_the_point_that_took_it(session, town, dossier):
    said = replace(PHOTO, money=(Money("postage", 26_000), Money("charge", 0)))
    open_for(session, dossier, town.other_clerk, said)
    line = dossier.money[-1]
    assert (line.moment, line.amount, line.point_id) == ("supplement", 26_000, town.hoa_binh.id)
    assert line.receipt_number == "BL26-350100-00001"


def test_a_form_sent_twice_is_one_sending_and_with_other_content_is_told(session, town, dossier):
    said = replace(PHOTO, request_key=uuid.uuid4())
    first = open_for(session, dossier, town.clerk, said)
    assert open_for(session, dossier, town.clerk, said) is first
    other = replace(said, papers=(Paper("Giấy khám sức khỏe", "original", 1, 1),))
    with pytest.raises(FormUsed, match=first.reserved_number):
        open_for(session, dossier, town.clerk, other)
    assert session.query(ChecklistLine).filter_by(sending_id=first.id).count() == 1


def test_given_up_papers_keep_the_reason_and_carry_nothing(session, town, dossier):
    sending = open_for(session, dossier, town.clerk)
    number = sending.reserved_number
    supplements.give_up(session, number, "người dân về lấy thêm", town.clerk, now=minutes(303))
    assert supplements.unfinished(session, town.clerk) == []
    assert supplements.get(session, number, town.clerk).void_reason == "người dân về lấy thêm"
    with pytest.raises(supplements.UnknownSupplement):
        supplements.sign(session, number, BOTH, town.clerk, now=minutes(304))


def test_sealed_papers_cannot_be_given_up(session, town, dossier):
    item = take_in_papers(session, dossier, town.clerk)
    with pytest.raises(pickups.GateClosed):
        supplements.give_up(session, item.number, "đổi ý", town.clerk, now=minutes(303))


def test_the_supplement_reaches_the_agency_and_leaves_the_first_hand_over_as_it_was(
    session, town, dossier
):
    handed = dossier.handed_at
    item = take_in_papers(session, dossier, town.clerk)
    scans = [
        scan(item.number, "departed", minutes(310)),
        scan(item.number, "handed_to_agency", minutes(320), condition="intact"),
    ]
    verdicts = scanning.take_in(session, scans, town.courier, now=minutes(321))
    assert [verdict.anomalies for verdict in verdicts] == [(), ()]
    assert item.legs[0].ended_at == minutes(320)
    assert dossier.handed_at == handed
