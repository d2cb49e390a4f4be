"""The shadows rebuilt from the facts while people work: short batches, and what differed."""

import sys

import click
from sqlalchemy.orm import Session, sessionmaker

from config import Config
from postal_app.rebuilding import REBUILDERS, Rebuilder
from postal_app.rules.vietnamese import number
from routes.archive import sessions_of
from routes.commands.options import with_config


@click.command()
@with_config
def rebuild(config: Config) -> None:
    """Dựng lại các trạng thái lưu từ sổ cái / Rebuild every kept state from the facts.

    Không cần dừng ứng dụng. Sổ cái không đổi. The app keeps running; the ledger is not touched.
    """
    with sessions_of(config) as sessions:
        for one in REBUILDERS:
            changed = _rebuilt(sessions, one)
            click.echo(f"{number(changed):>10}  {one.words.vi} / {one.words.en}")


def _rebuilt(sessions: "sessionmaker[Session]", one: Rebuilder) -> int:
    """Rebuild one shadow, each batch a transaction of its own; give how many rows differed."""
    with sessions() as session:
        total = one.count(session)
    changed, last = 0, 0
    with click.progressbar(length=total, label=one.words.vi, file=sys.stderr) as bar:
        while True:
            with sessions.begin() as session:
                batch = one.batch(session, last)
            if batch is None:
                return changed
            changed, last = changed + batch.changed, batch.last
            bar.update(batch.seen)
