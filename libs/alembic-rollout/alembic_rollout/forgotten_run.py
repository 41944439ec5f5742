"""An `env.py` under Alembic's own command line that fails before its call of `run`, or never calls it.

The models are imported there, and Alembic leaves what goes wrong to the interpreter: a traceback and status 1 for an
error, and status 0 where `run` is never called.
"""

import atexit
import os
import sys
from types import TracebackType

from alembic import context

from alembic_rollout.errors import UsageError
from alembic_rollout.project.alembic_private import on_environment_end


class _EnvPy:
    """What has become of an `env.py` since it imported `run`."""

    is_watched = False
    has_called_run = False
    has_failed = False


def is_typed_command() -> bool:
    """Return True in a process that runs one command of Alembic's command line, or of ours."""
    config = getattr(context, "config", None)  # there while a command runs; a program may import this library too
    command_line = None if config is None else config.cmd_opts
    return command_line is not None and not getattr(command_line, "raiseerr", False)


def expect_run() -> None:
    """Let the `env.py` of a typed command, which has imported `run`, end as documented if it never calls it.

    That is in one line and with the documented status. Under our own command line that is said already.
    """
    if _EnvPy.is_watched or _is_our_command_line():
        return
    _EnvPy.is_watched = True
    on_environment_end(_word_exit)
    sys.excepthook = _end_uncaught
    atexit.register(_refuse_silence)


def note_call() -> None:
    """Note that `run` was called: from now on it says itself what goes wrong."""
    _EnvPy.has_called_run = True


def _is_our_command_line() -> bool:
    return f"{__package__}.command_line" in sys.modules


def _end_uncaught(_: type[BaseException], error: BaseException, __: TracebackType | None) -> None:
    from alembic_rollout.ending import end_with  # noqa: PLC0415

    _EnvPy.has_failed = True
    sys.exit(end_with(error))


def _word_exit(error: BaseException | None) -> None:
    """Say it in our words and status where env.py ends in sys.exit: the interpreter would print what it was given."""
    if _EnvPy.has_called_run or not isinstance(error, SystemExit):
        return
    from alembic_rollout.ending import end_with  # noqa: PLC0415

    _EnvPy.has_failed = True
    error.code = end_with(error)


def _refuse_silence() -> None:
    if _EnvPy.has_called_run or _EnvPy.has_failed:
        return
    from alembic_rollout.ending import end_with  # noqa: PLC0415

    status = end_with(
        UsageError(
            "env.py has ended without its call of run(target_metadata): nothing was done. Put the call at its end."
        )
    )
    sys.stdout.flush()
    os._exit(status)  # an exit function cannot change the status otherwise
