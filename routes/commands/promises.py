"""Published calendars and transit standards from the command line: told, then done."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import click
from sqlalchemy.orm import Session

from config import Config
from models.database import addresses, open_archive
from postal_app import calendars, transit_standards
from postal_app.rules.legs import LEG_WORDS
from postal_app.rules.vietnamese import day
from routes.commands.options import with_config

LIST = click.Path(exists=True, dir_okay=False, path_type=Path)
DRY = click.option("--dry-run", is_flag=True, help="Chỉ xem trước / Only tell what would be done.")


@click.command("import-calendar")
@click.argument("file", type=LIST)
@DRY
@with_config
def import_calendar(config: Config, file: Path, dry_run: bool) -> None:
    """Nhập lịch làm việc của năm / Import a year's working days, all of the list or nothing."""
    with archive_of(config) as session:
        content = file.read_bytes()
        planned = (
            calendars.plan(session, content)
            if dry_run
            else calendars.apply(
                session, content, imported_by="postal import-calendar", now=datetime.now(UTC)
            )
        )
    for year in planned:
        fate = "" if year.is_new else "  (không có gì mới / nothing new)"
        click.echo(
            f"Năm / Year {year.year}, bản / version {year.version}: "
            f"{len(year.days)} ngày / days{fate}"
        )
    _end(dry_run)


@click.command("import-standards")
@click.argument("file", type=LIST)
@DRY
@with_config
def import_standards(config: Config, file: Path, dry_run: bool) -> None:
    """Nhập thời hạn toàn trình / Import transit standards, all of the list or nothing."""
    with archive_of(config) as session:
        content = file.read_bytes()
        planned = (
            transit_standards.plan(session, content)
            if dry_run
            else transit_standards.apply(
                session, content, imported_by="postal import-standards", now=datetime.now(UTC)
            )
        )
    for one in planned:
        row = one.row
        click.echo(
            f"{LEG_WORDS[row.leg].vi}, {row.zone}: {row.first_attempt_days}/{row.delivery_days} "
            f"ngày / days, từ / from {day(row.valid_from)}: {one.fate.words.vi} / "
            f"{one.fate.words.en}"
        )
    _end(dry_run)


@contextmanager
def archive_of(config: Config) -> Iterator[Session]:
    """Open the archive for one piece of work, kept when it ends well."""
    archive = open_archive(addresses(config.home, config.database_url, config.owner_database_url))
    try:
        with Session(archive) as session, session.begin():
            yield session
    finally:
        archive.dispose()


def _end(dry_run: bool) -> None:
    said = "Chưa nhập gì. / Nothing was imported." if dry_run else "Đã nhập. / Imported."
    click.echo(said)
