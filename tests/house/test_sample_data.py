"""The sample province must look like the real one: its totals, its spelling, its honesty."""

import csv
import json
import re
import unicodedata
from collections import Counter
from pathlib import Path

import pytest

DATA = Path(__file__).parents[2] / "postal_app" / "demo" / "data"
HEADINGS = [
    "Mã TTHC",
    "Tên thủ tục hành chính",
    "Lĩnh vực",
    "Cấp thực hiện",
    "Nộp qua BCCI",
    "Trả kết quả qua BCCI",
    "Phải có mặt",
    "Mức độ trực tuyến",
    "Phí",
    "Lệ phí",
    "Số ngày làm việc",
    "Thành phần hồ sơ",
]
NATIONAL = re.compile(r"[123]\.\d{6}")
LOCAL = re.compile(r"9\.9\d{5}")
COMPONENT = re.compile(r"[^\[\]|]+ \[(?:bản chính|bản sao|bản chứng thực|bản chụp) x[1-9]\]")
CITATION = re.compile(r"Nghị định|Thông tư|Luật (?!sư)|khoản \d|[Đđ]iều \d|\d+/\d{4}/|/QĐ|/NĐ")


@pytest.fixture(scope="module")
def procedures() -> list[dict[str, str]]:
    with (DATA / "procedures.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def test_the_sheet_bears_the_headings_a_province_publishes() -> None:
    with (DATA / "procedures.csv").open(encoding="utf-8", newline="") as handle:
        assert next(csv.reader(handle)) == HEADINGS


def test_the_province_has_1937_procedures_and_136_stay_away_from_the_post(
    procedures: list[dict[str, str]],
) -> None:
    legs = Counter((row["Nộp qua BCCI"], row["Trả kết quả qua BCCI"]) for row in procedures)
    assert len(procedures) == 1937
    assert legs["Không", "Không"] == 136
    assert sum(legs.values()) - legs["Không", "Không"] == 1801
    assert legs["Có", "Không"] == 0
    assert 200 <= legs["Không", "Có"] <= 400


def test_nobody_who_must_be_present_is_told_to_file_by_post(
    procedures: list[dict[str, str]],
) -> None:
    present = [row for row in procedures if row["Phải có mặt"] == "Có"]
    assert present
    assert {row["Nộp qua BCCI"] for row in present} == {"Không"}


def test_every_code_is_its_own_and_says_whether_it_is_national_or_a_sample(
    procedures: list[dict[str, str]],
) -> None:
    codes = [row["Mã TTHC"] for row in procedures]
    assert len(set(codes)) == len(codes)
    assert all(NATIONAL.fullmatch(code) or LOCAL.fullmatch(code) for code in codes)
    sources = (DATA / "SOURCES.md").read_text(encoding="utf-8")
    national = sum(1 for code in codes if NATIONAL.fullmatch(code))
    assert f"{national} rows bear a national code" in sources
    assert f"{len(codes) - national:,} rows bear a local sample code" in sources


def test_no_level_lists_the_same_procedure_twice(procedures: list[dict[str, str]]) -> None:
    def plain(name: str) -> str:
        words = re.sub(r"[^\w ]", " ", name.casefold()).split()
        return " ".join(words).removeprefix("thủ tục ")

    listed = Counter(
        (plain(row["Tên thủ tục hành chính"]), row["Cấp thực hiện"]) for row in procedures
    )
    assert [name for name, times in listed.items() if times > 1] == []


def test_every_letter_is_composed_and_no_cell_has_loose_spaces() -> None:
    for file in (file for file in DATA.iterdir() if file.suffix != ".jpg"):
        text = file.read_text(encoding="utf-8")
        assert unicodedata.is_normalized("NFC", text), file.name
    with (DATA / "procedures.csv").open(encoding="utf-8", newline="") as handle:
        cells = [cell for line in csv.reader(handle) for cell in line]
    assert [cell for cell in cells if cell != " ".join(cell.split()) or not cell] == []


def test_cells_keep_to_the_words_of_their_column(procedures: list[dict[str, str]]) -> None:
    for row in procedures:
        assert row["Cấp thực hiện"] in {"Tỉnh", "Huyện", "Xã"}
        assert row["Mức độ trực tuyến"] in {"Toàn trình", "Một phần", "Cung cấp thông tin"}
        yes_or_no = {row["Nộp qua BCCI"], row["Trả kết quả qua BCCI"], row["Phải có mặt"]}
        assert yes_or_no <= {"Có", "Không"}
        assert int(row["Phí"]) >= 0
        assert int(row["Lệ phí"]) >= 0
        assert 1 <= int(row["Số ngày làm việc"]) <= 120


def test_each_part_of_a_dossier_says_its_kind_and_count(
    procedures: list[dict[str, str]],
) -> None:
    for row in procedures:
        parts = row["Thành phần hồ sơ"].split(" | ")
        assert all(COMPONENT.fullmatch(part) for part in parts), row["Mã TTHC"]
        assert len(set(parts)) == len(parts), row["Mã TTHC"]


def test_the_sample_invents_no_law(procedures: list[dict[str, str]]) -> None:
    assert [row["Mã TTHC"] for row in procedures if CITATION.search(" ".join(row.values()))] == []


def test_sample_people_have_names_of_the_province_and_somewhere_to_live() -> None:
    people = json.loads((DATA / "people.json").read_text(encoding="utf-8"))
    families = {name for names in people["family_names"].values() for name in names}
    assert {"Bùi", "Quách", "Đinh", "Hà", "Xa", "Lường", "Bạch", "Triệu"} <= families
    assert set(people["weights"]) == set(people["family_names"])
    assert "Thị" in people["women"]["middle_names"]
    assert "Thị" not in people["men"]["middle_names"]
    known = {"place", "group", "house", "lane", "street", "town_street"}
    for kind in ("rural", "urban", "town"):
        for pattern in people["addresses"][kind]:
            assert set(re.findall(r"{(\w+)}", pattern)) <= known
