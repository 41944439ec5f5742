"""`run`: what `env.py` calls. Tells Alembic's commands apart and gives each what it needs, and nothing more."""

import sys
from typing import Any

from alembic import context
from alembic.operations import MigrationScript
from alembic.runtime.migration import MigrationContext
from alembic.util import CommandError
from sqlalchemy import Connection

from alembic_rollout import logs
from alembic_rollout.errors import RolloutError
from alembic_rollout.numbering.next_number import next_number
from alembic_rollout.postgres.connection import wait_for_database
from alembic_rollout.postgres.error_text import database_errors
from alembic_rollout.project.alembic_private import context_options
from alembic_rollout.project.environment import Environment, Models, captured_by_caller
from alembic_rollout.signals import Interrupted

_MIGRATING = ("upgrade", "downgrade", "stamp")
_COMPARING = ("revision", "check")


def run(target_metadata: Models, **options: Any) -> None:  # noqa: ANN401 - those of Alembic's context.configure
    """Run the command that Alembic was called with, online or as SQL text (`--sql`).

    Args:
        target_metadata: the models: `"app.db.base:Base.metadata"`, a function that returns the metadata, or the
            metadata. The first two import the models only for the commands that compare them with a database.
        options: whatever `context.configure` takes: `version_table`, `version_table_schema`, `include_name`, ...

    Raises:
        RolloutError: the command failed and was called from a program. On a command line, this and every other error
            ends the process with the documented exit status, after its line was written to standard error.
        KeyboardInterrupt, Interrupted: Ctrl-C or SIGTERM, likewise; everything is undone.
    """
    environment = Environment(context.config, context.script, target_metadata, options)
    if captured_by_caller(environment):
        return
    try:
        logs.configure(environment.settings.log_format, of_command_line=environment.config.cmd_opts is not None)
        _dispatch(environment)
    except (Exception, KeyboardInterrupt, Interrupted) as error:
        command_line = environment.config.cmd_opts
        if command_line is None or getattr(command_line, "raiseerr", False) or _is_of_alembic_alone(error):
            raise
        from alembic_rollout.ending import end_with  # noqa: PLC0415 - only a failure needs it

        sys.exit(end_with(error))


def _is_of_alembic_alone(error: BaseException) -> bool:
    """Return True if Alembic refuses one of its commands that only read: it ends that in its own way and status."""
    is_own = isinstance(error, CommandError) and not isinstance(error, RolloutError)
    return is_own and _command(context_options()) not in _MIGRATING


def _command(opts: dict[str, Any]) -> Any:  # noqa: ANN401 - one of Alembic's names
    # The function that Alembic's command hands to its environment is defined inside that command.
    return opts["fn"].__qualname__.partition(".")[0]


def _dispatch(environment: Environment) -> None:
    opts = context_options()
    command = _command(opts)
    if command == "merge":
        return  # it writes a file, and asks its environment for nothing but the template's arguments
    options = environment.configure_options()
    if command in _COMPARING:
        options["process_revision_directives"] = _numbering(environment)
    given: Connection | None = environment.config.attributes.get("connection")
    if _needs_no_database(environment, command, opts):
        context.configure(dialect_name="postgresql", as_sql=True, **options)
        context.run_migrations()
    elif context.is_offline_mode():
        context.configure(
            dialect_name="postgresql", literal_binds=True, dialect_opts={"paramstyle": "named"}, **options
        )
        with context.begin_transaction():
            context.run_migrations()
    elif given is not None:
        # The caller's own connection, in the caller's own transaction: locks, retries and history would not be safe.
        _compare_or_read(environment, given, command, options)
    elif command in _MIGRATING:
        from alembic_rollout.upgrade import migration as migrate  # noqa: PLC0415 - a command that reads does not need it

        migrate.run(environment, command, opts)
    else:
        connecting = wait_for_database(environment.engine(), seconds=environment.settings.wait)
        with database_errors(environment.url), connecting as connection:
            _compare_or_read(environment, connection, command, options)


def _needs_no_database(environment: Environment, command: str, opts: dict[str, Any]) -> bool:
    """Whether `revision_environment` alone brought a command here: a plain `revision` or `history` reads files only."""
    if command == "revision":
        return not opts["revision_context"].command_args["autogenerate"]
    typed = environment.config.cmd_opts
    if command != "history" or typed is None:
        return False
    return not typed.indicate_current and "current" not in (typed.rev_range or "")


def _compare_or_read(environment: Environment, connection: Connection, command: str, options: dict[str, Any]) -> None:
    if command in _COMPARING:
        options["target_metadata"] = environment.target_metadata()
    context.configure(connection=connection, **options)
    with context.begin_transaction():
        context.run_migrations()


def _numbering(environment: Environment) -> Any:  # noqa: ANN401 - Alembic's ProcessRevisionDirectiveFn
    """Return the hook that gives a new revision the next three-digit number, after the project's own hook."""

    def number(migration: MigrationContext, revision: Any, directives: list[MigrationScript]) -> None:  # noqa: ANN401
        own = environment.options.get("process_revision_directives")
        if own is not None:
            own(migration, revision, directives)
        chosen = context_options()["revision_context"].command_args.get("rev_id") if directives else None
        if directives and not chosen and environment.settings.numbering == "sequential":
            directives[0].rev_id = next_number(environment.tree.by_revision)

    return number
