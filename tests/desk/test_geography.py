"""Addresses are recognised or told to be unknown, moved to the new units, and measured."""

import math
import socket
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postal_app.geography import (
    Certainty,
    Level,
    Place,
    PointOutside,
    RecognisedAddress,
    Unit,
    _catalogue,
    kilometres,
    nearest,
    recognise,
    to_current,
)
from postal_app.rules.addresses import Entry
from postal_app.rules.vietnamese import fold, nfc

TUAN_DAO = ("Xã Tuân Đạo", "Huyện Lạc Sơn", "Tỉnh Hòa Bình")
KIM_BOI = ("Huyện Kim Bôi", "Tỉnh Hòa Bình")
PHUONG_LAM = ("Phường Phương Lâm", "Thành phố Hòa Bình", "Tỉnh Hòa Bình")


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch):
    """An address is personal data: nothing here may leave the machine."""

    def refused(*_: object, **__: object):
        raise AssertionError("an address was about to leave the machine")

    monkeypatch.setattr(socket.socket, "connect", refused)
    monkeypatch.setattr(socket, "getaddrinfo", refused)


def name(unit: Unit | None) -> str | None:
    return unit and unit.name


def names(address: RecognisedAddress) -> tuple[str | None, ...]:
    return name(address.commune), name(address.district), name(address.province)


OLD_ADDRESSES = [
    ("Xã Tuân Đạo, Huyện Lạc Sơn, Tỉnh Hòa Bình", TUAN_DAO),
    ("xã Tuân Đạo huyện Lạc Sơn tỉnh Hòa Bình", TUAN_DAO),
    ("xa tuan dao, huyen lac son, tinh hoa binh", TUAN_DAO),
    ("XÃ TUÂN ĐẠO, HUYỆN LẠC SƠN, TỈNH HOÀ BÌNH", TUAN_DAO),
    ("X. Tuân Đạo, H. Lạc Sơn, T. Hòa Bình", TUAN_DAO),
    ("Tuân Đạo - Lạc Sơn - Hòa Bình", TUAN_DAO),
    ("Tỉnh Hòa Bình, huyện Lạc Sơn, xã Tuân Đạo", TUAN_DAO),
    ("Xóm Đồi, Tuân Đạo, Lạc Sơn, Hòa Bình, Việt Nam", TUAN_DAO),
    ("Số 5 Trần Hưng Đạo, P. Phương Lâm, TP. Hòa Bình, Hòa Bình 36000", PHUONG_LAM),
    ("tổ 12\nphường Phương Lâm\nthành phố Hoà Bình\ntỉnh Hoà Bình", PHUONG_LAM),
    (
        "Xã Hòa Bình, thành phố Hòa Bình, tỉnh Hòa Bình",
        ("Xã Hòa Bình", "Thành phố Hòa Bình", "Tỉnh Hòa Bình"),
    ),
    (
        "TT. Lương Sơn, H. Lương Sơn, Hòa Bình",
        ("Thị trấn Lương Sơn", "Huyện Lương Sơn", "Tỉnh Hòa Bình"),
    ),
    ("Xã Mỵ Hoà, Kim Bôi, Hoà Bình", ("Xã Mỵ Hòa", "Huyện Kim Bôi", "Tỉnh Hòa Bình")),
    ("Đàm Thủy, Trùng Khánh, Cao Bằng", ("Xã Đàm Thủy", "Huyện Trùng Khánh", "Tỉnh Cao Bằng")),
    ("P13, Q4, TPHCM", ("Phường 13", "Quận 4", "Thành phố Hồ Chí Minh")),
    (
        "P. 01 - TP Vũng Tàu - Bà Rịa-Vũng Tàu",
        ("Phường 1", "Thành phố Vũng Tàu", "Tỉnh Bà Rịa - Vũng Tàu"),
    ),
    ("Xã Ea Sol, Ea H'leo, Đắk Lắk", ("Xã Ea Sol", "Huyện Ea H'leo", "Tỉnh Đắk Lắk")),
]

NEW_ADDRESSES = [
    ("Xã Lạc Sơn, tỉnh Phú Thọ", ("Xã Lạc Sơn", "Tỉnh Phú Thọ")),
    ("xã Mường Vang tỉnh Phú Thọ", ("Xã Mường Vang", "Tỉnh Phú Thọ")),
    ("xa muong vang, tinh phu tho", ("Xã Mường Vang", "Tỉnh Phú Thọ")),
    ("Phường Hòa Bình, Phú Thọ", ("Phường Hòa Bình", "Tỉnh Phú Thọ")),
    ("P. Hoà Bình, T. Phú Thọ", ("Phường Hòa Bình", "Tỉnh Phú Thọ")),
    ("Số 8 đường Hà Nội, phường Tân Hòa, tỉnh Phú Thọ", ("Phường Tân Hòa", "Tỉnh Phú Thọ")),
    ("Phường Phủ Lý, tỉnh Ninh Bình", ("Phường Phủ Lý", "Tỉnh Ninh Bình")),
    ("Phường Hà Nam, tỉnh Ninh Bình", ("Phường Hà Nam", "Tỉnh Ninh Bình")),
    ("Xã Trùng Khánh, tỉnh Cao Bằng", ("Xã Trùng Khánh", "Tỉnh Cao Bằng")),
    ("Xã Đàm Thủy, Cao Bằng", ("Xã Đàm Thủy", "Tỉnh Cao Bằng")),
    ("phường Hoàn Kiếm, Hà Nội", ("Phường Hoàn Kiếm", "Thành phố Hà Nội")),
    ("Đặc khu Lý Sơn, Quảng Ngãi", ("Đặc khu Lý Sơn", "Tỉnh Quảng Ngãi")),
    ("Xã Ea H'Leo, tỉnh Đắk Lắk", ("Xã Ea H'Leo", "Tỉnh Đắk Lắk")),
]


@pytest.mark.parametrize(("written", "units"), OLD_ADDRESSES)
def test_an_old_address_is_recognised_in_three_parts(written: str, units: tuple[str, str, str]):
    found = recognise(written)
    assert names(found) == units
    assert (found.catalogue, found.certainty) == ("2024", Certainty.CERTAIN)
    assert (found.located, found.unrecognised, found.possible) == (Level.COMMUNE, (), ())
    assert found.as_written == nfc(written)


@pytest.mark.parametrize(("written", "units"), NEW_ADDRESSES)
def test_a_new_address_is_recognised_in_two_parts(written: str, units: tuple[str, str]):
    found = recognise(written)
    assert names(found) == (units[0], None, units[1])
    assert (found.catalogue, found.certainty) == ("2025", Certainty.CERTAIN)
    assert (found.located, found.unrecognised, found.possible) == (Level.COMMUNE, (), ())


@pytest.mark.parametrize("written", [w for w, _ in (*OLD_ADDRESSES, *NEW_ADDRESSES)])
def test_a_decomposed_address_is_the_same_address(written: str):
    assert recognise(unicodedata.normalize("NFD", written)) == recognise(written)


@pytest.mark.parametrize("written", ["Xã Đú Sáng, huyện Kim Bôi, tỉnh Hòa Bình", "xã Ủ Ướt"])
def test_marks_are_folded_alike_by_us_and_by_what_stands_for_unidecode(written: str):
    assert sys.modules["unidecode"].__name__ == "text_unidecode"
    assert sys.modules["unidecode"].unidecode(nfc(written)).lower() == fold(written)


LETTERS = "aăâeêioôơuưyđ"
TONES = ["", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323"]


def test_every_marked_vietnamese_letter_is_folded_alike():
    for letter in LETTERS + LETTERS.upper():
        for tone in TONES if letter.casefold() != "đ" else [""]:
            marked = nfc(letter + tone)
            assert sys.modules["unidecode"].unidecode(marked).lower() == fold(marked)


@pytest.mark.parametrize(
    ("written", "units", "told"),
    [
        ("Xã Tuân Đạo, huyện Kim Bôi, Hòa Bình", (None, *KIM_BOI), ("Xã Tuân Đạo",)),
        ("Tuân Đạo, Kim Bôi, Hòa Bình", (None, *KIM_BOI), ("Tuân Đạo",)),
        ("Xã Mới Lạ, huyện Lạc Sơn, Hòa Bình", (None, *TUAN_DAO[1:]), ("Xã Mới Lạ",)),
        (
            "xã Tuân Đạo, huyện Xa Lắc, Hòa Bình",
            (None, None, "Tỉnh Hòa Bình"),
            ("xã Tuân Đạo", "huyện Xa Lắc"),
        ),
        (
            "Phường Phương Lâm, thành phố Hòa Bình, tỉnh Phú Thọ",
            (None, None, "Tỉnh Phú Thọ"),
            ("Phường Phương Lâm", "thành phố Hòa Bình"),
        ),
        ("huyện Trà Lĩnh, Cao Bằng", (None, None, "Tỉnh Cao Bằng"), ("huyện Trà Lĩnh",)),
        ("huyện Lạc Sơn", (None, *TUAN_DAO[1:]), ()),
        ("TP Hoa Binh", (None, "Thành phố Hòa Bình", "Tỉnh Hòa Bình"), ()),
        ("Tỉnh Thừa Thiên Huế", (None, None, "Thành phố Huế"), ()),
        ("Hà Nam", (None, None, "Tỉnh Hà Nam"), ()),
    ],
)
def test_what_is_not_recognised_is_told_and_left_open(
    written: str, units: tuple[str | None, ...], told: tuple[str, ...]
):
    found = recognise(written)
    assert names(found) == units
    assert found.unrecognised == told
    assert found.certainty == Certainty.PARTIAL


@pytest.mark.parametrize(
    "written",
    [
        "",
        "   ",
        ",,,",
        "John Smith",
        "12 Main Street, London",
        "xã",
        "TP.",
        "\x00",
        "(" * 90,
        "北京",
    ],
)
def test_nonsense_is_no_address(written: str):
    assert recognise(written).certainty == Certainty.UNKNOWN
    assert names(recognise(written)) == (None, None, None)
    assert recognise(written).latitude is None


def test_nonsense_with_words_is_told_as_it_was_written():
    assert recognise("12 Main Street, Lônđơn").unrecognised == ("12 Main Street", "Lônđơn")


@pytest.mark.parametrize(
    ("written", "units"),
    [
        ("Xã Chí Thiện, Lạc Sơn, Hòa Bình", ("Xã Quyết Thắng", *TUAN_DAO[1:])),
        ("Thị trấn Mường Khến, Tân Lạc, Hòa Bình", ("Thị trấn Mãn Đức", "Huyện Tân Lạc")),
        ("TT. Kỳ Sơn, H. Kỳ Sơn, Hòa Bình", ("Phường Kỳ Sơn", "Thành phố Hòa Bình")),
        ("Xã Liêm Chung, Phủ Lý, Hà Nam", ("Phường Liêm Chính", "Thành phố Phủ Lý")),
        ("TT. Trà Lĩnh, H. Trà Lĩnh, Cao Bằng", ("Thị trấn Trà Lĩnh", "Huyện Trùng Khánh")),
        ("phường 12, quận 4, TP.HCM", ("Phường 13", "Quận 4")),
    ],
)
def test_a_former_name_is_recognised_but_should_be_checked(written: str, units: tuple[str, ...]):
    found = recognise(written)
    assert names(found)[: len(units)] == units
    assert found.certainty == Certainty.LIKELY


@pytest.mark.parametrize("written", ["Tuân Đạo, Lạc Sơn", "xã Tuân Đạo, Hòa Bình"])
def test_a_part_left_out_is_filled_only_with_a_warning(written: str):
    assert names(recognise(written)) == TUAN_DAO
    assert recognise(written).certainty == Certainty.LIKELY


def test_a_street_that_bears_the_name_of_a_ward_is_no_ward():
    found = recognise("5 Trần Hưng Đạo, quận Hoàn Kiếm, Hà Nội")
    assert names(found) == (None, "Quận Hoàn Kiếm", "Thành phố Hà Nội")
    assert found.unrecognised == ()


def test_where_both_catalogues_fit_the_current_one_is_taken_with_a_warning():
    found = recognise("Hoàn Kiếm, Hà Nội")
    assert (found.catalogue, name(found.commune)) == ("2025", "Phường Hoàn Kiếm")
    assert found.certainty == Certainty.LIKELY


def test_two_names_alike_without_marks_stay_open_and_both_are_offered():
    found = recognise("thieu hoa, huyen thieu hoa, thanh hoa")
    assert names(found) == (None, "Huyện Thiệu Hóa", "Tỉnh Thanh Hóa")
    assert {unit.name for unit in found.possible} == {"Thị trấn Thiệu Hóa", "Xã Thiệu Hòa"}
    assert name(recognise("Thiệu Hòa, Thiệu Hóa, Thanh Hóa").commune) == "Xã Thiệu Hòa"


@pytest.mark.parametrize(
    ("written", "now"),
    [
        ("Xã Tuân Đạo, huyện Lạc Sơn, tỉnh Hòa Bình", ("Xã Mường Vang", "Tỉnh Phú Thọ")),
        ("Phường Phương Lâm, TP Hòa Bình, Hòa Bình", ("Phường Hòa Bình", "Tỉnh Phú Thọ")),
        ("Thị trấn Lương Sơn, Lương Sơn, Hòa Bình", ("Xã Lương Sơn", "Tỉnh Phú Thọ")),
        ("Phường Liêm Chính, Phủ Lý, Hà Nam", ("Phường Phủ Lý", "Tỉnh Ninh Bình")),
        ("Xã Đàm Thủy, huyện Trùng Khánh, Cao Bằng", ("Xã Đàm Thủy", "Tỉnh Cao Bằng")),
        ("Huyện Lý Sơn, Quảng Ngãi", ("Đặc khu Lý Sơn", "Tỉnh Quảng Ngãi")),
    ],
)
def test_an_old_address_moves_to_the_units_of_2025(written: str, now: tuple[str, str]):
    moved = to_current(recognise(written))
    assert names(moved) == (now[0], None, now[1])
    assert moved.catalogue == "2025"
    assert moved.as_written == written
    assert recognise(", ".join(now)).commune == moved.commune


def test_a_province_alone_moves_without_a_commune():
    moved = to_current(recognise("tỉnh Hòa Bình"))
    assert names(moved) == (None, None, "Tỉnh Phú Thọ")
    assert moved.certainty == Certainty.PARTIAL


def test_a_divided_commune_leaves_the_choice_to_the_clerk_and_asks_no_map():
    divided = to_current(
        recognise("Số 3 đường Láng, phường Cát Linh, quận Đống Đa, thành phố Hà Nội")
    )
    assert divided.commune is None
    assert len(divided.possible) > 1
    assert divided.certainty == Certainty.PARTIAL
    assert divided.located == Level.COMMUNE  # the old commune's place is still the best known


def communes(edition: str) -> list[tuple[Entry, ...]]:
    entries = _catalogue(edition).entries
    chains = (tuple(entries[path[:depth]] for depth in range(len(path), 0, -1)) for path in entries)
    return [chain for chain in chains if chain[0].level is Level.COMMUNE]


@pytest.mark.parametrize("edition", ["2024", "2025"])
def test_communes_of_every_province_are_recognised_by_their_full_names(edition: str):
    for chain in communes(edition)[::41]:
        found = recognise(", ".join(entry.unit.name for entry in chain))
        assert (found.commune, found.catalogue) == (chain[0].unit, edition)


@pytest.mark.parametrize("edition", ["2024", "2025"])
def test_without_marks_a_commune_is_recognised_or_open_but_never_another(edition: str):
    for chain in communes(edition)[7::41]:
        found = recognise(fold(", ".join(entry.unit.name for entry in chain)))
        assert found.commune in {chain[0].unit, None}
        assert found.commune is not None or chain[0].unit in found.possible


def test_every_former_commune_has_become_one_of_those_of_its_new_province():
    for chain in communes("2024"):
        whole = RecognisedAddress("", "2024", chain[-1].unit, chain[1].unit, chain[0].unit)
        moved = to_current(whole)
        assert moved.catalogue == "2025"
        assert moved.commune is not None or len(moved.possible) > 1


def test_no_two_former_units_share_a_code():
    entries = _catalogue("2024").entries.values()
    assert len({entry.unit.code for entry in entries}) == len(entries)


def test_an_island_district_became_one_zone_which_should_be_checked():
    moved = to_current(recognise("huyện Côn Đảo, Bà Rịa - Vũng Tàu"))
    assert (name(moved.commune), moved.certainty) == ("Đặc khu Côn Đảo", Certainty.LIKELY)


@pytest.mark.parametrize("written", ["Xã Lạc Sơn, tỉnh Phú Thọ", "12 Main Street, London", ""])
def test_a_current_or_unknown_address_stays_as_it_is(written: str):
    assert to_current(recognise(written)) == recognise(written)


@given(st.text(alphabet=st.characters(exclude_categories=[])))
def test_any_text_can_be_asked(text: str):
    found = recognise(text)
    to_current(found)
    assert (found.catalogue is None) == (found.province is None)


# fmt: off
PIECES = st.sampled_from([
    "xã", "huyện", "tỉnh", "TP.", "P.", "Q.", "TX", "1", "05", "Hòa", "Bình", "Lạc", "Sơn", "Tuân",
    "Đạo", "Phú", "Thọ", "Cao", "Bằng", "Huế", "Châu", "Thành", "Trà", "Lĩnh", "HN", "đường", ",",
    "-", "(", "\n",
])
# fmt: on


@given(st.lists(PIECES, max_size=12))
def test_any_pieces_of_addresses_in_any_order_can_be_asked(pieces: list[str]):
    found = recognise(" ".join(pieces))
    moved = to_current(found)
    assert moved.catalogue in {None, "2025"}
    assert found.commune is None or found.certainty in {Certainty.CERTAIN, Certainty.LIKELY}
    assert found.commune is None or found.province is not None


HOA_BINH = Place("350100", "Bưu cục cấp 1 Hòa Bình", 20.814863, 105.333609)
LUONG_SON = Place("350301", "Bưu cục cấp 2 Lương Sơn", 20.893670, 105.518130)
VU_BAN = Place("350801", "Bưu cục cấp 2 Lạc Sơn", 20.462429, 105.444884)
CAO_BANG = Place("270000", "Bưu cục cấp 1 Cao Bằng", 22.665, 106.257)


def test_a_kilometre_is_a_kilometre_along_the_earth():
    assert kilometres((20.0, 105.0), (21.0, 105.0)) == pytest.approx(110.71, abs=0.01)
    assert kilometres(HOA_BINH.point, HOA_BINH.point) == 0
    assert kilometres(HOA_BINH.point, LUONG_SON.point) == pytest.approx(21.1, abs=0.2)


def test_the_nearest_points_come_first_with_their_distance():
    tuan_dao = recognise("Xã Tuân Đạo, huyện Lạc Sơn, tỉnh Hòa Bình")
    assert tuan_dao.latitude is not None
    assert tuan_dao.longitude is not None
    here = (tuan_dao.latitude, tuan_dao.longitude)
    found = nearest([CAO_BANG, LUONG_SON, HOA_BINH, VU_BAN], here, 3)
    assert [place for place, _ in found] == [VU_BAN, HOA_BINH, LUONG_SON]
    assert [far for _, far in found] == [kilometres(here, place.point) for place, _ in found]


@pytest.mark.parametrize(("count", "given_back"), [(-1, 0), (0, 0), (1, 1), (2, 2), (9, 2)])
def test_no_more_points_are_given_than_asked_or_than_there_are(count: int, given_back: int):
    assert len(nearest([HOA_BINH, VU_BAN], (20.5, 105.4), count)) == given_back
    assert nearest([], (20.5, 105.4), count) == []


def test_points_equally_far_stand_by_code():
    twin = Place("350099", "Bưu cục Hòa Bình cũ", HOA_BINH.latitude, HOA_BINH.longitude)
    assert [p.code for p, _ in nearest([HOA_BINH, twin], (20.5, 105.4), 1)] == ["350099"]


def points(latitudes: st.SearchStrategy[float], longitudes: st.SearchStrategy[float]):
    return st.tuples(latitudes, longitudes)


VIETNAM_POINTS = points(st.floats(8, 24), st.floats(102, 110))


@given(st.lists(VIETNAM_POINTS, max_size=30), VIETNAM_POINTS, st.integers(1, 6))
def test_the_quick_search_finds_what_measuring_every_point_finds(
    where: list[tuple[float, float]], here: tuple[float, float], count: int
):
    places = [Place(f"{n:06d}", "Điểm BĐ-VHX", *point) for n, point in enumerate(where)]
    every = sorted(
        ((p, kilometres(here, p.point)) for p in places), key=lambda x: (x[1], x[0].code)
    )
    assert nearest(places, here, count) == every[:count]


@pytest.mark.parametrize("point", [(91.0, 105.0), (20.0, 181.0), (math.nan, 105.0), (20, math.inf)])
def test_a_point_off_the_map_is_told(point: tuple[float, float]):
    with pytest.raises(PointOutside, match="không hợp lệ"):
        kilometres(point, HOA_BINH.point)
    with pytest.raises(PointOutside):
        nearest([HOA_BINH], point, 1)
