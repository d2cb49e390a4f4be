"""Every word of the pages has its English, and no English is left over."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from routes.admin import SEEN_THROUGH
from routes.language import TRANSLATIONS

ROUTES = TRANSLATIONS.parent.parent
IN_TEMPLATE = re.compile(r"""(?<![\w.])_\(\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')""")
MARKS = re.compile(r"\{(\w*)\}")


def words_of_the_pages(root: Path) -> set[str]:
    """Give every phrase that a template or a door asks `_` for."""
    found = set()
    for template in sorted((root / "templates").rglob("*.html")):
        text = template.read_text(encoding="utf-8")
        found |= {ast.literal_eval(literal) for literal in IN_TEMPLATE.findall(text)}
    for module in sorted(root.rglob("*.py")):
        found |= set(_asked_in(ast.parse(module.read_text(encoding="utf-8"))))
    return found


def _asked_in(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "_":
            assert isinstance(node.args[0], ast.Constant), (
                "the phrase itself must stand in the call"
            )
            yield str(node.args[0].value)


@pytest.fixture(scope="module")
def english() -> dict[str, str]:
    return json.loads(TRANSLATIONS.read_text(encoding="utf-8"))


def test_every_phrase_has_its_english_and_none_is_left_over(english: dict[str, str]) -> None:
    asked = words_of_the_pages(ROUTES)
    assert (sorted(asked - set(english)), sorted(set(english) - asked)) == ([], [])


def test_both_languages_are_told_the_same_facts(english: dict[str, str]) -> None:
    uneven = [vi for vi, en in english.items() if set(MARKS.findall(vi)) != set(MARKS.findall(en))]
    assert uneven == []


def test_no_english_is_empty_or_still_vietnamese(english: dict[str, str]) -> None:
    still = re.compile(r"[ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]")
    named = re.compile(r"hòa bình|bùi thị hằng|qđ-ubnd|đồng|việt nam|tiếng việt")
    left = [
        en for en in english.values() if not en.strip() or still.search(named.sub("", en.lower()))
    ]
    assert left == []


def test_a_phrase_without_english_is_found(tmp_path: Path, english: dict[str, str]) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "new.html").write_text('<h1>{{ _("Chưa dịch") }}</h1>', "utf-8")
    (tmp_path / "new.py").write_text('said = _("Cũng chưa")\n', "utf-8")
    assert words_of_the_pages(tmp_path) - set(english) == {"Chưa dịch", "Cũng chưa"}


def test_every_door_that_shows_personal_data_has_words_for_the_auditor() -> None:
    noted = {
        door
        for module in ROUTES.rglob("*.py")
        for door in re.findall(
            r"(?:record_(?:view|export)\(\s*\w+,\s*\w+|papers\.give\(\s*\w+|\bPaper\()"
            r',?\s*"([\w.]+)"',
            module.read_text("utf-8"),
        )
    }
    assert noted
    assert noted - set(SEEN_THROUGH) == set()
