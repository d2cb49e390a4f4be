"""From an empty archive to a province, and the check of its ledger, on the command line."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text
from sqlalchemy.orm import Session

from routes.commands.__main__ import main
from tests.conftest import Archive
from tests.makers import make_town, take_in

POINTS = """\
Mã điểm,Tên điểm,Loại,Địa chỉ,Mã xã (2024),Vĩ độ,Kinh độ,Đủ điều kiện từ,Đủ điều kiện đến
350100,Bưu cục Hòa Bình,cấp 1,"Phường Phương Lâm, Hòa Bình",04807,20.815,105.334,01/01/2017,
"""
SETUP = ("setup", "--code", "H28", "--province", "Hòa Bình", "--administrator", "quan.tri")


@pytest.fixture
def postal(archive: Archive, tmp_path: Path):
    """Give the command line of an installation on the fresh archive."""
    environment = {
        "DATABASE_URL": archive.url,
        "OWNER_DATABASE_URL": archive.owner_url,
        "POSTAL_HOME": str(tmp_path),
    }

    def run(*words: str) -> Result:
        return CliRunner().invoke(main, words, env=environment, prog_name="postal")

    return run


def test_a_province_is_set_up_once_and_told_its_first_password(postal):
    done = postal(*SETUP, "--full-name", "Đinh Công Quản")
    assert done.exit_code == 0
    assert "Mật khẩu lần đầu của quan.tri" in done.output
    again = postal(*SETUP, "--full-name", "Đinh Công Quản")
    assert again.exit_code == 2
    assert "đã phục vụ tỉnh Hòa Bình" in again.stderr


def test_points_come_in_whole_or_not_at_all(postal, tmp_path):
    list_of_points = tmp_path / "diem.csv"
    list_of_points.write_text(POINTS, encoding="utf-8")
    assert "1 rows imported" in postal("import-points", str(list_of_points)).output
    twice = postal("import-points", str(list_of_points))
    assert (twice.exit_code, "«350100» đã có" in twice.stderr) == (2, True)


def test_verify_is_content_with_an_untouched_ledger_and_names_a_touched_entry(postal, archive):
    with Session(archive.engine) as session, session.begin():
        number = take_in(session, make_town(session)).number
    content = postal("verify")
    assert (content.exit_code, "1 items, no fault" in content.stdout) == (0, True)
    with archive.owner_engine.begin() as connection:
        connection.execute(text("SET session_replication_role = replica"))
        connection.execute(text('UPDATE ledger SET details = details || \'{"seal": "NP0002"}\''))
    found = postal("verify")
    assert found.exit_code == 1
    assert f"{number}#1: nội dung đã bị sửa" in found.stdout
