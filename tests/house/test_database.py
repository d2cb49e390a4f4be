"""The way to the archive: roles and their rights, the shape, two starters, other servers."""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Column, Engine, MetaData, Table, Text, text
from sqlalchemy.exc import ProgrammingError, StatementError

from models import database
from models.base import Instant
from models.embedded import ArchiveError
from models.tables import SHAPE

HOUSE = Path(__file__).resolve().parents[2]

STARTER = """
import sys
from pathlib import Path
from models.database import addresses, is_current, open_archive
engine = open_archive(addresses(Path(sys.argv[1])))
print(is_current(engine))
engine.dispose()
"""


def test_the_newest_revision_has_the_shape_of_the_models(archive):
    assert differences(archive.owner_engine, SHAPE) == []


def test_a_table_without_a_revision_is_noticed(archive):
    drawn = MetaData(naming_convention=SHAPE.naming_convention)
    for table in SHAPE.tables.values():
        table.to_metadata(drawn)
    Table("forgotten", drawn, Column("code", Text))
    assert [change[0] for change in differences(archive.owner_engine, drawn)] == ["add_table"]


def test_a_fresh_archive_is_current(archive):
    assert database.is_current(archive.engine)


def test_an_archive_of_yesterday_is_not_current(archive):
    with archive.owner_engine.begin() as connection:
        connection.execute(text("DELETE FROM alembic_version"))
    assert not database.is_current(archive.owner_engine)


def test_the_app_may_write_rows_and_change_no_shape(archive):
    with archive.engine.connect() as connection:
        assert connection.execute(text("SELECT current_user")).scalar_one() == database.APP_ROLE
        with pytest.raises(ProgrammingError, match="must be owner"):
            connection.execute(text("DROP TABLE agencies"))
        connection.rollback()
        with pytest.raises(ProgrammingError, match="permission denied"):
            connection.execute(text("CREATE TABLE own (code text)"))


def test_a_table_made_later_is_open_to_the_app(archive):
    with archive.owner_engine.begin() as connection:
        connection.execute(text("CREATE TABLE later (code text)"))
    with archive.engine.begin() as connection:
        connection.execute(text("INSERT INTO later VALUES ('BD10')"))
        connection.execute(text("UPDATE later SET code = 'BD13'"))
        connection.execute(text("DELETE FROM later"))


def test_an_app_with_another_name_becomes_a_member_of_the_role(archive):
    with archive.owner_engine.begin() as connection:
        connection.execute(text("DROP ROLE IF EXISTS buu_dien"))
        connection.execute(text("CREATE ROLE buu_dien LOGIN"))
    own_name = archive.url.replace(database.APP_ROLE, "buu_dien")
    opened = database.open_archive(database.Addresses(own_name, archive.owner_url))
    with opened.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM agencies")).scalar_one() == 0
    opened.dispose()
    with archive.owner_engine.begin() as connection:
        connection.execute(text("DROP ROLE buu_dien"))


def test_sessions_live_in_utc(archive):
    with archive.engine.connect() as connection:
        assert connection.execute(text("SHOW timezone")).scalar_one() == "UTC"


def test_a_moment_without_a_time_zone_is_refused(archive):
    instants = MetaData()
    kind = Instant.__metadata__[0].column.type
    scans = Table("scans", instants, Column("occurred_at", kind))
    instants.create_all(archive.owner_engine)
    nine = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    with archive.engine.begin() as connection:
        connection.execute(scans.insert(), {"occurred_at": nine})
        assert connection.execute(scans.select()).scalar_one() == nine
        with pytest.raises(StatementError, match="time zone"):
            connection.execute(scans.insert(), {"occurred_at": nine.replace(tzinfo=None)})


def test_two_first_starters_make_one_archive(home):
    starters = [
        subprocess.Popen(
            [sys.executable, "-c", STARTER, str(home)],
            cwd=HOUSE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    assert [person.communicate()[0] for person in starters] == ["True\n", "True\n"]


def test_the_embedded_archive_parts_the_app_from_the_owner(home):
    at = database.addresses(home)
    engine = database.open_archive(at)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT current_user")).scalar_one() == database.APP_ROLE
    engine.dispose()


def test_an_address_is_taken_in_any_of_its_spellings(tmp_path):
    at = database.addresses(tmp_path, "postgres://app@db/postal", "postgresql://owner@db/postal")
    assert at.app == "postgresql+psycopg://app@db/postal"
    assert at.owner == "postgresql+psycopg://owner@db/postal"
    assert database.addresses(tmp_path, "postgresql://app@db/postal").owner == at.app


def test_a_server_that_does_not_answer_is_told_without_its_password(tmp_path):
    at = database.addresses(tmp_path, "postgresql://app:matkhau@127.0.0.1:9/postal")
    with pytest.raises(ArchiveError, match="Không mở được") as told:
        database.open_archive(at)
    assert "matkhau" not in told.value.vi + told.value.en


def differences(engine: Engine, drawn: MetaData) -> list[tuple[object, ...]]:
    """Give what a new revision would have to change."""
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "include_name": database.is_compared}
        )
        return compare_metadata(context, drawn)
