"""What several commands ask for in the same way."""

import functools
import os
from collections.abc import Callable
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

import click

from config import Config

P = ParamSpec("P")
R = TypeVar("R")


def with_config(command: Callable[Concatenate[Config, P], R]) -> Callable[P, R]:
    """Add `--home DIR` to a command and hand it the settings as its first argument.

    Raises:
        SettingError: when the command runs, a setting cannot be used.
    """

    @click.option(
        "--home",
        metavar="DIR",
        type=click.Path(file_okay=False, path_type=Path),
        help="Thư mục dữ liệu, mặc định POSTAL_HOME / Folder of the data, by default POSTAL_HOME.",
    )
    @functools.wraps(command)
    def with_home(*args: P.args, home: Path | None, **kwargs: P.kwargs) -> R:  # type: ignore[valid-type]  # click gives it by name
        return command(Config.from_environment(os.environ, home), *args, **kwargs)

    return with_home  # type: ignore[return-value]  # --home is consumed above
