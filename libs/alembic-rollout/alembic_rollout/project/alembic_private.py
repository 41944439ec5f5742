"""The private names of Alembic that this library uses, all of them, each with why there is no public way.

`tests/project/test_alembic_private.py` names the version that they were checked against.
"""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from os import PathLike
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar

import alembic.context
import alembic.op
import alembic.util
from alembic.autogenerate import RevisionContext, render
from alembic.autogenerate.api import AutogenContext
from alembic.config import CommandFunction, CommandLine
from alembic.runtime.migration import MigrationContext, RevisionStep
from alembic.script import Script, ScriptDirectory
from alembic.util import sqla_compat
from sqlalchemy import CheckConstraint, Constraint, Dialect
from sqlalchemy.types import TypeEngine


def context_options() -> dict[str, Any]:
    """Return what the running command gave to its EnvironmentContext: `fn`, `destination_rev`, ...

    `alembic.context` is a module that stands for that object, and shows only some of its attributes.
    """
    options: dict[str, Any] = alembic.context._proxy.context_opts  # type: ignore[attr-defined]
    return options


def upgrade_steps(script: ScriptDirectory, to: str, current: Sequence[str]) -> list[RevisionStep]:
    """Return the steps of `alembic upgrade TO`, in order. Alembic's command asks the same function.

    Args:
        script: the script directory; its revisions are imported.
        to: as Alembic takes it: `head`, `heads`, an id, `+1`, ...
        current: the database's revisions.

    Raises:
        CommandError: Alembic cannot go there.
    """
    return list(script._upgrade_revs(to, tuple(current)))  # type: ignore[arg-type]


@contextmanager
def revisions_loaded_by(load: Callable[[Path], ModuleType]) -> Iterator[None]:
    """Let Alembic import the files of revisions by a function of ours, which can say which file it comes to.

    Args:
        load: takes the file, returns the module.
    """
    original = alembic.util.load_python_file

    def load_python_file(dir_: str | PathLike[str], filename: str | PathLike[str]) -> ModuleType:
        return load(Path(dir_, filename)) if Path(filename).suffix == ".py" else original(dir_, filename)

    alembic.util.load_python_file = load_python_file
    try:
        yield
    finally:
        alembic.util.load_python_file = original


def final_name(constraint: Constraint, dialect: Dialect) -> str | None:
    """Return the name that a constraint gets in the database: by convention, and shortened; None where it has none."""
    return sqla_compat._get_constraint_final_name(constraint, dialect)


def is_of_type(constraint: CheckConstraint) -> bool:
    """Return True if a check comes with a type, as that of `Boolean(create_constraint=True)`."""
    return sqla_compat._is_type_bound(constraint)


def type_as_python(type_: TypeEngine[Any], context: AutogenContext) -> str:
    """Return a type as a revision has it; only what is in an operation can be rendered in public."""
    return render._repr_type(type_, context)


def return_scripts(context: RevisionContext, scripts: Sequence[Script]) -> None:
    """Let `alembic revision` return files that were written already, in place of writing some itself.

    Alembic writes one file after the other, behind its hooks, and leaves the first where the second fails.
    """
    context.generate_scripts = lambda: iter(scripts)  # type: ignore[method-assign] # there is no hook


def resolved_dependencies(script: Script) -> tuple[str, ...]:
    """Return the ids that a revision depends on, labels of branches resolved."""
    return tuple(script._resolved_dependencies)


def is_own_transaction_open(context: MigrationContext) -> bool:
    """Return True if the transaction that Alembic has begun for a revision is still the connection's present one."""
    transaction = context._transaction
    if transaction is None or context.connection is None:
        return False
    return transaction.is_active and context.connection.get_transaction() is transaction


def has_own_transaction(context: MigrationContext) -> bool:
    """Return True if Alembic has begun the transaction that a revision runs in, and will commit it."""
    return context._transaction is not None


def on_environment_end(call: Callable[[BaseException | None], None]) -> None:
    """Have a function called when the running command leaves its EnvironmentContext.

    Args:
        call: takes what env.py, or the command behind it, has raised; None if nothing.
    """
    proxy = alembic.context._proxy  # type: ignore[attr-defined]
    remove = proxy._remove_proxy

    def call_and_remove() -> None:
        remove()
        call(sys.exc_info()[1])

    proxy._remove_proxy = call_and_remove  # the last that its __exit__ does


@contextmanager
def proxies_restored() -> Iterator[None]:
    """Put back at the end what `alembic.context` and `alembic.op` stood for at the beginning.

    Each of the two modules stands for one object at a time and forgets it when that one ends. Inside of a migration
    the outer objects have to return.
    """
    outer = [getattr(module, "_proxy", None) for module in (alembic.context, alembic.op)]
    try:
        yield
    finally:
        for proxy in outer:
            if proxy is not None:
                proxy._install_proxy()


class ExtendedCommandLine(CommandLine):
    """Alembic's command line with more commands, and with the options and arguments that these take.

    Attributes:
        options: by parameter name, as `CommandLine._KWARGS_OPTS`.
        arguments: by parameter name, as `CommandLine._POSITIONAL_OPTS`.
        commands: registered after Alembic's own.
    """

    options: ClassVar[dict[str, Any]] = {}
    arguments: ClassVar[dict[str, Any]] = {}
    commands: ClassVar[Sequence[CommandFunction]] = ()

    def __init_subclass__(cls) -> None:
        """Add what the subclass declares to the tables that Alembic looks parameters up in."""
        cls._KWARGS_OPTS = {**CommandLine._KWARGS_OPTS, **cls.options}
        cls._POSITIONAL_OPTS = {**CommandLine._POSITIONAL_OPTS, **cls.arguments}

    def _generate_args(self, prog: str | None) -> None:
        super()._generate_args(prog)
        for command in self.commands:
            CommandLine.register_command(self, command)
