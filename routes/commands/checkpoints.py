"""The ledger's checkpoints from the command line: sign one, let a new key sign.

The key's file is read here and nowhere else. A new key is first written beside the old one, then
entered in the archive, then put in its place; whoever is stopped half way finds the file of the
key in use under one of the two names.
"""

from datetime import UTC, datetime
from pathlib import Path

import click

from config import Config, kept_secret
from postal_app import checkpoints, ledger_keys
from postal_app.ledger_keys import Signer
from postal_app.rules.vietnamese import moment, number
from routes.archive import Session, sessions_of
from routes.commands.options import with_config


@click.command()
@click.option(
    "--out",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Ghi bản niêm có chữ ký vào tệp / Write the signed text here.",
)
@with_config
def checkpoint(config: Config, out: Path | None) -> None:
    """Niêm sổ cái: nhận mọi mục mới và ký / Take every new entry into the log and sign it.

    Đặt lịch mỗi đêm. Chạy thêm lúc nào cũng được. Run it every night; more often does no harm.
    """
    with sessions_of(config) as sessions, sessions.begin() as session:
        signer = _signer_in_use(session, config.ledger_key_file)
        made = checkpoints.make(session, signer, config.origin, now=datetime.now(UTC))
        text = checkpoints.note(made)
        told = (
            f"{made.code}\nNiêm số {made.number}: {number(made.size)} mục, {moment(made.made_at)}, "
            f"khóa {made.key_id} / Checkpoint {made.number}: {made.size} entries"
        )
    if out is not None:
        out.write_text(text, encoding="utf-8")
    click.echo(told)


@click.command()
@click.option(
    "--lost",
    is_flag=True,
    help="Khóa cũ đã mất, không có gì xác nhận khóa mới / The old key is lost; none vouches.",
)
@with_config
def rotate_key(config: Config, lost: bool) -> None:
    """Thay khóa ký niêm sổ cái / Let a new key sign the ledger's checkpoints.

    Khóa cũ ký xác nhận khóa mới, rồi bị hủy. The old key vouches for the new one, then it goes.
    """
    place = config.ledger_key_file
    with sessions_of(config) as sessions:
        with sessions.begin() as session:
            old = None if lost else _signer_in_use(session, place)
            new = Signer.of(kept_secret(_next(place)))
            entered = ledger_keys.rotate(session, old, new, config.origin, now=datetime.now(UTC))
            told = (entered.id, entered.public_key.hex())
        _next(place).replace(place)
    click.echo(f"Khóa mới / New key {told[0]}\n{told[1]}")


def _signer_in_use(session: Session, place: Path) -> Signer:
    """Give the key of the file, or of the file beside it when a rotation was stopped half way."""
    coming, present = _next(place), ledger_keys.in_use(session)
    if coming.exists() and present is not None:
        signer = Signer.of(kept_secret(coming))
        if signer.key_id == present.id:
            coming.replace(place)
            return signer
    return Signer.of(kept_secret(place))


def _next(place: Path) -> Path:
    return place.with_name(f"{place.name}.next")
