"""One envelope for several dossiers, several envelopes for one dossier."""

from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from postal_app import enquiries, envelopes, pickups, places, scanning, sealing, verification
from postal_app.envelopes import Envelope
from postal_app.pickup_form import Person, SignedBy
from postal_app.rules.intake import Gate
from tests.makers import (
    DECISION_DAY,
    NINE,
    Town,
    make_town,
    minutes,
    pickup_of,
    scan,
    take_in,
)

BOTH = [SignedBy("clerk"), SignedBy("sender")]
THIN, THICK = Envelope("NP0001", 120), Envelope("NP0002", 900)


@pytest.fixture
def town(session: Session) -> Town:
    town = make_town(session)
    places.add_agency(
        session,
        places.AgencyValues("H28.21", "Sở Xây dựng", "Tỉnh", "Phương Lâm", 20.81, 105.34),
        DECISION_DAY,
    )
    return town


def signed(session, town, by=None, **changes):
    """Bring a dossier to the gate of the seal."""
    by = by or town.clerk
    dossier = pickups.open_pickup(session, pickup_of(**changes), by, now=NINE)
    return pickups.sign(session, dossier.number, BOTH, by, now=NINE)


def hand_over(session, town, item, at):
    scans = [
        scan(item.number, "departed", minutes(at)),
        scan(item.number, "handed_to_agency", minutes(at + 5), condition="intact"),
    ]
    scanning.take_in(session, scans, town.courier, now=minutes(at + 6))


def test_dossiers_of_one_sender_for_one_agency_share_an_envelope_and_stay_two(session, town):
    first, second = signed(session, town), signed(session, town)
    assert sealing.companions(session, first, town.clerk) == [second]
    numbers = [first.number, second.number]
    item = sealing.seal_together(session, numbers, THIN, town.clerk, now=minutes(2))
    assert item.number == first.reserved_number
    assert [leg.dossier for leg in item.legs] == [first, second]
    assert {leg.started_at for leg in item.legs} == {minutes(2)}
    assert [pickups.gate_of(one) for one in (first, second)] == [Gate.DONE, Gate.DONE]
    hand_over(session, town, item, 60)
    assert first.handed_at == second.handed_at == minutes(65)
    assert list(verification.faults(session)) == []


def test_the_dossier_the_clerk_stands_at_gives_the_number(session, town):
    first, second = signed(session, town), signed(session, town)
    numbers = [second.number, first.number, second.number]
    item = sealing.seal_together(session, numbers, THIN, town.clerk, now=minutes(2))
    assert item.number == second.reserved_number
    assert [leg.dossier for leg in item.legs] == [second, first]


def test_an_envelope_for_two_agencies_is_refused_with_words(session, town):
    first, second = signed(session, town), signed(session, town, agency_code="H28.21")
    assert sealing.companions(session, first, town.clerk) == []
    with pytest.raises(sealing.OtherAgency, match="Sở Xây dựng"):
        sealing.seal_together(
            session, [first.number, second.number], THIN, town.clerk, now=minutes(2)
        )


def test_an_envelope_of_two_senders_is_refused_with_words(session, town):
    other = Person("Quách Thị Lụa", "0987654321", "Phường Phương Lâm, Hòa Bình")
    first, second = signed(session, town), signed(session, town, sender=other)
    assert sealing.companions(session, first, town.clerk) == []
    with pytest.raises(sealing.OtherSender, match=second.number):
        sealing.seal_together(
            session, [first.number, second.number], THIN, town.clerk, now=minutes(2)
        )


def test_a_dossier_that_is_not_signed_waits_outside_the_envelope(session, town):
    first = signed(session, town)
    second = pickups.open_pickup(session, pickup_of(), town.clerk, now=NINE)
    with pytest.raises(pickups.GateClosed):
        sealing.seal_together(
            session, [first.number, second.number], THIN, town.clerk, now=minutes(2)
        )


def test_a_thick_dossier_goes_in_two_envelopes_and_is_handed_over_when_both_are_there(
    session, town
):
    first = take_in(session, town)
    dossier = first.legs[0].dossier
    assert sealing.may_add(dossier)
    second = sealing.add_envelope(session, dossier.number, THICK, town.clerk, now=minutes(3))
    assert second.number != first.number
    assert (second.leg, second.state) == ("submission", "taken_in")
    assert sealing.envelopes_of(dossier) == [first, second]
    hand_over(session, town, first, 60)
    assert dossier.handed_at is None
    hand_over(session, town, second, 90)
    assert dossier.handed_at == minutes(95)
    assert list(verification.faults(session)) == []


def test_no_envelope_is_added_once_one_has_left(session, town):
    first = take_in(session, town)
    dossier = first.legs[0].dossier
    scanning.take_in(
        session, [scan(first.number, "departed", minutes(60))], town.courier, now=minutes(61)
    )
    assert not sealing.may_add(dossier)
    with pytest.raises(sealing.EnvelopeGone, match=first.number):
        sealing.add_envelope(session, dossier.number, THICK, town.clerk, now=minutes(62))


def test_the_same_seal_again_is_a_form_sent_twice(session, town):
    dossier = take_in(session, town).legs[0].dossier
    sealing.add_envelope(session, dossier.number, THICK, town.clerk, now=minutes(3))
    again = replace(THICK, seal_number="np0002 ")
    with pytest.raises(sealing.SealUsed, match="NP0002"):
        sealing.add_envelope(session, dossier.number, again, town.clerk, now=minutes(4))


def test_there_is_no_second_envelope_before_the_first(session, town):
    dossier = signed(session, town)
    with pytest.raises(pickups.GateClosed) as refused:
        sealing.add_envelope(session, dossier.number, THICK, town.clerk, now=minutes(3))
    assert "Niêm phong" in refused.value.said.vi
    with pytest.raises(envelopes.SealMissing):
        pickups.seal(session, dossier.number, replace(THIN, seal_number=" "), town.clerk, now=NINE)


def test_a_courier_adds_an_envelope_at_the_citizens_table(session, town):
    dossier = signed(session, town, by=town.courier)
    pickups.seal(session, dossier.number, THIN, town.courier, now=minutes(2))
    second = sealing.add_envelope(session, dossier.number, THICK, town.courier, now=minutes(3))
    assert (second.state, second.holder_id) == ("in_transit", town.courier.account_id)


def test_the_number_on_each_signed_slip_leads_to_the_shared_envelope(session, town):
    first, second = signed(session, town), signed(session, town)
    numbers = [first.number, second.number]
    item = sealing.seal_together(session, numbers, THIN, town.clerk, now=minutes(2))
    for one in (first, second):
        assert enquiries.coarse(session, one.reserved_number).number == item.number
    waiting = signed(session, town)
    with pytest.raises(enquiries.UnknownNumber):
        enquiries.coarse(session, waiting.reserved_number)
