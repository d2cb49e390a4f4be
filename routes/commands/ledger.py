"""The ledger from the command line: is everything still as it was written?"""

import sys
import time
from collections.abc import Callable, Iterator

import click

from config import Config, kept_secret
from postal_app import log_verification, verification
from postal_app.faults import Fault
from postal_app.ledger_keys import Signer
from postal_app.rules.vietnamese import number
from routes.archive import Session, sessions_of
from routes.commands.options import with_config

SHOWN = 100


@click.command()
@with_config
def verify(config: Config) -> None:
    """Kiểm tra sổ cái có bị sửa không / Check that the ledger was not touched.

    Kết thúc với mã 1 nếu có sai lệch. Ends with status 1 when there is a fault.
    """
    found, began = 0, time.perf_counter()
    with sessions_of(config) as sessions, sessions() as session:
        verification.hold_still(session)
        total, entries = verification.count_items(session), verification.count_entries(session)
        label = f"Kiểm tra {number(total)} bưu gửi / Checking items"
        with click.progressbar(length=total, label=label, file=sys.stderr) as bar:
            for fault in _faults(session, config, bar.update):
                found += 1
                if found <= SHOWN:
                    where = f"#{fault.position}" if fault.position else ""
                    click.echo(f"{fault.number}{where}: {fault.words.vi} / {fault.words.en}")
    speed = entries / max(time.perf_counter() - began, 0.001)
    click.echo(f"{number(entries)} mục, {number(int(speed))} mục/giây / entries/s", err=True)
    if found:
        click.echo(f"{found} sai lệch / faults", err=True)
        sys.exit(1)
    click.echo(f"{total} bưu gửi nguyên vẹn trong sổ cái / {total} items, no fault")


def _faults(session: Session, config: Config, tell: Callable[[int], None]) -> Iterator[Fault]:
    """Give every fault; where the key's file is at hand, it tells whose the newest key is."""
    yield from verification.faults(session, tell)
    if config.ledger_key_file.exists():
        signer = Signer.of(kept_secret(config.ledger_key_file))
        yield from log_verification.newest_key_is(session, signer.key_id)
