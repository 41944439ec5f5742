"""Which module of a package imports which, read from its files: what tests of rooms and arrows judge."""

import ast
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

Floors = Sequence[Sequence[str]]
"""Rooms from the top to the bottom; what stands in one row may not import its neighbours."""


def modules_of(package: Path) -> dict[str, Path]:
    """Return the modules of a package by their dotted names below it; `__init__` is the package itself."""
    return {_dotted(path.relative_to(package)): path for path in sorted(package.rglob("*.py"))}


def room_of(module: str) -> str:
    """Return the room of a module: the first part of its name below the package."""
    return module.partition(".")[0]


def imports_of(path: Path, package: Path) -> list[str]:
    """Return what a module imports of its package, as dotted names below it; late and type-only imports count."""
    return [_module_below(package, name) for name in _imported(path) if name.split(".")[0] == package.name]


def upward_imports(package: Path, floors: Floors, room_of: Callable[[str], str] = room_of) -> list[str]:
    """Return the imports that do not go downwards, as `module -> module`; every room needs a floor."""
    floor = {room: number for number, rooms in enumerate(floors) for room in rooms}
    return [
        f"{module} -> {target}"
        for module, path in modules_of(package).items()
        for target in imports_of(path, package)
        if room_of(target) != room_of(module) and floor[room_of(target)] <= floor[room_of(module)]
    ]


def circle_of(package: Path) -> str:
    """Return modules that import each other in a circle, as `module -> module -> module`; empty if there are none."""
    arrows = {module: sorted(set(imports_of(path, package))) for module, path in modules_of(package).items()}
    done: set[str] = set()

    def visit(module: str, way: tuple[str, ...]) -> str:
        if module in way:
            return " -> ".join((*way[way.index(module) :], module))
        if module not in done:
            for target in arrows.get(module, ()):
                if found := visit(target, (*way, module)):
                    return found
            done.add(module)
        return ""

    return next(filter(None, (visit(module, ()) for module in sorted(arrows))), "")


def _imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def _module_below(package: Path, name: str) -> str:
    """Return the module that a dotted name leads to: the name itself, or the module that defines it."""
    below = name.split(".")[1:]
    place = package.joinpath(*below)
    if not (place.is_dir() or place.with_suffix(".py").exists()):
        below = below[:-1]
    return ".".join(below) or "__init__"


def _dotted(path: Path) -> str:
    parts = path.with_suffix("").parts
    return ".".join(parts if parts == ("__init__",) else [part for part in parts if part != "__init__"])
