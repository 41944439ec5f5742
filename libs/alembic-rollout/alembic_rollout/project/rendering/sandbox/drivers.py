"""Drivers of PostgreSQL that are written in C and so announce no connection: refused by name once they are imported."""

import importlib.abc
import importlib.machinery
import sys
from collections.abc import Sequence
from types import ModuleType
from typing import Any, NoReturn

from alembic_rollout.project.rendering.watch import refuse


def refuse_drivers() -> None:
    """Refuse connections of psycopg2 and psycopg, imported already or later."""
    for name in _PATCHES:
        if name in sys.modules:
            _patch(sys.modules[name])
    sys.meta_path.insert(0, _Finder())


class _Finder(importlib.abc.MetaPathFinder):
    """Lets the drivers be imported as always and changes them afterwards."""

    def __init__(self) -> None:
        self._is_looking = False

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Return the spec that Python finds, with a loader that changes the module."""
        if fullname not in _PATCHES or self._is_looking:
            return None
        self._is_looking = True
        try:
            spec = _found(fullname, path, target)
        finally:
            self._is_looking = False
        if spec is not None and spec.loader is not None:
            spec.loader = _Loader(spec.loader)
        return spec


def _found(
    fullname: str, path: Sequence[str] | None, target: ModuleType | None
) -> importlib.machinery.ModuleSpec | None:
    for finder in sys.meta_path:
        spec = None if isinstance(finder, _Finder) else finder.find_spec(fullname, path, target)
        if spec is not None:
            return spec
    return None


class _Loader(importlib.abc.Loader):
    """Changes a module as soon as it has been run.

    Args:
        loader: its own.
    """

    def __init__(self, loader: Any) -> None:  # noqa: ANN401 - some are no `Loader`
        self._loader = loader

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - what its own loader has besides
        return getattr(self._loader, name)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType | None:
        """Return what its own loader makes."""
        module: ModuleType | None = self._loader.create_module(spec)
        return module

    def exec_module(self, module: ModuleType) -> None:
        """Run the module, then change it."""
        self._loader.exec_module(module)
        _patch(module)


def _patch(module: ModuleType) -> None:
    for name in _PATCHES[module.__name__]:
        owner_name, _, attribute = name.rpartition(".")
        owner = getattr(module, owner_name, None) if owner_name else module
        original = getattr(owner, attribute, None)
        if owner is not None and original is not None:
            setattr(owner, attribute, _refused(original, f"{module.__name__}.{name}"))


def _refused(original: Any, shown: str) -> Any:  # noqa: ANN401 - a class for a class, a function for a function
    problem = f"a connection of its own is opened ({shown})"
    if isinstance(original, type):

        def connect(self: object, *_: object, **__: object) -> NoReturn:  # noqa: ARG001 - a constructor
            refuse(problem)

        return type(original.__name__, (original,), {"__init__": connect, "__module__": original.__module__})

    def refused(*_: object, **__: object) -> NoReturn:
        refuse(problem)

    return refused


# `psycopg2` and its `extensions` and `extras` take both names from the C module, which is imported first.
_PATCHES: dict[str, tuple[str, ...]] = {
    "psycopg2._psycopg": ("_connect", "connection"),
    "psycopg2": ("_connect", "connect"),
    "psycopg2.extensions": ("connection",),
    "psycopg": ("connect",),
    "psycopg.connection": ("Connection.connect",),
    "psycopg.connection_async": ("AsyncConnection.connect",),
    "psycopg.generators": ("connect",),
    "psycopg.pq.pq_ctypes": ("PGconn.connect", "PGconn.connect_start", "PGconn.ping"),
}
