"""The month's end from the command line: figures to read, for another machine, or as a workbook."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from config import Config
from postal_app import month_book, month_end
from postal_app.month_end import Month
from postal_app.month_sheets import UNCHECKED, shares
from postal_app.month_workbook import both, workbook
from postal_app.rules.indicators import LegClass
from postal_app.rules.vietnamese import moment, number
from postal_app.rules.words import Words
from routes.archive import sessions_of
from routes.commands.catalogue import Day
from routes.commands.options import with_config

FIGURES = {
    "dossiers": Words("Hồ sơ", "Dossiers"),
    "legs": Words("Lượt chuyển", "Legs"),
    "submit_legs": Words("Lượt nộp", "Submission legs"),
    "return_legs": Words("Lượt trả", "Return legs"),
    "items": Words("Bưu gửi", "Items"),
    "carried_legs": Words("Lượt mọi loại", "Legs of every kind"),
    "carried_items": Words("Bưu gửi mọi loại", "Items of every kind"),
    **{f"legs_{found.value}": found.words for found in LegClass},
    "delivered": Words("Kết quả đã phát", "Results delivered"),
    "returned": Words("Kết quả chuyển hoàn", "Results sent back"),
    "intact": Words("Đến đích nguyên vẹn", "Reached their end intact"),
    "not_checked": Words("Đến đích, chưa kiểm tra", "Reached their end unchecked"),
    "damaged": Words("Đến đích, có hư hại", "Reached their end harmed or lost"),
    "procedures": Words("Thủ tục trong danh mục", "Procedures"),
    "allowed_any": Words("Thủ tục được phép ít nhất một chiều", "Allowed in some direction"),
    "not_allowed": Words("Thủ tục không được cả hai chiều", "Allowed in neither"),
    "procedures_never_used": Words("Được phép, chưa phát sinh", "Allowed, never used"),
    "points": Words("Điểm đủ điều kiện", "Qualified points"),
    "exceptions": Words("Trường hợp cần xem lại", "Exceptions"),
}


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
    reckoned = book.month
    if asked["xlsx"]:
        asked["xlsx"].write_bytes(workbook(book))
        click.echo(f"{asked['xlsx']}", err=True)
    if asked["as_json"]:
        click.echo(json.dumps(reckoned.figures(), ensure_ascii=False))
    else:
        tell(reckoned)


def tell(reckoned: Month) -> None:
    """Print a reckoned period for a person."""
    sample = "  [DỮ LIỆU MẪU / SAMPLE DATA]" if reckoned.sample else ""
    click.echo(f"{both(reckoned.period.words)}{sample}")
    figures = reckoned.figures()
    for name, words in FIGURES.items():
        click.echo(f"{number(int(figures[name])):>12}  {both(words)}")
    for words, ratio, unknown in shares(reckoned):
        base = f"{number(ratio.part)}/{number(ratio.whole)}"
        left = f"; {number(unknown)} {both(UNCHECKED).lower()}" if unknown else ""
        click.echo(f"{ratio.shown:>12}  {both(words)} ({base}{left})")
    click.echo(f"{moment(reckoned.as_of):>18}  Tính đến / As of")
