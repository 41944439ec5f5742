"""Structured logs: JSON lines in a container, colours at a terminal.

Everything goes through structlog's formatter, the lines of uvicorn, Alembic and SQLAlchemy included, and carries the
request id that `service_kit.requests` binds.
"""

import logging
import sys
from typing import Literal

import structlog
from structlog.typing import EventDict, Processor


def configure(format_: Literal["auto", "json", "console"] = "auto", level: str = "INFO") -> None:
    """Set up logging for the process; calling it again replaces the set-up.

    Args:
        format_: `json`, `console`, or `auto`: console when standard error is a terminal.
        level: the lowest level that is shown.
    """
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.ExtraAdder()],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _drop_uvicorns_coloured_copy,
                *_renderer(format_),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in ("uvicorn", "uvicorn.error"):
        uvicorn_logger = logging.getLogger(name)
        uvicorn_logger.handlers.clear()
        uvicorn_logger.propagate = True
    # `service_kit.requests` writes one line a request, with its id and duration; uvicorn's would be a second one.
    logging.getLogger("uvicorn.access").disabled = True
    # At INFO, httpx logs every call (the ones that matter are logged where they are made) and Alembic its plugins.
    for name in ("httpx", "alembic.runtime.plugins"):
        logging.getLogger(name).setLevel(logging.WARNING)


def _drop_uvicorns_coloured_copy(_: object, __: str, event: EventDict) -> EventDict:
    event.pop("color_message", None)
    return event


def _renderer(format_: str) -> list[Processor]:
    if format_ == "console" or (format_ == "auto" and sys.stderr.isatty()):
        return [structlog.dev.ConsoleRenderer()]
    return [
        structlog.processors.format_exc_info,
        structlog.processors.EventRenamer("message"),
        structlog.processors.JSONRenderer(ensure_ascii=False),
    ]
