"""The guards of the house: each reads a tree and gives one sentence for every broken rule.

They take the tree's path, so that `test_guards_bite.py` can show each of them a broken one.
"""

import ast
import functools
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOMS = ("labels", "models", "postal_app", "routes")
LOOSE = ("config.py", "wsgi.py")
LONGEST_FILE = 400
LONGEST_FUNCTION = 40
WATCHED_LENGTHS = {".py", ".js", ".html", ".css"}

# Room or file → what of ours it may import. The longest name that fits a file holds.
FLOORS = {
    "config.py": (),
    "wsgi.py": ("routes.app",),
    "labels": ("labels",),
    "models": ("models",),
    "postal_app": ("postal_app", "models", "labels"),
    "postal_app/errors.py": ("postal_app.rules.words",),
    "postal_app/rules": ("postal_app.rules",),
    "routes": ("routes", "postal_app", "config", "models.database"),
}

# Library → the rooms or files where it is at home. A library that is not named has no home.
HOMES = {
    "alembic": ("models/database.py", "models/migrations"),
    "argon2": ("postal_app/staff.py",),
    "click": ("routes",),
    "cryptography": ("postal_app/identity_photos.py", "postal_app/ledger_keys.py"),
    "flask": ("routes",),
    "flask_wtf": ("routes",),
    "geopy": ("postal_app/geography.py",),
    "gunicorn": ("routes",),
    "jinja2": ("routes",),
    "markupsafe": ("routes",),
    "openpyxl": ("postal_app",),
    "orjson": ("postal_app/rules/chain.py", "models/sets.py", "routes/app.py"),
    "PIL": ("labels", "postal_app/photo_file.py"),
    "psycopg": ("models/database.py",),
    "qrcode": ("labels",),
    "reportlab": ("labels",),
    "sqlalchemy": ("models", "postal_app", "routes/archive.py", "routes/commands"),
    "text_unidecode": ("postal_app/geography.py",),
    "vietnamadminunits": ("postal_app/geography.py",),
    "werkzeug": ("routes",),
    "wtforms": ("routes",),
}

# The rules stand on the standard library alone, even where their room may use more; but for the
# chain, whose one form a quicker writer writes too (ADR 18).
STANDARD_ONLY = ("postal_app/rules", "postal_app/errors.py", "config.py")
STANDARD_AND = {"postal_app/rules/chain.py": "orjson"}

# The door of the command line opens a topic's file only when it is asked for.
MAY_IMPORT_LATE = "routes/commands/__main__.py"

# A revision is one long list of what was done once; nobody works in it again.
REVISIONS = "models/migrations/versions"

# Written in two halves, so that this file does not name them itself.
REGISTRY_HOSTS = re.compile(
    "|".join(
        re.escape(head + tail)
        for head, tail in (
            ("pypi", ".org"),
            ("python", "hosted"),
            ("npm", "js"),
            ("un", "pkg"),
            ("js", "delivr"),
            ("cdn", "js"),
            ("google", "apis"),
            ("arti", "factory"),
            ("index", "-url ="),
        )
    ),
    re.IGNORECASE,
)
NOT_OURS = {".git", ".venv", "instance", "build", "__pycache__", "node_modules", "vendor"}


def wrong_floors(root: Path) -> list[str]:
    """Name each import of ours that goes to a floor where the file may not go."""
    found = []
    for path in product_files(root):
        allowed = FLOORS[longest_fit(name_in(root, path), FLOORS)]
        for line, module in imports(root, path):
            if is_ours(module) and not any(is_within(module, floor) for floor in allowed):
                found.append(f"{name_in(root, path)}:{line} imports {module}")
    return found


def homeless_libraries(root: Path) -> list[str]:
    """Name each library that is used outside its home."""
    found = []
    for path in product_files(root):
        name = name_in(root, path)
        plain = any(is_under(name, place) for place in STANDARD_ONLY)
        for line, module in imports(root, path):
            library = module.partition(".")[0]
            if is_ours(module) or library in sys.stdlib_module_names:
                continue
            if STANDARD_AND.get(name) == library:
                continue
            if plain or not any(is_under(name, home) for home in HOMES.get(library, ())):
                found.append(f"{name}:{line} uses {library}")
    return found


def late_imports(root: Path) -> list[str]:
    """Name each import inside a function, but for the door of the command line."""
    found = []
    for path in product_files(root):
        if name_in(root, path) == MAY_IMPORT_LATE:
            continue
        for function in functions(path):
            found += [
                f"{name_in(root, path)}:{node.lineno} imports inside {function.name}"
                for node in ast.walk(function)
                if isinstance(node, ast.Import | ast.ImportFrom) or is_import_call(node)
            ]
    return found


def circles(root: Path) -> list[str]:
    """Name each file of ours that is reached again from what it imports.

    What is imported for the type checker alone is not counted: two tables may point at each other.
    """
    modules = {module_name(root, path): path for path in product_files(root)}
    graph = {}
    for name, path in modules.items():
        unread = typing_lines(path)
        graph[name] = {
            known
            for line, module in imports(root, path)
            if line not in unread and (known := nearest(module, modules))
        }
    return [f"{name} is imported again by what it imports" for name in graph if loops(name, graph)]


def long_files(root: Path) -> list[str]:
    """Name each file of ours that is too long to be read at once."""
    found = []
    for path in own_files(root):
        if path.suffix in WATCHED_LENGTHS and not is_under(name_in(root, path), REVISIONS):
            length = len(path.read_text(encoding="utf-8").splitlines())
            if length > LONGEST_FILE:
                found.append(f"{name_in(root, path)} has {length} lines")
    return found


def long_functions(root: Path) -> list[str]:
    """Name each function whose body, without its docstring, is too long."""
    found = []
    for path in product_files(root):
        if is_under(name_in(root, path), REVISIONS):
            continue
        for function in functions(path):
            first = function.body[0]
            told = 0
            if ast.get_docstring(function) is not None:
                told = (first.end_lineno or first.lineno) - first.lineno + 1
            length = (function.end_lineno or function.lineno) - function.lineno + 1 - told
            if length > LONGEST_FUNCTION:
                found.append(f"{name_in(root, path)}: {function.name} has {length} lines")
    return found


def unpackaged(root: Path) -> list[str]:
    """Name each room or loose file that pyproject.toml leaves out, or names and has not."""
    told = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    tools = told["tool"]["setuptools"]
    rooms = {
        ".".join(path.parent.relative_to(root).parts)
        for path in product_files(root)
        if path.parent != root and not path.name.startswith("test_")
    }
    loose = {Path(name).stem for name in LOOSE if (root / name).exists()}
    found = [f"{name} is not packaged" for name in sorted(rooms - set(tools["packages"]))]
    found += [f"{name} is packaged and not there" for name in set(tools["packages"]) - rooms]
    found += [f"{name} is not packaged" for name in sorted(loose - set(tools["py-modules"]))]
    return found


def addressed_locks(root: Path) -> list[str]:
    """Name each lock file that says where a library is fetched."""
    return [
        f"{path.name} holds an address"
        for path in sorted(root.glob("*.lock"))
        if "http" in path.read_text(encoding="utf-8", errors="replace")
    ]


def registry_hosts(root: Path) -> list[str]:
    """Name each file that names a registry or a content network."""
    found = []
    for path in own_files(root):
        words = REGISTRY_HOSTS.search(path.read_bytes().decode("utf-8", errors="replace"))
        if words:
            found.append(f"{name_in(root, path)} names {words.group()}")
    return found


def missing_openings(root: Path) -> list[str]:
    """Name each file that does not open with a sentence."""
    return [
        f"{name_in(root, path)} opens without a sentence"
        for path in product_files(root)
        if not ast.get_docstring(parsed(path.read_bytes()))
    ]


@functools.cache
def parsed(words: bytes) -> ast.Module:
    """Give a file's tree; the same words are read once, whatever asks."""
    return ast.parse(words)


def own_files(root: Path) -> Iterator[Path]:
    """Give every file of the tree that somebody of us wrote."""
    for path in sorted(root.iterdir()):
        if path.name in NOT_OURS or path.name.endswith(("_cache", ".egg-info")):
            continue
        if path.is_dir() and not path.is_symlink():
            yield from own_files(path)
        elif path.is_file():
            yield path


def product_files(root: Path) -> Iterator[Path]:
    """Give every Python file of the rooms."""
    for name in LOOSE:
        if (root / name).exists():
            yield root / name
    for room in ROOMS:
        yield from sorted((root / room).rglob("*.py"))


def functions(path: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Give every function of a file, methods and inner ones too."""
    tree = parsed(path.read_bytes())
    return [
        node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def imports(root: Path, path: Path) -> Iterator[tuple[int, str]]:
    """Give line and full name of everything that a file imports, wherever in the file."""
    package = path.parent.relative_to(root).parts
    for node in ast.walk(parsed(path.read_bytes())):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            module = ".".join([*above, *([node.module] if node.module else [])])
            # `from routes import app` imports routes.app; `from routes.app import x` a name in it.
            is_room = (root / module.replace(".", "/")).is_dir() and is_ours(module)
            yield from (
                (node.lineno, f"{module}.{alias.name}" if is_room else module)
                for alias in node.names
            )


def typing_lines(path: Path) -> set[int]:
    """Give the lines that only the type checker reads."""
    return {
        line
        for node in ast.walk(parsed(path.read_bytes()))
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for inner in node.body
        for line in range(inner.lineno, (inner.end_lineno or inner.lineno) + 1)
    }


def is_import_call(node: ast.AST) -> bool:
    """Tell whether a node is `import_module(…)` or `__import__(…)`."""
    if not isinstance(node, ast.Call):
        return False
    return ast.unparse(node.func).rpartition(".")[2] in ("import_module", "__import__")


def is_ours(module: str) -> bool:
    """Tell whether a module is of this house."""
    return module.partition(".")[0] in (*ROOMS, *(Path(name).stem for name in LOOSE))


def is_within(module: str, floor: str) -> bool:
    """Tell whether a module is `floor` or lies in it."""
    return module == floor or module.startswith(f"{floor}.")


def is_under(name: str, place: str) -> bool:
    """Tell whether a file is `place` or lies in it."""
    return name == place or name.startswith(f"{place}/")


def longest_fit(name: str, places: dict[str, tuple[str, ...]]) -> str:
    """Give the narrowest place that a file lies in."""
    return max((place for place in places if is_under(name, place)), key=len)


def name_in(root: Path, path: Path) -> str:
    """Give a file's name in the tree."""
    return path.relative_to(root).as_posix()


def module_name(root: Path, path: Path) -> str:
    """Give the name under which a file is imported."""
    return ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__")


def nearest(module: str, modules: dict[str, Path]) -> str:
    """Give the file that an import opens: the module itself, or the one that holds the name."""
    if module in modules:
        return module
    above = module.rpartition(".")[0]
    return above if above in modules else ""


def loops(start: str, graph: dict[str, set[str]]) -> bool:
    """Tell whether following the imports leads back to `start`."""
    seen: set[str] = set()
    open_names = set(graph[start])
    while open_names:
        name = open_names.pop()
        if name == start:
            return True
        if name not in seen:
            seen.add(name)
            open_names |= graph[name]
    return False
