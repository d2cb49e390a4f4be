"""Every setting of the installation, read once from the environment."""

import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

PROJECT = Path(__file__).resolve().parent


class Setting(NamedTuple):
    """One name in the environment, what holds without it, and what it means in both languages."""

    name: str
    default: str
    vi: str
    en: str


SETTINGS = (
    Setting(
        "DATABASE_URL",
        "",
        "Địa chỉ PostgreSQL (bản 15 trở lên) cho ứng dụng; để trống thì dùng máy chủ đi kèm.",
        "Address of a PostgreSQL server (15 or newer) for the app; empty uses the embedded one.",
    ),
    Setting(
        "OWNER_DATABASE_URL",
        "DATABASE_URL",
        "Địa chỉ của chủ sở hữu các bảng, dùng khi nâng cấp cấu trúc dữ liệu.",
        "Address of the tables' owner, used to bring the shape of the data up to date.",
    ),
    Setting(
        "POSTAL_HOME",
        "instance",
        "Thư mục giữ mọi dữ liệu của bản cài đặt.",
        "Folder that holds all data of the installation.",
    ),
    Setting(
        "SECRET_KEY",
        "<POSTAL_HOME>/secret_key",
        "Khóa bí mật ký phiên đăng nhập; không đặt thì tạo một lần và giữ trong tệp.",
        "Secret that signs the sessions; made once and kept in a file when not set.",
    ),
    Setting(
        "LABEL_KEY",
        "<POSTAL_HOME>/label_key",
        "Khóa bí mật của mã kiểm tra trên nhãn; đổi khóa thì nhãn cũ không còn mở được hành trình.",
        "Secret of the check tag on labels; labels printed under another key lose their timeline.",
    ),
    Setting(
        "PHOTO_KEY",
        "<POSTAL_HOME>/photo_key",
        "Khóa mã hóa ảnh giấy tờ tùy thân; mất khóa thì không ai xem lại được ảnh.",
        "Key that encrypts identity photos; without it nobody can see them again.",
    ),
    Setting(
        "LEDGER_KEY_FILE",
        "<POSTAL_HOME>/ledger_key",
        "Tệp giữ khóa ký niêm của sổ cái; tạo khi niêm lần đầu, thay bằng `postal rotate-key`.",
        "File of the key that signs the ledger's checkpoints; made at the first of them.",
    ),
    Setting(
        "PUBLIC_URL",
        "http://127.0.0.1:8000",
        "Địa chỉ trang tra cứu in trong mã QR của nhãn.",
        "Address of the tracking page printed in the labels' QR code.",
    ),
    Setting(
        "SESSION_HOURS",
        "12",
        "Số giờ một phiên đăng nhập có hiệu lực.",
        "Hours that a sign-in lasts.",
    ),
    Setting(
        "SESSION_IDLE_MINUTES",
        "60",
        "Số phút không thao tác thì phiên đăng nhập kết thúc; những gì đang nhập vẫn được giữ.",
        "Minutes without a click after which a sign-in ends; what is being typed is kept.",
    ),
    Setting(
        "SECURE_COOKIES",
        "1 with an https PUBLIC_URL, else 0",
        "1: cookie chỉ đi qua HTTPS; 0: cho phép HTTP.",
        "1: cookies travel over HTTPS only; 0: HTTP is allowed.",
    ),
    Setting(
        "MAX_UPLOAD_MB",
        "20",
        "Kích thước lớn nhất của một yêu cầu gửi lên, tính bằng MB.",
        "Largest request that is taken in, in megabytes.",
    ),
    Setting(
        "TRUSTED_PROXIES",
        "0",
        "Số máy chủ proxy đứng trước ứng dụng mà địa chỉ người hỏi do chúng ghi là đáng tin.",
        "Number of proxies in front of the app whose word on the asker's address is trusted.",
    ),
)


class SettingError(Exception):
    """A setting cannot be used as it stands; says in both languages what to do."""

    def __init__(self, vi: str, en: str) -> None:
        super().__init__(vi)
        self.vi = vi
        self.en = en


@dataclass(frozen=True, slots=True)
class Config:
    """The settings of one installation.

    Attributes:
        home: folder of the installation's data.
        secret_key: signs the sessions.
        label_key: keys the tag on labels, bytes.
        photo_key: encrypts identity photos, bytes of any length.
        ledger_key_file: holds the key of the ledger's checkpoints; read only to sign one.
        public_url: scheme and host of the tracking page, without a slash at its end.
        database_url: the app's PostgreSQL address; empty for the embedded server.
        owner_database_url: the tables' owner's address; empty for the app's own.
        session_hours: how long a sign-in lasts, in hours.
        session_idle_minutes: after how many idle minutes it ends.
        secure_cookies: whether cookies travel over HTTPS only.
        max_upload_bytes: the largest request taken in, in bytes.
        trusted_proxies: how many proxies in front of the app tell the asker's address.
    """

    home: Path
    secret_key: str
    label_key: bytes
    photo_key: bytes
    ledger_key_file: Path
    public_url: str = "http://127.0.0.1:8000"
    database_url: str = ""
    owner_database_url: str = ""
    session_hours: int = 12
    session_idle_minutes: int = 60
    secure_cookies: bool = False
    max_upload_bytes: int = 20 * 1024 * 1024
    trusted_proxies: int = 0

    @classmethod
    def from_environment(cls, environ: Mapping[str, str], home: Path | None = None) -> "Config":
        """Read every setting; `home` goes before POSTAL_HOME. An empty value counts as none.

        Makes the home folder and, where no secret is set, the files of the secrets.

        Raises:
            SettingError: a value cannot be used, or the home folder cannot be written to.
        """
        place = home or Path(environ.get("POSTAL_HOME") or PROJECT / "instance")
        public_url = _public_url(environ.get("PUBLIC_URL") or "http://127.0.0.1:8000")
        secure_by_default = "1" if public_url.startswith("https:") else "0"
        place = _made(place.expanduser().absolute())
        return cls(
            home=place,
            secret_key=environ.get("SECRET_KEY") or kept_secret(place / "secret_key"),
            label_key=(environ.get("LABEL_KEY") or kept_secret(place / "label_key")).encode(),
            photo_key=(environ.get("PHOTO_KEY") or kept_secret(place / "photo_key")).encode(),
            ledger_key_file=Path(environ.get("LEDGER_KEY_FILE") or place / "ledger_key"),
            public_url=public_url,
            database_url=environ.get("DATABASE_URL", ""),
            owner_database_url=environ.get("OWNER_DATABASE_URL", ""),
            session_hours=_count("SESSION_HOURS", environ.get("SESSION_HOURS") or "12"),
            session_idle_minutes=_count(
                "SESSION_IDLE_MINUTES", environ.get("SESSION_IDLE_MINUTES") or "60"
            ),
            secure_cookies=_yes_or_no(
                "SECURE_COOKIES", environ.get("SECURE_COOKIES") or secure_by_default
            ),
            max_upload_bytes=_count("MAX_UPLOAD_MB", environ.get("MAX_UPLOAD_MB") or "20")
            * 1024
            * 1024,
            trusted_proxies=_none_or_more("TRUSTED_PROXIES", environ.get("TRUSTED_PROXIES") or "0"),
        )

    @property
    def origin(self) -> str:
        """Give the name by which the ledger's checkpoints call this installation."""
        return urlsplit(self.public_url).netloc

    def __repr__(self) -> str:
        """Show where, never the secrets or the passwords in the addresses."""
        return f"Config(home={str(self.home)!r}, public_url={self.public_url!r})"


def _made(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unwritable(folder, error) from error
    return folder


def kept_secret(path: Path) -> str:
    """Give the secret in `path`, made by whoever comes first and the same for everyone.

    The file appears under its name with its content complete, so no second starter can read half.
    """
    with suppress(FileNotFoundError):
        return path.read_text(encoding="ascii").strip()
    side = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        descriptor = os.open(side, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48) + "\n")
            file.flush()
            os.fsync(descriptor)
        with suppress(FileExistsError):
            path.hardlink_to(side)
        side.unlink()
        return path.read_text(encoding="ascii").strip()
    except OSError as error:
        side.unlink(missing_ok=True)
        raise _unwritable(path.parent, error) from error


def _unwritable(folder: Path, error: OSError) -> SettingError:
    return SettingError(
        f"Không ghi được vào thư mục {folder} ({error.strerror}); hãy chọn thư mục khác.",
        f"The folder {folder} cannot be written to ({error.strerror}); choose another.",
    )


def _public_url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/"):
        raise SettingError(
            f"PUBLIC_URL phải có dạng https://ten-mien, không phải «{value}».",
            f"PUBLIC_URL must look like https://host, not “{value}”.",
        )
    return f"{parts.scheme}://{parts.netloc}"


def _count(name: str, value: str) -> int:
    if not value.isascii() or not value.isdecimal() or int(value) == 0:
        raise SettingError(
            f"{name} phải là số nguyên dương, không phải «{value}».",
            f"{name} must be a positive whole number, not “{value}”.",
        )
    return int(value)


def _none_or_more(name: str, value: str) -> int:
    if not value.isascii() or not value.isdecimal():
        raise SettingError(
            f"{name} phải là 0 hoặc số nguyên dương, không phải «{value}».",
            f"{name} must be 0 or a positive whole number, not “{value}”.",
        )
    return int(value)


def _yes_or_no(name: str, value: str) -> bool:
    if value not in ("0", "1"):
        raise SettingError(
            f"{name} phải là 0 hoặc 1, không phải «{value}».",
            f"{name} must be 0 or 1, not “{value}”.",
        )
    return value == "1"
