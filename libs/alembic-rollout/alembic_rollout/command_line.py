"""The command `alembic-rollout`: Alembic's own command line with more verbs, and exit statuses that mean something."""

import contextlib
import errno
import io
import logging
import os
import signal
import sys
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import CommandFunction, Config
from alembic.util import CommandError

from alembic_rollout.commands import verbs
from alembic_rollout.ending import end_with
from alembic_rollout.errors import AlreadySaid, UsageError
from alembic_rollout.project.alembic_private import ExtendedCommandLine
from alembic_rollout.tracing.run_spans import noted_run

_OPTIONS: dict[str, Any] = {
    "since": ("--since", {"metavar": "REV", "help": "Only revisions after this one."}),
    "base": (
        "--base",
        {"metavar": "GIT_REF", "help": "Only revisions that differ from this git ref, and ask its statements."},
    ),
    "previous": (
        "--base",
        {"dest": "previous", "metavar": "GIT_REF", "help": "The release that runs: ask its statements too."},
    ),
    "against": (
        "--base",
        {
            "dest": "against",
            "metavar": "GIT_REF",
            "default": "origin/main",
            "help": "What the branch is merged into; origin/main by default.",
        },
    ),
    "comment": (
        "--comment",
        {
            "action": "store_true",
            "help": "In a pipeline of GitHub or GitLab: write it into the pull request, and into the job's summary.",
        },
    ),
    "all_revisions": (
        "--all",
        {"dest": "all_revisions", "action": "store_true", "help": "Every revision of the tree."},
    ),
    "output_format": (
        "--format",
        {
            "dest": "output_format",
            "choices": ("text", "json", "github", "gitlab", "sarif", "junit", "markdown"),
            "default": "text",
            "help": "For people, for programs, or for the page of a pull request or pipeline.",
        },
    ),
    "output": ("--output", {"metavar": "FILE", "help": "Write to this file instead of standard output."}),
    "as_json": ("--json", {"dest": "as_json", "action": "store_true", "help": "For programs."}),
    "to": ("--to", {"metavar": "REV", "default": "head", "help": "The revision to go to; the head by default."}),
    "ignore": ("--ignore", {"action": "append", "metavar": "PATTERN", "help": "As 'table audit_*'; may be repeated."}),
    "accept": (
        "--accept",
        {"action": "store_true", "help": "Store the schema as it is now as what the last migration left."},
    ),
    "unchecked": (
        "--unchecked",
        {"action": "store_true", "help": "Record without comparing the schemas; the history says so."},
    ),
    "limit": ("--limit", {"type": int, "default": 20, "help": "How many rows, the newest; 20 by default."}),
    "wait": ("--wait", {"metavar": "DURATION", "default": "0s", "help": "As 10m or 30s; not at all by default."}),
    "timeout": ("--timeout", {"metavar": "DURATION", "default": "60s", "help": "As 10min; 60s by default."}),
    "applied": (
        "--applied",
        {
            "action": "append",
            "metavar": "REV",
            "help": "Record this one as applied, without running it; may be repeated.",
        },
    ),
    "rename": (
        "--rename",
        {
            "action": "append",
            "metavar": "OLD=NEW",
            "help": "As profiles.first_name=given_name, profiles=people or mood.sad=unhappy; may be repeated.",
        },
    ),
    "keep": ("--keep", {"metavar": "FILE", "help": "The file that keeps its number, whichever was there first."}),
    "every": ("--every", {"metavar": "DURATION", "help": "As 24h: stay, and take one as often."}),
    "keep_count": (
        "--keep",
        {
            "dest": "keep_count",
            "metavar": "N",
            "type": int,
            "help": "How many of this kind stay; the setting by default.",
        },
    ),
    "backup_file": (
        "--file",
        {"dest": "backup_file", "metavar": "FILE", "help": "The backup; the newest in the folder by default."},
    ),
    "max_age": (
        "--max-age",
        {"dest": "max_age", "metavar": "DURATION", "help": "As 26h: a backup that is older is a finding."},
    ),
    "yes": ("--yes", {"action": "store_true", "help": "Do it; without it, only say what would be done."}),
}
_ARGUMENTS: dict[str, Any] = {
    "file": {"help": "A backup that `alembic-rollout backup` or a migration has made."},
}


class CommandLine(ExtendedCommandLine):
    """Alembic's command line with the verbs of `alembic_rollout.commands.verbs`; `history` is that of the database."""

    _replaced = (command.history, command.revision)

    options = _OPTIONS
    arguments = _ARGUMENTS
    commands = verbs.VERBS
    _raises = False

    def register_command(self, fn: CommandFunction) -> None:
        """Register one of Alembic's commands, unless a verb of ours has its name."""
        if fn not in self._replaced:
            super().register_command(fn)

    def main(self, argv: Sequence[str] | None = None) -> None:
        """Run the command line; end the process with the documented status, whatever happens.

        Args:
            argv: the arguments; those of the process by default.
        """
        logging.captureWarnings(capture=True)
        logging.getLogger("py.warnings").addFilter(_OneLineWarnings())
        if sys.stdout is None:
            sys.stdout = _ClosedOutput()
        elif isinstance(sys.stdout, io.TextIOWrapper):
            # A text with a lone surrogate, or one that the terminal's encoding lacks, is no reason to fail.
            sys.stdout.reconfigure(errors="backslashreplace")
        try:
            self._main_and_flush(argv)
        except BrokenPipeError:  # the reader has seen enough: `alembic-rollout history | head`
            _discard_output()
            sys.exit(128 + signal.SIGPIPE)
        except Exception as error:
            if self._raises:
                raise
            _discard_output()
            sys.exit(end_with(error))

    def _main_and_flush(self, argv: Sequence[str] | None) -> None:
        try:
            super().main(argv)
        except SystemExit as end:
            if end.code:  # a failure that was said: that its output cannot be written either is no second one
                _flush_or_discard()
                raise
            sys.stdout.flush()
            raise
        sys.stdout.flush()

    def run_cmd(self, config: Config, options: Namespace) -> None:
        """Run a command; end the process with the status of whatever it raises."""
        function, positional, keywords = options.cmd
        try:
            with noted_run(f"alembic-rollout {function.__name__.rstrip('_')}"):
                function(
                    config,
                    *[getattr(options, name, None) for name in positional],
                    **{name: getattr(options, name, None) for name in keywords},
                )
        except (BrokenPipeError, AlreadySaid):
            raise
        except (Exception, KeyboardInterrupt, SystemExit) as error:  # env.py, models or a revision may call sys.exit
            if options.raiseerr:
                self._raises = True
                raise
            sys.exit(end_with(_about_configuration(error, config)))


def _about_configuration(error: BaseException, config: Config) -> BaseException:
    """Return an error that names the file which is missing, where Alembic says only which key it has not found."""
    file = Path(config.config_file_name or "alembic.ini")
    if isinstance(error, CommandError) and "'script_location'" in str(error) and not file.exists():
        return UsageError(f"{file} does not exist. Run the command in the project's folder, or name its file with -c.")
    return error


class _ClosedOutput(io.TextIOBase):
    """Standard output that the caller has closed: a command that prints fails, one that prints nothing does not."""

    def write(self, _text: str, /) -> int:
        raise OSError(errno.EBADF, "Standard output is closed")


def _flush_or_discard() -> None:
    try:
        sys.stdout.flush()
    except OSError:
        _discard_output()


def _discard_output() -> None:
    """Send what is left in the buffer nowhere, so that the interpreter's end does not fail on it again."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        with contextlib.suppress(OSError, ValueError):  # not a file of the system: nothing is left to send
            os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


class _OneLineWarnings(logging.Filter):
    """Puts a warning of Python's on one line, without its place and the line of code that Python adds."""

    def filter(self, record: logging.LogRecord) -> bool:
        text = str(record.args[0] if isinstance(record.args, tuple) and record.args else record.msg)
        _, _, said = text.splitlines()[0].partition("Warning: ")
        record.msg, record.args = said or text, ()
        return True


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; the entry point `alembic-rollout`."""
    CommandLine(prog="alembic-rollout").main(arguments)
