"""The sample places of the demo: as many as the province had, in the province, and consistent."""

import csv
import json
import re
from datetime import date
from pathlib import Path

import pytest

from postal_app import geography
from postal_app.rules.vietnamese import nfc

DATA = Path(geography.__file__).parent / "demo" / "data"
POINT_FILES = ("points.csv", "points_unqualified.csv")
TABLES = (*POINT_FILES, "agencies.csv")
HOA_BINH_LATITUDES = (20.30, 21.15)
HOA_BINH_LONGITUDES = (104.79, 105.87)


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8-sig", newline="") as table:
        return list(csv.DictReader(table))


def points() -> list[dict[str, str]]:
    return [row for name in POINT_FILES for row in rows(name)]


def test_exactly_83_points_are_qualified_and_some_are_no_longer():
    assert len(rows("points.csv")) == 83
    assert all(row["Đủ điều kiện đến"] == "" for row in rows("points.csv"))
    assert len(rows("points_unqualified.csv")) == 3
    for row in rows("points_unqualified.csv"):
        begin, end = row["Đủ điều kiện từ"], row["Đủ điều kiện đến"]
        assert date.fromisoformat(begin) < date.fromisoformat(end) <= date(2020, 6, 30)


def test_every_point_has_its_own_six_digits_name_and_place():
    codes = [row["Mã điểm"] for row in points()]
    assert all(re.fullmatch(r"3[56]\d{4}", code) for code in codes)
    assert len(set(codes)) == len(codes)
    assert len({row["Tên điểm"] for row in points()}) == len(codes)
    assert len({(row["Vĩ độ"], row["Kinh độ"]) for row in points()}) == len(codes)


def test_the_city_and_every_district_have_points_of_each_rank():
    kinds = [row["Loại"] for row in rows("points.csv")]
    assert kinds.count("bưu cục cấp 1") == 1
    assert kinds.count("bưu cục cấp 2") == 10
    assert kinds.count("bưu cục cấp 3") > 0
    assert kinds.count("điểm BĐ-VHX") > 50
    assert len({row["Huyện"] for row in rows("points.csv")}) == 10


@pytest.mark.parametrize("row", points(), ids=lambda row: row["Tên điểm"])
def test_a_point_lies_in_its_real_commune(row: dict[str, str]):
    found = geography.recognise(row["Địa chỉ"])
    assert found.certainty == "certain"
    assert found.catalogue == "2024"
    assert found.commune == geography.Unit(row["Mã xã (2024)"], row["Xã/phường"])
    assert found.district is not None
    assert found.district.name == row["Huyện"]
    assert (found.latitude, found.longitude) == (float(row["Vĩ độ"]), float(row["Kinh độ"]))


@pytest.mark.parametrize("name", TABLES)
def test_every_place_lies_within_hoa_binh(name: str):
    for row in rows(name):
        assert HOA_BINH_LATITUDES[0] < float(row["Vĩ độ"]) < HOA_BINH_LATITUDES[1]
        assert HOA_BINH_LONGITUDES[0] < float(row["Kinh độ"]) < HOA_BINH_LONGITUDES[1]


def test_agencies_have_codes_of_the_province_and_their_own_names():
    agencies = rows("agencies.csv")
    codes = [row["Mã định danh"] for row in agencies]
    assert all(re.fullmatch(r"H28\.\d\d(\.\d\d)?", code) for code in codes)
    assert len(set(codes)) == len({row["Tên cơ quan"] for row in agencies}) == len(agencies)
    assert {row["Cấp"] for row in agencies} == {"Tỉnh", "Huyện", "Xã"}
    assert sum(row["Cấp"] == "Huyện" for row in agencies) == 10
    assert all(date.fromisoformat(row["Hiệu lực từ"]) <= date(2020, 1, 1) for row in agencies)


def test_the_commune_of_every_point_has_its_peoples_committee():
    communal = {row["Địa chỉ"] for row in rows("agencies.csv") if row["Cấp"] == "Xã"}
    assert {row["Địa chỉ"] for row in points()} == communal


def test_every_field_belongs_to_a_provincial_agency():
    routing = json.loads((DATA / "fields_of_agencies.json").read_text(encoding="utf-8"))
    provincial = {row["Tên cơ quan"] for row in rows("agencies.csv") if row["Cấp"] == "Tỉnh"}
    assert {*routing["fields"].values(), routing["default"]} <= provincial
    assert routing["fields"]["Hộ tịch"] == "Sở Tư pháp"
    assert routing["fields"]["Đất đai"] == "Sở Tài nguyên và Môi trường"


def test_every_field_of_the_sample_procedures_has_its_agency():
    routing = json.loads((DATA / "fields_of_agencies.json").read_text(encoding="utf-8"))
    assert {row["Lĩnh vực"] for row in rows("procedures.csv")} <= set(routing["fields"])


@pytest.mark.parametrize("name", [*TABLES, "fields_of_agencies.json", "SOURCES-places.md"])
def test_sample_texts_are_composed(name: str):
    text = (DATA / name).read_text(encoding="utf-8")
    assert text == nfc(text)
