"""A published list taken into the catalogue from the command line: first told, then done."""

import hashlib
import sys
from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import click
from sqlalchemy.orm import Session

from config import Config
from models.database import addresses, open_archive
from postal_app import catalogue_import, catalogue_plan
from postal_app.catalogue_paper import template, write_faulty
from postal_app.catalogue_plan import DecisionValues, Fate, ImportPlan, ListHasFaults
from postal_app.catalogue_sheet import CatalogueSheet, read
from postal_app.rules.vietnamese import day, number, read_day
from routes.commands.options import with_config

SHOWN = 20
FILE_TO_WRITE = click.Path(dir_okay=False, path_type=Path)


class Day(click.ParamType[date]):
    """A day written dd/mm/yyyy or yyyy-mm-dd."""

    name = "DAY"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Give the day, or say how one is written."""
        found = value if isinstance(value, date) else read_day(str(value))
        if found is None:
            self.fail(f"{value}: ghi ngày như 21/11/2025 / write a day as 21/11/2025", param, ctx)
        return found


@click.command("import-procedures")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--decision", required=True, metavar="N", help="Số quyết định / Decision number.")
@click.option("--issued", required=True, type=Day(), help="Ngày ban hành / Day of issue.")
@click.option("--in-force", required=True, type=Day(), help="Có hiệu lực từ / In force from.")
@click.option(
    "--issuer",
    default="Ủy ban nhân dân tỉnh",
    show_default=True,
    help="Cơ quan ban hành / Who issued it.",
)
@click.option("--faults", type=FILE_TO_WRITE, help="Ghi dòng lỗi ra XLSX / Write faulty rows here.")
@click.option(
    "--apply/--dry-run",
    "wanted",
    default=None,
    help="Nhập thật, hay chỉ xem trước / Do it, or only tell what would be done.",
)
@with_config
def import_procedures(config: Config, /, file: Path, faults: Path | None, **said: Any) -> None:
    """Nhập danh mục thủ tục theo quyết định / Import the list of a decision.

    Xem trước rồi mới nhập, nhập hết hoặc không gì cả. The change is told first; then all of it is
    done or nothing.
    """
    content = file.read_bytes()
    sheet = read(content)
    decision = DecisionValues(
        number=said["decision"],
        issued_on=said["issued"],
        in_force_from=said["in_force"],
        issuer=said["issuer"],
        file_name=file.name,
        file_digest=hashlib.sha256(content).hexdigest(),
    )
    archive = open_archive(addresses(config.home, config.database_url, config.owner_database_url))
    try:
        with Session(archive) as session:
            if sheet.rows or not sheet.faulty:
                _tell(catalogue_plan.plan(session, sheet, decision), sheet)
        if sheet.faulty:
            _tell_faults(sheet, faults)
        if _is_wanted(said["wanted"]):
            with Session(archive) as session, session.begin():
                catalogue_import.apply(
                    session,
                    sheet,
                    decision,
                    imported_by="postal import-procedures",
                    now=datetime.now(UTC),
                )
            click.echo("Đã nhập danh mục. / The list is in the catalogue.")
        else:
            click.echo("Chưa nhập gì. / Nothing was imported.")
    finally:
        archive.dispose()


@click.command("procedure-template")
@click.argument("file", type=FILE_TO_WRITE)
def procedure_template(file: Path) -> None:
    """Ghi tệp Excel mẫu của danh mục / Write an empty workbook for a list."""
    file.write_bytes(template())
    click.echo(f"{file}")


def _is_wanted(wanted: bool | None) -> bool:
    if wanted is None and sys.stdin.isatty():
        return click.confirm("Nhập danh mục này? / Import this list?")
    return bool(wanted)


def _tell(plan: ImportPlan, sheet: CatalogueSheet) -> None:
    click.echo(
        f"Quyết định số {plan.decision.number} ngày {day(plan.decision.issued_on)}, "
        f"hiệu lực từ {day(plan.decision.in_force_from)}"
    )
    for fate, count in plan.counts.items():
        click.echo(f"  {fate.words.vi} / {fate.words.en}: {number(count)}")
    if sheet.ignored:
        click.echo(f"  Cột không dùng / Columns not used: {', '.join(sheet.ignored)}")
    for fate in (Fate.CHANGED, Fate.ENDED):
        planned = plan.of(fate)
        _list_some((f"{fate.words.vi}: {one.code} {one.name}" for one in planned), len(planned))
    touched = plan.touched
    click.echo(f"  Hồ sơ đang mở bị chạm tới / Open dossiers touched: {number(touched.count)}")
    _list_some(touched.numbers, touched.count)


def _tell_faults(sheet: CatalogueSheet, faults: Path | None) -> None:
    """Say what is wrong, write the faulty rows where told, and end.

    Raises:
        ListHasFaults: always; a list with a faulty row is not imported.
    """
    told = sheet.faults
    lines = (f"Dòng {one.row}, cột «{one.column}»: {one.words.vi}" for one in told)
    _list_some(lines, len(told))
    if faults:
        faults.write_bytes(write_faulty(sheet))
        click.echo(f"  Dòng lỗi / Faulty rows: {faults}")
    raise ListHasFaults(count=len(sheet.faulty))


def _list_some(lines: Iterable[str], count: int) -> None:
    for line, _ in zip(lines, range(SHOWN), strict=False):
        click.echo(f"    {line}")
    if count > SHOWN:
        click.echo(f"    … và {number(count - SHOWN)} dòng nữa / and {number(count - SHOWN)} more")
