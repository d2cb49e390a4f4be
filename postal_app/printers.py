"""Printers: where a job of labels goes, and what becomes of it when the printer does not answer.

A destination is written `file:PATH`, `tcp:HOST` or `tcp:HOST:PORT` (9100 when none is said), or
`spool:COMMAND`, which is given the job on its input. Nothing else is ever asked on the network.

A job that cannot be delivered in time is kept in a folder that only the app's user reads, because
people's names stand in it, and is sent again when somebody asks. A printer may have printed a part
before it fell silent: a label printed twice is the same label, so no more is lost than paper.
"""

import os
import secrets
import shlex
import socket
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from postal_app.errors import Conflict, Invalid, Unknown
from postal_app.rules.words import Words

RAW_PORT = 9100
KINDS = ("file", "tcp", "spool")
TIMEOUT_SECONDS = 10.0


class BadDestination(Invalid):
    """A destination is written in one of three ways."""

    words = Words(
        "Nơi in «{written}» không đọc được; hãy ghi file:ĐƯỜNG-DẪN, tcp:MÁY:CỔNG hoặc spool:LỆNH.",
        "Destination “{written}” cannot be read; write file:PATH, tcp:HOST:PORT or spool:COMMAND.",
    )


class PrinterSilent(Conflict):
    """The printer took no job in time; the job is kept."""

    words = Words(
        "Máy in không trả lời ({why}). Lệnh in được giữ với số {job}; hãy kiểm tra máy in rồi "
        "gửi lại.",
        "The printer does not answer ({why}). The job is kept as {job}; look after the printer, "
        "then send it again.",
    )


class UnknownJob(Unknown):
    """No kept job bears the number."""

    words = Words("Không có lệnh in nào mang số {job}.", "No kept job bears the number {job}.")


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a job goes: one of `KINDS`, and the path, the host with its port, or the command."""

    kind: str
    where: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.where}"


@dataclass(frozen=True, slots=True)
class KeptJob:
    """A job that waits to be sent again."""

    job: str
    to: Destination
    kept_at: datetime
    size: int


def destination(written: str) -> Destination:
    """Read a destination.

    Raises:
        BadDestination: it is none.
    """
    kind, _, where = written.strip().partition(":")
    if kind not in KINDS or not where:
        raise BadDestination(field="to", written=written)
    if kind == "tcp":
        host, _, port = where.partition(":")
        if not host or not (port or str(RAW_PORT)).isdecimal() or int(port or RAW_PORT) > 65535:
            raise BadDestination(field="to", written=written)
        where = f"{host}:{port or RAW_PORT}"
    return Destination(kind, where)


def deliver(
    job: bytes,
    to: Destination,
    folder: Path,
    *,
    now: datetime,
    timeout: float = TIMEOUT_SECONDS,
) -> None:
    """Send a job, or keep it.

    Raises:
        PrinterSilent: it could not be sent within so many seconds; it is kept in the folder.
    """
    try:
        _send(job, to, timeout)
    except (OSError, subprocess.SubprocessError) as silent:
        kept = _keep(job, to, folder, now)
        raise PrinterSilent(why=_reason(silent), job=kept) from silent


def waiting(folder: Path) -> list[KeptJob]:
    """Give the kept jobs, the oldest first."""
    return [_read(path)[0] for path in sorted(folder.glob("*.job"))]


def deliver_again(
    job: str, folder: Path, *, to: Destination | None = None, timeout: float = TIMEOUT_SECONDS
) -> KeptJob:
    """Send a kept job, to another destination if one is said; it is gone once it is delivered.

    Raises:
        UnknownJob: no kept job bears the number.
        PrinterSilent: it could not be sent this time either; it stays.
    """
    path = folder / f"{job}.job"
    if not job.replace("-", "").isalnum() or not path.is_file():
        raise UnknownJob(job=job)
    kept, content = _read(path)
    try:
        _send(content, to or kept.to, timeout)
    except (OSError, subprocess.SubprocessError) as silent:
        raise PrinterSilent(why=_reason(silent), job=job) from silent
    path.unlink()
    return kept


def _send(job: bytes, to: Destination, timeout: float) -> None:
    if to.kind == "file":
        Path(to.where).write_bytes(job)
    elif to.kind == "tcp":
        host, _, port = to.where.rpartition(":")
        with socket.create_connection((host, int(port)), timeout) as line:
            line.sendall(job)
            line.shutdown(socket.SHUT_WR)
            with suppress(TimeoutError):  # a printer that took all need not say good-bye
                while line.recv(1024):
                    pass
    else:
        done = subprocess.run(
            shlex.split(to.where), input=job, timeout=timeout, check=False, capture_output=True
        )
        if done.returncode:
            said = done.stderr.decode(errors="replace").strip().splitlines()
            raise OSError(said[-1] if said else f"{to.where}: {done.returncode}")


def _reason(silent: Exception) -> str:
    """Say why in the system's own words, which name no person."""
    if isinstance(silent, TimeoutError | subprocess.TimeoutExpired):
        return "quá thời gian chờ / time-out"
    return getattr(silent, "strerror", None) or str(silent)


def _keep(job: bytes, to: Destination, folder: Path, now: datetime) -> str:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = f"{now:%Y%m%d-%H%M%S}-{secrets.token_hex(3)}"
    side = folder / f".{name}"
    descriptor = os.open(side, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(f"{to}\n{now.isoformat()}\n".encode())
        file.write(job)
    side.rename(folder / f"{name}.job")
    return name


def _read(path: Path) -> tuple[KeptJob, bytes]:
    to, kept_at, content = path.read_bytes().split(b"\n", 2)
    at = datetime.fromisoformat(kept_at.decode())
    return KeptJob(path.stem, destination(to.decode()), at, len(content)), content
