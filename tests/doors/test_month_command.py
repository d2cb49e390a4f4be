"""The month from the command line says what the desk says."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

from click.testing import CliRunner
from openpyxl import load_workbook
from sqlalchemy.orm import Session

from postal_app import month_end
from postal_app.rules.periods import Period
from postal_app.rules.roles import Role
from routes.commands.__main__ import main
from tests.conftest import Archive
from tests.rows import actor_row, agency_row, at, dossier_row, item_row, point_row, province_row


def with_one_dossier(archive: Archive) -> dict[str, object]:
    """Take a dossier in at Lương Sơn on the second of March and give the month's figures."""
    with Session(archive.engine) as session, session.begin():
        province_row(session, sample=True)
        point, agency = point_row(session), agency_row(session)
        clerk = actor_row(session, Role.CLERK, point, "Bùi Thị Hằng")
        when = at(date(2026, 3, 2))
        item_row(session, [dossier_row(session, point, agency, clerk, sealed_at=when)], when)
        period = Period(date(2026, 3, 1), date(2026, 3, 31))
        return month_end.reckon(session, period, now=datetime.now(UTC)).figures()


def run(archive: Archive, home: Path, *arguments: str) -> tuple[int, str, str]:
    environment = {"DATABASE_URL": archive.url, "OWNER_DATABASE_URL": archive.owner_url}
    found = CliRunner(env=environment).invoke(main, ["month", *arguments, "--home", str(home)])
    return found.exit_code, found.stdout, found.stderr


def test_the_command_prints_the_figures_as_one_object(archive: Archive, tmp_path: Path) -> None:
    expected = with_one_dossier(archive)
    code, out, _ = run(archive, tmp_path, "01/03/2026", "2026-03-31", "--json")
    told = json.loads(out)
    assert code == 0
    assert {**told, "as_of": ""} == {**expected, "as_of": ""}
    assert (told["dossiers"], told["submit_legs"], told["from"]) == (1, 1, "2026-03-01")


def test_the_command_reads_to_a_person_and_writes_the_workbook(
    archive: Archive, tmp_path: Path
) -> None:
    with_one_dossier(archive)
    file = tmp_path / "thang-3.xlsx"
    code, out, _ = run(archive, tmp_path, "01/03/2026", "31/03/2026", "--xlsx", str(file))
    assert code == 0
    assert "DỮ LIỆU MẪU" in out
    assert "           1  Hồ sơ / Dossiers" in out
    assert "Nguyên vẹn khi đến đích / Intact at its end (0/0)" in out
    assert load_workbook(file)["Tổng hợp"]["B5"].value == 1


def test_days_in_the_wrong_order_are_told_in_one_sentence(archive: Archive, tmp_path: Path) -> None:
    code, _, err = run(archive, tmp_path, "31/03/2026", "01/03/2026")
    assert code == 2
    assert "ngày đầu không sau ngày cuối" in err


def test_the_benchmarks_are_listed_without_a_name() -> None:
    found = CliRunner().invoke(main, ["bench"])
    assert "month" in found.output.split()
