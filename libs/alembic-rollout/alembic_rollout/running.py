"""`run`: what `env.py` calls. Gives each of Alembic's commands what it needs."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any

from alembic import context
from alembic.operations import MigrationScript
from alembic.runtime.migration import MigrationContext
from alembic.util import CommandError
from sqlalchemy import Connection

from alembic_rollout import forgotten_run, logs
from alembic_rollout.errors import AlreadySaid, RolloutError
from alembic_rollout.numbering.next_number import next_number
from alembic_rollout.postgres.connection import wait_for_database
from alembic_rollout.postgres.error_text import database_errors
from alembic_rollout.project.alembic_private import context_options
from alembic_rollout.project.environment import Environment, captured_by_caller
from alembic_rollout.project.import_guard import connections_refused
from alembic_rollout.project.literal_values import refuse_missing_values
from alembic_rollout.project.metadata import Models
from alembic_rollout.project.new_revision import check_new_revision

if TYPE_CHECKING:
    from alembic_rollout.history.attempt import Direction

_MIGRATING = ("upgrade", "downgrade", "stamp")
_READING = ("current", "history", "show")
_RANDOM_ID = re.compile(r"[0-9a-f]{12}")
_COMPARING = ("revision", "check")
_WRITING = ("revision", "merge")


def run(target_metadata: Models, **options: Any) -> None:  # noqa: ANN401 - those of Alembic's context.configure
    """Run the command that Alembic was called with, online or as SQL text (`--sql`).

    Args:
        target_metadata: the models, as `context.configure` takes them: a MetaData, a sequence of them, or None. Also
            a string that names it, `"app.db.base:Base.metadata"`, or a function that returns it: these import the
            models only for the commands that run, render or compare revisions.
        options: whatever `context.configure` takes: `version_table`, `version_table_schema`, `include_name`, ...

    Raises:
        RolloutError: the command failed and was called from a program. On a command line, this and every other error
            ends the process with the documented exit status, after its line was written to standard error.
        KeyboardInterrupt, Interrupted: Ctrl-C or SIGTERM, likewise; everything is undone.
    """
    forgotten_run.note_call()
    environment = Environment(context.config, context.script, target_metadata, options)
    if captured_by_caller(environment):
        return
    try:
        logs.configure(environment.settings.log_format, of_command_line=environment.config.cmd_opts is not None)
        _dispatch(environment)
    except (Exception, KeyboardInterrupt, SystemExit) as error:  # a revision that is imported may call sys.exit
        command_line = environment.config.cmd_opts
        if command_line is None or getattr(command_line, "raiseerr", False) or _is_of_alembic_alone(error):
            raise
        _end(error)


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
    if command in _WRITING:
        check_new_revision(environment.script, environment.tree, version_path=_version_path(opts))
    if command == "check":
        with connections_refused():
            environment.script.get_revisions("heads")  # imports the revisions, which Alembic would do later
    given: Connection | None = environment.config.attributes.get("connection")
    if command == "merge":
        _prepare_merge(environment, opts)
    elif _needs_no_database(environment, command, opts):
        context.configure(dialect_name="postgresql", as_sql=True, **_options(environment, command, opts))
        context.run_migrations()
    elif context.is_offline_mode():
        context.configure(**environment.offline_options())
        refuse_missing_values(context.get_context().dialect)
        with context.begin_transaction():
            context.run_migrations()
    elif given is not None:
        # The caller's own connection, in the caller's own transaction: locks, retries and history would not be safe.
        _run_online(environment, command, opts, given)
    elif command in _MIGRATING:
        environment.reading_options()  # refuses what cannot be honoured, before anything is done
        _migrate(environment, command, opts)
    else:
        environment.reading_options()
        connecting = wait_for_database(environment.engine(), seconds=environment.settings.wait)
        with database_errors(environment.url), connecting as connection:
            _run_online(environment, command, opts, connection)


def _version_path(opts: dict[str, Any]) -> str | None:
    revision = opts.get("revision_context")
    return revision.command_args.get("version_path") if revision is not None else None


def _needs_no_database(environment: Environment, command: str, opts: dict[str, Any]) -> bool:
    """Return True if a command needs files only, and is here because of `revision_environment`."""
    if command == "revision":
        return not opts["revision_context"].command_args["autogenerate"]
    typed = environment.config.cmd_opts
    if command != "history" or typed is None:
        return False
    return not typed.indicate_current and "current" not in (typed.rev_range or "")


def _options(environment: Environment, command: str, opts: dict[str, Any]) -> dict[str, Any]:
    """Return what `context.configure` gets for a command that Alembic runs itself."""
    if command in _MIGRATING:
        return environment.configure_options()
    reads = command in _READING
    options = environment.reading_options() if reads else environment.configure_options()
    options["dont_mutate"] = True  # else Alembic creates its version table, to see that it is empty
    options["fn"] = _despite_unknown(environment, command, opts["fn"])
    if command == "revision":
        options["process_revision_directives"] = _numbering(environment)
    if command in _COMPARING:
        options = _comparing(environment, options)
    return options


def _run_online(environment: Environment, command: str, opts: dict[str, Any], connection: Connection) -> None:
    options = _options(environment, command, opts)
    if command == "revision":
        _generate(environment, opts, options, connection)
        return
    with _comparing_quietly() if command == "check" else nullcontext():
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


def _prepare_merge(environment: Environment, opts: dict[str, Any]) -> None:
    """Give `alembic merge` the template's arguments, and the next number where it would write a random id.

    It asks its environment for nothing else, writes the file afterwards and calls no hook.
    """
    opts["template_args"].update(environment.options.get("template_args") or {})
    typed = environment.config.cmd_opts
    if environment.settings.numbering != "sequential" or getattr(typed, "rev_id", None):
        return
    generate = environment.script.generate_revision

    def numbered(revid: str, *arguments: Any, **keywords: Any) -> Any:  # noqa: ANN401 - those of generate_revision
        is_random = _RANDOM_ID.fullmatch(revid)  # else a program has chosen it
        return generate(next_number(environment.tree.by_revision) if is_random else revid, *arguments, **keywords)

    environment.script.generate_revision = numbered  # type: ignore[method-assign] # there is no hook


# Late imports, all of them: a start that has nothing to do needs none of these.


def _migrate(environment: Environment, command: "Direction", opts: dict[str, Any]) -> None:
    from alembic_rollout.upgrade import command_sequence  # noqa: PLC0415

    command_sequence.run(environment, command, opts)


def _comparing(environment: Environment, options: dict[str, Any]) -> dict[str, Any]:
    from alembic_rollout.comparison.plugins import comparing  # noqa: PLC0415

    return comparing(options, environment)


def _comparing_quietly() -> AbstractContextManager[None]:
    from alembic_rollout.comparison.reflection_warnings import warnings_as_log_lines  # noqa: PLC0415

    return warnings_as_log_lines()


def _generate(environment: Environment, opts: dict[str, Any], options: dict[str, Any], connection: Connection) -> None:
    """Compare models and database, and write what they differ in."""
    from alembic_rollout.project.rendering import Reader  # noqa: PLC0415

    with Reader(environment) as reader:  # its process loads env.py meanwhile
        from alembic_rollout.autogenerate.generating import Generation  # noqa: PLC0415

        generation = Generation(environment, opts["revision_context"], reader)
        with _comparing_quietly():
            context.configure(connection=connection, **(options | generation.options(options)))
            with context.begin_transaction(), generation.renaming(connection):
                context.run_migrations()
        generation.finish(connection)


def _despite_unknown(environment: Environment, command: str, fn: Any) -> Callable[..., Any]:  # noqa: ANN401 - Alembic's
    from alembic_rollout.project.unknown_revisions import reading_despite_unknown  # noqa: PLC0415

    return reading_despite_unknown(fn, environment.tree, environment.config, is_current=command == "current")


def _end(error: BaseException) -> None:
    from alembic_rollout.ending import end_with  # noqa: PLC0415

    raise AlreadySaid(end_with(error))
