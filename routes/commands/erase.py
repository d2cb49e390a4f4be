"""What has run out of its term: told first, erased when it is really meant."""

import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from uuid import UUID, uuid4

import click
from sqlalchemy.orm import Session, sessionmaker

from config import Config
from postal_app import erasing, printers
from postal_app.erasing import Plan
from postal_app.rules.vietnamese import day, number
from routes.archive import sessions_of
from routes.commands.options import with_config


@click.command()
@click.option("--really", is_flag=True, help="Xóa thật / Erase; without it, only tell.")
@with_config
def erase(config: Config, really: bool) -> None:
    """Xóa dữ liệu cá nhân hết thời hạn lưu trữ / Erase people's data whose term has ended.

    Không có --really thì chỉ cho biết sẽ xóa gì. Without --really it only tells what would go.
    """
    now = datetime.now(UTC)
    with sessions_of(config) as sessions:
        with sessions() as session:
            plans = erasing.plan(session, now=now)
        for planned in plans:
            _tell(planned)
        if not really:
            click.echo("Chưa xóa gì; thêm --really để xóa. / Nothing was erased; add --really.")
            return
        run, gone = uuid4(), 0
        total = sum(planned.count for planned in plans)
        with click.progressbar(length=total, label="Đang xóa / Erasing", file=sys.stderr) as bar:
            for count in _erased(sessions, plans, run, now):
                gone += count
                bar.update(count)
    # Jobs of labels have names in them; whoever prints forgets them too, but perhaps nobody does.
    printers.forget_old(printers.folder_in(config.home), now=now)
    click.echo(f"Đã xóa {number(gone)} mục, lượt {run}. / {gone} rows erased, run {run}.")


def _erased(
    sessions: "sessionmaker[Session]", plans: Sequence[Plan], run: UUID, now: datetime
) -> Iterator[int]:
    """Erase batch after batch, each a transaction of its own; stopped, the next run goes on."""
    for planned in plans:
        last: int | UUID | None = None
        while True:
            with sessions.begin() as session:
                batch = erasing.erase_batch(session, planned, run, last, now=now)
            if batch is None:
                break
            last = batch.last
            yield batch.count


def _tell(planned: Plan) -> None:
    words, length = planned.words, planned.term.length.words
    click.echo(
        f"{number(planned.count):>10}  {words.vi} / {words.en}: {length.vi}, "
        f"tính từ {day(planned.latest)} trở về trước / {length.en}, from {day(planned.latest)} back"
    )
