"""The province's officer takes a decision in from the command line: first told, then done."""

from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from openpyxl import load_workbook
from sqlalchemy import text
from sqlalchemy.orm import Session

from postal_app import catalogue
from routes.commands.__main__ import main
from tests.conftest import Archive

HEADINGS = (
    "Mã TTHC;Tên thủ tục hành chính;Lĩnh vực;Cấp thực hiện;Nộp qua BCCI;Trả kết quả qua BCCI;"
    "Phải có mặt"
)
LICENCE = "1.002809;Đổi giấy phép lái xe;Đường bộ;Cấp tỉnh;Có;Có;Không"
MARRIAGE = "1.000894;Đăng ký kết hôn;Hộ tịch;Cấp xã;Không;Có;Có"
FAULTY = "1.0012;Cấp Phiếu lý lịch tư pháp;Tư pháp;Cấp tỉnh;Có;Có;Không"


@pytest.fixture
def run(archive: Archive, tmp_path: Path) -> "Runner":
    return Runner(archive, tmp_path)


class Runner:
    """The command, as typed at the province, on a list of the given rows."""

    def __init__(self, archive: Archive, folder: Path) -> None:
        self.archive = archive
        self.folder = folder

    def __call__(self, rows: list[str], *options: str) -> Result:
        file = self.folder / "danh-muc.csv"
        file.write_text("\n".join([HEADINGS, *rows]), encoding="utf-8")
        words = ["import-procedures", str(file), "--decision", "12/QĐ-UBND"]
        days = ["--issued", "05/01/2021", "--in-force", "2021-01-15", "--home", str(self.folder)]
        environment = {
            "DATABASE_URL": self.archive.url,
            "OWNER_DATABASE_URL": self.archive.owner_url,
        }
        return CliRunner().invoke(main, [*words, *days, *options], env=environment)

    def procedures(self) -> int:
        with self.archive.engine.connect() as connection:
            found: int = connection.scalar(text("SELECT count(*) FROM procedures"))
            return found


@pytest.mark.parametrize("options", [(), ("--dry-run",)])
def test_without_being_told_to_the_command_only_says_what_it_would_do(
    run: "Runner", options: tuple[str, ...]
) -> None:
    result = run([LICENCE, MARRIAGE], *options)
    assert result.exit_code == 0, result.output
    assert "Quyết định số 12/QĐ-UBND ngày 05/01/2021, hiệu lực từ 15/01/2021" in result.output
    assert "Thêm mới / Added: 2" in result.output
    assert "Chưa nhập gì" in result.output
    assert run.procedures() == 0


def test_told_to_the_command_takes_the_list_in_and_refuses_it_the_second_time(
    run: "Runner",
) -> None:
    assert "Đã nhập danh mục" in run([LICENCE, MARRIAGE], "--apply").output
    with Session(run.archive.engine) as session:
        found = catalogue.get(session, "1.000894", date(2021, 1, 15))
    assert not found.verdicts.submit.is_allowed
    again = run([LICENCE], "--apply")
    assert again.exit_code == 2
    assert "đã được nhập" in again.output
    assert run.procedures() == 2


def test_a_list_with_a_faulty_row_is_not_taken_in_and_the_row_is_written_out(
    run: "Runner", tmp_path: Path
) -> None:
    faults = tmp_path / "loi.xlsx"
    result = run([LICENCE, FAULTY], "--apply", "--faults", str(faults))
    assert result.exit_code == 2
    assert "Dòng 3, cột «Mã TTHC»: Mã «1.0012» đã bị bảng tính đổi thành số" in result.output
    assert "Danh mục còn 1 dòng lỗi" in result.output
    assert load_workbook(faults).worksheets[0]["C2"].value == "1.0012"
    assert run.procedures() == 0


def test_a_list_of_faulty_rows_only_is_told_as_such(run: "Runner") -> None:
    result = run([FAULTY])
    assert result.exit_code == 2
    assert "Danh mục còn 1 dòng lỗi" in result.output


def test_a_day_that_is_none_is_told(run: "Runner") -> None:
    result = run([LICENCE], "--issued", "31/02/2021")
    assert result.exit_code == 2
    assert "ghi ngày như 21/11/2025" in result.output


def test_the_template_is_written_where_told(tmp_path: Path) -> None:
    file = tmp_path / "mau.xlsx"
    assert CliRunner().invoke(main, ["procedure-template", str(file)]).exit_code == 0
    assert load_workbook(file).worksheets[0]["A1"].value == "Mã TTHC"
