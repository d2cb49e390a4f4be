"""Each guard, shown a small broken house, names what is broken; shown a sound one, nothing."""

from pathlib import Path

import pytest

from tests.house import guards

PYPROJECT = """
[tool.setuptools]
py-modules = ["config"]
packages = ["labels", "models", "postal_app", "postal_app.rules", "routes"]
"""

SOUND = {
    "pyproject.toml": PYPROJECT,
    "config.py": '"""Settings."""\n',
    "labels/__init__.py": '"""Paper."""\n',
    "models/__init__.py": '"""Things."""\n',
    "postal_app/__init__.py": '"""Work."""\n',
    "postal_app/rules/__init__.py": '"""Rules."""\n',
    "postal_app/rules/custody.py": '"""Custody."""\nfrom dataclasses import dataclass\n',
    "postal_app/scanning.py": '"""Scans."""\nfrom postal_app.rules import custody\n',
    "routes/__init__.py": '"""Doors."""\n',
    "routes/courier.py": '"""The courier."""\nimport flask\nfrom postal_app import scanning\n',
    "requirements.lock": "flask==3.1.3\n",
}

LONG_FUNCTION = '"""Scans."""\ndef scan():\n' + "    seal = 1\n" * 60
INSIDE = '"""Scans."""\ndef scan():\n    '

BROKEN = [
    (guards.wrong_floors, "models/items.py", '"""Items."""\nimport routes.courier\n'),
    (guards.wrong_floors, "models/items.py", '"""Items."""\nfrom postal_app import scanning\n'),
    (guards.wrong_floors, "postal_app/rules/seal.py", '"""Seal."""\nfrom models import x\n'),
    (guards.wrong_floors, "postal_app/rules/seal.py", '"""Seal."""\nfrom .. import scanning\n'),
    (guards.wrong_floors, "labels/slip.py", '"""Slip."""\nimport config\n'),
    (guards.homeless_libraries, "postal_app/scanning.py", '"""Scans."""\nimport flask\n'),
    (guards.homeless_libraries, "routes/courier.py", '"""Courier."""\nimport openpyxl.styles\n'),
    (guards.homeless_libraries, "postal_app/money.py", '"""Money."""\nfrom argon2 import low\n'),
    (guards.homeless_libraries, "postal_app/rules/seal.py", '"""Seal."""\nimport sqlalchemy\n'),
    (guards.homeless_libraries, "postal_app/rules/seal.py", '"""Seal."""\nimport orjson\n'),
    (guards.homeless_libraries, "postal_app/rules/chain.py", '"""Chain."""\nimport flask\n'),
    (guards.homeless_libraries, "routes/courier.py", '"""Courier."""\nimport requests\n'),
    (guards.late_imports, "postal_app/scanning.py", INSIDE + "import json\n"),
    (guards.late_imports, "postal_app/scanning.py", INSIDE + "importlib.import_module('x')\n"),
    (guards.circles, "postal_app/rules/custody.py", '"""C."""\nimport postal_app.scanning\n'),
    (guards.long_files, "routes/static/courier.js", "seal();\n" * 401),
    (guards.long_functions, "postal_app/scanning.py", LONG_FUNCTION),
    (guards.missing_openings, "postal_app/scanning.py", "SEAL = 1\n"),
    (guards.unpackaged, "routes/api/__init__.py", '"""Machines."""\n'),
    (guards.unpackaged, "wsgi.py", '"""The app."""\n'),
    (guards.addressed_locks, "requirements.lock", "flask @ https://example.test/flask.whl\n"),
    (guards.registry_hosts, "docs/manual.md", "Fetch it from py" + "pi.org.\n"),
]


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A small house in order."""
    for name, words in SOUND.items():
        write(tmp_path, name, words)
    return tmp_path


@pytest.mark.parametrize(("guard", "name", "words"), BROKEN)
def test_a_guard_names_the_broken_file(house, guard, name, words):
    assert guard(house) == []
    write(house, name, words)
    findings = guard(house)
    assert findings
    told = Path(name).stem if guard is not guards.unpackaged else "is not packaged"
    assert any(told in finding for finding in findings)


def test_every_guard_has_been_seen_to_bite():
    watching = {
        name
        for name, thing in vars(guards).items()
        if getattr(thing, "__module__", "") == guards.__name__
        and getattr(thing, "__annotations__", {}).get("return") == list[str]
    }
    assert watching == {guard.__name__ for guard, _, _ in BROKEN}


def test_vendored_files_may_be_long(house):
    write(house, "routes/static/vendor/htmx.js", "x;\n" * 3000)
    assert guards.long_files(house) == []


def write(house: Path, name: str, words: str) -> None:
    """Put one file into the house."""
    path = house / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(words, encoding="utf-8")
