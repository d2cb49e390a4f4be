"""Complaints and compensation: in writing, judged by the stored promise, paid once, by three."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import DBAPIError

from models.complaints import (
    Complainant,
    Complaint,
    ComplaintAnswer,
)
from models.promises import Promise
from postal_app import (
    complaint_lists,
    complaints,
)
from postal_app.enquiries import UnknownNumber, item_history
from postal_app.errors import Forbidden
from postal_app.rules.complaints import Standing
from postal_app.rules.roles import Role
from tests.complaining import APRIL, MAI, complained, lose
from tests.makers import bring_to_agency, make_actor, make_town, take_in
from tests.promised import CALENDAR, publish

SEPTEMBER_7 = datetime(2026, 9, 7, 2, 0, tzinfo=UTC)
SEPTEMBER_8 = datetime(2026, 9, 8, 2, 0, tzinfo=UTC)


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


def test_a_complaint_takes_the_next_number_and_is_judged_by_the_stored_promise(session, town, lost):
    made = complained(session, town, lost)
    assert made.number == "KN26-354100-00001"
    assert (made.promised_end, made.standing) == (date(2026, 3, 5), Standing.IN_TIME)
    assert made.window_last == date(2026, 9, 7)  # the fifth is a Saturday
    assert made.answer_due == date(2026, 6, 1)
    assert made.judged_vi.startswith("Trong thời hiệu: 6 tháng từ ngày hết thời gian toàn trình")
    by_province = complained(session, town, lost, by=town.provincial)
    assert by_province.number == "KN26-H28-00001"


def test_the_last_day_is_in_time_and_a_day_later_is_taken_in_as_out_of_time(session, town, lost):
    assert complained(session, town, lost, now=SEPTEMBER_7).standing == Standing.IN_TIME
    late = complained(session, town, lost, now=SEPTEMBER_8)
    assert late.standing == Standing.OUT_OF_TIME
    assert "vẫn ghi nhận và trả lời" in late.judged_vi
    assert late.id in [one.id for one in complaint_lists.work(session, town.clerk).to_answer]


def test_a_later_standard_changes_nothing_of_when_a_complaint_is_in_time(session, town, lost):
    before = session.scalar(select(func.count(Promise.id)))
    publish(session, CALENDAR + "04/03/2026,Nghỉ lễ,Ngày mới,TB mẫu\n", "")
    made = complained(session, town, lost)
    assert made.promised_end == date(2026, 3, 5)
    assert session.scalar(select(func.count(Promise.id))) == before


def test_where_nothing_was_promised_the_complaint_says_so_and_is_gone_into(session):
    bare = make_town(session)
    item = take_in(session, bare)
    made = complained(session, bare, item, now=SEPTEMBER_8)
    assert (made.promised_end, made.standing) == (None, Standing.UNKNOWN)
    assert "chưa công bố thời gian toàn trình" in made.judged_vi


def test_the_month_for_damage_runs_from_the_day_it_was_there(session, town):
    item = take_in(session, town)
    bring_to_agency(session, town, item)
    known = complaints.known_of(session, item_history(session, item.number, town.clerk))
    assert known.delivered_on == date(2026, 3, 2)
    told = item_history(session, item.number, town.clerk)
    seen = complaints.foreseen(session, told, date(2026, 4, 3))
    assert seen["damage"].standing is Standing.OUT_OF_TIME
    assert seen["damage"].last_day == date(2026, 4, 2)
    assert seen["loss"].standing is Standing.IN_TIME


@pytest.mark.parametrize(
    ("changes", "error", "field"),
    [
        ({"person": replace(MAI, name=" ")}, complaints.SaidNothing, "name"),
        ({"person": replace(MAI, address="")}, complaints.SaidNothing, "address"),
        ({"content": " "}, complaints.NotInWriting, "content"),
        ({"made_as": "proxy"}, complaints.NoAuthorisation, "authorisation"),
        ({"lodged_on": date(2026, 4, 2)}, complaints.NotLodgedThen, "lodged_on"),
        ({"lodged_on": date(2026, 3, 1)}, complaints.NotLodgedThen, "lodged_on"),
        ({"about": 10**9}, complaints.NotConcerned, "about"),
    ],
)
def test_a_complaint_that_lacks_something_is_told_what(session, town, lost, changes, error, field):
    with pytest.raises(error) as refused:
        complained(session, town, lost, **changes)
    assert refused.value.field == field


def test_a_letter_with_its_reference_is_in_writing_too(session, town, lost):
    made = complained(session, town, lost, content="", paper_reference="đơn ngày 30/03/2026")
    assert made.paper_reference == "đơn ngày 30/03/2026"


def test_only_people_of_the_post_take_complaints_in_and_only_about_items_they_reach(
    session, town, lost
):
    for by in (town.courier, town.auditor, town.administrator, town.officer):
        with pytest.raises(Forbidden):
            complained(session, town, lost, by=by)
    with pytest.raises(UnknownNumber):
        complained(session, town, lost, by=town.other_clerk)


def test_a_complaint_is_seen_where_it_was_taken_in_and_by_the_province(session, town, lost):
    made = complained(session, town, lost)
    for by in (town.clerk, town.provincial, town.auditor):
        assert complaints.complaint(session, made.number.lower(), by).id == made.id
    for by in (town.other_clerk, town.courier, town.officer, town.administrator):
        with pytest.raises(complaints.UnknownComplaint):
            complaints.complaint(session, made.number, by)
    assert complaint_lists.of_item(session, lost.id, town.officer) == []


def test_the_nearest_deadline_is_on_top_of_the_list(session, town, lost):
    later = complained(session, town, lost, lodged_on=date(2026, 3, 31))
    sooner = complained(session, town, lost, lodged_on=date(2026, 3, 10), kind="lateness")
    listed = complaint_lists.work(session, town.provincial).to_answer
    assert [one.id for one in listed] == [sooner.id, later.id]
    assert [one.answer_due for one in listed] == [date(2026, 5, 10), date(2026, 5, 31)]


def test_the_province_answers_and_neither_the_one_who_took_it_in_nor_the_one_it_is_about(
    session, town, second, lost
):
    made = complained(session, town, lost, by=town.provincial, about=town.courier.account_id)
    own = (
        session,
        made.number,
        "unjustified",
        "Không đúng.",
    )
    with pytest.raises(complaints.OwnMatter):
        complaints.answer(*own, town.provincial, now=APRIL)
    as_province = replace(town.provincial, account_id=town.courier.account_id)
    with pytest.raises(complaints.OwnMatter):  # the courier has a desk at the province too
        complaints.answer(*own, as_province, now=APRIL)
    with pytest.raises(Forbidden):
        complaints.answer(*own, town.auditor, now=APRIL)
    said = complaints.answer(*own, second, now=APRIL)
    assert (said.number, said.verdict) == ("TL26-H28-00001", "unjustified")


def test_an_interim_answer_leaves_the_complaint_open_and_a_final_one_settles_it(
    session, town, lost
):
    made = complained(session, town, lost)
    for number in (1, 2):
        interim = complaints.answer(
            session, made.number, "interim", "Đang xác minh.", town.provincial, now=APRIL
        )
        assert interim.number == f"TL26-H28-0000{number}"
    assert complaint_lists.work(session, town.provincial).to_answer
    complaints.answer(session, made.number, "partly", "Đúng một phần.", town.provincial, now=APRIL)
    assert complaint_lists.work(session, town.provincial).to_answer == []
    assert [one.id for one in complaint_lists.settled(session, town.clerk)] == [made.id]
    with pytest.raises(complaints.AlreadyAnswered):
        complaints.answer(session, made.number, "justified", "Đúng.", town.provincial, now=APRIL)
    with pytest.raises(complaints.SaidNothing):
        complaints.answer(session, made.number, "interim", " ", town.provincial, now=APRIL)


def test_what_was_said_is_never_changed_but_who_complained_can_be_emptied(session, town, lost):
    made = complained(session, town, lost)
    complaints.answer(session, made.number, "justified", "Đúng.", town.provincial, now=APRIL)
    for change in (
        update(Complaint).values(standing="out_of_time"),
        update(ComplaintAnswer).values(verdict="unjustified"),
        update(Complainant).values(name="Người khác"),
        delete(ComplaintAnswer),
        delete(Complainant),
    ):
        with pytest.raises(DBAPIError), session.begin_nested():
            session.execute(change)
    blank = dict.fromkeys(("name", "phone", "address", "authorisation", "content"), "")
    session.execute(update(Complainant).values(**blank))
    assert session.scalars(select(Complainant.name)).all() == [""]
