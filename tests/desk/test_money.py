"""State money at the desks: held, handed over, answered, and a balance that agrees."""

from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from models.dossiers import MoneyLine
from models.money import Voucher, VoucherAnswer, VoucherLine
from postal_app import money as money_desk
from postal_app import month_names, pickups, places
from postal_app.errors import Forbidden
from postal_app.money_balance import (
    TooManyDays,
    Wanted,
    balances,
    behind,
    daily,
    own_money,
    totals,
)
from postal_app.money_workbook import workbook
from postal_app.pickup_form import Money
from postal_app.price_gaps import price_gaps
from postal_app.rules.money import FIGURE_WORDS
from postal_app.rules.periods import Period
from postal_app.rules.roles import Actor
from tests.makers import (
    DECISION_DAY,
    NINE,
    TODAY,
    Town,
    make_town,
    minutes,
    pickup_of,
    take_in,
)
from tests.tariffs import publish

FOUR_KINDS = (
    Money("fee", 50_000),
    Money("charge", 135_000),
    Money("postage", 30_000),
    Money("remittance", 9_000),
)
ANY = Wanted()


@pytest.fixture
def town(session: Session) -> Town:
    return make_town(session)


def receipts(session: Session, by: Actor) -> list[str]:
    return [one.number for agency in money_desk.held(session, by) for one in agency.receipts]


def handed(session: Session, town: Town) -> Voucher:
    numbers = receipts(session, town.clerk)
    return money_desk.hand_over(session, town.agency.id, numbers, town.clerk, now=minutes(60))


def day_balance(session: Session, first: date = TODAY, last: date | None = None) -> dict:
    period = Period(first, last or first)
    rows = balances(session, period, ANY, month_names.names(session, period.last))
    assert [row.balance.difference for row in rows] == [0] * len(rows)
    return totals(rows)


def test_only_state_money_is_held_for_the_agency_kinds_apart(session, town):
    take_in(session, town, money=FOUR_KINDS)
    [held] = money_desk.held(session, town.clerk)
    assert (held.agency_id, held.name) == (town.agency.id, "Sở Giao thông Vận tải")
    assert held.amounts == {"fee": 50_000, "charge": 135_000}
    assert [one.kind for one in held.receipts] == ["fee", "charge"]
    assert all(one.ready for one in held.receipts)
    assert money_desk.held(session, town.other_clerk) == []


def test_a_voucher_takes_the_next_number_of_its_point_and_says_each_kind(session, town):
    take_in(session, town, money=FOUR_KINDS)
    first = handed(session, town)
    take_in(session, town)
    second = handed(session, town)
    assert (first.number, second.number) == ("GT26-354100-00001", "GT26-354100-00002")
    assert (first.fee_amount, first.charge_amount) == (50_000, 135_000)
    assert (second.fee_amount, second.charge_amount) == (0, 135_000)
    assert len(first.lines) == 2
    assert money_desk.held(session, town.clerk) == []


def test_the_clerk_may_hand_over_some_and_keep_the_rest(session, town):
    take_in(session, town, money=FOUR_KINDS)
    fee, charge = receipts(session, town.clerk)
    made = money_desk.hand_over(session, town.agency.id, [charge], town.clerk, now=minutes(60))
    assert (made.fee_amount, made.charge_amount) == (0, 135_000)
    assert receipts(session, town.clerk) == [fee]


def test_a_receipt_is_handed_over_once(session, town):
    take_in(session, town)
    [charge] = receipts(session, town.clerk)
    handed(session, town)
    with pytest.raises(money_desk.NotHeld) as refused:
        money_desk.hand_over(session, town.agency.id, [charge], town.clerk, now=minutes(61))
    assert charge in refused.value.said.vi


def test_a_receipt_of_a_refused_voucher_is_held_again_and_may_go_once_more(session, town):
    take_in(session, town)
    before = receipts(session, town.clerk)
    first = handed(session, town)
    money_desk.refuse(session, first.number, "thiếu 135.000 đồng", town.officer, now=minutes(90))
    assert receipts(session, town.clerk) == before
    second = handed(session, town)
    assert second.number != first.number
    assert receipts(session, town.clerk) == []
    money_desk.confirm(session, second.number, "PT-01", town.officer, now=minutes(120))
    assert receipts(session, town.clerk) == []


def test_nothing_of_another_agency_point_or_kind_goes_onto_a_voucher(session, town):
    far = places.AgencyValues("H28.21", "Sở Xây dựng", "Tỉnh", "Phương Lâm", 20.81, 105.34)
    other = places.add_agency(session, far, DECISION_DAY)
    take_in(session, town, money=FOUR_KINDS)
    [charge] = receipts(session, town.clerk)[1:]
    postage = session.scalars(select(MoneyLine.receipt_number).where(MoneyLine.kind == "postage"))
    for agency, number, clerk in (
        (other.id, charge, town.clerk),
        (town.agency.id, charge, town.other_clerk),
        (town.agency.id, postage.one(), town.clerk),
        (town.agency.id, "BL26-354100-99999", town.clerk),
    ):
        with pytest.raises(money_desk.NotHeld):
            money_desk.hand_over(session, agency, [number], clerk, now=minutes(60))
    with pytest.raises(money_desk.NothingChosen):
        money_desk.hand_over(session, town.agency.id, [], town.clerk, now=minutes(60))
    with pytest.raises(Forbidden):
        money_desk.hand_over(session, town.agency.id, [charge], town.officer, now=minutes(60))


def test_money_of_an_unfinished_pickup_is_held_and_goes_back_when_it_is_given_up(session, town):
    dossier = pickups.open_pickup(session, pickup_of(), town.clerk, now=NINE)
    [held] = money_desk.held(session, town.clerk)
    assert (held.ready, held.amounts["charge"]) == (False, 135_000)
    with pytest.raises(money_desk.NotHeld):
        handed(session, town)
    pickups.give_up(session, dossier.number, "đổi ý", town.clerk, now=minutes(5))
    assert money_desk.held(session, town.clerk) == []
    charge = day_balance(session)["charge"]
    assert (charge.collected, charge.returned, charge.held) == (135_000, 135_000, 0)


def test_a_pickup_whose_money_the_agency_has_is_not_given_up(session, town):
    dossier = pickups.open_pickup(
        session, pickup_of(service_form="receive", papers=()), town.clerk, now=NINE
    )
    both = [pickups.SignedBy("clerk"), pickups.SignedBy("sender")]
    pickups.sign(session, dossier.number, both, town.clerk, now=NINE)
    made = handed(session, town)
    with pytest.raises(money_desk.HandedOver):
        pickups.give_up(session, dossier.number, "đổi ý", town.clerk, now=minutes(70))
    money_desk.refuse(session, made.number, "người dân đổi ý", town.officer, now=minutes(80))
    pickups.give_up(session, dossier.number, "đổi ý", town.clerk, now=minutes(90))
    charge = day_balance(session)["charge"]
    assert (charge.handed_over, charge.refused, charge.returned) == (135_000,) * 3
    assert (charge.held, charge.waiting) == (0, 0)


def test_the_agency_confirms_with_its_own_number_and_answers_once(session, town):
    take_in(session, town)
    made = handed(session, town)
    with pytest.raises(money_desk.MissingWord) as empty:
        money_desk.confirm(session, made.number, "  ", town.officer, now=minutes(90))
    assert empty.value.field == "reference"
    answer = money_desk.confirm(session, made.number, " PT-0312 ", town.officer, now=minutes(90))
    assert (answer.answer, answer.reference) == ("confirmed", "PT-0312")
    assert (answer.answered_by, answer.answered_at) == (town.officer.account_id, minutes(90))
    with pytest.raises(money_desk.AlreadyAnswered):
        money_desk.refuse(session, made.number, "nhầm", town.officer, now=minutes(91))
    shown = money_desk.voucher(session, made.number, town.officer)
    assert shown.answer is not None
    assert shown.answer.officer.full_name == "Hà Đức Minh"


def test_who_made_the_voucher_does_not_answer_it_at_the_agencys_desk(session, town):
    take_in(session, town)
    made = handed(session, town)
    same = replace(town.officer, account_id=town.clerk.account_id)
    with pytest.raises(money_desk.SamePerson):
        money_desk.confirm(session, made.number, "PT-1", same, now=minutes(90))
    with pytest.raises(Forbidden):
        money_desk.confirm(session, made.number, "PT-1", town.clerk, now=minutes(90))


def test_a_voucher_is_seen_at_its_point_its_agency_and_by_the_province_only(session, town):
    take_in(session, town)
    made = handed(session, town)
    stranger = replace(town.officer, agency_id=town.agency.id + 1000)
    for person in (town.clerk, town.officer, town.provincial):
        assert money_desk.voucher(session, made.number.lower(), person).id == made.id
    for person in (town.other_clerk, stranger):
        with pytest.raises(money_desk.UnknownVoucher):
            money_desk.voucher(session, made.number, person)
    assert money_desk.vouchers(session, town.clerk) == [made]
    assert money_desk.vouchers(session, town.other_clerk) == []


@pytest.mark.parametrize("table", [Voucher, VoucherLine, VoucherAnswer])
def test_the_archive_lets_nobody_change_or_remove_a_voucher(session, town, table):
    take_in(session, town)
    made = handed(session, town)
    money_desk.confirm(session, made.number, "PT-1", town.officer, now=minutes(90))
    for change in (update(table).values(id=table.id), delete(table)):
        with pytest.raises(DBAPIError, match="permission denied"), session.begin_nested():
            session.execute(change)


def test_each_day_of_the_balance_begins_where_the_day_before_ended(session, town):
    take_in(session, town, money=FOUR_KINDS)
    tomorrow, later = TODAY + timedelta(days=1), TODAY + timedelta(days=2)
    numbers = receipts(session, town.clerk)
    made = money_desk.hand_over(
        session, town.agency.id, numbers, town.clerk, now=NINE + timedelta(days=1)
    )
    money_desk.refuse(session, made.number, "sai", town.officer, now=NINE + timedelta(days=2))
    first, second, third = (day_balance(session, day)["fee"] for day in (TODAY, tomorrow, later))
    assert (first.opening, first.collected, first.held) == (0, 50_000, 50_000)
    assert (second.opening, second.handed_over, second.held, second.waiting) == (
        50_000,
        50_000,
        0,
        50_000,
    )
    assert (third.opening, third.refused, third.held, third.waiting) == (0, 50_000, 50_000, 0)
    whole = day_balance(session, TODAY, later)["charge"]
    assert (whole.opening, whole.collected, whole.held) == (0, 135_000, 135_000)


def test_the_first_hour_of_a_day_in_viet_nam_belongs_to_that_day(session, town):
    take_in(session, town, now=NINE - timedelta(hours=8, minutes=30))  # 00:30 of the day
    assert day_balance(session)["charge"].collected == 135_000


def test_each_figure_leads_to_receipts_that_add_up_to_it(session, town):
    for _ in range(3):
        take_in(session, town, money=FOUR_KINDS)
    pickups.give_up(
        session,
        pickups.open_pickup(session, pickup_of(), town.clerk, now=NINE).number,
        "đổi ý",
        town.clerk,
        now=minutes(5),
    )
    fees = receipts(session, town.clerk)
    for chosen, answer in ((fees[:2], "confirmed"), (fees[2:3], "refused"), (fees[3:4], "")):
        made = money_desk.hand_over(session, town.agency.id, chosen, town.clerk, now=minutes(60))
        if answer == "confirmed":
            money_desk.confirm(session, made.number, "PT-1", town.officer, now=minutes(70))
        elif answer:
            money_desk.refuse(session, made.number, "sai", town.officer, now=minutes(70))
    for period in (Period(TODAY, TODAY), Period(TODAY + timedelta(days=1), TODAY + timedelta(2))):
        for row in balances(session, period, ANY, month_names.names(session, TODAY)):
            wanted = Wanted(row.point_id, row.agency_id, row.kind)
            for figure in FIGURE_WORDS:
                lines, count, amount = behind(session, period, wanted, figure, limit=50)
                assert amount == getattr(row.balance, figure), figure
                assert (count, sum(line.amount for line in lines)) == (len(lines), amount)


def test_a_gap_between_movements_and_receipts_is_shown_as_the_difference(session, town):
    take_in(session, town)
    made = handed(session, town)
    session.add(  # a hand that is not ours: the same receipt on a second voucher
        Voucher(
            number="GT26-354100-90000",
            point_id=town.luong_son.id,
            agency_id=town.agency.id,
            made_by=town.clerk.account_id,
            made_at=minutes(60),
            fee_amount=0,
            charge_amount=135_000,
            lines=[VoucherLine(money_line_id=made.lines[0].money_line_id)],
        )
    )
    session.flush()
    period = Period(TODAY, TODAY)
    [row] = balances(session, period, ANY, month_names.names(session, TODAY))
    assert (row.balance.held, row.balance.by_receipts) == (-135_000, 0)
    assert row.balance.difference == -135_000


def test_the_posts_own_money_stands_apart_and_is_never_handed_over(session, town):
    take_in(session, town, money=FOUR_KINDS)
    period, named = Period(TODAY, TODAY), month_names.names(session, TODAY)
    rows = own_money(session, period, ANY, named)
    assert [(row.point.code, row.kind, row.amount) for row in rows] == [
        ("354100", "postage", 30_000),
        ("354100", "remittance", 9_000),
    ]
    kinds = {row.kind for row in balances(session, period, ANY, named)}
    assert kinds == {"fee", "charge"}


def test_the_workbook_says_each_day_what_the_page_says_of_all(session, town):
    take_in(session, town, money=FOUR_KINDS)
    tomorrow = TODAY + timedelta(days=1)
    numbers = receipts(session, town.clerk)
    money_desk.hand_over(session, town.agency.id, numbers, town.clerk, now=NINE + timedelta(days=1))
    period = Period(TODAY, tomorrow)
    rows = daily(session, period, ANY, month_names.names(session, tomorrow))
    told = [(day, row.kind, row.balance.held, row.balance.difference) for day, row in rows]
    assert told == [
        (TODAY, "fee", 50_000, 0),
        (TODAY, "charge", 135_000, 0),
        (tomorrow, "fee", 0, 0),
        (tomorrow, "charge", 0, 0),
    ]
    sheet = load_workbook(BytesIO(workbook(period, rows, sample=True))).active
    assert (sheet.cell(5, 1).value.date(), sheet.cell(5, 2).value) == (TODAY, "354100")
    heads = [str(cell.value).split("\n")[0] for cell in sheet[4]]
    held, difference = heads.index("Đang giữ"), heads.index("Chênh lệch")
    assert [row[held].value for row in sheet.iter_rows(min_row=5)] == [50_000, 135_000, 0, 0]
    assert {row[difference].value for row in sheet.iter_rows(min_row=5)} == {0}
    with pytest.raises(TooManyDays):
        daily(
            session,
            Period(TODAY, TODAY + timedelta(days=62)),
            ANY,
            month_names.names(session, TODAY),
        )


def test_the_province_sees_where_another_price_was_taken_than_the_tariff_asks(session, town):
    publish(session)
    take_in(session, town, money=(Money("postage", 60_000), Money("remittance", 9_000)))
    gaps, count = price_gaps(session, Period(TODAY, TODAY), ANY, limit=10)
    assert [(one.kind, one.asked, one.taken, one.gap) for one in gaps] == [
        ("remittance", 8_000, 9_000, 1_000)
    ]
    assert count == 1
    elsewhere = Wanted(point_id=town.hoa_binh.id)
    assert price_gaps(session, Period(TODAY, TODAY), elsewhere, limit=10) == ([], 0)


def test_amounts_are_said_in_words():
    assert money_desk.in_words(185_000) == "Một trăm tám mươi lăm nghìn đồng"
