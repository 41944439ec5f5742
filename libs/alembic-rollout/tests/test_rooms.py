"""The rooms of the library: every import goes downwards, and none goes in a circle."""

import ast
from pathlib import Path

import pytest

import alembic_rollout

PACKAGE = Path(alembic_rollout.__file__).parent
# From the top to the bottom; what stands in one row may not import its neighbours.
FLOORS = (
    ("__init__",),
    ("running",),
    ("command_line",),
    ("commands",),
    ("metrics",),
    ("upgrade",),
    ("rehearsal",),
    ("lint", "drift"),
    ("backup", "operations", "numbering"),
    ("releases",),
    ("scratch",),
    ("history",),
    ("project",),
    ("ending",),
    ("databases",),
    ("postgres",),
    ("sql",),
    ("logs", "output"),
    ("settings",),
    ("variables",),
    ("redaction",),
    ("durations", "errors", "signals", "wording"),
)
FLOOR = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}
MODULES = sorted(PACKAGE.rglob("*.py"))


def room_of(module: str) -> str:
    """Return the room of a dotted name below the package: its first part; the package itself is `__init__`."""
    return module.partition(".")[0] or "__init__"


def dotted(path: Path) -> str:
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts if parts == ("__init__",) else [part for part in parts if part != "__init__"])


def imports_of(path: Path) -> list[str]:
    """Return what a module imports of this package, as dotted names below it; late and type-only imports count."""
    found = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "alembic_rollout":
            below = node.module.removeprefix("alembic_rollout").removeprefix(".")
            names = [alias.name for alias in node.names]
            found += [f"{below}.{name}".removeprefix(".") if is_module(below, name) else below for name in names]
    return found


def is_module(below: str, name: str) -> bool:
    place = PACKAGE.joinpath(*filter(None, below.split(".")), name)
    return place.is_dir() or place.with_suffix(".py").exists()


@pytest.mark.parametrize("path", MODULES, ids=dotted)
def test_every_import_goes_downwards(path: Path) -> None:
    own = room_of(dotted(path))
    assert [name for name in imports_of(path) if room_of(name) != own and FLOOR[room_of(name)] <= FLOOR[own]] == []


def test_no_circle_within_a_room() -> None:
    arrows = {dotted(path): set(imports_of(path)) for path in MODULES}
    done: set[str] = set()

    def visit(module: str, way: tuple[str, ...]) -> None:
        assert module not in way, " -> ".join((*way[way.index(module) :], module))
        if module in done:
            return
        for target in sorted(arrows.get(module, ())):
            visit(target, (*way, module))
        done.add(module)

    for module in sorted(arrows):
        visit(module, ())


def test_every_folder_says_what_it_is_for_and_stays_small() -> None:
    for folder in {path.parent for path in MODULES}:
        assert ast.get_docstring(ast.parse((folder / "__init__.py").read_text())), folder
        one_file_a_verb = folder.name == "commands"
        assert one_file_a_verb or len(list(folder.glob("*.py"))) <= 14, folder


def test_no_two_modules_of_one_name_do_different_things() -> None:
    """A verb's module may be called like the room that does its work."""
    names = [path.stem for path in MODULES if path.parent.name != "commands" and path.name != "__init__.py"]
    assert sorted({name for name in names if names.count(name) > 1}) == []
