"""The printers of the points: where each stands, and how it is spoken to."""

from datetime import UTC, datetime

import click

from config import Config
from postal_app import label_orders, point_printers, printers
from postal_app.errors import Invalid
from postal_app.label_orders import LANGUAGES, RESOLUTIONS, Speech
from postal_app.point_printers import NewPrinter
from postal_app.rules.words import Words
from routes.archive import Session, sessions_of
from routes.commands.options import with_config


class WhichPrinter(Invalid):
    """A printer is entered by whom, of which point, under which name, and where it is."""

    words = Words(
        "Hãy cho biết --as, --point, --name và --to (hoặc --withdraw).",
        "Say --as, --point, --name and --to (or --withdraw).",
    )


@click.command("printers")
@click.option("--as", "sign_in", metavar="SIGN-IN", help="Người đăng ký / Who enters it.")
@click.option("--point", metavar="CODE", help="Mã điểm phục vụ / The point's code.")
@click.option("--name", metavar="NAME", help="Tên máy in tại điểm / Its name at the point.")
@click.option("--to", metavar="WHERE", help="file:PATH, tcp:HOST:9100, spool:COMMAND.")
@click.option("--language", type=click.Choice(LANGUAGES), default="zpl", show_default=True)
@click.option("--dpi", type=click.Choice([str(one) for one in RESOLUTIONS]), default="203")
@click.option("--withdraw", is_flag=True, help="Không dùng nữa / It is used no more.")
@with_config
def point_printers_command(config: Config, /, **asked: object) -> None:
    """Máy in của các điểm: liệt kê, đăng ký, thôi dùng / Printers of the points.

    Không có lựa chọn nào thì liệt kê. Without options they are listed.
    """
    with sessions_of(config) as sessions, sessions.begin() as session:
        if any(asked[name] for name in ("sign_in", "point", "name", "to", "withdraw")):
            _write(session, {name: str(value or "") for name, value in asked.items()})
        _tell(session)


def _write(session: Session, asked: dict[str, str]) -> None:
    now = datetime.now(UTC)
    named = all(asked[name] for name in ("sign_in", "point", "name"))
    if not named or bool(asked["to"]) is bool(asked["withdraw"]):
        raise WhichPrinter
    by = label_orders.person(session, asked["sign_in"], now=now)
    if asked["withdraw"]:
        point_printers.withdraw(session, asked["point"], asked["name"], by, now=now)
        return
    speech = Speech(asked["language"], int(asked["dpi"]))
    to = printers.destination(asked["to"])
    new = NewPrinter(asked["point"], asked["name"], to, speech)
    point_printers.enter(session, new, by, now=now)


def _tell(session: Session) -> None:
    known = point_printers.listed(session)
    for one in known:
        click.echo(
            f"{one.point.code}  {one.name}  {one.language} {one.dots_per_inch} dpi  "
            f"{one.destination}"
        )
    if not known:
        click.echo("Chưa đăng ký máy in nào. / No printer is entered.")
