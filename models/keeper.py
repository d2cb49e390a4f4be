"""The keeper: the process that starts, watches and stops the archive's own server.

Run as `python -m models.keeper FOLDER [NAME=VALUE …]` by `models.embedded.join`, whose rules it
keeps. The program returns once the server answers; the keeper itself stays as a daemon.
"""

import fcntl
import os
import signal
import subprocess
import sys
import time
import traceback
from contextlib import suppress
from pathlib import Path

from models.account import database_account, wheel_binaries
from models.embedded import (
    SOCKET_NAME,
    SUPERUSER,
    ArchiveError,
    Place,
    is_answering,
    open_lock,
    take,
)

# Between two looks at the server and at its users, in seconds.
PAUSE_SECONDS = 0.4
# A start may have to replay a long log; a stop writes what is in memory to the disk.
START_SECONDS = 100.0
STOP_SECONDS = 60.0

SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "2GB",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "datestyle": "ISO, DMY",
    "lc_messages": "C",
    "log_checkpoints": "off",
}


class Keeper:
    """One server in one place, from its first start until its last user has left."""

    def __init__(self, place: Place, lock: int) -> None:
        self.place = place
        self.lock = lock
        self.binaries = place.binaries or wheel_binaries()
        self.account = database_account(place.data, self.binaries)
        self.server: subprocess.Popen[bytes] | None = None

    def open(self) -> None:
        """Make the cluster if there is none, and see to it that a server answers.

        Raises:
            ArchiveError: the cluster cannot be made or the server does not start.
        """
        if is_answering(self.place):  # an earlier keeper was killed: its server is taken over
            return
        self.account.let_through(self.place.folder)
        self._make_cluster()
        self._start()

    def keep(self) -> None:
        """Watch until nobody is left, then stop the server."""
        users = open_lock(self.place.users_lock)
        while self._is_in_place():
            if take(users):
                break
            if not is_answering(self.place):
                # A server that cannot come back now is tried again as long as someone waits.
                with suppress(ArchiveError):
                    self.account.let_through(self.place.folder)
                    self._start()
            time.sleep(PAUSE_SECONDS)
        self._stop()

    def _is_in_place(self) -> bool:
        """Tell whether the folder is still the one this keeper was called for."""
        with suppress(FileNotFoundError):
            return os.path.samestat(self.place.keeper_lock.stat(), os.fstat(self.lock))
        return False

    def _make_cluster(self) -> None:
        """Run initdb into a side folder and move it into its place in one step."""
        if self.place.data.exists():
            self._refuse_other_version()
            return
        side = self.place.folder / "data.new"
        self.account.remove(side)  # an earlier attempt was killed half way
        side.mkdir(mode=0o700)
        self.account.own(side)
        plain = ["--auth=trust", f"--username={SUPERUSER}", "--encoding=UTF8", *self._locale()]
        done = self.account.run([self.binaries / "initdb", "--pgdata", side, *plain])
        if done.returncode != 0:
            self.account.remove(side)
            reason = (done.stderr.strip() or done.stdout.strip()).split("\n")[-1]
            raise ArchiveError(
                f"Không tạo được cơ sở dữ liệu trong {self.place.data}: {reason}",
                f"The database could not be made in {self.place.data}: {reason}",
            )
        side.rename(self.place.data)

    def _version(self) -> int:
        done = self.account.run([self.binaries / "postgres", "--version"])
        return int(done.stdout.split()[2].partition(".")[0])

    def _locale(self) -> list[str]:
        """Sort by code point and fold letters by Unicode, the same on every system."""
        if self._version() >= 17:
            return ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        return ["--locale=C.UTF-8"]

    def _refuse_other_version(self) -> None:
        made_by = int((self.place.data / "PG_VERSION").read_text())
        version = self._version()
        if made_by != version:
            raise ArchiveError(
                f"Dữ liệu trong {self.place.data} là của PostgreSQL {made_by}, chương trình này "
                f"mang PostgreSQL {version}; hãy chuyển dữ liệu bằng pg_dump và pg_restore.",
                f"The data in {self.place.data} belong to PostgreSQL {made_by}, this program "
                f"carries PostgreSQL {version}; move the data with pg_dump and pg_restore.",
            )

    def _start(self) -> None:
        """Start the server and return once it answers."""
        deadline = time.monotonic() + START_SECONDS
        alive = open_lock(self.place.alive_lock)
        try:
            # After a killed postmaster its children end by themselves, most of them at once.
            while not take(alive):
                if is_answering(self.place):
                    return
                self._give_up_after(deadline)
            self._prepare_socket_folder()
            self._remove_stale_marks()
            self.server = self._launch(alive)
        finally:
            os.close(alive)
        while not is_answering(self.place):
            if self.server.poll() is not None:
                deadline = 0.0
            self._give_up_after(deadline)

    def _remove_stale_marks(self) -> None:
        """Remove what a killed server left; its number may belong to another process by now."""
        (self.place.data / "postmaster.pid").unlink(missing_ok=True)
        for name in (SOCKET_NAME, f"{SOCKET_NAME}.lock"):
            (self.place.socket_folder / name).unlink(missing_ok=True)

    def _launch(self, alive: int) -> subprocess.Popen[bytes]:
        """Run postgres with `alive.lock` in its hands (rule 3)."""
        settings = {
            **SETTINGS,
            "unix_socket_directories": str(self.place.socket_folder),
            **self.place.settings,
        }
        arguments = [f"--{name}={value}" for name, value in settings.items()]
        with (self.place.folder / "server.log").open("ab") as log:
            return subprocess.Popen(
                [self.binaries / "postgres", "-D", self.place.data, *arguments],
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=[alive],
                start_new_session=True,
                **self.account.identity,
            )

    def _prepare_socket_folder(self) -> None:
        """Make the short folder of a long path, and trust it only if it is ours alone."""
        folder = self.place.socket_folder
        if folder == self.place.data:
            return
        with suppress(FileExistsError):
            folder.mkdir(mode=0o700)
            self.account.own(folder)
        found = folder.lstat()
        if found.st_uid != self.account.uid or found.st_mode & 0o077 or folder.is_symlink():
            raise ArchiveError(
                f"Thư mục {folder} thuộc về người khác; hãy xóa nó hoặc chọn --home ngắn hơn.",
                f"The folder {folder} belongs to somebody else; remove it or choose a shorter "
                "--home.",
            )

    def _give_up_after(self, deadline: float) -> None:
        """Wait a moment.

        Raises:
            ArchiveError: the deadline has passed; names the server's last complaint.
        """
        if time.monotonic() > deadline:
            log = self.place.folder / "server.log"
            lines = log.read_text(errors="replace").strip().split("\n") if log.exists() else [""]
            told = [line for line in lines if "FATAL" in line] or lines
            raise ArchiveError(
                f"Cơ sở dữ liệu không khởi động được ({told[-1]}); xem {log}.",
                f"The database does not start ({told[-1]}); see {log}.",
            )
        time.sleep(0.05)

    def _stop(self) -> None:
        """Stop the server, write everything down, and return once its last process is gone."""
        alive = open_lock(self.place.alive_lock) if self._is_in_place() else None
        kinds = (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL)
        for kind in kinds if alive is not None else kinds[1:]:
            self._signal(kind)
            deadline = time.monotonic() + STOP_SECONDS
            while time.monotonic() < deadline and not self._is_gone(alive):
                time.sleep(0.05)
            if self._is_gone(alive):
                break
        if self.place.socket_folder != self.place.data:
            with suppress(OSError):
                self.place.socket_folder.rmdir()

    def _is_gone(self, alive: int | None) -> bool:
        if self.server is not None and self.server.poll() is None:
            return False
        return alive is None or take(alive)

    def _signal(self, kind: signal.Signals) -> None:
        """Send a signal to the postmaster, our child or one taken over."""
        with suppress(OSError, ValueError):
            if self.server is not None:
                self.server.send_signal(kind)
            else:
                first_line = (self.place.data / "postmaster.pid").read_text().split("\n")[0]
                os.kill(int(first_line), kind)


def main(arguments: list[str]) -> int:
    """Become the keeper of the named folder, or wait for the server of another keeper."""
    binaries = None
    if arguments[0] == "--binaries":
        binaries, arguments = Path(arguments[1]), arguments[2:]
    settings = dict(word.split("=", 1) for word in arguments[1:])
    place = Place(Path(arguments[0]), binaries, settings)
    lock = open_lock(place.keeper_lock)
    while not take(lock):
        if is_answering(place):
            return 0
        time.sleep(0.05)
    return _leave_a_daemon(place, lock)


def _leave_a_daemon(place: Place, lock: int) -> int:
    """Fork the keeper and hand back its first word: 0 once the server answers."""
    reader, writer = os.pipe()
    if os.fork() == 0:
        os.close(reader)
        _be_the_daemon(place, lock, writer)
    os.close(writer)
    with os.fdopen(reader, encoding="utf-8") as said:
        words = said.read()
    if words == "ready":
        return 0
    sys.stderr.write(words)
    return 1


def _be_the_daemon(place: Place, lock: int, writer: int) -> None:
    """Keep the server; never returns."""
    os.setsid()
    os.chdir("/")
    log = os.open(place.folder / "keeper.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    quiet = os.open(os.devnull, os.O_RDONLY)
    for descriptor, target in ((quiet, 0), (log, 1), (log, 2)):
        os.dup2(descriptor, target)
    for kind in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
        # Ctrl-C is meant for the people's processes; the keeper goes when they have gone.
        signal.signal(kind, signal.SIG_IGN)
    with os.fdopen(writer, "w", encoding="utf-8") as said:
        try:
            keeper = Keeper(place, lock)
            keeper.open()
            said.write("ready")
        except ArchiveError as error:
            said.write(f"{error.vi}\n{error.en}")
            said.flush()
            os._exit(1)
        except BaseException:
            said.write(traceback.format_exc())
            said.flush()
            os._exit(1)
    try:
        keeper.keep()
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    fcntl.flock(lock, fcntl.LOCK_UN)
    os._exit(0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
