"""Labels by the thousand: a day's, a list's, to a file or to a printer; and jobs that wait."""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import click

from config import Config
from postal_app import exports, label_orders, printers, staff
from postal_app.errors import Invalid
from postal_app.label_orders import LANGUAGES, PDF, RESOLUTIONS, STOCK_WORDS, Drawing, Speech
from postal_app.label_sheets import Sheet
from postal_app.printers import Destination
from postal_app.printing import LabelCodes
from postal_app.rules.roles import Actor
from postal_app.rules.vietnamese import day_of, moment, read_day
from postal_app.rules.words import Words
from routes.archive import Session, sessions_of
from routes.commands.options import with_config

DOOR = "command.labels"


class WhichLabels(Invalid):
    """The command names a day, a list or numbers, and where they go."""

    words = Words(
        "Hãy cho biết --as, --to và in nhãn nào: --day, --list hoặc các số hiệu.",
        "Say --as, --to and which labels: --day, --list or numbers.",
    )


class NoSuchDay(Invalid):
    """The day cannot be read."""

    words = Words("Ngày ghi theo dạng 21/11/2025.", "Write the day like 21/11/2025.")


class _Asked(NamedTuple):
    """Which labels are meant."""

    numbers: tuple[str, ...]
    day: str | None
    file: Path | None


@click.command()
@click.argument("numbers", nargs=-1)
@click.option("--day", metavar="DAY", help="Nhãn của một ngày, hoặc «today» / A day's labels.")
@click.option(
    "--list",
    "file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Tệp số hiệu, mỗi dòng một số / File of numbers, one a line.",
)
@click.option("--as", "sign_in", metavar="SIGN-IN", help="Người in / Who prints.")
@click.option("--to", metavar="WHERE", help="file:PATH, tcp:HOST:9100, spool:COMMAND.")
@click.option("--stock", type=click.Choice(tuple(STOCK_WORDS)), default="A4-2x5", show_default=True)
@click.option("--start", type=int, default=1, help="Ô trống đầu tiên / First free place.")
@click.option("--copies", type=int, default=1, help="Số bản mỗi nhãn / Copies of each label.")
@click.option("--printer", default="", metavar="NAME", help="Máy in đã căn / Calibrated printer.")
@click.option("--language", type=click.Choice(LANGUAGES), default=PDF, show_default=True)
@click.option("--dpi", type=click.Choice([str(one) for one in RESOLUTIONS]), default="203")
@click.option("--waiting", is_flag=True, help="Liệt kê lệnh in còn giữ / List kept jobs.")
@click.option("--again", metavar="JOB", help="Gửi lại một lệnh in / Send a kept job again.")
@with_config
def labels(config: Config, /, **asked: object) -> None:
    """In nhãn hàng loạt / Print labels in bulk.

    Lệnh in mà máy in không nhận được giữ lại, gửi lại bằng --again. A job that the printer does
    not take is kept; --again sends it.
    """
    folder = printers.folder_in(config.home)
    to = printers.destination(str(asked["to"])) if asked["to"] else None
    if asked["waiting"]:
        _tell_waiting(folder)
    elif asked["again"]:
        printers.deliver_again(str(asked["again"]), folder, to=to)
        click.echo("Đã gửi. / Sent.")
    else:
        _print(config, asked, to, folder)


def _print(config: Config, asked: dict[str, object], to: Destination | None, folder: Path) -> None:
    which = _Asked(asked["numbers"], asked["day"], asked["file"])  # type: ignore[arg-type]  # click's
    if to is None or not asked["sign_in"] or not any(which):
        raise WhichLabels
    now = datetime.now(UTC)
    sheet = Sheet(
        str(asked["stock"]),
        int(str(asked["start"])),
        int(str(asked["copies"])),
        str(asked["printer"]),
    )
    speech = Speech(str(asked["language"]), int(str(asked["dpi"])))
    codes = LabelCodes(config.public_url, config.label_key)
    with sessions_of(config) as sessions, sessions.begin() as session:
        by = label_orders.person(session, str(asked["sign_in"]), now=now)
        numbers = _numbers(session, which, by, now)
        label_orders.require_some(numbers)
        drawing = Drawing(numbers, sheet, codes, by)
        total = len(numbers) * sheet.copies
        content = b"".join(_watched(session, drawing, speech, total, now))
        staff.record_view(session, by, DOOR, numbers, now=now)
        exports.record_paper(session, by, exports.Paper(DOOR, tuple(numbers), content), now=now)
    # Sent after the print is written down: what is on paper is never unknown to the archive.
    printers.deliver(content, to, folder, now=now)
    click.echo(f"Đã in {total} nhãn. / {total} labels printed.")


def _watched(
    session: Session, drawing: Drawing, speech: Speech, total: int, now: datetime
) -> Iterator[bytes]:
    """Give the parts and show how far it is."""
    done = 0
    with click.progressbar(length=total, label="Đang in / Printing", file=sys.stderr) as bar:
        for part in label_orders.spoken(session, drawing, speech, now=now):
            bar.update(part.labels - done)
            done = part.labels
            yield part.content


def _numbers(session: Session, which: _Asked, by: Actor, now: datetime) -> list[str]:
    numbers = list(which.numbers)
    if which.file is not None:
        numbers += label_orders.listed(which.file.read_text(encoding="utf-8"))
    if which.day is not None:
        on = day_of(now) if which.day == "today" else read_day(which.day)
        if on is None:
            raise NoSuchDay
        numbers += label_orders.of_day(session, by, on)
    return list(dict.fromkeys(numbers))


def _tell_waiting(folder: Path) -> None:
    kept = printers.waiting(folder)
    for job in kept:
        click.echo(f"{job.job}  {moment(job.kept_at)}  {job.size:>9} bytes  {job.to or '–'}")
    if not kept:
        click.echo("Không có lệnh in nào chờ. / No job waits.")
