"""Serve the application: one master, a few workers with threads."""

import gc
import socket
from typing import Any

import click
from flask import Flask
from gunicorn.app.base import BaseApplication

from config import Config
from models.database import Addresses
from postal_app.errors import Conflict
from postal_app.rules.words import Words
from routes.app import create_app
from routes.archive import open_for
from routes.commands.options import with_config

GARBAGE_AFTER = 20_000  # new values; Python's own 700 are for programs that make few


class PortTaken(Conflict):
    """Another program already listens there."""

    words = Words(
        "Cổng {port} trên {host} không dùng được ({why}); hãy chọn cổng khác bằng --port.",
        "Port {port} on {host} cannot be used ({why}); choose another with --port.",
    )


class Served(BaseApplication):  # type: ignore[misc]  # gunicorn carries no types
    """The application inside gunicorn, on an archive that the master has opened.

    A worker asks nothing of the archive when it begins. Where it began while the database is
    coming back, it would fall, and gunicorn ends the master whose worker falls at its beginning.
    """

    def __init__(self, config: Config, at: Addresses, settings: dict[str, Any]) -> None:
        self.postal_config = config
        self.at = at
        self.settings = settings
        super().__init__()

    def load_config(self) -> None:
        """Hand gunicorn its settings."""
        for name, value in self.settings.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """Make a worker's app; what it is made of is never looked through for garbage again.

        A batch of scans makes thousands of values. With the usual thresholds each one would have
        all modules and tables walked over several times, and nothing of them ever goes away.
        """
        app = create_app(self.postal_config, self.at)
        gc.collect()
        gc.freeze()
        gc.set_threshold(GARBAGE_AFTER)
        return app


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Địa chỉ / Address.")
@click.option("--port", default=8000, show_default=True, help="Cổng / Port.")
@click.option("--workers", default=2, show_default=True, help="Số tiến trình / Processes.")
@click.option(
    "--threads", default=8, show_default=True, help="Luồng mỗi tiến trình / Threads each."
)
@with_config
def serve(config: Config, host: str, port: int, workers: int, threads: int) -> None:
    """Mở ứng dụng cho trình duyệt / Serve the application to browsers."""
    run(config, host, port, {"workers": workers, "threads": threads})


def run(config: Config, host: str, port: int, settings: dict[str, Any]) -> None:
    """Open the archive, bring it up to date and serve until the process is told to end.

    Raises:
        PortTaken: nothing can listen at `host` and `port`.
        ArchiveError: the archive cannot be opened.
    """
    refuse_taken_port(host, port)
    # The master's membership in the archive is shared by the workers that it forks.
    at = open_for(config)
    address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    click.echo(f"Đang phục vụ tại / Serving at http://{address}", err=True)
    quiet = {"control_socket_disable": True}  # it would write outside the installation's folder
    Served(config, at, {"bind": address, "worker_class": "gthread", **quiet, **settings}).run()


def refuse_taken_port(host: str, port: int) -> None:
    """Refuse an address that somebody else listens at.

    Raises:
        PortTaken: nothing can listen there.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except OSError as error:
            raise PortTaken(host=host, port=port, why=error.strerror) from error
