"""Answers of an agency: by form, in their order, each moving the dossier as the table says."""

from datetime import date

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import ProgrammingError

from models.dossiers import Dossier
from models.money import MoneyDue
from postal_app import agency_answers, agency_desk, collecting
from postal_app.agency_answers import NothingToTakeBack, NotNow
from postal_app.agency_dossiers import SomethingMissing, TwoAccounts
from postal_app.answer_form import (
    ApproverNeeded,
    AskedPaper,
    DueTooEarly,
    Duty,
    NewAnswer,
    NotLater,
)
from postal_app.rules.dossier_states import DossierState
from tests.agencies import DUE, REFUSAL, accepted, arrive, colleague, receive
from tests.makers import make_town, minutes

CODE = "H28.16-260302-0001"
HEALTH = AskedPaper("Giấy khám sức khỏe", originals=1)
ASK = NewAnswer("supplement_asked", reason="Thiếu giấy khám sức khỏe", papers=(HEALTH,))


@pytest.fixture
def town(session):
    return make_town(session)


@pytest.fixture
def dossier(session, town):
    """A dossier that was counted again and waits for its first answer."""
    item = arrive(session, town)
    receive(session, item, town.officer)
    return item.legs[0].dossier


def give(session, dossier, answer, by, minute=200):
    return agency_answers.give(session, dossier, answer, by, now=minutes(minute))


def state(session, dossier):
    return agency_answers.status(session, [dossier.id])[dossier.id]


def of_number(session, number):
    return session.scalars(select(Dossier).where(Dossier.number == number)).one()


def test_an_acceptance_is_the_appointment_slip_with_its_own_number_and_form(session, town):
    dossier = of_number(session, accepted(session, town, CODE))
    [answer] = agency_answers.of_dossier(session, dossier.id)
    assert (answer.kind, answer.form, answer.form_set) == ("accepted", "acceptance", "TT03/2025")
    assert (answer.number, answer.due_after) == ("MC26-H28.16-00001", DUE)
    assert state(session, dossier) is DossierState.ACCEPTED


def test_a_refusal_before_acceptance_ends_the_dossier_and_needs_its_ground(session, town, dossier):
    with pytest.raises(SomethingMissing) as bare:
        give(session, dossier, NewAnswer("refused", reason="Không đủ"), town.officer)
    assert bare.value.field == "ground"
    answer = give(session, dossier, REFUSAL, town.officer)
    assert answer.number == "MC26-H28.16-00001"
    assert (state(session, dossier), dossier.closed_at) == (
        DossierState.NOT_ACCEPTED,
        minutes(200),
    )
    number, acceptance = dossier.legs[0].item.number, agency_desk.Acceptance(CODE, DUE)
    with pytest.raises(NotNow) as late:
        agency_desk.accept(session, number, acceptance, town.officer, now=minutes(210))
    assert "Không được tiếp nhận" in late.value.said.vi


def test_after_the_result_nothing_more_is_asked_for(session, town):
    number = accepted(session, town, CODE)
    agency_desk.settle(session, number, town.officer, now=minutes(190))
    with pytest.raises(NotNow):
        give(session, of_number(session, number), ASK, town.officer)


def test_a_supplement_stops_the_clock_and_moves_the_due_date_when_it_comes(session, town):
    dossier = of_number(session, accepted(session, town, CODE))
    give(session, dossier, ASK, town.officer, minute=60 * 24)  # Tuesday
    assert state(session, dossier) is DossierState.SUPPLEMENT_ASKED
    later = 60 * 24 * 7  # Monday after
    answer = agency_answers.supplement_received(session, dossier, town.officer, now=minutes(later))
    assert (answer.due_before, answer.due_after) == (DUE, date(2026, 3, 13))
    assert (dossier.due_on, state(session, dossier)) == (
        date(2026, 3, 13),
        DossierState.ACCEPTED,
    )


def test_a_further_request_in_one_stage_needs_its_ground_and_another_officer(session, town):
    hoa = colleague(session, town)
    dossier = of_number(session, accepted(session, town, CODE))
    give(session, dossier, ASK, town.officer)
    agency_answers.supplement_received(session, dossier, town.officer, now=minutes(210))
    with pytest.raises(ApproverNeeded):
        give(session, dossier, ASK, town.officer, 220)
    for approver in ("minh", "dung", "khongco"):  # himself, a courier, nobody
        again = NewAnswer(
            "supplement_asked", "Thiếu ảnh", "Điều 5", papers=(HEALTH,), approver=approver
        )
        with pytest.raises(ApproverNeeded):
            give(session, dossier, again, town.officer, 220)
    again = NewAnswer("supplement_asked", "Thiếu ảnh", "Điều 5", papers=(HEALTH,), approver="hoa")
    assert give(session, dossier, again, town.officer, 220).approved_by == hoa.account_id


def test_a_request_before_acceptance_is_another_stage(session, town, dossier):
    asked = give(session, dossier, ASK, town.officer)
    assert (asked.stage, asked.papers[0].originals) == ("receipt", 1)
    agency_answers.supplement_received(session, dossier, town.officer, now=minutes(210))
    agency_desk.accept(
        session,
        dossier.legs[0].item.number,
        agency_desk.Acceptance(CODE, DUE),
        town.officer,
        now=minutes(220),
    )
    assert give(session, dossier, ASK, town.officer, 230).stage == "assessment"


def test_an_extension_tells_the_old_and_the_new_due_date(session, town):
    dossier = of_number(session, accepted(session, town, CODE))
    with pytest.raises(NotLater):
        give(session, dossier, NewAnswer("extended", "Chờ ý kiến", due_on=DUE), town.officer)
    early = NewAnswer("extended", "Chờ ý kiến", due_on=date(2026, 2, 27))
    with pytest.raises(DueTooEarly):
        give(session, dossier, early, town.officer)
    new = date(2026, 3, 16)
    answer = give(session, dossier, NewAnswer("extended", "Chờ ý kiến", due_on=new), town.officer)
    assert (answer.due_before, answer.due_after, dossier.due_on) == (DUE, new, new)
    assert state(session, dossier) is DossierState.ACCEPTED


def test_a_financial_duty_is_asked_for_and_the_post_takes_the_money(session, town):
    dossier = of_number(session, accepted(session, town, CODE))
    duty = NewAnswer("duty_asked", "Lệ phí cấp đổi", duties=(Duty("charge", 135_000),))
    give(session, dossier, duty, town.officer)
    assert state(session, dossier) is DossierState.DUTY_ASKED
    [due] = collecting.dues_of(session, [dossier.id])[dossier.id]
    assert (due.kind, due.amount, due.moment) == ("charge", 135_000, "delivery")
    assert session.scalars(select(MoneyDue.added_by)).all() == [town.officer.account_id]
    give(session, dossier, NewAnswer("duty_met"), town.officer, 210)
    assert state(session, dossier) is DossierState.ACCEPTED


def test_a_withdrawal_needs_the_applicants_written_request(session, town):
    dossier = of_number(session, accepted(session, town, CODE))
    with pytest.raises(SomethingMissing):
        give(session, dossier, NewAnswer("withdrawn"), town.officer)
    give(session, dossier, NewAnswer("withdrawn", request="Đơn ngày 02/03/2026"), town.officer)
    assert state(session, dossier) is DossierState.WITHDRAWN


def test_the_code_of_a_dossier_that_ended_is_free_again(session, town):
    first = of_number(session, accepted(session, town, CODE))
    stop = NewAnswer("stopped", "Người nộp không bổ sung", "Điều 19")
    give(session, first, stop, town.officer)
    second = accepted(session, town, CODE.lower().replace("-", " – "))
    assert of_number(session, second).dossier_code == CODE
    assert agency_desk.in_work(session, town.officer) == [of_number(session, second)]


def test_a_mistaken_answer_is_taken_back_by_a_second_person_and_stays_in_the_list(
    session, town, dossier
):
    hoa = colleague(session, town)
    give(session, dossier, REFUSAL, town.officer)
    with pytest.raises(TwoAccounts):
        agency_answers.take_back(session, dossier, "nhầm", town.officer, now=minutes(210))
    agency_answers.take_back(session, dossier, "nhầm hồ sơ bên cạnh", hoa, now=minutes(210))
    assert (state(session, dossier), dossier.closed_at) == (DossierState.REGISTERED, None)
    kinds = [one.kind for one in agency_answers.of_dossier(session, dossier.id)]
    assert kinds == ["refused", "taken_back"]
    with pytest.raises(NothingToTakeBack):
        agency_answers.take_back(session, dossier, "lần nữa", hoa, now=minutes(220))
    assert give(session, dossier, REFUSAL, town.officer, 230).number == "MC26-H28.16-00002"


def test_a_dossier_whose_result_is_fetched_leaves_the_work_when_settled(session, town):
    number = accepted(session, town, CODE, service_form="send")
    assert [one.number for one in agency_desk.in_work(session, town.officer)] == [number]
    agency_desk.settle(session, number, town.officer, now=minutes(200))
    dossier = of_number(session, number)
    assert agency_desk.in_work(session, town.officer) == []
    assert list(agency_desk.to_hand_out(session, town.officer)) == [dossier]
    assert state(session, dossier) is DossierState.SETTLED
    give(session, dossier, NewAnswer("handed_in_person", taken_by="owner"), town.officer, 300)
    assert (state(session, dossier), dossier.returned_at) == (
        DossierState.RETURNED,
        minutes(300),
    )
    assert agency_desk.to_hand_out(session, town.officer) == []


@pytest.mark.parametrize("table", ["agency_answers", "answer_papers"])
def test_the_database_itself_lets_no_answer_be_changed(session, town, dossier, table):
    give(session, dossier, ASK, town.officer)
    with pytest.raises(ProgrammingError), session.begin_nested():
        session.execute(text(f"DELETE FROM {table}"))
