"""The tariff: which price holds for a way, a weight and a day, and what VAT lies inside."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postal_app.rules.tariff import (
    SERVICE_WORDS,
    SERVICES_OF,
    ZONE_WORDS,
    End,
    Rate,
    Service,
    Way,
    ZoneKind,
    rate_for,
    way_between,
)

MARCH = date(2026, 3, 2)
NEAR = Rate(
    Service.SUBMIT,
    ZoneKind.DISTANCE,
    "Đến 10 km",
    10,
    (),
    100,
    23_636,
    None,
    10,
    date(2025, 7, 1),
    None,
    "QĐ mẫu",
)
FAR = replace(NEAR, zone="Đến 60 km", up_to_km=60, price=27_273)
FAR_HEAVY = replace(FAR, up_to_grams=500, price=32_000)
ANYWHERE = replace(
    NEAR, zone_kind=ZoneKind.ANY, zone="Mọi nơi", up_to_km=None, up_to_grams=None, price=40_000
)
RATES = (ANYWHERE, FAR_HEAVY, NEAR, FAR)


def test_every_service_and_zone_has_words_and_every_form_its_ways():
    assert set(SERVICE_WORDS) == set(Service)
    assert set(ZONE_WORDS) == set(ZoneKind)
    assert SERVICES_OF["both"] == (*SERVICES_OF["send"], *SERVICES_OF["receive"])


@pytest.mark.parametrize(
    ("kilometres", "grams", "expected"),
    [
        (9.9, 100, NEAR),
        (10.0, 1, NEAR),
        (10.1, 100, FAR),
        (60.0, 101, FAR_HEAVY),
        (60.1, 101, ANYWHERE),
        (None, 100, ANYWHERE),
        (9.9, 101, None),  # the closest zone has no such step: no price is guessed
        (60.0, 501, None),
    ],
)
def test_the_closest_zone_and_in_it_the_least_sufficient_step_holds(kilometres, grams, expected):
    assert rate_for(RATES, Service.SUBMIT, Way(kilometres), grams, MARCH) == expected


def test_a_price_holds_from_its_first_day_to_its_last():
    old = replace(NEAR, valid_from=date(2025, 1, 1), valid_to=date(2025, 6, 30), price=20_000)
    for on, expected in (
        (date(2024, 12, 31), None),
        (date(2025, 1, 1), old),
        (date(2025, 6, 30), old),
        (date(2025, 7, 1), NEAR),
    ):
        assert rate_for((NEAR, old), Service.SUBMIT, Way(5.0), 100, on) == expected


def test_one_way_has_no_price_by_that_of_the_other():
    assert rate_for(RATES, Service.RETURN, Way(5.0), 100, MARCH) is None


NHA_TRANG = End(province="56", district="568")
DIEN_KHANH = End(province="56", district="574")


@pytest.mark.parametrize(
    ("there", "zone", "far"),
    [
        (NHA_TRANG, ZoneKind.SAME_DISTRICT, ""),
        (DIEN_KHANH, ZoneKind.OTHER_DISTRICT, ""),
        (End(province="54", district="555"), ZoneKind.OTHER_PROVINCE, "54"),
        (End(province="56"), None, ""),
        (End(), None, ""),
    ],
)
def test_the_old_zone_comes_from_the_codes_of_both_ends(there, zone, far):
    assert way_between(NHA_TRANG, there, 3.0) == Way(3.0, zone, far)


def test_of_two_zones_of_other_provinces_the_one_that_names_the_province_is_closer():
    some = replace(
        NEAR, zone_kind=ZoneKind.OTHER_PROVINCE, up_to_km=None, provinces=("54", "58"), price=30_500
    )
    rest = replace(some, provinces=(), price=31_500)
    for province, expected in (("54", some), ("01", rest)):
        way = Way(None, ZoneKind.OTHER_PROVINCE, province)
        assert rate_for((rest, some), Service.SUBMIT, way, 100, MARCH) == expected


@given(st.integers(0, 10**9), st.integers(0, 100))
def test_vat_is_added_and_rounded_to_whole_dong(price, percent):
    rate = replace(NEAR, price=price, vat_percent=percent)
    assert rate.amount == price + rate.vat
    assert abs(rate.vat * 100 - price * percent) <= 50
