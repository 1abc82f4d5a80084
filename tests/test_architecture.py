"""What may stand where: who imports whom, how long a file is, which names and libraries belong to which room."""

import ast
import shutil
import subprocess
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("bot", "handlers", "storage")
SOURCES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
EVERYTHING = [*SOURCES, *sorted((ROOT / "tests").rglob("*.py"))]

MAY_IMPORT = {"bot": {"bot", "handlers", "storage"}, "storage": {"storage", "handlers"}, "handlers": {"handlers"}}
OF_HANDLERS_FOR_STORAGE = {"handlers.model", "handlers.record", "handlers.errors"}
FORBIDDEN_NAMES = {"utils", "helpers", "common", "misc", "base", "core", "manager", "service"}
FILLED_INITS = {
    "handlers/formats/__init__.py",
    "handlers/stance/__init__.py",
    "storage/__init__.py",
    "bot/commands/__init__.py",
}
ROOMS = {
    "discord": ("bot/",),
    "apscheduler": ("bot/",),
    "sqlalchemy": ("storage/",),
    "alembic": ("storage/",),
    "feedparser": ("handlers/formats/feed.py",),
}
CLOCKS = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "time.time_ns"}


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


MODULES = {module_of(path): path for path in SOURCES}


def imports(path: Path, *, at_start: bool = False) -> Iterator[str]:
    """Every module that a file imports, `from package import module` as the module; `at_start`: outside functions only."""
    nodes = top_level(tree(path)) if at_start else ast.walk(tree(path))
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                longer = f"{node.module}.{alias.name}"
                yield longer if longer in MODULES else node.module


def top_level(node: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        is_for_types = isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test)
        if not is_for_types and not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield child
            yield from top_level(child)


def dotted(path: Path) -> Iterator[str]:
    """Every `a.b.c` that a file reads, and what it imports by name from `a.b`."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Attribute):
            yield ast.unparse(node)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_there_is_something_to_check() -> None:
    assert len(SOURCES) > 20


@pytest.mark.parametrize("package", PACKAGES)
def test_imports_run_one_way(package: str) -> None:
    for path in (path for path in SOURCES if name_of(path).startswith(f"{package}/")):
        ours = {module for module in imports(path) if module.partition(".")[0] in {*PACKAGES, "tests"}}
        assert {module.partition(".")[0] for module in ours} <= MAY_IMPORT[package], name_of(path)
        if package == "storage":
            assert {module for module in ours if module.startswith("handlers")} <= OF_HANDLERS_FOR_STORAGE, name_of(path)


def test_the_model_and_the_errors_import_nothing_of_ours() -> None:
    for name in ("handlers/model.py", "handlers/errors.py"):
        assert not [module for module in imports(ROOT / name) if module.partition(".")[0] in PACKAGES], name


def test_no_imports_go_round() -> None:
    edges = {name: {m for m in imports(path, at_start=True) if m in MODULES} - {name} for name, path in MODULES.items()}
    # Take away, again and again, what imports nothing that is left; a cycle is what stays.
    while free := {name for name, needed in edges.items() if not needed}:
        edges = {name: needed - free for name, needed in edges.items() if name not in free}
    assert edges == {}


def test_no_import_is_relative() -> None:
    found = [name_of(p) for p in EVERYTHING for node in ast.walk(tree(p)) if isinstance(node, ast.ImportFrom) and node.level]
    assert found == []


def test_files_are_short() -> None:
    lengths = {name_of(path): len(path.read_text(encoding="utf-8").splitlines()) for path in EVERYTHING}
    assert {name: length for name, length in lengths.items() if length > 300} == {}


def test_names_say_what_is_inside() -> None:
    assert [
        name for name in map(name_of, EVERYTHING) if FORBIDDEN_NAMES & {part.removesuffix(".py") for part in name.split("/")}
    ] == []


def test_modules_say_what_they_do() -> None:
    assert [name_of(path) for path in SOURCES if tree(path).body and not ast.get_docstring(tree(path))] == []


def test_only_four_packages_have_a_door() -> None:
    filled = {name_of(path) for path in SOURCES if path.name == "__init__.py" and path.read_text(encoding="utf-8").strip()}
    assert filled <= FILLED_INITS


@pytest.mark.parametrize("library", ROOMS)
def test_libraries_stay_in_their_room(library: str) -> None:
    users = {name_of(path) for path in SOURCES if library in {module.partition(".")[0] for module in imports(path)}}
    assert users
    assert [name for name in users if not name.startswith(ROOMS[library])] == []


def test_only_the_settings_read_the_environment() -> None:
    reading = {name_of(path) for path in SOURCES if {"os.environ", "os.getenv"} & set(dotted(path))}
    assert reading <= {"bot/settings.py"}


def test_only_the_bot_knows_what_time_it_is() -> None:
    telling = {name_of(path) for path in SOURCES for use in dotted(path) if use.removeprefix("datetime.") in CLOCKS}
    assert [name for name in telling if not name.startswith("bot/")] == []


def test_data_files_lie_inside_the_packages_that_are_built() -> None:
    """The wheel is made of these packages with every file that git does not ignore."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert wheel["packages"] == list(PACKAGES)
    assert not {"exclude", "only-include", "artifacts"} & wheel.keys()


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_no_data_file_is_ignored() -> None:
    files = [path for package in PACKAGES for path in (ROOT / package).rglob("*") if path.is_file() and path.suffix != ".pyc"]
    assert {".toml", ".jsonl", ".html", ".mako"} <= {path.suffix for path in files}
    command = ["git", "check-ignore", "--no-index", "--stdin"]
    ignored = subprocess.run(
        command, cwd=ROOT, input="\n".join(map(name_of, files)), capture_output=True, text=True, check=False
    )
    assert ignored.stdout == ""
