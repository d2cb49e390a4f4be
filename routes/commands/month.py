"""The month's end from the command line: figures to read, for another machine, or as a workbook."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from config import Config
from postal_app import closing_sheets, month_book, month_closing, month_end
from postal_app.month_closing import Closed
from postal_app.month_end import Month
from postal_app.month_figures import SUMMARY
from postal_app.month_sheets import UNCHECKED, shares
from postal_app.month_workbook import both, workbook
from postal_app.rules.indicators import LegClass
from postal_app.rules.vietnamese import moment, number
from routes.archive import sessions_of
from routes.commands.catalogue import Day
from routes.commands.options import with_config

FIGURES = (
    *("dossiers", "legs", "submit_legs", "return_legs", "items", "carried_legs", "carried_items"),
    *(f"legs_{found.value}" for found in LegClass),
    *("delivered", "returned", "intact", "not_checked", "damaged"),
    *("procedures", "allowed_any", "not_allowed", "procedures_never_used", "points", "exceptions"),
)
"""What a person reads of `Month.figures`, in this order."""


@click.command()
@click.argument("first", metavar="FROM", type=Day())
@click.argument("last", metavar="TO", type=Day())
@click.option("--json", "as_json", is_flag=True, help="Một đối tượng JSON / One JSON object.")
@click.option(
    "--xlsx",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Ghi bảng tính / Write the workbook here.",
)
@with_config
def month(config: Config, /, **asked: Any) -> None:
    """Tổng hợp một kỳ, kể cả hai ngày / Reckon a period, both days included.

    Ví dụ / Example: postal month 01/03/2026 31/03/2026
    """
    period = month_end.period_between(asked["first"], asked["last"])
    with sessions_of(config) as sessions, sessions() as session:
        month_end.hold_still(session)
        book = month_book.gather(session, period, now=datetime.now(UTC))
        closed = month_closing.closed(session, book)
        beside = list(closing_sheets.of(session, closed)) if closed else []
    shown = closed.signed if closed else book
    if asked["xlsx"]:
        asked["xlsx"].write_bytes(workbook(shown, beside))
        click.echo(f"{asked['xlsx']}", err=True)
    if asked["as_json"]:
        told = shown.month.figures() | (_closing(closed) if closed else {})
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    tell(shown.month)
    if closed:
        _tell_closing(closed)


def tell(reckoned: Month) -> None:
    """Print a reckoned period for a person."""
    sample = "  [DỮ LIỆU MẪU / SAMPLE DATA]" if reckoned.sample else ""
    click.echo(f"{both(reckoned.period.words)}{sample}")
    figures = reckoned.figures()
    for name in FIGURES:
        click.echo(f"{number(int(figures[name])):>12}  {both(SUMMARY[name])}")
    for words, ratio, unknown in shares(reckoned):
        base = f"{number(ratio.part)}/{number(ratio.whole)}"
        left = f"; {number(unknown)} {both(UNCHECKED).lower()}" if unknown else ""
        click.echo(f"{ratio.shown:>12}  {both(words)} ({base}{left})")
    click.echo(f"{moment(reckoned.as_of):>18}  Tính đến / As of")


def _closing(closed: Closed) -> dict[str, object]:
    """Give what a closed month has beside its signed figures, for another machine."""
    one = closed.closing
    return {
        "closed": {
            "at": one.closed_at.isoformat(),
            "by": one.signer,
            "role": one.role,
            "code": closed.code,
            "digest": one.digest.hex(),
            "checkpoint": one.checkpoint,
            "log_size": one.log_size,
            "log_code": one.log_code,
        },
        "adjustments": {
            name: {"signed": it.signed, "now": it.now, "difference": it.difference}
            for name, it in closed.adjustments.items()
        },
    }


def _tell_closing(closed: Closed) -> None:
    """Print who closed a month and what has come to its figures since, for a person."""
    click.echo(both(closing_sheets.note_of(closed)))
    for name, one in closed.adjustments.items():
        signed, now = number(one.signed), number(one.now)
        click.echo(f"{one.difference:>+12}  {both(closed.words[name])} ({signed} → {now})")
