"""The drills: each breaks something on purpose and ends with status 1 unless all was found."""

import runpy
import sys
from pathlib import Path

import click

DRILLS = Path(__file__).resolve().parents[2] / "drills"


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("name", required=False)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def drill(name: str | None, arguments: tuple[str, ...]) -> None:
    """Diễn tập trên dữ liệu tạm / Drill on data of its own; without a name, list what there is.

    Không chạm dữ liệu thật. Nothing of the installation is touched.
    """
    known = sorted(path.stem for path in DRILLS.glob("*.py") if path.stem != "__init__")
    if name is None:
        click.echo("\n".join(known))
        return
    if name not in known:
        raise click.BadParameter(f"{name}: {', '.join(known)}", param_hint="NAME")
    sys.argv = [f"postal drill {name}", *arguments]
    runpy.run_module(f"drills.{name}", run_name="__main__")
