"""Printers: where a job of labels goes, and what becomes of it when the printer does not answer.

A destination is written `file:PATH`, `tcp:HOST` or `tcp:HOST:PORT` (9100 when none is said), or
`spool:COMMAND`, which is given the job on its input. Nothing else is ever asked on the network.

A job that cannot be delivered in time is kept in a folder that only the app's user reads, because
people's names stand in it, and is sent again when somebody asks; one that was drawn to be fetched
has no destination. A printer may have printed a part before it fell silent: a label printed twice
is the same label, so no more is lost than paper. After a week a job that nobody asked for is gone.
"""

import json
import os
import secrets
import shlex
import socket
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from postal_app.errors import Conflict, Invalid, Unknown
from postal_app.rules.words import Words

RAW_PORT = 9100
KINDS = ("file", "tcp", "spool")
TIMEOUT_SECONDS = 10.0
KEPT_FOR = timedelta(days=7)
KEPT_IN = "print-jobs"


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
class Origin:
    """Whose job it is: the point that sees it, its printer's name, the items on its labels."""

    point_id: int | None = None
    printer: str = ""
    numbers: tuple[str, ...] = ()


NOBODYS = Origin()


@dataclass(frozen=True, slots=True)
class KeptJob:
    """A job that waits to be sent again, or to be fetched when it has no destination."""

    job: str
    to: Destination | None
    kept_at: datetime
    size: int
    origin: Origin = NOBODYS


def folder_in(home: Path) -> Path:
    """Give where jobs wait in the home folder of an installation."""
    return home / KEPT_IN


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
    origin: Origin = NOBODYS,
    timeout: float = TIMEOUT_SECONDS,
) -> None:
    """Send a job, or keep it.

    Raises:
        PrinterSilent: it could not be sent within so many seconds; it is kept in the folder.
    """
    try:
        _send(job, to, timeout)
    except (OSError, subprocess.SubprocessError) as silent:
        kept = keep(job, to, folder, origin, now=now)
        raise PrinterSilent(why=_reason(silent), job=kept) from silent


def waiting(folder: Path, point_id: int | None = None) -> list[KeptJob]:
    """Give the kept jobs, the oldest first; only those of a point where one is said."""
    kept = [_read(path)[0] for path in sorted(folder.glob("*.job"))]
    return [one for one in kept if point_id in (None, one.origin.point_id)]


def forget_old(folder: Path, *, now: datetime) -> int:
    """Delete the jobs that nobody asked for in a week; give how many they were."""
    old = [one for one in waiting(folder) if one.kept_at < now - KEPT_FOR]
    for one in old:
        _path(folder, one.job).unlink(missing_ok=True)
    return len(old)


def fetch(job: str, folder: Path, point_id: int) -> tuple[KeptJob, bytes]:
    """Give a kept job of a point and its content; it stays.

    Raises:
        UnknownJob: no kept job of this point bears the number.
    """
    path = _path(folder, job)
    if not path.is_file():
        raise UnknownJob(job=job)
    kept, content = _read(path)
    if kept.origin.point_id != point_id:
        raise UnknownJob(job=job)
    return kept, content


def drop(job: str, folder: Path, point_id: int) -> None:
    """Delete a kept job of a point, because nobody needs it any more.

    Raises:
        UnknownJob: no kept job of this point bears the number.
    """
    fetch(job, folder, point_id)
    _path(folder, job).unlink(missing_ok=True)


def deliver_again(
    job: str, folder: Path, *, to: Destination | None = None, timeout: float = TIMEOUT_SECONDS
) -> KeptJob:
    """Send a kept job, to another destination if one is said; it is gone once it is delivered.

    Raises:
        UnknownJob: no kept job bears the number.
        BadDestination: it was drawn to be fetched, and no destination is said.
        PrinterSilent: it could not be sent this time either; it stays.
    """
    path = _path(folder, job)
    if not path.is_file():
        raise UnknownJob(job=job)
    kept, content = _read(path)
    where = to or kept.to
    if where is None:
        raise BadDestination(field="to", written="")
    try:
        _send(content, where, timeout)
    except (OSError, subprocess.SubprocessError) as silent:
        raise PrinterSilent(why=_reason(silent), job=job) from silent
    path.unlink(missing_ok=True)
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


def keep(job: bytes, to: Destination | None, folder: Path, origin: Origin, *, now: datetime) -> str:
    """Keep a job until it is sent or fetched; give its number."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = f"{now:%Y%m%d-%H%M%S}-{secrets.token_hex(3)}"
    side = folder / f".{name}"
    head = {
        "to": str(to or ""),
        "kept_at": now.isoformat(),
        "point_id": origin.point_id,
        "printer": origin.printer,
        "numbers": origin.numbers,
    }
    descriptor = os.open(side, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(json.dumps(head).encode() + b"\n")
        file.write(job)
    side.rename(_path(folder, name))
    return name


def _path(folder: Path, job: str) -> Path:
    """Give where a job lies; a number that is none of ours lies nowhere."""
    ours = job.replace("-", "").isalnum() and job.isascii()
    return folder / (f"{job}.job" if ours else "none/none.job")


def _read(path: Path) -> tuple[KeptJob, bytes]:
    line, content = path.read_bytes().split(b"\n", 1)
    head = json.loads(line)
    origin = Origin(head["point_id"], head["printer"], tuple(head["numbers"]))
    to = destination(head["to"]) if head["to"] else None
    at = datetime.fromisoformat(head["kept_at"])
    return KeptJob(path.stem, to, at, len(content), origin), content
