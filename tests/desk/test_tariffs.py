"""Tariffs: published whole or not at all, old prices found again, the price kept at acceptance."""

from datetime import date

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from models.promises import Promise
from models.tariff import TariffPrice
from postal_app import tariff_lists, tariffs
from postal_app.pickup_form import Money
from postal_app.place_lists import ColumnsMissing, ListWrong
from postal_app.rules.tariff import LIGHTEST, Service
from postal_app.tariffs import PriceQuestion, address_end, price_of
from postal_app.transit_standards import Fate
from tests.makers import NINE, Town, make_town, minutes, take_in
from tests.tariffs import BY_DISTANCE, BY_DISTRICT, HEADINGS, publish

MARCH = date(2026, 3, 2)
OLD_DAY = date(2020, 9, 1)
NHA_TRANG = address_end("Phường Lộc Thọ, thành phố Nha Trang, tỉnh Khánh Hòa")
ALSO_NHA_TRANG = address_end("Phường Vĩnh Hải, thành phố Nha Trang, tỉnh Khánh Hòa")
DIEN_KHANH = address_end("Xã Diên An, huyện Diên Khánh, tỉnh Khánh Hòa")
CAM_RANH = address_end("Phường Ba Ngòi, thành phố Cam Ranh, tỉnh Khánh Hòa")
PHU_YEN = address_end("Phường 1, thành phố Tuy Hòa, tỉnh Phú Yên")
DA_NANG = address_end("Phường Hải Châu I, quận Hải Châu, thành phố Đà Nẵng")
HA_NOI = address_end("Phường Tràng Tiền, quận Hoàn Kiếm, thành phố Hà Nội")
BOTH = (Service.SUBMIT, Service.RETURN)


@pytest.fixture
def town(session: Session) -> Town:
    return make_town(session)


def count(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(TariffPrice)) or 0


def one_way(there, grams=LIGHTEST) -> PriceQuestion:
    return PriceQuestion((Service.SUBMIT,), NHA_TRANG, there, grams=grams)


@pytest.mark.parametrize(
    ("there", "amount", "zone"),
    [
        (ALSO_NHA_TRANG, 26_000, "Nội huyện"),
        (DIEN_KHANH, 30_000, "Liên huyện"),
        (PHU_YEN, 30_500, "Nội vùng"),
        (DA_NANG, 31_000, "Cận vùng"),
        (HA_NOI, 31_500, "Cách vùng"),
    ],
)
def test_khanh_hoas_prices_by_district_are_found_again_after_districts_vanished(
    session, there, amount, zone
):
    publish(session, BY_DISTRICT, BY_DISTANCE)
    price = price_of(session, one_way(there), OLD_DAY)
    assert price is not None
    assert (price.amount, price.zones) == (amount, (zone,))
    assert price.version == "TB mẫu 2018, từ 01/01/2018"
    assert price_of(session, one_way(there), date(2025, 7, 1)) != price


def test_there_and_back_cost_the_sum_of_both_with_the_vat_inside(session):
    publish(session, BY_DISTRICT)
    price = price_of(session, PriceQuestion(BOTH, NHA_TRANG, DIEN_KHANH, ALSO_NHA_TRANG), OLD_DAY)
    assert price is not None
    assert (price.amount, price.vat) == (60_000, 5_454)
    assert price.vat_of(30_000) == 2_727


def test_an_address_in_the_units_of_2025_has_no_old_zone_and_no_price_is_guessed(session):
    publish(session, BY_DISTRICT)
    new = address_end("Phường Nha Trang, tỉnh Khánh Hòa")
    assert price_of(session, one_way(new), OLD_DAY) is None


@pytest.mark.parametrize(
    ("there", "grams", "amount"),
    [
        (CAM_RANH, 100, 30_000),
        (CAM_RANH, 101, 35_200),
        (CAM_RANH, 501, None),
        (DIEN_KHANH, 100, 26_000),
        (DIEN_KHANH, 101, None),
        (HA_NOI, 5_000, 44_000),
    ],
)
def test_today_the_zone_is_the_distance_and_a_heavier_envelope_takes_the_next_step(
    session, there, grams, amount
):
    publish(session)
    price = price_of(session, one_way(there, grams), MARCH)
    assert (price and price.amount) == amount


def test_nothing_is_asked_before_anything_is_published(session):
    assert price_of(session, one_way(DIEN_KHANH), MARCH) is None
    assert tariffs.remittance_price(session, MARCH) is None


def test_the_dry_run_tells_and_adds_nothing_and_the_same_list_again_changes_nothing(session):
    told = tariff_lists.plan(session, BY_DISTANCE.encode())
    assert (told.adds, len(told.prices), count(session)) == (True, 7, 0)
    publish(session)
    again = tariff_lists.plan(session, BY_DISTANCE.encode())
    assert {one.fate for one in again.prices} == {Fate.UNCHANGED}
    assert not again.adds
    publish(session)
    assert count(session) == 7


def test_a_later_price_ends_the_earlier_on_the_day_before_and_old_days_keep_theirs(session):
    publish(session)
    later = HEADINGS + "Chuyển nộp,Mọi nơi,Mỗi hồ sơ,,,,8.182,,10,01/04/2026,,QĐ mẫu 15\n"
    [planned] = tariff_lists.plan(session, later.encode()).prices
    assert planned.ends is not None
    publish(session, later)
    for on, amount in ((date(2026, 3, 31), 8_000), (date(2026, 4, 1), 9_000)):
        price = tariffs.remittance_price(session, on)
        assert price is not None
        assert price.amount == amount
    first = tariff_lists.plan(session, BY_DISTANCE.encode())
    assert {one.fate for one in first.prices} == {Fate.UNCHANGED}


def test_one_list_may_tell_the_whole_history_of_a_price(session):
    row = "Chuyển nộp,Mọi nơi,Mỗi hồ sơ,,,,{price},,10,01/01/{year},,QĐ {year}\n"
    text = HEADINGS + row.format(price=8_000, year=2022) + row.format(price=7_000, year=2018)
    publish(session, text)
    ends = session.scalars(select(TariffPrice.valid_to).order_by(TariffPrice.valid_from)).all()
    assert ends == [date(2021, 12, 31), None]


FAULTY = HEADINGS + (
    "Bay,Khoảng cách,Đến 10 km,10,,100,1.000,,10,01/07/2025,,QĐ\n"
    "Nộp hồ sơ,Khoảng cách,Đến 10 km,mười,,100,1.000,,10,01/07/2025,,QĐ\n"
    "Nộp hồ sơ,Cùng huyện,Nội huyện,,,100,1.000,,10,01/01/2018,,QĐ\n"
    "Nộp hồ sơ,Mọi nơi,Mọi nơi,10,54,100,1.000,900,10,01/07/2025,01/01/2025,\n"
    "Nộp hồ sơ,Mọi nơi,Mọi nơi,10,54,100,1.000,900,110,01/07/2025,01/01/2025,QĐ\n"
)


def test_faulty_rows_are_handed_back_with_row_and_column_and_nothing_is_published(session):
    told = tariff_lists.plan(session, (BY_DISTANCE + FAULTY.removeprefix(HEADINGS)).encode())
    found = [(one.row, one.column) for one in told.faults]
    assert found == [
        (9, "Dịch vụ"),
        (10, "Đến km"),
        (11, "Hiệu lực đến"),
        (12, "Căn cứ"),
        (13, "Thuế GTGT (%)"),
    ]
    assert not told.adds
    with pytest.raises(ListWrong, match="dòng 3, Đến km: «mười»"):
        publish(session, FAULTY)
    assert count(session) == 0


def test_what_contradicts_itself_is_told_by_its_column(session):
    row = "Nộp hồ sơ,Mọi nơi,Mọi nơi,10,54,100,1.000,900,10,01/07/2025,01/01/2025,QĐ\n"
    told = tariff_lists.plan(session, (HEADINGS + row).encode())
    assert [one.column for one in told.faults] == [
        "Đến km",
        "Mã tỉnh (2024)",
        "Giá trước thuế",
        "Hiệu lực đến",
    ]


def test_a_price_that_begins_before_what_stands_is_refused(session):
    publish(session)
    early = HEADINGS + "Chuyển nộp,Mọi nơi,Mỗi hồ sơ,,,,5.000,,10,01/06/2025,,QĐ cũ\n"
    [fault] = tariff_lists.plan(session, early.encode()).faults
    assert (fault.row, fault.column) == (2, "Hiệu lực từ")
    assert "01/07/2025" in fault.why.vi


def test_a_list_without_its_headings_is_refused(session):
    with pytest.raises(ColumnsMissing, match="gia truoc thue"):
        tariff_lists.plan(session, BY_DISTANCE.replace("Giá trước thuế", "Giá").encode())


def test_a_published_price_is_ended_and_never_edited_or_removed(session):
    publish(session)
    with pytest.raises(DBAPIError, match="ended, never edited"), session.begin_nested():
        session.execute(update(TariffPrice).values(price=1))
    with pytest.raises(DBAPIError, match="permission denied"), session.begin_nested():
        session.execute(delete(TariffPrice))


def test_the_price_is_kept_with_the_money_and_with_the_promise_and_stays(session, town):
    publish(session)
    item = take_in(
        session,
        town,
        money=(Money("postage", 60_000), Money("remittance", 8_000), Money("charge", 135_000)),
    )
    postage, remittance, charge = item.legs[0].dossier.money
    assert postage.price_version == "QĐ mẫu 12, từ 01/07/2025"
    assert postage.tariff_amount is not None
    assert (remittance.tariff_amount, remittance.vat_amount) == (8_000, 727)
    assert (charge.tariff_amount, charge.vat_amount, charge.price_version) == (None, None, "")
    promised = session.scalars(select(Promise).where(Promise.item_id == item.id)).one()
    assert promised.price_version == postage.price_version
    publish(session, BY_DISTANCE.replace("01/07/2025", "02/03/2026").replace("12\n", "13\n"))
    session.expire_all()
    assert item.legs[0].dossier.money[0].price_version == "QĐ mẫu 12, từ 01/07/2025"


def test_an_envelope_without_postage_keeps_the_tariff_in_force_on_its_day(session, town):
    publish(session)
    item = take_in(session, town, money=(), now=minutes(10))
    promised = session.scalars(select(Promise).where(Promise.item_id == item.id)).one()
    assert promised.price_version == "QĐ mẫu 12, từ 01/07/2025"


def test_the_amount_taken_stands_beside_what_the_tariff_asks(session, town):
    publish(session)
    item = take_in(session, town, money=(Money("remittance", 9_000),), now=NINE)
    [line] = item.legs[0].dossier.money
    assert (line.amount, line.tariff_amount) == (9_000, 8_000)
