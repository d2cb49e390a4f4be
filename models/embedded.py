"""The archive's own PostgreSQL server, for a post that brings none.

Four rules, all held up by locks that the kernel lets go when a process ends, however it ends:

1. Every process that works with the archive holds `users.lock` together with the others.
   Forked children hold it with their parent.
2. One keeper process holds `keeper.lock`. It starts the server, starts it again when it falls,
   and stops it once it can have `users.lock` alone: then nobody is left.
3. The server and all its children hold `alive.lock`. While anyone holds it no second server is
   started; once it is free, whatever `postmaster.pid` says is stale.
4. Who comes first brings the keeper; who finds no keeper brings another, which takes the running
   server over.
"""

import fcntl
import os
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote

PROJECT = Path(__file__).resolve().parent.parent
SUPERUSER = "postgres"

# The longest socket path that every system we run on accepts, in bytes (macOS: 104 with its end).
LONGEST_SOCKET_PATH = 103
SOCKET_NAME = ".s.PGSQL.5432"

# The protocol's shortest question, "do you speak TLS?": eight bytes, answered with one.
KNOCK = (8).to_bytes(4, "big") + (80877103).to_bytes(4, "big")

# How long a joiner waits for a server: a crash recovery after a hard month takes its time.
PATIENCE_SECONDS = 120.0

_memberships: dict[Path, int] = {}


class ArchiveError(Exception):
    """The archive cannot be opened; says in both languages what to do."""

    def __init__(self, vi: str, en: str) -> None:
        super().__init__(vi)
        self.vi = vi
        self.en = en


@dataclass(frozen=True, slots=True)
class Place:
    """Where one server lives on the disk, and with what it runs.

    `binaries` is the folder of `postgres` and `initdb`, the wheel's own when None; `settings`
    are laid over the keeper's for this server.
    """

    folder: Path
    binaries: Path | None = None
    settings: Mapping[str, str] = field(default_factory=dict)

    @property
    def data(self) -> Path:
        """The cluster itself, readable by the database's account alone."""
        return self.folder / "data"

    @property
    def users_lock(self) -> Path:
        """Held by everybody who works with the archive (rule 1)."""
        return self.folder / "users.lock"

    @property
    def keeper_lock(self) -> Path:
        """Held by the one keeper (rule 2)."""
        return self.folder / "keeper.lock"

    @property
    def alive_lock(self) -> Path:
        """Held by the server and all its children (rule 3)."""
        return self.folder / "alive.lock"

    @property
    def socket_folder(self) -> Path:
        """Give the cluster's own folder, or a short one when that path is too long."""
        if len(os.fsencode(self.data / SOCKET_NAME)) <= LONGEST_SOCKET_PATH:
            return self.data
        name = sha256(os.fsencode(self.data)).hexdigest()[:16]
        return Path("/tmp") / f"postal-{name}"  # noqa: S108  made 700 and its owner checked

    @property
    def url(self) -> str:
        """Give the superuser's address, without a database's name."""
        host = quote(str(self.socket_folder), safe="")
        return f"postgresql+psycopg://{SUPERUSER}@/{SUPERUSER}?host={host}"


def join(place: Place) -> str:
    """Make this process one of the archive's users and give the superuser's address.

    The membership lasts until the process ends or calls `leave`. Joining twice counts once.

    Raises:
        ArchiveError: the server cannot be started.
    """
    _become_user(place)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (is_answering(place) and is_held(place.keeper_lock)):
        if time.monotonic() > deadline:
            raise ArchiveError(
                f"Cơ sở dữ liệu không khởi động trong {PATIENCE_SECONDS:.0f} giây; "
                f"xem {place.folder / 'server.log'}.",
                f"The database did not start within {PATIENCE_SECONDS:.0f} seconds; "
                f"see {place.folder / 'server.log'}.",
            )
        _bring_keeper(place)
    return place.url


def leave(place: Place) -> None:
    """End this process's membership; the last to leave lets the keeper stop the server."""
    descriptor = _memberships.pop(place.folder, None)
    if descriptor is not None:
        os.close(descriptor)


def wait_until_stopped(place: Place) -> None:
    """Return once no keeper and no server runs in `place`."""
    for path in (place.keeper_lock, place.alive_lock):
        descriptor = open_lock(path)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        os.close(descriptor)


def is_answering(place: Place) -> bool:
    """Tell whether a server that is ready for work listens in `place`."""
    try:
        lines = (place.data / "postmaster.pid").read_text().split("\n")
    except OSError:
        return False
    if len(lines) < 8 or lines[7].strip() != "ready":
        return False
    with socket.socket(socket.AF_UNIX) as knock:
        knock.settimeout(2)
        try:
            knock.connect(str(place.socket_folder / SOCKET_NAME))
            # A killed server's socket still takes connections for a moment: it has to answer.
            knock.sendall(KNOCK)
            return len(knock.recv(1)) == 1
        except OSError:
            return False


def open_lock(path: Path) -> int:
    """Open a lock file and give its descriptor, which is not handed to started programs."""
    return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)


def take(descriptor: int) -> bool:
    """Try to hold the lock alone, without waiting."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def is_held(path: Path) -> bool:
    """Tell whether any process holds the lock file alone."""
    descriptor = open_lock(path)
    try:
        # Shared, so that two who look at once do not take each other for the holder.
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def _become_user(place: Place) -> None:
    """Hold `users.lock` with the others; waits while a keeper is putting the server away."""
    if place.folder in _memberships:
        return
    try:
        place.folder.mkdir(parents=True, exist_ok=True)
        descriptor = open_lock(place.users_lock)
    except OSError as error:
        raise ArchiveError(
            f"Không ghi được vào thư mục {place.folder}: {error.strerror}.",
            f"The folder {place.folder} cannot be written to: {error.strerror}.",
        ) from error
    fcntl.flock(descriptor, fcntl.LOCK_SH)
    _memberships[place.folder] = descriptor


def _bring_keeper(place: Place) -> None:
    """Run the keeper program; it returns once the server answers, its daemon stays behind."""
    settings = [f"{name}={value}" for name, value in place.settings.items()]
    binaries = [] if place.binaries is None else ["--binaries", str(place.binaries)]
    done = subprocess.run(
        [sys.executable, "-m", "models.keeper", *binaries, str(place.folder), *settings],
        cwd=PROJECT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        with suppress(ValueError):
            vi, en = done.stderr.strip().split("\n")[-2:]
            raise ArchiveError(vi, en)
        raise RuntimeError(f"the keeper of {place.folder} fell: {done.stderr}")
