"""Money taken at the counter, at a supplement and at the door: where it lies, what it settles."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from models.dossiers import Dossier, MoneyLine
from models.money import Exemption, MoneyDue, ReceiptVoid, ReceiptVoidAnswer
from postal_app import collecting, places, receipts
from postal_app import money as money_desk
from postal_app.errors import Forbidden
from postal_app.pickup_form import Money, NotInVocabulary
from postal_app.rules.exemptions import Exempted
from tests.makers import DECISION_DAY, NINE, Town, make_town, minutes, take_in

POOR = Exempted("poor", "Giấy chứng nhận hộ nghèo số 12/2026")
MOTHER = Exempted("heroic_mother", "Quyết định phong tặng số 05")
BY_ACT = Exempted("act_full", "Giấy xác nhận khuyết tật số 7", "Thông tư mẫu 01")


@pytest.fixture
def town(session: Session) -> Town:
    return make_town(session)


@pytest.fixture
def dossier(session: Session, town: Town) -> Dossier:
    return take_in(session, town, money=()).legs[0].dossier


def owe(session, dossier, by, kind="charge", amount=135_000, moment="delivery") -> int:
    return collecting.add_due(session, dossier, kind, amount, moment, by, now=NINE).id


def dues(session, dossier) -> list[tuple[str, int, str]]:
    found = collecting.dues_of(session, [dossier.id]).get(dossier.id, ())
    return [(one.kind, one.amount, one.moment) for one in found]


def held_at(session, by) -> dict[str, int]:
    return {
        one.number: one.amount for agency in money_desk.held(session, by) for one in agency.receipts
    }


def test_what_the_agency_asks_for_at_the_door_is_due_until_the_courier_takes_it(
    session, town, dossier
):
    due = owe(session, dossier, town.officer)
    assert dues(session, dossier) == [("charge", 135_000, "delivery")]
    [line] = collecting.collect(session, [due], town.courier, now=minutes(300))
    assert (line.amount, line.moment, line.due_id) == (135_000, "delivery", due)
    assert (line.point_id, line.collected_by) == (town.luong_son.id, town.courier.account_id)
    assert dues(session, dossier) == []


def test_money_taken_by_another_points_courier_lies_at_that_point_with_its_receipt_number(
    session, town, dossier
):
    due = owe(session, dossier, town.officer)
    [line] = collecting.collect(session, [due], town.other_courier, now=minutes(300))
    assert line.receipt_number == "BL26-350100-00001"
    assert held_at(session, town.other_clerk) == {"BL26-350100-00001": 135_000}
    assert held_at(session, town.clerk) == {}
    made = money_desk.hand_over(
        session, town.agency.id, [line.receipt_number], town.other_clerk, now=minutes(310)
    )
    assert made.number == "GT26-350100-00001"


def test_a_supplement_is_paid_at_the_point_where_it_is_brought(session, town, dossier):
    [line] = collecting.take(
        session, dossier, [Money("fee", 20_000)], "supplement", town.other_clerk, now=minutes(90)
    )
    assert (line.moment, line.point_id) == ("supplement", town.hoa_binh.id)
    assert held_at(session, town.other_clerk) == {line.receipt_number: 20_000}


def test_receipts_belong_to_the_agency_they_were_taken_for_when_the_dossier_moves_on(
    session, town, dossier
):
    collecting.take(
        session, dossier, [Money("fee", 20_000)], "supplement", town.clerk, now=minutes(90)
    )
    far = places.AgencyValues("H28.21", "Sở Xây dựng", "Tỉnh", "Phương Lâm", 20.81, 105.34)
    dossier.agency_id = places.add_agency(session, far, DECISION_DAY).id
    session.flush()
    [held] = money_desk.held(session, town.clerk)
    assert held.agency_id == town.agency.id
    collecting.take(
        session, dossier, [Money("fee", 30_000)], "supplement", town.clerk, now=minutes(95)
    )
    assert {one.agency_id for one in money_desk.held(session, town.clerk)} == {
        town.agency.id,
        dossier.agency_id,
    }


def test_nobody_takes_the_same_money_twice(session, town, dossier):
    due = owe(session, dossier, town.officer)
    collecting.collect(session, [due], town.courier, now=minutes(300))
    with pytest.raises(collecting.DueSettled) as told:
        collecting.collect(session, [due], town.clerk, now=minutes(301))
    assert dossier.number in told.value.said.vi
    with pytest.raises(collecting.UnknownDue):
        collecting.collect(session, [due + 1000], town.clerk, now=minutes(301))


def test_only_who_works_at_a_point_takes_money(session, town, dossier):
    due = owe(session, dossier, town.officer)
    for verb in (
        lambda: collecting.collect(session, [due], town.officer, now=NINE),
        lambda: collecting.take(session, dossier, [], "intake", town.provincial, now=NINE),
    ):
        with pytest.raises(Forbidden):
            verb()


def test_odd_kinds_moments_and_amounts_are_refused(session, town, dossier):
    for kind, amount, moment, error in (
        ("gift", 1, "delivery", NotInVocabulary),
        ("fee", 1, "intake", NotInVocabulary),
        ("fee", 0, "delivery", collecting.WrongAmount),
        ("fee", -5, "delivery", collecting.WrongAmount),
    ):
        with pytest.raises(error):
            owe(session, dossier, town.officer, kind, amount, moment)
    with pytest.raises(NotInVocabulary):
        collecting.take(session, dossier, [Money("fee", 1)], "later", town.clerk, now=NINE)


def test_an_exemption_in_full_is_kept_with_its_price_and_takes_no_receipt_number(session, town):
    item = take_in(
        session,
        town,
        money=(Money("postage", 26_000, MOTHER), Money("charge", 135_000)),
    )
    postage, charge = item.legs[0].dossier.money
    assert (postage.amount, postage.full_amount, postage.exempt_percent) == (0, 26_000, 100)
    assert (postage.receipt_number, charge.receipt_number) == ("", "BL26-354100-00001")
    told = session.get_one(Exemption, postage.exemption_id)
    assert (told.ground, told.evidence) == ("heroic_mother", "Quyết định phong tặng số 05")


def test_the_poor_pay_half_of_the_postage(session, town):
    item = take_in(session, town, money=(Money("postage", 26_000, POOR),))
    [line] = item.legs[0].dossier.money
    assert (line.amount, line.full_amount, line.exempt_percent) == (13_000, 26_000, 50)


def test_an_exemption_needs_a_ground_of_its_kind_its_paper_and_for_state_money_an_act(
    session, town, dossier
):
    for kind, exempted, error in (
        ("charge", POOR, collecting.WrongGround),
        ("postage", BY_ACT, collecting.WrongGround),
        ("remittance", POOR, collecting.WrongGround),
        ("postage", replace(POOR, evidence=" "), collecting.EvidenceMissing),
        ("charge", replace(BY_ACT, act=""), collecting.EvidenceMissing),
    ):
        with pytest.raises(error):
            collecting.take(
                session, dossier, [Money(kind, 10_000, exempted)], "intake", town.clerk, now=NINE
            )


def test_what_is_due_can_be_exempt_in_full_or_by_half(session, town, dossier):
    whole, half = (
        owe(session, dossier, town.officer),
        owe(session, dossier, town.officer, "postage", 30_001),
    )
    settled = collecting.waive(session, whole, BY_ACT, town.clerk, now=minutes(200))
    assert settled is not None
    assert (settled.amount, settled.receipt_number) == (0, "")
    assert collecting.waive(session, half, POOR, town.clerk, now=minutes(200)) is None
    assert dues(session, dossier) == [("postage", 15_000, "delivery")]
    with pytest.raises(collecting.DueSettled):
        collecting.waive(session, half, POOR, town.clerk, now=minutes(201))
    [line] = collecting.collect(session, [half], town.courier, now=minutes(300))
    assert (line.amount, line.full_amount, line.exempt_percent) == (15_000, 30_001, 50)
    assert dues(session, dossier) == []


def test_a_due_that_was_a_mistake_is_withdrawn_with_its_reason(session, town, dossier):
    due = owe(session, dossier, town.officer)
    with pytest.raises(NotInVocabulary):
        collecting.withdraw_due(session, due, " ", town.officer, now=minutes(10))
    collecting.withdraw_due(session, due, "ghi nhầm hồ sơ", town.officer, now=minutes(10))
    assert dues(session, dossier) == []
    with pytest.raises(collecting.DueSettled):
        collecting.collect(session, [due], town.courier, now=minutes(300))


def test_a_voided_receipt_keeps_its_number_and_leaves_its_due_open_again(session, town, dossier):
    due = owe(session, dossier, town.officer)
    [wrong] = collecting.collect(session, [due], town.courier, now=minutes(300))
    asked = receipts.ask_void(
        session, wrong.receipt_number, "thu nhầm người", town.clerk, now=minutes(310)
    )
    [waiting] = receipts.waiting_voids(session, town.provincial)
    assert (waiting.number, waiting.amount, waiting.mine) == (wrong.receipt_number, 135_000, False)
    receipts.answer_void(session, asked.id, town.provincial, approved=True, now=minutes(320))
    assert receipts.waiting_voids(session, town.clerk) == []
    assert dues(session, dossier) == [("charge", 135_000, "delivery")]
    assert held_at(session, town.clerk) == {}
    [right] = collecting.collect(session, [due], town.courier, now=minutes(330))
    assert (wrong.receipt_number, right.receipt_number) == (
        "BL26-354100-00001",
        "BL26-354100-00002",
    )


def test_who_asks_for_a_void_does_not_answer_and_a_refused_one_lets_the_receipt_stand(
    session, town
):
    line = take_in(session, town).legs[0].dossier.money[0]
    asked = receipts.ask_void(
        session, line.receipt_number, "sai số tiền", town.clerk, now=minutes(5)
    )
    with pytest.raises(receipts.SecondPersonNeeded):
        receipts.answer_void(session, asked.id, town.clerk, approved=True, now=minutes(6))
    with pytest.raises(receipts.NotVoidable):
        receipts.ask_void(session, line.receipt_number, "sai lần nữa", town.clerk, now=minutes(6))
    with pytest.raises(receipts.UnknownVoid):
        receipts.answer_void(session, asked.id, town.other_clerk, approved=True, now=minutes(6))
    with pytest.raises(Forbidden):
        receipts.answer_void(session, asked.id, town.courier, approved=True, now=minutes(6))
    receipts.answer_void(session, asked.id, town.provincial, approved=False, now=minutes(7))
    with pytest.raises(receipts.VoidAnswered):
        receipts.answer_void(session, asked.id, town.provincial, approved=True, now=minutes(8))
    assert list(held_at(session, town.clerk)) == [line.receipt_number]


def test_a_receipt_on_a_standing_voucher_is_not_voided(session, town):
    line = take_in(session, town).legs[0].dossier.money[0]
    number = line.receipt_number
    asked = receipts.ask_void(session, number, "sai số tiền", town.clerk, now=minutes(5))
    made = money_desk.hand_over(session, town.agency.id, [number], town.clerk, now=minutes(6))
    with pytest.raises(receipts.NotVoidable) as told:
        receipts.answer_void(session, asked.id, town.provincial, approved=True, now=minutes(7))
    assert "phiếu giao tiền" in told.value.said.vi
    money_desk.refuse(session, made.number, "sai số tiền", town.officer, now=minutes(8))
    receipts.answer_void(session, asked.id, town.provincial, approved=True, now=minutes(9))
    assert held_at(session, town.clerk) == {}


def test_a_receipt_is_printed_by_its_point_and_by_the_courier_who_took_it(session, town, dossier):
    due = owe(session, dossier, town.officer)
    [line] = collecting.collect(session, [due], town.courier, now=minutes(300))
    for person in (town.clerk, town.courier, town.provincial):
        assert receipts.printed(session, line.receipt_number, person).startswith(b"%PDF")
    colleague = replace(town.courier, account_id=town.other_courier.account_id)
    for person in (town.other_clerk, colleague):
        with pytest.raises(receipts.UnknownReceipt):
            receipts.printed(session, line.receipt_number, person)


def test_who_took_the_money_does_not_answer_its_voucher_at_the_agencys_desk(session, town, dossier):
    due = owe(session, dossier, town.officer)
    [line] = collecting.collect(session, [due], town.courier, now=minutes(300))
    made = money_desk.hand_over(
        session, town.agency.id, [line.receipt_number], town.clerk, now=minutes(310)
    )
    same = replace(town.officer, account_id=town.courier.account_id)
    with pytest.raises(money_desk.SamePerson):
        money_desk.confirm(session, made.number, "PT-1", same, now=minutes(320))


@pytest.mark.parametrize("table", [MoneyLine, MoneyDue, ReceiptVoid, ReceiptVoidAnswer, Exemption])
def test_the_archive_lets_nobody_change_or_remove_what_was_taken(session, town, table):
    line = take_in(session, town, money=(Money("postage", 26_000, POOR),)).legs[0].dossier.money[0]
    asked = receipts.ask_void(
        session, line.receipt_number, "sai số tiền", town.clerk, now=minutes(5)
    )
    receipts.answer_void(session, asked.id, town.provincial, approved=True, now=minutes(6))
    for change in (update(table).values(id=table.id), delete(table)):
        with pytest.raises(DBAPIError, match="permission denied"), session.begin_nested():
            session.execute(change)


def test_the_evidence_of_an_exemption_may_be_erased_and_nothing_else_of_it(session, town, archive):
    take_in(session, town, money=(Money("postage", 26_000, POOR),))
    with pytest.raises(DBAPIError, match="only ever added"), session.begin_nested():
        session.execute(update(Exemption).values(evidence="giấy khác"))
    session.execute(update(Exemption).values(evidence=""))
    assert session.scalars(select(Exemption.evidence)).all() == [""]
    assert session.scalar(text("SELECT count(*) FROM money_lines")) == 1


def test_of_two_who_take_the_same_money_at_once_one_is_told_it_is_settled(archive):
    with Session(archive.engine) as session, session.begin():
        town = make_town(session)
        dossier = take_in(session, town, money=()).legs[0].dossier
        due = owe(session, dossier, town.officer)
        courier, other = town.courier, town.other_courier

    def take_it(by) -> str:
        with Session(archive.engine) as session, session.begin():
            try:
                [line] = collecting.collect(session, [due], by, now=minutes(300))
            except collecting.DueSettled:
                return "settled"
            return line.receipt_number

    with ThreadPoolExecutor(2) as pool:
        told = list(pool.map(take_it, (courier, other)))
    assert sorted(one == "settled" for one in told) == [False, True]
    with Session(archive.engine) as session:
        assert session.scalar(text("SELECT count(*) FROM money_lines")) == 1
