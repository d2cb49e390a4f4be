"""A served house that can be killed: its master, its workers and its database, each a process."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from http.client import HTTPConnection, HTTPException
from http.cookies import SimpleCookie
from pathlib import Path

from drills.fleet.line import Answer
from models.embedded import PROJECT, Place

HOST = "127.0.0.1"
WORKERS, THREADS = 2, 4
PATIENCE_SECONDS = 300.0
READY = "ready"  # PostgreSQL's own word in its file of the first process
ANSWER_SECONDS, HEALTH_SECONDS = 10.0, 3.0
NOT_THERE = (OSError, HTTPException)
"""What a phone meets while nobody answers."""

OURS = ("DATABASE_URL", "OWNER_DATABASE_URL", "POSTAL_HOME", "PUBLIC_URL", "TRUSTED_PROXIES")
"""Settings of whoever runs the drill, which are not meant for the house that is killed."""


class Served:
    """One installation served as `postal serve` does, started again whenever it was killed."""

    def __init__(self, home: Path, place: Place) -> None:
        self.home = home
        self.place = place
        self.port = _free_port()
        self.master: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Serve, and return once somebody answers; a port that dying workers hold is waited for.

        Raises:
            RuntimeError: nobody answers in time; the house's own log tells why.
        """
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not self.is_answering():
            if time.monotonic() > deadline:
                told = (self.home / "served.log").read_text()[-2000:]
                raise RuntimeError(f"no house answers after {PATIENCE_SECONDS:.0f} s: {told}")
            if self.master is None or self.master.poll() is not None:
                self.master = self._launch()
            time.sleep(0.05)

    def stop(self) -> None:
        """End the house as an administrator ends it."""
        if self.master is not None:
            self.master.terminate()
            self.master.wait()

    def kill_worker(self, chosen: int) -> None:
        """Kill one worker without warning; the master brings another."""
        workers = self._workers()
        if workers:
            _kill(workers[chosen % len(workers)])

    def kill_master(self) -> None:
        """Kill the master without warning; its workers notice and go, then the house is opened."""
        if self.master is not None:
            self.master.kill()
            self.master.wait()
        self.start()

    def kill_all(self) -> None:
        """Kill master and workers in the same moment, then open the house again."""
        if self.master is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.master.pid, signal.SIGKILL)
            self.master.wait()
        self.start()

    def kill_database(self) -> None:
        """Kill the database's first process; its keeper starts it anew from what was written.

        Returns once it is ready again: by then the last of the killed one's processes has gone,
        and nothing that begins afterwards is cut off by this kill.

        Raises:
            RuntimeError: it is not ready in time.
        """
        killed = self._database()
        if killed is None:
            return
        _kill(killed[0])
        deadline = time.monotonic() + PATIENCE_SECONDS
        while (now := self._database()) in (None, killed) or now[1] != READY:
            if time.monotonic() > deadline:
                raise RuntimeError(f"no database is back after {PATIENCE_SECONDS:.0f} s")
            time.sleep(0.05)

    def _database(self) -> tuple[int, str] | None:
        """Give the number of the database's first process and how it stands, as it wrote down."""
        with suppress(FileNotFoundError, ValueError, IndexError):
            lines = (self.place.data / "postmaster.pid").read_text().split("\n")
            return int(lines[0]), lines[7].strip()
        return None

    def is_answering(self) -> bool:
        """Tell whether the house we started answers."""
        if self.master is None or self.master.poll() is not None:
            return False
        try:
            return Outside(self.port, HEALTH_SECONDS).get("/health").status == 200
        except NOT_THERE:
            return False

    def _launch(self) -> "subprocess.Popen[bytes]":
        serve = [sys.executable, "-m", "routes.commands", "serve", "--home", str(self.home)]
        size = ["--workers", str(WORKERS), "--threads", str(THREADS), "--port", str(self.port)]
        with (self.home / "served.log").open("ab") as log:
            return subprocess.Popen(
                [*serve, *size],
                cwd=PROJECT,
                env={name: value for name, value in os.environ.items() if name not in OURS},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def _workers(self) -> list[int]:
        """Give the master's children."""
        if self.master is None:
            return []
        told = Path(f"/proc/{self.master.pid}/task/{self.master.pid}/children")
        try:
            return [int(number) for number in told.read_text().split()]
        except FileNotFoundError:
            return []


class Outside:
    """A line to a served house: a connection for each request, and the cookies of a browser."""

    def __init__(self, port: int, patience: float = ANSWER_SECONDS) -> None:
        self.port = port
        self.patience = patience
        self.cookies: dict[str, str] = {}

    def get(self, path: str) -> Answer:
        """Ask for a page."""
        return self._ask("GET", path, b"", {})

    def post(self, path: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Send something."""
        return self._ask("POST", path, body, headers)

    def _ask(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        connection = HTTPConnection(HOST, self.port, timeout=self.patience)
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        try:
            connection.request(method, path, body or None, {**headers, "Cookie": cookies})
            answer = connection.getresponse()
            text = answer.read().decode()
        finally:
            connection.close()
        for line in answer.headers.get_all("Set-Cookie", []):
            self.cookies |= {name: one.value for name, one in SimpleCookie(line).items()}
        return Answer(answer.status, text)


def _free_port() -> int:
    with socket.socket() as trial:
        trial.bind((HOST, 0))
        return int(trial.getsockname()[1])


def _kill(process: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(process, signal.SIGKILL)
