"""Lists of points and agencies: all or nothing, every fault told with its row."""

import pytest
from sqlalchemy import func, select

from models.places import Agency, ServicePoint
from postal_app import place_lists, places
from postal_app.catalogue_file import UnreadableList
from tests.makers import TODAY

POINTS = """\
Mã điểm,Tên điểm,Loại,Địa chỉ,Mã xã (2024),Vĩ độ,Kinh độ,Đủ điều kiện từ,Đủ điều kiện đến
350100,Bưu cục Hòa Bình,cấp 1,"Phường Phương Lâm, Hòa Bình",04807,20.815,105.334,01/01/2017,
354100,Bưu cục Lương Sơn,cấp 2,"Lương Sơn, Hòa Bình",04924,20.877,105.537,2017-01-01,31/12/2019
"""
AGENCIES = """\
Mã định danh,Tên cơ quan,Cấp,Địa chỉ,Vĩ độ,Kinh độ,Hiệu lực từ
h28.16,Sở Giao thông Vận tải,Tỉnh,Hòa Bình,,,2020-01-01
"""


def test_points_come_in_with_the_days_on_which_they_are_qualified(session):
    assert place_lists.import_points(session, POINTS.encode()) == 2
    assert [point.code for point in places.qualified_points(session, TODAY)] == ["350100"]


def test_an_agency_without_coordinates_is_taken_in(session):
    assert place_lists.import_agencies(session, AGENCIES.encode()) == 1
    assert places.agency_by_code(session, " h28.16 ", TODAY).name == "Sở Giao thông Vận tải"


@pytest.mark.parametrize(
    ("wrong", "right", "told"),
    [
        ("35010,", "350100,", "dòng 2, code: «35010»"),
        ("354100,", "350100,", "dòng 3, code: «354100» đã có"),
        ("hai mươi", "20.877", "dòng 3, latitude: «hai mươi»"),
        ("32/13/2019", "31/12/2019", "dòng 3, valid_to: «32/13/2019»"),
    ],
)
def test_every_fault_is_told_with_its_row_and_nothing_comes_in(session, wrong, right, told):
    content = POINTS.replace(right, wrong)
    if "đã có" in told:
        content = POINTS.replace("350100,", "354100,")
    with pytest.raises(place_lists.ListWrong) as refused:
        place_lists.import_points(session, content.encode())
    assert told in refused.value.said.vi
    assert session.scalar(select(func.count()).select_from(ServicePoint)) == 0


def test_a_list_without_its_columns_names_them(session):
    with pytest.raises(place_lists.ColumnsMissing) as refused:
        place_lists.import_agencies(session, POINTS.encode())
    assert "ma dinh danh" in refused.value.said.vi
    with pytest.raises(UnreadableList):
        place_lists.import_agencies(session, b"")
    assert session.scalar(select(func.count()).select_from(Agency)) == 0


def test_a_second_import_of_the_same_list_adds_nothing(session):
    place_lists.import_agencies(session, AGENCIES.encode())
    with pytest.raises(place_lists.ListWrong):
        place_lists.import_agencies(session, AGENCIES.encode())
