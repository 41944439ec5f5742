"""Which names the models and the revision files mention: what bears one of them came by way of this project.

A file mentions what stands in it as a word. Where a name is put together (`f"{table}_updated_at"`), the SQL that the
revisions would run is asked; that takes importing them, so only names that no file mentions come so far.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import DDL, MetaData
from sqlalchemy.types import TypeEngine

from alembic_rollout.comparison.sqlalchemy_private import sequences_of
from alembic_rollout.comparison.types.enum_types import type_parts
from alembic_rollout.project.tree import version_folders

if TYPE_CHECKING:
    from alembic_rollout.project.environment import Environment

_WORD = re.compile(r"[^\W\d][\w$]*")
_HOOKS = ("before_create", "after_create")


class Mentions:
    """The names that a project mentions; `name in mentions`, in upper or lower case.

    Args:
        environment: whose revisions.
        metadata: of the models, each.
    """

    def __init__(self, environment: "Environment", metadata: Sequence[MetaData]) -> None:
        self._environment = environment
        self._metadata = metadata

    def __contains__(self, name: str) -> bool:
        name = name.lower()
        return name in self._of_models or _mentions(self._text, self._words, name) or name in self._rendered

    @cached_property
    def _of_models(self) -> frozenset[str]:
        return frozenset(name.lower() for one in self._metadata for name in _names_of(one))

    @cached_property
    def _text(self) -> str:
        files = [file.path for file in self._environment.tree.files]
        for folder in version_folders(self._environment.script):
            files += [*folder.rglob("*.py"), *folder.rglob("*.sql")]
        return "\n".join(_read(file) for file in dict.fromkeys(files)).lower()

    @cached_property
    def _words(self) -> frozenset[str]:
        return frozenset(_WORD.findall(self._text))

    @cached_property
    def _rendered(self) -> frozenset[str]:
        from alembic_rollout.project.rendering import Reader  # noqa: PLC0415 - see the module's docstring

        with Reader(self._environment) as reader:
            rendered = [reading.upgrade for reading in reader.read(self._environment.tree.order, ["upgrade"])]
        text = "\n".join(statement.sql for one in rendered for statement in one.statements)
        return frozenset(_WORD.findall(text.lower()))


def _read(file: Path) -> str:
    return file.read_text(errors="replace")


def _mentions(text: str, words: frozenset[str], name: str) -> bool:
    if _WORD.fullmatch(name):
        return name in words
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text) is not None  # such as uuid-ossp


def _names_of(metadata: MetaData) -> Iterator[str]:
    yield from (str(sequence.name) for sequence in sequences_of(metadata))
    for table in metadata.tables.values():
        yield table.name
        for column in table.columns:
            yield from _names_of_type(column.type)
        yield from _names_in_hooks(table.dispatch)
    yield from _names_in_hooks(metadata.dispatch)


def _names_in_hooks(dispatch: object) -> Iterator[str]:
    """Yield the words of the DDL that the models run when they are created."""
    for hook in _HOOKS:
        for listener in getattr(dispatch, hook):
            if isinstance(listener, DDL):
                yield from _WORD.findall(listener.statement)


def _names_of_type(type_: TypeEngine[object]) -> Iterator[str]:
    """Yield the names of the types that a column's type creates: an enum, a domain, an array of them."""
    for part in type_parts(type_):
        name = getattr(part, "name", None)
        if isinstance(name, str):
            yield name
