"""The settings of an installation."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import FrozenInstanceError, fields

import pytest

from config import SETTINGS, Config, SettingError


def test_a_bare_environment_gives_an_installation_of_its_own(tmp_path):
    config = Config.from_environment({}, home=tmp_path)
    assert config.home == tmp_path
    assert config.database_url == ""
    assert config.public_url == "http://127.0.0.1:8000"
    assert config.secure_cookies is False
    assert config.max_upload_bytes == 20 * 1024 * 1024


def test_every_setting_can_be_given_by_the_environment(tmp_path):
    config = Config.from_environment(
        {
            "POSTAL_HOME": str(tmp_path / "bưu cục Lương Sơn"),
            "DATABASE_URL": "postgresql://postal_app@db/postal",
            "OWNER_DATABASE_URL": "postgresql://postal@db/postal",
            "SECRET_KEY": "khóa phiên",
            "LABEL_KEY": "khóa nhãn",
            "PHOTO_KEY": "khóa ảnh",
            "LEDGER_KEY_FILE": str(tmp_path / "khóa sổ"),
            "PUBLIC_URL": "https://hoso.example.vn/",
            "SESSION_HOURS": "8",
            "SECURE_COOKIES": "1",
            "MAX_UPLOAD_MB": "3",
            "TRUSTED_PROXIES": "1",
        }
    )
    assert config == Config(
        home=tmp_path / "bưu cục Lương Sơn",
        secret_key="khóa phiên",
        label_key="khóa nhãn".encode(),
        photo_key="khóa ảnh".encode(),
        ledger_key_file=tmp_path / "khóa sổ",
        public_url="https://hoso.example.vn",
        database_url="postgresql://postal_app@db/postal",
        owner_database_url="postgresql://postal@db/postal",
        session_hours=8,
        secure_cookies=True,
        max_upload_bytes=3 * 1024 * 1024,
        trusted_proxies=1,
    )


def test_every_setting_is_described_in_both_languages():
    assert len(SETTINGS) == len(fields(Config))
    assert all(setting.vi and setting.en for setting in SETTINGS)


def test_a_secret_is_made_once_and_kept_for_its_owner_alone(tmp_path):
    first = Config.from_environment({}, home=tmp_path)
    second = Config.from_environment({}, home=tmp_path)
    assert first == second
    assert len({first.secret_key.encode(), first.label_key, first.photo_key}) == 3
    assert min(len(first.label_key), len(first.photo_key)) >= 32
    assert {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {
        "secret_key": 0o600,
        "label_key": 0o600,
        "photo_key": 0o600,
    }


def test_starters_at_the_same_moment_agree_on_the_secret(tmp_path):
    with ThreadPoolExecutor(16) as starters:
        seen = set(starters.map(lambda _: Config.from_environment({}, tmp_path), range(64)))
    assert len(seen) == 1


def test_an_https_address_keeps_cookies_off_plain_http(tmp_path):
    config = Config.from_environment({"PUBLIC_URL": "https://hoso.example.vn"}, home=tmp_path)
    assert config.secure_cookies is True


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PUBLIC_URL", "hoso.example.vn"),
        ("PUBLIC_URL", "https://hoso.example.vn/tra-cuu"),
        ("SESSION_HOURS", "0"),
        ("SESSION_HOURS", "nửa ngày"),
        ("SECURE_COOKIES", "yes"),
        ("MAX_UPLOAD_MB", "-1"),
        ("TRUSTED_PROXIES", "-1"),
    ],
)
def test_a_wrong_value_is_told_with_its_name(tmp_path, name, value):
    with pytest.raises(SettingError, match=name):
        Config.from_environment({name: value}, home=tmp_path)


def test_a_home_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "instance").write_text("a file, not a folder")
    with pytest.raises(SettingError, match="instance"):
        Config.from_environment({}, home=tmp_path / "instance")


def test_settings_do_not_change_and_do_not_show_their_secrets(tmp_path):
    config = Config.from_environment({"SECRET_KEY": "khóa phiên"}, home=tmp_path)
    with pytest.raises(FrozenInstanceError):
        config.session_hours = 1
    assert "khóa phiên" not in repr(config)
