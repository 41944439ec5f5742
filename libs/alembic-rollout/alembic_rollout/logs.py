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


def configure(log_format: LogFormat) -> None:
    """Send log lines to standard error, unless a handler takes them already.

    Args:
        log_format: `json`, `text`, or `auto`: text when standard error is a terminal.
    """
    if logging.getLogger().handlers:
        return
    as_json = log_format == "json" or (log_format == "auto" and not sys.stderr.isatty())
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_JsonLines() if as_json else logging.Formatter("%(asctime)s %(message)s", "%H:%M:%S"))
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    # Alembic's lines tell of its own machinery; what happens to the database is said here, with numbers.
    logging.getLogger("alembic").setLevel(logging.WARNING)
