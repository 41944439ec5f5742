"""Log lines where the program that calls us has set up none: JSON for machines, plain lines for people."""

import json
import logging
import sys
from datetime import UTC, datetime

from alembic_rollout.settings import LogFormat

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class _JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = {name: value for name, value in vars(record).items() if name not in _STANDARD}
        line |= {
            "level": record.levelname.lower(),
            "logger": record.name,
            "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat().replace("+00:00", "Z"),
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str, ensure_ascii=False)


def configure(log_format: LogFormat, *, of_command_line: bool = True) -> None:
    """Send log lines to standard error, unless a handler takes them already; that one gets them then.

    Args:
        log_format: `json`, `text`, or `auto`: text when standard error is a terminal.
        of_command_line: what a migration does is said there whatever the root logger lets through, as Alembic's own
            lines are; a program that calls Alembic decides for itself.
    """
    if logging.getLogger().handlers:
        _switch_on_again()
        ours = logging.getLogger(__package__)
        if of_command_line and ours.level == logging.NOTSET:
            ours.setLevel(logging.INFO)
        return
    as_json = log_format == "json" or (log_format == "auto" and not sys.stderr.isatty())
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_JsonLines() if as_json else logging.Formatter("%(asctime)s %(message)s", "%H:%M:%S"))
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    # Alembic's lines tell of its own machinery; what happens to the database is said here, with numbers.
    logging.getLogger("alembic").setLevel(logging.WARNING)


def _switch_on_again() -> None:
    # `fileConfig` in env.py disables every logger that an import has made before it
    # (https://docs.python.org/3/library/logging.config.html#logging.config.fileConfig).
    for name, logger in logging.getLogger().manager.loggerDict.items():
        if isinstance(logger, logging.Logger) and name.startswith(f"{__package__}."):
            logger.disabled = False
