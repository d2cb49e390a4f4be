"""The tariff from the command line: told, then published."""

from datetime import UTC, datetime
from pathlib import Path

import click

from config import Config
from postal_app import tariff_lists
from postal_app.rules.tariff import SERVICE_WORDS
from postal_app.rules.vietnamese import day, number
from routes.commands.options import with_config
from routes.commands.promises import DRY, LIST, archive_of


@click.group("tariff")
def tariff() -> None:
    """Bảng giá cước / The tariff."""


@tariff.command("import")
@click.argument("file", type=LIST)
@DRY
@with_config
def import_tariff(config: Config, file: Path, dry_run: bool) -> None:
    """Nhập bảng giá / Import a list of prices, all of it or nothing."""
    content = file.read_bytes()
    with archive_of(config) as session:
        told = (
            tariff_lists.plan(session, content)
            if dry_run
            else tariff_lists.apply(
                session, content, imported_by="postal tariff import", now=datetime.now(UTC)
            )
        )
    for fault in told.faults:
        click.echo(tariff_lists.sentence(fault))
    for one in told.prices:
        rate = one.rate
        click.echo(
            f"{SERVICE_WORDS[rate.service].vi}, {rate.zone}: {number(rate.amount)} đồng, "
            f"từ / from {day(rate.valid_from)}: {one.fate.words.vi} / {one.fate.words.en}"
        )
    click.echo("Chưa nhập gì. / Nothing was imported." if dry_run else "Đã nhập. / Imported.")
    if told.faults:
        raise click.exceptions.Exit(2)
