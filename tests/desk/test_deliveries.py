"""The rule of two notices told from outside: what waits, why not yet, and the way back."""

from datetime import date, timedelta

import pypdfium2
import pytest
from sqlalchemy import select

from models.items import Item
from postal_app import (
    agency_desk,
    corrections,
    deliveries,
    delivery_facts,
    delivery_terms,
    label_sheets,
    scanning,
    wishes,
)
from postal_app.deliveries import NotHere, NotYetUndeliverable, ReturnOfReturn
from postal_app.delivery_terms import BadTerm, Term
from postal_app.enquiries import UnknownNumber
from postal_app.envelopes import Envelope
from postal_app.label_sheets import Sheet
from postal_app.printing import LabelCodes
from postal_app.rules.holders import HolderKind
from postal_app.rules.legs import RETURN_TO_AGENCY, RETURN_TO_CITIZEN
from postal_app.rules.vocabulary import State
from postal_app.scan_refusals import REFUSALS
from postal_app.scan_verdicts import Outcome
from postal_app.wishes import (
    AskedFor,
    NoDeliveryThen,
    NoWishNow,
    PlaceNotKnown,
    PointNotOpen,
    WishUnclear,
)
from tests.delivered import at, failed, publish_tet, result_of, result_out, settled, tell
from tests.makers import NINE, Town, make_town, minutes, scan, take_in

THURSDAY, FRIDAY = date(2026, 2, 12), date(2026, 2, 13)
BEFORE_TET = at(THURSDAY, 8)


@pytest.fixture
def town(session) -> Town:
    made = make_town(session)
    publish_tet(session, made)
    return made


@pytest.fixture
def result(session, town) -> Item:
    """A result that was collected before Tết; the dossier's own dates do not matter here."""
    return result_of(session, town, settled(session, town), collected=BEFORE_TET)


def line(session, town: Town, today: date) -> deliveries.Waiting:
    [found] = deliveries.waiting(session, town.clerk, today=today)
    return found


def test_two_failed_attempts_over_a_tet_are_no_two_notices_two_working_days_apart(
    session, town, result
) -> None:
    failed(session, town, result.number, at(FRIDAY))
    failed(session, town, result.number, at(date(2026, 2, 24)))
    told = line(session, town, date(2026, 2, 24))
    assert (told.attempts, told.notices) == (2, 2)
    assert not told.ruling.allowed
    assert "báo lại từ ngày 25/02/2026" in told.ruling.words.vi
    with pytest.raises(NotYetUndeliverable) as refused:
        deliveries.send_back(session, result.number, town.clerk, now=at(date(2026, 2, 24), 15))
    assert "Chưa được chuyển hoàn" in refused.value.said.vi
    failed(session, town, result.number, at(date(2026, 2, 25)))
    told = line(session, town, date(2026, 2, 26))
    assert (told.attempts, told.ruling.ground) == (3, "two_notices")
    back = deliveries.send_back(session, result.number, town.clerk, now=at(date(2026, 2, 26)))
    assert back.number != result.number
    assert result.state == State.RETURNED


def test_the_way_back_is_an_item_of_its_own_and_opens_the_dossier_again(
    session, town, result
) -> None:
    said = {"reason": "refused", "next_action": "return"}
    failed(session, town, result.number, at(FRIDAY), **said)
    back = deliveries.send_back(session, result.number, town.clerk, now=at(FRIDAY, 15))
    assert (back.leg, back.returns_id) == (RETURN_TO_AGENCY, result.id)
    assert (back.state, back.holder_kind) == (State.AT_OFFICE, HolderKind.POINT)
    assert (result.holder_kind, result.holder_id) == (HolderKind.ITEM, back.id)
    assert [leg.dossier_id for leg in back.legs] == [leg.dossier_id for leg in result.legs]
    assert result.closed
    assert result.legs[0].dossier.returned_at is None
    tell(session, town, back.number, "departed", at(FRIDAY, 16))
    tell(session, town, back.number, "handed_to_agency", at(FRIDAY, 17), condition="intact")
    assert back.state == State.AT_AGENCY
    again = result_of(session, town, result.legs[0].dossier, collected=at(date(2026, 2, 25)))
    given = {"receiver": "Đinh Thị Mai", "relation": "self", "proof": "signature"}
    tell(session, town, again.number, "delivered", at(date(2026, 2, 25), 11), **given)
    assert again.legs[0].dossier.returned_at == at(date(2026, 2, 25), 11)


def test_what_was_sent_back_by_mistake_goes_back_later_in_the_same_return(
    session, town, result
) -> None:
    failed(session, town, result.number, at(FRIDAY), reason="refused", next_action="return")
    back = deliveries.send_back(session, result.number, town.clerk, now=at(FRIDAY, 15))
    [wrong] = delivery_facts.said_of(session, [result], ("sent_back",))[result.id]
    mistake = corrections.ask(
        session, result.number, wrong.fact, "nhầm bì", town.clerk, now=at(FRIDAY, 16)
    )
    corrections.settle(session, mistake.id, town.provincial, approved=True, now=at(FRIDAY, 16))
    assert result.state == State.AT_OFFICE
    again = deliveries.send_back(session, result.number, town.clerk, now=at(FRIDAY, 17))
    assert (again.number, result.state) == (back.number, State.RETURNED)


def test_only_who_holds_it_sends_it_back_and_a_return_is_not_returned(
    session, town, result
) -> None:
    failed(session, town, result.number, at(FRIDAY), reason="moved", next_action="return")
    with pytest.raises(UnknownNumber):
        deliveries.send_back(session, result.number, town.other_clerk, now=at(FRIDAY, 15))
    tell(session, town, result.number, "out_for_delivery", at(FRIDAY, 15))
    with pytest.raises(NotHere):
        deliveries.send_back(session, result.number, town.clerk, now=at(FRIDAY, 15))
    failed(session, town, result.number, at(FRIDAY, 15), reason="moved", next_action="return")
    back = deliveries.send_back(session, result.number, town.clerk, now=at(FRIDAY, 18))
    with pytest.raises(ReturnOfReturn):
        deliveries.send_back(session, back.number, town.clerk, now=at(FRIDAY, 18))


def test_what_the_agency_refuses_goes_back_to_the_citizen_who_sent_it(session, town) -> None:
    item = take_in(session, town)
    tell(session, town, item.number, "departed", minutes(30))
    said = {"reason": "agency_refuses", "next_action": "return"}
    tell(session, town, item.number, "attempt_failed", minutes(60), **said)
    arrived = [scan(item.number, "arrived", minutes(90))]
    scanning.take_in(session, arrived, town.clerk, now=minutes(90))
    back = deliveries.send_back(session, item.number, town.clerk, now=minutes(100))
    assert back.leg == RETURN_TO_CITIZEN
    out = tell(session, town, back.number, "out_for_delivery", minutes(120))
    assert out.anomalies == ()
    given = {"receiver": "Đinh Thị Mai", "relation": "self", "proof": "signature"}
    assert tell(session, town, back.number, "delivered", minutes(150), **given).anomalies == ()


def test_a_reason_of_the_other_direction_is_refused_in_words(session, town, result) -> None:
    said = {"reason": "agency_closed", "next_action": "again"}
    told = tell(session, town, result.number, "attempt_failed", at(FRIDAY), **said)
    assert (told.outcome, told.words) == (
        Outcome.REFUSED,
        REFUSALS["reason_of_other_leg"],
    )


def test_an_item_is_held_by_the_term_of_its_day_agency_and_place(session, town, result) -> None:
    long_ago = date(2026, 1, 1)
    for term in (
        Term(delivery_terms.HOLDING, 8, long_ago, "QĐ 12/QĐ-BĐT"),
        Term(delivery_terms.HOLDING, 15, long_ago, "QĐ 12/QĐ-BĐT", area="town"),
        Term(delivery_terms.HOLDING, 30, long_ago, "QĐ 12/QĐ-BĐT", area="rural"),
        Term(delivery_terms.HOLDING, 60, date(2026, 2, 20), "QĐ 20/QĐ-BĐT", area="rural"),
    ):
        delivery_terms.enter(session, term, town.provincial, now=NINE)
    terms = delivery_terms.published(session)
    assert delivery_terms.holding_days(terms, result, FRIDAY) == 30  # xã Tân Vinh
    assert delivery_terms.holding_days(terms, result, date(2026, 2, 24)) == 60
    contract = Term(delivery_terms.HOLDING, 5, long_ago, "HĐ 3/2026", agency_id=town.agency.id)
    delivery_terms.enter(session, contract, town.provincial, now=NINE)
    terms = delivery_terms.published(session)
    assert delivery_terms.holding_days(terms, result, FRIDAY) == 5
    assert delivery_terms.holding_days(terms, result, date(2025, 12, 31)) is None
    failed(session, town, result.number, at(date(2026, 2, 24)))
    failed(session, town, result.number, at(date(2026, 2, 26)))
    told = line(session, town, date(2026, 2, 27))
    assert told.ruling.earliest == date(2026, 3, 3)  # five days end on Sunday the first


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"purpose": "rest"}, "purpose"),
        ({"days": 366}, "days"),
        ({"leg": "moon"}, "leg"),
        ({"area": "sea"}, "area"),
        ({"source": " "}, "source"),
        ({"agency_id": 999}, "agency"),
    ],
)
def test_a_term_without_sense_is_told_with_its_field(session, town, changes, field) -> None:
    values = {"purpose": "holding", "days": 8, "valid_from": FRIDAY, "source": "QĐ 12"}
    with pytest.raises(BadTerm) as refused:
        delivery_terms.enter(session, Term(**(values | changes)), town.provincial, now=NINE)
    assert refused.value.field == field


def asked(number: str, wish: str, **more: object) -> AskedFor:
    return AskedFor(number, wish, "receiver", "phone", **more)


def test_a_wished_day_is_a_working_day_and_nothing_goes_back_before_it(
    session, town, result
) -> None:
    failed(session, town, result.number, at(FRIDAY), reason="refused", next_action="hold")
    wish = asked(result.number, "day", on=date(2026, 2, 18))
    with pytest.raises(NoDeliveryThen):
        wishes.note(session, wish, town.clerk, now=at(FRIDAY, 16))
    with pytest.raises(NoDeliveryThen):
        wishes.note(session, asked(result.number, "day", on=THURSDAY), town.clerk, now=at(FRIDAY))
    with pytest.raises(WishUnclear):
        wishes.note(session, asked(result.number, "day"), town.clerk, now=at(FRIDAY))
    good = asked(result.number, "day", on=date(2026, 2, 25))
    wishes.note(session, good, town.clerk, now=at(FRIDAY, 16))
    told = line(session, town, date(2026, 2, 24))
    assert told.wish is not None
    assert told.wish.on == date(2026, 2, 25)
    assert (told.ruling.allowed, told.ruling.earliest) == (False, date(2026, 2, 26))


def test_another_address_stays_out_of_the_ledger_and_the_place_does_not(
    session, town, result
) -> None:
    with pytest.raises(PlaceNotKnown):
        wishes.note(
            session, asked(result.number, "address", address="gốc đa"), town.courier, now=NINE
        )
    address = "Số 9, phường Phương Lâm, thành phố Hòa Bình, Hòa Bình"
    moved = asked(result.number, "address", address=address)
    wishes.note(session, moved, town.courier, now=at(FRIDAY))
    [said] = delivery_facts.said_of(session, [result])[result.id]
    assert "Số 9" not in str(said.details)
    assert "Phương Lâm" in said.told("place")
    assert delivery_facts.wished_addresses(session, [result]) == {result.id: address}


def test_the_label_printed_anew_says_the_address_that_was_asked_for(session, town, result) -> None:
    address = "Số 9, phường Phương Lâm, thành phố Hòa Bình, Hòa Bình"
    moved = asked(result.number, "address", address=address)
    wishes.note(session, moved, town.courier, now=at(FRIDAY))
    codes = LabelCodes("https://buuchinh.example.vn", b"a key of the test's own")
    paper = label_sheets.labels(
        session, [result.number], Sheet(), codes, town.clerk, now=minutes(300)
    )
    [page] = pypdfium2.PdfDocument(paper)
    said = " ".join(page.get_textpage().get_text_range().split())
    assert "Phương Lâm" in said
    assert "Tân Vinh" not in said


def test_what_lies_on_its_way_to_an_agency_waits_for_nobody(session, town) -> None:
    item = take_in(session, town)
    arrived = [scan(item.number, "arrived", minutes(10))]
    scanning.take_in(session, arrived, town.clerk, now=minutes(10))
    assert deliveries.waiting(session, town.clerk, today=date(2026, 3, 2)) == []


def test_what_is_to_be_collected_where_it_lies_is_held_there(session, town, result) -> None:
    failed(session, town, result.number, at(FRIDAY))
    with pytest.raises(PointNotOpen):
        wishes.note(session, asked(result.number, "collect"), town.clerk, now=at(FRIDAY, 16))
    elsewhere = asked(result.number, "collect", point_id=town.hoa_binh.id)
    wishes.note(session, elsewhere, town.clerk, now=at(FRIDAY, 16))
    assert result.state == State.AT_OFFICE
    here = asked(result.number, "collect", point_id=town.luong_son.id)
    wishes.note(session, here, town.clerk, now=at(FRIDAY, 17))
    assert result.state == State.HELD
    assert line(session, town, FRIDAY).wished_point == "Bưu cục Lương Sơn"


def test_a_notice_by_phone_counts_and_one_for_an_agency_makes_no_sense(
    session, town, result
) -> None:
    failed(session, town, result.number, at(FRIDAY), notice="")
    wishes.give_notice(session, result.number, "phone", town.clerk, now=at(date(2026, 2, 24)))
    wishes.give_notice(session, result.number, "message", town.clerk, now=at(date(2026, 2, 26)))
    assert line(session, town, date(2026, 2, 27)).ruling.ground == "two_notices"
    with pytest.raises(WishUnclear):
        wishes.give_notice(session, result.number, "smoke", town.clerk, now=at(FRIDAY))
    submission = take_in(session, town, at(date(2026, 2, 27)))
    with pytest.raises(NoWishNow):
        wishes.give_notice(
            session, submission.number, "phone", town.clerk, now=at(date(2026, 2, 27))
        )
    assert session.scalar(select(Item.state).where(Item.id == submission.id)) == State.TAKEN_IN


def test_a_notice_taken_back_by_correction_counts_no_more(session, town, result) -> None:
    failed(session, town, result.number, at(date(2026, 2, 24)))
    failed(session, town, result.number, at(date(2026, 2, 26)))
    [first, _] = delivery_facts.said_of(session, [result])[result.id]
    wrong = corrections.ask(
        session, result.number, first.fact, "quét nhầm bì", town.clerk, now=at(date(2026, 2, 26))
    )
    corrections.settle(
        session, wrong.id, town.provincial, approved=True, now=at(date(2026, 2, 26), 17)
    )
    told = line(session, town, date(2026, 2, 27))
    assert (told.attempts, told.notices, told.ruling.allowed) == (1, 1, False)


def test_a_result_is_sent_back_by_hand_with_the_seal_it_has_or_a_new_one(session, town) -> None:
    item = result_out(session, town)
    failed(session, town, item.number, minutes(300), reason="moved", next_action="return")
    back = deliveries.send_back(
        session,
        item.number,
        town.clerk,
        now=minutes(500),
        envelope=Envelope("NP0077", 55),
    )
    assert (back.seal_number, back.weight_grams) == ("NP0077", 55)
    assert agency_desk.find(session, item.legs[0].dossier.number, town.officer)
    assert back.changed_at - NINE == timedelta(minutes=500)
