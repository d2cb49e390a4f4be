"""Scans from the command line: a file of them, one JSON object a line, each with its verdict."""

import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from typing import BinaryIO

import click

from config import Config
from postal_app import signing_in
from postal_app.errors import Forbidden
from postal_app.rules.roles import Actor, Role
from postal_app.rules.words import Words
from postal_app.scan_verdicts import OUTCOME_WORDS, Outcome
from postal_app.scanning import kinds_for
from routes.archive import Session, sessions_of
from routes.commands.options import with_config
from routes.scan_batch import Answer, Batch, parsed, take_in

AT_ONCE = 500
LONGEST_LINE = 1_000_000  # bytes; what is longer is no scan, and is kept in part
ROLES = [role.value for role in Role if kinds_for(role)]
LOST = (Outcome.REFUSED, Outcome.CONFLICT)


class NobodyScans(Forbidden):
    """The account may not scan, or works at several places."""

    words = Words(
        "Tài khoản «{name}» hôm nay không có đúng một phân công được quét; hãy chọn bằng --role.",
        "Today the account “{name}” has not exactly one assignment that scans; choose by --role.",
    )


@click.command()
@click.argument("file", type=click.File("rb"))
@click.option("--as", "name", required=True, help="Tên đăng nhập của người đã quét / Who scanned.")
@click.option(
    "--role",
    type=click.Choice([role.value for role in Role]),
    help="Vai trò / The role, if he has several.",
)
@click.option("--device", help="Mã của máy đã quét / The device that scanned.")
@with_config
def scans(config: Config, file: BinaryIO, name: str, role: str | None, device: str | None) -> None:
    """Nhập lượt quét từ tệp NDJSON / Take in scans from a file, one JSON object a line.

    FILE là - thì đọc từ đầu vào chuẩn. Kết quả từng dòng in ra đầu ra chuẩn. Kết thúc với mã 1 nếu
    có lượt bị từ chối. FILE - reads standard input; ends with status 1 when a scan was refused.
    """
    lost = done = 0
    with sessions_of(config) as sessions:
        with sessions() as session:
            by = _who(session, name, role, datetime.now(UTC))
        for lines in _parts(file):
            with sessions.begin() as session:
                batch = Batch([parsed(line) for line in lines], device)
                answers = take_in(session, batch, by, now=datetime.now(UTC))
            for answer in answers:
                done += 1
                lost += answer.verdict.outcome in LOST
                click.echo(_line(done, answer))
            click.echo(f"{done} lượt quét / scans", err=True)
    if lost:
        click.echo(f"{lost} lượt không ghi nhận được / scans not recorded", err=True)
        sys.exit(1)


def _who(session: Session, name: str, role: str | None, now: datetime) -> Actor:
    """Give who scanned, as he works today.

    Raises:
        NobodyScans: he has not exactly one assignment that scans.
    """
    found = [
        actor
        for actor in signing_in.actors_named(session, name, now=now)
        if kinds_for(actor.role) and role in (None, actor.role)
    ]
    if len(found) != 1:
        raise NobodyScans(name=name)
    return found[0]


def _parts(file: BinaryIO) -> Iterator[list[bytes]]:
    """Give the lines that say something, as many at once as go into one transaction."""
    lines = (line for line in iter(lambda: file.readline(LONGEST_LINE), b"") if line.strip())
    while part := list(islice(lines, AT_ONCE)):
        yield part


def _line(place: int, answer: Answer) -> str:
    """Give a verdict as a line of JSON, with the place of its scan among the lines read."""
    verdict = answer.verdict
    words = OUTCOME_WORDS[verdict.outcome]
    said = {
        "line": place,
        "scan_id": str(verdict.scan_id),
        "outcome": verdict.outcome,
        "number": verdict.number,
        "kind": answer.kind,
        "title": words.vi,
        "words": verdict.words.vi,
        "oddities": verdict.anomalies,
    }
    return json.dumps(said, ensure_ascii=False)
