"""Log lines where the program that calls us has set up none: JSON for machines, plain lines for people."""

import json
import logging
import os
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from types import TracebackType

from alembic_rollout.settings import LogFormat

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
_FORMAT_VARIABLE = "ROLLOUT_LOG_FORMAT"
_ExceptionInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class _WithoutValues(logging.Formatter):
    """Plain lines. Of an exception they show the frames, and the text without values."""

    def formatException(self, ei: _ExceptionInfo) -> str:  # noqa: N802 - of `logging`
        import traceback  # noqa: PLC0415 - few lines carry an exception

        from alembic_rollout.redaction.errors_as_text import text_of  # noqa: PLC0415

        if ei[1] is None:
            return ""
        frames = "".join(traceback.format_tb(ei[2]))
        return f"Traceback (most recent call last):\n{frames}{type(ei[1]).__name__}: {text_of(ei[1])}"


class _JsonLines(_WithoutValues):
    def format(self, record: logging.LogRecord) -> str:
        facts = {name: value for name, value in vars(record).items() if name not in _STANDARD}
        if record.exc_info:
            facts["exception"] = self.formatException(record.exc_info)
        return json_line(record.levelname.lower(), record.name, record.getMessage(), facts, at=record.created)


def json_line(level: str, logger: str, message: str, facts: Mapping[str, object], *, at: float | None = None) -> str:
    """Return one log line in JSON.

    Args:
        level: in lower case.
        logger: its name.
        message: the text.
        facts: further fields.
        at: seconds since the epoch; now by default.
    """
    moment = datetime.now(UTC) if at is None else datetime.fromtimestamp(at, UTC)
    line = dict(facts) | {
        "level": level,
        "logger": logger,
        "timestamp": moment.isoformat().replace("+00:00", "Z"),
        "message": message,
    }
    return json.dumps(line, default=str, ensure_ascii=False)


def configure(log_format: LogFormat, *, of_command_line: bool = True) -> None:
    """Send log lines to standard error, unless a handler takes them already; that one gets them then.

    Args:
        log_format: `json`, `text`, or `auto`: text when standard error is a terminal.
        of_command_line: show what a migration does whatever the root logger lets through, as Alembic's own lines are
            shown; a program that calls Alembic decides for itself.
    """
    if logging.getLogger().handlers:
        _enable_again()
        ours = logging.getLogger(__package__)
        if of_command_line and ours.level == logging.NOTSET:
            ours.setLevel(logging.INFO)
        return
    handler = logging.StreamHandler(sys.stderr)
    as_json = _is_json(log_format)
    handler.setFormatter(_JsonLines() if as_json else _WithoutValues("%(asctime)s %(message)s", "%H:%M:%S"))
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    # Alembic's lines are about its own machinery; what happens to the database is logged here, with numbers.
    logging.getLogger("alembic").setLevel(logging.WARNING)


def writes_json() -> bool:
    """Return True if lines on standard error are JSON: by the variable, by the handler, or by the default."""
    stated = os.environ.get(_FORMAT_VARIABLE)
    if stated in ("json", "text"):
        return stated == "json"
    handlers = logging.getLogger().handlers
    if handlers:
        return any(isinstance(handler.formatter, _JsonLines) for handler in handlers)
    return _is_json("auto")


def _is_json(log_format: LogFormat) -> bool:
    return log_format == "json" or (log_format == "auto" and not (sys.stderr is not None and sys.stderr.isatty()))


def _enable_again() -> None:
    # `fileConfig` in env.py disables every logger that an import has made before it
    # (https://docs.python.org/3/library/logging.config.html#logging.config.fileConfig).
    for name, logger in logging.getLogger().manager.loggerDict.items():
        if isinstance(logger, logging.Logger) and name.startswith(f"{__package__}."):
            logger.disabled = False
