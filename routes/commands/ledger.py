"""The ledger from the command line: is everything still as it was written?"""

import sys

import click

from config import Config
from postal_app import verification
from routes.archive import sessions_of
from routes.commands.options import with_config

SHOWN = 100


@click.command()
@with_config
def verify(config: Config) -> None:
    """Kiểm tra sổ cái có bị sửa không / Check that the ledger was not touched.

    Kết thúc với mã 1 nếu có sai lệch. Ends with status 1 when there is a fault.
    """
    found = 0
    with sessions_of(config) as sessions, sessions() as session:
        total = verification.count_items(session)
        click.echo(f"Kiểm tra {total} bưu gửi / Checking {total} items …", err=True)
        for fault in verification.faults(session):
            found += 1
            if found <= SHOWN:
                where = f"#{fault.position}" if fault.position else ""
                click.echo(f"{fault.number}{where}: {fault.words.vi} / {fault.words.en}")
    if found:
        click.echo(f"{found} sai lệch / faults", err=True)
        sys.exit(1)
    click.echo(f"{total} bưu gửi nguyên vẹn trong sổ cái / {total} items, no fault")
