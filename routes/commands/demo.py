"""The demo: a sample province whose two months are lived through the desks, then served.

The story is built in a database of its own, which takes the archive's place when it is finished.
So a demo that is killed half way leaves nothing behind that could be taken for one.
"""

import fcntl
import gc
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from config import Config, kept_secret
from models.database import Addresses, addresses, begin_anew, beside, put_in_place
from postal_app import month_end, staff
from postal_app.demo import papers, province
from postal_app.demo.hours import last_two_months
from postal_app.demo.province import SIGN_INS
from postal_app.demo.sealing import Sealing
from postal_app.demo.story import Story
from postal_app.errors import Conflict
from postal_app.ledger_keys import Signer
from postal_app.month_end import Month
from postal_app.printing import LabelCodes
from postal_app.rules.roles import ROLE_WORDS, Role
from postal_app.rules.words import Words
from routes.app import create_app
from routes.archive import open_sessions
from routes.commands.demo_hands import hands, live_together
from routes.commands.demo_page import page
from routes.commands.month import tell
from routes.commands.options import with_config
from routes.commands.serving import refuse_taken_port, run

SEED = 2026
DOSSIERS = 300
BUILDING = "_demo"

KEYS = (
    "from",
    "to",
    "procedures",
    "submit_allowed",
    "return_allowed",
    "not_allowed",
    "points",
    "dossiers",
    "legs",
    "items",
    "delivered",
    "intact",
    "not_checked",
    "damaged",
    "exceptions",
)
"""What `--json` tells, of the figures of the whole two months as `postal month` gives them."""


class HoldsOtherData(Conflict):
    """The archive is in use for something that is no demo."""

    words = Words(
        "Thư mục {home} đã có dữ liệu không phải của bản trình diễn; hãy chọn thư mục khác bằng "
        "--home.",
        "The folder {home} holds data that are not the demo's; choose another with --home.",
    )


@click.command()
@click.option("--no-serve", is_flag=True, help="Dựng xong thì dừng / End when it is built.")
@click.option("--json", "as_json", is_flag=True, help="Một đối tượng JSON / One JSON object.")
@click.option(
    "--dossiers",
    default=DOSSIERS,
    show_default=True,
    type=click.IntRange(30, 20_000),
    help="Số hồ sơ ít nhất / Dossiers at least.",
)
@click.option("--seed", default=SEED, show_default=True, help="Hạt giống / Seed of the story.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Địa chỉ / Address.")
@click.option("--port", default=8000, show_default=True, help="Cổng / Port.")
@with_config
def demo(config: Config, /, **asked: Any) -> None:
    """Dựng tỉnh mẫu Hòa Bình và mở ứng dụng / Build the sample province and serve it.

    Chạy lần nữa thì dùng lại bản đã dựng. Run again, it uses what was built.
    """
    if not asked["no_serve"]:
        refuse_taken_port(asked["host"], asked["port"])
    now = datetime.now(UTC)
    with _alone(config.home / "demo.lock"):
        _build_unless_there(config, asked["dossiers"], asked["seed"], now)
        reckoned = _papers_and_figures(config, now)
    _tell(config, reckoned, as_json=asked["as_json"])
    if not asked["no_serve"]:
        sys.stdout.flush()
        run(config, asked["host"], asked["port"], {"workers": 2, "threads": 8})


def _build_unless_there(config: Config, dossiers: int, seed: int, now: datetime) -> None:
    """See to it that the archive holds the demo.

    Raises:
        HoldsOtherData: it holds something else.
    """
    at = addresses(config.home, config.database_url, config.owner_database_url)
    with _sessions(config) as sessions, sessions() as session:
        is_there, is_empty = province.is_there(session), province.is_empty(session)
    if is_there:
        click.echo("Bản trình diễn đã có sẵn. / The demo is already there.", err=True)
        return
    if not is_empty:
        raise HoldsOtherData(home=config.home)
    made = beside(at, BUILDING)
    begin_anew(made)
    sealing = Sealing(Signer.of(kept_secret(config.ledger_key_file)), config.origin)
    _build(_in(config, made), Story(last_two_months(now), dossiers, seed, sealing))
    for old in (_sign_ins_file(config), *_folder(config).glob("*.*")):
        old.unlink(missing_ok=True)
    put_in_place(made, at)


def _build(config: Config, story: Story) -> None:
    """Live the story, with as many hands as the machine has."""
    click.echo("Đang lập tỉnh mẫu … / Setting up the sample province …", err=True)
    with _sessions(config) as sessions, sessions.begin() as session:
        story.set_up(session)
    # The place names of two catalogues never die; looking through them again costs a tenth.
    gc.freeze()
    label, steps = "Hai tháng / Two months", hands() * len(story.days())
    with click.progressbar(length=steps, label=label, file=sys.stderr) as bar:
        live_together(config, story, lambda: bar.update(1))


def _papers_and_figures(config: Config, now: datetime) -> Month:
    """Write what is missing of the papers and the sign-ins; give the two months' figures."""
    folder = _folder(config)
    codes = LabelCodes(config.public_url, config.label_key)
    with _sessions(config) as sessions:
        with sessions() as session:
            month_end.hold_still(session)
            reckoned = month_end.reckon(session, papers.months(session), now=now)
        if not (folder / "xong").exists():
            click.echo("Đang in giấy tờ … / Printing the papers …", err=True)
            with sessions.begin() as session:
                for one in papers.written(session, codes, now=now):
                    _write(folder / one.name, one.content)
        if not _sign_ins_file(config).exists():
            with sessions.begin() as session:
                _let_people_in(config, session, now)
    if not (folder / "xong").exists():
        _write_pages(config, now)
        _write(folder / "xong", b"")
    return reckoned


def _write_pages(config: Config, now: datetime) -> None:
    """Write the month's page for each period, as the provincial officer sees it."""
    app = create_app(config)
    sessions = app.extensions["archive"]
    with sessions() as session:
        by = papers.person(session, Role.PROVINCIAL, now=now)
        periods = papers.periods(session)
    for name, period in periods.items():
        _write(_folder(config) / f"{name}.html", page(app, period, by))
    sessions.kw["bind"].dispose()


def _let_people_in(config: Config, session: Any, now: datetime) -> None:
    """Give each role of the demo a fresh password and keep them in a file of the owner's alone."""
    lines = ["Tài khoản của bản trình diễn (dữ liệu mẫu) / Sign-ins of the demo (sample data)", ""]
    for role, sign_in in SIGN_INS.items():
        actor = papers.person(session, role, now=now)
        password = staff.reset_password(session, actor.account_id)
        who = f"{ROLE_WORDS[role].vi} / {ROLE_WORDS[role].en}: {actor.name}, {actor.place}"
        lines.append(f"{sign_in:<10} {password}   {who}")
    session.flush()  # what cannot be kept must not be told
    _write(_sign_ins_file(config), ("\n".join(lines) + "\n").encode())


def _tell(config: Config, reckoned: Month, *, as_json: bool) -> None:
    if as_json:
        figures = reckoned.figures()
        click.echo(json.dumps({key: figures[key] for key in KEYS}, ensure_ascii=False))
    else:
        tell(reckoned)
    click.echo(_sign_ins_file(config).read_text(encoding="utf-8"), err=as_json)
    click.echo(f"Giấy tờ / Papers: {_folder(config)}", err=as_json)


def _in(config: Config, at: Addresses) -> Config:
    """Give the settings with the archive at other addresses."""
    return replace(config, database_url=at.app, owner_database_url=at.owner)


@contextmanager
def _sessions(config: Config) -> Iterator[Any]:
    """Open the archive for a while."""
    sessions = open_sessions(config)
    try:
        yield sessions
    finally:
        sessions.kw["bind"].dispose()


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Let a second demo in the same home wait for the first, and then find it there."""
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _folder(config: Config) -> Path:
    return config.home / "demo"


def _sign_ins_file(config: Config) -> Path:
    return config.home / "demo-sign-ins.txt"


def _write(path: Path, content: bytes) -> None:
    """Write a file of the owner's alone, whole or not at all; the papers bear names of people."""
    path.parent.mkdir(exist_ok=True)
    side = path.with_name(f".{path.name}.new")
    side.unlink(missing_ok=True)
    descriptor = os.open(side, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    side.replace(path)
