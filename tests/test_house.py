"""The house stands: floors without a ring, drawers that keep to their work, nothing long, nothing hidden."""

import ast
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("archives", "gis", "search")
FEATURES = (
    "accounts",
    "organisations",
    "projects",
    "procedure",
    "catalogue",
    "accession",
    "pipelines",
    "discovery",
    "facilities",
)
"""In the order of imports: a later one may import an earlier one, never the reverse."""
TOP = frozenset({"app", "cli", "worker", "features", "schema", "serving", "doctor", "demo"})
LONGEST_FUNCTION = 60
LONGEST_FILE = 600
FORBIDDEN_NAMES = ("util", "helper", "manager", "handler")


def _modules() -> Iterator[Path]:
    for package in PACKAGES:
        yield from sorted((ROOT / package).rglob("*.py"))


MODULES = [path.relative_to(ROOT) for path in _modules()]


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse((ROOT / path).read_text(encoding="utf-8"))


def _name(path: Path) -> str:
    return ".".join(path.with_suffix("").parts).removesuffix(".__init__")


KNOWN = {_name(path) for path in MODULES}


def _imports(path: Path) -> set[str]:
    """The modules of ours that a module imports, each by its full name."""
    found: set[str] = set()
    for node in ast.walk(_tree(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            within = {f"{node.module}.{alias.name}" for alias in node.names} & KNOWN
            found |= within or {node.module}
    return found & KNOWN


def _room(name: str) -> str:
    """`archives.core.audit` is in the room `core`; modules on top are their own rooms."""
    parts = name.split(".")
    if parts[0] != "archives":
        return parts[0]
    return parts[1] if len(parts) > 1 else "archives"


def _floor(name: str) -> int:
    """The lowest floor is 0; a module may import from its own room and from below.

    The pages of the reference tables are a door: they stand on the web's floor, though their room is lower.
    """
    room = "web" if name == "archives.reference.views" else _room(name)
    below = ("gis", "search", "archives", "config", "core", "reference", "web", *FEATURES)
    return below.index(room) if room in below else len(below)


def test_imports_form_no_ring() -> None:
    graph = {_name(path): _imports(path) - {_name(path)} for path in MODULES}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail("a ring of imports: " + " → ".join(error.args[1]))


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_a_room_imports_only_from_below(path: Path) -> None:
    room = _room(_name(path))
    for imported in _imports(path):
        other = _room(imported)
        if other in {room, "archives"} or {room, other} == {"config", "core"}:
            continue  # settings and errors are neighbours on the ground
        assert _floor(imported) <= _floor(_name(path)), f"{path} is below {imported}"


@pytest.mark.parametrize("path", [path for path in MODULES if path.parts[0] in {"gis", "search"}], ids=str)
def test_the_ground_knows_nothing_above(path: Path) -> None:
    text = (ROOT / path).read_text(encoding="utf-8")
    roots = {name.split(".")[0] for name in _all_imports(path)}
    assert roots.isdisjoint({"archives", "flask", "werkzeug"})
    assert {"gis", "search"} & roots <= {path.parts[0]}, text[:80]


def _all_imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(_tree(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_imports_stand_at_the_top(path: Path) -> None:
    hidden = [
        f"{path}:{inner.lineno}"
        for outer in ast.walk(_tree(path))
        if isinstance(outer, ast.FunctionDef | ast.AsyncFunctionDef)
        for inner in ast.walk(outer)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]
    assert not hidden


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_every_module_and_public_function_says_what_it_is_for(path: Path) -> None:
    tree = _tree(path)
    assert ast.get_docstring(tree), f"{path} does not say why it is there"
    silent = [
        f"{path}:{node.lineno} {node.name}"
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]
    assert not silent


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_nothing_is_long(path: Path) -> None:
    text = (ROOT / path).read_text(encoding="utf-8")
    assert text.count("\n") <= LONGEST_FILE, f"{path} is too long"
    long = [
        f"{path}:{node.lineno} {node.name}"
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno >= LONGEST_FUNCTION
    ]
    assert not long


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_names_say_something(path: Path) -> None:
    assert not [word for word in FORBIDDEN_NAMES if word in path.stem]


@pytest.mark.parametrize("path", [path for path in MODULES if path.name in {"views.py", "commands.py"}], ids=str)
def test_doors_write_no_sql(path: Path) -> None:
    assert not {name for name in _all_imports(path) if name.startswith("sqlalchemy") and name != "sqlalchemy.orm"}


@pytest.mark.parametrize("path", [path for path in MODULES if path.name in {"rules.py", "drafts.py"}], ids=str)
def test_rules_and_drafts_touch_no_database(path: Path) -> None:
    assert not {name for name in _all_imports(path) if name.startswith("sqlalchemy")}


@pytest.mark.parametrize("path", [path for path in MODULES if path.name == "service.py"], ids=str)
def test_services_know_no_http(path: Path) -> None:
    assert not {name for name in _all_imports(path) if name.split(".")[0] in {"flask", "werkzeug"}}
    assert not {name for name in _imports(path) if _room(name) == "web"}


def test_core_and_reference_know_no_flask() -> None:
    for path in MODULES:
        if path.parts[:2] in {("archives", "core"), ("archives", "reference")} and path.name != "views.py":
            assert not {name for name in _all_imports(path) if name.split(".")[0] == "flask"}, path
