"""`postal scans`: a file of scans, each line answered."""

import json
from collections.abc import Callable
from uuid import uuid4

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from models.ledger import LedgerEntry
from models.staff import Assignment
from routes.commands.__main__ import main
from tests.conftest import Archive
from tests.makers import NINE, make_town, take_in

Run = Callable[..., Result]


@pytest.fixture
def number(archive: Archive) -> str:
    """An item that lies sealed at Lương Sơn."""
    with Session(archive.engine) as session, session.begin():
        return take_in(session, make_town(session)).number


@pytest.fixture
def run(archive: Archive, tmp_path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run the command on the archive of the test, the lines on standard input."""
    monkeypatch.setenv("DATABASE_URL", archive.url)
    monkeypatch.setenv("OWNER_DATABASE_URL", archive.owner_url)

    def with_lines(lines: list[str], *words: str) -> Result:
        asked = ["scans", "-", "--home", str(tmp_path), *words]
        return CliRunner().invoke(main, asked, input="\n".join(lines))

    return with_lines


def line(code: str, **more: object) -> str:
    told = {"scan_id": str(uuid4()), "code": code, "kind": "departed", "sequence": 1}
    return json.dumps(told | {"occurred_at": NINE.isoformat()} | more)


def test_each_line_gets_its_verdict_and_a_second_time_changes_nothing(
    archive: Archive, run: Run, number: str
) -> None:
    lines = [line(number), "", "{half", line("RH999999999VN"), "7"]
    first = run(lines, "--as", "dung")
    again = run(lines, "--as", "dung")
    assert (first.exit_code, again.exit_code) == (1, 1)
    told = [json.loads(one) for one in first.stdout.splitlines()]
    assert [one["outcome"] for one in told] == [
        "recorded_with_anomaly",
        *["refused"] * 3,
    ]
    assert told[0]["oddities"] == ["late"]
    assert [one["line"] for one in told] == [1, 2, 3, 4]
    assert json.loads(again.stdout.splitlines()[0])["outcome"] == "already_recorded"
    with Session(archive.engine) as session:
        departed = select(func.count()).where(LedgerEntry.kind == "departed")
        assert session.scalar(departed) == 1


def test_a_file_without_a_refusal_ends_well_and_its_device_is_registered(
    run: Run, number: str
) -> None:
    done = run([line(number)], "--as", "DUNG", "--device", "máy 7")
    assert (done.exit_code, "1 lượt quét" in done.stderr) == (0, True)
    others = run([line(number)], "--as", "hang", "--device", "máy 7")
    assert "đăng ký cho người khác" in others.stdout


@pytest.mark.parametrize("name", ["nobody", "thao"])
def test_who_does_not_scan_is_told(run: Run, number: str, name: str) -> None:
    told = run([line(number)], "--as", name)
    assert told.exit_code == 2
    assert "không có đúng một phân công" in told.stderr


def test_who_works_in_two_roles_says_in_which(archive: Archive, run: Run, number: str) -> None:
    with Session(archive.engine) as session, session.begin():
        clerk = session.scalars(select(Assignment).where(Assignment.role == "clerk").limit(1)).one()
        session.execute(
            update(Assignment)
            .where(Assignment.role == "courier", Assignment.point_id == clerk.point_id)
            .values(account_id=clerk.account_id)
        )
    assert run([line(number)], "--as", "hang").exit_code == 2
    assert run([line(number)], "--as", "hang", "--role", "courier").exit_code == 0
