"""What the manuals say, read by machine: words of the screen, keys, commands, settings, links.

Each function takes a text and gives one sentence for everything in it that is not so.
"""

import ast
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

import click

from config import SETTINGS
from routes.commands.__main__ import COMMANDS, main

ROOT = Path(__file__).resolve().parents[2]
MANUAL_PICTURES = ROOT / "docs" / "pictures"
LAUNCHER_ONLY = frozenset({"test"})  # `./postal test` is the launcher's own
ON_EVERY_COMMAND = frozenset({"--home", "--help"})  # told once, before the commands

_CODE = re.compile(r"`([^`\n]+)`")
_COMMAND = re.compile(r"(?:^|\s)(?:\./)?postal ([a-z][\w-]*)")
_OPTION = re.compile(r"(?<![\w-])--[a-z][\w-]*")
_CAPITALS = re.compile(r"[A-Z][A-Z_]{2,}")
LINK = re.compile(r"(!?)\[([^\]]*)\]\(([^)\s]+)\)")
_QUOTED = re.compile(r"«((?:[^«»]|«[^«»]*»)+)»")  # a phrase may quote another
_KEY = re.compile(r"Alt [A-Z]\b")
_MARK = re.compile(r"\{\w*\}")


def wrong_commands(text: str, commands: Mapping[str, click.Command]) -> Iterator[str]:
    """Name each command and option that the manual leaves out, or that is none.

    A command has a section of its own, headed by its name, in which each of its options stands.
    """
    told = sections(text)
    for name, command in commands.items():
        if name not in told:
            yield f"postal {name} has no section"
            continue
        there, real = set(_OPTION.findall(told[name])), options(command)
        yield from (f"postal {name} {one} is missing" for one in sorted(real - there))
        yield from (f"postal {name} has no {one}" for one in sorted(there - real))
    real = {one for command in commands.values() for one in options(command)} | ON_EVERY_COMMAND
    yield from (
        f"{one} is missing" for one in sorted(ON_EVERY_COMMAND - set(_OPTION.findall(text)))
    )
    for code in _CODE.findall(text):
        for name in _COMMAND.findall(code):
            if name not in commands and name not in LAUNCHER_ONLY:
                yield f"there is no postal {name}"
        yield from (f"there is no {one}" for one in _OPTION.findall(code) if one not in real)


def wrong_settings(text: str, commands: Mapping[str, click.Command]) -> Iterator[str]:
    """Name each setting that lacks its row or its meaning, and each capital word that is none."""
    rows = {row.split("|")[1].strip(" `"): row for row in text.splitlines() if row.startswith("|")}
    for setting in SETTINGS:
        if setting.name not in rows:
            yield f"{setting.name} has no row"
        elif setting.vi not in rows[setting.name]:
            yield f"{setting.name} does not say «{setting.vi}»"
    known = {setting.name for setting in SETTINGS} | set(arguments(commands.values()))
    for code in _CODE.findall(text):
        if _CAPITALS.fullmatch(code) and code not in known:
            yield f"{code} is no setting"


def lost_links(path: Path, text: str) -> Iterator[str]:
    """Name each link of a page that leads nowhere."""
    for picture, _, address in LINK.findall(text):
        if not picture and "://" not in address and not _there(path, address).exists():
            yield f"{path.name}: {address} is not there"


def lost_pictures(path: Path, text: str) -> Iterator[str]:
    """Name each picture of a page that is not there, or says nothing to who cannot see it."""
    for picture, words, address in LINK.findall(text):
        if picture and not words.strip():
            yield f"{path.name}: the picture {address} has no words"
        if picture and not _there(path, address).exists():
            yield f"{path.name}: {address} is not there"


def shown_pictures() -> set[Path]:
    """Give every picture that the README or a manual shows."""
    pages = (ROOT / "README.md", *sorted((ROOT / "docs" / "manual").glob("*.md")))
    return {
        _there(page, address).resolve()
        for page in pages
        for picture, _, address in LINK.findall(page.read_text(encoding="utf-8"))
        if picture and "://" not in address
    }


def _there(path: Path, address: str) -> Path:
    return path.parent / address.partition("#")[0]


def unspoken(text: str) -> Iterator[str]:
    """Name each «phrase» that no page says."""
    plain, patterns = words_on_screen()
    for phrase in _QUOTED.findall(" ".join(text.split())):
        said = phrase.casefold().rstrip(".")
        if (
            said.strip()
            and said not in plain
            and not any(pattern.fullmatch(said) for pattern in patterns)
        ):
            yield f"no page says «{phrase}»"


def keys_on_pages() -> set[str]:
    """Give the shortcuts that the pages show."""
    pages = (ROOT / "routes" / "templates").rglob("*.html")
    return {
        key
        for page in pages
        for key in re.findall(r"<kbd>(Alt [A-Z])</kbd>", page.read_text(encoding="utf-8"))
    }


def keys_told(text: str) -> set[str]:
    """Give the shortcuts that a manual tells."""
    return set(_KEY.findall(text))


def real_commands() -> dict[str, click.Command]:
    """Give every command of `postal`, imported."""
    context = click.Context(main)
    found = {name: main.get_command(context, name) for name in COMMANDS}
    return {name: command for name, command in found.items() if command is not None}


def options(command: click.Command) -> set[str]:
    """Give the options of a command, or of a group's, but for those that are told once for all."""
    parts = command.commands.values() if isinstance(command, click.Group) else ()
    found = {
        name
        for param in [*command.params, *(param for part in parts for param in part.params)]
        if isinstance(param, click.Option)
        for name in (*param.opts, *param.secondary_opts)
    }
    return {name for name in found if name.startswith("--")} - ON_EVERY_COMMAND


def arguments(commands: Iterable[click.Command]) -> Iterator[str]:
    """Give the words that stand for what a command is given, as its help writes them."""
    for command in commands:
        for param in command.params:
            if param.metavar:
                yield param.metavar
            elif isinstance(param, click.Argument) and param.name:
                yield param.name.upper()


def sections(text: str) -> dict[str, str]:
    """Give the section of each command, by its name; a heading of any depth ends it."""
    parts = re.split(r"^#+ (.*)$", text, flags=re.MULTILINE)
    found = {}
    for head, body in zip(parts[1::2], parts[2::2], strict=True):
        named = re.search(r"`postal ([\w-]+)", head)
        if named:
            found[named[1]] = body
    return found


@cache
def words_on_screen() -> tuple[frozenset[str], tuple[re.Pattern[str], ...]]:
    """Give what the pages can say: whole phrases, and patterns of those with marks in them."""
    said = set(json.loads((ROOT / "routes/translations/en.json").read_text(encoding="utf-8")))
    for room in ("routes", "postal_app"):
        for path in (ROOT / room).rglob("*.py"):
            said |= set(_spoken(ast.parse(path.read_text(encoding="utf-8"))))
    folded = {phrase.casefold().rstrip(".") for phrase in said}
    marked = {phrase for phrase in folded if _MARK.search(phrase)}
    patterns = ("(.+)".join(map(re.escape, _MARK.split(phrase))) for phrase in sorted(marked))
    return frozenset(folded - marked), tuple(
        re.compile(pattern) for pattern in patterns if pattern.replace("(.+)", "").strip("\\ ")
    )


def _spoken(tree: ast.AST) -> Iterator[str]:
    """Give the Vietnamese of every `Words(…)`, and each column of a list to be imported."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            first = node.args[0] if node.func.id == "Words" and node.args else None
            if isinstance(first, ast.Constant):
                yield str(first.value)
        elif isinstance(node, ast.ClassDef) and node.name == "Column":
            for line in node.body:
                if isinstance(line, ast.Assign) and isinstance(line.value, ast.Constant):
                    yield str(line.value.value)
