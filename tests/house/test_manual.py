"""The manuals say what is so: commands, settings, words of the screen, states, links, pictures."""

from pathlib import Path

import click
import pytest

from postal_app.rules.vocabulary import KINDS
from tests.house import manual, vocabulary_page
from tests.house.manual import ROOT

MANUALS = ROOT / "docs" / "manual"
PAGES = (ROOT / "README.md", *sorted(MANUALS.glob("*.md")))
FOR_PEOPLE = tuple(page for page in sorted(MANUALS.glob("*.md")) if page.stem != "trang-thai")
ADMINISTRATOR = MANUALS / "quan-tri.md"
STATES = MANUALS / "trang-thai.md"
KEYS_OF = {"giao-dich-vien"}  # only the counter is worked by shortcuts


@pytest.fixture(scope="module")
def commands() -> dict[str, click.Command]:
    return manual.real_commands()


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def test_every_command_and_option_stands_in_the_manual_and_no_other(commands) -> None:
    assert list(manual.wrong_commands(read(ADMINISTRATOR), commands)) == []


def test_every_setting_stands_in_the_manual_with_its_meaning_and_no_other(commands) -> None:
    assert list(manual.wrong_settings(read(ADMINISTRATOR), commands)) == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_link_leads_nowhere(page: Path) -> None:
    assert list(manual.lost_links(page, read(page))) == []


def test_every_picture_is_there_and_has_words() -> None:
    assert [lost for page in PAGES for lost in manual.lost_pictures(page, read(page))] == []


def test_every_picture_that_is_kept_is_shown_in_a_manual() -> None:
    kept = {path.resolve() for path in manual.MANUAL_PICTURES.glob("*.png")}
    assert sorted(path.name for path in kept - manual.shown_pictures()) == []


@pytest.mark.parametrize("page", FOR_PEOPLE, ids=lambda page: page.name)
def test_what_a_manual_quotes_is_what_the_pages_say(page: Path) -> None:
    assert list(manual.unspoken(read(page))) == []


@pytest.mark.parametrize("page", FOR_PEOPLE, ids=lambda page: page.name)
def test_the_manuals_tell_the_shortcuts_that_the_pages_show(page: Path) -> None:
    expected = manual.keys_on_pages() if page.stem in KEYS_OF else set()
    assert manual.keys_told(read(page)) == expected


def test_every_manual_is_reached_from_the_readme_or_from_another_manual() -> None:
    told = {(page.parent / address).resolve() for page in PAGES for address in linked(page)}
    assert [page.name for page in MANUALS.glob("*.md") if page.resolve() not in told] == []


def test_the_page_of_states_says_what_the_tables_say(pytestconfig: pytest.Config) -> None:
    if pytestconfig.getoption("--write-manual"):
        STATES.write_text(vocabulary_page.page(), encoding="utf-8")
    assert read(STATES) == vocabulary_page.page()


def linked(page: Path) -> list[str]:
    return [address.partition("#")[0] for _, _, address in manual.LINK.findall(read(page))]


def test_a_manual_that_leaves_out_or_invents_a_command_is_found(commands) -> None:
    text = read(ADMINISTRATOR)
    doctored = text.replace("--workers", "--helpers").replace("`postal verify", "`postal check")
    found = set(manual.wrong_commands(doctored, commands))
    assert {
        "postal serve --workers is missing",
        "postal serve has no --helpers",
        "there is no --helpers",
        "postal verify has no section",
        "there is no postal check",
    } <= found


def test_a_manual_that_leaves_out_or_invents_a_setting_is_found(commands) -> None:
    doctored = read(ADMINISTRATOR).replace("`LABEL_KEY`", "`LABEL_SECRET`")
    doctored = doctored.replace("Số giờ một phiên đăng nhập có hiệu lực.", "Số giờ.")
    assert list(manual.wrong_settings(doctored, commands))[:3] == [
        "LABEL_KEY has no row",
        "SESSION_HOURS does not say «Số giờ một phiên đăng nhập có hiệu lực.»",
        "LABEL_SECRET is no setting",
    ]


def test_a_lost_link_and_a_picture_without_words_are_found(tmp_path: Path) -> None:
    (tmp_path / "co.md").touch()
    text = "[có](co.md#phan) [không](mat.md) ![](anh.png) [ngoài](https://example.org/x)"
    page = tmp_path / "trang.md"
    assert [*manual.lost_links(page, text), *manual.lost_pictures(page, text)] == [
        "trang.md: mat.md is not there",
        "trang.md: the picture anh.png has no words",
        "trang.md: anh.png is not there",
    ]


def test_a_phrase_that_no_page_says_is_found() -> None:
    text = "«Lưu chữ ký», rồi «Hồ sơ H28-1 đã có\nkết quả; chưa phải là đã trả.», «Bấm đây»."
    assert list(manual.unspoken(text)) == ["no page says «Bấm đây»"]


def test_a_new_kind_of_event_changes_the_page_of_states() -> None:
    assert vocabulary_page.page(KINDS | {"returned": KINDS["arrived"]}) != read(STATES)
