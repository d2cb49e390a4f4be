"""Balances from the command line: one holder's day, for a person or for another machine."""

import json
from datetime import date

import click

from config import Config
from postal_app import balances
from postal_app.balances import DayBalance, Lying, Passed
from postal_app.holder_names import holder_named
from postal_app.rules.vietnamese import day, moment, number
from postal_app.rules.words import Words
from routes.archive import sessions_of
from routes.commands.catalogue import Day
from routes.commands.options import with_config

FIGURES = {
    "opening": Words("Đầu ngày", "Opening"),
    "came": Words("Nhận trong ngày", "In"),
    "went": Words("Giao trong ngày", "Out"),
    "closing": Words("Còn cuối ngày", "Closing"),
}


@click.command()
@click.option(
    "--holder",
    metavar="HOLDER",
    required=True,
    help="Nơi giữ, như / The holder, like point:354100, courier:SIGN_IN, agency:H28.16, citizen.",
)
@click.option("--day", "on", metavar="DAY", required=True, type=Day(), help="Ngày / The day.")
@click.option("--json", "as_json", is_flag=True, help="Một đối tượng JSON / One JSON object.")
@with_config
def balance(config: Config, holder: str, on: date, as_json: bool) -> None:
    """Số dư bưu gửi của một nơi giữ trong một ngày / What a holder had on a day.

    Ví dụ / Example: postal balance --holder point:354100 --day 02/03/2026
    """
    with sessions_of(config) as sessions, sessions() as session:
        told = balances.of_day(session, holder_named(session, holder, on), on)
    if as_json:
        click.echo(json.dumps(_figures(told), ensure_ascii=False))
    else:
        tell(told)


def tell(told: DayBalance) -> None:
    """Print a day for a person: the four figures, then which items those were."""
    click.echo(f"{told.words.vi} / {told.words.en}, {day(told.day)}")
    for name, words in FIGURES.items():
        click.echo(f"{number(getattr(told.balance, name)):>12}  {words.vi} / {words.en}")
    for name in ("came", "went"):
        for one in getattr(told, name):
            click.echo(f"{FIGURES[name].vi}: {one.number}  {moment(one.at)}  {one.other.vi}")
    for one in told.lying:
        click.echo(f"{FIGURES['closing'].vi}: {one.number}  từ / since {moment(one.since)}")


def _figures(told: DayBalance) -> dict[str, object]:
    return {
        "holder": {"kind": told.holder.kind, "id": told.holder.id, "name": told.words.vi},
        "day": told.day.isoformat(),
        **{name: getattr(told.balance, name) for name in FIGURES},
        "items_came": [_passed(one) for one in told.came],
        "items_went": [_passed(one) for one in told.went],
        "items_lying": [_lying(one) for one in told.lying],
        "at_most": balances.MOST_LISTED,
    }


def _passed(one: Passed) -> dict[str, str]:
    return {"number": one.number, "at": one.at.isoformat(), "other": one.other.vi}


def _lying(one: Lying) -> dict[str, object]:
    return {
        "number": one.number,
        "since": one.since.isoformat(),
        "state": one.state,
        "quarantined": one.quarantined,
    }
