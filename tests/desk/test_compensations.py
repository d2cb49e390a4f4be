"""Compensation: recorded, approved and paid by three persons, once, never out of state money."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from models.complaints import (
    Compensation,
    CompensationPayment,
)
from models.dossiers import MoneyLine
from models.staff import Account
from postal_app import (
    compensation_limits,
    compensations,
    complaint_lists,
    complaints,
    incidents,
)
from postal_app.compensations import NewCompensation
from postal_app.errors import Forbidden
from postal_app.incidents import NewIncident
from postal_app.rules.compensation import Amounts, Stage
from postal_app.rules.complaints import Standing
from postal_app.rules.roles import Role
from tests.complaining import APRIL, complained, lose, proposed
from tests.makers import make_actor, make_town, minutes
from tests.promised import publish


@pytest.fixture
def town(session):
    made = make_town(session)
    publish(session)
    return made


@pytest.fixture
def second(session, town):
    """Another member of the provincial staff."""
    return make_actor(session, "nga", "Phùng Thị Nga", Role.PROVINCIAL, town.province)


@pytest.fixture
def lost(session, town):
    """An envelope that anh Dũng cannot find, promised for 5 March."""
    return lose(session, town)


def test_nothing_is_made_good_before_the_complaint_was_found_justified(session, town, lost):
    made = complained(session, town, lost)
    new = NewCompensation("total_loss", Amounts(loss=100_000), "354100")
    with pytest.raises(compensations.NotJustified):
        compensations.propose(session, made.number, new, town.provincial, now=APRIL)
    complaints.answer(session, made.number, "out_of_time", "Quá hạn.", town.provincial, now=APRIL)
    with pytest.raises(compensations.NotJustified):
        compensations.propose(session, made.number, new, town.provincial, now=APRIL)


def test_three_persons_record_approve_and_pay_and_the_point_pays_once(session, town, second, lost):
    made = proposed(session, town, lost)
    for by, error in ((town.provincial, compensations.OwnProposal), (town.auditor, Forbidden)):
        with pytest.raises(error):
            compensations.approve(session, made.number, "", by, approved=True, now=APRIL)
    with pytest.raises(compensations.NothingProposed):
        compensations.pay(session, made.number, "PC-1", town.clerk, now=APRIL)
    compensations.approve(session, made.number, "", second, approved=True, now=APRIL)
    for actor, error in (
        (town.provincial, Forbidden),
        (replace(town.clerk, account_id=second.account_id), compensations.OwnProposal),
    ):
        with pytest.raises(error):
            compensations.pay(session, made.number, "PC-1", actor, now=APRIL)
    with pytest.raises(compensations.GroundMissing):
        compensations.pay(session, made.number, " ", town.clerk, now=APRIL)
    paid = compensations.pay(session, made.number, "PC-0007", town.clerk, now=APRIL)
    assert (paid.reference, paid.paid_at) == ("PC-0007", APRIL)
    with pytest.raises(compensations.AlreadyPaid):
        compensations.pay(session, made.number, "PC-0008", town.clerk, now=APRIL)
    new = NewCompensation("partial_loss", Amounts(loss=1_000), "354100")
    with pytest.raises(compensations.AlreadyProposed):
        compensations.propose(session, made.number, new, town.provincial, now=APRIL)


def test_the_archive_itself_holds_no_second_payment_for_a_complaint(session, town, second, lost):
    made = proposed(session, town, lost)
    compensations.approve(session, made.number, "", second, approved=True, now=APRIL)
    paid = compensations.pay(session, made.number, "PC-0007", town.clerk, now=APRIL)
    one = session.scalars(select(Compensation)).one()
    again = CompensationPayment(
        compensation_id=one.id,
        complaint_id=made.id,
        paid_at=APRIL,
        paid_by=paid.paid_by,
        reference="PC-0008",
    )
    session.add(again)
    with pytest.raises(DBAPIError), session.begin_nested():
        session.flush()


def test_a_refused_compensation_may_be_recorded_anew(session, town, second, lost):
    made = proposed(session, town, lost)
    with pytest.raises(compensations.GroundMissing):
        compensations.approve(session, made.number, "", second, approved=False, now=APRIL)
    compensations.approve(
        session, made.number, "Thiếu biên lai.", second, approved=False, now=APRIL
    )
    new = NewCompensation("total_loss", Amounts(loss=100_000), "354100")
    again = compensations.propose(session, made.number, new, town.provincial, now=APRIL)
    assert compensations.stage_of(again) is Stage.PROPOSED
    session.refresh(made)
    assert [compensations.stage_of(one) for one in made.compensations] == [
        Stage.REFUSED,
        Stage.PROPOSED,
    ]


def test_a_lost_item_is_made_good_once_whoever_complains(session, town, lost):
    proposed(session, town, lost)
    other = complained(session, town, lost, made_as="receiver")
    complaints.answer(session, other.number, "justified", "Đúng.", town.provincial, now=APRIL)
    new = NewCompensation("total_loss", Amounts(loss=100_000), "354100")
    with pytest.raises(compensations.LossPaidBefore):
        compensations.propose(session, other.number, new, town.provincial, now=APRIL)


@pytest.mark.parametrize(
    ("changes", "error", "field"),
    [
        ({"amounts": Amounts()}, compensations.NothingToPay, "loss"),
        ({"evidence": ""}, compensations.GroundMissing, "evidence"),
        ({"amounts": Amounts(0, 0, 30_001)}, compensations.MoreThanPostage, "postage_refund"),
        ({"payer": "999999"}, compensations.UnknownPayer, "payer"),
    ],
)
def test_a_compensation_that_cannot_be_paid_so_is_told_why(
    session, town, lost, changes, error, field
):
    with pytest.raises(error) as refused:
        proposed(session, town, lost, **changes)
    assert refused.value.field == field


def test_state_money_and_tax_are_never_given_back(session, town, lost):
    measure = compensations.ground(session, lost)
    assert (measure.postage, measure.refundable, measure.limit) == (30_000, 30_000, None)
    half = MoneyLine(
        dossier_id=lost.legs[0].dossier_id,
        point_id=town.luong_son.id,
        agency_id=town.agency.id,
        kind="postage",
        moment="intake",
        amount=10_000,
        full_amount=10_000,
        exempt_percent=0,
        vat_amount=741,
        price_version="",
        receipt_number="BL26-354100-09999",
        collected_at=minutes(0),
        collected_by=town.clerk.account_id,
    )
    session.add(half)
    measure = compensations.ground(session, lost)
    assert (measure.postage, measure.refundable) == (40_000, 39_259)


def test_postage_given_back_for_one_complaint_is_not_given_back_for_another(session, town, lost):
    proposed(session, town, lost, amounts=Amounts(0, 0, 20_000), basis="lateness")
    assert compensations.ground(session, lost).refundable == 10_000


def test_above_the_published_limit_a_compensation_needs_its_ground_and_is_not_forbidden(
    session, town, lost
):
    for times, day in ((4, date(2026, 1, 1)), (6, date(2026, 4, 1))):
        compensation_limits.publish_limit(
            session, times, day, "thông báo mẫu", town.provincial, now=APRIL
        )
    measure = compensations.ground(session, lost)
    assert (measure.limit.times, measure.amount) == (4, 120_000)  # of the day it was taken in
    with pytest.raises(compensations.AboveLimit) as refused:
        proposed(session, town, lost, amounts=Amounts(loss=120_001))
    assert "120.000 đồng" in refused.value.said.vi
    made = complaint_lists.settled(session, town.provincial)[0]
    new = NewCompensation(
        "total_loss", Amounts(loss=500_000), "354100", note="thỏa thuận với khách hàng"
    )
    said = compensations.propose(session, made.number, new, town.provincial, now=APRIL)
    assert said.limit.times == 4


def test_a_limit_is_published_by_the_province_with_its_source_and_never_backdated(session, town):
    day = date(2026, 1, 1)
    with pytest.raises(Forbidden):
        compensation_limits.publish_limit(session, 4, day, "TB", town.clerk, now=APRIL)
    with pytest.raises(compensation_limits.NoLimit):
        compensation_limits.publish_limit(session, 4, day, " ", town.provincial, now=APRIL)
    compensation_limits.publish_limit(session, 4, day, "TB", town.provincial, now=APRIL)
    with pytest.raises(compensation_limits.LimitBackdated):
        compensation_limits.publish_limit(session, 5, day, "TB", town.provincial, now=APRIL)
    assert compensation_limits.limit_on(session, date(2025, 12, 31)) is None


def test_the_paying_point_sees_the_complaint_and_its_work(session, town, second, lost):
    made = proposed(session, town, lost, payer="350100")
    assert complaints.complaint(session, made.number, town.other_clerk).id == made.id
    work = complaint_lists.work(session, second)
    assert ([one.id for one in work.to_approve], work.to_pay) == ([made.id], [])
    compensations.approve(session, made.number, "", second, approved=True, now=APRIL)
    work = complaint_lists.work(session, town.other_clerk)
    assert (work.to_approve, [one.id for one in work.to_pay]) == ([], [made.id])
    with pytest.raises(Forbidden):
        compensations.pay(session, made.number, "PC-1", town.clerk, now=APRIL)
    compensations.pay(session, made.number, "PC-1", town.other_clerk, now=APRIL)
    assert complaint_lists.work(session, town.other_clerk).to_pay == []


def test_the_way_of_a_loss_from_the_record_to_the_payment(session, town, second, lost):
    """The courier reports it missing; the citizen complains; the post answers and pays."""
    record = incidents.open_incident(
        session,
        NewIncident(
            lost.number,
            "lost",
            minutes(90),
            seen="Mở túi thư ở bưu cục không thấy bì.",
            done="Tìm lại ở xe và trên đường, hỏi bưu cục Lương Sơn.",
        ),
        town.courier,
        now=minutes(100),
    )
    assert record.holder_name == "Quách Văn Dũng"
    incidents.answer(session, record.number, "", town.clerk, signs=True, now=minutes(120))

    complaint = complained(session, town, lost, about=town.courier.account_id)
    assert complaint.standing == Standing.IN_TIME
    incidents.settle(session, record.number, "complaint", complaint.number, second, now=APRIL)

    complaints.answer(
        session, complaint.number, "justified", "Bì mất khi vận chuyển.", second, now=APRIL
    )
    new = NewCompensation(
        "total_loss",
        Amounts(loss=120_000, remaking=135_000, postage_refund=27_000),
        "354100",
        evidence="biên lai lệ phí cấp lại số 0012",
    )
    compensations.propose(session, complaint.number, new, second, now=APRIL)
    compensations.approve(session, complaint.number, "", town.provincial, approved=True, now=APRIL)
    compensations.pay(session, complaint.number, "PC-0001", town.clerk, now=APRIL)

    session.expire_all()
    told = complaints.complaint(session, complaint.number, town.clerk)
    [one] = told.compensations
    assert compensations.stage_of(one) is Stage.PAID
    assert compensations.amounts_of(one).total == 282_000
    assert complaint_lists.work(session, town.clerk).to_pay == []
    assert session.get_one(Account, told.about_id).full_name == "Quách Văn Dũng"
