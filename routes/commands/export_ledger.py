"""The ledger written into a folder for an outside auditor, in bounded memory."""

import sys
from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path

import click

from config import Config
from postal_app import ledger_export, verification
from postal_app.rules.vietnamese import number
from routes.archive import sessions_of
from routes.commands.catalogue import Day
from routes.commands.options import with_config


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option("--from", "first", metavar="DAY", type=Day(), help="Từ ngày / From this day.")
@click.option("--to", "last", metavar="DAY", type=Day(), help="Đến hết ngày / To this day.")
@with_config
def export_ledger(config: Config, folder: Path, first: date | None, last: date | None) -> None:
    """Xuất sổ cái cho kiểm toán viên bên ngoài / Write the ledger out for an outside auditor.

    Không có dữ liệu cá nhân. Các ngày là ngày niêm. There is no personal data in it; days are
    those of the checkpoints. The auditor runs docs/verify_ledger.py on the folder.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with sessions_of(config) as sessions, sessions() as session:
        verification.hold_still(session)
        span = ledger_export.span(session, first, last)
        told = ledger_export.about(session, span, config.origin, now=datetime.now(UTC))
        (folder / "about.json").write_text(told, encoding="utf-8")
        signed = ledger_export.signed(session)
        (folder / "checkpoints.json").write_text(signed, encoding="utf-8")
        total = ledger_export.count_leaves(session)
        _write(folder / "leaves.txt", ledger_export.leaves(session), total)
        count = ledger_export.count_entries(session, span)
        _write(folder / "entries.ndjson", ledger_export.entries(session, span), count)
    click.echo(f"Đã xuất {number(count)} mục. / {count} entries were written.")


def _write(place: Path, lines: Iterable[str], total: int) -> None:
    with (
        place.open("w", encoding="utf-8", newline="\n") as file,
        click.progressbar(lines, length=total, label=place.name, file=sys.stderr) as told,
    ):
        file.writelines(told)
