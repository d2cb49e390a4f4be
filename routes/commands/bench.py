"""The benchmarks: each prints what it measured, as a ratio to a peer or to a limit, in one run."""

import runpy
import sys
from pathlib import Path

import click

BENCH = Path(__file__).resolve().parents[2] / "bench"


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("name", required=False)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def bench(name: str | None, arguments: tuple[str, ...]) -> None:
    """Đo tốc độ so với một mốc / Measure speed beside a peer; without a name, list what there is.

    Chạy trên dữ liệu tạm, không chạm dữ liệu thật. Runs on rows of its own.
    """
    known = sorted(path.stem for path in BENCH.glob("*.py") if path.stem != "__init__")
    if name is None:
        click.echo("\n".join(known))
        return
    if name not in known:
        raise click.BadParameter(f"{name}: {', '.join(known)}", param_hint="NAME")
    sys.argv = [f"postal bench {name}", *arguments]
    runpy.run_module(f"bench.{name}", run_name="__main__")
