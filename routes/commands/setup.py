"""Set an installation up: the province, its first administrator, its points and agencies."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import click
from sqlalchemy.orm import Session

from config import Config
from postal_app import place_lists, places, staff
from postal_app.errors import Conflict
from postal_app.rules.roles import Role
from postal_app.rules.vietnamese import day_of
from postal_app.rules.words import Words
from routes.archive import sessions_of
from routes.commands.options import with_config

LIST = click.Path(exists=True, dir_okay=False, path_type=Path)


class SetUpAlready(Conflict):
    """The installation serves a province already."""

    words = Words(
        "Bản cài đặt này đã phục vụ tỉnh {name}; mỗi bản cài đặt phục vụ một tỉnh.",
        "This installation already serves {name}; each installation serves one province.",
    )


@click.command()
@click.option("--code", required=True, metavar="H28", help="Mã định danh tỉnh / Identifier.")
@click.option("--province", required=True, metavar="NAME", help="Tên tỉnh / Province.")
@click.option("--administrator", required=True, metavar="SIGN-IN", help="Tên đăng nhập / Sign-in.")
@click.option("--full-name", required=True, metavar="NAME", help="Họ tên / Full name.")
@with_config
def setup(config: Config, code: str, province: str, administrator: str, full_name: str) -> None:
    """Lập tỉnh và quản trị viên đầu tiên / Set up the province and its first administrator."""
    password = staff.fresh_password()
    now = datetime.now(UTC)
    with sessions_of(config) as sessions, sessions.begin() as session:
        there = places.province(session)
        if there is not None:
            raise SetUpAlready(name=there.name)
        made = places.found_province(session, code, province, sample=False)
        digest = staff.hash_password(password, sign_in=administrator)
        account_id = staff.add_account(
            session, staff.NewAccount(administrator, full_name, digest), now=now
        )
        staff.assign(
            session,
            staff.NewAssignment(account_id, Role.ADMINISTRATOR, made.id, valid_from=day_of(now)),
        )
    click.echo(
        f"Đã lập tỉnh {province}. Mật khẩu lần đầu của {administrator}: {password}\n"
        f"{province} is set up. First password of {administrator}: {password}"
    )


@click.command("import-points")
@click.argument("file", type=LIST)
@with_config
def import_points(config: Config, file: Path) -> None:
    """Nhập danh sách điểm phục vụ / Import the list of service points."""
    _import(config, file, place_lists.import_points)


@click.command("import-agencies")
@click.argument("file", type=LIST)
@with_config
def import_agencies(config: Config, file: Path) -> None:
    """Nhập danh sách cơ quan / Import the list of agencies."""
    _import(config, file, place_lists.import_agencies)


def _import(config: Config, file: Path, take_in: Callable[[Session, bytes], int]) -> None:
    with sessions_of(config) as sessions, sessions.begin() as session:
        count = take_in(session, file.read_bytes())
    click.echo(f"Đã nhập {count} dòng. / {count} rows imported.")
