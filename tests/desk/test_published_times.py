"""Published calendars and standards: all or nothing, versions beside each other, faults by row."""

from datetime import date

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import DBAPIError

from models.calendar import CalendarDay, PublishedYear
from models.promises import TransitStandard
from postal_app import calendars, transit_standards
from postal_app.place_lists import ListWrong
from postal_app.rules.calendar import DayKind
from postal_app.transit_standards import Fate, standard_for
from tests.makers import NINE, make_town
from tests.promised import CALENDAR, STANDARDS, publish


def count(session, table):
    return session.scalar(select(func.count()).select_from(table))


def test_a_year_comes_in_with_its_weekdays_and_days(session):
    make_town(session)
    publish(session, standards="")
    found = calendars.calendar(session, date(2026, 1, 1), date(2026, 12, 31))
    assert found.kind(date(2026, 3, 7)) is DayKind.HALF
    assert found.kind(date(2026, 2, 21)) is DayKind.REST
    assert found.is_working(date(2026, 1, 10))
    assert found.versions(date(2026, 1, 1), date(2026, 2, 1)) == "2026 (1)"
    assert found.unpublished(date(2026, 1, 1), date(2027, 1, 1)) == (2027,)


def test_the_same_list_again_publishes_nothing(session):
    make_town(session)
    publish(session)
    publish(session)
    assert (count(session, PublishedYear), count(session, TransitStandard)) == (1, 4)


def test_a_later_announcement_is_a_new_version_beside_the_old(session):
    make_town(session)
    publish(session, standards="")
    later = CALENDAR + "31/08/2026,Nghỉ hoán đổi,Quốc khánh,TB mẫu 2\n"
    (planned,) = calendars.plan(session, later.encode())
    assert (planned.version, planned.is_new) == (2, True)
    publish(session, later, standards="")
    found = calendars.calendar(session, date(2026, 1, 1), date(2026, 12, 31))
    assert not found.is_working(date(2026, 8, 31))
    assert [row.version for row in calendars.published(session)] == [2, 1]


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        ("16/02/2026", "31/02/2026", "dòng 7, ngày: «31/02/2026»"),
        ("Nghỉ bù,Giỗ", "Nghỉ chơi,Giỗ", "loại: «Nghỉ chơi»"),
        ("17/02/2026", "16/02/2026", "«16/02/2026» đã có"),
        ("30/04/2026", "29/04/2026", "năm 2026: thiếu ngày lễ 30/04/2026"),
        ("Quốc khánh,TB mẫu", "Quốc khánh,", "dòng 17, căn cứ: trống"),
        ("Thứ Bảy,Làm buổi sáng", "Thứ Bảy,Làm bù", "dòng 2, loại: «Làm bù»"),
    ],
)
def test_a_fault_in_a_calendar_is_told_and_nothing_comes_in(session, right, wrong, told):
    make_town(session)
    with pytest.raises(ListWrong) as refused:
        publish(session, CALENDAR.replace(right, wrong, 1), standards="")
    assert told in refused.value.said.vi
    assert count(session, CalendarDay) == 0


def test_a_calendar_without_a_province_is_refused(session):
    with pytest.raises(calendars.NoProvince):
        publish(session, standards="")


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        ("Nộp,Đến 10 km", "Ngang,Đến 10 km", "dòng 2, chieu: «Ngang»"),
        ("10,1,1,15", "10,3,1,15", "dòng 2: phát lần đầu muộn hơn phát thành công"),
        ("60,2,3,15", "60,2,3,25", "gio cat: «25»"),
        ("Nộp,Trong tỉnh,60", "Nộp,Trong tỉnh,10", "dòng 3: chiều và khoảng cách này đã có"),
        ("10,1,1,15,01/01/2026,,", "10,1,1,15,01/01/2026,31/12/2025,", "hết hiệu lực trước"),
        ("10,1,1,15", "gần,1,1,15", "den km: «gần»"),
    ],
)
def test_a_fault_in_the_standards_is_told_and_nothing_comes_in(session, right, wrong, told):
    with pytest.raises(ListWrong) as refused:
        publish(session, calendar="", standards=STANDARDS.replace(right, wrong, 1))
    assert told in refused.value.said.vi
    assert count(session, TransitStandard) == 0


def test_a_later_standard_ends_the_earlier_one_the_day_before(session):
    publish(session, calendar="")
    faster = STANDARDS.splitlines()[0] + "\nTrả,Trong tỉnh,60,1,2,16,01/04/2026,,QĐ mẫu 2\n"
    (planned,) = transit_standards.plan(session, faster.encode())
    assert planned.fate is Fate.ADDED
    publish(session, calendar="", standards=faster)
    standards = transit_standards.published(session)
    march, april = (
        standard_for(standards, "result", 20.0, day)
        for day in (date(2026, 3, 31), date(2026, 4, 1))
    )
    assert (march.delivery_days, march.valid_to) == (4, date(2026, 3, 31))
    assert (april.delivery_days, april.valid_to) == (2, None)
    with pytest.raises(ListWrong, match="hiệu lực từ 01/04/2026"):
        publish(session, calendar="", standards=STANDARDS)


@pytest.mark.parametrize(
    ("leg", "distance", "zone"),
    [
        ("submission", 9.9, "Đến 10 km"),
        ("submission", 10.1, "Trong tỉnh"),
        ("submission", 300.0, "Mọi nơi"),
        ("submission", None, "Mọi nơi"),
        ("result", 300.0, None),
        ("result", None, None),
    ],
)
def test_the_narrowest_standard_that_reaches_holds(session, leg, distance, zone):
    publish(session, calendar="")
    found = standard_for(transit_standards.published(session), leg, distance, date(2026, 3, 2))
    assert (found.zone if found else None) == zone


def test_a_published_standard_is_ended_and_never_edited(session):
    publish(session, calendar="")
    with pytest.raises(DBAPIError, match="ended, never edited"):
        session.execute(update(TransitStandard).values(delivery_days=9))


def test_a_published_year_is_never_changed(session):
    make_town(session)
    publish(session, standards="")
    with pytest.raises(DBAPIError, match="permission denied"):
        session.execute(update(CalendarDay).values(kind="work"))


def test_the_moment_and_the_name_of_who_published_stay(session):
    make_town(session)
    publish(session)
    (year,) = calendars.published(session)
    assert (year.imported_by, year.imported_at) == ("quan", NINE)
